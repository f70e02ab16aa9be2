//! The SDK's local cache under the real SDK: read while it writes, cleared while it writes, after it was killed.
//!
//! Guards that reading costs the SDK nothing and changes nothing, that clearing takes nothing but entries, and that what a
//! stored value is shown as holds for the SDK that is installed. `TASKLENS_LONG=1` reads 10,000 times.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod commands;
mod home;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use cache_core::store::flyte::outputs::{Limits, read};
use cache_core::store::flyte::{CacheError, Clear, FlyteCache, clear};
use serde_json::Value;
use tasklens_tests::setup::{self, Setup};

use home::Home;

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Looks into the cache in every way that there is; counts the entries that were found, of a file that is there.
fn look(path: &Path) -> Result<Option<u64>, CacheError> {
    let Some(cache) = FlyteCache::open(path)? else { return Ok(None) };
    let keys = cache.keys()?;
    if let Some((key, _)) = keys.last() {
        assert!(cache.contains(key)?, "an entry that was there is gone");
        let outputs = cache.get(key)?.expect("its outputs are there");
        read(&outputs, Limits::default()).expect("they are whole");
    }
    assert!(!cache.contains("none")?);
    cache.runs()?;
    cache.entries().map(Some)
}

/// Reads while processes of the SDK write, until each side has done enough.
fn read_while(home: &Home, writers: Vec<Child>, reads: usize) -> Vec<Value> {
    let (mut done, mut found) = (0, 0);
    let mut writers: Vec<Child> = writers;
    let mut running = true;
    while running || done < reads {
        if let Some(entries) = look(&home.cache()).unwrap_or_else(|error| panic!("read {done}: {error}")) {
            found += entries;
            done += 1;
        }
        running = writers.iter_mut().any(|writer| writer.try_wait().unwrap().is_none());
    }
    assert!(found > 0, "nothing was read");
    println!("{done} reads, each of seven queries, while the SDK wrote");
    writers.into_iter().map(Home::end).collect()
}

#[test]
fn the_sdk_writes_while_we_read_and_neither_notices() {
    let Some(home) = Home::new() else { return };
    // Of the long tier, most reads are to meet a writer.
    let (reads, seconds) = if setup::long() { (10_000, "120") } else { (300, "3") };
    let wrote = read_while(&home, vec![home.start(&["write", seconds, "one"])], reads).remove(0);
    assert_eq!(wrote["errors"], Value::Array(Vec::new()));
    assert!(wrote["stored"].as_array().unwrap().len() > 20, "the SDK hardly wrote");

    // What the SDK says that it stored is there, and it finds the file whole.
    let counted = home.ask(&["count"]);
    assert_eq!((texts(&counted["keys"]), &counted["runs"]), (texts(&wrote["stored"]), &wrote["recorded"]));
    assert_eq!(counted["check"], "ok");
    let before = home.state();
    for _ in 0..if setup::long() { 1_000 } else { 50 } {
        look(&home.cache()).unwrap();
    }
    for command in ["path", "list", "verify"] {
        let output = home.tasklens(&[command]);
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(home.state() == before, "the file was touched");
    assert_eq!(fs::read_dir(home.cache().parent().unwrap()).unwrap().count(), 1, "a file was made beside it");
}

#[test]
fn several_processes_of_the_sdk_write_while_we_read() {
    let Some(home) = Home::new() else { return };
    let (reads, seconds) = if setup::long() { (3_000, "30") } else { (100, "2") };
    home.ask(&["run"]);
    let writers = ["one", "two", "three"].map(|name| home.start(&["write", seconds, name, "0.005"]));
    let wrote = read_while(&home, writers.into(), reads);
    for one in &wrote {
        // Each other they may keep waiting for too long, as they do without us; nothing else may go wrong.
        let errors = texts(&one["errors"]);
        assert!(errors.iter().all(|error| error.contains("locked")), "{errors:?}");
    }
    let stored: BTreeSet<String> = wrote.iter().flat_map(|one| texts(&one["stored"])).collect();
    let counted = home.ask(&["count"]);
    assert!(texts(&counted["keys"]).is_superset(&stored), "an entry that the SDK stored is gone");
    assert_eq!(counted["check"], "ok");
}

#[test]
fn clearing_takes_entries_and_nothing_else_from_a_running_sdk() {
    let Some(home) = Home::new() else { return };
    home.ask(&["run"]);
    let seconds = if setup::long() { "30" } else { "3" };
    // Tasks take a moment each; a program that did nothing but write would let nobody else.
    let mut writer = home.start(&["write", seconds, "one", "0.01"]);
    let (mut cleared, mut removed) = (0, 0);
    while writer.try_wait().unwrap().is_none() {
        removed += clear(&home.cache(), Clear::All).expect("clearing works").expect("the file is there");
        cleared += 1;
        // Entries are to be written in between.
        wait_for_entries(&home.cache(), &mut writer);
    }
    let wrote = Home::end(writer);
    let errors = texts(&wrote["errors"]);
    assert!(errors.iter().all(|error| error == "gone"), "{errors:?}");
    let stored = wrote["stored"].as_array().unwrap().len();
    assert!(cleared > 3 && removed > 3 && removed <= stored as u64 + 1, "{cleared} times {removed} of {stored}");
    let counted = home.ask(&["count"]);
    assert_eq!((&counted["runs"], &counted["check"]), (&wrote["recorded"], &Value::from("ok")));
    assert_eq!(home.ask(&["run"])["computed"].as_array().unwrap().len(), 1, "what is cleared is computed again");
}

fn wait_for_entries(path: &Path, writer: &mut Child) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) && writer.try_wait().unwrap().is_none() {
        let entries = FlyteCache::open(path).ok().flatten().and_then(|cache| cache.entries().ok());
        if entries.is_some_and(|entries| entries > 2) {
            return;
        }
        std::thread::yield_now();
    }
}

