//! Bytes that flip and files that are cut: every read is right or a miss.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cache_core::store::local::LocalStore;
use cache_core::store::{Filter, Store};

use super::{long, scratch, values};

const ENTRIES: u64 = 5;

/// A small store, all of it in the main file of its index, and its files.
fn make(folder: &Path) -> Vec<PathBuf> {
    let store = LocalStore::open(folder).unwrap();
    for number in 0..ENTRIES {
        values::put(&store, number, 1).unwrap();
    }
    store.collect(&Default::default()).unwrap();
    drop(store);
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.retain(|path| !path.is_symlink() && fs::metadata(path).unwrap().len() > 0);
    files.sort();
    assert!(files.len() >= 5, "an index, contents and records: {files:?}");
    files
}

/// Reads and writes everything, whatever is in the files.
fn check(folder: &Path, what: &str) {
    let store = match LocalStore::open(folder) {
        Ok(store) => store,
        // What says whose file it is was damaged: nothing is touched then.
        Err(cache_core::store::StoreError::Foreign { .. } | cache_core::store::StoreError::Newer { .. }) => return,
        Err(error) => panic!("{what}: {error}"),
    };
    for number in 0..ENTRIES {
        match values::get(&store, number) {
            Ok(Ok(version)) => assert_eq!(version, 1, "{what}"),
            Ok(Err(_)) => {}
            Err(error) => panic!("{what}: get: {error}"),
        }
    }
    let mut listed = 0;
    let list = store.list(&Filter::default(), &mut |_| {
        listed += 1;
        listed < 1000
    });
    list.unwrap_or_else(|error| panic!("{what}: list: {error}"));
    assert!(listed <= ENTRIES, "{what}: {listed} listed");
    store.verify(true).unwrap_or_else(|error| panic!("{what}: verify: {error}"));
    for number in 0..ENTRIES {
        values::put(&store, number, 2).unwrap_or_else(|error| panic!("{what}: put: {error}"));
        let found = values::get(&store, number).unwrap();
        assert_eq!(found, Ok(2), "{what}");
    }
}

/// How a file may be changed: its bytes, and the place that is asked for.
type Change = fn(&[u8], usize) -> Vec<u8>;

/// So many stores are damaged at once, each in a folder of its own.
const LANES: usize = 4;

/// Whatever is damaged, nobody may wait long for it.
const PATIENCE: Duration = Duration::from_secs(10);

fn is_index(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "db")
}

/// Checks a store with each place of each of its files changed, or with one in so many.
fn each_change(change: Change, what: &str, index_step: usize, file_step: usize) {
    let folder = scratch();
    let store = folder.path().join("store");
    let files = make(&store);
    let originals: Vec<(PathBuf, Vec<u8>)> =
        files.iter().map(|path| (path.strip_prefix(&store).unwrap().to_owned(), fs::read(path).unwrap())).collect();
    let mut places = Vec::new();
    for (number, (path, original)) in originals.iter().enumerate() {
        let step = if is_index(path) { index_step } else { file_step };
        places.extend((0..original.len()).step_by(step).map(|at| (number, at)));
    }
    let next = AtomicUsize::new(0);
    let slowest = Mutex::new((Duration::ZERO, String::new()));
    std::thread::scope(|scope| {
        for lane in 0..LANES {
            let (store, originals, places, next, slowest) =
                (folder.path().join(format!("lane {lane}")), &originals, &places, &next, &slowest);
            scope.spawn(move || {
                while let Some((number, at)) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let what = format!("{what} {at} of {}", originals[*number].0.display());
                    for (other, (path, original)) in originals.iter().enumerate() {
                        let path = store.join(path);
                        fs::create_dir_all(path.parent().unwrap()).unwrap();
                        let bytes = if other == *number { &change(original, *at) } else { original };
                        fs::write(&path, bytes).unwrap();
                        if is_index(&path) {
                            std::os::unix::fs::symlink(path.file_name().unwrap(), store.join("index.db")).unwrap();
                        }
                    }
                    let start = Instant::now();
                    check(&store, &what);
                    let took = start.elapsed();
                    assert!(took < PATIENCE, "{what}: {took:?}");
                    let mut slowest = slowest.lock().unwrap();
                    if slowest.0 < took {
                        *slowest = (took, what);
                    }
                    drop(slowest);
                    fs::remove_dir_all(&store).unwrap();
                }
            });
        }
    });
    let (took, place) = slowest.into_inner().unwrap();
    println!("{what}: {} changes, {took:?} at most ({place})", places.len());
}

/// How far apart the changed places of the index and of other files are: a stride meets all places of a page in the course of its pages.
fn steps(index: usize, file: usize) -> (usize, usize) {
    if long() { (1, 1) } else { (index, file) }
}

#[test]
fn every_flipped_byte_is_a_miss_or_does_not_matter() {
    let (index, file) = steps(251, 2_003);
    each_change(
        |original, at| {
            let mut bytes = original.to_vec();
            bytes[at] ^= 1 << (at % 8);
            bytes
        },
        "flipped byte",
        index,
        file,
    );
}

#[test]
fn every_length_but_the_files_own_is_a_miss_or_does_not_matter() {
    let (index, file) = steps(509, 4_001);
    each_change(|original, at| original[..at].to_vec(), "cut at", index, file);
}
