//! Mistakes in cache configuration, found before the run. Rules are data; each is a file of `checks`, of which the first comment
//! is the user's page.
//!
//! A rule says one thing once, where its cause is written, and only what is certain: what a rule claims of the SDK is held against
//! the real one by `tests/tests/rules.rs`. Knows neither the command line nor an editor.

mod brackets;
mod bump;
mod checks;
mod facts;
mod finding;
mod fix;
mod literal;
mod page;
mod selection;
mod suppression;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use crate::analysis::Files;
use crate::status::Report;

pub use bump::bumped;
pub use checks::ALL;
pub use facts::Facts;
pub use finding::{Finding, Fix, Related, Severity};
pub use fix::{Fixed, fixed};
pub use literal::inside as string_inside;
pub use page::index;
pub use selection::{Selection, UnknownRule};
pub use suppression::silenced;

/// What a rule looks for, as data.
pub struct Rule {
    /// What users write: `pinned-auto`.
    pub id: &'static str,
    /// What it finds, in a few words.
    pub name: &'static str,
    /// How grave it is, unless a setting says otherwise.
    pub severity: Severity,
    /// Whether it is asked unless a setting says otherwise.
    pub is_default: bool,
    /// The source of its file, of which the first comment is its page.
    source: &'static str,
    /// Finds it.
    check: fn(&Facts<'_>, &mut Vec<Finding>),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({})", self.id)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// A rule by its id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// What the selected rules find in the `wanted` files of a report, by file and place. `files` is what the report was made of.
pub fn check(
    report: &Report,
    files: &dyn Files,
    selection: &dyn Fn(&Path) -> Selection,
    wanted: &dyn Fn(&Path) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for code in &report.code {
        let facts = Facts::new(report, code, files);
        let mut found = Vec::new();
        for rule in ALL {
            (rule.check)(&facts, &mut found);
        }
        found.retain(|finding| wanted(&finding.at.file));
        let selections = selection::by_file(selection, &found, code);
        let of = |path: &Path| selections.get(path);
        found.retain_mut(|finding| match of(&finding.at.file).and_then(|selection| selection.severity(finding)) {
            Some(severity) => {
                finding.severity = severity;
                true
            }
            None => false,
        });
        let comments = code.comments.iter().filter(|comment| wanted(&comment.file));
        findings.extend(suppression::apply(&facts, found, comments, &of));
    }
    findings.sort_by(|a, b| (&a.at, a.rule.id, &a.message).cmp(&(&b.at, b.rule.id, &b.message)));
    findings.dedup();
    findings
}
