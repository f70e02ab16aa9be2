//! The commits that changed a task's version.
//!
//! Each commit is analysed as if it were checked out: imports lead into its own tree, and its own files name the Python.
//! Only commits that touch a file which was looked at for the version can change it; where an older commit looks at
//! others (the task moved, an import led elsewhere), the list of commits is made anew with those files as well.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cache_core::python::{Module, PythonVersion};

use crate::analysis::{self, Files, Known, Roots, Task, analyze_with};
use crate::baseline::{BaselineError, Commit, Git, Repository, Tree};
use crate::environment::Texts;

use super::super::ask::{Scenery, supplied_at};
use super::super::compare::{changed, counterpart, is_cached, is_pinned, judge, python_counts};
use super::super::earlier::{Earlier, is_python};
use super::super::parts::changed_parts;
use super::super::scenes::Scenes;
use super::super::surroundings::Surroundings;
use super::super::versions::dump;
use super::super::{Before, Change, Computed, Runtime, Status, Versions};

/// The commits that changed a version.
#[derive(Clone, Debug)]
pub struct History {
    /// Newest first.
    pub turns: Vec<Turn>,
    /// How many commits were analysed.
    pub examined: usize,
    /// Why the list ends.
    pub end: End,
}

/// A commit that changed a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The commit; `None` for what is not committed.
    pub commit: Option<Commit>,
    /// The version from then on, or why it isn't known.
    pub version: Known<String>,
    /// The version before; `None` where there was no such task.
    pub was: Option<Known<String>>,
    /// Whether the task was cached from then on.
    pub cached: bool,
    /// What changed it; empty for a task that was new.
    pub changed: Vec<Change>,
    /// The file that the task moved from.
    pub moved_from: Option<PathBuf>,
}

/// Why a history ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Before that there was no such task.
    New,
    /// There are as many as were asked for.
    Enough,
    /// More commits would have to be analysed than is sensible.
    TooMany,
    /// Older commits are not in this clone.
    Shallow,
    /// A commit can't be read: why.
    Unreadable(String),
}

/// So many commits are analysed at most.
const MOST: usize = 1000;

/// A task as it was in a commit.
#[derive(Clone)]
struct Snapshot {
    task: Task,
    runtime: Runtime,
    version: Known<String>,
    module: Option<Arc<Module>>,
}

/// The last `wanted` changes of a task's version.
///
/// # Errors
///
/// Why there is no history at all.
pub(super) fn history(task: &Task, scenery: &Scenery<'_>, wanted: usize) -> Result<History, BaselineError> {
    let git = scenery.outside.program("git").ok_or(BaselineError::NoGit)?;
    let repository = Repository::open(Git::new(git), &scenery.project.root)?;
    let head = repository.head()?;
    let runtime = (scenery.now.runtime)(task);
    let now = Snapshot {
        task: task.clone(),
        version: scenery.now.versions.of(task, &runtime),
        module: scenery.now.versions.module_of(task),
        runtime,
    };
    let mut walk =
        Walk { scenery, repository: &repository, known: BTreeMap::new(), looked_at: BTreeSet::new(), examined: 0 };
    let (mut turns, end) = walk.turns(&now, &head, wanted)?;
    let ids: Vec<&str> = turns.iter().filter_map(|(id, _)| id.as_deref()).collect();
    let mut commits = repository.commits(&ids)?.into_iter();
    let named = turns.iter_mut().map(|(id, turn)| {
        let commit = id.as_ref().and_then(|_| commits.next());
        Turn { commit, ..turn.clone() }
    });
    Ok(History { turns: named.collect(), examined: walk.examined, end })
}

struct Walk<'w, 's> {
    scenery: &'w Scenery<'s>,
    repository: &'w Repository,
    known: BTreeMap<String, Option<Snapshot>>,
    /// The files that decided about a version so far, there or not.
    looked_at: BTreeSet<PathBuf>,
    examined: usize,
}

