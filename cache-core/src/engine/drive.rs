//! The state machine of a run. Blocking and asynchronous callers differ in their [`Runtime`] only.
//!
//! ```text
//! look up ──hit──> done
//!    │ miss
//!    │ serialize: the turn in this process, then the store's reservation;
//!    │            who waits for another process looks up again after each pause,
//!    │            who gets both looks up once more
//!    v
//! compute ──> publish ──> release ──> done
//! ```
//!
//! Nothing but the computation's own error, and a wait that was bounded, ends it without a result.

use std::future::{pending, poll_fn};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Engine;
use super::above::{is_above, under};
use super::beat::Held;
use super::explain::explain;
use super::flight::{Flights, Landing, Turn};
use super::options::{RunOptions, Waiting};
use super::report::{Outcome, Published, Report, Reserved, Run, RunError, Status, Why};
use super::runtime::Runtime;
use super::task::Call;
use crate::key::native::Key;
use crate::store::{Attempt, Draft, Fence, Holder, Lookup, Mode, Put, Read, Reservation, Source, Store, StoreError};

/// How results are kept.
pub(super) struct Codec<T> {
    pub(super) encode: fn(&T) -> Result<Vec<u8>, String>,
    pub(super) decode: fn(Vec<u8>) -> Result<T, String>,
}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

/// Whoever waits asks whether it may go on waiting after at most so long.
const PATIENCE: Duration = Duration::from_millis(100);

/// Numbers flights.
static FLIGHTS: AtomicU64 = AtomicU64::new(0);

/// Takes everything by value: the future of a spawned task may borrow nothing.
pub(super) async fn drive<R, T, E, C, F>(
    engine: Engine,
    call: Call,
    options: RunOptions,
    codec: Codec<T>,
    compute: C,
) -> Result<Outcome<T>, RunError<E>>
where
    R: Runtime,
    C: FnOnce(Run) -> F,
    F: Future<Output = Result<T, E>>,
{
    let key = call.key();
    let mut drive = Drive::<R> {
        engine,
        call,
        options,
        key,
        started: Instant::now(),
        waited: Duration::ZERO,
        remarks: Vec::new(),
        runtime: PhantomData,
    };
    let off = match (drive.call.task.enabled, drive.options.disable_run_cache) {
        (false, _) => Some(Why::Disabled),
        (_, true) => Some(Why::RunCacheDisabled),
        _ => None,
    };
    if let Some(why) = off {
        let run = Run { key, why: why.clone(), reserved: Reserved::NotAsked };
        let start = Instant::now();
        let value = compute(run).await.map_err(RunError::Task)?;
        let status = Status::Computed {
            why,
            reserved: Reserved::NotAsked,
            took: start.elapsed(),
            published: Published::NotAsked,
        };
        return Ok(drive.outcome(value, status));
    }
    match drive.reach(codec).await? {
        Reached::Hit(value, manifest) => Ok(drive.outcome(value, Status::Hit(manifest))),
        Reached::Compute(permit) => drive.compute(permit, codec, compute).await,
    }
}

struct Drive<R> {
    engine: Engine,
    call: Call,
    options: RunOptions,
    key: Key,
    started: Instant,
    waited: Duration,
    remarks: Vec<String>,
    runtime: PhantomData<fn() -> R>,
}

/// Where the look-ups and reservations of a run end.
enum Reached<T> {
    Hit(T, Box<crate::store::Manifest>),
    Compute(Permit),
}

/// The right to compute. The reservation ends before the turn, also where all is thrown away: nobody in this process meets its own lock.
struct Permit {
    why: Why,
    reserved: Reserved,
    held: Option<Held>,
    _turn: Option<Turn<Key>>,
}

/// What a look-up found.
enum Looked<T> {
    Hit(T, Box<crate::store::Manifest>),
    Why(Why),
}

