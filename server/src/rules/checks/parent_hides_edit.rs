//! ## What it does
//!
//! Finds cached tasks that have the version of the [baseline](../configuration.md#the-baseline), and call tasks that changed since.
//!
//! ## Why is this bad?
//!
//! Flyte's version of a task covers its own source, not that of the tasks which it calls. With inputs of before, the parent is served from
//! the cache: nothing in it runs, and the result is that of the old child.
//!
//! Told once for each parent, at its own cache, or at its name where it inherits one. Edits that can't matter (docstrings, `retries=`) don't
//! count; another version or salt of the child does. A child that is pinned and was not bumped is told of by
//! [changed-without-bump](changed-without-bump.md).
//!
//! ## Example
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")
//!
//! @env.task
//! def train(lr: float) -> float:
//!     return fit(lr, epochs=20)  # was 10
//!
//! @env.task
//! def pipeline(lr: float) -> float:
//!     return train(lr)
//! ```
//!
//! Use instead a parent that is cheap and not cached (its children are), or change its version too:
//!
//! ```python
//! @env.task(cache="disable")
//! def pipeline(lr: float) -> float:
//!     return train(lr)
//! ```
//!
//! ## Fix
//!
//! None: whether the parent is to be cached is yours to say.

use std::collections::{BTreeSet, HashMap};

use crate::analysis::Call;
use crate::rules::facts::{and_others, cache_place, caches};
use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::{Change, Status, TaskStatus};

use super::parent_hides_child::is_off_on_purpose;

pub static RULE: Rule = Rule {
    id: "parent-hides-edit",
    name: "a cached parent that did not change, of a task that did",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("parent_hides_edit.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let statuses = facts.statuses_of_code();
    let status = |index: usize| statuses.get(index).copied().flatten();
    let calls_of = facts.calls_of();
    for (index, parent) in facts.code.tasks.iter().enumerate().filter(|(_, task)| caches(&task.spec)) {
        if !status(index).is_some_and(keeps_entries) {
            continue;
        }
        let below = below(index, &calls_of);
        let edited: Vec<(&Call, &TaskStatus)> = below
            .into_iter()
            .filter(|call| call.caller != Some(index) || !is_told_of(facts, call))
            .filter_map(|call| Some((call, status(call.callee).filter(|status| is_edited(status))?)))
            .collect();
        let mut names: Vec<&str> = edited.iter().map(|(_, status)| status.task.shown_name()).collect();
        names.dedup();
        let Some(first) = names.first() else { continue };
        let verb = if names.len() == 1 { "is" } else { "are" };
        let message = format!(
            "on a hit of `{}` nothing in it runs: {}, which changed since {}, {verb} skipped",
            parent.shown_name(),
            and_others(first, names.len()),
            facts.since()
        );
        let help = format!(
            "give `{}` another version too (a `salt`, say), or disable its cache where its children have theirs",
            parent.shown_name()
        );
        let finding = Finding::new(&RULE, cache_place(parent), message).help(help);
        found.push(edited.iter().take(5).fold(finding, |finding, (_, status)| {
            finding.related(status.task.at.clone(), format!("`{}` changed", status.task.shown_name()))
        }));
    }
}

/// The calls that a run of a task comes to, in its body and in those of the tasks that it calls; each task once.
fn below<'a>(index: usize, calls_of: &HashMap<usize, Vec<&'a Call>>) -> Vec<&'a Call> {
    let (mut seen, mut open, mut found) = (BTreeSet::from([index]), vec![index], Vec::new());
    while let Some(caller) = open.pop() {
        for call in calls_of.get(&caller).into_iter().flatten() {
            if seen.insert(call.callee) {
                found.push(*call);
                open.push(call.callee);
            }
        }
    }
    found.sort_by_key(|call| &call.place);
    found
}

/// Whether entries of before are served for it.
fn keeps_entries(status: &TaskStatus) -> bool {
    status.status == Status::Unchanged && !status.other_key && !(status.pinned && status.weight.matters)
}

/// Whether a task changed in a way that may change what it returns.
fn is_edited(status: &TaskStatus) -> bool {
    let is_stale = status.pinned && status.status == Status::Unchanged;
    let by_cache =
        |change: &Change| matches!(change, Change::PinnedVersion | Change::Salt | Change::Policies | Change::Container);
    status.before.is_some() && !is_stale && (status.weight.matters || status.changed.iter().any(by_cache))
}

/// Whether the call is told of because the task's cache is disabled on purpose.
fn is_told_of(facts: &Facts<'_>, call: &Call) -> bool {
    let child = facts.code.tasks.get(call.callee);
    child.is_some_and(|child| is_off_on_purpose(call.spec.as_ref().unwrap_or(&child.spec)))
}
