//! What the code says of a task: the facts that a status is made of, each with the place that it came from.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::key::flyte::{Argument, Signature};
use cache_core::policy::Behavior;
use cache_core::python::PythonVersion;

use super::remembered::Stamp;

/// A value that the code gives statically, or the reason why it can't be known without running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// The value.
    Value(T),
    /// What would have to run, in words for the user: "`make_name()` runs Python".
    Unknown(String),
}

impl<T> Known<T> {
    /// The value, if it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// Why it isn't known.
    pub fn known(&self) -> Result<&T, String> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Unknown(reason) => Err(reason.clone()),
        }
    }
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, absolute.
    pub file: Arc<Path>,
    /// 1-based.
    pub line: u32,
}

/// A piece of a file's text, by byte offsets in [`cache_core::python::Source::text`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file, absolute.
    pub file: Arc<Path>,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Span {
    /// Another piece of the same file.
    pub fn sibling(&self, range: &Range<usize>) -> Self {
        Self { file: Arc::clone(&self.file), start: range.start, end: range.end }
    }

    /// The bytes.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// How a cache is written: `Cache(...)`, or what stands for one in `cache=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// All of it.
    pub at: Span,
    /// The arguments of a `Cache(...)` that are written out in it, in source order; those that come out of a `*` or `**` are not.
    pub arguments: Vec<WrittenArgument>,
}

/// An argument as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenArgument {
    /// The parameter that it is for.
    pub parameter: String,
    /// All of it, with its keyword.
    pub range: Range<usize>,
    /// Its value.
    pub value: Range<usize>,
    /// The elements of a list, tuple or set that is written out.
    pub items: Vec<Range<usize>>,
}

impl Written {
    /// The argument for a parameter.
    pub fn argument(&self, parameter: &str) -> Option<&WrittenArgument> {
        self.arguments.iter().find(|argument| argument.parameter == parameter)
    }
}

/// A part of a cache spec and where it was given; `place` is `None` for a default of the SDK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// What it is.
    pub value: Known<T>,
    /// Where it was written.
    pub place: Option<Place>,
}

/// Which of the SDK's places decided the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// `@env.task(cache=…)`, or the constructor of a task object.
    Task,
    /// `TaskEnvironment(cache=…)`, `clone_with(cache=…)`.
    Environment,
    /// The SDK's default for this kind of task.
    Default,
    /// `.override(cache=…)` at a call.
    Override,
}

/// A policy of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// `FunctionBodyPolicy` (the default one, or written out).
    FunctionBody,
    /// A class or object whose `get_version` is Python: its name.
    Custom(String),
}

/// The effective cache spec of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Who decided.
    pub from: From,
    /// Where the `cache=` that counts is written.
    pub place: Option<Place>,
    /// The cache itself, which several tasks may have; `None` where none is written, or not in the project.
    pub written: Option<Arc<Written>>,
    /// auto, override, disable.
    pub behavior: Part<Behavior>,
    /// `version_override`.
    pub version_override: Part<Option<String>>,
    /// `serialize`.
    pub serialize: Part<bool>,
    /// `ignored_inputs`, as the SDK makes them a tuple.
    pub ignored_inputs: Part<Vec<String>>,
    /// `salt`.
    pub salt: Part<String>,
    /// `policies`; the SDK's default is one `FunctionBodyPolicy`.
    pub policies: Part<Vec<Policy>>,
    /// `max_age` in seconds.
    pub max_age: Part<Option<u64>>,
    /// What the SDK raises for this spec, in its own words.
    pub refused: Option<String>,
}

/// An input of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The parameter's name.
    pub name: String,
    /// The annotation's source text.
    pub annotation: Option<String>,
    /// The default's source text.
    pub default: Option<String>,
}

/// The parts of a container task that its version is made of, in the terms of `cache_core::policy::ContainerBody`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// What is needed for `ContainerBodyPolicy`, or why it isn't known.
    pub body: Known<cache_core::policy::ContainerBody>,
}

