//! git's index: which working files are as git last saw them, told by their size and times alone; and which files a tree
//! has, where the index was made from that tree.
//!
//! Reading and hashing every file of a large repository takes longer than all the rest. git itself trusts these times,
//! and the same care is taken here: a file that was modified in the moment when the index was written, or later, is not
//! trusted. What can't be read (split indexes) knows no file, so that all are hashed.
//!
//! The format is git's `Documentation/gitformat-index.txt`.

use std::fs::Metadata;
use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What git noted of the files when it last looked at them.
#[derive(Debug, Default)]
pub(super) struct Index {
    bytes: Vec<u8>,
    /// Names that version 4 spells out only in part.
    names: Vec<u8>,
    /// In the order of the names.
    seen: Vec<Seen>,
    written: Option<Time>,
    /// Whether anything is left out of the working tree.
    leaves_out: bool,
    /// The tree that all entries were made from, if it is known to be one.
    tree: Option<Range<usize>>,
}

/// What the system says of a working file.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// In bytes.
    pub size: u64,
    /// When its content was written.
    pub modified: Option<SystemTime>,
    /// When its record changed: seconds and nanoseconds since 1970, where the system keeps that.
    pub changed: Option<(i64, i64)>,
}

/// Seconds and nanoseconds since the epoch, as the index holds them.
type Time = (u32, u32);

/// An entry.
#[derive(Debug)]
struct Seen {
    /// Within `names` for version 4, else within `bytes`.
    name: Range<usize>,
    id: Range<usize>,
    mode: u32,
    size: u32,
    changed: Time,
    modified: Time,
    /// Whether it stands for the file alone, and git was not told to look away.
    counts: bool,
    /// Whether a tree that was made from the index holds it.
    in_tree: bool,
    /// Whether it is left out of the working tree, by a sparse checkout.
    left_out: bool,
}

/// The numbers before an entry's id: times, device, inode, mode, owner, size.
const NUMBERS: usize = 40;
/// The flag of a file that git was told not to look at.
const ASSUMED_VALID: u16 = 0x8000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const NAME_LENGTH: u16 = 0x0fff;
/// Among the extended flags: a file that is only announced.
const INTENT_TO_ADD: u16 = 0x2000;
/// Among the extended flags: a file, or in a sparse index a whole folder, that is left out of the working tree.
const SKIP_WORKTREE: u16 = 0x4000;

/// What of an index is left out of the working tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftOut<'i> {
    /// A file, with its id.
    File(&'i [u8]),
    /// A folder above it, of which the index holds nothing more.
    Folder,
}

impl Index {
    /// Reads an index of ids of `id_length` bytes that was written at a time.
    pub(super) fn parse(bytes: Vec<u8>, id_length: usize, written: Option<SystemTime>) -> Self {
        let mut index = Self { bytes, written: written.and_then(time), ..Self::default() };
        match index.read(id_length) {
            Some(()) => index,
            None => Self::default(),
        }
    }

    /// Whether the file of a name, which is none but a file, is surely as it was when git saw it, with this id (hexadecimal) if it is given.
    /// It is sooner found if it is the entry at `near`.
    pub(super) fn is_untouched(&self, near: usize, name: &[u8], id: Option<&str>, now: &State) -> bool {
        let Some(seen) = self.entry_near(near, name) else { return false };
        let modified = now.modified.and_then(time);
        seen.counts
            && u64::from(seen.size) == now.size
            && modified == Some(seen.modified)
            && modified < self.written
            && now.changed.is_none_or(|changed| is_at(changed, seen.changed))
            && id.is_none_or(|id| hex_is(id, self.bytes.get(seen.id.clone()).unwrap_or_default()))
    }

    /// Whether the entry of a name, which may be at `near`, has an id (hexadecimal): else no working file is surely what has it.
    pub(super) fn may_hold(&self, near: usize, name: &[u8], id: &str) -> bool {
        let seen = self.entry_near(near, name);
        seen.is_some_and(|seen| hex_is(id, self.bytes.get(seen.id.clone()).unwrap_or_default()))
    }

