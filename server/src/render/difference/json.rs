//! A comparison for programs: one document, whose shape is promised in `docs/diff.md`.

use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::analysis::{Known, Place};
use crate::render::json::{ProblemLine, SCHEMA, problems};
use crate::render::text::relative;
use crate::status::Change;
use crate::status::diff::{Changed, Class, Diff, ImageChange, StateName, sentence};

/// What `diff --format json` prints.
pub fn json(diff: &Diff, cwd: &Path) -> impl Serialize {
    let mut summary = Map::new();
    for class in Class::ALL {
        summary.insert(class.word().to_owned(), json!(diff.count(class)));
    }
    summary.insert("unchanged".to_owned(), json!(diff.unchanged));
    Document {
        schema: SCHEMA,
        sdk: diff.sdks.first().map(|sdk| sdk.value.clone()),
        base: State::of(&diff.base),
        head: State::of(&diff.head),
        summary,
        seconds: diff.cost(),
        tasks: diff.tasks.iter().map(|one| TaskLine::of(one, diff, cwd)).collect(),
        images: diff.images.iter().map(ImageLine::of).collect(),
        files: Files { changed: diff.files_changed, analysed: diff.files_analysed },
        notes: diff.notes.clone(),
        problems: problems(&diff.problems, cwd),
    }
}

#[derive(Serialize)]
struct Document {
    schema: u32,
    sdk: Option<String>,
    base: State,
    head: State,
    summary: Map<String, Value>,
    seconds: Option<f64>,
    tasks: Vec<TaskLine>,
    images: Vec<ImageLine>,
    files: Files,
    notes: Vec<String>,
    problems: Vec<ProblemLine>,
}

#[derive(Serialize)]
struct State {
    kind: &'static str,
    name: String,
    revision: Option<String>,
}

impl State {
    fn of(state: &StateName) -> Self {
        Self { kind: state.kind.word(), name: state.name.clone(), revision: state.revision.clone() }
    }
}

#[derive(Serialize)]
struct Files {
    changed: usize,
    analysed: usize,
}

#[derive(Serialize)]
struct ImageLine {
    environment: String,
    was: String,
    now: String,
    tasks: Vec<String>,
}

impl ImageLine {
    fn of(image: &ImageChange) -> Self {
        let ImageChange { environment, was, now, tasks } = image.clone();
        Self { environment, was, now, tasks }
    }
}

/// A task that is not as it was.
#[derive(Serialize)]
struct TaskLine {
    class: &'static str,
    task: Option<String>,
    function: String,
    environment: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    reason: String,
    changed: Vec<&'static str>,
    calls_changed: bool,
    seconds: Option<f64>,
    base: Option<Side>,
    head: Option<Side>,
}

/// A task in one of the states.
#[derive(Serialize)]
struct Side {
    task: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    cached: bool,
    pinned: bool,
    python: Option<String>,
    version: Option<String>,
    unknown: Option<String>,
}

impl TaskLine {
    fn of(one: &Changed, diff: &Diff, cwd: &Path) -> Self {
        let place = |place: Option<&Place>| place.map(|place| (relative(&place.file, cwd), place.line)).unzip();
        let version = |version: &Known<String>| match version {
            Known::Value(version) => (Some(version.clone()), None),
            Known::Unknown(reason) => (None, Some(reason.clone())),
        };
        let base = one.was.as_ref().map(|was| {
            let ((file, line), (version, unknown)) = (place(was.place.as_ref()), version(&was.computed.version));
            let (task, python) = (was.name.value().cloned(), was.computed.python.map(|python| python.to_string()));
            Side { task, file, line, cached: was.cached, pinned: was.pinned, python, version, unknown }
        });
        let head = one.now.as_ref().map(|now| {
            let ((file, line), (version, unknown)) = (place(Some(&now.task.place)), version(&now.here.version));
            let (task, python) = (now.task.name.value().cloned(), now.here.python.map(|python| python.to_string()));
            let cached = now.status != crate::status::Status::Disabled;
            Side { task, file, line, cached, pinned: now.pinned, python, version, unknown }
        });
        let (file, line) = place(one.place());
        let name = one.now.as_ref().map(|now| &now.task.name).or(one.was.as_ref().map(|was| &was.name));
        let changed = one.now.iter().flat_map(|now| &now.changed).copied().map(Change::word).collect();
        Self {
            class: one.class.word(),
            task: name.and_then(|name| name.value().cloned()),
            function: one.function().to_owned(),
            environment: one.environment().value().cloned().filter(|name| !name.is_empty()),
            file,
            line,
            reason: sentence(one, &diff.base).to_string(),
            changed,
            calls_changed: one.calls_changed,
            seconds: one.seconds,
            base,
            head,
        }
    }
}
