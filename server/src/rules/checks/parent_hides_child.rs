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
//! Told once for each parent, at its own cache, or at its name where it inherits one.
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

use std::collections::HashMap;

use cache_core::policy::Behavior;

use crate::analysis::{Call, From, Known, Spec};
use crate::rules::facts::caches;
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
    let mut calls_of: HashMap<usize, Vec<&Call>> = HashMap::new();
    for call in &facts.code.calls {
        calls_of.entry(call.caller.unwrap_or(usize::MAX)).or_default().push(call);
    }
    for (index, parent) in facts.code.tasks.iter().enumerate().filter(|(_, task)| caches(&task.spec)) {
        let calls = calls_of.get(&index).into_iter().flatten().copied();
        let mut children: Vec<(&str, _, _)> = Vec::new();
        for call in calls {
            let Some(child) = facts.code.tasks.get(call.callee) else { continue };
            let spec = call.spec.as_ref().unwrap_or(&child.spec);
            if is_off_on_purpose(spec) && !children.iter().any(|(name, ..)| *name == child.shown_name()) {
                children.push((child.shown_name(), call, spec));
            }
        }
        let Some((child, ..)) = children.first() else { continue };
        let rest = match children.len() {
            1 => String::new(),
            2 => " and another task".to_owned(),
            more => format!(" and {} other tasks", more - 1),
        };
        let message = format!(
            "on a hit of `{}` nothing in it runs: `{child}`{rest}, whose cache is disabled, is skipped",
            parent.shown_name()
        );
        let at = match (&parent.spec.from, &parent.spec.written) {
            (From::Task, Some(written)) if written.at.file == parent.at.file => written.at.clone(),
            _ => parent.at.clone(),
        };
        let finding = Finding::new(&RULE, at, message)
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

/// Whether somebody wrote that this is not to be cached: for the task itself, or for the call.
fn is_off_on_purpose(spec: &Spec) -> bool {
    matches!(spec.from, From::Task | From::Override) && spec.behavior.value == Known::Value(Behavior::Disable)
}
