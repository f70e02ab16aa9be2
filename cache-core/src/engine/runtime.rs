//! What blocking and asynchronous callers differ in, and nothing else: how a store is asked, and how time passes.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
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
        let until = Instant::now() + most;
        Box::pin(poll_fn(
            move |context| {
                if Instant::now() >= until { Poll::Ready(()) } else { wait.as_mut().poll(context) }
            },
        ))
    }
}

#[cfg(feature = "tokio")]
impl Runtime for Tokio {
    fn blocking<R: Send + 'static>(work: Box<dyn FnOnce() -> R + Send>) -> Task<R> {
        Box::pin(async move {
            match tokio::task::spawn_blocking(work).await {
                Ok(answer) => answer,
                // Not cancelled, since its handle was kept: it panicked, and goes on doing so here.
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        })
    }

    fn within(wait: Task<()>, most: Duration) -> Task<()> {
        // Which of both it was, the caller sees by itself.
        Box::pin(async move {
            let _ = tokio::time::timeout(most, wait).await;
        })
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
