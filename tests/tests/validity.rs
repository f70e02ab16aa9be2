//! Whether CPython compiles a file: every snippet of `tests/validity/cases.jsonl` against the answers of real
//! interpreters, which `tests/validity/derive.py` has written there.
//!
//! The snippets are the shortest of each kind of message that turned up in CPython's own tests, in the cases of the rules,
//! and among some hundred thousand mutated programs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail in any way")]

use cache_core::python::{Module, PythonVersion, Source, Unknown};
use serde_json::Value;

/// What CPython and this crate say to one snippet under one version.
struct Answer {
    code: String,
    version: &'static str,
    /// Empty if it compiles.
    theirs: String,
    ours: Result<(), Unknown>,
}

fn answers() -> Vec<Answer> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/validity/cases.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let versions: Vec<String> = serde_json::from_value(lines.next().unwrap()).unwrap();
    let versions: Vec<&'static str> = versions.into_iter().map(|version| &*version.leak()).collect();
    let mut answers = Vec::new();
    for line in lines {
        let code = line[0].as_str().unwrap();
        let module = Module::parse(Source::from_text(code));
        let mut theirs = String::new();
        for version in &versions {
            if let Some(changed) = line[1].get(version) {
                theirs = changed.as_str().unwrap().to_owned();
            }
            let ours = module.check(version.parse::<PythonVersion>().unwrap());
            answers.push(Answer { code: code.to_owned(), version, theirs: theirs.clone(), ours });
        }
    }
    answers
}

/// What is known to be judged wrongly, each with its reason; a snippet that is judged rightly must leave this list.
const KNOWN: &[(&str, &str)] = &[
    (
        "\n__class__ = 2\nclass C:\n    res = [__class__ for x in [1]]\nres = C.res\n",
        "3.12.1 can't compile `__class__` here",
    ),
    (
        "__class__ = 2\nclass C:\n    res = [__class__ for x in [1]]\nres = C.res\n",
        "3.12.1 can't compile `__class__` here",
    ),
    ("F'{a!r:{w}){{}'", "a brace that is doubled in a format spec after a field"),
    ("f'}}{(lambda x: 1)(lambda x: 1):{w:{x}}{{}'", "a brace that is doubled in a format spec after a field"),
    ("from __future__ import barry_as_FLUFL\n1 != 2\n", "3.14 takes the operator from this import at its word"),
    ("with x:\n\\\n  x; y\n  ", "3.10.2 measured indentation behind a backslash otherwise"),
];

#[test]
fn refuses_what_cpython_refuses_and_nothing_else() {
    let (mut wrong, mut unknown) = (Vec::new(), 0);
    let mut met = std::collections::BTreeSet::new();
    for answer in answers() {
        let differs = match &answer.ours {
            Ok(()) => !answer.theirs.is_empty(),
            Err(Unknown::Refused(_)) => answer.theirs.is_empty(),
            Err(_) => {
                unknown += 1;
                false
            }
        };
        if differs {
            match KNOWN.iter().find(|(code, _)| *code == answer.code) {
                Some((code, _)) => _ = met.insert(code),
                None => wrong.push(format!(
                    "{}: {:?}: {:?} here, {:?} there",
                    answer.version, answer.code, answer.ours, answer.theirs
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let stale: Vec<_> = KNOWN.iter().filter(|(code, _)| !met.contains(code)).collect();
    assert!(stale.is_empty(), "judged rightly by now: {stale:?}");
    assert!(unknown <= 110, "{unknown} unknown");
}

/// The snippets stand for kinds of messages, not for what happens often: of ordinary mutants nine in ten agree.
#[test]
fn says_it_in_cpythons_words_in_most_cases() {
    let (mut same, mut refused) = (0, 0);
    for answer in answers() {
        if let Err(Unknown::Refused(refusal)) = &answer.ours {
            refused += 1;
            same += usize::from(refusal.message == answer.theirs);
        }
    }
    assert!(same * 2 >= refused, "{same} of {refused}");
}
