//! A line on a terminal that says how far long work is; silent where no one looks, and for work that is done at once.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Work is long from here on.
const PATIENCE: Duration = Duration::from_millis(400);
/// A line lives at least this long, so that it can be read.
const PACE: Duration = Duration::from_millis(100);

/// The line, on standard error; it goes when this does.
pub struct Progress {
    /// When it may be written next; `None` where standard error is no terminal.
    next: Option<Mutex<Line>>,
}

struct Line {
    next: Instant,
    shown: bool,
}

impl Progress {
    /// Starts the clock.
    pub fn start() -> Self {
        let line = || Mutex::new(Line { next: Instant::now() + PATIENCE, shown: false });
        Self { next: io::stderr().is_terminal().then(line) }
    }

    /// Says how far the work is, if it is time to; may be called as often as one likes, from any thread.
    pub fn say(&self, text: impl FnOnce() -> String) {
        // Someone else is writing: this one isn't missed.
        let Some(Ok(mut line)) = self.next.as_ref().map(Mutex::try_lock) else { return };
        let now = Instant::now();
        if now >= line.next {
            line.next = now + PACE;
            line.shown = true;
            let _ = write!(io::stderr(), "\r\x1b[K{}", text());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Ok(line)) = self.next.as_mut().map(Mutex::get_mut)
            && line.shown
        {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
