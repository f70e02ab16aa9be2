//! From files to a report: finds the projects that the files belong to, their tasks, and what became of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::policy::SuppliedPolicy;
use cache_core::python::PythonVersion;

use crate::analysis::{Disk, Files, Problem, Roots, Summaries, Task, analyze_with};
use crate::baseline::{BaselineError, Choice};
use crate::environment::{self, Outside};

use super::earlier::{Asked, Baselines, Earlier, earlier_tasks, gone};
use super::projects::{by_project, others};
use super::scenes::Scenes;
use super::surroundings::Surroundings;
use super::walk::Walked;
use super::{BaselineName, Calls, Report, Side, Versions, statuses};

/// What is asked of the files.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The working directory, which outputs name files from.
    pub cwd: &'a Path,
    /// The Python that the user named.
    pub python: Option<PythonVersion>,
    /// The versions that the user gave for policies in Python; they go before those of the settings.
    pub supplied: &'a [SuppliedPolicy],
    /// What to compare with.
    pub against: Against<'a>,
    /// Told what is going on.
    pub progress: &'a dyn Fn(&str),
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

/// Answers for the files that were walked.
///
/// # Errors
///
/// A revision that the user named and that can't be read. Without one, and in all other respects, what can't be read is
/// told in the report.
pub fn ask(question: &Question<'_>, walked: Walked, outside: &Outside) -> Result<Report, BaselineError> {
    let surroundings = Surroundings::new(&environment::Disk, outside, question.cwd, question.python);
    let mut baselines = Baselines::new(outside);
    let mut report = Report {
        pythons: Vec::new(),
        sdks: Vec::new(),
        configs: Vec::new(),
        baseline: Err("not asked for".to_owned()),
        notes: Vec::new(),
        files: walked.files.len(),
        unread: 0,
        tasks: Vec::new(),
        gone: Vec::new(),
        problems: walked.problems,
    };
    let mut projects = by_project(&surroundings, walked.files);
    if projects.is_empty() {
        // Nothing was found, but a program still wants to know what it would have been compared with.
        projects.push((environment::discover(question.cwd), Vec::new()));
    }
    let is_only_project = projects.len() == 1;
    for (project, files) in projects {
        (question.progress)(&format!("reading {} files below {} …", files.len(), project.root.display()));
        let asked = Asked { files: &files, named: &walked.named, root: &project.root, is_only_project };
        answer(question, &project, &asked, (&surroundings, outside), &mut baselines, &mut report)?;
    }
    report.tasks.sort_by(|a, b| a.task.place.cmp(&b.task.place));
    report.problems.sort_by(|a, b| (&a.file, a.line, &a.message).cmp(&(&b.file, b.line, &b.message)));
    report.problems.dedup();
    report.gone.sort();
    report.gone.dedup();
    Ok(report)
}

