//! Which two states a user means, and how each is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::python::PythonVersion;

use super::ignored::{Ignored, Tracked};
use super::model::{StateKind, StateName};
use crate::analysis::{self, Files, Stamp, parallel};
use crate::baseline::{BaselineError, Differing, Git, Repository, Tree};
use crate::environment::{self, Outside, Texts};
use crate::status::earlier::{changed, is_python, touched};
use crate::status::walk::{is_of_project, walk};

/// The two states that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The usual baseline, or that of the settings, and the working tree.
    Usual,
    /// A revision, or a lock file, and the working tree.
    Since(String),
    /// Two revisions: `A..B`.
    Between(String, String),
    /// Where two revisions parted, and the second: `A...B`.
    Parted(String, String),
    /// A revision, `HEAD` if none is named, and the index.
    Staged(Option<String>),
    /// The working tree under one Python, and under another.
    Pythons(PythonVersion, PythonVersion),
}

/// What is no two states.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WantedError {
    /// More than two revisions, or a range and another revision.
    #[error("{0} are too many states: name one revision, two, or a range as A..B or A...B; paths stand behind `--`")]
    TooMany(String),
    /// The index is the later state already.
    #[error("--staged compares the index with one revision, not with the range {0}")]
    StagedRange(String),
}

impl Wanted {
    /// What the words of a command line mean, as git's users mean them.
    ///
    /// # Errors
    ///
    /// [`WantedError`].
    pub fn of(words: &[String], staged: bool) -> Result<Self, WantedError> {
        let or_head = |text: &str| if text.is_empty() { "HEAD".to_owned() } else { text.to_owned() };
        let range = |text: &str| match text.split_once("...") {
            Some((base, head)) => Some(Self::Parted(or_head(base), or_head(head))),
            None => text.split_once("..").map(|(base, head)| Self::Between(or_head(base), or_head(head))),
        };
        match words {
            [] if staged => Ok(Self::Staged(None)),
            [] => Ok(Self::Usual),
            [one] => match range(one) {
                Some(_) if staged => Err(WantedError::StagedRange(one.clone())),
                Some(range) => Ok(range),
                None if staged => Ok(Self::Staged(Some(one.clone()))),
                None => Ok(Self::Since(one.clone())),
            },
            [base, head] if !staged && range(base).is_none() && range(head).is_none() => {
                Ok(Self::Between(base.clone(), head.clone()))
            }
            many => Err(WantedError::TooMany(many.join(" "))),
        }
    }
}

/// A revision as texts name it: of a whole object id, as machines give it, the first digits.
fn shown(name: &str) -> &str {
    let is_id = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { &name[..10] } else { name }
}

/// A state, and how it is read.
pub struct State {
    /// What it is.
    pub name: StateName,
    tree: Option<Arc<Tree>>,
}

/// Two states of the code below a folder.
pub struct States {
    /// The earlier one.
    pub base: State,
    /// The later one.
    pub head: State,
    /// The folder that both are below, absolute.
    pub root: PathBuf,
    /// What of it is the disk's, whatever the state.
    pub ignored: Ignored,
    /// What the user should know of the choice.
    pub notes: Vec<String>,
}

impl State {
    /// The files as they stand.
    pub fn working_tree() -> Self {
        Self {
            name: StateName { kind: StateKind::WorkingTree, name: "the working tree".to_owned(), revision: None },
            tree: None,
        }
    }

    /// The files as they stand, under a Python.
    pub fn under(python: PythonVersion) -> Self {
        let name = StateName { kind: StateKind::Python, name: format!("Python {python}"), revision: None };
        Self { name, tree: None }
    }

    /// The source files.
    pub fn files(&self) -> &dyn Files {
        match &self.tree {
            Some(tree) => tree.as_ref(),
            None => &analysis::Disk,
        }
    }

    /// The text files around them.
    pub fn texts<'a>(&'a self, ignored: &'a Ignored) -> Box<dyn Texts + 'a> {
        match &self.tree {
            Some(tree) => Box::new(Tracked { tree, ignored }),
            None => Box::new(environment::Disk),
        }
    }

