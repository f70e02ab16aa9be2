//! Which lines belong together because a bracket is open: a comment behind the first or the last of them is about all of them.

use std::ops::Range;

/// The brackets of Python's text, each from where it opens to behind where it closes; what stands in strings and comments is none.
pub fn brackets(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut open, mut found, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at = line_end(text, at),
            b'"' | b'\'' => at = string_end(bytes, at),
            b'(' | b'[' | b'{' => {
                open.push(at);
                at += 1;
            }
            b')' | b']' | b'}' => {
                at += 1;
                found.extend(open.pop().map(|start| start..at));
            }
            _ => at += 1,
        }
    }
    found
}

/// Where the line ends that an offset is in, before its end mark.
pub fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| from + end)
}

/// Behind the string literal that starts at a quote; one that isn't closed ends with its line.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start..start + 1).unwrap_or_default();
    let triple = quote.repeat(3);
    let is_triple = bytes.get(start..).is_some_and(|rest| rest.starts_with(&triple));
    let close = if is_triple { triple.as_slice() } else { quote };
    let mut at = start + close.len();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' if !is_triple => return at,
            _ if bytes.get(at..).is_some_and(|rest| rest.starts_with(close)) => return at + close.len(),
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn brackets_in_strings_and_comments_are_none() {
        let found = |text: &str| -> Vec<String> { brackets(text).into_iter().map(|at| text[at].to_owned()).collect() };
        assert_eq!(found("f(a, [b])"), ["[b]", "(a, [b])"]);
        assert_eq!(found("f(')', \"(\", '''\n)'''  # )\n)"), ["(')', \"(\", '''\n)'''  # )\n)"]);
        assert_eq!(found(r"f('\')', r'\\')"), [r"('\')', r'\\')"]);
        assert_eq!(found("x = '(\nf(y)\n)("), ["(y)"]);
    }
}
