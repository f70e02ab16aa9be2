//! ## What it does
//!
//! Finds two cached tasks that have one name: two functions of one name in one environment, or two environments of one name. In one file,
//! in two files that run together, since one imports the other or a third imports both, or in any two files of the project if they are
//! pinned to one version and have the same inputs and outputs.
//!
//! ## Why is this bad?
//!
//! The name is in the key. Of two functions, the later one takes the name for itself, in the file and in the environment; of two environments
//! of one name, tasks share entries as soon as they have the same source.
//!
//! Tasks of one name, one version and one interface have one key, in whatever file: under `auto` that takes the same source, under a
//! given version the results of one are served for the other. Definitions of which the code picks one (`if` and `else`) are meant so, and so
//! are copies.
//!
//! ## Example
//!
//! ```python
//! @env.task
//! def train(lr: float) -> str: ...
//!
//! @env.task
//! def train(lr: float, depth: int) -> str: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task
//! def train(lr: float) -> str: ...
//!
//! @env.task
//! def train_deep(lr: float, depth: int) -> str: ...
//! ```
//!
//! ## Fix
//!
//! None.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use crate::analysis::{Kind, Known, Span, Task};
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::TaskStatus;
use crate::status::sentence::quoted;

pub static RULE: Rule = Rule {
    id: "duplicate-task-name",
    name: "two tasks of one name",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("duplicate_task_name.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    in_one_file(facts, found);
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for (later, earlier) in &facts.code.namesakes {
        let (Some(task), Some(other)) = (facts.code.tasks.get(*later), facts.code.tasks.get(*earlier)) else {
            continue;
        };
        if is_asked(task) && is_asked(other) && told.insert(*later) {
            let message = format!(
                "there is another task `{}` in `{}`, which runs beside this file: the name is in the key of both",
                task.shown_name(),
                file_name(other)
            );
            let finding = Finding::new(&RULE, task.at.clone(), message);
            found.push(finding.related(other.at.clone(), "the other one"));
        }
    }
    of_one_pin(facts, found, &told);
}

fn in_one_file(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let mut first: HashMap<(&Path, &str), &Task> = HashMap::new();
    for task in facts.code.tasks.iter().filter(|task| is_asked(task)) {
        let Some(name) = task.known_name() else { continue };
        match first.get(&(&*task.place.file, name)) {
            // One function that several calls make a task of.
            Some(earlier) if earlier.at == task.at => {}
            Some(earlier) => {
                let message = format!("there is another task `{name}` in this file: the name is in the key of both");
                let finding = Finding::new(&RULE, task.at.clone(), message);
                found.push(finding.related(earlier.at.clone(), format!("the first `{name}`")));
            }
            None => {
                first.insert((&task.place.file, name), task);
            }
        }
    }
}

/// Tasks of files that never run together share entries all the same, if their given version and their interface are the same.
fn of_one_pin(facts: &Facts<'_>, found: &mut Vec<Finding>, told: &BTreeSet<usize>) {
    let mut first: HashMap<(&str, &str, &str), &TaskStatus> = HashMap::new();
    let told: Vec<&Span> = told.iter().filter_map(|index| facts.code.tasks.get(*index)).map(|task| &task.at).collect();
    for status in facts.statuses().filter(|status| status.pinned && is_asked(&status.task)) {
        let (Some(name), Known::Value(version), Known::Value(interface)) =
            (status.task.known_name(), &status.here.version, &status.interface_hash)
        else {
            continue;
        };
        let Some(earlier) = first.get(&(name, version, interface)) else {
            first.insert((name, version, interface), status);
            continue;
        };
        let (task, other) = (&status.task, &earlier.task);
        let is_copy = || {
            let source = |task| facts.source_of(task).map(|source| source.split_whitespace().collect::<String>());
            source(task) == source(other)
        };
        if task.place.file != other.place.file && !told.contains(&&task.at) && !is_copy() {
            let message = format!(
                "`{name}` of `{}` has this name, the version {} and these inputs and outputs too: they share entries",
                file_name(other),
                quoted(version)
            );
            let finding = Finding::new(&RULE, task.at.clone(), message);
            found.push(finding.related(other.at.clone(), "the other one"));
        }
    }
}

/// Whether a task's name is worth a word: it is cached, a function, and no one of several by a condition.
fn is_asked(task: &Task) -> bool {
    task.branch.is_none()
        && caches(&task.spec)
        && matches!(task.kind, Kind::Function(_))
        && task.known_name().is_some_and(|name| !name.ends_with("<lambda>"))
}

fn file_name(task: &Task) -> String {
    task.place.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
