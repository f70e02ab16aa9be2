//! Where the top-level statements of a file begin, told without a parser.
//!
//! It need not be right: of what is cut wrongly, a part has a syntax error. Where none has, a parser that starts anew at each of the
//! starts reads what it reads of the whole, for at the end of a whole statement nothing is open, and behind it stands a line
//! without indentation that starts another one.

/// The byte offsets at which top-level statements (or lines of them) begin, sorted; the first is 0, whatever stands there.
///
/// A decorated definition is one statement, `else` and its like belong to what they follow, and so do comments.
pub fn statements(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    let mut at = 0;
    // Whether the statement that was begun last is whole without what follows.
    let mut is_decorator = false;
    let mut is_first = true;
    while at < bytes.len() {
        let line = bytes.get(at..).unwrap_or_default();
        if begins(line) {
            if !is_first && !is_decorator && !goes_on(line) {
                starts.push(at);
            }
            is_first = false;
            is_decorator = line.first() == Some(&b'@');
        }
        at = logical_line(bytes, at);
    }
    starts
}

/// Whether a line holds code in its first column.
fn begins(line: &[u8]) -> bool {
    !matches!(line.first(), None | Some(b' ' | b'\t' | b'\x0c' | b'\n' | b'#' | b'\\' | b')' | b']' | b'}'))
}

/// Whether a line starts with a word that goes on with the statement before it.
fn goes_on(line: &[u8]) -> bool {
    ["else", "elif", "except", "finally"].iter().any(|word| {
        let rest = line.strip_prefix(word.as_bytes());
        rest.is_some_and(|rest| {
            !rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
        })
    })
}

/// Where the line ends that starts at an offset, with the lines that brackets, strings and backslashes join to it.
fn logical_line(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\n' if depth == 0 => return at,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            // The line end behind it counts no more.
            b'\\' => at += 1,
            b'#' => at += memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).unwrap_or(bytes.len() - at),
            b'"' | b'\'' => at = string(bytes, at, *byte),
            _ => {}
        }
    }
    bytes.len()
}

/// Where a string ends of which the first quote stands before an offset; one without end, at the end of its line.
fn string(bytes: &[u8], at: usize, quote: u8) -> usize {
    let is_triple = bytes.get(at..at + 2) == Some(&[quote, quote]);
    if !is_triple && bytes.get(at) == Some(&quote) {
        return at + 1;
    }
    let mut at = if is_triple { at + 2 } else { at };
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(next) = memchr::memchr3(quote, b'\\', b'\n', rest) else { return bytes.len() };
        at += next;
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'\n') if is_triple => at += 1,
            Some(b'\n') => return at,
            _ if !is_triple => return at + 1,
            _ if bytes.get(at..at + 3) == Some(&[quote; 3]) => return at + 3,
            _ => at += 1,
        }
        if at >= bytes.len() {
            return bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let starts = statements(text);
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let parts: Vec<&str> = starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect();
        assert_eq!(parts, expected, "{text:?}");
    }

    #[test]
    fn statements_are_cut_where_they_begin() {
        check("", &[""]);
        check("# a\n\nx = 1\ny = 2\n", &["# a\n\nx = 1\n", "y = 2\n"]);
        check(
            "@d\n# why\n@e(\n1)\ndef f():\n  pass\n# end\nx\n",
            &["@d\n# why\n@e(\n1)\ndef f():\n  pass\n# end\n", "x\n"],
        );
        check("if a:\n  b\nelse:\n  c\nelse_ = 1\n", &["if a:\n  b\nelse:\n  c\n", "else_ = 1\n"]);
        check("x = \"\"\"\ny\n\\\"\"\"\n\"\"\"\nz\n", &["x = \"\"\"\ny\n\\\"\"\"\n\"\"\"\n", "z\n"]);
        check("x = (\n1,\n) # )\ny = ''\nz = '\\'('\nw", &["x = (\n1,\n) # )\n", "y = ''\n", "z = '\\'('\n", "w"]);
        check("x = 1 + \\\n2\ny\n", &["x = 1 + \\\n2\n", "y\n"]);
        check("x = 'open\ny\n", &["x = 'open\n", "y\n"]);
        check("x; y\n\tz\n", &["x; y\n\tz\n"]);
    }

    #[test]
    fn no_text_leads_out_of_it() {
        for text in ["'", "\"\"\"", "\\", "'\\", "x = '''a\\", "((((", "#", "@", "é = 'é'\né"] {
            assert!(statements(text).iter().all(|start| text.is_char_boundary(*start)), "{text:?}");
        }
    }
}
