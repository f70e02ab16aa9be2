//! What the main loop is told, one after the other.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::polls::Everywhere;
use super::protocol::{
    self, DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, ExecuteCommandParams,
    InitializeParams, Url, WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult,
};
use super::published::Told;
use super::snapshot::Snapshot;
use super::view::View;
use super::worker::Indexed;

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
    /// Something about a document could not be read, and why: its text is not known any more.
    Lost(Option<Url>, String),
    Closed(DidCloseTextDocumentParams),
    Configured(DidChangeConfigurationParams),
    /// Its settings, for the folders that it was asked about, if it answered.
    Settings {
        folders: Vec<PathBuf>,
        answer: Option<Vec<Value>>,
    },
    FilesChanged(DidChangeWatchedFilesParams),
    /// A run may have written to a local cache.
    StoresChanged,
    FoldersChanged(DidChangeWorkspaceFoldersParams),
    /// What it asks.
    Query(Box<dyn Query>),
    /// What it asks of a state of the code, without waiting for what is found out about that.
    Question(Box<dyn Question>),
    WorkspaceDiagnostic(WorkspaceDiagnosticParams, Reply<WorkspaceDiagnosticReportResult>),
    ExecuteCommand(ExecuteCommandParams, Reply<Option<Value>>),
    DebugInformation(Reply<Value>),
    /// The editor shows the progress of a reading of the workspace.
    ShowsProgress {
        round: u64,
    },
    /// The editor answered that it asks for lenses again.
    Refreshed,
    /// All files of the workspace were read.
    Indexed(Indexed),
    /// What was computed on another thread.
    Answered(Arc<View>),
    /// The diagnostics of the documents of a state of the code, unless that failed.
    Told {
        generation: u64,
        told: Option<Told>,
    },
    /// The diagnostics of a state of the workspace.
    Everywhere {
        state: u64,
        found: Everywhere,
    },
    /// The server ends.
    Stop,
}

/// A request that is answered from what is known of one state of the code, that of the moment when it was made or a later one.
pub trait Query: Send {
    /// Whether the editor has taken the request back.
    fn is_cancelled(&self) -> bool;
    /// Whether the answer is there already, and takes no more than to be written down.
    fn is_ready(&self) -> bool;
    /// Answers it.
    fn answer(self: Box<Self>, view: &View);
}

/// A request that is answered from a state of the code itself.
pub trait Question: Send {
    /// Answers it.
    fn answer(self: Box<Self>, snapshot: &Snapshot);
}

/// A question with what answers it.
pub struct AskedOfCode<P, T> {
    /// What is asked.
    pub params: P,
    /// What answers.
    pub handler: fn(&Snapshot, P) -> protocol::Result<T>,
    /// Where the answer goes.
    pub reply: Reply<T>,
}

impl<P: Send, T: Send> Question for AskedOfCode<P, T> {
    fn answer(self: Box<Self>, snapshot: &Snapshot) {
        // Nothing is computed that nobody waits for any more.
        if !self.reply.is_cancelled() {
            self.reply.send((self.handler)(snapshot, self.params));
        }
    }
}

/// What finds the answer to a request: a handler.
pub type Handler<P, T> = fn(&View, P) -> protocol::Result<T>;

/// A request with what finds its answer.
pub struct Asked<P, T> {
    /// What is asked.
    pub params: P,
    /// What answers.
    pub handler: Handler<P, T>,
    /// See [`Query::is_ready`].
    pub is_ready: bool,
    /// Where the answer goes.
    pub reply: Reply<T>,
}

impl<P: Send, T: Send> Query for Asked<P, T> {
    fn is_cancelled(&self) -> bool {
        self.reply.is_cancelled()
    }

    fn is_ready(&self) -> bool {
        self.is_ready
    }

    fn answer(self: Box<Self>, view: &View) {
        self.reply.send((self.handler)(view, self.params));
    }
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
