//! Explanations for programs. The shape is promised in `docs/cli.md`.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::analysis::{Known, Place};
use crate::status::explain::{
    Answer, Caller, End, Explained, History, Hunk, Made, Op, SpecChange, SpecPart, Turn, spec_parts,
};
use crate::status::{Report, TaskStatus};

use super::super::json::{self, status_task};
use super::super::text::relative;
use super::problems_of;

/// What `explain` prints: what `status` prints of the tasks, and in each what explains it.
pub fn explanation(answer: &Answer, cwd: &Path) -> Value {
    let report = &answer.report;
    let since = report.since();
    let task = |one: &Explained| -> Value {
        let mut task = json!(status_task(&one.status, since, cwd));
        if let Value::Object(task) = &mut task {
            task.extend(facts(one, cwd));
        }
        task
    };
    let tasks: Vec<Value> = answer.tasks.iter().map(task).collect();
    let shown = Report { problems: problems_of(answer), tasks: Vec::new(), gone: Vec::new(), ..report.clone() };
    let mut document = json!(json::status(&shown, cwd));
    if let Value::Object(document) = &mut document {
        document.remove("gone");
        document.insert("tasks".to_owned(), Value::Array(tasks));
    }
    document
}

fn facts(one: &Explained, cwd: &Path) -> Map<String, Value> {
    let facts = &one.facts;
    let spec = &one.status.task.spec;
    let parts: Map<String, Value> =
        spec_parts(spec).iter().map(|part| (part.name.to_owned(), part_of(part, cwd))).collect();
    let from = match spec.from {
        crate::analysis::From::Task => "task",
        crate::analysis::From::Environment => "environment",
        crate::analysis::From::Default => "default",
        crate::analysis::From::Override => "override",
    };
    let types: Vec<Value> = one
        .status
        .task
        .inputs
        .iter()
        .map(|input| {
            let ignored = match &spec.ignored_inputs.value {
                Known::Value(names) => json!(names.contains(&input.name)),
                Known::Unknown(_) => Value::Null,
            };
            json!({"name": input.name, "annotation": input.annotation, "default": input.default, "ignored": ignored})
        })
        .collect();
    let earlier = facts.earlier.as_ref();
    let pairs = [
        ("spec", json!({"from": from, "place": spec.place.as_ref().map(|place| placed(place, cwd)), "parts": parts})),
        ("policy_versions", made(&facts.made)),
        ("baseline_policy_versions", earlier.map_or(Value::Null, |earlier| made(&earlier.made))),
        ("baseline_place", earlier.map_or(Value::Null, |earlier| placed(&earlier.task.place, cwd))),
        ("python_source", json!(facts.python.source)),
        ("signature", json!(types)),
        ("outputs", outputs(&facts.outputs)),
        ("spec_changes", facts.spec_changes.iter().map(|change| spec_change(change, cwd)).collect()),
        ("diff", facts.hunks.iter().map(hunk).collect()),
        ("callers", facts.callers.iter().map(|caller| caller_of(caller, &one.status, cwd)).collect()),
        ("history", facts.history.as_ref().map_or(Value::Null, |history| history_of(history, cwd))),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn outputs(outputs: &Known<Vec<(String, String)>>) -> Value {
    match outputs {
        Known::Value(outputs) => {
            outputs.iter().map(|(name, r#type)| json!({"name": name, "annotation": r#type})).collect()
        }
        Known::Unknown(_) => Value::Null,
    }
}

fn placed(place: &Place, cwd: &Path) -> Value {
    json!({"file": relative(&place.file, cwd), "line": place.line})
}

fn part_of(part: &SpecPart, cwd: &Path) -> Value {
    let (value, unknown) = known(&part.value);
    let place = part.place.as_ref();
    json!({"value": value, "unknown": unknown, "file": place.map(|place| relative(&place.file, cwd)),
           "line": place.map(|place| place.line)})
}

fn known(known: &Known<String>) -> (Option<&str>, Option<&str>) {
    match known {
        Known::Value(value) => (Some(value), None),
        Known::Unknown(reason) => (None, Some(reason)),
    }
}

fn made(made: &Made) -> Value {
    let Ok(policies) = made else { return Value::Null };
    let line = |(name, version): &(String, Known<String>)| {
        let (version, unknown) = known(version);
        json!({"policy": name, "version": version, "unknown": unknown})
    };
    policies.iter().map(line).collect()
}

fn spec_change(change: &SpecChange, cwd: &Path) -> Value {
    json!({"part": change.now.name, "changed": change.change.map(|change| change.word()),
           "was": part_of(&change.was, cwd), "now": part_of(&change.now, cwd)})
}

fn hunk(hunk: &Hunk) -> Value {
    let line = |line: &crate::status::explain::DiffLine| {
        let op = match line.op {
            Op::Removed => "-",
            Op::Added => "+",
            Op::Kept => " ",
        };
        json!({"op": op, "line": line.line, "text": line.text})
    };
    json!({"changed": hunk.change.word(), "lines": hunk.lines.iter().map(line).collect::<Vec<_>>()})
}

fn caller_of(caller: &Caller, status: &TaskStatus, cwd: &Path) -> Value {
    json!({"task": caller.task, "file": relative(&caller.place.file, cwd), "line": caller.place.line,
           "behavior": caller.behavior.map(|behavior| behavior.word()),
           "hides": caller.task.as_ref().is_some_and(|name| status.skipped_by.contains(name))})
}

fn history_of(history: &Result<History, String>, cwd: &Path) -> Value {
    let history = match history {
        Ok(history) => history,
        Err(reason) => return json!({"turns": [], "examined": 0, "end": reason}),
    };
    let turn = |turn: &Turn| {
        let (version, unknown) = known(&turn.version);
        let commit = turn.commit.as_ref();
        json!({
            "commit": commit.map(|commit| &commit.id), "date": commit.map(|commit| &commit.date),
            "author": commit.map(|commit| &commit.author), "subject": commit.map(|commit| &commit.subject),
            "version": version, "unknown": unknown,
            "baseline_version": turn.was.as_ref().and_then(|was| known(was).0),
            "new": turn.was.is_none(), "cached": turn.cached,
            "changed": turn.changed.iter().map(|change| change.word()).collect::<Vec<_>>(),
            "moved_from": turn.moved_from.as_ref().map(|file| relative(file, cwd)),
        })
    };
    let end = match &history.end {
        End::New => "new",
        End::Enough => "enough",
        End::TooMany => "too many",
        End::Shallow => "shallow",
        End::Unreadable(reason) => reason,
    };
    json!({"turns": history.turns.iter().map(turn).collect::<Vec<_>>(), "examined": history.examined, "end": end})
}
