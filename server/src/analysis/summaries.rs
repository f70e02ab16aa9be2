//! Summaries that were made before: the code as it was differs from the code as it is in a few files, and only those need
//! another parse.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::files::Files;
use super::ir::Summary;
use super::lower::parts::{Part, summarize_again};
use super::lower::summarize;
use super::task::Problem;

/// What was made of a file.
#[derive(Debug)]
struct Made {
    bytes: Arc<[u8]>,
    summary: Arc<Summary>,
    /// The same by statements, of a file that is being edited.
    parts: Vec<Arc<Part>>,
}

/// What was made of files so far, by path and content. Only for [`Files`] that decode alike.
#[derive(Debug, Default)]
pub struct Summaries {
    made: Mutex<HashMap<PathBuf, Made>>,
}

impl Summaries {
    /// Decodes and summarizes a file's bytes, unless that was done before.
    pub(super) fn of(&self, files: &dyn Files, path: &Path, bytes: &Arc<[u8]>) -> Result<Arc<Summary>, Problem> {
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last = Vec::new();
        if let Some(known) = made().get(path) {
            if known.bytes == *bytes {
                return Ok(Arc::clone(&known.summary));
            }
            last.clone_from(&known.parts);
        }
        let problem = |line, message| Problem { file: Arc::from(path), line, message };
        let source = files.decode(path, bytes).map_err(|error| problem(error.line, error.message))?;
        let done = match files.is_edited(path) {
            true => summarize_again(source.text(), &last),
            false => summarize(source.text()).map(|summary| (summary, Vec::new())),
        };
        let (summary, parts) = done.map_err(|error| problem(None, error.to_string()))?;
        let summary = Arc::new(summary);
        let known = Made { bytes: Arc::clone(bytes), summary: Arc::clone(&summary), parts };
        made().insert(path.to_owned(), known);
        Ok(summary)
    }
}
