//! Holds what `tasklens hash` says of task files against what the real SDK makes of them, for `tests/flyte/cases` (a table:
//! each file is about one rule) and for `examples`, under each CPython for which `tests/setup.py` installed the SDK.
//!
//! Guards the promise: every field that is shown equals the SDK's, and what is not known has a reason. Where that is fine
//! the case says so, by a comment in the task's first lines, before any blank one:
//!
//! - `# tasklens: unknown ok`: only running Python could tell;
//! - `interface unknown ok`: the interface hash is null, since only Python could tell a type;
//! - `# tasklens: not made`: the import doesn't make this task (another branch, a function that is never called).
//!
//! `TASKLENS_CASES=forms/wrapped` runs only the files whose path contains that.

#![allow(clippy::expect_used, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tasklens_tests::setup::{self, Setup, root};

const UNKNOWN_OK: &str = "# tasklens: unknown ok";
const INTERFACE_UNKNOWN_OK: &str = "interface unknown ok";
const NOT_MADE: &str = "# tasklens: not made";

/// The fields that must be equal, whatever the task is.
const FIELDS: [&str; 9] =
    ["task", "environment", "behavior", "version", "version_override", "serialize", "salt", "inputs", "ignored_inputs"];

#[test]
fn every_task_equals_the_sdk_or_is_unknown_with_a_reason() {
    let pythons = Setup::load().flyte;
    if pythons.is_empty() {
        return setup::skip("the SDK");
    }
    let files = task_files();
    let are_all = std::env::var_os("TASKLENS_CASES").is_none();
    for (python, Interfaces { equal, .. }) in hold_against_the_sdk(&files, &pythons) {
        assert!(!are_all || equal >= 600, "Python {python}: only {equal} interface hashes are known");
    }
}

/// Projects at random, of which everything can be known: no task may be unknown, unless the SDK fails on it too.
#[test]
fn every_generated_task_equals_the_sdk() {
    hold_generated_against_the_sdk("generate.py", "flyte-generated");
}

/// Signatures at random: nine of ten interfaces are known.
#[test]
fn generated_signatures_equal_the_sdk() {
    let interfaces = hold_generated_against_the_sdk("signatures.py", "flyte-generated-signatures");
    for (python, Interfaces { equal, refused, unknown }) in interfaces {
        let known = equal + refused;
        assert!(known >= unknown.len() * 9, "Python {python}: {known} interfaces known, {} not", unknown.len());
    }
}

fn hold_generated_against_the_sdk(script: &str, folder: &str) -> BTreeMap<String, Interfaces> {
    let mut pythons = Setup::load().flyte;
    let count = if setup::long() { 2_000 } else { 40 };
    if !setup::long() {
        // The rules of a spec are no matter of the Python; its dumps are compared elsewhere.
        pythons = pythons.into_iter().rev().take(1).collect();
    }
    let Some(python) = pythons.values().next() else {
        setup::skip("the SDK");
        return BTreeMap::new();
    };
    let folder = setup::home().join(folder);
    // What an earlier run left there may be of another generator.
    let _ = std::fs::remove_dir_all(&folder);
    let script = root().join("tests/flyte").join(script);
    let status = Command::new(python).arg(script).args(["--count", &count.to_string()]).arg(&folder).status();
    assert!(status.is_ok_and(|status| status.success()), "the generator fails");
    let mut files = Vec::new();
    python_files(&folder, &mut files);
    files.sort();
    hold_against_the_sdk(&files, &pythons)
}

