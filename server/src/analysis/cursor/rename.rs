//! Another name for an input of a task: its parameter, the function's uses of it, the keywords of calls, the names in `ignored_inputs`.
//!
//! All or nothing: what can't be followed is a reason to refuse, and what was planned is tried out on the whole project.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use cache_core::python::{Source, SourceError, parameter_names};
use unicode_normalization::UnicodeNormalization;

use super::Code;
use super::at::within_quotes;
use super::names::{Family, ignored, parameter, site};
use super::outline::makes_tasks;
use super::passed;
use crate::analysis::files::Files;
use crate::analysis::flow::Moment;
use crate::analysis::ir::*;
use crate::analysis::link::{Context, Linker};
use crate::analysis::project;
use crate::analysis::sdk;
use crate::analysis::summaries::Summaries;
use crate::analysis::task::{Kind, Known, Place, Project, Span, Task};
use crate::analysis::triggers;
use crate::analysis::value::{FileId, TaskValue, Value};
use crate::edit::{TextEdit, edited_text};

/// A new name, everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// The word that is pointed at.
    pub at: Range<usize>,
    /// The name that it has.
    pub name: String,
    /// What to write where, by file.
    pub edits: BTreeMap<PathBuf, Vec<TextEdit>>,
}

/// Why an input gets no other name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What stands in the way, in words that fit behind a place.
    pub reason: String,
    /// Where that is.
    pub place: Option<Place>,
}

/// Gives the input that is named at an offset of a file another name, in the files `paths` of its project; without one, finds out
/// whether that can be done. `None` where no input is named that an `ignored_inputs` names too: of others, any editor knows as much.
///
/// # Errors
///
/// Whatever makes it uncertain that all that names the input, and nothing else, gets the new name.
pub fn rename(
    code: Code<'_>,
    paths: &[PathBuf],
    path: &Path,
    offset: usize,
    new: Option<&str>,
) -> Result<Option<Renaming>, Refusal> {
    let project::Linked { linker, ids, .. } = project::linked(code.summaries, code.files, code.roots, paths, |_| ());
    let Some(family) = Family::at(&linker, &ids, path, offset) else { return Ok(None) };
    let renamer = Renamer { linker: &linker, ids: &ids, family: &family };
    if family.of_parameter && family.tasks.iter().all(|(_, task)| !names(task, &family.name)) {
        return Ok(None);
    }
    let new = match new {
        Some(new) => Some(valid(new).map_err(|reason| Refusal { reason, place: None })?),
        None => None,
    };
    let (task, spans) = renamer.spans(new)?;
    let mut edits: BTreeMap<PathBuf, Vec<TextEdit>> = BTreeMap::new();
    for span in spans {
        let edit = TextEdit::replace(span.range(), new.unwrap_or(&family.name));
        edits.entry(span.file.to_path_buf()).or_default().push(edit);
    }
    if let Some(new) = new {
        try_out(code, paths, &edits, task, &family.name, new)?;
    }
    Ok(Some(Renaming { at: family.at, name: family.name, edits }))
}

struct Renamer<'r, 'a> {
    linker: &'r Linker<'a>,
    ids: &'r [FileId],
    family: &'r Family,
}

