//! Where lines begin, and what the text holds anywhere. Only `\n` ends a line: the text has universal newlines already.

use std::ops::Range;

/// The line starts of a text, and what need not be looked for in its parts, since the whole is without it.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// Byte offsets of the first character of each line; never empty.
    starts: Vec<u32>,
    end: usize,
    /// Whether every character is ASCII.
    pub(super) ascii: bool,
    /// Whether a backslash continues a line.
    pub(super) continued: bool,
    /// Whether there are tabs or form feeds.
    pub(super) tabs: bool,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let next = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
        // Lines of 32 bytes are short ones.
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(next));
        Self {
            starts,
            end: text.len(),
            ascii: text.is_ascii(),
            continued: memchr::memmem::find(text.as_bytes(), b"\\\n").is_some(),
            tabs: memchr::memchr2(b'\t', b'\x0c', text.as_bytes()).is_some(),
        }
    }

    /// The 0-based line that holds a byte offset.
    pub(super) fn index(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The 1-based line that holds a byte offset.
    pub(super) fn number(&self, offset: usize) -> u32 {
        u32::try_from(self.index(offset) + 1).unwrap_or(u32::MAX)
    }

    /// The byte offset at which a 0-based line starts; the end of the text for lines behind the last.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).map_or(self.end, |start| *start as usize)
    }

    /// The bytes of a 0-based line, without its line end.
    pub(super) fn range(&self, line: usize) -> Range<usize> {
        let start = self.start(line);
        let end = if line + 1 < self.starts.len() { self.start(line + 1) - 1 } else { self.end };
        start..end.max(start)
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_lines_by_offset_and_number() {
        let text = "a\n\nbc";
        let lines = Lines::new(text);
        assert_eq!(lines.len(), 3);
        assert_eq!((lines.number(0), lines.number(1), lines.number(2), lines.number(4)), (1, 1, 2, 3));
        assert_eq!((0..4).map(|line| &text[lines.range(line)]).collect::<Vec<_>>(), ["a", "", "bc", ""]);
    }
}
