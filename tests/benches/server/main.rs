//! How soon the server answers, beside `ruff server`: from a keystroke to fresh lenses, and from the same keystroke to fresh
//! diagnostics; and how soon it is ready in a large workspace, beside `ruff check --no-cache` of it.
//!
//! ```text
//! python3 tests/setup.py
//! cargo bench -p tasklens-tests --bench server
//! ```
//!
//! Both servers are real processes over their pipes, and each keystroke goes to one and then to the other, so that what else the
//! machine does meets both. Edits leave the code whole. Kinds of places are told apart, for what other code can hear of an edit
//! differs: numbers, comments and new lines in functions, arguments of decorators, constants, parameters; and, apart from those, imports and
//! what all tasks of a file have from their environment.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a benchmark prints")]

mod client;
mod typing;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use tasklens_tests::large::{self, project};
use tasklens_tests::rng::Rng;
use tasklens_tests::setup;

use client::Server;
use typing::{Place, document, keystroke};

/// Documents by their lines, with how many keystrokes of each kind: the slowest hundredth is to be more than a few of them.
const DOCUMENTS: [(usize, usize); 2] = [(1000, 2000), (10_000, 1000)];
/// How many of those that reach far.
const FAR: usize = 200;
const FILES: usize = 10_000;
const WITH_TASKS: usize = 100;
/// For the memory: as many edits of one document.
const MANY: usize = 100_000;

fn main() {
    let ruff = setup::ruff();
    if ruff.is_none() {
        setup::skip("no ruff to compare with");
    }
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs = |name: &str| chosen.is_empty() || chosen.iter().any(|one| one == name);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (lines, count) in DOCUMENTS {
        if runs("keystroke") {
            keystrokes(&root.join(lines.to_string()), lines, (&Place::NEAR, count), ruff.as_deref());
        }
        if runs("far") {
            keystrokes(&root.join(format!("far{lines}")), lines, (&Place::FAR, FAR), ruff.as_deref());
        }
    }
    if runs("ready") {
        ready(&root.join("large"), ruff.as_deref());
    }
    if runs("memory") {
        memory(&root.join("memory"));
    }
}

/// Times of many keystrokes of each kind, of both servers in turn.
fn keystrokes(root: &Path, lines: usize, (places, count): (&[Place], usize), ruff: Option<&Path>) {
    let text = document(lines);
    project(root, &[("pipe.py", &text)]);
    let mut ours = Server::start(&under_test(), root, "textDocument/codeLens");
    let mut theirs = ruff.map(|ruff| Server::start(ruff, root, "textDocument/diagnostic"));
    let uri = format!("file://{}/pipe.py", root.display());
    for server in std::iter::once(&mut ours).chain(&mut theirs) {
        server.open(&uri, &text);
        assert!(!server.ask(&uri).is_null());
    }
    let mut rng = Rng::new(7);
    let mut text: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let mut version = 1;
    for &place in places {
        let (mut mine, mut other) = (Vec::new(), Vec::new());
        for _ in 0..count {
            version += 1;
            let change = keystroke(&mut text, place, &mut rng);
            mine.push(ours.keystroke(&uri, version, &change));
            if let Some(theirs) = &mut theirs {
                other.push(theirs.keystroke(&uri, version, &change));
            }
        }
        let of = |times| {
            let (half, most) = percentiles(times);
            format!("p50 {half:7.2} ms  p99 {most:7.2} ms")
        };
        let beside = if other.is_empty() { String::new() } else { format!("   ruff  {}", of(other)) };
        println!("{lines:6} lines, {:11}  tasklens  {}{beside}", place.name(), of(mine));
    }
}

/// From the start of the process to the lenses of a document, which say what calls them in all files.
fn ready(root: &Path, ruff: Option<&Path>) {
    let files = large::files(FILES, WITH_TASKS);
    let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    project(root, &named);
    let (name, text) = &files[0];
    let uri = format!("file://{}/{name}", root.display());
    let mut best = Duration::MAX;
    let mut resident = 0;
    for _ in 0..5 {
        let started = Instant::now();
        let mut server = Server::start(&under_test(), root, "textDocument/codeLens");
        server.open(&uri, text);
        assert!(!server.ask(&uri).is_null());
        best = best.min(started.elapsed());
        resident = server.resident();
    }
    println!("{FILES} files: tasklens ready after {:.0} ms, {} MB resident", best.as_secs_f64() * 1e3, resident >> 10);
    let Some(ruff) = ruff else { return };
    let check = || {
        let started = Instant::now();
        let check = Command::new(ruff).args(["check", "--no-cache", "--quiet"]).current_dir(root).output().unwrap();
        assert!(check.status.code().is_some_and(|code| code < 2));
        started.elapsed()
    };
    let best = (0..5).map(|_| check()).min().unwrap();
    println!("{FILES} files: ruff check --no-cache takes {:.0} ms", best.as_secs_f64() * 1e3);
}

/// What the server holds after many edits.
fn memory(root: &Path) {
    let text = document(300);
    project(root, &[("pipe.py", &text)]);
    let mut server = Server::start(&under_test(), root, "textDocument/codeLens");
    let uri = format!("file://{}/pipe.py", root.display());
    server.open(&uri, &text);
    server.ask(&uri);
    let mut rng = Rng::new(7);
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for version in 2..MANY + 2 {
        if version % (MANY / 10) == 2 {
            println!("{:6} edits: {} MB resident", version - 2, server.resident() >> 10);
            // The text itself must not grow.
            lines = text.split('\n').map(str::to_owned).collect();
            let document = json!({"uri": uri, "version": version});
            server.notify(
                "textDocument/didChange",
                &json!({"textDocument": document, "contentChanges": [{"text": text}]}),
            );
            continue;
        }
        let change = keystroke(&mut lines, Place::Body, &mut rng);
        let document = json!({"uri": uri, "version": version});
        server.notify("textDocument/didChange", &json!({"textDocument": document, "contentChanges": [change]}));
        if version % 20 == 0 {
            server.ask(&uri);
        }
    }
    server.ask(&uri);
    println!("{MANY:6} edits: {} MB resident", server.resident() >> 10);
}

/// The half and the 99th part of a hundred, in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    (at(50), at(99))
}

fn under_test() -> PathBuf {
    env!("CARGO_BIN_EXE_tasklens-under-test").into()
}
