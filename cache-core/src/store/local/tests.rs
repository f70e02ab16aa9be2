#![allow(clippy::unwrap_used)]

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::store::{Attempt, Found, Miss, Time};

/// A store whose clock the test sets.
struct World {
    folder: TempDir,
    time: Arc<AtomicU64>,
    cap: Option<u64>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, time: Arc::new(AtomicU64::new(1_000_000_000)), cap: None }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn open(&self) -> LocalStore {
        let time = Arc::clone(&self.time);
        let clock = Clock::new(move || Time(time.load(Ordering::Relaxed)));
        LocalStore::open_with(&self.path(), Options { cap: self.cap, clock, ..Options::default() }).unwrap()
    }

    fn passes(&self, time: Duration) {
        self.time.fetch_add(time.as_millis() as u64, Ordering::Relaxed);
    }
}

fn call(task: &str, x: u64) -> Parts {
    Parts { task: task.to_owned(), ..Parts::default() }.input("x", x)
}

fn put(store: &LocalStore, parts: &Parts, value: &[u8], mode: Mode) -> Put {
    let draft = Draft { parts: parts.clone(), producer: "test".to_owned(), ..Draft::default() };
    store.put(&draft, Source::Bytes(value), mode).unwrap()
}

fn keep(store: &LocalStore, parts: &Parts, value: &[u8]) {
    assert!(matches!(put(store, parts, value, Mode::Overwrite), Put::Stored(_)));
}

fn get(store: &LocalStore, parts: &Parts) -> Result<Vec<u8>, Miss> {
    match store.get(&parts.key(), Read::default()).unwrap() {
        Lookup::Hit(entry) => Ok(entry.content.into_bytes().unwrap()),
        Lookup::Miss(miss) => Err(miss),
    }
}

fn large(seed: u8) -> Vec<u8> {
    (0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8 ^ seed).collect()
}

fn files(store: &LocalStore, folder: &str) -> usize {
    store.place.files(folder).len()
}

#[test]
fn any_number_may_make_a_store_at_the_same_moment() {
    for _ in 0..60 {
        // In memory where that can be: none of the sixty waits for a disk.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let (path, start) = (folder.path().join("store"), std::sync::Barrier::new(8));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    LocalStore::open(&path).unwrap();
                });
            }
        });
    }
}

#[test]
fn what_was_kept_is_there_small_and_large_and_after_opening_again() {
    let world = World::new();
    let store = world.open();
    for (x, value) in
        [(0, Vec::new()), (1, b"small".to_vec()), (2, large(0)), (3, large(0)), (4, vec![7; blob::INLINE])]
    {
        assert_eq!(get(&store, &call("t", x)), Err(Miss::Absent));
        keep(&store, &call("t", x), &value);
        assert_eq!(get(&store, &call("t", x)).unwrap(), value);
    }
    assert_eq!(files(&store, "cas"), 1, "equal contents are one file");
    assert_eq!((files(&store, "tmp"), store.stats().unwrap().entries), (0, 5));
    drop(store);
    let store = world.open();
    assert_eq!(get(&store, &call("t", 2)).unwrap(), large(0));
    assert!(store.delete(&call("t", 2).key()).unwrap());
    assert_eq!(get(&store, &call("t", 3)).unwrap(), large(0), "shared content stays as long as one needs it");
    assert!(store.delete(&call("t", 3).key()).unwrap());
    assert!(!store.delete(&call("t", 3).key()).unwrap());
    assert_eq!((files(&store, "cas"), files(&store, "records")), (0, 0));
    assert_eq!(store.verify(false).unwrap().findings, []);
}

