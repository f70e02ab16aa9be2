//! The local cache of the Flyte SDK: a path in, entries and runs out.
//!
//! The SDK keeps one SQLite file for all projects of a machine (`flyte/_persistence/_db.py`), in rollback-journal mode.
//! A reader takes a shared lock for the length of a query, so every question here is one short query. A reader writes
//! nothing: a hot journal, which only a writer may roll back, makes the answer unknown. What does write, because the user
//! said so, is [`clear`], and nothing else.
//!
//! Finding the file is not done here: it depends on the home directory and the environment.

mod check;
mod clear;
pub mod outputs;
mod run;

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

pub use check::{Checked, Finding, Pages, check, is_key};
pub use clear::{Clear, clear};
pub use run::Run;

/// How long a question waits for the SDK's writes. One takes milliseconds, and seconds where the disk is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A second: where someone waits for each answer.
    Short,
    /// Five seconds, as long as the SDK itself waits for others.
    Long,
}

impl Patience {
    /// In milliseconds, behind a plain function, as SQLite takes it.
    fn handler(self) -> fn(i32) -> bool {
        match self {
            Self::Short => |tried| wait(tried, 1_000),
            Self::Long => |tried| wait(tried, 5_000),
        }
    }
}

/// Waits a moment for a lock, if that isn't the `tried`-th time in vain. SQLite's own way of waiting sleeps for longer and longer, so that
/// a program which writes all the time hardly ever lets it in.
fn wait(tried: i32, most: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    tried < most
}

/// The SDK's local cache, opened for reading.
///
/// ```no_run
/// use cache_core::store::flyte::FlyteCache;
/// use std::path::Path;
///
/// let path = Path::new("local-cache/cache.db");
/// if let Some(cache) = FlyteCache::open(path)? {
///     println!("{} entries", cache.entries()?);
///     if let Some(outputs) = cache.get("V4WJxq0…=")? {
///         println!("a hit of {} bytes", outputs.len());
///     }
/// }
/// # Ok::<(), cache_core::store::flyte::CacheError>(())
/// ```
#[derive(Debug)]
pub struct FlyteCache {
    path: PathBuf,
    connection: Connection,
}

/// Why the cache can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The SDK (or a backup, or another program) holds its lock for longer than a question waits.
    #[error("{} is locked by a running program: ask again when it is done", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A program died while it was writing, and only a writer may repair that.
    #[error("{} holds an unfinished write: the next local run repairs it", path.display())]
    HotJournal {
        /// The file.
        path: PathBuf,
    },
    /// Not an SQLite file, or a damaged one. The SDK raises on it as well.
    #[error("{} is damaged or no cache of Flyte ({reason}): move it away, or remove it by `flyte delete local-cache`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// SQLite's own words.
        reason: String,
    },
    /// A database, but not one that the SDK of today would make.
    #[error("{} is no cache that Flyte 2.9 to 2.12 writes ({reason}): nothing is read from it", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is unfamiliar.
        reason: String,
    },
    /// The file can't be read.
    #[error("{} can't be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// SQLite's or the system's own words.
        reason: String,
    },
    /// The file can be read, but not written.
    #[error("{} can't be written: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// SQLite's own words.
        reason: String,
    },
}

/// What is stored under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// Nothing: the SDK computes.
    Nothing,
    /// Outputs, which the SDK serves.
    Outputs,
    /// What is no `Outputs`: the SDK raises.
    Garbage,
}

impl FlyteCache {
    /// Opens the file for reading; `None` if there is none, as before the first cached local run.
    ///
    /// # Errors
    ///
    /// [`CacheError`], for what is there but can't be opened.
    pub fn open(path: &Path) -> Result<Option<Self>, CacheError> {
        Self::open_with(path, Patience::Long)
    }

    /// The same, with as much patience as the caller has.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn open_with(path: &Path, patience: Patience) -> Result<Option<Self>, CacheError> {
        if !look(path)? {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(|error| explain(path, &error))?;
        connection.busy_handler(Some(patience.handler())).map_err(|error| explain(path, &error))?;
        let cache = Self { path: path.to_owned(), connection };
        // SQLite opens anything; only a question shows what it is.
        cache.has_table("task_cache")?;
        Ok(Some(cache))
    }

