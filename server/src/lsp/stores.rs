//! Notices that a run wrote to the SDK's local cache, in every editor: few watch files outside of their folders, where it is, and those that
//! do miss the first run, which makes the folder. (Seen in VS Code, with `watch`.)
//!
//! The file's size and time are looked at, not the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use crate::environment::{Outside, local_cache_from};

use super::event::{Event, Sender};

/// How often is looked: a lens need not be faster than its reader.
const PAUSE: Duration = Duration::from_secs(1);

/// Files that the SDK writes to first, beside the cache itself.
const BESIDE: [&str; 3] = ["", "-wal", "-journal"];

/// What tells one state of a file from another.
type Stamp = Option<(u64, SystemTime)>;

/// Looks until it is stopped, which dropping does.
pub struct Watching(AbortHandle);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Begins to look after the caches of runs that are started in `folders`; within a runtime.
pub fn watch(folders: Vec<PathBuf>, outside: Arc<Outside>, events: Sender) -> Watching {
    let task = tokio::spawn(async move {
        let mut ticks = interval(PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = None;
        loop {
            ticks.tick().await;
            let (folders, outside) = (folders.clone(), Arc::clone(&outside));
            // A home may lie on a disk that takes its time.
            let Ok(now) = spawn_blocking(move || stamps(&folders, &outside)).await else { return };
            let is_news = known.as_ref().is_some_and(|known| *known != now);
            known = Some(now);
            if is_news && events.send(Event::StoresChanged).is_err() {
                return;
            }
        }
    });
    Watching(task.abort_handle())
}

/// The files, and how they are.
fn stamps(folders: &[PathBuf], outside: &Outside) -> Vec<(PathBuf, [Stamp; 3])> {
    let mut paths: Vec<PathBuf> =
        folders.iter().filter_map(|folder| local_cache_from(folder, outside)).map(|found| found.path).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| (path.clone(), BESIDE.map(|suffix| stamp(&path, suffix)))).collect()
}

fn stamp(path: &Path, suffix: &str) -> Stamp {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    let metadata = Path::new(&name).metadata().ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}
