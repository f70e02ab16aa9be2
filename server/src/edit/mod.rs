//! Changes of source files: which bytes become which text, in the file's own encoding and line ends, written so that
//! nothing is lost. Knows neither what is changed nor why.

mod bytes;
mod write;

use std::ops::Range;

pub use bytes::{EditError, edited, edited_text};
pub use write::{WriteError, put, put_for_now, replace};

/// A piece of a text and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// Byte range in [`cache_core::python::Source::text`]; an empty one inserts.
    pub range: Range<usize>,
    /// The new text, with `\n` as its line end.
    pub text: String,
}

impl TextEdit {
    /// Puts `text` at `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, text: text.into() }
    }

    /// Puts `text` in the place of `range`.
    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    /// Takes `range` out.
    pub fn remove(range: Range<usize>) -> Self {
        Self { range, text: String::new() }
    }
}
