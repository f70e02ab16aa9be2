//! What earlier runs saw of files that have nothing to do with Flyte by themselves, so that those which stay as they were need not be read
//! again: of a project of 10,000 files nearly all.
//!
//! A file's state is told as git's index tells it, from what the system says of the file without reading it: when it was written, when
//! anything of it changed, its size and its number. A state is believed only if it was a while old when the file was read: what is written
//! twice in one tick of the clock has one state and two contents.
//!
//! Kept are digests of paths and states, and hashes of the names that the files import; no name and no text. Whatever is wrong with what is
//! kept, another program version's included, it counts as nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::prefilter::Dull;
use super::remembered::Stamp;
use crate::edit;

/// How old a state has to be. Some file systems count in steps of two seconds.
const SETTLED: Duration = Duration::from_secs(3);

/// What tells a table of this program from others. The number counts the changes of what [`Dull`] holds and when a file is dull.
const MARK: &str = concat!("tasklens ", env!("CARGO_PKG_VERSION"), " sightings 2\n");

/// This many are kept at least, whether this run met them or not: parts of a project are asked about, and branches are switched.
const FEW: usize = 1 << 16;

/// A file in a state: the first half of BLAKE3 over both.
type Key = u128;

/// Files that were seen, for one project.
#[derive(Debug)]
pub struct Sightings {
    path: PathBuf,
    /// Before any file was looked at.
    opened: SystemTime,
    table: Table,
    /// Which entries of the table were met.
    met: Vec<AtomicBool>,
    new: Mutex<Vec<(Key, Dull)>>,
    /// How many of the new ones were saved already.
    saved: AtomicUsize,
}

impl Sightings {
    /// Those that are kept in a file; none if there is no such file, or no good one.
    pub fn open(path: PathBuf) -> Self {
        let table = fs::read(&path).ok().and_then(|bytes| Table::read(&bytes)).unwrap_or_default();
        let met = table.keys.iter().map(|_| AtomicBool::new(false)).collect();
        Self { path, opened: SystemTime::now(), table, met, new: Mutex::default(), saved: AtomicUsize::new(0) }
    }

    /// What was seen of a file in the state that it is in, which is asked for only where it pays.
    pub(super) fn recall(&self, path: &Path, state: impl FnOnce() -> Option<Stamp>) -> Option<(Dull, Stamp)> {
        if self.table.keys.is_empty() {
            return None;
        }
        let stamp = state()?;
        let at = self.table.keys.binary_search(&key(path, &stamp)?).ok()?;
        self.met.get(at)?.store(true, Ordering::Relaxed);
        Some((self.table.dull(at)?, stamp))
    }

    /// Takes note of what was seen of a file; `stamp` is from before it was read.
    pub(super) fn note(&self, path: &Path, stamp: &Stamp, dull: &Dull) {
        if let Some(key) = key(path, stamp).filter(|_| self.is_settled(stamp)) {
            self.new.lock().unwrap_or_else(PoisonError::into_inner).push((key, dull.clone()));
        }
    }

    fn is_settled(&self, stamp: &Stamp) -> bool {
        let changed = stamp.changed.map(|(seconds, _)| UNIX_EPOCH + Duration::from_secs(seconds.max(0).unsigned_abs()));
        let times = [stamp.written, changed];
        times.into_iter().flatten().all(|time| self.opened.duration_since(time).is_ok_and(|age| age >= SETTLED))
    }

    /// Keeps what is new for the next run. Where that can't be done, the next run looks again.
    pub fn save(&self) {
        let new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        if self.saved.swap(new.len(), Ordering::Relaxed) == new.len() {
            return;
        }
        let is_met = |at: usize| self.met.get(at).is_some_and(|met| met.load(Ordering::Relaxed));
        let met = (0..self.table.keys.len()).filter(|at| is_met(*at)).count();
        let keeps_all = self.table.keys.len() + new.len() <= FEW.max(4 * (met + new.len()));
        let mut all = new.clone();
        drop(new);
        for (at, key) in self.table.keys.iter().enumerate().filter(|(at, _)| keeps_all || is_met(*at)) {
            all.extend(self.table.dull(at).map(|dull| (*key, dull)));
        }
        all.sort_unstable_by_key(|(key, _)| *key);
        all.dedup_by_key(|(key, _)| *key);
        let _ = edit::put_for_now(&self.path, &Table::written(&all));
    }
}

