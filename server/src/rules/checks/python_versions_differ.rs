//! ## What it does
//!
//! Finds cached tasks whose version is another one in the image that they are called in, since it holds another Python than the one that
//! submits runs. Told once for the tasks of an environment.
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

use std::collections::BTreeMap;

use cache_core::python::PythonVersion;

use crate::analysis::Task;
use crate::rules::facts::names;
use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::sentence::{python_name, short};
use crate::status::{Computed, TaskStatus};

pub static RULE: Rule = Rule {
    id: "python-versions-differ",
    name: "a task with another version in its image",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("python_versions_differ.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    // The image is the cause: all tasks of an environment that come to the same Pythons are one finding.
    let mut by_cause: BTreeMap<_, Vec<&TaskStatus>> = BTreeMap::new();
    for status in facts.statuses().filter(|status| status.differs()) {
        let task = &status.task;
        let pythons = pythons(status).map(|computed| computed.python).collect::<Vec<_>>();
        let environment = task.environment.value().map_or(task.shown_name(), String::as_str);
        by_cause.entry((&task.place.file, environment, python_names(&pythons))).or_default().push(status);
    }
    for statuses in by_cause.into_values() {
        let Some(first) = statuses.first() else { continue };
        let tasks: Vec<&Task> = statuses.iter().map(|status| &status.task).collect();
        let message = match statuses.as_slice() {
            [one] => {
                let versions = pythons(one).filter_map(|computed| {
                    let version = short(computed.version.value()?);
                    Some(format!("{version} under Python {}", python_name(computed.python)))
                });
                format!("the version of {} is {}", names(&tasks), versions.collect::<Vec<_>>().join(", "))
            }
            _ => {
                let all: Vec<_> = pythons(first).map(|computed| computed.python).collect();
                format!("the versions of {} differ between Python {}", names(&tasks), python_names(&all).join(", "))
            }
        };
        let finding = Finding::new(
            &RULE,
            first.task.at.clone(),
            format!("{message}: runs from here and runs in images share no entries"),
        );
        found.push(statuses.iter().skip(1).take(5).fold(finding, |finding, status| {
            finding.related(status.task.at.clone(), format!("`{}`", status.task.shown_name()))
        }));
    }
}

/// The versions that are known, with their Pythons.
fn pythons(status: &TaskStatus) -> impl Iterator<Item = &Computed> {
    std::iter::once(&status.here).chain(&status.in_images).filter(|computed| computed.version.value().is_some())
}

fn python_names(pythons: &[Option<PythonVersion>]) -> Vec<String> {
    pythons.iter().map(|python| python_name(*python)).collect()
}
