//! Why there is no baseline, and what to do about it.

use std::path::PathBuf;

/// Why a baseline can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// There is no git.
    #[error("git is not on PATH: install it to compare with a baseline")]
    NoGit,
    /// The folder belongs to no repository.
    #[error("{} is not in a git repository: without one there is nothing to compare with", .0.display())]
    NotARepository(PathBuf),
    /// The folder is a bare repository, or inside of `.git`.
    #[error("{} is in a git repository without a working tree: run in a clone or worktree of it", .0.display())]
    NoWorkingTree(PathBuf),
    /// git's own protection: the repository belongs to another user.
    #[error("git does not read {folder}, since another user owns it: if you trust it, run `{advice}`")]
    DubiousOwnership {
        /// The repository, as git names it.
        folder: String,
        /// The command that git advises.
        advice: String,
    },
    /// Nothing was committed yet.
    #[error("the repository has no commit yet: commit once to have a baseline")]
    NoCommits,
    /// The revision that was asked for does not exist here.
    #[error("`{revision}` names no commit here: give a branch, a tag or a commit{}", if *.shallow {
        " that this shallow clone holds, or fetch it: `git fetch --unshallow`"
    } else { "" })]
    UnknownRevision {
        /// As it was given.
        revision: String,
        /// Whether the clone is shallow, so that it may exist elsewhere.
        shallow: bool,
    },
    /// The revision's file is not in this clone, as in a partial one.
    #[error(
        "the baseline's content is not in this clone (object {object}): fetch it, since Tasklens does not use the network"
    )]
    MissingObject {
        /// Its id.
        object: String,
    },
    /// git said something else.
    #[error("`git {command}` failed: {message}")]
    Failed {
        /// The subcommand.
        command: String,
        /// What git said.
        message: String,
    },
}
