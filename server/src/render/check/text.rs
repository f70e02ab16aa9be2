//! Findings for people: what is wrong, the line of source with the place marked, and what to do.

use std::path::Path;

use crate::rules::{Finding, Fix, Severity};

use super::super::paint::Ink;
use super::super::table::Look;
use super::super::text::{relative, tame, width};
use super::{Located, Texts};

/// All findings, one below the other, and their count.
pub fn text(findings: &[Finding], texts: &mut Texts<'_>, cwd: &Path, look: Look) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&one(finding, texts, cwd, look));
        out.push('\n');
    }
    out.push_str(&count(findings));
    out
}

fn one(finding: &Finding, texts: &mut Texts<'_>, cwd: &Path, look: Look) -> String {
    let paint = look.paint;
    let ink = match finding.severity {
        Severity::Error => Ink::Danger,
        Severity::Warning => Ink::Warning,
        Severity::Information | Severity::Hint => Ink::News,
    };
    let place = texts.locate(&finding.at);
    let head = format!("{}[{}]", finding.severity.word(), finding.rule.id);
    let message = tame(&finding.message);
    let gutter = place.line.to_string().len();
    let file = tame(&relative(&finding.at.file, cwd));
    let mut out = format!("{}: {}\n", paint.ink(ink, &head), paint.ink(Ink::Strong, &message));
    let arrow = format!("{:gutter$}--> ", "");
    out.push_str(&format!("{}{file}:{}:{}\n", paint.ink(Ink::Faint, &arrow), place.line, place.column));
    out.push_str(&source(finding, texts, place, gutter, (ink, look)));
    let mut note = |word: &str, text: &str| {
        let head = format!("{:gutter$} = {word}: ", "");
        out.push_str(&format!("{}{}\n", paint.ink(Ink::Faint, &head), tame(text)));
    };
    if !finding.help.is_empty() {
        note("help", &finding.help);
    }
    for related in &finding.related {
        let place = texts.locate(&related.at);
        note("note", &format!("{}:{}: {}", relative(&related.at.file, cwd), place.line, related.message));
    }
    if let Some(Fix { title, is_safe, .. }) = finding.fixes.first() {
        let option = if *is_safe { "--fix" } else { "--fix --unsafe-fixes" };
        note("fix", &format!("{title} ({option})"));
    }
    out
}

/// The line, and what is meant of it.
fn source(finding: &Finding, texts: &mut Texts<'_>, place: Located, gutter: usize, (ink, look): (Ink, Look)) -> String {
    const ROOM: usize = 200;
    let text = texts.of(&finding.at.file);
    let Some(line) = text.line(place.line) else { return String::new() };
    // Data in a line of code would fill the screen.
    if line.len() > ROOM * 4 {
        return String::new();
    }
    let shown = |part: &str| tame(&part.replace('\t', "    "));
    let chars: Vec<char> = line.chars().collect();
    let before: String = chars.iter().take(place.column - 1).collect();
    let end = if place.end_line == place.line { place.end_column - 1 } else { chars.len() };
    let marked: String = chars.iter().take(end).skip(place.column - 1).collect();
    let indent = " ".repeat(width(&shown(&before)));
    let marks = "^".repeat(width(&shown(&marked)).max(1));
    let bar = look.paint.ink(Ink::Faint, &format!("{:gutter$} |", "")).to_string();
    let number = format!("{:gutter$} |", place.line);
    format!(
        "{bar}\n{} {}\n{bar} {indent}{}\n",
        look.paint.ink(Ink::Faint, &number),
        shown(line),
        look.paint.ink(ink, &marks)
    )
}

fn count(findings: &[Finding]) -> String {
    let of = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let words = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Information, "remark", "remarks"),
        (Severity::Hint, "hint", "hints"),
    ];
    let counted =
        words.into_iter().map(|(severity, one, many)| (of(severity), one, many)).filter(|(count, ..)| *count > 0);
    let counted: Vec<String> =
        counted.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).collect();
    if counted.is_empty() { "nothing found\n".to_owned() } else { format!("{}\n", counted.join(", ")) }
}
