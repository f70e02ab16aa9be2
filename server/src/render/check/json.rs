//! Findings for programs. `schema` counts up when a shape changes in a way that could break a reader.

use std::path::Path;

use serde_json::{Value, json};

use crate::analysis::{Problem, Span};
use crate::rules::{Finding, Fix};

use super::super::text::relative;
use super::Texts;

/// One document.
pub fn json(findings: &[Finding], problems: &[Problem], texts: &mut Texts<'_>, cwd: &Path) -> Value {
    let findings: Vec<Value> = findings.iter().map(|finding| one(finding, texts, cwd)).collect();
    let problem = |problem: &Problem| json!({"file": relative(&problem.file, cwd), "line": problem.line, "message": problem.message});
    let problems: Vec<Value> = problems.iter().map(problem).collect();
    json!({"schema": 1, "findings": findings, "problems": problems})
}

fn one(finding: &Finding, texts: &mut Texts<'_>, cwd: &Path) -> Value {
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|related| merged(place(&related.at, texts, cwd), json!({"message": related.message})))
        .collect();
    let fixes: Vec<Value> = finding.fixes.iter().map(|fix| of_fix(fix, &finding.at, texts)).collect();
    merged(
        json!({"rule": finding.rule.id, "severity": finding.severity.word(), "message": finding.message,
               "help": finding.help, "url": finding.rule.address(), "related": related, "fixes": fixes}),
        place(&finding.at, texts, cwd),
    )
}

fn of_fix(fix: &Fix, at: &Span, texts: &mut Texts<'_>) -> Value {
    let text = texts.of(&at.file);
    let edits = fix.edits.iter().map(|edit| {
        let ((line, column), (end_line, end_column)) = (text.position(edit.range.start), text.position(edit.range.end));
        json!({"line": line, "column": column, "end_line": end_line, "end_column": end_column, "text": edit.text})
    });
    json!({"title": fix.title, "safe": fix.is_safe, "edits": edits.collect::<Vec<_>>()})
}

fn place(span: &Span, texts: &mut Texts<'_>, cwd: &Path) -> Value {
    let at = texts.locate(span);
    json!({"file": relative(&span.file, cwd), "line": at.line, "column": at.column,
           "end_line": at.end_line, "end_column": at.end_column})
}

fn merged(mut one: Value, other: Value) -> Value {
    if let (Some(one), Value::Object(other)) = (one.as_object_mut(), other) {
        one.extend(other);
    }
    one
}
