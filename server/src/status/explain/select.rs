//! Which tasks a name on the command line means.

use std::path::{Path, PathBuf};

use crate::analysis::{Place, Task};

use super::super::given::{likeness, nearest};
use super::super::walk::plain;

/// What names tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `ml.train`, or `train` where only one task has a function of that name.
    Name(String),
    /// `pipe.py:12`: the task that stands on a line of a file.
    Line {
        /// The file, relative to the working directory or absolute.
        file: PathBuf,
        /// 1-based.
        line: u32,
    },
}

/// Why a name means no task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// No task has the name.
    #[error("there is no task `{name}`{}", meant(.nearest))]
    NoTask {
        /// What was asked for.
        name: String,
        /// Tasks of similar names, the most similar first.
        nearest: Vec<String>,
    },
    /// No task stands there.
    #[error("no task stands at {place}{}", meant(.nearest))]
    NotThere {
        /// What was asked for.
        place: String,
        /// The tasks of the file, by distance, with their places.
        nearest: Vec<String>,
    },
    /// Several tasks have a function of the name.
    #[error("several tasks have a function `{name}`: name one of them in full: {}", .tasks.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// The tasks, with their places.
        tasks: Vec<String>,
    },
}

fn meant(nearest: &[String]) -> String {
    match nearest {
        [] => ": `tasklens status --all` lists the tasks".to_owned(),
        [one] => format!(": did you mean {one}?"),
        [most @ .., last] => format!(": did you mean {} or {last}?", most.join(", ")),
    }
}

impl Selector {
    /// Reads what the user wrote.
    pub fn of(text: &str) -> Self {
        match text.rsplit_once(':') {
            Some((file, line)) if !file.is_empty() => match line.parse() {
                Ok(line) => Self::Line { file: PathBuf::from(file), line },
                Err(_) => Self::Name(text.to_owned()),
            },
            _ => Self::Name(text.to_owned()),
        }
    }

    /// What stands at a place.
    pub fn at(place: &Place) -> Self {
        Self::Line { file: place.file.to_path_buf(), line: place.line }
    }

    /// As a user who works in `cwd` would write it.
    pub fn shown(&self, cwd: &Path) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Line { file, line } => format!("{}:{line}", file.strip_prefix(cwd).unwrap_or(file).display()),
        }
    }

    /// Whether this names the task, of which the function stands on `lines`.
    pub fn names(&self, task: &Task, cwd: &Path, lines: Option<(u32, u32)>) -> bool {
        match self {
            Self::Name(name) => task.known_name() == Some(name) || task.function == *name,
            Self::Line { file, line } => {
                let (first, last) = lines.unwrap_or_else(|| written(task));
                plain(&cwd.join(file)) == plain(&task.place.file) && (first.min(task.place.line)..=last).contains(line)
            }
        }
    }

    /// Whether the tasks that this names can be taken for what was meant; `others` are those that it doesn't name.
    ///
    /// # Errors
    ///
    /// [`SelectError`].
    pub fn judge(&self, found: &[&Task], others: &[Task], cwd: &Path) -> Result<(), SelectError> {
        match self {
            Self::Name(name) if found.is_empty() => {
                Err(SelectError::NoTask { name: name.clone(), nearest: similar_names(name, others) })
            }
            Self::Name(name) => {
                let mut names: Vec<Option<&str>> = found.iter().map(|task| task.known_name()).collect();
                names.sort();
                names.dedup();
                if names.len() < 2 || names.contains(&Some(name)) {
                    return Ok(());
                }
                let tasks = found.iter().map(|task| placed(task, cwd)).collect();
                Err(SelectError::Ambiguous { name: name.clone(), tasks })
            }
            Self::Line { file, line } if found.is_empty() => {
                let there = plain(&cwd.join(file));
                let mut near: Vec<&Task> = others.iter().filter(|task| plain(&task.place.file) == there).collect();
                near.sort_by_key(|task| task.place.line.abs_diff(*line));
                Err(SelectError::NotThere {
                    place: self.shown(cwd),
                    nearest: near.iter().take(3).map(|task| placed(task, cwd)).collect(),
                })
            }
            Self::Line { .. } => Ok(()),
        }
    }
}

