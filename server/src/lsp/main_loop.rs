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

use tokio::sync::mpsc;
use tokio::task::{spawn_blocking, yield_now};

use crate::environment::{Complaint, Outside};

use super::capabilities::Abilities;
use super::client::Client;
use super::debug;
use super::documents::Documents;
use super::event::{Event, Query, Sender};
use super::handlers::execute_command;
use super::log::Log;
use super::own::{Changed, ChangedParams};
use super::polls::{Everywhere, Polls};
use super::progress::Indexing;
use super::protocol::notification::ShowMessage;
use super::protocol::{ClientCapabilities, InitializeParams, MessageType, ShowMessageParams, Url, WorkspaceFolder};
use super::published::{self, Published, Told};
use super::refresh::Refresh;
use super::settings::{self, EditorSettings};
use super::shell::exit::Exit;
use super::snapshot::Snapshot;
use super::stores::{self, Watching};
use super::uri;
use super::view::View;
use super::watch::{self, Beside};
use super::wide::everywhere;
use super::worker::Job;

/// What the server knows.
struct State {
    /// What is computed from.
    now: Snapshot,
    /// What was found out last.
    view: Arc<View>,
    /// What was found out before that, until the rest has followed of the difference.
    before: Option<Arc<View>>,
    /// What is of no use any more: whoever finds out next lets go of it, for that takes its time.
    spent: Option<Arc<View>>,
    /// Whether something is being found out.
    busy: bool,
    /// Whether the rules are being asked.
    checking: bool,
    /// What finds out.
    worker: jobs::Sender<Job>,
    /// The reading of the workspace before anybody asks.
    indexing: Indexing,
    /// What the editor should ask for again.
    refresh: Refresh,
    /// What it was told of its documents.
    published: Published,
    /// Requests for the diagnostics of the workspace.
    polls: Polls,
    /// What the editor was asked to watch beside the workspace, and how often it was asked.
    beside: (Beside, usize),
    /// What follows the local caches.
    stores: Option<Watching>,
    /// Whether a local cache changed since the editor was told of changes.
    stores_changed: bool,
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
        looks: 0,
        documents: Documents::default(),
        abilities: Abilities::of(&ClientCapabilities::default()),
        folders: Vec::new(),
        settings: Arc::default(),
        outside: Arc::new(Outside::of_process()),
        wide: Arc::default(),
    };
    let state = State {
        view: Arc::new(View::nothing(now.clone())),
        before: None,
        spent: None,
        now,
        busy: false,
        checking: false,
        worker,
        indexing: Indexing::default(),
        refresh: Refresh::default(),
        published: Published::default(),
        polls: Polls::default(),
        beside: <(Beside, usize)>::default(),
        stores: None,
        stores_changed: false,
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
        state.safely(|state| state.handle(event));
        if let Some(before) = state.before.take() {
            // What was answered leaves first.
            yield_now().await;
            state.safely(|state| state.settle(before));
        }
    }
}

