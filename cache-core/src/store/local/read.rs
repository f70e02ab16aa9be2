//! Reading an entry: nothing is answered that was not checked.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::LocalStore;
use super::blob::{self, Opened};
use super::index::{IndexError, explain};
use crate::key::native::{Digest, Key};
use crate::store::content::Beside;
use crate::store::entry::is_fresh;
use crate::store::record::Sealed;
use crate::store::{Content, Damage, Entry, Fetched, Lookup, Manifest, Miss, Read, StoreError, Time};

/// An entry as the index has it.
enum Row {
    /// Whole, with its content if that is in the index, and when it was last used.
    Whole(Arc<Sealed>, Option<Vec<u8>>, Time),
    /// The record is damaged, or the content that is with it: the bytes of both.
    Damaged(String, Vec<u8>, Vec<u8>),
}

/// A content may be gone because its entry was replaced just now: then the new one is there. So often that may happen to one reader.
const TRIES: usize = 20;

const QUERY: &str = "SELECT record, value, used FROM entries WHERE key = ?1";

impl LocalStore {
    pub(super) fn read(&self, key: &Key, read: Read) -> Result<Lookup, StoreError> {
        for _ in 0..TRIES {
            let (known, inline, used) = match self.look(key, read)? {
                Ok(found) => found,
                Err(miss) => return Ok(Lookup::Miss(miss)),
            };
            let content = match inline {
                Some(bytes) => Ok(Content::Bytes(bytes)),
                None => blob::open(&self.place, known.manifest()),
            };
            match self.opened(content, key)? {
                Ok(content) => {
                    self.note_use(key, used);
                    return Ok(Lookup::Hit(Box::new(Entry::of(known, content))));
                }
                Err(Some(miss)) => return Ok(Lookup::Miss(miss)),
                Err(None) if self.lost(key)? => return Ok(Lookup::Miss(gone())),
                Err(None) => self.pool.forget(),
            }
        }
        Ok(Lookup::Miss(gone()))
    }

    pub(super) fn read_to(&self, key: &Key, read: Read, path: &Path) -> Result<Fetched, StoreError> {
        let failed = |error: &std::io::Error| StoreError::of_io(&path.display().to_string(), error);
        for _ in 0..TRIES {
            let (known, inline, used) = match self.look(key, read)? {
                Ok(found) => found,
                Err(miss) => return Ok(Fetched::Miss(miss)),
            };
            let mut beside = Beside::new(path).map_err(|error| failed(&error))?;
            let written = match &inline {
                Some(bytes) => std::io::Write::write_all(&mut beside.file, bytes).map_err(Opened::Failed),
                None => blob::fetch(&self.place, known.manifest(), &mut beside),
            };
            match self.opened(written, key)? {
                Ok(()) => {
                    if self.is_durable() {
                        beside.file.sync_all().map_err(|error| failed(&error))?;
                    }
                    beside.finish(path).map_err(|error| failed(&error))?;
                    self.note_use(key, used);
                    return Ok(Fetched::Hit(Box::new(known.manifest().clone())));
                }
                Err(Some(miss)) => return Ok(Fetched::Miss(miss)),
                Err(None) if self.lost(key)? => return Ok(Fetched::Miss(gone())),
                Err(None) => self.pool.forget(),
            }
        }
        Ok(Fetched::Miss(gone()))
    }

    /// What became of the opening of a content: it, a miss, or neither (it is gone: look again).
    fn opened<T>(&self, opened: Result<T, Opened>, key: &Key) -> Result<Result<T, Option<Miss>>, StoreError> {
        match opened {
            Ok(content) => Ok(Ok(content)),
            Err(Opened::Gone) => Ok(Err(None)),
            Err(Opened::Failed(error)) => Err(self.place.failed(&error)),
            Err(Opened::Damaged(damage)) => {
                // Best done now; if it can't be, the next reader meets the same.
                let _ = self.remove(key);
                Ok(Err(Some(Miss::Damaged(damage))))
            }
        }
    }

