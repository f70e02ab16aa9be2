//! Summaries that were made before: the code as it was differs from the code as it is in a few files, and only those need
//! another parse.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use cache_core::python::Module;

use super::files::Files;
use super::ir::Summary;
use super::lower::narrow::{self, Surroundings};
use super::lower::parts::{Part, summarize_again};
use super::lower::{summarize, summarize_parts};
use super::prefilter::{self, Dull, Selection};
use super::remembered::Stamp;
use super::sightings::Sightings;
use super::task::Problem;

/// What was made of a file.
#[derive(Debug)]
struct Made {
    bytes: Arc<[u8]>,
    summary: Arc<Summary>,
    /// Whether the summary leaves out what has nothing to do with tasks.
    is_narrow: bool,
    /// The exact parser's view of it, where it was asked.
    exact: Option<Arc<Module>>,
}

/// What was made of files so far, by path and content. Only for [`Files`] that decode alike.
#[derive(Debug, Default)]
pub struct Summaries {
    made: Mutex<HashMap<PathBuf, Made>>,
    /// Files that are being edited, by their statements.
    parts: Mutex<HashMap<PathBuf, Vec<Arc<Part>>>>,
    seen: Mutex<Seen>,
    /// What earlier runs saw.
    sightings: OnceLock<Sightings>,
}

/// What was seen of files that were looked at, where looks at the disk are counted.
#[derive(Debug, Default)]
struct Seen {
    dull: HashMap<PathBuf, (Option<Stamp>, u64, Dull)>,
    /// The newest first; a question is about what was asked and about the whole project.
    selections: Vec<Kept>,
}

/// A selection.
#[derive(Debug)]
struct Kept {
    paths: Vec<PathBuf>,
    looks: u64,
    edited: Vec<PathBuf>,
    selection: Selection,
}

impl Summaries {
    /// Takes up what earlier runs saw, once.
    pub fn recall(&self, sightings: impl FnOnce() -> Sightings) {
        self.sightings.get_or_init(sightings);
    }

    /// What earlier runs saw, where it was [taken up](Self::recall).
    pub fn sightings(&self) -> Option<&Sightings> {
        self.sightings.get()
    }

    /// What the first look at a file found that has nothing to do with Flyte by itself, if the file is still as it was.
    pub(super) fn dull(&self, files: &dyn Files, path: &Path) -> Option<Dull> {
        let looks = files.looks();
        if looks == 0 || files.is_edited(path) {
            return None;
        }
        let (stamp, at, dull) = self.seen().dull.get(path).cloned()?;
        if at == looks {
            return Some(dull);
        }
        let stays = stamp.is_some() && Stamp::of(path) == stamp;
        stays.then(|| {
            self.seen().dull.insert(path.to_owned(), (stamp, looks, dull.clone()));
            dull
        })
    }

    /// Keeps what the first look at a file found; `stamp` is from before it.
    pub(super) fn keep_dull(&self, files: &dyn Files, path: &Path, stamp: Option<Stamp>, dull: &Dull) {
        if files.looks() > 0 && !files.is_edited(path) {
            self.seen().dull.insert(path.to_owned(), (stamp, files.looks(), dull.clone()));
        }
    }

    /// A selection that was made before, if it was of the same files and only such changed since as mattered before and do now.
    pub(super) fn selection(&self, files: &dyn Files, paths: &[PathBuf]) -> Option<Selection> {
        let looks = files.looks();
        let mut seen = self.seen();
        let mut known = seen.selections.iter_mut().filter(|kept| looks > 0 && kept.looks == looks);
        let kept = known.find(|kept| kept.paths == paths && kept.edited == sorted(files.edited()))?;
        for path in &kept.edited {
            let Some((_, summary)) = kept.selection.files.iter_mut().find(|(known, _)| known == path) else {
                // One that isn't asked about, or doesn't matter: it may do now.
                if paths.binary_search(path).is_ok() || paths.contains(path) {
                    return None;
                }
                continue;
            };
            let bytes = files.read(path).ok().filter(|bytes| prefilter::matters(bytes))?;
            *summary = self.of(files, path, &bytes).ok()?;
        }
        Some(kept.selection.clone())
    }

