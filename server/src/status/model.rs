//! What a status is made of: the words that every face (table, JSON, lenses) shares.

use std::path::PathBuf;
use std::sync::Arc;

use cache_core::python::PythonVersion;

use super::cluster::ClusterRun;
use super::weight::{Trifle, Weight};
use crate::analysis::{self, Known, Place, Problem, Spec, Task};

/// What became of a task's version since the baseline. Says nothing of entries: that is another question, to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// The baseline's version: its entries, wherever they are, stay valid.
    Unchanged,
    /// Another version than the baseline's: the next run recomputes, unless this version ran before. Also where the
    /// baseline did not cache the task: then nothing is lost.
    Invalidated,
    /// The baseline has no such task.
    New,
    /// Not cached.
    Disabled,
    /// Not known, with the reason beside it.
    Unknown,
}

impl Status {
    /// The word in tables and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Invalidated => "invalidated",
            Self::New => "new",
            Self::Disabled => "disabled",
            Self::Unknown => "unknown",
        }
    }
}

/// A thing that differs from the baseline and that the version covers, or would cover without a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The arguments of the task's decorators, or their order.
    Decorator,
    /// The function's name.
    Name,
    /// Parameters, annotations, `async`.
    Signature,
    /// Defaults of parameters.
    Default,
    /// The docstring.
    Docstring,
    /// Everything below the docstring.
    Body,
    /// What a container task runs, or its image.
    Container,
    /// The Python that computes the version.
    Python,
    /// The Python of an image that the task is called in.
    ImagePython,
    /// `version_override`.
    PinnedVersion,
    /// `salt`.
    Salt,
    /// `ignored_inputs`: not of the version, but of the key beside it.
    IgnoredInputs,
    /// The policies, or the value that was given for one.
    Policies,
    /// Whether the task is cached at all.
    Cache,
}

impl Change {
    /// The word in texts and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Decorator => "decorator",
            Self::Name => "name",
            Self::Signature => "signature",
            Self::Default => "default",
            Self::Docstring => "docstring",
            Self::Body => "body",
            Self::Container => "container",
            Self::Python => "python",
            Self::ImagePython => "image python",
            Self::PinnedVersion => "pinned version",
            Self::Salt => "salt",
            Self::IgnoredInputs => "ignored inputs",
            Self::Policies => "policies",
            Self::Cache => "cache",
        }
    }
}

/// The version that one Python computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// The interpreter, where it is known.
    pub python: Option<PythonVersion>,
    /// The version, as Flyte writes it, or why it can't be known.
    pub version: Known<String>,
}

/// The baseline's side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The version under the baseline's Python; for a task that was not cached, the one that it would have had.
    pub computed: Computed,
    /// Whether the task was cached.
    pub cached: bool,
    /// Whether a given version counted.
    pub pinned: bool,
}

/// A call with a spec of its own.
#[derive(Clone, Debug)]
pub struct CallStatus {
    /// Where.
    pub place: Place,
    /// The spec that `.override(cache=…)` gives it.
    pub spec: Spec,
    /// The version under it, for a run that is submitted from here.
    pub version: Known<String>,
}

/// Whether the store that was asked holds an entry for known inputs: another question than what became of the version.
///
/// The worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// It holds one under the baseline's version, none under this.
    Lost,
    /// It holds none.
    Miss,
    /// No store was asked: there is none, the key is not known, or the run does not read it. Or the entry is damaged.
    NotAsked,
    /// It holds one, and the SDK would serve it.
    Hit,
}

impl Entry {
    /// The word in tables and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Lost => "lost",
            Self::Miss => "miss",
            Self::NotAsked => "not asked",
        }
    }
}

/// Where known inputs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InputsFrom {
    /// The user gave them.
    Given,
    /// A call in the code.
    Call,
    /// A trigger's `inputs=`.
    Trigger,
    /// A run that the SDK recorded.
    Run,
    /// Every input has a default.
    Defaults,
    /// The task has no inputs.
    None,
}

impl InputsFrom {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Call => "call",
            Self::Trigger => "trigger",
            Self::Run => "run",
            Self::Defaults => "defaults",
            Self::None => "none",
        }
    }
}

/// Inputs of a task that are known, their key, and whether there is an entry for it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownInputs {
    /// Where they come from.
    pub from: InputsFrom,
    /// Where that is written, for calls and triggers; sorted. Several calls that come to the same are one.
    pub places: Vec<Place>,
    /// Names and values, the values in Python's spelling, in the order of the signature.
    pub inputs: Vec<(String, String)>,
    /// The hash of those that count, in base64; empty if none does. Or why it isn't known.
    pub inputs_hash: Known<String>,
    /// The key, in base64, or why it isn't known.
    pub key: Known<String>,
    /// The key under the code of the baseline, where that is known and another one.
    pub baseline_key: Option<String>,
    /// The keys of runs in images that hold another Python, by that Python: a child's key is made in its parent's image.
    pub image_keys: Vec<(PythonVersion, Known<String>)>,
    /// What the store said.
    pub entry: Entry,
    /// Why it was not asked.
    pub why: Option<String>,
    /// Started with `overwrite_cache=True`, which local runs ignore.
    pub forced: bool,
    /// Part of the last recorded run in which the task was.
    pub in_last_run: bool,
    /// What the last recorded run with these inputs took that computed.
    pub seconds: Option<f64>,
    /// Other inputs that have the same key, in words: Flyte takes one call for the other.
    pub collisions: Vec<String>,
    /// The tasks that are served from the cache in place of all calls with these inputs, which the next run does not come to; empty
    /// where it may.
    pub skipped_by: Vec<String>,
}

