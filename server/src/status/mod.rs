//! Tasks, a baseline and Pythons to statuses: what the next run of each task will do to its cache, and why.

mod ask;
mod calls;
mod compare;
mod earlier;
pub mod explain;
pub mod functions;
mod interpreter;
mod model;
pub mod parallel;
mod parts;
mod projects;
#[cfg(test)]
pub(crate) mod samples;
pub mod scenes;
pub mod sentence;
pub mod surroundings;
mod versions;
pub mod walk;

pub use ask::{Against, Question, ask};
pub use calls::Calls;
pub use compare::{Side, statuses};
pub use interpreter::{Interpreter, Runtime};
pub use model::{
    BaselineName, Before, CallStatus, Change, Computed, Entry, Gone, InputsFrom, KnownInputs, News, Report, Sourced,
    Status, SubmittingPython, TaskStatus,
};
pub use versions::Versions;
