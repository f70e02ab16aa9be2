//! A store against a map in memory: after any sequence of operations both say the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_core::store::local::{LocalStore, Options};
use cache_core::store::{Clock, Draft, Filter, Limits, Lookup, Miss, Mode, Put, Read, Source, Store, Time};

use super::values::{Random, call, value, version};
use super::{long, scratch};

#[derive(Clone, Copy, Debug, PartialEq)]
struct Known {
    version: u64,
    created: u64,
}

#[test]
fn a_store_and_a_map_say_the_same() {
    for seed in 0..if long() { 200 } else { 6 } {
        run(seed, 400);
    }
}

fn run(seed: u64, operations: u64) {
    let folder = scratch();
    let time = Arc::new(AtomicU64::new(1_000_000_000));
    let open = || {
        let time = Arc::clone(&time);
        let clock = Clock::new(move || Time(time.load(Ordering::Relaxed)));
        LocalStore::open_with(folder.path(), Options { clock, ..Options::default() }).unwrap()
    };
    let mut store = open();
    let mut model: BTreeMap<u64, Known> = BTreeMap::new();
    let mut random = Random(seed);
    for step in 0..operations {
        let now = time.load(Ordering::Relaxed);
        let number = random.below(20);
        let what = format!("seed {seed}, step {step}");
        match random.below(20) {
            0..6 => {
                let draft = Draft { parts: call(number), ..Draft::default() };
                let bytes = value(number, step);
                let max_age = (random.below(2) == 0).then(|| Duration::from_secs(random.below(100)));
                let mode = if random.below(2) == 0 { Mode::Overwrite } else { Mode::Create { max_age } };
                let source = &mut bytes.as_slice();
                let put =
                    store.put(&draft, if step % 2 == 0 { Source::Bytes(&bytes) } else { Source::Reader(source) }, mode);
                let stays = model.get(&number).filter(|known| match mode {
                    Mode::Overwrite => false,
                    Mode::Create { max_age } => is_fresh(**known, max_age, now),
                });
                match (put.unwrap(), stays) {
                    (Put::Kept { .. }, Some(_)) => {}
                    (Put::Stored(manifest), None) => {
                        assert_eq!(manifest.created, Time(now));
                        model.insert(number, Known { version: step, created: now });
                    }
                    (put, stays) => panic!("{what}: {put:?}, {stays:?}"),
                }
            }
            6..13 => {
                let max_age = (random.below(2) == 0).then(|| Duration::from_secs(random.below(100)));
                let expected = model.get(&number).map(|known| is_fresh(*known, max_age, now).then_some(known.version));
                match (store.get(&call(number).key(), Read { max_age }).unwrap(), expected) {
                    (Lookup::Hit(entry), Some(Some(known))) => {
                        assert_eq!(entry.manifest().created.0, model[&number].created);
                        assert_eq!(version(number, &entry.content.into_bytes().unwrap()), known, "{what}");
                    }
                    (Lookup::Miss(Miss::TooOld { .. }), Some(None)) | (Lookup::Miss(Miss::Absent), None) => {}
                    (found, expected) => panic!("{what}: {found:?}, {expected:?}"),
                }
            }
            13..15 => assert_eq!(store.delete(&call(number).key()).unwrap(), model.remove(&number).is_some(), "{what}"),
            15 => {
                let age = random.below(200) * 1000;
                let filter = Filter { created_before: Some(Time(now.saturating_sub(age))), ..Filter::default() };
                let before = model.len();
                model.retain(|_, known| known.created >= now.saturating_sub(age));
                assert_eq!(store.clear(&filter).unwrap().entries, (before - model.len()) as u64, "{what}");
            }
            16 => {
                let most = Duration::from_secs(random.below(300));
                let before = model.len();
                model.retain(|_, known| is_fresh(*known, Some(most), now));
                let collected = store.collect(&Limits { max_age: Some(most), ..Limits::default() }).unwrap();
                assert_eq!((collected.entries, collected.leftovers), ((before - model.len()) as u64, 0), "{what}");
            }
            // Clocks jump in both directions, by moments and by years.
            17 => {
                let jump = [1_000, 30_000, 200_000, 86_400_000_000][random.below(4) as usize];
                let now = if random.below(3) == 0 { now.saturating_sub(jump) } else { now + jump };
                time.store(now, Ordering::Relaxed);
            }
            18 => {
                let mut listed = BTreeMap::new();
                let all = &mut |entry: cache_core::store::Listed| {
                    listed.insert(entry.manifest.key, entry.manifest.created.0);
                    true
                };
                store.list(&Filter::default(), all).unwrap();
                let expected = model.iter().map(|(number, known)| (call(*number).key(), known.created)).collect();
                assert_eq!(listed, expected, "{what}");
                assert_eq!(store.stats().unwrap().entries, model.len() as u64);
            }
            _ => {
                drop(store);
                store = open();
                if random.below(4) == 0 {
                    assert_eq!(store.verify(true).unwrap().findings, [], "{what}");
                }
            }
        }
    }
}

/// Another writing of what a reader takes.
fn is_fresh(known: Known, max_age: Option<Duration>, now: u64) -> bool {
    let Some(most) = max_age else { return true };
    if known.created > now + 300_000 {
        return false; // made ahead of the clock, by more than clocks differ
    }
    u128::from(now.saturating_sub(known.created)) < most.as_millis()
}
