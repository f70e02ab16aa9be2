//! Annotations of changes: GitHub's workflow commands, and GitLab's code quality report.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rules::{Finding, Severity};

use super::super::text::relative;
use super::Texts;

/// Workflow commands, one a line.
pub fn github(findings: &[Finding], texts: &mut Texts<'_>, cwd: &Path) -> String {
    let line = |finding: &Finding| {
        let at = texts.locate(&finding.at);
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        let file = property(&relative(&finding.at.file, cwd));
        // GitHub marks columns within one line only.
        let columns = if at.line == at.end_line {
            format!(",col={},endColumn={}", at.column, at.end_column.saturating_sub(1).max(at.column))
        } else {
            String::new()
        };
        let title = property(&format!("tasklens ({})", finding.rule.id));
        let help = if finding.help.is_empty() { String::new() } else { format!("\n{}", finding.help) };
        let message = data(&format!("{}{help}", finding.message));
        format!("::{command} file={file},line={},endLine={}{columns},title={title}::{message}\n", at.line, at.end_line)
    };
    findings.iter().map(line).collect()
}

/// What GitHub's runner takes out of a message again.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The report that `artifacts:reports:codequality` takes.
pub fn gitlab(findings: &[Finding], texts: &mut Texts<'_>, cwd: &Path) -> Value {
    let mut seen: Vec<String> = Vec::new();
    let issue = |finding: &Finding| {
        let at = texts.locate(&finding.at);
        let path = relative(&finding.at.file, cwd);
        let severity = match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Information => "minor",
            Severity::Hint => "info",
        };
        // The same finding on another line is the same; a second of its kind in a file is another.
        let base = format!("{path}\0{}\0{}", finding.rule.id, finding.message);
        let count = seen.iter().filter(|known| **known == base).count();
        let fingerprint = Sha256::digest(format!("{base}\0{count}").as_bytes());
        let fingerprint: String = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
        seen.push(base);
        json!({"description": format!("{}: {}", finding.rule.id, finding.message), "check_name": finding.rule.id,
               "fingerprint": fingerprint, "severity": severity,
               "location": {"path": path, "lines": {"begin": at.line, "end": at.end_line}}})
    };
    Value::Array(findings.iter().map(issue).collect())
}
