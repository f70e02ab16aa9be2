//! What the main loop is told, one after the other.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::live::Answers;
use super::protocol::{
    self, CodeLens, CodeLensParams, DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, ExecuteCommandParams, InitializeParams,
};

/// Where events go.
pub type Sender = mpsc::UnboundedSender<Event>;

/// Something that happened.
pub enum Event {
    /// The editor introduced itself.
    Initialize(Box<InitializeParams>),
    /// It is ready for requests.
    Initialized,
    /// What it says of its documents and of itself.
    Opened(DidOpenTextDocumentParams),
    Changed(DidChangeTextDocumentParams),
    Saved,
    Closed(DidCloseTextDocumentParams),
    Configured,
    FilesChanged,
    FoldersChanged(DidChangeWorkspaceFoldersParams),
    /// What it asks.
    CodeLens(CodeLensParams, Reply<Option<Vec<CodeLens>>>),
    ExecuteCommand(ExecuteCommandParams, Reply<Option<serde_json::Value>>),
    DebugInformation(Reply<serde_json::Value>),
    /// What was computed on another thread.
    Answered(Arc<Answers>),
    /// The server ends.
    Stop,
}

/// Where the answer to a request goes.
pub struct Reply<T>(oneshot::Sender<protocol::Result<T>>);

impl<T> Reply<T> {
    /// A place for an answer, and where it arrives.
    pub fn channel() -> (Self, oneshot::Receiver<protocol::Result<T>>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    /// Answers.
    pub fn send(self, answer: protocol::Result<T>) {
        // The editor may have taken the request back.
        let _ = self.0.send(answer);
    }

    /// Whether the editor has taken the request back.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_closed()
    }
}
