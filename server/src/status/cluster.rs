//! What run records of a cluster say of a task: a run under the same key, or under the same version, and what computing took.
//!
//! That is history. Whether the cluster holds the entry now, nobody has asked.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::analysis::{Known, Stamp};
use crate::records::{CacheStatus, Index, Record};

use super::{Status, TaskStatus};

/// A run of a cluster that served an entry or stored one.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterRun {
    /// Its name.
    pub run: String,
    /// The action of the task in it.
    pub action: String,
    /// The project.
    pub project: String,
    /// The domain.
    pub domain: String,
    /// [`CacheStatus::Hit`] or [`CacheStatus::Populated`].
    pub cache: CacheStatus,
    /// What it has in common with the task as it stands.
    pub same: Same,
    /// When it ended, in seconds since 1970.
    pub at: Option<i64>,
    /// How long ago that was, in seconds.
    pub age: Option<u64>,
}

/// What a run and a task have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// The cache key: task, interface, version and inputs.
    Key,
    /// Task and cache version; its inputs aren't known.
    Version,
}

impl Same {
    /// The word in texts and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Version => "version",
        }
    }
}

/// The records of a file as they were read last: there can be thousands, and who types asks with each keystroke.
#[derive(Debug, Default)]
pub struct Runs(Option<(PathBuf, Option<Stamp>, Result<Index, String>)>);

impl Runs {
    /// The records of the file `path`, read again only where it is another one than it was; or why they can't be read.
    fn at(&mut self, path: &Path) -> Result<&Index, &str> {
        // Before it is read: what is written meanwhile is read next time.
        let stamp = Stamp::of(path);
        let known = self.0.take().filter(|(of, then, _)| of == path && *then == stamp);
        let read = || (path.to_owned(), stamp, Index::load(path).map_err(|error| error.to_string()));
        let (_, _, index) = self.0.insert(known.unwrap_or_else(read));
        index.as_ref().map_err(String::as_str)
    }
}

/// Adds what the records of the file `path` say of the tasks; returns why they can't be read, if so.
pub fn tell(tasks: &mut [TaskStatus], path: &Path, runs: &mut Runs) -> Option<String> {
    let index = match runs.at(path) {
        Ok(index) => index,
        Err(problem) => return Some(problem.to_owned()),
    };
    if index.records().is_empty() {
        return None;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let now = now.and_then(|now| i64::try_from(now.as_secs()).ok());
    for task in tasks {
        tell_one(task, index, now);
    }
    None
}

fn tell_one(status: &mut TaskStatus, index: &Index, now: Option<i64>) {
    for known in &mut status.known_inputs {
        let Known::Value(key) = &known.key else { continue };
        let took = index.of_key(key).rev().find_map(Record::computed_seconds);
        known.seconds = known.seconds.or(took);
    }
    let Known::Value(name) = &status.task.name else { return };
    status.seconds = status.seconds.or_else(|| index.cost(name));
    if status.status == Status::Disabled {
        return;
    }
    let image_keys = status.known_inputs.iter().flat_map(|known| &known.image_keys).map(|(_, key)| key);
    let keys = status.known_inputs.iter().map(|known| &known.key).chain(image_keys);
    let by_key =
        keys.filter_map(Known::value).flat_map(|key| index.of_key(key)).filter(tells).map(|record| (record, Same::Key));
    let versions = std::iter::once(&status.here.version).chain(status.in_images.iter().map(|image| &image.version));
    let by_version = versions
        .filter_map(Known::value)
        .flat_map(|version| index.of_version(name, version))
        .filter(tells)
        .map(|record| (record, Same::Version));
    let newest = |runs: &mut dyn Iterator<Item = (&Record, Same)>| {
        runs.max_by_key(|(record, _)| record.at).map(|(record, same)| run(record, same, now))
    };
    let found = newest(&mut by_key.into_iter()).or_else(|| newest(&mut by_version.into_iter()));
    status.cluster = found;
}

/// Whether a record says that there was an entry at the end.
fn tells(record: &&Record) -> bool {
    matches!(record.cache, CacheStatus::Hit | CacheStatus::Populated)
}

fn run(record: &Record, same: Same, now: Option<i64>) -> ClusterRun {
    ClusterRun {
        run: record.run.clone(),
        action: record.action.clone(),
        project: record.project.clone(),
        domain: record.domain.clone(),
        cache: record.cache,
        same,
        at: record.at,
        age: now.zip(record.at).and_then(|(now, at)| u64::try_from(now - at).ok()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::records::samples::record;

    #[test]
    fn records_are_read_when_they_change_and_only_then() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("runs.jsonl");
        let mut runs = Runs::default();
        let mut known = |path: &Path| runs.at(path).map(|index| index.records().len()).map_err(str::to_owned);
        assert_eq!(known(&path), Ok(0), "no file yet");
        for (run, count) in [("a", 1), ("b", 2)] {
            Index::import(&path, vec![record(run, 1)]).unwrap();
            assert_eq!((known(&path), known(&path)), (Ok(count), Ok(count)));
        }
        std::fs::write(&path, "something else\n").unwrap();
        assert!(known(&path).unwrap_err().contains("no file of run records"));
        let other = temp.path().join("other.jsonl");
        Index::import(&other, vec![record("c", 1)]).unwrap();
        assert_eq!((known(&other), known(&temp.path().join("none"))), (Ok(1), Ok(0)));
    }
}
