//! What is computed further up on this stack: a call that leads to itself would wait for its own reservation for ever.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;

use crate::key::native::Key;

thread_local! {
    static ABOVE: RefCell<Vec<Key>> = const { RefCell::new(Vec::new()) };
}

/// Whether the caller is part of a computation of that key.
pub(super) fn is_above(key: &Key) -> bool {
    ABOVE.with_borrow(|above| above.contains(key))
}

/// Makes a computation's future and runs it, both as part of the computation of a key. Its thread may change whenever it pauses.
pub(super) async fn under<F: Future>(key: Key, begin: impl FnOnce() -> F) -> F::Output {
    let mut future = pin!(part_of(key, begin));
    poll_fn(move |context| part_of(key, || future.as_mut().poll(context))).await
}

fn part_of<T>(key: Key, work: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            ABOVE.with_borrow_mut(|above| above.pop());
        }
    }
    ABOVE.with_borrow_mut(|above| above.push(key));
    let _leave = Leave;
    work()
}
