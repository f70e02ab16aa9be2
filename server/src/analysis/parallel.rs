//! Work on all cores, for items that don't depend on each other.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

/// The stack of a worker: parsers recurse on deeply nested source.
pub const STACK: usize = 16 << 20;

/// Applies `work` to every item on all cores; the results in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    // This thread is one of them.
    on_threads(items, work, threads(items.len()).saturating_sub(1), true)
}

/// Like [`map`], for work that may need the [`STACK`] of a worker, be there only one item.
pub fn map_deeply<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    on_threads(items, work, threads(items.len()), false)
}

/// Does both at once.
pub fn both<A: Send, B>(mut one: impl FnMut() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    let (done, second) = thread::scope(|scope| {
        let started = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &mut one).ok();
        let second = other();
        (started.map(joined), second)
    });
    // Without a thread to be had it is slower, but done.
    (done.unwrap_or_else(one), second)
}

fn joined<A>(started: ScopedJoinHandle<'_, A>) -> A {
    started.join().unwrap_or_else(|panic| resume_unwind(panic))
}

fn threads(most: usize) -> usize {
    cores().min(most)
}

/// How many threads run at once. To find that out takes as long as a small file takes to read, for containers' limits are files.
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

/// The results in order; `threads` are started, beside this one if it `helps`.
fn on_threads<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync, threads: usize, helps: bool) -> Vec<R> {
    /// Neighbours are taken together, unless there are few of them, which may be work of very different lengths.
    const BLOCKS: usize = 64;
    let block = (items.len() / (BLOCKS * (threads + 1))).max(1);
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut mine = Vec::new();
        loop {
            let start = next.fetch_add(block, Ordering::Relaxed);
            let Some(rest) = items.get(start..).filter(|rest| !rest.is_empty()) else { return mine };
            mine.push((start, rest.iter().take(block).map(&work).collect::<Vec<_>>()));
        }
    };
    let mut done = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker).ok();
        let workers: Vec<_> = (0..threads).filter_map(spawn).collect();
        // Without a thread to be had it is slower, but done.
        let mut done = if helps || workers.is_empty() { worker() } else { Vec::new() };
        workers.into_iter().for_each(|worker| done.extend(joined(worker)));
        done
    });
    done.sort_unstable_by_key(|(start, _)| *start);
    let mut results = Vec::with_capacity(items.len());
    done.into_iter().for_each(|(_, more)| results.extend(more));
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_none_is_lost() {
        let items: Vec<usize> = (0..5000).collect();
        let slow_first = |&item: &usize| {
            if item % 97 == 0 {
                thread::yield_now();
            }
            item * 2
        };
        assert_eq!(map(&items, slow_first), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert!(map(&[] as &[usize], slow_first).is_empty());
    }

    #[test]
    fn both_are_done_at_once() {
        // Neither could go on alone.
        let meeting = std::sync::Barrier::new(2);
        let meet = |what| {
            meeting.wait();
            what
        };
        assert_eq!(both(|| meet(1), || meet(2)), (1, 2));
    }

    #[test]
    #[should_panic(expected = "meant to panic")]
    fn a_panic_is_passed_on() {
        let items: Vec<usize> = (0..1000).collect();
        map(&items, |&item| assert_ne!(item, 1, "meant to panic"));
    }
}
