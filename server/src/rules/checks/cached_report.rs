//! ## What it does
//!
//! Finds cached tasks with `report=True` or `produces_artifacts=True`.
//!
//! ## Why is this bad?
//!
//! On a hit nothing of the task runs: no report is written and no artifact is published for that run. Those of the run that computed
//! are where they were.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache="auto", report=True)
//! def evaluate(model: str) -> float: ...
//! ```
//!
//! Use instead, if each run is to have its report:
//!
//! ```python
//! @env.task(cache="disable", report=True)
//! def evaluate(model: str) -> float: ...
//! ```
//!
//! ## Fix
//!
//! None.

use crate::analysis::TaskKeyword;
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "cached-report",
    name: "a cached task that writes reports or artifacts",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("cached_report.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for task in facts.code.tasks.iter().filter(|task| caches(&task.spec)) {
        let what = |keyword: &TaskKeyword| match keyword.name.as_str() {
            "report" => Some("writes no report"),
            "produces_artifacts" => Some("publishes no artifact"),
            _ => None,
        };
        let given = task.keywords.iter().filter(|keyword| keyword.truth == Some(true));
        let lost: Vec<_> = given.filter_map(|keyword| Some((keyword, what(keyword)?))).collect();
        let Some((first, _)) = lost.first() else { continue };
        let what = lost.iter().map(|(_, what)| *what).collect::<Vec<_>>().join(" and ");
        let message = format!("a run of `{}` that is served from the cache {what}", task.shown_name());
        found.push(Finding::new(&RULE, first.value_at.clone(), message));
    }
}