/// `ml.train (pipe.py:12)`
fn placed(task: &Task, cwd: &Path) -> String {
    format!("{} ({})", task.shown_name(), Selector::at(&task.place).shown(cwd))
}

/// The lines of a task that has no function: from its constructor's call to the last part of its spec.
fn written(task: &Task) -> (u32, u32) {
    let spec = &task.spec;
    let places = [&spec.place, &spec.behavior.place, &spec.salt.place, &spec.policies.place, &spec.max_age.place];
    let here = places.into_iter().flatten().filter(|place| place.file == task.place.file).map(|place| place.line);
    (task.place.line, here.max().unwrap_or(0).max(task.place.line))
}

/// The names of tasks that are written most like `name`, if any is.
fn similar_names(name: &str, tasks: &[Task]) -> Vec<String> {
    let mut names: Vec<&str> = tasks.iter().filter_map(Task::known_name).collect();
    names.sort_unstable();
    names.dedup();
    let Some(nearest) = nearest(name, names.iter().copied()) else { return Vec::new() };
    let wanted = likeness(name, &nearest);
    let near = names.into_iter().filter(|other| likeness(name, other) == wanted);
    near.take(3).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;
    use crate::analysis::Known;

    fn tasks() -> Vec<Task> {
        samples::every_kind().into_iter().map(|status| status.task).collect()
    }

    fn judged(text: &str, tasks: &[Task]) -> Result<Vec<String>, String> {
        let selector = Selector::of(text);
        let (found, others): (Vec<&Task>, Vec<&Task>) = tasks
            .iter()
            .partition(|task| selector.names(task, samples::cwd(), Some((task.place.line, task.place.line + 3))));
        let others: Vec<Task> = others.into_iter().cloned().collect();
        let judged = selector.judge(&found, &others, samples::cwd()).map_err(|error| error.to_string());
        judged.map(|()| found.iter().map(|task| task.function.clone()).collect())
    }

    #[test]
    fn tasks_are_named_in_full_by_function_and_by_line() {
        let tasks = tasks();
        for name in ["ml.train", "train", "ml/train.py:20", "/p/ml/../ml/train.py:23"] {
            assert_eq!(judged(name, &tasks), Ok(vec!["train".to_owned()]), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is_like_it() {
        let tasks = tasks();
        let error = |name| judged(name, &tasks).err();
        assert_eq!(error("ml.trian").as_deref(), Some("there is no task `ml.trian`: did you mean ml.train?"));
        assert_eq!(error("other.train").as_deref(), Some("there is no task `other.train`: did you mean ml.train?"));
        assert_eq!(error("zzz").as_deref(), Some("there is no task `zzz`: `tasklens status --all` lists the tasks"));
        let message = "no task stands at ml/train.py:1: did you mean ml.load (ml/train.py:10), \
                       ml.rank (ml/train.py:12) or ml.augment (ml/train.py:14)?";
        assert_eq!(error("ml/train.py:1").as_deref(), Some(message));
    }

    #[test]
    fn a_function_s_name_must_be_of_one_task() {
        let mut tasks = tasks();
        let mut other = tasks[4].clone();
        other.name = Known::Value("eval.train".to_owned());
        tasks.push(other);
        let message = "several tasks have a function `train`: name one of them in full: \
                       ml.train (ml/train.py:20), eval.train (ml/train.py:20)";
        assert_eq!(judged("train", &tasks), Err(message.to_owned()));
        tasks.push(tasks[4].clone());
        assert_eq!(judged("ml.train", &tasks).map(|found| found.len()), Ok(2), "branches of one name are all meant");
    }
}
