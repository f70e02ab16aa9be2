//! Which files can hold tasks or calls of tasks, decided from bytes: the others are never parsed.
//!
//! A file matters if it mentions `flyte`, or if it imports a module of the project that matters: 3 % of real task files
//! import their environment and never say `flyte`. Both are read off the bytes, without a tree. What is imported only
//! dynamically (`importlib`) is not followed.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use memchr::memmem;

use super::files::{Files, Roots};
use super::importers::{self, Imports};
use super::ir::{ImportedModule, Summary};
use super::link;
use super::modules::{self, Resolved};
use super::parallel;
use super::remembered::Stamp;
use super::summaries::Summaries;
use super::task::Problem;

/// The files that matter, summarized, in the order of `paths`; and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub files: Vec<(PathBuf, Arc<Summary>)>,
    pub problems: Vec<Problem>,
    /// The imports between them, and of what they import; `None` where some of them changed since those were found.
    pub imports: Option<Arc<Imports>>,
    /// The states that the paths were read in, in their order; none where they were not read.
    pub stamps: Vec<Option<Stamp>>,
}

/// Whether a file has a decorator `@….task` of something that is called an environment: one of a package outside of the
/// project, maybe.
fn uses_an_environment(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b".task").any(|at| {
        let before = bytes.get(..at).unwrap_or_default();
        let start = before.iter().rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')));
        let word = start.and_then(|start| before.get(start..)).unwrap_or_default();
        word.first() == Some(&b'@') && memmem::find(&word.to_ascii_lowercase(), b"env").is_some()
    })
}

/// Whether a file's bytes say `flyte`.
pub fn mentions_flyte(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"flyte").is_some()
}

/// Which files that were not selected have to do with Flyte.
#[derive(Default)]
pub struct Matter<'a> {
    looked_at: &'a [PathBuf],
    /// Where they are, in the order of their names: asked seldom, so that it is made when it is first asked.
    order: OnceCell<Vec<usize>>,
    others: RefCell<HashMap<PathBuf, bool>>,
}

impl<'a> Matter<'a> {
    /// After [`select`] looked at `paths`: what it did not select has nothing to do with Flyte.
    pub fn looked_at(paths: &'a [PathBuf]) -> Self {
        Self { looked_at: paths, ..Self::default() }
    }

    /// Whether a file that was not selected has to do with Flyte.
    pub fn of(&self, files: &dyn Files, path: &Path) -> bool {
        if self.was_looked_at(path) {
            return false;
        }
        if let Some(known) = self.others.borrow().get(path) {
            return *known;
        }
        let matters = files.read(path).is_ok_and(|bytes| mentions_flyte(&bytes));
        self.others.borrow_mut().insert(path.to_path_buf(), matters);
        matters
    }

    fn was_looked_at(&self, path: &Path) -> bool {
        let name = |at: &usize| self.looked_at.get(*at).map(|path| path.as_os_str());
        let order = self.order.get_or_init(|| {
            let mut order: Vec<usize> = (0..self.looked_at.len()).collect();
            order.sort_by(|one, other| name(one).cmp(&name(other)));
            order
        });
        order.binary_search_by(|at| name(at).cmp(&Some(path.as_os_str()))).is_ok()
    }
}

/// Reads all files, on all cores, and summarizes those that matter.
pub fn select(files: &dyn Files, roots: &Roots, summaries: &Summaries, paths: &[PathBuf]) -> Selection {
    if let Some(known) = summaries.selection(files, paths) {
        return known;
    }
    let selection = select_anew(files, roots, summaries, paths);
    summaries.keep_selection(files, paths, &selection);
    selection
}

