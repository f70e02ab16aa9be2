//! `textDocument/completion`

use crate::analysis::cursor::{Completing, Proposal, completions};
use crate::render::cache_words;

use super::super::code::{Here, ask, positions, with_markup};
use super::super::protocol::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit, Documentation,
    MarkupContent, MarkupKind, Range, Result, TextEdit,
};
use super::super::view::View;

/// What can be written at a position; nothing where that has nothing to do with caches.
pub fn answer(view: &View, params: CompletionParams) -> Result<Option<CompletionResponse>> {
    Ok(find(view, &params))
}

fn find(view: &View, params: &CompletionParams) -> Option<CompletionResponse> {
    let here = Here::of(view, &params.text_document_position)?;
    let path = &here.document.path;
    let Completing { range, assigned, proposals } =
        ask(&view.snapshot, path, |code, _| completions(code, path, here.offset))?;
    let range = positions(&view.snapshot, here.document).range(&range);
    let items = proposals.iter().enumerate().map(|(index, proposal)| CompletionItem {
        sort_text: Some(format!("{index:03}")),
        ..item(view, proposal, range, assigned)
    });
    Some(CompletionResponse::Array(items.collect()))
}

fn item(view: &View, proposal: &Proposal, range: Range, assigned: bool) -> CompletionItem {
    let in_quotes = |word: &str, quoted: bool| if quoted { format!("\"{word}\"") } else { word.to_owned() };
    let (word, new_text, kind, detail, words) = match proposal {
        Proposal::Keyword(name) => {
            let new = if assigned { (*name).to_owned() } else { format!("{name}=") };
            (*name, new, CompletionItemKind::FIELD, None, cache_words::keyword(name))
        }
        Proposal::Behavior { behavior, quoted } => {
            let word = behavior.word();
            let new = in_quotes(word, *quoted);
            (word, new, CompletionItemKind::ENUM_MEMBER, None, Some(cache_words::behavior(*behavior)))
        }
        Proposal::Input { name, annotation, of, quoted } => {
            let annotation = annotation.as_ref().map_or(String::new(), |text| format!("{text} · "));
            let detail = format!("{annotation}input of {}", of.join(", "));
            (name.as_str(), in_quotes(name, *quoted), CompletionItemKind::VARIABLE, Some(detail), None)
        }
    };
    let markdown = view.snapshot.abilities.completes_in_markdown;
    let kind_of_text = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let text = |words: &str| with_markup(&view.snapshot, markdown, |markup| markup.text(words));
    let documentation =
        words.map(|words| Documentation::MarkupContent(MarkupContent { kind: kind_of_text, value: text(words) }));
    CompletionItem {
        label: new_text.clone(),
        filter_text: Some(word.to_owned()),
        kind: Some(kind),
        detail,
        documentation,
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
        ..CompletionItem::default()
    }
}
