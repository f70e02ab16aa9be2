//! Made-up statuses, one of each kind, for the tests of what is said about them.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use cache_core::policy::Behavior;
use cache_core::python::PythonVersion;

use crate::analysis::{From, ImagePython, Input, Kind, Known, Part, Place, Policy, Problem, Span, Spec, Task};

use super::{
    BaselineName, Before, CallStatus, Change, Computed, Entry, Gone, InputsFrom, KnownInputs, Report, Sourced, Status,
    SubmittingPython, TaskStatus, Trifle, Weight,
};

/// The working directory of the samples.
pub fn cwd() -> &'static Path {
    Path::new("/p")
}

/// A hash that starts with `digits`.
pub fn hash(digits: &str) -> String {
    format!("{digits:0<64}")
}

/// A Python version.
pub fn python(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

/// A task `ml.<function>` in `/p/ml/train.py`, cached by its environment, with nothing to compare it with.
pub fn task(function: &str, line: u32) -> TaskStatus {
    let place = Place { file: Path::new("/p/ml/train.py").into(), line };
    fn part<T>(value: T) -> Part<T> {
        Part { value: Known::Value(value), place: None }
    }
    let spec = Spec {
        from: From::Environment,
        place: Some(place.clone()),
        written: None,
        behavior: part(Behavior::Auto),
        version_override: part(None),
        serialize: part(false),
        ignored_inputs: part(Vec::new()),
        salt: part(String::new()),
        policies: part(vec![Policy::FunctionBody]),
        max_age: part(None),
        refused: None,
    };
    let task = Task {
        at: Span { file: place.file.clone(), start: 0, end: 0 },
        keywords: Vec::new(),
        decorator: None,
        fetches: None,
        place,
        name: Known::Value(format!("ml.{function}")),
        function: function.to_owned(),
        environment: Known::Value("ml".to_owned()),
        branch: None,
        kind: Kind::Remote,
        spec,
        refused: None,
        annotations: Vec::new(),
        inputs: vec![Input { name: "x".to_owned(), annotation: Some("int".to_owned()), default: None }],
        image: ImagePython::Submitting,
        signature: Known::Unknown("a sample has none".to_owned()),
    };
    TaskStatus {
        task,
        here: Computed { python: Some(python("3.12")), version: Known::Value(hash("9f3a2c1")) },
        in_images: Vec::new(),
        unknown_images: Vec::new(),
        status: Status::Unknown,
        changed: Vec::new(),
        weight: Weight::default(),
        before: None,
        pinned: false,
        read_locally: true,
        stale_risk: false,
        other_key: false,
        overridden: Vec::new(),
        interface_hash: Known::Unknown("a sample has none".to_owned()),
        known_inputs: Vec::new(),
        seconds: None,
        cluster: None,
        skipped_by: Vec::new(),
    }
}

/// The task as it was, under the version that starts with `digits`.
fn before(digits: &str) -> Option<Before> {
    let computed = Computed { python: Some(python("3.12")), version: Known::Value(hash(digits)) };
    Some(Before { computed, cached: true, pinned: false })
}

/// The same version as before.
pub fn kept(function: &str, line: u32) -> TaskStatus {
    TaskStatus { status: Status::Unchanged, before: before("9f3a2c1"), ..task(function, line) }
}

/// Another version than before, because of `changed`.
pub fn invalidated(function: &str, line: u32, changed: &[Change]) -> TaskStatus {
    TaskStatus {
        status: Status::Invalidated,
        before: before("3f2a91c"),
        changed: changed.to_vec(),
        weight: match changed {
            [Change::Docstring] => Weight { trifles: vec![Trifle::Docstring], ..Weight::default() },
            _ => Weight { matters: true, ..Weight::default() },
        },
        ..task(function, line)
    }
}

/// A given version.
pub fn pinned(mut status: TaskStatus, version: &str, behavior: Behavior) -> TaskStatus {
    status.task.spec.behavior.value = Known::Value(behavior);
    status.task.spec.version_override.value = Known::Value(Some(version.to_owned()));
    status.task.spec.from = From::Task;
    status.here.version = Known::Value(version.to_owned());
    status.pinned = true;
    status.read_locally = behavior == Behavior::Auto;
    status
}

/// A task that some calls give another spec.
fn overridden(mut status: TaskStatus) -> TaskStatus {
    let place = Place { file: Path::new("/p/ml/run.py").into(), line: 7 };
    let spec = Spec { from: From::Override, ..status.task.spec.clone() };
    let call = |behavior, line, version| {
        let mut spec = spec.clone();
        spec.behavior.value = Known::Value(behavior);
        let place = Place { line, ..place.clone() };
        CallStatus { place, spec, version }
    };
    let mut pinned = call(Behavior::Override, 9, Known::Value("2.0".to_owned()));
    pinned.spec.version_override.value = Known::Value(Some("2.0".to_owned()));
    status.overridden = vec![
        call(Behavior::Disable, 7, Known::Value(hash("9f3a2c1"))),
        call(Behavior::Auto, 8, Known::Value(hash("55aa55a"))),
        pinned,
        call(Behavior::Auto, 10, Known::Unknown("`salt()` runs Python".to_owned())),
    ];
    status
}

/// One task of each kind of news, and more than one of some.
pub fn every_kind() -> Vec<TaskStatus> {
    let mut unknown = task("rank", 12);
    unknown.here.version = Known::Unknown("DatasetVersionPolicy runs Python".to_owned());
    let mut off = kept("report", 90);
    off.task.spec.behavior.value = Known::Value(Behavior::Disable);
    off.task.spec.from = From::Default;
    off.status = Status::Disabled;
    off.read_locally = false;
    let turned_off = TaskStatus { changed: vec![Change::Cache], ..off.clone() };
    let mut moved = invalidated("moved", 31, &[Change::Python]);
    moved.before.as_mut().unwrap().computed.python = Some(python("3.11"));
    let mut repinned = pinned(invalidated("repinned", 32, &[Change::PinnedVersion]), "1.1", Behavior::Override);
    repinned.before = Some(Before {
        computed: Computed { python: Some(python("3.12")), version: Known::Value("1.0".to_owned()) },
        cached: true,
        pinned: true,
    });
    let stale = pinned(kept("score", 50), "1.0", Behavior::Auto);
    let mut differs = kept("embed", 60);
    differs.in_images = vec![Computed { python: Some(python("3.13")), version: Known::Value(hash("77ab012")) }];
    vec![
        overridden(kept("load", 10)),
        unknown,
        TaskStatus { status: Status::New, ..task("augment", 14) },
        TaskStatus {
            status: Status::Invalidated,
            changed: vec![Change::Cache],
            before: before("3f2a91c"),
            ..task("split", 16)
        },
        invalidated("train", 20, &[Change::Body]),
        invalidated("evaluate", 24, &[Change::Docstring]),
        invalidated("tune", 28, &[Change::Decorator, Change::Body]),
        invalidated("join", 29, &[Change::Decorator, Change::Signature, Change::Body]),
        invalidated("boxed", 30, &[]),
        moved,
        repinned,
        pinned(kept("pinned_override", 44), "1.0", Behavior::Override),
        pinned(kept("pinned_auto", 46), &hash("abcdef0"), Behavior::Auto),
        TaskStatus { stale_risk: true, changed: vec![Change::Body], ..stale },
        differs,
        TaskStatus { unknown_images: vec!["ml.parent: only `ghcr.io/x/y` tells".to_owned()], ..kept("child", 62) },
        invalidated("grandchild", 64, &[Change::ImagePython]),
        turned_off,
        off,
        TaskStatus {
            other_key: true,
            changed: vec![Change::Signature],
            ..pinned(kept("retyped", 52), "1.0", Behavior::Auto)
        },
        TaskStatus {
            other_key: true,
            changed: vec![Change::IgnoredInputs, Change::Signature],
            ..pinned(kept("narrowed", 54), "1.0", Behavior::Auto)
        },
    ]
}

/// The task with known inputs `x` and what a store says of them.
pub fn asked(mut status: TaskStatus, entries: &[(&str, Entry, Option<f64>)]) -> TaskStatus {
    let place = Place { file: Path::new("/p/ml/run.py").into(), line: 30 };
    let known = |(value, entry, seconds): &(&str, Entry, Option<f64>)| KnownInputs {
        from: InputsFrom::Call,
        places: vec![place.clone()],
        inputs: vec![("x".to_owned(), (*value).to_owned())],
        inputs_hash: Known::Value("3onIQaY9FwDhPvqxRrx1M51xiDVLG23rnr7tExWcx5U=".to_owned()),
        key: Known::Value("lnoMBN/KTnpS2rZbg+YEuwWyYUgT9whsZ/BQHW9hTI0=".to_owned()),
        baseline_key: None,
        image_keys: Vec::new(),
        entry: *entry,
        why: None,
        forced: false,
        in_last_run: false,
        seconds: *seconds,
        collisions: Vec::new(),
        skipped_by: Vec::new(),
    };
    status.known_inputs = entries.iter().map(known).collect();
    status.known_inputs.sort_by_key(|known| known.entry);
    status.seconds = entries.iter().find_map(|(_, _, seconds)| *seconds);
    status
}

/// What a store says, of each kind.
pub fn with_entries() -> Vec<TaskStatus> {
    let hours = Some(11_520.4);
    let (hit, miss, lost) = (Entry::Hit, Entry::Miss, Entry::Lost);
    let body = |function, line| invalidated(function, line, &[Change::Body]);
    let mut forced = asked(kept("forced", 118), &[("1", hit, hours)]);
    forced.known_inputs[0].forced = true;
    let mut colliding = asked(kept("nested", 120), &[("[[1], [2]]", hit, None)]);
    colliding.known_inputs[0].collisions = vec!["x=[[1, 2]]".to_owned()];
    let mut unread = asked(pinned(kept("stored", 122), "1.0", Behavior::Override), &[("1", Entry::NotAsked, hours)]);
    unread.known_inputs[0].why = Some("under override, local runs write entries and never read them".to_owned());
    vec![
        asked(kept("hit", 100), &[("1", hit, hours)]),
        asked(kept("hit_quick", 102), &[("'a long text that has no room'", hit, Some(0.2))]),
        asked(kept("hit_all", 104), &[("1", hit, hours), ("2", hit, Some(60.0))]),
        asked(kept("partly", 106), &[("1", hit, hours), ("2", miss, None), ("3", hit, None)]),
        asked(kept("missing", 108), &[("1", miss, hours)]),
        asked(kept("missing_quick", 110), &[("1", miss, None)]),
        asked(body("lost", 112), &[("1", lost, hours)]),
        asked(body("ran_already", 114), &[("1", hit, hours)]),
        TaskStatus { skipped_by: vec!["ml.pipeline".to_owned()], ..asked(body("skipped", 116), &[("1", lost, hours)]) },
        forced,
        colliding,
        unread,
        TaskStatus { seconds: hours, ..body("unasked", 124) },
    ]
}

/// A report of `tasks`, compared with main.
pub fn report(tasks: Vec<TaskStatus>) -> Report {
    Report {
        pythons: vec![SubmittingPython {
            version: Some(python("3.12")),
            source: Some(".python-version:1".to_owned()),
            assumed: false,
            words: "3.12 (.python-version:1)".to_owned(),
        }],
        sdks: vec![Sourced { value: "2.12.1".to_owned(), source: Some("uv.lock".to_owned()), supported: true }],
        configs: vec!["/p/pyproject.toml".into()],
        notes: Vec::new(),
        baseline: Ok(BaselineName {
            revision: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            name: "main".to_owned(),
        }),
        store: None,
        store_failed: false,
        files: 12,
        unread: 0,
        tasks,
        code: Vec::new(),
        gone: vec![Gone {
            place: Place { file: Path::new("/p/ml/train.py").into(), line: 70 },
            name: "ml.old".to_owned(),
        }],
        problems: vec![Problem {
            file: Path::new("/p/ml/bad.py").into(),
            line: Some(3),
            message: "SyntaxError: invalid syntax".to_owned(),
        }],
    }
}
