//! What the server does, for whoever has to find out why: a line an event, to standard error (which editors show in a channel of their
//! own) or to a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Where lines go. Clones write to the same place.
#[derive(Clone)]
pub struct Log {
    to: Arc<Mutex<Box<dyn Write + Send>>>,
    since: Instant,
}

impl Log {
    /// To standard error.
    pub fn to_stderr() -> Self {
        Self::to(Box::new(io::stderr()))
    }

    /// To the end of a file, which is made if need be.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn to_file(path: &Path) -> io::Result<Self> {
        let file: File = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self::to(Box::new(file)))
    }

    fn to(to: Box<dyn Write + Send>) -> Self {
        Self { to: Arc::new(Mutex::new(to)), since: Instant::now() }
    }

    /// Writes a line, with the seconds since the start. What can't be written is lost: a log must not stop the work.
    pub fn line(&self, text: &str) {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(to, "{:9.3} {text}", self.since.elapsed().as_secs_f64());
        let _ = to.flush();
    }

    /// Seconds since the start.
    pub fn uptime(&self) -> f64 {
        self.since.elapsed().as_secs_f64()
    }
}
