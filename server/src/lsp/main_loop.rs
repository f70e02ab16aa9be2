//! The one place that holds state: events come in, one after the other, and none of them is waited for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::capabilities::Abilities;
use super::client::Client;
use super::documents::Documents;
use super::event::{Event, Reply};
use super::log::Log;
use super::protocol::{ClientCapabilities, InitializeParams, WorkspaceFolder};
use super::shell::exit::Exit;
use super::uri;
use super::watch;

/// What the server knows.
struct State {
    abilities: Abilities,
    folders: Vec<PathBuf>,
    documents: Documents,
    client: Client,
    log: Log,
    exit: Exit,
}

/// Starts the loop; events go to what is returned.
pub fn start(client: Client, exit: Exit, log: Log) -> super::event::Sender {
    let (sender, events) = mpsc::unbounded_channel();
    let abilities = Abilities::of(&ClientCapabilities::default());
    let state = State { abilities, folders: Vec::new(), documents: Documents::default(), client, log, exit };
    tokio::spawn(run(state, events));
    sender
}

async fn run(mut state: State, mut events: mpsc::UnboundedReceiver<Event>) {
    while let Some(event) = events.recv().await {
        if matches!(event, Event::Stop) {
            return;
        }
        // Whatever is wrong with one event, the next one may be right.
        if catch_unwind(AssertUnwindSafe(|| state.handle(event))).is_err() {
            state.log.line("an event could not be handled: please report this");
        }
    }
}

impl State {
    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(params) => self.initialize(*params),
            Event::Opened(params) => self.documents.open(params),
            Event::Changed(params) => {
                if !self.documents.change(self.abilities.encoding, &params) {
                    self.log.line(&format!("an edit of {}, which is not open", params.text_document.uri));
                }
            }
            Event::Closed(params) => self.documents.close(&params),
            Event::FoldersChanged(params) => {
                let gone = paths(&params.event.removed);
                self.folders.retain(|folder| !gone.contains(folder));
                self.folders.extend(paths(&params.event.added));
            }
            Event::DebugInformation(reply) => self.debug_information(reply),
            Event::Initialized if self.abilities.watches_files => watch::ask(&self.client),
            Event::Initialized | Event::Saved(_) | Event::Configured(_) | Event::FilesChanged(_) | Event::Stop => {}
        }
    }

    fn initialize(&mut self, params: InitializeParams) {
        self.abilities = Abilities::of(&params.capabilities);
        #[allow(deprecated, reason = "older editors know no folders, only a root")]
        let root = params.root_uri.as_ref().and_then(uri::path);
        self.folders = match params.workspace_folders {
            Some(folders) => paths(&folders),
            None => root.into_iter().collect(),
        };
        if let Some(process) = params.process_id {
            tokio::spawn(self.exit.clone().with_process(process));
        }
        let editor = params.client_info.map_or_else(
            || "an editor without a name".to_owned(),
            |info| format!("{} {}", info.name, info.version.unwrap_or_default()),
        );
        self.log.line(&format!("serving {}; {:?}", editor.trim_end(), self.abilities));
    }

    /// What a user is asked for when something is wrong.
    fn debug_information(&self, reply: Reply<serde_json::Value>) {
        let documents: Vec<_> = self
            .documents
            .all()
            .map(|document| {
                json!({"uri": document.uri, "version": document.version, "bytes": document.text.len_bytes(),
                       "sha256": digest(&document.text)})
            })
            .collect();
        reply.send(Ok(json!({
            "version": env!("CARGO_PKG_VERSION"),
            "uptime_seconds": self.log.uptime(),
            "folders": self.folders,
            "position_encoding": format!("{:?}", self.abilities.encoding),
            "documents": documents,
        })));
    }
}

/// What an editor's text can be compared with.
fn digest(text: &ropey::Rope) -> String {
    let mut hash = Sha256::new();
    text.chunks().for_each(|chunk| hash.update(chunk));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn paths(folders: &[WorkspaceFolder]) -> Vec<PathBuf> {
    folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect()
}
