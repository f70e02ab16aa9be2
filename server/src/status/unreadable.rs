//! What is told of files that can't be read, or not as Python.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analysis::{Files, Kind, Known, Problem, Task};

use super::Versions;
use super::scenes::Scenes;

/// How many of `paths` have no text, as one of the `problems` says. A file that Python refuses has one.
pub(super) fn unread(files: &dyn Files, paths: &[PathBuf], problems: &[Problem]) -> usize {
    let named: BTreeSet<&Path> = problems.iter().map(|problem| &*problem.file).collect();
    paths.iter().filter(|file| named.contains(file.as_path()) && !has_text(files, file)).count()
}

/// Whether a file can be read as text. A file that Python refuses can.
pub(super) fn has_text(files: &dyn Files, file: &Path) -> bool {
    files.read(file).is_ok_and(|bytes| files.decode(file, &bytes).is_ok())
}

/// What the submitting Python says of files with tasks that it refuses, and of those in which the analysis lost its way, as the `problems`
/// say.
pub(super) fn refusals(
    tasks: &[Task],
    problems: &[Problem],
    versions: &Versions<'_>,
    scenes: &Scenes<'_>,
) -> Vec<Problem> {
    let mut files: BTreeMap<&Arc<Path>, &Arc<Path>> = BTreeMap::new();
    for task in tasks {
        let Kind::Function(Known::Value(function)) = &task.kind else { continue };
        files.entry(&task.place.file).or_insert(&function.file);
    }
    for problem in problems.iter().filter(|problem| problem.line.is_some()) {
        files.entry(&problem.file).or_insert(&problem.file);
    }
    let refusal = |(file, of): (&Arc<Path>, &Arc<Path>)| {
        let refusal = versions.refusal(of, scenes.python(file)?)?;
        Some(Problem { file: Arc::clone(file), line: Some(refusal.line), message: refusal.message })
    };
    files.into_iter().filter_map(refusal).collect()
}
