//! A team's store on buckets as they are: Azure's protocol, S3's with the faults of networks and clouds, and a server that lies.
//!
//! What must hold everywhere: whatever is read is whole, a key is published once, a result that was computed is never lost, and whoever
//! dies is followed by another within the lease's time and one poll.
//!
//! `TASKLENS_LONG=1` plays 2,000 rounds on each.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod example;
mod s3;
mod servers;

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use cache_core::engine::{Engine, Published, Reserved, RunOptions, Status, Task};
use cache_core::key::native::{Parts, Scope};
use cache_core::policy::CacheArguments;
use cache_core::store::lease::Timing;
use cache_core::store::local::LocalStore;
use cache_core::store::shared::{Depth, SharedOptions, SharedStore};
use cache_core::store::{Attempt, Draft, Filter, Limits, Lookup, Mode, Put, Read, Source, Store, StoreError, Tiers};
use tasklens_tests::setup;

use self::s3::{Faults, Server};

type Settings = Vec<(String, String)>;

const CREATE: Mode = Mode::Create { max_age: None };
const TTL: Duration = Duration::from_millis(900);
const POLL: Duration = Duration::from_millis(200);

/// Names as people have them; short, since the S3 server makes names of files of them.
fn scope() -> Scope {
    Scope::new("o", "p q", "é")
}

fn options() -> SharedOptions {
    let mut options = SharedOptions::new(scope(), std::env::temp_dir());
    options.timing = Timing { ttl: TTL, poll: POLL, ..Timing::default() };
    options.patience = Duration::from_secs(20);
    options
}

/// Rounds on one prefix or server: a list takes as long as there are entries, on these servers.
const BATCH: usize = 50;

/// Batches that are played at once: callers wait most of the time.
const LANES: usize = 4;

fn open(url: &str, settings: &Settings) -> SharedStore {
    SharedStore::open(url, settings.clone(), options()).unwrap()
}

/// With leases that outlast a machine that is busy with other things: where nobody dies, nobody may take over.
fn open_patient(url: &str, settings: &Settings) -> SharedStore {
    let mut options = options();
    options.timing.ttl = Duration::from_secs(10);
    SharedStore::open(url, settings.clone(), options).unwrap()
}

fn s3_url() -> String {
    format!("s3://{}/a%20b", s3::BUCKET)
}

fn azure_url(prefix: &str) -> String {
    format!("az://{}/{}", s3::BUCKET, prefix.replace(' ', "%20"))
}

fn draft(task: &str) -> Draft {
    Draft { parts: Parts { scope: scope(), task: task.to_owned(), ..Parts::default() }, ..Draft::default() }
}

fn read(store: &dyn Store, draft: &Draft) -> Option<Vec<u8>> {
    match store.get(&draft.parts.key(), Read::default()).unwrap() {
        Lookup::Hit(entry) => Some(entry.content.into_bytes().unwrap()),
        Lookup::Miss(_) => None,
    }
}

