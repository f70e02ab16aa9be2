//! Python's string literals: source text to value, for the strings that name tasks and versions.
//!
//! Only what is certain has a value. `\N{…}` depends on the Unicode data and lone surrogates are no Rust text: none.

/// A literal's prefix and quotes taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    pub raw: bool,
    pub bytes: bool,
    /// `f` or `t`.
    pub formatted: bool,
    /// The length of prefix and opening quotes in bytes.
    pub length: usize,
}

/// Reads prefix and quotes at the start of `text`, which may be the whole literal or its opening alone.
pub fn opening(text: &str) -> Option<Opening> {
    let quote = text.find(['"', '\''])?;
    let prefix = text.get(..quote)?.to_ascii_lowercase();
    if !prefix.bytes().all(|byte| b"rbuft".contains(&byte)) {
        return None;
    }
    let mark = text.get(quote..quote + 1)?;
    let triple = text.get(quote..)?.starts_with(&mark.repeat(3));
    Some(Opening {
        raw: prefix.contains('r'),
        bytes: prefix.contains('b'),
        formatted: prefix.contains(['f', 't']),
        length: quote + if triple { 3 } else { 1 },
    })
}

/// The value of a literal's content.
pub fn value(content: &str, raw: bool) -> Option<String> {
    if raw || !content.contains('\\') {
        return Some(content.to_owned());
    }
    let mut value = String::with_capacity(content.len());
    let mut rest = content.chars().peekable();
    while let Some(char) = rest.next() {
        if char != '\\' {
            value.push(char);
            continue;
        }
        match rest.next()? {
            '\n' => {}
            'a' => value.push('\x07'),
            'b' => value.push('\x08'),
            'f' => value.push('\x0c'),
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            'v' => value.push('\x0b'),
            same @ ('\\' | '\'' | '"') => value.push(same),
            'x' => value.push(hex(&mut rest, 2)?),
            'u' => value.push(hex(&mut rest, 4)?),
            'U' => value.push(hex(&mut rest, 8)?),
            'N' => return None,
            digit @ '0'..='7' => {
                let mut code = digit.to_digit(8)?;
                for _ in 0..2 {
                    let Some(digit) = rest.peek().and_then(|char| char.to_digit(8)) else { break };
                    code = code * 8 + digit;
                    rest.next();
                }
                value.push(char::from_u32(code)?);
            }
            // An unknown escape keeps its backslash.
            other => value.extend(['\\', other]),
        }
    }
    Some(value)
}

fn hex(rest: &mut impl Iterator<Item = char>, digits: usize) -> Option<char> {
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + rest.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings() {
        let plain = Opening { raw: false, bytes: false, formatted: false, length: 1 };
        assert_eq!(opening("'a'"), Some(plain));
        assert_eq!(opening("\"\"\"a\"\"\""), Some(Opening { length: 3, ..plain }));
        assert_eq!(opening("Rb'a'"), Some(Opening { raw: true, bytes: true, length: 3, ..plain }));
        assert_eq!(opening("f\""), Some(Opening { formatted: true, length: 2, ..plain }));
        assert_eq!(opening("x"), None);
    }

    #[test]
    fn escapes_as_cpython_reads_them() {
        // Each answer is what CPython's repr shows of the literal's value.
        for (content, answer) in [
            (r"a\tb", Some("a\tb")),
            (r"\x41\u0042\U00000043", Some("ABC")),
            (r"\101\7\0", Some("A\u{7}\0")),
            (r"\777", Some("\u{1ff}")),
            (r"\q\8", Some(r"\q\8")),
            ("a\\\nb", Some("ab")),
            (r"\N{BULLET}", None),
            (r"\ud800", None),
            (r"\x4", None),
        ] {
            assert_eq!(value(content, false).as_deref(), answer, "{content}");
        }
        assert_eq!(value(r"\n", true).as_deref(), Some(r"\n"));
    }
}
