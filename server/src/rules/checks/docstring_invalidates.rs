//! ## What it does
//!
//! Finds tasks of which only the docstring changed since the [baseline](../configuration.md#the-baseline), and whose version is another one by
//! that.
//!
//! ## Why is this bad?
//!
//! The docstring is a part of the source that Flyte hashes: the next run computes what it has already. A comment is not.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache="auto")
//! def train(lr: float) -> str:
//!     """Train the model.  (was: Trains the model.)"""
//!     return fit(lr)
//! ```
//!
//! Use instead a comment, or keep the entries of before with `tasklens keep`, which pins the task to the version that it had:
//!
//! ```python
//! @env.task(cache="auto")
//! def train(lr: float) -> str:
//!     """Trains the model."""
//!     # Train until the loss is flat.
//!     return fit(lr)
//! ```
//!
//! ## Fix
//!
//! None by itself. Editors offer to keep the cache; so does [`tasklens keep`](../cli.md#tasklens-keep).

use crate::analysis::Known;
use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::{Change, Status};

pub static RULE: Rule = Rule {
    id: "docstring-invalidates",
    name: "a new version for a docstring",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("docstring_invalidates.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let since = facts.report.baseline.as_ref().map_or("the baseline", |baseline| baseline.name.as_str());
    for status in facts.statuses() {
        let was_cached = status.before.as_ref().is_some_and(|before| before.cached);
        let is_known = matches!(status.here.version, Known::Value(_));
        if status.status != Status::Invalidated || status.changed != [Change::Docstring] || !was_cached || !is_known {
            continue;
        }
        let name = status.task.shown_name();
        let message = format!("only the docstring of `{name}` changed since {since}: the next run computes again");
        let finding = Finding::new(&RULE, status.task.at.clone(), message);
        found.push(finding.help(format!("`tasklens keep {name}` keeps the entries of before")));
    }
}
