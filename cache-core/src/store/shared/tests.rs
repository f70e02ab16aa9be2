#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Read as _;
use std::sync::LazyLock;

use object_store::memory::InMemory;

use super::*;
use crate::store::{Attempt, Time};

/// Where large content goes on its way.
static SCRATCH: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

const NOW: u64 = 1_800_000_000_000;

fn scope() -> Scope {
    Scope::new("acme", "", "a/b?")
}

fn store_of(objects: &Arc<InMemory>, change: impl FnOnce(&mut SharedOptions)) -> SharedStore {
    let mut options = SharedOptions::new(scope(), SCRATCH.path());
    options.clock = Clock::new(|| Time(NOW));
    options.timing.ttl = Duration::from_secs(3);
    change(&mut options);
    let objects: Arc<dyn ObjectStore> = Arc::clone(objects) as _;
    SharedStore::of(objects, &Path::from("team"), "memory".to_owned(), options).unwrap()
}

fn store() -> (Arc<InMemory>, SharedStore) {
    let objects = Arc::new(InMemory::new());
    let store = store_of(&objects, |_| {});
    (objects, store)
}

fn draft(task: &str, x: i64) -> Draft {
    let parts = Parts { scope: scope(), task: task.to_owned(), version: "1".to_owned(), ..Parts::default() };
    Draft { parts: parts.input("x", x), producer: "a test".to_owned(), ..Draft::default() }
}

const CREATE: Mode = Mode::Create { max_age: None };

fn hit(store: &SharedStore, key: &Key) -> Vec<u8> {
    match store.get(key, Read::default()).unwrap() {
        Lookup::Hit(entry) => entry.content.into_bytes().unwrap(),
        Lookup::Miss(miss) => panic!("{miss:?}"),
    }
}

fn miss(store: &SharedStore, key: &Key) -> Miss {
    match store.get(key, Read::default()).unwrap() {
        Lookup::Hit(entry) => panic!("{:?}", entry.manifest()),
        Lookup::Miss(miss) => miss,
    }
}

/// Bytes that don't repeat, so that pieces in a wrong order would be seen.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[test]
fn content_of_every_size_comes_back_whole() {
    let (_, store) = store();
    // Nothing, within the entry, the last that fits, an object, a file, in pieces.
    for (x, length) in [0, 1000, INLINE as usize, INLINE as usize + 1, 5 << 20, (20 << 20) + 7].into_iter().enumerate()
    {
        for (task, read_once) in [("bytes", false), ("read", true)] {
            let (draft, value) = (draft(task, x as i64), bytes(length));
            let mut reader = value.as_slice();
            let source = if read_once { Source::Reader(&mut reader) } else { Source::Bytes(&value) };
            let Put::Stored(manifest) = store.put(&draft, source, CREATE).unwrap() else { panic!() };
            assert_eq!((manifest.size, manifest.created), (length as u64, Time(NOW)));
            assert!(hit(&store, &manifest.key) == value, "{length}");
        }
    }
    assert!(store.verify(false).unwrap().findings.is_empty());
    assert_eq!(store.stats().unwrap().entries, 12);
}

#[test]
fn the_first_writer_wins() {
    let (_, store) = store();
    let draft = draft("train", 1);
    let Put::Stored(first) = store.put(&draft, b"one"[..].into(), CREATE).unwrap() else { panic!() };
    let again = store.put(&draft, b"one"[..].into(), CREATE).unwrap();
    assert!(matches!(&again, Put::Kept { there, .. } if *there == first) && !again.disagrees());
    assert!(store.put(&draft, b"two"[..].into(), CREATE).unwrap().disagrees());
    assert_eq!(hit(&store, &first.key), b"one");
    assert!(matches!(store.put(&draft, b"two"[..].into(), Mode::Overwrite).unwrap(), Put::Stored(_)));
    assert_eq!(hit(&store, &first.key), b"two");
    assert!(store.delete(&first.key).unwrap() && !store.delete(&first.key).unwrap());
    assert_eq!(miss(&store, &first.key), Miss::Absent);
}

#[test]
fn an_entry_that_is_too_old_gives_way() {
    let (objects, store) = store();
    let draft = draft("train", 1);
    store.put(&draft, b"old"[..].into(), CREATE).unwrap();
    let later = store_of(&objects, |options| options.clock = Clock::new(|| Time(NOW + 3_600_000)));
    let max_age = Some(Duration::from_secs(3600));
    let key = draft.parts.key();
    let read = later.get(&key, Read { max_age }).unwrap();
    assert!(matches!(read, Lookup::Miss(Miss::TooOld { created: Time(NOW) })));
    assert!(matches!(later.put(&draft, b"new"[..].into(), Mode::Create { max_age }).unwrap(), Put::Stored(_)));
    assert_eq!(hit(&later, &key), b"new");
}

