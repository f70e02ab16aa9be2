//! The one place that holds state: events come in, one after the other, and none of them is waited for.
//!
//! Computing is done on other threads, over snapshots: one at a time for the lenses of all open documents (what is typed meanwhile
//! is computed together, next), and one for each command.

use std::collections::BTreeSet;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc as jobs;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::capabilities::{Abilities, BUMP};
use super::client::Client;
use super::documents::Documents;
use super::event::{Event, Query, Reply, Sender};
use super::handlers::{bump, execute_command, keep};
use super::live::{Snapshot, View, everywhere};
use super::log::Log;
use super::own::{Changed, ChangedParams};
use super::polls::{Everywhere, Polls};
use super::progress;
use super::protocol::notification::{PublishDiagnostics, ShowMessage};
use super::protocol::request::{
    ApplyWorkspaceEdit, CodeLensRefresh, InlayHintRefreshRequest, WorkspaceDiagnosticRefresh,
};
use super::protocol::{
    ApplyWorkspaceEditParams, ClientCapabilities, Error, ExecuteCommandParams, InitializeParams, MessageType,
    ShowMessageParams, Url, WorkspaceFolder,
};
use super::published::{self, Told};
use super::settings::{self, EditorSettings};
use super::shell::exit::Exit;
use super::stores::{self, Watching};
use super::uri;
use super::watch;
use super::worker::{Indexed, Job};
use crate::environment::{Complaint, Outside};

/// What the server knows.
struct State {
    /// What is computed from.
    now: Snapshot,
    /// What was found out last.
    view: Arc<View>,
    /// Whether something is being found out.
    busy: bool,
    /// What finds out.
    worker: jobs::Sender<Job>,
    /// Whether more than open documents may have changed since it last did.
    look_again: bool,
    /// Whether the workspace is to be read before anybody asks.
    index: bool,
    /// What came of that last; `None` while it is under way.
    indexed: Option<Indexed>,
    /// Whether the editor was told that it is under way.
    shows_progress: bool,
    /// Whether lenses changed in documents that the editor doesn't ask about by itself.
    refresh: bool,
    /// Whether it was told so and has not answered.
    refreshing: bool,
    /// The same of inlay hints.
    refresh_hints: bool,
    /// What the editor was told of its documents, or would be told if it asked.
    told: Told,
    /// Whether diagnostics may have changed in documents that the editor doesn't ask about by itself.
    refresh_diagnostics: bool,
    /// Counts the states of the workspace: what is typed makes none, what is saved does.
    workspace: u64,
    /// Of which one the editor was told that it is there.
    told_workspace: u64,
    /// Requests for the diagnostics of the workspace.
    polls: Polls,
    /// What follows the local caches.
    stores: Option<Watching>,
    /// Requests that can't be answered yet.
    waiting: Vec<Waiting>,
    /// The warnings that were shown.
    warned: BTreeSet<String>,
    client: Client,
    events: Sender,
    log: Log,
    exit: Exit,
}

/// A request that waits for what is found out.
struct Waiting {
    /// The state that it was made in.
    generation: u64,
    query: Box<dyn Query>,
}

