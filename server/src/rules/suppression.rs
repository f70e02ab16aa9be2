//! `# tasklens: ignore[id]`: findings that the code says are meant. The comment stands on a line of the finding, or alone on the line
//! above it, or behind the bracket that opens or closes around it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use crate::analysis::Span;
use crate::edit::TextEdit;

use super::brackets::{brackets, line_end};
use super::checks::{OF_SURROUNDINGS, UNUSED_IGNORE};
use super::literal::with_comma;
use super::{Facts, Finding, Fix, Selection, rule};

/// What a comment silences.
struct Comment<'c> {
    at: &'c Span,
    /// The lines of code that it is about: byte range.
    lines: Range<usize>,
    /// The ids that it names, with their places; none for all rules.
    ids: Vec<(String, Range<usize>)>,
    /// Which of the ids (or the comment as a whole, at 0) silenced something.
    used: Vec<bool>,
}

/// Takes out the findings that comments silence, and adds those comments that silence nothing.
pub fn apply<'s>(
    facts: &Facts<'_>,
    found: Vec<Finding>,
    comments: impl Iterator<Item = &'s Span>,
    selection: &dyn Fn(&Path) -> Option<&'s Selection>,
) -> Vec<Finding> {
    let mut read: Vec<Comment<'_>> =
        comments.filter_map(|at| facts.text(&at.file).and_then(|text| parse(&text, at))).collect();
    let mut left: Vec<Finding> = Vec::new();
    let mut of_file: HashMap<&Path, Vec<usize>> = HashMap::new();
    for (index, comment) in read.iter().enumerate() {
        of_file.entry(&comment.at.file).or_default().push(index);
    }
    for finding in found {
        let mut is_silenced = false;
        for index in of_file.get(&*finding.at.file).into_iter().flatten() {
            let Some(comment) = read.get_mut(*index) else { continue };
            // Overlap; a finding is never empty.
            if comment.lines.start < finding.at.end && finding.at.start < comment.lines.end {
                is_silenced |= comment.silences(finding.rule.id);
            }
        }
        if !is_silenced {
            left.push(finding);
        }
    }
    // In a file that can't be read in full, what a comment is about may not have been seen.
    let is_whole = |file: &Path| facts.report.problems.iter().all(|problem| *problem.file != *file);
    for comment in read.iter().filter(|comment| is_whole(&comment.at.file)) {
        let Some(selection) = selection(&comment.at.file).filter(|selection| selection.asks(&UNUSED_IGNORE)) else {
            continue;
        };
        let text = facts.text(&comment.at.file).unwrap_or_default();
        left.extend(
            comment.unused(&text, selection).into_iter().map(|finding| Finding {
                severity: selection.severity(&finding).unwrap_or(finding.severity),
                ..finding
            }),
        );
    }
    left
}

/// The edit that silences a finding by a comment on its line; `None` where the line can't have one. `text` is the file's.
pub fn silenced(text: &str, finding: &Finding) -> Option<TextEdit> {
    let id = finding.rule.id;
    let start = text.get(..finding.at.start)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text.get(start..)?.find('\n').map_or(text.len(), |end| start + end);
    let line = text.get(start..end)?;
    if id == UNUSED_IGNORE.id || line.ends_with('\\') || end < finding.at.start {
        return None;
    }
    // One comment can name several rules.
    if let Some(list) = line.find("# tasklens: ignore[")
        && let Some(close) = line.get(list..)?.find(']')
    {
        return Some(TextEdit::insert(start + list + close, format!(", {id}")));
    }
    let at = start + line.trim_end().len();
    Some(TextEdit::replace(at..end, format!("  # tasklens: ignore[{id}]")))
}

