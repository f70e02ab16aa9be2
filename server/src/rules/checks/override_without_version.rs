//! ## What it does
//!
//! Finds `Cache("override")` without a `version_override`.
//!
//! ## Why is this bad?
//!
//! There is nothing to override with: the version is computed from the code, as under `auto`. What is different is that local runs never
//! read the cache of `override`: they write entries that they don't use.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache="override")
//! def train(lr: float) -> str: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache="auto")
//! def train(lr: float) -> str: ...
//! ```
//!
//! or give the version:
//!
//! ```python
//! @env.task(cache=flyte.Cache("override", version_override="1.0"))
//! def train(lr: float) -> str: ...
//! ```
//!
//! ## Fix
//!
//! `"auto"`: the version stays, and local runs read the cache. It is unsafe, since they did not before.

use cache_core::policy::Behavior;

use crate::edit::TextEdit;
use crate::rules::literal::inside;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "override-without-version",
    name: "\"override\" without a version",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("override_without_version.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for cache in facts.caches() {
        let has_none = matches!(cache.spec.version_override.value.value(), Some(None));
        if !has_none || cache.behavior() != Some(Behavior::Override) || cache.spec.refused.is_some() {
            continue;
        }
        let value = match cache.written.argument("behavior") {
            Some(argument) => argument.value.clone(),
            None => cache.written.at.range(),
        };
        let text = facts.text(&cache.written.at.file).unwrap_or_default();
        let fix =
            inside(&text, &value).map(|inner| Fix::unsafe_("write \"auto\"", vec![TextEdit::replace(inner, "auto")]));
        let message = "\"override\" without a version takes the version of the code, and local runs never read it";
        let help = "say \"auto\", or give a `version_override`";
        found.push(Finding::new(&RULE, cache.written.at.sibling(&value), message).help(help).fix(fix));
    }
}
