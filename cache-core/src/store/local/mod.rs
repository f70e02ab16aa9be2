//! The store on this machine: a folder that any number of processes use at once.
//!
//! | in the folder | holds |
//! |---|---|
//! | `index.db` | the index, with contents up to 32 KiB: a link to `index-….db` |
//! | `cas/ab/…` | larger contents, by their BLAKE3; two entries may share one |
//! | `records/ab/…` | the records of these, so that the index can be made again |
//! | `tmp/` | what is being written, locked by its writer |
//! | `locks/` | who computes what |
//! | `quarantine/` | what was found damaged |
//!
//! **Order of writes.** Content is written aside, and named while the index's write lock is held, before the row that speaks
//! of it is committed. It is removed after the row is, under the same lock. So a row's content is there, or the row is a miss.
//!
//! **Index and contents never need each other to be right.** Every record has a checksum and proves its key; every content is
//! hashed on each read.

mod blob;
mod collect;
mod generation;
mod header;
mod heal;
mod index;
mod locks;
mod place;
mod pool;
mod read;
mod seen;
mod select;
mod uses;
mod verify;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use self::place::Place;
use self::pool::Pool;
use self::seen::Seen;
use self::uses::Uses;
use super::lease::Timing;
use super::{
    Cleared, Clock, Collected, Draft, Fetched, Filter, Limits, Listed, Lookup, Manifest, Mode, Put, Read, Reservation,
    Source, Stats, Store, StoreError, Verified,
};
use crate::key::native::{Key, Parts};

/// The layout that this release writes. Older ones are brought to it when they are opened, newer ones refused.
pub const LAYOUT: usize = index::STEPS.len();

/// How a store behaves; the default is right for a cache on a laptop.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How many bytes entries may take in all; `None` for no limit. Kept to by every [`put`](Store::put).
    pub cap: Option<u64>,
    /// What outlasts what.
    pub durability: Durability,
    /// The clock, for the times that entries carry.
    pub clock: Clock,
    /// How reservations are timed where files can't be locked.
    pub leases: Timing,
}

/// What committed entries outlast. Nothing wrong is read in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The end of any process. A loss of power may lose the last entries.
    #[default]
    ProcessCrash,
    /// A loss of power, at the cost of waiting for the disk at each `put`.
    PowerLoss,
}

/// The store on this machine.
///
/// ```
/// use cache_core::key::native::Parts;
/// use cache_core::store::{Draft, Lookup, Mode, Read, Source, Store, local::LocalStore};
///
/// let folder = tempfile::tempdir()?;
/// let store = LocalStore::open(&folder.path().join("cache"))?;
/// let parts = Parts { task: "square".to_owned(), version: "1".to_owned(), ..Parts::default() }.input("x", 3);
/// assert!(matches!(store.get(&parts.key(), Read::default())?, Lookup::Miss(_)));
///
/// let draft = Draft { parts: parts.clone(), producer: "docs".to_owned(), ..Draft::default() };
/// store.put(&draft, Source::Bytes(b"9"), Mode::Overwrite)?;
/// let Lookup::Hit(entry) = store.get(&parts.key(), Read::default())? else { panic!("it was kept") };
/// assert_eq!(entry.manifest().parts.inputs["x"].shown, "3");
/// assert_eq!(entry.content.into_bytes()?, b"9");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LocalStore {
    place: Place,
    options: Options,
    pool: Pool,
    uses: Uses,
    seen: Box<Seen>,
    /// Why files can't be locked here, once that is known.
    unlockable: Mutex<Option<String>>,
}

impl LocalStore {
    /// Opens the store of a folder, and makes one where there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: [`Newer`](StoreError::Newer) and [`Foreign`](StoreError::Foreign) leave everything as it is.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, Options::default())
    }

    /// The same, as the options say.
    ///
    /// # Errors
    ///
    /// As [`LocalStore::open`].
    pub fn open_with(folder: &Path, options: Options) -> Result<Self, StoreError> {
        let place = Place::new(folder);
        let store = Self {
            place,
            options,
            pool: Pool::default(),
            uses: Uses::default(),
            seen: Box::default(),
            unlockable: Mutex::new(None),
        };
        store.with(|_| Ok(()))?;
        Ok(store)
    }

    /// Whether a folder looks like a store: one that is not there is not made by asking.
    pub fn is_there(folder: &Path) -> bool {
        Place::new(folder).index().is_file()
    }

    /// The folder.
    pub fn folder(&self) -> PathBuf {
        self.place.root().to_owned()
    }

    fn name(&self) -> String {
        self.place.root().display().to_string()
    }

    fn is_durable(&self) -> bool {
        self.options.durability == Durability::PowerLoss
    }
}

impl Store for LocalStore {
    fn place(&self) -> String {
        self.name()
    }

    fn remarks(&self) -> Vec<String> {
        let why = self.unlockable.lock().map(|why| why.clone()).unwrap_or_default();
        let remark = |why| format!("files can't be locked in {} ({why}): reservations are leases there", self.name());
        why.map(remark).into_iter().collect()
    }

    fn get(&self, key: &Key, read: Read) -> Result<Lookup, StoreError> {
        self.read(key, read)
    }

    fn fetch(&self, key: &Key, read: Read, path: &Path) -> Result<Fetched, StoreError> {
        self.read_to(key, read, path)
    }

    fn put(&self, draft: &Draft, value: Source<'_>, mode: Mode) -> Result<Put, StoreError> {
        self.write(draft, value, mode)
    }

    fn adopt(&self, manifest: &Manifest, value: Source<'_>) -> Result<(), StoreError> {
        self.copy_of(manifest, value)
    }

    fn delete(&self, key: &Key) -> Result<bool, StoreError> {
        self.remove(key)
    }

    fn reject(&self, key: &Key, reason: &str) -> Result<(), StoreError> {
        self.put_aside(key, reason)
    }

    fn list(&self, filter: &Filter, each: &mut dyn FnMut(Listed) -> bool) -> Result<(), StoreError> {
        self.uses_are_written()?;
        self.select(filter, each)
    }

    fn earlier(&self, of: &Parts, most: usize) -> Result<Vec<Manifest>, StoreError> {
        self.newest(of, most)
    }

    fn stats(&self) -> Result<Stats, StoreError> {
        self.count()
    }

    fn clear(&self, filter: &Filter) -> Result<Cleared, StoreError> {
        self.uses_are_written()?;
        self.remove_all(filter)
    }

    fn collect(&self, limits: &Limits) -> Result<Collected, StoreError> {
        self.uses_are_written()?;
        self.collect_to(limits)
    }

    fn verify(&self, repair: bool) -> Result<Verified, StoreError> {
        self.check(repair)
    }

    fn reservation(&self, key: &Key, owner: &str) -> Result<Box<dyn Reservation>, StoreError> {
        self.reserve(key, owner)
    }
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        // When entries were last used may be lost; nothing else waits to be written.
        let _ = self.uses_are_written();
    }
}

#[cfg(test)]
mod tests;
