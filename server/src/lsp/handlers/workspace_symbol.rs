//! `workspace/symbol`

use crate::status::TaskStatus;
use crate::status::sentence::sentence;

use super::super::code::start_of;
use super::super::findings::uri_of;
use super::super::protocol::{Location, Range, Result, SymbolInformation, WorkspaceSymbolParams};
use super::super::view::View;
use super::super::wide::workspace;
use super::document_symbol::flat;

/// The tasks of the workspace whose names have the letters of a query, in order, each with what its next run does.
pub fn answer(view: &View, params: WorkspaceSymbolParams) -> Result<Option<Vec<SymbolInformation>>> {
    let mut found = Vec::new();
    for report in workspace(&view.snapshot) {
        let since = report.since();
        let wanted = report.tasks.iter().filter(|status| has_letters(status.task.shown_name(), &params.query));
        found.extend(wanted.filter_map(|status| symbol(view, status, since)));
    }
    Ok(Some(found))
}

fn symbol(view: &View, status: &TaskStatus, since: Option<&str>) -> Option<SymbolInformation> {
    let place = &status.task.place;
    let start = start_of(place.line);
    let location = Location { uri: uri_of(&view.snapshot.documents, &place.file)?, range: Range { start, end: start } };
    Some(flat(status.task.shown_name().to_owned(), sentence(status, since).to_string(), location))
}

/// Whether a name has all letters of a query, in their order, in capitals or not.
fn has_letters(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_are_enough() {
        assert!(has_letters("ml.train_model", "TrM"));
        assert!(has_letters("ml.train", ""));
        assert!(!has_letters("ml.train", "nt"));
    }
}