impl<'r> Renamer<'r, '_> {
    /// All that names the input, and whose it is.
    fn spans(&self, new: Option<&str>) -> Result<(&'r Task, Vec<Span>), Refusal> {
        let name = &self.family.name;
        let (value, task) = self.only()?;
        let at_task = |reason: String| Refusal { reason, place: Some(task.place.clone()) };
        if task.branch.is_some() {
            return Err(at_task(
                "a condition picks one of several definitions of this task: rename it by hand".to_owned(),
            ));
        }
        match &task.kind {
            Kind::Function(Known::Value(_)) => {}
            Kind::Function(Known::Unknown(reason)) => return Err(at_task(reason.clone())),
            _ => return Err(at_task("this task is no function of the project".to_owned())),
        }
        let Some((file, function, _)) = parameter(self.linker, value, name) else {
            return Err(at_task(format!("the function that has the input `{name}` can't be found")));
        };
        let loaded = self.linker.file(file);
        let names = parameter_names(&loaded.summary.text, function, name)
            .map_err(|obstacle| self.refusal(&site(self.linker, file, obstacle.at..obstacle.at), obstacle.reason))?;
        if let Some(new) = new.filter(|new| names.others.contains(*new)) {
            return Err(at_task(format!("`{new}` means something in `{}` already", task.function)));
        }
        let mut spans: Vec<Span> = names.places.into_iter().map(|range| site(self.linker, file, range)).collect();
        spans.extend(self.ignored(value, task)?);
        self.decorators(file, value, &spans)?;
        self.triggers(value, task)?;
        let keywords = passed::keywords(self.linker, self.ids, value, name);
        spans.extend(keywords.map_err(|(span, reason)| self.refusal(&span, reason))?);
        spans.sort();
        spans.dedup();
        Ok((task, spans))
    }

    /// The one task that the name is about.
    fn only(&self) -> Result<&'r (Rc<TaskValue>, Task), Refusal> {
        let name = &self.family.name;
        let has_input = |(_, task): &&(Rc<TaskValue>, Task)| task.inputs.iter().any(|input| input.name == *name);
        let mut with = self.family.tasks.iter().filter(has_input);
        match (with.next(), with.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(Refusal { reason: format!("no task with this cache has an input `{name}`"), place: None }),
            (Some((_, one)), Some((_, other))) => {
                let (one, other) = (&one.function, &other.function);
                let reason = format!(
                    "this cache is that of `{one}` and `{other}`, and both have an input `{name}`: \
                                      rename it at each of them, with a cache of its own"
                );
                Err(Refusal { reason, place: None })
            }
        }
    }

    /// The names in `ignored_inputs`: of the task's own cache, and of those that calls give it.
    fn ignored(&self, value: &TaskValue, task: &Task) -> Result<Vec<Span>, Refusal> {
        let name = &self.family.name;
        let at =
            |reason: String, place: Option<&Place>| Refusal { reason, place: place.or(Some(&task.place)).cloned() };
        let part = &task.spec.ignored_inputs;
        let mut spans = Vec::new();
        match &part.value {
            Known::Unknown(reason) => {
                return Err(at(format!("its ignored inputs are not known: {reason}"), part.place.as_ref()));
            }
            Known::Value(names) if names.contains(name) => {
                spans = ignored(self.linker, task, name);
                if spans.is_empty() {
                    let reason =
                        format!("`{name}` is named here by way of another value: rename it there by hand first");
                    return Err(at(reason, part.place.as_ref()));
                }
            }
            Known::Value(_) => {}
        }
        let sharing = |(_, other): &&(Rc<TaskValue>, Task)| {
            let is_shared = other.spec.written.is_some() && other.spec.written == task.spec.written;
            is_shared && other.place != task.place && other.inputs.iter().any(|input| input.name == *name)
        };
        let mut all = self.family.tasks.iter().chain(&self.family.others);
        if let Some((_, other)) = all.find(sharing).filter(|_| !spans.is_empty()) {
            let reason =
                format!("its cache is that of `{}` too, which has an input `{name}` of its own", other.function);
            return Err(at(reason, part.place.as_ref()));
        }
        spans.extend(self.overrides(value, task)?);
        Ok(spans)
    }

    /// The names in the caches that `.override(cache=…)` gives to the task.
    fn overrides(&self, value: &TaskValue, task: &Task) -> Result<Vec<Span>, Refusal> {
        let mut spans = Vec::new();
        for file in self.ids {
            let loaded = self.linker.file(*file);
            if !loaded.summary.text.contains("override") {
                continue;
            }
            let mut refusal = None;
            super::at::whole(&loaded.summary, *file, &mut |context, _, whole| {
                whole.walk(&mut |expr| {
                    let ExprKind::Call(callee, _) = &expr.kind else { return };
                    if !matches!(&callee.kind, ExprKind::Attribute(_, name) if name == "override") {
                        return;
                    }
                    let values = self.linker.value(context, expr).alternatives();
                    let takes_it_over = |found: &Value| match found {
                        Value::Task(other) if other.origin != value.origin => {
                            let written = other.over.as_ref().and_then(|spec| spec.written.as_ref());
                            let has_input = other.task.inputs.iter().any(|input| input.name == self.family.name);
                            has_input && written.is_some() && written == task.spec.written.as_ref()
                        }
                        _ => false,
                    };
                    if values.iter().any(|(_, found)| takes_it_over(found)) {
                        let reason = "this call gives the same cache to another task that has such an input".to_owned();
                        let place = Some(self.linker.place(*file, expr.line));
                        refusal.get_or_insert(Refusal { reason, place });
                    }
                    let own = values.iter().filter_map(|(_, found)| match found {
                        Value::Task(task) if task.origin == value.origin => task.over.as_ref(),
                        _ => None,
                    });
                    for spec in own {
                        let over = Task { spec: spec.clone(), ..value.task.clone() };
                        let names = match &spec.ignored_inputs.value {
                            Known::Value(names) if !names.contains(&self.family.name) => continue,
                            Known::Value(_) => ignored(self.linker, &over, &self.family.name),
                            Known::Unknown(_) => Vec::new(),
                        };
                        if names.is_empty() {
                            let reason = "which inputs this cache ignores is not written out here".to_owned();
                            let place = Some(self.linker.place(*file, expr.line));
                            refusal.get_or_insert(Refusal { reason, place });
                        }
                        spans.extend(names);
                    }
                });
            });
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
        }
        Ok(spans)
    }

    /// Other decorators may know inputs by their names, in their own code or in texts.
    fn decorators(&self, file: FileId, value: &TaskValue, known: &[Span]) -> Result<(), Refusal> {
        let loaded = self.linker.file(file);
        let Some(function) = value.body.and_then(|(_, id)| loaded.summary.functions.get(id)) else { return Ok(()) };
        if value.origin != (file, function.start) {
            let reason = "the task is made of a function that has a name of its own: rename it by hand".to_owned();
            return Err(Refusal { reason, place: Some(value.task.place.clone()) });
        }
        let mut found = None;
        for decorator in &function.decorators {
            let context = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
            let meaning = self.linker.value(context, decorator);
            let passes_on =
                matches!(&meaning, Value::External(path) if sdk::known(path) == Some(sdk::Known::Transparent));
            if !makes_tasks(meaning) && !passes_on {
                let reason = "this decorator may know inputs by their names: rename it by hand".to_owned();
                return Err(Refusal { reason, place: Some(self.linker.place(file, decorator.line)) });
            }
            decorator.walk(&mut |expr| {
                let is_name = matches!(&expr.kind, ExprKind::Str(text) if *text == self.family.name);
                let range = within_quotes(expr, &loaded.summary.text);
                let is_known = range.is_some_and(|range| known.contains(&site(self.linker, file, range)));
                if is_name && !is_known {
                    found = Some(self.linker.place(file, expr.line));
                }
                let is_keyed = |key: &Option<Expr>| {
                    matches!(key.as_ref().map(|key| &key.kind), Some(ExprKind::Str(text)) if *text == self.family.name)
                };
                if matches!(&expr.kind, ExprKind::Dict(items) if items.iter().any(|(key, _)| is_keyed(key))) {
                    found = Some(self.linker.place(file, expr.line));
                }
            });
        }
        match found {
            Some(place) => Err(Refusal {
                reason: "a text of a decorator may name it: rename it by hand".to_owned(),
                place: Some(place),
            }),
            None => Ok(()),
        }
    }

    fn triggers(&self, value: &Rc<TaskValue>, task: &Task) -> Result<(), Refusal> {
        for trigger in triggers::find(self.linker, &[(Rc::clone(value), task.clone())]) {
            let reason = match &trigger.passed {
                Known::Unknown(_) => "which inputs this trigger names is not known",
                Known::Value(passed) if passed.keywords.iter().any(|(name, _)| *name == self.family.name) => {
                    "a trigger names it: rename it by hand"
                }
                Known::Value(_) => continue,
            };
            return Err(Refusal { reason: reason.to_owned(), place: Some(trigger.place) });
        }
        let mut all = self.family.tasks.iter().chain(&self.family.others);
        let remote = all.find(|(_, other)| other.kind == Kind::Remote && other.name == task.name);
        match remote {
            Some((_, other)) => Err(Refusal {
                reason: "it is called on a cluster from here, by the names that it has there".to_owned(),
                place: Some(other.place.clone()),
            }),
            None => Ok(()),
        }
    }

    fn refusal(&self, span: &Span, reason: String) -> Refusal {
        let line = self.linker.load(&span.file).map(|file| {
            let loaded = self.linker.file(file);
            let before = loaded.summary.text.get(..span.start).unwrap_or_default();
            u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
        });
        Refusal { reason, place: line.map(|line| Place { file: Arc::clone(&span.file), line }) }
    }
}

