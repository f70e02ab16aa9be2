//! A task as it stands against the same task as it stood.

use std::path::Path;

use cache_core::policy::Behavior;
use cache_core::python::PythonVersion;

use crate::analysis::{ImagePython, Kind, Known, Project, Spec, Task};

use super::parallel;
use super::parts::changed_parts;
use super::{Before, Change, Computed, Interpreter, Runtime, Status, TaskStatus, Versions};

/// A state of the code: as it stands, or as it stood at the baseline.
pub struct Side<'a> {
    /// What the analysis found.
    pub project: &'a Project,
    /// What makes its versions.
    pub versions: &'a Versions<'a>,
    /// What computes the version of a task that is submitted from here.
    pub runtime: &'a (dyn Fn(&Task) -> Runtime + Sync),
}

/// The statuses of all tasks of `now`, in their order, on all cores.
pub fn statuses(now: &Side<'_>, before: Option<&Side<'_>>) -> Vec<TaskStatus> {
    let indices: Vec<usize> = (0..now.project.tasks.len()).collect();
    parallel::map(&indices, |&index| status(now, before, index))
}

fn status(now: &Side<'_>, before: Option<&Side<'_>>, index: usize) -> TaskStatus {
    let task = &now.project.tasks[index];
    let runtime = (now.runtime)(task);
    let here = Computed { python: runtime.python.version, version: now.versions.of(task, &runtime) };
    let in_images = if is_cached(&task.spec) { in_images(now, index, &runtime) } else { Vec::new() };
    let earlier = before.and_then(|side| Some((side, counterpart(&side.project.tasks, task)?)));
    let before_it = earlier.map(|(side, earlier)| {
        let runtime = (side.runtime)(earlier);
        let version = side.versions.of(earlier, &runtime);
        let computed = Computed { python: runtime.python.version, version };
        Before { computed, cached: is_cached(&earlier.spec), pinned: is_pinned(&earlier.spec) }
    });
    let status = judge(&task.spec, &here, before_it.as_ref(), before.is_some());
    let pinned = is_pinned(&task.spec);
    let parts = earlier.map_or(Vec::new(), |(side, earlier)| parts(now, task, side, earlier, here.python));
    let stale_risk = pinned && status == Status::Unchanged && parts.contains(&Change::Body);
    let changed = match (&before_it, earlier) {
        (Some(before_it), Some((side, earlier))) => {
            let python =
                status == Status::Invalidated && python_counts(side, earlier, before_it.computed.python, here.python);
            changed(status, task, (earlier, before_it), python, parts)
        }
        _ => Vec::new(),
    };
    let read_locally = matches!(task.spec.behavior.value, Known::Value(Behavior::Auto));
    TaskStatus {
        task: task.clone(),
        here,
        in_images,
        status,
        changed,
        before: before_it,
        pinned,
        read_locally,
        stale_risk,
    }
}

/// The word for a version and what it was.
fn judge(spec: &Spec, here: &Computed, before: Option<&Before>, compared: bool) -> Status {
    match (&spec.behavior.value, &here.version, before) {
        (Known::Value(Behavior::Disable), ..) => Status::Disabled,
        (Known::Unknown(_), ..) | (_, Known::Unknown(_), _) => Status::Unknown,
        (_, _, None) if compared => Status::New,
        (_, _, None) => Status::Unknown,
        // Nothing was stored for it, so nothing can be lost.
        (_, _, Some(before)) if !before.cached => Status::New,
        (_, Known::Value(version), Some(before)) => match &before.computed.version {
            Known::Value(earlier) if earlier == version => Status::Unchanged,
            Known::Value(_) => Status::Invalidated,
            Known::Unknown(_) => Status::Unknown,
        },
    }
}

