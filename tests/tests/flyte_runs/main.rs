//! Runs pipelines with the real SDK and holds what `tasklens status` said before each run against what the SDK did: which calls
//! it served from its cache, under which keys and versions, and what became of each version after an edit.
//!
//! Guards the promise of a status as a whole, from the files to the words. The scenarios are `tests/flyte/runs/*.txt`
//! (`scenario.rs` says how they are written), each a test of its own, and pipelines and edits at random.
//!
//! `TASKLENS_SHOW=1` prints what people would see before each run, and what the SDK did; the project stays, at the path in the
//! first line.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test that can't go on should say where")]

mod compare;
mod generate;
mod history;
mod scenario;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use tasklens_tests::setup::{self, Setup};

use compare::Verdict;
use history::History;
use scenario::{Check, Scenario, Step};
use world::World;

fn main() {
    let arguments = Arguments::from_args();
    let pythons = Setup::load().flyte;
    if pythons.is_empty() {
        setup::skip("the SDK");
        return;
    }
    let mut trials = Vec::new();
    for (number, scenario) in scenarios().into_iter().enumerate() {
        // The keys under each Python are compared elsewhere; the sampled tier takes the Pythons in turn.
        let chosen = pythons.iter().skip(number % pythons.len());
        let count = if setup::long() { pythons.len() } else { 1 };
        for (minor, python) in chosen.chain(&pythons).take(count) {
            let (name, python, scenario) = (scenario.name.clone(), python.clone(), scenario.clone());
            trials.push(Trial::test(format!("{name}::{minor}"), move || play(&scenario, &python)));
        }
    }
    let seeds = if setup::long() { 400 } else { 6 };
    let newest: Vec<_> = pythons.iter().rev().take(1).collect();
    for (minor, python) in newest {
        for seed in 0..seeds {
            let python = python.clone();
            let play = move || play(&generate::scenario(seed), &python);
            trials.push(Trial::test(format!("seed_{seed}::{minor}"), play));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn scenarios() -> Vec<Scenario> {
    let folder = setup::root().join("tests/flyte/runs");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&folder).expect("the scenarios are there").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a scenario can be read");
        scenario::parse(&name, &text).unwrap_or_else(|error| panic!("{name}.txt: {error}"))
    };
    paths.into_iter().map(read).collect()
}

/// Plays a scenario to its end and fails with everything that is wrong in it.
fn play(scenario: &Scenario, python: &Path) -> Result<(), Failed> {
    let mut world = World::new(python);
    if shows() {
        eprintln!("{}", world.keep().display());
    }
    let mut history = History::default();
    let mut wrong = Vec::new();
    for (line, step) in &scenario.steps {
        let problems = take(&mut world, &mut history, step).into_iter();
        wrong.extend(problems.map(|problem| format!("{}.txt:{line}: {problem}", scenario.name)));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Takes one step; what is wrong after it.
fn take(world: &mut World, history: &mut History, step: &Step) -> Vec<String> {
    match step {
        Step::File { path, text } => write(&world.project(path), text),
        Step::Copy(folder) => copy(&setup::root().join(folder), &world.project("")),
        Step::Home { path, text } => write(&world.home(path), text),
        Step::Append { path, text } => {
            let path = world.project(path);
            write(&path, &(read(&path) + text));
        }
        Step::Edit { path, from, to } => {
            let path = world.project(path);
            let text = read(&path);
            if text.matches(from.as_str()).count() != 1 {
                return vec![format!("{from:?} does not stand there once")];
            }
            write(&path, &text.replacen(from.as_str(), to, 1));
        }
        Step::Remove(path) => fs::remove_file(world.project(path)).expect("the file is there"),
        Step::Move { from, to } => {
            let text = read(&world.project(from));
            fs::remove_file(world.project(from)).expect("the file is there");
            write(&world.project(to), &text);
        }
        Step::Commit => {
            world.commit();
            history.commit(&world.status(""));
        }
        Step::Set { name, value } => world.set(name, value),
        Step::Ask(options) => world.options(options),
        Step::Status(check) => {
            let status = world.status(&check.folder);
            show(world, check);
            return compare::words(&status, check);
        }
        Step::Run { arguments, check } => return run(world, history, arguments, check),
    }
    Vec::new()
}

fn run(world: &World, history: &mut History, arguments: &[String], check: &Check) -> Vec<String> {
    let status = world.status(&check.folder);
    show(world, check);
    let record = world.run(&check.folder, arguments);
    let source = |path: &str| read(&world.project(&check.folder).join(path));
    let Verdict { mut wrong, actions, known } = compare::compare(&status, &record, check, &source);
    if let Some(cache) = record["cache"]["path"].as_str() {
        wrong.extend(history.check(&status, cache));
    }
    history.add(&record);
    if let Some(error) = record["error"].as_str() {
        wrong.push(format!("the run raised {error}"));
    }
    if shows() {
        eprintln!("{known} of {actions} actions known; {record:#}");
    }
    wrong
}

/// What people would see, for those who write scenarios.
fn show(world: &World, check: &Check) {
    if shows() {
        eprintln!("{}", world.table(&check.folder));
    }
}

fn shows() -> bool {
    std::env::var_os("TASKLENS_SHOW").is_some()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "__pycache__" {
            copy(&path, &to.join(name));
        } else if path.is_file() {
            write(&to.join(name), &read(&path));
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap_or(path)).expect("a folder is made");
    fs::write(path, text).expect("a file is written");
}
