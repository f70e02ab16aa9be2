//! A task as it stands against the same task as it stood.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use cache_core::policy::Behavior;
use cache_core::python::{Minor, PythonVersion};

use crate::analysis::{Kind, Known, Project, Spec, Task, parallel};

use super::calls::Site;
use super::keys::Interfaces;
use super::known::{Keyed, Sources, known_inputs};
use super::parts::{changed_parts, interface_differs};
use super::weight::{Weight, weigh};
use super::{Before, CallStatus, Calls, Change, Computed, Interpreter, Runtime, Status, TaskStatus, Versions};

/// A state of the code: as it stands, or as it stood at the baseline.
pub struct Side<'a> {
    /// What the analysis found.
    pub project: &'a Project,
    /// Where its tasks are called, in files beyond those that were asked about as well.
    pub calls: &'a Calls,
    /// What makes its versions.
    pub versions: &'a Versions<'a>,
    /// What computes the version of a task that is submitted from here.
    pub runtime: &'a (dyn Fn(&Task) -> Runtime + Sync),
}

/// The statuses of all tasks of `now`, in their order, on all cores. No store is asked yet.
pub fn statuses(now: &Side<'_>, before: Option<&Side<'_>>, sources: Option<Sources<'_>>) -> Vec<TaskStatus> {
    let indices: Vec<usize> = (0..now.project.tasks.len()).collect();
    statuses_of(now, before, sources, &indices)
}

/// The statuses of some tasks of `now`.
pub fn statuses_of(
    now: &Side<'_>,
    before: Option<&Side<'_>>,
    sources: Option<Sources<'_>>,
    indices: &[usize],
) -> Vec<TaskStatus> {
    /// So few are done before threads for them would have begun.
    const FEW: usize = 8;
    let status = |&index: &usize| status(now, before, sources, index);
    if indices.len() <= FEW { indices.iter().map(status).collect() } else { parallel::map(indices, status) }
}

fn status(now: &Side<'_>, before: Option<&Side<'_>>, sources: Option<Sources<'_>>, index: usize) -> TaskStatus {
    let task = &now.project.tasks[index];
    let runtime = (now.runtime)(task);
    let here = Computed { python: runtime.python.version, version: now.versions.of(task, &runtime) };
    let in_images = if is_cached(&task.spec) { in_images(now, task, &runtime) } else { Vec::new() };
    let earlier = before.and_then(|side| Some((side, counterpart(&side.project.tasks, task)?)));
    let before_it = earlier.map(|(side, earlier)| {
        let runtime = (side.runtime)(earlier);
        let version = side.versions.of(earlier, &runtime);
        let computed = Computed { python: runtime.python.version, version };
        Before { computed, cached: is_cached(&earlier.spec), pinned: is_pinned(&earlier.spec) }
    });
    let status = judge(&task.spec, &here, before_it.as_ref(), before.is_some());
    let in_other_image = status == Status::Unchanged
        && earlier.is_some_and(|(side, earlier)| has_lost_a_version(now, task, &runtime, side, earlier));
    let status = if in_other_image { Status::Invalidated } else { status };
    let pinned = is_pinned(&task.spec);
    let dumps = earlier.and_then(|(side, earlier)| dumps(now, task, side, earlier, &runtime));
    let parts = dumps.as_ref().map_or(Vec::new(), |(old, new)| changed_parts(old, new));
    let weight = match (&dumps, earlier) {
        (Some((old, new)), Some((side, earlier))) => {
            let is_same_interface = || is_same_interface((task, &runtime), (earlier, &(side.runtime)(earlier)));
            weigh(&parts, (old, new), (own_decorator(earlier), own_decorator(task)), is_same_interface)
        }
        // What can't be compared may have changed.
        _ => Weight { matters: !parts.is_empty(), ..Weight::default() },
    };
    let other_key = status == Status::Unchanged
        && earlier.is_some_and(|(side, earlier)| {
            let means_another = || !has_same_hash((task, &runtime), (earlier, &(side.runtime)(earlier)));
            // A class that they name may be another one, though they are written as they were.
            let names_others = || {
                task.signature != earlier.signature
                    && has_other_hash((task, &runtime), (earlier, &(side.runtime)(earlier)))
            };
            ignored(task) != ignored(earlier)
                || if interface(task, earlier, &dumps) { means_another() } else { names_others() }
        });
    let stale_risk = pinned && status == Status::Unchanged && (parts.contains(&Change::Body) || weight.wrapped);
    let changed = match (&before_it, earlier) {
        (Some(before_it), Some((side, earlier))) => {
            let dump = |python| side.versions.dump(earlier, python);
            let python = status == Status::Invalidated && python_counts(before_it.computed.python, here.python, dump);
            changed(status, task, (earlier, before_it), python, parts)
        }
        _ => Vec::new(),
    };
    let changed = if in_other_image { [&[Change::ImagePython], &changed[..]].concat() } else { changed };
    let unknown_images = if is_cached(&task.spec) { unknown_images(now, task, &runtime) } else { Vec::new() };
    let read_locally = matches!(task.spec.behavior.value, Known::Value(Behavior::Auto));
    let keyed = Keyed::new(now, task, &runtime, here.version.clone());
    let keyed_then = earlier.zip(before_it.as_ref()).filter(|(_, before_it)| before_it.cached);
    let keyed_then = keyed_then.map(|((side, earlier), before_it)| {
        Keyed::new(side, earlier, &(side.runtime)(earlier), before_it.computed.version.clone())
    });
    let known_inputs = sources.map(|sources| known_inputs(&keyed, keyed_then.as_ref(), sources)).unwrap_or_default();
    TaskStatus {
        task: task.clone(),
        here,
        in_images,
        unknown_images,
        status,
        changed,
        weight,
        before: before_it,
        pinned,
        read_locally,
        stale_risk,
        other_key,
        overridden: overridden(now, task, &runtime),
        interface_hash: keyed.interfaces.hash(),
        known_inputs,
        seconds: match (&task.name, sources) {
            (Known::Value(name), Some(sources)) => sources.records.last(name),
            _ => None,
        },
        cluster: None,
        skipped_by: Vec::new(),
    }
}

