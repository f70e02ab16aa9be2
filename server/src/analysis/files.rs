//! What the analysis reads through, so that it is the same for a working tree, a git revision and an editor's buffers.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::python::{Source, SourceError};

/// Where files come from: the disk, the objects of a git revision, an editor's buffers. Knows absolute paths only.
pub trait Files: Sync {
    /// A file's bytes.
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>>;

    /// Whether there is a file (no folder) of that path. Follows imports; asked much more often than answered with yes.
    fn is_file(&self, path: &Path) -> bool;

    /// Whether there is a folder of that path that may hold modules. A package without `__init__.py` is known by it.
    fn is_folder(&self, path: &Path) -> bool;

    /// Bytes that [`Files::read`] gave, as Python's text. Buffers, which an editor has decoded already, override it
    /// with [`Source::from_text`].
    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        let _ = path;
        Source::decode(bytes)
    }
}

/// The files of a disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        std::fs::read(path).map(Arc::from)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }
}

/// Where Python finds the project's modules, besides the folder of the importing script.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    /// The project's folder, absolute: imports are searched in the folders from the importing file's up to this one.
    pub project: PathBuf,
    /// Folders that are on `sys.path` as well (`src`, an editable install's), absolute, in order.
    pub imports: Vec<PathBuf>,
}
