//! Bytes to the text that Python's tokenizer sees.
//!
//! Two readers must agree before a function has a version: `compile()`, which reads the file to run it, and
//! `tokenize.open()`, from which `inspect.getsource` cuts the function. Both follow PEP 263 and universal newlines.

use std::borrow::Cow;

use super::encodings::{SINGLE_BYTE, SingleByte};

/// A source file's text: decoded, without a BOM, with `\n` as its only line end.
///
/// Offsets everywhere in this module are byte offsets into [`Source::text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    text: String,
}

/// Why bytes are no source text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// The 1-based line, where there is one.
    pub line: Option<u32>,
    /// What is wrong, with CPython's exception where it has one.
    pub message: String,
}

impl SourceError {
    fn new(line: impl Into<Option<u32>>, message: impl Into<String>) -> Self {
        Self { line: line.into(), message: message.into() }
    }
}

/// The encodings that are read; Python's others (UTF-16 can't be one) are rare enough to answer "unknown".
#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Latin1,
    Ascii,
    SingleByte(&'static SingleByte),
}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl Source {
    /// Decodes a file's bytes as Python does: BOM, coding cookie (PEP 263), universal newlines.
    ///
    /// # Errors
    ///
    /// A NUL byte, bytes that are not valid in the file's encoding, an encoding that Python
    /// refuses or that takes several bytes for a character (but for UTF-8), and files of 4 GiB or more.
    pub fn decode(bytes: &[u8]) -> Result<Self, SourceError> {
        if u32::try_from(bytes.len()).is_err() {
            return Err(SourceError::new(None, "the file is 4 GiB or larger, too large to be Python source"));
        }
        let (body, encoding) = body(bytes)?;
        let text = match encoding {
            Encoding::Utf8 => Cow::Borrowed(
                std::str::from_utf8(body).map_err(|error| undecodable(body, error.valid_up_to(), "utf-8"))?,
            ),
            Encoding::Latin1 => Cow::Owned(body.iter().copied().map(char::from).collect()),
            Encoding::Ascii => Cow::Owned(decode_bytes(body, "ascii", |_| None)?),
            Encoding::SingleByte(codec) => {
                let upper: Vec<char> = codec.upper.chars().collect();
                let decode = |byte: u8| {
                    let c = upper.get(usize::from(byte) - 0x80);
                    c.copied().filter(|c| *c != char::REPLACEMENT_CHARACTER)
                };
                Cow::Owned(decode_bytes(body, codec.names[0], decode)?)
            }
        };
        Ok(Self::from_text(&text))
    }

    /// The text of an editor's buffer, which is decoded already: what Python reads of it once it is saved, in the encoding that it says.
    ///
    /// # Errors
    ///
    /// A NUL, and an encoding that [`Source::decode`] refuses.
    pub fn of_buffer(text: &str) -> Result<Self, SourceError> {
        body(text.as_bytes())?;
        Ok(Self::from_text(text.strip_prefix('\u{feff}').unwrap_or(text)))
    }

    /// A text that is decoded already, without a mark at its start.
    pub fn from_text(text: &str) -> Self {
        Self { text: universal_newlines(text) }
    }

    /// A piece of another one's text.
    pub(super) fn of_text(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What stands behind a BOM, and the encoding that it is in; or why Python reads none of it.
fn body(bytes: &[u8]) -> Result<(&[u8], Encoding), SourceError> {
    let (body, bom) = bytes.strip_prefix(BOM).map_or((bytes, false), |body| (body, true));
    if let Some(at) = memchr::memchr(0, body) {
        let message = "SyntaxError: source code cannot contain null bytes";
        return Err(SourceError::new(line_of(body, at), message));
    }
    if let Some(line) = header_lines(body).position(|line| std::str::from_utf8(line).is_err()) {
        // `compile()` may take it, but `inspect.getsource` won't: `tokenize.detect_encoding` wants them to be UTF-8.
        let message = "OSError: could not get source code: the first lines are not UTF-8";
        return Err(SourceError::new(u32::try_from(line + 1).ok(), message));
    }
    let encoding = match cookie(body) {
        None => Encoding::Utf8,
        Some((line, name)) => match encoding(&name) {
            // Behind a BOM, CPython takes no other spelling.
            Some(encoding) if !bom || is_utf_8(&name) => encoding,
            _ if bom => {
                return Err(SourceError::new(line, format!("SyntaxError: encoding problem: {name} with BOM")));
            }
            _ => {
                let message = format!("the encoding `{name}` is not supported: save the file as UTF-8");
                return Err(SourceError::new(line, message));
            }
        },
    };
    Ok((body, encoding))
}

/// Decodes byte by byte: ASCII as it is, what is above by `upper`.
fn decode_bytes(bytes: &[u8], name: &str, upper: impl Fn(u8) -> Option<char>) -> Result<String, SourceError> {
    let decoded = bytes.iter().enumerate().map(|(at, byte)| match byte {
        0..=0x7f => Ok(char::from(*byte)),
        byte => upper(*byte).ok_or_else(|| undecodable(bytes, at, name)),
    });
    decoded.collect()
}

fn undecodable(bytes: &[u8], at: usize, encoding: &str) -> SourceError {
    let byte = bytes.get(at).copied().unwrap_or_default();
    let message = format!(
        "SyntaxError: (unicode error) '{encoding}' codec can't decode byte {byte:#04x}: save the file as UTF-8"
    );
    SourceError::new(line_of(bytes, at), message)
}

/// `\r\n` and a lone `\r` become `\n`; nothing else ends a line.
fn universal_newlines(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        result.push_str(&rest[..at]);
        result.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    result.push_str(rest);
    result
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    let lines = memchr::memchr_iter(b'\n', &bytes[..at]).count();
    u32::try_from(lines).map_or(u32::MAX, |lines| lines + 1)
}

/// The lines in which `tokenize.detect_encoding` looks for a cookie; for it only `\n` ends a line.
fn header_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let second = (cookie_of(first).is_none() && (is_blank(first) || is_comment(first))).then(|| lines.next()).flatten();
    std::iter::once(first).chain(second)
}

/// The coding cookie in the first two lines, with its line, as the tokenizer finds it.
fn cookie(bytes: &[u8]) -> Option<(u32, String)> {
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    if let Some(name) = cookie_of(first) {
        return Some((1, name));
    }
    // `\r\n` has an empty piece between its two bytes.
    let mut second = lines.next()?;
    if second.is_empty() && bytes[first.len()..].starts_with(b"\r\n") {
        second = lines.next()?;
    }
    (is_blank(first) || is_comment(first)).then(|| cookie_of(second)).flatten().map(|name| (2, name))
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\x0c' | b'\r'))
}

fn is_comment(line: &[u8]) -> bool {
    line.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c')) == Some(&b'#')
}

/// PEP 263: `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
fn cookie_of(line: &[u8]) -> Option<String> {
    if !is_comment(line) {
        return None;
    }
    memchr::memmem::find_iter(line, b"coding").find_map(|at| {
        let rest = &line[at + b"coding".len()..];
        let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?;
        let rest = rest.trim_ascii_start();
        let end = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')))
            .unwrap_or(rest.len());
        (end > 0).then(|| String::from_utf8_lossy(&rest[..end]).into_owned())
    })
}

/// `utf-8` as the tokenizer knows it without asking for a codec (`get_normal_name`).
fn is_utf_8(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name == "utf-8" || name.starts_with("utf-8-")
}

/// Finds the codec behind a cookie's name, as `encodings.search_function` does.
fn encoding(name: &str) -> Option<Encoding> {
    // The tokenizer's own short cut.
    let dashed = name.to_ascii_lowercase().replace('_', "-");
    if is_utf_8(name) {
        return Some(Encoding::Utf8);
    }
    if ["latin-1", "iso-8859-1", "iso-latin-1"]
        .iter()
        .any(|latin| dashed.strip_prefix(latin).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    {
        return Some(Encoding::Latin1);
    }
    let normal = dashed.replace('-', "_");
    let aliases = [normal.as_str(), &normal.replace('.', "_")];
    let named = |names: &[&str]| names.iter().any(|name| aliases.contains(name));
    if named(&["utf_8_sig", "u8", "utf", "utf8", "utf8_ucs2", "utf8_ucs4", "cp65001"]) {
        Some(Encoding::Utf8)
    } else if named(&["8859", "cp819", "csisolatin1", "ibm819", "iso8859", "iso8859_1", "iso_8859_1_1987"])
        || named(&["iso_ir_100", "l1", "latin", "latin1"])
    {
        Some(Encoding::Latin1)
    } else if named(&["ascii", "646", "ansi_x3_4_1968", "ansi_x3_4_1986", "cp367", "csascii", "ibm367"])
        || named(&["iso646_us", "iso_646_irv_1991", "iso_ir_6", "us", "us_ascii"])
    {
        Some(Encoding::Ascii)
    } else {
        SINGLE_BYTE.iter().find(|codec| named(codec.names)).map(Encoding::SingleByte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, String> {
        Source::decode(bytes).map(|source| source.text).map_err(|error| error.message)
    }

    #[test]
    fn line_ends_become_newlines() {
        assert_eq!(text(b"a\r\nb\rc\n\r\r\nd").as_deref(), Ok("a\nb\nc\n\n\nd"));
        assert_eq!(text("a\u{2028}b\x0b\x0cc".as_bytes()).as_deref(), Ok("a\u{2028}b\x0b\x0cc"));
    }

    #[test]
    fn the_cookie_stands_in_the_first_two_lines_only() {
        assert_eq!(text(b"# -*- coding: latin-1 -*-\nx = '\xe9'").as_deref(), Ok("# -*- coding: latin-1 -*-\nx = 'é'"));
        assert_eq!(
            text(b"#!/bin/sh\r\n# vim: fileencoding=iso-8859-1\n'\xe9'").map(|text| text.contains('é')),
            Ok(true)
        );
        assert!(text(b"# coding: latin-1 \xe9\n").is_err_and(|message| message.starts_with("OSError")));
        assert!(text(b"\n\n# coding: latin-1\n'\xe9'").is_err());
        assert!(text(b"x = 1\n# coding: latin-1\n'\xe9'").is_err());
    }

    #[test]
    fn single_byte_encodings_decode_as_python_does() {
        assert_eq!(text(b"# coding: koi8-r\n\xf0").as_deref(), Ok("# coding: koi8-r\nП"));
        assert_eq!(text(b"# coding: windows-1252\n\x80").as_deref(), Ok("# coding: windows-1252\n€"));
        assert!(text(b"# coding: cp1252\n\x81").is_err());
        assert!(text(b"# coding: ascii\n\x81").is_err());
    }

    #[test]
    fn what_is_not_text_says_where() {
        let error = Source::decode(b"a\nb = '\xff'");
        assert_eq!(error.as_ref().map_err(|error| error.line), Err(Some(2)));
        assert!(text(b"x = 1\0").is_err_and(|message| message.contains("null bytes")));
        assert!(text(b"# coding: shift_jis\n").is_err_and(|message| message.contains("shift_jis")));
        assert!(text(b"\xef\xbb\xbf# coding: latin-1\n").is_err_and(|message| message.contains("BOM")));
        assert!(text(b"\xef\xbb\xbf# coding: utf8\n").is_err_and(|message| message.contains("BOM")));
        assert_eq!(text(b"\xef\xbb\xbf# coding: utf-8\nx").as_deref(), Ok("# coding: utf-8\nx"));
    }

    #[test]
    fn a_buffer_is_read_as_it_will_be_when_it_is_saved() {
        let read = |text: &str| Source::of_buffer(text).map(|source| source.text).map_err(|error| error.message);
        assert_eq!(read("\u{feff}# coding: utf-8\r\né").as_deref(), Ok("# coding: utf-8\né"));
        assert_eq!(read("# coding: latin-1\né").as_deref(), Ok("# coding: latin-1\né"));
        for refused in ["x = 1\0", "# coding: nonsense\n", "\u{feff}# coding: latin-1\n"] {
            assert_eq!(read(refused), text(refused.as_bytes()), "{refused}");
            assert!(read(refused).is_err());
        }
    }
}