    /// The tables of the file, sorted.
    ///
    /// Before its first use the SDK makes all of its own, of which `task_cache` holds the entries; in a database of another
    /// program it would make them too.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn tables(&self) -> Result<Vec<String>, CacheError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
            let mut statement = self.connection.prepare_cached(query)?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(|error| self.explain(&error))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The outputs under a key: a serialised `flyteidl2.task.Outputs`.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.one("SELECT value FROM task_cache WHERE key = ?1", key)
    }

    /// What a run that looks for a key meets.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn meets(&self, key: &str) -> Result<Met, CacheError> {
        let value: Option<Value> = self.one("SELECT value FROM task_cache WHERE key = ?1", key)?;
        let nothing_shown = outputs::Limits { characters: 0, depth: 0, outputs: 0 };
        Ok(match value {
            None => Met::Nothing,
            Some(Value::Blob(bytes)) if outputs::read(&bytes, nothing_shown).is_ok() => Met::Outputs,
            Some(_) => Met::Garbage,
        })
    }

    /// Whether there is an entry under a key, readable or not.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn contains(&self, key: &str) -> Result<bool, CacheError> {
        Ok(self.one::<i64>("SELECT 1 FROM task_cache WHERE key = ?1", key)?.is_some())
    }

    /// How many entries there are, of all projects.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn entries(&self) -> Result<u64, CacheError> {
        if !self.has_table("task_cache")? {
            return Ok(0);
        }
        let count = self.connection.query_row("SELECT count(*) FROM task_cache", [], |row| row.get::<_, i64>(0));
        count.map(|count| u64::try_from(count).unwrap_or_default()).map_err(|error| self.explain(&error))
    }

    /// Every key with the size of its outputs in bytes, sorted by key. Keys are hashes: they tell nothing of their task.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn keys(&self) -> Result<Vec<(String, u64)>, CacheError> {
        if !self.has_table("task_cache")? {
            return Ok(Vec::new());
        }
        let read = || -> rusqlite::Result<Vec<(String, u64)>> {
            let query = "SELECT CAST(key AS TEXT), coalesce(length(value), 0) FROM task_cache WHERE key IS NOT NULL ORDER BY key";
            let mut statement = self.connection.prepare_cached(query)?;
            let rows = statement.query_map([], |row| {
                let size: i64 = row.get(1)?;
                Ok((row.get(0)?, u64::try_from(size).unwrap_or_default()))
            })?;
            rows.collect()
        };
        read().map_err(|error| self.explain(&error))
    }

    /// The recorded runs, oldest first; none where local persistence is off.
    ///
    /// # Errors
    ///
    /// [`CacheError`].
    pub fn runs(&self) -> Result<Vec<Run>, CacheError> {
        run::read(&self.connection).map_err(|error| self.explain(&error))
    }

    fn has_table(&self, name: &str) -> Result<bool, CacheError> {
        Ok(self.one::<i64>("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", name)?.is_some())
    }

    /// One value of one row, if there is such a row. A table that doesn't exist (yet) has none.
    fn one<T: rusqlite::types::FromSql>(&self, query: &str, parameter: &str) -> Result<Option<T>, CacheError> {
        let statement = self.connection.prepare_cached(query);
        let mut statement = match statement {
            Ok(statement) => statement,
            Err(error) if is_missing_table(&error) => return Ok(None),
            Err(error) => return Err(self.explain(&error)),
        };
        statement.query_row([parameter], |row| row.get(0)).optional().map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &rusqlite::Error) -> CacheError {
        explain(&self.path, error)
    }
}

/// Whether there is a file that may be opened: SQLite itself would wait for ever on a pipe, and make files beside a database
/// in WAL mode, which the SDK does not use.
fn look(path: &Path) -> Result<bool, CacheError> {
    let unreadable = |reason: String| CacheError::Unreadable { path: path.to_owned(), reason };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    if metadata.is_dir() {
        return Err(unreadable("it is a folder; name the file cache.db in it".to_owned()));
    }
    if !metadata.is_file() {
        return Err(unreadable("it is no file".to_owned()));
    }
    let mut header = Vec::new();
    let opened = File::open(path).and_then(|file| file.take(20).read_to_end(&mut header));
    opened.map_err(|error| unreadable(error.to_string()))?;
    // https://www.sqlite.org/fileformat2.html: the versions of the format for writing and for reading, 2 for WAL.
    if header.starts_with(b"SQLite format 3\0") && header.get(18..20).is_some_and(|versions| versions.contains(&2)) {
        return Err(CacheError::Foreign { path: path.to_owned(), reason: "it is in WAL mode".to_owned() });
    }
    Ok(true)
}

fn is_missing_table(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(_, Some(message)) if message.starts_with("no such table"))
}

fn explain(path: &Path, error: &rusqlite::Error) -> CacheError {
    let path = path.to_owned();
    let reason = error.to_string();
    match error.sqlite_error().map(|failure| (failure.code, failure.extended_code)) {
        Some((_, rusqlite::ffi::SQLITE_READONLY_ROLLBACK | rusqlite::ffi::SQLITE_READONLY_RECOVERY)) => {
            CacheError::HotJournal { path }
        }
        Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => CacheError::Locked { path },
        Some((ErrorCode::ReadOnly, _)) => CacheError::Unwritable { path, reason },
        _ if reason.contains("no such column") => CacheError::Foreign { path, reason },
        Some((ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure, _)) => {
            CacheError::Unreadable { path, reason }
        }
        _ => CacheError::Damaged { path, reason },
    }
}

#[cfg(test)]
mod tests;
