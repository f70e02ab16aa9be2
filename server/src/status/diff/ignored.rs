//! A revision's text files, where the disk stands in for what git ignores only: an environment beside the code is the same for every
//! revision, but a `.python-version` that a revision doesn't have is none.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::baseline::Tree;
use crate::environment::{self, Texts};

/// What a repository ignores, by its `.gitignore` files as they stand.
#[derive(Debug)]
pub struct Ignored {
    root: PathBuf,
    folders: Mutex<HashMap<PathBuf, Arc<Gitignore>>>,
    beside: Vec<Gitignore>,
}

impl Ignored {
    /// Of a repository's working tree.
    pub fn of(root: &Path) -> Self {
        let mut own = GitignoreBuilder::new(root);
        // A list that isn't there or can't be read ignores nothing.
        let _ = own.add(root.join(".git").join("info").join("exclude"));
        let beside = vec![own.build().unwrap_or_else(|_| Gitignore::empty()), Gitignore::global().0];
        Self { root: root.to_owned(), folders: Mutex::default(), beside }
    }

    /// Whether git has nothing to do with a path: it is ignored, or outside of the working tree.
    fn holds(&self, path: &Path) -> bool {
        if !path.starts_with(&self.root) {
            return true;
        }
        let is_folder = path.is_dir();
        let above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root));
        let lists = above.map(|folder| self.folder(folder));
        let matched = |list: &Gitignore| match list.matched_path_or_any_parents(path, is_folder) {
            Match::None => None,
            found => Some(found.is_ignore()),
        };
        let nearest = lists.into_iter().find_map(|list| matched(&list));
        nearest.or_else(|| self.beside.iter().find_map(matched)).unwrap_or(false)
    }

    fn folder(&self, folder: &Path) -> Arc<Gitignore> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Arc::new(Gitignore::new(folder.join(".gitignore")).0);
        Arc::clone(folders.entry(folder.to_owned()).or_insert_with(read))
    }
}

/// The text files of a revision.
pub struct Tracked<'a> {
    /// What it holds.
    pub tree: &'a Tree,
    /// What is the disk's.
    pub ignored: &'a Ignored,
}

impl Texts for Tracked<'_> {
    fn bytes(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match self.tree.read(path).map_err(io::Error::other)? {
            Some(content) => Ok(Some(content.to_vec())),
            None if self.ignored.holds(path) => environment::Disk.bytes(path),
            None => Ok(None),
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.tree.is_file(path) || (path.is_file() && self.ignored.holds(path))
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.tree.is_folder(path) || (path.is_dir() && self.ignored.holds(path))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_git_ignores_is_the_disks() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        for (path, text) in [
            (".gitignore", ".venv\n*.local\n"),
            ("sub/.gitignore", "!keep.local\n"),
            (".venv/pyvenv.cfg", ""),
            ("a.py", ""),
        ] {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        }
        let ignored = Ignored::of(root);
        for (path, expected) in [
            (".venv/pyvenv.cfg", true),
            ("x.local", true),
            ("sub/x.local", true),
            ("sub/keep.local", false),
            ("a.py", false),
            (".python-version", false),
        ] {
            assert_eq!(ignored.holds(&root.join(path)), expected, "{path}");
        }
        assert!(ignored.holds(Path::new("/elsewhere/pyvenv.cfg")));
    }
}
