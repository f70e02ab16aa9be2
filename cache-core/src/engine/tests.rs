#![allow(clippy::unwrap_used)]

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Duration;

use serde::Deserialize;
use tempfile::TempDir;

use super::*;
use crate::key::native::{Interface, Parts, Scope};
use crate::policy::{CacheArguments, MaxAge};
use crate::store::local::{self, LocalStore};
use crate::store::{
    Cleared, Clock, Collected, Draft, Filter, Limits, Listed, Lookup, Manifest, Miss, Mode, Put, Read, Reservation,
    Source, Stats, StoreError, Time, Verified,
};

fn engine() -> (TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::new(Arc::new(LocalStore::open(folder.path()).unwrap())).producer("tests");
    (folder, engine)
}

fn arguments(behavior: &str) -> CacheArguments<'_> {
    CacheArguments { version_override: Some("v1".to_owned()), ..CacheArguments::new(behavior) }
}

fn task(arguments: CacheArguments<'_>) -> Task {
    Task::new("t", arguments.check().unwrap()).unwrap()
}

fn value(engine: &Engine, call: &Call, options: &RunOptions, value: u32) -> Outcome<u32> {
    engine.run(call, options, |_| Ok::<_, Infallible>(value)).unwrap()
}

/// Runs with defaults: the result, and whether it was served.
fn run(engine: &Engine, call: &Call, computed: u32) -> (u32, bool) {
    let outcome = value(engine, call, &RunOptions::default(), computed);
    (outcome.value, outcome.report.is_hit())
}

#[test]
fn behaviors_and_options_are_those_of_the_guide() {
    let (_folder, engine) = engine();
    for behavior in ["auto", "override"] {
        let task = Task::new(behavior, arguments(behavior).check().unwrap()).unwrap();
        let call = task.call().input("x", 1);
        assert_eq!(run(&engine, &call, 1), (1, false));
        assert_eq!(run(&engine, &call, 2), (1, true), "{behavior}");
        let skip = RunOptions { disable_run_cache: true, ..RunOptions::default() };
        let skipped = value(&engine, &call, &skip, 3);
        assert_eq!((skipped.value, skipped.report.published()), (3, Some(&Published::NotAsked)));
        assert_eq!(run(&engine, &call, 4), (1, true), "nothing was written");
        let overwrite = RunOptions { overwrite_cache: true, ..RunOptions::default() };
        assert!(matches!(value(&engine, &call, &overwrite, 5).report.why(), Some(Why::Overwrite)));
        assert_eq!(run(&engine, &call, 6), (5, true));
    }
    let off = task(CacheArguments::new("disable")).call().input("x", 1);
    assert_eq!((run(&engine, &off, 1), run(&engine, &off, 2)), ((1, false), (2, false)));
}

#[test]
fn everything_that_counts_makes_another_entry_and_what_is_ignored_none() {
    let (_folder, engine) = engine();
    let with = |change: &dyn Fn(&mut CacheArguments<'_>)| {
        let mut arguments = CacheArguments { ignored_inputs: vec!["run".to_owned()], ..arguments("override") };
        change(&mut arguments);
        task(arguments)
    };
    let base = with(&|_| {});
    let calls = [
        base.call().input("x", 1),
        base.call().input("x", 2),
        with(&|arguments| arguments.salt = "q1".to_owned()).call().input("x", 1),
        with(&|arguments| arguments.version_override = Some("v2".to_owned())).call().input("x", 1),
        base.clone().scope(Scope::new("o", "p", "d")).call().input("x", 1),
        base.clone().interface(Interface::default().input("x", "int")).call().input("x", 1),
        base.call().input_of("x", &[1, 2]).unwrap(),
    ];
    for (index, call) in calls.iter().enumerate() {
        assert_eq!(run(&engine, &call.clone().input("run", "one"), index as u32), (index as u32, false));
    }
    for (index, call) in calls.iter().enumerate() {
        assert_eq!(run(&engine, &call.clone().input("run", "two"), 77), (index as u32, true));
    }
}

