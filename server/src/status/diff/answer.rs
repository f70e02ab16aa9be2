//! From two states to what became of each task.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::python::PythonVersion;

use super::chosen::undecided;
use super::classes::{Before, changed, gone, is_unchanged, unreadable, vanished, was};
use super::images::image_changes;
use super::model::{Changed, Class, Diff, ImageChange};
use super::renames::renamed;
use super::scope::{Scope, scope};
use super::sides::{Analysed, analysed};
use super::since_lock::since_lock;
use super::states::{State, States, Wanted};
use crate::analysis::{self, Files, Known, Problem, Project, Sightings, Summaries, Task};
use crate::baseline::{BaselineError, Lock};
use crate::environment::{self, Outside};
use crate::status::ask::{AskError, Question, supplied_at};
use crate::status::model::push_new;
use crate::status::scenes::Scenes;
use crate::status::session::Session;
use crate::status::surroundings::Surroundings;
use crate::status::unreadable::{has_text, refusals, unread};
use crate::status::walk::plain;
use crate::status::{Calls, Side, TaskStatus, Versions, cluster, statuses};

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A state that can't be read.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// A lock file that can't be read.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A path that holds nothing in either state.
    #[error("{} is neither there nor was: name files or folders that are, behind `--`", .0.display())]
    NoPath(PathBuf),
}

/// Compares two states of the code around [`Question::cwd`]. Only tasks below `paths` (relative to it) are told, all if there are none.
///
/// # Errors
///
/// A state or a path that can't be read. What else can't be is told in the answer.
pub fn diff(question: &Question<'_>, wanted: &Wanted, paths: &[PathBuf], outside: &Outside) -> Result<Diff, DiffError> {
    let setting = environment::discover(question.cwd).settings.baseline;
    let setting = setting.as_ref().map(|setting| setting.value.as_str());
    let lock = match (wanted, setting) {
        (Wanted::Since(lock), _) if Lock::is_named_by(lock) => Some(lock.as_str()),
        (Wanted::Usual, Some(lock)) if Lock::is_named_by(lock) => Some(lock),
        _ => None,
    };
    let mut found = match lock {
        Some(lock) => {
            let mut found = since_lock(question, lock, outside)?;
            only_below(&mut found, paths, question, &Scope::default())?;
            found
        }
        None => of_code(question, (wanted, setting), paths, outside)?,
    };
    tell_costs(&mut found, question, outside);
    found
        .tasks
        .sort_by(|one, other| (one.class, one.place(), one.name()).cmp(&(other.class, other.place(), other.name())));
    Ok(found)
}

/// Compares two states of which the code is there.
fn of_code(
    question: &Question<'_>,
    (wanted, setting): (&Wanted, Option<&str>),
    paths: &[PathBuf],
    outside: &Outside,
) -> Result<Diff, DiffError> {
    let states = States::open(wanted, setting, question.cwd, outside)?;
    let (python_then, python_now) = match wanted {
        Wanted::Pythons(one, other) => (Some(*one), Some(*other)),
        _ => (question.python, question.python),
    };
    let (texts_then, texts_now) = (states.base.texts(&states.ignored), states.head.texts(&states.ignored));
    let around = |texts, python: Option<PythonVersion>| Surroundings::new(texts, outside, question.cwd, python);
    let (then, now) = (around(&*texts_then, python_then), around(&*texts_now, python_now));
    (question.progress)("comparing files …");
    let seen = environment::sightings(outside, &states.root).map(Sightings::open);
    let mut looked_at = scope(&states, (&then, &now), seen.as_ref())?;
    if let Some(seen) = &seen {
        seen.save();
    }
    let comparison = Comparison { question, states: &states, then: &then, now: &now };
    let summaries = Summaries::default();
    let mut found = comparison.compare(&summaries, &looked_at);
    // A task of a file that nobody reached is told of only by who calls it: then all who do have a say.
    let outside_of_it: BTreeSet<PathBuf> =
        found.tasks.iter().filter_map(|one| one.place()).map(|place| place.file.to_path_buf()).collect();
    let beyond: BTreeSet<PathBuf> = outside_of_it.difference(&looked_at.reached).cloned().collect();
    if !beyond.is_empty() {
        looked_at.widen(&states, (&then, &now), &beyond);
        found = comparison.compare(&summaries, &looked_at);
    }
    // Nor is a task new or gone of which another file, that nobody changed, has the name.
    let appeared = found.tasks.iter().filter(|one| matches!(one.class, Class::New | Class::Gone | Class::Renamed));
    let functions: BTreeSet<&str> =
        appeared.flat_map(|one| [Some(one.function()), one.was.as_ref().map(|was| &*was.function)]).flatten().collect();
    if !functions.is_empty() && looked_at.take_in_namesakes(&states, (&then, &now), &functions)? {
        found = comparison.compare(&summaries, &looked_at);
    }
    only_below(&mut found, paths, question, &looked_at)?;
    Ok(found)
}

