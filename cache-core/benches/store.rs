//! What the local store costs, beside bare SQLite in WAL mode with as many rows, Flyte's own LocalTaskCache, diskcache and joblib, in
//! one run; and 1 GiB through it beside `cp`.
//!
//! ```text
//! python3 tests/setup.py --only flyte,stores
//! cargo bench -p cache-core --features store --bench store              100 and 10,000 rows
//! TASKLENS_LONG=1 cargo bench -p cache-core --features store --bench store    and 1,000,000; 1 GiB instead of a quarter
//! cargo bench -p cache-core --features store --bench store -- stream   the large file alone
//! ```
//!
//! Ours and bare SQLite take turns, so that what else the machine does meets both; medians of many rounds.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use cache_core::key::native::{Key, Parts};
use cache_core::store::local::LocalStore;
use cache_core::store::{Draft, Lookup, Mode, Read, Source, Store};
use rusqlite::Connection;
use serde_json::Value;

fn main() {
    // As cargo runs it in tests: only that it does.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let long = std::env::var_os("TASKLENS_LONG").is_some_and(|value| value != "0");
    if std::env::args().any(|argument| argument == "stream") {
        return stream(if long { 1 << 30 } else { 256 << 20 });
    }
    println!("| rows | set bare | set ours | ratio | LocalTaskCache / ours | get bare | get ours | ratio | others |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for rows in [100, 10_000, 1_000_000].into_iter().filter(|rows| long || *rows < 1_000_000) {
        rows_of(rows);
    }
    stream(if long { 1 << 30 } else { 256 << 20 });
}

fn parts(number: u64) -> Parts {
    Parts { task: "bench".to_owned(), version: "1".to_owned(), ..Parts::default() }.input("x", number)
}

fn value(number: u64) -> Vec<u8> {
    (0..128).flat_map(|at| (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ at).to_le_bytes()).collect()
}

/// What a get and a set cost at the least.
struct Bare(Connection);

impl Bare {
    fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
        connection.pragma_update(None, "synchronous", "NORMAL").unwrap();
        connection.execute("CREATE TABLE kv (key BLOB PRIMARY KEY, value BLOB NOT NULL)", []).unwrap();
        Self(connection)
    }

    fn put(&self, key: &Key, value: &[u8]) {
        let mut put = self.0.prepare_cached("INSERT INTO kv VALUES (?1, ?2)").unwrap();
        put.execute((key.as_bytes(), value)).unwrap();
    }

    fn get(&self, key: &Key) -> Vec<u8> {
        let mut get = self.0.prepare_cached("SELECT value FROM kv WHERE key = ?1").unwrap();
        get.query_row([key.as_bytes()], |row| row.get(0)).unwrap()
    }
}

fn rows_of(rows: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let bare = Bare::open(&folder.path().join("bare.db"));
    let store = LocalStore::open(&folder.path().join("store")).unwrap();
    let draft = |number| Draft { parts: parts(number), producer: "bench".to_owned(), ..Draft::default() };
    let create = Mode::Create { max_age: None };
    bare.0.execute_batch("BEGIN").unwrap();
    for number in 0..rows {
        bare.put(&parts(number).key(), &value(number));
        store.put(&draft(number), Source::Bytes(&value(number)), create).unwrap();
    }
    bare.0.execute_batch("COMMIT").unwrap();

    let mut random = 1_u64;
    let mut below = |bound: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % bound
    };
    let (mut set, mut get) = (Pair::default(), Pair::default());
    let mut next = rows;
    for _ in 0..if rows < 1000 { 3 } else { 40 } {
        let some: Vec<_> =
            (next..next + 25).map(|number| (parts(number).key(), draft(number), value(number))).collect();
        next += 25;
        set.turn(
            some.len(),
            || some.iter().for_each(|(key, _, value)| bare.put(key, value)),
            || some.iter().for_each(|(_, draft, value)| drop(store.put(draft, Source::Bytes(value), create).unwrap())),
        );
    }
    for _ in 0..60 {
        let keys: Vec<Key> = (0..200).map(|_| parts(below(rows)).key()).collect();
        get.turn(
            keys.len(),
            || keys.iter().for_each(|key| assert_eq!(bare.get(key).len(), 1024)),
            || {
                for key in &keys {
                    let Lookup::Hit(entry) = store.get(key, Read::default()).unwrap() else { panic!("{key} is gone") };
                    assert_eq!(entry.content.into_bytes().unwrap().len(), 1024);
                }
            },
        );
    }
    let peers = peers(rows.min(10_000));
    let flyte = peers["flyte"]["set"].as_f64();
    let others: Vec<String> = ["flyte", "diskcache", "joblib"]
        .iter()
        .map(|name| match (peers[name]["set"].as_f64(), peers[name]["get"].as_f64()) {
            (Some(set), Some(get)) => format!("{name} set {set:.0} get {get:.1}"),
            _ => format!("{name}: {}", peers[name]["error"].as_str().unwrap_or("not installed")),
        })
        .collect();
    println!(
        "| {rows} | {:.1} µs | {:.1} µs | {:.2} | {} | {:.1} µs | {:.1} µs | {:.2} | {} |",
        set.bare(),
        set.ours(),
        set.ratio(),
        flyte.map_or("-".to_owned(), |flyte| format!("{:.1}", flyte / set.ours())),
        get.bare(),
        get.ours(),
        get.ratio(),
        others.join(", "),
    );
}