/// What kind of object the task is.
#[allow(clippy::large_enum_variant, reason = "a project has hundreds of tasks, not millions")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Python function: the function whose source is hashed, by the byte range of its name in its file, or why that isn't known
    /// (a decorator below the task's that doesn't use `functools.wraps`).
    Function(Known<FunctionRef>),
    /// `ContainerTask`, `flyte.extras.shell.create`, `flyte.sandbox.create`.
    Container(Container),
    /// `flyte.remote.Task.get`: defined on the cluster.
    Remote,
}

/// A function in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionRef {
    /// The file, absolute.
    pub file: Arc<Path>,
    /// Byte offset of the function's name in [`cache_core::python::Source::text`].
    pub name_offset: usize,
}

/// Which Python an image holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImagePython {
    /// The submitting interpreter's minor: the default image and the like.
    Submitting,
    /// Named by the image: `from_debian_base(python_version=(3, 12))`.
    Named(PythonVersion, Place),
    /// Not known: why.
    Unknown(String),
}

/// What one run of a task is given, in the terms of [`cache_core::key::flyte::Interface::bind`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passed {
    /// Positional arguments.
    pub positional: Vec<Argument>,
    /// Keyword arguments.
    pub keywords: Vec<(String, Argument)>,
}

/// How a run is started, as far as that decides about caches: `flyte.with_runcontext(...)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// `mode=`: `local`, `remote`, `hybrid`; `None` where it isn't given.
    pub mode: Known<Option<String>>,
    /// `overwrite_cache=`
    pub overwrite_cache: Known<bool>,
    /// `disable_run_cache=`
    pub disable_run_cache: Known<bool>,
    /// `cache_lookup_scope=`; `None` where it isn't given.
    pub cache_lookup_scope: Known<Option<String>>,
}

impl Default for RunOptions {
    fn default() -> Self {
        let absent = Known::Value(None);
        let no = Known::Value(false);
        Self { mode: absent.clone(), overwrite_cache: no.clone(), disable_run_cache: no, cache_lookup_scope: absent }
    }
}

impl RunOptions {
    /// Those of runs of which some are started one way and some the other: what differs is unknown, and `why` says so.
    ///
    /// Runs of which some name the local mode and some none are like those that name none: for both the surroundings decide.
    pub fn common(self, other: Self, why: &str) -> Self {
        fn same<T: PartialEq>(one: Known<T>, other: &Known<T>, why: &str) -> Known<T> {
            if one == *other { one } else { Known::Unknown(why.to_owned()) }
        }
        let may_be_local = |mode: &Known<Option<String>>| match mode {
            Known::Value(mode) => mode.as_deref().is_none_or(|mode| mode == "local"),
            Known::Unknown(_) => false,
        };
        let mode = match may_be_local(&self.mode) && may_be_local(&other.mode) && self.mode != other.mode {
            true => Known::Value(None),
            false => same(self.mode, &other.mode, why),
        };
        Self {
            mode,
            overwrite_cache: same(self.overwrite_cache, &other.overwrite_cache, why),
            disable_run_cache: same(self.disable_run_cache, &other.disable_run_cache, why),
            cache_lookup_scope: same(self.cache_lookup_scope, &other.cache_lookup_scope, why),
        }
    }
}

/// A call of a task in the project's code.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Where.
    pub place: Place,
    /// The whole call.
    pub at: Span,
    /// Index of the called task in [`Project::tasks`].
    pub callee: usize,
    /// Index of the task whose body holds the call, or comes to it by way of plain functions; `None` for a call outside of
    /// tasks. A call that several come to is listed for each.
    pub caller: Option<usize>,
    /// The spec in force for this call if `.override(cache=…)` gives one.
    pub spec: Option<Spec>,
    /// What it passes: one for each run that it starts (several for `flyte.map` over a list that is known), or why that isn't known.
    pub passed: Known<Vec<Passed>>,
    /// The inputs that are given what other calls return.
    pub results: Vec<PassedResult>,
    /// How the run is started, for a call that submits one.
    pub options: RunOptions,
}

/// A call that may connect the runs of a program to a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The file that makes it.
    pub file: Arc<Path>,
    /// How.
    pub how: Connecting,
    /// The files that can run together with that one, sorted: the runs that they start are meant.
    pub with: Arc<[PathBuf]>,
}