#[test]
fn results_of_any_type_come_back_as_they_were() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Model {
        Small,
        Layers { sizes: Vec<u8>, by_number: std::collections::BTreeMap<u32, f64>, name: Option<String> },
    }
    let (_folder, engine) = engine();
    let layers = Model::Layers {
        sizes: vec![1, 2],
        by_number: [(3, f64::INFINITY), (4, -0.0)].into(),
        name: Some("é".to_owned()),
    };
    for (index, model) in [Model::Small, layers].into_iter().enumerate() {
        let call = task(arguments("auto")).call().input("x", index);
        for hit in [false, true] {
            let compute = |_: &Run| Ok::<_, Infallible>(model.clone());
            let outcome = engine.run(&call, &RunOptions::default(), compute).unwrap();
            assert_eq!((&outcome.value, outcome.report.is_hit()), (&model, hit));
        }
    }
    let call = task(arguments("auto")).call().input("x", "bytes");
    for hit in [false, true] {
        let compute = |_: &Run| Ok::<_, Infallible>(vec![7; 300_000]);
        let outcome = engine.run_bytes(&call, &RunOptions::default(), compute).unwrap();
        assert_eq!((outcome.value.len(), outcome.report.is_hit()), (300_000, hit));
    }
}

#[test]
fn an_entry_of_another_type_is_computed_again_and_replaced() {
    let (_folder, engine) = engine();
    let call = task(arguments("auto")).call();
    engine.run(&call, &RunOptions::default(), |_| Ok::<_, Infallible>("text".to_owned())).unwrap();
    let outcome = value(&engine, &call, &RunOptions::default(), 5);
    assert!(matches!(outcome.report.why(), Some(Why::Undecodable(_))));
    assert_eq!(run(&engine, &call, 6), (5, true));
}

#[test]
fn a_miss_says_what_differs_from_the_nearest_entry() {
    let (_folder, engine) = engine();
    let task = task(arguments("auto"));
    let call = |lr: f64, epochs: u32| task.call().input("lr", lr).input("epochs", epochs);
    let first = value(&engine, &call(0.1, 3), &RunOptions::default(), 1);
    assert!(matches!(first.report.why(), Some(Why::Miss { miss: Miss::Absent, nearest: None })));
    run(&engine, &call(0.3, 4), 2);
    let third = value(&engine, &call(0.1, 4), &RunOptions::default(), 3);
    let Some(Why::Miss { nearest: Some(nearest), .. }) = third.report.why() else { panic!("{third:?}") };
    assert!(nearest.to_string().ends_with("lr is 0.1 (was 0.3)"), "of equally near ones the newest: {nearest}");
}

#[test]
fn the_computation_sees_its_cache() {
    let (_folder, engine) = engine();
    let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
    let mut seen = None;
    let compute = |run: &Run| {
        seen = Some(run.clone());
        Ok::<_, Infallible>(1)
    };
    engine.run(&call, &RunOptions::default(), compute).unwrap();
    let seen = seen.unwrap();
    assert_eq!(seen.key, call.key());
    assert!(matches!((seen.why, seen.reserved), (Why::Miss { .. }, Reserved::Held(_))));
}

#[test]
fn an_error_of_the_computation_is_the_callers_and_keeps_nothing() {
    let (_folder, engine) = engine();
    let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
    let failed = engine.run(&call, &RunOptions::default(), |_| Err::<u32, _>(std::io::Error::other("no data")));
    assert_eq!(failed.unwrap_err().to_string(), "no data");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        engine.run(&call, &RunOptions::default(), |_| -> Result<u32, Infallible> { panic!("on purpose") })
    }));
    assert!(panicked.is_err());
    assert_eq!(run(&engine, &call, 3), (3, false), "turn and reservation are free");
}