#[test]
fn what_a_killed_writer_left_is_for_the_sdk_to_repair() {
    let Some(home) = Home::new() else { return };
    if cfg!(windows) {
        return setup::skip_optional("no process is killed by a signal here");
    }
    home.ask(&["run"]);
    let _ = home.start(&["die", "one"]).wait_with_output().unwrap();
    let journal = home.cache().with_file_name("cache.db-journal");
    assert!(journal.is_file(), "the writer left no journal");
    let before = (home.state(), fs::read(&journal).unwrap());

    assert!(matches!(FlyteCache::open(&home.cache()), Err(CacheError::HotJournal { .. })));
    let path = home.tasklens(&["path"]);
    assert!(path.status.success());
    for command in ["list", "verify", "show"] {
        let arguments = if command == "show" { vec!["show", "ml.double"] } else { vec![command] };
        let output = home.tasklens(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{command}: {said}");
        assert!(said.contains("unfinished write: the next local run repairs it"), "{said}");
    }
    assert!((home.state(), fs::read(&journal).unwrap()) == before, "we rolled it back");

    assert_eq!(home.ask(&["run"])["computed"], Value::Array(Vec::new()), "the SDK still has its entry");
    assert_eq!(FlyteCache::open(&home.cache()).unwrap().unwrap().entries().unwrap(), 1);

    // Clearing writes, and so may repair what another dead writer left.
    let _ = home.start(&["die", "two"]).wait_with_output().unwrap();
    let output = home.tasklens(&["clear", "--yes"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).split(" of ").next(), Some("removed 1 entry"));
    assert_eq!(home.ask(&["count"])["check"], "ok");
}

#[test]
fn a_file_of_an_older_sdk_is_read_before_and_after_it_is_migrated() {
    let Some(home) = Home::new() else { return };
    // The tables as they were before `_RUNS_MIGRATIONS` of `flyte/_persistence/_db.py`.
    let older = "
import os, sqlite3, sys
os.makedirs(os.path.dirname(sys.argv[1]))
c = sqlite3.connect(sys.argv[1])
c.execute('CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB)')
c.execute('CREATE TABLE runs (run_name TEXT NOT NULL, action_name TEXT NOT NULL, task_name TEXT, status TEXT NOT NULL, inputs TEXT,'
          ' outputs TEXT, error TEXT, start_time REAL, end_time REAL, parent_id TEXT, short_name TEXT, output_path TEXT,'
          ' cache_enabled INTEGER DEFAULT 0, cache_hit INTEGER DEFAULT 0, PRIMARY KEY (run_name, action_name))')
c.execute(\"INSERT INTO runs (run_name, action_name, task_name, status, start_time, end_time) VALUES ('r', 'a0', 'ml.double', 'succeeded', 1, 3)\")
c.execute(\"INSERT INTO task_cache VALUES ('a=', x'')\")
c.commit()
";
    let made = Command::new(&home.python).args(["-c", older]).arg(home.cache()).status().unwrap();
    assert!(made.success());
    let cache = FlyteCache::open(&home.cache()).unwrap().unwrap();
    assert_eq!(cache.runs().unwrap()[0].seconds(), Some(2.0));
    home.ask(&["run"]);
    // The same connection, under which the tables have changed.
    let runs = cache.runs().unwrap();
    assert_eq!((runs[0].seconds(), runs[0].cache_disabled_for_run, cache.entries().unwrap()), (Some(2.0), false, 2));
}

#[test]
fn the_sdk_ignores_the_switch_of_the_guide_and_we_say_so() {
    let Some(home) = Home::new() else { return };
    let run = || {
        let mut command = Command::new(&home.python);
        command.arg("-B").arg(setup::root().join("tests/flyte/cache_writer.py")).arg(home.path()).arg("run");
        command.env("FLYTE_LOCAL_CACHE_ENABLED", "false").output().unwrap()
    };
    run();
    let again = Home::answer(&run());
    assert_eq!(again["computed"], Value::Array(Vec::new()), "the SDK obeys: the sentence is wrong now");
    let output = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"))
        .args(["local-cache", "path"])
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("FLYTE_LOCAL_CACHE_ENABLED", "false")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("SDK 2.12.1 ignores it"), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), home.cache().display().to_string());
}

#[test]
fn values_are_shown_for_the_installed_sdk_as_recorded() {
    let setup = Setup::load();
    if setup.flyte.is_empty() {
        return setup::skip("the SDK is not installed");
    }
    let golden = setup::root().join("cache-core/tests/flyte_outputs/stored.json");
    let golden: Value = serde_json::from_str(&fs::read_to_string(golden).unwrap()).unwrap();
    for (minor, python) in &setup.flyte {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("stored.json");
        let script = setup::root().join("tests/flyte/outputs.py");
        let output = Command::new(python).arg("-B").arg(script).arg(&made).output().unwrap();
        assert!(output.status.success(), "{minor}: {}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_str(&fs::read_to_string(&made).unwrap()).unwrap();
        for (theirs, ours) in made["stored"].as_array().unwrap().iter().zip(golden["stored"].as_array().unwrap()) {
            assert_eq!(
                shown(&theirs["stored"]),
                shown(&ours["stored"]),
                "{minor}: {} = {}",
                ours["type"],
                ours["returned"]
            );
        }
        let mutants = made["mutants"].as_array().unwrap();
        let told =
            |mutant: &&Value| read(&bytes(&mutant[0]), Limits::default()).is_ok() == mutant[1].as_bool().unwrap();
        let right = mutants.iter().filter(told).count();
        assert!(
            right * 100 >= mutants.len() * 99,
            "{minor}: of {} damaged values {right} are told as such",
            mutants.len()
        );
    }
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// What is shown, without what an interpreter or a machine decides: the sizes of pickles and random names.
fn shown(hex: &Value) -> Vec<String> {
    let outputs = read(&bytes(hex), Limits::default()).unwrap();
    let text =
        |text: &str| if text.starts_with("<pickled") || text.contains('/') { String::new() } else { text.to_owned() };
    outputs.values.iter().map(|output| format!("{} = {}", output.name, text(&output.text))).collect()
}
