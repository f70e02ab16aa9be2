//! ## What it does
//!
//! Finds cached tasks whose version is another one in the image that they are called in, since it holds another Python than the one that
//! submits runs.
//!
//! ## Why is this bad?
//!
//! A task that is called by another is hashed in that one's container, by its Python; a task that is submitted, by the Python that
//! submits. Where the two have different versions of the same source, runs from here and runs there share no entries. See
//! [which Python](../which-python.md).
//!
//! ## Example
//!
//! ```python
//! # submitted by Python 3.13
//! image = flyte.Image.from_debian_base(python_version=(3, 12))
//! ```
//!
//! Use instead:
//!
//! ```python
//! image = flyte.Image.from_debian_base(python_version=(3, 13))
//! ```
//!
//! ## Fix
//!
//! None.

use crate::analysis::Known;
use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::sentence::{python_name, short};

pub static RULE: Rule = Rule {
    id: "python-versions-differ",
    name: "a task with another version in its image",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("python_versions_differ.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for status in facts.statuses().filter(|status| status.differs()) {
        let all = std::iter::once(&status.here).chain(&status.in_images);
        let words: Vec<String> = all
            .filter_map(|computed| match &computed.version {
                Known::Value(version) => {
                    Some(format!("{} under Python {}", short(version), python_name(computed.python)))
                }
                Known::Unknown(_) => None,
            })
            .collect();
        let message = format!(
            "the version of `{}` is {}: runs from here and runs in images share no entries",
            status.task.shown_name(),
            words.join(", ")
        );
        found.push(Finding::new(&RULE, status.task.at.clone(), message));
    }
}
