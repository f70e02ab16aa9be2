//! Edits of a text carried over to the bytes that it was decoded from: BOM, encoding and line ends stay as they are.

use std::str::Chars;

use cache_core::python::{Source, SourceError};

use super::TextEdit;

/// Why bytes can't be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// They are no source text.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// The edits are not of this text, or overlap.
    #[error("the file is not the one that was looked at: try again")]
    OtherText,
    /// The new text has characters that are not looked up in the file's encoding.
    #[error("the file is not UTF-8, and `{0}` is not plain ASCII: save the file as UTF-8")]
    Encoding(char),
}

/// The text after `edits`, in any order.
///
/// # Errors
///
/// [`EditError::OtherText`] for ranges that overlap or lie outside of the text or within a character.
pub fn edited_text(text: &str, edits: &[TextEdit]) -> Result<String, EditError> {
    let mut result = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in in_order(edits) {
        result.push_str(text.get(at..edit.range.start).ok_or(EditError::OtherText)?);
        result.push_str(&edit.text);
        at = edit.range.end;
        if edit.range.start > at {
            return Err(EditError::OtherText);
        }
    }
    result.push_str(text.get(at..).ok_or(EditError::OtherText)?);
    Ok(result)
}

/// A file's bytes after `edits` of the text that they decode to.
///
/// New lines get the line end of the file's first line.
///
/// # Errors
///
/// Bytes that don't decode, edits of another text, and text that the file's encoding may not have.
pub fn edited(bytes: &[u8], edits: &[TextEdit]) -> Result<Vec<u8>, EditError> {
    let source = Source::decode(bytes)?;
    let expected = edited_text(source.text(), edits)?;
    let mut offsets = Offsets::of(bytes, source.text());
    let newline = line_end(bytes);
    let mut result = Vec::with_capacity(bytes.len() + expected.len() - source.text().len().min(expected.len()));
    let mut at = 0;
    for edit in in_order(edits) {
        let (start, end) = (offsets.raw(edit.range.start), offsets.raw(edit.range.end));
        result.extend_from_slice(bytes.get(at..start).ok_or(EditError::OtherText)?);
        if !offsets.utf_8
            && let Some(other) = edit.text.chars().find(|c| !c.is_ascii())
        {
            return Err(EditError::Encoding(other));
        }
        result.extend_from_slice(edit.text.replace('\n', newline).as_bytes());
        at = end;
    }
    result.extend_from_slice(bytes.get(at..).ok_or(EditError::OtherText)?);
    // Whatever the way there, the bytes must say what the text says.
    if Source::decode(&result)?.text() != expected {
        return Err(EditError::OtherText);
    }
    Ok(result)
}

fn in_order(edits: &[TextEdit]) -> Vec<&TextEdit> {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    edits
}

/// The line end of the first line.
fn line_end(bytes: &[u8]) -> &'static str {
    match bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        Some(at) if bytes.get(at..at + 2) == Some(b"\r\n") => "\r\n",
        Some(at) if bytes.get(at) == Some(&b'\r') => "\r",
        _ => "\n",
    }
}

/// Where the characters of a text stand in the bytes that it was decoded from, walked along once.
struct Offsets<'a> {
    body: &'a [u8],
    /// What is left of the text.
    rest: Chars<'a>,
    /// How far the walk came: in the text, and in the body.
    at: usize,
    raw: usize,
    /// Of the body: behind the BOM.
    start: usize,
    /// Otherwise every character is one byte.
    utf_8: bool,
}

impl<'a> Offsets<'a> {
    fn of(bytes: &'a [u8], text: &'a str) -> Self {
        let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let utf_8 = std::str::from_utf8(body).is_ok_and(|body| Source::from_text(body).text() == text);
        Self { body, rest: text.chars(), at: 0, raw: 0, start: bytes.len() - body.len(), utf_8 }
    }

    /// The offset in the bytes of an offset in the text, which is not before the last one.
    fn raw(&mut self, wanted: usize) -> usize {
        while self.at < wanted
            && let Some(c) = self.rest.next()
        {
            self.at += c.len_utf8();
            self.raw += match (c, self.body.get(self.raw..self.raw + 2)) {
                ('\n', Some(b"\r\n")) => 2,
                _ if self.utf_8 => c.len_utf8(),
                _ => 1,
            };
        }
        self.start + self.raw
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn all_other_bytes_stay_as_they_are() {
        let edit = |bytes: &[u8], find: &str, new: &str| {
            let source = Source::decode(bytes).unwrap();
            let at = source.text().find(find).unwrap();
            edited(bytes, &[TextEdit::replace(at..at + find.len(), new)])
        };
        assert_eq!(edit(b"a = 1\nb = 2\n", "2", "3").unwrap(), b"a = 1\nb = 3\n");
        assert_eq!(edit(b"a = 1\r\nb = 2\r\n", "b = 2", "x\ny").unwrap(), b"a = 1\r\nx\r\ny\r\n");
        assert_eq!(edit(b"a\r\nb\nc\rd", "d", "e\n").unwrap(), b"a\r\nb\nc\re\r\n");
        assert_eq!(edit(b"a\rb\r", "b", "x\ny").unwrap(), b"a\rx\ry\r");
        assert_eq!(edit(b"\xef\xbb\xbfa\r\n\xc3\xa9b", "b", "\u{e9}").unwrap(), b"\xef\xbb\xbfa\r\n\xc3\xa9\xc3\xa9");
        let latin = b"# coding: latin-1\r\nx = '\xe9'\r\ny = 1\r\n";
        assert_eq!(edit(latin, " 1\n", " 2\n").unwrap(), b"# coding: latin-1\r\nx = '\xe9'\r\ny = 2\r\n");
        assert_eq!(edit(latin, " 1\n", "'\u{e9}'"), Err(EditError::Encoding('\u{e9}')));
        // An edit must not turn a comment into a declaration of another encoding.
        assert!(edit(b"# hello\nx = '\xc3\xa9'\n", "hello", "coding: latin-1").is_err());
    }

    #[test]
    fn edits_that_fit_no_text_are_refused() {
        let text = "h\u{e9}llo";
        assert_eq!(edited_text(text, &[TextEdit::insert(99, "x")]), Err(EditError::OtherText));
        assert_eq!(edited_text(text, &[TextEdit::insert(2, "x")]), Err(EditError::OtherText));
        let overlap = [TextEdit::remove(0..4), TextEdit::remove(3..5)];
        assert_eq!(edited_text(text, &overlap), Err(EditError::OtherText));
        let touching = [TextEdit::replace(3..4, "L"), TextEdit::insert(3, "-"), TextEdit::remove(0..1)];
        assert_eq!(edited_text(text, &touching).unwrap(), "\u{e9}-Llo");
    }
}
