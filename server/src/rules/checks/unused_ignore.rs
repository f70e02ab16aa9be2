//! ## What it does
//!
//! Finds comments `# tasklens: ignore[…]` that silence nothing, and ids in them that are no rule.
//!
//! ## Why is this bad?
//!
//! The reason for the comment is gone, and it would silence the next mistake.
//!
//! ## Example
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")  # tasklens: ignore[pinned-auto]
//! ```
//!
//! Use instead:
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")
//! ```
//!
//! ## Fix
//!
//! Takes the comment, or the id in it, out. It is safe.

use crate::rules::{Facts, Finding, Rule, Severity};

pub static UNUSED_IGNORE: Rule = Rule {
    id: "unused-ignore",
    name: "a comment that silences nothing",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("unused_ignore.rs"),
    check,
};

/// What is silenced is known when all other rules are through: see [`super::super::suppression`].
fn check(_: &Facts<'_>, _: &mut Vec<Finding>) {}
