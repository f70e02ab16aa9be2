//! Versions in a lock file as a baseline: what became of tasks since they were locked, told without any code of then.

use std::path::{Path, PathBuf};

use cache_core::policy::Behavior;
use cache_core::python::{Minor, PythonVersion};

use super::ask::{Against, AskError, Question, ask_and_look};
use super::compare::{is_cached, judge};
use super::model::{Before, Change, Computed, Gone, Status, TaskStatus};
use super::parts::body_of;
use super::session::Session;
use super::walk::Walked;
use super::{Report, Side, Versions, statuses};
use crate::analysis::{Known, Place, Task};
use crate::baseline::{LOCK_NAME, Lock, LockError, Locked};
use crate::environment::{Outside, Project};

/// Where the lock file of a project is: beside its settings, else at its root.
pub fn path_of(project: &Project) -> PathBuf {
    let beside = project.settings.file.as_deref().and_then(Path::parent);
    beside.unwrap_or(&project.root).join(LOCK_NAME)
}

/// A lock file, and what it says or why it can't be read.
pub type LockAt = (PathBuf, Result<Lock, LockError>);

/// The lock file that a baseline names, if it names one: the user relative to `cwd`, or a setting beside itself.
pub fn named(baseline: &str, by_user: bool, cwd: &Path, project: &Project) -> Option<LockAt> {
    if !Lock::is_named_by(baseline) {
        return None;
    }
    let beside = path_of(project);
    let path = if by_user { cwd.join(baseline) } else { beside.with_file_name(baseline) };
    // From anywhere in a project, its lock is meant.
    let path = if baseline == LOCK_NAME && !path.exists() { beside } else { path };
    let read = Lock::read(&path);
    Some((path, read))
}

/// A project as its lock file should say it.
#[derive(Debug)]
pub struct ProjectLock {
    /// The lock file.
    pub path: PathBuf,
    /// What it should say.
    pub lock: Lock,
    /// Cached tasks whose names only a run of Python tells, so that they can't be locked.
    pub unnamed: Vec<Place>,
}

/// What the lock files of the projects of some files should say, and the report on those files.
///
/// # Errors
///
/// As [`super::ask`].
pub fn locks(
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
) -> Result<(Vec<ProjectLock>, Report), AskError> {
    let mut found: Vec<ProjectLock> = Vec::new();
    let question = Question { against: Against::Nothing, entries: false, ..*question };
    let report = ask_and_look(&mut Session::default(), &question, walked, outside, &mut |scenery| {
        let path = path_of(scenery.project);
        let at = found.iter().position(|known| known.path == path).unwrap_or_else(|| {
            found.push(ProjectLock { path, lock: Lock::default(), unnamed: Vec::new() });
            found.len() - 1
        });
        for status in statuses(scenery.now, None, None) {
            let (Some(one), Some(project)) = (locked(&status, scenery.now.versions), found.get_mut(at)) else {
                continue;
            };
            match status.task.known_name() {
                Some(name) => project.lock.tasks.entry(name.to_owned()).or_default().push(one),
                None => project.unnamed.push(status.task.place),
            }
        }
    })?;
    for project in &mut found {
        project.lock.tasks.values_mut().for_each(|all| {
            all.sort();
            all.dedup();
        });
    }
    Ok((found, report))
}

/// What is locked of a task that is cached; `None` for one that isn't.
pub fn locked(status: &TaskStatus, versions: &Versions<'_>) -> Option<Locked> {
    let spec = &status.task.spec;
    if !is_cached(spec) {
        return None;
    }
    let cache = match &spec.behavior.value {
        _ if status.pinned => "pinned",
        Known::Value(Behavior::Override) => "override",
        _ => "auto",
    };
    let mut ignored = spec.ignored_inputs.value.value().cloned().unwrap_or_default();
    ignored.sort();
    ignored.dedup();
    let in_images = status.in_images.iter().filter(|_| !status.pinned);
    let in_image = |one: &Computed| Some((minor(one.python)?, one.version.value().cloned()?));
    Some(Locked {
        cache: cache.to_owned(),
        python: minor(status.here.python).filter(|_| !status.pinned),
        version: status.here.version.value().cloned(),
        images: in_images.filter_map(in_image).collect(),
        interface: status.interface_hash.value().cloned(),
        ignored,
        body: if status.pinned { fingerprint(&status.task, versions) } else { None },
    })
}

