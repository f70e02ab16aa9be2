//! The file that remembers records: `runs.jsonl`, a header and then a record a line, newest last.
//!
//! ```text
//! {"format":"tasklens run records","schema":1}
//! {"org":"acme","project":"ml","domain":"development","run":"r1","action":"a0","attempt":1,"task":"ml.train",…}
//! ```
//!
//! It is replaced as a whole, so that readers see one import or the next, and may be removed at any time.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::edit::{self, WriteError};

use super::Record;

/// How many records are remembered; the oldest go first.
pub const LARGEST: usize = 20_000;

const FORMAT: &str = "tasklens run records";
const SCHEMA: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    schema: u32,
}

/// Why the file can't be used. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It can't be read.
    #[error("{path} can't be read: {error}")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// It is not such a file, or damaged.
    #[error("{path} is no file of run records (line {line}): move it away and import the records again")]
    Foreign {
        /// The file.
        path: String,
        /// 1-based.
        line: usize,
    },
    /// A newer version of this program wrote it.
    #[error("{path} was written by a newer tasklens: use that one")]
    Newer {
        /// The file.
        path: String,
    },
    /// It can't be written.
    #[error("{path}: {error}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        error: WriteError,
    },
}

/// The records that are remembered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    records: Vec<Record>,
    /// Which of them are of a task, and which of a cache key, by position.
    by_task: HashMap<String, Vec<usize>>,
    by_key: HashMap<String, Vec<usize>>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Records that were not known.
    pub new: usize,
    /// Records that were known, and say something else or more now.
    pub changed: usize,
    /// Records that were known.
    pub known: usize,
    /// Old records that had to go.
    pub dropped: usize,
}

impl Index {
    fn of(records: Vec<Record>) -> Self {
        let mut index = Self { records, ..Self::default() };
        for (at, record) in index.records.iter().enumerate() {
            index.by_task.entry(record.task.clone()).or_default().push(at);
            record.key.iter().for_each(|key| index.by_key.entry(key.clone()).or_default().push(at));
        }
        index
    }

    /// Reads a file; without one there are no records.
    ///
    /// # Errors
    ///
    /// [`IndexError`] for a file that is unreadable, foreign, damaged or newer.
    pub fn load(path: &Path) -> Result<Self, IndexError> {
        match bytes(path)? {
            Some(bytes) => parse(path, &bytes),
            None => Ok(Self::default()),
        }
    }

    /// Adds records to a file, each attempt once: a later import of the same attempt takes the place of the earlier.
    ///
    /// # Errors
    ///
    /// Those of [`Index::load`], and [`IndexError::Write`]; the file is then as it was.
    pub fn import(path: &Path, records: Vec<Record>) -> Result<Taken, IndexError> {
        let failed = |error: WriteError| IndexError::Write { path: path.display().to_string(), error };
        // One import after the other; held until it is closed.
        let _lock = lock(path).map_err(|error| failed(error.into()))?;
        let before = bytes(path)?;
        let mut index = before.as_deref().map_or(Ok(Self::default()), |bytes| parse(path, bytes))?;
        let taken = index.take(records);
        edit::put(path, before.as_deref(), &index.text()).map_err(failed)?;
        Ok(taken)
    }

    /// All records, oldest first.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The records of a cache key, oldest first.
    pub fn of_key(&self, key: &str) -> impl DoubleEndedIterator<Item = &Record> {
        self.at(self.by_key.get(key))
    }

    /// The records of a task under a cache version, oldest first.
    pub fn of_version<'i>(&'i self, task: &str, version: &'i str) -> impl DoubleEndedIterator<Item = &'i Record> {
        self.of_task(task).filter(move |record| record.version.as_deref() == Some(version))
    }

    /// What the newest attempt of a task took that computed it, under whatever version, in seconds.
    pub fn cost(&self, task: &str) -> Option<f64> {
        self.of_task(task).rev().find_map(Record::computed_seconds)
    }

    fn of_task(&self, task: &str) -> impl DoubleEndedIterator<Item = &Record> {
        self.at(self.by_task.get(task))
    }

    fn at(&self, positions: Option<&Vec<usize>>) -> impl DoubleEndedIterator<Item = &Record> {
        positions.into_iter().flatten().filter_map(|at| self.records.get(*at))
    }

    fn take(&mut self, records: Vec<Record>) -> Taken {
        let mut taken = Taken::default();
        let mut all: BTreeMap<_, Record> = BTreeMap::new();
        let id = |record: &Record| {
            let (org, project, domain, run, action, attempt) = record.id();
            [org, project, domain, run, action]
                .map(str::to_owned)
                .into_iter()
                .chain([format!("{attempt:09}")])
                .collect()
        };
        let known: Vec<Record> = std::mem::take(&mut self.records);
        all.extend(known.into_iter().map(|record| (id(&record), record)));
        for record in records {
            let id: Vec<String> = id(&record);
            match all.get_mut(&id) {
                None => {
                    taken.new += 1;
                    all.insert(id, record);
                }
                Some(known) => {
                    let merged = merged(known, record);
                    if *known == merged {
                        taken.known += 1
                    } else {
                        taken.changed += 1
                    }
                    *known = merged;
                }
            }
        }
        let mut records: Vec<Record> = all.into_values().collect();
        records.sort_by_key(|record| record.at);
        taken.dropped = records.len().saturating_sub(LARGEST);
        records.drain(..taken.dropped);
        *self = Self::of(records);
        taken
    }

