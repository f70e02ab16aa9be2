//! Entries: a result with all that explains it.

use std::sync::Arc;
use std::time::Duration;

use super::content::{Content, Damage};
use super::record::Sealed;
use super::reservation::Fence;
use super::time::Time;
use crate::key::native::{Digest, Key, Parts};

/// What a caller knows of a result that is to be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What the result depends on; the key follows from it.
    pub parts: Parts,
    /// Who computed it, for people: `train on host-7 (4711)`.
    pub producer: String,
    /// How long that took.
    pub took: Duration,
    /// Under which fence, if a reservation was held.
    pub fence: Option<Fence>,
}

/// What is kept with a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The key: that of the parts.
    pub key: Key,
    /// What the result depends on.
    pub parts: Parts,
    /// The BLAKE3 of the content.
    pub digest: Digest,
    /// The content's size, in bytes.
    pub size: u64,
    /// Who computed it.
    pub producer: String,
    /// When it was kept, by the clock of the machine that did.
    pub created: Time,
    /// How long it took to compute.
    pub took: Duration,
    /// Under which fence it was written.
    pub fence: Option<Fence>,
}

/// A result that was found, and checked.
#[derive(Debug)]
pub struct Entry {
    known: Arc<Sealed>,
    /// The result.
    pub content: Content,
}

/// The answer to a question for a key.
#[derive(Debug)]
pub enum Lookup {
    /// A whole entry.
    Hit(Box<Entry>),
    /// None, and why.
    Miss(Miss),
}

/// Why there is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// There is none.
    Absent,
    /// It is older than the reader takes, or nobody can say how old it is, since it was made ahead of this machine's clock.
    TooOld {
        /// When it was made.
        created: Time,
    },
    /// It is damaged, and was put aside.
    Damaged(Damage),
}

/// What to do where there is an entry already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Leave it, if it is whole and no older than that. `None` takes any age.
    Create {
        /// The age from which on an entry gives way.
        max_age: Option<Duration>,
    },
    /// Take its place.
    Overwrite,
}

/// What became of a result that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is kept.
    Stored(Manifest),
    /// There was one already, which stays: the manifest of that one. If its digest is another, two runs of one key disagree.
    Kept {
        /// Of the entry that stays.
        there: Manifest,
        /// Of the content that was not kept.
        ours: Digest,
    },
    /// It does not fit into the store's cap, in bytes, even with all else gone.
    TooLarge {
        /// The cap.
        cap: u64,
    },
}

impl Entry {
    /// An entry with what is known of it.
    pub fn new(manifest: Manifest, content: Content) -> Self {
        Self::of(Arc::new(manifest.into()), content)
    }

    pub(super) fn of(known: Arc<Sealed>, content: Content) -> Self {
        Self { known, content }
    }

    /// What is known of it. Made of its record when it is first asked for: that takes as long as to find the entry.
    pub fn manifest(&self) -> &Manifest {
        self.known.manifest()
    }

    /// Both.
    pub fn into_parts(self) -> (Manifest, Content) {
        let manifest = match Arc::try_unwrap(self.known) {
            Ok(known) => known.into_manifest(),
            Err(shared) => shared.manifest().clone(),
        };
        (manifest, self.content)
    }
}

impl Manifest {
    /// The manifest of a draft, of content that is known by now.
    pub fn new(draft: &Draft, digest: Digest, size: u64, created: Time) -> Self {
        Self {
            key: draft.parts.key(),
            parts: draft.parts.clone(),
            digest,
            size,
            producer: draft.producer.clone(),
            created,
            took: draft.took,
            fence: draft.fence,
        }
    }

    /// Whether a reader that takes entries up to an age takes this one. Zero takes none; what lies ahead of the clock has no age.
    pub fn is_fresh(&self, max_age: Option<Duration>, now: Time) -> bool {
        is_fresh(self.created, max_age, now)
    }
}

/// As [`Manifest::is_fresh`].
pub(super) fn is_fresh(created: Time, max_age: Option<Duration>, now: Time) -> bool {
    max_age.is_none_or(|most| created.age(now).is_some_and(|age| age < most))
}

impl Put {
    /// Whether two computations of one key had different results.
    pub fn disagrees(&self) -> bool {
        matches!(self, Self::Kept { there, ours } if there.digest != *ours)
    }
}
