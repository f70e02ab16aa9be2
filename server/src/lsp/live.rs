//! What the code says as it stands in the editor: the question that the command line asks, over buffers.

use std::collections::HashMap;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::analysis::Buffers;
use crate::environment::Settings;
use crate::status::{Report, Session, ask_in};

use super::last_good::LastGood;
use super::protocol::Url;
use super::snapshot::Snapshot;
use super::view::View;
use super::wide::walked;

/// What is kept from one state to the next.
#[derive(Default)]
pub struct Live {
    /// The newest state of the disk that was looked at.
    looks: u64,
    /// By folder of the workspace.
    sessions: HashMap<PathBuf, Session>,
    /// The settings in force, by file.
    settings: HashMap<PathBuf, Settings>,
    /// What was shown last of documents that were whole.
    good: HashMap<Url, Arc<LastGood>>,
}

impl Live {
    /// Takes note that files on disk or settings may be others than they were, if they may.
    fn look(&mut self, snapshot: &Snapshot) {
        if mem::replace(&mut self.looks, snapshot.looks) != snapshot.looks {
            self.settings.clear();
            self.sessions.values_mut().for_each(Session::look_again);
        }
    }

    /// Reads all files of the workspace's folders, so that later questions find what they say. How many there are.
    pub fn index(&mut self, snapshot: &Snapshot) -> usize {
        self.look(snapshot);
        let buffers = snapshot.buffers();
        for folder in &snapshot.folders {
            self.report(snapshot, &buffers, folder, &[]);
        }
        self.sessions.values().map(Session::files).sum()
    }

    /// Finds out about all open documents.
    pub fn view(&mut self, snapshot: Snapshot) -> View {
        let started = Instant::now();
        self.look(&snapshot);
        let buffers = snapshot.buffers();
        let mut by_folder: HashMap<&Path, Vec<PathBuf>> = HashMap::new();
        for document in snapshot.documents.all() {
            by_folder.entry(snapshot.folder_of(&document.path)).or_default().push(document.path.clone());
        }
        let is_ours = |folder: &PathBuf| snapshot.folders.contains(folder) || by_folder.contains_key(folder.as_path());
        self.sessions.retain(|folder, _| is_ours(folder));
        let reports = by_folder
            .into_iter()
            .filter_map(|(folder, paths)| {
                Some((folder.to_owned(), Arc::new(self.report(&snapshot, &buffers, folder, &paths)?)))
            })
            .collect();
        let settings = snapshot.documents.all().map(|document| {
            let found = self.settings.entry(document.path.clone());
            (document.uri.clone(), found.or_insert_with(|| snapshot.settings_of(&document.path)).clone())
        });
        let settings = settings.collect();
        let mut view = View::new(snapshot, reports, settings);
        self.mend(&mut view);
        view.seconds = started.elapsed().as_secs_f64();
        view
    }

    /// Puts the last good lenses of broken documents in the place of what they say.
    fn mend(&mut self, view: &mut View) {
        self.good.retain(|uri, _| view.lenses.contains_key(uri));
        let broken: HashMap<Url, u32> = view.broken().collect();
        let uris: Vec<Url> = view.lenses.keys().cloned().collect();
        for uri in uris {
            let (Some((document, report)), Some(lenses)) = (view.of(&uri), view.lenses.get(&uri)) else { continue };
            match (broken.get(&uri), self.good.get(&uri)) {
                (Some(line), Some(good)) => {
                    let lenses = good.lenses(&document.text, *line).into();
                    view.good.insert(uri.clone(), (Arc::clone(good), *line));
                    view.lenses.insert(uri, lenses);
                }
                (Some(_), None) => {}
                (None, _) => {
                    let (document, report) = (document.clone(), Arc::clone(report));
                    let good = LastGood { document, report, lenses: Arc::clone(lenses) };
                    self.good.insert(uri, Arc::new(good));
                }
            }
        }
    }

    fn report(&mut self, snapshot: &Snapshot, buffers: &Buffers, folder: &Path, paths: &[PathBuf]) -> Option<Report> {
        let session = self.sessions.entry(folder.to_owned()).or_insert_with(Session::live);
        ask_in(session, &snapshot.question(buffers, folder), walked(paths), &snapshot.outside).ok()
    }
}
