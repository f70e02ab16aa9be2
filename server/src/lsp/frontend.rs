//! tower-lsp's view of the server: no logic, and nothing awaited before an event is on its way, for that keeps their order.

use serde_json::Value;
use tower_lsp::LanguageServer;

use super::capabilities;
use super::event::{Asked, AskedOfCode, Event, Handler, Reply, Sender};
use super::handlers::{
    baselines, code_action, code_lens, completion, definition, diagnostic, document_symbol, explain, graph, hover,
    inlay_hint, inputs, references, rename, stored, tasks, workspace_symbol,
};
use super::own;
use super::protocol::*;
use super::snapshot::Snapshot;

/// Turns messages into events.
pub struct Frontend {
    events: Sender,
}

impl Frontend {
    pub fn new(events: Sender) -> Self {
        Self { events }
    }

    /// `tasklens/debugInformation`
    pub async fn debug_information(&self) -> Result<Value> {
        self.ask(Event::DebugInformation).await
    }

    /// `tasklens/explain`
    pub async fn explain(&self, params: own::TaskAt) -> Result<Value> {
        self.of_code(explain::answer, params).await
    }

    /// `tasklens/tasks`
    pub async fn tasks(&self, params: own::TasksParams) -> Result<Value> {
        self.query(tasks::answer, params).await
    }

    /// `tasklens/graph`
    pub async fn graph(&self, params: own::TaskAt) -> Result<Value> {
        self.of_code(graph::answer, params).await
    }

    /// `tasklens/inputs`
    pub async fn inputs(&self, params: own::TaskAt) -> Result<Value> {
        self.of_code(inputs::answer, params).await
    }

    /// `tasklens/validateInput`
    pub async fn validate_input(&self, params: own::InputText) -> Result<Option<String>> {
        self.of_code(inputs::validate, params).await
    }

    /// `tasklens/output`
    pub async fn output(&self, params: own::EntryOf) -> Result<String> {
        self.of_code(stored::output, params).await
    }

    /// `tasklens/clear`
    pub async fn clear(&self, params: own::ClearParams) -> Result<Value> {
        self.of_code(stored::clear, params).await
    }

    /// `tasklens/baselines`
    pub async fn baselines(&self, params: own::Of) -> Result<Value> {
        self.of_code(baselines::answer, params).await
    }

    /// `tasklens/baselineText`
    pub async fn baseline_text(&self, params: own::TaskAt) -> Result<Value> {
        self.of_code(baselines::text, params).await
    }

    /// `tasklens/lost`, which the shell says in the place of what can't be read.
    pub async fn lost(&self, (uri, problem): (Option<Url>, String)) {
        self.tell(Event::Lost(uri, problem));
    }

    fn tell(&self, event: Event) {
        // Without the main loop there is nobody to tell, and the server is at its end.
        let _ = self.events.send(event);
    }

    /// Asks for what a handler finds in a state of the code.
    async fn query<P: Send + 'static, T: Send + 'static>(&self, handler: Handler<P, T>, params: P) -> Result<T> {
        self.ask(|reply| Event::Query(Box::new(Asked { params, handler, is_ready: false, reply }))).await
    }

    /// Asks for what is known of a state of the code as soon as that is.
    async fn known<P: Send + 'static, T: Send + 'static>(&self, handler: Handler<P, T>, params: P) -> Result<T> {
        self.ask(|reply| Event::Query(Box::new(Asked { params, handler, is_ready: true, reply }))).await
    }

    /// Asks for what a handler finds in the code itself, without what was found out about it.
    async fn of_code<P: Send + 'static, T: Send + 'static>(
        &self,
        handler: fn(&Snapshot, P) -> Result<T>,
        params: P,
    ) -> Result<T> {
        self.ask(|reply| Event::Question(Box::new(AskedOfCode { params, handler, reply }))).await
    }

    async fn ask<T>(&self, event: impl FnOnce(Reply<T>) -> Event) -> Result<T> {
        let (reply, answer) = Reply::channel();
        self.tell(event(reply));
        answer.await.unwrap_or_else(|_| Err(Error::internal_error()))
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Frontend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let answer = capabilities::answer(&params.capabilities);
        self.tell(Event::Initialize(Box::new(params)));
        Ok(answer)
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.tell(Event::Opened(params));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(Event::Changed(params));
    }

    async fn did_save(&self, _: DidSaveTextDocumentParams) {
        self.tell(Event::Saved);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(Event::Closed(params));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.tell(Event::Configured(params));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.tell(Event::FilesChanged(params));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.tell(Event::FoldersChanged(params));
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.known(code_lens::answer, params).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.query(hover::answer, params).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.query(inlay_hint::answer, params).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.query(completion::answer, params).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.query(document_symbol::answer, params).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<Vec<SymbolInformation>>> {
        self.query(workspace_symbol::answer, params).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.query(definition::answer, params).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.query(references::answer, params).await
    }

    async fn prepare_rename(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        self.query(rename::prepare, params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        self.query(rename::answer, params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.query(code_action::answer, params).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.query(diagnostic::answer, params).await
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        self.ask(|reply| Event::WorkspaceDiagnostic(params, reply)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        self.ask(|reply| Event::ExecuteCommand(params, reply)).await
    }
}