/// Tells what became of tasks since they were locked.
pub fn hold(tasks: &mut [TaskStatus], lock: &Lock, now: &Side<'_>) {
    for status in tasks {
        let known = status.task.known_name().and_then(|name| lock.tasks.get(name));
        let locked = locked(status, now.versions);
        let same = |one: &&Locked| locked.as_ref().is_some_and(|now| now.version == one.version);
        // Of several of one name the one that is as it was, if any is.
        match known.and_then(|all| all.iter().find(same).or(all.first())) {
            Some(then) => hold_one(status, then, locked.as_ref()),
            None => status.status = judge(&status.task.spec, &status.here, None, true),
        }
    }
}

fn hold_one(status: &mut TaskStatus, then: &Locked, now: Option<&Locked>) {
    let unknown =
        || Known::Unknown("it was not known when it was locked: `tasklens lock --update` takes it in".to_owned());
    // A line without one is of a version that no Python makes. One that nobody knows is none of those that there are.
    let python = then.python.as_deref().map_or(status.here.python, |text| text.parse().ok());
    let version = then.version.clone().map_or_else(unknown, Known::Value);
    let before = Before { computed: Computed { python, version }, cached: true, pinned: then.cache == "pinned" };
    status.status = judge(&status.task.spec, &status.here, Some(&before), true);
    let mut changed = Vec::new();
    match now {
        None => changed.push(Change::Cache),
        Some(now) => {
            // What was unknown and still is can't be held against anything, and was accepted so.
            let is_same_unknown = now.version.is_none() && then.version.is_none();
            if is_same_unknown {
                status.status = Status::Unknown;
            }
            if now.ignored != then.ignored {
                changed.push(Change::IgnoredInputs);
            }
            let is_image_lost = now.images.values().any(|one| !then.images.values().any(|other| other == one))
                && then.images.values().any(|one| !now.images.values().any(|other| other == one));
            if status.status == Status::Unchanged && is_image_lost {
                status.status = Status::Invalidated;
                changed.push(Change::ImagePython);
            }
            if status.status == Status::Invalidated {
                if now.version != then.version && (status.pinned || before.pinned) {
                    changed.push(Change::PinnedVersion);
                } else if python.is_some() && now.python != then.python && now.version != then.version {
                    changed.push(Change::Python);
                }
            }
            if status.status == Status::Unchanged {
                let is_other = then.interface.is_some() && now.interface != then.interface;
                status.other_key = is_other || now.ignored != then.ignored;
                changed.extend(is_other.then_some(Change::Signature));
                let is_other = matches!((&now.body, &then.body), (Some(now), Some(then)) if now != then);
                status.stale_risk = status.pinned && is_other;
                changed.extend(status.stale_risk.then_some(Change::Body));
            }
        }
    }
    status.changed = changed;
    status.before = Some(before);
}

/// The tasks that were locked and are not in the code: at their lines of the lock file.
pub fn gone(lock: &Lock, path: &Path, tasks: &[Task]) -> Vec<Gone> {
    let is_gone = |name: &&String| !tasks.iter().any(|task| task.known_name() == Some(name));
    let one = |name: &String| Gone {
        place: Place { file: path.into(), line: lock.lines.get(name).copied().unwrap_or(1) },
        name: name.clone(),
    };
    lock.tasks.keys().filter(is_gone).map(one).collect()
}

/// The minor of a Python: another patch release is seldom another version, and machines differ in it.
fn minor(python: Option<PythonVersion>) -> Option<String> {
    python.map(|python| PythonVersion::minor(python.minor).to_string())
}

/// A fingerprint of what a task computes: of its body without docstring, whatever Python the project runs under.
fn fingerprint(task: &Task, versions: &Versions<'_>) -> Option<String> {
    // The same for good, so that no upgrade changes fingerprints; the other only for what that one refuses.
    let pythons = [Minor::Py313, Minor::Py314].map(PythonVersion::minor);
    let dump = pythons.into_iter().find_map(|python| versions.dump(task, python))?;
    let hash = blake3::hash(body_of(&dump).as_bytes()).to_hex();
    hash.get(..16).map(str::to_owned)
}