/// Two states, and what surrounds the code in each.
struct Comparison<'a> {
    question: &'a Question<'a>,
    states: &'a States,
    then: &'a Surroundings<'a>,
    now: &'a Surroundings<'a>,
}

impl Comparison<'_> {
    fn compare(&self, summaries: &Summaries, scope: &Scope) -> Diff {
        let Self { states, question, .. } = self;
        (question.progress)(&format!("analysing {} files …", scope.files.len()));
        let of = |state: &State, surroundings| {
            let files = scope.files.iter().filter(|file| !state.is_alias(file, &states.root));
            analysed(summaries, state.files(), surroundings, files)
        };
        let (then, now) = (of(&states.base, self.then), of(&states.head, self.now));
        let mut diff = Diff {
            base: states.base.name.clone(),
            head: states.head.name.clone(),
            tasks: Vec::new(),
            images: Vec::new(),
            unchanged: 0,
            files_changed: scope.changed.len(),
            files_analysed: scope.files.len(),
            unread: 0,
            notes: states.notes.iter().chain(&scope.notes).cloned().collect(),
            problems: Vec::new(),
            pythons: Vec::new(),
            sdks: Vec::new(),
        };
        let (calls_then, calls_now) = (Calls::of(&then.whole), Calls::of(&now.whole));
        // What is gone belongs to the project of the same settings, else to the first.
        let home = |gone: &environment::Project| {
            let is_it = |(project, _): &(environment::Project, _)| project.settings.file == gone.settings.file;
            now.projects.iter().position(is_it).unwrap_or(0)
        };
        for (at, (project, range)) in now.projects.iter().enumerate() {
            let supplied = supplied_at(question, project);
            let versions = Versions::new(states.head.files(), &supplied);
            let scenes = Scenes::new(self.now, &versions);
            let configured = project.settings.file.as_deref().unwrap_or(&project.root);
            let supplied_then = supplied_at(question, &self.then.discover(configured));
            let versions_then = Versions::earlier(states.base.files(), &supplied_then, &versions);
            let scenes_then = Scenes::new(self.then, &versions_then);
            let tasks = Project { tasks: now.whole.tasks[range.clone()].to_vec(), ..Project::default() };
            let runtime = |task: &Task| scenes.runtime(task);
            let runtime_then = |task: &Task| scenes_then.runtime(task);
            let side = Side { project: &tasks, calls: &calls_now, versions: &versions, runtime: &runtime };
            let before =
                Side { project: &then.whole, calls: &calls_then, versions: &versions_then, runtime: &runtime_then };
            let refused_then = emptied(
                &now.whole.tasks[range.clone()],
                &then.whole,
                states.base.files(),
                (&versions_then, &scenes_then),
            );
            let refused_now = emptied(&then.whole.tasks, &now.whole, states.head.files(), (&versions, &scenes));
            let statuses = statuses(&side, Some(&before), None);
            let undecided = undecided(&statuses, &before);
            let told = Before {
                side: &before,
                now: &now.whole.tasks,
                problems: &[&then.whole.problems[..], &refused_then].concat(),
                name: &states.base.name.name,
                reached: &scope.reached,
                dockerfiles: &scope.dockerfiles,
                undecided: &undecided,
            };
            diff.unchanged += statuses.iter().filter(|status| is_unchanged(status)).count();
            let mut found: Vec<Changed> = statuses.into_iter().filter_map(|status| changed(status, &told)).collect();
            diff.unchanged -= found.iter().filter(|one| one.now.as_ref().is_some_and(is_unchanged)).count();
            for (_, range) in then.projects.iter().filter(|(project, _)| home(project) == at) {
                let gone = gone(&then.whole.tasks[range.clone()], &now.whole.tasks);
                let problems = [&now.whole.problems[..], &refused_now].concat();
                found.extend(gone.into_iter().map(|task| vanished(&before, task, &problems)));
            }
            diff.problems.extend(refused_now);
            join_renamed(&mut found, &side, &before, &then);
            diff.tasks.extend(found);
            join_images(&mut diff.images, image_changes(&then.whole, &now.whole, &side));
            diff.problems.extend(refusals(&tasks.tasks, &[], &versions, &scenes));
            scenes.pythons(question.cwd).into_iter().for_each(|python| push_new(&mut diff.pythons, python));
            scenes.sdks(question.cwd).into_iter().for_each(|sdk| push_new(&mut diff.sdks, sdk));
            scenes.notes(question.cwd).into_iter().for_each(|note| push_new(&mut diff.notes, note));
            diff.problems.extend(project.problems.iter().map(|problem| Problem {
                file: problem.file.as_path().into(),
                line: problem.line,
                message: problem.message.clone(),
            }));
        }
        if now.projects.is_empty() {
            diff.tasks.extend(self.all_gone(&then, &calls_then));
        }
        let lost = self.lost(&then, &diff.tasks);
        diff.notes.extend(lost);
        let told: BTreeSet<_> = diff.problems.iter().map(|problem| problem.file.clone()).collect();
        let analysis =
            now.whole.problems.iter().filter(|problem| problem.line.is_none() || !told.contains(&problem.file));
        diff.problems.extend(analysis.cloned());
        let looked_at: Vec<PathBuf> = scope.files.iter().cloned().collect();
        diff.unread = unread(states.head.files(), &looked_at, &now.whole.problems);
        diff.problems.sort_by(|a, b| (&a.file, a.line, &a.message).cmp(&(&b.file, b.line, &b.message)));
        diff.problems.dedup();
        diff
    }

    /// That files of the earlier state have no text, as in a partial clone, where no task says so: those that they had may be gone.
    fn lost(&self, then: &Analysed, told: &[Changed]) -> Option<String> {
        let told: BTreeSet<&Path> = told.iter().filter_map(|one| one.place()).map(|place| &*place.file).collect();
        let files = self.states.base.files();
        let is_lost = |problem: &&Problem| !told.contains(&*problem.file) && !has_text(files, &problem.file);
        let lost: BTreeMap<&Path, &Problem> =
            then.whole.problems.iter().filter(is_lost).map(|problem| (&*problem.file, problem)).collect();
        let (file, problem) = lost.first_key_value()?;
        let file = file.strip_prefix(&self.states.root).unwrap_or(file).display();
        let many = match lost.len() {
            1 => String::new(),
            many => format!(" and {} more", many - 1),
        };
        let (base, why) = (&self.states.base.name.name, unreadable(problem));
        Some(format!("tasks that were in {file}{many} at {base} and are gone are not told: {why}"))
    }

    /// The tasks of a state of which nothing is left.
    fn all_gone(&self, then: &Analysed, calls: &Calls) -> Vec<Changed> {
        let mut found = Vec::new();
        for (project, range) in &then.projects {
            let supplied = supplied_at(self.question, project);
            let versions = Versions::new(self.states.base.files(), &supplied);
            let scenes = Scenes::new(self.then, &versions);
            let runtime = |task: &Task| scenes.runtime(task);
            let side = Side { project: &then.whole, calls, versions: &versions, runtime: &runtime };
            let gone = gone(&then.whole.tasks[range.clone()], &[]);
            found.extend(gone.into_iter().map(|task| vanished(&side, task, &[])));
        }
        found
    }
}

