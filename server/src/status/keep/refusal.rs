//! Why a task is not pinned or unpinned.

use crate::edit::EditError;
use crate::status::AskError;
use crate::status::explain::SelectError;

/// Why there is nothing to write. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The baseline that the user named can't be read.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// No task of that name, or several.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// Several tasks of that name.
    #[error("`{name}` may be any of {}: name it by its line", .places.join(", "))]
    Several {
        /// As the user wrote it.
        name: String,
        /// `ml.py:3`
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
