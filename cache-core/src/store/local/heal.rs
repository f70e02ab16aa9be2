//! A damaged index is put aside and made again: of the records beside large contents, and of the rows that can still be read.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::index::{IndexError, explain};
use super::place::Identity;
use super::write::insert;
use super::{LAYOUT, LocalStore, index};
use crate::key::native::Digest;
use crate::store::lease::nonce;
use crate::store::{Manifest, StoreError, record};

/// A record, and the content if it is in the index.
type Row = (Vec<u8>, Option<Vec<u8>>);

impl LocalStore {
    /// Puts the index aside that was found damaged, and makes it again. Nothing to do if somebody did so meanwhile.
    pub(super) fn heal(&self, reason: &str, of: Option<Identity>) -> Result<(), StoreError> {
        self.pool.close();
        let failed = |error: &std::io::Error| self.place.failed(error);
        self.place.make().map_err(|error| failed(&error))?;
        let _lock = self.setup_lock();
        let path = self.place.index();
        let now = Identity::of(&path).map_err(|error| failed(&error))?;
        if (of.is_some() && now != of) || (of.is_none() && self.opens()) {
            return Ok(());
        }
        let aside = self.place.folder("quarantine").join(format!("index-{:016x}", nonce()));
        fs::create_dir(&aside).map_err(|error| failed(&error))?;
        let _ = fs::write(aside.join("why"), reason);
        self.move_index(&aside).map_err(|error| failed(&error))?;
        match self.make_index(Some(&aside.join("index.db"))) {
            Ok(()) | Err(IndexError::Moved) => Ok(()),
            Err(IndexError::Damaged(reason)) => Err(StoreError::Failed { place: self.name(), reason }),
            Err(IndexError::Store(error)) => Err(error),
        }
    }

    /// Whether the index can be opened, so that its damage is mended by now.
    fn opens(&self) -> bool {
        let Ok(connection) = index::open(&self.place.index(), self.options.durability) else { return false };
        index::layout(&connection, "").is_ok_and(|layout| layout == LAYOUT as i64)
    }

    /// Fills a new index with what is left.
    pub(super) fn rebuild(&self, connection: &mut Connection, old: Option<&Path>) -> Result<(), IndexError> {
        let name = self.name();
        let failed = |error: rusqlite::Error| explain(&name, &error);
        let records = self.place.files("records");
        if records.is_empty() && old.is_none() {
            return Ok(());
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        for path in records {
            match fs::read(&path).map(|bytes| (record::decode(&bytes), bytes)) {
                Ok((Ok(manifest), bytes)) => self.restore(&transaction, &manifest, &bytes, None)?,
                Ok((Err(_), _)) => {
                    let _ = self.place.quarantine(&path);
                }
                Err(_) => {}
            }
        }
        if let Some(old) = old.filter(|old| old.is_file()) {
            self.salvage(&transaction, old)?;
        }
        transaction.commit().map_err(failed)
    }

    /// Adds an entry that is known to be whole, if its key has none.
    fn restore(
        &self,
        connection: &Connection,
        manifest: &Manifest,
        record: &[u8],
        value: Option<&[u8]>,
    ) -> Result<(), IndexError> {
        let is_whole = match value {
            Some(value) => Digest::of(value) == manifest.digest,
            // All of it is read whenever it is asked for.
            None => {
                let found = fs::metadata(self.place.blob(&manifest.digest));
                found.is_ok_and(|found| found.is_file() && found.len() == manifest.size)
            }
        };
        let add = || -> rusqlite::Result<()> {
            let known =
                connection.prepare_cached("SELECT 1 FROM entries WHERE key = ?1")?.exists([manifest.key.as_bytes()])?;
            if is_whole && !known { insert(connection, manifest, record, value, manifest.created.0) } else { Ok(()) }
        };
        add().map_err(|error| explain(&self.name(), &error))
    }

    /// Takes over what can be read of a damaged index: from its beginning as far as that goes, then from its end.
    fn salvage(&self, connection: &Connection, old: &Path) -> Result<(), IndexError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(old) = Connection::open_with_flags(old, flags) else { return Ok(()) };
        for (query, ascends) in [
            ("SELECT id, record, value FROM entries WHERE id > ?1 ORDER BY id LIMIT 1", true),
            ("SELECT id, record, value FROM entries WHERE id < ?1 ORDER BY id DESC LIMIT 1", false),
        ] {
            let next = |at: i64| -> rusqlite::Result<Option<(i64, Row)>> {
                let mut statement = old.prepare_cached(query)?;
                statement.query_row([at], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).optional()
            };
            // Each row is read once in each direction at most; an error ends the direction.
            let mut at = if ascends { i64::MIN } else { i64::MAX };
            while let Ok(Some((id, (record, value)))) = next(at) {
                // A damaged tree may lead round and round, whatever was asked for.
                let goes_on = if ascends { id > at } else { id < at };
                if !goes_on {
                    break;
                }
                at = id;
                if let Ok(manifest) = record::decode(&record) {
                    self.restore(connection, &manifest, &record, value.as_deref())?;
                }
            }
        }
        Ok(())
    }
}
