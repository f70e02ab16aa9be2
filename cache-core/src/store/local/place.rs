//! The folder of a store: what is where, and whether it is still the folder that was opened.
//!
//! Any program may remove it at any time (`flyte delete local-cache` does). Whoever holds a file of it open then works on what
//! nobody else will see, so that each use asks for the file's identity first.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::super::lease::nonce;
use super::super::{Damage, StoreError};
use crate::key::native::{Digest, Key};

/// The paths of a store.
#[derive(Clone, Debug)]
pub(super) struct Place {
    root: PathBuf,
}

/// Which file a path is, as long as that file is open somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

/// A file that is being written: locked, so that nobody takes it for a dead writer's, and gone if it is not kept.
pub(super) struct Staged {
    pub(super) file: File,
    path: PathBuf,
}

impl Place {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the folders, readable to their owner only.
    pub(super) fn make(&self) -> io::Result<()> {
        make_private(&self.root)?;
        for folder in ["cas", "records", "tmp", "locks", "quarantine"] {
            make_private(&self.root.join(folder))?;
        }
        Ok(())
    }

    pub(super) fn index(&self) -> PathBuf {
        self.root.join("index.db")
    }

    /// What is locked while the index is made or replaced.
    pub(super) fn setup_lock(&self) -> PathBuf {
        self.root.join("setup.lock")
    }

    pub(super) fn blob(&self, digest: &Digest) -> PathBuf {
        spread(&self.root.join("cas"), &digest.to_string())
    }

    pub(super) fn record(&self, key: &Key) -> PathBuf {
        spread(&self.root.join("records"), &key.to_string())
    }

    pub(super) fn lock(&self, key: &Key) -> PathBuf {
        self.root.join("locks").join(key.to_string())
    }

    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A new file in `tmp`.
    pub(super) fn stage(&self) -> io::Result<Staged> {
        let path = self.root.join("tmp").join(format!("{:016x}", nonce()));
        let open = || File::options().read(true).write(true).create_new(true).open(&path);
        let file = match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.make()?;
                open()?
            }
            other => other?,
        };
        // Where locks don't work, leftovers are told by nothing, and stay.
        let _ = file.try_lock();
        Ok(Staged { file, path })
    }

    /// Moves a file out of the way, where somebody can look at it; answers with its name in the store.
    pub(super) fn quarantine(&self, path: &Path) -> Option<String> {
        let stem = path.file_name()?.to_string_lossy().into_owned();
        let name = format!("quarantine/{stem}-{:016x}", nonce());
        fs::rename(path, self.root.join(&name)).ok()?;
        Some(name)
    }

    /// Keeps bytes that are damaged, where somebody can look at them.
    pub(super) fn quarantine_bytes(&self, stem: &str, parts: &[&[u8]]) -> Option<String> {
        let name = format!("quarantine/{stem}-{:016x}", nonce());
        fs::write(self.root.join(&name), parts.concat()).ok()?;
        Some(name)
    }

    /// All files of a folder that spreads them, or of a flat one; none if it is not there.
    pub(super) fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.root.join(folder)];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => open.push(entry.path()),
                    Ok(_) => found.push(entry.path()),
                    Err(_) => {}
                }
            }
        }
        found.sort();
        found
    }

    pub(super) fn failed(&self, error: &io::Error) -> StoreError {
        StoreError::of_io(&self.root.display().to_string(), error)
    }

    /// Damage of a file, which is put aside.
    pub(super) fn damage(&self, path: &Path, reason: String) -> Damage {
        Damage { reason, quarantined: self.quarantine(path) }
    }
}

impl Identity {
    /// Of a path; `None` if there is no file.
    pub(super) fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(metadata) => Ok(Some(Self::of_metadata(&metadata))),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a file that is open is still the one of its path.
    pub(super) fn is_at(path: &Path, file: &File) -> io::Result<bool> {
        Ok(Self::of(path)? == Some(Self::of_metadata(&file.metadata()?)))
    }

    #[cfg(unix)]
    pub(super) fn of_metadata(metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(metadata.dev(), metadata.ino())
    }

    /// A file that is open can't be removed or replaced there.
    #[cfg(not(unix))]
    pub(super) fn of_metadata(_: &fs::Metadata) -> Self {
        Self(0, 0)
    }
}

impl Staged {
    /// Gives the file its name, over what has it. May be asked again where the outcome was lost.
    pub(super) fn keep(&self, place: &Place, path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), make_private)?;
        match fs::rename(&self.path, path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if Identity::is_at(path, &self.file)? && cfg!(unix) {
                    return Ok(());
                }
                // Gone with its folder, or taken for a dead writer's. What was written is still open.
                let mut again = place.stage()?;
                let mut file = &self.file;
                file.seek(SeekFrom::Start(0))?;
                io::copy(&mut file, &mut again.file)?;
                fs::rename(&again.path, path)
            }
            other => other,
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes a file as a whole.
pub(super) fn write_whole(place: &Place, path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let mut staged = place.stage()?;
    io::Write::write_all(&mut staged.file, bytes)?;
    if sync {
        staged.file.sync_all()?;
    }
    staged.keep(place, path)?;
    if sync { sync_parent(path) } else { Ok(()) }
}

/// Makes a rename outlast a loss of power.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if cfg!(unix) => File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}

/// Removes a file; it may be gone already.
pub(super) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn spread(folder: &Path, name: &str) -> PathBuf {
    folder.join(&name[..2]).join(name)
}
