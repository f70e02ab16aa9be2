//! What stands at a place of a file: the questions that an editor asks about it, without a protocol.
//!
//! Places are byte offsets into Python's text of the file ([`cache_core::python::Source::text`]).

mod at;
mod completion;
mod meaning;
mod names;
mod outline;
mod passed;
mod rename;
mod scan;

use std::path::Path;

use super::files::{Files, Roots};
use super::link::Linker;
use super::summaries::Summaries;
use super::value::FileId;

pub use completion::{Completing, Proposal, completions};
pub use meaning::{Holder, Meaning, Pointed, TaskName, pointed};
pub use names::{InputName, input_name};
pub use outline::{Defined, outline};
pub use rename::{Refusal, Renaming, rename};

/// The code of a project, to ask about places in it.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    /// Where files are read from.
    pub files: &'a dyn Files,
    /// Where Python finds modules.
    pub roots: &'a Roots,
    /// What was made of files so far.
    pub summaries: &'a Summaries,
}

impl<'a> Code<'a> {
    /// Looks names up from a file; `None` if that can't be read.
    fn open(&self, path: &Path) -> Option<(Linker<'a>, FileId)> {
        let linker = Linker::new(self.files, self.roots, self.summaries);
        let file = linker.load(path)?;
        Some((linker, file))
    }
}