/// Adds what there is to say of one project's files.
fn answer(
    question: &Question<'_>,
    project: &environment::Project,
    asked: &Asked<'_>,
    (surroundings, outside): (&Surroundings<'_>, &Outside),
    baselines: &mut Baselines,
    report: &mut Report,
) -> Result<(), BaselineError> {
    let roots = Roots { project: project.root.clone(), imports: project.import_roots.clone() };
    let supplied = supplied_at(question, project);
    let summaries = Summaries::default();
    let found = analyze_with(&summaries, &Disk, &roots, asked.files);
    let versions = Versions::new(&Disk, &supplied);
    let scenes = Scenes::new(surroundings, &versions);
    // Who calls the tasks, and where else a task may be, doesn't depend on what was asked about.
    let others = if question.against == Against::Nothing { None } else { others(project, asked) };
    let whole = others.map(|all| analyze_with(&summaries, &Disk, &roots, &all));
    let whole = whole.as_ref().unwrap_or(&found);
    let calls = Calls::of(whole);
    let now = Side { project: &found, calls: &calls, versions: &versions, runtime: &|task| scenes.runtime(task) };

    let wanted = match question.against {
        Against::Nothing => None,
        Against::Usual => Some(project.settings.baseline.as_ref().map(|setting| setting.value.as_str())),
        Against::Revision(revision) => Some(Some(revision)),
    };
    let compared = wanted.map(|wanted| baselines.of(&project.root, wanted));
    let tasks = match &compared {
        Some(Ok((_, tree))) => {
            (question.progress)("comparing with the baseline …");
            let callers = found.tasks.iter().flat_map(|task| calls.at(task));
            let callers = callers.map(|site| site.place.file.to_path_buf()).collect();
            let earlier = earlier_tasks(&summaries, tree, &roots, &found, asked, callers);
            report.gone.extend(gone(&earlier, whole, asked));
            // Another `.python-version` then is another version.
            let texts = Earlier(tree);
            let configured = project.settings.file.as_deref().unwrap_or(&project.root);
            let surroundings = Surroundings::new(&texts, outside, question.cwd, question.python);
            let supplied = supplied_at(question, &environment::discover_in(&texts, configured));
            let then = Versions::earlier(tree.as_ref(), &supplied, &versions);
            let scenes = Scenes::new(&surroundings, &then);
            let calls = Calls::of(&earlier);
            let runtime = |task: &Task| scenes.runtime(task);
            let before = Side { project: &earlier, calls: &calls, versions: &then, runtime: &runtime };
            statuses(&now, Some(&before))
        }
        _ => statuses(&now, None),
    };
    scenes.pythons(question.cwd).into_iter().for_each(|python| push_new(&mut report.pythons, python));
    scenes.sdks(question.cwd).into_iter().for_each(|sdk| push_new(&mut report.sdks, sdk));
    scenes.notes(question.cwd).into_iter().for_each(|note| push_new(&mut report.notes, note));
    match compared {
        Some(Err(error)) if matches!(question.against, Against::Revision(_)) => return Err(error),
        Some(Err(error)) if report.baseline.is_err() => report.baseline = Err(error.to_string()),
        Some(Ok((choice, _))) => {
            if report.baseline.is_err() {
                let Choice { baseline, .. } = &choice;
                report.baseline = Ok(BaselineName { revision: baseline.revision.clone(), name: baseline.name.clone() });
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
    let refused = refusals(&found.tasks, &versions, &scenes);
    let told = |problem: &Problem| refused.iter().any(|refusal| refusal.file == problem.file && problem.line.is_some());
    report.unread += unread(asked.files, &found.problems);
    report.problems.extend(found.problems.into_iter().filter(|problem| !told(problem)));
    report.problems.extend(refused);
    report.problems.extend(project.problems.iter().map(|problem| Problem {
        file: problem.file.as_path().into(),
        line: problem.line,
        message: problem.message.clone(),
    }));
    Ok(())
}

/// The versions that the user gave for policies in Python: by option, else by setting.
fn supplied_at(question: &Question<'_>, project: &environment::Project) -> Vec<SuppliedPolicy> {
    let set = project.settings.policy_versions.iter();
    let set = set.map(|(name, version)| SuppliedPolicy { name: name.clone(), version: version.value.clone() });
    question.supplied.iter().cloned().chain(set).collect()
}

/// How many of `files` have no text, as one of the `problems` says. A file that Python refuses has one.
fn unread(files: &[PathBuf], problems: &[Problem]) -> usize {
    let named: BTreeSet<&Path> = problems.iter().map(|problem| &*problem.file).collect();
    let has_text = |file: &Path| Disk.read(file).is_ok_and(|bytes| Disk.decode(file, &bytes).is_ok());
    files.iter().filter(|file| named.contains(file.as_path()) && !has_text(file)).count()
}

/// Files with tasks that the submitting Python refuses.
fn refusals(tasks: &[Task], versions: &Versions<'_>, scenes: &Scenes<'_>) -> Vec<Problem> {
    let mut files: BTreeMap<&Arc<Path>, &Task> = BTreeMap::new();
    for task in tasks {
        files.entry(&task.place.file).or_insert(task);
    }
    let refusal = |(file, task): (&Arc<Path>, &Task)| {
        let refusal = versions.refusal(task, scenes.runtime(task).python.version?)?;
        Some(Problem { file: Arc::clone(file), line: Some(refusal.line), message: refusal.message })
    };
    files.into_iter().filter_map(refusal).collect()
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
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
            cwd: &cwd,
            python: python.map(|text| text.parse().unwrap()),
            supplied: &[],
            against: Against::Revision("HEAD"),
            progress: &|_| {},
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

    #[test]
    fn a_file_that_git_ignores_says_now_what_it_said_then() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.write("p/.gitignore", ".python-version\n");
        sandbox.write("p/.python-version", "3.12\n");
        sandbox.commit("p", "pipe.py", PIPE, "first");
        assert_eq!(status(&sandbox, None), (Status::Unchanged, vec![]));
    }
}
