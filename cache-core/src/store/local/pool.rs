//! Connections to the index, one for each thread that is at work, and none to an index that is not the path's any more.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::header;
use super::index::{self, IndexError};
use super::place::Identity;
use super::{LAYOUT, LocalStore};
use crate::store::StoreError;

/// Connections that nobody uses now, and when it was last seen which file the index is.
#[derive(Default)]
pub(super) struct Pool(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    connections: Vec<(Identity, Connection)>,
    seen: Option<(Identity, Instant)>,
}

/// For so long a reader takes the index for the one that it was: it is served what was there a moment ago, and whole.
const GLANCE: Duration = Duration::from_millis(5);

/// More than these are closed after use.
const KEPT: usize = 16;

/// So often the index may be another than a moment ago before that is an error.
const TRIES: usize = 20;

/// How long the making of an index waits for others that do the same.
const PATIENCE: Duration = Duration::from_secs(30);

impl LocalStore {
    /// Asks the index. One that is damaged is made again, and asked once more; one that is gone too.
    pub(super) fn with<T>(&self, ask: impl FnMut(&mut Connection) -> Result<T, IndexError>) -> Result<T, StoreError> {
        self.on(false, ask)
    }

    /// The same; who writes has to know that it is the path's index.
    fn on<T>(
        &self,
        writes: bool,
        mut ask: impl FnMut(&mut Connection) -> Result<T, IndexError>,
    ) -> Result<T, StoreError> {
        let mut last = String::new();
        let mut healed = 0;
        for _ in 0..TRIES {
            let glanced = if writes { None } else { self.pool.glance() };
            let opened = glanced.map_or_else(|| self.connection(), Ok);
            let (identity, mut connection) = match opened {
                Ok(connection) => connection,
                Err(error) => {
                    last = self.again(error, None, &mut healed)?;
                    continue;
                }
            };
            match ask(&mut connection) {
                Ok(answer) => {
                    self.pool.give_back(identity, connection);
                    return Ok(answer);
                }
                Err(error) => {
                    // Errors of a file that is not the path's say nothing of the store.
                    let moved = Identity::of(&self.place.index()).ok().flatten() != Some(identity);
                    let error = match error {
                        _ if moved => IndexError::Moved,
                        IndexError::Store(StoreError::ReadOnly { .. })
                            if header::has_foreign_versions(&self.place.index()) =>
                        {
                            IndexError::Damaged("the header of the index is damaged".to_owned())
                        }
                        other => other,
                    };
                    drop(connection);
                    last = self.again(error, Some(identity), &mut healed)?;
                }
            }
        }
        Err(StoreError::Failed { place: self.name(), reason: last })
    }

