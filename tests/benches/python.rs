//! How fast versions are made, beside the parsers alone and beside CPython; one core, files in memory.
//!
//! ```text
//! python3 tests/setup.py
//! cargo bench -p tasklens-tests --bench python
//! ```
//!
//! reads CPython 3.11's library (or the newest that is installed) and prints seconds and ratios of one run, and where Linux'
//! `perf` can count them the instructions that a version takes: a measure that other work on the machine does not disturb.
//!
//! An argument `once` makes a single pass of the versions and nothing else, `never` all but that: for a profiler.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a benchmark prints")]

use cache_core::python::{Module, PythonVersion, Source};
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};
use tasklens_tests::corpus;
use tasklens_tests::oracle::{File, scripts};
use tasklens_tests::setup::{self, Interpreter, Kind, Setup};

/// The shipped binary's, for all that is compared.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The best of this many passes counts.
const PASSES: usize = 5;

fn main() {
    let setup = Setup::load();
    let library = ["3.11", "3.12", "3.13", "3.10"].iter().find_map(|minor| {
        setup.interpreters.iter().find(|one| one.kind == Kind::Native && one.minor() == *minor && one.stdlib.is_some())
    });
    let Some(interpreter) = library else {
        setup::skip("no native interpreter, so no library to read");
        return;
    };
    // What is no text for the library is no work for the parsers.
    let files: Vec<File> = corpus::read(corpus::standard_library(&setup, &interpreter.version))
        .into_iter()
        .filter(|file| Source::decode(&file.bytes).is_ok())
        .collect();
    let texts: Vec<String> =
        files.iter().map(|file| Source::decode(&file.bytes).expect("just decoded").text().to_owned()).collect();
    let python = interpreter.python();

    for argument in std::env::args() {
        match argument.as_str() {
            "once" => return println!("{} functions", versions(&files, python)),
            "never" => return println!("{} files", texts.len()),
            _ => {}
        }
    }
    let megabytes = texts.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    println!("library of {}: {} files, {megabytes:.1} MB", interpreter.name(), files.len());
    let functions = versions(&files, python);
    let ours = best(|| versions(&files, python));
    let ruff = best(|| texts.iter().map(|text| ruff(text)).sum());
    let tree_sitter = best(|| tree_sitter(&texts));
    show("ruff_python_parser, parse only", ruff, megabytes);
    show("tree-sitter-python, parse only", tree_sitter, megabytes);
    show(&format!("Tasklens, {functions} versions"), ours, megabytes);
    let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
    println!("Tasklens / ruff: {:.2} (at most 3, aim 2)", ratio(ours, ruff));
    println!("Tasklens / tree-sitter: {:.2}", ratio(ours, tree_sitter));
    match instructions("once").zip(instructions("never")) {
        Some((once, never)) => println!("{} instructions a version", once.saturating_sub(never) / functions as u64),
        None => println!("instructions: perf can't count them here"),
    }
    if let Some((policy, everything)) = cpython(interpreter) {
        show(&format!("CPython {}, the policy alone", interpreter.version), policy, megabytes);
        show(&format!("CPython {}, from bytes", interpreter.version), everything, megabytes);
        println!("CPython's policy / Tasklens: {:.1}", ratio(policy, ours));
        println!("CPython from bytes / Tasklens: {:.1} (at least 40)", ratio(everything, ours));
    }
}

/// Every function's version, from bytes; returns how many there are.
fn versions(files: &[File], python: PythonVersion) -> usize {
    let mut count = 0;
    for file in files {
        let Ok(source) = Source::decode(&file.bytes) else { continue };
        let module = Module::parse(source);
        for function in module.functions() {
            count += usize::from(black_box(module.body_version(function, python, "")).is_ok());
        }
    }
    count
}

fn ruff(text: &str) -> usize {
    let options = ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module);
    black_box(ruff_python_parser::parse_unchecked(text, options)).errors().len()
}

fn tree_sitter(texts: &[String]) -> usize {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).expect("the grammar fits the library");
    texts.iter().filter(|text| black_box(parser.parse(text, None)).is_some()).count()
}

/// What this program executes with an argument, in user mode, as `perf` counts it.
fn instructions(argument: &str) -> Option<u64> {
    let mut perf = Command::new("perf");
    perf.args(["stat", "-x,", "-e", "instructions:u", "--"]).arg(std::env::current_exe().ok()?).arg(argument);
    let counted = perf.output().ok().filter(|output| output.status.success())?;
    // A line such as `4366512345,,instructions:u,…` on standard error.
    String::from_utf8_lossy(&counted.stderr).lines().find_map(|line| line.split(',').next()?.parse().ok())
}

fn best(mut work: impl FnMut() -> usize) -> Duration {
    let passes = (0..PASSES).map(|_| {
        let (start, busy) = (Instant::now(), processor_time());
        black_box(work());
        match (busy, processor_time()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => start.elapsed(),
        }
    });
    passes.min().unwrap_or_default()
}

/// What this thread has had of a processor, where the system tells: others at work on the machine then don't count.
fn processor_time() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    statistics.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn show(what: &str, time: Duration, megabytes: f64) {
    println!("{what:36} {:8.3} s  {:7.1} MB/s", time.as_secs_f64(), megabytes / time.as_secs_f64());
}

/// What the interpreter takes for `getsource`, `dedent`, `parse`, `dump` and SHA-256 of every function; and for that with
/// compiling the files and finding the functions, as Tasklens' time holds parsing and checking them.
fn cpython(interpreter: &Interpreter) -> Option<(Duration, Duration)> {
    let library = interpreter.stdlib.as_ref()?;
    let mut command = Command::new(&interpreter.program);
    let done = command.arg("-I").arg(scripts().join("time_policy.py")).arg(library).output().ok()?;
    let printed = String::from_utf8_lossy(&done.stdout);
    let mut seconds = printed.split_whitespace().map_while(|word| word.parse().ok()).map(Duration::from_secs_f64);
    Some((seconds.next()?, seconds.next()?))
}