/// The digest of a path and a state; `None` for a file of which the system doesn't say when it was written, or when anything of it changed:
/// the former can be set to whatever one likes, and archives are unpacked so.
fn key(path: &Path, stamp: &Stamp) -> Option<Key> {
    let written = stamp.written?.duration_since(UNIX_EPOCH).ok()?;
    let (seconds, nanoseconds) = stamp.changed?;
    let mut bytes = Vec::with_capacity(256);
    bytes.extend(written.as_nanos().to_le_bytes());
    bytes.extend([seconds, nanoseconds].iter().flat_map(|number| number.to_le_bytes()));
    bytes.extend([stamp.size, stamp.number].iter().flat_map(|number| number.to_le_bytes()));
    bytes.extend(path.as_os_str().as_encoded_bytes());
    blake3::hash(&bytes).as_bytes().first_chunk().map(|half| Key::from_le_bytes(*half))
}

/// What is kept: a digest of the rest, keys in order, for each of them where its names end, and all names. Numbers are little-endian.
#[derive(Debug, Default)]
struct Table {
    keys: Vec<Key>,
    /// Where the names of each end, in `names`; the highest bit says whether the file has [a `.task`](Dull).
    ends: Vec<u32>,
    names: Vec<u64>,
}

const HAS_TASK: u32 = 1 << 31;

impl Table {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (digest, rest) = bytes.split_first_chunk::<32>()?;
        if digest_of(rest) != *digest {
            return None;
        }
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
        let (keys, rest) = rest.split_at_checked(count.checked_mul(16)?)?;
        let (ends, names) = rest.split_at_checked(count.checked_mul(4)?)?;
        Some(Self {
            keys: keys.as_chunks().0.iter().map(|bytes| Key::from_le_bytes(*bytes)).collect(),
            ends: ends.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect(),
            names: names.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect(),
        })
    }

    /// The table of states in the order of their keys, each once.
    fn written(all: &[(Key, Dull)]) -> Vec<u8> {
        let mut rest = u32::try_from(all.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        rest.extend(all.iter().flat_map(|(key, _)| key.to_le_bytes()));
        let mut end = 0;
        for (_, dull) in all {
            end += u32::try_from(dull.names.len()).unwrap_or(u32::MAX);
            rest.extend((end | if dull.has_task { HAS_TASK } else { 0 }).to_le_bytes());
        }
        rest.extend(all.iter().flat_map(|(_, dull)| dull.names.iter()).flat_map(|name| name.to_le_bytes()));
        let mut bytes = digest_of(&rest).to_vec();
        bytes.extend(rest);
        bytes
    }

    fn dull(&self, at: usize) -> Option<Dull> {
        let end = self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let place = |end: u32| usize::try_from(end & !HAS_TASK).ok();
        let names = self.names.get(place(start)?..place(*end)?)?;
        Some(Dull { names: Arc::from(names), has_task: end & HAS_TASK != 0 })
    }
}

#[cfg(test)]
impl Sightings {
    /// As if it were opened a while after all files were written.
    pub(super) fn later(path: &Path) -> Self {
        Self { opened: SystemTime::now() + 2 * SETTLED, ..Self::open(path.to_owned()) }
    }
}

