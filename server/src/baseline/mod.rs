//! What the code is compared with: the files of a git revision, read as objects, with nothing checked out; or the versions in a lock file.
//!
//! Nothing that a repository or its configuration names is ever started: no hook, filter, text conversion, pager,
//! fsmonitor, credential helper or transport ([`Git`] says how). Nothing is fetched and nothing is written.
//!
//! ```no_run
//! # fn main() -> Result<(), tasklens::baseline::BaselineError> {
//! use tasklens::baseline::{Git, Repository};
//!
//! let repository = Repository::open(Git::new("/usr/bin/git".into()), "/project".as_ref())?;
//! let choice = repository.choose(None)?; // the merge-base with the upstream's default branch
//! let tree = repository.tree(&choice.baseline.revision)?;
//! let before = tree.read("/project/pipe.py".as_ref())?;
//! # Ok(()) }
//! ```

mod blob;
mod choose;
mod differing;
mod error;
mod git;
mod history;
mod index;
mod listing;
mod lock;
mod marks;
mod objects;
mod repository;
mod states;
mod tree;

pub use choose::{Baseline, Choice};
pub use differing::Differing;
pub use error::BaselineError;
pub use git::Git;
pub use history::{Commit, Step};
pub use index::State;
pub use lock::{LOCK_NAME, Lock, LockError, Locked};
pub use marks::{Marks, git_folders};
pub use repository::Repository;
pub use tree::{Child, Tree};

#[cfg(all(test, unix))]
mod test_hostile;
#[cfg(test)]
pub(crate) mod test_repository;
