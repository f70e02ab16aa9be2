//! What rules found: for people, for programs, and as annotations of code hosts.

mod annotations;
mod json;
mod sarif;
mod text;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::analysis::{Files, Span};

pub use annotations::{github, gitlab};
pub use json::json;
pub use sarif::sarif;
pub use text::text;

/// The texts of files, read once, and where in them a byte is.
pub struct Texts<'a> {
    files: &'a dyn Files,
    known: HashMap<Arc<Path>, Arc<Lines>>,
}

/// A text by its lines: a large file can have thousands of findings.
pub struct Lines {
    text: Box<str>,
    /// Where each line starts.
    starts: Vec<usize>,
}

/// Where a piece of a text is, as people count: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The line of its first character.
    pub line: usize,
    /// The column of its first character.
    pub column: usize,
    /// The line of what follows it.
    pub end_line: usize,
    /// The column of what follows it.
    pub end_column: usize,
}

impl<'a> Texts<'a> {
    /// Reads through `files`.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, known: HashMap::new() }
    }

    /// Python's text of a file; empty if it can't be read any more.
    pub fn of(&mut self, file: &Arc<Path>) -> Arc<Lines> {
        let files = self.files;
        let read = || {
            let bytes = files.read(file).ok()?;
            files.decode(file, &bytes).ok().map(|source| Lines::of(source.text()))
        };
        let made = || Arc::new(read().unwrap_or_else(|| Lines::of("")));
        Arc::clone(self.known.entry(Arc::clone(file)).or_insert_with(made))
    }

    /// Where a span is.
    pub fn locate(&mut self, span: &Span) -> Located {
        let text = self.of(&span.file);
        let ((line, column), (end_line, end_column)) = (text.position(span.start), text.position(span.end));
        Located { line, column, end_line, end_column }
    }
}

impl Lines {
    /// Finds the lines of a text.
    fn of(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self { text: Box::from(text), starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Line and column of a byte, from 1; beyond the end that of the end.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        (line, self.text.get(start..offset).unwrap_or_default().chars().count() + 1)
    }

    /// A line, from 1 on, without its end.
    pub fn line(&self, number: usize) -> Option<&str> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        self.text.get(start..)?.lines().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_1() {
        let text = "a\nhé😀x\n";
        let lines = Lines::of(text);
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(lines.position(1), (1, 2));
        assert_eq!(lines.position(text.find('x').unwrap_or_default()), (2, 4));
        assert_eq!(lines.position(999), (3, 1));
        assert_eq!((lines.line(2), lines.line(3), lines.line(4)), (Some("hé😀x"), None, None));
    }
}
