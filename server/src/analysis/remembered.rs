//! Files as they were read before: for who asks again with every keystroke, and looks at the disk when something happened there.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use cache_core::python::{Source, SourceError};

use super::files::Files;

/// What tells a state of a file from others without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When its content was written.
    pub written: Option<SystemTime>,
    /// In bytes.
    pub size: u64,
    /// When anything of it changed, its times too: seconds and nanoseconds since 1970, where the system keeps that.
    pub changed: Option<(i64, i64)>,
    /// The file itself, where the system numbers them: one may take another's place.
    pub number: u64,
}

impl Stamp {
    /// That of a file; `None` if there is none.
    pub fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|data| Self::from(&data))
    }
}

impl From<&fs::Metadata> for Stamp {
    fn from(data: &fs::Metadata) -> Self {
        let (number, changed) = beyond(data);
        Self { written: data.modified().ok(), size: data.len(), changed, number }
    }
}

/// The number of a file, and when its record changed.
#[cfg(unix)]
fn beyond(data: &fs::Metadata) -> (u64, Option<(i64, i64)>) {
    use std::os::unix::fs::MetadataExt;
    (data.ino(), Some((data.ctime(), data.ctime_nsec())))
}

#[cfg(not(unix))]
fn beyond(_: &fs::Metadata) -> (u64, Option<(i64, i64)>) {
    (0, None)
}

/// What is remembered of a disk.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    contents: HashMap<PathBuf, Content>,
    files: HashMap<PathBuf, bool>,
    folders: HashMap<PathBuf, bool>,
    /// Counts the looks at the disk.
    look: u64,
    /// How many bytes the contents have.
    held: usize,
}

/// More than this is not kept in memory, but read again: code that tasks import is small, and what else a large project has must not
/// fill the memory.
const MOST_HELD: usize = 32 << 20;

impl Known {
    fn keep(&mut self, path: &Path, content: Content) {
        self.forget(path);
        if self.held + content.bytes.len() <= MOST_HELD {
            self.held += content.bytes.len();
            self.contents.insert(path.to_owned(), content);
        }
    }

    fn forget(&mut self, path: &Path) {
        if let Some(content) = self.contents.remove(path) {
            self.held -= content.bytes.len();
        }
    }
}

#[derive(Debug)]
struct Content {
    bytes: Arc<[u8]>,
    stamp: Option<Stamp>,
    look: u64,
}

impl Memory {
    /// Looks at the disk again from now on: at what is there, and at the contents of what changed.
    pub fn look_again(&self) {
        let mut known = self.known();
        known.look += 1;
        known.files.clear();
        known.folders.clear();
    }

    /// How often the disk was looked at.
    pub fn looks(&self) -> u64 {
        self.known().look
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Files, as they are remembered; those that are being edited are always asked for.
pub struct Remembered<'a> {
    /// Where they come from.
    pub files: &'a dyn Files,
    /// What is remembered of them.
    pub memory: &'a Memory,
}

impl Files for Remembered<'_> {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        if self.files.is_edited(path) {
            return self.files.read(path);
        }
        let look = self.memory.looks();
        // Before it is read: what is written meanwhile is younger.
        let mut stamp = None;
        if let Some(content) = self.memory.known().contents.get_mut(path) {
            if content.look < look {
                stamp = Some(Stamp::of(path));
            }
            if stamp.is_none_or(|stamp| stamp.is_some() && stamp == content.stamp) {
                content.look = look;
                return Ok(Arc::clone(&content.bytes));
            }
        }
        let stamp = stamp.unwrap_or_else(|| Stamp::of(path));
        let read = self.files.read(path);
        let mut known = self.memory.known();
        match &read {
            Ok(bytes) => known.keep(path, Content { bytes: Arc::clone(bytes), stamp, look }),
            Err(_) => known.forget(path),
        }
        read
    }

    /// Not kept: most files that are read so are let go.
    fn read_into(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Stamp>> {
        self.files.read_into(path, buffer)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.files.stamp(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        let known = self.memory.known().files.get(path).copied();
        known.unwrap_or_else(|| {
            let is = self.files.is_file(path);
            self.memory.known().files.insert(path.to_owned(), is);
            is
        })
    }

    fn is_folder(&self, path: &Path) -> bool {
        let known = self.memory.known().folders.get(path).copied();
        known.unwrap_or_else(|| {
            let is = self.files.is_folder(path);
            self.memory.known().folders.insert(path.to_owned(), is);
            is
        })
    }

    fn is_edited(&self, path: &Path) -> bool {
        self.files.is_edited(path)
    }

    fn edited(&self) -> Vec<PathBuf> {
        self.files.edited()
    }

    fn looks(&self) -> u64 {
        self.memory.looks()
    }

    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        self.files.decode(path, bytes)
    }
}