/// Whether a task's cache ignores an input of that name, or may.
fn names(task: &Task, name: &str) -> bool {
    task.spec.ignored_inputs.value.value().is_none_or(|names| names.iter().any(|ignored| ignored == name))
}

/// A name that Python takes for a parameter, as it is.
fn valid(new: &str) -> Result<&str, String> {
    const KEYWORDS: [&str; 35] = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ];
    let starts = new.starts_with(|c: char| c == '_' || c.is_alphabetic());
    let is_name = starts && new.chars().all(|c| c == '_' || c.is_alphanumeric());
    if !is_name || new.nfkc().ne(new.chars()) || KEYWORDS.contains(&new) {
        return Err(format!("`{new}` is no name for a parameter"));
    }
    if new.starts_with("__") || new == "self" {
        return Err(format!("`{new}` has a meaning of its own: take another name"));
    }
    Ok(new)
}

/// Whether the project after the edits is what it was, but for the name.
fn try_out(
    code: Code<'_>,
    paths: &[PathBuf],
    edits: &BTreeMap<PathBuf, Vec<TextEdit>>,
    task: &Task,
    old: &str,
    new: &str,
) -> Result<(), Refusal> {
    let unfit = |reason: &str| Refusal { reason: format!("{reason}: rename it by hand"), place: None };
    let mut texts: HashMap<PathBuf, Arc<[u8]>> = HashMap::new();
    for (path, edits) in edits {
        let source = code.files.read(path).ok().and_then(|bytes| code.files.decode(path, &bytes).ok());
        let source = source.ok_or_else(|| unfit("a file can't be read any more"))?;
        let text = edited_text(source.text(), edits).map_err(|error| unfit(&error.to_string()))?;
        texts.insert(path.clone(), Arc::from(text.as_bytes()));
    }
    let after = Edited { files: code.files, texts };
    let before = project::analyze_with(code.summaries, code.files, code.roots, paths);
    let after = project::analyze_with(&Summaries::default(), &after, code.roots, paths);
    if before.tasks.len() != after.tasks.len() || before.calls.len() != after.calls.len() {
        return Err(unfit("other tasks or calls would be found"));
    }
    if before.problems.len() != after.problems.len() {
        return Err(unfit("a file could no longer be read"));
    }
    let renamed = |name: &str| if name == old { new.to_owned() } else { name.to_owned() };
    for (was, is) in before.tasks.iter().zip(&after.tasks) {
        let is_it = was.place == task.place && was.name == task.name;
        let named = |task: &Task| task.inputs.iter().map(|input| input.name.clone()).collect::<Vec<_>>();
        let expected = named(was).into_iter().map(|name| if is_it { renamed(&name) } else { name });
        if was.name != is.name || expected.ne(named(is)) {
            return Err(unfit("the inputs of another task would change"));
        }
        let ignored = |task: &Task, renames: bool| match &task.spec.ignored_inputs.value {
            Known::Value(names) => {
                names.iter().map(|name| if renames { renamed(name) } else { name.clone() }).collect::<Vec<_>>()
            }
            Known::Unknown(reason) => vec![reason.clone()],
        };
        let shares = was.spec.written.is_some() && was.spec.written == task.spec.written;
        if ignored(was, is_it || shares) != ignored(is, false) {
            return Err(unfit("the ignored inputs of another task would change"));
        }
    }
    calls_are_kept(&before, &after, task, &renamed).then_some(()).ok_or_else(|| unfit("a call would change"))
}

