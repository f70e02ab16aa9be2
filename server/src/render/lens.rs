//! What stands above the tasks and calls of a file: a line each, the worst there is to say.

use std::path::Path;

use crate::status::sentence::{call, sentence, version_name};
use crate::status::{Entry, InputsFrom, KnownInputs, News, Report, TaskStatus};

use super::table::counted;

/// What a lens is about: each kind can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A cached task.
    Task,
    /// A call with known inputs, or with a spec of its own.
    Call,
    /// How many tasks of the file are not cached.
    Uncached,
}

/// A line of text at a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// 1-based.
    pub line: u32,
    /// The text.
    pub text: String,
    /// What it is about.
    pub kind: Kind,
    /// The task, as an explanation is asked for: `file.py:LINE`.
    pub task: Option<u32>,
    /// The version that it is about, in short: `auto 9f3a2c1`.
    pub version: Option<String>,
}

/// The lenses of a file, by line; `last_line` is the file's own, where the count of what has none stands.
pub fn lenses(report: &Report, file: &Path, last_line: u32) -> Vec<Lens> {
    let since = report.since();
    let here = || report.tasks.iter().filter(|status| &*status.task.place.file == file);
    let mut lenses: Vec<Lens> = here().filter(|status| is_shown(status)).map(|status| of_task(status, since)).collect();
    for status in &report.tasks {
        lenses.extend(of_calls(status, file));
    }
    // A call in a body of several tasks is one call.
    lenses.sort_by(|a, b| (a.line, &a.text).cmp(&(b.line, &b.text)));
    lenses.dedup();
    let uncached = here().filter(|status| !is_shown(status)).count();
    if uncached > 0 {
        let text = format!("{} not cached", counted(uncached, "task is", "tasks are"));
        lenses.push(Lens { line: last_line, text, kind: Kind::Uncached, task: None, version: None });
    }
    lenses
}

/// Most tasks are not cached and never were: they get no line.
fn is_shown(status: &TaskStatus) -> bool {
    status.news() != News::Off
}

fn of_task(status: &TaskStatus, since: Option<&str>) -> Lens {
    let line = status.task.place.line;
    let version = Some(version_name(status));
    Lens { line, text: sentence(status, since).to_string(), kind: Kind::Task, task: Some(line), version }
}

/// What calls of a task in a file will do.
fn of_calls(status: &TaskStatus, file: &Path) -> Vec<Lens> {
    let mut lenses = Vec::new();
    let task = Some(status.task.place.line).filter(|_| &*status.task.place.file == file);
    for over in status.overridden.iter().filter(|over| &*over.place.file == file) {
        lenses.push(Lens { line: over.place.line, text: call(over), kind: Kind::Call, task, version: None });
    }
    for known in status.known_inputs.iter().filter(|known| known.from == InputsFrom::Call) {
        let Some(text) = of_inputs(known) else { continue };
        for place in known.places.iter().filter(|place| &*place.file == file) {
            lenses.push(Lens { line: place.line, text: text.clone(), kind: Kind::Call, task, version: None });
        }
    }
    lenses
}

/// What the store said of a call's inputs; nothing where it was not asked.
fn of_inputs(known: &KnownInputs) -> Option<String> {
    use crate::status::sentence::duration;
    let took = known.seconds.map(duration);
    Some(match (known.entry, took) {
        (Entry::Hit, Some(took)) => format!("hit · saves {took}"),
        (Entry::Hit, None) => "hit".to_owned(),
        (Entry::Lost, Some(took)) => format!("lost · costs about {took} (last run)"),
        (Entry::Lost, None) => "lost · the entry is of the baseline's version".to_owned(),
        (Entry::Miss, _) => "miss · not in the local cache".to_owned(),
        (Entry::NotAsked, _) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::status::samples;
    use super::*;

    #[test]
    fn each_cached_task_has_a_line_and_the_others_are_counted() {
        let report = samples::report(samples::every_kind());
        let file = samples::task("f", 1).task.place.file;
        let lenses = lenses(&report, &file, 99);
        let shown: Vec<String> =
            lenses.iter().map(|lens| format!("{} {:?} {}", lens.line, lens.kind, lens.text)).collect();
        insta::assert_snapshot!(shown.join("\n"));
    }
}
