//! The single flight of one process: of several callers of one key, one has the turn.
//!
//! Waiting is asynchronous; who blocks brings a waker that unparks its thread. A turn ends when it is dropped, whatever ended
//! its holder, and everyone who waits is woken: each looks for the result before it asks for the turn.

use std::collections::HashMap;
use std::hash::Hash;
use std::task::{Context, Poll, Waker};

use super::sync::{Arc, Mutex};

/// Turns that are taken, with those who wait for their end.
pub(super) struct Flights<K>(Mutex<HashMap<K, Flight>>);

#[derive(Default)]
struct Flight {
    /// Tells two flights of one key apart that follow each other.
    number: u64,
    waiting: Vec<Waker>,
}

/// The turn of one key. Ends when it is dropped.
pub(super) struct Turn<K: Hash + Eq> {
    flights: Arc<Flights<K>>,
    key: K,
}

/// The end of a flight that somebody else has the turn of.
#[derive(Clone)]
pub(super) struct Landing<K> {
    flights: Arc<Flights<K>>,
    key: K,
    number: u64,
}

impl<K> Default for Flights<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Hash + Eq + Clone> Flights<K> {
    /// The turn, or the end of the flight of whoever has it.
    pub(super) fn turn(of: &Arc<Self>, key: &K, number: u64) -> Result<Turn<K>, Landing<K>> {
        let mut flights = lock(&of.0);
        if let Some(flight) = flights.get(key) {
            return Err(Landing { flights: Arc::clone(of), key: key.clone(), number: flight.number });
        }
        flights.insert(key.clone(), Flight { number, waiting: Vec::new() });
        Ok(Turn { flights: Arc::clone(of), key: key.clone() })
    }
}

impl<K: Hash + Eq> Landing<K> {
    /// Whether that flight has ended.
    pub(super) fn is_over(&self) -> bool {
        lock(&self.flights.0).get(&self.key).is_none_or(|flight| flight.number != self.number)
    }

    /// Ready once that flight has ended; else the waker is woken when it does.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<()> {
        let mut flights = lock(&self.flights.0);
        match flights.get_mut(&self.key) {
            Some(flight) if flight.number == self.number => {
                if !flight.waiting.iter().any(|known| known.will_wake(context.waker())) {
                    flight.waiting.push(context.waker().clone());
                }
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }
}

impl<K: Hash + Eq> Drop for Turn<K> {
    fn drop(&mut self) {
        let flight = lock(&self.flights.0).remove(&self.key);
        for waker in flight.map(|flight| flight.waiting).unwrap_or_default() {
            waker.wake();
        }
    }
}

/// A map of wakers is as good as before when somebody panicked over it.
fn lock<T>(mutex: &Mutex<T>) -> impl std::ops::DerefMut<Target = T> + '_ {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}
