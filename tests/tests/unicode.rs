//! Holds the checked-in Unicode tables and digests of `cache_core::python` against the interpreters that there are.
//!
//! The unit tests of that module prove every answer from the digests alone; this proves the digests. Native
//! interpreters only, unless `TASKLENS_LONG` asks for those that come as WebAssembly too.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that can't go on should say where; a skip must be seen"
)]

use std::env;
use std::path::Path;
use std::process::Command;

/// What `generate.py` ends with where no interpreter is set up.
const NOT_SET_UP: i32 = 2;

#[test]
fn the_unicode_digests_are_what_the_interpreters_answer() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("unicode/generate.py");
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !["", "0", "false"].iter().any(|no| value == *no));
    let mut command = Command::new("python3");
    command.arg(script).arg("--check");
    if !is_set("TASKLENS_LONG") {
        command.arg("--native");
    }
    let done = command.output().expect("python3 runs");
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    match done.status.code() {
        Some(NOT_SET_UP) if !is_set("CI") => println!("skipped: {said}"),
        code => assert_eq!(code, Some(0), "{said}"),
    }
}
