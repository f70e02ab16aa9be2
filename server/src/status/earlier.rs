//! The code as it was at the baseline.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::policy::Behavior;

use crate::analysis::{
    self, Disk, Entry, Files, Known, Listing, Roots, Stamp, Summaries, Task, analyze_with, parallel,
};
use crate::baseline::{BaselineError, Child, Choice, Git, Repository, State, Tree};
use crate::environment::{self, Outside, Texts};

use super::Gone;
use super::walk::plain;

/// What projects are compared with, looked up once a repository: starting git takes longer than reading a project.
pub struct Baselines<'a> {
    outside: &'a Outside,
    /// Where git is, once a repository was opened.
    git: Option<Option<PathBuf>>,
    known: HashMap<(PathBuf, Option<String>), Compared>,
}

/// A revision and its files.
pub type Compared = Result<(Choice, Arc<Tree>), BaselineError>;

impl<'a> Baselines<'a> {
    /// None yet; git is looked for on the search path when it is first needed.
    pub fn new(outside: &'a Outside) -> Self {
        Self { outside, git: None, known: HashMap::new() }
    }

    /// The baseline of the repository around `root`: the revision `wanted`, or the usual one.
    pub fn of(&mut self, root: &Path, wanted: Option<&str>) -> Compared {
        let key = (root.to_owned(), wanted.map(str::to_owned));
        let Self { outside, git, known } = self;
        let open = || open(git.get_or_insert_with(|| outside.program("git")).as_deref(), root, wanted);
        known.entry(key).or_insert_with(open).clone()
    }
}

fn open(git: Option<&Path>, root: &Path, wanted: Option<&str>) -> Compared {
    let git = git.ok_or(BaselineError::NoGit)?;
    let repository = Repository::open(Git::new(git.to_owned()), root)?;
    let choice = repository.choose(wanted)?;
    let tree = repository.tree(&choice.baseline.revision)?;
    Ok((choice, Arc::new(tree)))
}

/// A file (absolute) as it was at a revision, by its commit's id; `None` if there was none.
///
/// # Errors
///
/// [`BaselineError`]
pub fn file_at(path: &Path, revision: &str, outside: &Outside) -> Result<Option<Arc<[u8]>>, BaselineError> {
    let git = outside.program("git").ok_or(BaselineError::NoGit)?;
    Repository::open(Git::new(git), path.parent().unwrap_or(path))?.tree(revision)?.read(path)
}

/// The files of Python that a sparse checkout leaves out below a folder; none where there is no telling.
pub fn left_out(folder: &Path, outside: &Outside) -> Vec<PathBuf> {
    let repository = outside.program("git").and_then(|git| Repository::open(Git::new(git), folder).ok());
    let tree = repository.and_then(|repository| repository.tree(repository.head_commit()?).ok());
    let files = tree.iter().flat_map(Tree::files).filter(|file| is_python(file) && file.starts_with(folder));
    files.filter(|file| tree.as_ref().is_some_and(|tree| tree.left_out(file).is_some())).collect()
}

/// The branches and tags that the code in a folder could be compared with: name, date, subject.
///
/// # Errors
///
/// [`BaselineError`]
pub fn revisions(folder: &Path, most: usize, outside: &Outside) -> Result<Vec<[String; 3]>, BaselineError> {
    let git = outside.program("git").ok_or(BaselineError::NoGit)?;
    Repository::open(Git::new(git), folder)?.named_revisions(most)
}

/// The text files of a project as they were; what the revision does not track is taken as it is.
pub struct Earlier<'a>(pub &'a Tree);

impl Texts for Earlier<'_> {
    fn bytes(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match Tree::read(self.0, path).map_err(io::Error::other)? {
            Some(content) => Ok(Some(content.to_vec())),
            None => environment::Disk.bytes(path),
        }
    }
}

impl Files for Tree {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        match Tree::read(self, path) {
            Ok(Some(content)) => Ok(content),
            Ok(None) => Err(io::ErrorKind::NotFound.into()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        Tree::is_file(self, path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        Tree::is_folder(self, path)
    }

    fn list(&self, folder: &Path) -> Option<Listing> {
        let entry = |child| match child {
            Child::File => Entry::File,
            Child::Folder => Entry::Folder,
            Child::Other => Entry::Other,
        };
        Some(self.children(folder)?.into_iter().map(|(name, child)| (name, entry(child))).collect())
    }
}

/// What was asked about, for [`earlier_tasks`].
pub struct Asked<'a> {
    /// The files.
    pub files: &'a [PathBuf],
    /// The paths that were named, of which some may be gone.
    pub named: &'a [PathBuf],
    /// The project's folder.
    pub root: &'a Path,
    /// Whether no file of another project was asked about.
    pub is_only_project: bool,
}

impl Asked<'_> {
    /// Whether all files of the project were asked about, and nothing else.
    pub fn is_whole_project(&self) -> bool {
        self.is_only_project && self.named.iter().any(|named| named == self.root)
    }
}

