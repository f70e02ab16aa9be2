//! What `tasklens check` costs beside `ruff check --no-cache --select F`, of one project in one run: 10,000 files of which 100 hold tasks.
//!
//! ```text
//! python3 tests/setup.py
//! cargo bench -p tasklens-tests --bench check
//! ```
//!
//! The two take turns, as processes from start to end, so that what else the machine does meets both. Printed are the best rounds and
//! their ratio, and on Linux the ratio of processor time.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a benchmark prints")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tasklens_tests::large::{files, project};
use tasklens_tests::setup;

const FILES: usize = 10_000;
const WITH_TASKS: usize = 100;
const ROUNDS: usize = 9;

fn main() {
    let Some(ruff) = setup::ruff() else { return setup::skip("no ruff to compare with") };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let files = files(FILES, WITH_TASKS);
    let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    project(&root, &named);
    println!("{FILES} files, {:.1} MB, {WITH_TASKS} with tasks", megabytes(&files));
    let ours = Path::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
    let cases: [(&str, &[&str]); 3] =
        [("check", &["check"]), ("check --select all", &["check", "--select", "all"]), ("check, no git", &["check"])];
    for (name, arguments) in cases {
        if name.ends_with("no git") {
            std::fs::remove_dir_all(root.join(".git")).unwrap();
        }
        let (mut mine, mut theirs) = (Took::default(), Took::default());
        for _ in 0..ROUNDS {
            mine.round(ours, arguments, &root);
            theirs.round(&ruff, &["check", "--no-cache", "--select", "F", "--quiet"], &root);
        }
        println!(
            "{name:20} {:7.1} ms, ruff {:7.1} ms: {:.2} of ruff's time, {:.2} of its processor time",
            mine.best.as_secs_f64() * 1e3,
            theirs.best.as_secs_f64() * 1e3,
            mine.best.as_secs_f64() / theirs.best.as_secs_f64(),
            mine.processor / theirs.processor
        );
    }
}

/// What the rounds of a program took.
struct Took {
    best: Duration,
    /// Of all rounds, in seconds; not a number where the system doesn't tell.
    processor: f64,
}

impl Default for Took {
    fn default() -> Self {
        Self { best: Duration::MAX, processor: 0.0 }
    }
}

impl Took {
    fn round(&mut self, program: &Path, arguments: &[&str], root: &Path) {
        let (before, started) = (processor(), Instant::now());
        let output = Command::new(program).args(arguments).current_dir(root).output().unwrap();
        self.best = self.best.min(started.elapsed());
        self.processor += processor() - before;
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The processor time of all programs that have ended, in seconds.
fn processor() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which is in brackets: the 14th and 15th field of waited-for children, in hundredths.
    let fields: Vec<&str> = status.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(13) + ticks(14)) / 100.0
}

fn megabytes(files: &[(String, String)]) -> f64 {
    files.iter().map(|(_, text)| text.len()).sum::<usize>() as f64 / 1e6
}
