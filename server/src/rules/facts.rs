//! What rules look at: the report of a project and its code, with the questions that several rules have.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::policy::Behavior;
use cache_core::python::{Module, Source};

use crate::analysis::{Call, Files, From, Kind, Known, Project, Span, Spec, Task, Written};
use crate::environment::Day;
use crate::status::{Report, TaskStatus};

/// A project as rules see it.
pub struct Facts<'a> {
    /// What became of the tasks of the files that were asked about.
    pub report: &'a Report,
    /// All tasks and calls of the project.
    pub code: &'a Project,
    /// The day that it is.
    pub today: Day,
    files: &'a dyn Files,
    /// The texts that were asked for.
    texts: RefCell<HashMap<PathBuf, Option<Arc<str>>>>,
    /// Which files use Flyte 1, of those of which that was asked.
    of_flyte_1: RefCell<HashMap<PathBuf, bool>>,
    caches: OnceCell<Vec<CacheUse<'a>>>,
    /// Where the functions of files stand of which that was asked, by the places of their names.
    extents: RefCell<HashMap<PathBuf, HashMap<usize, Range<usize>>>>,
}

/// A cache as it is written, with what it is for.
pub struct CacheUse<'a> {
    /// Where.
    pub written: &'a Arc<Written>,
    /// What it says.
    pub spec: &'a Spec,
    /// The tasks that have it, by file and line; those of calls that are given it by `.override(cache=…)` too.
    pub tasks: Vec<&'a Task>,
    /// Whether it is written in a call, `.override(cache=…)`, so that it is made when that runs.
    is_of_call: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn new(report: &'a Report, code: &'a Project, files: &'a dyn Files) -> Self {
        Self {
            report,
            code,
            today: Day::today(),
            files,
            texts: RefCell::default(),
            of_flyte_1: RefCell::default(),
            caches: OnceCell::new(),
            extents: RefCell::default(),
        }
    }

    /// Every cache that some task has, once, by file and place.
    pub fn caches(&self) -> &[CacheUse<'a>] {
        self.caches.get_or_init(|| {
            let own = self.code.tasks.iter().enumerate().map(|(index, task)| (index, task, &task.spec, false));
            let of_call = |call: &'a Call| {
                let spec = call.spec.as_ref()?;
                let holds = |written: &Written| {
                    written.at.file == call.at.file
                        && call.at.start <= written.at.start
                        && written.at.end <= call.at.end
                };
                let is_within = spec.written.as_deref().is_some_and(holds);
                Some((call.callee, self.code.tasks.get(call.callee)?, spec, is_within))
            };
            let over = self.code.calls.iter().filter_map(of_call);
            let mut by_place: BTreeMap<&Span, CacheUse<'a>> = BTreeMap::new();
            let mut known: HashSet<(&Span, usize)> = HashSet::new();
            for (index, task, spec, is_of_call) in own.chain(over) {
                let Some(written) = &spec.written else { continue };
                let found = by_place.entry(&written.at).or_insert_with(|| CacheUse {
                    written,
                    spec,
                    tasks: Vec::new(),
                    is_of_call,
                });
                if known.insert((&written.at, index)) {
                    found.tasks.push(task);
                }
            }
            by_place.into_values().collect()
        })
    }

    /// The calls in the bodies of tasks, and of what they call, by the task.
    pub fn calls_of(&self) -> HashMap<usize, Vec<&'a Call>> {
        let mut calls: HashMap<usize, Vec<&Call>> = HashMap::new();
        for call in &self.code.calls {
            if let Some(caller) = call.caller {
                calls.entry(caller).or_default().push(call);
            }
        }
        calls
    }

    /// What became of the tasks of the project's code, by their index in it.
    pub fn statuses_of_code(&self) -> Vec<Option<&'a TaskStatus>> {
        let key = |task: &'a Task| (&task.at, &task.name, &task.branch);
        let known: Vec<_> = self.report.tasks.iter().map(|status| (key(&status.task), status)).collect();
        let by_place: HashMap<(&Path, usize), Vec<usize>> =
            known.iter().enumerate().fold(HashMap::new(), |mut all, (index, ((at, ..), _))| {
                all.entry((&*at.file, at.start)).or_insert_with(Vec::new).push(index);
                all
            });
        let status = |task: &'a Task| {
            let there = by_place.get(&(&*task.at.file, task.at.start))?;
            there.iter().filter_map(|index| known.get(*index)).find(|(k, _)| *k == key(task)).map(|(_, status)| *status)
        };
        self.code.tasks.iter().map(status).collect()
    }

    /// What became of tasks, where they were asked about.
    pub fn statuses(&self) -> impl Iterator<Item = &'a TaskStatus> {
        self.report.tasks.iter()
    }

    /// The source of the function that a task is made of, decorators and all.
    pub fn source_of(&self, task: &Task) -> Option<String> {
        let Kind::Function(Known::Value(hashed)) = &task.kind else { return None };
        let text = self.text(&hashed.file)?;
        let mut extents = self.extents.borrow_mut();
        let of_file = extents.entry(hashed.file.to_path_buf()).or_insert_with(|| {
            let module = Module::parse(Source::from_text(&text));
            module.functions().iter().map(|function| (function.name.start, function.extent.clone())).collect()
        });
        text.get(of_file.get(&hashed.name_offset)?.clone()).map(str::to_owned)
    }

    /// Whether what the SDK raises at import is known for the project's release: 2.8.1 takes a
    /// behavior that 2.9.0 refuses.
    pub fn knows_refusals(&self) -> bool {
        self.report.sdks.iter().all(|sdk| sdk.supported)
    }

    /// What the code is compared with, in words.
    pub fn since(&self) -> &'a str {
        self.report.baseline.as_ref().map_or("the baseline", |baseline| baseline.name.as_str())
    }

    /// Whether a file uses Flyte 1, or nobody can read it.
    pub fn is_of_flyte_1(&self, file: &Path) -> bool {
        if let Some(known) = self.of_flyte_1.borrow().get(file) {
            return *known;
        }
        let imports = |line: &str| {
            let line = line.trim_start();
            (line.starts_with("import ") || line.starts_with("from ")) && line.contains("flytekit")
        };
        let is = self.text(file).is_none_or(|text| text.contains("flytekit") && text.lines().any(imports));
        self.of_flyte_1.borrow_mut().insert(file.to_owned(), is);
        is
    }

    /// Python's text of a file.
    pub fn text(&self, file: &Path) -> Option<Arc<str>> {
        let read = || {
            let bytes = self.files.read(file).ok()?;
            self.files.decode(file, &bytes).ok().map(|source| Arc::from(source.text()))
        };
        self.texts.borrow_mut().entry(file.to_owned()).or_insert_with(read).clone()
    }
}

