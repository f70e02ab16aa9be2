//! The state of the code at one moment, and the question that is asked of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analysis::Buffers;
use crate::environment::{Outside, Settings};
use crate::status::Question;

use super::capabilities::Abilities;
use super::documents::{Document, Documents};
use super::settings::{EditorSettings, in_force};
use super::wide::Wide;

/// The state of the code at one moment. Clones are cheap.
#[derive(Clone)]
pub struct Snapshot {
    /// Counts the states.
    pub generation: u64,
    /// Counts how often files on disk or settings may have become others than they were.
    pub looks: u64,
    /// What is open in the editor.
    pub documents: Documents,
    /// What the editor can do.
    pub abilities: Abilities,
    /// The folders of the workspace.
    pub folders: Vec<PathBuf>,
    /// What the editor says of itself.
    pub settings: Arc<EditorSettings>,
    /// The world around the process.
    pub outside: Arc<Outside>,
    /// Where questions about more than what is open are asked.
    pub wide: Arc<Wide>,
}

impl Snapshot {
    /// The question that lenses answer, of the files of a folder. `files` are this state's.
    pub fn question<'a>(&'a self, files: &'a Buffers, folder: &'a Path) -> Question<'a> {
        Question { files, entries: true, settings: Some(self.settings.of(folder)), ..Question::at(folder) }
    }

    /// The same with a document as it was.
    pub fn with(&self, document: Document) -> Self {
        let mut other = self.clone();
        other.documents.put(document);
        other
    }

    /// The settings in force for a file.
    pub fn settings_of(&self, path: &Path) -> Settings {
        in_force(&self.settings, self.folder_of(path), path)
    }

    /// The disk, with what is open in the place of what is on it.
    pub fn buffers(&self) -> Buffers {
        self.documents.all().map(|open| (open.path.clone(), open.bytes())).collect()
    }

    /// The folder of the workspace that a file is in, the innermost; else the file's own.
    pub fn folder_of<'a>(&'a self, path: &'a Path) -> &'a Path {
        let around = self.folders.iter().filter(|folder| path.starts_with(folder));
        let innermost = around.max_by_key(|folder| folder.components().count());
        innermost.map_or_else(|| path.parent().unwrap_or(path), PathBuf::as_path)
    }
}
