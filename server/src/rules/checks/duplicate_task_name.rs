//! ## What it does
//!
//! Finds two cached tasks of one file that have one name: two functions of one name in one environment, or two environments of one
//! name.
//!
//! ## Why is this bad?
//!
//! The name is in the key. Of two functions, the later one takes the name for itself, in the file and in the environment; of two environments
//! of one name, tasks share entries as soon as they have the same source.
//!
//! Definitions of which the code picks one (`if` and `else`) are meant so.
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

use std::collections::HashMap;
use std::path::Path;

use crate::analysis::{Kind, Task};
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "duplicate-task-name",
    name: "two tasks of one name",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("duplicate_task_name.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let mut first: HashMap<(&Path, &str), &Task> = HashMap::new();
    let candidates = facts.code.tasks.iter().filter(|task| task.branch.is_none() && caches(&task.spec));
    for task in candidates.filter(|task| matches!(task.kind, Kind::Function(_))) {
        let Some(name) = task.known_name().filter(|name| !name.ends_with("<lambda>")) else { continue };
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