    /// Takes away a row whose content is gone for good: whether that was so. Under the write lock nobody else can be about to name it.
    fn lost(&self, key: &Key) -> Result<bool, StoreError> {
        let place = &self.place;
        let removed = self.change(|transaction| {
            let is_lost = match self.find(transaction, key)? {
                Some(Row::Whole(known, None, _)) => !place.blob(&known.glance.digest).exists(),
                _ => false,
            };
            if is_lost {
                self.delete_row(transaction, key)?;
            }
            Ok(is_lost)
        });
        match removed {
            Err(StoreError::ReadOnly { .. } | StoreError::Full { .. }) => Ok(true),
            other => other,
        }
    }

    /// The row of a key, if it is whole and young enough.
    #[allow(clippy::type_complexity, reason = "a row or why there is none, or an error")]
    fn look(&self, key: &Key, read: Read) -> Result<Result<(Arc<Sealed>, Option<Vec<u8>>, Time), Miss>, StoreError> {
        Ok(match self.with(|connection| self.find(connection, key))? {
            None => Err(Miss::Absent),
            Some(Row::Damaged(reason, record, value)) => {
                let quarantined = self.place.quarantine_bytes(&key.to_string(), &[&record, &value]);
                let _ = self.remove(key);
                Err(Miss::Damaged(Damage { reason, quarantined }))
            }
            Some(Row::Whole(known, ..))
                if read.max_age.is_some()
                    && !is_fresh(known.glance.created, read.max_age, self.options.clock.now()) =>
            {
                Err(Miss::TooOld { created: known.glance.created })
            }
            Some(Row::Whole(known, value, used)) => Ok((known, value, used)),
        })
    }

    /// How an entry is damaged, if it is; it stays where it is.
    pub(super) fn inspect(&self, key: &Key) -> Result<Option<Damage>, StoreError> {
        Ok(match self.with(|connection| self.find(connection, key))? {
            Some(Row::Damaged(reason, ..)) => Some(Damage::new(reason)),
            Some(Row::Whole(known, None, _)) => blob::inspect(&self.place, known.manifest()),
            Some(Row::Whole(..)) | None => None,
        })
    }

    /// The manifest of a key's entry if it may stay where another is put: whole, as far as that is quickly seen.
    pub(super) fn may_stay(&self, connection: &Connection, key: &Key) -> Result<Option<Manifest>, IndexError> {
        Ok(match self.find(connection, key)? {
            Some(Row::Whole(known, None, _)) => {
                let manifest = known.manifest().clone();
                let found = std::fs::metadata(self.place.blob(&manifest.digest));
                found.is_ok_and(|found| found.len() == manifest.size).then_some(manifest)
            }
            Some(Row::Whole(known, ..)) => Some(known.manifest().clone()),
            _ => None,
        })
    }

    fn find(&self, connection: &Connection, key: &Key) -> Result<Option<Row>, IndexError> {
        let read = || -> rusqlite::Result<Option<Row>> {
            let mut statement = connection.prepare_cached(QUERY)?;
            statement
                .query_row([key.as_bytes()], |row| {
                    let record = row.get_ref(0)?.as_bytes()?;
                    let value = row.get_ref(1)?.as_bytes_or_null()?;
                    let used = Time(u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default());
                    Ok(self.checked(key, record, value, used))
                })
                .optional()
        };
        read().map_err(|error| explain(&self.name(), &error))
    }

    /// Whether record and content are as they were written.
    fn checked(&self, key: &Key, record: &[u8], value: Option<&[u8]>, used: Time) -> Row {
        if let Some(value) = value
            && let Some(known) = self.seen.again(key, record, value)
        {
            return Row::Whole(known, Some(value.to_vec()), used);
        }
        let damaged =
            |reason: &str| Row::Damaged(reason.to_owned(), record.to_vec(), value.unwrap_or_default().to_vec());
        let known = match Sealed::new(record) {
            Ok(known) if known.glance.key == *key => Arc::new(known),
            Ok(_) => return damaged("the record is another entry's"),
            Err(damage) => return damaged(&damage.reason),
        };
        let Some(value) = value else { return Row::Whole(known, None, used) };
        if Digest::of(value) != known.glance.digest {
            return damaged("the content does not fit its digest");
        }
        self.seen.note(&known, value);
        Row::Whole(known, Some(value.to_vec()), used)
    }
}

fn gone() -> Miss {
    Miss::Damaged(Damage::new("the content is gone"))
}