/// A task, its version, and what became of it.
#[derive(Clone, Debug)]
pub struct TaskStatus {
    /// What the code says.
    pub task: Task,
    /// The version for a run that is submitted from here. For a disabled task the one that Flyte knows it by.
    pub here: Computed,
    /// The versions that runs inside of images get, for images of other minors: a child's version is computed in its
    /// parent's image.
    pub in_images: Vec<Computed>,
    /// Parents whose images don't say which Python they hold, each with the reason, where that makes a difference: which
    /// version runs inside of them get is not known.
    pub unknown_images: Vec<String>,
    /// What became of the version: the worst, where images hold other Pythons.
    pub status: Status,
    /// What differs from the baseline, in reading order.
    pub changed: Vec<Change>,
    /// What of its source changed that can't change a result, and whether something may.
    pub weight: Weight,
    /// The baseline's side, if it has the task.
    pub before: Option<Before>,
    /// A given version counts: edits of the code don't change it.
    pub pinned: bool,
    /// Local runs look for an entry: only under auto.
    pub read_locally: bool,
    /// Pinned to the baseline's version, and its body changed: a hit may be served that the code no longer computes.
    pub stale_risk: bool,
    /// The baseline's version, but inputs, outputs or ignored inputs are written in another way. The key holds them beside
    /// the version, so that entries of before are not found, unless both ways mean the same types.
    pub other_key: bool,
    /// The calls that `.override(cache=…)` gives a spec of their own.
    pub overridden: Vec<CallStatus>,
    /// The hash of inputs and outputs with their types, in base64, for a run that is submitted from here.
    pub interface_hash: Known<String>,
    /// Inputs that are known, and their entries, the worst first.
    pub known_inputs: Vec<KnownInputs>,
    /// How long its last recorded run took that computed, whatever it was given, in seconds.
    pub seconds: Option<f64>,
    /// The newest run of a cluster that tells of its entries, by the run records that were imported.
    pub cluster: Option<ClusterRun>,
    /// The tasks that call it and that are all served from the cache, so that it does not run; empty where it may.
    pub skipped_by: Vec<String>,
}

/// What needs attention, worst first: the order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum News {
    /// A hit may be wrong.
    StaleRisk,
    /// The next run recomputes.
    Recompute,
    /// The version is the baseline's, but what else is in the key changed.
    OtherKey,
    /// Not known.
    Unknown,
    /// Two Pythons that count give two versions.
    Differs,
    /// The cache was turned off since the baseline.
    TurnedOff,
    /// The cache was turned on since the baseline: nothing was stored that could be lost.
    TurnedOn,
    /// The first run computes.
    New,
    /// Nothing to compare with.
    Uncompared,
    /// Nothing changed.
    Kept,
    /// Not cached, then as now.
    Off,
}

impl News {
    /// The word in an editor's list of tasks.
    pub fn word(self) -> &'static str {
        match self {
            Self::StaleRisk => "stale risk",
            Self::Recompute => "recompute",
            Self::OtherKey => "other key",
            Self::Unknown => "unknown",
            Self::Differs => "differs",
            Self::TurnedOff => "turned off",
            Self::TurnedOn => "turned on",
            Self::New => "new",
            Self::Uncompared => "uncompared",
            Self::Kept => "kept",
            Self::Off => "off",
        }
    }
}

impl TaskStatus {
    /// Whether runs inside of an image surely get another version than runs from here, and so never share entries.
    pub fn differs(&self) -> bool {
        let Known::Value(here) = &self.here.version else { return false };
        self.in_images.iter().any(|other| matches!(&other.version, Known::Value(version) if version != here))
    }

    /// What threw the entries of before away, where none of it can change a result; empty elsewhere.
    pub fn needless(&self) -> &[Trifle] {
        let was_cached = self.before.as_ref().is_some_and(|before| before.cached);
        let is_known = matches!(self.here.version, Known::Value(_));
        let of_source = |change: &Change| matches!(change, Change::Docstring | Change::Decorator | Change::Signature);
        let is_all = self.changed.iter().all(of_source) && !self.weight.matters;
        if self.status == Status::Invalidated && was_cached && is_known && is_all { &self.weight.trifles } else { &[] }
    }

