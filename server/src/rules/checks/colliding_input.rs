//! ## What it does
//!
//! Finds inputs of cached tasks that are lists or maps right inside of one another, such as `list[list[int]]`.
//!
//! ## Why is this bad?
//!
//! Flyte's key joins the parts of nested collections without a frame around them, so that different values have one key:
//! `[[1], [2]]`, `[[1, 2]]` and `[[1, 2], []]`. The result of one is served for the other.
//!
//! Inputs that are ignored are left alone. This is off by default, since whether such values occur is not known; where known inputs collide,
//! `tasklens status` says so.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache="auto")
//! def total(rows: list[list[int]]) -> int: ...
//! ```
//!
//! Use instead a type that is hashed as a whole:
//!
//! ```python
//! @dataclasses.dataclass
//! class Table:
//!     rows: list[list[int]]
//!
//! @env.task(cache="auto")
//! def total(table: Table) -> int: ...
//! ```
//!
//! ## Fix
//!
//! None.

use cache_core::key::flyte::Interface;

use crate::analysis::Known;
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "colliding-input",
    name: "nested collections of which different values have one key",
    severity: Severity::Warning,
    is_default: false,
    source: include_str!("colliding_input.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for task in facts.code.tasks.iter().filter(|task| caches(&task.spec)) {
        let (Known::Value(signature), Some(ignored)) = (&task.signature, task.spec.ignored_inputs.value.value()) else {
            continue;
        };
        // The nesting of a type is the same under every Python.
        let Ok(interface) = Interface::of(signature, (3, 12)) else { continue };
        for name in interface.colliding().filter(|name| !ignored.iter().any(|ignored| ignored == name)) {
            let input = task.inputs.iter().position(|input| input.name == name);
            let annotation = input.and_then(|input| task.annotations.get(input).cloned().flatten());
            let at = annotation.unwrap_or_else(|| task.at.clone());
            let message = format!(
                "different values of `{name}` have one key: a result of `{}` may be another's",
                task.shown_name()
            );
            found.push(Finding::new(&RULE, at, message).help("wrap it in a dataclass, which is hashed as a whole"));
        }
    }
}
