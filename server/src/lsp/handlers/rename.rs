//! `textDocument/prepareRename` and `textDocument/rename`

use crate::analysis::Files;
use crate::analysis::cursor::{Refusal, Renaming, rename};
use crate::edit;
use crate::render::text::relative;

use super::super::code::{Here, ask, files, positions, with_positions};
use super::super::edits::of_documents;
use super::super::findings::uri_of;
use super::super::protocol::{
    Error, ErrorCode, PrepareRenameResponse, RenameParams, Result, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use super::super::view::View;

/// The protocol's code for a request that is right and can't be fulfilled.
const REQUEST_FAILED: i64 = -32803;

/// The input that a position names, if it can be called otherwise; a refusal says why it can't.
pub fn prepare(view: &View, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
    let Some(here) = Here::of(view, &params) else { return Ok(None) };
    let found = plan(view, &here, None, |found, _| found)?;
    Ok(found.map(|found| PrepareRenameResponse::RangeWithPlaceholder {
        range: positions(&view.snapshot, here.document).range(&found.at),
        placeholder: found.name,
    }))
}

/// Another name for an input, wherever it is named; all of it, or a refusal that says why not.
pub fn answer(view: &View, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let Some(here) = Here::of(view, &params.text_document_position) else { return Ok(None) };
    let edits = plan(view, &here, Some(&params.new_name), |found, files| {
        let of_file = |(path, edits): (_, Vec<edit::TextEdit>)| {
            let edits = with_positions(&view.snapshot, files, path, |positions| {
                let edit = |edit: edit::TextEdit| TextEdit::new(positions.range(&edit.range), edit.text);
                edits.into_iter().map(edit).collect::<Vec<_>>()
            });
            Some((uri_of(&view.snapshot.documents, path)?, edits?))
        };
        // Some of the files would be half of it.
        found.edits.iter().map(|(path, edits)| of_file((path, edits.clone()))).collect::<Option<Vec<_>>>()
    })?;
    match edits {
        Some(Some(edits)) => Ok(Some(of_documents(&view.snapshot, edits))),
        Some(None) => Err(failed("a file can't be read any more: try again".to_owned())),
        None => Ok(None),
    }
}

fn plan<T>(
    view: &View,
    here: &Here<'_>,
    new: Option<&str>,
    then: impl FnOnce(Renaming, &dyn Files) -> T,
) -> Result<Option<T>> {
    let (path, snapshot) = (&here.document.path, &view.snapshot);
    ask(snapshot, path, |code, project| {
        let found = rename(code, &files(snapshot, project, path), path, here.offset, new);
        match found {
            Ok(found) => Ok(found.map(|found| then(found, code.files))),
            Err(Refusal { reason, place }) => Err(failed(match place {
                Some(place) => {
                    let file = relative(&place.file, snapshot.folder_of(&place.file));
                    format!("{file}:{}: {reason}", place.line)
                }
                None => reason,
            })),
        }
    })
}

fn failed(message: String) -> Error {
    Error { message: message.into(), code: ErrorCode::ServerError(REQUEST_FAILED), data: None }
}
