//! Makes the golden data of `cache-core/tests/flyte_keys` again with the SDK that is installed, and compares.
//!
//! Guards that the answers which `cache_core::key` is held against are the SDK's own, under each Python that has it. What the
//! SDK's libraries decide may differ between their versions; there the answers with the oldest ones differ too, and
//! `cache-core` says that it doesn't know.

#![allow(clippy::expect_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tasklens_tests::setup;

#[test]
fn golden_keys_are_those_of_the_installed_sdk() {
    let pythons = pythons();
    if pythons.is_empty() {
        setup::skip("no environment has the SDK");
        return;
    }
    let golden = setup::root().join("cache-core/tests/flyte_keys");
    let cases = read(&golden.join("cases.json"));
    let (newest, oldest) = (read(&golden.join("answers-3.12.json")), read(&golden.join("answers-3.12-oldest.json")));
    let mut wrong = Vec::new();
    for (minor, python) in pythons {
        let made = tempfile::tempdir().expect("a folder for what is made");
        let script = setup::root().join("tests/flyte/keys.py");
        let output = Command::new(&python).arg(script).arg(made.path()).output().expect("the SDK's Python runs");
        assert!(output.status.success(), "{minor}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(read(&made.path().join("cases.json")), cases, "{minor}: make the golden data again");
        let answers = read(&made.path().join(format!("answers-{minor}.json")));
        let golden = golden.join(format!("answers-{minor}.json"));
        if !golden.is_file() {
            eprintln!("no golden data for Python {minor}");
            continue;
        }
        let golden = read(&golden);
        for kind in ["signatures", "calls"] {
            for (index, case) in cases[kind].as_array().into_iter().flatten().enumerate() {
                let depends_on_libraries = newest[kind][index] != oldest[kind][index];
                if answers[kind][index] != golden[kind][index] && !depends_on_libraries {
                    wrong.push(format!(
                        "{minor} {}: {}, not {}",
                        case["text"], answers[kind][index], golden[kind][index]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "the SDK says otherwise:\n  {}", wrong.join("\n  "));
}

/// The Python of each environment that has the SDK, by minor.
fn pythons() -> Vec<(String, PathBuf)> {
    let program = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let venvs = std::fs::read_dir(setup::home().join("flyte")).into_iter().flatten().flatten();
    let mut pythons: Vec<_> = venvs
        .map(|venv| (venv.file_name().to_string_lossy().into_owned(), venv.path().join(program)))
        .filter(|(_, python)| python.is_file())
        .collect();
    pythons.sort();
    pythons
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
