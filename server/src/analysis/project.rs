//! All files together: the tasks that they define and the calls between them.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use cache_core::policy::Behavior;

use super::calls::{self, Called, How};
use super::changes;
use super::connections;
use super::environment;
use super::eval;
use super::fetches;
use super::files::{Files, Roots};
use super::folders::Folders;
use super::helpers::{self, Body, Helpers};
use super::ir::*;
use super::link::{Context, Linker};
use super::notes::{Ground, Notes};
use super::passed;
use super::patches;
use super::prefilter;
use super::remembered::Stamp;
use super::results;
use super::summaries::Summaries;
use super::task::{Call, Known, Place, Problem, Project, Span, Spec, Task};
use super::triggers;
use super::types;
use super::value::{FileId, Origin, TaskValue, Value, joined};
use super::visit::{self, Visited};

/// Finds every task of the files `paths` (absolute), and the calls of those tasks in these files.
///
/// Imports are followed out of `paths`, by way of `files`, to know environments and constants; tasks that are defined
/// there are not listed. Files that can't matter are read but not parsed. Works on all cores.
pub fn analyze(files: &dyn Files, roots: &Roots, paths: &[PathBuf]) -> Project {
    analyze_with(&Summaries::default(), files, roots, paths)
}

/// Like [`analyze`], without parsing again what `summaries` holds of an earlier analysis.
pub fn analyze_with(summaries: &Summaries, files: &dyn Files, roots: &Roots, paths: &[PathBuf]) -> Project {
    analyze_noting(summaries, files, roots, paths).0
}

/// Like [`analyze_with`], with what was looked into.
pub fn analyze_noting(summaries: &Summaries, files: &dyn Files, roots: &Roots, paths: &[PathBuf]) -> (Project, Notes) {
    analyze_telling(summaries, files, roots, paths, |_| ())
}

/// Like [`analyze_noting`]. As soon as the files were read, before what they say is put together (which takes one core),
/// `looked` is told the states that they were read in, see [`Project::stamps`].
pub fn analyze_telling(
    summaries: &Summaries,
    files: &dyn Files,
    roots: &Roots,
    paths: &[PathBuf],
    looked: impl FnOnce(&[Option<Stamp>]),
) -> (Project, Notes) {
    let folders = Folders::of(files);
    let files: &dyn Files = if files.list(&roots.project).is_some() { &folders } else { files };
    let Linked { linker, ids, mut problems, stamps, islands } = linked(summaries, files, roots, paths, looked);
    let tasks = tasks(&linker, &ids);
    let calls = find_calls(&linker, &ids, &tasks);
    let triggers = triggers::find(&linker, &tasks);
    let connections = connections::find(&linker, &ids);
    let comments = comments(&linker, &ids);
    let tasks: Vec<Task> = tasks.into_iter().map(|(_, task)| task).collect();
    let namesakes = namesakes(&linker, &tasks);
    let mut notes = linker.notes.take();
    if files.looks() > 0 {
        let selected = ids.iter().map(|id| linker.file(*id).path.to_path_buf()).collect();
        let imports = Arc::clone(&linker.together.borrow());
        notes.ground = Some(Arc::new(Ground { asked: paths.to_vec(), selected, imports }));
    }
    problems.extend(linker.into_problems());
    problems.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    (Project { tasks, calls, triggers, connections, namesakes, comments, problems, stamps, islands }, notes)
}

/// Some statements of a file.
pub(super) struct Slice<'a> {
    pub path: &'a Path,
    pub summary: Arc<Summary>,
    pub ground: &'a Ground,
}

