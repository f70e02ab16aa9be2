//! Task caching for Rust programs: look up, reserve, compute, publish.
//!
//! A [`Task`] is what a program's function is to the cache: a name, a scope, a cache spec as in Flyte's guide
//! ([`CacheSpec`](crate::policy::CacheSpec)), and the version that its policies make. A [`Call`] is a task with inputs. [`Engine::run`]
//! answers it from the store or computes it, and says which, and why.
//!
//! **What the engine never does:** it fails no computation because of the store, loses no result that was computed, and serves
//! nothing that was not checked. A reservation (`serialize`) saves money; what is right never rests on it.
//!
//! A call that leads to itself is not made to wait for itself: it computes without a reservation. That is seen on one stack, also across
//! `await`. A computation that asks for its own key on another thread or task and waits for the answer waits for ever, unless the wait is
//! bounded ([`RunOptions::wait_limit`]).
//!
//! One state machine (the private module `drive`) serves blocking and asynchronous callers.

mod above;
mod beat;
mod drive;
mod explain;
mod flight;
mod options;
mod report;
mod runtime;
mod sync;
mod task;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::drive::{Codec, drive};
use self::flight::Flights;
use crate::key::native::Key;
use crate::store::Store;

pub use self::explain::{Nearest, explain};
pub use self::options::{Cancel, OnWait, RunOptions, Waiting};
pub use self::report::{Outcome, Published, Report, Reserved, Run, RunError, Status, Why};
pub use self::task::{Call, Task, TaskError};

/// Answers calls from a store, or computes them. Cheap to clone; clones share what goes on in this process.
///
/// ```
/// use std::sync::Arc;
/// use cache_core::engine::{Engine, RunOptions, Task};
/// use cache_core::policy::CacheArguments;
/// use cache_core::store::local::LocalStore;
///
/// let folder = tempfile::tempdir()?;
/// let engine = Engine::new(Arc::new(LocalStore::open(folder.path())?)).producer("docs");
/// let spec = CacheArguments { version_override: Some("1".to_owned()), ..CacheArguments::new("auto") };
/// let square = Task::new("square", spec.check()?)?;
///
/// let mut computed = 0;
/// for _ in 0..2 {
///     let call = square.call().input("x", 3);
///     let outcome = engine.run(&call, &RunOptions::default(), |_| {
///         computed += 1;
///         Ok::<_, std::io::Error>(3 * 3)
///     })?;
///     assert_eq!(outcome.value, 9);
/// }
/// assert_eq!(computed, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    store: Arc<dyn Store>,
    producer: String,
    flights: Arc<Flights<Key>>,
}

impl Engine {
    /// An engine on a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, producer: String::new(), flights: Arc::default() }
    }

    /// As whom entries and reservations name this program: `train on host-7 (4711)`.
    pub fn producer(self, producer: &str) -> Self {
        Self { producer: producer.to_owned(), ..self }
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The result of a call, served or computed. It is kept as MessagePack, of any type that serde knows both ways.
    ///
    /// # Errors
    ///
    /// [`RunError`]: the computation's own error, or the end of a wait that was bounded. Never the store's: what happened there
    /// is in the outcome's report.
    pub fn run<T, E>(
        &self,
        call: &Call,
        options: &RunOptions,
        compute: impl FnOnce(&Run) -> Result<T, E>,
    ) -> Result<Outcome<T>, RunError<E>>
    where
        T: Serialize + DeserializeOwned,
    {
        let compute = |run: Run| std::future::ready(compute(&run));
        runtime::block_on(drive::<runtime::Blocking, _, _, _, _>(
            self.clone(),
            call.clone(),
            options.clone(),
            packed(),
            compute,
        ))
    }

    /// The same for a result that is bytes.
    ///
    /// # Errors
    ///
    /// As [`Engine::run`].
    pub fn run_bytes<E>(
        &self,
        call: &Call,
        options: &RunOptions,
        compute: impl FnOnce(&Run) -> Result<Vec<u8>, E>,
    ) -> Result<Outcome<Vec<u8>>, RunError<E>> {
        let compute = |run: Run| std::future::ready(compute(&run));
        runtime::block_on(drive::<runtime::Blocking, _, _, _, _>(
            self.clone(),
            call.clone(),
            options.clone(),
            plain(),
            compute,
        ))
    }

    /// [`Engine::run`] on a tokio runtime: the store works on its threads for blocking work, and waiting blocks nobody. A future
    /// that is dropped gives up its place and its reservation.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use cache_core::engine::{Engine, RunOptions, Task};
    /// # use cache_core::policy::CacheArguments;
    /// # use cache_core::store::local::LocalStore;
    /// # let folder = tempfile::tempdir()?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    /// # runtime.block_on(async {
    /// let engine = Engine::new(Arc::new(LocalStore::open(folder.path())?));
    /// let spec = CacheArguments { version_override: Some("1".to_owned()), ..CacheArguments::new("auto") };
    /// let call = Task::new("square", spec.check()?)?.call().input("x", 3);
    /// let outcome = engine
    ///     .run_async(&call, &RunOptions::default(), |_| async { Ok::<_, std::io::Error>(3 * 3) })
    ///     .await?;
    /// assert_eq!(outcome.value, 9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Engine::run`].
    #[cfg(feature = "tokio")]
    pub fn run_async<T, E, C, F>(
        &self,
        call: &Call,
        options: &RunOptions,
        compute: C,
    ) -> impl Future<Output = Result<Outcome<T>, RunError<E>>> + use<T, E, C, F>
    where
        T: Serialize + DeserializeOwned,
        C: FnOnce(Run) -> F,
        F: Future<Output = Result<T, E>>,
    {
        drive::<runtime::Tokio, _, _, _, _>(self.clone(), call.clone(), options.clone(), packed(), compute)
    }

    /// The same for a result that is bytes.
    ///
    /// # Errors
    ///
    /// As [`Engine::run`].
    #[cfg(feature = "tokio")]
    pub fn run_bytes_async<E, C, F>(
        &self,
        call: &Call,
        options: &RunOptions,
        compute: C,
    ) -> impl Future<Output = Result<Outcome<Vec<u8>>, RunError<E>>> + use<E, C, F>
    where
        C: FnOnce(Run) -> F,
        F: Future<Output = Result<Vec<u8>, E>>,
    {
        drive::<runtime::Tokio, _, _, _, _>(self.clone(), call.clone(), options.clone(), plain(), compute)
    }
}

/// Results as MessagePack, with the fields' names, so that a type may get another field.
fn packed<T: Serialize + DeserializeOwned>() -> Codec<T> {
    Codec {
        encode: |value| rmp_serde::to_vec_named(value).map_err(|error| error.to_string()),
        decode: |bytes| rmp_serde::from_slice(&bytes).map_err(|error| error.to_string()),
    }
}

/// Results as they are.
fn plain() -> Codec<Vec<u8>> {
    Codec { encode: |value| Ok(value.clone()), decode: Ok }
}

#[cfg(test)]
mod tests;
