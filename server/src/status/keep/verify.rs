//! An edit judged by what it did: the whole project is analysed as it would be, and compared with what it is.

use std::collections::BTreeSet;

use crate::analysis::{Known, Problem, Spec};

use crate::status::{Report, Status, TaskStatus};

/// What the edit is meant to do to the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Give it the baseline's version.
    Pin,
    /// Give it a version of its own again.
    Unpin,
}

/// Whether between two reports on the same files nothing changed but what was meant to: of the task `index`, the version.
///
/// # Errors
///
/// What else changed, in words.
pub fn verify(before: &Report, after: &Report, index: usize, meant: Meant) -> Result<(), String> {
    let known: BTreeSet<(&std::path::Path, &str)> = before.problems.iter().map(told).collect();
    if let Some(new) = after.problems.iter().find(|problem| !known.contains(&told(problem))) {
        return Err(format!("{} could no longer be read: {}", new.file.display(), new.message));
    }
    if before.tasks.len() != after.tasks.len() {
        return Err("other tasks would appear or vanish".to_owned());
    }
    for (at, (old, new)) in before.tasks.iter().zip(&after.tasks).enumerate() {
        if old.task.name != new.task.name || old.task.branch != new.task.branch {
            return Err(format!("`{}` would become another task", old.task.function));
        }
        if at != index && (versions(old) != versions(new) || !same_spec(&old.task.spec, &new.task.spec, true)) {
            return Err(format!("the version of `{}` would change too", old.task.shown_name()));
        }
    }
    let (Some(old), Some(new)) = (before.tasks.get(index), after.tasks.get(index)) else {
        return Err("the task is gone".to_owned());
    };
    if !same_spec(&old.task.spec, &new.task.spec, false) {
        return Err("its cache would mean something else beside the version".to_owned());
    }
    if old.task.inputs != new.task.inputs || old.task.signature != new.task.signature {
        return Err("its inputs would change".to_owned());
    }
    match meant {
        Meant::Unpin => match new.task.spec.version_override.value {
            Known::Value(None) => Ok(()),
            _ => Err("it would still be pinned".to_owned()),
        },
        Meant::Pin => is_pinned_to_baseline(new),
    }
}

fn is_pinned_to_baseline(new: &TaskStatus) -> Result<(), String> {
    let then = new.before.as_ref().map(|before| &before.computed.version);
    match (&new.here.version, then) {
        (Known::Value(now), Some(Known::Value(then))) if now == then => {}
        (Known::Unknown(reason), _) => return Err(format!("its version would not be known: {reason}")),
        _ => return Err("its version would not be the baseline's".to_owned()),
    }
    match new.status {
        Status::Unchanged => Ok(()),
        Status::Invalidated => Err("runs inside of images had another version than runs from here, \
                                    and one pin can't keep both: with --python, name the one to keep"
            .to_owned()),
        _ => Err("its version could not be compared".to_owned()),
    }
}

fn told(problem: &Problem) -> (&std::path::Path, &str) {
    (&problem.file, &problem.message)
}

/// All versions of a task, wherever it runs.
fn versions(status: &TaskStatus) -> Vec<Option<&str>> {
    let all = std::iter::once(&status.here.version)
        .chain(status.in_images.iter().map(|computed| &computed.version))
        .chain(status.overridden.iter().map(|call| &call.version));
    all.map(|version| version.value().map(String::as_str)).collect()
}

/// Whether two specs mean the same, wherever they are written; `version_override` only where it `counts`.
pub fn same_spec(a: &Spec, b: &Spec, counts: bool) -> bool {
    a.behavior.value == b.behavior.value
        && (!counts || a.version_override.value == b.version_override.value)
        && a.serialize.value == b.serialize.value
        && a.ignored_inputs.value == b.ignored_inputs.value
        && a.salt.value == b.salt.value
        && a.policies.value == b.policies.value
        && a.max_age.value == b.max_age.value
        && a.refused == b.refused
}