/// Starts the loop; events go to what is returned.
pub fn start(client: Client, exit: Exit, log: Log, worker: jobs::Sender<Job>) -> Sender {
    let (sender, events) = mpsc::unbounded_channel();
    let now = Snapshot {
        generation: 0,
        documents: Documents::default(),
        abilities: Abilities::of(&ClientCapabilities::default()),
        folders: Vec::new(),
        settings: Arc::default(),
        outside: Arc::new(Outside::of_process()),
    };
    let state = State {
        view: Arc::new(View::nothing(now.clone())),
        now,
        busy: false,
        worker,
        look_again: true,
        index: false,
        indexed: None,
        shows_progress: false,
        refresh: false,
        refreshing: false,
        refresh_hints: false,
        told: Told::new(),
        refresh_diagnostics: false,
        workspace: 0,
        told_workspace: 0,
        polls: Polls::default(),
        stores: None,
        waiting: Vec::new(),
        warned: BTreeSet::new(),
        client,
        events: sender.clone(),
        log,
        exit,
    };
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
            Event::Initialized => {
                if self.now.abilities.watches_files {
                    watch::ask(&self.client);
                }
                if self.now.abilities.watches_settings {
                    settings::watch(&self.client);
                }
                self.ask_for_settings();
                self.index();
                self.watch_stores();
                self.changed(false);
            }
            Event::Opened(params) => {
                let folder = self.now.folders.first().cloned().unwrap_or_else(|| PathBuf::from("/"));
                self.now.documents.open(params, &folder);
                // No editor needs to watch files: they are looked at again whenever one is opened or saved.
                self.look_again = true;
                self.changed(false);
            }
            Event::Changed(params) => {
                if self.now.documents.change(self.now.abilities.encoding, &params) {
                    self.changed(false);
                } else {
                    self.log.line(&format!("an edit of {}, which is not open", params.text_document.uri));
                }
            }
            Event::Closed(params) => {
                self.now.documents.close(&params);
                self.changed(true);
            }
            Event::Lost(uri, problem) => {
                self.log.line(&format!("{problem}: {}", uri.as_ref().map_or("no address", Url::as_str)));
                if let Some(uri) = uri.filter(|uri| self.now.documents.lose(uri)) {
                    self.warn(format!("lost track of {uri} ({problem}); close it and open it again"));
                    self.changed(true);
                }
            }
            Event::FoldersChanged(params) => {
                let gone = paths(&params.event.removed);
                self.now.folders.retain(|folder| !gone.contains(folder));
                self.now.folders.extend(paths(&params.event.added));
                self.ask_for_settings();
                self.index();
                self.watch_stores();
                self.changed(true);
            }
            Event::Configured(params) => {
                let brought = EditorSettings::brought(&params.settings).filter(|_| !self.now.abilities.configuration);
                brought.into_iter().for_each(|brought| self.set(brought));
                self.ask_for_settings();
                self.changed(true);
            }
            Event::Settings { folders, answer: Some(answer) } => self.set(EditorSettings::answered(&folders, &answer)),
            Event::Settings { answer: None, .. } => self.log.line("the editor did not say its settings"),
            Event::Saved | Event::FilesChanged | Event::StoresChanged => self.changed(true),
            Event::Query(query) => {
                self.waiting.push(Waiting { generation: self.now.generation, query });
                self.answer_waiting();
            }
            Event::Question(question) => {
                let (snapshot, log) = (self.now.clone(), self.log.clone());
                spawn_blocking(move || {
                    // tower-lsp answers for a request that is dropped.
                    if catch_unwind(AssertUnwindSafe(|| question.answer(&snapshot))).is_err() {
                        log.line("a request could not be answered: please report this");
                    }
                });
            }
            Event::WorkspaceDiagnostic(params, reply) => {
                self.polls.ask(params, reply);
                self.look_everywhere();
            }
            Event::Told { generation, told } => self.tell(generation, told),
            Event::Everywhere { state, found } => {
                self.polls.found(state, found);
                self.look_everywhere();
            }
            Event::ExecuteCommand(params, reply) => self.execute_command(params, reply),
            Event::DebugInformation(reply) => self.debug_information(reply),
            Event::ShowsProgress => {
                if self.indexed.is_none() && !self.shows_progress {
                    self.shows_progress = true;
                    progress::begin(&self.client);
                }
            }
            Event::Indexed(indexed) => {
                self.indexed = Some(indexed);
                if mem::take(&mut self.shows_progress) {
                    progress::end(&self.client, indexed.files);
                }
            }
            Event::Refreshed => {
                self.refreshing = false;
                self.refresh_lenses();
            }
            Event::Answered(view) => self.answered(view),
            Event::Stop => {}
        }
    }

    fn initialize(&mut self, params: InitializeParams) {
        self.now.abilities = Abilities::of(&params.capabilities);
        #[allow(deprecated, reason = "older editors know no folders, only a root")]
        let root = params.root_uri.as_ref().and_then(uri::path);
        self.now.folders = match params.workspace_folders {
            Some(folders) => paths(&folders),
            None => root.into_iter().collect(),
        };
        let brought = params.initialization_options.as_ref().and_then(EditorSettings::brought);
        brought.into_iter().for_each(|brought| self.set(brought));
        if let Some(process) = params.process_id {
            tokio::spawn(self.exit.clone().with_process(process));
        }
        let editor = params.client_info.map_or_else(
            || "an editor without a name".to_owned(),
            |info| format!("{} {}", info.name, info.version.unwrap_or_default()),
        );
        self.log.line(&format!("serving {}; {:?}", editor.trim_end(), self.now.abilities));
    }

    /// Asks the editor for its settings, if it can be asked.
    fn ask_for_settings(&self) {
        if self.now.abilities.configuration {
            let (folders, events) = (self.now.folders.clone(), self.events.clone());
            settings::ask(&self.client, &self.now.folders, move |answer| {
                // Without the loop there is nobody to hear it.
                let _ = events.send(Event::Settings { folders, answer });
            });
        }
    }

    /// Takes over what the editor says; what is wrong with it is told.
    fn set(&mut self, (settings, complaints): (EditorSettings, Vec<Complaint>)) {
        for Complaint { origin, message } in complaints {
            self.warn(format!("{}: {message}", origin.words(Path::new(""))));
        }
        self.now.settings = Arc::new(settings);
        self.changed(true);
    }

    /// Shows a message, once.
    fn warn(&mut self, message: String) {
        if self.warned.insert(message.clone()) {
            let message = ShowMessageParams { typ: MessageType::WARNING, message: format!("Tasklens: {message}") };
            self.client.notify::<ShowMessage>(message);
        }
    }

    /// Something is another than it was; `elsewhere` where it is nothing that the editor asks for lenses after by itself.
    fn changed(&mut self, elsewhere: bool) {
        self.now.generation += 1;
        self.look_again |= elsewhere;
        self.refresh_diagnostics |= elsewhere;
        if elsewhere {
            self.workspace += 1;
            self.look_everywhere();
        }
        self.find_out();
    }

    /// Has the workspace read by the next job.
    fn index(&mut self) {
        self.index = true;
        self.indexed = None;
        if self.now.abilities.shows_progress {
            progress::ask(&self.client, &self.events);
        }
    }

    /// Follows what runs write, from the folders that they are started in.
    fn watch_stores(&mut self) {
        let (folders, outside) = (self.now.folders.clone(), Arc::clone(&self.now.outside));
        self.stores = Some(stores::watch(folders, outside, self.events.clone()));
    }

    /// Begins to find out, unless that is under way.
    fn find_out(&mut self) {
        if self.busy {
            return;
        }
        self.busy = true;
        let job = Job {
            snapshot: self.now.clone(),
            look_again: mem::take(&mut self.look_again),
            index: mem::take(&mut self.index),
            events: self.events.clone(),
        };
        // Without the thread the server is at its end.
        let _ = self.worker.send(job);
    }

    fn answered(&mut self, found: Arc<View>) {
        self.busy = false;
        let is_news = is_news(&self.view, &found);
        let (had_hints, has_hints) = (self.view.shows_hints(), found.shows_hints());
        self.refresh |= is_news;
        self.refresh_hints |= had_hints != has_hints || (is_news && has_hints);
        for (file, message) in found.configuration_problems() {
            self.warn(format!("{file}: {message}"));
        }
        if found.snapshot.generation < self.now.generation {
            self.find_out();
        } else {
            self.refresh_lenses();
            if mem::take(&mut self.refresh_hints) && self.now.abilities.refreshes_hints {
                self.client.request::<InlayHintRefreshRequest>((), |_| {});
            }
        }
        self.view = found;
        self.tell_of_changes();
        self.answer_waiting();
        self.find();
    }

    /// Tells who wants to hear it that tasks may be others, and whether more than the text of open documents changed.
    fn tell_of_changes(&mut self) {
        if self.now.abilities.hears_changes {
            let workspace = self.told_workspace != self.workspace;
            self.told_workspace = self.workspace;
            self.client.notify::<Changed>(ChangedParams { workspace });
        }
    }

    /// Begins to find out what the rules say of the last view, unless a newer one is under way.
    fn find(&self) {
        // Who asks is told of news elsewhere only.
        let is_needless = self.now.abilities.pulls_diagnostics && !self.refresh_diagnostics;
        if is_needless || self.view.snapshot.generation != self.now.generation {
            return;
        }
        let view = Arc::clone(&self.view);
        let (events, log) = (self.events.clone(), self.log.clone());
        spawn_blocking(move || {
            match catch_unwind(AssertUnwindSafe(|| published::told(&view))) {
                // Without the loop there is nobody to hear it.
                Ok(told) => drop(events.send(Event::Told { generation: view.snapshot.generation, told })),
                Err(_) => log.line("the rules failed at a state of the code: please report this"),
            }
        });
    }

    /// Tells the editor what changed in its diagnostics, or that it should ask.
    fn tell(&mut self, generation: u64, told: Told) {
        if generation != self.now.generation {
            return;
        }
        let news = published::news(&self.told, &told);
        self.told = told;
        let is_asked = mem::take(&mut self.refresh_diagnostics) && self.now.abilities.refreshes_diagnostics;
        if !self.now.abilities.pulls_diagnostics {
            news.into_iter().for_each(|news| self.client.notify::<PublishDiagnostics>(news));
        } else if is_asked && !news.is_empty() {
            self.client.request::<WorkspaceDiagnosticRefresh>((), |_| {});
        }
    }

    /// Answers those that ask for the whole workspace, after looking at it if need be.
    fn look_everywhere(&mut self) {
        let state = self.workspace;
        if self.polls.answer(state) {
            let (snapshot, events, log) = (self.now.clone(), self.events.clone(), self.log.clone());
            spawn_blocking(move || {
                let found = catch_unwind(AssertUnwindSafe(|| everywhere(&snapshot))).unwrap_or_else(|_| {
                    log.line("the workspace could not be understood: please report this");
                    Everywhere::new()
                });
                // Without the loop there is nobody to hear it.
                let _ = events.send(Event::Everywhere { state, found });
            });
        }
    }

    /// Has the editor ask for lenses again where there are others, unless it is about to.
    fn refresh_lenses(&mut self) {
        if self.now.abilities.refreshes_lenses && !self.refreshing && mem::take(&mut self.refresh) {
            self.refreshing = true;
            let events = self.events.clone();
            // Without the loop nobody waits for it.
            self.client.request::<CodeLensRefresh>((), move |_| drop(events.send(Event::Refreshed)));
        }
    }

    /// Answers the requests of states that are known.
    fn answer_waiting(&mut self) {
        let view = Arc::clone(&self.view);
        for Waiting { generation, query } in mem::take(&mut self.waiting) {
            if generation <= view.snapshot.generation {
                let (view, log) = (Arc::clone(&view), self.log.clone());
                spawn_blocking(move || {
                    // Nothing is computed that nobody waits for any more.
                    if query.is_cancelled() {
                        return;
                    }
                    // Whatever is wrong with one request, the others may be right; tower-lsp answers for one that is dropped.
                    if catch_unwind(AssertUnwindSafe(|| query.answer(&view))).is_err() {
                        log.line("a request could not be answered: please report this");
                    }
                });
            } else if !query.is_cancelled() {
                self.waiting.push(Waiting { generation, query });
            }
        }
    }

    fn execute_command(&self, params: ExecuteCommandParams, reply: Reply<Option<Value>>) {
        let (snapshot, client) = (self.now.clone(), self.client.clone());
        if let Some(planned) = planning(&params) {
            spawn_blocking(move || make(&client, reply, &snapshot, || planned(&snapshot, &params)));
            return;
        }
        spawn_blocking(move || {
            let answer = catch_unwind(AssertUnwindSafe(|| execute_command::answer(&snapshot, &params)));
            let answer = answer.unwrap_or_else(|_| Err(Error::internal_error()));
            if let Ok(text) = &answer {
                let message = ShowMessageParams { typ: MessageType::INFO, message: text.clone() };
                client.notify::<ShowMessage>(message);
            }
            reply.send(answer.map(|text| Some(Value::String(text))));
        });
    }

    /// What a user is asked for when something is wrong.
    fn debug_information(&self, reply: Reply<Value>) {
        let documents: Vec<_> = self
            .now
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
            "folders": self.now.folders,
            "position_encoding": format!("{:?}", self.now.abilities.encoding),
            "documents": documents,
            "configuration": self.view.configuration(),
            "files_indexed": self.indexed.map(|indexed| indexed.files),
            "index_seconds": self.indexed.map(|indexed| indexed.seconds),
            "resident_bytes": resident(),
            "last_answer_seconds": self.view.seconds,
        })));
    }
}