fn select_anew(files: &dyn Files, roots: &Roots, summaries: &Summaries, paths: &[PathBuf]) -> Selection {
    let first = parallel::map(paths, |path| look(files, summaries, path));
    let mut stamps = Vec::with_capacity(paths.len());
    let mut found: Vec<Option<Arc<[u8]>>> = Vec::with_capacity(paths.len());
    let mut problems = Vec::new();
    let mut dull: Vec<(usize, Arc<[u64]>, bool)> = Vec::new();
    for (index, (look, stamp)) in first.into_iter().enumerate() {
        stamps.push(stamp);
        let mut matters = None;
        match look {
            Look::Matters(bytes) => matters = Some(bytes),
            Look::Unreadable(problem) => problems.push(problem),
            Look::Imports(Dull { names, has_task }) => dull.push((index, names, has_task)),
        }
        found.push(matters);
    }

    let mut matters: HashSet<&Path> =
        paths.iter().zip(&found).filter(|(_, bytes)| bytes.is_some()).map(|(path, _)| path.as_path()).collect();
    let mut stems: HashSet<u64> = matters.iter().filter_map(|path| stem(path)).collect();
    let reach = Reach::new(files, roots);
    let mut outside = true;
    loop {
        // Names are compared first, as hashes; a file of which one is known is looked at again.
        let (hits, rest): (Vec<_>, Vec<_>) = dull
            .into_iter()
            .partition(|(_, names, has_task)| (outside && *has_task) || names.iter().any(|name| stems.contains(name)));
        let picked = parallel::map(&hits, |(index, _, has_task)| {
            let path = paths.get(*index)?;
            let bytes = files.read(path).ok()?;
            let leads = imports(&bytes).iter().any(|import| {
                candidates(roots, path, import).iter().any(|candidate| matters.contains(candidate.as_path()))
                    || (outside && *has_task && reach.by(path, import))
            });
            leads.then_some(bytes)
        });
        dull = rest;
        let mut grew = false;
        for ((index, names, has_task), picked) in hits.into_iter().zip(picked) {
            let Some(path) = paths.get(index) else { continue };
            match picked {
                None => dull.push((index, names, has_task)),
                Some(bytes) => {
                    if let Some(place) = found.get_mut(index) {
                        *place = Some(bytes);
                    }
                    matters.insert(path);
                    stems.extend(stem(path));
                    grew = true;
                }
            }
        }
        outside = false;
        if !grew {
            break;
        }
    }
    let found: Vec<(&PathBuf, Arc<[u8]>)> =
        paths.iter().zip(found).filter_map(|(path, bytes)| Some((path, bytes?))).collect();
    let starts = found.iter().map(|(path, bytes)| ((*path).clone(), Some(Arc::clone(bytes)))).collect();
    let imports = importers::find_from(files, roots, starts);
    let summarized = parallel::map_deeply(&found, |(path, bytes)| match imports.around(path) {
        Some(around) => summaries.of_alone(files, path, bytes, around),
        None => summaries.of(files, path, bytes),
    });
    let mut selected = Vec::new();
    for ((path, _), summary) in found.iter().zip(summarized) {
        match summary {
            Ok(summary) => selected.push(((*path).clone(), summary)),
            Err(problem) => problems.push(problem),
        }
    }
    Selection { files: selected, problems, imports: Some(Arc::new(imports)), stamps }
}

/// How a file begins that stands for content that Git LFS keeps elsewhere.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

fn elsewhere(path: &Path) -> Problem {
    let message = "only a pointer of Git LFS is here, not the code: fetch it with `git lfs pull`".to_owned();
    Problem { file: path.into(), line: None, message }
}

/// What the first look at a file finds.
enum Look {
    Matters(Arc<[u8]>),
    Imports(Dull),
    Unreadable(Problem),
}

/// A file that doesn't mention Flyte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dull {
    /// Hashes of the names of the modules that it may import.
    pub names: Arc<[u64]>,
    /// Whether it says `.task`.
    pub has_task: bool,
}

/// Whether tasks may be defined in a file: by a decorator of an environment wherever that is from, or by what Flyte has for it.
pub fn may_hold_tasks(bytes: &[u8]) -> bool {
    static TASK: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b".task"));
    TASK.find(bytes).is_some() || mentions_flyte(bytes)
}

/// Whether a file's bytes alone say that it matters.
pub fn matters(bytes: &[u8]) -> bool {
    mentions_flyte(bytes) || uses_an_environment(bytes)
}

