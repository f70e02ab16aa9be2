//! Names to what they are bound to, across files. Works on summaries alone and loads them as imports are followed.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use cache_core::python::Use;

use super::files::{Files, Roots};
use super::flow::{self, Binding, Moment, Reaching};
use super::importers::Imports;
use super::ir::*;
use super::modules::{self, ModulePath, Resolved};
use super::notes::Notes;
use super::patched::{Patch, Patched};
use super::prefilter::Matter;
use super::sdk;
use super::summaries::Summaries;
use super::task::{Place, Problem, Span};
use super::types::Memory;
use super::value::{FileId, Value, joined};

/// How deep names may lead to names, and functions call functions.
const MAX_STEPS: usize = 120;

/// A file whose names can be looked up.
#[derive(Debug)]
pub struct File {
    pub path: Arc<Path>,
    pub summary: Arc<Summary>,
}

/// Where an expression is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Context<'f> {
    pub file: FileId,
    pub scope: Scope,
    pub moment: Moment,
    /// The call whose body is evaluated, for its parameters.
    pub frame: Option<&'f Frame>,
}

/// The parameters of a call that is followed.
#[derive(Debug)]
pub struct Frame {
    pub function: (FileId, FunctionId),
    pub values: Vec<(String, Value)>,
}

/// The loaded files, and what is known of their names so far.
pub struct Linker<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) roots: &'a Roots,
    summaries: &'a Summaries,
    loaded: RefCell<HashMap<PathBuf, Option<FileId>>>,
    all: RefCell<Vec<Rc<File>>>,
    /// Values of expressions outside of followed calls.
    pub(super) memo: RefCell<HashMap<(FileId, Offset, Offset), Value>>,
    /// Expressions whose values are being found, which must not lead back to themselves.
    active: RefCell<HashSet<(FileId, Offset, Offset)>>,
    /// What imports name.
    modules: RefCell<HashMap<(FileId, ImportedModule), Value>>,
    /// How much the call that is being followed may still do, and how deep it is.
    fuel: Cell<usize>,
    depth: Cell<usize>,
    /// Values of names that other modules import; `None` while one is being found.
    pub(super) members: RefCell<HashMap<(FileId, String), Option<Value>>>,
    steps: Cell<usize>,
    problems: RefCell<Vec<Problem>>,
    /// What is known of types so far.
    pub types: Memory,
    /// Which files run together with which.
    pub(super) together: RefCell<Arc<Imports>>,
    /// Whether files that are not loaded have to do with Flyte.
    matter: Matter<'a>,
    pub(super) patches: RefCell<Vec<Patch>>,
    /// How names are used, by file.
    uses: RefCell<HashMap<FileId, Option<Rc<[Use]>>>>,
    /// Calls that pass copies of their arguments on.
    copying: RefCell<HashSet<(FileId, Offset, Offset)>>,
    /// What was looked into beside what stands in it.
    pub notes: RefCell<Notes>,
}

impl<'a> Linker<'a> {
    pub fn new(files: &'a dyn Files, roots: &'a Roots, summaries: &'a Summaries) -> Self {
        Self {
            files,
            roots,
            summaries,
            loaded: RefCell::default(),
            all: RefCell::default(),
            memo: RefCell::default(),
            active: RefCell::default(),
            modules: RefCell::default(),
            fuel: Cell::new(0),
            depth: Cell::new(0),
            members: RefCell::default(),
            steps: Cell::new(0),
            problems: RefCell::default(),
            types: Memory::default(),
            together: RefCell::default(),
            matter: Matter::default(),
            patches: RefCell::default(),
            uses: RefCell::default(),
            copying: RefCell::default(),
            notes: RefCell::default(),
        }
    }

    /// Tells which files were looked at; those of them that were not added can hold no task.
    pub fn dull(&mut self, paths: &'a [PathBuf]) {
        self.matter = Matter::looked_at(paths);
    }

    /// Whether a module, or a submodule of that name, can define or use tasks.
    pub fn matters(&self, from: FileId, module: &ImportedModule, names: &[&str]) -> bool {
        match self.module(from, module) {
            Value::External(path) => sdk::is_of_the_sdk(&path),
            Value::Module(found) => {
                let submodules = names.iter().filter_map(|name| modules::submodule(self.files, &found, name)?.file);
                submodules.chain(found.file.clone()).any(|path| self.file_matters(&path)) || found.file.is_none()
            }
            _ => false,
        }
    }