/// What is found in some statements of a file as part of a project that was analysed before; the tasks of the files that it imports are
/// found as well. `None` where that is too much.
pub(super) fn analyze_slice(
    summaries: &Summaries,
    files: &dyn Files,
    roots: &Roots,
    Slice { path, summary, ground }: &Slice<'_>,
) -> Option<(Project, Notes)> {
    const MOST: usize = 50;
    let mut linker = Linker::new(files, roots, summaries);
    let mut ids = vec![linker.add(path, Arc::clone(summary))];
    for imported in ground.imports.imported_by(path).into_iter().filter(|file| ground.selected.contains(*file)) {
        ids.push(linker.load(imported)?);
        if ids.len() > MOST {
            return None;
        }
    }
    linker.dull(&ground.asked);
    patches::find(&linker, &ids, Some(Arc::clone(&ground.imports)));
    let tasks = tasks(&linker, &ids);
    let calls = find_calls(&linker, &ids, &tasks);
    let triggers = triggers::find(&linker, &tasks);
    let tasks: Vec<Task> = tasks.into_iter().map(|(_, task)| task).collect();
    let notes = linker.notes.take();
    Some((Project { tasks, calls, triggers, ..Project::default() }, notes))
}

/// Files whose names can be looked up.
pub(super) struct Linked<'a> {
    pub linker: Linker<'a>,
    /// Those that were asked about and matter.
    pub ids: Vec<FileId>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The states that the files were read in, see [`Project::stamps`].
    pub stamps: Vec<Option<Stamp>>,
    /// See [`Project::islands`].
    pub islands: Vec<Vec<PathBuf>>,
}

/// Looks at `paths`, tells the states that they were read in, and makes those of them that matter ready to be looked up in.
pub(super) fn linked<'a>(
    summaries: &'a Summaries,
    files: &'a dyn Files,
    roots: &'a Roots,
    paths: &'a [PathBuf],
    looked: impl FnOnce(&[Option<Stamp>]),
) -> Linked<'a> {
    let selection = prefilter::select(files, roots, summaries, paths);
    looked(&selection.stamps);
    let mut linker = Linker::new(files, roots, summaries);
    let mut problems = selection.problems;
    let mut ids = Vec::new();
    for (path, summary) in selection.files {
        if let Some(line) = summary.broken {
            problems.push(Problem {
                file: Arc::from(path.as_path()),
                line: Some(line),
                message: "not readable as Python from here: tasks near this line may be missing".to_owned(),
            });
        }
        ids.push(linker.add(&path, summary));
    }
    linker.dull(paths);
    let islands = selection.imports.as_ref().map(|imports| imports.islands()).unwrap_or_default();
    patches::find(&linker, &ids, selection.imports);
    Linked { linker, ids, problems, stamps: selection.stamps, islands }
}

/// The tasks of files, by file and line.
pub(super) fn tasks(linker: &Linker<'_>, ids: &[FileId]) -> Vec<(Rc<TaskValue>, Task)> {
    let mut found = Found::default();
    for id in ids {
        find_tasks(linker, *id, &mut found);
    }
    finished(linker, found)
}

/// Cached tasks of one name in different files, of which one runs beside the other.
fn namesakes(linker: &Linker<'_>, tasks: &[Task]) -> Vec<(usize, usize)> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, task) in tasks.iter().enumerate().filter(|(_, task)| may_cache(&task.spec)) {
        by_name.entry(task.known_name().unwrap_or_default()).or_default().push(index);
    }
    by_name.remove("");
    // More than a few are no mistake.
    const MOST: usize = 20;
    let mut found = Vec::new();
    for group in by_name.values().filter(|group| (2..=MOST).contains(&group.len())) {
        let file = |index: usize| tasks.get(index).map(|task| &task.place.file);
        for (at, later) in group.iter().copied().enumerate() {
            let others: Vec<usize> = group.iter().copied().take(at).filter(|one| file(*one) != file(later)).collect();
            let Some(path) = file(later).filter(|_| !others.is_empty()) else { continue };
            let beside = linker.beside(path);
            let is_beside = |earlier: &usize| file(*earlier).is_some_and(|file| beside.contains(&**file));
            found.extend(others.into_iter().find(is_beside).map(|earlier| (later, earlier)));
        }
    }
    found.sort_unstable();
    found
}

pub(super) fn may_cache(spec: &Spec) -> bool {
    spec.behavior.value != Known::Value(Behavior::Disable)
}

