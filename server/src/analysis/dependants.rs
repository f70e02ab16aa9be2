//! Which files a change can reach: those that import a file that changed, over any number of files between, and those that they
//! import in turn, which they may call, patch or teach types. All others mean what they meant.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use super::files::{Files, Roots};
use super::folders::Folders;
use super::parallel;
use super::prefilter::{candidates, imported_files, imported_names, imports, may_hold_tasks, stem};
use super::remembered::Stamp;

/// How a file's bytes are read into a buffer: with its state from before, where it is one of the disk's.
type Read<'r> = &'r (dyn Fn(&Path, &mut Vec<u8>) -> io::Result<Option<Stamp>> + Sync);

/// The imports of all files of a project, as their bytes show them: which names each file may import by.
#[derive(Debug, Default)]
pub struct ImportNames {
    files: Vec<Names>,
}

/// Those of one file.
#[derive(Debug)]
struct Names {
    path: PathBuf,
    /// What a look at it told, or why it was not read.
    read: io::Result<Look>,
}

/// What the bytes of a file tell.
#[derive(Debug)]
struct Look {
    /// Hashes of all parts of the names, since most files import nothing that is asked about later.
    names: Box<[u64]>,
    /// The state that the file was read in.
    stamp: Option<Stamp>,
    /// Whether tasks may be defined in it.
    may_hold_tasks: bool,
}

impl ImportNames {
    /// Reads all files, on all cores.
    pub fn of(all: Vec<PathBuf>, read: Read<'_>) -> Self {
        let found = parallel::map(&all, |path| look(path, read));
        Self { files: all.into_iter().zip(found).map(|(path, read)| Names { path, read }).collect() }
    }

    /// The files that were not read.
    pub fn unread(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().filter(|file| file.read.is_err()).map(|file| &file.path)
    }

    /// Tries to read those once more, in another way.
    pub fn read_rest(&mut self, read: Read<'_>) {
        let mut rest: Vec<&mut Names> = self.files.iter_mut().filter(|file| file.read.is_err()).collect();
        let again = parallel::map(&rest, |file| look(&file.path, read));
        for (file, again) in rest.iter_mut().zip(again) {
            file.read = again;
        }
    }

    /// All files, and the states that they were read in.
    pub fn stamps(&self) -> impl Iterator<Item = (&PathBuf, Option<Stamp>)> {
        self.files.iter().map(|file| (&file.path, file.read.as_ref().ok().and_then(|look| look.stamp)))
    }

    /// The files in which tasks may be defined.
    pub fn with_tasks(&self) -> impl Iterator<Item = &PathBuf> {
        let may_hold = |file: &&Names| file.read.as_ref().is_ok_and(|look| look.may_hold_tasks);
        self.files.iter().filter(may_hold).map(|file| &file.path)
    }

    /// `changed`, and the `files` that may import one of them, over any number of files between. `roots` says from where a file imports;
    /// what is gone counts like what is there, since who imports it now finds another file or none.
    pub fn dependants(
        &self,
        files: &dyn Files,
        roots: &(dyn Fn(&Path) -> Roots + Sync),
        changed: &BTreeSet<PathBuf>,
    ) -> BTreeSet<PathBuf> {
        let mut reached: BTreeSet<PathBuf> = changed.clone();
        let mut fresh: HashSet<u64> = changed.iter().filter_map(|path| stem(path)).collect();
        let mut open: Vec<(&PathBuf, &[u64])> = self.files.iter().filter_map(Names::importing).collect();
        while !fresh.is_empty() {
            let (mut hits, rest): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(_, names)| names.iter().any(|name| fresh.contains(name)));
            hits.retain(|(path, _)| !reached.contains(*path));
            let leads = parallel::map(&hits, |(path, _)| {
                let Some(bytes) = files.read(path).ok() else { return false };
                let roots = roots(path);
                let mut all = imports(&bytes).into_iter().flat_map(|import| candidates(&roots, path, &import));
                all.any(|candidate| reached.contains(&candidate))
            });
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

impl Names {
    /// The file and the names, of one that imports anything.
    fn importing(&self) -> Option<(&PathBuf, &[u64])> {
        let look = self.read.as_ref().ok().filter(|look| !look.names.is_empty())?;
        Some((&self.path, &look.names))
    }
}

fn look(path: &Path, read: Read<'_>) -> io::Result<Look> {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    BUFFER.with_borrow_mut(|bytes| {
        let stamp = read(path, bytes)?;
        Ok(Look { names: imported_names(path, bytes).into(), stamp, may_hold_tasks: may_hold_tasks(bytes) })
    })
}

/// `some` files and all that they import, over any number of files between.
pub fn with_imported(
    files: &dyn Files,
    roots: &(dyn Fn(&Path) -> Roots + Sync),
    some: &BTreeSet<PathBuf>,
) -> BTreeSet<PathBuf> {
    let folders = Folders::of(files);
    let mut seen: HashSet<PathBuf> = some.iter().cloned().collect();
    let mut open: Vec<PathBuf> = some.iter().cloned().collect();
    while !open.is_empty() {
        let targets = parallel::map(&open, |path| match folders.read(path) {
            Ok(bytes) => imported_files(&folders, &roots(path), path, &bytes),
            Err(_) => Vec::new(),
        });
        open = targets.into_iter().flatten().filter(|target| seen.insert(target.clone())).collect();
    }
    seen.into_iter().collect()
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
        let found =
            ImportNames::of(all, &|path, buffer| Disk.read_into(path, buffer)).dependants(&Disk, &roots, &changed);
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
