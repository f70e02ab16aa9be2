//! `tasklens local-cache` over what programs that use the engine keep beside the SDK's file.

use cache_core::key::native::{Parts, Scope};
use cache_core::store::local::LocalStore;
use cache_core::store::{Draft, Mode, Source, Store};
use serde_json::Value;

use crate::project::Folder;

/// A folder in which a program has kept three entries; the SDK has not run.
fn folder() -> (Folder, LocalStore) {
    let folder = Folder::new(&[]);
    folder.write(".flyte/config.yaml", "");
    let store = LocalStore::open(&folder.path(".flyte/local-cache/tasklens")).unwrap();
    for (task, x, size) in [("train", 1, 10), ("train", 2, 100_000), ("load", 1, 5)] {
        let parts = Parts {
            scope: Scope::new("o", "p", "d"),
            task: task.to_owned(),
            version: "v1".to_owned(),
            ..Parts::default()
        };
        let draft = Draft {
            parts: parts.input("x", x).secret_input("token", "hunter2"),
            producer: "a test".to_owned(),
            ..Draft::default()
        };
        store.put(&draft, Source::Bytes(&vec![7; size]), Mode::Overwrite).unwrap();
    }
    (folder, store)
}

fn tasks(document: &Value) -> Vec<&str> {
    document["programs"]["entries"].as_array().unwrap().iter().map(|entry| entry["task"].as_str().unwrap()).collect()
}

#[test]
fn entries_of_programs_are_listed_and_shown_and_secrets_are_not() {
    let (folder, _store) = folder();
    let document = folder.json(&["local-cache", "list"]);
    assert_eq!((document["exists"].as_bool(), tasks(&document)), (Some(false), vec!["load", "train", "train"]));
    let listed = folder.run(&["local-cache", "list"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(
        listed.out.contains(".flyte/local-cache/tasklens · of programs that use the engine · 3 entries, 9"),
        "{}",
        listed.out
    );
    assert!(listed.out.contains("x=1") && !listed.out.contains("hunter2"), "{}", listed.out);

    let key = document["programs"]["entries"][0]["key"].as_str().unwrap();
    for what in ["load", &key[..8]] {
        let shown = folder.run(&["local-cache", "show", what]);
        assert_eq!(shown.code, 0, "{}", shown.err);
        for said in ["load", "o/p/d", "v1", "token=…, x=1", "5 bytes, BLAKE3 ", "by a test", key] {
            assert!(shown.out.contains(said), "{said}: {}", shown.out);
        }
    }
    let shown = folder.json(&["local-cache", "show", "train"]);
    assert_eq!(shown["programs"].as_array().unwrap().len(), 2);
}

#[test]
fn entries_of_programs_are_cleared_by_the_same_choice() {
    let (folder, store) = folder();
    let left = || store.stats().unwrap().entries;
    let dry = folder.run(&["local-cache", "clear", "--task", "train", "--dry-run"]);
    assert!(
        dry.out.contains("would remove 2 entries of programs that use the engine (97.7 KiB)"),
        "{}{}",
        dry.out,
        dry.err
    );
    assert_eq!((dry.code, left()), (0, 3));
    assert_eq!((folder.run(&["local-cache", "clear", "--task", "train"]).code, left()), (2, 3), "not without a word");
    let some = folder.run(&["local-cache", "clear", "--task", "train", "--yes"]);
    assert_eq!((some.code, left()), (0, 1), "{}{}", some.out, some.err);
    let all = folder.run(&["local-cache", "clear", "--yes"]);
    assert_eq!((all.code, left()), (0, 0), "{}{}", all.out, all.err);
    let none = folder.run(&["local-cache", "clear", "--yes"]);
    assert!(none.out.contains("nothing to remove"), "{}", none.out);
}

#[test]
fn old_entries_are_collected_and_damaged_ones_put_aside() {
    let (folder, store) = folder();
    let collected = folder.json(&["local-cache", "gc", "--max-size", "2K"]);
    assert_eq!((collected["exists"].as_bool(), store.stats().unwrap().bytes <= 2_048), (Some(true), true));
    assert_eq!(folder.run(&["local-cache", "gc", "--max-size", "lots"]).code, 2);

    let verified = folder.run(&["local-cache", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.out);
    assert!(verified.out.contains("✓ nothing is wrong"), "{}", verified.out);
    drop(store);
    let index = rusqlite::Connection::open(folder.path(".flyte/local-cache/tasklens/index.db")).unwrap();
    index.execute("UPDATE entries SET value = x'00' WHERE id = (SELECT min(id) FROM entries)", []).unwrap();
    let verified = folder.run(&["local-cache", "verify"]);
    assert_eq!(verified.code, 1);
    assert!(verified.out.contains("the content does not fit its digest"), "{}", verified.out);
    let repaired = folder.run(&["local-cache", "verify", "--repair"]);
    assert!(repaired.code == 0 && repaired.out.contains("· repaired"), "{}", repaired.out);
    assert_eq!(folder.run(&["local-cache", "verify"]).code, 0);
}

#[test]
fn where_no_program_has_kept_anything_nothing_is_made() {
    let folder = Folder::new(&[]);
    let document = folder.json(&["local-cache", "list"]);
    assert_eq!(document["programs"]["exists"], false);
    assert_eq!(folder.run(&["local-cache", "gc"]).code, 0);
    assert!(!folder.path(".flyte").exists());
}
