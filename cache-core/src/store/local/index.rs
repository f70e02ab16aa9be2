//! The index: an SQLite file in WAL mode, with small contents in it.
//!
//! Nothing that it says is believed without the record's own checksum; what it holds of large entries can be made again from
//! the records beside their contents. `used`, `created` and `bytes` decide what goes first, and nothing else.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::super::StoreError;
use super::Durability;

/// Says that a file is an index of ours: "TLst".
const APPLICATION: i64 = 0x544c_7374;

/// How the layout came to be: each step makes of a layout the next, in one transaction. A released one is never changed.
pub(super) const STEPS: &[&str] = &[
    "CREATE TABLE tasks (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, org TEXT NOT NULL, project TEXT NOT NULL, domain TEXT NOT NULL,
        UNIQUE (name, org, project, domain));
     CREATE TABLE entries (
        id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, task INTEGER NOT NULL, digest BLOB, bytes INTEGER NOT NULL,
        created INTEGER NOT NULL, record BLOB NOT NULL, value BLOB);
     CREATE INDEX entries_by_digest ON entries (digest) WHERE digest IS NOT NULL;",
    // What is read without the content stands before it: a long row goes on in pages of its own.
    "ALTER TABLE entries RENAME TO older;
     DROP INDEX entries_by_digest;
     CREATE TABLE entries (
        id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, task INTEGER NOT NULL, digest BLOB, bytes INTEGER NOT NULL,
        created INTEGER NOT NULL, used INTEGER NOT NULL, record BLOB NOT NULL, value BLOB);
     INSERT INTO entries SELECT id, key, task, digest, bytes, created, created, record, value FROM older;
     DROP TABLE older;
     CREATE INDEX entries_by_digest ON entries (digest) WHERE digest IS NOT NULL;
     CREATE INDEX entries_by_task ON entries (task);
     CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
     INSERT INTO totals SELECT count(*), coalesce(sum(bytes), 0) FROM entries;
     CREATE TRIGGER entry_comes AFTER INSERT ON entries BEGIN
        UPDATE totals SET entries = entries + 1, bytes = bytes + new.bytes; END;
     CREATE TRIGGER entry_goes AFTER DELETE ON entries BEGIN
        UPDATE totals SET entries = entries - 1, bytes = bytes - old.bytes; END;
     CREATE TABLE leases (key BLOB PRIMARY KEY, lease BLOB NOT NULL, version INTEGER NOT NULL);",
];

/// The most that a connection keeps of the index in memory, in KiB: a page that is not kept is read from the system anew.
const PAGES_KIB: i64 = 16 << 10;

/// How long a write waits for the writes of others.
const PATIENCE_MS: i32 = 30_000;

/// Why the index can't be asked.
#[derive(Debug)]
pub(super) enum IndexError {
    /// The file is damaged: it has to be made again.
    Damaged(String),
    /// The file is not the one of its path any more.
    Moved,
    /// Everything else.
    Store(StoreError),
}

impl From<StoreError> for IndexError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Opens the index as it is, or makes a new and empty one: who does that holds the setup lock.
pub(super) fn open_or_make(path: &Path, durability: Durability) -> rusqlite::Result<Connection> {
    open_as(path, durability, OpenFlags::SQLITE_OPEN_CREATE)
}

/// Opens the index that is there.
pub(super) fn open(path: &Path, durability: Durability) -> rusqlite::Result<Connection> {
    open_as(path, durability, OpenFlags::empty())
}

fn open_as(path: &Path, durability: Durability, how: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | how;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(wait))?;
    // The schema is data that may be damaged: nothing in it may call functions.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(
        None,
        "synchronous",
        if durability == Durability::PowerLoss { "FULL" } else { "NORMAL" },
    )?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "cache_size", -PAGES_KIB)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// The layout of an index, 0 for an empty file; an error for a database of another program.
pub(super) fn layout(connection: &Connection, place: &str) -> Result<i64, IndexError> {
    let known = STEPS.len() as i64;
    // In one statement, so that all three are of one moment: somebody may be making the index right now.
    let ask =
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
        (SELECT count(*) FROM sqlite_master)";
    let read = connection.query_row(ask, [], |row| <(i64, i64, i64)>::try_from(row));
    match read.map_err(|error| explain(place, &error))? {
        (0, 0, 0) => Ok(0),
        (APPLICATION, layout, _) if layout > known => {
            Err(StoreError::Newer { place: place.to_owned(), found: layout, known }.into())
        }
        (APPLICATION, layout, _) if layout > 0 => Ok(layout),
        _ => {
            Err(StoreError::Foreign { place: place.to_owned(), reason: "index.db is another program's".to_owned() }
                .into())
        }
    }
}

/// Brings an index to a layout, one step after the other. Others may do the same at the same time.
pub(super) fn migrate(connection: &mut Connection, place: &str, to: usize) -> Result<(), IndexError> {
    let failed = |error: &rusqlite::Error| explain(place, error);
    let mode: String =
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(|error| failed(&error))?;
    if mode != "wal" {
        let reason = format!("SQLite's WAL mode does not work here, only {mode}");
        return Err(StoreError::Unsupported { place: place.to_owned(), what: "keep an index", reason }.into());
    }
    loop {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|error| failed(&error))?;
        let done = usize::try_from(layout(&transaction, place)?).unwrap_or_default();
        let Some(step) = STEPS[..to].get(done) else { return Ok(()) };
        let apply = || -> rusqlite::Result<()> {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", done as i64 + 1)
        };
        apply().map_err(|error| failed(&error))?;
        transaction.commit().map_err(|error| failed(&error))?;
    }
}

/// Waits a moment for a lock, if that isn't the `tried`-th time in vain: SQLite's own way of waiting sleeps for longer and longer.
fn wait(tried: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    tried < PATIENCE_MS
}

/// What an error of SQLite means for the store.
pub(super) fn explain(place: &str, error: &rusqlite::Error) -> IndexError {
    let (place, reason) = (place.to_owned(), error.to_string());
    let Some(failure) = error.sqlite_error() else {
        // A value of a type or size that was never written.
        return IndexError::Damaged(reason);
    };
    match (failure.code, failure.extended_code) {
        (_, rusqlite::ffi::SQLITE_READONLY_DBMOVED) => IndexError::Moved,
        (
            ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch,
            _,
        ) => IndexError::Damaged(reason),
        // A table or column that is not there: the schema is damaged.
        (ErrorCode::Unknown, rusqlite::ffi::SQLITE_ERROR) => IndexError::Damaged(reason),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed, _) => {
            StoreError::Busy { place }.into()
        }
        (ErrorCode::DiskFull, _) => StoreError::Full { place }.into(),
        (ErrorCode::ReadOnly | ErrorCode::PermissionDenied, _) => StoreError::ReadOnly { place, reason }.into(),
        (_, rusqlite::ffi::SQLITE_IOERR_SHORT_READ | rusqlite::ffi::SQLITE_IOERR_CORRUPTFS) => {
            IndexError::Damaged(reason)
        }
        // SQLite's text is the same for all that a disk can do.
        (ErrorCode::SystemIoFailure, _) => StoreError::Failed { place, reason: format!("{reason} ({failure})") }.into(),
        _ => StoreError::Failed { place, reason }.into(),
    }
}