/// What Python says of files that held `tasks` and hold none in another state, in which nothing else says what became of them: a file
/// that is broken through and through need not look like one with tasks.
fn emptied(
    tasks: &[Task],
    other: &analysis::Project,
    files: &dyn Files,
    (versions, scenes): (&Versions<'_>, &Scenes<'_>),
) -> Vec<Problem> {
    let of_tasks = other.tasks.iter().map(|task| &task.place.file);
    let known: BTreeSet<_> = of_tasks.chain(other.problems.iter().map(|problem| &problem.file)).collect();
    let held: BTreeSet<_> = tasks.iter().map(|task| &task.place.file).filter(|file| !known.contains(file)).collect();
    let refused = |file: &Arc<Path>| {
        let told = |line, message| Some(Problem { file: Arc::clone(file), line, message });
        let bytes = files.read(file).ok()?;
        match files.decode(file, &bytes) {
            Err(error) => told(error.line, error.message),
            Ok(_) => {
                let refusal = versions.refusal(file, scenes.python(file)?)?;
                told(Some(refusal.line), refusal.message)
            }
        }
    };
    held.into_iter().filter_map(refused).collect()
}

/// Adds what one project has to say of images to what others had.
fn join_images(all: &mut Vec<ImageChange>, of_project: Vec<ImageChange>) {
    for image in of_project {
        match all.iter_mut().find(|known| known.environment == image.environment) {
            Some(known) => {
                known.tasks.extend(image.tasks);
                known.tasks.sort();
                known.tasks.dedup();
            }
            None => all.push(image),
        }
    }
}

