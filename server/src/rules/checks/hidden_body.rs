//! ## What it does
//!
//! Finds cached tasks with a decorator below the task's that hides the function's source: one that does not use `functools.wraps`.
//!
//! ## Why is this bad?
//!
//! Flyte hashes the source of what the decorator returns, its wrapper, and names the task after it. Edits of the task itself never change
//! the version, and the results of the old code are served. All tasks behind that decorator in one environment have one name and one
//! version.
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

use crate::analysis::{Kind, Known, Span};
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
    for task in facts.code.tasks.iter().filter(|task| caches(&task.spec)) {
        let Kind::Function(Known::Value(hashed)) = &task.kind else { continue };
        // A version that is given does not come of the source; a container's or a call's place is no function's.
        let is_pinned = !matches!(task.spec.version_override.value, Known::Value(None));
        let is_itself = hashed.file == task.at.file && hashed.name_offset == task.at.start;
        let is_function = task.annotations.is_empty() && !task.inputs.is_empty() || hashed.name_offset != task.at.start;
        if is_pinned || is_itself || !is_function {
            continue;
        }
        let Some(own) = facts.text(&task.at.file).and_then(|text| text.get(task.at.range()).map(str::to_owned)) else {
            continue;
        };
        let wrapper = facts.text(&hashed.file).map(|text| name_at(&text, hashed.name_offset)).unwrap_or_default();
        let at = Span { file: hashed.file.clone(), start: hashed.name_offset, end: hashed.name_offset + wrapper.len() };
        let message = format!("Flyte hashes `{wrapper}`, not `{own}`: edits of `{own}` never change its version");
        let help = "decorate the wrapper with `functools.wraps`";
        found.push(Finding::new(&RULE, task.at.clone(), message).help(help).related(at, "what is hashed"));
    }
}

fn name_at(text: &str, offset: usize) -> String {
    let rest = text.get(offset..).unwrap_or_default();
    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
