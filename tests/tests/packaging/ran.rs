//! Programs that are run, with all that they said in the message of a failure.

use std::path::PathBuf;
use std::process::Command;

use tasklens_tests::setup;

/// The `tasklens` of this build.
pub const TASKLENS: &str = env!("CARGO_BIN_EXE_tasklens-under-test");

/// Runs a command that has to succeed and returns what it printed.
pub fn ran(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} can't be run: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} ended with {}\n{out}{err}", output.status);
    out.into_owned()
}

/// A program of the set-up; without it the test is skipped, visibly.
pub fn tool(name: &str) -> Option<PathBuf> {
    let found = setup::packaging(name);
    if found.is_none() {
        setup::skip(&format!("{name} is not installed"));
    }
    found
}

/// A program of the system; without it the test is skipped, visibly.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file());
    if found.is_none() {
        setup::skip(&format!("{name} is not on PATH"));
    }
    found
}