/// The calls with a spec of their own.
pub(super) fn overridden(now: &Side<'_>, task: &Task, runtime: &Runtime) -> Vec<CallStatus> {
    let status = |site: &Site| {
        let spec = site.spec.clone()?;
        let called = Task { spec: spec.clone(), ..task.clone() };
        Some(CallStatus { place: site.place.clone(), version: now.versions.of(&called, runtime), spec })
    };
    let mut found: Vec<CallStatus> = now.calls.at(task).iter().filter_map(status).collect();
    // A call in a body of several tasks is one call.
    found.dedup_by(|a, b| a.place == b.place && a.spec == b.spec);
    found
}

/// The word for a version and what it was.
pub(super) fn judge(spec: &Spec, here: &Computed, before: Option<&Before>, compared: bool) -> Status {
    match (&spec.behavior.value, &here.version, before) {
        (Known::Value(Behavior::Disable), ..) => Status::Disabled,
        (Known::Unknown(_), ..) | (_, Known::Unknown(_), _) => Status::Unknown,
        (_, _, None) if compared => Status::New,
        (_, _, None) => Status::Unknown,
        // As a cache version, that of a task that isn't cached is the empty text.
        (_, _, Some(before)) if !before.cached => Status::Invalidated,
        (_, Known::Value(version), Some(before)) => match &before.computed.version {
            Known::Value(earlier) if earlier == version => Status::Unchanged,
            Known::Value(_) => Status::Invalidated,
            Known::Unknown(_) => Status::Unknown,
        },
    }
}