/// Makes one of a task that is gone and a new one that is the same under another name.
fn join_renamed(found: &mut Vec<Changed>, now: &Side<'_>, before: &Side<'_>, then: &Analysed) {
    let is_cached_new = |one: &Changed| one.class == Class::New && one.now.is_some();
    let gone: Vec<usize> = (0..found.len()).filter(|&at| found[at].class == Class::Gone).collect();
    let new: Vec<usize> = (0..found.len()).filter(|&at| is_cached_new(&found[at])).collect();
    if gone.is_empty() || new.is_empty() {
        return;
    }
    let old_task = |at: usize| -> Option<Task> {
        let was = found[at].was.as_ref()?;
        let is_it = |task: &&Task| task.name == was.name && Some(&task.place) == was.place.as_ref();
        then.whole.tasks.iter().find(is_it).cloned()
    };
    let olds: Vec<(usize, Task)> = gone.iter().filter_map(|&at| Some((at, old_task(at)?))).collect();
    let news: Vec<(usize, Task)> = new.iter().filter_map(|&at| Some((at, found[at].task()?.clone()))).collect();
    let pairs = renamed(
        &olds.iter().map(|(_, task)| (before, task)).collect::<Vec<_>>(),
        &news.iter().map(|(_, task)| (now, task)).collect::<Vec<_>>(),
    );
    let mut settled = Vec::new();
    for (old, new) in pairs {
        let ((gone_at, old), (new_at, new)) = (&olds[old], &news[new]);
        // The question is what became of it under its old name.
        let alias = Task { name: new.name.clone(), ..old.clone() };
        let (one, other) = (
            Project { tasks: vec![new.clone()], ..Project::default() },
            Project { tasks: vec![alias], ..Project::default() },
        );
        let status = statuses(&Side { project: &one, ..*now }, Some(&Side { project: &other, ..*before }), None).pop();
        let was = Some(was(before, old));
        found[*new_at] =
            Changed { class: Class::Renamed, now: status, was, unknown: None, calls_changed: false, seconds: None };
        settled.push(*gone_at);
    }
    let mut at = 0..;
    found.retain(|_| at.next().is_some_and(|at| !settled.contains(&at)));
}

/// Leaves out what is not below the paths that were named.
fn only_below(found: &mut Diff, paths: &[PathBuf], question: &Question<'_>, scope: &Scope) -> Result<(), DiffError> {
    if paths.is_empty() {
        return Ok(());
    }
    let named: Vec<PathBuf> = paths.iter().map(|path| plain(&question.cwd.join(path))).collect();
    for (path, named) in paths.iter().zip(&named) {
        if !named.exists() && !scope.files.iter().chain(&scope.changed).any(|file| file.starts_with(named)) {
            return Err(DiffError::NoPath(path.clone()));
        }
    }
    let is_below = |file: &std::path::Path| named.iter().any(|named| file.starts_with(named));
    found.tasks.retain(|one| {
        let places = [one.now.as_ref().map(|now| &now.task.place), one.was.as_ref().and_then(|was| was.place.as_ref())];
        places.into_iter().flatten().any(|place| is_below(&place.file))
    });
    found.problems.retain(|problem| is_below(&problem.file));
    Ok(())
}

/// What each task cost when it last ran, as far as it was recorded here or imported.
fn tell_costs(found: &mut Diff, question: &Question<'_>, outside: &Outside) {
    if found.tasks.is_empty() || !question.entries {
        return;
    }
    let store = Session::default().store(question.cwd, question.local_cache, outside);
    let (store, records) = &store.opened;
    found.notes.extend(store.trouble().map(|trouble| format!("costs are not known: {trouble}")));
    let index = environment::run_records(outside);
    for one in &mut found.tasks {
        let names = [one.now.as_ref().and_then(|now| now.task.known_name()), one.was.as_ref().and_then(old_name)];
        let recorded = names.into_iter().flatten().find_map(|name| records.last(name));
        if let Some(now) = &mut one.now {
            now.seconds = recorded;
        }
        one.seconds = recorded;
    }
    let mut statuses: Vec<TaskStatus> = found.tasks.iter().filter_map(|one| one.now.clone()).collect();
    found.notes.extend(index.and_then(|path| cluster::tell(&mut statuses, &path, &mut cluster::Runs::default())));
    let mut told = statuses.into_iter();
    for one in found.tasks.iter_mut().filter(|one| one.now.is_some()) {
        let Some(status) = told.next() else { break };
        one.seconds = one.seconds.or(status.seconds);
        one.now = Some(status);
    }
}

fn old_name(was: &super::model::Was) -> Option<&str> {
    match &was.name {
        Known::Value(name) => Some(name),
        Known::Unknown(_) => None,
    }
}