#[test]
fn a_reader_is_a_source_and_a_file_a_destination() {
    let world = World::new();
    let store = world.open();
    let out = world.folder.path().join("out");
    fs::write(&out, "before").unwrap();
    let parts = call("t", 1);
    assert_eq!(store.fetch(&parts.key(), Read::default(), &out).unwrap(), Fetched::Miss(Miss::Absent));
    assert_eq!(fs::read(&out).unwrap(), b"before");
    for value in [b"few".to_vec(), large(1), [large(1), large(2)].concat().repeat(30)] {
        let draft = Draft { parts: parts.clone(), ..Draft::default() };
        store.put(&draft, Source::Reader(&mut value.as_slice()), Mode::Overwrite).unwrap();
        assert!(matches!(store.fetch(&parts.key(), Read::default(), &out).unwrap(), Fetched::Hit(_)));
        assert!(fs::read(&out).unwrap() == value);
        assert!(get(&store, &parts).unwrap() == value);
    }
    assert_eq!(files(&store, "cas"), 1, "what was replaced is gone");
    assert_eq!(fs::read_dir(world.folder.path()).unwrap().count(), 2, "nothing is left beside the file");
}

#[test]
fn the_first_writer_wins_unless_told_otherwise() {
    let world = World::new();
    let store = world.open();
    let create = Mode::Create { max_age: None };
    for value in [b"one".to_vec(), large(1)] {
        let parts = call("t", value.len() as u64);
        assert!(matches!(put(&store, &parts, &value, create), Put::Stored(_)));
        let again = put(&store, &parts, &value, create);
        assert!(matches!(again, Put::Kept { .. }) && !again.disagrees());
        assert!(put(&store, &parts, b"two", create).disagrees());
        assert_eq!(get(&store, &parts).unwrap(), value);
        world.passes(Duration::from_secs(100));
        let stale = Mode::Create { max_age: Some(Duration::from_secs(100)) };
        assert!(matches!(put(&store, &parts, b"two", stale), Put::Stored(_)));
        keep(&store, &parts, b"three");
        assert_eq!(get(&store, &parts).unwrap(), b"three");
    }
    assert_eq!(store.stats().unwrap().entries, 2);
}

#[test]
fn age_counts_only_as_far_as_it_is_known() {
    let world = World::new();
    let store = world.open();
    let parts = call("t", 1);
    keep(&store, &parts, b"v");
    let with = |seconds| {
        let read = Read { max_age: Some(Duration::from_secs(seconds)) };
        matches!(store.get(&parts.key(), read).unwrap(), Lookup::Hit(_))
    };
    world.passes(Duration::from_secs(60));
    assert!(with(61) && !with(60) && !with(0));
    // The clock is set back by a year: nobody knows how old the entry is.
    world.time.store(1_000_000_000 - 31_536_000, Ordering::Relaxed);
    world.time.store(1, Ordering::Relaxed);
    assert!(!with(u64::MAX / 2000));
    assert_eq!(get(&store, &parts).unwrap(), b"v", "who takes any age takes this one");
}

#[test]
fn entries_are_found_by_scope_task_and_age() {
    let world = World::new();
    let store = world.open();
    let scoped = |project: &str, task: &str, x| Parts {
        scope: crate::key::native::Scope::new("o", project, "d"),
        ..call(task, x)
    };
    for x in 0..3 {
        keep(&store, &scoped("p", "one", x), b"v");
        keep(&store, &scoped("p", "two", x), &large(9));
        keep(&store, &scoped("q", "one", x), b"v");
        world.passes(Duration::from_secs(10));
    }
    let count = |filter: Filter| {
        let mut count = 0;
        store
            .list(&filter, &mut |_| {
                count += 1;
                true
            })
            .unwrap();
        count
    };
    let of_p = || Filter { project: Some("p".to_owned()), ..Filter::default() };
    let task = |task: &str| Filter { tasks: vec![task.to_owned()], ..Filter::default() };
    assert_eq!((count(Filter::default()), count(of_p()), count(task("one")), count(task("none"))), (9, 6, 6, 0));
    assert_eq!(count(Filter { created_before: Some(Time(1_000_010_000)), ..Filter::default() }), 3);
    let newest = store.earlier(&scoped("p", "one", 77), 2).unwrap();
    assert_eq!(newest.iter().map(|found| found.parts.inputs["x"].shown.as_str()).collect::<Vec<_>>(), ["2", "1"]);
    assert_eq!(store.clear(&Filter { tasks: vec!["two".to_owned()], ..of_p() }).unwrap().entries, 3);
    assert_eq!((files(&store, "cas"), files(&store, "records")), (0, 0));
    assert_eq!(store.clear(&Filter::default()).unwrap().entries, 6);
    assert_eq!(store.stats().unwrap(), Stats::default());
}