#[test]
fn an_entry_that_is_too_old_gives_way() {
    let folder = tempfile::tempdir().unwrap();
    // A clock on which a second passes with each look.
    let looks = AtomicUsize::new(1_000_000);
    let clock = Clock::new(move || Time(1000 * looks.fetch_add(1, Ordering::Relaxed) as u64));
    let options = local::Options { clock, ..local::Options::default() };
    let engine = Engine::new(Arc::new(LocalStore::open_with(folder.path(), options).unwrap()));
    let aged = |max_age| task(CacheArguments { max_age, ..arguments("auto") }).call();
    assert_eq!(run(&engine, &aged(MaxAge::Unset), 1), (1, false));
    // Zero is no limit, as in Flyte.
    assert_eq!(run(&engine, &aged(MaxAge::Seconds(0)), 2), (1, true));
    let outcome = value(&engine, &aged(MaxAge::Seconds(1)), &RunOptions::default(), 3);
    assert!(matches!(outcome.report.why(), Some(Why::Miss { miss: Miss::TooOld { .. }, .. })));
    assert_eq!(run(&engine, &aged(MaxAge::Unset), 4), (3, true));
}

#[test]
fn of_many_threads_one_computes() {
    let (_folder, engine) = engine();
    let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
    let (computed, barrier) = (AtomicUsize::new(0), Barrier::new(8));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                barrier.wait();
                let compute = |_: &Run| {
                    computed.fetch_add(1, Ordering::SeqCst);
                    Ok::<_, Infallible>(9)
                };
                assert_eq!(engine.run(&call, &RunOptions::default(), compute).unwrap().value, 9);
            });
        }
    });
    assert_eq!(computed.load(Ordering::SeqCst), 1);
}

#[test]
fn who_waits_for_one_that_fails_takes_over() {
    let (_folder, engine) = engine();
    let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
    let tries = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    engine.run(&call, &RunOptions::default(), |_| match tries.fetch_add(1, Ordering::SeqCst) {
                        0..3 => Err(std::io::Error::other("flaky")),
                        _ => Ok(1),
                    })
                })
            })
            .collect();
        let failed = threads.into_iter().map(|thread| thread.join().unwrap().is_err());
        assert_eq!(failed.filter(|failed| *failed).count(), 3);
    });
    assert_eq!(tries.load(Ordering::SeqCst), 4);
}

#[test]
fn waiting_is_told_bounded_and_cancelled_in_and_between_processes() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name| Engine::new(Arc::new(LocalStore::open(folder.path()).unwrap())).producer(name);
    let holder = open("holder");
    // Another engine on the same folder is to the store what another process is.
    for waiter in [holder.clone(), open("waiter")] {
        let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
        let told = Arc::new(Mutex::new(Vec::new()));
        let cancel = Cancel::default();
        let compute = |_: &Run| {
            // On a thread of its own: on this one it would be part of the computation.
            let wait = |options: &RunOptions| {
                let run = || waiter.run(&call, options, |_| Ok::<_, Infallible>(2)).unwrap_err();
                std::thread::scope(|scope| scope.spawn(run).join().unwrap())
            };
            let bounded = RunOptions { wait_limit: Some(Duration::from_millis(30)), ..RunOptions::default() };
            let error = wait(&bounded);
            assert!(matches!(&error, RunError::WaitedTooLong { holder, .. } if holder.owner == "holder"), "{error}");
            let (heard, end) = (Arc::clone(&told), cancel.clone());
            let on_wait = move |waiting: &Waiting| {
                heard.lock().unwrap().push(waiting.clone());
                end.cancel();
            };
            let cancelled =
                RunOptions { cancel: Some(cancel.clone()), on_wait: Some(Arc::new(on_wait)), ..RunOptions::default() };
            assert!(matches!(wait(&cancelled), RunError::Cancelled { .. }));
            Ok::<_, Infallible>(1)
        };
        let options = RunOptions { overwrite_cache: true, ..RunOptions::default() };
        assert_eq!(holder.run(&call, &options, compute).unwrap().value, 1);
        let told = told.lock().unwrap();
        assert!(told.iter().all(|waiting| waiting.key == call.key() && waiting.holder.owner == "holder"));
        assert!(!told.is_empty());
        engine_is_free(&holder, &call);
        holder.store().clear(&Filter::default()).unwrap();
    }
}