#[test]
fn a_flipped_byte_anywhere_is_a_miss() {
    let draft = draft("train", 1);
    let key = draft.parts.key();
    let (_, clean) = store();
    clean.put(&draft, b"weights"[..].into(), CREATE).unwrap();
    let path = clean.layout.entry(&key);
    let whole = clean.bucket.read(&path, object::MOST).unwrap().unwrap().ok().unwrap().bytes;
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        clean.bucket.write(&path, flipped).unwrap();
        match clean.get(&key, Read::default()).unwrap() {
            // Eight bytes are only there to know one's own write by.
            Lookup::Hit(entry) if (4..12).contains(&at) => assert_eq!(entry.content.into_bytes().unwrap(), b"weights"),
            Lookup::Hit(_) => panic!("byte {at}"),
            Lookup::Miss(Miss::Damaged(damage)) => assert!(damage.quarantined.is_some()),
            Lookup::Miss(other) => panic!("{other:?}"),
        }
    }
    for length in 0..whole.len() {
        clean.bucket.write(&path, whole[..length].to_vec()).unwrap();
        assert!(matches!(miss(&clean, &key), Miss::Damaged(_)), "{length}");
        assert_eq!(miss(&clean, &key), Miss::Absent, "it was put aside");
    }
    // What was damaged can be written anew.
    clean.bucket.write(&path, whole[..20].to_vec()).unwrap();
    assert!(matches!(clean.put(&draft, b"weights"[..].into(), CREATE).unwrap(), Put::Stored(_)));
}

#[test]
fn damaged_content_is_a_miss_and_heals() {
    for length in [INLINE as usize + 1, 5 << 20] {
        let (_, store) = store();
        let (draft, value) = (draft("train", 1), bytes(length));
        let key = draft.parts.key();
        let Put::Stored(manifest) = store.put(&draft, value.as_slice().into(), CREATE).unwrap() else { panic!() };
        let path = store.layout.content(&manifest.digest);
        let mut flipped = value.clone();
        flipped[length / 2] ^= 1;
        for damaged in [flipped, value[1..].to_vec(), Vec::new(), [&value[..], b"x"].concat()] {
            let size = damaged.len();
            store.bucket.write(&path, damaged).unwrap();
            assert!(matches!(miss(&store, &key), Miss::Damaged(_)), "{size} of {length}");
            store.put(&draft, value.as_slice().into(), CREATE).unwrap();
            assert!(hit(&store, &key) == value);
        }
        store.bucket.remove(&path).unwrap();
        // First writers win, but for those whose content is gone.
        assert!(matches!(store.put(&draft, b"other"[..].into(), CREATE).unwrap(), Put::Stored(_)));
        assert_eq!(hit(&store, &key), b"other");
        store.put(&draft, value.as_slice().into(), Mode::Overwrite).unwrap();
        store.bucket.remove(&path).unwrap();
        assert_eq!(store.verify(true).unwrap().findings.len(), 1);
        assert_eq!(miss(&store, &key), Miss::Absent);
    }
}

#[test]
fn lists_clears_and_collects() {
    let (objects, store) = store();
    for x in 0..5 {
        store.put(&draft("train", x), bytes(1000).as_slice().into(), CREATE).unwrap();
    }
    let later = store_of(&objects, |options| options.clock = Clock::new(|| Time(NOW + 10_000)));
    for x in 0..3 {
        later.put(&draft("évaluer/1", x), bytes(300_000 + x as usize).as_slice().into(), CREATE).unwrap();
    }
    let of = |task: &str| Filter { tasks: vec![task.to_owned()], ..Filter::default() };
    let count = |filter: &Filter| {
        let mut count = 0;
        store
            .list(filter, &mut |_| {
                count += 1;
                true
            })
            .unwrap();
        count
    };
    assert_eq!((count(&Filter::default()), count(&of("train")), count(&of("other"))), (8, 5, 0));
    assert_eq!(count(&Filter { created_before: Some(Time(NOW + 1)), ..Filter::default() }), 5);

    // Newest first, of one task only.
    later.put(&draft("train", 9), b"newest"[..].into(), CREATE).unwrap();
    let earlier = later.earlier(&draft("train", 0).parts, 3).unwrap();
    assert_eq!(earlier.len(), 3);
    assert_eq!(earlier[0].key, draft("train", 9).parts.key());

    let cleared = store.clear(&of("évaluer/1")).unwrap();
    assert_eq!(cleared.entries, 3);
    assert!(cleared.bytes > 900_000);
    let most = store.stats().unwrap().bytes / 2;
    let collected = store.collect(&Limits { bytes: Some(most), ..Limits::default() }).unwrap();
    assert!(collected.entries >= 2, "{collected:?}");
    assert_eq!(hit(&store, &draft("train", 9).parts.key()), b"newest", "the oldest go first");
    store.collect(&Limits { max_age: Some(Duration::ZERO), ..Limits::default() }).unwrap();
    assert_eq!(store.stats().unwrap().entries, 0);
}

