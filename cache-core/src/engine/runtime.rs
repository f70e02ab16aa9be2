//! What blocking and asynchronous callers differ in, and nothing else: how a store is asked, and how time passes.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
#[cfg(feature = "tokio")]
use std::sync::Mutex;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// A future that borrows nothing. Boxed, so that the compiler can see that whoever awaits it may be sent to another thread: of
/// an opaque type that is generic over closures it can't.
pub(super) type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Where the state machine runs.
pub(super) trait Runtime {
    /// Does work that blocks.
    fn blocking<R: Send + 'static>(work: Box<dyn FnOnce() -> R + Send>) -> Task<R>;

    /// Waits for something to end, for at most so long.
    fn within(wait: Task<()>, most: Duration) -> Task<()>;

    /// Does work that blocks, and of which nobody waits for the end.
    fn detach(work: Box<dyn FnOnce() + Send>);
}

/// On the caller's own thread.
pub(super) struct Blocking;

/// On tokio's.
#[cfg(feature = "tokio")]
pub(super) struct Tokio;

/// Work that waits is looked at again after so long, if nobody wakes it: that is how time passes on a thread of one's own.
const TICK: Duration = Duration::from_millis(5);

impl Runtime for Blocking {
    fn blocking<R: Send + 'static>(work: Box<dyn FnOnce() -> R + Send>) -> Task<R> {
        Box::pin(async move { work() })
    }

    fn within(mut wait: Task<()>, most: Duration) -> Task<()> {
        // Without a moment that it could end at it has no end.
        let until = Instant::now().checked_add(most);
        let is_over = move || until.is_some_and(|until| Instant::now() >= until);
        Box::pin(poll_fn(move |context| if is_over() { Poll::Ready(()) } else { wait.as_mut().poll(context) }))
    }

    fn detach(work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

#[cfg(feature = "tokio")]
impl Runtime for Tokio {
    fn blocking<R: Send + 'static>(work: Box<dyn FnOnce() -> R + Send>) -> Task<R> {
        Box::pin(async move {
            // A runtime that is shutting down throws away what it has not begun: then it is done here, for what was computed is to be kept.
            let work = Arc::new(Mutex::new(Some(work)));
            let there = Arc::clone(&work);
            match tokio::task::spawn_blocking(move || take(&there).map(|work| work())).await {
                Ok(Some(answer)) => answer,
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Ok(None) | Err(_) => match take(&work) {
                    Some(work) => work(),
                    None => std::panic::resume_unwind(Box::new("work was begun and never ended")),
                },
            }
        })
    }

    fn within(wait: Task<()>, most: Duration) -> Task<()> {
        // Which of both it was, the caller sees by itself.
        Box::pin(async move {
            let _ = tokio::time::timeout(most, wait).await;
        })
    }

    fn detach(work: Box<dyn FnOnce() + Send>) {
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(work)),
            Err(_) => work(),
        }
    }
}

#[cfg(feature = "tokio")]
fn take<T>(from: &Mutex<Option<T>>) -> Option<T> {
    match from.lock() {
        Ok(mut found) => found.take(),
        Err(poisoned) => poisoned.into_inner().take(),
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end on this thread.
pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut context) {
            return answer;
        }
        std::thread::park_timeout(TICK);
    }
}
