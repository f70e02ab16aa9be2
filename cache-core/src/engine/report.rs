//! What became of a run.

use std::error::Error;
use std::time::Duration;

use super::explain::Nearest;
use crate::key::native::{Digest, Key};
use crate::store::{Fence, Holder, Manifest, Miss, StoreError};

/// A result, and where it came from.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// The result.
    pub value: T,
    /// What happened.
    pub report: Report,
}

/// What happened in a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The key.
    pub key: Key,
    /// Served or computed.
    pub status: Status,
    /// How long the run waited for others.
    pub waited: Duration,
    /// What the user should know of the store: what failed there, and was done without.
    pub remarks: Vec<String>,
}

/// Where a result came from.
#[derive(Clone, Debug)]
pub enum Status {
    /// The store had it.
    Hit(Box<Manifest>),
    /// It was computed.
    Computed {
        /// Why.
        why: Why,
        /// Under which reservation.
        reserved: Reserved,
        /// How long that took.
        took: Duration,
        /// Whether it is in the store now.
        published: Published,
    },
}

/// Why a result is computed.
#[derive(Clone, Debug)]
pub enum Why {
    /// The task is not cached.
    Disabled,
    /// This run does not use the cache.
    RunCacheDisabled,
    /// This run replaces what is there.
    Overwrite,
    /// There is no entry.
    Miss {
        /// Why not.
        miss: Miss,
        /// The earlier entry of the task that differs least, if there is one.
        nearest: Option<Box<Nearest>>,
    },
    /// There is an entry that can't be decoded as the result's type: it was put aside.
    Undecodable(String),
    /// The store could not be asked.
    Store(StoreError),
}

/// Whether others wait for this computation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// The task does not ask for it (`serialize`).
    NotAsked,
    /// Nobody else computes this key. In this process only, where the store has no reservations.
    Held(Fence),
    /// The store could not reserve it: why. Others may compute the same.
    Failed(String),
}

/// Whether a computed result is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// Caching was off.
    NotAsked,
    /// It is.
    Stored(Box<Manifest>),
    /// Another was faster, with an equal result.
    Kept(Box<Manifest>),
    /// Another was faster, with **another** result: the task is not deterministic.
    Disagrees {
        /// The entry that is there.
        there: Box<Manifest>,
        /// The digest of this result.
        ours: Digest,
    },
    /// It is not: why. The caller has it all the same.
    Failed(String),
}

/// What a computation sees of its cache.
#[derive(Clone, Debug)]
pub struct Run {
    /// The key that its result will be kept under.
    pub key: Key,
    /// Why it is computed.
    pub why: Why,
    /// Whether others wait for it.
    pub reserved: Reserved,
}

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
pub enum RunError<E> {
    /// The computation's own error.
    #[error(transparent)]
    Task(E),
    /// Another computes the same, for longer than the caller waits.
    #[error("waited {waited:?} for {holder}, who computes the same: wait longer, or run without serialize")]
    WaitedTooLong {
        /// Who.
        holder: Holder,
        /// For how long.
        waited: Duration,
    },
    /// The caller ended the wait.
    #[error("the wait for {holder}, who computes the same, was cancelled")]
    Cancelled {
        /// Who.
        holder: Holder,
    },
}

impl Report {
    /// Whether the store had it.
    pub fn is_hit(&self) -> bool {
        matches!(self.status, Status::Hit(_))
    }

    /// Why it was computed, if it was.
    pub fn why(&self) -> Option<&Why> {
        match &self.status {
            Status::Hit(_) => None,
            Status::Computed { why, .. } => Some(why),
        }
    }

    /// Whether it is in the store now, if it was computed.
    pub fn published(&self) -> Option<&Published> {
        match &self.status {
            Status::Hit(_) => None,
            Status::Computed { published, .. } => Some(published),
        }
    }
}

impl<E: Error> RunError<E> {
    /// The computation's own error, if it is that.
    pub fn into_task(self) -> Option<E> {
        match self {
            Self::Task(error) => Some(error),
            _ => None,
        }
    }
}
