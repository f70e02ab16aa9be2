//! ## What it does
//!
//! Finds tasks that have another version since the [baseline](../configuration.md#the-baseline) by an edit that can't change their results:
//! of the docstring, of a setting in the task's decorator that says how it is run (`retries=`, `timeout=`, `short_name=`, `report=` and the
//! like, or `cache=` without another version, salt or ignored inputs), or of the words of an annotation (`List[int]` and `list[int]`,
//! `Optional[int]` and `int | None`).
//!
//! ## Why is this bad?
//!
//! All of that is a part of the source that Flyte hashes: the next run computes what it has already. A comment is not.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache="auto", retries=3)  # was: retries=1
//! def train(lr: float) -> str:
//!     """Train the model."""          # was: """Trains the model."""
//!     return fit(lr)
//! ```
//!
//! Use instead comments, `train.override(retries=3)` where it is called, or keep the entries of before with `tasklens keep`, which pins the
//! task to the version that it had:
//!
//! ```python
//! @env.task(cache="auto", retries=1)
//! def train(lr: float) -> str:
//!     """Trains the model."""
//!     # Train until the loss is flat.
//!     return fit(lr)
//! ```
//!
//! ## Fix
//!
//! None by itself. Editors offer to keep the cache; so does [`tasklens keep`](../cli.md#tasklens-keep).

use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::sentence::trifles;

pub static RULE: Rule = Rule {
    id: "needless-recompute",
    name: "a new version for what cannot matter",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("needless_recompute.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let since = facts.since();
    for status in facts.statuses().filter(|status| !status.needless().is_empty()) {
        let name = status.task.shown_name();
        let what = trifles(status.needless());
        let message = format!("only {what} of `{name}` changed since {since}: the next run computes again");
        let finding = Finding::new(&RULE, status.task.at.clone(), message);
        found.push(finding.help(format!("`tasklens keep {name}` keeps the entries of before")));
    }
}