fn look(files: &dyn Files, summaries: &Summaries, path: &Path) -> (Look, Option<Stamp>) {
    thread_local! {
        /// Nearly all files are looked at and let go.
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    if let Some(dull) = summaries.dull(files, path) {
        return (Look::Imports(dull), None);
    }
    let sightings = summaries.sightings();
    if let Some((dull, stamp)) = sightings.and_then(|known| known.recall(path, || files.stamp(path))) {
        return (Look::Imports(dull), Some(stamp));
    }
    let look = |bytes: &mut Vec<u8>| match files.read_into(path, bytes) {
        Ok(stamp) => {
            if bytes.starts_with(LFS_POINTER) {
                return (Look::Unreadable(elsewhere(path)), stamp);
            }
            let Some(dull) = dull(path, bytes) else { return (Look::Matters(Arc::from(&**bytes)), stamp) };
            summaries.keep_dull(files, path, stamp, &dull);
            if let Some((sightings, stamp)) = sightings.zip(stamp) {
                sightings.note(path, &stamp, &dull);
            }
            (Look::Imports(dull), stamp)
        }
        // Listed, and gone since: nothing to tell.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (Look::Imports(Dull { names: Arc::default(), has_task: false }), None)
        }
        Err(error) => (Look::Unreadable(link::unreadable(path, &error)), None),
    };
    BUFFER.with_borrow_mut(look)
}

/// Whether a file's bytes say `flyte` or `.task`, and where they say `import`, if they don't say `flyte`. Of all that is done with most
/// files this takes the longest, beside reading them: one word after the other is found sooner than all in one go.
fn said(bytes: &[u8]) -> (bool, bool, Vec<usize>) {
    static WORDS: LazyLock<[memmem::Finder<'static>; 3]> =
        LazyLock::new(|| ["flyte", ".task", "import"].map(|word| memmem::Finder::new(word.as_bytes())));
    let [flyte, task, import] = &*WORDS;
    if flyte.find(bytes).is_some() {
        return (true, task.find(bytes).is_some(), Vec::new());
    }
    (false, task.find(bytes).is_some(), import.find_iter(bytes).collect())
}

/// What is to be known of a file that has nothing to do with Flyte by itself; `None` for one that has.
pub fn dull(path: &Path, bytes: &[u8]) -> Option<Dull> {
    let (mentions_flyte, has_task, places) = said(bytes);
    if bytes.starts_with(LFS_POINTER) || mentions_flyte || (has_task && uses_an_environment(bytes)) {
        return None;
    }
    Some(Dull { names: names_at(path, bytes, places).into(), has_task })
}

/// Hashes of the names of the modules that a file may import, sorted; of a relative import that of the package too, which may have to do
/// with it beside the module.
pub fn imported_names(path: &Path, bytes: &[u8]) -> Vec<u64> {
    static IMPORT: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"import"));
    names_at(path, bytes, IMPORT.find_iter(bytes))
}

/// The names of the imports at some places of the word `import`.
fn names_at(path: &Path, bytes: &[u8], places: impl IntoIterator<Item = usize>) -> Vec<u64> {
    let mut names = Vec::new();
    let places = places.into_iter().filter(|place| !hash_plain(bytes, *place, &mut names)).collect::<Vec<_>>();
    for import in imports_at(bytes, places) {
        names.extend(import.hashes());
        names.extend(import.folder(path).filter(|_| import.module.level > 0));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Adds the names of `import a.b` in a line of its own, as most are written, and says whether it is one.
fn hash_plain(bytes: &[u8], at: usize, names: &mut Vec<u64>) -> bool {
    let after = bytes.get(at + b"import".len()..).unwrap_or_default();
    let line = after.get(..memchr::memchr(b'\n', after).unwrap_or(after.len())).unwrap_or_default();
    let starts_a_line = at == 0 || bytes.get(at - 1) == Some(&b'\n');
    let Some(module) = line.strip_prefix(b" ").filter(|_| starts_a_line) else { return false };
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    // A backslash may join the line before.
    if !module.iter().all(is_plain) || bytes.get(..at).unwrap_or_default().ends_with(b"\\\n") {
        return false;
    }
    let parts = module.split(|byte| *byte == b'.').filter_map(|part| std::str::from_utf8(part).ok());
    names.extend(parts.filter(|part| !part.is_empty()).map(hashed));
    true
}

/// An import statement, as bytes show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub module: ImportedModule,
    /// The names that are imported from the module, which may be submodules.
    pub names: Vec<String>,
}

impl Import {
    /// Hashes of the names of files that it may mean: every part of the module's dotted name, every name from it.
    pub fn hashes(&self) -> impl Iterator<Item = u64> {
        let parts = self.module.name.split('.').filter(|part| !part.is_empty());
        parts.chain(self.names.iter().map(String::as_str)).map(hashed)
    }

    /// The hash of the name of the folder that a relative import starts from, which is the package's.
    pub fn folder(&self, from: &Path) -> Option<u64> {
        relative_base(from, self.module.level)?.file_name()?.to_str().map(hashed)
    }
}

/// Every import statement of a file. Text in strings that looks like one is taken for one; that costs a look, no more.
pub fn imports(bytes: &[u8]) -> Vec<Import> {
    imports_at(bytes, memmem::find_iter(bytes, b"import"))
}

/// Those of the places of the word `import` that are statements.
fn imports_at(bytes: &[u8], places: impl IntoIterator<Item = usize>) -> Vec<Import> {
    let mut found = Vec::new();
    for at in places {
        let after = at + b"import".len();
        let is_word =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80);
        if is_word(at.checked_sub(1).and_then(|before| bytes.get(before))) || is_word(bytes.get(after)) {
            continue;
        }
        let before = bytes.get(statement_start(bytes, at)..at).unwrap_or_default();
        let is_blank = before.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b'\\');
        if !is_blank && memmem::find(before, b"from").is_none() {
            continue;
        }
        let names = listed(bytes.get(after..).unwrap_or_default());
        if is_blank {
            let plain = |name| Import { module: ImportedModule { level: 0, name }, names: Vec::new() };
            found.extend(names.into_iter().map(plain));
            continue;
        }
        let before = String::from_utf8_lossy(before);
        let before: String = before.split(['\\', '\n', '\r']).collect::<Vec<_>>().join(" ");
        match before.trim().strip_prefix("from") {
            Some(module) if module.starts_with([' ', '\t', '.', '\x0c']) => {
                let module: String = module.split_whitespace().collect();
                let name = module.trim_start_matches('.').to_owned();
                let level = u32::try_from(module.len() - name.len()).unwrap_or(u32::MAX);
                found.push(Import { module: ImportedModule { level, name }, names });
            }
            _ => {}
        }
    }
    found
}