/// Compares under each Python, and says how it went with the interfaces.
fn hold_against_the_sdk(files: &[String], pythons: &BTreeMap<String, PathBuf>) -> BTreeMap<String, Interfaces> {
    let mut wrong = String::new();
    let mut interfaces = BTreeMap::new();
    for (minor, python) in pythons {
        let sdk = describe(python, files);
        let exact = sdk.values().find_map(|answer| answer["python"].as_str()).unwrap_or(minor).to_owned();
        let ours = hash(&exact, files);
        let mut tally = Tally::default();
        for (file, answer) in &sdk {
            compare_file(file, answer, &ours, &mut tally);
        }
        let (equal, unknown, differ) = (tally.equal, tally.unknown.len(), tally.wrong.len());
        eprintln!("Python {exact}: {equal} tasks equal, {unknown} unknown, {differ} wrong");
        tally.unknown.iter().for_each(|line| eprintln!("  unknown: {line}"));
        let Interfaces { equal, refused, unknown } = &tally.interfaces;
        eprintln!("  interfaces: {equal} equal, {refused} refused as by the SDK, {} unknown", unknown.len());
        unknown.iter().for_each(|line| eprintln!("    unknown: {line}"));
        interfaces.insert(exact.clone(), tally.interfaces);
        tally.wrong.iter().for_each(|line| writeln!(wrong, "  {exact} {line}").expect("a string takes any text"));
    }
    assert!(wrong.is_empty(), "not what the SDK says:\n{wrong}");
    interfaces
}

#[derive(Default)]
struct Interfaces {
    equal: usize,
    refused: usize,
    unknown: Vec<String>,
}

#[derive(Default)]
struct Tally {
    interfaces: Interfaces,
    equal: usize,
    unknown: Vec<String>,
    wrong: Vec<String>,
}

/// What `tasklens hash` said, by file.
#[derive(Default)]
struct Ours {
    tasks: BTreeMap<String, Vec<Value>>,
    problems: BTreeMap<String, Vec<String>>,
}

fn compare_file(file: &str, sdk: &Value, ours: &Ours, tally: &mut Tally) {
    let path = root().join(file);
    let source = std::fs::read_to_string(&path).unwrap_or_default();
    let is_of_this_file = |task: &&Value| task["override"] == false && Path::new(text(&task["file"])) == path;
    let ours_here: Vec<&Value> = ours.tasks.get(file).into_iter().flatten().collect();
    let mut found_lines = Vec::new();
    for task in items(&sdk["tasks"]).filter(is_of_this_file) {
        let at = format!("{file}:{} {}", task["line"], text(&task["task"]));
        let candidates = find(task, &ours_here);
        let results: Vec<_> = candidates
            .iter()
            .map(|our| {
                let marked = is_marked(&source, our, UNKNOWN_OK) || is_marked(&source, task, UNKNOWN_OK);
                compare_task(task, our, marked)
            })
            .collect();
        found_lines.extend(candidates.iter().map(|our| &our["line"]));
        if let Some(our) = candidates.first() {
            let marked = is_marked(&source, our, INTERFACE_UNKNOWN_OK) || is_marked(&source, our, UNKNOWN_OK);
            match compare_interface(task, our, marked || !is_about_types(file)) {
                Ok(Interface::Equal) => tally.interfaces.equal += 1,
                Ok(Interface::Refused) => tally.interfaces.refused += 1,
                Ok(Interface::Unknown(reason)) => tally.interfaces.unknown.push(format!("{at}: {reason}")),
                Err(difference) => tally.wrong.push(format!("{at}: {difference}")),
            }
        }
        // Where the code picks one of several environments at run time, one of the alternatives is it.
        match results.into_iter().min_by_key(|result| (result.is_err(), matches!(result, Ok(Some(_))))) {
            None => tally.wrong.push(format!("{at}: not found")),
            Some(Ok(None)) => tally.equal += 1,
            Some(Ok(Some(reason))) => tally.unknown.push(format!("{at}: {reason}")),
            Some(Err(difference)) => tally.wrong.push(format!("{at}: {difference}")),
        }
    }
    let left: Vec<&Value> = ours_here.into_iter().filter(|our| !found_lines.contains(&&our["line"])).collect();
    let failed = sdk["error"]["message"].as_str();
    for our in &left {
        if our["version"].is_string() && (failed.is_some() || !is_marked(&source, our, NOT_MADE)) {
            tally.wrong.push(format!("{file}:{} {}: the SDK makes no such task", our["line"], text(&our["task"])));
        }
    }
    if let Some(message) = failed {
        // The words of a syntax error are the parser's, and a module that is missing is not the SDK's to explain.
        let needle = match text(&sdk["error"]["type"]) {
            "SyntaxError" => "SyntaxError",
            "ModuleNotFoundError" => message.split('\'').nth(1).unwrap_or(message),
            _ => message,
        };
        let reasons = left.iter().filter_map(|our| our["unknown"].as_str());
        let problems = ours.problems.get(file).into_iter().flatten().map(String::as_str);
        if !reasons.chain(problems).any(|reason| reason.contains(needle)) {
            tally.wrong.push(format!("{file}: the import raises, which is not said: {message}"));
        }
    }
}

