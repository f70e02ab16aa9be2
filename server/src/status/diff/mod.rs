//! Two states of the code against each other: which cached tasks a change invalidates, and why.
//!
//! A state is a revision, the index or the working tree; nothing is checked out for it. Only files that differ are analysed, those
//! that import them over any number of files between, and those that these import: no other task can mean another thing. What
//! became of a task is [`statuses`](super::statuses)' answer, as everywhere; here it is told which of them are worth a line.

mod answer;
mod chosen;
mod classes;
mod dockerfiles;
mod ignored;
mod images;
mod model;
mod renames;
mod scope;
mod sides;
mod since_lock;
mod states;
mod words;

pub use answer::{DiffError, diff};
pub use model::{Changed, Class, Diff, ImageChange, StateKind, StateName, Was};
pub use since_lock::{of_report, project_files};
pub use states::{Wanted, WantedError};
pub use words::sentence;