/// Where the statement starts that holds the byte at `at`: behind a line end that no backslash joins, a `;` or a `:`.
fn statement_start(bytes: &[u8], at: usize) -> usize {
    let mut start = at;
    while let Some(before) = start.checked_sub(1) {
        match bytes.get(before) {
            Some(b';' | b':') => break,
            Some(b'\n' | b'\r') => {
                let joined = bytes.get(..before).unwrap_or_default();
                let joined = joined.strip_suffix(b"\r").unwrap_or(joined);
                if !joined.ends_with(b"\\") {
                    break;
                }
            }
            _ => {}
        }
        start = before;
    }
    start
}

/// The dotted names of a list behind `import`, without their aliases.
fn listed(rest: &[u8]) -> Vec<String> {
    let line = rest.get(..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())).unwrap_or_default();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b',' | b' ' | b'*');
    match std::str::from_utf8(line) {
        Ok(line) if line.bytes().all(|byte| is_plain(&byte)) => names_of(line),
        _ => names_of(&listed_over_lines(rest)),
    }
}

/// The names of a list, without their aliases.
fn names_of(list: &str) -> Vec<String> {
    let names = list.split(',').filter_map(|name| name.split_whitespace().next());
    names.filter(|name| *name != "*").map(str::to_owned).collect()
}

/// A list behind `import` in one line, without comments and parentheses.
fn listed_over_lines(rest: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = rest.iter().copied().peekable();
    let mut open = false;
    while let Some(byte) = rest.next() {
        match byte {
            b'(' => open = true,
            b')' | b';' => break,
            b'#' => {
                while rest.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    rest.next();
                }
            }
            b'\\' => {
                while rest.peek().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    rest.next();
                }
                text.push(' ');
            }
            b'\n' | b'\r' if !open => break,
            byte => text.push(char::from(byte)),
        }
    }
    text
}

/// The files that an import may mean.
pub fn candidates(roots: &Roots, from: &Path, import: &Import) -> Vec<PathBuf> {
    let Some(folder) = from.parent() else { return Vec::new() };
    let bases: Vec<PathBuf> = match import.module.level {
        0 => modules::search_path(roots, folder).collect(),
        level => relative_base(from, level).map(Path::to_path_buf).into_iter().collect(),
    };
    let mut all = Vec::new();
    for mut module in bases {
        all.push(module.join("__init__.py"));
        for part in import.module.name.split('.').filter(|part| !part.is_empty()) {
            all.push(module.join(format!("{part}.py")));
            module.push(part);
            all.push(module.join("__init__.py"));
        }
        for name in &import.names {
            all.push(module.join(format!("{name}.py")));
            all.push(module.join(name).join("__init__.py"));
        }
    }
    all
}

