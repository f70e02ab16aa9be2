//! The library against real interpreters: one test for each suite and interpreter that is installed.
//!
//! `tests/setup.py` installs them; `TASKLENS_LONG=1` takes whole suites in place of samples. Every test writes its row
//! of the report under `target/tasklens-tests/report/`, which `tests/run.py` prints as a table.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on should say where")]

use cache_core::python::PythonVersion;
use libtest_mimic::{Arguments, Failed, Trial};
use std::sync::Arc;
use tasklens_tests::compare::{self, Tally};
use tasklens_tests::metamorphic::{self, Pair};
use tasklens_tests::oracle::{Answer, File};
use tasklens_tests::report::{self, Bar};
use tasklens_tests::setup::{self, Interpreter, Setup};
use tasklens_tests::{answers, corpus, generated, mutate, recorded, snippets};

fn main() {
    let arguments = Arguments::from_args();
    let setup = Arc::new(Setup::load());
    let mut trials = Vec::new();
    if setup.interpreters.is_empty() {
        trials.push(Trial::test("interpreters", || {
            setup::skip("no interpreters");
            Ok(())
        }));
    }
    if std::env::var_os("TASKLENS_RECORD").is_some() {
        let setup = Arc::clone(&setup);
        trials.push(Trial::test("record", move || record(&setup)));
    }
    for interpreter in &setup.interpreters {
        let chosen = setup.one_for_each_minor().iter().any(|one| one.name() == interpreter.name());
        let mut add = |suite: &'static str, test: fn(&Setup, &Interpreter) -> Result<(), Failed>| {
            let (setup, interpreter) = (Arc::clone(&setup), interpreter.clone());
            trials.push(Trial::test(format!("{suite}::{}", interpreter.name()), move || test(&setup, &interpreter)));
        };
        add("cases", cases);
        add("library", library);
        add("library_of_others", library_of_others);
        add("packages", packages);
        // Random ones are answered alike by patch releases, but for what the cases cover: one of each minor.
        if chosen {
            add("generated", generated);
            add("mutants", mutants);
            add("metamorphic", metamorphic);
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// For programs that nobody writes: wrong versions are as bad as anywhere, unknown ones are not.
const MADE_TO_BE_HARD: Bar = Bar { unknown_one_in: 50, accepted_in_1000: 1 };

/// Every function of every file: equal, or unknown within the bar.
fn conform(setup: &Setup, interpreter: &Interpreter, suite: &str, files: &[File], bar: Bar) -> Result<Tally, Failed> {
    let answers = answers::answers(setup, interpreter, suite, files);
    let tally = compare::compare(setup, interpreter, files, &answers);
    report::finish(suite, interpreter, &tally, bar)?;
    Ok(tally)
}

/// Each row of what is known about CPython's dumps, answered by the interpreter at hand.
fn cases(setup: &Setup, interpreter: &Interpreter) -> Result<(), Failed> {
    let files = snippets::all()?;
    // Rows are chosen to be hard: what is unknown is listed, not bounded; wrong ones fail as everywhere.
    conform(setup, interpreter, "cases", &files, Bar { unknown_one_in: 10, accepted_in_1000: 10 })?;
    recorded::check(&files, &interpreter.version, &answers::answers(setup, interpreter, "cases", &files))?;
    Ok(())
}

/// Records the answers of every interpreter at hand for tests that have none.
fn record(setup: &Setup) -> Result<(), Failed> {
    let files = snippets::all()?;
    let answers: Vec<(String, Vec<Answer>)> = setup
        .interpreters
        .iter()
        .map(|one| (one.version.clone(), answers::answers(setup, one, "cases", &files)))
        .collect();
    recorded::write(&files, &answers)?;
    Ok(())
}

/// The interpreter's own standard library.
fn library(setup: &Setup, interpreter: &Interpreter) -> Result<(), Failed> {
    let files = corpus::standard_library(setup, &interpreter.version);
    if files.is_empty() {
        setup::skip_optional(&format!("the library of {} has no sources here", interpreter.name()));
        return Ok(());
    }
    conform(setup, interpreter, "library", &corpus::sample(files, 20), Bar::default())?;
    Ok(())
}

/// The other minors' standard libraries: much of them still compiles, and the rest must be refused.
fn library_of_others(setup: &Setup, interpreter: &Interpreter) -> Result<(), Failed> {
    let mut listed = Vec::new();
    for other in setup.one_for_each_minor().into_iter().filter(|other| other.minor() != interpreter.minor()) {
        listed.extend(corpus::standard_library(setup, &other.version));
    }
    let mut files = corpus::sample(listed, 100);
    // Most files are the same in all versions: one of each text.
    files.sort_by(|one, other| one.bytes.cmp(&other.bytes));
    files.dedup_by(|one, other| one.bytes == other.bytes);
    conform(setup, interpreter, "library_of_others", &files, Bar::default())?;
    Ok(())
}

/// Large packages from PyPI.
fn packages(setup: &Setup, interpreter: &Interpreter) -> Result<(), Failed> {
    let files = corpus::packages(setup);
    if files.is_empty() {
        setup::skip("no packages");
        return Ok(());
    }
    conform(setup, interpreter, "packages", &corpus::sample(files, 150), Bar::default())?;
    Ok(())
}

/// Random programs that are valid for the interpreter.
fn generated(setup: &Setup, interpreter: &Interpreter) -> Result<(), Failed> {
    let functions = if setup::long() { 100_000 } else { 1_000 };
    let files = match generated::programs(setup, interpreter, functions / generated::FUNCTIONS_A_FILE) {
        Ok(files) => files,
        Err(reason) => {
            setup::skip(&reason);
            return Ok(());
        }
    };
    conform(setup, interpreter, "generated", &files, Bar::default())?;
    Ok(())
}

/// Small definitions of the standard library and the cases, broken token by token.
fn mutants(setup: &Setup, interpreter: &Interpreter) -> Result<(), Failed> {
    let (library, cases) = (library_chunks(setup), case_chunks());
    let files = mutate::mutants(&[&library, &cases], if setup::long() { 100_000 } else { 2_500 });
    conform(setup, interpreter, "mutants", &files, MADE_TO_BE_HARD)?;
    Ok(())
}

/// Rewritings of which the effect is known: versions stay, or change, in the library as in the interpreter.
fn metamorphic(setup: &Setup, interpreter: &Interpreter) -> Result<(), Failed> {
    let mut chunks = library_chunks(setup);
    chunks.extend(case_chunks());
    let step = if setup::long() { 10 } else { 200 };
    let pairs: Vec<Pair> = (0..chunks.len())
        .step_by(step)
        .flat_map(|index| metamorphic::pairs(&format!("chunk {index}"), &chunks[index], index as u64))
        .collect();
    let files: Vec<File> = pairs.iter().flat_map(|pair| [pair.before.clone(), pair.after.clone()]).collect();
    // Mutants and cases ask what is refused; here one chunk stands for its seven rewritings.
    conform(setup, interpreter, "metamorphic", &files, Bar { accepted_in_1000: 1000, ..MADE_TO_BE_HARD })?;
    let answers = answers::answers(setup, interpreter, "metamorphic", &files);

    let mut broken = Vec::new();
    for (pair, answers) in pairs.iter().zip(answers.chunks(2)) {
        let [Answer::Functions(before), Answer::Functions(after)] = answers else { continue };
        let real = before.iter().map(|one| &one.version).eq(after.iter().map(|one| &one.version));
        let ours = versions(&pair.before, interpreter.python()) == versions(&pair.after, interpreter.python());
        for (who, same) in [("CPython", real), ("ours", ours)] {
            if same != pair.kind.keeps() {
                let text = String::from_utf8_lossy(&pair.after.bytes);
                broken.push(format!(
                    "{who}: {} {} a version:\n{text}",
                    pair.after.name,
                    if same { "keeps" } else { "changes" }
                ));
            }
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("{} pairs:\n{}", broken.len(), broken[..broken.len().min(5)].join("\n")).into())
    }
}

/// Definitions of at most 40 lines of the oldest library at hand, in which all interpreters share most of what they know.
fn library_chunks(setup: &Setup) -> Vec<String> {
    let library = setup.interpreters.iter().find(|one| one.stdlib.is_some());
    let files = library.map(|one| corpus::standard_library(setup, &one.version)).unwrap_or_default();
    mutate::chunks(&corpus::read(files), 40)
}

/// The cases, which hold what is rare; without those of the limits, which are too large.
fn case_chunks() -> Vec<String> {
    let mut files = snippets::all().unwrap_or_default();
    files.retain(|file| file.bytes.len() < 1_000 && !file.name.starts_with("g_limits"));
    mutate::chunks(&files, 40)
}

fn versions(file: &File, python: PythonVersion) -> Vec<Result<String, String>> {
    let Ok(module) = compare::parse(&file.bytes) else { return Vec::new() };
    let versions = module.functions().iter().map(|function| module.body_version(function, python, ""));
    versions.map(|version| version.map(|version| version.to_string()).map_err(|cause| cause.to_string())).collect()
}
