//! ## What it does
//!
//! Finds cached tasks that call other tasks.
//!
//! ## Why is this bad?
//!
//! On a hit of the parent nothing in it runs. Its children don't run, don't write reports and don't count as hits of their own, and edits of
//! them are not noticed before the parent computes again. Where the children are cached, the parent's cache saves little.
//!
//! It is off by default, since such parents are as often meant. Two cases of it that are not are told in any case:
//! [parent-hides-child](parent-hides-child.md) and [parent-hides-edit](parent-hides-edit.md). A parent that the former tells of is left out
//! here.
//!
//! ## Example
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")
//!
//! @env.task
//! def pipeline(lr: float) -> float:
//!     return evaluate(train(lr))
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache="disable")
//! def pipeline(lr: float) -> float:
//!     return evaluate(train(lr))
//! ```
//!
//! ## Fix
//!
//! None.

use crate::analysis::Call;
use crate::rules::facts::{and_others, cache_place, caches};
use crate::rules::{Facts, Finding, Rule, Severity};

use super::parent_hides_child::disabled_children;

pub static RULE: Rule = Rule {
    id: "cached-parent",
    name: "a cached task that calls tasks",
    severity: Severity::Information,
    is_default: false,
    source: include_str!("cached_parent.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let calls_of = facts.calls_of();
    for (index, parent) in facts.code.tasks.iter().enumerate().filter(|(_, task)| caches(&task.spec)) {
        let calls: Vec<&Call> = calls_of.get(&index).into_iter().flatten().copied().collect();
        if !disabled_children(facts, calls.iter().copied()).is_empty() {
            continue;
        }
        let mut children: Vec<(&str, &Call)> = Vec::new();
        for call in calls.into_iter().filter(|call| call.callee != index) {
            let Some(child) = facts.code.tasks.get(call.callee) else { continue };
            if !children.iter().any(|(name, _)| *name == child.shown_name()) {
                children.push((child.shown_name(), call));
            }
        }
        let Some((first, _)) = children.first() else { continue };
        let verb = if children.len() == 1 { "is" } else { "are" };
        let message = format!(
            "on a hit of `{}` nothing in it runs: {} {verb} skipped",
            parent.shown_name(),
            and_others(first, children.len())
        );
        let finding = Finding::new(&RULE, cache_place(parent), message);
        found.push(children.iter().take(5).fold(finding, |finding, (name, call)| {
            finding.related(call.at.clone(), format!("`{name}` is called here"))
        }));
    }
}