/// Of our tasks those that the SDK's task may be: by name and line, by line, by name, by function; alternatives of one
/// definition stand on one line.
fn find<'a>(sdk: &Value, ours: &[&'a Value]) -> Vec<&'a Value> {
    let equal = |fields: &[&str]| -> Vec<&'a Value> {
        ours.iter().copied().filter(|our| fields.iter().all(|field| our[*field] == sdk[*field])).collect()
    };
    let groups = [&["task", "line"][..], &["line"], &["task"], &["function"]];
    let found = groups.iter().map(|fields| equal(fields)).find(|found| !found.is_empty());
    // Behind a decorator that isn't known, neither name nor line are.
    found.unwrap_or_else(|| ours.iter().copied().filter(|our| our["task"].is_null()).take(1).collect())
}

/// `Ok(None)` if all is equal, `Ok(Some(why))` if something is unknown where that is fine.
fn compare_task(sdk: &Value, our: &Value, may_be_unknown: bool) -> Result<Option<String>, String> {
    let mut differences = Vec::new();
    let mut unknown = our["unknown"].as_str().map(str::to_owned);
    let our_task_is_unknown = our["task"].is_null() && unknown.is_some();
    if unknown.is_some() != our["version"].is_null() {
        differences.push(format!("version {} but unknown {}", our["version"], our["unknown"]));
    }
    for field in FIELDS {
        let (theirs, our) = (&sdk[field], &our[field]);
        // A container outside of environments has none, and the function behind a decorator is shown as it was written.
        if our == theirs || (field == "environment" && theirs.is_null()) {
            continue;
        }
        // Behind a decorator that isn't known, nothing of the task is.
        let no_task = field == "inputs" && our_task_is_unknown;
        if (our.is_null() && (unknown.is_some() || may_be_unknown)) || no_task {
            unknown.get_or_insert_with(|| format!("{field} is not known"));
        } else {
            differences.push(format!("{field} is {theirs}, not {our}"));
        }
    }
    let ages = (our["max_age_seconds"].as_f64(), sdk["max_age_seconds"].as_f64());
    if unknown.is_none() && ages.0 != ages.1 && !(may_be_unknown && ages.0.is_none()) {
        differences.push(format!("max_age is {}, not {}", sdk["max_age_seconds"], our["max_age_seconds"]));
    }
    if unknown.is_none() && sdk["behavior"] != "disable" && our["policies"] != sdk["policies"] {
        differences.push(format!("policies are {}, not {}", sdk["policies"], our["policies"]));
    }
    // Where the SDK itself fails to make a version, unknown is the right answer.
    match unknown {
        _ if !differences.is_empty() => Err(differences.join("; ")),
        Some(reason) if !may_be_unknown && !sdk["version"].is_null() && !names_policy(sdk, &reason) => {
            Err(format!("unknown without need: {reason}"))
        }
        unknown => Ok(unknown),
    }
}