#[test]
fn a_cap_is_kept_to_and_what_was_used_last_stays() {
    let mut world = World::new();
    world.cap = Some(100_000);
    let store = world.open();
    for x in 0..300 {
        keep(&store, &call("t", x), &[1; 1000]);
        assert!(store.stats().unwrap().bytes <= 100_000);
        world.passes(Duration::from_secs(3600));
        get(&store, &call("t", 0)).unwrap();
        store.uses_are_written().unwrap();
    }
    assert!(get(&store, &call("t", 299)).is_ok() && get(&store, &call("t", 100)).is_err());
    let whole = put(&store, &call("t", 1), &vec![0; 200_000], Mode::Overwrite);
    assert_eq!(whole, Put::TooLarge { cap: 100_000 });
    assert_eq!(files(&store, "tmp"), 0);
}

#[test]
fn garbage_is_collected_by_age_use_and_size() {
    let world = World::new();
    let store = world.open();
    for x in 0..10 {
        keep(&store, &call("t", x), &large(x as u8));
        world.passes(Duration::from_secs(3600));
    }
    get(&store, &call("t", 0)).unwrap();
    let collect = |limits: Limits| store.collect(&limits).unwrap().entries;
    assert_eq!(collect(Limits { unused_for: Some(Duration::from_secs(6 * 3600)), ..Limits::default() }), 4);
    assert!(get(&store, &call("t", 0)).is_ok() && get(&store, &call("t", 1)).is_err());
    assert_eq!(collect(Limits { max_age: Some(Duration::from_secs(10 * 3600)), ..Limits::default() }), 1);
    assert_eq!(collect(Limits { bytes: Some(420_000), ..Limits::default() }), 3);
    assert_eq!((files(&store, "cas"), files(&store, "records"), store.stats().unwrap().entries), (2, 2, 2));
}

#[test]
fn what_dead_writers_left_goes_and_what_live_ones_write_stays() {
    let world = World::new();
    let store = world.open();
    keep(&store, &call("t", 1), &large(1));
    fs::write(store.place.folder("tmp").join("dead"), "half").unwrap();
    fs::create_dir_all(store.place.folder("cas/ab")).unwrap();
    fs::write(store.place.folder("cas/ab").join("abcd"), "x").unwrap();
    fs::create_dir_all(store.place.folder("cas/00")).unwrap();
    fs::write(store.place.folder("cas/00").join("0".repeat(64)), "orphan").unwrap();
    fs::write(store.place.folder("locks").join("0".repeat(64)), "dead").unwrap();
    let live = store.place.stage().unwrap();
    assert_eq!(store.collect(&Limits::default()).unwrap().leftovers, 4);
    assert_eq!((files(&store, "tmp"), files(&store, "cas")), (1, 1));
    drop(live);
    assert_eq!(get(&store, &call("t", 1)).unwrap(), large(1));
}