impl State {
    /// Whatever is wrong with one event, the next one may be right.
    fn safely(&mut self, handle: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| handle(self))).is_err() {
            self.log.line("an event could not be handled: please report this");
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(params) => self.initialize(*params),
            Event::Initialized => {
                if self.now.abilities.watches_files {
                    watch::ask(&self.client);
                }
                self.watch_beside();
                self.watch_stores();
                if self.now.abilities.watches_settings {
                    settings::watch(&self.client);
                }
                self.ask_for_settings();
                self.index();
                self.changed(false);
            }
            Event::Opened(params) => {
                let folder = self.now.folders.first().cloned().unwrap_or_else(|| PathBuf::from("/"));
                self.now.documents.open(params, &folder);
                // No editor needs to watch files: they are looked at again whenever one is opened or saved.
                self.now.looks += 1;
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
                self.watch_beside();
                self.watch_stores();
                self.ask_for_settings();
                self.index();
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
            Event::Saved => self.changed(true),
            Event::FilesChanged(params) if self.beside.0.are_stores(&params.changes) => self.stores_changed(),
            Event::StoresChanged => self.stores_changed(),
            // Of what is saved the editor tells twice.
            Event::FilesChanged(params) if self.now.documents.cover(&params.changes) => {}
            Event::FilesChanged(_) => self.changed(true),
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
            Event::Told { generation, told } => self.checked(generation, told),
            Event::Everywhere { state, found } => {
                self.polls.found(state, found);
                self.look_everywhere();
            }
            Event::ExecuteCommand(params, reply) => {
                let (snapshot, client) = (self.now.clone(), self.client.clone());
                spawn_blocking(move || execute_command::run(&snapshot, &client, &params, reply));
            }
            Event::DebugInformation(reply) => {
                reply.send(Ok(debug::information(&self.now, &self.view, self.indexing.done, &self.log)));
            }
            Event::ShowsProgress { round } => self.indexing.show(&self.client, round),
            Event::Indexed(indexed) => self.indexing.end(&self.client, indexed),
            Event::Refreshed => {
                self.refresh.answered();
                self.refresh.tell(&self.client, &self.now.abilities, &self.events);
            }
            Event::Answered(view) => self.answered(view),
            Event::Stop => {}
        }
    }

    fn initialize(&mut self, params: InitializeParams) {
        self.now.abilities = Abilities::of(&params.capabilities);
        #[allow(deprecated, reason = "older editors know no folders, only a root; the oldest only its path")]
        let root = params.root_uri.as_ref().and_then(uri::path).or(params.root_path.map(PathBuf::from));
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

    /// Has the editor watch what answers rest on beside the workspace, if it can.
    fn watch_beside(&mut self) {
        let Abilities { watches_files, watches_beside, .. } = self.now.abilities;
        let beside = Beside::of(&self.now.folders, &self.now.outside);
        if watches_files && watches_beside && self.beside.0 != beside {
            beside.ask(&self.client, self.beside.1);
            self.beside = (beside, self.beside.1 + 1);
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
        if elsewhere {
            self.now.looks += 1;
            self.published.may_change();
            self.look_everywhere();
        }
        self.find_out();
    }

    /// Has the workspace read by the next job.
    fn index(&mut self) {
        self.indexing.begin(&self.client, self.now.abilities.shows_progress, &self.events);
    }

    /// Follows what runs write, from the folders that they are started in.
    fn watch_stores(&mut self) {
        let (folders, outside) = (self.now.folders.clone(), Arc::clone(&self.now.outside));
        self.stores = Some(stores::watch(folders, outside, self.events.clone()));
    }

    /// A run wrote to a local cache: of the code nothing is another than it was.
    fn stores_changed(&mut self) {
        self.stores_changed = true;
        self.changed(false);
    }

    /// Begins to find out, unless that is under way.
    fn find_out(&mut self) {
        if self.busy {
            return;
        }
        self.busy = true;
        let (snapshot, index, events) = (self.now.clone(), self.indexing.take(), self.events.clone());
        let job = Job { snapshot, index, events, spent: self.spent.take() };
        // Without the thread the server is at its end.
        let _ = self.worker.send(job);
    }

    /// Answers those who wait for what was found.
    fn answered(&mut self, found: Arc<View>) {
        self.busy = false;
        self.before = Some(mem::replace(&mut self.view, found));
        self.answer_waiting();
        if self.view.snapshot.generation < self.now.generation {
            self.find_out();
        }
    }

    /// What else follows from what was found.
    fn settle(&mut self, before: Arc<View>) {
        let found = Arc::clone(&self.view);
        self.refresh.note(&before, &found);
        for (file, message) in found.configuration_problems() {
            self.warn(format!("{file}: {message}"));
        }
        if found.snapshot.generation == self.now.generation {
            self.refresh.tell(&self.client, &self.now.abilities, &self.events);
        }
        // Whoever lists tasks wants to hear that they may be others.
        if self.now.abilities.hears_changes {
            let stores = mem::take(&mut self.stores_changed);
            let workspace = stores || before.snapshot.looks != found.snapshot.looks;
            self.client.notify::<Changed>(ChangedParams { workspace });
        }
        self.spent = Some(before);
        self.check();
    }

    /// Begins to find out what the rules say of the last view, unless a newer one is under way. One view at a time: who types is ahead of it.
    fn check(&mut self) {
        let is_old = self.view.snapshot.generation != self.now.generation;
        if self.checking || is_old || !self.published.is_needed(&self.now.abilities) {
            return;
        }
        self.checking = true;
        let view = Arc::clone(&self.view);
        let (events, log) = (self.events.clone(), self.log.clone());
        spawn_blocking(move || {
            let told = catch_unwind(AssertUnwindSafe(|| published::told(&view)));
            if told.is_err() {
                log.line("the rules failed at a state of the code: please report this");
            }
            // Without the loop there is nobody to hear it.
            let _ = events.send(Event::Told { generation: view.snapshot.generation, told: told.ok() });
        });
    }

    /// Takes up what the rules said of a view.
    fn checked(&mut self, generation: u64, told: Option<Told>) {
        self.checking = false;
        if generation != self.now.generation {
            self.check();
        } else if let Some(told) = told {
            self.published.tell(&self.client, &self.now.abilities, told);
        }
    }

    /// Answers those that ask for the whole workspace, after looking at it if need be.
    fn look_everywhere(&mut self) {
        let state = self.now.looks;
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

    /// Answers the requests of states that are known.
    fn answer_waiting(&mut self) {
        let view = Arc::clone(&self.view);
        for Waiting { generation, query } in mem::take(&mut self.waiting) {
            if generation <= view.snapshot.generation {
                let (view, log, is_ready) = (Arc::clone(&view), self.log.clone(), query.is_ready());
                let answer = move || {
                    // Nothing is computed that nobody waits for any more.
                    if query.is_cancelled() {
                        return;
                    }
                    // Whatever is wrong with one request, the others may be right; tower-lsp answers for one that is dropped.
                    if catch_unwind(AssertUnwindSafe(|| query.answer(&view))).is_err() {
                        log.line("a request could not be answered: please report this");
                    }
                };
                // Who is typing waits for it: another thread would have to wake up first.
                if is_ready { answer() } else { drop(spawn_blocking(answer)) }
            } else if !query.is_cancelled() {
                self.waiting.push(Waiting { generation, query });
            }
        }
    }
}

fn paths(folders: &[WorkspaceFolder]) -> Vec<PathBuf> {
    folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect()
}
