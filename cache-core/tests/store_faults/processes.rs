//! Eight processes on one store, each killed again and again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use cache_core::store::local::LocalStore;
use cache_core::store::{Limits, Store};

use super::child::{Start, named};
use super::long;
use super::values::{Random, call, get, put};

const PROCESSES: u64 = 8;

/// Calls that all processes write, read and delete; each has as many of its own, which only it writes and nobody deletes.
const SHARED: u64 = 40;

fn own(process: u64, number: u64) -> u64 {
    10_000 + process * 100 + number % 40
}

/// What a child does: operations without end, each told when it is done.
pub fn mixed(folder: &Path, seed: u64) {
    let store = LocalStore::open(folder).unwrap();
    let process = seed % PROCESSES;
    let mut random = Random(seed);
    let mut out = std::io::stdout();
    let mut say = |text: String| writeln!(out, "{text}").and_then(|()| out.flush()).is_ok();
    for step in 0.. {
        let number = random.below(SHARED);
        // Versions grow with the seed, which counts the lives of the process.
        let version = seed * 100_000 + step;
        let done = match random.below(10) {
            0..2 => put(&store, number, version).map(|_| format!("op put {number}")),
            2..5 => {
                put(&store, own(process, number), version).map(|_| format!("own {} {version}", own(process, number)))
            }
            5..8 => get(&store, if step % 2 == 0 { number } else { own(random.below(PROCESSES), number) })
                .map(|_| "op get".to_owned()),
            8 => store.delete(&call(number).key()).map(|_| "op delete".to_owned()),
            _ if step % 10 == 0 => store.collect(&Limits::default()).map(|_| "op collect".to_owned()),
            _ => store.stats().map(|_| "op stats".to_owned()),
        };
        match done {
            Ok(text) => {
                if !say(text) {
                    return;
                }
            }
            Err(error) => named(&error),
        }
    }
}

#[test]
fn no_value_is_wrong_and_none_that_was_committed_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let operations = if long() { 1_000 } else { 150 };
    let (committed, lives): (Vec<_>, Vec<_>) = std::thread::scope(|scope| {
        let slots: Vec<_> = (0..PROCESSES)
            .map(|process| {
                let store = &store;
                scope.spawn(move || slot(store, process, operations))
            })
            .collect();
        slots.into_iter().map(|slot| slot.join().unwrap()).unzip()
    });
    let after = LocalStore::open(&store).unwrap();
    let mut entries = 0;
    for (number, least) in committed.into_iter().flatten() {
        let found = get(&after, number).unwrap();
        assert!(found.as_ref().is_ok_and(|version| *version >= least), "entry {number}: {found:?}, not {least}");
        entries += 1;
    }
    for number in 0..SHARED {
        get(&after, number).unwrap().ok();
    }
    assert_eq!(after.verify(false).unwrap().findings, []);
    after.collect(&Limits::default()).unwrap();
    assert_eq!(std::fs::read_dir(store.join("tmp")).unwrap().count(), 0);
    println!(
        "{PROCESSES} processes, {operations} operations each, {} kills, {entries} entries",
        lives.iter().sum::<u64>()
    );
}

/// One process after the other, killed after a random number of operations: the last versions that were told of its own entries.
fn slot(store: &Path, process: u64, operations: u64) -> (BTreeMap<u64, u64>, u64) {
    let mut random = Random(process);
    let (mut committed, mut done, mut lives) = (BTreeMap::new(), 0, 0);
    while done < operations {
        let start =
            Start { scenario: "mixed", folder: store, fault: None, seed: lives * PROCESSES + process, piped: true };
        let mut child = start.spawn();
        let mut left = 1 + random.below(60).min(operations - done);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut killed = false;
        // What it said before its death is read to the end.
        while let Some(Ok(line)) = lines.next() {
            if let Some((number, version)) = line.strip_prefix("own ").and_then(|rest| rest.split_once(' ')) {
                committed.insert(number.parse().unwrap(), version.parse().unwrap());
            } else if !line.starts_with("op ") {
                continue;
            }
            done += 1;
            left = left.saturating_sub(1);
            if left == 0 && !killed {
                child.kill().unwrap();
                killed = true;
            }
        }
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(killed && !said.contains("panicked"), "process {process}: {said}");
        lives += 1;
    }
    (committed, lives)
}
