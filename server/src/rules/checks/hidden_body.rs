//! ## What it does
//!
//! Finds cached tasks with a decorator below the task's that hides the function's source: one that does not use `functools.wraps`.
//!
//! ## Why is this bad?
//!
//! Flyte hashes the source of what the decorator returns, its wrapper, and names the task after it. Edits of the task itself never change
//! the version, and the results of the old code are served. All tasks behind that decorator in one environment have one name and one
//! version. Told once for each such decorator in a file.
//!
//! ## Example
//!
//! ```python
//! def timed(f):
//!     def wrapper(x: int) -> int:
//!         return f(x)
//!     return wrapper
//!
//! @env.task(cache="auto")
//! @timed
//! def train(x: int) -> int: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! def timed(f):
//!     @functools.wraps(f)
//!     def wrapper(x: int) -> int:
//!         return f(x)
//!     return wrapper
//! ```
//!
//! ## Fix
//!
//! None.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::analysis::{Kind, Known, Span, Task};
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "hidden-body",
    name: "a decorator that hides the source which is hashed",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("hidden_body.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    // The wrapper is the cause: all tasks behind it are one finding in a file.
    let mut by_wrapper: BTreeMap<(&Path, &Path, usize), Vec<&Task>> = BTreeMap::new();
    for task in facts.code.tasks.iter().filter(|task| caches(&task.spec)) {
        let Kind::Function(Known::Value(hashed)) = &task.kind else { continue };
        // A version that is given does not come of the source; a container's or a call's place is no function's.
        let is_pinned = !matches!(task.spec.version_override.value, Known::Value(None));
        let is_itself = hashed.file == task.at.file && hashed.name_offset == task.at.start;
        let is_function = task.annotations.is_empty() && !task.inputs.is_empty() || hashed.name_offset != task.at.start;
        if !is_pinned && !is_itself && is_function {
            by_wrapper.entry((&task.at.file, &hashed.file, hashed.name_offset)).or_default().push(task);
        }
    }
    for ((_, file, offset), tasks) in by_wrapper {
        let Some(first) = tasks.first() else { continue };
        let own = |task: &Task| facts.text(&task.at.file).and_then(|text| text.get(task.at.range()).map(str::to_owned));
        let Some(name) = own(first) else { continue };
        let wrapper = facts.text(file).map(|text| name_at(&text, offset)).unwrap_or_default();
        let at = Span { file: Arc::from(file), start: offset, end: offset + wrapper.len() };
        let (hidden, edits) = match tasks.as_slice() {
            [_] => (format!("`{name}`"), format!("edits of `{name}` never change its version")),
            all => {
                let (others, s) = (all.len() - 1, if all.len() == 2 { "" } else { "s" });
                (format!("`{name}` and {others} other task{s}"), "edits of those never change their version".to_owned())
            }
        };
        let message = format!("Flyte hashes `{wrapper}`, not {hidden}: {edits}");
        let help = "decorate the wrapper with `functools.wraps`";
        let finding = Finding::new(&RULE, first.at.clone(), message).help(help).related(at, "what is hashed");
        found.push(
            tasks
                .iter()
                .skip(1)
                .take(5)
                .fold(finding, |finding, task| finding.related(task.at.clone(), "another task behind it")),
        );
    }
}

fn name_at(text: &str, offset: usize) -> String {
    let rest = text.get(offset..).unwrap_or_default();
    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
