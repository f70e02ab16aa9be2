//! The content of an entry, on its way in and out.

use std::fmt;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::entry::{Lookup, Manifest, Miss};
use super::error::StoreError;
use super::lease::nonce;
use crate::key::native::Digest;

/// A result that is to be kept.
pub enum Source<'a> {
    /// In memory.
    Bytes(&'a [u8]),
    /// Read once, to its end, in constant memory.
    Reader(&'a mut dyn Read),
}

/// A result that was found. All of it was checked against its digest.
#[derive(Debug)]
pub enum Content {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file: too large to be held in memory unasked.
    File(File),
}

/// The content of an entry in a file that is open: it stays whole when the entry is removed meanwhile.
#[derive(Debug)]
pub struct File {
    file: fs::File,
    digest: Digest,
    size: u64,
}

/// How something is damaged, and where it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What is wrong, in words.
    pub reason: String,
    /// What was put aside, by its name in the store; `None` if there is nothing to keep, or it could not be moved.
    pub quarantined: Option<String>,
}

/// An entry of which the content went to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It is there.
    Hit(Box<Manifest>),
    /// There is no such entry, and the file is as it was.
    Miss(Miss),
}

/// Writes what was found to a file: beside it first, and then in one step.
pub(super) fn fetch(found: Lookup, path: &Path) -> Result<Fetched, StoreError> {
    let entry = match found {
        Lookup::Hit(entry) => *entry,
        Lookup::Miss(miss) => return Ok(Fetched::Miss(miss)),
    };
    let failed = |error: io::Error| StoreError::of_io(&path.display().to_string(), &error);
    let mut beside = Beside::new(path).map_err(failed)?;
    let (manifest, content) = entry.into_parts();
    content.write_to(&mut beside.file).map_err(failed)?;
    beside.finish(path).map_err(failed)?;
    Ok(Fetched::Hit(Box::new(manifest)))
}

/// A new file beside another, which it takes the place of or is gone.
pub(super) struct Beside {
    pub(super) file: fs::File,
    path: PathBuf,
}

impl Beside {
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}.part", nonce()));
        let path = path.with_file_name(name);
        let file = fs::File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Self { file, path })
    }

    pub(super) fn finish(self, over: &Path) -> io::Result<()> {
        fs::rename(&self.path, over)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // After a rename there is nothing of that name.
        let _ = fs::remove_file(&self.path);
    }
}

impl Content {
    /// The size, in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(file) => file.size,
        }
    }

    /// All of it, in memory.
    ///
    /// # Errors
    ///
    /// An error of the system, and [`io::ErrorKind::InvalidData`] if the file was damaged since it was checked.
    pub fn into_bytes(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::File(file) => file.into_bytes(),
        }
    }

    /// Writes all of it, in constant memory.
    ///
    /// # Errors
    ///
    /// As [`Content::into_bytes`]; what was written by then is to be thrown away.
    pub fn write_to(self, out: &mut dyn io::Write) -> io::Result<u64> {
        match self {
            Self::Bytes(bytes) => out.write_all(&bytes).map(|()| bytes.len() as u64),
            Self::File(file) => file.write_to(out),
        }
    }
}

impl File {
    /// A file whose content was checked: from its beginning, it is `size` bytes of that digest.
    pub fn new(file: fs::File, digest: Digest, size: u64) -> Self {
        Self { file, digest, size }
    }

    /// All of it, in memory; checked once more.
    ///
    /// # Errors
    ///
    /// As [`Content::into_bytes`].
    pub fn into_bytes(mut self) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(usize::try_from(self.size).unwrap_or(usize::MAX))
            .map_err(|_| io::ErrorKind::OutOfMemory)?;
        self.file.take(self.size).read_to_end(&mut bytes)?;
        if Digest::of(&bytes) == self.digest { Ok(bytes) } else { Err(changed()) }
    }

    /// The file, from its beginning.
    ///
    /// # Errors
    ///
    /// An error of the system.
    pub fn into_file(mut self) -> io::Result<fs::File> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(self.file)
    }

    fn write_to(mut self, out: &mut dyn io::Write) -> io::Result<u64> {
        self.file.seek(SeekFrom::Start(0))?;
        let copied = io::copy(&mut self.file.take(self.size), out)?;
        if copied == self.size { Ok(copied) } else { Err(changed()) }
    }
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the stored content changed while it was read: ask for the entry again")
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Reader(_) => f.write_str("a reader"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        self.quarantined.as_ref().map_or(Ok(()), |name| write!(f, " (put aside as {name})"))
    }
}

impl Damage {
    /// Damage of which nothing was put aside.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), quarantined: None }
    }
}

impl<'a> From<&'a [u8]> for Source<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}
