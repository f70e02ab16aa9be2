//! ## What it does
//!
//! Finds tasks that are pinned to the version that they had at the [baseline](../configuration.md#the-baseline), and whose body, parameters or
//! defaults changed since.
//!
//! ## Why is this bad?
//!
//! The results of the old code are served for the new code, until the version is another one.
//!
//! Told once for a version that several tasks have. Where the result is the same (a rename, a comment in a docstring), silence it:
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
//! Counts the last number of the version up: `"v1.2"` becomes `"v1.3"`, `"4.0"` becomes `"5.0"`. It is unsafe, since the next run computes. A
//! version without a number has none, nor has one that `tasklens keep` wrote.

use std::collections::BTreeMap;

use crate::analysis::Span;
use crate::edit::TextEdit;
use crate::rules::facts::names;
use crate::rules::literal::inside;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};
use crate::status::sentence::{is_hash, quoted};
use crate::status::{Change, Status, TaskStatus};

pub static RULE: Rule = Rule {
    id: "changed-without-bump",
    name: "a pinned task that changed without another version",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("changed_without_bump.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let since = facts.report.baseline.as_ref().map_or("the baseline", |baseline| baseline.name.as_str());
    let mut by_version: BTreeMap<&Span, Vec<&TaskStatus>> = BTreeMap::new();
    for status in facts.statuses().filter(|status| is_stale(status)) {
        if let Some(written) = &status.task.spec.written {
            by_version.entry(&written.at).or_default().push(status);
        }
    }
    for statuses in by_version.into_values() {
        let Some(first) = statuses.first() else { continue };
        let spec = &first.task.spec;
        let (Some(written), Some(Some(version))) = (&spec.written, spec.version_override.value.value()) else {
            continue;
        };
        let argument = written.argument("version_override");
        let at = argument.map_or_else(|| written.at.clone(), |argument| written.at.sibling(&argument.range));
        let tasks: Vec<_> = statuses.iter().map(|status| &status.task).collect();
        let message = format!("{} changed since {since}, its version is still {}", names(&tasks), quoted(version));
        let text = facts.text(&written.at.file).unwrap_or_default();
        let inner = argument.and_then(|argument| inside(&text, &argument.value));
        let fix = inner
            .zip(bumped(version))
            .map(|(inner, new)| Fix::unsafe_(format!("write {}", quoted(&new)), vec![TextEdit::replace(inner, new)]));
        let finding = Finding::new(&RULE, at, message)
            .help("write another version, unless the result is the same: entries of the old code are served for the new one")
            .fix(fix);
        found.push(statuses.iter().take(5).fold(finding, |finding, status| {
            let changed: Vec<&str> = status.changed.iter().map(|change| change.word()).collect();
            finding.related(status.task.at.clone(), format!("changed: {}", changed.join(", ")))
        }));
    }
}

fn is_stale(status: &TaskStatus) -> bool {
    let counts = |change: &Change| matches!(change, Change::Body | Change::Signature | Change::Default);
    status.pinned && status.status == Status::Unchanged && status.changed.iter().any(counts)
}

/// The version after this one: of `1.2` the last part counts, of `4.0` the first, since who writes that counts so.
pub fn bumped(version: &str) -> Option<String> {
    if version.len() == 64 && is_hash(version) {
        return None;
    }
    let mut numbers: Vec<(usize, usize)> = Vec::new();
    for (at, c) in version.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        match numbers.last_mut() {
            Some((_, end)) if *end == at => *end += c.len_utf8(),
            _ => numbers.push((at, at + c.len_utf8())),
        }
    }
    let parts: Vec<&str> = numbers.iter().filter_map(|(start, end)| version.get(*start..*end)).collect();
    let counting = match parts.as_slice() {
        [.., last] if last.chars().all(|c| c == '0') && parts.len() == 2 => 0,
        parts => parts.len().checked_sub(1)?,
    };
    let (start, end) = *numbers.get(counting)?;
    let number = version.get(start..end)?;
    let next = number.parse::<u64>().ok()?.checked_add(1)?;
    let next = format!("{next:0width$}", width = number.len());
    Some(format!("{}{next}{}", version.get(..start)?, version.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::bumped;

    #[test]
    fn the_last_number_counts() {
        let cases = [
            ("v1.2", Some("v1.3")),
            ("4.0", Some("5.0")),
            ("1", Some("2")),
            ("1.0.9", Some("1.0.10")),
            ("2024-05-01", Some("2024-05-02")),
            ("v09", Some("v10")),
            ("beta", None),
            ("", None),
            ("1.0.0", Some("1.0.1")),
            ("99999999999999999999999", None),
        ];
        for (version, next) in cases {
            assert_eq!(bumped(version).as_deref(), next, "{version}");
        }
        assert_eq!(bumped(&"1".repeat(64)), None);
    }
}