#[test]
fn damage_is_a_miss_with_a_reason_and_is_put_aside() {
    let world = World::new();
    let store = world.open();
    let (small, big, cut, gone) = (call("t", 1), call("t", 2), call("t", 3), call("t", 4));
    keep(&store, &small, b"small");
    for (seed, parts) in [&big, &cut, &gone].into_iter().enumerate() {
        keep(&store, parts, &large(seed as u8));
    }
    store
        .change(|transaction| {
            let damage = "UPDATE entries SET value = x'00' WHERE value IS NOT NULL";
            transaction.execute(damage, []).map_err(|error| index::explain("", &error))
        })
        .unwrap();
    let path = |seed: u8| store.place.blob(&crate::key::native::Digest::of(&large(seed)));
    let mut flipped = large(0);
    flipped[150_000] ^= 1;
    fs::write(path(0), flipped).unwrap();
    fs::write(path(1), &large(1)[..77]).unwrap();
    fs::remove_file(path(2)).unwrap();

    let verified = store.verify(false).unwrap();
    assert_eq!((verified.entries, verified.whole, verified.findings.len()), (4, 0, 4));
    for (parts, reason, aside) in [
        (&small, "the content does not fit its digest", true),
        (&big, "the content does not fit its digest", true),
        (&cut, "the content has 77 bytes, not 200000", true),
        (&gone, "the content is gone", false),
    ] {
        let Err(Miss::Damaged(damage)) = get(&store, parts) else { panic!("{reason}") };
        assert_eq!((damage.reason.as_str(), damage.quarantined.is_some()), (reason, aside));
        assert_eq!(get(&store, parts), Err(Miss::Absent), "and then there is none");
        keep(&store, parts, b"again");
        assert_eq!(get(&store, parts).unwrap(), b"again");
    }
    assert_eq!((store.stats().unwrap().quarantined, store.verify(true).unwrap().findings), (3, vec![]));
}

/// Rows that are asked for often are compared with what was checked: that must see every byte.
#[test]
fn a_row_that_is_asked_for_often_is_checked_each_time() {
    let world = World::new();
    let store = world.open();
    let parts = call("t", 1);
    let row = |store: &LocalStore, set: &str, bytes: &[u8]| {
        let connection = rusqlite::Connection::open(store.place.index()).unwrap();
        connection.execute(&format!("UPDATE entries SET {set} = ?1"), [bytes]).unwrap();
    };
    let column = |name: &str| -> Vec<u8> {
        let connection = rusqlite::Connection::open(world.path().join("index.db")).unwrap();
        connection.query_row(&format!("SELECT {name} FROM entries"), [], |row| row.get(0)).unwrap()
    };
    for name in ["record", "value"] {
        keep(&store, &parts, b"some value");
        let whole = column(name);
        for byte in 0..whole.len() {
            (0..4).for_each(|_| assert_eq!(get(&store, &parts).unwrap(), b"some value"));
            let mut flipped = whole.clone();
            flipped[byte] ^= 1;
            row(&store, name, &flipped);
            assert!(matches!(get(&store, &parts), Err(Miss::Damaged(_))), "{name}, byte {byte}");
            keep(&store, &parts, b"some value");
            row(&store, name, &whole);
        }
        assert_eq!(store.delete(&parts.key()), Ok(true));
        assert_eq!(get(&store, &parts), Err(Miss::Absent));
    }
    // Another entry in its place is read as what it is.
    keep(&store, &parts, b"another value");
    assert_eq!(get(&store, &parts).unwrap(), b"another value");
}

