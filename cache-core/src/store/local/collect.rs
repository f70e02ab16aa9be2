//! Garbage: entries beyond the limits, and what killed writers left.

use std::fs::File;
use std::path::Path;

use super::LocalStore;
use super::index::explain;
use super::place::{Identity, remove};
use super::write::is_needed;
use crate::key::native::{Digest, Key};
use crate::store::{Collected, Limits, StoreError, Time};

/// So many things that were put aside stay, the newest ones.
const ASIDE_KEPT: usize = 64;

/// An index of which more than half is free is written anew, if that frees so many pages.
const FREE_PAGES: i64 = 1024;

impl LocalStore {
    pub(super) fn collect_to(&self, limits: &Limits) -> Result<Collected, StoreError> {
        let now = self.options.clock.now();
        let mut collected = Collected::default();
        if limits.max_age.is_some() || limits.unused_for.is_some() {
            // Of a moment that lies ahead nobody knows how long ago it was: it is as long as it can be.
            let is_older = |moment: Time, most: std::time::Duration| moment.age(now).is_none_or(|age| age >= most);
            let removed = self.remove_where(|listed| {
                limits.max_age.is_some_and(|most| is_older(listed.manifest.created, most))
                    || limits.unused_for.is_some_and(|most| is_older(listed.used, most))
            })?;
            collected.entries += removed.entries;
            collected.bytes += removed.bytes;
        }
        let most = [limits.bytes, self.options.cap].into_iter().flatten().min();
        if let Some(most) = most {
            let (entries, bytes, orphans) = self.change(|transaction| self.evict(transaction, most, None))?;
            self.drop_contents(&orphans)?;
            collected.entries += entries;
            collected.bytes += bytes;
        }
        collected.leftovers = self.leftovers()?;
        self.shrink()?;
        Ok(collected)
    }

    /// Removes files that belong to nobody.
    fn leftovers(&self) -> Result<u64, StoreError> {
        let mut removed = 0;
        for folder in ["tmp", "locks"] {
            for path in self.place.files(folder) {
                removed += u64::from(remove_unlocked(&path));
            }
        }
        let named = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let failed = |error: &std::io::Error| self.place.failed(error);
        let contents = self.place.files("cas");
        let records = self.place.files("records");
        // Under the write lock nobody is about to commit a row that speaks of them.
        for some in contents.chunks(64) {
            removed += self.change(|transaction| {
                let mut removed = 0;
                for path in some {
                    let needed = match named(path).parse::<Digest>() {
                        Ok(digest) => is_needed(transaction, &digest).map_err(|error| explain(&self.name(), &error))?,
                        Err(_) => false,
                    };
                    if !needed {
                        removed += u64::from(remove(path).map_err(|error| failed(&error))?);
                    }
                }
                Ok(removed)
            })?;
        }
        for some in records.chunks(64) {
            removed += self.change(|transaction| {
                let mut removed = 0;
                for path in some {
                    let needed = match named(path).parse::<Key>() {
                        Ok(key) => transaction
                            .prepare_cached("SELECT 1 FROM entries WHERE key = ?1 AND digest IS NOT NULL")
                            .and_then(|mut select| select.exists([key.as_bytes()]))
                            .map_err(|error| explain(&self.name(), &error))?,
                        Err(_) => false,
                    };
                    if !needed {
                        removed += u64::from(remove(path).map_err(|error| failed(&error))?);
                    }
                }
                Ok(removed)
            })?;
        }
        self.thin_quarantine();
        Ok(removed + self.sweep_indexes())
    }

    /// Forgets what was put aside longest ago.
    fn thin_quarantine(&self) {
        let mut aside: Vec<_> = self
            .place
            .files("quarantine")
            .into_iter()
            .filter_map(|path| Some((path.metadata().and_then(|metadata| metadata.modified()).ok()?, path)))
            .collect();
        aside.sort();
        let surplus = aside.len().saturating_sub(ASIDE_KEPT);
        for (_, path) in &aside[..surplus] {
            let _ = remove(path);
        }
    }

    /// Gives room back to the system, where that is worth it.
    fn shrink(&self) -> Result<(), StoreError> {
        self.with(|connection| {
            let shrink = || -> rusqlite::Result<()> {
                let ask = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
                let (free, all) = (ask("PRAGMA freelist_count")?, ask("PRAGMA page_count")?);
                if free >= FREE_PAGES && free > all / 2 {
                    connection.execute_batch("VACUUM")?;
                }
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            };
            // Others that read or write now are in the way: nothing is lost by doing it another time.
            match shrink().map_err(|error| explain(&self.name(), &error)) {
                Err(super::index::IndexError::Store(StoreError::Busy { .. })) => Ok(()),
                other => other,
            }
        })
    }
}

/// Removes a file whose writer is dead: one that nobody has locked.
fn remove_unlocked(path: &Path) -> bool {
    let Ok(file) = File::options().read(true).write(true).open(path) else { return false };
    file.try_lock().is_ok() && Identity::is_at(path, &file).unwrap_or(false) && remove(path).unwrap_or(false)
}
