//! Stores: where entries are kept.
//!
//! [`flyte`] reads the SDK's own cache. Everything else here is ours: [`Store`] is what a store promises, [`local`] the one on
//! this machine. Entries of ours say nothing of Flyte's caches, nor the other way round.
//!
//! # What every [`Store`] promises
//!
//! - A reader sees a whole entry, of which every byte was checked, or a miss.
//! - Damage is a miss with a reason ([`Miss::Damaged`]); what is damaged is put aside. It is no error.
//! - A process that is killed at any moment leaves these true, and no reservation that is stuck.
//! - While garbage is collected, a reader sees a miss or the whole entry.
//! - A cap is kept to.
//! - An entry carries what explains it: its [`Manifest`].
//!
//! A store may lose an entry at any time; it may never make one up.

#[cfg(feature = "store")]
mod content;
#[cfg(feature = "store")]
mod copy;
#[cfg(feature = "store")]
mod entry;
#[cfg(feature = "store")]
mod error;
#[cfg(feature = "flyte-store")]
pub mod flyte;
#[cfg(feature = "store")]
pub mod lease;
#[cfg(feature = "store")]
pub mod local;
#[cfg(feature = "store")]
pub mod record;
#[cfg(feature = "store")]
mod report;
#[cfg(feature = "store")]
mod reservation;
#[cfg(feature = "store")]
mod select;
#[cfg(feature = "shared")]
pub mod shared;
#[cfg(feature = "store")]
mod tiers;
#[cfg(feature = "store")]
mod time;

#[cfg(feature = "store")]
pub use self::{
    content::{Content, Damage, Fetched, File, Source},
    entry::{Draft, Entry, Lookup, Manifest, Miss, Mode, Put},
    error::StoreError,
    report::{Cleared, Collected, Finding, Found, Listed, Stats, Verified},
    reservation::{Attempt, Fence, Holder, Reservation},
    select::{Filter, Limits, Read},
    tiers::Tiers,
    time::{Clock, Time},
};

#[cfg(feature = "store")]
use crate::key::native::{Key, Parts};
#[cfg(feature = "store")]
use std::path::Path;

/// A place where entries are kept. Blocks while it reads and writes; what is asynchronous wraps it.
///
/// Every method may be called from several threads and processes at once.
#[cfg(feature = "store")]
pub trait Store: Send + Sync {
    /// Where the store is, for messages: a path, a URL.
    fn place(&self) -> String;

    /// What the user should know of this place: that locks don't work there, say.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// The entry of a key, whole and checked, or why there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if the store can't be asked. Damage is a miss.
    fn get(&self, key: &Key, read: Read) -> Result<Lookup, StoreError>;

    /// The same, with the content written to a file, in constant memory: as a whole, or not at all. What was there is replaced.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also if the file can't be written.
    fn fetch(&self, key: &Key, read: Read, path: &Path) -> Result<Fetched, StoreError> {
        content::fetch(self.get(key, read)?, path)
    }

    /// Keeps an entry. With [`Mode::Create`] the first writer wins: what is there and whole stays, and is told.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the entry is then there as a whole or not at all.
    fn put(&self, draft: &Draft, value: Source<'_>, mode: Mode) -> Result<Put, StoreError>;

    /// Keeps a copy of another store's entry, with the moment it was made, in the place of whatever is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as for [`Store::put`]; [`StoreError::Content`] if the content is not what its digest says.
    fn adopt(&self, manifest: &Manifest, value: Source<'_>) -> Result<(), StoreError>;

    /// Removes the entry of a key; whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn delete(&self, key: &Key) -> Result<bool, StoreError>;

    /// Puts the entry of a key aside, which its reader found to be of no use: content that can't be decoded, say.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn reject(&self, key: &Key, reason: &str) -> Result<(), StoreError> {
        let _ = reason;
        self.delete(key).map(|_| ())
    }

    /// Calls back with each entry that the filter takes, in no order, until told `false`. What is damaged is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn list(&self, filter: &Filter, each: &mut dyn FnMut(Listed) -> bool) -> Result<(), StoreError>;

    /// The newest entries of the task that a call is of, in its scope, with whatever key: at most `most`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn earlier(&self, of: &Parts, most: usize) -> Result<Vec<Manifest>, StoreError>;

    /// How much the store holds.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn stats(&self) -> Result<Stats, StoreError>;

    /// Removes what the filter takes.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some entries may be gone by then, each as a whole.
    fn clear(&self, filter: &Filter) -> Result<Cleared, StoreError>;

    /// Removes entries until the limits are kept to, those first that were used longest ago, and what dead writers left.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as for [`Store::clear`].
    fn collect(&self, limits: &Limits) -> Result<Collected, StoreError>;

    /// Reads everything, and says what is damaged; with `repair` puts that aside, so that reads of it are plain misses.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn verify(&self, repair: bool) -> Result<Verified, StoreError>;

    /// A reservation of a key for a caller that is `owner` in messages: nothing is taken until the first attempt.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unsupported`] where this store can't tell one holder from two.
    fn reservation(&self, key: &Key, owner: &str) -> Result<Box<dyn Reservation>, StoreError>;
}