    /// Whether a file is a link to another one below the root: its tasks are that one's.
    pub fn is_alias(&self, file: &Path, root: &Path) -> bool {
        match &self.tree {
            Some(tree) => tree.is_link(file),
            None => {
                file.is_symlink()
                    && file
                        .canonicalize()
                        .ok()
                        .zip(root.canonicalize().ok())
                        .is_some_and(|(file, root)| file.starts_with(root))
            }
        }
    }

    /// The revision's files, where it isn't the disk.
    pub fn tree(&self) -> Option<&Arc<Tree>> {
        self.tree.as_ref()
    }
}

impl States {
    /// Opens the states that are wanted of the repository around a folder; not for lock files.
    ///
    /// # Errors
    ///
    /// What is no repository, and revisions that are not here.
    pub fn open(
        wanted: &Wanted,
        setting: Option<&str>,
        folder: &Path,
        outside: &Outside,
    ) -> Result<Self, BaselineError> {
        if let Wanted::Pythons(one, other) = wanted {
            return Ok(Self::of_pythons(*one, *other, folder));
        }
        let git = outside.program("git").ok_or(BaselineError::NoGit)?;
        let repository = Repository::open(Git::new(git), folder)?;
        let at = |revision: &str, name: &str| -> Result<State, BaselineError> {
            let tree = Arc::new(repository.tree(revision)?);
            let (name, revision) = (shown(name).to_owned(), Some(revision.to_owned()));
            Ok(State { name: StateName { kind: StateKind::Revision, name, revision }, tree: Some(tree) })
        };
        let named = |wanted: &str| repository.revision(wanted).and_then(|found| at(&found.revision, &found.name));
        let mut notes = Vec::new();
        let (base, head) = match (wanted, setting) {
            (Wanted::Usual, Some(setting)) => (named(setting)?, State::working_tree()),
            (Wanted::Usual | Wanted::Pythons(..), _) => {
                let choice = repository.usual()?;
                notes.extend(choice.note);
                (at(&choice.baseline.revision, &choice.baseline.name)?, State::working_tree())
            }
            (Wanted::Since(revision), _) => (named(revision)?, State::working_tree()),
            (Wanted::Between(base, head), _) => {
                let (base, head) = parallel::both(|| named(base), || named(head));
                (base?, head?)
            }
            (Wanted::Parted(base, head), _) => {
                let (base, head) = (repository.revision(base)?, repository.revision(head)?);
                let parted = repository.parted(&base, &head)?;
                let (base, head) = parallel::both(|| at(&parted, &base.name), || at(&head.revision, &head.name));
                (base?, head?)
            }
            (Wanted::Staged(base), _) => {
                let name = StateName { kind: StateKind::Index, name: "the index".to_owned(), revision: None };
                let of_commit = outside.variable("GIT_INDEX_FILE").map(Path::new);
                let index = State { name, tree: Some(Arc::new(repository.index_tree(of_commit)?)) };
                let base = match base.as_deref() {
                    // The first commit takes in all that is staged.
                    None if repository.head_commit().is_none() => {
                        let name =
                            StateName { kind: StateKind::Revision, name: "no commit".to_owned(), revision: None };
                        State { name, tree: Some(Arc::new(repository.empty_tree())) }
                    }
                    base => named(base.unwrap_or("HEAD"))?,
                };
                (base, index)
            }
        };
        let root = repository.root().to_owned();
        Ok(Self { base, head, ignored: Ignored::of(&root), root, notes })
    }

    fn of_pythons(one: PythonVersion, other: PythonVersion, folder: &Path) -> Self {
        let root = environment::discover(folder).root;
        let (base, head) = (State::under(one), State::under(other));
        Self { base, head, ignored: Ignored::of(&root), root, notes: Vec::new() }
    }

