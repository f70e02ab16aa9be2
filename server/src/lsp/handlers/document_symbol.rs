//! `textDocument/documentSymbol`

use crate::analysis::cursor::outline;
use crate::status::TaskStatus;
use crate::status::sentence::sentence;

use super::super::code::{ask, positions, start_of};
use super::super::protocol::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, Range, Result, SymbolInformation,
    SymbolKind,
};
use super::super::view::View;

/// The tasks of a document, each with what its next run does.
pub fn answer(view: &View, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
    Ok(find(view, &params))
}

fn find(view: &View, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    let (document, report) = view.of(uri)?;
    let positions = positions(view, document);
    let defined = ask(&view.snapshot, &document.path, |code, _| outline(code, &document.path));
    let since = report.baseline.as_ref().ok().map(|baseline| baseline.name.as_str());
    let of_file = report.tasks.iter().filter(|status| *status.task.place.file == *document.path);
    let symbols = of_file.map(|status| {
        let defined = defined.iter().find(|defined| defined.task.is(&status.task));
        let line = start_of(status.task.place.line);
        let line = Range { start: line, end: line };
        let (whole, name) =
            defined.map_or((line, line), |defined| (positions.range(&defined.whole), positions.range(&defined.name)));
        (status, sentence(status, since).to_string(), whole, name)
    });
    Some(if view.snapshot.abilities.nests_symbols {
        let symbols = symbols.map(|(status, said, whole, name)| nested(status, said, whole, name));
        DocumentSymbolResponse::Nested(symbols.collect())
    } else {
        let symbols = symbols.map(|(status, said, whole, _)| {
            flat(status.task.function.clone(), said, Location { uri: uri.clone(), range: whole })
        });
        DocumentSymbolResponse::Flat(symbols.collect())
    })
}

#[allow(deprecated, reason = "the protocol's type has a field that it gave up")]
fn nested(status: &TaskStatus, said: String, range: Range, selection_range: Range) -> DocumentSymbol {
    DocumentSymbol {
        name: status.task.function.clone(),
        detail: Some(said),
        kind: SymbolKind::FUNCTION,
        tags: None,
        deprecated: None,
        range,
        selection_range,
        children: None,
    }
}

/// A symbol, of which what the next run does stands where its container's name would.
#[allow(deprecated, reason = "the protocol's type has a field that it gave up")]
pub fn flat(name: String, said: String, location: Location) -> SymbolInformation {
    SymbolInformation {
        name,
        kind: SymbolKind::FUNCTION,
        tags: None,
        deprecated: None,
        location,
        container_name: Some(said),
    }
}
