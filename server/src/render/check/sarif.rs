//! SARIF 2.1.0 (OASIS), which code hosts and editors read.

use std::path::Path;

use serde_json::{Value, json};

use crate::analysis::{Problem, Span};
use crate::rules::{ALL, Finding, Rule, Severity};

use super::super::text::relative;
use super::{Located, Texts};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One log with one run.
pub fn sarif(findings: &[Finding], problems: &[Problem], texts: &mut Texts<'_>, cwd: &Path) -> Value {
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, texts, cwd)).collect();
    let rules: Vec<Value> = ALL.iter().map(|rule| descriptor(rule)).collect();
    let notifications: Vec<Value> = problems.iter().map(|problem| notification(problem, cwd)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "tasklens",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notifications}],
            "results": results,
        }],
    })
}

fn result(finding: &Finding, texts: &mut Texts<'_>, cwd: &Path) -> Value {
    let mut message = finding.message.clone();
    if !finding.help.is_empty() {
        message = format!("{message}. {}", finding.help);
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|related| {
            json!({"physicalLocation": physical(&related.at, texts, cwd), "message": {"text": related.message}})
        })
        .collect();
    let text = texts.of(&finding.at.file);
    let region = |start: usize, end: usize| {
        let ((line, column), (end_line, end_column)) = (text.position(start), text.position(end));
        region(Located { line, column, end_line, end_column })
    };
    let fix = |fix: &crate::rules::Fix| {
        let replacement = |edit: &crate::edit::TextEdit| json!({"deletedRegion": region(edit.range.start, edit.range.end), "insertedContent": {"text": edit.text}});
        let replacements: Vec<Value> = fix.edits.iter().map(replacement).collect();
        let location = json!({"uri": uri(&finding.at, cwd)});
        json!({"description": {"text": fix.title},
               "artifactChanges": [{"artifactLocation": location, "replacements": replacements}]})
    };
    let fixes: Vec<Value> = finding.fixes.iter().map(fix).collect();
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": ALL.iter().position(|rule| *rule == finding.rule),
        "level": level(finding.severity),
        "message": {"text": message},
        "locations": [{"physicalLocation": physical(&finding.at, texts, cwd)}],
        "relatedLocations": related,
    });
    if let Some(result) = result.as_object_mut().filter(|_| !fixes.is_empty()) {
        result.insert("fixes".to_owned(), Value::Array(fixes));
    }
    result
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.summary()},
        "help": {"text": rule.page(), "markdown": rule.page()},
        "helpUri": rule.address(),
        "defaultConfiguration": {"level": level(rule.severity), "enabled": rule.is_default},
    })
}

fn notification(problem: &Problem, cwd: &Path) -> Value {
    let mut location = json!({"artifactLocation": {"uri": escaped(&relative(&problem.file, cwd))}});
    if let (Some(line), Some(location)) = (problem.line, location.as_object_mut()) {
        location.insert("region".to_owned(), json!({"startLine": line}));
    }
    json!({"level": "warning", "message": {"text": problem.message}, "locations": [{"physicalLocation": location}]})
}

fn physical(span: &Span, texts: &mut Texts<'_>, cwd: &Path) -> Value {
    json!({"artifactLocation": {"uri": uri(span, cwd)}, "region": region(texts.locate(span))})
}

fn region(at: Located) -> Value {
    json!({"startLine": at.line, "startColumn": at.column, "endLine": at.end_line, "endColumn": at.end_column})
}

fn uri(span: &Span, cwd: &Path) -> String {
    escaped(&relative(&span.file, cwd))
}

/// A path as a relative reference of RFC 3986.
fn escaped(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}