#[test]
fn an_index_that_is_lost_or_damaged_is_made_again() {
    for damage in ["gone", "garbage", "cut", "page"] {
        let world = World::new();
        let store = world.open();
        for x in 0..200 {
            keep(&store, &call("t", x), &[x as u8; 700]);
        }
        keep(&store, &call("t", 1000), &large(1));
        drop(store);
        let index = world.path().join("index.db");
        let mut bytes = fs::read(&index).unwrap();
        match damage {
            "gone" => fs::remove_file(&index).unwrap(),
            "garbage" => fs::write(&index, [0x5a; 9000]).unwrap(),
            "cut" => fs::write(&index, &bytes[..bytes.len() / 2]).unwrap(),
            _ => {
                let middle = bytes.len() / 2 / 4096 * 4096;
                bytes[middle..middle + 4096].fill(0x5a);
                fs::write(&index, bytes).unwrap();
            }
        }
        let store = world.open();
        store.verify(true).unwrap();
        assert_eq!(store.verify(true).unwrap().findings, [], "{damage}");
        assert_eq!(get(&store, &call("t", 1000)).unwrap(), large(1), "{damage}");
        let saved = (0..200).filter(|x| get(&store, &call("t", *x)).is_ok_and(|v| v == [*x as u8; 700])).count();
        assert!(damage != "page" || saved > 150, "{damage}: {saved} of 200 are left");
        keep(&store, &call("t", 1), b"new");
        assert_eq!(get(&store, &call("t", 1)).unwrap(), b"new");
    }
}

/// One number in the tree is damaged, so that the row behind 9 is 3, and the one behind 3 is 9.
#[test]
fn an_index_that_leads_round_and_round_comes_to_an_end() {
    for asks in [0, 1] {
        let world = World::new();
        let store = world.open();
        for x in 0..4 {
            keep(&store, &call("t", x), &[x as u8; 40]);
        }
        drop(store);
        let index = world.path().join("index.db");
        let connection = rusqlite::Connection::open(&index).unwrap();
        let root = "SELECT rootpage FROM sqlite_master WHERE name = 'entries'";
        let page = connection.query_row(root, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
        drop(connection);
        let mut bytes = fs::read(&index).unwrap();
        let page = (page - 1) * 4096;
        assert_eq!((bytes[page], bytes[page + 4]), (13, 4), "a leaf of four rows");
        // The second row: its length, which takes two bytes, and its number.
        let cell = page + usize::from(u16::from_be_bytes([bytes[page + 10], bytes[page + 11]]));
        assert_eq!(std::mem::replace(&mut bytes[cell + 2], 9), 2);
        fs::write(&index, bytes).unwrap();
        let store = world.open();
        if asks == 0 {
            store.verify(true).unwrap();
        } else {
            store.list(&Filter::default(), &mut |_| true).unwrap();
        }
        assert_eq!(store.verify(true).unwrap().findings, []);
        assert!((0..4).filter(|x| get(&store, &call("t", *x)).is_ok()).count() >= 3, "most of it is saved");
    }
}

#[cfg(unix)]
#[test]
fn each_index_that_is_made_has_a_name_of_its_own() {
    let world = World::new();
    let index = world.path().join("index.db");
    let names = || -> Vec<String> {
        let files = fs::read_dir(world.path()).unwrap().map(|entry| entry.unwrap().file_name());
        files.filter_map(|name| name.to_str().filter(|name| name.starts_with("index-")).map(str::to_owned)).collect()
    };
    let one = world.open();
    keep(&one, &call("t", 1), b"v");
    let before = fs::read_link(&index).unwrap();
    fs::remove_file(&index).unwrap();
    let two = world.open();
    keep(&two, &call("t", 2), b"v");
    let after = fs::read_link(&index).unwrap();
    assert!(before != after && names().contains(&before.display().to_string()));
    // Whoever has the old one goes over to the new one when it looks again, and the old one goes.
    one.pool.forget();
    assert_eq!((get(&one, &call("t", 1)), get(&one, &call("t", 2))), (Err(Miss::Absent), Ok(b"v".to_vec())));
    assert!(two.collect(&Limits::default()).unwrap().leftovers > 0);
    assert!(names().iter().all(|name| name.starts_with(after.to_str().unwrap())), "{:?}", names());
    // A link to nothing is none.
    drop((one, two));
    fs::remove_file(world.path().join(&after)).unwrap();
    keep(&world.open(), &call("t", 3), b"v");
    assert!(fs::read_link(&index).unwrap() != after);
    // An index without a link is as good.
    let real = fs::canonicalize(&index).unwrap();
    fs::rename(real, &index).unwrap();
    assert_eq!(get(&world.open(), &call("t", 3)).unwrap(), b"v");
}

#[test]
fn verify_finds_what_sqlite_says_of_a_broken_structure() {
    let world = World::new();
    let store = world.open();
    keep(&store, &call("t", 1), b"v");
    store
        .change(|transaction| {
            let wrong = "UPDATE totals SET entries = 7";
            transaction.execute(wrong, []).map_err(|error| index::explain("", &error))
        })
        .unwrap();
    let findings = store.verify(true).unwrap().findings;
    assert!(matches!(&findings[..], [finding] if finding.what == Found::Index && finding.repaired));
    assert_eq!(store.verify(false).unwrap().findings, []);
}

#[test]
fn an_older_layout_is_brought_up_and_a_newer_one_refused_untouched() {
    let world = World::new();
    drop(world.open());
    let index = world.path().join("index.db");
    fs::remove_file(&index).unwrap();
    let parts = call("t", 1);
    let manifest = Manifest::new(
        &Draft { parts: parts.clone(), ..Draft::default() },
        crate::key::native::Digest::of(b"old"),
        3,
        Time(999_000_000),
    );
    {
        let mut connection = index::open_or_make(&index, Durability::default()).unwrap();
        index::migrate(&mut connection, "", 1).unwrap();
        let record = crate::store::record::encode(&manifest);
        connection.execute("INSERT INTO tasks VALUES (1, 't', '', '', '')", []).unwrap();
        let bytes = 3 + record.len() as i64;
        let entry = (manifest.key.as_bytes(), 1, bytes, 999_000_000_i64, record, b"old");
        connection.execute("INSERT INTO entries VALUES (1, ?1, ?2, NULL, ?3, ?4, ?5, ?6)", entry).unwrap();
    }
    let store = world.open();
    assert_eq!(store.stats().unwrap().entries, 1);
    let mut used = Time(0);
    store
        .list(&Filter::default(), &mut |listed| {
            used = listed.used;
            true
        })
        .unwrap();
    assert_eq!(used, Time(999_000_000));
    assert_eq!(get(&store, &parts).unwrap(), b"old");
    drop(store);

    let connection = rusqlite::Connection::open(&index).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    let before = fs::read(&index).unwrap();
    let error = LocalStore::open(&world.path()).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, known: 2, .. }), "{error}");
    assert_eq!(fs::read(&index).unwrap(), before);
    assert_eq!(fs::read_dir(world.path().join("quarantine")).unwrap().count(), 0);
}

