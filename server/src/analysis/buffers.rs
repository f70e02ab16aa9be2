//! What an editor has open, in the place of what the disk holds: the same for the server and for the tests of what it asks.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::python::{Source, SourceError};

use super::files::{Disk, Files};
use super::remembered::Stamp;

/// The disk, with texts that are open in an editor in the place of what is on it. As UTF-8, whatever the files are in: an editor has
/// decoded them already.
#[derive(Debug, Default)]
pub struct Buffers(HashMap<PathBuf, Arc<[u8]>>);

/// By absolute paths.
impl FromIterator<(PathBuf, Arc<[u8]>)> for Buffers {
    fn from_iter<T: IntoIterator<Item = (PathBuf, Arc<[u8]>)>>(open: T) -> Self {
        Self(open.into_iter().collect())
    }
}

impl Files for Buffers {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        self.0.get(path).map_or_else(|| Disk.read(path), |bytes| Ok(Arc::clone(bytes)))
    }

    fn read_into(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Stamp>> {
        let Some(bytes) = self.0.get(path) else { return Disk.read_into(path, buffer) };
        buffer.clear();
        buffer.extend_from_slice(bytes);
        Ok(None)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.0.contains_key(path) || Disk.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        Disk.is_folder(path)
    }

    fn is_edited(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }

    fn edited(&self) -> Vec<PathBuf> {
        self.0.keys().cloned().collect()
    }

    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        if self.0.contains_key(path) {
            Source::of_buffer(&String::from_utf8_lossy(bytes))
        } else {
            Disk.decode(path, bytes)
        }
    }
}
