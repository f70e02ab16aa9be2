//! Files of which each folder is listed once. Where a module of an import may stand is asked of dozens of places, and nearly
//! always there is nothing: one look at a folder answers for all names in it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use cache_core::python::{Source, SourceError};

use super::files::Files;
use super::remembered::Stamp;

/// What stands under a name in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link, or what isn't known without another look.
    Other,
}

/// What a folder holds, by name.
pub type Listing = HashMap<OsString, Entry>;

/// See the module. Lives no longer than one analysis, for which nothing is meant to change.
pub struct Folders<'a> {
    files: &'a dyn Files,
    /// `None` for folders that have no listing, so that each path is asked for.
    known: RwLock<HashMap<PathBuf, Option<Arc<Listing>>>>,
}

impl<'a> Folders<'a> {
    /// Nothing is looked at yet.
    pub fn of(files: &'a dyn Files) -> Self {
        Self { files, known: RwLock::default() }
    }

    /// What is in a folder; empty for one that is not there.
    fn listing(&self, folder: &Path) -> Option<Arc<Listing>> {
        let known = |folder: &Path| {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.get(folder).cloned()
        };
        if let Some(listing) = known(folder) {
            return listing;
        }
        // What is in a folder that isn't listed in its own need not be asked for.
        let above = folder.parent().and_then(|parent| known(parent).flatten().zip(folder.file_name()));
        let listing = match above {
            Some((above, name)) if !matches!(above.get(name), Some(Entry::Folder | Entry::Other)) => {
                Some(Listing::new())
            }
            _ => self.files.list(folder),
        };
        let listing = listing.map(Arc::new);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(folder.to_path_buf(), listing.clone());
        listing
    }

    fn entry(&self, path: &Path) -> Result<Option<Entry>, NotListed> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Err(NotListed) };
        match self.listing(folder).ok_or(NotListed)?.get(name) {
            Some(Entry::Other) => Err(NotListed),
            found => Ok(found.copied()),
        }
    }
}

/// The path has to be asked for.
struct NotListed;

impl Files for Folders<'_> {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        self.files.read(path)
    }

    fn read_into(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Stamp>> {
        self.files.read_into(path, buffer)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.files.stamp(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.entry(path).map_or_else(|NotListed| self.files.is_file(path), |entry| entry == Some(Entry::File))
    }

    fn is_folder(&self, path: &Path) -> bool {
        // A root's own folder may be anything, a home or a disk; only those below are worth a listing.
        let is_known = |folder: &Path| {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.get(folder).is_some_and(Option::is_some)
        };
        match path.parent() {
            Some(parent) if is_known(parent) => self
                .entry(path)
                .map_or_else(|NotListed| self.files.is_folder(path), |entry| entry == Some(Entry::Folder)),
            _ => self.files.is_folder(path),
        }
    }

    fn is_edited(&self, path: &Path) -> bool {
        self.files.is_edited(path)
    }

    fn edited(&self) -> Vec<PathBuf> {
        self.files.edited()
    }

    fn looks(&self) -> u64 {
        self.files.looks()
    }

    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        self.files.decode(path, bytes)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::super::files::Disk;
    use super::*;

    #[test]
    fn answers_are_those_of_the_disk() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for folder in ["pkg/inner", "empty"] {
            fs::create_dir_all(path(folder)).unwrap();
        }
        for file in ["a.py", "pkg/__init__.py", "pkg/inner/b.py"] {
            fs::write(path(file), "").unwrap();
        }
        #[cfg(unix)]
        for (target, link) in [("a.py", "file_link.py"), ("pkg", "folder_link"), ("nothing", "broken.py")] {
            std::os::unix::fs::symlink(path(target), path(link)).unwrap();
        }
        let names = [
            "a.py",
            "b.py",
            "a.py/b.py",
            "pkg",
            "pkg/__init__.py",
            "pkg/inner",
            "pkg/inner/b.py",
            "pkg/inner/none.py",
            "empty",
            "empty/x.py",
            "none",
            "none/x.py",
            "none/deeper/x.py",
            "file_link.py",
            "folder_link",
            "folder_link/__init__.py",
            "broken.py",
            "broken.py/x.py",
            "pkg/../a.py",
        ];
        // In whichever order they are asked.
        for order in [names.iter().collect::<Vec<_>>(), names.iter().rev().collect()] {
            let folders = Folders::of(&Disk);
            for name in order {
                let path = path(name);
                assert_eq!(folders.is_file(&path), Disk.is_file(&path), "file {name}");
                assert_eq!(folders.is_folder(&path), Disk.is_folder(&path), "folder {name}");
            }
        }
    }
}
