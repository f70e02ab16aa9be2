//! Which files of a project can have to do with some of them: those that imports lead to or come from, over any number of
//! files between. Whoever calls a task, or sets what it is made of, is among them; all others need not be parsed.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::files::{Files, Roots};
use super::folders::Folders;
use super::modules::search_path;
use super::parallel;
use super::prefilter::{Import, candidates, imports};

/// Those of `all` files (absolute, sorted) that `some` of them are connected with, and these.
pub fn connected(files: &dyn Files, roots: &Roots, some: &[PathBuf], all: &[PathBuf]) -> Vec<PathBuf> {
    let folders = Folders::of(files);
    let targets = parallel::map(all, |path| targets(&folders, roots, path));
    let mut to: HashMap<PathBuf, Vec<PathBuf>> = all.iter().cloned().zip(targets).collect();
    let mut from: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
    let note = |from: &mut HashMap<PathBuf, Vec<PathBuf>>, path: &Path, targets: &[PathBuf]| {
        for target in targets {
            from.entry(target.clone()).or_default().push(path.to_path_buf());
        }
    };
    // A file that isn't listed (of an ignored folder, say) passes on what others define, too.
    let mut open: Vec<PathBuf> = to.values().flatten().filter(|target| !to.contains_key(*target)).cloned().collect();
    while let Some(path) = open.pop() {
        if !to.contains_key(&path) {
            let targets = self::targets(&folders, roots, &path);
            open.extend(targets.iter().filter(|target| !to.contains_key(*target)).cloned());
            to.insert(path, targets);
        }
    }
    for (path, targets) in &to {
        note(&mut from, path, targets);
    }
    let mut reached: HashSet<PathBuf> = some.iter().cloned().collect();
    let mut open = some.to_vec();
    while let Some(path) = open.pop() {
        for next in [to.get(&path), from.get(&path)].into_iter().flatten().flatten() {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    all.iter().filter(|path| reached.contains(*path)).cloned().collect()
}

/// The files that a file may import: every one that Python could find, whichever it takes.
fn targets(folders: &Folders<'_>, roots: &Roots, path: &Path) -> Vec<PathBuf> {
    let Ok(bytes) = folders.read(path) else { return Vec::new() };
    let Some(folder) = path.parent() else { return Vec::new() };
    let bases: Vec<PathBuf> = search_path(roots, folder).collect();
    // Nearly all imports lead out of the project, which their first name says.
    let mut inside: HashMap<String, bool> = HashMap::new();
    let mut leads_inside = |import: &Import| {
        let head = import.module.name.split('.').next().unwrap_or_default();
        import.module.level > 0
            || *inside.entry(head.to_owned()).or_insert_with(|| {
                let module = OsString::from(format!("{head}.py"));
                bases.iter().any(|base| {
                    let file = base.join(&module);
                    folders.is_file(&file) || folders.is_folder(&base.join(head))
                })
            })
    };
    let mut found = Vec::new();
    for import in imports(&bytes).iter().filter(|import| leads_inside(import)) {
        let there = candidates(roots, path, import).into_iter().filter(|candidate| folders.is_file(candidate));
        found.extend(there);
    }
    found.sort();
    found.dedup();
    found.retain(|target| target != path);
    found
}
