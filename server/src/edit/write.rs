//! A file put in the place of another: all of it or nothing, and only if nobody else changed it meanwhile.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why a file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody else wrote it.
    #[error("it was changed meanwhile: try again")]
    Changed,
    /// Its permissions say that it must not be written.
    #[error("it is read-only: make it writable and try again")]
    ReadOnly,
    /// A link out of the folder that may be written.
    #[error("it is a link to {0}, outside of the project: name that file instead")]
    LeadsOutside(PathBuf),
    /// The disk refused.
    #[error("could not be written: {0}")]
    Io(#[from] io::Error),
}

/// Puts `new` in the place of a file that holds `old`, in one step that readers see either not at all or whole. Permissions
/// stay; of a link, the file that it leads to is written, if that lies within `root`.
///
/// # Errors
///
/// [`WriteError`]; the file is then as it was.
pub fn replace(path: &Path, root: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let target = fs::canonicalize(path)?;
    let within = fs::canonicalize(root)?;
    if fs::symlink_metadata(path)?.is_symlink() && !target.starts_with(&within) {
        return Err(WriteError::LeadsOutside(target));
    }
    if fs::metadata(&target)?.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    put(&target, Some(old), new)
}

/// Puts `new` in the place of a file that holds `old`, or that isn't there yet, in one step. Folders on the way are made.
///
/// # Errors
///
/// [`WriteError::Changed`] and [`WriteError::Io`]; the file is then as it was.
pub fn put(path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<(), WriteError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let (temporary, mut file) = create_beside(path)?;
    let written = (|| {
        file.write_all(new)?;
        if old.is_some() {
            file.set_permissions(fs::metadata(path)?.permissions())?;
        }
        file.sync_all()?;
        drop(file);
        // As late as it can be asked.
        let now = match fs::read(path) {
            Ok(now) => Some(now),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        if now.as_deref() != old {
            return Err(WriteError::Changed);
        }
        Ok(fs::rename(&temporary, path)?)
    })();
    if written.is_err() {
        // What is left over is ours, and the failure is told anyway.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Puts `new` in the place of a file that may as well be lost, whatever it holds, in one step that readers see either not at all or whole.
/// After a failure of the machine it may hold anything. Folders on the way are made.
///
/// # Errors
///
/// The disk's; the file is then as it was.
pub fn put_for_now(path: &Path, new: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let (temporary, mut file) = create_beside(path)?;
    let written = file.write_all(new).and_then(|()| {
        drop(file);
        fs::rename(&temporary, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// A new file in the same folder, so that it can be renamed: hidden, and named after its target.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let process = std::process::id();
    let mut attempt = 0;
    loop {
        let path = target.with_file_name(format!(".{name}.{process}-{attempt}.tmp"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_replaced_or_left_as_it_was() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("pipe.py");
        fs::write(&path, "old").unwrap();
        replace(&path, temp.path(), b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(matches!(replace(&path, temp.path(), b"old", b"newer"), Err(WriteError::Changed)));
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(matches!(replace(&path, temp.path(), b"new", b"newer"), Err(WriteError::ReadOnly)));
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(temp.path()), ["pipe.py"], "nothing is left beside it");
        assert!(matches!(replace(&temp.path().join("gone.py"), temp.path(), b"", b""), Err(WriteError::Io(_))));
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_followed_within_the_project() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let temp = tempfile::tempdir().unwrap();
        let (root, outside) = (temp.path().join("project"), temp.path().join("other.py"));
        fs::create_dir(&root).unwrap();
        let (file, link, away) = (root.join("a.py"), root.join("b.py"), root.join("c.py"));
        fs::write(&file, "old").unwrap();
        fs::write(&outside, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        symlink("a.py", &link).unwrap();
        symlink(&outside, &away).unwrap();
        replace(&link, &root, b"old", b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o755);
        assert!(matches!(replace(&away, &root, b"old", b"new"), Err(WriteError::LeadsOutside(_))));
        assert_eq!(fs::read(&outside).unwrap(), b"old");
    }
}
