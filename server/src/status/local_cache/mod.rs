//! What the local cache holds, seen from the project: entries by the tasks and inputs that they are of.
//!
//! A key is a hash, so an entry tells nothing of its task. It is found the other way round: for the tasks of the project and
//! the inputs that are known ([`names`]), keys are made and looked for. What nobody asked for remains a number: entries of
//! other projects, of code as it was earlier, of inputs that only a run knows.

mod names;
pub mod programs;
mod verify;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cache_core::store::flyte::outputs::{self, Garbage, Limits, Outputs};
use cache_core::store::flyte::{CacheError, FlyteCache};

use crate::environment::{LocalCache, Outside, local_cache_from, local_cache_switched_off};

pub use names::{Name, Under, names, tasks};
pub use verify::{Verified, Wrong, verify};

/// Which file a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// The file, absolute; it need not exist.
    pub path: PathBuf,
    /// What led there, in words: `in the home directory`.
    pub led_by: String,
    /// A variable asks for no local cache, which the SDK ignores.
    pub switched_off: bool,
}

/// There is no file that the SDK would use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no home directory, in which Flyte keeps its local cache: name the file, as in --path cache.db")]
pub struct NoHome;

/// The file that was `named`, or that of runs that are started in `cwd`.
///
/// # Errors
///
/// [`NoHome`].
pub fn whereabouts(named: Option<&Path>, cwd: &Path, outside: &Outside) -> Result<Whereabouts, NoHome> {
    let switched_off = local_cache_switched_off(outside);
    match (named, local_cache_from(cwd, outside)) {
        (Some(path), _) => Ok(Whereabouts { path: cwd.join(path), led_by: "named by --path".to_owned(), switched_off }),
        (None, Some(found)) => {
            let led_by = LocalCache::led_by(&found, cwd);
            Ok(Whereabouts { path: found.path, led_by, switched_off })
        }
        (None, None) => Err(NoHome),
    }
}

/// The entries of a cache.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inventory {
    /// Those that are known, by task and inputs.
    pub named: Vec<NamedEntry>,
    /// The keys of the others, sorted, with the bytes of their outputs.
    pub others: Vec<(String, u64)>,
    /// Why the file has no entries to speak of, where that isn't plain.
    pub remark: Option<String>,
}

/// An entry whose task and inputs are known.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedEntry {
    /// The key.
    pub key: String,
    /// The bytes of its outputs.
    pub bytes: u64,
    /// What it is an entry of.
    pub name: Name,
}

impl Inventory {
    /// The bytes of all outputs, whether known or not.
    pub fn bytes(&self) -> u64 {
        self.named.iter().map(|entry| entry.bytes).chain(self.others.iter().map(|(_, bytes)| *bytes)).sum()
    }

    /// How many entries there are.
    pub fn entries(&self) -> usize {
        self.named.len() + self.others.len()
    }

    /// The keys that begin with a text.
    pub fn keys_with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.named.iter().map(|entry| entry.key.as_str());
        let others = self.others.iter().map(|(key, _)| key.as_str());
        named.chain(others).filter(move |key| key.starts_with(prefix))
    }
}

/// What a cache holds; `names` are the keys that are known.
///
/// # Errors
///
/// [`CacheError`].
pub fn inventory(cache: &FlyteCache, names: &BTreeMap<String, Name>) -> Result<Inventory, CacheError> {
    let mut inventory = Inventory { remark: remark(cache)?, ..Inventory::default() };
    for (key, bytes) in cache.keys()? {
        match names.get(&key) {
            Some(name) => inventory.named.push(NamedEntry { key, bytes, name: name.clone() }),
            None => inventory.others.push((key, bytes)),
        }
    }
    inventory.named.sort_by(|a, b| a.name.order(&b.name).then_with(|| a.key.cmp(&b.key)));
    Ok(inventory)
}

/// What is odd about a file without a table of entries.
fn remark(cache: &FlyteCache) -> Result<Option<String>, CacheError> {
    let tables = cache.tables()?;
    Ok(if tables.is_empty() {
        Some("the file is empty: the SDK has not used it yet".to_owned())
    } else if tables.iter().any(|table| table == "task_cache") {
        None
    } else {
        let tables = tables.join(", ");
        Some(format!("the file has no table task_cache, but {tables}: another program's, or another SDK's"))
    })
}

/// An entry with its outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The key.
    pub key: String,
    /// The bytes of its outputs.
    pub bytes: u64,
    /// What it is an entry of, where that is known.
    pub name: Option<Name>,
    /// The outputs, or that the SDK can't read them either.
    pub outputs: Result<Outputs, Garbage>,
}

/// The entry under a key; `None` if there is none.
///
/// # Errors
///
/// [`CacheError`]. Outputs that can't be decoded are no error of the cache.
pub fn show(cache: &FlyteCache, key: &str, names: &BTreeMap<String, Name>) -> Result<Option<Shown>, CacheError> {
    let Some(value) = cache.get(key)? else { return Ok(None) };
    Ok(Some(Shown {
        key: key.to_owned(),
        bytes: u64::try_from(value.len()).unwrap_or(u64::MAX),
        name: names.get(key).cloned(),
        outputs: outputs::read(&value, Limits::default()),
    }))
}
