//! The language server: what the command line says, live in an editor.
//!
//! ```text
//! stdin ─> shell ─> tower-lsp ─> Frontend ─ events ─> main loop, which owns the state
//!                                                        │  snapshots
//!                                                        v
//!                                                   other threads: analysis, statuses
//! stdout <───────── tower-lsp <─ answers, Client <───────┘
//! ```
//!
//! tower-lsp and the protocol's types are known within this module only, and no state outside of `main_loop`.

mod capabilities;
mod client;
mod code;
mod debug;
mod documents;
mod edits;
mod event;
mod findings;
mod frontend;
mod handlers;
mod last_good;
mod live;
mod log;
mod main_loop;
mod own;
mod polls;
mod progress;
mod protocol;
mod published;
mod refresh;
mod settings;
mod shell;
mod snapshot;
mod stores;
mod text;
mod uri;
mod view;
mod watch;
mod wide;
mod worker;

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::analysis::parallel::STACK;

use shell::exit::Exit;

pub use log::Log;

/// Serves the editor at the other end of standard input and output, until it is done or gone. The result says whether it took leave
/// properly (`shutdown`, then `exit`).
///
/// # Errors
///
/// The system gives no threads.
pub fn serve(log: Option<&Path>) -> io::Result<bool> {
    let log = match log {
        Some(path) => Log::to_file(path)?,
        None => Log::to_stderr(),
    };
    let worker = worker::start(log.clone())?;
    let last = log.clone();
    let panics = log.clone();
    // Not to standard error: nobody may read it, and what is written there would wait.
    std::panic::set_hook(Box::new(move |panic| panics.line(&panic.to_string())));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // One message after the other, without another thread to be woken up for each of its steps: what takes long is done elsewhere.
        .worker_threads(1)
        // Requests are answered on its threads too, and parsers recurse.
        .thread_stack_size(STACK)
        .enable_all()
        .build()?;
    let proper = runtime.block_on(async {
        let exit = Exit::default();
        let ends = exit.clone();
        let start = move |client| main_loop::start(client, ends, log, worker);
        let served = shell::serve(shell::stdio::input(), shell::stdio::output(), exit.clone(), start);
        // On the worker's thread like all else.
        tokio::spawn(served).await.unwrap_or(false)
    });
    // Work that nobody waits for any more must not hold the process.
    runtime.shutdown_timeout(Duration::ZERO);
    last.wait();
    Ok(proper)
}
