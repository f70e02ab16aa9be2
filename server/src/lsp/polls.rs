//! `workspace/diagnostic`: an editor asks again as soon as it has an answer, so a request that has nothing new to hear waits until
//! something changes.

use std::collections::BTreeMap;

use super::event::Reply;
use super::handlers::diagnostic::id;
use super::protocol::{
    Diagnostic, FullDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Url, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};

/// The diagnostics of all files that have some, with the versions of those that are open.
pub type Everywhere = BTreeMap<Url, (Option<i32>, Vec<Diagnostic>)>;

/// The requests that wait, and what they wait for.
#[derive(Default)]
pub struct Polls {
    waiting: Vec<(WorkspaceDiagnosticParams, Reply<WorkspaceDiagnosticReportResult>)>,
    /// What was found last, and in which state of the workspace.
    found: Option<(u64, Everywhere)>,
    is_busy: bool,
}

impl Polls {
    /// Takes up a request.
    pub fn ask(&mut self, params: WorkspaceDiagnosticParams, reply: Reply<WorkspaceDiagnosticReportResult>) {
        self.waiting.push((params, reply));
    }

    /// Takes up what was found in a state of the workspace.
    pub fn found(&mut self, state: u64, everywhere: Everywhere) {
        self.is_busy = false;
        self.found = Some((state, everywhere));
    }

    /// Answers those that have something to hear; whether the workspace, which is in `state`, has to be looked at for the others. Whoever
    /// is told so looks.
    pub fn answer(&mut self, state: u64) -> bool {
        self.waiting.retain(|(_, reply)| !reply.is_cancelled());
        let Some((_, everywhere)) = self.found.as_ref().filter(|(of, _)| *of == state) else {
            let is_needed = !self.waiting.is_empty() && !self.is_busy;
            self.is_busy |= is_needed;
            return is_needed;
        };
        let mut still = Vec::new();
        for (params, reply) in self.waiting.drain(..) {
            let (items, is_news) = report(everywhere, &params);
            if is_news || params.previous_result_ids.is_empty() {
                reply.send(Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items })));
            } else {
                still.push((params, reply));
            }
        }
        self.waiting = still;
        false
    }
}

/// What an editor that has `previous_result_ids` is told, and whether any of it is new.
fn report(
    everywhere: &Everywhere,
    params: &WorkspaceDiagnosticParams,
) -> (Vec<WorkspaceDocumentDiagnosticReport>, bool) {
    let known: BTreeMap<&Url, &str> =
        params.previous_result_ids.iter().map(|previous| (&previous.uri, previous.value.as_str())).collect();
    let none = (None, Vec::new());
    let gone = known.keys().filter(|uri| !everywhere.contains_key(*uri)).map(|uri| (*uri, &none));
    let mut is_news = false;
    let items = everywhere.iter().chain(gone).map(|(uri, (version, items))| {
        let (result_id, version, uri) = (id(items), version.map(i64::from), uri.clone());
        if known.get(&uri) == Some(&result_id.as_str()) {
            let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
            return WorkspaceUnchangedDocumentDiagnosticReport { uri, version, unchanged_document_diagnostic_report }
                .into();
        }
        is_news = true;
        let items = items.clone();
        let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
        WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report }.into()
    });
    (items.collect(), is_news)
}
