//! Reading files of a size that a program written by people can have.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::analysis::Files;

/// Larger files are data: parsing one takes seconds and gigabytes. CPython's own library has none above 1 MB.
const LARGEST: u64 = 16 << 20;

/// The files of a disk, up to 16 MiB each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        read(path).map(Arc::from)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }
}

/// A file's bytes.
///
/// # Errors
///
/// Those of the disk, and [`io::ErrorKind::FileTooLarge`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGEST {
        let message = format!(
            "{} MiB are more than the {} MiB that are read: move data out of the code, or leave the file out",
            size >> 20,
            LARGEST >> 20
        );
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // A file that grows meanwhile is read no further.
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
