//! `textwrap.dedent`, as it stands in each version's library.
//!
//! It knows no tokens: it strips a margin from the lines of multi-line strings too, and empties their blank lines.

use std::borrow::Cow;

use super::unicode;
use super::version::Minor;

/// Whether a line has no text, so that it is emptied and does not count for the margin.
///
/// Up to 3.13 only blanks and tabs are no text; since 3.14 it is whatever `str.isspace` says.
pub(super) fn is_blank(line: &str, minor: Minor) -> bool {
    if minor < Minor::Py314 {
        line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    } else {
        line.chars().all(unicode::is_space)
    }
}

/// The blanks and tabs at the start of a line.
pub(super) fn indentation(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\t']);
    &line[..line.len() - text.len()]
}

/// What dedenting makes of a piece of a block that begins inside of a line and ends inside of one.
///
/// The caller has made sure that every line of the block that isn't blank starts with `margin`.
pub(super) fn segment<'a>(text: &'a str, margin: &str, minor: Minor) -> Cow<'a, str> {
    if memchr::memchr(b'\n', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut lines = text.split('\n').peekable();
    result.push_str(lines.next().unwrap_or_default());
    while let Some(line) = lines.next() {
        result.push('\n');
        let inside = lines.peek().is_none();
        if inside || !is_blank(line, minor) {
            result.push_str(line.strip_prefix(margin).unwrap_or(line));
        }
    }
    Cow::Owned(result)
}

/// `textwrap.dedent` of a whole text.
pub(super) fn block(text: &str, minor: Minor) -> String {
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !is_blank(line, minor)) {
        let indentation = indentation(line);
        margin = Some(match margin {
            None => indentation,
            Some(margin) => common_prefix(margin, indentation),
        });
    }
    let margin = margin.unwrap_or_default();
    let lines = text.split('\n').map(|line| match is_blank(line, minor) {
        true => "",
        false => line.strip_prefix(margin).unwrap_or(line),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    let length = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    &a[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_what_all_lines_share() {
        assert_eq!(block("    a\n      b\n   \n    c\n", Minor::Py312), "a\n  b\n\nc\n");
        assert_eq!(block("  \ta\n  b", Minor::Py312), "\ta\nb");
        assert_eq!(block("\ta\n    b", Minor::Py312), "\ta\n    b");
    }

    #[test]
    fn other_blanks_are_text_before_3_14() {
        assert_eq!(block("    a\n\u{c}\n    b", Minor::Py313), "    a\n\u{c}\n    b");
        assert_eq!(block("    a\n\u{c}\n    b", Minor::Py314), "a\n\nb");
    }

    #[test]
    fn a_segment_keeps_its_first_line_and_the_blanks_of_its_last() {
        assert_eq!(segment("x  \n      y\n   \n      ", "    ", Minor::Py312), "x  \n  y\n\n  ");
        assert_eq!(segment("  ", "    ", Minor::Py312), "  ");
    }
}
