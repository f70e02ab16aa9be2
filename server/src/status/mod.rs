//! Tasks, a baseline and Pythons to statuses: what the next run of each task will do to its cache, and why.

mod model;
mod parts;
pub mod sentence;
pub mod walk;

pub use model::{BaselineName, Before, Change, Computed, News, Report, Sourced, Status, TaskStatus};
#[cfg(test)]
pub(crate) mod samples;
