//! Which files a change can reach: those that import a file that changed, over any number of files between, and those that they
//! import in turn, which they may call, patch or teach types. All others mean what they meant.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{Files, Roots};
use super::folders::Folders;
use super::parallel;
use super::prefilter::{candidates, dull, imported_files, imported_names, imports, stem};
use super::remembered::Stamp;
use super::sightings::Sightings;

/// How a file's bytes are read into a buffer: with its state from before, where it is one of the disk's.
type Read<'r> = &'r (dyn Fn(&Path, &mut Vec<u8>) -> io::Result<Option<Stamp>> + Sync);

/// What earlier runs saw, and the state of a file of the disk that is the one which would be read.
pub type Known<'k> = (&'k Sightings, &'k (dyn Fn(&Path) -> Option<Stamp> + Sync));

/// The imports of all files of a project, as their bytes show them: which names each file may import by.
#[derive(Debug, Default)]
pub struct ImportNames {
    files: Vec<Names>,
}

/// Those of one file.
#[derive(Debug)]
struct Names {
    path: PathBuf,
    /// Hashes of all parts of the names, since most files import nothing that is asked about later; or why it was not read.
    read: io::Result<(Arc<[u64]>, Option<Stamp>)>,
}

impl ImportNames {
    /// Reads all files, on all cores, but for those that are known.
    pub fn of(all: Vec<PathBuf>, read: Read<'_>, known: Option<Known<'_>>) -> Self {
        let found = parallel::map(&all, |path| look(path, read, known));
        Self { files: all.into_iter().zip(found).map(|(path, read)| Names { path, read }).collect() }
    }

    /// The files that were not read.
    pub fn unread(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().filter(|file| file.read.is_err()).map(|file| &file.path)
    }

    /// Tries to read those once more, in another way.
    pub fn read_rest(&mut self, read: Read<'_>) {
        let mut rest: Vec<&mut Names> = self.files.iter_mut().filter(|file| file.read.is_err()).collect();
        let again = parallel::map(&rest, |file| look(&file.path, read, None));
        for (file, again) in rest.iter_mut().zip(again) {
            file.read = again;
        }
    }

    /// All files, and the states that they were read in.
    pub fn stamps(&self) -> impl Iterator<Item = (&PathBuf, Option<Stamp>)> {
        self.files.iter().map(|file| (&file.path, file.read.as_ref().ok().and_then(|(_, stamp)| *stamp)))
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
        let (names, _) = self.read.as_ref().ok().filter(|(names, _)| !names.is_empty())?;
        Some((&self.path, names))
    }
}

fn look(path: &Path, read: Read<'_>, known: Option<Known<'_>>) -> io::Result<(Arc<[u64]>, Option<Stamp>)> {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    if let Some((dull, stamp)) = known.and_then(|(sightings, state)| sightings.recall(path, || state(path))) {
        return Ok((dull.names, Some(stamp)));
    }
    BUFFER.with_borrow_mut(|bytes| {
        let stamp = read(path, bytes)?;
        if let Some(((sightings, _), stamp)) = known.zip(stamp)
            && let Some(dull) = dull(path, bytes)
        {
            sightings.note(path, &stamp, &dull);
            return Ok((dull.names, Some(stamp)));
        }
        Ok((imported_names(path, bytes).into(), stamp))
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
    use super::super::numbers::Numbers;
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
        let found = ImportNames::of(all, &|path, buffer| Disk.read_into(path, buffer), None)
            .dependants(&Disk, &roots, &changed);
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

    /// Files come, go and change; what is remembered changes no answer.
    #[test]
    fn answers_are_those_of_a_first_run() {
        for seed in 0..40 {
            let mut numbers = Numbers(0x51_7cc1_b727_220a ^ seed);
            let temp = tempfile::tempdir().unwrap();
            let (memory, project) = (temp.path().join("p.seen"), temp.path().join("p"));
            std::fs::create_dir_all(project.join("c")).unwrap();
            let names = ["a.py", "b.py", "c/__init__.py", "c/d.py", "c/e.py"].map(|name| project.join(name));
            for round in 0..10 {
                let path = &names[numbers.below(names.len())];
                // Never of one size, so that two of them within a tick of the clock are two states.
                let pad = "#".repeat(round);
                let text = [
                    "import a\n",
                    "from c import d\n",
                    "from . import e\n",
                    "from .d import x\n",
                    "import flyte, b\n",
                    "x = 1\n",
                ][numbers.below(6)];
                match numbers.below(6) {
                    0 => drop(std::fs::remove_file(path)),
                    _ => std::fs::write(path, format!("{text}{pad}")).unwrap(),
                }
                let all: Vec<PathBuf> = names.iter().filter(|path| path.exists()).cloned().collect();
                let read = |path: &Path, buffer: &mut Vec<u8>| Disk.read_into(path, buffer);
                let sightings = Sightings::later(&memory);
                let again = ImportNames::of(all.clone(), &read, Some((&sightings, &Stamp::of)));
                sightings.save();
                let first = ImportNames::of(all, &read, None);
                let roots = |_: &Path| Roots { project: project.clone(), imports: vec![project.clone()] };
                for changed in names.iter().map(|path| BTreeSet::from([path.clone()])) {
                    let [again, first] = [&again, &first].map(|names| names.dependants(&Disk, &roots, &changed));
                    assert_eq!(again, first, "seed {seed}, round {round}, {changed:?}");
                }
            }
        }
    }

    #[test]
    fn files_that_stay_are_not_read_again() {
        let (temp, all) = project(&[("a.py", "x = 1\n"), ("b.py", "import a\n"), ("c.py", "import flyte, b\n")]);
        let memory = temp.path().join("p.seen");
        let looked = |read: Read<'_>| {
            let sightings = Sightings::later(&memory);
            let names = ImportNames::of(all.clone(), read, Some((&sightings, &Stamp::of)));
            sightings.save();
            assert_eq!(names.unread().count(), 0);
        };
        looked(&|path, buffer| Disk.read_into(path, buffer));
        // One that has to do with Flyte is read by all who ask.
        looked(&|path, buffer| {
            assert!(path.ends_with("c.py"), "{}", path.display());
            Disk.read_into(path, buffer)
        });
    }
}