type Turns = (Vec<(Option<String>, Turn)>, End);

impl Walk<'_, '_> {
    fn turns(&mut self, now: &Snapshot, head: &str, wanted: usize) -> Result<Turns, BaselineError> {
        let at_head = self.snapshot(head, &now.task, None)?;
        let uncommitted = turn(Some(now), at_head.as_ref()).map(|turn| (None, turn));
        if at_head.is_none() {
            return Ok((uncommitted.into_iter().collect(), End::New));
        }
        loop {
            let paths: Vec<PathBuf> = self.looked_at.iter().cloned().collect();
            let steps = self.repository.touching(head, &paths, MOST)?;
            let mut turns: Vec<(Option<String>, Turn)> = uncommitted.clone().into_iter().collect();
            let mut followed: BTreeSet<&str> = steps.first().map(|step| step.commit.as_str()).into_iter().collect();
            let mut end = if steps.len() == MOST { End::TooMany } else { End::New };
            let mut again = false;
            for step in &steps {
                if !followed.remove(step.commit.as_str()) {
                    continue;
                }
                if turns.len() >= wanted {
                    end = End::Enough;
                    break;
                }
                let known = self.looked_at.len();
                let here = match self.snapshot(&step.commit, &now.task, None) {
                    Ok(here) => here,
                    Err(error) => return Ok((turns, End::Unreadable(error.to_string()))),
                };
                let Some(here) = here else { continue };
                let mut before = Vec::new();
                for id in &step.before {
                    match self.snapshot(id, &here.task, Some(&step.commit)) {
                        Ok(snapshot) => {
                            if snapshot.is_some() {
                                followed.insert(id);
                            }
                            before.push(snapshot);
                        }
                        Err(error) => return Ok((turns, End::Unreadable(error.to_string()))),
                    }
                }
                if self.looked_at.len() > known {
                    again = true;
                    break;
                }
                if step.before.is_empty() && self.repository.is_shallow() {
                    end = End::Shallow;
                    break;
                }
                // A merge that took its version from one side changed nothing.
                let mut differences: Vec<Option<Turn>> =
                    before.iter().map(|before| turn(Some(&here), before.as_ref())).collect();
                if before.is_empty() {
                    differences.push(turn(Some(&here), None));
                }
                if differences.iter().all(Option::is_some) {
                    let first = differences.into_iter().flatten().next();
                    turns.extend(first.map(|turn| (Some(step.commit.clone()), turn)));
                }
            }
            if !again {
                return Ok((turns, end));
            }
        }
    }

    /// The task at a commit, where it was `like`; `after` is the commit behind it, in which it may have moved, else it is what
    /// is not committed.
    fn snapshot(&mut self, commit: &str, like: &Task, after: Option<&str>) -> Result<Option<Snapshot>, BaselineError> {
        if let Some(known) = self.known.get(commit) {
            return Ok(known.clone());
        }
        self.examined += 1;
        (self.scenery.question.progress)(&format!("{} commits read …", self.examined));
        let tree = self.repository.tree(commit)?;
        let looking = Looking { tree: &tree, at: Mutex::default() };
        let project = &self.scenery.project;
        let roots = Roots { project: project.root.clone(), imports: project.import_roots.clone() };
        let in_files = |files: &[PathBuf]| -> Option<Task> {
            let found: analysis::Project = analyze_with(self.scenery.summaries, &looking, &roots, files);
            counterpart(&found.tasks, like).cloned()
        };
        let mut task = in_files(&[like.place.file.to_path_buf()]);
        if task.is_none() {
            let moved: Vec<PathBuf> = match after {
                Some(after) => tree.differing(&self.repository.tree(after)?).collect(),
                None => tree.files().filter(|file| !self.scenery.question.files.is_file(file)).collect(),
            };
            task = in_files(&moved.into_iter().filter(|file| is_python(file)).collect::<Vec<_>>());
        }
        let snapshot = task.map(|task| self.versioned(task, &looking));
        if let Some(snapshot) = &snapshot {
            looking.note(&snapshot.task.place.file);
        }
        self.looked_at.insert(like.place.file.to_path_buf());
        if snapshot.is_some() {
            let at = looking.at.into_inner().unwrap_or_else(PoisonError::into_inner);
            self.looked_at.extend(at.into_iter().filter(|path| path.starts_with(self.repository.root())));
        }
        self.known.insert(commit.to_owned(), snapshot.clone());
        Ok(snapshot)
    }

