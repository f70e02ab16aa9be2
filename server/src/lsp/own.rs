//! Requests and notifications that the protocol doesn't have: what an editor's panel, list of tasks and commands are made of.
//!
//! | method | params | answer |
//! |---|---|---|
//! | `tasklens/explain` | [`TaskAt`] | a page: `render::explain::panel`, with what can be done |
//! | `tasklens/tasks` | [`TasksParams`] | the tasks of the workspace, or of what is open: `render::tasks` |
//! | `tasklens/graph` | [`TaskAt`] | what the next run of a pipeline does: `render::graph` |
//! | `tasklens/inputs` | [`TaskAt`] | the inputs to ask a user for |
//! | `tasklens/validateInput` | [`InputText`] | what is wrong with a text for one of them, or null |
//! | `tasklens/output` | [`EntryOf`] | the outputs that are stored under a key, as text |
//! | `tasklens/clear` | [`ClearParams`] | how many entries of a task would go, or went |
//! | `tasklens/baselines` | [`Of`] | revisions to compare with |
//! | `tasklens/baselineText` | [`TaskAt`] | the task's file as it was |
//!
//! And the server says `tasklens/changed` to those that announce `experimental.tasklens.changes`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tower_lsp::LspServiceBuilder;

use super::frontend::Frontend;
use super::protocol::{Url, notification::Notification};

/// A line (from 0) of a document, on which a task stands.
#[derive(Clone, Debug, Deserialize)]
pub struct TaskAt {
    /// The document.
    pub uri: Url,
    /// The line.
    pub line: u32,
    /// Inputs that the user gives for it, each in JSON or as Python.
    #[serde(default)]
    pub inputs: Option<Map<String, Value>>,
}

/// Which tasks are listed.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct TasksParams {
    /// Only those of open documents.
    #[serde(default)]
    pub open: bool,
}

/// A text for an input of a task.
#[derive(Clone, Debug, Deserialize)]
pub struct InputText {
    /// The task.
    #[serde(flatten)]
    pub at: TaskAt,
    /// The input.
    pub name: String,
    /// The text.
    pub value: String,
}

/// An entry of a task.
#[derive(Clone, Debug, Deserialize)]
pub struct EntryOf {
    /// The task.
    #[serde(flatten)]
    pub at: TaskAt,
    /// The key, in full.
    pub key: String,
}

/// The entries of a task.
#[derive(Clone, Debug, Deserialize)]
pub struct ClearParams {
    /// The task.
    #[serde(flatten)]
    pub at: TaskAt,
    /// Whether they are removed, rather than counted.
    #[serde(default)]
    pub really: bool,
}

/// A document or folder.
#[derive(Clone, Debug, Deserialize)]
pub struct Of {
    /// Which.
    pub uri: Url,
}

/// Tasks may be others.
pub enum Changed {}

/// What of them.
#[derive(Debug, Deserialize, Serialize)]
pub struct ChangedParams {
    /// More than the text of open documents: files on disk, settings, the baseline, the local cache.
    pub workspace: bool,
}

impl Notification for Changed {
    type Params = ChangedParams;
    const METHOD: &'static str = "tasklens/changed";
}

/// Has tower-lsp hand the requests to the frontend.
pub fn register(builder: LspServiceBuilder<Frontend>) -> LspServiceBuilder<Frontend> {
    builder
        .custom_method("tasklens/explain", Frontend::explain)
        .custom_method("tasklens/tasks", Frontend::tasks)
        .custom_method("tasklens/graph", Frontend::graph)
        .custom_method("tasklens/inputs", Frontend::inputs)
        .custom_method("tasklens/validateInput", Frontend::validate_input)
        .custom_method("tasklens/output", Frontend::output)
        .custom_method("tasklens/clear", Frontend::clear)
        .custom_method("tasklens/baselines", Frontend::baselines)
        .custom_method("tasklens/baselineText", Frontend::baseline_text)
}