/// What every bucket does that is to be trusted.
fn everything(open: &dyn Fn() -> SharedStore) {
    let store = open();
    let probe = store.probe(Depth::Thorough).unwrap();
    assert!(probe.is_sound(), "{probe:?}");

    // Small, an object of its own, in pieces; and each is there for others.
    for size in [0, 1000, 300_000, (20 << 20) + 1] {
        let draft = draft(&format!("of {size} bytes"));
        let value: Vec<u8> = (0..size).map(|at: usize| (at.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
        let mut reader = value.as_slice();
        assert!(matches!(store.put(&draft, Source::Reader(&mut reader), CREATE).unwrap(), Put::Stored(_)));
        assert!(read(&open(), &draft).as_ref() == Some(&value), "{size}");
        assert!(open().put(&draft, Source::Bytes(b"other"), CREATE).unwrap().disagrees());
        assert!(matches!(store.put(&draft, Source::Bytes(b"other"), Mode::Overwrite).unwrap(), Put::Stored(_)));
        assert_eq!(read(&open(), &draft).unwrap(), b"other");
    }
    let mut tasks = Vec::new();
    let of_all = Filter::default();
    store
        .list(&of_all, &mut |listed| {
            tasks.push(listed.manifest.parts.task);
            true
        })
        .unwrap();
    assert_eq!(tasks.len(), 4, "{tasks:?}");
    // An entry that another has replaced is found once.
    assert_eq!(store.earlier(&draft("of 1000 bytes").parts, 5).unwrap().len(), 1);
    assert!(store.verify(false).unwrap().findings.is_empty());
    assert_eq!(store.stats().unwrap().entries, 4);
    assert!(store.delete(&draft("of 0 bytes").parts.key()).unwrap());
    assert_eq!(store.collect(&Limits { bytes: Some(0), ..Limits::default() }).unwrap().entries, 3);
    takes_over(open, if setup::long() { 20 } else { 3 });
}

fn rounds(sampled: usize) -> usize {
    if setup::long() { 2000 } else { sampled }
}

/// Plays rounds in batches, each on a store of its own.
fn in_batches(rounds: usize, play: impl Fn(usize, usize) -> Played + Sync) {
    let (batch, sum) = (AtomicUsize::new(0), Mutex::new(Played::default()));
    let start = Instant::now();
    std::thread::scope(|threads| {
        for _ in 0..LANES {
            threads.spawn(|| {
                loop {
                    let number = batch.fetch_add(1, Ordering::Relaxed);
                    let left = rounds.saturating_sub(number * BATCH);
                    if left == 0 {
                        return;
                    }
                    let played = play(number, left.min(BATCH));
                    let mut sum = sum.lock().unwrap();
                    sum.rounds += played.rounds;
                    sum.computed += played.computed;
                    sum.published += played.published;
                }
            });
        }
    });
    println!("{:?} in {:?}", sum.into_inner().unwrap(), start.elapsed());
}

#[derive(Debug, Default)]
struct Played {
    rounds: usize,
    computed: usize,
    published: usize,
}

/// Three callers ask for one key at once, round after round. Each has a client of its own, as if it was on another machine.
fn publishes_once(open: &dyn Fn() -> SharedStore, rounds: usize, faulty: bool) -> Played {
    const CALLERS: usize = 3;
    let spec =
        CacheArguments { version_override: Some("1".to_owned()), serialize: true, ..CacheArguments::new("auto") };
    let task = Task::new("train", spec.check().unwrap()).unwrap().scope(scope());
    let engine = |caller| Engine::new(Arc::new(open()) as Arc<dyn Store>).producer(&format!("caller {caller}"));
    let engines: Vec<Engine> = (0..CALLERS).map(engine).collect();
    let (computed, stored) = (AtomicUsize::new(0), AtomicUsize::new(0));
    for round in 0..rounds {
        let call = task.call().input("round", round as i64);
        // Nobody fails before it, so that nobody waits at it for one who has; the round ends when all have ended, in whichever way.
        let start = Barrier::new(CALLERS);
        std::thread::scope(|threads| {
            for (caller, engine) in engines.iter().enumerate() {
                let (call, start, computed, stored) = (&call, &start, &computed, &stored);
                threads.spawn(move || {
                    start.wait();
                    let outcome = engine.run(call, &RunOptions::default(), |_| {
                        computed.fetch_add(1, Ordering::Relaxed);
                        Ok::<_, Infallible>((caller, round))
                    });
                    let outcome = outcome.unwrap();
                    assert_eq!(outcome.value.1, round);
                    match outcome.report.status {
                        Status::Computed { published: Published::Stored(_), .. } => {
                            stored.fetch_add(1, Ordering::Relaxed);
                        }
                        Status::Computed { published, reserved, .. } if !faulty => {
                            panic!("round {round}: {published:?}, {reserved:?}, {:?}", outcome.report.remarks);
                        }
                        _ => {}
                    }
                });
            }
        });
        let (now, done) = (stored.load(Ordering::Relaxed), round + 1);
        assert!(now <= done, "round {round}: published twice");
        assert!(faulty || (now == done && computed.load(Ordering::Relaxed) == done), "round {round}");
    }
    Played { rounds, computed: computed.into_inner(), published: stored.into_inner() }
}

/// A holder that says nothing any more is followed within the lease's time and one poll (and what the requests take).
fn takes_over(open: &dyn Fn() -> SharedStore, times: usize) {
    let (dying, waiting) = (open(), open());
    let mut taken = Vec::new();
    for time in 0..times {
        let key = draft(&format!("taken over {time}")).parts.key();
        let mut holder = dying.reservation(&key, "who dies").unwrap();
        let Attempt::Held(first) = holder.attempt().unwrap() else { panic!() };
        // Killed: it neither renews nor releases.
        std::mem::forget(holder);
        let start = Instant::now();
        let mut waiter = waiting.reservation(&key, "who waits").unwrap();
        let second = loop {
            match waiter.attempt().unwrap() {
                Attempt::Held(fence) => break fence,
                Attempt::Busy { holder, again } => {
                    assert_eq!(holder.owner, "who dies");
                    std::thread::park_timeout(again);
                }
            }
        };
        taken.push(start.elapsed());
        assert!(second > first && start.elapsed() >= TTL);
    }
    taken.sort();
    // A server on a busy machine is slow at times, and that is not the lease's.
    let (median, longest) = (taken[taken.len() / 2], taken[taken.len() - 1]);
    println!("taken over after {median:?} (median), {longest:?} (longest; ttl {TTL:?}, poll {POLL:?})");
    assert!(median <= TTL + POLL + Duration::from_millis(500), "{taken:?}");
}

#[test]
fn azure() {
    let Some(azurite) = servers::azurite() else { return };
    let settings = azurite.azure_settings();
    everything(&|| open(&azure_url("cache"), &settings));
    let nowhere = open("az://nowhere/cache", &settings);
    let error = nowhere.put(&draft("train"), Source::Bytes(b"weights"), CREATE).unwrap_err();
    assert!(error.to_string().contains("no such bucket"), "{error}");
}

#[test]
fn azure_publishes_once() {
    let Some(azurite) = servers::azurite() else { return };
    let settings = azurite.azure_settings();
    in_batches(rounds(40), |batch, rounds| {
        publishes_once(&|| open_patient(&azure_url(&format!("batch {batch}")), &settings), rounds, false)
    });
}

#[test]
fn s3() {
    let server = Server::start(Faults::default(), 1);
    let settings = server.settings();
    everything(&|| open(&s3_url(), &settings));
}

#[test]
fn s3_publishes_once_with_faults_and_without() {
    for (faults, sampled) in [(Faults::default(), 12), (Faults { lost: 30, throttled: 20, conflict: 20, late: 20 }, 8)]
    {
        in_batches(rounds(sampled), |batch, rounds| {
            let server = Server::start(faults, 7 + batch as u64);
            let settings = server.settings();
            publishes_once(&|| open_patient(&s3_url(), &settings), rounds, faults != Faults::default())
        });
    }
}

#[test]
fn a_server_that_takes_no_notice_of_conditions_is_refused() {
    let Some(s3rver) = servers::s3rver() else { return };
    let store = open(&format!("s3://{}/cache", s3::BUCKET), &s3rver.s3_settings());
    let probe = store.probe(Depth::Quick).unwrap();
    assert!(!probe.is_sound(), "{probe:?}");
    let refused = store.reservation(&draft("train").parts.key(), "one").err().expect("it can't reserve");
    assert!(refused.to_string().contains("can't keep reservations"), "{refused}");
    // Entries don't rest on conditions.
    store.put(&draft("train"), Source::Bytes(b"weights"), Mode::Overwrite).unwrap();
    assert_eq!(read(&store, &draft("train")).unwrap(), b"weights");
}

#[test]
fn errors_say_what_to_do_and_lose_no_result() {
    let server = Server::start(Faults::default(), 1);
    let spec =
        CacheArguments { version_override: Some("1".to_owned()), serialize: true, ..CacheArguments::new("auto") };
    let task = Task::new("train", spec.check().unwrap()).unwrap().scope(scope());
    let throttled = Server::start(Faults { throttled: 1000, ..Faults::default() }, 1);
    let wrong = s3::settings(server.address.port(), s3::ACCESS_KEY, "wrong");
    let nobody = s3::settings(1, s3::ACCESS_KEY, s3::SECRET_KEY);
    let cases: [(&str, &Settings, &str); 3] = [
        ("s3://team/cache", &wrong, "refuses access"),
        ("s3://team/cache", &nobody, "can't be reached"),
        ("s3://team/cache", &throttled.settings(), "SlowDown"),
    ];
    for (url, settings, words) in cases {
        let mut options = options();
        options.patience = Duration::from_secs(2);
        let store = SharedStore::open(url, settings.clone(), options).unwrap();
        let error = store.put(&draft("train"), Source::Bytes(b"weights"), CREATE).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
        assert!(error.starts_with(url), "{error}");
        let engine = Engine::new(Arc::new(store));
        let outcome =
            engine.run(&task.call().input("x", 1), &RunOptions::default(), |_| Ok::<_, Infallible>(42)).unwrap();
        assert_eq!(outcome.value, 42);
        let Status::Computed { published, reserved, .. } = outcome.report.status else { panic!() };
        assert!(matches!(&published, Published::Failed(reason) if reason.contains(words)), "{published:?}");
        assert!(matches!(reserved, Reserved::Failed(_)), "{reserved:?}");
    }
}

/// Without the team's store the one on this machine does alone, and says so.
#[test]
fn two_tiers_outlive_the_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let near = Arc::new(LocalStore::open(folder.path()).unwrap());
    let server = Server::start(Faults::default(), 1);
    let mut impatient = options();
    impatient.patience = Duration::from_secs(1);
    let far = SharedStore::open(&s3_url(), server.settings(), impatient).unwrap();
    let tiers = Tiers::new(near, Arc::new(far));
    tiers.put(&draft("before"), Source::Bytes(b"shared"), CREATE).unwrap();
    assert_eq!(read(&open(&s3_url(), &server.settings()), &draft("before")).unwrap(), b"shared");
    assert!(tiers.remarks().is_empty());
    drop(server);
    assert_eq!(read(&tiers, &draft("before")).unwrap(), b"shared");
    tiers.put(&draft("after"), Source::Bytes(b"kept here"), CREATE).unwrap();
    assert_eq!(read(&tiers, &draft("after")).unwrap(), b"kept here");
    let remarks = tiers.remarks();
    assert!(remarks.iter().any(|remark| remark.contains("can't be reached")), "{remarks:?}");
}

/// A changed scope or prefix is another store: nothing is found across.
#[test]
fn scopes_and_prefixes_are_apart() {
    let server = Server::start(Faults::default(), 1);
    let mine = open("s3://team/cache", &server.settings());
    mine.put(&draft("train"), Source::Bytes(b"mine"), CREATE).unwrap();
    let mut other = options();
    other.scope.domain = "production".to_owned();
    let other = SharedStore::open("s3://team/cache", server.settings(), other).unwrap();
    assert_eq!(read(&other, &draft("train")), None);
    assert_eq!(read(&open("s3://team/cache2", &server.settings()), &draft("train")), None);
    assert!(matches!(other.put(&draft("train"), Source::Bytes(b"x"), CREATE), Err(StoreError::Unsupported { .. })));
    assert_eq!(read(&open("s3://team/cache/", &server.settings()), &draft("train")).unwrap(), b"mine");
}
