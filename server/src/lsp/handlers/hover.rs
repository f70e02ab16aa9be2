//! `textDocument/hover`

use crate::analysis::cursor::{Meaning, pointed};
use crate::render::hover::hover;

use super::super::code::{Here, ask, positions, with_markup};
use super::super::live::View;
use super::super::protocol::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, Result};

/// What there is to say of the word at a position.
pub fn answer(view: &View, params: HoverParams) -> Result<Option<Hover>> {
    Ok(find(view, &params))
}

fn find(view: &View, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let here = Here::of(view, at)?;
    let (_, report) = view.of(&at.text_document.uri)?;
    let path = &here.document.path;
    let found = ask(&view.snapshot, path, |code, _| pointed(code, path, here.offset))?;
    let markdown = view.snapshot.abilities.hovers_in_markdown;
    let said = with_markup(&view.snapshot, markdown, |markup| {
        hover(&found.meaning, report, markup).or_else(|| {
            // A task of a file that isn't open.
            let Meaning::Task { tasks, .. } = &found.meaning else { return None };
            let other = view.snapshot.report_of(&tasks.first()?.place.file)?;
            hover(&found.meaning, &other, markup)
        })
    });
    let kind = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value: said? }),
        range: Some(positions(view, here.document).range(&found.range)),
    })
}