    /// The worst that there is to say.
    pub fn news(&self) -> News {
        match self.status {
            _ if self.stale_risk => News::StaleRisk,
            Status::Invalidated if self.changed.contains(&Change::Cache) => News::TurnedOn,
            Status::Invalidated => News::Recompute,
            Status::Unknown if matches!(self.here.version, Known::Value(_)) && self.before.is_none() => {
                if self.differs() { News::Differs } else { News::Uncompared }
            }
            Status::Unknown => News::Unknown,
            Status::Disabled if self.changed.contains(&Change::Cache) => News::TurnedOff,
            Status::Disabled => News::Off,
            Status::Unchanged if self.other_key => News::OtherKey,
            Status::New | Status::Unchanged if self.differs() => News::Differs,
            Status::New => News::New,
            Status::Unchanged => News::Kept,
        }
    }
}

/// What the code is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineName {
    /// The commit, in full hex; a lock file has none.
    pub revision: Option<String>,
    /// As users call it: `main`.
    pub name: String,
}

/// A store that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreName {
    /// The file.
    pub path: PathBuf,
    /// How many entries it holds, of all projects.
    pub entries: u64,
}

/// A fact of the surroundings, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// `3.12`, `2.12.1`.
    pub value: String,
    /// `.python-version`, `uv.lock`; `None` if it is assumed.
    pub source: Option<String>,
    /// Whether its rules are known: outside of them, what is shown are the versions of the nearest release that is known.
    pub supported: bool,
}

/// A Python that submits runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmittingPython {
    /// `3.12`, `3.12.7`, where it is known.
    pub version: Option<PythonVersion>,
    /// What decided: `.python-version:1`, `python3 on PATH`.
    pub source: Option<String>,
    /// Whether nothing of the project names it.
    pub assumed: bool,
    /// All of it for people, with what says otherwise.
    pub words: String,
}

/// All that `status` has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// The submitting Pythons, each with where it comes from: one, unless the files belong to several projects.
    pub pythons: Vec<SubmittingPython>,
    /// The SDKs of the projects, or the one that is assumed.
    pub sdks: Vec<Sourced>,
    /// The files that configured this run.
    pub configs: Vec<PathBuf>,
    /// What tasks were compared with, or why with nothing.
    pub baseline: Result<BaselineName, String>,
    /// The store that was asked for entries, if there is one.
    pub store: Option<StoreName>,
    /// A store is there and could not be read; a note says why.
    pub store_failed: bool,
    /// What else the user should know of all that.
    pub notes: Vec<String>,
    /// How many files were looked at.
    pub files: usize,
    /// How many of them have no text to read: not readable for this user, or not in the encoding that they name.
    pub unread: usize,
    /// Tasks by file and line.
    pub tasks: Vec<TaskStatus>,
    /// What the code of each project says, with all of its callers where these were looked for: what rules are asked of.
    pub code: Vec<Arc<analysis::Project>>,
    /// Cached tasks that the baseline has and the code hasn't, by file and line.
    pub gone: Vec<Gone>,
    /// What could not be read, by file and line.
    pub problems: Vec<Problem>,
}

impl Report {
    /// The name of what tasks were compared with; `None` if they were compared with nothing.
    pub fn since(&self) -> Option<&str> {
        self.baseline.as_ref().ok().map(|baseline| baseline.name.as_str())
    }

    /// Of no files.
    pub fn nothing() -> Self {
        Self {
            pythons: Vec::new(),
            sdks: Vec::new(),
            configs: Vec::new(),
            baseline: Err(NOT_ASKED_FOR.to_owned()),
            store: None,
            store_failed: false,
            notes: Vec::new(),
            files: 0,
            unread: 0,
            tasks: Vec::new(),
            code: Vec::new(),
            gone: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Adds what there is to say of another project: what is the same for both is said once.
    pub(super) fn add(&mut self, other: Self) {
        let Self {
            pythons,
            sdks,
            configs,
            baseline,
            store: _,
            store_failed: _,
            notes,
            files: _,
            unread,
            tasks,
            code,
            gone,
            problems,
        } = other;
        pythons.into_iter().for_each(|python| push_new(&mut self.pythons, python));
        sdks.into_iter().for_each(|sdk| push_new(&mut self.sdks, sdk));
        configs.into_iter().for_each(|config| push_new(&mut self.configs, config));
        notes.into_iter().for_each(|note| push_new(&mut self.notes, note));
        if self.baseline.is_err() && baseline.as_ref().err().is_none_or(|reason| reason != NOT_ASKED_FOR) {
            self.baseline = baseline;
        }
        self.unread += unread;
        self.tasks.extend(tasks);
        self.code.extend(code);
        self.gone.extend(gone);
        self.problems.extend(problems);
    }
}

/// Why there is no baseline where nothing was to be compared.
const NOT_ASKED_FOR: &str = "not asked for";

pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// A task that was deleted or renamed since the baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone {
    /// Where it was.
    pub place: Place,
    /// `ml.train`
    pub name: String,
}
