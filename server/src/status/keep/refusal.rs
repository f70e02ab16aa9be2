//! Why a task is not pinned or unpinned.

use crate::edit::EditError;
use crate::status::AskError;

/// Why there is nothing to write. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The baseline that the user named can't be read.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// No task of that name.
    #[error("no task `{name}` in the files that were looked at{}", also(.others))]
    NoTask {
        /// As the user wrote it.
        name: String,
        /// Names that there are, a few.
        others: Vec<String>,
    },
    /// Several tasks of that name.
    #[error("`{name}` may be any of {}: name one of them, or its file", .places.join(", "))]
    Several {
        /// As the user wrote it.
        name: String,
        /// `ml.train (ml.py:3)`
        places: Vec<String>,
    },
    /// The task has no need of it.
    #[error("{task}: nothing to keep: {why}")]
    Needless {
        /// `ml.train`
        task: String,
        /// What there is instead.
        why: String,
    },
    /// It can't be told what to write.
    #[error("{task}: {why}")]
    Unable {
        /// `ml.train`
        task: String,
        /// Why not, and what to do.
        why: String,
    },
    /// The edit was tried, and did more or less than it should.
    #[error("{task}: the edit was tried out and is not made: {why}")]
    Unfit {
        /// `ml.train`
        task: String,
        /// What it would have done.
        why: String,
    },
    /// The file can't be edited.
    #[error("{task}: {error}")]
    Edit {
        /// `ml.train`
        task: String,
        /// Why.
        error: EditError,
    },
}

fn also(others: &[String]) -> String {
    if others.is_empty() { String::new() } else { format!(": there are {}", others.join(", ")) }
}
