#![allow(clippy::unwrap_used)]

use std::cell::Cell;
use std::sync::{Arc, Mutex};

use super::*;

/// A board in memory that counts its writes, can lose answers, and can be torn.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    stands: Option<(Vec<u8>, u64)>,
    writes: u64,
    /// The next write is done, and its answer lost.
    lose: bool,
    /// The next write is done twice, as by a client that tries again; the second finds the first in its way.
    twice: bool,
}

impl Board for Memory {
    type Version = u64;

    fn read(&mut self) -> Result<Option<Standing<u64>>, StoreError> {
        let inner = self.0.lock().unwrap();
        Ok(inner.stands.as_ref().map(|(bytes, version)| Standing { lease: Lease::decode(bytes), version: *version }))
    }

    fn write(&mut self, lease: &Lease, over: Option<&u64>) -> Result<Option<u64>, StoreError> {
        let mut inner = self.0.lock().unwrap();
        if inner.stands.as_ref().map(|(_, version)| version) != over {
            return Ok(None);
        }
        inner.writes += 1;
        let version = inner.writes;
        inner.stands = Some((lease.encode(), version));
        if std::mem::take(&mut inner.lose) {
            return Err(StoreError::Unreachable { place: "memory".to_owned(), reason: "lost".to_owned() });
        }
        Ok((!std::mem::take(&mut inner.twice)).then_some(version))
    }
}

thread_local! {
    static PASSED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static START: Instant = Instant::now();
}

fn passes(time: Duration) {
    PASSED.set(PASSED.get() + time);
}

fn reservation(board: &Memory, owner: &str) -> LeaseReservation<Memory> {
    let monotonic = || START.with(|start| *start) + PASSED.get();
    let timing = Timing { ttl: Duration::from_secs(30), monotonic, ..Timing::default() };
    LeaseReservation::new(board.clone(), owner, timing)
}

fn is_busy(attempt: &Attempt) -> bool {
    matches!(attempt, Attempt::Busy { holder, again } if holder.owner == "one" && !again.is_zero())
}

#[test]
fn one_holds_and_the_other_follows_with_a_greater_fence() {
    let board = Memory::default();
    let (mut one, mut two) = (reservation(&board, "one"), reservation(&board, "two"));
    assert_eq!(one.attempt(), Ok(Attempt::Held(Fence(1))));
    assert_eq!(one.attempt(), Ok(Attempt::Held(Fence(1))), "asking again changes nothing");
    assert!(is_busy(&two.attempt().unwrap()));
    one.release().unwrap();
    assert_eq!(two.attempt(), Ok(Attempt::Held(Fence(2))));
    drop(two);
    assert_eq!(one.attempt(), Ok(Attempt::Held(Fence(3))), "dropping gives up");
}

#[test]
fn a_dead_holder_is_followed_after_its_time_and_a_live_one_is_not() {
    let board = Memory::default();
    let (mut one, mut two) = (reservation(&board, "one"), reservation(&board, "two"));
    one.attempt().unwrap();
    for _ in 0..10 {
        assert!(is_busy(&two.attempt().unwrap()));
        passes(Duration::from_secs(20));
        assert_eq!(one.renew(), Ok(true));
    }
    assert!(is_busy(&two.attempt().unwrap()), "seen changed just now");
    passes(Duration::from_secs(29));
    assert!(is_busy(&two.attempt().unwrap()));
    passes(Duration::from_secs(1));
    assert_eq!(two.attempt(), Ok(Attempt::Held(Fence(2))));
    assert_eq!(one.renew(), Ok(false), "the slow holder learns it");
    assert_eq!(one.release(), Ok(()));
    assert_eq!(two.renew(), Ok(true), "and takes nothing from the one after it");
}

#[test]
fn a_write_without_an_answer_is_known_again() {
    for fault in ["lose", "twice"] {
        let board = Memory::default();
        let inject = || {
            let mut inner = board.0.lock().unwrap();
            (inner.lose, inner.twice) = (fault == "lose", fault == "twice");
        };
        let mut one = reservation(&board, "one");
        inject();
        let first = one.attempt();
        assert_eq!(first.is_err(), fault == "lose");
        assert_eq!(one.attempt(), Ok(Attempt::Held(Fence(1))));
        inject();
        let renewed = one.renew();
        assert_eq!(renewed.is_err(), fault == "lose");
        assert_eq!(one.renew(), Ok(true));
        let mut two = reservation(&board, "two");
        assert!(is_busy(&two.attempt().unwrap()));
    }
}

#[test]
fn what_stands_there_and_is_no_lease_is_taken_over_in_time() {
    let board = Memory::default();
    board.0.lock().unwrap().stands = Some((b"torn".to_vec(), 77));
    let mut one = reservation(&board, "one");
    assert!(matches!(one.attempt(), Ok(Attempt::Busy { .. })));
    passes(Duration::from_secs(30));
    assert_eq!(one.attempt(), Ok(Attempt::Held(Fence(1))));
}

#[test]
fn of_many_at_once_one_holds() {
    for _ in 0..20 {
        let board = Memory::default();
        let held = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    let mut reservation = reservation(&board, "one");
                    scope.spawn(move || {
                        let held = matches!(reservation.attempt(), Ok(Attempt::Held(_)));
                        std::mem::forget(reservation); // a process that dies gives nothing up
                        held
                    })
                })
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).filter(|held| *held).count()
        });
        assert_eq!(held, 1);
    }
}

#[test]
fn a_lease_with_a_flipped_bit_is_none() {
    let lease = Lease {
        owner: "me".to_owned(),
        nonce: nonce(),
        fence: Fence(7),
        sequence: 3,
        ttl: Duration::from_secs(30),
        since: Time(5),
        released: true,
    };
    let bytes = lease.encode();
    assert_eq!(Lease::decode(&bytes), Some(lease));
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Lease::decode(&flipped), None);
    }
}
