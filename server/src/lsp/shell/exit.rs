//! The end of the server: asked for by the editor's `exit`, or because the editor is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

/// How often the editor is looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Asks for the end, and waits for it. Clones are the same.
#[derive(Clone, Debug)]
pub struct Exit {
    asked: watch::Sender<bool>,
    shut_down: Arc<AtomicBool>,
}

impl Default for Exit {
    fn default() -> Self {
        Self { asked: watch::Sender::new(false), shut_down: Arc::default() }
    }
}

impl Exit {
    /// Ends the server.
    pub fn ask(&self) {
        self.asked.send_replace(true);
    }

    /// Waits until the end is asked for.
    pub async fn asked(&self) {
        // It fails only when there is no sender left, and this is one.
        let _ = self.asked.subscribe().wait_for(|asked| *asked).await;
    }

    /// Takes note that the editor has asked for `shutdown`.
    pub fn shut_down(&self) {
        self.shut_down.store(true, Ordering::Relaxed);
    }

    /// Whether the editor has asked for `shutdown`.
    pub fn was_shut_down(&self) -> bool {
        self.shut_down.load(Ordering::Relaxed)
    }

    /// Ends the server when the process `id` is gone: an editor that was killed may leave its end of the pipe to others that
    /// it started, and then it never closes.
    pub async fn with_process(self, id: u32) {
        while is_alive(id) {
            tokio::select! {
                () = self.asked() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        self.ask();
    }
}

/// Whether a process is there. One that may not be asked after is.
#[cfg(unix)]
fn is_alive(id: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
    pid.is_none_or(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// Elsewhere the end of the pipe has to do.
#[cfg(not(unix))]
fn is_alive(_: u32) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::process::{Command, id};

    use super::is_alive;

    #[test]
    fn a_process_is_alive_until_it_is_waited_for() {
        assert!(is_alive(id()));
        let mut child = Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        assert!(!is_alive(child.id()));
    }
}
