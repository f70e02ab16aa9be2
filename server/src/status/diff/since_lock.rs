//! The code as it stands against a lock file: versions without the code that they are of, so that little is told of why.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::DiffError;
use super::classes::class_of;
use super::model::{Changed, Class, Diff, StateKind, StateName, Was};
use super::states::State;
use crate::analysis::{Known, Task};
use crate::baseline::Lock;
use crate::environment::{self, Outside};
use crate::status::ask::{Against, Question, ask};
use crate::status::walk::{Walked, walk};
use crate::status::{Computed, Gone, Report, Status, TaskStatus};

/// The files of the project around a folder.
pub fn project_files(cwd: &Path) -> Walked {
    let project = environment::discover(cwd);
    let folder = if project.has_root { project.root } else { cwd.to_owned() };
    walk(std::slice::from_ref(&folder), &folder, &|_| {})
}

/// Compares the working tree with the lock file that is named so.
///
/// # Errors
///
/// One that can't be read.
pub fn since_lock(question: &Question<'_>, named: &str, outside: &Outside) -> Result<Diff, DiffError> {
    let walked = project_files(question.cwd);
    let question = Question { against: Against::Revision(named), entries: false, ..*question };
    Ok(of_report(ask(&question, walked, outside)?, named))
}

/// What a report says of a lock file, as a comparison.
pub fn of_report(report: Report, named: &str) -> Diff {
    // What is gone has its version there only; the report is of the same file, so that it can be read.
    let path = report.gone.first().map(|gone| Arc::clone(&gone.place.file));
    let lock = path.and_then(|path| Lock::read(&path).ok()).unwrap_or_default();
    let unchanged = |status: &TaskStatus| status.status == Status::Unchanged && class_of(status).is_none();
    let order = |one: &Changed, other: &Changed| {
        (one.class, one.place(), one.name()).cmp(&(other.class, other.place(), other.name()))
    };
    let mut diff = Diff {
        base: StateName { kind: StateKind::Lock, name: short_name(named), revision: None },
        head: State::working_tree().name,
        images: Vec::new(),
        unchanged: report.tasks.iter().filter(|status| unchanged(status)).count(),
        files_changed: 0,
        files_analysed: report.files,
        unread: report.unread,
        tasks: report
            .tasks
            .into_iter()
            .filter_map(changed)
            .chain(report.gone.into_iter().map(|gone| vanished(gone, &lock)))
            .collect(),
        notes: report.notes,
        problems: report.problems,
        pythons: report.pythons,
        sdks: report.sdks,
    };
    diff.tasks.sort_by(order);
    diff
}

fn short_name(named: &str) -> String {
    PathBuf::from(named).file_name().map_or_else(|| named.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn changed(status: TaskStatus) -> Option<Changed> {
    let class = match (class_of(&status), &status.before) {
        (Some(class), _) => class,
        (None, None) if matches!(status.status, Status::New | Status::Unknown) => Class::New,
        (None, Some(before)) if status.status == Status::Unknown => {
            match (&before.computed.version, &status.here.version) {
                // It was accepted so.
                (Known::Unknown(_), Known::Unknown(_)) => return None,
                _ => Class::Unknown,
            }
        }
        _ => return None,
    };
    let was = status.before.as_ref().map(|before| {
        let Task { name, function, environment, .. } = status.task.clone();
        let (computed, cached, pinned) = (before.computed.clone(), before.cached, before.pinned);
        Was { name, function, environment, place: None, computed, cached, pinned }
    });
    let seconds = status.seconds;
    Some(Changed { class, now: Some(status), was, unknown: None, calls_changed: false, seconds })
}

/// A task that is in the lock file only.
fn vanished(gone: Gone, lock: &Lock) -> Changed {
    let (environment, function) = gone.name.rsplit_once('.').unwrap_or(("", &gone.name));
    let locked = lock.tasks.get(&gone.name).and_then(|all| all.first()).cloned().unwrap_or_default();
    let unknown = || Known::Unknown("it was not known when it was locked".to_owned());
    let was = Was {
        function: function.to_owned(),
        environment: Known::Value(environment.to_owned()),
        place: Some(gone.place),
        computed: Computed {
            python: locked.python.and_then(|python| python.parse().ok()),
            version: locked.version.map_or_else(unknown, Known::Value),
        },
        cached: true,
        pinned: locked.cache == "pinned",
        name: Known::Value(gone.name),
    };
    Changed { class: Class::Gone, now: None, was: Some(was), unknown: None, calls_changed: false, seconds: None }
}