/// How a program connects to a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connecting {
    /// `flyte.init_from_config()`: as the configuration says that the SDK finds.
    Configuration,
    /// `flyte.init_from_config("…")`: as this file says, relative to the working directory.
    File(String),
    /// By the call, in words: `flyte.init(endpoint=…)`.
    Itself(String),
    /// By the call, of which it is not known whether it does: `flyte.init_from_config(PATH)`.
    Maybe(String),
}

/// An input that is given what a call returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedResult {
    /// The input.
    pub input: String,
    /// The whole call.
    pub at: Span,
}

/// A trigger of a task that names inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Where.
    pub place: Place,
    /// Index of the task in [`Project::tasks`].
    pub task: usize,
    /// What it passes.
    pub passed: Known<Passed>,
}

/// A keyword of `@env.task(...)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskKeyword {
    /// Its name.
    pub name: String,
    /// Where its value is written.
    pub value_at: Span,
    /// What the value is, as a condition, where that is known.
    pub truth: Option<bool>,
}

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Where it is defined: the first line of the decorators, or of the constructor's call.
    pub place: Place,
    /// The function's name where it is defined; the whole call for a task that is made by one.
    pub at: Span,
    /// What the decorator is given by keyword, the cache too.
    pub keywords: Vec<TaskKeyword>,
    /// Which of the function's decorators makes it a task, from 0 on in source order; `None` where a call does.
    pub decorator: Option<usize>,
    /// `<environment name>.<function name>`.
    pub name: Known<String>,
    /// The function's name (the task's own name where there is no function).
    pub function: String,
    /// The environment's name; empty for a task that stands in none (a `ContainerTask` that no `from_task` takes up).
    pub environment: Known<String>,
    /// Which of several possible definitions this is, in words ("if fast", "else"), where the code picks one at run time.
    pub branch: Option<String>,
    /// What is hashed.
    pub kind: Kind,
    /// The cache spec.
    pub spec: Spec,
    /// What the SDK raises when the module is imported, in its own words, so that the task never comes to be: for its
    /// spec ([`Spec::refused`]), its environment or its signature.
    pub refused: Option<String>,
    /// Inputs in signature order.
    pub inputs: Vec<Input>,
    /// Where the annotations of a function's inputs are written, in the same order.
    pub annotations: Vec<Option<Span>>,
    /// The same with the meaning of annotations and defaults, from which interfaces and keys are made; or why it isn't known.
    pub signature: Known<Signature>,
    /// The first call by which its body gets something from elsewhere, and what is called: `requests.get`. Looked for only where a cached
    /// task has no inputs.
    pub fetches: Option<(Span, String)>,
    /// The Python of the environment's image: what this task's own *children* get their version from.
    pub image: ImagePython,
}

impl Task {
    /// The name, if it is known.
    pub fn known_name(&self) -> Option<&str> {
        self.name.value().map(String::as_str)
    }

    /// The name, or the function's where it isn't known.
    pub fn shown_name(&self) -> &str {
        self.known_name().unwrap_or(&self.function)
    }
}

/// Something about a file that the user should know: it could not be read, or not in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: Arc<Path>,
    /// 1-based, where there is one.
    pub line: Option<u32>,
    /// What is wrong and what to do.
    pub message: String,
}

/// All that the analysis found.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Tasks by file (sorted) and line.
    pub tasks: Vec<Task>,
    /// Calls of tasks.
    pub calls: Vec<Call>,
    /// Triggers of tasks.
    pub triggers: Vec<Trigger>,
    /// Where the code may connect to a cluster, by file.
    pub connections: Vec<Connection>,
    /// Cached tasks of one name that stand in different files and come to run together, by index: the later one first.
    pub namesakes: Vec<(usize, usize)>,
    /// Comments of the files that name this program, such as `# tasklens: ignore[…]`.
    pub comments: Vec<Span>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The states that the files asked about were read in, in their order; `None` for what was not read from the disk. None at all where
    /// it was known already which of them matter.
    pub stamps: Vec<Option<Stamp>>,
    /// The files that were looked at closely, and those that they import, in groups that no import connects. None at all where it was known
    /// already which files matter.
    pub islands: Vec<Vec<PathBuf>>,
}