impl<R: Runtime> Drive<R> {
    /// Looks up, and waits for the right to compute, until one or the other is there.
    async fn reach<T, E>(&mut self, codec: Codec<T>) -> Result<Reached<T>, RunError<E>> {
        let mut turn: Option<Turn<Key>> = None;
        let mut reservation: Option<Box<dyn Reservation>> = None;
        let mut reserved = Reserved::NotAsked;
        let mut held = None;
        let mut spoilt: Option<String> = None;
        loop {
            let why = if self.options.overwrite_cache {
                Why::Overwrite
            } else {
                match (self.look(codec).await, &spoilt) {
                    (Looked::Hit(value, manifest), _) => {
                        self.give_up(held).await;
                        return Ok(Reached::Hit(value, manifest));
                    }
                    (Looked::Why(Why::Undecodable(reason)), _) => Why::Undecodable(spoilt.insert(reason).clone()),
                    // There is none because an earlier look put it aside.
                    (Looked::Why(Why::Miss { .. }), Some(reason)) => Why::Undecodable(reason.clone()),
                    (Looked::Why(why), _) => why,
                }
            };
            if self.call.task.serialize && reserved == Reserved::NotAsked {
                if let Why::Store(error @ (StoreError::Unreachable { .. } | StoreError::Denied { .. })) = &why {
                    // Whoever can't be asked for entries can't be asked for reservations, and each question may take its time.
                    reserved = self.unreserved(&error.to_string());
                } else if is_above(&self.key) {
                    reserved = self.unreserved("this call is part of its own computation");
                }
            }
            // With the right to compute this was the look after it was taken.
            if !self.call.task.serialize || reserved != Reserved::NotAsked {
                return Ok(Reached::Compute(Permit { _turn: turn, why, reserved, held }));
            }
            if turn.is_none() {
                match Flights::turn(&self.engine.flights, &self.key, FLIGHTS.fetch_add(1, Ordering::Relaxed)) {
                    Ok(taken) => turn = Some(taken),
                    Err(landing) => {
                        self.land(landing).await?;
                        continue;
                    }
                }
            }
            match self.attempt(&mut reservation).await {
                Ok(Attempt::Held(fence)) => {
                    reserved = Reserved::Held(fence);
                    held = reservation.take().map(|reservation| Held::new(reservation, fence, R::detach));
                }
                Ok(Attempt::Busy { holder, again }) => {
                    self.may_wait(holder, false)?;
                    R::within(Box::pin(pending()), again.min(self.left())).await;
                }
                Err(error) => reserved = self.unreserved(&error.to_string()),
            }
        }
    }

    /// Waits until whoever has the turn in this process is done. That one looks into the store; there is no need to do so too.
    async fn land<E>(&mut self, landing: Landing<Key>) -> Result<(), RunError<E>> {
        while !landing.is_over() {
            let holder = Holder { owner: self.engine.producer.clone(), since: None };
            self.may_wait(holder, true)?;
            let landing = landing.clone();
            let landed = poll_fn(move |context| landing.poll(context));
            R::within(Box::pin(landed), PATIENCE.min(self.left())).await;
        }
        Ok(())
    }

    fn unreserved(&mut self, reason: &str) -> Reserved {
        tracing::warn!(key = %self.key, reason, "no reservation: others may compute the same");
        self.remarks.push(format!("not reserved: {reason}"));
        Reserved::Failed(reason.to_owned())
    }

    async fn look<T>(&mut self, codec: Codec<T>) -> Looked<T> {
        let (key, max_age) = (self.key, self.call.task.max_age);
        let found = self.ask(move |store| store.get(&key, Read { max_age })).await;
        let entry = match found {
            Ok(Lookup::Hit(entry)) => *entry,
            Ok(Lookup::Miss(miss)) => return Looked::Why(Why::Miss { miss, nearest: None }),
            Err(error) => {
                tracing::warn!(%key, %error, "the store can't be asked");
                return Looked::Why(Why::Store(error));
            }
        };
        let (manifest, content) = entry.into_parts();
        let bytes = R::blocking(Box::new(move || content.into_bytes())).await;
        match bytes.map_err(|error| error.to_string()).and_then(codec.decode) {
            Ok(value) => {
                tracing::debug!(%key, task = manifest.parts.task, "cache hit");
                Looked::Hit(value, Box::new(manifest))
            }
            Err(reason) => {
                tracing::warn!(%key, reason, "the entry can't be read as the result's type: it is put aside");
                let why = reason.clone();
                if let Err(error) = self.ask(move |store| store.reject(&key, &why)).await {
                    let remark = error.to_string();
                    // Who waits may meet it again and again.
                    if !self.remarks.contains(&remark) {
                        self.remarks.push(remark);
                    }
                }
                Looked::Why(Why::Undecodable(reason))
            }
        }
    }

    /// One attempt at the store's reservation, which is made for the first.
    async fn attempt(&self, kept: &mut Option<Box<dyn Reservation>>) -> Result<Attempt, StoreError> {
        let (key, owner, taken) = (self.key, self.engine.producer.clone(), kept.take());
        let (reservation, attempt) = self
            .ask(move |store| {
                let mut reservation = match taken {
                    Some(reservation) => reservation,
                    None => store.reservation(&key, &owner)?,
                };
                let attempt = reservation.attempt();
                Ok((reservation, attempt))
            })
            .await?;
        *kept = Some(reservation);
        attempt
    }