    fn text(&self) -> Vec<u8> {
        let header = Header { format: FORMAT.to_owned(), schema: SCHEMA };
        let mut text = Vec::new();
        // Writing into memory, of values that are all strings and numbers, does not fail.
        let _ = serde_json::to_writer(&mut text, &header);
        text.push(b'\n');
        for record in &self.records {
            let _ = serde_json::to_writer(&mut text, record);
            text.push(b'\n');
        }
        text
    }
}

/// A record with what an earlier import knew and a shorter listing leaves out.
fn merged(known: &Record, record: Record) -> Record {
    Record { version: record.version.or(known.version.clone()), key: record.key.or(known.key.clone()), ..record }
}

/// Waits until no other import is at work. A file of its own, since the records' is replaced.
fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::options().write(true).create(true).truncate(false).open(path.with_extension("lock"))?;
    match file.lock() {
        // A file system without locks; then imports at the same time are told to try again.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    }
}

fn bytes(path: &Path) -> Result<Option<Vec<u8>>, IndexError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(IndexError::Read { path: path.display().to_string(), error }),
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Index, IndexError> {
    let path = || path.display().to_string();
    let foreign = |line: usize| IndexError::Foreign { path: path(), line };
    let text = std::str::from_utf8(bytes).map_err(|_| foreign(1))?;
    let mut lines = text.lines().enumerate();
    let header: Header = match lines.next() {
        Some((_, line)) => serde_json::from_str(line).map_err(|_| foreign(1))?,
        None => return Err(foreign(1)),
    };
    if header.format != FORMAT {
        return Err(foreign(1));
    }
    if header.schema > SCHEMA {
        return Err(IndexError::Newer { path: path() });
    }
    let record = |(index, line): (usize, &str)| serde_json::from_str(line).map_err(|_| foreign(index + 1));
    Ok(Index::of(lines.map(record).collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::super::samples::record;
    use super::*;

    #[test]
    fn an_attempt_is_remembered_once_and_the_newest_come_last() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("data/tasklens/runs.jsonl");
        assert_eq!(Index::load(&path).unwrap(), Index::default());
        let taken = Index::import(&path, vec![record("b", 2), record("a", 1), record("b", 2)]).unwrap();
        assert_eq!(taken, Taken { new: 2, known: 1, ..Taken::default() });
        let listed = Record { version: None, seconds: Some(4.0), ..record("a", 1) };
        let taken = Index::import(&path, vec![listed]).unwrap();
        assert_eq!(taken, Taken { changed: 1, ..Taken::default() });
        let index = Index::load(&path).unwrap();
        let runs: Vec<_> = index.records().iter().map(|record| record.run.as_str()).collect();
        assert_eq!(runs, ["a", "b"]);
        assert_eq!(index.records()[0].version.as_deref(), Some("v"), "a listing without it takes no version away");
        assert_eq!(index.of_version("ml.train", "v").count(), 2);
        assert_eq!(index.cost("ml.train"), Some(3.5));
        assert_eq!(index.of_key("k").count(), 0);
    }

    #[test]
    fn the_oldest_go_where_there_are_too_many() {
        let mut index = Index::default();
        let records = (0..LARGEST as i64 + 3).map(|at| record(&format!("r{at}"), at)).collect();
        let taken = index.take(records);
        assert_eq!((taken.new, taken.dropped, index.records.len()), (LARGEST + 3, 3, LARGEST));
        assert_eq!(index.records[0].run, "r3");
    }

    #[test]
    fn a_foreign_or_damaged_file_is_told_and_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("runs.jsonl");
        for (text, told) in [
            ("", "(line 1)"),
            ("hello\n", "(line 1)"),
            ("{\"format\":\"other\",\"schema\":1}\n", "(line 1)"),
            ("{\"format\":\"tasklens run records\",\"schema\":1}\n{\"run\":\n", "(line 2)"),
            ("{\"format\":\"tasklens run records\",\"schema\":2}\n", "newer"),
        ] {
            fs::write(&path, text).unwrap();
            let error = Index::import(&path, vec![record("a", 1)]).unwrap_err().to_string();
            assert!(error.contains(told), "{text:?}: {error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn imports_at_the_same_time_lose_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("runs.jsonl");
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for at in 0..5 {
                        let taken = Index::import(path, vec![record(&format!("r{worker}-{at}"), at)]).unwrap();
                        assert_eq!(taken.new, 1);
                    }
                });
            }
        });
        assert_eq!(Index::load(&path).unwrap().records().len(), 20);
    }
}
