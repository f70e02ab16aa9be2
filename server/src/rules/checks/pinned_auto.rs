//! ## What it does
//!
//! Finds caches that say `auto` and give a version too: `Cache("auto", "1.0")`.
//!
//! ## Why is this bad?
//!
//! A given version is taken as it is, under `auto` as under `override`: edits of the code don't change it. Who edits the task is served the
//! results of the old code, here and on a cluster, until somebody writes another version.
//!
//! A version that [`tasklens keep`](../cli.md#tasklens-keep) wrote (64 hex digits) is meant so; of it you are only reminded.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", "1.0"))
//! def train(lr: float) -> str: ...
//! ```
//!
//! Use instead one of these. Either edits count:
//!
//! ```python
//! @env.task(cache="auto")
//! def train(lr: float) -> str: ...
//! ```
//!
//! or the version is yours to change, and says so. Local runs of `override` write entries but never read them:
//!
//! ```python
//! @env.task(cache=flyte.Cache("override", "1.0"))
//! def train(lr: float) -> str: ...
//! ```
//!
//! ## Fix
//!
//! None by itself: without the version the entries of before are not found, and with `override` local runs no longer read the cache.

use cache_core::policy::Behavior;

use crate::rules::facts::CacheUse;
use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::sentence::{is_hash, quoted};

pub static RULE: Rule = Rule {
    id: "pinned-auto",
    name: "\"auto\" that is pinned by a version",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("pinned_auto.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for cache in facts.caches() {
        let Some(Some(version)) = cache.spec.version_override.value.value() else { continue };
        if cache.behavior() != Some(Behavior::Auto) || cache.spec.refused.is_some() {
            continue;
        }
        found.push(finding(cache, version));
    }
}

fn finding(cache: &CacheUse<'_>, version: &str) -> Finding {
    let at = cache.at("version_override");
    let finding = if version.len() == 64 && is_hash(version) {
        let message = format!("kept at the version {}…: code edits do not count", version.get(..7).unwrap_or(version));
        let mut finding = Finding::new(&RULE, at, message).help("`tasklens keep --undo` lets them count again");
        finding.severity = Severity::Information;
        finding
    } else {
        let message = format!("\"auto\" is pinned by {}: code edits do not count", quoted(version));
        Finding::new(&RULE, at, message).help(
            "take the version out so that edits count, or say \"override\" where you mean to change it by hand \
             (local runs never read the cache of \"override\")",
        )
    };
    // A task's own cache is right there.
    let others = cache.tasks.iter().filter(|_| cache.tasks.len() > 1).take(5);
    others.fold(finding, |finding, task| finding.related(task.at.clone(), format!("`{}` has it", task.shown_name())))
}
