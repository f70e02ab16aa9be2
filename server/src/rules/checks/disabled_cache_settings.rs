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
        // Unless the behavior stands between them, they go in one piece.
        let is_one = cache.written.arguments.iter().all(|argument| {
            argument.parameter != "behavior" || argument.range.end <= range.start || argument.range.start >= range.end
        });
        let gone = with_comma(&text, &range).filter(|_| is_one);
        let fix = gone.map(|gone| Fix::safe("take it out", vec![TextEdit::remove(gone)]));
        let does = if names.len() == 1 { "does" } else { "do" };
        let message = format!("{} {does} nothing: the cache is disabled", names.join(", "));
        found.push(Finding::new(&RULE, cache.written.at.sibling(&range), message).fix(fix).unnecessary());
    }
}
