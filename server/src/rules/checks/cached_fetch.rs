//! ## What it does
//!
//! Finds cached tasks without inputs and without `max_age` that fetch something: over HTTP, from an object store or a database.
//!
//! ## Why is this bad?
//!
//! Without inputs there is one key, and without `max_age` the platform decides how long its entry is served: what was fetched by the first
//! run is what all later ones get, until the source of the task changes.
//!
//! A task with a version, a salt or policies of its own says by that when it is to fetch again, and is left alone.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache="auto")
//! def rates() -> str:
//!     return requests.get("https://example.com/rates.json").text
//! ```
//!
//! Use instead one of these:
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", max_age=3600))
//! def rates() -> str: ...
//!
//! @env.task(cache="auto")
//! def rates(day: str) -> str: ...
//! ```
//!
//! ## Fix
//!
//! None: how long it stays fresh is yours to say.

use crate::analysis::{Known, Policy, Spec};
use crate::rules::facts::{caches, inputs};
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "cached-fetch",
    name: "a cached task without inputs that fetches",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("cached_fetch.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for task in facts.code.tasks.iter().filter(|task| caches(&task.spec) && is_for_ever(&task.spec)) {
        let Some((at, what)) = task.fetches.as_ref().filter(|_| inputs(task).is_some_and(|inputs| inputs.is_empty()))
        else {
            continue;
        };
        let name = task.shown_name();
        let message = format!("`{name}` fetches once: it is cached, has no inputs and no `max_age`");
        let help = "say how long it stays fresh (`max_age`), or give it what the result depends on, such as a day";
        found.push(Finding::new(&RULE, task.at.clone(), message).help(help).related(at.clone(), format!("`{what}`")));
    }
}

/// Whether nothing says when an entry is out of date.
fn is_for_ever(spec: &Spec) -> bool {
    spec.max_age.value == Known::Value(None)
        && spec.version_override.value == Known::Value(None)
        && spec.salt.value == Known::Value(String::new())
        && spec.policies.value == Known::Value(vec![Policy::FunctionBody])
}