    fn file_matters(&self, path: &Path) -> bool {
        self.loaded.borrow().contains_key(path) || self.matter.of(self.files, path)
    }

    /// Takes up a file that is summarized already.
    pub fn add(&self, path: &Path, summary: Arc<Summary>) -> FileId {
        let mut all = self.all.borrow_mut();
        let id = all.len();
        all.push(Rc::new(File { path: Arc::from(path), summary }));
        self.loaded.borrow_mut().insert(path.to_path_buf(), Some(id));
        id
    }

    /// A loaded file.
    #[allow(clippy::indexing_slicing, reason = "ids are only made by `add`, and files are never removed")]
    pub fn file(&self, id: FileId) -> Rc<File> {
        Rc::clone(&self.all.borrow()[id])
    }

    /// How many files are loaded.
    pub fn count(&self) -> usize {
        self.all.borrow().len()
    }

    /// What could not be read on the way.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// An expression's text, for messages.
    pub fn text(&self, file: FileId, expr: &Expr) -> String {
        shown(expr, &self.file(file).summary)
    }

    pub fn place(&self, file: FileId, line: u32) -> Place {
        Place { file: Arc::clone(&self.file(file).path), line }
    }

    /// A piece of a file.
    pub fn span(&self, file: FileId, start: Offset, end: Offset) -> Span {
        Span { file: Arc::clone(&self.file(file).path), start: start as usize, end: end as usize }
    }

    /// Reads and summarizes an imported file, once.
    pub fn load(&self, path: &Path) -> Option<FileId> {
        if let Some(known) = self.loaded.borrow().get(path) {
            return *known;
        }
        let read = self.files.read(path).map_err(|error| unreadable(path, &error));
        match read.and_then(|bytes| self.summaries.of(self.files, path, &bytes)) {
            Ok(summary) => Some(self.add(path, summary)),
            Err(problem) => {
                self.problems.borrow_mut().push(problem);
                self.loaded.borrow_mut().insert(path.to_path_buf(), None);
                None
            }
        }
    }

    /// Follows a call, unless that leads too deep or goes on for too long.
    pub fn followed(&self, follow: impl FnOnce() -> Value) -> Option<Value> {
        const DEEPEST: usize = 4;
        const FUEL: usize = 400;
        let depth = self.depth.get();
        if depth == 0 {
            self.fuel.set(FUEL);
        }
        if depth >= DEEPEST || self.fuel.get() == 0 {
            return None;
        }
        self.depth.set(depth + 1);
        let value = follow();
        self.depth.set(depth);
        Some(value)
    }

    /// A value that is found once, and not by way of itself. `keep` says that it doesn't depend on a followed call;
    /// `text` names it in messages.
    pub fn once(
        &self,
        key: (FileId, Offset, Offset),
        keep: bool,
        text: impl FnOnce() -> String,
        find: impl FnOnce() -> Value,
    ) -> Value {
        if keep && let Some(known) = self.memo.borrow().get(&key) {
            return known.clone();
        }
        if !keep {
            if self.fuel.get() == 0 {
                return Value::unknown("too many steps lead to this value");
            }
            self.fuel.set(self.fuel.get() - 1);
        }
        if self.steps.get() >= MAX_STEPS {
            return Value::unknown("too many steps lead to this value");
        }
        if !self.active.borrow_mut().insert(key) {
            return Value::unknown(format!("`{}` depends on itself", text()));
        }
        self.steps.set(self.steps.get() + 1);
        let value = find();
        self.steps.set(self.steps.get() - 1);
        self.active.borrow_mut().remove(&key);
        if keep {
            self.memo.borrow_mut().insert(key, value.clone());
        }
        value
    }

    /// Reads a file as [`Linker::load`] does, if its bytes are worth it.
    pub fn load_if(&self, path: &Path, worth: impl FnOnce(&[u8]) -> bool) -> Option<FileId> {
        if let Some(known) = self.loaded.borrow().get(path) {
            return *known;
        }
        if worth(&self.files.read(path).ok()?) { self.load(path) } else { None }
    }

    /// What a name means.
    pub fn lookup(&self, context: Context<'_>, name: &str) -> Value {
        self.resolved(context, name, |context, found| self.bound(context, name, found)).unwrap_or_else(|value| value)
    }

