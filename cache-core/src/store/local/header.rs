//! A look at the bytes of the index's header, past SQLite.
//!
//! A process that closes a file loses **all** its POSIX locks on it, also those that SQLite holds for other connections: another process
//! could then take itself for the last and remove the log that is written here. So a file that was looked at stays open for good.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Mutex;

use super::place::Identity;

/// Files that were looked at: one for each index that ever refused a write.
static LOOKED_AT: Mutex<Vec<(Identity, File)>> = Mutex::new(Vec::new());

/// Whether the header asks for a newer SQLite, which makes this one take the file for read only. Ours are of version 2 (WAL).
pub(super) fn has_foreign_versions(index: &Path) -> bool {
    let (Ok(mut files), Ok(Some(identity))) = (LOOKED_AT.lock(), Identity::of(index)) else { return false };
    if cfg!(not(unix)) {
        files.clear(); // there are no such locks, and files are not told apart
    }
    let known = files.iter().position(|(known, _)| *known == identity);
    let at = match known {
        Some(at) => at,
        None => {
            let Ok(file) = File::open(index) else { return false };
            let Ok(metadata) = file.metadata() else { return false };
            files.push((Identity::of_metadata(&metadata), file));
            files.len() - 1
        }
    };
    let (mut header, file) = ([0; 20], &mut files[at].1);
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_exact(&mut header));
    read.is_ok() && header[18..] != [2, 2]
}
