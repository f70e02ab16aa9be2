//! Clearing the cache: the one thing here that writes to the SDK's file, and only when the user said so.
//!
//! Apart from the reader, so that everything else can be seen to write nothing. What is removed are rows of `task_cache`, as by
//! the SDK's own `LocalTaskCache.clear`. Recorded runs, built images and uploaded bundles stay, which `flyte delete
//! local-cache` removes together with the folder; so do files that outputs lie in, which are the user's.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{CacheError, Patience, explain, look};

/// What to remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clear<'a> {
    /// Every entry.
    All,
    /// The entries with these keys.
    Keys(&'a [String]),
}

/// Removes entries, all or none, and says how many; `None` if there is no file.
///
/// A running SDK may go on: it waits for this one short transaction as for another process of its own, and computes again
/// what it no longer finds. The file keeps its size, and the SDK fills the room again. An unfinished write of a program that
/// died is rolled back first, as the SDK would do on its next run.
///
/// # Errors
///
/// [`CacheError`]; nothing is removed then.
pub fn clear(path: &Path, what: Clear<'_>) -> Result<Option<u64>, CacheError> {
    if !look(path)? {
        return Ok(None);
    }
    let removed = remove(path, what).map_err(|error| explain(path, &error))?;
    removed
        .map(Some)
        .ok_or_else(|| CacheError::Foreign { path: path.to_owned(), reason: "it has no table task_cache".to_owned() })
}

/// `None` if there is no table of entries.
fn remove(path: &Path, what: Clear<'_>) -> rusqlite::Result<Option<u64>> {
    // Without SQLITE_OPEN_CREATE: a file that is gone by now is not made anew.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(Patience::Long.handler()))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = "SELECT count(*) FROM pragma_table_info('task_cache') WHERE name IN ('key', 'value')";
    if transaction.query_row(known, [], |row| row.get::<_, i64>(0))? != 2 {
        return Ok(None);
    }
    let removed = match what {
        Clear::All => transaction.execute("DELETE FROM task_cache", [])?,
        Clear::Keys(keys) => {
            let mut delete = transaction.prepare("DELETE FROM task_cache WHERE key = ?1")?;
            keys.iter().try_fold(0, |removed, key| Ok::<_, rusqlite::Error>(removed + delete.execute([key])?))?
        }
    };
    transaction.commit()?;
    Ok(Some(u64::try_from(removed).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::super::FlyteCache;
    use super::super::tests::{SCHEMA, dead_writer, file};
    use super::*;

    fn keys(path: &Path) -> Vec<String> {
        FlyteCache::open(path).unwrap().unwrap().keys().unwrap().into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn entries_go_and_everything_else_stays() {
        let (_folder, path) = file(SCHEMA);
        let wanted = ["b=".to_owned(), "gone=".to_owned(), "it's; DROP TABLE runs".to_owned()];
        assert_eq!(clear(&path, Clear::Keys(&wanted)).unwrap(), Some(1));
        assert_eq!(keys(&path), ["a=", "null="]);
        assert_eq!(clear(&path, Clear::All).unwrap(), Some(2));
        assert_eq!(keys(&path), Vec::<String>::new());
        assert_eq!(clear(&path, Clear::All).unwrap(), Some(0));
        assert_eq!(FlyteCache::open(&path).unwrap().unwrap().runs().unwrap().len(), 2);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no file is left beside it");
    }

    #[test]
    fn what_is_no_cache_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none.db");
        assert_eq!(clear(&none, Clear::All).unwrap(), None);
        assert!(!none.exists(), "no file is made");

        let (_folder, foreign) = file("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');");
        let (_folder, other) =
            file("CREATE TABLE task_cache (id TEXT, value BLOB); INSERT INTO task_cache VALUES ('a', 1);");
        for path in [foreign, other] {
            let before = fs::read(&path).unwrap();
            assert!(matches!(clear(&path, Clear::All), Err(CacheError::Foreign { .. })));
            assert_eq!(fs::read(&path).unwrap(), before);
        }
        assert!(matches!(clear(folder.path(), Clear::All), Err(CacheError::Unreadable { .. })));
        fs::write(
            &none,
            "neither a database nor empty, and longer than the header of one, which has a hundred bytes, in all",
        )
        .unwrap();
        assert!(matches!(clear(&none, Clear::All), Err(CacheError::Damaged { .. })));
    }

    #[test]
    fn an_unfinished_write_is_rolled_back_as_the_sdk_does() {
        let (_folder, path) = dead_writer();
        assert!(matches!(FlyteCache::open(&path), Err(CacheError::HotJournal { .. })));
        assert_eq!(clear(&path, Clear::Keys(&["a=".to_owned()])).unwrap(), Some(1));
        assert_eq!(keys(&path), ["b=", "null="], "what the dead writer began is not there");
    }
}