/// Which imports lead to a file that mentions `flyte`, over any number of files that don't and whether they were asked
/// for or not: a package's `__init__.py` passes on what others define.
struct Reach<'a> {
    files: &'a dyn Files,
    roots: &'a Roots,
    known: Mutex<HashMap<PathBuf, bool>>,
}

impl<'a> Reach<'a> {
    fn new(files: &'a dyn Files, roots: &'a Roots) -> Self {
        Self { files, roots, known: Mutex::default() }
    }

    fn by(&self, from: &Path, import: &Import) -> bool {
        let mut seen = HashSet::new();
        let mut open = self.targets(from, import);
        let mut leads = false;
        while let Some(path) = open.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            if let Some(known) = self.known().get(&path).copied() {
                leads |= known;
            } else if let Ok(bytes) = self.files.read(&path) {
                leads |= mentions_flyte(&bytes);
                if !leads {
                    open.extend(imports(&bytes).iter().flat_map(|import| self.targets(&path, import)));
                }
            }
            if leads {
                self.known().insert(path, true);
                return true;
            }
        }
        // None of them leads there; the way that did may have passed by others that don't.
        self.known().extend(seen.into_iter().map(|path| (path, false)));
        false
    }

    fn targets(&self, from: &Path, import: &Import) -> Vec<PathBuf> {
        targets(self.files, self.roots, from, import)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<PathBuf, bool>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files of the project that a file's bytes import.
pub fn imported_files(files: &dyn Files, roots: &Roots, from: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    imports(bytes).iter().flat_map(|import| targets(files, roots, from, import)).collect()
}

fn targets(files: &dyn Files, roots: &Roots, from: &Path, import: &Import) -> Vec<PathBuf> {
    let module = match modules::resolve(files, roots, from, &import.module) {
        Resolved::Module(module) => module,
        Resolved::External => return Vec::new(),
        // That it isn't known which is for the reader to be told, if it may matter.
        Resolved::Ambiguous(one, other) => return vec![one, other],
    };
    let submodules = import.names.iter().filter_map(|name| modules::submodule(files, &module, name)?.file);
    submodules.chain(module.file.clone()).collect()
}

fn relative_base(from: &Path, level: u32) -> Option<&Path> {
    from.parent()?.ancestors().nth(usize::try_from(level).ok()?.checked_sub(1)?)
}

/// The hash of the name that a file is imported by.
pub fn stem(path: &Path) -> Option<u64> {
    let stem = path.file_stem()?.to_str()?;
    let name = if stem == "__init__" { path.parent()?.file_name()?.to_str()? } else { stem };
    Some(hashed(name))
}

/// FNV-1a: names are short, and what is [kept](super::sightings) of them must mean the same to the next build.
fn hashed(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let found: Vec<(String, Vec<String>)> = imports(text.as_bytes())
            .into_iter()
            .map(|import| {
                let dots = ".".repeat(usize::try_from(import.module.level).unwrap_or_default());
                (format!("{dots}{}", import.module.name), import.names)
            })
            .collect();
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(module, names)| ((*module).to_owned(), names.iter().map(|name| (*name).to_owned()).collect()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn imports_are_read_off_the_bytes() {
        check("import a.b as c, d\n", &[("a.b", &[]), ("d", &[])]);
        check("from a.b import c as d, e\n", &[("a.b", &["c", "e"])]);
        check("from . import (  # why\n    envs,  # the (environments)\n    x as y,\n)\n", &[(".", &["envs", "x"])]);
        check("from ..a import *", &[("..a", &[])]);
        check("if x: import a; import b\n", &[("a", &[]), ("b", &[])]);
        check("from a \\\n  import b, \\\n  c\n", &[("a", &["b", "c"])]);
        check("from a import b\r\nimport c\r\n", &[("a", &["b"]), ("c", &[])]);
        check("try:\n    from .a import(b)\nexcept ImportError: pass\n", &[(".a", &["b"])]);
    }

    #[test]
    fn words_that_hold_import_are_none() {
        check(
            "importlib.reload(x)\nfrom importlib import import_module\nreimport = 1\n",
            &[("importlib", &["import_module"])],
        );
        check("x = 'what we import today'\n", &[]);
    }
}
