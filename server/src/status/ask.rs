//! From files to a report: finds the projects that the files belong to, their tasks, and what became of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use cache_core::policy::SuppliedPolicy;
use cache_core::python::PythonVersion;

use crate::analysis::{
    self, Disk, Files, Notes, Problem, Project, Remembered, Roots, Sightings, Stamp, Standing, Summaries, Task,
    analyze_noting, analyze_telling, connected, parallel, with_imported,
};
use crate::baseline::{BaselineError, Choice, LockError, Tree};
use crate::environment::{self, Origin, Outside, Settings, local_cache_switched_off};

use super::again::{Last, Wanted, again};
use super::cluster;
use super::compare::doubt_keys;
use super::earlier::{Asked, Baselines, Earlier, changed, earlier_tasks, gone};
use super::entries::{GARBAGE, look_up};
use super::given::{self, Given, GivenError, GivenText};
use super::known::Sources;
use super::locked;
use super::model::push_new;
use super::projects::{by_project, others};
use super::scenes::Scenes;
use super::sent::sent_to;
use super::sentence::{DAMAGED_ENTRIES, SWITCH_IS_IGNORED};
use super::session::{Kept, KeptStore, Rest, Session};
use super::skipped::{mark, outer_callers};
use super::surroundings::Surroundings;
use super::unreadable::{refusals, unread};
use super::walk::Walked;
use super::{BaselineName, Calls, Report, Side, TaskStatus, Versions, statuses};

/// What is asked of the files.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Where Python files are read from: the disk, or what an editor or an edit makes of it.
    pub files: &'a dyn Files,
    /// The working directory, which outputs name files from.
    pub cwd: &'a Path,
    /// The Python that the user named.
    pub python: Option<PythonVersion>,
    /// The versions that the user gave for policies in Python; they go before those of the settings.
    pub supplied: &'a [SuppliedPolicy],
    /// What to compare with.
    pub against: Against<'a>,
    /// The inputs that the user gave; whoever gives some asks for entries too.
    pub given: &'a [GivenText],
    /// Whether known inputs are looked up in the local cache.
    pub entries: bool,
    /// The cache to ask, where it isn't that of runs which are started in `cwd`.
    pub local_cache: Option<&'a Path>,
    /// Settings that go before those of files: an editor's.
    pub settings: Option<&'a Settings>,
    /// Whether the code of the report is to be the whole project's, for those who search it. Statuses need no more than what is connected.
    pub whole_code: bool,
    /// Told what is going on.
    pub progress: &'a dyn Fn(&str),
}

impl<'a> Question<'a> {
    /// The plainest one: versions of files on disk against the usual baseline.
    pub fn at(cwd: &'a Path) -> Self {
        Self {
            files: &Disk,
            cwd,
            python: None,
            supplied: &[],
            against: Against::Usual,
            given: &[],
            entries: false,
            local_cache: None,
            settings: None,
            whole_code: true,
            progress: &|_| {},
        }
    }
}

/// What tasks are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against<'a> {
    /// Nothing: only versions are asked for.
    Nothing,
    /// The baseline of the settings, else the usual one.
    Usual,
    /// A revision that the user named.
    Revision(&'a str),
}

/// What the user asked for and can't have.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// A revision that can't be read.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// A lock file that can't be read.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A task or an input that is not there, or a value that doesn't fit.
    #[error(transparent)]
    Given(#[from] GivenError),
}

/// Answers for the files that were walked.
///
/// # Errors
///
/// A revision, a task or an input that the user named and that is not there. Without such a name, and in all other respects, what
/// can't be read is told in the report.
pub fn ask(question: &Question<'_>, walked: Walked, outside: &Outside) -> Result<Report, AskError> {
    let mut session = Session::default();
    let report = ask_in(&mut session, question, walked, outside);
    session.let_go();
    report
}