/// Whether each unknown interface of a file needs a reason of its own.
fn is_about_types(file: &str) -> bool {
    file.contains("/types/") || file.contains("generated")
}

/// What became of an interface hash.
enum Interface {
    Equal,
    /// The SDK has none.
    Refused,
    Unknown(String),
}

fn compare_interface(sdk: &Value, our: &Value, may_be_unknown: bool) -> Result<Interface, String> {
    let reason = our["interface_unknown"].as_str();
    match (sdk["interface_hash"].as_str(), our["interface_hash"].as_str()) {
        (Some(theirs), Some(ours)) if theirs == ours => Ok(Interface::Equal),
        (theirs, Some(ours)) => Err(format!("interface_hash is {theirs:?}, not {ours}; {}", sdk["interface_error"])),
        (_, None) if reason.is_none() => Err("no interface_hash, and no reason".to_owned()),
        (None, None) => Ok(Interface::Refused),
        (Some(_), None) if may_be_unknown => Ok(Interface::Unknown(reason.unwrap_or_default().to_owned())),
        (Some(_), None) => Err(format!("interface unknown without need: {}", reason.unwrap_or_default())),
    }
}

/// Whether a reason is that a policy of the task's is Python code.
fn names_policy(sdk: &Value, reason: &str) -> bool {
    items(&sdk["policies"]).any(|policy| reason == format!("{} runs Python", text(policy)))
}

/// Whether a marker stands in the lines from a task's first to the next blank one.
fn is_marked(source: &str, task: &Value, marker: &str) -> bool {
    let line = task["line"].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(1);
    let lines = source.lines().skip(line.saturating_sub(1));
    lines.take_while(|line| !line.trim().is_empty()).any(|line| line.contains(marker))
}

/// The case files and the examples, relative to the repository, with `/`.
fn task_files() -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["tests/flyte/cases", "examples"] {
        python_files(&root().join(folder), &mut files);
    }
    let wanted = std::env::var("TASKLENS_CASES").unwrap_or_default();
    files.retain(|file| file.contains(&wanted));
    files.sort();
    files
}

fn python_files(folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            python_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            let relative = path.strip_prefix(root()).unwrap_or(&path);
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// What the SDK makes of the files.
fn describe(python: &Path, files: &[String]) -> BTreeMap<String, Value> {
    let script = root().join("tests/flyte/describe.py");
    let output = run(Command::new(python).arg(script).arg("-"), files);
    let answers = output.lines().map(|line| serde_json::from_str(line).expect("describe.py prints JSON lines"));
    answers.map(|answer: Value| (text(&answer["file"]).to_owned(), answer)).collect()
}

/// What Tasklens makes of the files.
fn hash(python: &str, files: &[String]) -> Ours {
    let program = env!("CARGO_BIN_EXE_tasklens-under-test");
    let output = run(Command::new(program).args(["hash", "--format", "json", "--python", python, "-"]), files);
    let answer: Value = serde_json::from_str(&output).expect("`tasklens hash --format json` prints JSON");
    let mut ours = Ours::default();
    for task in items(&answer["tasks"]) {
        ours.tasks.entry(text(&task["file"]).to_owned()).or_default().push(task.clone());
    }
    for problem in items(&answer["problems"]) {
        ours.problems.entry(text(&problem["file"]).to_owned()).or_default().push(text(&problem["message"]).to_owned());
    }
    ours
}

/// Runs a program on a list of files and returns what it prints.
fn run(command: &mut Command, files: &[String]) -> String {
    let mut child = command
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    let mut stdin = child.stdin.take().expect("stdin was asked for");
    let list = files.join("\n");
    let feeder = std::thread::spawn(move || stdin.write_all(list.as_bytes()));
    let output = child.wait_with_output().expect("the child's output can be read");
    feeder.join().expect("the feeder does not panic").expect("the child reads its list");
    String::from_utf8(output.stdout).expect("the child prints UTF-8")
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}