/// The comments of files that name this program.
fn comments(linker: &Linker<'_>, ids: &[FileId]) -> Vec<Span> {
    let of_file = |id: &FileId| {
        let comments = linker.file(*id).summary.comments.clone();
        comments.into_iter().map(|range| linker.span(*id, range.start, range.end)).collect::<Vec<_>>()
    };
    ids.iter().flat_map(of_file).collect()
}

/// What the first pass over the files finds.
#[derive(Default)]
struct Found {
    tasks: Vec<Rc<TaskValue>>,
    /// The environments that `from_task` puts tasks into, by the task's origin.
    taken_up: HashMap<Origin, Known<String>>,
}

fn find_tasks(linker: &Linker<'_>, file: FileId, found: &mut Found) {
    let loaded = linker.file(file);
    for (id, function) in loaded.summary.functions.iter().enumerate() {
        if !function.decorators.is_empty() {
            add(found, linker.defined(file, id), function.branch.as_deref(), (file, function.start));
        }
    }
    visit::calls(linker, file, &mut |&Visited { context, branch, expr, callee, arguments, .. }| {
        if !calls::can_matter(linker, context, callee) {
            return;
        }
        if let Value::External(path) = linker.value(context, callee)
            && eval::is_from_task(&path)
            && let Some((name, tasks)) = environment::taken_up(&linker.arguments(context, arguments))
        {
            linker.notes.borrow_mut().takes_up = true;
            found.taken_up.extend(tasks.into_iter().map(|task| (task.origin, name.clone())));
        }
        add(found, linker.value(context, expr), branch, (file, expr.start));
    });
}

/// Takes up the tasks that were made at `origin`.
fn add(found: &mut Found, value: Value, branch: Option<&str>, origin: Origin) {
    for (words, value) in value.alternatives() {
        let Value::Task(task) = value else { continue };
        // What only passes a task on makes none.
        if task.origin != origin || task.over.is_some() {
            continue;
        }
        let mut task = (*task).clone();
        let branch = joined(branch.unwrap_or_default(), &words.unwrap_or_default());
        task.task.branch = (!branch.is_empty()).then_some(branch);
        found.tasks.push(Rc::new(task));
    }
}

/// The tasks by file and line, with what becomes known of them elsewhere.
fn finished(linker: &Linker<'_>, found: Found) -> Vec<(Rc<TaskValue>, Task)> {
    let changes = changes::find(linker);
    let mut tasks: Vec<(Rc<TaskValue>, Task)> = found
        .tasks
        .into_iter()
        .map(|value| {
            let mut task = changes::apply(&changes, &value, value.task.clone());
            if let Some(environment) = found.taken_up.get(&value.origin) {
                task.environment = environment.clone();
            }
            task.signature = types::signature(linker, &value.types);
            if let Some(body) = value.body.filter(|_| task.inputs.is_empty() && may_cache(&task.spec)) {
                task.fetches = fetches::first(linker, body);
            }
            (value, task)
        })
        .collect();
    tasks.sort_by(|(_, one), (_, other)| one.place.cmp(&other.place));
    tasks
}

/// A call of a task, before it is known who comes to it.
struct SeenCall {
    place: Place,
    at: Span,
    called: Called,
    arguments: Vec<Argument>,
    context: Context<'static>,
    site: passed::Site,
    /// The tasks in whose body it stands.
    callers: Vec<usize>,
    /// The functions around it, where it stands in no task.
    around: Vec<Body>,
}