/// An edit for the editor to make, and what is true then.
type Planned = Result<(ApplyWorkspaceEditParams, String), Error>;

/// What plans the edit of a command, if it is one that edits.
fn planning(
    params: &ExecuteCommandParams,
) -> Option<Box<dyn FnOnce(&Snapshot, &ExecuteCommandParams) -> Planned + Send>> {
    if params.command == BUMP {
        return Some(Box::new(bump::answer));
    }
    let meant = keep::meant(params)?;
    Some(Box::new(move |snapshot, params| keep::answer(snapshot, params, meant)))
}

/// Has the editor make an edit, and says what is true then.
fn make(client: &Client, reply: Reply<Option<Value>>, snapshot: &Snapshot, plan: impl FnOnce() -> Planned) {
    let answer = catch_unwind(AssertUnwindSafe(plan));
    match answer.unwrap_or_else(|_| Err(Error::internal_error())) {
        Err(error) => {
            if !snapshot.abilities.shows_answers {
                let message = ShowMessageParams { typ: MessageType::WARNING, message: error.message.to_string() };
                client.notify::<ShowMessage>(message);
            }
            reply.send(Err(error));
        }
        Ok((edit, effect)) => client.request::<ApplyWorkspaceEdit>(edit, move |made| {
            reply.send(match made {
                Some(made) if made.applied => Ok(Some(Value::String(effect))),
                Some(made) => Ok(made.failure_reason.map(Value::String)),
                None => Ok(None),
            });
        }),
    }
}

/// Whether lenses are others in a document that was not edited.
fn is_news(before: &View, found: &View) -> bool {
    found.snapshot.documents.all().any(|document| {
        let known = before.snapshot.documents.get(&document.uri);
        let is_same = known.is_some_and(|known| known.version == document.version);
        is_same && before.lenses.get(&document.uri) != found.lenses.get(&document.uri)
    })
}

/// The memory that the process holds, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    kilobytes.checked_mul(1024)
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