/// What differs, of that which the version covers or would cover without a pin.
pub(super) fn changed(
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
    if ignored(task) != ignored(earlier) {
        changed.push(Change::IgnoredInputs);
    }
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

/// Whether the Pythons of then and now have different versions for what did not change; `dump` is of the code as it was.
pub(super) fn python_counts(
    then: Option<PythonVersion>,
    now: Option<PythonVersion>,
    dump: impl Fn(PythonVersion) -> Option<String>,
) -> bool {
    let (Some(then), Some(now)) = (then, now) else { return then != now };
    if then == now {
        return false;
    }
    match (dump(then), dump(now)) {
        (Some(then), Some(now)) => then != now,
        _ => then.minor != now.minor,
    }
}

/// The function as it was and as it is. Both are dumped under one Python, so that another Python is no edit; which one
/// matters little, so that one that is only possible will do.
fn dumps(now: &Side<'_>, task: &Task, side: &Side<'_>, earlier: &Task, runtime: &Runtime) -> Option<(String, String)> {
    let python = runtime.python.any()?;
    // Most functions are as they were: then one text is as good as another, and none need be made.
    if now.versions.is_written_as(task, side.versions, earlier, python) {
        return Some((String::new(), String::new()));
    }
    Some((side.versions.dump(earlier, python)?, now.versions.dump(task, python)?))
}

/// Whether inputs or outputs are written in another way: `interface_hash` of `generate_cache_key_hash` is made of their
/// names and types. A default is in neither.
fn interface(task: &Task, earlier: &Task, dumps: &Option<(String, String)>) -> bool {
    let inputs = |task: &Task| -> Vec<(String, Option<String>)> {
        task.inputs.iter().map(|input| (input.name.clone(), input.annotation.clone())).collect()
    };
    match dumps {
        Some((old, new)) => interface_differs(old, new),
        None => inputs(task) != inputs(earlier),
    }
}

/// Whether the interfaces of both are known to have one hash.
fn has_same_hash((task, runtime): (&Task, &Runtime), (earlier, then): (&Task, &Runtime)) -> bool {
    match (Interfaces::of(task, runtime).hash(), Interfaces::of(earlier, then).hash()) {
        (Known::Value(now), Known::Value(then)) => now == then,
        _ => false,
    }
}

/// Whether the interfaces of both are known to have two hashes.
fn has_other_hash((task, runtime): (&Task, &Runtime), (earlier, then): (&Task, &Runtime)) -> bool {
    match (Interfaces::of(task, runtime).hash(), Interfaces::of(earlier, then).hash()) {
        (Known::Value(now), Known::Value(then)) => now != then,
        _ => false,
    }
}

/// Whether the signatures of both mean the same to Flyte and to the code that is run.
fn is_same_interface(now: (&Task, &Runtime), then: (&Task, &Runtime)) -> bool {
    match (&now.0.signature, &then.0.signature) {
        (Known::Value(signature), Known::Value(earlier)) => signature.means(earlier) && has_same_hash(now, then),
        _ => false,
    }
}

/// The place of the decorator that makes the task, in the source that is hashed: not in that of a wrapper.
fn own_decorator(task: &Task) -> Option<usize> {
    match &task.kind {
        Kind::Function(Known::Value(hashed)) if hashed.file == task.at.file && hashed.name_offset == task.at.start => {
            task.decorator
        }
        _ => None,
    }
}

/// `ignored_inputs`, of which the order doesn't matter.
fn ignored(task: &Task) -> Known<BTreeSet<&str>> {
    match &task.spec.ignored_inputs.value {
        Known::Value(names) => Known::Value(names.iter().map(String::as_str).collect()),
        Known::Unknown(reason) => Known::Unknown(reason.clone()),
    }
}

/// Of tasks whose ignored inputs only running Python tells, the keys may be others as soon as their file `is_changed`, or one that it
/// imports.
pub(super) fn doubt_keys(tasks: &mut [TaskStatus], is_changed: impl Fn(&Path) -> bool) {
    let mut known: HashMap<Arc<Path>, bool> = HashMap::new();
    for status in tasks.iter_mut().filter(|status| status.status == Status::Unchanged && !status.stale_risk) {
        if has_unknown_key(&status.task) {
            let file = &status.task.place.file;
            status.other_key |= *known.entry(Arc::clone(file)).or_insert_with(|| is_changed(file));
        }
    }
}

/// Whether nobody knows which inputs of a cached task count.
pub(super) fn has_unknown_key(task: &Task) -> bool {
    is_cached(&task.spec) && task.spec.ignored_inputs.value.known().is_err()
}

/// The same task at the baseline: of its name, wherever it stands now, since a version doesn't depend on the file. Where
/// several have the name, the one in the same file and of the same branch.
pub(super) fn counterpart<'t>(tasks: &'t [Task], task: &Task) -> Option<&'t Task> {
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
fn in_images(now: &Side<'_>, task: &Task, runtime: &Runtime) -> Vec<Computed> {
    let Some(here) = runtime.python.version else { return Vec::new() };
    let others = now.calls.pythons(task, here).into_iter().filter(|python| python.minor != here.minor);
    let computed = |python| Computed { python: Some(python), version: now.versions.of(task, &under(runtime, python)) };
    others.map(computed).collect()
}

/// Whether calls of the task get another version than they got, although its code is the same: an image's Python is
/// another one. A call that only came to the others loses nothing.
fn has_lost_a_version(now: &Side<'_>, task: &Task, runtime: &Runtime, side: &Side<'_>, earlier: &Task) -> bool {
    let then = called_versions(side, earlier, &(side.runtime)(earlier));
    let now = called_versions(now, task, runtime);
    now.iter().any(|version| !then.contains(version)) && then.iter().any(|version| !now.contains(version))
}

/// The versions that calls of a task get, as far as they are known.
fn called_versions(side: &Side<'_>, task: &Task, runtime: &Runtime) -> Vec<String> {
    let Some(here) = runtime.python.version else { return Vec::new() };
    let version = |python| side.versions.of(task, &under(runtime, python)).value().cloned();
    side.calls.pythons(task, here).into_iter().filter_map(version).collect()
}

/// The parents whose images don't say which Python they hold, unless every Python has the same version.
fn unknown_images(now: &Side<'_>, task: &Task, runtime: &Runtime) -> Vec<String> {
    let unknown = now.calls.unknown_images(task);
    if unknown.is_empty() {
        return unknown;
    }
    let any = Interpreter { version: None, possible: Minor::ALL.to_vec(), unknown: String::new() };
    let agreed = now.versions.of(task, &Runtime { python: any, ..runtime.clone() });
    if matches!(agreed, Known::Value(_)) { Vec::new() } else { unknown }
}

pub(super) fn under(runtime: &Runtime, python: PythonVersion) -> Runtime {
    Runtime { python: Interpreter::known(python), ..runtime.clone() }
}

pub(super) fn is_cached(spec: &Spec) -> bool {
    !matches!(spec.behavior.value, Known::Value(Behavior::Disable))
}

pub(super) fn is_pinned(spec: &Spec) -> bool {
    is_cached(spec) && matches!(spec.version_override.value, Known::Value(Some(_)))
}

fn container(task: &Task) -> Option<&crate::analysis::Container> {
    match &task.kind {
        Kind::Container(container) => Some(container),
        _ => None,
    }
}
