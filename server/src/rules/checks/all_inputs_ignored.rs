//! ## What it does
//!
//! Finds caches that ignore every input of their tasks.
//!
//! ## Why is this bad?
//!
//! Nothing that a task is given is in its key: one entry is served to all calls, whatever they pass.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", ignored_inputs=("day", "run_id")))
//! def report(day: str, run_id: str) -> str: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", ignored_inputs=("run_id",)))
//! def report(day: str, run_id: str) -> str: ...
//! ```
//!
//! A cache that several tasks have is told of only if it ignores all inputs of each.
//!
//! ## Fix
//!
//! None: which inputs count is yours to say.

use crate::rules::facts::{caches, inputs};
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "all-inputs-ignored",
    name: "a cache that ignores every input",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("all_inputs_ignored.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for cache in facts.caches().iter().filter(|cache| caches(cache.spec)) {
        let Some(ignored) = cache.spec.ignored_inputs.value.value() else { continue };
        let known: Option<Vec<Vec<&str>>> = cache.tasks.iter().map(|task| inputs(task)).collect();
        let Some(known) = known else { continue };
        let is_ignored = |name: &&str| ignored.iter().any(|ignored| ignored == name);
        if known.iter().all(|inputs| !inputs.is_empty() && inputs.iter().all(is_ignored)) {
            let message = format!("every input of {} is ignored: one entry is served to all calls", cache.names());
            let finding = Finding::new(&RULE, cache.at("ignored_inputs"), message)
                .help("leave out of `ignored_inputs` what the result depends on");
            found.push(
                cache.tasks.iter().take(5).fold(finding, |finding, task| {
                    finding.related(task.at.clone(), format!("`{}`", task.shown_name()))
                }),
            );
        }
    }
}
