//! What the server does, for whoever has to find out why: a line an event, to standard error (which editors show in a channel of their
//! own) or to a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How many lines may wait for being written.
const WAITING: usize = 1000;

/// How long the last lines may take.
const LAST_LINES: Duration = Duration::from_millis(100);

/// What the thread that writes is told.
enum Said {
    Line(String),
    /// Everything before it is written: to be said so.
    Tell(SyncSender<()>),
}

/// Where lines go. Clones write to the same place.
#[derive(Clone)]
pub struct Log {
    lines: SyncSender<Said>,
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

    /// Lines are written by a thread of their own: an editor may read none, and then the pipe is full.
    fn to(mut to: Box<dyn Write + Send>) -> Self {
        let (lines, said) = sync_channel(WAITING);
        thread::spawn(move || {
            for said in said {
                let _ = match said {
                    Said::Line(line) => to.write_all(line.as_bytes()).and_then(|()| to.flush()),
                    Said::Tell(whom) => whom.send(()).map_err(io::Error::other),
                };
            }
        });
        Self { lines, since: Instant::now() }
    }

    /// Writes a line, with the seconds since the start. What can't be written is lost: a log must not stop the work.
    pub fn line(&self, text: &str) {
        let line = format!("{:9.3} {text}\n", self.since.elapsed().as_secs_f64());
        let _ = self.lines.try_send(Said::Line(line));
    }

    /// Waits until everything is written, if that doesn't take too long.
    pub fn wait(&self) {
        let (told, written) = sync_channel(1);
        if self.lines.try_send(Said::Tell(told)).is_ok() {
            let _ = written.recv_timeout(LAST_LINES);
        }
    }

    /// Seconds since the start.
    pub fn uptime(&self) -> f64 {
        self.since.elapsed().as_secs_f64()
    }
}
