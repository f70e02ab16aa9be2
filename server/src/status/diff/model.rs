//! What a comparison of two states of the code is made of.

use crate::analysis::{Known, Place, Problem, Task};
use crate::status::{Computed, Sourced, SubmittingPython, TaskStatus};

/// What became of a task, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Pinned, and its body changed without another version: a hit may be served that the code no longer computes.
    Stale,
    /// Another version: its entries are not found any more.
    Invalidated,
    /// The same version, but other inputs, outputs or ignored inputs, which the key holds beside it.
    OtherKey,
    /// The same task under another name, which is in the key.
    Renamed,
    /// Whether it is the same can't be known.
    Unknown,
    /// It is not cached any more.
    Disabled,
    /// There is no such task any more.
    Gone,
    /// It is cached now, and was not.
    Enabled,
    /// There was no such task.
    New,
}

impl Class {
    /// All of them, the worst first.
    pub const ALL: [Self; 9] = [
        Self::Stale,
        Self::Invalidated,
        Self::OtherKey,
        Self::Renamed,
        Self::Unknown,
        Self::Disabled,
        Self::Gone,
        Self::Enabled,
        Self::New,
    ];

    /// The word in texts, in JSON and of `--fail-on`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Invalidated => "invalidated",
            Self::OtherKey => "other-key",
            Self::Renamed => "renamed",
            Self::Unknown => "unknown",
            Self::Disabled => "disabled",
            Self::Gone => "gone",
            Self::Enabled => "enabled",
            Self::New => "new",
        }
    }

    /// What it means, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Stale => "Pinned, and the body changed without another version",
            Self::Invalidated => "Another version",
            Self::OtherKey => "The same version, but other inputs, outputs or ignored inputs",
            Self::Renamed => "The same task under another name",
            Self::Unknown => "Whether it changed can't be known",
            Self::Disabled => "Not cached any more",
            Self::Gone => "There is no such task any more",
            Self::Enabled => "Cached now",
            Self::New => "There was no such task",
        }
    }

    /// Whether entries that there were are not found any more by the next run, of every task of the class.
    fn recomputes(self) -> bool {
        matches!(self, Self::Invalidated | Self::OtherKey | Self::Renamed)
    }
}

/// What kind of state the code is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateKind {
    /// A commit.
    Revision,
    /// What `git commit` would take.
    Index,
    /// The files as they stand.
    WorkingTree,
    /// The versions in a lock file.
    Lock,
    /// The files as they stand, under a Python.
    Python,
}

impl StateKind {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Revision => "revision",
            Self::Index => "index",
            Self::WorkingTree => "working tree",
            Self::Lock => "lock",
            Self::Python => "python",
        }
    }
}

/// A state of the code, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateName {
    /// What it is.
    pub kind: StateKind,
    /// What texts call it: `main`, `the index`, `Python 3.12`.
    pub name: String,
    /// The commit, in full hex, of a revision.
    pub revision: Option<String>,
}

/// A task as it was.
#[derive(Clone, Debug)]
pub struct Was {
    /// Its name.
    pub name: Known<String>,
    /// Its function.
    pub function: String,
    /// Its environment.
    pub environment: Known<String>,
    /// Where it was defined; a lock file doesn't say.
    pub place: Option<Place>,
    /// Its version.
    pub computed: Computed,
    /// Whether it was cached.
    pub cached: bool,
    /// Whether a given version counted.
    pub pinned: bool,
}

/// A task that is not as it was.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What became of it.
    pub class: Class,
    /// As it is; `None` for one that is gone.
    pub now: Option<TaskStatus>,
    /// As it was; `None` for a new one.
    pub was: Option<Was>,
    /// Why it can't be known, beyond what the status says.
    pub unknown: Option<String>,
    /// The calls that give it a cache of their own get other versions than such calls got.
    pub calls_changed: bool,
    /// What its last recorded run took that computed, in seconds.
    pub seconds: Option<f64>,
}

impl Changed {
    /// The task's name; its function's, where that isn't known.
    pub fn name(&self) -> &str {
        match (&self.now, &self.was) {
            (Some(now), _) => now.task.shown_name(),
            (None, Some(Was { name: Known::Value(name), .. })) => name,
            (None, Some(was)) => &was.function,
            (None, None) => "",
        }
    }

    /// The task's function.
    pub fn function(&self) -> &str {
        let now = self.now.as_ref().map(|now| now.task.function.as_str());
        now.or(self.was.as_ref().map(|was| was.function.as_str())).unwrap_or_default()
    }

    /// The task's environment.
    pub fn environment(&self) -> Known<String> {
        let now = self.now.as_ref().map(|now| now.task.environment.clone());
        let was = || self.was.as_ref().map(|was| was.environment.clone());
        now.or_else(was).unwrap_or(Known::Value(String::new()))
    }

    /// Where it is, or was.
    pub fn place(&self) -> Option<&Place> {
        let now = self.now.as_ref().map(|now| &now.task.place);
        now.or(self.was.as_ref().and_then(|was| was.place.as_ref()))
    }

    /// The task, if it is still there.
    pub fn task(&self) -> Option<&Task> {
        self.now.as_ref().map(|now| &now.task)
    }

    /// Whether entries that there were are not found any more by the next run. Of a pinned task that is so where inputs or outputs
    /// changed beside its body.
    pub fn recomputes(&self) -> bool {
        let has_other_key = || self.now.as_ref().is_some_and(|now| now.other_key);
        self.class.recomputes() || self.class == Class::Stale && has_other_key()
    }

    /// What computing it again costs, in seconds, where it is known and entries are lost.
    pub fn cost(&self) -> Option<f64> {
        self.seconds.filter(|_| self.recomputes())
    }
}

/// An environment of which the image holds another Python than it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageChange {
    /// The environment.
    pub environment: String,
    /// The Python that it held, or why that isn't known; both as texts write them.
    pub was: String,
    /// The Python that it holds.
    pub now: String,
    /// The tasks that are called in it and get another version, or none that is known; sorted.
    pub tasks: Vec<String>,
}

/// All that there is to say of two states.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The earlier state.
    pub base: StateName,
    /// The later one.
    pub head: StateName,
    /// Tasks that are not as they were: the worst first, then by place.
    pub tasks: Vec<Changed>,
    /// Environments of which the image's Python changed, by name.
    pub images: Vec<ImageChange>,
    /// How many cached tasks were looked at and are as they were.
    pub unchanged: usize,
    /// How many files of Python differ.
    pub files_changed: usize,
    /// How many files were analysed.
    pub files_analysed: usize,
    /// How many of the analysed files have no text to read.
    pub unread: usize,
    /// What the user should know of all that.
    pub notes: Vec<String>,
    /// What could not be read of the later state, by file and line.
    pub problems: Vec<Problem>,
    /// The Pythons that submit the later state.
    pub pythons: Vec<SubmittingPython>,
    /// The SDKs of the later state.
    pub sdks: Vec<Sourced>,
}

impl Diff {
    /// How many tasks are of a class.
    pub fn count(&self, class: Class) -> usize {
        self.tasks.iter().filter(|task| task.class == class).count()
    }

    /// What computing all of it again costs, as far as it is known, in seconds.
    pub fn cost(&self) -> Option<f64> {
        self.tasks.iter().filter_map(Changed::cost).reduce(|one, other| one + other)
    }
}