/// Like [`ask`], as one of several questions: what stays the same is kept in the session.
///
/// # Errors
///
/// As [`ask`].
pub fn ask_in(
    session: &mut Session,
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
) -> Result<Report, AskError> {
    ask_all(session, question, walked, outside, None)
}

/// A project at the moment when it was compared: all that an explanation is made of.
pub struct Scenery<'a> {
    /// What was asked.
    pub question: &'a Question<'a>,
    /// The project.
    pub project: &'a environment::Project,
    /// The world around the process.
    pub outside: &'a Outside,
    /// What was made of files so far.
    pub summaries: &'a Summaries,
    /// The code as it stands.
    pub now: &'a Side<'a>,
    /// The code as it stood.
    pub before: Option<&'a Side<'a>>,
    /// What the tasks as they stand are submitted by.
    pub scenes: &'a Scenes<'a>,
    /// The analysis of the whole project, which knows callers outside of what was asked about.
    pub whole: &'a analysis::Project,
}

/// Like [`ask_in`]; `look` sees each project while it is there.
///
/// # Errors
///
/// As [`ask`].
pub fn ask_and_look(
    session: &mut Session,
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
    look: &mut dyn FnMut(&Scenery<'_>),
) -> Result<Report, AskError> {
    ask_all(session, question, walked, outside, Some(look))
}

fn ask_all(
    session: &mut Session,
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
    mut look: Option<&mut dyn FnMut(&Scenery<'_>)>,
) -> Result<Report, AskError> {
    let surroundings = Surroundings::of(question, &environment::Disk, outside).keeping(&session.folders);
    let mut baselines = Baselines::new(outside);
    let mut report = Report { files: walked.files.len(), problems: walked.problems, ..Report::nothing() };
    let mut projects = by_project(&surroundings, walked.files);
    if projects.is_empty() {
        // Nothing was found, but a program still wants to know what it would have been compared with.
        projects.push((surroundings.discover(question.cwd), Vec::new()));
    }
    let store = question.entries.then(|| session.store(question.cwd, question.local_cache, outside));
    let cluster = store.as_ref().and_then(|_| session.cluster(question.cwd, outside));
    let store_of = store.as_ref();
    let around = Around { surroundings: &surroundings, outside, store: store_of, cluster: cluster.as_ref() };
    let is_only_project = projects.len() == 1;
    for (project, files) in projects {
        (question.progress)(&format!("reading {} files below {} …", files.len(), project.root.display()));
        let asked = Asked { files: &files, named: &walked.named, root: &project.root, is_only_project };
        let kept = session.project(&project, asked.files, asked.named);
        // Who looks has to see the project, not only what was found in it last.
        let last = match look {
            Some(_) => None,
            None => again(question, &project, &asked, &around, (&mut baselines, &mut *kept)),
        };
        let look = &mut |scenery: &Scenery<'_>| look.iter_mut().for_each(|look| look(scenery));
        let own = match last {
            Some(own) => own,
            None => answer(question, &project, &asked, &around, (&mut baselines, kept), look)?,
        };
        report.add(own);
    }
    given_to_nobody(question.given, &report.tasks)?;
    if let Some((store, _)) = store.as_ref().map(|store| &store.opened) {
        let records = environment::run_records(outside);
        report.notes.extend(records.and_then(|path| cluster::tell(&mut report.tasks, &path, &mut session.runs)));
        report.store = store.name();
        report.notes.extend(local_cache_switched_off(outside).then(|| SWITCH_IS_IGNORED.to_owned()));
        let mut known = report.tasks.iter().flat_map(|task| &task.known_inputs);
        let is_damaged = known.any(|known| known.why.as_deref() == Some(GARBAGE));
        report.notes.extend(is_damaged.then(|| DAMAGED_ENTRIES.to_owned()));
        report.store_failed = store.trouble().is_some();
        report.notes.extend(store.trouble().map(|trouble| format!("entries are not known: {trouble}")));
    }
    session.keep(store);
    report.tasks.sort_by(|a, b| a.task.place.cmp(&b.task.place));
    report.problems.sort_by(|a, b| (&a.file, a.line, &a.message).cmp(&(&b.file, b.line, &b.message)));
    report.problems.dedup();
    report.gone.sort();
    report.gone.dedup();
    Ok(report)
}

/// What is the same for all projects of a question.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub surroundings: &'a Surroundings<'a>,
    pub outside: &'a Outside,
    /// Where entries are asked for, with what ran before.
    pub store: Option<&'a KeptStore>,
    /// What names the cluster that runs may go to.
    pub cluster: Option<&'a Origin>,
}

/// What there is to say of one project's files.
fn answer(
    question: &Question<'_>,
    project: &environment::Project,
    asked: &Asked<'_>,
    around: &Around<'_>,
    (baselines, kept): (&mut Baselines<'_>, &mut Kept),
    look: &mut dyn FnMut(&Scenery<'_>),
) -> Result<Report, AskError> {
    let mut report = Report::nothing();
    let Around { surroundings, outside, store, cluster } = *around;
    let number = store.map(|store| store.number);
    let store = store.map(|store| &store.opened);
    let roots = roots(project);
    let supplied = supplied_at(question, project);
    let wanted = wanted(question, project);
    let is_named = matches!(question.against, Against::Revision(_));
    let lock = match wanted.flatten().and_then(|wanted| locked::named(wanted, is_named, question.cwd, project)) {
        Some((_, Err(error))) if is_named => return Err(error.into()),
        lock => lock,
    };
    let wanted = wanted.filter(|_| lock.is_none());
    let Kept { is_live, disk, summaries, modules, listing, then, last, .. } = kept;
    let remembered = Remembered { files: question.files, memory: disk };
    let files: &dyn Files = if *is_live { &remembered } else { question.files };
    let summaries = &*summaries;
    // A session remembers by itself.
    if let Some(path) = environment::sightings(outside, &project.root).filter(|_| !*is_live) {
        summaries.recall(|| Sightings::open(path));
    }
    let is_open = then.is_open();
    let (told, stamps) = mpsc::channel::<Vec<Option<Stamp>>>();
    let mut stamps = Some(stamps);
    // Git takes its time to start, and the analysis has no need of it; nor of what the states of the files tell.
    let mut beside = || {
        let compared = wanted.map(|wanted| then.at(&project.root, wanted, || baselines.of(&project.root, wanted)));
        let stamps = stamps.take().and_then(|stamps| stamps.recv().ok()).unwrap_or_default();
        let compared = compared.map(|compared| {
            compared.map(|(choice, tree)| {
                let memory = &mut then.rest.memory;
                let changed = memory.changed(question.files, &tree, asked.files, &stamps);
                memory.gone(&tree, asked);
                (choice, changed, tree)
            })
        });
        summaries.sightings().inspect(|sightings| sightings.save());
        compared
    };
    let looked = move |stamps: &[Option<Stamp>]| drop(told.send(stamps.to_vec()));
    let analysis = || analyze_telling(summaries, files, &roots, asked.files, looked);
    // What was opened before takes no thread.
    let (compared, (found, notes)) = if is_open {
        let found = analysis();
        (beside(), found)
    } else {
        parallel::both(beside, analysis)
    };
    let versions = Versions::new(files, &supplied).keeping(is_live.then_some(&*modules)).beside(summaries);
    let scenes = Scenes::new(surroundings, &versions);
    // Who calls the tasks, and where else a task may be, doesn't depend on what was asked about.
    let others = match question.against {
        Against::Nothing => None,
        _ => others(project, asked, listing),
    };
    let whole = |paths: &[PathBuf]| analyze_noting(summaries, files, &roots, paths);
    let elsewhere = others.as_ref().and_then(|all| {
        if question.whole_code {
            return Some(whole(all));
        }
        // Who has nothing to do with the files that were asked about calls none of their tasks.
        let near = connected(files, &roots, asked.files, all);
        (near.len() > asked.files.len()).then(|| whole(&near))
    });
    let (elsewhere, notes_elsewhere) = elsewhere.unzip();
    let everywhere = || others.as_ref().filter(|_| !question.whole_code).map(|all| whole(all).0);
    let whole = elsewhere.as_ref().unwrap_or(&found);
    // Whoever asks for no entries doesn't care.
    let cluster = store.map(|_| sent_to(cluster, whole, question.cwd, outside)).unwrap_or_default();
    let calls = Calls::of(whole).with_cluster(cluster.clone());
    let now = Side { project: &found, calls: &calls, versions: &versions, runtime: &|task| scenes.runtime(task) };

    let given = given_to(&found.tasks, question.given)?;
    let sources = store.map(|(_, records)| Sources { records, given: &given });

    let scenes = &scenes;
    let scenery = Scenery { question, project, outside, summaries, now: &now, before: None, scenes, whole };
    let mut before = None;
    let mut tasks = match &compared {
        Some(Ok((_, changed, tree))) => {
            let rest = &mut then.rest;
            (question.progress)("comparing with the baseline …");
            let callers = found.tasks.iter().flat_map(|task| calls.at(task));
            let callers = callers.map(|site| site.place.file.to_path_buf()).collect();
            let with = (question.files, &**tree);
            let earlier = earlier_tasks(summaries, with, &roots, &found, (asked, changed), callers, &mut rest.memory);
            let is_gone = gone(&earlier, whole, asked);
            // A task may have moved to a file that has nothing to do with where it was.
            let everywhere = if is_gone.is_empty() { None } else { everywhere() };
            report.gone.extend(everywhere.map_or(is_gone, |all| gone(&earlier, &all, asked)));
            let mut tasks =
                with_before((question, project, outside), tree, &earlier, (&versions, rest, summaries), |before| {
                    look(&Scenery { before: Some(before), ..scenery });
                    statuses(&now, Some(before), sources)
                });
            before = Some(earlier);
            doubt_keys(&mut tasks, |file| {
                let code = with_imported(files, &|_| roots.clone(), &BTreeSet::from([file.to_path_buf()]));
                !self::changed(question.files, tree, &Vec::from_iter(code)).is_empty()
            });
            tasks
        }
        _ => {
            look(&scenery);
            statuses(&now, None, sources)
        }
    };
    match &lock {
        Some((path, Ok(lock))) => {
            locked::hold(&mut tasks, lock, &now);
            // Of a part of the project nobody can tell what is gone: a lock doesn't say where tasks were.
            report.gone.extend(others.is_none().then(|| locked::gone(lock, path, &found.tasks)).into_iter().flatten());
            let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
            report.baseline = Ok(BaselineName { revision: None, name });
        }
        Some((_, Err(error))) if report.baseline.is_err() => report.baseline = Err(error.to_string()),
        _ => {}
    }
    let mut outer = Vec::new();
    if let Some((store, _)) = store {
        look_up(&mut tasks, store);
        let callers = Project { tasks: outer_callers(&found.tasks, whole, &calls), ..Project::default() };
        outer = statuses(&Side { project: &callers, ..now }, None, sources);
        look_up(&mut outer, store);
        mark(&mut tasks, &outer, &calls);
    }
    for note in cluster.notes() {
        if is_a_reason(note, &tasks) {
            push_new(&mut report.notes, note.clone());
        }
    }
    scenes.pythons(question.cwd).into_iter().for_each(|python| push_new(&mut report.pythons, python));
    scenes.sdks(question.cwd).into_iter().for_each(|sdk| push_new(&mut report.sdks, sdk));
    scenes.notes(question.cwd).into_iter().for_each(|note| push_new(&mut report.notes, note));
    let changed = compared.as_ref().and_then(|compared| Some(compared.as_ref().ok()?.1.clone())).unwrap_or_default();
    match compared {
        Some(Err(error)) if matches!(question.against, Against::Revision(_)) => return Err(error.into()),
        Some(Err(error)) => report.baseline = Err(error.to_string()),
        Some(Ok((choice, ..))) => {
            if report.baseline.is_err() {
                let Choice { baseline, .. } = &choice;
                let revision = Some(baseline.revision.clone());
                report.baseline = Ok(BaselineName { revision, name: baseline.name.clone() });
            }
            choice.note.into_iter().for_each(|note| push_new(&mut report.notes, note));
        }
        _ => {}
    }
    if !tasks.is_empty() {
        project.settings.file.clone().into_iter().for_each(|file| push_new(&mut report.configs, file));
    }
    report.tasks.extend(tasks);
    // CPython's own cause of a file that can't be read says more than where the analysis lost its way.
    let refused = refusals(&found.tasks, &found.problems, &versions, scenes);
    let told = |problem: &Problem| refused.iter().any(|refusal| refusal.file == problem.file && problem.line.is_some());
    report.unread += unread(files, asked.files, &found.problems);
    report.problems.extend(found.problems.iter().filter(|problem| !told(problem)).cloned());
    report.problems.extend(refused);
    report.problems.extend(project.problems.iter().map(|problem| Problem {
        file: problem.file.as_path().into(),
        line: problem.line,
        message: problem.message.clone(),
    }));
    if let Some(sightings) = summaries.sightings() {
        sightings.save();
    }
    let notes = notes_elsewhere.into_iter().fold(notes, Notes::and);
    let standing = if *is_live { Standing::of(files, summaries, notes) } else { None };
    let (found, elsewhere) = (Arc::new(found), elsewhere.map(Arc::new));
    report.code.push(Arc::clone(elsewhere.as_ref().unwrap_or(&found)));
    // What a lock says is read anew.
    *last = standing.filter(|_| lock.is_none()).map(|standing| Last {
        wanted: Wanted::of(question),
        standing,
        opened: (then.opened, number),
        changed,
        found,
        elsewhere,
        before,
        cluster,
        outer,
        report: report.clone(),
    });
    Ok(report)
}

/// Whether it is said of some inputs that they aren't known for a reason.
pub(super) fn is_a_reason(note: &str, tasks: &[TaskStatus]) -> bool {
    let mut reasons = tasks.iter().flat_map(|task| &task.known_inputs).filter_map(|known| known.why.as_deref());
    reasons.any(|why| why.ends_with(note))
}

/// The folders that a project's code is imported from.
pub(super) fn roots(project: &environment::Project) -> Roots {
    Roots { project: project.root.clone(), imports: project.import_roots.clone() }
}

/// The revision to compare with, if any: a named one, or the usual one.
pub(super) fn wanted<'q>(question: &Question<'q>, project: &'q environment::Project) -> Option<Option<&'q str>> {
    match question.against {
        Against::Nothing => None,
        Against::Usual => Some(project.settings.baseline.as_ref().map(|setting| setting.value.as_str())),
        Against::Revision(revision) => Some(Some(revision)),
    }
}

/// What `look` makes of the code as it was; `versions` are those of the code as it is.
pub(super) fn with_before<T>(
    (question, project, outside): (&Question<'_>, &environment::Project, &Outside),
    tree: &Tree,
    earlier: &Project,
    (versions, rest, summaries): (&Versions<'_>, &Rest, &Summaries),
    look: impl FnOnce(&Side<'_>) -> T,
) -> T {
    // Another `.python-version` then is another version.
    let texts = Earlier(tree);
    let configured = project.settings.file.as_deref().unwrap_or(&project.root);
    let surroundings = Surroundings::of(question, &texts, outside).keeping(&rest.folders);
    let supplied = supplied_at(question, &surroundings.discover(configured));
    let kept = versions.is_keeping().then_some(&rest.modules);
    let then = Versions::earlier(tree, &supplied, versions).keeping(kept).beside(summaries);
    let scenes = Scenes::new(&surroundings, &then);
    let calls = Calls::of(earlier);
    let runtime = |task: &Task| scenes.runtime(task);
    look(&Side { project: earlier, calls: &calls, versions: &then, runtime: &runtime })
}

/// What the user gave for those of `tasks` that it names.
fn given_to(tasks: &[Task], given: &[GivenText]) -> Result<Vec<Given>, GivenError> {
    let mut found = Vec::new();
    for text in given {
        let Some(name) = given::named(&text.task, tasks.iter())? else { continue };
        if let Some(task) = tasks.iter().find(|task| task.known_name() == Some(name)) {
            found.push(Given { task: name.to_owned(), passed: given::passed(task, text)? });
        }
    }
    Ok(found)
}

/// Tells a task that the user named and that was not found anywhere, or in several projects.
fn given_to_nobody(given: &[GivenText], tasks: &[TaskStatus]) -> Result<(), GivenError> {
    let all = || tasks.iter().map(|status| &status.task);
    for text in given {
        if given::named(&text.task, all())?.is_none() {
            let nearest = given::nearest(&text.task, all().filter_map(Task::known_name));
            return Err(GivenError::NoTask { name: text.task.clone(), nearest });
        }
    }
    Ok(())
}

/// The versions that the user gave for policies in Python: by option, else by setting.
pub fn supplied_at(question: &Question<'_>, project: &environment::Project) -> Vec<SuppliedPolicy> {
    let set = project.settings.policy_versions.iter();
    let set = set.map(|(name, version)| SuppliedPolicy { name: name.clone(), version: version.value.clone() });
    question.supplied.iter().cloned().chain(set).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::walk::walk;
    use super::super::{Change, Status};
    use super::*;
    use crate::baseline::test_repository::{Sandbox, sandbox};

    const PIPE: &str = "import flyte\nenv = flyte.TaskEnvironment('ml', cache='auto')\n\n@env.task\ndef f(x: int) -> int:\n    return x\n";

    /// The status of the only task, and what changed.
    fn status(sandbox: &Sandbox, python: Option<&str>) -> (Status, Vec<Change>) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let outside = Outside::new([("PATH".into(), path)], None);
        let cwd = sandbox.path("p");
        let question = Question {
            python: python.map(|text| text.parse().unwrap()),
            against: Against::Revision("HEAD"),
            ..Question::at(&cwd)
        };
        let report = ask(&question, walk(std::slice::from_ref(&cwd), &cwd, &|_| {}), &outside).unwrap();
        let [task] = report.tasks.as_slice() else { panic!("{:?}", report.problems) };
        (task.status, task.changed.clone())
    }

    #[test]
    fn another_python_version_file_invalidates() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.write("p/.python-version", "3.12\n");
        sandbox.commit("p", "pipe.py", PIPE, "first");
        assert_eq!(status(&sandbox, None), (Status::Unchanged, vec![]));
        sandbox.write("p/.python-version", "3.13\n");
        assert_eq!(status(&sandbox, None), (Status::Invalidated, vec![Change::Python]));
        assert_eq!(status(&sandbox, Some("3.13")), (Status::Unchanged, vec![]), "an option holds for both sides");
    }

    /// An open bracket hides all tasks from the analysis, and the line where it lost its way is of no use.
    #[test]
    fn a_file_that_python_refuses_is_told_of_in_pythons_words() {
        let Some(sandbox) = sandbox() else { return };
        let text =
            format!("{}{PIPE}", "@env.task\ndef g(x):\n    return (x\n\n").replace("import flyte", "import flyte # é");
        sandbox.write("p/pipe.py", &format!("import flyte\n\nclass A:\n    @env.task\n    def h(): ...\n\n{text}"));
        let (cwd, outside) = (sandbox.path("p"), Outside::new([], None));
        let question = Question { python: Some("3.12".parse().unwrap()), ..Question::at(&cwd) };
        let report = ask(&question, walk(std::slice::from_ref(&cwd), &cwd, &|_| {}), &outside).unwrap();
        let told: Vec<_> = report.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(9), "SyntaxError: '(' was never closed")]);
    }

    #[test]
    fn a_file_that_git_ignores_says_now_what_it_said_then() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.write("p/.gitignore", ".python-version\n");
        sandbox.write("p/.python-version", "3.12\n");
        sandbox.commit("p", "pipe.py", PIPE, "first");
        assert_eq!(status(&sandbox, None), (Status::Unchanged, vec![]));
    }

    /// What a question about some files says of their tasks does not depend on how much of the project was analysed for it.
    #[test]
    fn files_that_nothing_connects_change_no_answer() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        let task = |name: &str| PIPE.replace("'ml'", &format!("'{name}'"));
        for (file, text) in [
            ("p/a/__init__.py", String::new()),
            ("p/a/tasks.py", task("a")),
            ("p/a/api.py", "from .tasks import *\n".to_owned()),
            ("p/run.py", "import flyte\nfrom a import api\nflyte.run(api.f, x=1)\n".to_owned()),
            ("p/pipeline.py", format!("from a.tasks import f as g\n{}    return await g(3)\n", task("b"))),
            ("p/outer.py", format!("import pipeline\n{}    return pipeline.f(4)\n", task("c"))),
            ("p/apart.py", format!("{}flyte.run(f, x=2)\n", task("d"))),
            ("p/moved.py", task("gone")),
            ("p/a/gone.py", task("gone").replace("def f", "def lost")),
        ] {
            sandbox.write(file, &text);
        }
        sandbox.git("p", &["add", "."]);
        sandbox.git("p", &["commit", "-q", "-m", "first"]);
        // Moved out of the folder that is asked about; and removed.
        sandbox.write("p/far.py", &task("gone").replace("def f", "def lost"));
        std::fs::remove_file(sandbox.path("p/a/gone.py")).unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let outside = Outside::new([("PATH".into(), path)], Some(sandbox.path("home")));
        let cwd = sandbox.path("p");
        for asked in ["a", "a/tasks.py", "pipeline.py", "apart.py", "."] {
            let answer = |whole_code| {
                let question = Question { whole_code, entries: true, ..Question::at(&cwd) };
                let report = ask(&question, walk(&[asked.into()], &cwd, &|_| {}), &outside).unwrap();
                assert!(!report.tasks.is_empty(), "{asked}");
                (format!("{:#?}", report.tasks), report.gone, report.notes)
            };
            assert_eq!(answer(false), answer(true), "{asked}");
        }
    }

    #[test]
    fn a_task_that_moved_in_an_editor_s_buffer_is_the_same_task() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.commit("p", "old.py", PIPE, "first");
        sandbox.write("p/new.py", PIPE);
        let status = |files: &dyn Files| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let outside = Outside::new([("PATH".into(), path)], None);
            let cwd = sandbox.path("p");
            let python = "3.12".parse().ok();
            let question = Question { files, python, against: Against::Revision("HEAD"), ..Question::at(&cwd) };
            let walked = walk(&[cwd.join("new.py")], &cwd, &|_| {});
            let report = ask(&question, walked, &outside).unwrap();
            report.tasks.iter().map(|task| task.status).collect::<Vec<_>>()
        };
        assert_eq!(status(&Disk), [Status::New], "the file of the other one is as it was");
        // It was cut out of the buffer, which isn't saved yet.
        let old = sandbox.path("p/old.py");
        let cut = analysis::Overlay { files: &Disk, path: &old, bytes: Arc::from(&b""[..]) };
        assert_eq!(status(&cut), [Status::Unchanged]);
    }
}
