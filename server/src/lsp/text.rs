//! A document's text under an editor's edits: lines and columns as the protocol counts them.
//!
//! The protocol ends a line at `\n`, `\r\n` and `\r` and nowhere else, and counts columns in UTF-16 code units unless both sides
//! agree on bytes. What an editor gets wrong is clamped, never refused: an edit that is lost can't be mended.

use std::borrow::Cow;
use std::ops;

use ropey::{Rope, RopeSlice};

use super::protocol::{Position, Range, TextDocumentContentChangeEvent};

/// How columns are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// In bytes.
    Utf8,
    /// In UTF-16 code units.
    Utf16,
}

/// Applies changes one after the other, each to the text as the one before left it.
pub fn apply(text: &mut Rope, encoding: Encoding, changes: &[TextDocumentContentChangeEvent]) {
    for change in changes {
        match change.range {
            None => *text = Rope::from_str(&change.text),
            Some(range) => {
                let (a, b) = (char_of(text, encoding, range.start), char_of(text, encoding, range.end));
                let (start, end) = (a.min(b), a.max(b));
                text.remove(start..end);
                text.insert(start, &change.text);
            }
        }
    }
}

/// The index of the character at a position.
fn char_of(text: &Rope, encoding: Encoding, position: Position) -> usize {
    let line = position.line as usize;
    if line >= text.len_lines() {
        return text.len_chars();
    }
    let (content, column) = (content(text.line(line)), position.character as usize);
    let within = match encoding {
        Encoding::Utf8 => content.byte_to_char(column.min(content.len_bytes())),
        Encoding::Utf16 => content.utf16_cu_to_char(column.min(content.len_utf16_cu())),
    };
    text.line_to_char(line) + within
}

/// A line without its end.
fn content(line: RopeSlice<'_>) -> RopeSlice<'_> {
    let count = line.len_chars();
    let end = match (count.checked_sub(2).map(|at| line.char(at)), count.checked_sub(1).map(|at| line.char(at))) {
        (Some('\r'), Some('\n')) => count - 2,
        (_, Some('\n' | '\r')) => count - 1,
        _ => count,
    };
    line.slice(..end)
}

/// Where the bytes of Python's text of a document are for the editor, and the other way round.
///
/// Python's text ([`cache_core::python::Source`]) ends every line in `\n`, wherever the document has `\r\n` or `\r`: both have the
/// same lines with the same columns, and so a place is carried over by its line. A mark at the start (U+FEFF) it has not.
pub struct Positions<'t> {
    text: &'t Rope,
    encoding: Encoding,
    /// The bytes of a mark at the start, which Python's text has not.
    mark: usize,
    /// Where each line starts, behind `\n` for every end of a line; `None` where all of them are that.
    starts: Option<Vec<usize>>,
}

impl<'t> Positions<'t> {
    /// Of a document.
    pub fn of(text: &'t Rope, encoding: Encoding) -> Self {
        let mark = if text.get_char(0) == Some('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let has_others = text.chunks().any(|chunk| chunk.as_bytes().contains(&b'\r'));
        let starts = has_others.then(|| {
            let mut at = 0;
            let start = |line| {
                let start = at;
                at += content(line).len_bytes() + 1;
                start
            };
            text.lines().map(start).collect()
        });
        Self { text, encoding, mark, starts }
    }

    /// The byte of Python's text that a position is before; the nearest one where there is no such position.
    pub fn offset(&self, position: Position) -> usize {
        let char = char_of(self.text, self.encoding, position);
        let line = self.text.char_to_line(char);
        let offset = self.start(line) + self.text.char_to_byte(char) - self.text.line_to_byte(line);
        offset.saturating_sub(self.mark)
    }

    /// The position before a byte of Python's text; the end for one behind it.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.saturating_add(self.mark);
        let line = match &self.starts {
            Some(starts) => starts.partition_point(|start| *start <= offset).saturating_sub(1),
            None => self.text.byte_to_line(offset.min(self.text.len_bytes())),
        };
        let content = content(self.text.line(line));
        let column = (offset - self.start(line)).min(content.len_bytes());
        let character = match self.encoding {
            Encoding::Utf8 => column,
            Encoding::Utf16 => content.char_to_utf16_cu(content.byte_to_char(column)),
        };
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(character) }
    }

    /// The end of a line (from 0), before what ends it; of the last one for one that is none.
    pub fn end_of(&self, line: u32) -> Position {
        let last = u32::try_from(self.text.len_lines()).unwrap_or(u32::MAX).saturating_sub(1);
        let line = line.min(last);
        let content = content(self.text.line(line as usize));
        let character = match self.encoding {
            Encoding::Utf8 => content.len_bytes(),
            Encoding::Utf16 => content.len_utf16_cu(),
        };
        Position { line, character: u32::try_from(character).unwrap_or(u32::MAX) }
    }

    /// Where a line starts, with the mark before it.
    fn start(&self, line: usize) -> usize {
        match &self.starts {
            Some(starts) => starts.get(line).copied().unwrap_or_default(),
            None => self.text.line_to_byte(line),
        }
    }

    /// The range of bytes of Python's text.
    pub fn range(&self, range: &ops::Range<usize>) -> Range {
        Range { start: self.position(range.start), end: self.position(range.end) }
    }
}

