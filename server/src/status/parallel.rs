//! Work on all cores, taken in order: a walk's output must not depend on which file was done first.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::analysis::parallel::{STACK, cores};

/// How far a worker may be ahead of what was taken: what bounds the memory when one item takes long.
const WINDOW: usize = 256;

/// Applies `work` to every item on all cores and hands the results to `take` on this thread, in the order of the items,
/// each as soon as all before it were taken. `take` may end it early.
pub fn ordered<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<()>,
) {
    let gate = Gate::default();
    let next = AtomicUsize::new(0);
    let workers = cores().min(items.len());
    let run = |sender: mpsc::Sender<(usize, R)>| {
        let _open = OpenOnPanic(&gate);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return };
            if gate.wait(at).is_break() || sender.send((at, work(item))).is_err() {
                return;
            }
        }
    };
    let run = &run;
    thread::scope(|scope| {
        // Opens the gate however this ends, so that no worker waits for a thread that is gone.
        let _open = OpenOnDrop(&gate);
        let (sender, results) = mpsc::channel();
        let mut started = 0;
        for _ in 0..workers {
            let sender = sender.clone();
            let spawned = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || run(sender));
            started += usize::from(spawned.is_ok());
        }
        drop(sender);
        if started == 0 {
            // No thread to be had: slower, but done.
            let _ = items.iter().try_for_each(|item| take(work(item)));
            return;
        }
        let mut early = BTreeMap::new();
        let mut taken = 0;
        for (at, result) in results {
            early.insert(at, result);
            while let Some(result) = early.remove(&taken) {
                taken += 1;
                gate.advance(taken);
                if take(result).is_break() {
                    return;
                }
            }
        }
    });
}

/// Wakes those who wait after so many results: fewer than the window, so that nobody waits for ever.
const WAKE: usize = WINDOW / 4;

/// How many results were taken, or `usize::MAX` when it is over.
#[derive(Default)]
struct Gate {
    taken: AtomicUsize,
    waiting: Mutex<()>,
    moved: Condvar,
}

impl Gate {
    /// Waits until item `at` may be worked on; breaks when it is over.
    fn wait(&self, at: usize) -> ControlFlow<()> {
        let is_far = || self.taken.load(Ordering::Acquire).saturating_add(WINDOW) <= at;
        if is_far() {
            let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            drop(self.moved.wait_while(waiting, |()| is_far()));
        }
        if self.taken.load(Ordering::Acquire) == usize::MAX {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn advance(&self, to: usize) {
        self.taken.fetch_max(to, Ordering::AcqRel);
        if to.is_multiple_of(WAKE) || to == usize::MAX {
            // With the lock, so that none who has just looked misses it.
            let _waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            self.moved.notify_all();
        }
    }
}

struct OpenOnDrop<'a>(&'a Gate);

impl Drop for OpenOnDrop<'_> {
    fn drop(&mut self) {
        self.0.advance(usize::MAX);
    }
}

struct OpenOnPanic<'a>(&'a Gate);

impl Drop for OpenOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.advance(usize::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let mut results = Vec::new();
        ordered(items, work, |result| {
            results.push(result);
            ControlFlow::Continue(())
        });
        results
    }

    #[test]
    fn results_come_in_order_and_none_is_lost() {
        let items: Vec<usize> = (0..5000).collect();
        let slow_first = |&item: &usize| {
            if item % 97 == 0 {
                thread::yield_now();
            }
            item * 2
        };
        assert_eq!(all(&items, slow_first), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(all(&[] as &[usize], slow_first).is_empty());
    }

    #[test]
    fn no_worker_runs_further_ahead_than_the_window() {
        let items: Vec<usize> = (0..WINDOW * 4).collect();
        let taken = AtomicUsize::new(0);
        let furthest = AtomicUsize::new(0);
        let work = |&item: &usize| {
            furthest.fetch_max(item.saturating_sub(taken.load(Ordering::SeqCst)), Ordering::SeqCst);
        };
        ordered(&items, work, |()| {
            taken.fetch_add(1, Ordering::SeqCst);
            ControlFlow::Continue(())
        });
        // `taken` here lags by the one that is being taken.
        assert!(furthest.into_inner() <= WINDOW, "memory would grow with the number of files");
    }

    #[test]
    fn ends_early_without_waiting_for_anyone() {
        let items: Vec<usize> = (0..WINDOW * 4).collect();
        let mut seen = 0;
        ordered(
            &items,
            |&item| item,
            |_| {
                seen += 1;
                if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!(seen, 3);
    }

    #[test]
    #[should_panic(expected = "scoped thread panicked")]
    fn a_panic_is_passed_on_instead_of_hanging() {
        let items: Vec<usize> = (0..WINDOW * 4).collect();
        all(&items, |&item| assert_ne!(item, 1, "meant to panic"));
    }
}
