//! The code as it was at the baseline.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analysis::{self, Files, Known, Roots, Summaries, Task, analyze_with};
use crate::baseline::{BaselineError, Choice, Git, Repository, Tree};
use crate::environment::{self, Outside, Texts};

use super::parallel;
use super::read::Disk;

/// What projects are compared with, looked up once a repository: starting git takes longer than reading a project.
pub struct Baselines {
    git: Option<PathBuf>,
    known: HashMap<(PathBuf, Option<String>), Compared>,
}

/// A revision and its files.
pub type Compared = Result<(Choice, Arc<Tree>), BaselineError>;

impl Baselines {
    /// None yet; git is looked for on the search path.
    pub fn new(outside: &Outside) -> Self {
        Self { git: outside.program("git"), known: HashMap::new() }
    }

    /// The baseline of the repository around `root`: the revision `wanted`, or the usual one.
    pub fn of(&mut self, root: &Path, wanted: Option<&str>) -> Compared {
        let key = (root.to_owned(), wanted.map(str::to_owned));
        let git = &self.git;
        self.known.entry(key).or_insert_with(|| open(git.as_deref(), root, wanted)).clone()
    }
}

fn open(git: Option<&Path>, root: &Path, wanted: Option<&str>) -> Compared {
    let git = git.ok_or(BaselineError::NoGit)?;
    let repository = Repository::open(Git::new(git.to_owned()), root)?;
    let choice = repository.choose(wanted)?;
    let tree = repository.tree(&choice.baseline.revision)?;
    Ok((choice, Arc::new(tree)))
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
}

/// The tasks as they were; `summaries` holds what `now` was made of. The files that hold tasks now are looked at first; only where one of them was not there yet,
/// the files that changed since are as well, for it may have moved.
pub fn earlier_tasks(summaries: &Summaries, tree: &Tree, roots: &Roots, now: &analysis::Project) -> analysis::Project {
    let mut files: Vec<PathBuf> = now.tasks.iter().map(|task| task.place.file.to_path_buf()).collect();
    files.dedup();
    files.retain(|file| tree.is_file(file));
    let then = analyze_with(summaries, tree, roots, &files);
    let was_there = |task: &Task| match &task.name {
        Known::Value(_) => then.tasks.iter().any(|other| other.name == task.name),
        Known::Unknown(_) => true,
    };
    if now.tasks.iter().all(was_there) {
        return then;
    }
    let others: Vec<PathBuf> = tree
        .files()
        .filter(|file| file.extension().is_some_and(|extension| extension == "py") && !files.contains(file))
        .collect();
    let changed = parallel::map(&others, |file| !Disk.read(file).is_ok_and(|bytes| tree.holds(file, &bytes)));
    files.extend(others.into_iter().zip(changed).filter_map(|(file, changed)| changed.then_some(file)));
    analyze_with(summaries, tree, roots, &files)
}
