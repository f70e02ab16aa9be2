//! Annotations of changes: GitHub's workflow commands, and GitLab's code quality report.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::analysis::Problem;
use crate::render::text::relative;
use crate::render::workflow::{Level, Shown, annotation};
use crate::rules::{Finding, Severity};

use super::Texts;

/// Workflow commands, one a line; what could not be read is a warning.
pub fn github(findings: &[Finding], problems: &[Problem], texts: &mut Texts<'_>, cwd: &Path) -> String {
    let mut out = String::new();
    for finding in findings {
        let at = texts.locate(&finding.at);
        let level = match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Information | Severity::Hint => Level::Notice,
        };
        // GitHub marks columns within one line only.
        let columns = (at.line == at.end_line).then(|| (at.column, at.end_column.saturating_sub(1).max(at.column)));
        let shown = Shown { file: relative(&finding.at.file, cwd), lines: Some((at.line, at.end_line)), columns };
        let help = if finding.help.is_empty() { String::new() } else { format!("\n{}", finding.help) };
        let message = format!("{}{help}", finding.message);
        out.push_str(&annotation(level, Some(&shown), &format!("tasklens ({})", finding.rule.id), &message));
    }
    for problem in problems {
        let lines = problem.line.map(|line| (line as usize, line as usize));
        let shown = Shown { file: relative(&problem.file, cwd), lines, columns: None };
        out.push_str(&annotation(Level::Warning, Some(&shown), "tasklens (not checked)", &problem.message));
    }
    out
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
