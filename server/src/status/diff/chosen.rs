//! Tasks that have several definitions, of which a condition picks one when the file is run: `if` and `else`, `try` and `except`. What
//! became of each definition is known, but not which of them counts, so that a change of one need not be a change of the task.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Task;
use crate::status::compare::is_cached;
use crate::status::{Side, TaskStatus};

/// The tasks of which nobody can tell whether they have another version, with why: a version that one of their definitions had is that of
/// one of them still. Where no version is left of those that there were, the task is surely invalidated, and not among these.
pub fn undecided(now: &[TaskStatus], before: &Side<'_>) -> BTreeMap<String, String> {
    let tasks = now.iter().map(|status| &status.task).chain(&before.project.tasks);
    let chosen: BTreeSet<&str> =
        tasks.filter(|task| task.branch.is_some() && is_cached(&task.spec)).filter_map(Task::known_name).collect();
    let reason = |name: &str| {
        let is_it = |task: &Task| task.known_name() == Some(name) && is_cached(&task.spec);
        let statuses: Vec<&TaskStatus> = now.iter().filter(|status| is_it(&status.task)).collect();
        let then: Vec<&Task> = before.project.tasks.iter().filter(|task| is_it(task)).collect();
        if statuses.len().max(then.len()) < 2 {
            return None;
        }
        let had = then.iter().map(|task| before.versions.of(task, &(before.runtime)(task)));
        let had: Vec<String> = had.filter_map(|version| version.value().cloned()).collect();
        statuses.iter().find(|status| status.here.version.value().is_some_and(|version| had.contains(version)))?;
        let branches: BTreeSet<&str> =
            statuses.iter().map(|status| &status.task).chain(then).filter_map(|task| task.branch.as_deref()).collect();
        let branches: Vec<String> = branches.into_iter().map(|branch| format!("`{branch}`")).collect();
        Some(format!("which definition counts is only known when the file is run ({})", branches.join(", ")))
    };
    chosen.into_iter().filter_map(|name| Some((name.to_owned(), reason(name)?))).collect()
}