    /// Asks `of` about the bindings of a name, of which one is in force, in the context that they are made in.
    ///
    /// # Errors
    ///
    /// The value of a name that has no bindings, or of which the bindings are not all.
    pub fn resolved<T>(
        &self,
        context: Context<'_>,
        name: &str,
        of: impl FnOnce(Context<'_>, Vec<Reaching<'_>>) -> T,
    ) -> Result<T, Value> {
        let file = self.file(context.file);
        let summary = &*file.summary;
        let (mut scope, mut moment) = (context.scope, context.moment);
        let mut in_function = false;
        loop {
            let outer_name = match scope {
                Scope::Function(id) => summary
                    .functions
                    .get(id)
                    .is_some_and(|function| function.outer_names.iter().any(|outer| outer == name)),
                _ => false,
            };
            // A function does not see the names of the class around it.
            let is_hidden = in_function && matches!(scope, Scope::Class(_));
            if !outer_name && !is_hidden {
                if let Some(by) = summary.changed_within.get(&(scope, name.to_owned())) {
                    return Err(Value::unknown(format!("`{name}` is changed by `{by}`")));
                }
                if in_function && scope == Scope::Module {
                    let module = Patched::Module(Some(file.path.to_path_buf()));
                    if let Some(unknown) = self.patched(context.file, &module, name) {
                        return Err(unknown);
                    }
                }
                let exports = |module: &ImportedModule| self.exports(context.file, module, name, 0);
                let found = flow::reaching(summary, scope, name, moment, &exports);
                if !found.is_empty() {
                    let mut computed = summary.changed_by_computed_name.iter();
                    if scope == Scope::Module
                        && let Some((_, by)) = computed.find(|(start, _)| name.starts_with(start.as_str()))
                        && found.iter().any(|one| matches!(one.binding, Binding::Value(..) | Binding::Item(..)))
                    {
                        return Err(Value::unknown(format!("`{name}` may be changed by `{by}`")));
                    }
                    return Ok(of(Context { scope, ..context }, found));
                }
                if matches!(scope, Scope::Function(_)) && flow::binds(summary, summary.scope(scope).0, name) {
                    return Err(Value::unknown(format!("`{name}` is not set yet")));
                }
            }
            let Some(parent) = summary.parent(scope) else { break };
            match scope {
                Scope::Function(_) => {
                    in_function = true;
                    moment = Moment::Any;
                }
                Scope::Class(id) => {
                    moment = match summary.classes.get(id) {
                        Some(class) if !in_function => Moment::At(class.start),
                        _ => Moment::Any,
                    };
                }
                Scope::Module => {}
            }
            scope = if outer_name { Scope::Module } else { parent };
        }
        if sdk::is_builtin(name) {
            return Err(Value::external(format!("builtins.{name}")));
        }
        Err(Value::unknown(format!("`{name}` is not defined")))
    }

    /// The value of bindings, of which one is in force.
    fn bound(&self, context: Context<'_>, name: &str, found: Vec<Reaching<'_>>) -> Value {
        let several = found.len() > 1;
        let values = found
            .into_iter()
            .map(|one| {
                let mut words = one.words.iter().fold(String::new(), |outer, inner| joined(&outer, inner));
                if words.is_empty() && several {
                    words = format!("line {}", self.line_in_words(one.line));
                }
                (words, self.binding(context, name, &one))
            })
            .collect();
        Value::one_of(values)
    }

    fn binding(&self, context: Context<'_>, name: &str, one: &Reaching<'_>) -> Value {
        match one.binding {
            Binding::Value(expr, at) => self.value(Context { moment: Moment::At(at), ..context }, expr),
            Binding::Item(expr, index, count, at) => {
                match self.value(Context { moment: Moment::At(at), ..context }, expr).items() {
                    Some(items) if items.len() == count => {
                        items.get(index).cloned().unwrap_or_else(|| Value::unknown("no such item"))
                    }
                    _ => Value::unknown(format!("`{name}` is unpacked from a value")),
                }
            }
            Binding::Opaque(why) => Value::unknown(format!("`{name}` {why}")),
            Binding::Def(id) => self.defined(context.file, id),
            Binding::Class(id) => Value::Class(context.file, id),
            Binding::TypeAlias(generic) => Value::TypeAlias(Rc::from(name), generic),
            Binding::Parameter(index) => self.parameter(context, name, index),
            Binding::Import { module, whole } => {
                let module = if whole { module } else { module.split('.').next().unwrap_or_default() };
                self.module(context.file, &ImportedModule { level: 0, name: module.to_owned() })
            }
            Binding::From { module, original } => self.imported(context.file, module, original),
            Binding::Star { module } => self.imported(context.file, module, name),
        }
    }

