//! Runs of a cluster as `flyte get run` and `flyte get action` print them, and a file that remembers them.
//!
//! What a record says is what happened in that run: under this version, the cache had an entry or not, and computing took so
//! long. What the cluster holds now it does not say.

mod index;
mod printed;
mod read;
mod time;

#[cfg(test)]
pub(crate) mod samples;

use serde::{Deserialize, Serialize};

pub use index::{Index, IndexError, LARGEST, Taken};
pub use printed::{Position, PrintedError, values};
pub use read::{Read, read};
pub use time::{duration, timestamp};

/// An attempt of an action: one run of one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// `acme`; empty where it isn't said.
    #[serde(default)]
    pub org: String,
    /// `ml`
    #[serde(default)]
    pub project: String,
    /// `development`
    #[serde(default)]
    pub domain: String,
    /// The run's name.
    pub run: String,
    /// The action's name: `a0` for the task that was submitted.
    pub action: String,
    /// 1-based; 0 where there was none.
    pub attempt: u32,
    /// The task's name: `ml.train`.
    pub task: String,
    /// The cache version (`discovery_version`), if the task was cached and the record holds it. Only the details of an action do.
    pub version: Option<String>,
    /// The cache key, where the record holds it.
    pub key: Option<String>,
    /// What became of the cache.
    pub cache: CacheStatus,
    /// Whether the attempt succeeded.
    pub succeeded: bool,
    /// When it ended, else when it started, in seconds since 1970.
    pub at: Option<i64>,
    /// From start to end, in seconds.
    pub seconds: Option<f64>,
}

/// `flyteidl2.core.CatalogCacheStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheStatus {
    /// Not cached. Also what is not said: proto JSON leaves the first value of an enum out.
    Disabled,
    /// No entry was found.
    Miss,
    /// An entry was served.
    Hit,
    /// The task was computed and its entry stored.
    Populated,
    /// The look-up failed.
    LookupFailure,
    /// The task was computed, and storing failed.
    PutFailure,
    /// The cache was passed over.
    Skipped,
    /// The entry was taken out.
    Evicted,
    /// A status of a newer service.
    Other,
}

impl CacheStatus {
    /// Of the number and the name in the protos.
    const ALL: [(Self, &'static str); 8] = [
        (Self::Disabled, "CACHE_DISABLED"),
        (Self::Miss, "CACHE_MISS"),
        (Self::Hit, "CACHE_HIT"),
        (Self::Populated, "CACHE_POPULATED"),
        (Self::LookupFailure, "CACHE_LOOKUP_FAILURE"),
        (Self::PutFailure, "CACHE_PUT_FAILURE"),
        (Self::Skipped, "CACHE_SKIPPED"),
        (Self::Evicted, "CACHE_EVICTED"),
    ];

    /// By its name in the protos.
    pub fn of_name(name: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == name).map_or(Self::Other, |(status, _)| *status)
    }

    /// By its number in the protos.
    pub fn of_number(number: u64) -> Self {
        let index = usize::try_from(number).ok();
        index.and_then(|index| Self::ALL.get(index)).map_or(Self::Other, |(status, _)| *status)
    }
}

impl Record {
    /// What tells it from other records.
    pub fn id(&self) -> (&str, &str, &str, &str, &str, u32) {
        (&self.org, &self.project, &self.domain, &self.run, &self.action, self.attempt)
    }

    /// How long computing the task took: an attempt that was served from the cache computed nothing.
    pub fn computed_seconds(&self) -> Option<f64> {
        self.seconds.filter(|_| self.succeeded && self.cache != CacheStatus::Hit)
    }
}
