//! String literals in source text, as far as fixes rewrite them.

use std::ops::Range;

/// What stands between the quotes of a plain literal at `range`: `None` for one with a prefix, an escape or three quotes, and for
/// what is no literal.
pub fn inside(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let literal = text.get(range.clone())?;
    let quote = literal.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_plain = !inner.contains([quote, '\\', '\n']) && !inner.starts_with(quote);
    is_plain.then(|| range.start + 1..range.end - 1)
}

/// An argument with the comma and the space that part it from the others, as it is taken out of a call: what stands on lines of its own
/// goes with its lines, but a comment behind it stays.
pub fn with_comma(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..range.start)?;
    let after = text.get(range.end..)?;
    if let Some(whole) = own_lines(before, after, text.len()) {
        return Some(whole);
    }
    let blank = |c: char| c.is_whitespace();
    let behind = after.trim_start_matches(blank);
    let ahead = before.trim_end_matches(blank);
    if let Some(rest) = ahead.strip_suffix(',') {
        return Some(rest.len()..range.end);
    }
    match behind.strip_prefix(',') {
        Some(rest) => {
            // On a line of its own it goes with its line, else with the space behind the comma.
            let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            Some(range.start..text.len() - rest.len() + gap)
        }
        None => Some(range.clone()),
    }
}

/// The lines of an argument that shares them with nothing; with a comment behind it, no more than what stands before that.
fn own_lines(before: &str, after: &str, length: usize) -> Option<Range<usize>> {
    let start = before.rfind('\n')? + 1;
    if !before.get(start..)?.trim().is_empty() {
        return None;
    }
    let blank = [' ', '\t'];
    let rest = after.trim_start_matches(blank);
    let rest = rest.strip_prefix(',').unwrap_or(rest).trim_start_matches(blank);
    match rest.chars().next()? {
        '\n' => Some(start..length - rest.len() + 1),
        '#' => Some(before.len()..length - rest.len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn plain_literals_are_told_from_others() {
        let inner = |text: &str| inside(text, &(0..text.len())).map(|range| text[range].to_owned());
        assert_eq!(inner(r#""a""#).as_deref(), Some("a"));
        assert_eq!(inner("'a b'").as_deref(), Some("a b"));
        assert_eq!(inner("''").as_deref(), Some(""));
        for other in [r#"r"a""#, r#""\x41""#, r#""""a""""#, "name", r#""a" "b""#, "'", "\"a'"] {
            assert_eq!(inner(other), None, "{other}");
        }
    }

    #[test]
    fn an_argument_is_taken_out_with_its_comma() {
        let without = |text: &str, argument: &str| {
            let at = text.find(argument).unwrap();
            let range = with_comma(text, &(at..at + argument.len())).unwrap();
            format!("{}{}", &text[..range.start], &text[range.end..])
        };
        assert_eq!(without("f(a, b=1)", "b=1"), "f(a)");
        assert_eq!(without("f(b=1, a)", "b=1"), "f(a)");
        assert_eq!(without("f(b=1)", "b=1"), "f()");
        assert_eq!(without("f(\n    a,\n    b=1,\n)", "b=1"), "f(\n    a,\n)");
        assert_eq!(without("f(\n    a,\n    b=1\n)", "b=1"), "f(\n    a,\n)");
        assert_eq!(without("f(\n    b=1,\n    a,\n)", "b=1"), "f(\n    a,\n)");
        assert_eq!(without("f(\n    a,\n    b=1,  # why\n)", "b=1"), "f(\n    a,\n    # why\n)");
        assert_eq!(without("f(\n    a,\n    b=1)", "b=1"), "f(\n    a)");
    }
}
