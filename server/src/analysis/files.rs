//! What the analysis reads through, so that it is the same for a working tree, a git revision and an editor's buffers.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::python::{Source, SourceError};

use super::folders::{Entry, Listing};
use super::remembered::Stamp;

/// Where files come from: the disk, the objects of a git revision, an editor's buffers. Knows absolute paths only.
pub trait Files: Sync {
    /// A file's bytes.
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>>;

    /// A file's bytes into a buffer, in place of what is in it: for those who look at thousands of files and keep few. With the state
    /// of the file from before it was read, where it is one of the disk's.
    fn read_into(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Stamp>> {
        Ok(held(&self.read(path)?, buffer))
    }

    /// The state of a file that is read from the disk as it stands there; `None` for all others, and where there is none.
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        let _ = path;
        None
    }

    /// Whether there is a file (no folder) of that path. Follows imports; asked much more often than answered with yes.
    fn is_file(&self, path: &Path) -> bool;

    /// Whether there is a folder of that path that may hold modules. A package without `__init__.py` is known by it.
    fn is_folder(&self, path: &Path) -> bool;

    /// Whether a file is held in another state than the disk's: it is being edited, or as it would be after an edit. It pays to be quick
    /// about small changes of it, and what is known of the disk doesn't count for it.
    fn is_edited(&self, path: &Path) -> bool {
        let _ = path;
        false
    }

    /// What a folder holds, empty for one that is not there; `None` where each path has to be asked for.
    fn list(&self, folder: &Path) -> Option<Listing> {
        let _ = folder;
        None
    }

    /// The files that are being edited.
    fn edited(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// How often the disk was looked at: while that stays, so do all files but those that are being edited. 0 where nothing is known of
    /// that.
    fn looks(&self) -> u64 {
        0
    }

    /// Bytes that [`Files::read`] gave, as Python's text. Buffers, which an editor has decoded already, override it
    /// with [`Source::from_text`].
    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        let _ = path;
        Source::decode(bytes)
    }
}

/// Bytes that are in memory already, as [`Files::read_into`] gives them: they have no state on the disk.
pub fn held(bytes: &[u8], buffer: &mut Vec<u8>) -> Option<Stamp> {
    buffer.clear();
    buffer.extend_from_slice(bytes);
    None
}

/// Larger files are data: parsing one takes seconds and gigabytes. CPython's own library has none above 1 MB.
const LARGEST: u64 = 16 << 20;

/// The files of a disk, up to 16 MiB each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        read(path).map(Arc::from)
    }

    fn read_into(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Stamp>> {
        read_into(path, buffer).map(Some)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        Stamp::of(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn list(&self, folder: &Path) -> Option<Listing> {
        list(folder)
    }
}

/// A folder of more names is none of modules.
const MOST_NAMES: usize = 10_000;

fn list(folder: &Path) -> Option<Listing> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Some(Listing::new());
        }
        Err(_) => return None,
    };
    let mut listing = Listing::new();
    for entry in entries {
        let entry = entry.ok().filter(|_| listing.len() < MOST_NAMES)?;
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_file() => Entry::File,
            Ok(kind) if kind.is_dir() => Entry::Folder,
            _ => Entry::Other,
        };
        listing.insert(entry.file_name(), kind);
    }
    Some(listing)
}

/// Files of which one is as it would be after an edit.
pub struct Overlay<'a> {
    /// All others.
    pub files: &'a dyn Files,
    /// The one file, absolute.
    pub path: &'a Path,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        if path == self.path { Ok(Arc::clone(&self.bytes)) } else { self.files.read(path) }
    }

    fn read_into(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Stamp>> {
        if path == self.path { Ok(held(&self.bytes, buffer)) } else { self.files.read_into(path, buffer) }
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        if path == self.path { None } else { self.files.stamp(path) }
    }

    fn is_file(&self, path: &Path) -> bool {
        path == self.path || self.files.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.files.is_folder(path)
    }

    fn is_edited(&self, path: &Path) -> bool {
        path == self.path || self.files.is_edited(path)
    }

    fn edited(&self) -> Vec<PathBuf> {
        let mut edited = self.files.edited();
        edited.push(self.path.to_owned());
        edited
    }

    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        self.files.decode(path, bytes)
    }
}

/// A file's bytes.
///
/// # Errors
///
/// Those of the disk, and [`io::ErrorKind::FileTooLarge`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_into(path, &mut bytes)?;
    Ok(bytes)
}

/// Reads a file's bytes into a buffer, in place of what is in it.
fn read_into(path: &Path, bytes: &mut Vec<u8>) -> io::Result<Stamp> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    let size = metadata.len();
    if size > LARGEST {
        let message = format!(
            "{} MiB are more than the {} MiB that are read: move data out of the code, or leave the file out",
            size >> 20,
            LARGEST >> 20
        );
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    // One that grows meanwhile is read no further, so that nearly all files take one call.
    bytes.resize(usize::try_from(size).unwrap_or(0), 0);
    let mut read = 0;
    while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(read);
    // What has no size may be made while it is read.
    if size == 0 {
        file.take(LARGEST).read_to_end(bytes)?;
    }
    Ok(Stamp::from(&metadata))
}

/// What went wrong with a path, and what to do.
pub fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied: make it readable for this user".to_owned(),
        // Stable only as a name: the kind itself can't be written in this Rust yet.
        kind if format!("{kind:?}") == "FilesystemLoop" => {
            "a link that leads back to itself: remove it or point it at a file".to_owned()
        }
        // Its message says how large, and what to do.
        io::ErrorKind::FileTooLarge => error.to_string(),
        _ => format!("could not be read: {error}"),
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