fn find_calls(linker: &Linker<'_>, ids: &[FileId], tasks: &[(Rc<TaskValue>, Task)]) -> Vec<Call> {
    let mut by_origin: HashMap<Origin, Vec<usize>> = HashMap::new();
    let mut by_body: HashMap<(FileId, FunctionId), Vec<usize>> = HashMap::new();
    for (index, (value, _)) in tasks.iter().enumerate() {
        by_origin.entry(value.origin).or_default().push(index);
        if let Some(body) = value.body {
            by_body.entry(body).or_default().push(index);
        }
    }
    let mut seen = Vec::new();
    let mut copying = Vec::new();
    for file in ids {
        let loaded = linker.file(*file);
        visit::calls(linker, *file, &mut |visited| {
            let Visited { context, expr, callee, arguments, .. } = *visited;
            if !calls::can_matter(linker, context, callee) {
                return;
            }
            let callers = callers(&loaded.summary, context, &by_body);
            let is_in_task = !callers.is_empty();
            if is_in_task && calls::is_partial(linker, context, expr) {
                copying.push((*file, expr.start, expr.end));
            }
            for called in calls::called_once_each(linker, context, callee, arguments) {
                if is_in_task || called.how.iter().all(How::submits) {
                    copying.push((*file, expr.start, expr.end));
                }
                let around = if is_in_task { Vec::new() } else { helpers::around(linker, context) };
                let place = linker.place(context.file, expr.line);
                let site = passed::Site::of(visited);
                let at = linker.span(context.file, expr.start, expr.end);
                let (callers, arguments) = (callers.clone(), arguments.to_vec());
                seen.push(SeenCall { place, at, called, arguments, context, site, callers, around });
            }
        });
    }
    linker.copies(copying);
    let bodies = seen.iter().flat_map(|call| call.around.iter().copied()).collect();
    let helpers = Helpers::of(linker, bodies, &mut |visit| {
        for file in ids {
            let loaded = linker.file(*file);
            visit::calls(linker, *file, &mut |&Visited { context, callee, .. }| {
                visit(context, callee, &callers(&loaded.summary, context, &by_body));
            });
        }
    });
    let mut found = Vec::new();
    for SeenCall { place, at, called, arguments, context, site, callers, around } in seen {
        let callees = by_origin.get(&called.origin).map(Vec::as_slice).unwrap_or_default();
        let callers: BTreeSet<Option<usize>> =
            if callers.is_empty() { helpers.tasks(&around) } else { callers.into_iter().map(Some).collect() };
        // The definitions of a task that one condition chooses from have parameters of their own.
        let mut of_callee = HashMap::new();
        for caller in callers {
            for callee in possible(tasks, caller, callees) {
                let Some((_, task)) = tasks.get(callee) else { continue };
                let passed = of_callee.entry(callee).or_insert_with(|| passed::of(linker, &site, &called.how, task));
                found.push(Call {
                    place: place.clone(),
                    at: at.clone(),
                    callee,
                    caller,
                    spec: called.spec.clone(),
                    passed: if caller.is_none() { passed::outside(&called.how, passed) } else { passed.clone() },
                    results: results::of(linker, context, &arguments, &called.how, task),
                    options: passed::options(&called.how),
                });
            }
        }
    }
    found.sort_by(|one, other| (&one.place, one.callee, one.caller).cmp(&(&other.place, other.callee, other.caller)));
    found
}

/// Which definitions of a task a caller can mean: where the same condition chose the caller, those that it chose.
fn possible(tasks: &[(Rc<TaskValue>, Task)], caller: Option<usize>, callees: &[usize]) -> Vec<usize> {
    let branch = |index: usize| tasks.get(index).and_then(|(_, task)| task.branch.as_deref());
    let same: Vec<usize> = callees
        .iter()
        .copied()
        .filter(|callee| caller.is_some_and(|caller| branch(caller).is_some() && branch(caller) == branch(*callee)))
        .collect();
    if same.is_empty() { callees.to_vec() } else { same }
}

/// The tasks in whose body a scope lies.
fn callers(summary: &Summary, context: Context<'_>, by_body: &HashMap<(FileId, FunctionId), Vec<usize>>) -> Vec<usize> {
    let mut scope = Some(context.scope);
    while let Some(inner) = scope {
        if let Scope::Function(id) = inner
            && let Some(tasks) = by_body.get(&(context.file, id))
        {
            return tasks.clone();
        }
        scope = summary.parent(inner);
    }
    Vec::new()
}
