//! Reservations where there are no locks: a record that its holder keeps alive, on a board that writes by condition.
//!
//! A holder writes a greater sequence again and again; a waiter takes over once it has seen the same record, unchanged, for
//! as long as the record says, **by the waiter's own monotonic clock**: no two clocks are compared, and none can jump. Each
//! holder has a greater fence than the one before.
//!
//! A [`Board`] is all that a store brings: a table with transactions, or a bucket with conditional writes. It may answer late
//! or not at all; a write of which the outcome is unknown is looked at again, by the nonce that only its writer knows.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

use prost::Message;

use super::error::StoreError;
use super::reservation::{Attempt, Fence, Holder, Reservation};
use super::time::{Clock, Time};

/// A lease of one key, as it stands on a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What the holder calls itself.
    pub owner: String,
    /// What only the holder's reservation has.
    pub nonce: u64,
    /// Counts the holders of the key.
    pub fence: Fence,
    /// Counts the holder's writes.
    pub sequence: u64,
    /// For how long it is good without another write.
    pub ttl: Duration,
    /// Since when it is held, by the holder's clock: for people.
    pub since: Time,
    /// Whether it was given up. It stays as a record, so that fences go on counting.
    pub released: bool,
}

/// What stands on a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<V> {
    /// The lease; `None` if what stands there can't be read as one.
    pub lease: Option<Lease>,
    /// Of which version it is.
    pub version: V,
}

/// Where one key's lease stands: read and written as a whole, by condition.
pub trait Board: Send {
    /// Tells two writes of the record apart: an ETag, a counter.
    type Version: Clone + PartialEq + Send;

    /// What stands there, if anything does.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn read(&mut self) -> Result<Option<Standing<Self::Version>>, StoreError>;

    /// Writes if what stands there is of that version (`None`: nothing stands there), and answers with the new version;
    /// `None` if something else stands there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; whether it was written is unknown then.
    fn write(&mut self, lease: &Lease, over: Option<&Self::Version>) -> Result<Option<Self::Version>, StoreError>;
}

/// How leases are timed.
#[derive(Clone, Debug)]
pub struct Timing {
    /// For how long a lease is good without a write; a holder writes three times as often.
    pub ttl: Duration,
    /// The longest pause between two attempts of a waiter.
    pub poll: Duration,
    /// The wall clock, for what people read.
    pub clock: Clock,
    /// The monotonic clock that waiters go by.
    pub monotonic: fn() -> Instant,
}

/// A reservation on a board.
#[derive(Debug)]
pub struct LeaseReservation<B: Board> {
    board: B,
    owner: String,
    nonce: u64,
    timing: Timing,
    held: Option<(Lease, B::Version)>,
    /// The version that was seen last, and when first.
    seen: Option<(B::Version, Instant)>,
    /// How many attempts met another holder.
    tries: u32,
}

impl Default for Timing {
    fn default() -> Self {
        let (ttl, poll) = (Duration::from_secs(30), Duration::from_secs(2));
        Self { ttl, poll, clock: Clock::default(), monotonic: Instant::now }
    }
}

/// A number that nobody else has: the standard library seeds its hashers from the system's randomness.
pub fn nonce() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A pause of full jitter: anything up to `most`, but never none.
pub fn jitter(most: Duration) -> Duration {
    let most = u64::try_from(most.as_micros()).unwrap_or(u64::MAX).max(1);
    Duration::from_micros(nonce() % most + 1)
}

impl<B: Board> LeaseReservation<B> {
    /// A reservation that is not taken yet.
    pub fn new(board: B, owner: &str, timing: Timing) -> Self {
        Self { board, owner: owner.to_owned(), nonce: nonce(), timing, held: None, seen: None, tries: 0 }
    }

    /// Takes it over what stands there, if that still does.
    fn take(&mut self, fence: u64, over: Option<&B::Version>) -> Result<Attempt, StoreError> {
        let lease = Lease {
            owner: self.owner.clone(),
            nonce: self.nonce,
            fence: Fence(fence),
            sequence: 0,
            ttl: self.timing.ttl,
            since: self.timing.clock.now(),
            released: false,
        };
        match self.board.write(&lease, over)? {
            Some(version) => Ok(self.hold(lease, version)),
            // Perhaps it is our own write that is in the way: one that was sent twice and answered once.
            None => match self.board.read()? {
                Some(Standing { lease: Some(there), version }) if self.is_ours(&there) => Ok(self.hold(there, version)),
                there => Ok(self.wait(there.and_then(|there| there.lease))),
            },
        }
    }

    fn is_ours(&self, lease: &Lease) -> bool {
        lease.nonce == self.nonce && !lease.released
    }

    fn hold(&mut self, lease: Lease, version: B::Version) -> Attempt {
        let fence = lease.fence;
        self.held = Some((lease, version));
        (self.seen, self.tries) = (None, 0);
        Attempt::Held(fence)
    }

