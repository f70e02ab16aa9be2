//! The SDK's local cache, as runs of one folder use it: found, opened once, and asked until it fails.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use cache_core::store::flyte::{CacheError, FlyteCache, Met, Patience};

use crate::environment::{self, Outside};

use super::StoreName;
use super::records::Records;

/// The store of a run of Tasklens.
///
/// An error is told once and ends all questions: a program that holds the lock would make each of them wait.
#[derive(Debug)]
pub struct Store {
    path: Option<PathBuf>,
    cache: Option<FlyteCache>,
    trouble: RefCell<Option<String>>,
}

impl Store {
    /// The cache of local runs that are started in `folder`: the SDK looks for it from there, whatever file is run.
    pub fn open(folder: &Path, outside: &Outside) -> Self {
        match environment::local_cache_from(folder, outside) {
            Some(found) => Self::at(found.path),
            None => Self::nowhere(),
        }
    }

    /// No cache: the SDK would look into a home directory that isn't there.
    pub fn nowhere() -> Self {
        Self { path: None, cache: None, trouble: RefCell::new(None) }
    }

    /// The cache in a file, which need not exist.
    pub fn at(path: PathBuf) -> Self {
        Self::open_with(path, Patience::Long)
    }

    /// The cache in a file, which need not exist, asked with so much patience.
    pub fn open_with(path: PathBuf, patience: Patience) -> Self {
        let (cache, trouble) = match FlyteCache::open_with(&path, patience) {
            Ok(cache) => (cache, None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self { path: Some(path), cache, trouble: RefCell::new(trouble) }
    }

    /// Where it is or would be; `None` without a home directory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Why it can't be asked any more, in words.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.borrow().clone()
    }

    /// The store as reports name it, if it can be asked.
    pub fn name(&self) -> Option<StoreName> {
        let entries = self.ask(FlyteCache::entries)?;
        Some(StoreName { path: self.path.clone()?, entries })
    }

    /// Whether there is an entry under a key; `None` if it can't be asked.
    pub fn holds(&self, key: &str) -> Option<bool> {
        self.ask(|cache| cache.contains(key))
    }

    /// What a run that looks for a key meets; `None` if it can't be asked.
    pub fn meets(&self, key: &str) -> Option<Met> {
        self.ask(|cache| cache.meets(key))
    }

    /// The runs that were recorded in it.
    pub fn records(&self) -> Records {
        Records::new(self.ask(FlyteCache::runs).unwrap_or_default())
    }

    fn ask<T>(&self, question: impl FnOnce(&FlyteCache) -> Result<T, CacheError>) -> Option<T> {
        let cache = self.cache.as_ref().filter(|_| self.trouble.borrow().is_none())?;
        match question(cache) {
            Ok(answer) => Some(answer),
            Err(error) => {
                *self.trouble.borrow_mut() = Some(error.to_string());
                None
            }
        }
    }
}