    fn versioned(&self, task: Task, looking: &Looking<'_>) -> Snapshot {
        let Scenery { question, project, outside, .. } = self.scenery;
        let configured = project.settings.file.as_deref().unwrap_or(&project.root);
        let surroundings = Surroundings::of(question, looking, outside);
        let supplied = supplied_at(question, &surroundings.discover(configured));
        let versions = Versions::earlier(looking, &supplied, self.scenery.now.versions);
        let scenes = Scenes::new(&surroundings, &versions);
        let runtime = scenes.runtime(&task);
        Snapshot { version: versions.of(&task, &runtime), module: versions.module_of(&task), runtime, task }
    }
}

/// What became of the version between two states of a task, if anything did.
fn turn(now: Option<&Snapshot>, then: Option<&Snapshot>) -> Option<Turn> {
    let now = now?;
    let cached = is_cached(&now.task.spec);
    let of = |changed, was, moved_from| Turn {
        commit: None,
        version: now.version.clone(),
        was,
        cached,
        changed,
        moved_from,
    };
    let Some(then) = then else { return Some(of(Vec::new(), None, None)) };
    let here = Computed { python: now.runtime.python.version, version: now.version.clone() };
    let before = Before {
        computed: Computed { python: then.runtime.python.version, version: then.version.clone() },
        cached: is_cached(&then.task.spec),
        pinned: is_pinned(&then.task.spec),
    };
    let status = judge(&now.task.spec, &here, Some(&before), true);
    let parts = match now.runtime.python.any() {
        Some(python) => match (then.dump(python), now.dump(python)) {
            (Some(old), Some(new)) => changed_parts(&old, &new),
            _ => Vec::new(),
        },
        None => Vec::new(),
    };
    let python = status == Status::Invalidated
        && python_counts(then.runtime.python.version, now.runtime.python.version, |python| then.dump(python));
    let changed = changed(status, &now.task, (&then.task, &before), python, parts);
    let counts = match status {
        Status::Invalidated => true,
        Status::Disabled => before.cached,
        Status::Unknown => now.version != then.version || !changed.is_empty(),
        Status::Unchanged | Status::New => false,
    };
    let moved = (now.task.place.file != then.task.place.file).then(|| then.task.place.file.to_path_buf());
    counts.then(|| of(changed, Some(then.version.clone()), moved))
}

impl Snapshot {
    fn dump(&self, python: PythonVersion) -> Option<String> {
        dump(self.module.as_ref()?, &self.task, python)
    }
}

/// A revision's files, with a note of those that were looked at or looked for.
struct Looking<'t> {
    tree: &'t Tree,
    at: Mutex<BTreeSet<PathBuf>>,
}

impl Looking<'_> {
    fn note(&self, path: &Path) {
        self.at.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }
}

impl Files for Looking<'_> {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        self.note(path);
        Files::read(self.tree, path)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.note(path);
        Files::is_file(self.tree, path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        let is_there = Files::is_folder(self.tree, path);
        // One that is there is known by what was found in it; to git, its name would stand for all that is in it.
        if !is_there {
            self.note(path);
        }
        is_there
    }
}

impl Texts for Looking<'_> {
    fn bytes(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        self.note(path);
        Earlier(self.tree).bytes(path)
    }
}
