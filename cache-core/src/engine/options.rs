//! What a caller may ask of one run.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::key::native::Key;
use crate::store::Holder;

/// How one call is run.
#[derive(Clone, Default)]
pub struct RunOptions {
    /// Compute even where there is an entry, and put the result in its place.
    pub overwrite_cache: bool,
    /// Neither read nor write the cache.
    pub disable_run_cache: bool,
    /// Wait for another holder of the reservation at most so long.
    pub wait_limit: Option<Duration>,
    /// Ends the wait from elsewhere.
    pub cancel: Option<Cancel>,
    /// Is told of every wait, again and again while it lasts.
    pub on_wait: Option<OnWait>,
}

/// Called with each wait, while it lasts.
pub type OnWait = Arc<dyn Fn(&Waiting) + Send + Sync>;

/// A wait for another that computes the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For which key.
    pub key: Key,
    /// Who computes it, since when.
    pub holder: Holder,
    /// Whether that is a caller in this process.
    pub in_process: bool,
    /// For how long this caller has waited.
    pub waited: Duration,
}

/// Ends waits. Clones are one; what computes is not ended.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Ends every wait of a run that has this in its options, within some milliseconds.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether that was said.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions")
            .field("overwrite_cache", &self.overwrite_cache)
            .field("disable_run_cache", &self.disable_run_cache)
            .field("wait_limit", &self.wait_limit)
            .finish_non_exhaustive()
    }
}
