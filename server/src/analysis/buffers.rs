//! The disk, with other bytes in the place of some files: what an editor has open, or files as fixes make them.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::python::{Source, SourceError};

use super::files::{Disk, Files, held};
use super::remembered::Stamp;

/// The disk, with other bytes in the place of some files.
#[derive(Debug, Default)]
pub struct Buffers {
    /// By absolute paths.
    bytes: HashMap<PathBuf, Arc<[u8]>>,
    /// Whether they are texts in UTF-8, whatever the files are in: an editor has decoded them already.
    are_decoded: bool,
}

/// What an editor has open, by absolute paths.
impl FromIterator<(PathBuf, Arc<[u8]>)> for Buffers {
    fn from_iter<T: IntoIterator<Item = (PathBuf, Arc<[u8]>)>>(open: T) -> Self {
        Self { bytes: open.into_iter().collect(), are_decoded: true }
    }
}

impl Buffers {
    /// Puts bytes in the place of a file, in the file's own encoding unless it is an editor's.
    pub fn put(&mut self, path: PathBuf, bytes: Arc<[u8]>) {
        self.bytes.insert(path, bytes);
    }

    /// What is in the place of a file, if anything is.
    pub fn get(&self, path: &Path) -> Option<&Arc<[u8]>> {
        self.bytes.get(path)
    }
}

impl Files for Buffers {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        self.get(path).map_or_else(|| Disk.read(path), |bytes| Ok(Arc::clone(bytes)))
    }

    fn read_into(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Stamp>> {
        match self.get(path) {
            Some(bytes) => Ok(held(bytes, buffer)),
            None => Disk.read_into(path, buffer),
        }
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        if self.bytes.contains_key(path) { None } else { Disk.stamp(path) }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.bytes.contains_key(path) || Disk.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        Disk.is_folder(path)
    }

    fn is_edited(&self, path: &Path) -> bool {
        self.bytes.contains_key(path)
    }

    fn edited(&self) -> Vec<PathBuf> {
        self.bytes.keys().cloned().collect()
    }

    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        if self.are_decoded && self.bytes.contains_key(path) {
            Source::of_buffer(&String::from_utf8_lossy(bytes))
        } else {
            Disk.decode(path, bytes)
        }
    }
}
