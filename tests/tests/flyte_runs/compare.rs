//! Holds what Tasklens said before a run against what the SDK then did.

use std::collections::BTreeSet;

use serde_json::Value;

use super::scenario::{Check, Expectation, Outcome};

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is not as it should be.
    pub wrong: Vec<String>,
    /// Actions of cached tasks that the SDK made.
    pub actions: usize,
    /// Those of which Tasklens knew the key.
    pub known: usize,
}

/// The version words, without a run.
pub fn words(status: &Value, check: &Check) -> Vec<String> {
    let tasks = check.expected.iter().filter(|expected| expected.task != "*");
    tasks.filter_map(|expected| word(status, expected)).collect()
}

fn word(status: &Value, expected: &Expectation) -> Option<String> {
    let rows: Vec<&Value> = items(&status["tasks"]).filter(|row| text(&row["task"]) == expected.task).collect();
    let [row] = rows[..] else { return Some(format!("{}: {} rows", expected.task, rows.len())) };
    let wanted = expected.status.as_deref()?;
    let changed: BTreeSet<String> = items(&row["changed"]).map(|word| text(word).to_owned()).collect();
    let right = row["status"] == wanted && changed == expected.changed;
    (!right).then(|| {
        let expected_changes = &expected.changed;
        let Expectation { task, .. } = expected;
        format!("{task}: {} {changed:?}, not {wanted} {expected_changes:?} ({})", row["status"], row["reason"])
    })
}

/// `before` is what `status --format json` said, `run` what `tests/flyte/run.py` recorded afterwards. `source` reads a file
/// of the project by the path that the status gives.
pub fn compare(before: &Value, run: &Value, check: &Check, source: &dyn Fn(&str) -> String) -> Verdict {
    let mut verdict = Verdict { wrong: words(before, check), ..Verdict::default() };
    let actions: Vec<&Value> = items(&run["actions"]).collect();
    for expected in check.expected.iter().filter(|expected| expected.task != "*") {
        verdict.wrong.extend(happened(&actions, expected));
        let said = rows(before, &expected.task).any(|row| items(&row["skipped_by"]).count() > 0);
        if expected.skipped && !said {
            verdict.wrong.push(format!("{}: it was not said that its callers skip it", expected.task));
        }
    }
    let dynamic: BTreeSet<&str> =
        check.expected.iter().filter(|expected| expected.dynamic).map(|expected| expected.task.as_str()).collect();
    for action in actions.iter().filter(|action| is_cached(action)) {
        verdict.actions += 1;
        verdict.wrong.extend(version(before, action));
        if known_keys(before, text(&action["task"])).any(|(_, key)| key == text(&action["key"])) {
            verdict.known += 1;
        } else if !dynamic.contains("*") && !dynamic.contains(text(&action["task"])) {
            let rows: Vec<&Value> =
                rows(before, text(&action["task"])).flat_map(|row| items(&row["known_inputs"])).collect();
            verdict.wrong.push(format!(
                "{} with {} has the key {}, which was not among {rows:?}",
                action["task"], action["inputs"], action["key"]
            ));
        }
    }
    for row in items(&before["tasks"]) {
        verdict.wrong.extend(unchanged(row).into_iter().chain(skipped(row, &actions)));
        let name = text(&row["task"]);
        let of_calls = items(&row["known_inputs"]).filter_map(|known| not_reached(known, &actions));
        verdict.wrong.extend(of_calls.map(|problem| format!("{name}: {problem}")));
        for (known, key) in known_keys_of(row) {
            let same = |action: &&&Value| action["task"] == name && action["key"] == key;
            let same: Vec<&Value> = actions.iter().filter(same).copied().collect();
            let problem = match same.as_slice() {
                [] => never(known, name, &actions, source),
                same => entry(known, same, before["store"].is_null(), &|| submits(known, before, source)),
            };
            verdict.wrong.extend(problem.map(|problem| format!("{name}: {problem}: {known}")));
        }
    }
    verdict
}

/// A version is unchanged if it is the baseline's, and only then.
fn unchanged(row: &Value) -> Option<String> {
    let (version, baseline) = (row["version"].as_str()?, row["baseline_version"].as_str()?);
    let wrong = match text(&row["status"]) {
        "unchanged" => version != baseline,
        "invalidated" => version == baseline && !items(&row["changed"]).any(|change| change == "cache"),
        _ => false,
    };
    wrong.then(|| format!("{}: {} with {version}, before {baseline}", row["task"], row["status"]))
}

/// Who is said to be skipped is not called, and those that are said to be served are.
fn skipped(row: &Value, actions: &[&Value]) -> Option<String> {
    let callers: Vec<&str> = items(&row["skipped_by"]).map(text).collect();
    let runs = |action: &&&Value| {
        action["task"] == row["task"] || (callers.contains(&text(&action["task"])) && action["executed"] == true)
    };
    let ran = actions.iter().find(runs).filter(|_| !callers.is_empty())?;
    Some(format!("{}: skipped by {callers:?}, but this ran: {ran}", row["task"]))
}

/// The callers that keep a call from being reached are served.
fn not_reached(known: &Value, actions: &[&Value]) -> Option<String> {
    let callers: Vec<&str> = items(&known["skipped_by"]).map(text).collect();
    let ran = actions.iter().find(|action| action["executed"] == true && callers.contains(&text(&action["task"])))?;
    Some(format!("not reached because of {callers:?}, but this ran: {ran}: {known}"))
}

