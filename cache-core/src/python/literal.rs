//! The values of string and bytes literals, from their source text.
//!
//! The parser's own values won't do: it has no lone surrogates, one Unicode version, and sees the text before
//! `textwrap.dedent` has changed it. The parser has checked the literals, so what is malformed here is passed through.

use std::borrow::Cow;

use super::unicode;
use super::version::Minor;

/// A `str` value: text in which lone surrogates are possible.
///
/// A lone surrogate stands as U+FFFD in `text`, with its byte offset and value in `surrogates` (ascending).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) surrogates: Vec<(usize, u16)>,
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), surrogates: Vec::new() }
    }
}

impl<'a> Text<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn append(&mut self, other: Text<'a>) {
        if self.is_empty() {
            *self = other;
            return;
        }
        let offset = self.text.len();
        self.surrogates.extend(other.surrogates.iter().map(|(at, surrogate)| (at + offset, *surrogate)));
        self.text.to_mut().push_str(&other.text);
    }

    fn push_code_point(&mut self, code: u32) {
        match char::from_u32(code) {
            Some(c) => self.text.to_mut().push(c),
            None => {
                // Only surrogates are no `char` below 0x110000, and the parser refused what is above.
                self.surrogates.push((self.text.len(), u16::try_from(code).unwrap_or(0xdfff)));
                self.text.to_mut().push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}

/// What a string literal's prefix and kind make of its body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Decoding {
    /// `r''`: backslashes stand for themselves.
    pub(super) raw: bool,
    /// The literal part of an f-string or t-string: `{{` and `}}` stand for one brace.
    pub(super) braces: bool,
    /// Whose names `\N{…}` knows.
    pub(super) minor: Minor,
}

/// The value of the body of a `str` literal, quotes and prefix cut off.
pub(super) fn decode(body: Cow<'_, str>, how: Decoding) -> Text<'_> {
    let escapes = !how.raw && memchr::memchr(b'\\', body.as_bytes()).is_some();
    let braces = how.braces && memchr::memchr2(b'{', b'}', body.as_bytes()).is_some();
    if !escapes && !braces {
        return Text { text: body, surrogates: Vec::new() };
    }
    let mut text = Text { text: Cow::Owned(String::with_capacity(body.len())), surrogates: Vec::new() };
    let mut rest: &str = &body;
    while let Some(at) = memchr::memchr3(b'\\', b'{', b'}', rest.as_bytes()) {
        text.text.to_mut().push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.as_bytes()[0] {
            b'\\' if escapes => escape(&rest[1..], &mut text, how.minor),
            brace => {
                text.text.to_mut().push(char::from(brace));
                let doubled = braces && brace != b'\\' && rest.as_bytes().get(1) == Some(&brace);
                &rest[if doubled { 2 } else { 1 }..]
            }
        };
    }
    text.text.to_mut().push_str(rest);
    text
}

/// Appends what the escape behind a backslash stands for, and returns what follows it.
fn escape<'a>(rest: &'a str, text: &mut Text<'_>, minor: Minor) -> &'a str {
    let Some(c) = rest.chars().next() else {
        text.push_code_point(u32::from('\\'));
        return rest;
    };
    let after = &rest[c.len_utf8()..];
    let hex = |digits: usize| {
        let number = after.get(..digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        number.map(|code| (code, &after[digits..]))
    };
    let decoded = match c {
        '\n' => return after,
        '\\' | '\'' | '"' => Some((u32::from(c), after)),
        'a' => Some((0x07, after)),
        'b' => Some((0x08, after)),
        'f' => Some((0x0c, after)),
        'n' => Some((0x0a, after)),
        'r' => Some((0x0d, after)),
        't' => Some((0x09, after)),
        'v' => Some((0x0b, after)),
        '0'..='7' => {
            let (code, length) = octal(rest.as_bytes());
            Some((code, &rest[length..]))
        }
        'x' => hex(2),
        'u' => hex(4),
        'U' => hex(8),
        'N' => after.strip_prefix('{').and_then(|named| {
            let (name, after) = named.split_once('}')?;
            unicode::lookup_name(name, minor).map(|c| (u32::from(c), after))
        }),
        _ => None,
    };
    match decoded {
        Some((code, after)) => {
            text.push_code_point(code);
            after
        }
        // An unknown escape keeps its backslash; what follows may be an escape or a brace of its own.
        None => {
            text.push_code_point(u32::from('\\'));
            rest
        }
    }
}

/// Up to three octal digits, and how many there were.
fn octal(bytes: &[u8]) -> (u32, usize) {
    let digits = bytes.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
    digits.fold((0, 0), |(code, length), digit| (code * 8 + u32::from(digit - b'0'), length + 1))
}

/// The value of the body of a `bytes` literal, quotes and prefix cut off.
pub(super) fn decode_bytes(body: &str, raw: bool) -> Cow<'_, [u8]> {
    let bytes = body.as_bytes();
    if raw || memchr::memchr(b'\\', bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut value = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        value.extend_from_slice(&rest[..at]);
        let after = rest.get(at + 2..).unwrap_or_default();
        let (byte, next) = match rest.get(at + 1) {
            Some(b'\n') => (None, after),
            Some(b @ (b'\\' | b'\'' | b'"')) => (Some(*b), after),
            Some(b'a') => (Some(0x07), after),
            Some(b'b') => (Some(0x08), after),
            Some(b'f') => (Some(0x0c), after),
            Some(b'n') => (Some(0x0a), after),
            Some(b'r') => (Some(0x0d), after),
            Some(b't') => (Some(0x09), after),
            Some(b'v') => (Some(0x0b), after),
            Some(b'0'..=b'7') => {
                let (code, length) = octal(&rest[at + 1..]);
                (Some((code & 0xff) as u8), &rest[at + 1 + length..])
            }
            Some(b'x') => {
                let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(byte) => (Some(byte), &after[2..]),
                    None => (Some(b'\\'), &rest[at + 1..]),
                }
            }
            _ => (Some(b'\\'), &rest[at + 1..]),
        };
        value.extend(byte);
        rest = next;
    }
    value.extend_from_slice(rest);
    Cow::Owned(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(body: &str) -> String {
        let how = Decoding { raw: false, braces: false, minor: Minor::Py312 };
        decode(Cow::Borrowed(body), how).text.into_owned()
    }

    #[test]
    fn escapes_of_text() {
        assert_eq!(plain(r"a\tb\n\x41\u00e9\U0001f600\101\7\'"), "a\tb\nA\u{e9}\u{1f600}A\u{7}'");
        assert_eq!(plain(r"\q\8\\q"), r"\q\8\q");
        assert_eq!(plain("a\\\nb"), "ab");
        assert_eq!(plain(r"\777"), "\u{1ff}");
    }

    #[test]
    fn surrogates_stay_apart() {
        let how = Decoding { raw: false, braces: false, minor: Minor::Py312 };
        let text = decode(Cow::Borrowed(r"a\ud83d\ude00"), how);
        assert_eq!(text.surrogates, [(1, 0xd83d), (4, 0xde00)]);
    }

    #[test]
    fn braces_of_f_strings() {
        let how = Decoding { raw: true, braces: true, minor: Minor::Py312 };
        assert_eq!(decode(Cow::Borrowed(r"{{\}}x"), how).text, r"{\}x");
        let how = Decoding { raw: false, ..how };
        assert_eq!(decode(Cow::Borrowed(r"\{{x"), how).text, r"\{x");
    }

    #[test]
    fn escapes_of_bytes() {
        assert_eq!(decode_bytes(r"\x00\400\777\u\N{x}\101", false).as_ref(), b"\x00\x00\xff\\u\\N{x}A");
        assert_eq!(decode_bytes(r"\x00", true).as_ref(), br"\x00");
    }
}
