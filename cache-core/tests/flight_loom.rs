//! The single flight of a process under every order in which its threads can meet, by loom.

#![cfg(feature = "engine")]
#![allow(clippy::unwrap_used, dead_code)]

mod sync {
    pub(super) use loom::sync::{Arc, Mutex};
}

#[path = "../src/engine/flight.rs"]
mod flight;

use std::future::poll_fn;

use flight::Flights;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

/// What a caller does, in short: look for the result, else take the turn and look once more, else wait and begin again.
fn call(flights: &Arc<Flights<u8>>, stored: &AtomicUsize, at_work: &AtomicUsize, computed: &AtomicUsize, number: u64) {
    loop {
        if stored.load(Ordering::SeqCst) == 1 {
            return;
        }
        match Flights::turn(flights, &7, number) {
            Ok(turn) => {
                if stored.load(Ordering::SeqCst) == 0 {
                    assert_eq!(at_work.fetch_add(1, Ordering::SeqCst), 0, "two have the turn");
                    computed.fetch_add(1, Ordering::SeqCst);
                    stored.store(1, Ordering::SeqCst);
                    at_work.fetch_sub(1, Ordering::SeqCst);
                }
                drop(turn);
                return;
            }
            // A wake-up that is lost is a deadlock, which loom finds.
            Err(landing) => loom::future::block_on(poll_fn(|context| landing.poll(context))),
        }
    }
}

fn model(threads: u64, bound: usize) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(bound);
    builder.check(move || {
        let flights = Arc::new(Flights::default());
        let counters: [Arc<AtomicUsize>; 3] = std::array::from_fn(|_| Arc::new(AtomicUsize::new(0)));
        let others: Vec<_> = (1..threads)
            .map(|number| {
                let (flights, [stored, at_work, computed]) = (Arc::clone(&flights), counters.clone());
                thread::spawn(move || call(&flights, &stored, &at_work, &computed, number))
            })
            .collect();
        let [stored, at_work, computed] = &counters;
        call(&flights, stored, at_work, computed, 0);
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(computed.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn of_two_threads_one_computes_and_none_waits_for_ever() {
    model(2, 6);
}

#[test]
fn of_three_threads_one_computes_and_none_waits_for_ever() {
    model(3, 2);
}

/// A turn that ends without a result, as when its holder fails: the next one follows.
#[test]
fn who_waits_for_one_that_fails_is_woken() {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(4);
    builder.check(|| {
        let flights = Arc::new(Flights::default());
        let others: Vec<_> = (1..3_u64)
            .map(|number| {
                let flights = Arc::clone(&flights);
                thread::spawn(move || {
                    loop {
                        match Flights::turn(&flights, &7, number) {
                            Ok(turn) => return drop(turn),
                            Err(landing) => loom::future::block_on(poll_fn(|context| landing.poll(context))),
                        }
                    }
                })
            })
            .collect();
        others.into_iter().for_each(|other| other.join().unwrap());
    });
}
