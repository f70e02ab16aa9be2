//! Reservations on one machine: a lock on a file, which ends with its holder, whatever ends that.
//!
//! Where files can't be locked (some network file systems), leases in the index take their place, and the store says so.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::OptionalExtension;

use super::index::explain;
use super::place::{Identity, Place};
use super::{LocalStore, Options};
use crate::key::native::Key;
use crate::store::lease::{Board, Lease, LeaseReservation, Standing, jitter};
use crate::store::{Attempt, Clock, Fence, Holder, Reservation, StoreError, Time};

/// The longest pause between two attempts: an attempt costs some microseconds, and who waits should not notice.
const PAUSE: Duration = Duration::from_millis(10);

/// A lock that is not its path's any more is taken again so often.
const TRIES: usize = 100;

/// A reservation by a lock.
struct LockReservation {
    place: Place,
    path: PathBuf,
    owner: String,
    clock: Clock,
    held: Option<File>,
}

/// A reservation by a lease: the store's own, opened anew, since it may outlive the one that it came from.
struct Table {
    store: LocalStore,
    key: Key,
}

/// Where a key's lease stands in an index.
pub(super) fn table(store: LocalStore, key: Key) -> impl Board {
    Table { store, key }
}

impl LocalStore {
    pub(super) fn reserve(&self, key: &Key, owner: &str) -> Result<Box<dyn Reservation>, StoreError> {
        if let Some(why) = self.unlockable() {
            if let Ok(mut known) = self.unlockable.lock() {
                *known = Some(why);
            }
            let options = Options { cap: None, ..self.options.clone() };
            let board = table(Self::open_with(self.place.root(), options)?, *key);
            return Ok(Box::new(LeaseReservation::new(board, owner, self.options.leases.clone())));
        }
        Ok(Box::new(LockReservation {
            path: self.place.lock(key),
            place: self.place.clone(),
            owner: owner.to_owned(),
            clock: self.options.clock.clone(),
            held: None,
        }))
    }

    /// Why files can't be locked here, if they can't.
    fn unlockable(&self) -> Option<String> {
        let path = self.place.setup_lock();
        let file = match File::options().create(true).truncate(false).write(true).open(path) {
            Ok(file) => file,
            // Another matter, of which the attempt tells.
            Err(_) => return None,
        };
        match file.try_lock() {
            Err(TryLockError::Error(error)) => Some(error.to_string()),
            Ok(()) | Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl LockReservation {
    fn open(&self) -> io::Result<File> {
        let open = || File::options().read(true).write(true).create(true).truncate(false).open(&self.path);
        match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.place.make()?;
                open()
            }
            other => other,
        }
    }

    fn tried(&mut self) -> io::Result<Attempt> {
        for _ in 0..TRIES {
            let mut file = self.open()?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Ok(Attempt::Busy { holder: holder(&mut file), again: jitter(PAUSE) });
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The holder before removed the file after it was opened here, or somebody the whole folder: nobody else would
            // meet a lock on it.
            if Identity::is_at(&self.path, &file)? {
                // For people. It is held all the same where the disk is full.
                let _ = file.write_all(said(self.clock.now(), &self.owner).as_bytes());
                self.held = Some(file);
                return Ok(Attempt::Held(Fence::default()));
            }
        }
        Ok(Attempt::Busy { holder: Holder::default(), again: jitter(PAUSE) })
    }
}

/// What a holder writes into its lock file: two lines, over those of the holder before. The file is **not cut** for that: ext4 writes a
/// file that was cut to the disk when it is closed, and who cuts it next waits for that write. That was to be who takes over from the dead.
fn said(since: Time, owner: &str) -> String {
    let owner: String = owner.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{}\n{owner}\n", since.0)
}

/// Who wrote its name into a lock file.
fn holder(file: &mut File) -> Holder {
    let mut said = Vec::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(4096).read_to_end(&mut said));
    let said = String::from_utf8_lossy(&said);
    match (read, said.split('\n').collect::<Vec<_>>().as_slice()) {
        // What follows is the rest of a longer name.
        (Ok(_), [since, owner, _, ..]) => Holder { owner: (*owner).to_owned(), since: since.parse().ok().map(Time) },
        _ => Holder::default(),
    }
}

impl Reservation for LockReservation {
    fn attempt(&mut self) -> Result<Attempt, StoreError> {
        if self.held.is_some() {
            return Ok(Attempt::Held(Fence::default()));
        }
        self.tried().map_err(|error| self.place.failed(&error))
    }

    fn heartbeat(&self) -> Option<Duration> {
        None
    }

    fn renew(&mut self) -> Result<bool, StoreError> {
        Ok(self.held.is_some())
    }

    fn release(&mut self) -> Result<(), StoreError> {
        let Some(file) = self.held.take() else { return Ok(()) };
        // Removed while it is still locked; whoever has opened it meanwhile sees that it is not the path's any more.
        if Identity::is_at(&self.path, &file).unwrap_or(false) {
            let _ = std::fs::remove_file(&self.path);
        }
        drop(file);
        Ok(())
    }
}

impl Drop for LockReservation {
    fn drop(&mut self) {
        let _ = self.release();
    }
}

impl Board for Table {
    type Version = i64;

    fn read(&mut self) -> Result<Option<Standing<i64>>, StoreError> {
        self.store.with(|connection| {
            let read = || -> rusqlite::Result<Option<Standing<i64>>> {
                let mut select = connection.prepare_cached("SELECT lease, version FROM leases WHERE key = ?1")?;
                let standing = |row: &rusqlite::Row<'_>| {
                    Ok(Standing { lease: Lease::decode(row.get_ref(0)?.as_bytes()?), version: row.get(1)? })
                };
                select.query_row([self.key.as_bytes()], standing).optional()
            };
            read().map_err(|error| explain(&self.store.name(), &error))
        })
    }

    fn write(&mut self, lease: &Lease, over: Option<&i64>) -> Result<Option<i64>, StoreError> {
        self.store.change(|transaction| {
            let write = || -> rusqlite::Result<Option<i64>> {
                let mut select = transaction.prepare_cached("SELECT version FROM leases WHERE key = ?1")?;
                let there: Option<i64> = select.query_row([self.key.as_bytes()], |row| row.get(0)).optional()?;
                if there.as_ref() != over {
                    return Ok(None);
                }
                let next = there.unwrap_or_default().wrapping_add(1);
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO leases (key, lease, version) VALUES (?1, ?2, ?3)")?
                    .execute((self.key.as_bytes(), lease.encode(), next))?;
                Ok(Some(next))
            };
            write().map_err(|error| explain(&self.store.name(), &error))
        })
    }
}
