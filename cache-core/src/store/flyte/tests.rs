#![allow(clippy::unwrap_used)]

use std::fs;

use rusqlite::Connection;

use super::*;

/// The tables as flyte 2.12.1 creates them.
pub(super) const SCHEMA: &str = "
    CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB);
    CREATE TABLE runs (
        run_name TEXT NOT NULL, action_name TEXT NOT NULL, task_name TEXT, status TEXT NOT NULL DEFAULT 'running',
        inputs TEXT, outputs TEXT, error TEXT, start_time REAL, end_time REAL, parent_id TEXT, short_name TEXT,
        output_path TEXT, cache_enabled INTEGER DEFAULT 0, cache_hit INTEGER DEFAULT 0, has_report INTEGER DEFAULT 0,
        context TEXT, group_name TEXT, log_links TEXT, attempt_count INTEGER DEFAULT 0, attempts_json TEXT,
        disable_run_cache INTEGER DEFAULT 0, PRIMARY KEY (run_name, action_name));
    INSERT INTO task_cache VALUES ('b=', x'0102'), ('a=', x''), ('null=', NULL);
    INSERT INTO runs (run_name, action_name, task_name, status, inputs, start_time, end_time, cache_enabled)
        VALUES ('r2', 'a0', 'ml.f', 'succeeded', '{\"x\": 1}', 20.0, 21.5, 1),
               ('r1', 'a0', 'ml.f', 'running', NULL, 10.0, NULL, 1);
";

pub(super) fn file(schema: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    Connection::open(&path).unwrap().execute_batch(schema).unwrap();
    (folder, path)
}

#[test]
fn entries_are_found_by_key_and_the_file_is_left_as_it_was() {
    let (_folder, path) = file(SCHEMA);
    let (bytes, modified) = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
    let cache = FlyteCache::open(&path).unwrap().unwrap();
    assert_eq!(cache.get("b=").unwrap(), Some(vec![1, 2]));
    assert_eq!((cache.contains("a=").unwrap(), cache.contains("c=").unwrap()), (true, false));
    assert_eq!(cache.get("c=").unwrap(), None);
    assert_eq!(cache.entries().unwrap(), 3);
    assert_eq!(cache.keys().unwrap(), [("a=".to_owned(), 0), ("b=".to_owned(), 2), ("null=".to_owned(), 0)]);
    let runs = cache.runs().unwrap();
    assert_eq!(runs.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["r1", "r2"]);
    assert_eq!((runs[0].seconds(), runs[1].seconds()), (None, Some(1.5)));
    drop(cache);
    assert_eq!((fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap()), (bytes, modified));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no file was made beside it");
}

#[test]
fn files_that_are_missing_empty_or_of_another_age_are_no_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(FlyteCache::open(&folder.path().join("none.db")).unwrap().is_none());

    let empty = folder.path().join("empty.db");
    fs::write(&empty, b"").unwrap();
    let cache = FlyteCache::open(&empty).unwrap().unwrap();
    assert_eq!((cache.entries().unwrap(), cache.get("a").unwrap(), cache.runs().unwrap().len()), (0, None, 0));

    let (_folder, old) = file(
        "CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB);
         CREATE TABLE runs (run_name TEXT, action_name TEXT, task_name TEXT, status TEXT, start_time REAL);
         INSERT INTO runs VALUES ('r', 'a0', 'ml.f', 'succeeded', 1.0);",
    );
    let runs = FlyteCache::open(&old).unwrap().unwrap().runs().unwrap();
    assert_eq!((runs[0].task.as_deref(), runs[0].cache_hit, runs[0].seconds()), (Some("ml.f"), false, None));
}

#[test]
fn what_is_no_cache_says_so_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    fs::write(
        &path,
        "not a database, and longer than a header of SQLite would be, which is a hundred bytes at least ….",
    )
    .unwrap();
    assert!(matches!(FlyteCache::open(&path), Err(CacheError::Damaged { .. })));

    let (_folder, path) = file(SCHEMA);
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes.truncate(half);
    fs::write(&path, bytes).unwrap();
    let answer = FlyteCache::open(&path).and_then(|cache| cache.unwrap().keys());
    assert!(matches!(answer, Err(CacheError::Damaged { .. })), "{answer:?}");

    let answer = FlyteCache::open(folder.path());
    assert!(matches!(answer, Err(CacheError::Unreadable { .. } | CacheError::Damaged { .. })), "{answer:?}");
}

#[test]
fn a_writer_that_holds_its_lock_is_told_as_such() {
    let (_folder, path) = file(SCHEMA);
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE; INSERT INTO task_cache VALUES ('c=', x'03');").unwrap();
    assert!(matches!(FlyteCache::open_with(&path, Patience::Short), Err(CacheError::Locked { .. })));
    writer.execute_batch("COMMIT").unwrap();
    assert!(FlyteCache::open(&path).unwrap().unwrap().contains("c=").unwrap());
}

/// A file whose writer died after its pages reached the file, which leaves the journal hot.
pub(super) fn dead_writer() -> (tempfile::TempDir, PathBuf) {
    let (_folder, path) = file(SCHEMA);
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE;").unwrap();
    for number in 0..2000 {
        let row = (format!("key {number}"), vec![0_u8; 200]);
        writer.execute("INSERT INTO task_cache VALUES (?1, ?2)", row).unwrap();
    }
    let copy = tempfile::tempdir().unwrap();
    let dead = copy.path().join("cache.db");
    fs::copy(&path, &dead).unwrap();
    fs::copy(path.with_file_name("cache.db-journal"), dead.with_file_name("cache.db-journal")).unwrap();
    (copy, dead)
}

#[test]
fn an_unfinished_write_is_not_rolled_back_by_us() {
    let (_folder, dead) = dead_writer();
    let before = fs::read(&dead).unwrap();
    let answer = FlyteCache::open(&dead);
    assert!(matches!(answer, Err(CacheError::HotJournal { .. })), "{answer:?}");
    assert_eq!(fs::read(&dead).unwrap(), before);
    assert!(dead.with_file_name("cache.db-journal").exists());
}

#[test]
fn databases_of_other_programs_and_times_are_told() {
    let (_folder, wal) = file("PRAGMA journal_mode = WAL; CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB);");
    assert!(matches!(FlyteCache::open(&wal), Err(CacheError::Foreign { .. })));
    assert_eq!(fs::read_dir(wal.parent().unwrap()).unwrap().count(), 1, "no file was made beside it");

    let (_folder, newer) = file("CREATE TABLE task_cache (digest TEXT PRIMARY KEY, outputs BLOB);");
    let cache = FlyteCache::open(&newer).unwrap().unwrap();
    assert!(matches!(cache.get("a="), Err(CacheError::Foreign { .. })));
    assert!(matches!(cache.keys(), Err(CacheError::Foreign { .. })));

    let (_folder, foreign) = file("CREATE TABLE notes (text TEXT);");
    let cache = FlyteCache::open(&foreign).unwrap().unwrap();
    assert_eq!((cache.tables().unwrap(), cache.entries().unwrap()), (vec!["notes".to_owned()], 0));
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("cache.db");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert!(matches!(FlyteCache::open(&socket), Err(CacheError::Unreadable { .. })));
}