fn engine_is_free(engine: &Engine, call: &Call) {
    assert!(Flights::turn(&engine.flights, &call.key(), u64::MAX).is_ok());
    let mut reservation = engine.store().reservation(&call.key(), "after").unwrap();
    assert!(matches!(reservation.attempt(), Ok(crate::store::Attempt::Held(_))));
}

/// With a lock per key it would wait for itself for ever.
#[test]
fn a_call_that_is_part_of_itself_is_computed_without_a_reservation() {
    let (_folder, engine) = engine();
    let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
    let outcome = engine.run(&call, &RunOptions::default(), |_| {
        let inner = value(&engine, &call, &RunOptions::default(), 1);
        let Status::Computed { reserved: Reserved::Failed(why), .. } = &inner.report.status else {
            panic!("{inner:?}")
        };
        assert!(why.contains("part of its own computation"), "{why}");
        Ok::<_, Infallible>(inner.value)
    });
    assert_eq!(outcome.unwrap().value, 1);
    engine_is_free(&engine, &call);
    // What was above is not any more.
    let after = value(&engine, &call, &RunOptions { overwrite_cache: true, ..RunOptions::default() }, 2);
    assert!(matches!(after.report.status, Status::Computed { reserved: Reserved::Held(_), .. }));
}

/// Whoever waited for the one that replaces it takes what that one made.
#[test]
fn an_entry_of_another_type_is_replaced_by_one_of_many() {
    let (_folder, engine) = engine();
    let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
    engine.run(&call, &RunOptions::default(), |_| Ok::<_, Infallible>("text".to_owned())).unwrap();
    let (computed, barrier) = (AtomicUsize::new(0), Barrier::new(4));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                barrier.wait();
                let compute = |_: &Run| {
                    computed.fetch_add(1, Ordering::SeqCst);
                    Ok::<_, Infallible>(9)
                };
                assert_eq!(engine.run(&call, &RunOptions::default(), compute).unwrap().value, 9);
            });
        }
    });
    assert_eq!(computed.load(Ordering::SeqCst), 1);
}

#[test]
fn two_results_of_one_key_are_told() {
    let (_folder, engine) = engine();
    let call = task(arguments("auto")).call();
    for (faster, disagrees) in [(1, false), (2, true)] {
        engine.store().clear(&Filter::default()).unwrap();
        let outcome = engine.run(&call, &RunOptions::default(), |_| {
            run(&engine, &call, faster);
            Ok::<_, Infallible>(1)
        });
        let outcome = outcome.unwrap();
        assert_eq!(outcome.value, 1, "a computed result is never lost");
        let published = outcome.report.published().unwrap();
        assert_eq!(matches!(published, Published::Disagrees { .. }), disagrees, "{published:?}");
        assert_eq!(run(&engine, &call, 3), (faster, true), "the first writer wins");
    }
}

/// A store that fails in every way that it can, but may hand out a lease.
struct Broken {
    error: StoreError,
    lease: Option<Lease>,
}

impl Broken {
    fn full() -> Self {
        Self { error: StoreError::Full { place: "nowhere".to_owned() }, lease: None }
    }

    fn error<T>(&self) -> Result<T, StoreError> {
        Err(self.error.clone())
    }
}

/// A lease that tells on which thread it is given up.
#[derive(Clone)]
struct Lease(std::sync::mpsc::Sender<std::thread::ThreadId>);

impl Reservation for Lease {
    fn attempt(&mut self) -> Result<crate::store::Attempt, StoreError> {
        Ok(crate::store::Attempt::Held(crate::store::Fence(1)))
    }
    fn heartbeat(&self) -> Option<Duration> {
        Some(Duration::from_secs(100))
    }
    fn renew(&mut self) -> Result<bool, StoreError> {
        Ok(true)
    }
    fn release(&mut self) -> Result<(), StoreError> {
        let _ = self.0.send(std::thread::current().id());
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let _ = self.release();
    }
}

