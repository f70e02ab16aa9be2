//! A comparison as annotations of a GitHub workflow: each task at the line where the change has it.

use std::path::Path;

use crate::analysis::Place;
use crate::render::text::relative;
use crate::render::workflow::{Level, Shown, annotation};
use crate::status::diff::{Changed, Class, Diff, sentence};

use super::branch;

/// Workflow commands, one a line; nothing where nothing changed.
pub fn github(diff: &Diff, cwd: &Path) -> String {
    let tasks = diff.tasks.iter().map(|one| of_task(one, diff, cwd));
    let problems = diff.problems.iter().map(|problem| {
        let lines = problem.line.map(|line| (line as usize, line as usize));
        let at = Shown { file: relative(&problem.file, cwd), lines, columns: None };
        annotation(Level::Warning, Some(&at), "tasklens (not compared)", &problem.message)
    });
    tasks.chain(problems).collect()
}

fn of_task(one: &Changed, diff: &Diff, cwd: &Path) -> String {
    let level = match one.class {
        Class::Stale | Class::Unknown => Level::Warning,
        _ => Level::Notice,
    };
    // A task that is gone has no line in the code as it is now.
    let at = one.task().map(|task| shown(&task.place, cwd));
    let message = format!("{}{}: {}", one.name(), branch(one), sentence(one, &diff.base));
    annotation(level, at.as_ref(), &format!("tasklens ({})", one.class.word()), &message)
}

fn shown(place: &Place, cwd: &Path) -> Shown {
    let line = place.line as usize;
    Shown { file: relative(&place.file, cwd), lines: Some((line, line)), columns: None }
}
