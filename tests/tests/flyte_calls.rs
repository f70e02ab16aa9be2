//! Holds the keys that `tasklens status` tells of calls in source code against those that the real SDK computes when it runs that code, for
//! `tests/flyte/calls`, under each CPython for which `tests/setup.py` installed the SDK.
//!
//! Guards the promise: every key that is shown is the SDK's for that very line, and every call whose key isn't shown is marked as one
//! of which only a run can tell. Marks stand at the end of the line:
//!
//! - `# tasklens: unknown ok`: only running Python could tell;
//! - `# tasklens: not run`: the call is known, but this program doesn't come to it.
//!
//! `TASKLENS_CASES=loops` runs only the files whose path contains that.

#![allow(clippy::expect_used, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tasklens_tests::setup::{self, Setup, root};

const UNKNOWN_OK: &str = "# tasklens: unknown ok";
const NOT_RUN: &str = "# tasklens: not run";

#[test]
fn every_call_has_the_key_of_the_sdk_or_none() {
    let pythons = Setup::load().flyte;
    if pythons.is_empty() {
        return setup::skip("the SDK");
    }
    let mut wrong = Vec::new();
    for (minor, python) in pythons {
        // Programs and files of this run alone: both sides look at the same folder, and its home holds no cache.
        let home = tempfile::tempdir().expect("a folder");
        let folder = std::fs::canonicalize(home.path()).expect("the folder is there");
        std::fs::create_dir_all(folder.join("project")).expect("a folder is made");
        let files = copy(&folder.join("project"));
        let ours = ours(&folder, &minor);
        let sdk = sdk(&python, &folder, &files);
        let mut tally = Tally::default();
        for file in &files {
            compare(file, &ours, &sdk[file.to_string_lossy().as_ref()], &mut tally);
        }
        let Tally { equal, calls, unknown, wrong: differ } = tally;
        let lines = calls.len();
        eprintln!(
            "Python {minor}: {equal} keys of {lines} calls equal, {} unknown, {} wrong",
            unknown.len(),
            differ.len()
        );
        unknown.iter().for_each(|line| eprintln!("  unknown: {line}"));
        wrong.extend(differ.into_iter().map(|line| format!("  {minor} {line}")));
        let all = std::env::var_os("TASKLENS_CASES").is_none();
        assert!(!all || equal >= 300, "fewer than 300 keys were compared");
    }
    assert!(wrong.is_empty(), "not what the SDK says:\n{}", wrong.join("\n"));
}

#[derive(Default)]
struct Tally {
    /// Keys of the SDK that we say for the same line.
    equal: usize,
    /// The places of calls of which some key was compared.
    calls: std::collections::BTreeSet<String>,
    unknown: Vec<String>,
    wrong: Vec<String>,
}

/// A key, of a task at a line.
type Key = (String, Option<u64>, String);

fn compare(file: &Path, ours: &BTreeMap<String, Vec<Key>>, sdk: &Value, tally: &mut Tally) {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let source = std::fs::read_to_string(file).expect("the file is there");
    let marked = |line: Option<u64>, mark: &str| {
        let line = line.and_then(|line| source.lines().nth(usize::try_from(line).ok()? - 1));
        line.is_some_and(|line| line.contains(mark))
    };
    let none = Vec::new();
    let ours = ours.get(&name).unwrap_or(&none);
    let theirs = sdk.as_array().expect("the SDK's calls");
    let is_same = |our: &Key, their: &Value| {
        our.0 == their["task"] && our.2 == their["key"] && (their["line"].is_null() || our.1 == their["line"].as_u64())
    };
    for our in ours {
        let line = our.1.unwrap_or_default();
        if theirs.iter().any(|their| is_same(our, their)) {
            tally.calls.insert(format!("{name}:{line} {}", our.0));
        } else if !marked(our.1, NOT_RUN) {
            let errors =
                theirs.iter().filter(|their| their["line"].as_u64() == our.1).filter_map(|one| one["error"].as_str());
            let errors: Vec<&str> = errors.collect();
            tally.wrong.push(format!("{name}:{line} {}: the SDK has no key {} here {errors:?}", our.0, our.2));
        }
    }
    let mut seen: Vec<&Value> = Vec::new();
    for their in theirs.iter().filter(|their| their["key"].is_string()) {
        if seen.contains(&their) {
            continue;
        }
        seen.push(their);
        let line = their["line"].as_u64();
        let place = format!("{name}:{} {}", line.unwrap_or_default(), their["task"].as_str().unwrap_or_default());
        if ours.iter().any(|our| is_same(our, their)) {
            tally.equal += 1;
        } else if marked(line, UNKNOWN_OK) {
            tally.unknown.push(place);
        } else {
            tally.wrong.push(format!("{place}: unknown without need"));
        }
    }
}

/// The cases, copied to a project of their own.
fn copy(project: &Path) -> Vec<PathBuf> {
    let wanted = std::env::var("TASKLENS_CASES").unwrap_or_default();
    let cases = std::fs::read_dir(root().join("tests/flyte/calls")).expect("the cases are there").flatten();
    let mut files = Vec::new();
    for case in cases.map(|case| case.path()).filter(|path| path.extension().is_some_and(|suffix| suffix == "py")) {
        let copy = project.join(case.file_name().unwrap_or_default());
        if copy.to_string_lossy().contains(&wanted) {
            std::fs::copy(&case, &copy).expect("a case is copied");
            files.push(copy);
        }
    }
    files.sort();
    files
}

/// What `tasklens status` says, by file: the keys of its calls.
fn ours(folder: &Path, minor: &str) -> BTreeMap<String, Vec<Key>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
    command.current_dir(folder.join("project")).env("HOME", folder);
    let done =
        command.args(["status", "--all", "--format", "json", "--python", minor]).output().expect("tasklens runs");
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let mut found: BTreeMap<String, Vec<Key>> = BTreeMap::new();
    for task in report["tasks"].as_array().into_iter().flatten() {
        for known in task["known_inputs"].as_array().into_iter().flatten() {
            let (Some(name), Some(key)) = (task["task"].as_str(), known["key"].as_str()) else { continue };
            for place in known["places"].as_array().into_iter().flatten() {
                let file = place["file"].as_str().unwrap_or_default().to_owned();
                found.entry(file).or_default().push((name.to_owned(), place["line"].as_u64(), key.to_owned()));
            }
        }
    }
    found
}

/// What the SDK computes, by file.
fn sdk(python: &Path, home: &Path, files: &[PathBuf]) -> Value {
    let script = root().join("tests/flyte/calls.py");
    let mut command = Command::new(python);
    command.arg(script).args(files).env("HOME", home).env("TZ", "UTC").env("PYTHONDONTWRITEBYTECODE", "1");
    let done = command.current_dir(home).output().expect("the SDK's Python runs");
    let err = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "calls.py fails: {err}");
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("{error}: {err}"))
}