impl CacheUse<'_> {
    /// Where the argument for a parameter is written; the whole cache if it comes from elsewhere.
    pub fn at(&self, parameter: &str) -> Span {
        let argument = self.written.argument(parameter);
        argument.map_or_else(|| self.written.at.clone(), |argument| self.written.at.sibling(&argument.range))
    }

    /// The behavior, where it is known.
    pub fn behavior(&self) -> Option<Behavior> {
        self.spec.behavior.value.value().copied()
    }

    /// When the SDK raises that refuses it, in words.
    pub fn raises(&self) -> &'static str {
        if self.is_of_call { "the SDK raises when this runs" } else { "the SDK raises at import" }
    }

    /// Whether it may be a part of the source that a version is computed from: written in a task's own decorator, and no version
    /// given.
    pub fn is_hashed(&self) -> bool {
        let is_given = matches!(self.spec.version_override.value, Known::Value(Some(_)));
        self.spec.from != From::Environment && !is_given
    }

    /// The tasks in words: `` `ml.train` ``, `` `ml.a` and `ml.b` ``, `3 tasks`.
    pub fn names(&self) -> String {
        names(&self.tasks)
    }
}

/// Where a task's cache is written: at its own decorator, or its name where it inherits one.
pub fn cache_place(task: &Task) -> Span {
    match (&task.spec.from, &task.spec.written) {
        (From::Task, Some(written)) if written.at.file == task.at.file => written.at.clone(),
        _ => task.at.clone(),
    }
}

/// Some names as the first of them: "`a`", "`a` and another task", "`a` and 3 other tasks".
pub fn and_others(first: &str, count: usize) -> String {
    match count {
        0 | 1 => format!("`{first}`"),
        2 => format!("`{first}` and another task"),
        more => format!("`{first}` and {} other tasks", more - 1),
    }
}

/// Tasks in words.
pub fn names(tasks: &[&Task]) -> String {
    match tasks {
        [one] => format!("`{}`", one.shown_name()),
        [one, other] => format!("`{}` and `{}`", one.shown_name(), other.shown_name()),
        all => format!("{} tasks", all.len()),
    }
}

/// The names of a task's inputs, where all of them are known.
pub fn inputs(task: &Task) -> Option<Vec<&str>> {
    let is_known = match &task.kind {
        Kind::Function(Known::Value(_)) => task.annotations.len() == task.inputs.len(),
        Kind::Function(Known::Unknown(_)) | Kind::Remote => false,
        Kind::Container(_) => matches!(task.signature, Known::Value(_)),
    };
    is_known.then(|| task.inputs.iter().map(|input| input.name.as_str()).collect())
}

/// Whether a spec surely caches.
pub fn caches(spec: &Spec) -> bool {
    matches!(spec.behavior.value, Known::Value(Behavior::Auto | Behavior::Override)) && spec.refused.is_none()
}