    /// Whether and how a file of a name is left out of the working tree.
    pub(super) fn left_out(&self, name: &[u8]) -> Option<LeftOut<'_>> {
        if !self.leaves_out {
            return None;
        }
        let found = |name: &[u8]| self.entry_near(usize::MAX, name).filter(|seen| seen.left_out);
        if let Some(seen) = found(name) {
            return self.bytes.get(seen.id.clone()).map(LeftOut::File);
        }
        let mut folders = memchr::memchr_iter(b'/', name).filter_map(|end| name.get(..=end));
        folders.any(|folder| found(folder).is_some()).then_some(LeftOut::Folder)
    }

    fn entry_near(&self, near: usize, name: &[u8]) -> Option<&Seen> {
        let is_it = |seen: &&Seen| self.name(seen) == name;
        self.seen.get(near).filter(is_it).or_else(|| {
            let found = self.seen.binary_search_by(|seen| self.name(seen).cmp(name));
            self.seen.get(found.ok()?)
        })
    }

    /// What `git ls-tree -r -z --full-tree` lists for a tree (its id), if the index was made from this tree and has not
    /// been added to since.
    pub(super) fn listing(&self, tree: &str) -> Option<Vec<u8>> {
        let of = self.bytes.get(self.tree.clone()?)?;
        if !hex_is(tree, of) || !self.seen.iter().all(|seen| seen.in_tree) {
            return None;
        }
        let mut listing = Vec::with_capacity(self.bytes.len());
        for seen in &self.seen {
            let kind: &[u8] = match seen.mode {
                0o120_000 => b"120000 blob ",
                0o160_000 => b"160000 commit ",
                0o100_755 => b"100755 blob ",
                _ => b"100644 blob ",
            };
            listing.extend_from_slice(kind);
            let id = self.bytes.get(seen.id.clone())?;
            id.iter().for_each(|byte| listing.extend_from_slice(&hex_of(*byte)));
            listing.push(b'\t');
            listing.extend_from_slice(self.name(seen));
            listing.push(0);
        }
        Some(listing)
    }

    fn name(&self, seen: &Seen) -> &[u8] {
        let from = if self.names.is_empty() { &self.bytes } else { &self.names };
        from.get(seen.name.clone()).unwrap_or_default()
    }
}

fn time(at: SystemTime) -> Option<Time> {
    let since: Duration = at.duration_since(UNIX_EPOCH).ok()?;
    Some((u32::try_from(since.as_secs()).ok()?, since.subsec_nanos()))
}

impl From<&Metadata> for State {
    fn from(data: &Metadata) -> Self {
        Self { size: data.len(), modified: data.modified().ok(), changed: changed(data) }
    }
}

#[cfg(unix)]
fn changed(data: &Metadata) -> Option<(i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((data.ctime(), data.ctime_nsec()))
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<(i64, i64)> {
    None
}

/// Whether the file's own record last changed when git saw it: then its times were not set back either.
fn is_at((seconds, nanoseconds): (i64, i64), seen: Time) -> bool {
    u32::try_from(seconds).ok().zip(u32::try_from(nanoseconds).ok()) == Some(seen)
}

fn hex_of(byte: u8) -> [u8; 2] {
    [hex_digit(byte >> 4), hex_digit(byte & 0xf)]
}

fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' - 10 + value }
}

pub(super) fn hex_is(hex: &str, bytes: &[u8]) -> bool {
    let is = |(digits, byte): (&[u8], &u8)| digits == hex_of(*byte);
    hex.len() == 2 * bytes.len() && hex.as_bytes().chunks(2).zip(bytes).all(is)
}

