//! Writing and removing entries, each in one transaction.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::LocalStore;
use super::blob::{self, Incoming};
use super::index::{IndexError, explain};
use super::place::{remove, write_whole};
use crate::key::native::{Digest, Key};
use crate::store::{Draft, Manifest, Mode, Put, Source, StoreError, record};

impl LocalStore {
    pub(super) fn write(&self, draft: &Draft, value: Source<'_>, mode: Mode) -> Result<Put, StoreError> {
        let (incoming, digest, size) = blob::receive(&self.place, value, self.is_durable())?;
        let manifest = Manifest::new(draft, digest, size, self.options.clock.now());
        self.keep(manifest, &incoming, mode)
    }

    pub(super) fn copy_of(&self, manifest: &Manifest, value: Source<'_>) -> Result<(), StoreError> {
        let (incoming, digest, size) = blob::receive(&self.place, value, self.is_durable())?;
        if (digest, size) != (manifest.digest, manifest.size) {
            return Err(StoreError::Content { reason: "it is not what its digest says".to_owned() });
        }
        self.keep(manifest.clone(), &incoming, Mode::Overwrite).map(|_| ())
    }

    fn keep(&self, manifest: Manifest, incoming: &Incoming, mode: Mode) -> Result<Put, StoreError> {
        let (digest, size, now) = (manifest.digest, manifest.size, self.options.clock.now());
        let record = record::encode(&manifest);
        let counted = size + record.len() as u64;
        if let Some(cap) = self.options.cap.filter(|cap| counted > *cap) {
            return Ok(Put::TooLarge { cap });
        }
        let mut orphans = Vec::new();
        let put = self.change(|transaction| {
            orphans.clear();
            if let Mode::Create { max_age } = mode
                && let Some(there) = self.may_stay(transaction, &manifest.key)?
                && there.is_fresh(max_age, now)
            {
                return Ok(Put::Kept { there, ours: digest });
            }
            orphans.extend(self.delete_row(transaction, &manifest.key)?);
            let value = match incoming {
                Incoming::Inline(bytes) => Some(bytes.as_slice()),
                Incoming::Staged(staged) => {
                    blob::link(&self.place, staged, &digest, self.is_durable())?;
                    let path = self.place.record(&manifest.key);
                    write_whole(&self.place, &path, &record, self.is_durable())
                        .map_err(|error| self.place.failed(&error))?;
                    None
                }
            };
            insert(transaction, &manifest, &record, value, now.0).map_err(|error| explain(&self.name(), &error))?;
            if let Some(cap) = self.options.cap {
                orphans.extend(self.evict(transaction, cap, Some(&manifest.key))?.2);
            }
            Ok(Put::Stored(manifest.clone()))
        })?;
        // The entry is there. Contents that nobody needs any more are collected later, if not now.
        let _ = self.drop_contents(&orphans);
        Ok(put)
    }

    pub(super) fn remove(&self, key: &Key) -> Result<bool, StoreError> {
        let mut orphans = Vec::new();
        let removed = self.change(|transaction| {
            let removed = self.delete_row(transaction, key)?;
            orphans.clear();
            orphans.extend(removed);
            Ok(removed.is_some())
        })?;
        self.drop_contents(&orphans)?;
        Ok(removed)
    }

    /// Keeps what a reader had no use for, where somebody can look at it.
    pub(super) fn put_aside(&self, key: &Key, reason: &str) -> Result<(), StoreError> {
        let found = self.read(key, crate::store::Read::default())?;
        if let crate::store::Lookup::Hit(entry) = found
            && let crate::store::Content::Bytes(bytes) = &entry.content
        {
            let record = record::encode(entry.manifest());
            let _ = self.place.quarantine_bytes(&key.to_string(), &[reason.as_bytes(), b"\n", &record, bytes]);
        }
        self.remove(key).map(|_| ())
    }

    /// Removes a row, and the record beside its content. `None` if there is none, else the content that may be nobody's now.
    pub(super) fn delete_row(
        &self,
        transaction: &Transaction<'_>,
        key: &Key,
    ) -> Result<Option<Option<Digest>>, IndexError> {
        let failed = |error: rusqlite::Error| explain(&self.name(), &error);
        let digest: Option<Option<Vec<u8>>> = transaction
            .prepare_cached("DELETE FROM entries WHERE key = ?1 RETURNING digest")
            .and_then(|mut delete| delete.query_row([key.as_bytes()], |row| row.get(0)).optional())
            .map_err(failed)?;
        if matches!(digest, Some(Some(_))) {
            remove(&self.place.record(key)).map_err(|error| self.place.failed(&error))?;
        }
        Ok(digest.map(|digest| digest.and_then(|digest| Digest::try_from(digest.as_slice()).ok())))
    }

