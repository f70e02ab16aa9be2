//! Edits of a document, for the editor to make.

use std::collections::HashMap;

use crate::edit::TextEdit;

use super::code::positions;
use super::protocol::{
    self, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, Url, WorkspaceEdit,
};
use super::snapshot::Snapshot;

/// Edits of Python's text of a document, of this version of it where the editor can tell versions apart; `None` if it is not open.
pub fn workspace_edit(snapshot: &Snapshot, uri: &Url, edits: &[TextEdit]) -> Option<WorkspaceEdit> {
    let document = snapshot.documents.get(uri)?;
    let positions = positions(snapshot, document);
    let newline = if document.text.line(0).to_string().ends_with("\r\n") { "\r\n" } else { "\n" };
    let edit = |edit: &TextEdit| protocol::TextEdit {
        range: positions.range(&edit.range),
        new_text: edit.text.replace('\n', newline),
    };
    Some(of_documents(snapshot, vec![(uri.clone(), edits.iter().map(edit).collect())]))
}

/// Edits of several documents, of which those that are open are edited in this version of them, where the editor can tell versions apart.
pub fn of_documents(snapshot: &Snapshot, edits: Vec<(Url, Vec<protocol::TextEdit>)>) -> WorkspaceEdit {
    if !snapshot.abilities.versioned_edits {
        return WorkspaceEdit { changes: Some(HashMap::from_iter(edits)), ..WorkspaceEdit::default() };
    }
    let version = |uri: &Url| snapshot.documents.get(uri).map(|document| document.version);
    let edits = edits.into_iter().map(|(uri, edits)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { version: version(&uri), uri },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    });
    let changes = DocumentChanges::Edits(edits.collect());
    WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
}