/// What was found out of the code as it was, for one baseline and one set of files that are asked about. Of files on disk only: those that
/// are being edited are looked at each time.
#[derive(Debug, Default)]
pub struct Memory {
    /// Files that were asked about and changed since.
    asked: Option<Vec<PathBuf>>,
    /// Files that were asked about and are gone.
    gone: Option<Vec<PathBuf>>,
    /// Files that changed since, asked about or not.
    anywhere: Option<Vec<PathBuf>>,
    /// By the files that were looked at; the last ones only.
    projects: Vec<(Vec<PathBuf>, Arc<analysis::Project>)>,
}

impl Memory {
    /// What [`changed`] finds among the files that are asked about; `stamps` are the states that they were read in, where they were.
    pub fn changed(
        &mut self,
        files: &dyn Files,
        tree: &Tree,
        asked: &[PathBuf],
        stamps: &[Option<Stamp>],
    ) -> Vec<PathBuf> {
        let on_disk = self.asked.get_or_insert_with(|| {
            let stamps = stamps.iter().copied().chain(iter::repeat(None));
            changed(&Disk, tree, &touched(tree, asked.iter().zip(stamps)))
        });
        with_edited(on_disk, files, tree, |file| asked.contains(file))
    }

    /// Files that were asked about and are gone from the disk.
    pub fn gone(&mut self, tree: &Tree, asked: &Asked<'_>) -> &[PathBuf] {
        let is_asked = asked_about(asked);
        let is_gone =
            |file: &PathBuf| is_python(file) && is_asked(file) && !file.exists() && tree.left_out(file).is_none();
        self.gone.get_or_insert_with(|| tree.files_beside(asked.files).filter(is_gone).collect())
    }

    /// The same among all files of Python.
    fn anywhere(&mut self, files: &dyn Files, tree: &Tree, asked: &[PathBuf]) -> Vec<PathBuf> {
        let on_disk = self.anywhere.get_or_insert_with(|| {
            let others: Vec<PathBuf> = tree.files_beside(asked).filter(|file| is_python(file)).collect();
            changed(&Disk, tree, &others)
        });
        with_edited(on_disk, files, tree, |file| is_python(file))
    }

    fn analyzed(
        &mut self,
        files: &BTreeSet<PathBuf>,
        analyze: impl FnOnce(&[PathBuf]) -> analysis::Project,
    ) -> Arc<analysis::Project> {
        const MOST: usize = 4;
        let files: Vec<PathBuf> = files.iter().cloned().collect();
        if let Some((_, known)) = self.projects.iter().find(|(of, _)| *of == files) {
            return Arc::clone(known);
        }
        let found = Arc::new(analyze(&files));
        self.projects.truncate(MOST - 1);
        self.projects.insert(0, (files, Arc::clone(&found)));
        found
    }
}

/// The files that changed, where `on_disk` are those that the disk holds otherwise.
fn with_edited(on_disk: &[PathBuf], files: &dyn Files, tree: &Tree, which: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
    let edited: Vec<PathBuf> = files.edited().into_iter().filter(which).collect();
    let mut all: Vec<PathBuf> = on_disk.iter().filter(|file| !files.is_edited(file)).cloned().collect();
    all.extend(changed(files, tree, &edited));
    all
}

