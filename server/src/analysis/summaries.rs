//! Summaries that were made before: the code as it was differs from the code as it is in a few files, and only those need
//! another parse.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::files::Files;
use super::ir::Summary;
use super::lower::summarize;
use super::task::Problem;

/// A file's content, and what was made of it.
type Made = (Arc<[u8]>, Arc<Summary>);

/// What was made of files so far, by path and content. Only for [`Files`] that decode alike.
#[derive(Debug, Default)]
pub struct Summaries {
    made: Mutex<HashMap<PathBuf, Made>>,
}

impl Summaries {
    /// Decodes and summarizes a file's bytes, unless that was done before.
    pub(super) fn of(&self, files: &dyn Files, path: &Path, bytes: &Arc<[u8]>) -> Result<Arc<Summary>, Problem> {
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, summary)) = made().get(path).filter(|(of, _)| of == bytes) {
            return Ok(Arc::clone(summary));
        }
        let problem = |line, message| Problem { file: Arc::from(path), line, message };
        let source = files.decode(path, bytes).map_err(|error| problem(error.line, error.message))?;
        let summary = summarize(source.text()).map_err(|error| problem(None, error.to_string()))?;
        let summary = Arc::new(summary);
        made().insert(path.to_owned(), (Arc::clone(bytes), Arc::clone(&summary)));
        Ok(summary)
    }
}
