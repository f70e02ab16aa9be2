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
    /// A branch of a remote that was not fetched.
    #[error(
        "`{revision}` is not in this clone: run `git fetch {remote} {branch}:refs/remotes/{remote}/{branch}` (in a CI checkout: full depth)"
    )]
    NotFetched {
        /// As it was given.
        revision: String,
        /// The remote.
        remote: String,
        /// The branch there.
        branch: String,
    },
    /// Two revisions that have no commit in common here.
    #[error("{one} and {other} have no common history{}", if *.shallow {
        " in this shallow clone: run `git fetch --unshallow` (in a CI checkout: full depth)"
    } else { ": compare them with two dots (`A..B`) instead of three" })]
    NoMergeBase {
        /// As it was given.
        one: String,
        /// As it was given.
        other: String,
        /// Whether the clone is shallow, so that they may have one elsewhere.
        shallow: bool,
    },
    /// A shallow clone in which there is no telling what changed.
    #[error("{what}: run `git fetch --unshallow` (in a CI checkout: full depth), or name a base that is here")]
    TooShallow {
        /// What is missing.
        what: String,
    },
    /// The index holds several versions of a file.
    #[error("{file} has merge conflicts in the index: resolve them and `git add` it")]
    Unmerged {
        /// From the repository's root.
        file: String,
    },
    /// The revision's file is not in this clone, as in a partial one.
    #[error(
        "the baseline's content is not in this clone (object {object}): fetch it, as `git diff --stat` of the same revisions does in a \
         partial clone, since Tasklens does not use the network"
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
