//! Fixes made to a text: as many as don't touch each other.

use std::collections::BTreeMap;

use crate::edit::{EditError, TextEdit, edited_text};

use super::{Finding, Fix};

/// What fixes come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The edits, which don't touch each other.
    pub edits: Vec<TextEdit>,
    /// How many findings they are of.
    pub count: usize,
}

impl Fixed {
    /// The text after the edits.
    ///
    /// # Errors
    ///
    /// They are not of this text.
    pub fn of(&self, text: &str) -> Result<String, EditError> {
        edited_text(text, &self.edits)
    }
}

/// The first fix of each finding of one file, in their order; one that touches an earlier one is left for the next time. Unsafe
/// ones only where that is asked for.
pub fn fixed<'f>(findings: impl IntoIterator<Item = &'f Finding>, is_unsafe_too: bool) -> Fixed {
    // From where to where.
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut all = Fixed { edits: Vec::new(), count: 0 };
    for finding in findings {
        let Some(Fix { edits, .. }) = finding.fixes.iter().find(|fix| fix.is_safe || is_unsafe_too) else { continue };
        let is_free =
            |edit: &TextEdit| taken.range(..=edit.range.end).next_back().is_none_or(|(_, end)| *end < edit.range.start);
        if edits.iter().all(is_free) {
            for edit in edits {
                let end = taken.entry(edit.range.start).or_default();
                *end = edit.range.end.max(*end);
            }
            all.edits.extend(edits.iter().cloned());
            all.count += 1;
        }
    }
    all
}
