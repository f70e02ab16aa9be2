//! `textDocument/inlayHint`

use crate::analysis::cursor::outline;
use crate::render::hint::hint;

use super::super::code::{ask, positions, with_markup};
use super::super::protocol::{
    InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip, MarkupContent, MarkupKind, Result,
};
use super::super::view::View;

/// The caches that tasks inherit, behind the decorators of a range; none where the user does not want them.
pub fn answer(view: &View, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    Ok(find(view, &params))
}

fn find(view: &View, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let uri = &params.text_document.uri;
    let (document, report) = view.of(uri)?;
    view.settings.get(uri).filter(|settings| settings.shows_inlay_hints())?;
    let positions = positions(&view.snapshot, document);
    let range = positions.offset(params.range.start)..=positions.offset(params.range.end);
    let defined = ask(&view.snapshot, &document.path, |code, _| outline(code, &document.path));
    let hints = defined.into_iter().filter_map(|defined| {
        let at = defined.decorator?.end;
        let status = report.tasks.iter().find(|status| range.contains(&at) && defined.task.is(&status.task))?;
        let (label, why) = with_markup(&view.snapshot, true, |markup| hint(status, markup))?;
        Some(InlayHint {
            position: positions.position(at),
            label: InlayHintLabel::String(label),
            kind: None,
            text_edits: None,
            tooltip: Some(InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: why })),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        })
    });
    Some(hints.collect())
}