impl Store for Broken {
    fn place(&self) -> String {
        "nowhere".to_owned()
    }
    fn get(&self, _: &Key, _: Read) -> Result<Lookup, StoreError> {
        self.error()
    }
    fn put(&self, _: &Draft, _: Source<'_>, _: Mode) -> Result<Put, StoreError> {
        self.error()
    }
    fn adopt(&self, _: &Manifest, _: Source<'_>) -> Result<(), StoreError> {
        self.error()
    }
    fn delete(&self, _: &Key) -> Result<bool, StoreError> {
        self.error()
    }
    fn list(&self, _: &Filter, _: &mut dyn FnMut(Listed) -> bool) -> Result<(), StoreError> {
        self.error()
    }
    fn earlier(&self, _: &Parts, _: usize) -> Result<Vec<Manifest>, StoreError> {
        self.error()
    }
    fn stats(&self) -> Result<Stats, StoreError> {
        self.error()
    }
    fn clear(&self, _: &Filter) -> Result<Cleared, StoreError> {
        self.error()
    }
    fn collect(&self, _: &Limits) -> Result<Collected, StoreError> {
        self.error()
    }
    fn verify(&self, _: bool) -> Result<Verified, StoreError> {
        self.error()
    }
    fn reservation(&self, _: &Key, _: &str) -> Result<Box<dyn Reservation>, StoreError> {
        match &self.lease {
            Some(lease) => Ok(Box::new(lease.clone())),
            None => self.error(),
        }
    }
}

#[test]
fn a_store_that_fails_loses_no_result() {
    let engine = Engine::new(Arc::new(Broken::full()));
    for serialize in [false, true] {
        let call = task(CacheArguments { serialize, ..arguments("auto") }).call();
        let outcome = value(&engine, &call, &RunOptions::default(), 8);
        assert_eq!(outcome.value, 8);
        assert!(matches!(outcome.report.why(), Some(Why::Store(StoreError::Full { .. }))));
        assert!(matches!(outcome.report.published(), Some(Published::Failed(_))));
        assert_eq!(outcome.report.remarks.is_empty(), !serialize, "without a reservation, and said so");
    }
}

/// A bucket that is gone may take a minute to say so, each time.
#[test]
fn a_store_that_is_gone_is_not_asked_for_a_reservation() {
    let (told, released) = std::sync::mpsc::channel();
    let error = StoreError::Unreachable { place: "s3://team".to_owned(), reason: "no answer".to_owned() };
    let engine = Engine::new(Arc::new(Broken { error, lease: Some(Lease(told)) }));
    let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
    let outcome = value(&engine, &call, &RunOptions::default(), 8);
    assert!(matches!(outcome.report.status, Status::Computed { reserved: Reserved::Failed(_), .. }));
    assert_eq!(outcome.report.remarks.len(), 1);
    assert!(released.try_recv().is_err(), "there was nothing to give up");
}

#[test]
fn what_cant_be_serialised_is_returned_all_the_same() {
    #[derive(Debug, Deserialize)]
    struct Stubborn;
    impl Serialize for Stubborn {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("never"))
        }
    }
    let (_folder, engine) = engine();
    let outcome =
        engine.run(&task(arguments("auto")).call(), &RunOptions::default(), |_| Ok::<_, Infallible>(Stubborn));
    let report = outcome.unwrap().report;
    assert!(matches!(report.published(), Some(Published::Failed(reason)) if reason.contains("never")));
}

#[cfg(feature = "tokio")]
mod asynchronous {
    use super::*;