#[test]
fn another_programs_database_is_left_alone() {
    let world = World::new();
    fs::create_dir_all(world.path()).unwrap();
    let index = world.path().join("index.db");
    rusqlite::Connection::open(&index).unwrap().execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    let before = fs::read(&index).unwrap();
    assert!(matches!(LocalStore::open(&world.path()), Err(StoreError::Foreign { .. })));
    assert_eq!(fs::read(&index).unwrap(), before);
}

#[test]
fn the_folder_may_go_at_any_time() {
    let world = World::new();
    let (one, two) = (world.open(), world.open());
    keep(&one, &call("t", 1), &large(1));
    let mut held = one.reservation(&call("t", 9).key(), "one").unwrap();
    assert!(matches!(held.attempt(), Ok(Attempt::Held(_))));
    fs::remove_dir_all(world.path()).unwrap();
    assert_eq!(get(&two, &call("t", 1)), Err(Miss::Absent));
    keep(&one, &call("t", 2), &large(2));
    assert_eq!(get(&two, &call("t", 2)).unwrap(), large(2), "both use the new folder");
    let mut other = two.reservation(&call("t", 9).key(), "two").unwrap();
    assert!(matches!(other.attempt(), Ok(Attempt::Held(_))), "a lock in the old folder is nobody's");
    held.release().unwrap();
    let mut third = one.reservation(&call("t", 9).key(), "three").unwrap();
    assert!(matches!(third.attempt(), Ok(Attempt::Busy { holder, .. }) if holder.owner == "two"));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look_into_it() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    drop(world.open());
    for folder in ["", "cas", "records", "tmp", "locks", "quarantine"] {
        let mode = fs::metadata(world.path().join(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
}

#[test]
fn one_holds_a_lock_and_the_next_follows() {
    let world = World::new();
    let (one, two) = (world.open(), world.open());
    let key = call("t", 1).key();
    let mut first = one.reservation(&key, "first").unwrap();
    let mut second = two.reservation(&key, "second").unwrap();
    let mut elsewhere = two.reservation(&call("t", 2).key(), "second").unwrap();
    assert!(matches!(first.attempt(), Ok(Attempt::Held(_))));
    assert!(matches!(second.attempt(), Ok(Attempt::Busy { holder, .. })
        if holder.owner == "first" && holder.since == Some(Time(1_000_000_000))));
    assert!(matches!(elsewhere.attempt(), Ok(Attempt::Held(_))));
    drop(first);
    assert!(matches!(second.attempt(), Ok(Attempt::Held(_))));
    second.release().unwrap();
    drop(elsewhere);
    assert_eq!(files(&one, "locks"), 0);
}

/// What a holder says is written over what the dead one said, whichever is longer; the file is not cut, which could wait for the disk.
#[test]
fn a_lock_file_says_who_holds_it_after_any_number_of_dead_holders() {
    let world = World::new();
    let store = world.open();
    let (key, path) = (call("t", 1).key(), store.place.lock(&call("t", 1).key()));
    let mut longest = 0;
    for owner in ["a name of some length", "short", "", "two\nlines", "ä\u{0}", "the end"] {
        let mut taken = store.reservation(&key, owner).unwrap();
        assert!(matches!(taken.attempt(), Ok(Attempt::Held(_))));
        let Ok(Attempt::Busy { holder, .. }) = store.reservation(&key, "waiter").unwrap().attempt() else {
            panic!("{owner:?} holds it")
        };
        assert_eq!((holder.owner, holder.since), (owner.replace(char::is_control, " "), Some(Time(1_000_000_000))));
        longest = longest.max(fs::metadata(&path).unwrap().len());
        assert_eq!(fs::metadata(&path).unwrap().len(), longest);
        // Its end, as the system sees to it: unlocked, and still there.
        let said = fs::read(&path).unwrap();
        drop(taken);
        fs::write(&path, said).unwrap();
    }
}

#[test]
fn a_lease_in_the_index_does_where_files_cant_be_locked() {
    let world = World::new();
    let store = world.open();
    let reservation = |owner| {
        let board = locks::table(world.open(), call("t", 1).key());
        super::super::lease::LeaseReservation::new(board, owner, Timing::default())
    };
    let (mut one, mut two) = (reservation("one"), reservation("two"));
    assert!(matches!(one.attempt(), Ok(Attempt::Held(fence)) if fence.0 == 1));
    assert!(matches!(two.attempt(), Ok(Attempt::Busy { holder, .. }) if holder.owner == "one"));
    assert_eq!(one.renew(), Ok(true));
    drop(one);
    assert!(matches!(two.attempt(), Ok(Attempt::Held(fence)) if fence.0 == 2));
    drop(store);
}

#[test]
fn many_threads_use_one_store() {
    let world = World::new();
    let store = world.open();
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let store = &store;
            scope.spawn(move || {
                for x in 0..50 {
                    keep(store, &call("t", x % 10), &[(x % 10) as u8; 500]);
                    if let Ok(value) = get(store, &call("t", (x + thread) % 10)) {
                        assert_eq!(value, [((x + thread) % 10) as u8; 500]);
                    }
                }
            });
        }
    });
    assert_eq!(store.stats().unwrap().entries, 10);
}