    /// Keeps a selection.
    pub(super) fn keep_selection(&self, files: &dyn Files, paths: &[PathBuf], selection: &Selection) {
        if files.looks() > 0 {
            let (paths, edited) = (paths.to_vec(), sorted(files.edited()));
            let selection = Selection { imports: None, stamps: Vec::new(), ..selection.clone() };
            let kept = Kept { paths, looks: files.looks(), edited, selection };
            let mut seen = self.seen();
            seen.selections.retain(|known| known.looks == kept.looks && known.paths != kept.paths);
            seen.selections.insert(0, kept);
            seen.selections.truncate(2);
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decodes and summarizes a file's bytes, unless that was done before.
    pub(super) fn of(&self, files: &dyn Files, path: &Path, bytes: &Arc<[u8]>) -> Result<Arc<Summary>, Problem> {
        self.made_of(files, path, bytes, None)
    }

    /// Like [`Summaries::of`], for a file that no other file imports: definitions that have nothing to do with its tasks may be left out.
    pub(super) fn of_alone(
        &self,
        files: &dyn Files,
        path: &Path,
        bytes: &Arc<[u8]>,
        around: Surroundings,
    ) -> Result<Arc<Summary>, Problem> {
        self.made_of(files, path, bytes, Some(around))
    }

    /// The exact parser's view of a file of these bytes, if it was needed.
    pub fn exact(&self, path: &Path, bytes: &[u8]) -> Option<Arc<Module>> {
        self.made().get(path).filter(|made| *made.bytes == *bytes)?.exact.clone()
    }

    /// How many files something was left out of.
    #[cfg(test)]
    pub(super) fn narrow(&self) -> usize {
        self.made().values().filter(|made| made.is_narrow).count()
    }

    fn made(&self) -> MutexGuard<'_, HashMap<PathBuf, Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made_of(
        &self,
        files: &dyn Files,
        path: &Path,
        bytes: &Arc<[u8]>,
        around: Option<Surroundings>,
    ) -> Result<Arc<Summary>, Problem> {
        let mut exact = None;
        if let Some(known) = self.made().get(path).filter(|known| known.bytes == *bytes) {
            if !known.is_narrow || around.is_some() {
                return Ok(Arc::clone(&known.summary));
            }
            exact.clone_from(&known.exact);
        }
        let problem = |line, message| Problem { file: Arc::from(path), line, message };
        let source = files.decode(path, bytes).map_err(|error| problem(error.line, error.message))?;
        let is_edited = files.is_edited(path);
        // What is looked at again and again is looked at whole: what its words say of it may change with each of them.
        let narrow = match around.filter(|_| !is_edited && files.looks() == 0) {
            Some(around) => {
                let module = exact.insert(Arc::new(Module::parse(source.clone())));
                let outline = module.outline();
                let kept = outline.and_then(|outline| narrow::kept(source.text(), &outline, around));
                kept.and_then(|kept| summarize_parts(source.text(), &kept))
            }
            None => None,
        };
        let is_narrow = narrow.is_some();
        let done = match (narrow, is_edited) {
            (Some(summary), _) => Ok(summary),
            (None, true) => summarize_again(source.text(), &self.parts(path)).map(|(summary, parts)| {
                self.keep_parts(path, parts);
                summary
            }),
            (None, false) => summarize(source.text()),
        };
        let summary = Arc::new(done.map_err(|error| problem(None, error.to_string()))?);
        let made = Made { bytes: Arc::clone(bytes), summary: Arc::clone(&summary), is_narrow, exact };
        self.made().insert(path.to_owned(), made);
        Ok(summary)
    }

    /// The statements of a file that is being edited, as they were last; none of one that was not looked at.
    pub(super) fn parts(&self, path: &Path) -> Vec<Arc<Part>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned().unwrap_or_default()
    }

    /// Keeps the statements of a file that is being edited.
    pub(super) fn keep_parts(&self, path: &Path, parts: Vec<Arc<Part>>) {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), parts);
    }
}

fn sorted(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort();
    paths
}
