//! `textDocument/codeAction`: ways out of what the rules find, and keeping or changing the version of a task.

use cache_core::python::Source;
use serde_json::json;

use crate::analysis::{Known, Span};
use crate::edit::TextEdit;
use crate::environment::Day;
use crate::rules::{Finding, bumped, fixed, silenced, string_inside};
use crate::status::sentence::quoted;
use crate::status::{Status, TaskStatus};

use super::super::capabilities::{FIX_ALL, KEEP, UNPIN};
use super::super::code::positions;
use super::super::documents::Document;
use super::super::edits::workspace_edit;
use super::super::protocol::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command, Result, Url,
};
use super::super::text::whole;
use super::super::view::View;

/// What can be done at a range of a document.
pub fn answer(view: &View, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let uri = params.text_document.uri;
    let Some((document, _)) = view.of(&uri) else { return Ok(None) };
    let positions = positions(&view.snapshot, document);
    let wanted = positions.offset(params.range.start)..positions.offset(params.range.end);
    let is_asked = |kind: &CodeActionKind| {
        params.context.only.as_ref().is_none_or(|only| {
            only.iter()
                .any(|only| kind.as_str() == only.as_str() || kind.as_str().starts_with(&format!("{}.", only.as_str())))
        })
    };
    let mut actions = Vec::new();
    let findings = view.findings_of(&uri);
    if is_asked(&CodeActionKind::QUICKFIX) {
        let here = findings.iter().filter(|finding| finding.at.start <= wanted.end && wanted.start <= finding.at.end);
        here.for_each(|finding| actions.extend(quick_fixes(view, &uri, finding)));
    }
    // Only when it is asked for: it is about the whole file, wherever the cursor is.
    if params.context.only.is_some() && is_asked(&FIX_ALL) {
        let all = fixed(findings, false);
        if all.count > 0 {
            let edit = workspace_edit(&view.snapshot, &uri, &all.edits);
            actions.push(CodeAction {
                title: "Tasklens: make all safe fixes".to_owned(),
                kind: Some(FIX_ALL),
                edit,
                ..CodeAction::default()
            });
        }
    }
    if is_asked(&CodeActionKind::REFACTOR_REWRITE) {
        let line = |offset: usize| positions.position(offset).line + 1;
        let (first, last) = (line(wanted.start), line(wanted.end));
        for status in view.tasks_of(&uri) {
            let lines = status.task.place.line..=line(status.task.at.end);
            if first <= *lines.end() && *lines.start() <= last {
                actions.extend(of_task(view, &uri, status));
            }
        }
    }
    let takes_actions = view.snapshot.abilities.code_actions;
    let taken = actions.into_iter().filter_map(|action| match takes_actions {
        true => Some(CodeActionOrCommand::CodeAction(action)),
        false => action.command.map(CodeActionOrCommand::Command),
    });
    Ok(Some(taken.collect()))
}

/// The ways out of a finding, the best first, and the one to say that it is meant.
fn quick_fixes(view: &View, uri: &Url, finding: &Finding) -> Vec<CodeAction> {
    let diagnostics = Some(vec![view.diagnostic(finding)]);
    let action = |title: String, edits: &[TextEdit], is_preferred: bool| CodeAction {
        title: format!("Tasklens: {title}"),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: diagnostics.clone(),
        edit: workspace_edit(&view.snapshot, uri, edits),
        is_preferred: is_preferred.then_some(true),
        ..CodeAction::default()
    };
    let fixes = finding.fixes.iter().enumerate().map(|(at, fix)| action(fix.title.clone(), &fix.edits, at == 0));
    let mut actions: Vec<CodeAction> = fixes.collect();
    // What an edit threw away for nothing can be kept.
    let needless = |status: &&TaskStatus| status.task.at == finding.at && !status.needless().is_empty();
    if finding.rule.id == "needless-recompute"
        && let Some(keep) = view.tasks_of(uri).find(needless).and_then(|status| keep(view, uri, status))
    {
        actions.push(CodeAction { kind: Some(CodeActionKind::QUICKFIX), diagnostics: diagnostics.clone(), ..keep });
    }
    let text = view.of(uri).and_then(|(document, _)| python_text(document));
    if let Some(edit) = text.and_then(|text| silenced(text.text(), finding)) {
        actions.push(action(format!("ignore `{}` here", finding.rule.id), &[edit], false));
    }
    actions
}

/// Pinning a task to the version of the baseline, where that can be offered.
fn keep(view: &View, uri: &Url, status: &TaskStatus) -> Option<CodeAction> {
    let was_cached = status.before.as_ref().is_some_and(|before| before.cached);
    if status.status != Status::Invalidated || !was_cached || status.pinned || !view.snapshot.abilities.applies_edits {
        return None;
    }
    let since =
        view.of(uri).and_then(|(_, report)| report.baseline.as_ref().ok()).map(|baseline| baseline.name.clone());
    let since = since.unwrap_or_else(|| "the baseline".to_owned());
    let name = status.task.shown_name();
    Some(command(uri, status, format!("Tasklens: keep the cache of {name}, pin it to the version of {since}"), KEEP))
}

/// A command about a task, as an action.
fn command(uri: &Url, status: &TaskStatus, title: String, command: &str) -> CodeAction {
    CodeAction {
        title: title.clone(),
        kind: Some(CodeActionKind::REFACTOR_REWRITE),
        command: Some(Command {
            title,
            command: command.to_owned(),
            arguments: Some(vec![json!(uri), json!(status.task.place.line.saturating_sub(1))]),
        }),
        ..CodeAction::default()
    }
}

/// What can be done about the version of a task.
fn of_task(view: &View, uri: &Url, status: &TaskStatus) -> Vec<CodeAction> {
    let name = status.task.shown_name();
    let mut actions: Vec<CodeAction> = keep(view, uri, status).into_iter().collect();
    let Known::Value(Some(version)) = &status.task.spec.version_override.value else { return actions };
    if status.pinned && version.len() == 64 && view.snapshot.abilities.applies_edits {
        actions.push(command(uri, status, format!("Tasklens: unpin {name}, let edits count again"), UNPIN));
    }
    if let Some((next, edit)) = status
        .pinned
        .then(|| view.snapshot.documents.get(uri))
        .flatten()
        .and_then(|document| next_version(document, status))
    {
        actions.push(CodeAction {
            title: format!("Tasklens: bump the version of {name} to {}", quoted(&next)),
            kind: Some(CodeActionKind::REFACTOR_REWRITE),
            edit: workspace_edit(&view.snapshot, uri, &[edit]),
            ..CodeAction::default()
        });
    }
    actions
}

/// The next version of a task, where it is written in this document.
pub(super) fn next_version(document: &Document, status: &TaskStatus) -> Option<(String, TextEdit)> {
    let Known::Value(Some(version)) = &status.task.spec.version_override.value else { return None };
    let written = status.task.spec.written.as_ref()?;
    let Span { file, .. } = &written.at;
    let argument = written.argument("version_override").filter(|_| **file == *document.path)?;
    let inner = string_inside(python_text(document)?.text(), &argument.value)?;
    let next = bumped(version, Day::today())?;
    Some((next.clone(), TextEdit::replace(inner, next)))
}

/// The text as Python reads it, if it does.
fn python_text(document: &Document) -> Option<Source> {
    Source::of_buffer(&whole(&document.text)).ok()
}
