//! Where what stands in a bucket: everything of a scope under one prefix, so that a cloud's own rules can say who reads and writes it.
//!
//! | name, after `<prefix>/tasklens-v1/org=<org>/project=<project>/domain=<domain>/` | what |
//! |---|---|
//! | `entries/<key>` | the entry ([`super::object`]) |
//! | `content/<digest>` | content that is too large for it |
//! | `tasks/<first 16 digits of the BLAKE3 of the task's name>/<newest first>-<key>` | empty: finds the newest entries of a task |
//! | `leases/<key>` | the reservation ([`Lease`](crate::store::lease::Lease)) |
//! | `damaged/<key>-<moment>` | an entry that was put aside |
//! | `probe/…` | what a probe leaves behind: that it passed |
//!
//! A later layout has another name in the place of `tasklens-v1`: releases that know only one never meet the other.

use object_store::path::{Path, PathPart};

use super::super::time::Time;
use crate::key::native::{Digest, Key, Scope};

/// Names of objects.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: Path,
}

impl Layout {
    pub(super) fn new(prefix: &Path, scope: &Scope) -> Self {
        // Names of parts never are empty or `..`, whatever a scope is called.
        let root = prefix
            .clone()
            .join("tasklens-v1")
            .join(PathPart::from(format!("org={}", scope.org)))
            .join(PathPart::from(format!("project={}", scope.project)))
            .join(PathPart::from(format!("domain={}", scope.domain)));
        Self { root }
    }

    pub(super) fn entries(&self) -> Path {
        self.root.clone().join("entries")
    }

    pub(super) fn entry(&self, key: &Key) -> Path {
        self.entries().join(key.to_string())
    }

    pub(super) fn contents(&self) -> Path {
        self.root.clone().join("content")
    }

    pub(super) fn content(&self, digest: &Digest) -> Path {
        self.contents().join(digest.to_string())
    }

    /// What finds the entries of a task, and perhaps of another: the entries themselves say of which they are. Short, for some servers make a
    /// file's name of the whole.
    pub(super) fn task(&self, task: &str) -> Path {
        self.root.clone().join("tasks").join(&Digest::of(task.as_bytes()).to_string()[..16])
    }

    pub(super) fn tasks(&self) -> Path {
        self.root.clone().join("tasks")
    }

    /// The newest come first, since lists are in the order of names.
    pub(super) fn of_task(&self, task: &str, created: Time, key: &Key) -> Path {
        self.task(task).join(format!("{:016x}-{key}", u64::MAX - created.0))
    }

    pub(super) fn lease(&self, key: &Key) -> Path {
        self.root.clone().join("leases").join(key.to_string())
    }

    pub(super) fn damaged(&self) -> Path {
        self.root.clone().join("damaged")
    }

    pub(super) fn aside(&self, key: &Key, now: Time) -> Path {
        self.damaged().join(format!("{key}-{}", now.0))
    }

    pub(super) fn probe(&self) -> Path {
        self.root.clone().join("probe")
    }
}

/// The key that the name of an entry says, or that of a task's mark.
pub(super) fn key_of(path: &Path) -> Option<Key> {
    let name = path.filename()?;
    name.rsplit_once('-').map_or(name, |(_, key)| key).parse().ok()
}