    fn runtime(threads: usize) -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_time().build().unwrap()
    }

    #[test]
    fn of_many_futures_one_computes_even_on_one_thread() {
        let (_folder, engine) = engine();
        let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
        let computed = Arc::new(AtomicUsize::new(0));
        runtime(1).block_on(async {
            let futures: Vec<_> = (0..16)
                .map(|_| {
                    let (engine, call, computed) = (engine.clone(), call.clone(), Arc::clone(&computed));
                    tokio::spawn(async move {
                        let compute = |_: Run| async move {
                            computed.fetch_add(1, Ordering::SeqCst);
                            tokio::task::yield_now().await;
                            Ok::<_, Infallible>(9)
                        };
                        engine.run_async(&call, &RunOptions::default(), compute).await.unwrap().value
                    })
                })
                .collect();
            for future in futures {
                assert_eq!(future.await.unwrap(), 9);
            }
        });
        assert_eq!(computed.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_future_that_is_dropped_gives_up_its_place() {
        let (_folder, engine) = engine();
        let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
        runtime(1).block_on(async {
            let (begun, mut waits) = tokio::sync::mpsc::channel(1);
            let compute = |_: Run| async move {
                begun.send(()).await.unwrap();
                std::future::pending::<Result<u32, Infallible>>().await
            };
            let options = RunOptions::default();
            tokio::select! {
                _ = engine.run_async(&call, &options, compute) => panic!("it never ends"),
                _ = waits.recv() => {}
            }
            let outcome = engine.run_async(&call, &options, |_| async { Ok::<_, Infallible>(1) }).await.unwrap();
            assert_eq!((outcome.value, outcome.report.is_hit()), (1, false));
        });
    }

    #[test]
    fn blocking_and_asynchronous_callers_share_entries_and_turns() {
        let (_folder, engine) = engine();
        let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
        let compute = |_: Run| async { Ok::<_, Infallible>(vec![1_u8]) };
        let first = runtime(1).block_on(engine.run_bytes_async(&call, &RunOptions::default(), compute)).unwrap();
        let second = engine.run_bytes(&call, &RunOptions::default(), |_| Ok::<_, Infallible>(vec![2])).unwrap();
        assert_eq!((first.value, second.value, second.report.is_hit()), (vec![1], vec![1], true));
    }

    #[test]
    fn a_call_that_is_part_of_itself_is_computed_across_awaits() {
        let (_folder, engine) = engine();
        let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
        let (inner_engine, inner_call) = (engine.clone(), call.clone());
        let compute = |_: Run| async move {
            tokio::task::yield_now().await;
            let compute = |_: Run| async { Ok::<_, Infallible>(1) };
            let inner = inner_engine.run_async(&inner_call, &RunOptions::default(), compute).await.unwrap();
            assert!(matches!(inner.report.status, Status::Computed { reserved: Reserved::Failed(_), .. }));
            Ok::<_, Infallible>(inner.value)
        };
        let outcome = runtime(2).block_on(engine.run_async(&call, &RunOptions::default(), compute)).unwrap();
        assert_eq!(outcome.value, 1);
        engine_is_free(&engine, &call);
    }

    /// Its threads for blocking work do nothing any more: what was computed is kept all the same.
    #[test]
    fn a_runtime_that_shuts_down_loses_no_result() {
        let (_folder, engine) = engine();
        let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
        let ending = runtime(1);
        let handle = ending.handle().clone();
        let compute = move |_: Run| async move {
            ending.shutdown_background();
            Ok::<_, Infallible>(7)
        };
        let outcome = handle.block_on(engine.run_async(&call, &RunOptions::default(), compute)).unwrap();
        assert_eq!(outcome.value, 7);
        assert!(matches!(outcome.report.published(), Some(Published::Stored(_))), "{:?}", outcome.report);
        assert_eq!(run(&engine, &call, 8), (7, true));
        engine_is_free(&engine, &call);
    }

    #[test]
    fn a_lease_of_a_future_that_is_dropped_is_given_up_where_nobody_waits() {
        let (told, released) = std::sync::mpsc::channel();
        let engine = Engine::new(Arc::new(Broken { lease: Some(Lease(told.clone())), ..Broken::full() }));
        drop(told);
        let call = task(CacheArguments { serialize: true, ..arguments("auto") }).call();
        runtime(1).block_on(async {
            let (begun, mut waits) = tokio::sync::mpsc::channel(1);
            let compute = |run: Run| async move {
                assert!(matches!(run.reserved, Reserved::Held(_)));
                begun.send(()).await.unwrap();
                std::future::pending::<Result<u32, Infallible>>().await
            };
            tokio::select! {
                _ = engine.run_async(&call, &RunOptions::default(), compute) => panic!("it never ends"),
                _ = waits.recv() => {}
            }
            assert_ne!(released.recv().unwrap(), std::thread::current().id());
        });
    }
}