fn is_cached(action: &Value) -> bool {
    action["behavior"].is_string() && action["behavior"] != "disable" && action["key"].is_string()
}

/// The SDK's side of an expectation.
fn happened(actions: &[&Value], expected: &Expectation) -> Option<String> {
    let wanted = expected.outcomes.as_ref()?;
    let of_task = actions.iter().filter(|action| action["task"] == expected.task.as_str());
    let outcomes: Vec<Outcome> =
        of_task.map(|action| if action["served"] == true { Outcome::Served } else { Outcome::Executed }).collect();
    (outcomes != *wanted).then(|| format!("{}: the SDK {outcomes:?}, not {wanted:?}", expected.task))
}

/// Some row of the task, or a call of it, has the version that the SDK computed; or it isn't known.
fn version(before: &Value, action: &Value) -> Option<String> {
    let (name, version) = (text(&action["task"]), &action["version"]);
    let rows: Vec<&Value> = rows(before, name).collect();
    let found = rows.iter().any(|row| {
        let of_calls = items(&row["overrides"]).any(|call| call["version"] == *version || !call["unknown"].is_null());
        row["version"] == *version || !row["unknown"].is_null() || of_calls
    });
    (!found).then(|| format!("{name}: the SDK's version {version} is none of {rows:?}"))
}

/// What the store was said to hold, against the actions with this key.
fn entry(known: &Value, same: &[&Value], no_store: bool, submits: &dyn Fn() -> bool) -> Option<String> {
    let is = |action: &Value, what: &str| action[what] == true;
    if known["entry"] == "not asked" {
        // Before there is a cache, none can be asked.
        let right = no_store || same.iter().any(|action| !is(action, "asked"));
        return (!right).then(|| "the SDK looked for all of these".to_owned());
    }
    let Some(at) = same.iter().position(|action| is(action, "asked")) else {
        // Inputs in general are of no run; a call in a task doesn't know how the run was started.
        let right = same.iter().all(|action| !is(action, "run_cache")) && !submits();
        return (!right).then(|| "the SDK looked for none of these".to_owned());
    };
    // What an earlier action of this run wrote could not be known to the store before.
    let written = same[..at].iter().any(|action| is(action, "stored"));
    let right = match text(&known["entry"]) {
        "hit" => is(same[at], "served"),
        "miss" | "lost" => is(same[at], "executed") || written,
        _ => false,
    };
    (!right).then(|| format!("served {}, executed {}", same[at]["served"], same[at]["executed"]))
}

/// A call that was reached must have made its key; others need not.
fn never(known: &Value, task: &str, actions: &[&Value], source: &dyn Fn(&str) -> String) -> Option<String> {
    if known["from"] != "call" {
        return None;
    }
    let Place { line, function } = place(known, source);
    if line.contains("# not reached") {
        return None;
    }
    let function = function?;
    let reached = actions.iter().any(|action| {
        action["executed"] == true && text(&action["task"]).rsplit('.').next() == Some(function.as_str())
    });
    let seen: Vec<&Value> =
        actions.iter().filter(|action| action["task"] == task).map(|action| &action["key"]).collect();
    reached.then(|| format!("the call was reached, and its key is none of {seen:?}"))
}

/// Whether a call stands outside of tasks: it starts a run.
fn submits(known: &Value, before: &Value, source: &dyn Fn(&str) -> String) -> bool {
    if known["from"] != "call" {
        return false;
    }
    let Place { function, .. } = place(known, source);
    let is_task = |function: &str| items(&before["tasks"]).any(|task| task["function"] == function);
    function.is_none_or(|function| !is_task(&function))
}

/// Where a call stands.
struct Place {
    /// The text of its line.
    line: String,
    /// The function that the line is in.
    function: Option<String>,
}

fn place(known: &Value, source: &dyn Fn(&str) -> String) -> Place {
    let text = source(text(&known["file"]));
    let number = known["line"].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(1);
    let lines: Vec<&str> = text.lines().take(number).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let line = lines.last().copied().unwrap_or_default();
    // Only these lines are looked at: others may be of a string that goes over several.
    let heads = lines.iter().rev().filter(|above| indent(above) < indent(line)).find_map(|above| {
        let words = above.trim_start();
        let name = words.strip_prefix("async ").unwrap_or(words).strip_prefix("def ");
        let name = name.and_then(|rest| rest.split('(').next()).map(str::to_owned);
        if words.starts_with("if __name__") { Some(None) } else { name.map(Some) }
    });
    let function = heads.flatten();
    Place { line: line.to_owned(), function }
}

fn rows<'a>(before: &'a Value, task: &'a str) -> impl Iterator<Item = &'a Value> {
    items(&before["tasks"]).filter(move |row| row["task"] == task)
}

fn known_keys<'a>(before: &'a Value, task: &'a str) -> impl Iterator<Item = (&'a Value, &'a str)> {
    rows(before, task).flat_map(known_keys_of)
}

fn known_keys_of(row: &Value) -> impl Iterator<Item = (&Value, &str)> {
    items(&row["known_inputs"]).filter_map(|known| Some((known, known["key"].as_str()?)))
}

pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}
