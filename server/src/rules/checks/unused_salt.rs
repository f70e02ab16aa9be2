//! ## What it does
//!
//! Finds a `salt` or `policies` beside a `version_override`.
//!
//! ## Why is this bad?
//!
//! A given version is taken as it is: neither salt nor policies count, although the user guide shows `override` with a salt. Who changes
//! the salt to have everything computed again is served the old entries.
//!
//! ## Example
//!
//! ```python
//! flyte.Cache("override", version_override="1.0", salt="team-a")
//! ```
//!
//! Use instead:
//!
//! ```python
//! flyte.Cache("override", version_override="1.0-team-a")
//! ```
//!
//! ## Fix
//!
//! Takes the argument out. It is safe: no version changes.

use crate::edit::TextEdit;
use crate::rules::facts::{CacheUse, caches};
use crate::rules::literal::with_comma;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};
use crate::status::sentence::quoted;

pub static RULE: Rule = Rule {
    id: "unused-salt",
    name: "a salt or policies that a version makes useless",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("unused_salt.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for cache in facts.caches().iter().filter(|cache| caches(cache.spec)) {
        let Some(Some(version)) = cache.spec.version_override.value.value() else { continue };
        let is_salted = cache.spec.salt.value.value().is_some_and(|salt| !salt.is_empty());
        let has_policies = cache.spec.policies.place.is_some();
        found.extend(is_salted.then(|| finding(facts, cache, "salt", "does", version)));
        found.extend(has_policies.then(|| finding(facts, cache, "policies", "do", version)));
    }
}

fn finding(facts: &Facts<'_>, cache: &CacheUse<'_>, parameter: &str, does: &str, version: &str) -> Finding {
    let argument = cache.written.argument(parameter);
    let text = facts.text(&cache.written.at.file).unwrap_or_default();
    // What stands behind an argument by position would take its place.
    let is_keyword =
        |range: &std::ops::Range<usize>| text.get(range.clone()).is_some_and(|text| text.starts_with(parameter));
    let gone =
        argument.filter(|argument| is_keyword(&argument.range)).and_then(|found| with_comma(&text, &found.range));
    let fix = gone.map(|gone| Fix::safe(format!("take `{parameter}` out"), vec![TextEdit::remove(gone)]));
    let message = format!("`{parameter}` {does} nothing: the version {} is taken as it is", quoted(version));
    Finding::new(&RULE, cache.at(parameter), message).fix(fix).unnecessary()
}
