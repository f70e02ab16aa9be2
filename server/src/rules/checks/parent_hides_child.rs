//! ## What it does
//!
//! Finds cached tasks that call a task whose cache is disabled on purpose: with `cache="disable"` of its own or at the call.
//!
//! ## Why is this bad?
//!
//! On a hit nothing of a task runs, so that the tasks which it calls don't run either. Who disabled the child's cache wants it to run
//! each time; it runs only when the parent misses. So it is in the user guide's own complete example, where the pipeline inherits `auto`
//! from its environment and skips the report that is never cached.
//!
//! Told once for each parent, at its own cache, or at its name where it inherits one. Children that are cached, or whose cache nobody
//! disabled, are skipped as well: [cached-parent](cached-parent.md) tells of those.
//!
//! ## Example
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")
//!
//! @env.task(cache="disable")
//! def report(score: float) -> str: ...
//!
//! @env.task
//! def pipeline(lr: float) -> str:
//!     return report(train(lr))
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache="disable")
//! def pipeline(lr: float) -> str:
//!     return report(train(lr))
//! ```
//!
//! ## Fix
//!
//! None.

use cache_core::policy::Behavior;

use crate::analysis::{Call, From, Known, Spec};
use crate::rules::facts::{and_others, cache_place, caches};
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "parent-hides-child",
    name: "a cached parent of a task that is meant to run each time",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("parent_hides_child.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let calls_of = facts.calls_of();
    for (index, parent) in facts.code.tasks.iter().enumerate().filter(|(_, task)| caches(&task.spec)) {
        let calls = calls_of.get(&index).into_iter().flatten().copied();
        let children = disabled_children(facts, calls);
        let Some((child, ..)) = children.first() else { continue };
        let message = format!(
            "on a hit of `{}` nothing in it runs: {}, whose cache is disabled, {} skipped",
            parent.shown_name(),
            and_others(child, children.len()),
            if children.len() == 1 { "is" } else { "are" }
        );
        let finding = Finding::new(&RULE, cache_place(parent), message)
            .help(format!("disable the cache of `{}` too, or call `{child}` outside of it", parent.shown_name()));
        found.push(children.iter().take(5).fold(finding, |finding, (name, call, spec)| {
            let finding = finding.related(call.at.clone(), format!("`{name}` is called here"));
            match &spec.written {
                Some(written) => finding.related(written.at.clone(), "its cache is disabled here"),
                None => finding,
            }
        }));
    }
}

/// The tasks among those that are called whose cache is disabled on purpose: name, call and cache.
pub fn disabled_children<'a>(
    facts: &Facts<'a>,
    calls: impl Iterator<Item = &'a Call>,
) -> Vec<(&'a str, &'a Call, &'a Spec)> {
    let mut children: Vec<(&str, &Call, &Spec)> = Vec::new();
    for call in calls {
        let Some(child) = facts.code.tasks.get(call.callee) else { continue };
        let spec = call.spec.as_ref().unwrap_or(&child.spec);
        if is_off_on_purpose(spec) && !children.iter().any(|(name, ..)| *name == child.shown_name()) {
            children.push((child.shown_name(), call, spec));
        }
    }
    children
}

/// Whether somebody wrote that this is not to be cached: for the task itself, or for the call.
pub fn is_off_on_purpose(spec: &Spec) -> bool {
    matches!(spec.from, From::Task | From::Override) && spec.behavior.value == Known::Value(Behavior::Disable)
}