impl Index {
    /// Versions 2 to 4; `None` for what is no such index.
    fn read(&mut self, id_length: usize) -> Option<()> {
        let version = number(&self.bytes, 4)?;
        if !self.bytes.starts_with(b"DIRC") || !matches!(version, 2..=4) {
            return None;
        }
        let mut at = 12;
        for _ in 0..number(&self.bytes, 8)? {
            at = self.entry(at, id_length, version)?;
        }
        if !self.seen.is_sorted_by(|one, other| self.name(one) <= self.name(other)) {
            return None;
        }
        // Behind the extensions stands a checksum.
        while at + id_length < self.bytes.len() {
            let size = usize::try_from(number(&self.bytes, at + 4)?).ok()?;
            let content = at + 8..(at + 8).checked_add(size)?;
            match self.bytes.get(at..at + 4)? {
                // The larger part is in another file.
                b"link" => return None,
                b"TREE" => self.tree = root_tree(&self.bytes, content.clone(), id_length),
                _ => {}
            }
            at = content.end;
        }
        Some(())
    }

    /// Reads the entry at an offset, and returns where the next one begins.
    fn entry(&mut self, at: usize, id_length: usize, version: u32) -> Option<usize> {
        let bytes = &self.bytes;
        let id = at + NUMBERS..at + NUMBERS + id_length;
        let flags_at = id.end;
        let flags = u16::from_be_bytes(bytes.get(flags_at..flags_at + 2)?.try_into().ok()?);
        let mut name_at = flags_at + 2;
        let (mut announced, mut left_out) = (false, false);
        if flags & EXTENDED != 0 {
            let extended = u16::from_be_bytes(bytes.get(name_at..name_at + 2)?.try_into().ok()?);
            announced = extended & INTENT_TO_ADD != 0;
            left_out = extended & SKIP_WORKTREE != 0;
            name_at += 2;
        }
        let mode = number(bytes, at + 24)?;
        let times = [number(bytes, at)?, number(bytes, at + 4)?, number(bytes, at + 8)?, number(bytes, at + 12)?];
        let size = number(bytes, at + 36)?;
        let (name, next) = if version == 4 {
            self.shortened(name_at)?
        } else {
            let length = match flags & NAME_LENGTH {
                NAME_LENGTH => memchr::memchr(0, bytes.get(name_at..)?)?,
                length => usize::from(length),
            };
            // One to eight zero bytes, up to a multiple of eight.
            (name_at..name_at + length, at + (name_at + length - at + 8) / 8 * 8)
        };
        let is_whole = matches!(mode, 0o100_644 | 0o100_755 | 0o120_000 | 0o160_000);
        self.leaves_out |= left_out;
        self.seen.push(Seen {
            left_out,
            counts: flags & (STAGE | ASSUMED_VALID) == 0,
            in_tree: flags & STAGE == 0 && !announced && is_whole,
            changed: (times[0], times[1]),
            modified: (times[2], times[3]),
            size,
            name,
            id,
            mode,
        });
        (next <= self.bytes.len()).then_some(next)
    }

    /// A name of version 4: how many bytes to take off the name before, and what follows instead up to a zero byte.
    fn shortened(&mut self, mut at: usize) -> Option<(Range<usize>, usize)> {
        let mut off = 0_usize;
        loop {
            let byte = *self.bytes.get(at)?;
            at += 1;
            off = off.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                break;
            }
            off = off.checked_add(1)?;
        }
        let before = self.seen.last().map_or(0..0, |seen| seen.name.clone());
        let kept = before.start..before.end.checked_sub(off).filter(|end| *end >= before.start)?;
        let rest = self.bytes.get(at..)?;
        let rest = rest.get(..memchr::memchr(0, rest)?)?;
        let start = self.names.len();
        self.names.extend_from_within(kept);
        self.names.extend_from_slice(rest);
        // Of nearly nothing everything could be made.
        let is_sane = self.names.len() <= self.bytes.len().saturating_mul(64);
        is_sane.then_some((start..self.names.len(), at + rest.len() + 1))
    }
}

