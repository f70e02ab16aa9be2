//! `textDocument/definition`

use crate::analysis::Span;
use crate::analysis::cursor::{InputName, input_name};

use super::super::code::{Here, ask, files, location};
use super::super::protocol::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, Result, TextDocumentPositionParams,
};
use super::super::view::View;

/// The parameters that a name in `ignored_inputs` leaves out. Of all else, Python's own language server knows as much.
pub fn answer(view: &View, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
    let found = named(view, &params.text_document_position_params, |name| {
        let is_ignored = !name.parameters.iter().any(|parameter| parameter.range() == name.at);
        if is_ignored { name.parameters } else { Vec::new() }
    });
    Ok(found.filter(|found| !found.is_empty()).map(GotoDefinitionResponse::Array))
}

/// Some of what names the input that is named at a position.
pub fn named(
    view: &View,
    at: &TextDocumentPositionParams,
    which: impl FnOnce(InputName) -> Vec<Span>,
) -> Option<Vec<Location>> {
    let here = Here::of(view, at)?;
    let (path, snapshot) = (&here.document.path, &view.snapshot);
    ask(snapshot, path, |code, project| {
        let found = which(input_name(code, &files(snapshot, project, path), path, here.offset)?);
        Some(found.iter().filter_map(|span| location(snapshot, code, &span.file, &span.range())).collect())
    })
}