/// The tasks as they were; `files_now` are the files as they stand, `summaries` holds what `now` was made of, `edited` are those [`changed`]
/// of the files that were asked about, and `callers` are files that call them now.
///
/// Looked at are the files that hold tasks now, those asked about that changed or are gone, and those of the callers. Only
/// where a task was in none of them, all files that changed since are, for it may have moved.
pub fn earlier_tasks(
    summaries: &Summaries,
    (files_now, tree): (&dyn Files, &Tree),
    roots: &Roots,
    now: &analysis::Project,
    (asked, edited): (&Asked<'_>, &[PathBuf]),
    callers: BTreeSet<PathBuf>,
    memory: &mut Memory,
) -> Arc<analysis::Project> {
    let mut files = callers;
    files.extend(now.tasks.iter().map(|task| task.place.file.to_path_buf()));
    files.extend(edited.iter().cloned());
    let gone = memory.gone(tree, asked);
    files.extend(gone.iter().filter(|file| !files_now.is_edited(file)).cloned());
    files.retain(|file| tree.is_file(file));
    let same = if gone.is_empty() { unchanged(files_now, tree, roots, now, asked) } else { HashSet::new() };
    let analyze = |files: &[PathBuf]| {
        let rest: Vec<PathBuf> = files.iter().filter(|file| !same.contains(file.as_path())).cloned().collect();
        let part = now.part(|file| same.contains(file));
        if rest.is_empty() { part } else { part.and(analyze_with(summaries, tree, roots, &rest)) }
    };
    let then = memory.analyzed(&files, analyze);
    let names: HashSet<&str> = then.tasks.iter().filter_map(Task::known_name).collect();
    if now.tasks.iter().filter_map(Task::known_name).all(|name| names.contains(name)) {
        return then;
    }
    files.extend(memory.anywhere(files_now, tree, asked.files));
    memory.analyzed(&files, analyze)
}

/// The files of which what was found `now` holds for the code as it was: they are as they were, and so are all that imports connect with
/// them. None unless the whole project was asked about: an import may have led to a file that is gone.
fn unchanged<'a>(
    files: &dyn Files,
    tree: &Tree,
    roots: &Roots,
    now: &'a analysis::Project,
    asked: &Asked<'_>,
) -> HashSet<&'a Path> {
    if !asked.is_whole_project() || roots.imports.iter().any(|root| !root.starts_with(asked.root)) {
        return HashSet::new();
    }
    let all: Vec<PathBuf> = now.islands.iter().flatten().cloned().collect();
    let changed: HashSet<PathBuf> = changed(files, tree, &all).into_iter().collect();
    let as_they_were = now.islands.iter().filter(|island| !island.iter().any(|file| changed.contains(file)));
    as_they_were.flatten().map(PathBuf::as_path).collect()
}

/// Whether a file of the project, also one that is gone, is among the paths that were named.
fn asked_about(asked: &Asked<'_>) -> impl Fn(&Path) -> bool {
    |file| file.starts_with(asked.root) && asked.named.iter().any(|named| plain(file).starts_with(named))
}

/// Whether a file is a module by its name.
pub(super) fn is_python(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "py")
}

/// The working files of which the states that they were read in don't tell that the revision holds them as they are.
pub fn touched<'p>(tree: &Tree, files: impl Iterator<Item = (&'p PathBuf, Option<Stamp>)> + Clone) -> Vec<PathBuf> {
    let state = |stamp: Stamp| State { size: stamp.size, modified: stamp.written, changed: stamp.changed };
    let known = tree.untouched(files.clone().map(|(path, stamp)| (path.as_path(), stamp.map(state))));
    files.zip(known).filter(|(_, untouched)| !untouched).map(|((path, _), _)| path.clone()).collect()
}

/// The files among `paths` that the revision holds otherwise than `files`, or not at all.
pub fn changed(files: &dyn Files, tree: &Tree, paths: &[PathBuf]) -> Vec<PathBuf> {
    let held = |path: &PathBuf| {
        (!files.is_edited(path) && tree.is_untouched(path))
            || files.read(path).is_ok_and(|bytes| tree.holds(path, &bytes))
    };
    let changed = parallel::map(paths, |path| !held(path));
    paths.iter().zip(changed).filter(|(_, changed)| *changed).map(|(file, _)| file.clone()).collect()
}

/// The cached tasks of `then`, of those asked about, that are nowhere `now` in the project.
pub fn gone(then: &analysis::Project, now: &analysis::Project, asked: &Asked<'_>) -> Vec<Gone> {
    let names: HashSet<&str> = now.tasks.iter().filter_map(Task::known_name).collect();
    let is_asked = asked_about(asked);
    let one = |task: &Task| {
        let name = task.known_name().filter(|name| !names.contains(name))?;
        let cached = !matches!(task.spec.behavior.value, Known::Value(Behavior::Disable));
        (cached && is_asked(&task.place.file)).then(|| Gone { place: task.place.clone(), name: name.to_owned() })
    };
    then.tasks.iter().filter_map(one).collect()
}