fn calls_are_kept(before: &Project, after: &Project, task: &Task, renamed: &dyn Fn(&str) -> String) -> bool {
    before.calls.iter().zip(&after.calls).all(|(was, is)| {
        let callee = before.tasks.get(was.callee);
        let is_it = callee.is_some_and(|callee| callee.place == task.place && callee.name == task.name);
        let keywords = |known: &Known<Vec<crate::analysis::Passed>>, renames: bool| {
            known.value().map(|runs| {
                let names = runs.iter().map(|run| {
                    let names = run.keywords.iter().map(|(name, _)| if renames { renamed(name) } else { name.clone() });
                    (run.positional.len(), names.collect::<Vec<_>>())
                });
                names.collect::<Vec<_>>()
            })
        };
        was.place == is.place && was.callee == is.callee && keywords(&was.passed, is_it) == keywords(&is.passed, false)
    })
}

/// Files of which some are as they would be after edits.
struct Edited<'a> {
    files: &'a dyn Files,
    /// In UTF-8, whatever the files themselves are in.
    texts: HashMap<PathBuf, Arc<[u8]>>,
}

impl Files for Edited<'_> {
    fn read(&self, path: &Path) -> std::io::Result<Arc<[u8]>> {
        self.texts.get(path).map_or_else(|| self.files.read(path), |bytes| Ok(Arc::clone(bytes)))
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.files.is_folder(path)
    }

    fn decode(&self, path: &Path, bytes: &[u8]) -> Result<Source, SourceError> {
        match self.texts.contains_key(path) {
            true => Source::of_buffer(&String::from_utf8_lossy(bytes)),
            false => self.files.decode(path, bytes),
        }
    }
}