/// Times of two in turn, in microseconds a call.
#[derive(Default)]
struct Pair(Vec<(f64, f64)>);

impl Pair {
    fn turn(&mut self, calls: usize, bare: impl FnOnce(), ours: impl FnOnce()) {
        let time = |work: &mut dyn FnMut()| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6 / calls as f64
        };
        let (mut bare, mut ours) = (Some(bare), Some(ours));
        let mut first = || bare.take().unwrap()();
        let mut second = || ours.take().unwrap()();
        // Whoever comes second finds a warmer machine: they change places.
        let pair = if self.0.len().is_multiple_of(2) {
            let one = time(&mut first);
            (one, time(&mut second))
        } else {
            let two = time(&mut second);
            (time(&mut first), two)
        };
        self.0.push(pair);
    }

    fn bare(&self) -> f64 {
        median(self.0.iter().map(|pair| pair.0))
    }

    fn ours(&self) -> f64 {
        median(self.0.iter().map(|pair| pair.1))
    }

    fn ratio(&self) -> f64 {
        median(self.0.iter().map(|pair| pair.1 / pair.0))
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What the caches of Python take, if they are set up.
fn peers(rows: u64) -> Value {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tasklens-tests");
    let manifest: Value = fs::read_to_string(home.join("interpreters.json"))
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let Some(python) = manifest["flyte"]["3.12"].as_str() else { return Value::Null };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/store_peers.py");
    let done = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .arg(rows.to_string())
        .env("PYTHONPATH", home.join("stores"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    said.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default()
}

/// A large file into the store and out of it, beside `cp`; no one waits for the disk.
fn stream(size: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut source = File::create(path("source")).unwrap();
    let mut block: Vec<u8> = (0..1 << 20).map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    for number in 0..size >> 20 {
        block[..8].copy_from_slice(&number.to_le_bytes());
        source.write_all(&block).unwrap();
    }
    source.sync_all().unwrap();
    let store = LocalStore::open(&path("store")).unwrap();
    let draft = Draft { parts: parts(1), ..Draft::default() };
    let before = peak();
    let mut best = [Duration::MAX; 3];
    for round in 0..9 {
        // Whoever comes first has the disk's cache to itself: they take turns. What is fetched has to be put before; the others find as much
        // in memory, for pages that were used a moment ago are sooner had than others.
        for turn in 0..3 {
            let who = (round + turn) % 3;
            if who == 2 {
                store.put(&draft, Source::Reader(&mut File::open(path("source")).unwrap()), Mode::Overwrite).unwrap();
            } else {
                fs::copy(path("source"), path("ballast")).unwrap();
            }
            // What was written by then is not for the one that is timed to wait for.
            assert!(Command::new("sync").arg("-f").arg(folder.path()).status().unwrap().success());
            let time = timed(|| match who {
                0 => {
                    let cp = Command::new("cp").arg("--reflink=never").arg(path("source")).arg(path("copy")).status();
                    assert!(cp.unwrap().success());
                }
                1 => {
                    let mut file = File::open(path("source")).unwrap();
                    store.put(&draft, Source::Reader(&mut file), Mode::Overwrite).unwrap();
                }
                _ => drop(store.fetch(&draft.parts.key(), Read::default(), &path("fetched")).unwrap()),
            });
            best[who] = time.min(best[who]);
            for name in ["copy", "fetched", "ballast"] {
                let _ = fs::remove_file(path(name));
            }
            store.delete(&draft.parts.key()).unwrap();
        }
    }
    let speed = |time: Duration| size as f64 / time.as_secs_f64() / 1e9;
    println!(
        "\n{} MiB: cp {:.2} GB/s, put {:.2} ({:.0} % of cp), fetch {:.2} ({:.0} %); memory {} KiB more at most",
        size >> 20,
        speed(best[0]),
        speed(best[1]),
        100.0 * best[0].as_secs_f64() / best[1].as_secs_f64(),
        speed(best[2]),
        100.0 * best[0].as_secs_f64() / best[2].as_secs_f64(),
        peak() - before,
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The most memory that this process had, in KiB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
