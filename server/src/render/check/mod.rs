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
    known: HashMap<Arc<Path>, Option<Arc<str>>>,
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
    pub fn of(&mut self, file: &Arc<Path>) -> Arc<str> {
        let files = self.files;
        let read = || {
            let bytes = files.read(file).ok()?;
            files.decode(file, &bytes).ok().map(|source| Arc::from(source.text()))
        };
        self.known.entry(Arc::clone(file)).or_insert_with(read).clone().unwrap_or_else(|| Arc::from(""))
    }

    /// Where a span is.
    pub fn locate(&mut self, span: &Span) -> Located {
        let text = self.of(&span.file);
        let ((line, column), (end_line, end_column)) = (position(&text, span.start), position(&text, span.end));
        Located { line, column, end_line, end_column }
    }
}

/// Line and column of a byte, from 1; beyond the end that of the end.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_1() {
        let text = "a\nhé😀x\n";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, text.find('x').unwrap_or_default()), (2, 4));
        assert_eq!(position(text, 999), (3, 1));
    }
}
