//! Lists, counts, and removal of many entries: in short steps, so that nobody waits long for them.

use rusqlite::Connection;

use super::LocalStore;
use super::index::{IndexError, explain};
use super::write::totals;
use crate::key::native::{Key, Parts};
use crate::store::{Cleared, Filter, Listed, Manifest, Stats, StoreError, Time, record};

/// So many rows are looked at in one step.
const STEP: i64 = 256;

/// Rows of one step, with the last one's id.
pub(super) struct Step {
    pub(super) rows: Vec<(Listed, u64)>,
    pub(super) last: Option<i64>,
}

impl LocalStore {
    pub(super) fn select(&self, filter: &Filter, each: &mut dyn FnMut(Listed) -> bool) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let step = self.with(|connection| self.step(connection, after))?;
            for (listed, _) in step.rows {
                if filter.takes(&listed.manifest, listed.used) && !each(listed) {
                    return Ok(());
                }
            }
            match step.last {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }

    /// The next rows, without those that are damaged: their readers and `verify` deal with these.
    pub(super) fn step(&self, connection: &Connection, after: i64) -> Result<Step, IndexError> {
        let read = || -> rusqlite::Result<Step> {
            let mut select = connection
                .prepare_cached("SELECT id, record, used, bytes FROM entries WHERE id > ?1 ORDER BY id LIMIT ?2")?;
            let mut found = select.query((after, STEP))?;
            let mut step = Step { rows: Vec::new(), last: None };
            while let Some(row) = found.next()? {
                step.last = Some(next(row.get(0)?, step.last.unwrap_or(after))?);
                if let Ok(manifest) = record::decode(row.get_ref(1)?.as_bytes()?) {
                    let used = Time(u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default());
                    let bytes = u64::try_from(row.get::<_, i64>(3)?).unwrap_or_default();
                    step.rows.push((Listed { manifest, used }, bytes));
                }
            }
            Ok(step)
        };
        read().map_err(|error| explain(&self.name(), &error))
    }

    pub(super) fn newest(&self, of: &Parts, most: usize) -> Result<Vec<Manifest>, StoreError> {
        let scope = &of.scope;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.with(|connection| {
            let read = || -> rusqlite::Result<Vec<Manifest>> {
                let mut select = connection.prepare_cached(
                    "SELECT record FROM tasks JOIN entries ON entries.task = tasks.id WHERE name = ?1 AND org = ?2 AND project = ?3 AND domain = ?4 ORDER BY entries.id DESC LIMIT ?5",
                )?;
                let mut rows = select.query((&of.task, &scope.org, &scope.project, &scope.domain, most))?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.extend(record::decode(row.get_ref(0)?.as_bytes()?));
                }
                Ok(found)
            };
            read().map_err(|error| explain(&self.name(), &error))
        })
    }

    pub(super) fn count(&self) -> Result<Stats, StoreError> {
        let read = |connection: &Connection| totals(connection).map_err(|error| explain(&self.name(), &error));
        let (entries, bytes) = self.with(|connection| read(connection))?;
        let quarantined = self.place.files("quarantine").len() as u64;
        Ok(Stats { entries, bytes, cap: self.options.cap, quarantined })
    }

    pub(super) fn remove_all(&self, filter: &Filter) -> Result<Cleared, StoreError> {
        self.remove_where(|listed| filter.takes(&listed.manifest, listed.used))
    }

    /// Removes what is chosen, one step a transaction.
    pub(super) fn remove_where(&self, chosen: impl Fn(&Listed) -> bool) -> Result<Cleared, StoreError> {
        let mut cleared = Cleared::default();
        let mut after = 0;
        loop {
            let mut orphans = Vec::new();
            let (last, entries, bytes) = self.change(|transaction| {
                orphans.clear();
                let step = self.step(transaction, after)?;
                let doomed: Vec<(Key, u64)> = step
                    .rows
                    .iter()
                    .filter(|(listed, _)| chosen(listed))
                    .map(|(listed, bytes)| (listed.manifest.key, *bytes))
                    .collect();
                for (key, _) in &doomed {
                    orphans.extend(self.delete_row(transaction, key)?);
                }
                Ok((step.last, doomed.len() as u64, doomed.iter().map(|(_, bytes)| bytes).sum::<u64>()))
            })?;
            self.drop_contents(&orphans)?;
            cleared.entries += entries;
            cleared.bytes += bytes;
            match last {
                Some(last) => after = last,
                None => return Ok(cleared),
            }
        }
    }
}

/// The id of a row that follows another's. In a damaged index rows may lead round and round.
pub(super) fn next(id: i64, after: i64) -> rusqlite::Result<i64> {
    if id > after { Ok(id) } else { Err(rusqlite::Error::IntegralValueOutOfRange(0, id)) }
}