    /// Tells of a wait; an error if it has to end.
    fn may_wait<E>(&mut self, holder: Holder, in_process: bool) -> Result<(), RunError<E>> {
        self.waited = self.started.elapsed();
        let (waited, options) = (self.waited, &self.options);
        tracing::debug!(key = %self.key, %holder, ?waited, "another computes this");
        if options.cancel.as_ref().is_some_and(super::Cancel::is_cancelled) {
            return Err(RunError::Cancelled { holder });
        }
        if options.wait_limit.is_some_and(|limit| waited >= limit) {
            return Err(RunError::WaitedTooLong { holder, waited });
        }
        if let Some(on_wait) = &options.on_wait {
            on_wait(&Waiting { key: self.key, holder, in_process, waited });
        }
        Ok(())
    }

    /// How long the next pause may be.
    fn left(&self) -> Duration {
        let limit = self.options.wait_limit.unwrap_or(Duration::MAX);
        let most = if self.options.cancel.is_some() { PATIENCE } else { Duration::MAX };
        limit.saturating_sub(self.started.elapsed()).min(most)
    }

    async fn compute<T, E, F>(
        mut self,
        permit: Permit,
        codec: Codec<T>,
        compute: impl FnOnce(Run) -> F,
    ) -> Result<Outcome<T>, RunError<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        // What is named first here goes last.
        let Permit { _turn, why, reserved, held } = permit;
        let why = self.explained(why).await;
        tracing::info!(key = %self.key, task = self.call.parts.task, ?why, "computing");
        let run = Run { key: self.key, why: why.clone(), reserved: reserved.clone() };
        let start = Instant::now();
        let value = match under(self.key, || compute(run)).await {
            Ok(value) => value,
            Err(error) => {
                self.give_up(held).await;
                return Err(RunError::Task(error));
            }
        };
        let took = start.elapsed();
        if held.as_ref().is_some_and(Held::is_lost) {
            tracing::warn!(key = %self.key, "the reservation was lost while this was computed");
            self.remarks
                .push("the reservation was lost while this was computed: another may have done the same".to_owned());
        }
        let published = match (codec.encode)(&value) {
            Ok(bytes) => self.publish(bytes, took, &why, held.as_ref().map(|held| held.fence)).await,
            Err(reason) => Published::Failed(format!("the result can't be serialised: {reason}")),
        };
        if let Published::Failed(reason) = &published {
            tracing::warn!(key = %self.key, reason, "the result is not kept");
        }
        self.give_up(held).await;
        Ok(self.outcome(value, Status::Computed { why, reserved, took, published }))
    }

    async fn publish(&self, bytes: Vec<u8>, took: Duration, why: &Why, fence: Option<Fence>) -> Published {
        let draft = Draft { parts: self.call.parts.clone(), producer: self.engine.producer.clone(), took, fence };
        let mode = match why {
            Why::Overwrite | Why::Undecodable(_) => Mode::Overwrite,
            _ => Mode::Create { max_age: self.call.task.max_age },
        };
        let put = self.ask(move |store| store.put(&draft, Source::Bytes(&bytes), mode)).await;
        match put {
            Ok(put) if put.disagrees() => {
                let Put::Kept { there, ours } = put else { return Published::NotAsked };
                tracing::warn!(key = %self.key, there = %there.digest, %ours, by = there.producer, "two computations disagree");
                Published::Disagrees { there: Box::new(there), ours }
            }
            Ok(Put::Kept { there, .. }) => Published::Kept(Box::new(there)),
            Ok(Put::Stored(manifest)) => Published::Stored(Box::new(manifest)),
            Ok(Put::TooLarge { cap }) => Published::Failed(format!("it is larger than the store's cap of {cap} bytes")),
            Err(error) => Published::Failed(error.to_string()),
        }
    }

    /// A miss with the entry that was nearly it.
    async fn explained(&self, why: Why) -> Why {
        let Why::Miss { miss, .. } = why else { return why };
        let call = self.call.clone();
        let nearest = self.ask(move |store| explain(store, &call)).await.ok().flatten();
        if let Some(nearest) = &nearest {
            tracing::debug!(key = %self.key, %nearest, "the nearest earlier entry");
        }
        Why::Miss { miss, nearest: nearest.map(Box::new) }
    }

    async fn give_up(&mut self, held: Option<Held>) {
        if let Some(held) = held {
            self.remarks.extend(R::blocking(Box::new(move || held.release())).await);
        }
    }

    async fn ask<A: Send + 'static>(&self, question: impl FnOnce(&dyn Store) -> A + Send + 'static) -> A {
        let store = Arc::clone(&self.engine.store);
        R::blocking(Box::new(move || question(&*store))).await
    }

    fn outcome<T>(self, value: T, status: Status) -> Outcome<T> {
        let mut remarks = self.remarks;
        remarks.extend(self.engine.store.remarks());
        Outcome { value, report: Report { key: self.key, status, waited: self.waited, remarks } }
    }
}
