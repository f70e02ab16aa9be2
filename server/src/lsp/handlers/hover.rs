//! `textDocument/hover`

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::analysis::cursor::pointed;
use crate::render::hover::{files, hover};
use crate::status::Report;

use super::super::code::{Here, ask, positions, with_markup};
use super::super::protocol::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, Result};
use super::super::view::View;
use super::super::wide::report_of;

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
    let elsewhere = elsewhere(view, path, files(&found, report));
    let report = elsewhere.as_ref().unwrap_or(report);
    let markdown = view.snapshot.abilities.hovers_in_markdown;
    let said = with_markup(&view.snapshot, markdown, |markup| hover(&found, report, markup));
    let kind = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value: said? }),
        range: Some(positions(&view.snapshot, here.document).range(&found.range)),
    })
}

/// A report that is about `files` too, where what is known of the document at `path` is not.
fn elsewhere(view: &View, path: &Path, files: BTreeSet<Arc<Path>>) -> Option<Report> {
    let folder = view.snapshot.folder_of(path);
    let is_open = |file: &Path| view.snapshot.documents.all().any(|open| open.path == file);
    if files.iter().all(|file| is_open(file) && view.snapshot.folder_of(file) == folder) {
        return None;
    }
    let files = files.iter().map(|file| file.to_path_buf()).chain([path.to_owned()]);
    report_of(&view.snapshot, folder, &files.collect::<Vec<_>>())
}
