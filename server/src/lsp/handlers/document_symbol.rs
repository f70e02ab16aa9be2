//! `textDocument/documentSymbol`

use crate::analysis::cursor::outline;
use crate::status::sentence::sentence;
use crate::status::{Report, TaskStatus};

use super::super::code::{ask, positions, start_of};
use super::super::documents::Document;
use super::super::last_good::{self, Moves};
use super::super::protocol::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, Position, Range, Result, SymbolInformation,
    SymbolKind,
};
use super::super::snapshot::Snapshot;
use super::super::text::Positions;
use super::super::view::View;

/// The tasks of a document, each with what its next run does. While it is broken, those of its last state that was whole.
pub fn answer(view: &View, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
    Ok(find(view, &params))
}

/// A task of a document.
struct Symbol<'r> {
    status: &'r TaskStatus,
    /// What its next run does.
    said: String,
    whole: Range,
    name: Range,
}

fn find(view: &View, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    let (document, report) = view.of(uri)?;
    let symbols = match view.good.get(uri) {
        None => symbols(&view.snapshot, document, report),
        Some((good, broken)) => {
            let moves = good.moves(&document.text);
            let positions = positions(&view.snapshot, document);
            let then = symbols(&view.snapshot.with(good.document.clone()), &good.document, &good.report);
            let moved = then.into_iter().filter_map(|symbol| moved(symbol, &moves, &positions, *broken));
            moved.collect()
        }
    };
    let symbols = symbols.into_iter();
    Some(if view.snapshot.abilities.nests_symbols {
        let nested = |Symbol { status, said, whole, name }| nested(status, said, whole, name);
        DocumentSymbolResponse::Nested(symbols.map(nested).collect())
    } else {
        let flat = |Symbol { status, said, whole, .. }: Symbol<'_>| {
            flat(status.task.function.clone(), said, Location { uri: uri.clone(), range: whole })
        };
        DocumentSymbolResponse::Flat(symbols.map(flat).collect())
    })
}

fn symbols<'r>(snapshot: &Snapshot, document: &Document, report: &'r Report) -> Vec<Symbol<'r>> {
    let positions = positions(snapshot, document);
    let defined = ask(snapshot, &document.path, |code, _| outline(code, &document.path));
    let since = report.since();
    let of_file = report.tasks.iter().filter(|status| *status.task.place.file == *document.path);
    let symbols = of_file.map(|status| {
        let defined = defined.iter().find(|defined| defined.task.is(&status.task));
        let line = start_of(status.task.place.line);
        let line = Range { start: line, end: line };
        let (whole, name) =
            defined.map_or((line, line), |defined| (positions.range(&defined.whole), positions.range(&defined.name)));
        Symbol { status, said: sentence(status, since).to_string(), whole, name }
    });
    symbols.collect()
}

/// A symbol where the lines of a text that is broken now have it; `None` if the line that it begins on is gone.
fn moved<'r>(symbol: Symbol<'r>, moves: &Moves, positions: &Positions<'_>, broken: u32) -> Option<Symbol<'r>> {
    let Symbol { status, said, whole, name } = symbol;
    let line = |line: u32| moves.of(line.saturating_add(1)).map(|line| line.saturating_sub(1));
    let first = line(whole.start.line)?;
    // Lines at its end may be gone.
    let last = (whole.start.line..=whole.end.line).rev().find_map(line).filter(|last| *last >= first)?;
    let whole = Range { start: Position { line: first, character: 0 }, end: positions.end_of(last) };
    let at = line(name.start.line).filter(|at| (first..=last).contains(at)).unwrap_or(first);
    let end = positions.end_of(at).character;
    let column = |position: Position| Position { line: at, character: position.character.min(end) };
    let name = Range { start: column(name.start), end: column(name.end) };
    Some(Symbol { status, said: last_good::last(&said, broken), whole, name })
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
