//! git's index: which working files are as git last saw them, told by their size and time alone.
//!
//! Reading and hashing every file of a large repository takes longer than all the rest. git itself trusts these times,
//! and the same care is taken here: a file that was modified in the moment when the index was written, or later, is not
//! trusted. What can't be read (version 4, split indexes) knows no file, so that all are hashed.
//!
//! The format is git's `Documentation/gitformat-index.txt`.

use std::collections::HashMap;
use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What git noted of the files when it last looked at them.
#[derive(Debug, Default)]
pub(super) struct Index {
    seen: HashMap<Vec<u8>, Seen>,
    written: Option<Time>,
}

/// Seconds and nanoseconds since the epoch, as the index holds them.
type Time = (u32, u32);

#[derive(Debug)]
struct Seen {
    id: Vec<u8>,
    size: u32,
    modified: Time,
}

/// The numbers before an entry's id: times, device, inode, mode, owner, size.
const NUMBERS: usize = 40;
/// The flag of a file that git was told not to look at.
const ASSUMED_VALID: u16 = 0x8000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const NAME_LENGTH: u16 = 0x0fff;

impl Index {
    /// Reads an index of ids of `id_length` bytes that was written at a time.
    pub(super) fn parse(bytes: &[u8], id_length: usize, written: Option<SystemTime>) -> Self {
        let written = written.and_then(time);
        Self { seen: entries(bytes, id_length).unwrap_or_default(), written }
    }

    /// Whether the file of a name is surely as it was when git saw it with this id (hexadecimal).
    pub(super) fn is_untouched(&self, name: &[u8], id: &str, now: &Metadata) -> bool {
        let Some(seen) = self.seen.get(name) else { return false };
        let modified = now.modified().ok().and_then(time);
        now.is_file()
            && u64::from(seen.size) == now.len()
            && modified == Some(seen.modified)
            && modified < self.written
            && hex_is(id, &seen.id)
    }
}

fn time(at: SystemTime) -> Option<Time> {
    let since: Duration = at.duration_since(UNIX_EPOCH).ok()?;
    Some((u32::try_from(since.as_secs()).ok()?, since.subsec_nanos()))
}

fn hex_is(hex: &str, bytes: &[u8]) -> bool {
    hex.len() == 2 * bytes.len()
        && hex.as_bytes().chunks(2).zip(bytes).all(|(digits, byte)| {
            std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok()) == Some(*byte)
        })
}

/// The entries of versions 2 and 3; `None` for what is no such index.
fn entries(bytes: &[u8], id_length: usize) -> Option<HashMap<Vec<u8>, Seen>> {
    let (header, mut rest) = bytes.split_at_checked(12)?;
    let version = number(header, 4)?;
    if !header.starts_with(b"DIRC") || !matches!(version, 2 | 3) {
        return None;
    }
    let mut seen = HashMap::new();
    for _ in 0..number(header, 8)? {
        let id = rest.get(NUMBERS..NUMBERS + id_length)?.to_vec();
        let mut name_at = NUMBERS + id_length + 2;
        let flags = u16::from_be_bytes(rest.get(name_at - 2..name_at)?.try_into().ok()?);
        if flags & EXTENDED != 0 {
            name_at += 2;
        }
        let length = match flags & NAME_LENGTH {
            NAME_LENGTH => memchr::memchr(0, rest.get(name_at..)?)?,
            length => usize::from(length),
        };
        let name = rest.get(name_at..name_at + length)?.to_vec();
        if flags & (STAGE | ASSUMED_VALID) == 0 {
            let modified = (number(rest, 8)?, number(rest, 12)?);
            seen.insert(name, Seen { id, size: number(rest, 36)?, modified });
        }
        // One to eight zero bytes, up to a multiple of eight.
        rest = rest.get((name_at + length + 8) / 8 * 8..)?;
    }
    Some(seen)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs::{File, write};
    use std::path::Path;

    use super::super::test_repository::sandbox;
    use super::*;

    /// Makes a file an hour old, so that the index is surely younger.
    fn age(path: &Path) {
        let hour_ago = SystemTime::now() - Duration::from_secs(3600);
        File::options().write(true).open(path).unwrap().set_modified(hour_ago).unwrap();
    }

    #[test]
    fn files_are_untouched_only_as_git_saw_them() {
        let Some(sandbox) = sandbox() else { return };
        for format in ["sha1", "sha256"] {
            sandbox.write(&format!("{format}/pkg/a.py"), "x = 1\n");
            sandbox.write(&format!("{format}/b.py"), "y = 1\n");
            let (a, b) = (sandbox.path(&format!("{format}/pkg/a.py")), sandbox.path(&format!("{format}/b.py")));
            let git = |arguments: &[&str]| sandbox.git(format, arguments);
            git(&["init", "-q", &format!("--object-format={format}")]);
            age(&a);
            age(&b);
            git(&["add", "."]);
            git(&["commit", "-q", "-m", "first"]);
            let tree = |revision: &str| sandbox.open(format).unwrap().tree(revision).unwrap();
            let first = tree("HEAD");
            assert!(first.is_untouched(&a) && first.is_untouched(&b), "{format}");
            assert!(!first.is_untouched(&sandbox.path(&format!("{format}/none.py"))));

            // Of the same size, but another time.
            write(&b, "y = 2\n").unwrap();
            assert!(first.is_untouched(&a) && !first.is_untouched(&b));
            write(&b, "y = 3 # longer\n").unwrap();
            age(&b);
            git(&["commit", "-q", "-a", "-m", "second"]);
            assert!(!tree("HEAD~").is_untouched(&b), "as the index has it, but not as the revision does");
            assert!(tree("HEAD").is_untouched(&b));

            git(&["update-index", "--assume-unchanged", "b.py"]);
            assert!(!tree("HEAD").is_untouched(&b), "git was told not to look");
        }
    }

    #[test]
    fn a_file_as_young_as_the_index_is_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.py");
        write(&file, "x").unwrap();
        let now = file.metadata().unwrap();
        let modified = now.modified().ok().and_then(time).unwrap();
        let index = |written| {
            let seen = Seen { id: vec![0xab; 20], size: 1, modified };
            Index { seen: HashMap::from([(b"a.py".to_vec(), seen)]), written }
        };
        let id = "ab".repeat(20);
        assert!(index(Some((modified.0 + 1, 0))).is_untouched(b"a.py", &id, &now));
        assert!(!index(Some(modified)).is_untouched(b"a.py", &id, &now));
        assert!(!index(None).is_untouched(b"a.py", &id, &now));
        assert!(!index(Some((modified.0 + 1, 0))).is_untouched(b"a.py", &"ac".repeat(20), &now));
    }

    #[test]
    fn what_is_no_index_knows_no_file() {
        for bytes in [&b""[..], b"DIRC", b"DIRC\0\0\0\x04\0\0\0\x01", b"DIRC\0\0\0\x02\xff\xff\xff\xff", &[b'x'; 100]] {
            assert!(Index::parse(bytes, 20, None).seen.is_empty());
        }
    }
}
