//! Work on all cores, for items that don't depend on each other.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The stack of a worker: parsers recurse on deeply nested source.
pub const STACK: usize = 16 << 20;

/// Applies `work` to every item on all cores; the results in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    match threads(items.len()) {
        0 | 1 => items.iter().map(work).collect(),
        threads => on_threads(items, work, threads),
    }
}

/// Like [`map`], for work that may need the [`STACK`] of a worker, be there only one item.
pub fn map_deeply<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    on_threads(items, work, threads(items.len()))
}

fn threads(most: usize) -> usize {
    cores().min(most)
}

/// How many threads run at once. To find that out takes as long as a small file takes to read, for containers' limits are files.
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

fn on_threads<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync, threads: usize) -> Vec<R> {
    if items.is_empty() {
        return Vec::new();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut mine = Vec::with_capacity(items.len() / threads + 1);
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            mine.push((index, work(item)));
        }
        mine
    };
    let done = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker).ok();
        let workers: Vec<_> = (0..threads).filter_map(spawn).collect();
        if workers.is_empty() {
            // No thread to be had: slower, but done.
            return vec![worker()];
        }
        let join = |worker: thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().map(join).collect::<Vec<_>>()
    });
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    for (index, result) in done.into_iter().flatten() {
        if let Some(place) = results.get_mut(index) {
            *place = Some(result);
        }
    }
    results.into_iter().flatten().collect()
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
    #[should_panic(expected = "meant to panic")]
    fn a_panic_is_passed_on() {
        let items: Vec<usize> = (0..1000).collect();
        map(&items, |&item| assert_ne!(item, 1, "meant to panic"));
    }
}
