//! ## What it does
//!
//! Finds tasks that are pinned to the version that they had at the [baseline](../configuration.md#the-baseline), and of which the body, the
//! signature or a decorator of your own changed since.
//!
//! ## Why is this bad?
//!
//! The results of the old code are served for the new code, until the version is another one. Inputs and outputs are in the key beside the
//! version: where those changed too, nothing old is served, and you are only reminded.
//!
//! Docstrings, comments, settings such as `retries=` and other words for the same types are no such change.
//!
//! Told once for a version that several tasks have. Where the result is the same (a name, a refactoring), silence it:
//! `# tasklens: ignore[changed-without-bump]`.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache=flyte.Cache("override", version_override="1.0"))
//! def train(lr: float) -> str:
//!     return fit(lr, epochs=20)  # was 10
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache=flyte.Cache("override", version_override="1.1"))
//! def train(lr: float) -> str:
//!     return fit(lr, epochs=20)
//! ```
//!
//! ## Fix
//!
//! Counts the version up: `"v1.2"` becomes `"v1.3"`, `"4.0"` becomes `"5.0"`, a date becomes the day that it is. It is unsafe, since the next
//! run computes. A version without a number has none, nor has one that `tasklens keep` wrote, or one that is a variable.

use std::collections::BTreeMap;

use crate::analysis::{Known, Span};
use crate::edit::TextEdit;
use crate::rules::bumped;
use crate::rules::facts::names;
use crate::rules::literal::inside;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};
use crate::status::sentence::quoted;
use crate::status::{Status, TaskStatus};

pub static RULE: Rule = Rule {
    id: "changed-without-bump",
    name: "a pinned task that changed without another version",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("changed_without_bump.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let is_stale = |status: &&TaskStatus| status.pinned && status.status == Status::Unchanged && status.weight.matters;
    let mut by_version: BTreeMap<&Span, Vec<&TaskStatus>> = BTreeMap::new();
    for status in facts.statuses().filter(is_stale) {
        if let Some(written) = &status.task.spec.written {
            by_version.entry(&written.at).or_default().push(status);
        }
    }
    for statuses in by_version.into_values() {
        found.extend(finding(facts, &statuses));
    }
}

/// What there is to say of the tasks of one version.
fn finding(facts: &Facts<'_>, statuses: &[&TaskStatus]) -> Option<Finding> {
    let spec = &statuses.first()?.task.spec;
    let written = spec.written.as_ref()?;
    let version = spec.version_override.value.value()?.as_ref()?;
    let argument = written.argument("version_override");
    let at = argument.map_or_else(|| written.at.clone(), |argument| written.at.sibling(&argument.range));
    let tasks: Vec<_> = statuses.iter().map(|status| &status.task).collect();
    let message =
        format!("{} changed since {}, its version is still {}", names(&tasks), facts.since(), quoted(version));
    let text = facts.text(&written.at.file).unwrap_or_default();
    let inner = argument.and_then(|argument| inside(&text, &argument.value));
    let fix = inner
        .zip(bumped(version, facts.today))
        .map(|(inner, new)| Fix::unsafe_(format!("write {}", quoted(&new)), vec![TextEdit::replace(inner, new)]));
    let mut finding = Finding::new(&RULE, at, message).fix(fix);
    if statuses.iter().all(|status| has_another_key(status)) {
        finding.severity = Severity::Information;
        finding.help = "nothing old is served, since inputs or outputs changed too; another version says so".to_owned();
    } else {
        finding.help =
            "write another version, unless the result is the same: entries of the old code are served for the new one"
                .to_owned();
    }
    Some(statuses.iter().take(5).fold(finding, |finding, status| {
        let changed: Vec<&str> = status.changed.iter().map(|change| change.word()).collect();
        finding.related(status.task.at.clone(), format!("changed: {}", changed.join(", ")))
    }))
}

/// Whether entries of before are surely not found, since the interface is another one.
fn has_another_key(status: &TaskStatus) -> bool {
    status.other_key && matches!(status.interface_hash, Known::Value(_))
}
