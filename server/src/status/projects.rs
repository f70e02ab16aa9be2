//! Which project each file belongs to, and what other files that project has.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::analysis::parallel;
use crate::environment;

use super::earlier::Asked;
use super::surroundings::Surroundings;
use super::walk::walk;

/// Files by the project that they belong to, without those that its settings exclude.
pub fn by_project(surroundings: &Surroundings<'_>, files: Vec<PathBuf>) -> Vec<(environment::Project, Vec<PathBuf>)> {
    let mut groups: Vec<(environment::Project, Gitignore, Vec<PathBuf>)> = Vec::new();
    // Files of a folder stand beside each other, mostly.
    let runs: Vec<&[PathBuf]> = files.chunk_by(|one, other| folder_name(one) == folder_name(other)).collect();
    let folders: Vec<&Path> = runs.iter().map(|run| run[0].parent().unwrap_or(&run[0])).collect();
    // Many small looks at the disk: on all cores, and what they find is kept.
    let distinct: Vec<&Path> = folders.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    parallel::map(&distinct, |folder| surroundings.around(folder));
    let mut group_of = |folder: &Path| {
        let project = &surroundings.around(folder).project;
        groups.iter().position(|(known, ..)| known == project).unwrap_or_else(|| {
            groups.push((project.clone(), excluded(project), Vec::new()));
            groups.len() - 1
        })
    };
    let mut of_folder: HashMap<&Path, usize> = HashMap::new();
    let of_runs = runs.iter().zip(folders);
    let of_runs: Vec<(usize, usize)> = of_runs
        .map(|(run, folder)| (run.len(), *of_folder.entry(folder).or_insert_with(|| group_of(folder))))
        .collect();
    let mut files = files.into_iter();
    for (length, group) in of_runs {
        let (_, excluded, own) = &mut groups[group];
        let run = files.by_ref().take(length);
        own.extend(
            run.filter(|file| excluded.is_empty() || !excluded.matched_path_or_any_parents(file, false).is_ignore()),
        );
    }
    groups.into_iter().map(|(project, _, files)| (project, files)).collect()
}

/// What a file's path says before the file's own name: sooner told than its folder.
fn folder_name(file: &Path) -> &[u8] {
    let bytes = file.as_os_str().as_encoded_bytes();
    let end = bytes.iter().rposition(|byte| std::path::is_separator(char::from(*byte)));
    bytes.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// The project's files and those asked about, unless these are all; `listing` keeps the former. One without a root can't be listed.
pub fn others(
    project: &environment::Project,
    asked: &Asked<'_>,
    listing: &mut Option<Arc<[PathBuf]>>,
) -> Option<Arc<[PathBuf]>> {
    if !project.has_root {
        return None;
    }
    // Then the walk that found them was the one below.
    if asked.is_whole_project() {
        return None;
    }
    let listed = listing.get_or_insert_with(|| {
        let excluded = excluded(project);
        let walked = walk(std::slice::from_ref(&project.root), &project.root, &|_| {});
        let is_own = |file: &PathBuf| !excluded.matched_path_or_any_parents(file, false).is_ignore();
        let files: BTreeSet<PathBuf> = walked.files.into_iter().filter(is_own).collect();
        files.into_iter().collect()
    });
    let new: Vec<&PathBuf> = asked.files.iter().filter(|file| listed.binary_search(file).is_err()).collect();
    if new.is_empty() {
        return (listed.len() > asked.files.len()).then(|| Arc::clone(listed));
    }
    let all: BTreeSet<&PathBuf> = listed.iter().chain(new).collect();
    (all.len() > asked.files.len()).then(|| all.into_iter().cloned().collect())
}

/// The setting `exclude`, whose patterns are relative to the file that sets them.
fn excluded(project: &environment::Project) -> Gitignore {
    let base = project.settings.file.as_deref().and_then(Path::parent).unwrap_or(&project.root);
    let mut patterns = GitignoreBuilder::new(base);
    for pattern in &project.settings.exclude {
        // A pattern that is none matches nothing, as in a .gitignore.
        let _ = patterns.add_line(None, &pattern.value);
    }
    patterns.build().unwrap_or_else(|_| Gitignore::empty())
}
