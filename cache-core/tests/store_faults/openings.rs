//! Processes that open one store all the time, with threads in each: while it is made, collected, checked, removed and damaged by others.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use cache_core::store::local::LocalStore;
use cache_core::store::{Filter, Limits, Store, StoreError};

use super::child::{Start, named};
use super::values::{Random, call, get, put};
use super::{long, scratch};

const PROCESSES: u64 = 6;
const THREADS: u64 = 2;

/// Entries that all write, read and delete.
const SHARED: u64 = 20;

/// Entries that one thread alone writes and nobody deletes.
fn own(seed: u64, number: u64) -> u64 {
    1_000 + seed * 10 + number % 10
}

fn time() -> Duration {
    Duration::from_secs(if long() { 60 } else { 2 })
}

/// A child that opens the store for each of its steps, and loses nothing.
pub fn peaceful(folder: &Path, seed: u64) {
    each_thread(seed, |seed| {
        let (mut random, mut kept) = (Random(seed), BTreeMap::new());
        let end = Instant::now() + time();
        for version in 1.. {
            if Instant::now() > end {
                break;
            }
            let store = LocalStore::open(folder).unwrap();
            let number = random.below(SHARED);
            match random.below(12) {
                0..3 => {
                    put(&store, own(seed, number), version).unwrap();
                    kept.insert(own(seed, number), version);
                }
                3..5 => drop(put(&store, number, version).unwrap()),
                5 => drop(store.delete(&call(number).key()).unwrap()),
                6 => assert_eq!(store.verify(true).unwrap().findings, []),
                7 => drop(store.collect(&Limits::default()).unwrap()),
                8 => {
                    get(&store, number).unwrap().ok();
                }
                _ => {
                    for (number, version) in &kept {
                        assert_eq!(get(&store, *number).unwrap(), Ok(*version), "{number} is lost");
                    }
                }
            }
        }
    });
}

/// A child of a store that is damaged and removed meanwhile. What is read is right or a miss, and errors are of few kinds.
pub fn hostile(folder: &Path, seed: u64) {
    each_thread(seed, |seed| {
        let (mut random, mut store) = (Random(seed), None);
        let (mut steps, mut found, mut errors) = (0, 0, BTreeMap::<String, u64>::new());
        let end = Instant::now() + time();
        while Instant::now() < end {
            steps += 1;
            if random.below(4) == 0 {
                store = None;
            }
            let done = step(folder, &mut store, &mut random, steps).map(|hit| found += u64::from(hit));
            if let Err(error) = done {
                named(&error);
                *errors.entry(error.to_string().replace(&folder.display().to_string(), "")).or_default() += 1;
            }
        }
        println!("\n= {steps} steps, {found} hits, {errors:?}");
    });
}

/// Does something with the store, which is opened if it is not open.
fn step(folder: &Path, store: &mut Option<LocalStore>, random: &mut Random, version: u64) -> Result<bool, StoreError> {
    let store = match store {
        Some(store) => store,
        none => none.insert(LocalStore::open(folder)?),
    };
    let number = random.below(SHARED);
    match random.below(16) {
        0..5 => put(store, number, version).map(|_| false),
        5..12 => get(store, number).map(|found| found.is_ok()),
        12 => store.delete(&call(number).key()),
        13 => store.verify(true).map(|_| false),
        14 => store.collect(&Limits::default()).map(|_| false),
        _ => {
            let mut listed = 0;
            store.list(&Filter::default(), &mut |_| {
                listed += 1;
                true
            })?;
            assert!(listed <= 10 * SHARED, "{listed} of {SHARED} are listed");
            Ok(false)
        }
    }
}

fn each_thread(seed: u64, work: impl Fn(u64) + Sync) {
    let start = Barrier::new(THREADS as usize);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (work, start) = (&work, &start);
            scope.spawn(move || {
                start.wait();
                work(seed * THREADS + thread);
            });
        }
    });
}

/// Does something to the files. What says whose index it is stays: who finds that damaged leaves everything as it is.
fn harm(folder: &Path, random: &mut Random) {
    let index = folder.join("index.db");
    let _ = match random.below(10) {
        0 => fs::remove_dir_all(folder),
        // As a whole, and then at leisure.
        1 => fs::rename(folder, folder.with_extension("gone"))
            .and_then(|()| fs::remove_dir_all(folder.with_extension("gone"))),
        2 => fs::remove_file(&index),
        // All of it, or its log alone: it is a link.
        3 => fs::canonicalize(&index).and_then(|real| {
            fs::remove_file(real.with_extension(["db", "db-wal", "db-shm"][random.below(3) as usize]))
        }),
        4 => fs::remove_dir_all(folder.join("cas")),
        5 => fs::remove_dir_all(folder.join("tmp")),
        6 => File::options().write(true).open(&index).and_then(|file| file.set_len(4096 * random.below(10))),
        _ => File::options().write(true).open(&index).and_then(|mut file| {
            file.seek(SeekFrom::Start(100 + random.below(40_000)))?;
            file.write_all(&[random.below(256) as u8; 64][..1 + random.below(64) as usize])
        }),
    };
}

/// Starts children of a scenario, does something meanwhile, and answers with what they said.
fn children(scenario: &str, folder: &Path, mut meanwhile: impl FnMut()) -> Vec<String> {
    let start = |seed| Start { scenario, folder, fault: None, seed, piped: true }.spawn();
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    let end = Instant::now() + time();
    while Instant::now() < end {
        meanwhile();
    }
    let mut said = Vec::new();
    for child in children {
        let ended = child.wait_with_output().unwrap();
        let (out, error) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert!(ended.status.success(), "{}: {out}{error}", ended.status);
        said.extend(out.lines().filter_map(|line| line.strip_prefix("= ")).map(str::to_owned));
    }
    said
}

#[test]
fn who_opens_a_store_again_and_again_loses_nothing() {
    let folder = scratch();
    for round in 0..3 {
        // Each time all of them make it at the same moment.
        let store = folder.path().join(format!("store {round}"));
        children("peaceful", &store, || std::thread::park_timeout(Duration::from_millis(50)));
        assert_eq!(LocalStore::open(&store).unwrap().verify(false).unwrap().findings, []);
    }
}

#[test]
fn a_store_that_is_damaged_and_removed_all_the_time_says_nothing_wrong() {
    let folder = scratch();
    let store = folder.path().join("store");
    let mut random = Random(7);
    let said = children("hostile", &store, || {
        // By this process, which has no connection to the index: closing a file ends all locks that a process has on it.
        harm(&store, &mut random);
        std::thread::park_timeout(Duration::from_millis(random.below(40)));
    });
    assert_eq!(said.len() as u64, PROCESSES * THREADS);
    said.iter().for_each(|said| println!("{said}"));
    let after = LocalStore::open(&store).unwrap();
    after.verify(true).unwrap();
    for number in 0..SHARED {
        put(&after, number, 1).unwrap();
        assert_eq!(get(&after, number).unwrap(), Ok(1));
    }
    assert_eq!(after.verify(true).unwrap().findings, []);
}
