//! What stays the same from one question to the next, for who asks again with every keystroke.
//!
//! A session takes the world outside of [`Question::files`](super::Question::files) to be as it was, but for what tells by itself
//! that it moved (a repository's names for commits, the store's file), until [`Session::look_again`] says otherwise. An answer
//! never depends on what was asked before: with a session it is the same as without, only sooner.

use std::collections::HashMap;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use cache_core::store::flyte::Patience;

use crate::analysis::{self, Stamp, Summaries};
use crate::baseline::Marks;
use crate::environment::{Origin, Outside, Project, local_cache_from, names_a_cluster};

use super::again::Last;
use super::cluster::Runs;
use super::earlier::{Compared, Memory};
use super::records::Records;
use super::store::Store;
use super::surroundings::Folders;
use super::versions::Modules;

/// What is kept.
#[derive(Debug, Default)]
pub struct Session {
    /// Whether more questions will come, which are not to wait for long.
    is_live: bool,
    pub(super) folders: Folders,
    /// By root and file of settings.
    projects: HashMap<(PathBuf, Option<PathBuf>), Kept>,
    store: Option<KeptStore>,
    /// How many stores were opened.
    stores: u64,
    /// Whether runs may go to a cluster, by the working directory.
    clusters: HashMap<PathBuf, Option<Origin>>,
    /// What ran on a cluster.
    pub(super) runs: Runs,
}

/// A project from question to question.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub is_live: bool,
    pub disk: analysis::Memory,
    pub summaries: Summaries,
    pub modules: Modules,
    /// All files of the project, sorted, once they were listed.
    pub listing: Option<Arc<[PathBuf]>>,
    /// What the last question was about, as a digest of the paths: there are thousands.
    asked: Option<blake3::Hash>,
    pub then: Then,
    /// The last answer, while nothing happened that would change it.
    pub last: Option<Last>,
}

/// The code as it was.
#[derive(Debug, Default)]
pub(super) struct Then {
    revision: Option<Revision>,
    /// Counts the revisions that were opened.
    pub opened: u64,
    pub rest: Rest,
}

#[derive(Debug)]
struct Revision {
    wanted: Option<String>,
    marks: Marks,
    compared: Compared,
}

/// What else is known of it.
#[derive(Debug, Default)]
pub(super) struct Rest {
    pub memory: Memory,
    pub modules: Modules,
    pub folders: Folders,
}

/// The store, and what its file was like when it was opened.
#[derive(Debug)]
pub(super) struct KeptStore {
    path: Option<PathBuf>,
    stamp: Option<Stamp>,
    /// Which of the stores that were opened.
    pub number: u64,
    pub opened: (Store, Records),
}

impl Session {
    /// For many questions.
    pub fn live() -> Self {
        Self { is_live: true, ..Self::default() }
    }

    /// Takes note that files on disk, settings or the environment may be others than they were. What was made of contents stays, and is
    /// found again by them.
    pub fn look_again(&mut self) {
        self.folders = Folders::default();
        self.clusters.clear();
        self.store = None;
        for kept in self.projects.values_mut() {
            kept.disk.look_again();
            kept.listing = None;
            kept.last = None;
            kept.then.rest = Rest { modules: mem::take(&mut kept.then.rest.modules), ..Rest::default() };
        }
    }

    /// Ends it. To let go of all that was parsed takes its time, and nobody has to wait for it.
    pub fn let_go(self) {
        let _ = thread::Builder::new().spawn(move || drop(self));
    }

    /// How many files of projects are known.
    pub fn files(&self) -> usize {
        self.projects.values().filter_map(|kept| Some(kept.listing.as_ref()?.len())).sum()
    }

    /// What is kept of a project.
    pub(super) fn project(&mut self, project: &Project, files: &[PathBuf], named: &[PathBuf]) -> &mut Kept {
        let key = (project.root.clone(), project.settings.file.clone());
        let kept = self.projects.entry(key).or_default();
        if self.is_live && !kept.is_live {
            kept.is_live = true;
            kept.disk.look_again();
        }
        let asked = Some(digest(&[files, named]));
        if kept.asked != asked {
            kept.asked = asked;
            kept.then.rest = Rest::default();
            kept.last = None;
        }
        kept
    }

    /// The local cache of runs in a folder with its records, opened again only where its file is another one. To be given back by
    /// [`Session::keep`].
    pub(super) fn store(&mut self, cwd: &Path, at: Option<&Path>, outside: &Outside) -> KeptStore {
        let known = self.store.take().filter(|known| known.opened.0.trouble().is_none());
        let path = match (at, &known) {
            (Some(path), _) => Some(cwd.join(path)),
            (None, Some(known)) => known.path.clone(),
            (None, None) => local_cache_from(cwd, outside).map(|found| found.path),
        };
        let stamp = path.as_deref().and_then(Stamp::of);
        known.filter(|known| known.path == path && known.stamp == stamp).unwrap_or_else(|| {
            let patience = if self.is_live { Patience::Short } else { Patience::Long };
            let store = path.clone().map_or_else(Store::nowhere, |path| Store::open_with(path, patience));
            let records = store.records();
            self.stores += 1;
            KeptStore { path, stamp, number: self.stores, opened: (store, records) }
        })
    }

    /// Keeps a store for the next question.
    pub(super) fn keep(&mut self, store: Option<KeptStore>) {
        self.store = store;
    }

    /// The configuration by which runs in a folder may go to a cluster.
    pub(super) fn cluster(&mut self, cwd: &Path, outside: &Outside) -> Option<Origin> {
        self.clusters.entry(cwd.to_owned()).or_insert_with(|| names_a_cluster(cwd, outside)).clone()
    }
}

fn digest(lists: &[&[PathBuf]]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for list in lists {
        // No path holds a NUL, so that each ends where it does.
        let bytes: Vec<&[u8]> = list.iter().map(|path| path.as_os_str().as_encoded_bytes()).collect();
        hasher.update(&bytes.join(&0)).update(b"\0\0");
    }
    hasher.finalize()
}

impl Then {
    /// Whether a revision was opened before.
    pub fn is_open(&self) -> bool {
        self.revision.is_some()
    }

    /// The code as it was at the revision `wanted`, or the usual one, found by `open` unless nothing moved in the repository.
    pub fn at(&mut self, root: &Path, wanted: Option<&str>, open: impl FnOnce() -> Compared) -> Compared {
        // Before it is opened: what moves meanwhile is looked at again.
        let marks = Marks::around(root);
        let stays = |known: &Revision| known.wanted.as_deref() == wanted && known.marks == marks;
        if let Some(known) = self.revision.as_ref().filter(|known| stays(known)) {
            return known.compared.clone();
        }
        self.rest = Rest::default();
        self.opened += 1;
        let compared = open();
        self.revision = Some(Revision { wanted: wanted.map(str::to_owned), marks, compared: compared.clone() });
        compared
    }
}

#[cfg(test)]
mod tests;
