//! Tasks, a baseline and Pythons to statuses: what the next run of each task will do to its cache, and why.

mod again;
mod ask;
mod calls;
mod cluster;
mod compare;
pub mod diff;
mod earlier;
mod entries;
pub mod explain;
mod fit;
pub mod functions;
pub mod given;
pub mod graph;
mod interpreter;
mod json_value;
pub mod keep;
pub mod keys;
pub mod known;
pub mod local_cache;
pub mod locked;
mod model;
mod outlook;
pub mod parallel;
mod parts;
mod projects;
mod recorded;
pub mod records;
#[cfg(test)]
pub(crate) mod samples;
pub mod scenes;
mod sent;
pub mod sentence;
pub mod session;
mod skipped;
pub mod store;
pub mod surroundings;
mod unreadable;
mod versions;
pub mod walk;
mod weight;

pub use ask::{Against, AskError, Question, ask, ask_in};
pub use calls::Calls;
pub use cluster::{ClusterRun, Same};
pub use compare::{Side, statuses};
pub use earlier::{file_at, left_out, revisions};
pub use interpreter::{Interpreter, Runtime};
pub use model::{
    BaselineName, Before, CallStatus, Change, Computed, Entry, Gone, InputsFrom, KnownInputs, News, Report, Sourced,
    Status, StoreName, SubmittingPython, TaskStatus,
};
pub use outlook::Outlook;
pub use recorded::members;
pub use session::Session;
pub use versions::Versions;
pub use weight::{Trifle, Weight};
