//! What a store tells of itself.

use super::content::Damage;
use super::entry::Manifest;
use super::time::Time;
use crate::key::native::Key;

/// An entry in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What is known of it.
    pub manifest: Manifest,
    /// When it was last used, as far as that was written down: moments later are lost where a process is killed.
    pub used: Time,
}

/// How much a store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Entries.
    pub entries: u64,
    /// Bytes that count against a cap: contents and manifests. Content that several entries share counts for each.
    pub bytes: u64,
    /// The store's cap, in bytes.
    pub cap: Option<u64>,
    /// What was found damaged and put aside, as files.
    pub quarantined: u64,
}

/// What was cleared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What was collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Entries that did not keep to the limits.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files of no entry, as killed writers leave them.
    pub leftovers: u64,
}

/// What a check of a whole store found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many entries were read.
    pub entries: u64,
    /// How many of them are whole.
    pub whole: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// With what.
    pub what: Found,
    /// How it is damaged.
    pub damage: Damage,
    /// Whether it was put aside.
    pub repaired: bool,
}

/// Where a check found something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The entry of a key.
    Entry(Key),
    /// The index as a whole.
    Index,
    /// A file, by its name in the store.
    File(String),
}
