//! Tasks, a baseline and Pythons to statuses: what the next run of each task will do to its cache, and why.

mod compare;
mod interpreter;
mod model;
pub mod parallel;
mod parts;
pub mod sentence;
mod versions;
pub mod walk;

pub use compare::{Side, statuses};
pub use interpreter::Interpreter;
pub use model::{BaselineName, Before, Change, Computed, News, Report, Sourced, Status, TaskStatus};
pub use versions::Versions;
#[cfg(test)]
pub(crate) mod samples;
