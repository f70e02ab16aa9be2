//! Which tasks are worth a line, and as what.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::dockerfiles::changed_under;
use super::model::{Changed, Class, Was};
use crate::analysis::{Known, Problem, Task};
use crate::status::compare::{counterpart, is_cached, is_pinned, overridden};
use crate::status::keys::Interfaces;
use crate::status::sentence::unknown_image;
use crate::status::{CallStatus, Computed, News, Side, Status, TaskStatus};

/// What a class is told from.
pub struct Before<'a> {
    /// The code as it was.
    pub side: &'a Side<'a>,
    /// All tasks as they are.
    pub now: &'a [Task],
    /// What could not be read of the code as it was.
    pub problems: &'a [Problem],
    /// What texts call that state.
    pub name: &'a str,
    /// The files in which tasks can be defined otherwise than they were.
    pub reached: &'a BTreeSet<PathBuf>,
    /// Dockerfiles that changed.
    pub dockerfiles: &'a [PathBuf],
    /// Tasks of which nobody knows whether a definition that changed is the one that counts, and why.
    pub undecided: &'a BTreeMap<String, String>,
}

/// What became of a task, if that is worth a line.
pub fn changed(mut status: TaskStatus, before: &Before<'_>) -> Option<Changed> {
    let mut earlier = counterpart(&before.side.project.tasks, &status.task);
    if status.status == Status::Invalidated
        && earlier.is_some_and(|earlier| is_another(&status.task, earlier, before.now))
    {
        earlier = None;
        status = TaskStatus { status: Status::New, before: None, changed: Vec::new(), ..status };
    }
    let calls_changed = earlier.is_some_and(|earlier| calls_changed(&status, before.side, earlier));
    let (mut class, mut unknown) = class(&status, earlier, before, calls_changed)?;
    let mut was = earlier.map(|earlier| was(before.side, earlier));
    let undecided = status.task.known_name().and_then(|name| before.undecided.get(name));
    if let Some(why) = undecided.filter(|_| class == Class::Invalidated) {
        // The versions are those of definitions, and maybe not the task's.
        status.here.version = Known::Unknown(why.clone());
        if let Some(was) = was.as_mut().filter(|_| earlier.is_some_and(|earlier| earlier.branch.is_some())) {
            was.computed.version = Known::Unknown(why.clone());
        }
        (class, unknown) = (Class::Unknown, Some(why.clone()));
    }
    let seconds = status.seconds;
    Some(Changed { class, now: Some(status), was, unknown, calls_changed, seconds })
}

/// That a key may be another one, since only running Python tells which inputs are ignored; nothing where that can't have changed.
fn unknown_ignored(status: &TaskStatus, earlier: &Task, before: &Before<'_>) -> Option<String> {
    let (now, then) = (&status.task.spec.ignored_inputs.value, &earlier.spec.ignored_inputs.value);
    let reason = match (now, then) {
        (Known::Value(_), Known::Value(_)) => return None,
        (Known::Unknown(reason), Known::Unknown(then)) => {
            (reason != then || before.reached.contains(&*status.task.place.file)).then_some(reason)?
        }
        (Known::Unknown(reason), _) | (_, Known::Unknown(reason)) => reason,
    };
    (status.status == Status::Unchanged).then(|| format!("which inputs are ignored is not known: {reason}"))
}

/// Whether a task of the same name in another file is not what it was, since that is still there beside it.
fn is_another(task: &Task, earlier: &Task, now: &[Task]) -> bool {
    let is_still_there = |other: &Task| other.name == earlier.name && other.place.file == earlier.place.file;
    task.place.file != earlier.place.file && earlier.known_name().is_some() && now.iter().any(is_still_there)
}

/// What its status alone makes of a task that was and is.
pub fn class_of(status: &TaskStatus) -> Option<Class> {
    match status.news() {
        News::StaleRisk => Some(Class::Stale),
        News::Recompute => Some(Class::Invalidated),
        News::OtherKey => Some(Class::OtherKey),
        News::TurnedOff => Some(Class::Disabled),
        News::TurnedOn => Some(Class::Enabled),
        _ => None,
    }
}

