//! Which files a change can reach: those that import a file that changed, over any number of files between, and those that they
//! import in turn, which they may call, patch or teach types. All others mean what they meant.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::files::{Files, Roots};
use super::parallel;
use super::prefilter::{Import, candidates, imported_files, imports, stem};

/// The imports of all files of a project, as their bytes show them: which names each file may import by.
pub struct ImportNames<'a> {
    files: &'a dyn Files,
    /// By file: hashes of all parts of the names.
    names: Vec<(&'a PathBuf, Vec<u64>)>,
}

impl<'a> ImportNames<'a> {
    /// Reads all files, on all cores. Most import nothing that is asked about later, so only hashes are kept.
    pub fn of(files: &'a dyn Files, all: &'a [PathBuf]) -> Self {
        let names = parallel::map(all, |path| match files.read(path) {
            Ok(bytes) => hashes(path, &imports(&bytes)),
            Err(_) => Vec::new(),
        });
        Self { files, names: all.iter().zip(names).collect() }
    }

    /// `changed`, and the files that may import one of them, over any number of files between. `roots` says from where a file imports;
    /// what is gone counts like what is there, since who imports it now finds another file or none.
    pub fn dependants(&self, roots: &dyn Fn(&Path) -> Roots, changed: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let mut reached: BTreeSet<PathBuf> = changed.clone();
        let mut fresh: HashSet<u64> = changed.iter().filter_map(|path| stem(path)).collect();
        let mut open: Vec<&(&PathBuf, Vec<u64>)> =
            self.names.iter().filter(|(path, names)| !names.is_empty() && !changed.contains(*path)).collect();
        while !fresh.is_empty() {
            let (hits, rest): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(_, names)| names.iter().any(|name| fresh.contains(name)));
            let leads = hits.iter().map(|(path, _)| {
                let Some(bytes) = self.files.read(path).ok() else { return false };
                let roots = roots(path);
                let mut all = imports(&bytes).into_iter().flat_map(|import| candidates(&roots, path, &import));
                all.any(|candidate| reached.contains(&candidate))
            });
            let leads: Vec<bool> = leads.collect();
            let mut next = HashSet::new();
            open = rest;
            for (hit, leads) in hits.into_iter().zip(leads) {
                if leads {
                    next.extend(stem(hit.0));
                    reached.insert(hit.0.clone());
                } else {
                    open.push(hit);
                }
            }
            fresh = next;
        }
        reached
    }
}

/// `some` files and all that they import, over any number of files between.
pub fn with_imported(files: &dyn Files, roots: &dyn Fn(&Path) -> Roots, some: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let mut reached = some.clone();
    let mut of_folder: HashMap<PathBuf, Roots> = HashMap::new();
    let mut open: Vec<PathBuf> = some.iter().cloned().collect();
    while let Some(path) = open.pop() {
        let Ok(bytes) = files.read(&path) else { continue };
        let Some(folder) = path.parent() else { continue };
        let roots = of_folder.entry(folder.to_owned()).or_insert_with(|| roots(&path));
        for target in imported_files(files, roots, &path, &bytes) {
            if reached.insert(target.clone()) {
                open.push(target);
            }
        }
    }
    reached
}

/// The names that a file may import by; of a relative import that of the package too, which may have changed beside the module.
fn hashes(path: &Path, imports: &[Import]) -> Vec<u64> {
    let mut names = Vec::new();
    for import in imports {
        names.extend(import.hashes());
        names.extend(import.folder(path));
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::files::Disk;
    use super::*;

    fn project(texts: &[(&str, &str)]) -> (tempfile::TempDir, Vec<PathBuf>) {
        let temp = tempfile::tempdir().unwrap();
        let mut all: Vec<PathBuf> = texts.iter().map(|(name, _)| temp.path().join(name)).collect();
        for (path, (_, text)) in all.iter().zip(texts) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        all.sort();
        (temp, all)
    }

    fn reached(texts: &[(&str, &str)], changed: &[&str]) -> Vec<String> {
        let (temp, all) = project(texts);
        let roots = |_: &Path| Roots { project: temp.path().to_owned(), imports: vec![temp.path().join("src")] };
        let changed = changed.iter().map(|name| temp.path().join(name)).collect();
        let found = ImportNames::of(&Disk, &all).dependants(&roots, &changed);
        found.iter().map(|path| path.strip_prefix(temp.path()).unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn who_imports_what_changed_is_reached_over_files_between() {
        let texts = [
            ("a.py", "x = 1\n"),
            ("b.py", "from a import x\n"),
            ("c.py", "import b\n"),
            ("other.py", "import os\nimport json as a\n"),
            ("src/pkg/__init__.py", "from .inner import y\n"),
            ("src/pkg/inner.py", "y = 1\n"),
            ("src/pkg/beside.py", "from . import inner\n"),
            ("user.py", "from pkg import y\n"),
        ];
        assert_eq!(reached(&texts, &["a.py"]), ["a.py", "b.py", "c.py"]);
        let pkg = ["src/pkg/__init__.py", "src/pkg/beside.py", "src/pkg/inner.py", "user.py"];
        assert_eq!(reached(&texts, &["src/pkg/inner.py"]), pkg);
        assert_eq!(reached(&texts, &["c.py"]), ["c.py"]);
        assert_eq!(reached(&texts, &[]), [""; 0]);
    }

    #[test]
    fn what_is_gone_or_new_is_imported_all_the_same() {
        let texts = [("b.py", "from helpers import x\n"), ("src/helpers.py", "x = 1\n")];
        assert_eq!(reached(&texts, &["helpers.py"]), ["b.py", "helpers.py"], "it would come before that in src");
    }

    #[test]
    fn what_is_imported_is_followed() {
        let (temp, _) =
            project(&[("a.py", "import b\n"), ("b.py", "from c import d\n"), ("c.py", "d = 1\n"), ("e.py", "")]);
        let roots = |_: &Path| Roots { project: temp.path().to_owned(), imports: Vec::new() };
        let found = with_imported(&Disk, &roots, &BTreeSet::from([temp.path().join("a.py")]));
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["a.py", "b.py", "c.py"]);
    }
}
