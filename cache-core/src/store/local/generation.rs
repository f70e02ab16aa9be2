//! Each index that is made is a file of a name of its own, and `index.db` a link to the one that counts.
//!
//! SQLite finds the log of an index, and the memory that its users share, by the index's name. Who has opened an index that is removed or
//! replaced at that moment would take those of its successor for its own: two indexes with one log. So no two ever have the same name.
//! Where there are no links, an open index can't be replaced either (Windows), and the index itself is `index.db`.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::index::{self, IndexError, explain};
use super::place::{Identity, remove};
use super::{LAYOUT, LocalStore};
use crate::store::lease::nonce;

/// What names of indexes begin with.
const PREFIX: &str = "index-";

/// The files of an index, by what is added to its name: first the one that has to go first.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// A link is made anew so often if what stands there is none of any use.
const TRIES: usize = 3;

impl LocalStore {
    /// Makes an index of what is left of an old one, and of the records of large entries. The caller holds the setup lock.
    pub(super) fn make_index(&self, old: Option<&Path>) -> Result<(), IndexError> {
        let (name, file) = (self.name(), format!("{PREFIX}{:016x}.db", nonce()));
        let path = self.place.folder(&file);
        let folder = || Identity::of(self.place.root()).ok().flatten();
        let before = folder();
        let make = || {
            let opened = index::open_or_make(&path, self.options.durability);
            let mut connection = opened.map_err(|error| explain(&name, &error))?;
            index::migrate(&mut connection, &name, LAYOUT)?;
            self.rebuild(&mut connection, old)
        };
        let done = make().and_then(|()| self.publish(&file, &path).map_err(|error| self.place.failed(&error).into()));
        match done {
            Ok(true) => Ok(()),
            other => {
                SUFFIXES.iter().for_each(|suffix| drop(remove(&with_suffix(&path, suffix))));
                // Errors of a folder that is gone say nothing of the one that is there.
                if folder() == before { other.map(|_| ()) } else { Err(IndexError::Moved) }
            }
        }
    }

    /// Lets an index be the one that counts, if none does: whether it is.
    fn publish(&self, file: &str, path: &Path) -> io::Result<bool> {
        let index = self.place.index();
        for _ in 0..TRIES {
            match link(file, &index) {
                Ok(()) => return Ok(true),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if index.exists() {
                        return Ok(false); // made by another where files can't be locked
                    }
                    remove(&index)?;
                }
                Err(_) if !index.exists() => return fs::rename(path, &index).map(|()| true),
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// Moves the index into a folder, under the names that it would have without a link.
    pub(super) fn move_index(&self, to: &Path) -> io::Result<()> {
        let (index, from) = (self.place.index(), self.counting());
        for suffix in SUFFIXES {
            let name = with_suffix(&index, suffix).file_name().unwrap_or_default().to_owned();
            match fs::rename(with_suffix(&from, suffix), to.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes indexes that do not count, and what is left of others: how many files.
    pub(super) fn sweep_indexes(&self) -> u64 {
        // Without the lock one of them may be about to count.
        let Some(_lock) = self.setup_lock() else { return 0 };
        let counting = self.counting();
        let current = SUFFIXES.map(|suffix| with_suffix(&counting, suffix));
        let files = fs::read_dir(self.place.root()).into_iter().flatten().flatten();
        let is_other = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        let others = files.map(|entry| entry.path()).filter(|path| is_other(path) && !current.contains(path));
        others.map(|path| u64::from(remove(&path).unwrap_or(false))).sum()
    }

    /// The file that `index.db` is a link to, or itself.
    fn counting(&self) -> PathBuf {
        let index = self.place.index();
        match fs::read_link(&index) {
            // Others than ours are somebody's own matter.
            Ok(target) if target.to_string_lossy().starts_with(PREFIX) => self.place.root().join(target),
            _ => index,
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
fn link(to: &str, from: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, from)
}

#[cfg(not(unix))]
fn link(_: &str, from: &Path) -> io::Result<()> {
    Err(if from.exists() { ErrorKind::AlreadyExists } else { ErrorKind::Unsupported }.into())
}