    fn parameter(&self, context: Context<'_>, name: &str, index: usize) -> Value {
        let Scope::Function(id) = context.scope else { return Value::unknown(format!("`{name}` is a parameter")) };
        if let Some(frame) = context.frame.filter(|frame| frame.function == (context.file, id)) {
            if let Some((_, value)) = frame.values.iter().find(|(parameter, _)| parameter == name) {
                return value.clone();
            }
            return Value::unknown(format!("the parameter `{name}` is not given"));
        }
        let file = self.file(context.file);
        let Some(function) = file.summary.functions.get(id) else { return Value::unknown("no such function") };
        // `env: flyte.TaskEnvironment` says what it is, though not which.
        let annotation = function.parameters.get(index).and_then(|parameter| parameter.annotation.as_ref());
        let reason = format!("`{name}` is a parameter of `{}`", function.name);
        match annotation.map(|annotation| {
            self.value(Context { scope: function.parent, moment: Moment::Any, ..context }, annotation)
        }) {
            Some(Value::External(class)) if sdk::is_environment(&class) => {
                Value::Environment(Rc::new(super::environment::unknown(&reason, (context.file, function.start))))
            }
            _ => Value::unknown(reason),
        }
    }

    /// The module that an import names.
    pub fn module(&self, from: FileId, module: &ImportedModule) -> Value {
        let key = (from, module.clone());
        if let Some(known) = self.modules.borrow().get(&key) {
            return known.clone();
        }
        let value = self.find_module(from, module);
        self.modules.borrow_mut().insert(key, value.clone());
        value
    }

