//! Reservations: of several callers that would compute one key, one does.
//!
//! They save money; what is right never rests on them. A holder that dies loses its reservation, one that is merely slow may
//! lose it too, and whoever publishes writes what it computed.

use std::fmt;
use std::time::Duration;

use super::error::StoreError;
use super::time::Time;

/// Counts the holders of a key: a later one has a greater number. Written with the entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(pub u64);

/// One caller's reservation of one key. Given up when it is dropped.
///
/// It is asked again and again: a store answers at once, and never waits for the holder. Between two attempts the caller looks
/// for the entry, and after one that succeeded **once more**, for the holder before may have published meanwhile.
pub trait Reservation: Send {
    /// Tries to take it.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if nobody can say who holds it.
    fn attempt(&mut self) -> Result<Attempt, StoreError>;

    /// How often the holder has to [`renew`](Reservation::renew) it; `None` if it is held as long as the process lives.
    fn heartbeat(&self) -> Option<Duration>;

    /// Says that the holder is still at work. `false` if another has it by now.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that can't be said; the reservation may be lost or not.
    fn renew(&mut self) -> Result<bool, StoreError>;

    /// Gives it up, if it is held.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; others then wait as long as they would for a holder that died.
    fn release(&mut self) -> Result<(), StoreError>;
}

/// The answer to an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The caller holds it.
    Held(Fence),
    /// Another does.
    Busy {
        /// Who.
        holder: Holder,
        /// How long to wait before the next attempt, jitter included.
        again: Duration,
    },
}

/// Who holds a reservation, as far as that is known: for people, never to decide by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// What the holder calls itself.
    pub owner: String,
    /// Since when, by the holder's own clock.
    pub since: Option<Time>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.owner.is_empty() { "another process" } else { &self.owner })?;
        self.since.map_or(Ok(()), |since| write!(f, ", since {since}"))
    }
}
