//! What programs that use the engine keep beside the SDK's local cache: entries of ours, which explain themselves.
//!
//! They say nothing of Flyte's runs, nor the other way round.

use std::path::PathBuf;

use cache_core::store::local::{LocalStore, Options};
use cache_core::store::{Filter, Limits, Listed, Stats, Store, StoreError};

use super::Whereabouts;

/// The store beside a local cache, and what it holds.
#[derive(Debug)]
pub struct Programs {
    /// The store, open.
    pub store: LocalStore,
    /// Its entries, by task and the time that they were made.
    pub entries: Vec<Listed>,
    /// How much that is.
    pub stats: Stats,
}

/// Where the store is, or would be: `tasklens` beside the file.
pub fn folder(found: &Whereabouts) -> PathBuf {
    found.path.with_file_name("tasklens")
}

/// The store beside a local cache; `None` if there is none, and then none is made.
///
/// # Errors
///
/// [`StoreError`].
pub fn programs(found: &Whereabouts) -> Result<Option<Programs>, StoreError> {
    let folder = folder(found);
    if !LocalStore::is_there(&folder) {
        return Ok(None);
    }
    let store = LocalStore::open_with(&folder, Options::default())?;
    let mut entries = Vec::new();
    store.list(&Filter::default(), &mut |listed| {
        entries.push(listed);
        true
    })?;
    entries.sort_by(|one, other| {
        let order =
            |listed: &Listed| (listed.manifest.parts.task.clone(), listed.manifest.created, listed.manifest.key);
        order(one).cmp(&order(other))
    });
    let stats = store.stats()?;
    Ok(Some(Programs { store, entries, stats }))
}

impl Programs {
    /// The entries of these tasks.
    pub fn of_tasks(&self, tasks: &[String]) -> Vec<&Listed> {
        self.entries.iter().filter(|listed| tasks.contains(&listed.manifest.parts.task)).collect()
    }

    /// The entries whose key begins so; the caller sees to it that this is long enough to mean one.
    pub fn with_prefix(&self, prefix: &str) -> Vec<&Listed> {
        let is_of_a_key = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
        let begins = |listed: &&Listed| is_of_a_key && listed.manifest.key.to_string().starts_with(prefix);
        self.entries.iter().filter(begins).collect()
    }

    /// How much a collection to these limits would remove: entries and bytes. Bytes count as the store counts them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn collect(&self, limits: &Limits) -> Result<cache_core::store::Collected, StoreError> {
        self.store.collect(limits)
    }
}
