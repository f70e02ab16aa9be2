//! A process that is killed at each of its calls that change something, and calls that fail.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cache_core::engine::{Engine, RunOptions, Task};
use cache_core::policy::CacheArguments;
use cache_core::store::local::LocalStore;
use cache_core::store::{Attempt, Limits, Miss, Store};

use super::child::Start;
use super::{long, scratch, values};

const SCENARIOS: [&str; 11] =
    ["new", "migrate", "put", "put large", "put new", "delete", "clear", "gc", "verify", "get", "run"];

/// Entries of which every scenario finds some; the others have to stay as they are.
const ENTRIES: u64 = 8;

/// A folder with a store in it as the scenario finds it.
fn template(folder: &Path, scenario: &str) {
    if scenario == "new" {
        return;
    }
    let store = LocalStore::open(folder).unwrap();
    for number in 0..ENTRIES {
        values::put(&store, number, 1).unwrap();
    }
    drop(store);
    if scenario == "migrate" {
        older_layout(&folder.join("index.db"));
    }
}

/// Takes an index back to the first layout.
fn older_layout(index: &Path) {
    let connection = rusqlite::Connection::open(index).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER entry_comes; DROP TRIGGER entry_goes; DROP TABLE totals; DROP TABLE leases;
             DROP INDEX entries_by_task; ALTER TABLE entries DROP COLUMN used; PRAGMA user_version = 1; VACUUM;",
        )
        .unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else if let Ok(linked) = fs::read_link(entry.path()) {
            std::os::unix::fs::symlink(linked, target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What may be found of each entry after a scenario that was broken off.
fn check(folder: &Path, scenario: &str, what: &str) {
    let store = LocalStore::open(folder).unwrap_or_else(|error| panic!("{what}: {error}"));
    for number in (0..ENTRIES).chain([99]) {
        let found = values::get(&store, number).unwrap_or_else(|error| panic!("{what}: {error}"));
        let may = |version| match (scenario, number, version) {
            ("new", _, version) => version == Err(Miss::Absent),
            ("put", 1, version) | ("put large", 3, version) => version == Ok(1) || version == Ok(2),
            ("put new", 99, version) => version == Ok(2) || version == Err(Miss::Absent),
            ("delete", 3, version) | ("clear" | "gc", 0..ENTRIES, version) => {
                version == Ok(1) || version == Err(Miss::Absent)
            }
            (_, 99, version) => version == Err(Miss::Absent),
            (_, _, version) => version == Ok(1),
        };
        assert!(may(found.clone()), "{what}: entry {number}: {found:?}");
    }
    assert_eq!(store.verify(false).unwrap().findings, [], "{what}");
    let mut reservation = store.reservation(&values::call(0).key(), "after").unwrap();
    assert!(matches!(reservation.attempt(), Ok(Attempt::Held(_))), "{what}: a reservation is stuck");
    drop(reservation);
    store.collect(&Limits::default()).unwrap();
    for folder_name in ["tmp", "locks"] {
        assert_eq!(fs::read_dir(folder.join(folder_name)).unwrap().count(), 0, "{what}: {folder_name}");
    }
    // A reserved run goes through at once.
    let arguments =
        CacheArguments { version_override: Some("1".to_owned()), serialize: true, ..CacheArguments::new("auto") };
    let call = Task::new("run", arguments.check().unwrap()).unwrap().call();
    let engine = Engine::new(Arc::new(store));
    let options = RunOptions { wait_limit: Some(std::time::Duration::ZERO), ..RunOptions::default() };
    let outcome = engine.run_bytes(&call, &options, |_| Ok::<_, std::io::Error>(values::value(3, 7))).unwrap();
    assert_eq!(values::version(3, &outcome.value), 7);
}

/// Runs a scenario on a copy of its template, and checks what is left; whether the fault came to be.
fn trial(template: &Path, scenario: &str, fault: &str) -> (bool, u64) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let folder = template.with_extension(format!("trial{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
    if template.exists() {
        copy(template, &folder);
    }
    let what = format!("{scenario}, {fault}");
    let start = Start { scenario, folder: &folder, fault: Some(fault), seed: 0, piped: false };
    let done = start.spawn().wait_with_output().unwrap();
    let killed = done.status.signal() == Some(9);
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(killed || done.status.success(), "{what}: {said}");
    assert!(!said.contains("panicked"), "{what}: {said}");
    check(&folder, scenario, &what);
    let count = fs::read_to_string(folder.with_extension("count")).ok().and_then(|text| text.parse().ok());
    fs::remove_dir_all(&folder).unwrap();
    let _ = fs::remove_file(folder.with_extension("count"));
    (killed, count.unwrap_or_default())
}

fn in_templates(mut each: impl FnMut(&PathBuf, &'static str)) {
    let folder = scratch();
    for scenario in SCENARIOS {
        let path = folder.path().join(scenario.replace(' ', "-"));
        template(&path, scenario);
        each(&path, scenario);
    }
}

#[test]
fn killed_at_any_call_nothing_is_wrong_and_nothing_stuck() {
    let mut trials = 0;
    in_templates(|template, scenario| {
        let mut at = 1;
        let step = if long() { 1 } else { 3 };
        // Every call in the whole tier; each third, from another first one for each scenario, in the sampled one.
        if !long() {
            at += scenario.len() as u64 % 3;
        }
        let mut calls = 0;
        loop {
            let (killed, _) = trial(template, scenario, &format!("kill:{at}"));
            trials += 1;
            if !killed {
                break;
            }
            calls = at;
            if long() || at % 2 == 0 {
                trial(template, scenario, &format!("half:{at}"));
                trials += 1;
            }
            at += step;
        }
        println!("{scenario}: killed at calls up to {calls}");
    });
    println!("{trials} processes");
}

#[test]
fn a_call_that_fails_is_a_named_error_and_the_store_stays_whole() {
    const ENOSPC: u8 = 28;
    const EIO: u8 = 5;
    const EROFS: u8 = 30;
    const EACCES: u8 = 13;
    let mut trials = 0;
    in_templates(|template, scenario| {
        let (_, calls) = trial(template, scenario, "none:0");
        let step = if long() { 1 } else { calls / 6 + 1 };
        for at in (1..=calls).step_by(step as usize) {
            for (kind, error) in [("from", ENOSPC), ("fail", EIO), ("fail", ENOSPC), ("from", EROFS)] {
                trial(template, scenario, &format!("{kind}:{at}:{error}"));
                trials += 1;
            }
        }
        // A directory that can't be written from the beginning on.
        trial(template, scenario, &format!("from:1:{EACCES}"));
    });
    println!("{trials} processes");
}

#[test]
fn where_files_cant_be_locked_leases_do() {
    const ENOLCK: u8 = 37;
    const ENOTSUP: u8 = 95;
    let folder = scratch();
    let path = folder.path().join("run");
    template(&path, "run");
    for error in [ENOLCK, ENOTSUP] {
        let (killed, _) = trial(&path, "run", &format!("nolock:{error}"));
        assert!(!killed);
    }
}