/// The whole text, copied only if it isn't in one piece.
pub fn whole(text: &Rope) -> Cow<'_, str> {
    Cow::from(text.slice(..))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::analysis::numbers::Numbers;

    /// The protocol's own words over plain strings: the slow way that `apply` is held against.
    fn plainly(text: &str, encoding: Encoding, range: Range, new: &str) -> String {
        let at = |position: Position| -> usize {
            let mut rest = text;
            let mut start = 0;
            for _ in 0..position.line {
                match rest.find(['\n', '\r']) {
                    Some(end) => {
                        let length = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
                        start += end + length;
                        rest = &text[start..];
                    }
                    None => return text.len(),
                }
            }
            let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
            let mut column = 0;
            for (index, character) in line.char_indices() {
                let width = match encoding {
                    Encoding::Utf8 => character.len_utf8(),
                    Encoding::Utf16 => character.len_utf16(),
                };
                if column + width > position.character as usize {
                    return start + index;
                }
                column += width;
            }
            start + line.len()
        };
        let (a, b) = (at(range.start), at(range.end));
        format!("{}{new}{}", &text[..a.min(b)], &text[a.max(b)..])
    }

    impl Numbers {
        fn position(&mut self) -> Position {
            Position { line: self.below(6) as u32, character: self.below(9) as u32 }
        }
    }

    #[test]
    fn random_edits_give_what_the_protocol_says() {
        const PIECES: [&str; 12] =
            ["a", "é", "😀", "\r\n", "\n", "\r", "\t", "def f():", "", "\u{2028}", "\u{85}", "x\ny"];
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let (mut numbers, mut text, mut plain) = (Numbers(88_172_645_463_325_252), Rope::new(), String::new());
            for _ in 0..20_000 {
                let new: String = (0..numbers.below(4)).map(|_| PIECES[numbers.below(PIECES.len())]).collect();
                let range = Range { start: numbers.position(), end: numbers.position() };
                let range = (numbers.below(300) > 0).then_some(range);
                plain = range.map_or(new.clone(), |range| plainly(&plain, encoding, range, &new));
                let change = TextDocumentContentChangeEvent { range, range_length: None, text: new };
                apply(&mut text, encoding, &[change]);
                assert_eq!(whole(&text), plain);
            }
        }
    }

    #[test]
    fn a_place_of_pythons_text_is_the_same_line_and_column_here() {
        let text = "\u{feff}a😀\r\né = 1\rb\n\r\nlast\u{2028}😀x";
        for text in [text, text.trim_start_matches('\u{feff}'), &text.replace('\r', "")] {
            carries_over(text);
        }
    }

    fn carries_over(text: &str) {
        let source = cache_core::python::Source::of_buffer(text).unwrap();
        let (python, last) = (source.text(), u32::try_from(source.text().matches('\n').count()).unwrap());
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let rope = Rope::from_str(text);
            let positions = Positions::of(&rope, encoding);
            for (offset, _) in python.char_indices().chain([(python.len(), ' ')]) {
                let position = positions.position(offset);
                assert_eq!(positions.offset(position), offset, "{encoding:?} {position:?}");
                let line = python[..offset].matches('\n').count();
                assert_eq!(position.line as usize, line, "{offset}");
            }
            assert_eq!(positions.position(9_999).line, last);
            let first = positions.position(0);
            assert_eq!((first.line, first.character == 0), (0, !text.starts_with('\u{feff}')));
        }
        let rope = Rope::from_str(text);
        let emoji = python.rfind('x').unwrap();
        assert_eq!(Positions::of(&rope, Encoding::Utf16).position(emoji).character, 7);
        assert_eq!(Positions::of(&rope, Encoding::Utf8).position(emoji).character, 11);
    }

    #[test]
    fn positions_beyond_the_end_are_the_end() {
        let text = Rope::from_str("ab\r\ncd");
        let far = |line, character| char_of(&text, Encoding::Utf16, Position { line, character });
        assert_eq!((far(0, u32::MAX), far(1, 9), far(u32::MAX, 0)), (2, 6, 6));
    }
}