fn class(
    status: &TaskStatus,
    earlier: Option<&Task>,
    before: &Before<'_>,
    calls_changed: bool,
) -> Option<(Class, Option<String>)> {
    let plain = |class| Some((class, None));
    if let Some(why) = earlier
        .filter(|_| status.news() != News::StaleRisk)
        .and_then(|earlier| unknown_ignored(status, earlier, before))
    {
        return Some((Class::Unknown, Some(why)));
    }
    if let Some(class) = class_of(status) {
        return plain(class);
    }
    if earlier.is_none() && matches!(status.status, Status::New | Status::Unknown) {
        let file = &status.task.place.file;
        let problem = before.problems.iter().find(|problem| problem.file == *file);
        let why = |problem: &Problem| format!("in {}, {}", before.name, unreadable(problem));
        return problem.map_or(plain(Class::New), |problem| Some((Class::Unknown, Some(why(problem)))));
    }
    if status.status == Status::Unknown {
        let is_reached = before.reached.contains(&*status.task.place.file);
        return is_reached.then_some((Class::Unknown, None));
    }
    if let Some(earlier) = earlier.filter(|_| status.status == Status::Unchanged) {
        let then = before.side.calls.unknown_images(earlier);
        let differing = status.unknown_images.iter().find(|image| !then.contains(image));
        let differing = differing.or(then.iter().find(|image| !status.unknown_images.contains(image)));
        if let Some(image) = differing {
            return Some((Class::Unknown, Some(unknown_image(image))));
        }
        if let Some(why) = changed_under(&status.unknown_images, before.dockerfiles) {
            return Some((Class::Unknown, Some(why)));
        }
        let runtime = (before.side.runtime)(earlier);
        let reached = before.reached.contains(&*status.task.place.file);
        let hash = Interfaces::of(earlier, &runtime).hash();
        let beside = [
            (&status.task.name, &earlier.name, "its name, which is in the key, is not known"),
            (&status.interface_hash, &hash, "whether its inputs and outputs are the same is not known"),
        ];
        for (now, then, what) in beside {
            match (now, then) {
                (Known::Value(_), Known::Value(_)) => {}
                (Known::Unknown(reason), Known::Unknown(then)) if !reached && reason == then => {}
                (Known::Unknown(reason), _) | (Known::Value(_), Known::Unknown(reason)) => {
                    return Some((Class::Unknown, Some(format!("{what}: {reason}"))));
                }
            }
        }
    }
    if calls_changed { plain(Class::Invalidated) } else { None }
}

/// Whether calls with a cache of their own get other versions than they got. A call that came to the others loses nothing.
fn calls_changed(status: &TaskStatus, side: &Side<'_>, earlier: &Task) -> bool {
    let key = |call: &CallStatus| (call.spec.behavior.value.clone(), call.version.clone());
    let is_cached = |call: &&CallStatus| is_cached(&call.spec);
    let now: Vec<_> = status.overridden.iter().filter(is_cached).map(key).collect();
    let then = overridden(side, earlier, &(side.runtime)(earlier));
    let then: Vec<_> = then.iter().filter(is_cached).map(key).collect();
    now.iter().any(|one| !then.contains(one)) && then.iter().any(|one| !now.contains(one))
}

/// A task as it was.
pub fn was(side: &Side<'_>, task: &Task) -> Was {
    let runtime = (side.runtime)(task);
    Was {
        name: task.name.clone(),
        function: task.function.clone(),
        environment: task.environment.clone(),
        place: Some(task.place.clone()),
        computed: Computed { python: runtime.python.version, version: side.versions.of(task, &runtime) },
        cached: is_cached(&task.spec),
        pinned: is_pinned(&task.spec),
    }
}

/// The cached tasks of `then` that are nowhere in `now`.
pub fn gone<'t>(then: &'t [Task], now: &[Task]) -> Vec<&'t Task> {
    then.iter().filter(|task| is_cached(&task.spec) && counterpart(now, task).is_none()).collect()
}

/// A task that is gone, or of which that isn't known since its file can't be read any more.
pub fn vanished(side: &Side<'_>, task: &Task, problems: &[Problem]) -> Changed {
    let problem = problems.iter().find(|problem| problem.file == task.place.file);
    let unknown = problem.map(unreadable);
    let class = if unknown.is_some() { Class::Unknown } else { Class::Gone };
    Changed { class, now: None, was: Some(was(side, task)), unknown, calls_changed: false, seconds: None }
}

/// Why there may be tasks in a file that nobody found.
pub fn unreadable(problem: &Problem) -> String {
    let line = problem.line.map_or(String::new(), |line| format!(" line {line}"));
    let message = problem.message.strip_prefix("could not be read: ").unwrap_or(&problem.message);
    format!("its file can't be read{line}: {message}")
}

/// Whether a status is of a cached task that is surely as it was.
pub fn is_unchanged(status: &TaskStatus) -> bool {
    status.status == Status::Unchanged && matches!(status.here.version, Known::Value(_))
}