    fn find_module(&self, from: FileId, module: &ImportedModule) -> Value {
        let path = self.file(from).path.clone();
        let resolved = modules::resolve(self.files, self.roots, &path, module);
        match modules::on_own_path(self.files, &path, &self.file(from).summary.text, module, resolved) {
            Resolved::Module(found) => Value::Module(Rc::new(found)),
            Resolved::External if module.level > 0 => Value::unknown(format!(
                "`{}{}` is not found",
                ".".repeat(usize::try_from(module.level).unwrap_or(1)),
                module.name
            )),
            Resolved::External => Value::external(&module.name),
            Resolved::Ambiguous(one, other) => Value::unknown(format!(
                "`{}` is {} or {}, depending on which file is run",
                module.name,
                self.relative(&one),
                self.relative(&other)
            )),
        }
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.roots.project).unwrap_or(path).display().to_string()
    }

    /// `from module import name`
    fn imported(&self, from: FileId, module: &ImportedModule, name: &str) -> Value {
        match self.module(from, module) {
            Value::Module(found) => self.member_in(from, &found, name),
            Value::External(path) => self.outside(from, format!("{path}.{name}")),
            other => other,
        }
    }

    /// Where a module's own name is bound, as `file` sees it.
    ///
    /// # Errors
    ///
    /// The attribute's value, where it is no name of the module's file.
    pub fn exported(&self, file: FileId, module: &ModulePath, name: &str) -> Result<Context<'static>, Value> {
        if let Some(unknown) = self.patched(file, &Patched::Module(module.file.clone()), name) {
            return Err(unknown);
        }
        if let Some(file) = module.file.as_deref().and_then(|path| self.load(path)) {
            let exports = |star: &ImportedModule| self.exports(file, star, name, 0);
            if !flow::reaching(&self.file(file).summary, Scope::Module, name, Moment::End, &exports).is_empty() {
                return Ok(Context { file, scope: Scope::Module, moment: Moment::End, frame: None });
            }
        }
        Err(self.member(module, name))
    }

    /// How the names of a file are used, if it is valid Python.
    pub fn uses(&self, file: FileId) -> Option<Rc<[Use]>> {
        if let Some(known) = self.uses.borrow().get(&file) {
            return known.clone();
        }
        let found = cache_core::python::uses(&self.file(file).summary.text).map(Rc::from);
        self.uses.borrow_mut().insert(file, found.clone());
        found
    }

    /// Takes note of the calls that only pass copies of their arguments on.
    pub fn copies(&self, calls: impl IntoIterator<Item = (FileId, Offset, Offset)>) {
        self.copying.borrow_mut().extend(calls);
    }

    /// Whether a call only passes copies of its arguments on.
    pub fn is_copying(&self, file: FileId, range: &Range<usize>) -> bool {
        let offset = |at: usize| Offset::try_from(at).unwrap_or(Offset::MAX);
        self.copying.borrow().contains(&(file, offset(range.start), offset(range.end)))
    }

    /// The files that import another, as far as they are imported themselves by files that were asked about.
    pub fn importers(&self, path: &Path) -> Vec<FileId> {
        let paths: Vec<PathBuf> = self.together.borrow().from.get(path).cloned().unwrap_or_default();
        paths.iter().filter_map(|path| self.load(path)).collect()
    }

    /// A module's attribute.
    pub(super) fn member(&self, module: &ModulePath, name: &str) -> Value {
        if let Some(file) = module.file.as_deref().and_then(|path| self.load(path)) {
            let key = (file, name.to_owned());
            match self.members.borrow().get(&key) {
                Some(Some(known)) => return known.clone(),
                // `from . import name` in the package that it is of.
                Some(None) => {
                    return modules::submodule(self.files, module, name).map_or_else(
                        || Value::unknown(format!("`{name}` depends on itself")),
                        |found| Value::Module(Rc::new(found)),
                    );
                }
                None => {}
            }
            let exports = |star: &ImportedModule| self.exports(file, star, name, 0);
            let loaded = self.file(file);
            if !flow::reaching(&loaded.summary, Scope::Module, name, Moment::End, &exports).is_empty() {
                let context = Context { file, scope: Scope::Module, moment: Moment::End, frame: None };
                self.members.borrow_mut().insert(key.clone(), None);
                let value = self.lookup(context, name);
                self.members.borrow_mut().insert(key, Some(value.clone()));
                return value;
            }
        }
        match modules::submodule(self.files, module, name) {
            Some(found) => Value::Module(Rc::new(found)),
            None => {
                let path = module.file.as_deref().or(module.folder.as_deref()).unwrap_or(Path::new(""));
                Value::unknown(format!("`{name}` is not found in {}", self.relative(path)))
            }
        }
    }

    /// Whether `from module import *` brings a name.
    fn exports(&self, from: FileId, module: &ImportedModule, name: &str, depth: usize) -> bool {
        if depth > 4 {
            return false;
        }
        match self.module(from, module) {
            Value::External(path) => &*path == "flyte" && sdk::EXPORTS.contains(&name),
            Value::Module(found) => {
                let Some(id) = found.file.as_deref().and_then(|path| self.load(path)) else { return false };
                let file = self.file(id);
                let stars = |inner: &ImportedModule| self.exports(id, inner, name, depth + 1);
                let context = Context { file: id, scope: Scope::Module, moment: Moment::End, frame: None };
                let all = flow::reaching(&file.summary, Scope::Module, "__all__", Moment::End, &|_| false);
                if !all.is_empty() {
                    return match self.lookup(context, "__all__") {
                        Value::Sequence(names) | Value::Tuple(names) => {
                            names.iter().any(|value| matches!(value, Value::Str(listed) if &**listed == name))
                        }
                        _ => !name.starts_with('_'),
                    };
                }
                !name.starts_with('_')
                    && !flow::reaching(&file.summary, Scope::Module, name, Moment::End, &stars).is_empty()
            }
            _ => false,
        }
    }
}

/// What the user is told of a file that the system does not give.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem { file: Arc::from(path), line: None, message: super::files::explain(error) }
}

/// An expression's text in one line, short enough for a message.
pub fn shown(expr: &Expr, summary: &Summary) -> String {
    const LONGEST: usize = 50;
    let text = whole(expr, summary);
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// An expression's text on one line, however long: where two of them are told apart by it.
pub fn whole(expr: &Expr, summary: &Summary) -> String {
    expr.text(summary).split_whitespace().collect::<Vec<_>>().join(" ")
}
