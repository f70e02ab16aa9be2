//! `textDocument/codeLens`

use serde_json::json;

use crate::render::lens::Lens;

use super::super::capabilities::EXPLAIN;
use super::super::protocol::{CodeLens, CodeLensParams, Command, Position, Range, Result, Url};
use super::super::view::View;

/// The lenses of a document. A click explains.
pub fn answer(view: &View, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let uri = params.text_document.uri;
    Ok(view.lenses.get(&uri).map(|lenses| lenses.iter().map(|lens| code_lens(&uri, lens)).collect()))
}

fn code_lens(uri: &Url, lens: &Lens) -> CodeLens {
    let start = Position { line: lens.line.saturating_sub(1), character: 0 };
    let arguments = lens.task.map(|line| vec![json!(uri), json!(line.saturating_sub(1))]);
    // Without a command an editor would wait for a resolved one; an empty one is a text that can't be clicked.
    let command = if arguments.is_some() { EXPLAIN.to_owned() } else { String::new() };
    CodeLens {
        range: Range { start, end: start },
        command: Some(Command { title: lens.text.clone(), command, arguments }),
        data: None,
    }
}