#[test]
fn a_store_that_is_read_only_writes_nothing() {
    let (objects, store) = store();
    let draft = draft("train", 1);
    let key = draft.parts.key();
    store.put(&draft, b"weights"[..].into(), CREATE).unwrap();
    let reader = store_of(&objects, |options| options.read_only = true);
    assert_eq!(hit(&reader, &key), b"weights");
    let refused = |error: StoreError| matches!(error, StoreError::ReadOnly { .. });
    assert!(refused(reader.put(&draft, b"poison"[..].into(), Mode::Overwrite).unwrap_err()));
    assert!(refused(reader.delete(&key).unwrap_err()) && refused(reader.reservation(&key, "it").err().unwrap()));
    assert!(refused(reader.verify(true).unwrap_err()) && refused(reader.clear(&Filter::default()).unwrap_err()));
    store.bucket.write(&store.layout.entry(&key), b"junk".to_vec()).unwrap();
    for _ in 0..2 {
        assert!(matches!(miss(&reader, &key), Miss::Damaged(damage) if damage.quarantined.is_none()));
    }
}

#[test]
fn entries_of_another_scope_are_refused() {
    let (_, store) = store();
    let mut other = draft("train", 1);
    other.parts.scope = Scope::new("acme", "", "other");
    let error = store.put(&other, b"x"[..].into(), CREATE).unwrap_err();
    assert!(error.to_string().contains("another scope"), "{error}");
}

#[test]
fn reservations_are_kept_by_a_bucket_that_is_sound() {
    let (objects, store) = store();
    let key = draft("train", 1).parts.key();
    let probe = store.probe(Depth::Thorough).unwrap();
    assert!(probe.is_sound(), "{probe:?}");
    let mut one = store.reservation(&key, "one").unwrap();
    let Attempt::Held(first) = one.attempt().unwrap() else { panic!() };
    let other = store_of(&objects, |_| {});
    let mut two = other.reservation(&key, "two").unwrap();
    assert!(matches!(two.attempt().unwrap(), Attempt::Busy { holder, .. } if holder.owner == "one"));
    assert!(one.renew().unwrap());
    drop(one);
    let Attempt::Held(second) = two.attempt().unwrap() else { panic!() };
    assert!(second > first);
}

/// Who blocks in a program on tokio by mistake is slow, but does not panic.
#[test]
fn it_may_be_used_and_dropped_inside_of_another_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (_, store) = store();
        store.put(&draft("train", 1), b"weights"[..].into(), CREATE).unwrap();
        assert_eq!(hit(&store, &draft("train", 1).parts.key()), b"weights");
    });
}

#[test]
fn large_content_is_handed_out_as_a_file() {
    let (_, store) = store();
    let (draft, value) = (draft("train", 1), bytes(5 << 20));
    store.put(&draft, value.as_slice().into(), CREATE).unwrap();
    let Lookup::Hit(entry) = store.get(&draft.parts.key(), Read::default()).unwrap() else { panic!() };
    let Content::File(file) = entry.content else { panic!() };
    let mut read = Vec::new();
    file.into_file().unwrap().read_to_end(&mut read).unwrap();
    assert!(read == value);
}

#[test]
fn urls_that_are_no_bucket_are_refused() {
    let open = |url: &str| {
        let options = SharedOptions::new(scope(), SCRATCH.path());
        SharedStore::open(url, [("REGION".to_owned(), "x".to_owned())], options)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    for (url, words) in [
        ("file:///cache", "folder"),
        ("ftp://host/cache", "ftp"),
        ("cache", "relative URL"),
        ("https://example.com/cache", "s3://, az:// and gs://"),
        ("s3://key:secret@bucket/cache", "password"),
    ] {
        let error = open(url).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
    open("s3://bucket/cache").unwrap();
}
