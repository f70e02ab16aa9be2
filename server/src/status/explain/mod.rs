//! One task, piece by piece: where each part of its spec comes from, how its version is made, and what of it changed.
//!
//! Data only; the words are in `render::explain`, and what became of the version is in [`TaskStatus`], as everywhere.

mod callers;
mod config;
mod diff;
mod history;
mod outputs;
mod runs;
mod select;
mod spec;

use std::path::PathBuf;

use crate::analysis::{Known, Task};
use crate::environment::{Outside, local_cache_from};

use super::ask::{AskError, Question, Scenery, ask_and_look};
use super::calls::id;
use super::compare::counterpart;
use super::walk::Walked;
use super::{Report, Runtime, Session, Side, Sourced, SubmittingPython, TaskStatus};

pub use callers::Caller;
pub use config::{Config, ConfigSetting, config};
pub use diff::{DiffLine, Hunk, Op, hunks};
pub use history::{End, History, Turn};
pub use runs::{Action, Cached, CompareError, Comparison, Differing, Pair, compare_runs};
pub use select::{SelectError, Selector};
pub use spec::{SpecChange, SpecPart, spec_parts};

/// All that there is to say of a task.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What became of its version, and its entries.
    pub status: TaskStatus,
    /// What there is to say besides.
    pub facts: Facts,
}

/// What is known of a task beside its status.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The Python that submits it.
    pub python: SubmittingPython,
    /// The SDK that it imports.
    pub sdk: Sourced,
    /// How its version is made.
    pub made: Made,
    /// The same task at the baseline.
    pub earlier: Option<Earlier>,
    /// What of the spec is another than at the baseline.
    pub spec_changes: Vec<SpecChange>,
    /// What of the function is another than at the baseline, in the user's own lines.
    pub hunks: Vec<Hunk>,
    /// What it returns, by the names that Flyte gives; or why that isn't known.
    pub outputs: Known<Vec<(String, String)>>,
    /// Who calls it.
    pub callers: Vec<Caller>,
    /// The commits that changed its version, where they were asked for; or why there are none.
    pub history: Option<Result<History, String>>,
}

/// What each policy gives to a version, by the policy's name; empty for a version that is given. Or why it isn't known.
pub type Made = Result<Vec<(String, Known<String>)>, String>;

/// A task as it was.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// What the code said.
    pub task: Task,
    /// How its version was made.
    pub made: Made,
}

/// Why nothing is explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// A revision, a task or an input that was named is not there.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The task is not there, or there are several.
    #[error(transparent)]
    Select(#[from] SelectError),
}

/// Explanations, and what they rest on.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What `status` says of the same files.
    pub report: Report,
    /// The tasks that were asked for, by file and line.
    pub tasks: Vec<Explained>,
    /// Where the SDK's local cache is, or would be.
    pub local_cache: Option<PathBuf>,
}

/// Explains the tasks that `wanted` names, of the files that were walked; by file and line. With `turns`, with the last so many
/// changes of their versions. As one of the questions of a session.
///
/// # Errors
///
/// [`ExplainError`]. What can't be read is told in the report.
pub fn explain(
    session: &mut Session,
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
    wanted: &Selector,
    turns: Option<usize>,
) -> Result<Answer, ExplainError> {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    let report = ask_and_look(session, question, walked, outside, &mut |scenery| {
        for task in &scenery.now.project.tasks {
            if wanted.names(task, question.cwd, scenery.now.versions.lines(task)) {
                known.push((task.clone(), facts(task, scenery, turns)));
            } else {
                others.push(task.clone());
            }
        }
    })?;
    if let Selector::Name(name) = wanted {
        // A full name goes before functions of that name.
        let is_exact = |task: &Task| matches!(&task.name, Known::Value(known) if known == name);
        if known.iter().any(|(task, _)| is_exact(task)) {
            known.retain(|(task, _)| is_exact(task));
        }
    }
    let found: Vec<&Task> = known.iter().map(|(task, _)| task).collect();
    wanted.judge(&found, &others, question.cwd)?;
    // Stores were asked after the project was seen.
    let status = |task: &Task| report.tasks.iter().find(|status| id(&status.task) == id(task)).cloned();
    let mut tasks: Vec<Explained> =
        known.into_iter().filter_map(|(task, facts)| Some(Explained { status: status(&task)?, facts })).collect();
    tasks.sort_by(|a, b| a.status.task.place.cmp(&b.status.task.place));
    let found = || local_cache_from(question.cwd, outside).map(|found| found.path);
    let local_cache = question.local_cache.map(|path| question.cwd.join(path)).or_else(found);
    Ok(Answer { report, tasks, local_cache })
}

fn facts(task: &Task, scenery: &Scenery<'_>, turns: Option<usize>) -> Facts {
    let runtime = (scenery.now.runtime)(task);
    let earlier = scenery.before.and_then(|side| Some((side, counterpart(&side.project.tasks, task)?)));
    let (python, sdk) = scenery.scenes.words(task, scenery.question.cwd);
    Facts {
        python,
        sdk,
        made: scenery.now.versions.policies(task, &runtime),
        spec_changes: earlier.map_or(Vec::new(), |(_, earlier)| spec::changes(&earlier.spec, &task.spec)),
        hunks: earlier.map_or(Vec::new(), |(side, earlier)| compared(scenery.now, task, side, earlier, &runtime)),
        outputs: outputs::outputs(task, runtime.python.any()),
        callers: callers::callers(task, scenery),
        history: turns.map(|turns| history::history(task, scenery, turns).map_err(|error| error.to_string())),
        earlier: earlier.map(|(side, earlier)| Earlier {
            task: earlier.clone(),
            made: side.versions.policies(earlier, &(side.runtime)(earlier)),
        }),
    }
}

/// What of a function changed; both sides are read under one Python, so that another Python is no edit.
fn compared(now: &Side<'_>, task: &Task, before: &Side<'_>, earlier: &Task, runtime: &Runtime) -> Vec<Hunk> {
    let Some(python) = runtime.python.any() else { return Vec::new() };
    match (before.versions.pieces(earlier, python), now.versions.pieces(task, python)) {
        (Some(old), Some(new)) => hunks(&old, &new),
        _ => Vec::new(),
    }
}