    fn wait(&mut self, lease: Option<Lease>) -> Attempt {
        self.tries = self.tries.saturating_add(1);
        let holder =
            lease.map_or_else(Holder::default, |lease| Holder { owner: lease.owner, since: Some(lease.since) });
        // From a fiftieth of the longest pause on, twice as long each time.
        let longest = (self.timing.poll / 50 * 2_u32.saturating_pow(self.tries)).min(self.timing.poll);
        Attempt::Busy { holder, again: jitter(longest) }
    }

    /// Writes the held lease anew; whether it is still ours.
    fn rewrite(&mut self, released: bool) -> Result<bool, StoreError> {
        let Some((lease, mut version)) = self.held.clone() else { return Ok(false) };
        let next = Lease { sequence: lease.sequence + 1, released, ..lease };
        // Twice: an earlier write of ours, of which no answer came, may stand in the way once.
        for _ in 0..2 {
            if let Some(version) = self.board.write(&next, Some(&version))? {
                self.held = (!released).then_some((next, version));
                return Ok(true);
            }
            match self.board.read()? {
                Some(Standing { lease: Some(there), version }) if there == next => {
                    self.held = (!released).then_some((next, version));
                    return Ok(true);
                }
                Some(Standing { lease: Some(there), version: now }) if self.is_ours(&there) => version = now,
                _ => break,
            }
        }
        self.held = None;
        Ok(false)
    }
}

impl<B: Board> Reservation for LeaseReservation<B> {
    fn attempt(&mut self) -> Result<Attempt, StoreError> {
        if let Some((lease, _)) = &self.held {
            return Ok(Attempt::Held(lease.fence));
        }
        let Some(Standing { lease, version }) = self.board.read()? else {
            return self.take(1, None);
        };
        let fence = lease.as_ref().map_or(1, |lease| lease.fence.0.saturating_add(1));
        match &lease {
            Some(lease) if lease.released => return self.take(fence, Some(&version)),
            // A write of ours of which no answer came.
            Some(lease) if self.is_ours(lease) => return Ok(self.hold(lease.clone(), version)),
            _ => {}
        }
        let now = (self.timing.monotonic)();
        match &self.seen {
            Some((seen, since)) if *seen == version => {
                // A record's word counts, but not for ever.
                let ttl = lease.as_ref().map_or(self.timing.ttl, |lease| lease.ttl.min(LONGEST_TTL));
                if now.saturating_duration_since(*since) >= ttl {
                    return self.take(fence, Some(&version));
                }
            }
            _ => self.seen = Some((version, now)),
        }
        Ok(self.wait(lease))
    }

    fn heartbeat(&self) -> Option<Duration> {
        Some(self.timing.ttl / 3)
    }

    fn renew(&mut self) -> Result<bool, StoreError> {
        self.rewrite(false)
    }

    fn release(&mut self) -> Result<(), StoreError> {
        self.rewrite(true).map(|_| ())
    }
}

impl<B: Board> Drop for LeaseReservation<B> {
    fn drop(&mut self) {
        // Whoever waits does so until the lease runs out, if this fails.
        let _ = self.release();
    }
}

/// No lease is good for longer without a write, whatever it says.
const LONGEST_TTL: Duration = Duration::from_secs(600);

const MAGIC: &[u8; 4] = b"TLL1";
const CONTEXT: &str = "tasklens cache-core 2026-11 lease v1";

#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(string, tag = "1")]
    owner: String,
    #[prost(fixed64, tag = "2")]
    nonce: u64,
    #[prost(uint64, tag = "3")]
    fence: u64,
    #[prost(uint64, tag = "4")]
    sequence: u64,
    #[prost(uint64, tag = "5")]
    ttl_ms: u64,
    #[prost(uint64, tag = "6")]
    since_ms: u64,
    #[prost(bool, tag = "7")]
    released: bool,
}

impl Lease {
    /// The bytes that stand on a board: `TLL1`, a protobuf message, and its BLAKE3 under a context of its own.
    pub fn encode(&self) -> Vec<u8> {
        let message = Record {
            owner: self.owner.clone(),
            nonce: self.nonce,
            fence: self.fence.0,
            sequence: self.sequence,
            ttl_ms: u64::try_from(self.ttl.as_millis()).unwrap_or(u64::MAX),
            since_ms: self.since.0,
            released: self.released,
        }
        .encode_to_vec();
        [&MAGIC[..], &message, &blake3::derive_key(CONTEXT, &message)].concat()
    }

    /// The lease of such bytes; `None` for any others.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let body = bytes.strip_prefix(MAGIC)?;
        let (message, checksum) = body.split_at_checked(body.len().checked_sub(32)?)?;
        if checksum != blake3::derive_key(CONTEXT, message) {
            return None;
        }
        let record = Record::decode(message).ok()?;
        Some(Self {
            owner: record.owner,
            nonce: record.nonce,
            fence: Fence(record.fence),
            sequence: record.sequence,
            ttl: Duration::from_millis(record.ttl_ms),
            since: Time(record.since_ms),
            released: record.released,
        })
    }
}

#[cfg(test)]
mod tests;
