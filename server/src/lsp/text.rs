//! A document's text under an editor's edits: lines and columns as the protocol counts them.
//!
//! The protocol ends a line at `\n`, `\r\n` and `\r` and nowhere else, and counts columns in UTF-16 code units unless both sides
//! agree on bytes. What an editor gets wrong is clamped, never refused: an edit that is lost can't be mended.

use std::borrow::Cow;

use ropey::{Rope, RopeSlice};

use super::protocol::{Position, TextDocumentContentChangeEvent};

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

/// The whole text, copied only if it isn't in one piece.
pub fn whole(text: &Rope) -> Cow<'_, str> {
    Cow::from(text.slice(..))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::protocol::Range;
    use super::*;

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

    /// A small generator of numbers with a fixed seed.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, bound: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % bound as u64).unwrap()
        }

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
    fn positions_beyond_the_end_are_the_end() {
        let text = Rope::from_str("ab\r\ncd");
        let far = |line, character| char_of(&text, Encoding::Utf16, Position { line, character });
        assert_eq!((far(0, u32::MAX), far(1, 9), far(u32::MAX, 0)), (2, 6, 6));
    }
}