fn digest_of(rest: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new().update(MARK.as_bytes()).update(rest).finalize().as_bytes()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use std::io;

    use super::super::files::{Disk, Files, Roots};
    use super::super::numbers::Numbers;
    use super::super::summaries::Summaries;
    use super::super::{analyze, analyze_with};
    use super::*;

    fn stamp(size: u64, written: u64, changed: i64) -> Stamp {
        Stamp { written: Some(UNIX_EPOCH + Duration::from_secs(written)), size, changed: Some((changed, 5)), number: 7 }
    }

    fn dull(names: &[u64]) -> Dull {
        Dull { names: Arc::from(names), has_task: names.len() == 2 }
    }

    fn recall(sightings: &Sightings, path: &Path, state: Stamp) -> Option<Dull> {
        sightings.recall(path, || Some(state)).map(|(dull, _)| dull)
    }

    #[test]
    fn what_was_noted_is_recalled_of_the_same_state_only() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("cache/tasklens/p.seen");
        let first = Sightings::later(&path);
        assert!(first.recall(Path::new("/p/a.py"), || unreachable!("nothing is known")).is_none());
        let (one, other) = (Path::new("/p/a.py"), Path::new("/p/b.py"));
        let state = stamp(10, 100, 100);
        first.note(one, &state, &dull(&[1, 2]));
        first.note(other, &state, &dull(&[]));
        first.save();
        let second = Sightings::later(&path);
        assert_eq!(recall(&second, one, state), Some(dull(&[1, 2])));
        assert_eq!(recall(&second, other, state), Some(dull(&[])));
        assert_eq!(recall(&second, Path::new("/p/c.py"), state), None);
        let others = [stamp(11, 100, 100), stamp(10, 101, 100), stamp(10, 100, 101), Stamp { number: 8, ..state }];
        for state in others {
            assert_eq!(recall(&second, one, state), None, "{state:?}");
        }
        for state in [Stamp { written: None, ..state }, Stamp { changed: None, ..state }] {
            second.note(one, &state, &dull(&[]));
            assert_eq!(recall(&second, one, state), None);
        }
        assert!(second.new.lock().unwrap().is_empty());
    }

    #[test]
    fn a_young_state_is_not_believed() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("p.seen");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let signed = now.cast_signed();
        for (written, changed) in [(now, 100), (100, signed), (now + 100, 100), (now - 1, signed - 1)] {
            let sightings = Sightings::open(path.clone());
            sightings.note(Path::new("/p/a.py"), &stamp(1, written, changed), &dull(&[1]));
            sightings.save();
            assert!(!path.exists(), "{written} {changed}");
        }
    }

    #[test]
    fn a_damaged_table_is_none() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("p.seen");
        let first = Sightings::later(&path);
        for number in 0..20 {
            first.note(Path::new("/p/a.py"), &stamp(number, 100, 100), &dull(&[number; 3]));
        }
        first.save();
        let whole = fs::read(&path).unwrap();
        assert_eq!(Table::read(&whole).unwrap().keys.len(), 20);
        for at in 0..whole.len() {
            assert!(Table::read(&whole[..at]).is_none(), "cut at {at}");
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            assert!(Table::read(&flipped).is_none(), "flipped at {at}");
        }
        // Right by its digest, and yet too short for what it says.
        for rest in [&b""[..], &[1, 0, 0, 0], &[255, 255, 255, 255, 1], &[1, 0, 0, 0, 1, 2, 3]] {
            let bytes = [&digest_of(rest), rest].concat();
            assert!(Table::read(&bytes).is_none_or(|table| table.dull(0).is_none()));
        }
    }

    #[test]
    fn what_is_never_met_again_goes_when_there_is_too_much() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("p.seen");
        let first = Sightings::later(&path);
        let many = FEW as u64;
        for number in 0..many {
            first.note(Path::new("/p/a.py"), &stamp(number, 100, 100), &dull(&[]));
        }
        first.save();
        let second = Sightings::later(&path);
        assert!(recall(&second, Path::new("/p/a.py"), stamp(3, 100, 100)).is_some());
        second.note(Path::new("/p/b.py"), &stamp(3, 100, 100), &dull(&[]));
        second.save();
        let third = Sightings::later(&path);
        assert_eq!(third.table.keys.len(), 2);
        assert!(recall(&third, Path::new("/p/a.py"), stamp(3, 100, 100)).is_some());
    }

    /// Whoever changes how names are hashed, or which files are dull, has to count [`MARK`] up.
    #[test]
    fn names_are_hashed_as_ever() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.py");
        fs::write(&path, "import json\n").unwrap();
        let summaries = Summaries::default();
        summaries.recall(|| Sightings::later(&temp.path().join("p.seen")));
        analyze_with(&summaries, &Disk, &roots(temp.path()), std::slice::from_ref(&path));
        let new = summaries.sightings().unwrap().new.lock().unwrap();
        assert_eq!(
            new.first().map(|(_, dull)| dull),
            Some(&Dull { names: Arc::from([0x20bc_6ede_170e_3803]), has_task: false })
        );
    }

    fn roots(project: &Path) -> Roots {
        Roots { project: project.to_owned(), imports: Vec::new() }
    }

    /// The disk, of which some files must not be read.
    struct Unread<'a>(&'a [PathBuf]);

    impl Files for Unread<'_> {
        fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
            assert!(!self.0.iter().any(|unread| unread == path), "{} was read", path.display());
            Disk.read(path)
        }

        fn stamp(&self, path: &Path) -> Option<Stamp> {
            Disk.stamp(path)
        }

        fn is_file(&self, path: &Path) -> bool {
            Disk.is_file(path)
        }

        fn is_folder(&self, path: &Path) -> bool {
            Disk.is_folder(path)
        }
    }

    const TASK: &str = "import flyte\nenv = flyte.TaskEnvironment('e', cache='auto')\n@env.task\ndef f(): ...\n";

    #[test]
    fn files_that_stay_are_not_read_again() {
        let temp = tempfile::tempdir().unwrap();
        let memory = temp.path().join("p.seen");
        let paths = ["dull.py", "envs.py", "uses.py"].map(|name| temp.path().join(name));
        for (path, text) in paths.iter().zip(["import json\n", TASK, "from envs import env\n@env.task\ndef g(): ...\n"])
        {
            fs::write(path, text).unwrap();
        }
        let tasks = |files: &dyn Files| {
            let summaries = Summaries::default();
            summaries.recall(|| Sightings::later(&memory));
            let found = analyze_with(&summaries, files, &roots(temp.path()), &paths);
            summaries.sightings().unwrap().save();
            found.tasks.len()
        };
        assert_eq!(tasks(&Disk), 2);
        assert_eq!(tasks(&Unread(&paths[..1])), 2);
    }

    /// Files come, go, change and take each other's place; what is remembered changes no answer.
    #[test]
    fn answers_are_those_of_a_first_run() {
        for seed in 0..40 {
            let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ seed);
            let temp = tempfile::tempdir().unwrap();
            let memory = temp.path().join("p.seen");
            let project = temp.path().join("p");
            fs::create_dir(&project).unwrap();
            let names = ["a.py", "b.py", "c.py", "d.py"];
            for round in 0..12 {
                let path = project.join(names[numbers.below(names.len())]);
                // Never of one size, so that two of them within a tick of the clock are two states.
                let pad = "#".repeat(round);
                match numbers.below(7) {
                    0 => fs::write(&path, format!("import json\n{pad}")).unwrap(),
                    1 => fs::write(&path, format!("{TASK}{pad}")).unwrap(),
                    2 => fs::write(&path, format!("from a import env\n@env.task\ndef g(): ...\n{pad}")).unwrap(),
                    3 => fs::write(&path, format!("from b import *\nfrom c import env\n{pad}")).unwrap(),
                    4 => fs::write(&path, format!("import company\n@company.env.task\ndef h(): ...\n{pad}")).unwrap(),
                    5 => drop(fs::remove_file(&path)),
                    _ => drop(fs::rename(&path, project.join(names[numbers.below(names.len())]))),
                }
                let paths: Vec<PathBuf> =
                    names.iter().map(|name| project.join(name)).filter(|path| path.exists()).collect();
                let summaries = Summaries::default();
                summaries.recall(|| Sightings::later(&memory));
                let again = analyze_with(&summaries, &Disk, &roots(&project), &paths);
                summaries.sightings().unwrap().save();
                let first = analyze(&Disk, &roots(&project), &paths);
                assert_eq!(format!("{:?}", again.tasks), format!("{:?}", first.tasks), "seed {seed}, round {round}");
            }
        }
    }
}
