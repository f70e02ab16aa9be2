//! Edits of a document, for the editor to make.

use std::collections::HashMap;

use crate::edit::TextEdit;

use super::live::Snapshot;
use super::protocol::{
    self, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, Url, WorkspaceEdit,
};
use super::text::Positions;

/// Edits of Python's text of a document, of this version of it where the editor can tell versions apart; `None` if it is not open.
pub fn workspace_edit(snapshot: &Snapshot, uri: &Url, edits: &[TextEdit]) -> Option<WorkspaceEdit> {
    let document = snapshot.documents.get(uri)?;
    let positions = Positions::of(&document.text, snapshot.abilities.encoding);
    let newline = if document.text.line(0).to_string().ends_with("\r\n") { "\r\n" } else { "\n" };
    let edit = |edit: &TextEdit| protocol::TextEdit {
        range: positions.range(&edit.range),
        new_text: edit.text.replace('\n', newline),
    };
    let edits: Vec<protocol::TextEdit> = edits.iter().map(edit).collect();
    Some(if snapshot.abilities.versioned_edits {
        let text_document =
            OptionalVersionedTextDocumentIdentifier { uri: uri.clone(), version: Some(document.version) };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    } else {
        WorkspaceEdit { changes: Some(HashMap::from([(uri.clone(), edits)])), ..WorkspaceEdit::default() }
    })
}
