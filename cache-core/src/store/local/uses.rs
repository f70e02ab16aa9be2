//! When entries were last used: kept in memory and written in batches, since a write at each read would make reads slow.
//!
//! Lossy by contract: what a killed process had in memory is lost, and an entry goes a little earlier than it might have.

use std::collections::HashMap;
use std::sync::Mutex;

use super::LocalStore;
use super::index::explain;
use crate::key::native::Key;
use crate::store::{StoreError, Time};

/// Uses that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Uses(Mutex<HashMap<Key, Time>>);

/// A use so soon after the one that is written down changes nothing.
const RESOLUTION_MS: u64 = 10 * 60 * 1000;

/// So many are written at once.
const BATCH: usize = 1024;

impl LocalStore {
    /// Notes that an entry is used now, of which the index knows an earlier use.
    pub(super) fn note_use(&self, key: &Key, known: Time) {
        let now = self.options.clock.now();
        if now.0.abs_diff(known.0) < RESOLUTION_MS {
            return;
        }
        let full = match self.uses.0.lock() {
            Ok(mut noted) => {
                noted.insert(*key, now);
                noted.len() >= BATCH
            }
            Err(_) => false,
        };
        if full {
            // The read was answered; that its time can't be written is no reason to fail it.
            let _ = self.uses_are_written();
        }
    }

    /// Writes what was noted.
    pub(super) fn uses_are_written(&self) -> Result<(), StoreError> {
        let noted = match self.uses.0.lock() {
            Ok(mut noted) => std::mem::take(&mut *noted),
            Err(_) => return Ok(()),
        };
        if noted.is_empty() || !self.place.index().exists() {
            return Ok(());
        }
        let name = self.name();
        self.change(|transaction| {
            let update = || -> rusqlite::Result<()> {
                let mut update = transaction.prepare_cached("UPDATE entries SET used = ?2 WHERE key = ?1")?;
                for (key, time) in &noted {
                    update.execute((key.as_bytes(), time.0 as i64))?;
                }
                Ok(())
            };
            update().map_err(|error| explain(&name, &error))
        })
    }
}
