//! ## What it does
//!
//! Finds tasks, environments and caches that the SDK refuses when the file is imported: a `max_age` that is negative or no time,
//! `policies=[]` without a version, a `Cache` without a behavior or with arguments that it hasn't, names of environments that it does not
//! take, `*args` and `**kwargs` of a task.
//!
//! ## Why is this bad?
//!
//! The file can't be imported, neither here nor in the task's container. The message is the SDK's own.
//!
//! Told for the releases of the SDK of which that is known, 2.9.0 to 2.12.1.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", max_age=-1))
//! def train(lr: float) -> str: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", max_age=3600))
//! def train(lr: float) -> str: ...
//! ```
//!
//! ## Fix
//!
//! None.

use std::collections::BTreeSet;

use crate::analysis::{Task, TaskKeyword};
use crate::rules::facts::CacheUse;
use crate::rules::{Facts, Finding, Rule, Severity};

use crate::status::given::nearest;

use super::flyte1_cache::is_of_flyte_1;
use super::unknown_behavior::is_about;

pub static RULE: Rule = Rule {
    id: "refused-at-import",
    name: "what the SDK refuses at import",
    severity: Severity::Error,
    is_default: true,
    source: include_str!("refused_at_import.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if !facts.knows_refusals() {
        return;
    }
    for cache in facts.caches() {
        // A behavior and Flyte 1's `True` have rules of their own.
        let Some(message) = cache.spec.refused.as_deref().filter(|_| !is_about(cache)) else { continue };
        let text = facts.text(&cache.written.at.file).unwrap_or_default();
        if text.get(cache.written.at.range()) != Some("True") {
            let given = message.strip_prefix("TypeError: Cache.__init__() got an unexpected keyword argument '");
            let given = given.and_then(|rest| rest.strip_suffix('\''));
            let at = cache.at(given.unwrap_or_else(|| parameter(cache, message)));
            let finding = Finding::new(&RULE, at, format!("{}: {message}", cache.raises()));
            found.push(match given.and_then(meant) {
                Some(meant) => finding.help(format!("say `{meant}=…`")),
                None => finding,
            });
        }
    }
    // An environment's mistake is every task's: it is told at the first.
    let mut told = BTreeSet::new();
    for task in &facts.code.tasks {
        let Some(message) = task.refused.as_deref().filter(|message| task.spec.refused.as_deref() != Some(message))
        else {
            continue;
        };
        let misplaced = misplaced(task, message);
        // What Flyte 1 took has a rule of its own.
        if misplaced.is_some_and(|keyword| is_of_flyte_1(&keyword.name)) {
            continue;
        }
        let said = format!("the SDK raises at import: {message}");
        if let Some(TaskKeyword { name, value_at, .. }) = misplaced {
            let finding = Finding::new(&RULE, value_at.clone(), said);
            found.push(match meant(name.trim_start_matches("cache_")) {
                Some(meant) => finding.help(format!("tell the cache: `cache=flyte.Cache(…, {meant}=…)`")),
                None => finding,
            });
        } else if told.insert((&task.place.file, message)) {
            found.push(Finding::new(&RULE, task.at.clone(), said));
        }
    }
}

/// The argument of a cache that somebody means who gives one of that name.
fn meant(name: &str) -> Option<String> {
    const WORDS: [(&str, &str); 5] = [
        ("ttl", "max_age"),
        ("expiry", "max_age"),
        ("version", "version_override"),
        ("policy", "policies"),
        ("ignore", "ignored_inputs"),
    ];
    const ALL: [&str; 7] =
        ["behavior", "version_override", "serialize", "ignored_inputs", "salt", "policies", "max_age"];
    let word = WORDS.iter().find(|(word, _)| *word == name).map(|(_, meant)| (*meant).to_owned());
    word.or_else(|| nearest(name, ALL.into_iter()))
}

/// The argument of a task's own decorator that a message is about.
fn misplaced<'a>(task: &'a Task, message: &str) -> Option<&'a TaskKeyword> {
    let rest = message.strip_prefix("TypeError: TaskEnvironment.task() got an unexpected keyword argument ")?;
    task.keywords.iter().find(|keyword| rest == format!("'{}'", keyword.name))
}

/// The argument that a message is about.
fn parameter(cache: &CacheUse<'_>, message: &str) -> &'static str {
    if message.contains("max_age") {
        "max_age"
    } else if message.contains("cache policy") && cache.written.argument("policies").is_some() {
        "policies"
    } else {
        ""
    }
}
