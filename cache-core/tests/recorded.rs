//! Holds `cache_core::python` against what real interpreters have said about a few thousand small programs.
//!
//! `python-cases.jsonl` is written by the conformance tests (`tests/src/recorded.rs` says in which form), which ask the
//! interpreters themselves; this test needs none.
#![cfg(feature = "python")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on should say where")]

use cache_core::python::{Module, PythonVersion, Source, SourceError};
use serde_json::Value;

#[test]
fn no_version_differs_from_what_an_interpreter_said() {
    let text = include_str!("python-cases.jsonl");
    let mut wrong = Vec::new();
    let (mut equal, mut unknown, mut accepted, mut refused) = (0, 0, 0, 0);
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["case"].as_str().unwrap();
        let module = Source::decode(&bytes(&case)).map(Module::parse);
        for (versions, answer) in case["answers"].as_object().unwrap() {
            for python in versions.split(' ').map(|version| version.parse::<PythonVersion>().unwrap()) {
                let Some(functions) = answer.as_array() else {
                    let shown = module.as_ref().is_ok_and(|module| module.check(python).is_ok());
                    refused += usize::from(!shown);
                    accepted += usize::from(shown);
                    continue;
                };
                for function in functions {
                    let theirs = function[2].as_str().unwrap();
                    match ours(&module, function, python) {
                        Some(ours) if ours[..16] == *theirs => equal += 1,
                        Some(ours) => wrong.push(format!("{name}, {python}, {}: {theirs}, ours {ours}", function[1])),
                        None => unknown += 1,
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong versions:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    // Rows are chosen to be hard; even so almost all are known, and almost all that is refused is known to be.
    assert!(equal > 20_000, "only {equal} versions were compared");
    assert!(unknown * 20 < equal, "{unknown} unknown, {equal} equal");
    assert!(accepted * 100 <= refused, "{accepted} files that CPython refuses were accepted, {refused} refused");
}

fn ours(module: &Result<Module, SourceError>, function: &Value, python: PythonVersion) -> Option<String> {
    let module = module.as_ref().ok()?;
    let line = function[0].as_u64().unwrap();
    let found = module.functions().iter().find(|one| u64::from(one.first_line) == line)?;
    module.body_version(found, python, "").ok().map(|version| version.to_string())
}

fn bytes(case: &Value) -> Vec<u8> {
    match case["text"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => {
            let hex = case["hex"].as_str().unwrap();
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
        }
    }
}