    /// The Python files of the later state, in no order.
    pub fn head_files(&self) -> Vec<PathBuf> {
        match (self.head.tree(), self.base.tree()) {
            (Some(tree), _) => self.of_tree(tree),
            (None, base) => {
                let mut files = walk(std::slice::from_ref(&self.root), &self.root, &|_| {}).files;
                // What is tracked counts, also where a list of what to ignore names it.
                let listed: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
                let mut others = base.map(|tree| tree.every_file_beside(&listed)).unwrap_or_default();
                // But not the links to files that are listed themselves.
                others.retain(|file| self.is_source(file) && file.is_file() && !file.is_symlink());
                files.append(&mut others);
                files
            }
        }
    }

    /// The Python files of the earlier state, in no order.
    pub fn base_files(&self) -> Vec<PathBuf> {
        self.base.tree().map_or_else(|| self.head_files(), |tree| self.of_tree(tree))
    }

    fn of_tree(&self, tree: &Tree) -> Vec<PathBuf> {
        let mut files = tree.every_file();
        files.retain(|file| self.is_source(file));
        files
    }

    fn is_source(&self, file: &Path) -> bool {
        is_python(file) && file.strip_prefix(&self.root).is_ok_and(is_of_project)
    }

    /// All files that the states hold differently, and what can't be told of them; `head` are the later state's of Python, with the states
    /// of those that were read.
    pub fn differing(&self, head: &[(&PathBuf, Option<Stamp>)]) -> Differing {
        match (self.base.tree(), self.head.tree()) {
            (Some(then), Some(now)) => then.differs(now),
            (Some(then), None) => {
                // Those of Python, of which some are new; all others that the revision has, of which some are gone.
                let mut paths = touched(then, head.iter().copied());
                let named: Vec<&Path> = head.iter().map(|(path, _)| path.as_path()).collect();
                paths.extend(then.every_file_beside(&named));
                let mut files = changed(&analysis::Disk, then, &paths);
                let mut left_out = Vec::new();
                files.retain(|file| match then.left_out(file) {
                    Some(is_same) => {
                        left_out.extend((!is_same).then(|| file.clone()));
                        false
                    }
                    None => !then.is_same_link(file),
                });
                let (files, unread) = (files.into_iter().collect(), then.unread_modules());
                Differing { files, unread, left_out, ..Differing::default() }
            }
            _ => Differing::default(),
        }
    }

    /// Whether the later state is surely another than the earlier one, so that its files have to be read anyway: not where it is what was
    /// done since the last commit, which is mostly little or nothing.
    pub fn is_far(&self) -> bool {
        self.base.tree().is_some_and(|tree| !tree.is_checked_out()) && self.head.tree().is_none()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn words_mean_what_they_mean_to_git() {
        let of = |words: &[&str], staged| {
            Wanted::of(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), staged)
        };
        let text = str::to_owned;
        assert_eq!(of(&[], false), Ok(Wanted::Usual));
        assert_eq!(of(&["main"], false), Ok(Wanted::Since(text("main"))));
        assert_eq!(of(&["a..b"], false), Ok(Wanted::Between(text("a"), text("b"))));
        assert_eq!(of(&["a.."], false), Ok(Wanted::Between(text("a"), text("HEAD"))));
        assert_eq!(of(&["a...b"], false), Ok(Wanted::Parted(text("a"), text("b"))));
        assert_eq!(of(&["...b"], false), Ok(Wanted::Parted(text("HEAD"), text("b"))));
        assert_eq!(of(&["a", "b"], false), Ok(Wanted::Between(text("a"), text("b"))));
        assert_eq!(of(&[], true), Ok(Wanted::Staged(None)));
        assert_eq!(of(&["a"], true), Ok(Wanted::Staged(Some(text("a")))));
        assert_eq!(of(&["a..b"], true), Err(WantedError::StagedRange(text("a..b"))));
        assert!(of(&["a..b", "c"], false).is_err());
        assert!(of(&["a", "b", "c"], false).is_err());
    }
}