/// The id of the root in the extension `TREE`, unless something was added since: then its count of entries is negative.
fn root_tree(bytes: &[u8], content: Range<usize>, id_length: usize) -> Option<Range<usize>> {
    // An empty path, the count in decimal, a blank, the number of subtrees, a line end, the id.
    let text = bytes.get(content.clone())?.strip_prefix(b"\0")?;
    let blank = memchr::memchr(b' ', text)?;
    if !text.get(..blank)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let line_end = content.start + 1 + memchr::memchr(b'\n', text)?;
    let id = line_end + 1..line_end + 1 + id_length;
    (id.end <= content.end).then_some(id)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
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
        let now = State::from(&file.metadata().unwrap());
        let modified = now.modified.and_then(time).unwrap();
        let (seconds, nanoseconds) = now.changed.unwrap_or_default();
        let changed = (seconds.try_into().unwrap(), nanoseconds.try_into().unwrap());
        let index = |written| {
            let (bytes, tree) = ([&[0xab; 20][..], b"a.py"].concat(), None);
            let seen = Seen {
                name: 20..24,
                id: 0..20,
                mode: 0o100_644,
                size: 1,
                changed,
                modified,
                counts: true,
                in_tree: true,
                left_out: false,
            };
            Index { bytes, seen: vec![seen], written, tree, ..Index::default() }
        };
        let id = "ab".repeat(20);
        assert!(index(Some((modified.0 + 1, 0))).is_untouched(0, b"a.py", Some(&id), &now));
        assert!(!index(Some(modified)).is_untouched(0, b"a.py", Some(&id), &now));
        assert!(!index(None).is_untouched(0, b"a.py", Some(&id), &now));
        assert!(!index(Some((modified.0 + 1, 0))).is_untouched(0, b"a.py", Some(&"ac".repeat(20)), &now));
    }

    #[test]
    fn an_index_lists_the_tree_that_it_was_made_from() {
        let Some(sandbox) = sandbox() else { return };
        for (version, format) in [("2", "sha1"), ("4", "sha1"), ("2", "sha256"), ("4", "sha256")] {
            let folder = format!("{version}{format}");
            let git = |arguments: &[&str]| sandbox.git(&folder, arguments);
            for name in ["a.py", "a/b.py", "a-b.py", "a/deeper/c.py", "long/name/of/a/module.py", "long/name/of/b.py"] {
                sandbox.write(&format!("{folder}/{name}"), name);
            }
            git(&["init", "-q", &format!("--object-format={format}")]);
            git(&["config", "index.version", version]);
            git(&["add", "."]);
            git(&["update-index", "--chmod=+x", "a/b.py"]);
            git(&["commit", "-q", "-m", "first"]);
            let repository = sandbox.open(&folder).unwrap();
            let tree = repository.tree_of(repository.head_commit().unwrap()).unwrap();
            let listed = || repository.read_index(tree.len()).unwrap().listing(tree);
            let expected = git(&["ls-tree", "-r", "-z", "--full-tree", "HEAD"]);
            assert_eq!(listed().map(|text| String::from_utf8(text).unwrap()), Some(expected.clone()), "{folder}");

            sandbox.write(&format!("{folder}/a.py"), "changed, but not added");
            assert!(listed().is_some(), "{folder}");
            git(&["add", "a.py"]);
            assert_eq!(listed(), None, "{folder}: added to since");
            git(&["commit", "-q", "-m", "second"]);
            assert_eq!(listed(), None, "{folder}: made from another tree");
            sandbox.write(&format!("{folder}/new.py"), "");
            git(&["add", "--intent-to-add", "new.py"]);
            let repository = sandbox.open(&folder).unwrap();
            let tree = repository.tree(repository.head_commit().unwrap()).unwrap();
            assert!(!tree.is_file(&sandbox.path(&format!("{folder}/new.py"))), "only announced");
        }
    }

    #[test]
    fn what_is_no_index_knows_no_file() {
        for bytes in [&b""[..], b"DIRC", b"DIRC\0\0\0\x04\0\0\0\x01", b"DIRC\0\0\0\x02\xff\xff\xff\xff", &[b'x'; 100]] {
            assert!(Index::parse(bytes.to_vec(), 20, None).seen.is_empty());
        }
    }
}
