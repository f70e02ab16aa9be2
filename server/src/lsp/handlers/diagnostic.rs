//! `textDocument/diagnostic`: for editors that ask for diagnostics.

use sha2::{Digest, Sha256};

use super::super::protocol::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    Result, UnchangedDocumentDiagnosticReport,
};
use super::super::view::View;

/// The diagnostics of a document, or that they are those that the editor has.
pub fn answer(view: &View, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
    let items = view.diagnostics(&params.text_document.uri);
    let result_id = id(&items);
    Ok(DocumentDiagnosticReportResult::Report(if params.previous_result_id.as_ref() == Some(&result_id) {
        let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
        let report =
            RelatedUnchangedDocumentDiagnosticReport { related_documents: None, unchanged_document_diagnostic_report };
        DocumentDiagnosticReport::Unchanged(report)
    } else {
        let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
        let report = RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report };
        DocumentDiagnosticReport::Full(report)
    }))
}

/// What tells diagnostics from others.
pub fn id(items: &[Diagnostic]) -> String {
    let bytes = serde_json::to_vec(items).unwrap_or_default();
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