/// Reads `# tasklens: ignore` and `# tasklens: ignore[a, b]`.
fn parse<'c>(text: &str, at: &'c Span) -> Option<Comment<'c>> {
    let comment = text.get(at.range())?;
    let start = comment.find("tasklens:")? + "tasklens:".len();
    let rest = comment.get(start..)?;
    let rest = rest.trim_start().strip_prefix("ignore")?;
    let mut ids = Vec::new();
    if let Some(inner) = rest.trim_start().strip_prefix('[') {
        let mut offset = at.end - inner.len();
        let inner = inner.get(..inner.find(']')?)?;
        for part in inner.split(',') {
            let id = part.trim();
            let from = offset + (part.len() - part.trim_start().len());
            if !id.is_empty() {
                ids.push((id.to_owned(), from..from + id.len()));
            }
            offset += part.len() + 1;
        }
    } else if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-') {
        return None;
    }
    let line_start = text.get(..at.start)?.rfind('\n').map_or(0, |end| end + 1);
    let own_end = line_end(text, at.end);
    let code = text.get(line_start..at.start)?;
    let is_alone = code.trim().is_empty();
    let lines = if is_alone {
        line_start..line_end(text, (own_end + 1).min(text.len()))
    } else {
        around(text, line_start, code).unwrap_or(line_start..own_end)
    };
    let used = vec![false; ids.len().max(1)];
    Some(Comment { at, lines, ids, used })
}

/// The lines of the bracket that the code before a comment ends by opening, or starts by closing.
fn around(text: &str, line_start: usize, code: &str) -> Option<Range<usize>> {
    let opens = code.trim_end().ends_with(['(', '[', '{']).then(|| line_start + code.trim_end().len() - 1);
    let closes =
        code.trim_start().starts_with([')', ']', '}']).then(|| line_start + code.len() - code.trim_start().len());
    opens.or(closes)?;
    let own = |bracket: &Range<usize>| Some(bracket.start) == opens || Some(bracket.end - 1) == closes;
    let bracket = brackets(text).into_iter().find(own)?;
    let start = text.get(..bracket.start)?.rfind('\n').map_or(0, |end| end + 1);
    Some(start..line_end(text, bracket.end))
}

impl Comment<'_> {
    /// Whether it silences a rule.
    fn silences(&mut self, id: &str) -> bool {
        let at = if self.ids.is_empty() { Some(0) } else { self.ids.iter().position(|(named, _)| named == id) };
        if let Some(used) = at.and_then(|at| self.used.get_mut(at)) {
            *used = true;
        }
        at.is_some()
    }

    /// What of it silences nothing, of the rules that were asked.
    fn unused(&self, text: &str, selection: &Selection) -> Option<Finding> {
        let whole = |message: String| {
            let from = text.get(..self.at.start).map_or(0, |before| before.trim_end_matches([' ', '\t']).len());
            let alone = from == 0 || text.as_bytes().get(from - 1) == Some(&b'\n');
            // Alone on its line it goes with the line.
            let range = if alone { from..(self.at.end + 1).min(text.len()) } else { from..self.at.end };
            let is_only_this = text.get(self.at.range()).is_some_and(|comment| {
                let body = comment.trim_start_matches(['#', ' ']);
                body.starts_with("tasklens:") && (body.trim_end().ends_with(']') || body.trim_end().ends_with("ignore"))
            });
            let fix = is_only_this.then(|| Fix::safe("take the comment out", vec![TextEdit::remove(range)]));
            Finding::new(&UNUSED_IGNORE, self.at.clone(), message).fix(fix).unnecessary()
        };
        if self.ids.is_empty() {
            return (!self.used.contains(&true)).then(|| whole("this comment silences nothing".to_owned()));
        }
        // Of a rule that wasn't asked, or asks more than the code, nobody knows.
        let is_known = |id: &str| rule(id).is_none_or(|rule| selection.asks(rule)) && !OF_SURROUNDINGS.contains(&id);
        let is_unused = |id: &str, used: bool| !used && is_known(id);
        let unused: Vec<&(String, Range<usize>)> =
            self.ids.iter().zip(&self.used).filter(|((id, _), used)| is_unused(id, **used)).map(|(id, _)| id).collect();
        let told = |id: &str| match rule(id) {
            Some(_) => format!("`{id}` finds nothing here"),
            None => format!("there is no rule `{id}`"),
        };
        let message = unused.iter().map(|(id, _)| told(id)).collect::<Vec<_>>().join(", ");
        match unused.as_slice() {
            [] => None,
            all if all.len() == self.ids.len() => Some(whole(message)),
            some => {
                let edits =
                    some.iter().filter_map(|(_, range)| with_comma(text, range)).map(TextEdit::remove).collect();
                let fix = Fix::safe("take out what silences nothing", edits);
                let finding = Finding::new(&UNUSED_IGNORE, self.at.clone(), message);
                Some(finding.fix(Some(fix)).unnecessary())
            }
        }
    }
}
