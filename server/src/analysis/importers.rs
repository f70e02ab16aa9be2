//! Which files run together, since one imports the other or a third imports both; read off the bytes of all files that the
//! ones of interest import. What one of them does to a module, the others can see.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem;

use super::files::{Files, Roots};
use super::lower::narrow::Surroundings;
use super::prefilter;

/// The imports between files.
#[derive(Debug, Default)]
pub struct Imports {
    to: HashMap<PathBuf, Vec<PathBuf>>,
    /// The files that import a file.
    pub from: HashMap<PathBuf, Vec<PathBuf>>,
    /// Files whose text may set attributes of what they import.
    pub suspects: Vec<PathBuf>,
    /// Files that may teach Flyte types (`TypeEngine.register`, `TypeTransformer`), with their text.
    teaching: Vec<(PathBuf, Arc<[u8]>)>,
}

/// Follows the imports of `starts`.
pub fn find(files: &dyn Files, roots: &Roots, starts: &[PathBuf]) -> Imports {
    find_from(files, roots, starts.iter().map(|path| (path.clone(), None)).collect())
}

/// Like [`find`], for files that were read already.
pub fn find_from(files: &dyn Files, roots: &Roots, starts: Vec<(PathBuf, Option<Arc<[u8]>>)>) -> Imports {
    let mut found = Imports::default();
    let mut seen: HashSet<PathBuf> = starts.iter().map(|(path, _)| path.clone()).collect();
    let mut open = starts;
    while let Some((path, read)) = open.pop() {
        let Some(bytes) = read.or_else(|| files.read(&path).ok()) else { continue };
        if may_patch(&bytes) {
            found.suspects.push(path.clone());
        }
        if [&b"TypeTransformer"[..], b"TypeEngine"].iter().any(|word| memmem::find(&bytes, word).is_some()) {
            found.teaching.push((path.clone(), Arc::clone(&bytes)));
        }
        let targets = prefilter::imported_files(files, roots, &path, &bytes);
        for target in &targets {
            found.from.entry(target.clone()).or_default().push(path.clone());
            if seen.insert(target.clone()) {
                open.push((target.clone(), None));
            }
        }
        found.to.insert(path, targets);
    }
    found.suspects.sort();
    found
}

impl Imports {
    /// What surrounds a file among these, if no other of them imports it: then its names are its own affair.
    pub fn around(&self, path: &Path) -> Option<Surroundings> {
        let is_other = |file: &PathBuf| file != path;
        let is_alone = self.from.get(path).is_none_or(|from| !from.iter().any(is_other));
        let imports_none = !self.to.get(path)?.iter().any(is_other);
        is_alone.then(|| Surroundings { imports_none, may_patch: self.suspects.iter().any(|file| file == path) })
    }

    /// The files in groups that no import connects with each other, in either direction.
    pub fn islands(&self) -> Vec<Vec<PathBuf>> {
        let mut seen: HashSet<&Path> = HashSet::new();
        let mut islands = Vec::new();
        for start in self.to.keys() {
            if !seen.insert(start) {
                continue;
            }
            let mut island = Vec::new();
            let mut open = vec![start.as_path()];
            while let Some(path) = open.pop() {
                let beside = [self.to.get(path), self.from.get(path)].into_iter().flatten().flatten();
                open.extend(beside.map(PathBuf::as_path).filter(|next| seen.insert(next)));
                island.push(path.to_owned());
            }
            island.sort();
            islands.push(island);
        }
        islands.sort();
        islands
    }

    /// Whether the imports of a file are known.
    pub fn knows(&self, path: &Path) -> bool {
        self.to.contains_key(path)
    }

    /// The files that can run together with `path`. The files of pytest run with what they test, but not where tasks are
    /// run.
    pub fn beside(&self, path: &Path) -> HashSet<PathBuf> {
        let mut above = closure(&self.from, vec![path.to_path_buf()]);
        above.retain(|file| !is_test(file));
        let mut all = closure(&self.to, above.into_iter().collect());
        all.insert(path.to_path_buf());
        all
    }

    /// The files that a file imports, and those that they import, without itself.
    pub fn imported_by<'p>(&'p self, path: &'p Path) -> Vec<&'p Path> {
        let (mut found, mut at) = (vec![path], 0);
        while let Some(path) = found.get(at) {
            for next in self.to.get(*path).into_iter().flatten() {
                if !found.contains(&next.as_path()) {
                    found.push(next);
                }
            }
            at += 1;
        }
        found.split_off(1)
    }

    /// Whether some file may teach Flyte types.
    pub fn is_taught(&self) -> bool {
        !self.teaching.is_empty()
    }

    /// A file that may teach Flyte a class, which is defined in `path`: it runs together with that, and mentions the class.
    pub fn teaches(&self, path: &Path, class: &str) -> Option<&Path> {
        if self.teaching.is_empty() {
            return None;
        }
        let beside = self.beside(path);
        let mut teaching = self.teaching.iter().filter(|(file, _)| beside.contains(file));
        teaching.find(|(_, text)| memmem::find(text, class.as_bytes()).is_some()).map(|(file, _)| file.as_path())
    }
}

fn closure(edges: &HashMap<PathBuf, Vec<PathBuf>>, mut open: Vec<PathBuf>) -> HashSet<PathBuf> {
    let mut all: HashSet<PathBuf> = open.iter().cloned().collect();
    while let Some(path) = open.pop() {
        for next in edges.get(&path).into_iter().flatten() {
            if all.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    all
}

fn is_test(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name == "conftest.py" || name.starts_with("test_") || name.ends_with("_test.py")
}

/// Whether a line of a file sets an attribute of anything but `self`, or the file has other means to.
pub fn may_patch(bytes: &[u8]) -> bool {
    if [&b"setattr"[..], b"__dict__", b"vars("].iter().any(|word| memmem::find(bytes, word).is_some()) {
        return true;
    }
    let text_before = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default();
        let start = memchr::memrchr3(b'\n', b';', b':', before).map_or(0, |end| end + 1);
        before.get(start..).unwrap_or_default().trim_ascii_start()
    };
    memchr::memchr_iter(b'=', bytes).map(text_before).any(|line| {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | 0x80..);
        let (target, operator) = line.split_at(line.iter().position(|byte| !is_part(byte)).unwrap_or(line.len()));
        operator.trim_ascii_start().len() <= 1
            && target.contains(&b'.')
            && !target.starts_with(b"self.")
            && !target.ends_with(b".")
    })
}