    /// Removes contents that no row speaks of: under the write lock, so that none is about to.
    pub(super) fn drop_contents(&self, orphans: &[Option<Digest>]) -> Result<u64, StoreError> {
        let orphans: Vec<&Digest> = orphans.iter().flatten().collect();
        if orphans.is_empty() {
            return Ok(0);
        }
        self.change(|transaction| {
            let mut dropped = 0;
            for digest in &orphans {
                if !is_needed(transaction, digest).map_err(|error| explain(&self.name(), &error))? {
                    dropped += u64::from(remove(&self.place.blob(digest)).map_err(|error| self.place.failed(&error))?);
                }
            }
            Ok(dropped)
        })
    }

    /// Removes entries until the others take at most so many bytes, those first that were used longest ago. Answers with
    /// their number, their bytes and the contents that may be nobody's now.
    #[allow(clippy::type_complexity, reason = "three plain facts")]
    pub(super) fn evict(
        &self,
        transaction: &Transaction<'_>,
        most: u64,
        but: Option<&Key>,
    ) -> Result<(u64, u64, Vec<Option<Digest>>), IndexError> {
        let failed = |error: rusqlite::Error| explain(&self.name(), &error);
        let mut total = totals(transaction).map_err(failed)?.1;
        let (mut entries, mut bytes, mut orphans) = (0, 0, Vec::new());
        if total <= most {
            return Ok((entries, bytes, orphans));
        }
        // A little more than needed, so that the next entries find room: the order costs a look at all rows.
        let most = if but.is_some() { most - most / 16 } else { most };
        let mut doomed = || -> rusqlite::Result<Vec<(Vec<u8>, u64)>> {
            let mut oldest = transaction.prepare_cached("SELECT key, bytes FROM entries ORDER BY used, id")?;
            let mut rows = oldest.query([])?;
            let mut doomed = Vec::new();
            while total > most
                && let Some(row) = rows.next()?
            {
                let key: Vec<u8> = row.get(0)?;
                if but.is_some_and(|but| but.as_bytes() == key.as_slice()) {
                    continue;
                }
                let size = u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
                total = total.saturating_sub(size);
                doomed.push((key, size));
            }
            Ok(doomed)
        };
        for (key, size) in doomed().map_err(failed)? {
            let Ok(key) = Key::try_from(key.as_slice()) else {
                return Err(IndexError::Damaged("a key is none".to_owned()));
            };
            orphans.extend(self.delete_row(transaction, &key)?);
            entries += 1;
            bytes += size;
        }
        Ok((entries, bytes, orphans))
    }
}

/// The totals: entries and bytes.
pub(super) fn totals(connection: &Connection) -> rusqlite::Result<(u64, u64)> {
    let number = |row: &rusqlite::Row<'_>, column| -> rusqlite::Result<u64> {
        Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
    };
    let mut statement = connection.prepare_cached("SELECT entries, bytes FROM totals")?;
    statement.query_row([], |row| Ok((number(row, 0)?, number(row, 1)?)))
}

/// Whether a row speaks of a content.
pub(super) fn is_needed(connection: &Connection, digest: &Digest) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM entries WHERE digest = ?1 LIMIT 1")?.exists([digest.as_bytes()])
}

/// Adds a row; there must be none of its key.
pub(super) fn insert(
    connection: &Connection,
    manifest: &Manifest,
    record: &[u8],
    value: Option<&[u8]>,
    used: u64,
) -> rusqlite::Result<()> {
    let scope = &manifest.parts.scope;
    let names = (&manifest.parts.task, &scope.org, &scope.project, &scope.domain);
    let known = "SELECT id FROM tasks WHERE name = ?1 AND org = ?2 AND project = ?3 AND domain = ?4";
    let known = connection.prepare_cached(known)?.query_row(names, |row| row.get::<_, i64>(0)).optional()?;
    let task = match known {
        Some(task) => task,
        None => {
            let add = "INSERT INTO tasks (name, org, project, domain) VALUES (?1, ?2, ?3, ?4)";
            connection.prepare_cached(add)?.execute(names)?;
            connection.last_insert_rowid()
        }
    };
    let digest = value.is_none().then(|| manifest.digest.as_bytes());
    let bytes = manifest.size + record.len() as u64;
    let add = "INSERT INTO entries (key, task, digest, bytes, created, used, record, value)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(add)?.execute((
        manifest.key.as_bytes(),
        task,
        digest,
        as_i64(bytes),
        as_i64(manifest.created.0),
        as_i64(used),
        record,
        value,
    ))?;
    Ok(())
}

pub(super) fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
