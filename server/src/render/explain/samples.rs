//! A made-up explanation with something in every section, for the tests of what is said.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use cache_core::policy::Behavior;

use crate::analysis::{Known, Place};
use crate::baseline::Commit;
use crate::status::explain::{
    Answer, Caller, DiffLine, Earlier, End, Explained, Facts, History, Hunk, Op, SpecChange, Turn, spec_parts,
};
use crate::status::{Change, Entry, Sourced, Status, StoreName, SubmittingPython, TaskStatus, samples};

/// A task of which much changed, one that is pinned, and one that is not known.
pub(super) fn answer() -> Answer {
    let train = samples::invalidated("train", 20, &[Change::Salt, Change::Signature, Change::Body]);
    let mut train = samples::asked(train, &[("1", Entry::Lost, Some(11520.4)), ("[1, 2]", Entry::Hit, None)]);
    train.known_inputs[0].baseline_key = Some(samples::hash("0a")[..44].to_owned());
    train.known_inputs[1].collisions = vec!["x=[[1], [2]]".to_owned()];
    train.interface_hash = Known::Value("3onIQaY9FwDhPvqxRrx1M51xiDVLG23rnr7tExWcx5U=".to_owned());
    train.task.spec.ignored_inputs.value = Known::Value(vec!["x".to_owned(), "stranger".to_owned()]);
    let mut pinned = samples::pinned(samples::kept("pinned", 44), "1.0", Behavior::Override);
    pinned.interface_hash = Known::Unknown("`Row` is a class of another package".to_owned());
    let mut unknown = samples::task("rank", 12);
    unknown.status = Status::Unknown;
    unknown.here.version = Known::Unknown("DatasetVersionPolicy runs Python".to_owned());
    let tasks = vec![explained(train), plain(pinned), plain(unknown)];
    let mut report = samples::report(tasks.iter().map(|one| one.status.clone()).collect());
    report.store = Some(StoreName { path: "/p/.flyte/local-cache/cache.db".into(), entries: 12 });
    report.problems.clear();
    Answer { report, tasks, local_cache: Some("/p/.flyte/local-cache/cache.db".into()) }
}

fn plain(status: TaskStatus) -> Explained {
    let facts = Facts {
        python: SubmittingPython {
            version: Some(samples::python("3.12")),
            source: Some(".python-version:1".to_owned()),
            assumed: false,
            words: "3.12 (.python-version:1)".to_owned(),
        },
        sdk: Sourced { value: "2.12.1".to_owned(), source: None, supported: true },
        made: Ok(Vec::new()),
        earlier: None,
        spec_changes: Vec::new(),
        hunks: Vec::new(),
        outputs: Known::Value(vec![("o0".to_owned(), "float".to_owned())]),
        callers: Vec::new(),
        history: None,
    };
    Explained { status, facts }
}

fn explained(status: TaskStatus) -> Explained {
    let mut one = plain(status);
    let mut earlier = one.status.task.clone();
    earlier.place.line = 18;
    let mut now = one.status.task.spec.clone();
    let place = Place { file: Path::new("/p/ml/envs.py").into(), line: 3 };
    now.salt.value = Known::Value("b".to_owned());
    now.salt.place = Some(place.clone());
    one.status.task.spec = now;
    let salt = |spec| spec_parts(spec).remove(4);
    one.facts.spec_changes =
        vec![SpecChange { change: Some(Change::Salt), was: salt(&earlier.spec), now: salt(&one.status.task.spec) }];
    one.facts.made = Ok(vec![
        ("FunctionBodyPolicy".to_owned(), Known::Value(samples::hash("11"))),
        ("Release".to_owned(), Known::Value("v3".to_owned())),
    ]);
    one.facts.earlier = Some(Earlier { task: earlier, made: Ok(Vec::new()) });
    let line = |op, line, text: &str| DiffLine { op, line, text: text.to_owned() };
    one.facts.hunks = vec![
        Hunk { change: Change::Signature, lines: vec![line(Op::Added, 22, "seed: int = 1")] },
        Hunk {
            change: Change::Body,
            lines: vec![
                line(Op::Kept, 24, "        rate=rate,"),
                line(Op::Removed, 23, "        layers=3,"),
                line(Op::Added, 25, "        layers=4,"),
            ],
        },
        Hunk { change: Change::Body, lines: vec![line(Op::Added, 131, "    return loss")] },
    ];
    one.facts.callers = vec![
        Caller { task: Some("ml.pipeline".to_owned()), place: place.clone(), behavior: Some(Behavior::Auto) },
        Caller { task: Some("ml.main".to_owned()), place: place.clone(), behavior: Some(Behavior::Disable) },
        Caller { task: None, place, behavior: None },
    ];
    let commit = |digits: &str, subject: &str| {
        let (id, date) = (samples::hash(digits)[..40].to_owned(), "2026-01-31".to_owned());
        Some(Commit { id, date, author: "Ada".to_owned(), subject: subject.to_owned() })
    };
    let turn = |commit, was: Option<&str>, changed: &[Change]| Turn {
        commit,
        version: Known::Value(samples::hash("9f3a2c1")),
        was: was.map(|was| Known::Value(samples::hash(was))),
        cached: true,
        changed: changed.to_vec(),
        moved_from: None,
    };
    let mut moved = turn(commit("b2", "Move the tasks of training"), Some("3f2a91d"), &[Change::Decorator]);
    moved.moved_from = Some("/p/ml/old.py".into());
    one.facts.history = Some(Ok(History {
        turns: vec![
            turn(None, Some("3f2a91c"), &[Change::Signature, Change::Body]),
            moved,
            turn(commit("c3", "Train"), None, &[]),
        ],
        examined: 7,
        end: End::Shallow,
    }));
    one
}