    /// The same in one transaction that writes.
    pub(super) fn change<T>(
        &self,
        mut change: impl FnMut(&Transaction<'_>) -> Result<T, IndexError>,
    ) -> Result<T, StoreError> {
        let name = self.name();
        self.on(true, |connection| {
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(|error| index::explain(&name, &error))?;
            let answer = change(&transaction)?;
            transaction.commit().map_err(|error| index::explain(&name, &error))?;
            Ok(answer)
        })
    }

    /// Whether to ask again after an error, in words; else the error.
    fn again(&self, error: IndexError, of: Option<Identity>, healed: &mut usize) -> Result<String, StoreError> {
        match error {
            IndexError::Store(error) => Err(error),
            IndexError::Moved => Ok("the folder is replaced again and again".to_owned()),
            IndexError::Damaged(reason) if *healed < 2 => {
                *healed += 1;
                self.heal(&reason, of)?;
                Ok(reason)
            }
            IndexError::Damaged(reason) => Err(StoreError::Failed { place: self.name(), reason }),
        }
    }

    /// A connection to the index that is the path's now.
    fn connection(&self) -> Result<(Identity, Connection), IndexError> {
        let path = self.place.index();
        let failed = |error: &std::io::Error| IndexError::Store(self.place.failed(error));
        let now = Identity::of(&path).map_err(|error| failed(&error))?;
        if let Some(now) = now
            && let Some(connection) = self.pool.take(now)
        {
            return Ok((now, connection));
        }
        let connected = if now.is_some() { self.connect(now) } else { self.set_up() };
        // Errors of a file that is not the path's any more, or was not yet, say nothing of the store.
        connected.map_err(|error| if Identity::of(&path).ok().flatten() == now { error } else { IndexError::Moved })
    }

    /// A connection to the index that is there.
    fn connect(&self, now: Option<Identity>) -> Result<(Identity, Connection), IndexError> {
        let name = self.name();
        let opened = index::open(&self.place.index(), self.options.durability);
        let connection = opened.map_err(|error| index::explain(&name, &error))?;
        let layout = index::layout(&connection, &name)?;
        if layout == LAYOUT as i64 { self.still(now, connection) } else { self.set_up() }
    }

    /// Makes or migrates the index, one process at a time.
    fn set_up(&self) -> Result<(Identity, Connection), IndexError> {
        let name = self.name();
        self.place.make().map_err(|error| self.place.failed(&error))?;
        let _lock = self.setup_lock();
        let path = self.place.index();
        if !path.exists() {
            self.make_index(None)?;
        }
        let before = Identity::of(&path).ok().flatten();
        let opened = index::open(&path, self.options.durability);
        let mut connection = opened.map_err(|error| index::explain(&name, &error))?;
        let is_new = index::layout(&connection, &name)? == 0;
        index::migrate(&mut connection, &name, LAYOUT)?;
        if is_new {
            // Large entries outlast the loss of their index.
            self.rebuild(&mut connection, None)?;
        }
        self.still(before, connection)
    }

    /// A file may be replaced between the question which it is and its opening.
    fn still(&self, before: Option<Identity>, connection: Connection) -> Result<(Identity, Connection), IndexError> {
        match (before, Identity::of(&self.place.index()).ok().flatten()) {
            (Some(before), Some(now)) if before == now => Ok((now, connection)),
            _ => Err(IndexError::Moved),
        }
    }

    /// Held while the index is made or replaced. Where files can't be locked, SQLite's own transactions have to do.
    pub(super) fn setup_lock(&self) -> Option<File> {
        let (path, start) = (self.place.setup_lock(), Instant::now());
        while start.elapsed() < PATIENCE {
            let file = match File::options().create(true).truncate(false).write(true).open(&path) {
                Ok(file) => file,
                // The folder was removed since it was made.
                Err(error) if error.kind() == ErrorKind::NotFound && self.place.make().is_ok() => continue,
                Err(_) => return None,
            };
            match file.try_lock() {
                // One in a folder that was removed meanwhile keeps nobody out.
                Ok(()) if Identity::is_at(&path, &file).unwrap_or(false) => return Some(file),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
                Err(TryLockError::Error(_)) => return None,
            }
        }
        None
    }
}

impl Pool {
    /// A connection to the index that was the path's a moment ago.
    fn glance(&self) -> Option<(Identity, Connection)> {
        let mut kept = self.0.lock().ok()?;
        let (identity, at) = kept.seen?;
        if at.elapsed() > GLANCE || kept.connections.last().is_none_or(|(of, _)| *of != identity) {
            return None;
        }
        kept.connections.pop()
    }

    fn take(&self, identity: Identity) -> Option<Connection> {
        let mut kept = self.0.lock().ok()?;
        kept.seen = Some((identity, Instant::now()));
        // Those of another file are of no use to anyone.
        while let Some((of, connection)) = kept.connections.pop() {
            if of == identity {
                return Some(connection);
            }
        }
        None
    }

    fn give_back(&self, identity: Identity, connection: Connection) {
        if let Ok(mut kept) = self.0.lock()
            && kept.connections.len() < KEPT
        {
            kept.connections.push((identity, connection));
        }
    }

    /// Looks again which file the index is, at the next question.
    pub(super) fn forget(&self) {
        if let Ok(mut kept) = self.0.lock() {
            kept.seen = None;
        }
    }

    /// Closes what nobody uses.
    pub(super) fn close(&self) {
        if let Ok(mut kept) = self.0.lock() {
            *kept = Kept::default();
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pool")
    }
}
