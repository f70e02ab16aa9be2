//! Bytes that flip and files that are cut: every read is right or a miss.

use std::fs;
use std::path::{Path, PathBuf};

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
    files.retain(|path| fs::metadata(path).unwrap().len() > 0);
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

fn each_change(change: impl Fn(&[u8], usize) -> Vec<u8>, what: &str, index_step: usize, file_step: usize) {
    let folder = scratch();
    let store = folder.path().join("store");
    let files = make(&store);
    let originals: Vec<Vec<u8>> = files.iter().map(|path| fs::read(path).unwrap()).collect();
    let mut changes = 0;
    for (path, original) in files.iter().zip(&originals) {
        let is_index = path.ends_with("index.db");
        for at in (0..original.len()).step_by(if is_index { index_step } else { file_step }) {
            fs::remove_dir_all(&store).unwrap();
            for (path, original) in files.iter().zip(&originals) {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, original).unwrap();
            }
            fs::write(path, change(original, at)).unwrap();
            check(&store, &format!("{what} {at} of {}", path.display()));
            changes += 1;
        }
    }
    println!("{what}: {changes}");
}

/// A stride that meets all places of a page in the course of its pages.
fn steps(index: usize, file: usize) -> (usize, usize) {
    if long() { (1, 97) } else { (index, file) }
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
