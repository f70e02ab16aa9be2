//! ## What it does
//!
//! Finds a `Cache` that is disabled and says more: a version, a salt, policies, `ignored_inputs`, `serialize` or `max_age`.
//!
//! ## Why is this bad?
//!
//! None of it does anything. It reads as if the task were cached.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache=flyte.Cache("disable", ignored_inputs=("run_id",)))
//! def train(data: str, run_id: str) -> str: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache="disable")
//! def train(data: str, run_id: str) -> str: ...
//! ```
//!
//! ## Fix
//!
//! Takes the arguments out. It is safe: nothing is cached before or after.

use std::ops::Range;

use cache_core::policy::Behavior;

use crate::edit::TextEdit;
use crate::rules::literal::with_comma;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "disabled-cache-settings",
    name: "settings of a cache that is disabled",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("disabled_cache_settings.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for cache in facts.caches() {
        if cache.behavior() != Some(Behavior::Disable) || cache.spec.refused.is_some() {
            continue;
        }
        let idle: Vec<_> = cache.written.arguments.iter().filter(|argument| argument.parameter != "behavior").collect();
        let Some((first, last)) = idle.first().zip(idle.last()) else { continue };
        let text = facts.text(&cache.written.at.file).unwrap_or_default();
        let names: Vec<String> = idle.iter().map(|argument| format!("`{}`", argument.parameter)).collect();
        let range = first.range.start..last.range.end;
        let fix =
            taken_out(&text, idle.iter().map(|argument| &argument.range)).map(|edits| Fix::safe("take it out", edits));
        let does = if names.len() == 1 { "does" } else { "do" };
        let message = format!("{} {does} nothing: the cache is disabled", names.join(", "));
        found.push(Finding::new(&RULE, cache.written.at.sibling(&range), message).fix(fix).unnecessary());
    }
}

/// The edits that take arguments out, each by itself: the behavior may stand between them, and comments behind them stay.
fn taken_out<'r>(text: &str, arguments: impl Iterator<Item = &'r Range<usize>>) -> Option<Vec<TextEdit>> {
    let mut edits: Vec<TextEdit> = Vec::new();
    for argument in arguments {
        let mut range = with_comma(text, argument)?;
        // The comma between two that go is taken once.
        if let Some(last) = edits.last() {
            range.start = range.start.max(last.range.end);
        }
        edits.push(TextEdit::remove(range));
    }
    Some(edits)
}
