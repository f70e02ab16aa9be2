//! The thread that finds out: it owns what is kept from one state of the code to the next, and works on one state at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use crate::analysis::parallel::STACK;

use super::event::{Event, Sender};
use super::live::Live;
use super::log::Log;
use super::snapshot::Snapshot;
use super::view::View;

/// A state to find out about.
pub struct Job {
    /// The state.
    pub snapshot: Snapshot,
    /// Whether all files of the workspace are to be read before anybody asks.
    pub index: bool,
    /// Where goes what is found.
    pub events: Sender,
    /// What was found before and nobody needs any more.
    pub spent: Option<Arc<View>>,
}

/// What came of reading the workspace.
#[derive(Clone, Copy, Debug)]
pub struct Indexed {
    /// How many files it has.
    pub files: usize,
    /// How long it took.
    pub seconds: f64,
}

/// Starts the thread, which ends when what is returned is dropped.
///
/// # Errors
///
/// The system gives no thread.
pub fn start(log: Log) -> std::io::Result<mpsc::Sender<Job>> {
    let (sender, jobs) = mpsc::channel();
    thread::Builder::new().name("live".to_owned()).stack_size(STACK).spawn(move || run(&jobs, &log))?;
    Ok(sender)
}

fn run(jobs: &Receiver<Job>, log: &Log) {
    let mut live = Live::default();
    for Job { snapshot, index, events, spent } in jobs {
        if index {
            let started = Instant::now();
            let files = catch_unwind(AssertUnwindSafe(|| live.index(&snapshot))).unwrap_or_else(|_| {
                log.line("the workspace could not be read: please report this");
                live = Live::default();
                0
            });
            let _ = events.send(Event::Indexed(Indexed { files, seconds: started.elapsed().as_secs_f64() }));
        }
        let found = catch_unwind(AssertUnwindSafe(|| live.view(snapshot.clone())));
        let found = found.unwrap_or_else(|_| {
            log.line("a state of the code could not be understood: please report this");
            // Whatever it was, it must not be kept.
            live = Live::default();
            View::nothing(snapshot)
        });
        if events.send(Event::Answered(Arc::new(found))).is_err() {
            // Without the loop there is nobody to hear it.
            return;
        }
        // Here, where it was made, and while nobody waits.
        drop(spent);
    }
}
