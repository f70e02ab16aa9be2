//! Arguments put into an argument list, and taken out of it, in the way that it is written: on one line, or one a line
//! with commas and comments.

use std::ops::Range;

use crate::analysis::ArgumentList;
use crate::edit::TextEdit;

/// Puts `argument` behind the argument `after`; into an empty list as its only one.
pub fn insert(text: &str, list: &ArgumentList, after: usize, argument: &str) -> Vec<TextEdit> {
    let Some(before) = list.arguments.get(after).or(list.arguments.last()) else {
        let inner = list.range.start + 1..list.range.end - 1;
        let is_blank = text.get(inner.clone()).is_some_and(|inner| inner.trim().is_empty());
        let range = if is_blank { inner.clone() } else { inner.start..inner.start };
        return vec![TextEdit::replace(range, argument)];
    };
    let comma = comma(text, before.range.end, list);
    let own_line = |indent| {
        let end = line_end(text, comma.map_or(before.range.end, |comma| comma + 1))?;
        (end < list.range.end).then_some((indent, end))
    };
    match indentation(text, before.range.start).and_then(own_line) {
        Some((indent, end)) => match comma {
            Some(_) => vec![TextEdit::insert(end, format!("\n{indent}{argument},"))],
            None => {
                vec![TextEdit::insert(before.range.end, ","), TextEdit::insert(end, format!("\n{indent}{argument}"))]
            }
        },
        None => vec![TextEdit::insert(before.range.end, format!(", {argument}"))],
    }
}

/// Takes the argument `index` out of a list that has others. Comments stay.
pub fn remove(text: &str, list: &ArgumentList, index: usize) -> Option<Vec<TextEdit>> {
    let argument = list.arguments.get(index)?;
    let own_comma = comma(text, argument.range.end, list);
    let end = own_comma.map_or(argument.range.end, |comma| comma + 1);
    let next = list.arguments.get(index + 1);
    let previous = index.checked_sub(1).and_then(|index| list.arguments.get(index));
    // Alone on its lines, with no comment behind it.
    if indentation(text, argument.range.start).is_some()
        && let Some(line_end) = line_end(text, end)
        && text.get(end..line_end).is_some_and(|rest| rest.trim().is_empty())
    {
        let start = text.get(..argument.range.start)?.rfind('\n')?;
        // Where the last argument has no comma, the one before it needs none now.
        let last_comma =
            previous.filter(|_| own_comma.is_none()).and_then(|before| comma(text, before.range.end, list));
        let last_comma = last_comma.map(|comma| TextEdit::remove(comma..comma + 1));
        return Some(last_comma.into_iter().chain([TextEdit::remove(start..line_end)]).collect());
    }
    let range = match (next, previous) {
        (Some(next), _) if is_plain(text, end..next.range.start) => argument.range.start..next.range.start,
        (None, Some(previous)) if is_plain_but_comma(text, previous.range.end..argument.range.start) => {
            previous.range.end..argument.range.end
        }
        _ => argument.range.start..end,
    };
    Some(vec![TextEdit::remove(range)])
}

/// The comma behind an argument.
fn comma(text: &str, end: usize, list: &ArgumentList) -> Option<usize> {
    let mut at = end;
    while at < list.range.end {
        match text.as_bytes().get(at)? {
            b',' => return Some(at),
            b'#' => at += text.get(at..)?.find('\n')?,
            byte if byte.is_ascii_whitespace() || *byte == b'\\' => at += 1,
            _ => return None,
        }
    }
    None
}

/// The blanks before what starts a line; `None` if something else stands before it.
fn indentation(text: &str, start: usize) -> Option<&str> {
    let newline = text.get(..start)?.rfind('\n')? + 1;
    text.get(newline..start).filter(|blanks| blanks.chars().all(|c| matches!(c, ' ' | '\t')))
}

/// The end of the line, if nothing but a comment follows on it.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let line = rest.get(..rest.find('\n')?)?;
    let code = line.trim_start();
    (code.is_empty() || code.starts_with('#')).then_some(at + line.len())
}

fn is_plain(text: &str, range: Range<usize>) -> bool {
    text.get(range).is_some_and(|text| text.chars().all(|c| matches!(c, ' ' | '\t')))
}

fn is_plain_but_comma(text: &str, range: Range<usize>) -> bool {
    text.get(range).is_some_and(|text| text.chars().all(|c| matches!(c, ' ' | '\t' | ',')))
}