/// What differs, of that which the version covers or would cover without a pin.
fn changed(
    status: Status,
    task: &Task,
    (earlier, before_it): (&Task, &Before),
    python: bool,
    parts: Vec<Change>,
) -> Vec<Change> {
    if is_cached(&task.spec) != before_it.cached {
        return vec![Change::Cache];
    }
    let mut changed = Vec::new();
    if status == Status::Invalidated {
        let spec = |differs: bool, change: Change| differs.then_some(change);
        let (a, b) = (&task.spec, &earlier.spec);
        let pins = is_pinned(a) || is_pinned(b);
        changed.extend(spec(a.version_override.value != b.version_override.value, Change::PinnedVersion));
        changed.extend(spec(!pins && a.salt.value != b.salt.value, Change::Salt));
        changed.extend(spec(!pins && a.policies.value != b.policies.value, Change::Policies));
        changed.extend(spec(!pins && container(task) != container(earlier), Change::Container));
        changed.extend(spec(!pins && python, Change::Python));
        if is_pinned(a) {
            // The pin's own text stands in the decorators as a rule, and edits of the rest don't count.
            return changed;
        }
    }
    changed.extend(parts);
    changed
}

/// Whether the Pythons of then and now have different versions for what did not change.
fn python_counts(side: &Side<'_>, earlier: &Task, then: Option<PythonVersion>, now: Option<PythonVersion>) -> bool {
    let (Some(then), Some(now)) = (then, now) else { return then != now };
    if then == now {
        return false;
    }
    match (side.versions.dump(earlier, then), side.versions.dump(earlier, now)) {
        (Some(then), Some(now)) => then != now,
        _ => then.minor != now.minor,
    }
}

/// Which parts of the function differ. Both are dumped under one Python, so that another Python is no edit.
fn parts(now: &Side<'_>, task: &Task, side: &Side<'_>, earlier: &Task, python: Option<PythonVersion>) -> Vec<Change> {
    let Some(python) = python else { return Vec::new() };
    match (side.versions.dump(earlier, python), now.versions.dump(task, python)) {
        (Some(old), Some(new)) => changed_parts(&old, &new),
        _ => Vec::new(),
    }
}

/// The same task at the baseline: of its name, wherever it stands now, since a version doesn't depend on the file. Where
/// several have the name, the one in the same file and of the same branch.
fn counterpart<'t>(tasks: &'t [Task], task: &Task) -> Option<&'t Task> {
    let same = |other: &&Task| match (&task.name, &other.name) {
        (Known::Value(a), Known::Value(b)) => a == b,
        _ => file(task) == file(other) && task.function == other.function,
    };
    tasks.iter().filter(same).max_by_key(|other| (file(task) == file(other), task.branch == other.branch))
}

fn file(task: &Task) -> &Path {
    &task.place.file
}

/// The versions under the Pythons of the images that the task is called in, which have another minor than the
/// submitting one: a child's version is computed in its parent's container.
fn in_images(now: &Side<'_>, index: usize, runtime: &Runtime) -> Vec<Computed> {
    let Some(here) = runtime.python.version else { return Vec::new() };
    let mut pythons: Vec<PythonVersion> = now
        .project
        .calls
        .iter()
        .filter(|call| call.callee == index)
        .filter_map(|call| match now.project.tasks.get(call.caller?)?.image {
            ImagePython::Named(python, _) if python.minor != here.minor => Some(python),
            _ => None,
        })
        .collect();
    pythons.sort();
    pythons.dedup();
    let task = &now.project.tasks[index];
    let computed = |python| {
        let runtime = Runtime { python: Interpreter::known(python), ..runtime.clone() };
        Computed { python: Some(python), version: now.versions.of(task, &runtime) }
    };
    pythons.into_iter().map(computed).collect()
}

fn is_cached(spec: &Spec) -> bool {
    !matches!(spec.behavior.value, Known::Value(Behavior::Disable))
}

fn is_pinned(spec: &Spec) -> bool {
    is_cached(spec) && matches!(spec.version_override.value, Known::Value(Some(_)))
}

fn container(task: &Task) -> Option<&crate::analysis::Container> {
    match &task.kind {
        Kind::Container(container) => Some(container),
        _ => None,
    }
}
