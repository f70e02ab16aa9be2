//! `tasklens lock`: the versions of all cached tasks in a file beside the code, and whether they are still those.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::Problem;
use crate::baseline::Lock;
use crate::edit::put;
use crate::environment::Outside;
use crate::render::difference::table;
use crate::render::text::relative;
use crate::status::diff::{Changed, Diff, of_report, project_files};
use crate::status::given::nearest;
use crate::status::locked::{ProjectLock, gone, locks};
use crate::status::walk::Walked;
use crate::status::{Against, AskError, Question, Report, TaskStatus, ask, left_out};

use super::VersionArgs;
use super::inputs::{outcome_of, working_directory};
use super::output::{Color, Failure, Outcome, Output, say};
use super::progress::Progress;

/// Write the versions of all cached tasks to tasklens.lock, or check that they are those
///
/// The file stands beside the project's settings, else at the root of the repository, and is meant to be committed. With `--check` in
/// continuous integration, no version changes that nobody meant to change.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens lock                        write tasklens.lock anew, also after a merge conflict
  tasklens lock --check                fail if a version is another one, and say how to accept it
  tasklens lock --update ml.train      accept the version of one task
  tasklens diff tasklens.lock          the same comparison as --check, in other formats")]
pub struct LockArgs {
    /// Only compare: exit with 1 and name the differences if there are some
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Take in one task, by its full name, and leave all other lines as they are; may be given several times
    #[arg(long, value_name = "TASK")]
    update: Vec<String>,
    #[command(flatten)]
    versions: VersionArgs,
}

/// Runs the command.
pub fn run(arguments: &LockArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let Gathered { projects, report, differences } = gather(arguments, &cwd)?;
    projects.iter().for_each(|project| tell_unnamed(project, &cwd));
    let outcome = if arguments.check {
        tell(&differences, &cwd, color)?
    } else if arguments.update.is_empty() {
        write(&projects, &report, &cwd)?
    } else {
        refuse_broken(&projects, &report, &cwd, |name| arguments.update.iter().any(|named| named == name))?;
        update(&arguments.update, &projects, &cwd)?
    };
    let assumed = report.pythons.iter().find(|python| python.assumed && !report.tasks.is_empty());
    if let Some(python) = assumed {
        let advice =
            "name it in .python-version or as the setting `python`, so that every machine computes the same versions";
        say(&format!("Python {}: {advice}", python.words));
    }
    for problem in &report.problems {
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        say(&format!("{}{line}: {}", relative(&problem.file, &cwd), problem.message));
    }
    Ok(if outcome == Outcome::Clean { outcome_of(&report) } else { outcome })
}

/// What the code says, and where the locks say otherwise.
struct Gathered {
    projects: Vec<ProjectLock>,
    report: Report,
    /// With `--check`.
    differences: Vec<Diff>,
}

fn gather(arguments: &LockArgs, cwd: &Path) -> Result<Gathered, Failure> {
    let outside = Outside::of_process();
    let progress = Progress::start();
    let walked = project_files(cwd);
    let say_progress = |text: &str| progress.say(|| text.to_owned());
    let mut question = Question { progress: &say_progress, ..arguments.versions.question(cwd, None) };
    let usage = |error: AskError| Failure::Usage(error.to_string());
    let (mut projects, mut report) = locks(&question, walked.clone(), &outside).map_err(usage)?;
    // A Python that is only assumed is another one on the next machine: then that of the lock counts.
    if let Some(python) = locked_python(&projects).filter(|_| report.pythons.iter().any(|python| python.assumed)) {
        question.python = Some(python);
        (projects, report) = locks(&question, walked.clone(), &outside).map_err(usage)?;
    }
    let differences = if arguments.check { check(&question, &projects, &walked, &outside)? } else { Vec::new() };
    Ok(Gathered { projects, report, differences })
}

/// The one Python that the versions of existing locks are of.
fn locked_python(projects: &[ProjectLock]) -> Option<cache_core::python::PythonVersion> {
    let read = projects.iter().filter_map(|project| Lock::read(&project.path).ok());
    let pythons: BTreeSet<String> =
        read.flat_map(|lock| lock.tasks.into_values().flatten()).filter_map(|one| one.python).collect();
    match pythons.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => one.parse().ok(),
        _ => None,
    }
}

/// Writes the lock files.
fn write(projects: &[ProjectLock], report: &Report, cwd: &Path) -> Result<Outcome, Failure> {
    let usage = |error: String| Failure::Usage(error);
    // What can't be read has no versions: the lines that it had would be lost.
    if report.unread > 0 {
        return Err(usage(
            "some files can't be read, so nothing is written: `tasklens lock --check` names them".to_owned(),
        ));
    }
    refuse_broken(projects, report, cwd, |_| true)?;
    let folder = |project: &ProjectLock| project.path.parent().map(Path::to_path_buf);
    let outside = Outside::of_process();
    if let Some(file) = projects.iter().filter_map(folder).find_map(|folder| left_out(&folder, &outside).pop()) {
        return Err(usage(format!(
            "{} and maybe others are left out of this sparse checkout, so nothing is written: check them out \
             (`git sparse-checkout add`), or take in single tasks with --update",
            relative(&file, cwd)
        )));
    }
    for project in projects {
        let old = match Lock::read(&project.path) {
            Ok(old) => old,
            Err(error) if error.is_resolved_by_writing() => Lock::default(),
            Err(error) => return Err(usage(error.to_string())),
        };
        if old.tasks.is_empty() && project.lock.tasks.is_empty() && !project.path.exists() {
            say("no task is cached, so there is nothing to lock");
            continue;
        }
        let changed = put_text(&project.path, &project.lock)?;
        let differing = project.lock.tasks.iter().filter(|(name, now)| old.tasks.get(*name) != Some(now)).count();
        let gone = old.tasks.keys().filter(|name| !project.lock.tasks.contains_key(*name)).count();
        let what =
            if changed { format!("{differing} lines new or changed, {gone} gone") } else { "as it was".to_owned() };
        say(&format!("{}: {} cached tasks, {what}", relative(&project.path, cwd), project.lock.tasks.len()));
    }
    Ok(Outcome::Clean)
}

/// Fails where a file doesn't compile that holds cached tasks of which some are to be written: their versions would be lost.
fn refuse_broken(
    projects: &[ProjectLock],
    report: &Report,
    cwd: &Path,
    is_written: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let unknown = |project: &ProjectLock, name: &str| {
        project.lock.tasks.get(name).is_some_and(|lines| lines.iter().any(|line| line.version.is_none()))
    };
    let is_lost = |name: &str| is_written(name) && projects.iter().any(|project| unknown(project, name));
    let lost = |status: &&TaskStatus| status.task.known_name().is_some_and(is_lost);
    let broken = |status: &TaskStatus| report.problems.iter().find(|problem| problem.file == status.task.place.file);
    match report.tasks.iter().filter(lost).find_map(broken) {
        Some(Problem { file, line, message }) => {
            let line = line.map_or(String::new(), |line| format!(":{line}"));
            let file = relative(file, cwd);
            Err(Failure::Usage(format!("{file}{line}: {message}: mend it first, nothing is written")))
        }
        None => Ok(()),
    }
}

/// Takes the named tasks in.
fn update(names: &[String], projects: &[ProjectLock], cwd: &Path) -> Result<Outcome, Failure> {
    let mut left: BTreeSet<&String> = names.iter().collect();
    let mut known: Vec<String> = Vec::new();
    let mut touched: Vec<(&Path, Lock)> = Vec::new();
    for project in projects {
        let mut lock = Lock::read(&project.path).map_err(|error| Failure::Usage(error.to_string()))?;
        known.extend(project.lock.tasks.keys().chain(lock.tasks.keys()).cloned());
        let mut is_touched = false;
        for name in names {
            let (now, then) = (project.lock.tasks.get(name), lock.tasks.contains_key(name));
            if now.is_none() && !then {
                continue;
            }
            left.remove(name);
            is_touched = true;
            match now {
                Some(now) => lock.tasks.insert(name.clone(), now.clone()),
                None => lock.tasks.remove(name),
            };
        }
        if is_touched {
            touched.push((&project.path, lock));
        }
    }
    // All of them or none.
    if let Some(name) = left.first() {
        return Err(Failure::Usage(format!(
            "neither the code nor the lock has a cached task `{name}`{}",
            meant(name, &known)
        )));
    }
    for (path, lock) in touched {
        let what = if put_text(path, &lock)? { "updated" } else { "as it was" };
        say(&format!("{}: {what}", relative(path, cwd)));
    }
    Ok(Outcome::Clean)
}

/// The tasks that a name which is none may stand for: those of this function, else the one that is written most like it.
fn meant(name: &str, known: &[String]) -> String {
    let is_of_function = |known: &&String| known.rsplit_once('.').is_some_and(|(_, function)| function == name);
    let same: BTreeSet<&str> = known.iter().filter(is_of_function).map(String::as_str).collect();
    let same: Vec<&str> = same.into_iter().take(5).collect();
    match same.as_slice() {
        [] | [_] => nearest(name, known.iter().map(String::as_str))
            .map_or(String::new(), |near| format!(": did you mean {near}?")),
        several => format!(": name one with its environment, as {}", several.join(" or ")),
    }
}

/// Compares the code with the lock files.
fn check(
    question: &Question<'_>,
    projects: &[ProjectLock],
    walked: &Walked,
    outside: &Outside,
) -> Result<Vec<Diff>, Failure> {
    let mut found: Vec<Diff> = Vec::new();
    for project in projects {
        if project.lock.tasks.is_empty() && !project.path.exists() {
            continue;
        }
        let lock = Lock::read(&project.path).map_err(|error| Failure::Usage(error.to_string()))?;
        let named = project.path.to_string_lossy().into_owned();
        let own = Question { against: Against::Revision(&named), entries: false, ..*question };
        let mut walked = walked.clone();
        if projects.len() > 1 {
            // The lock of a project says nothing of another's files.
            walked.files.retain(|file| is_of(file, project, projects));
            walked.named = walked.files.clone();
        }
        let mut report = ask(&own, walked, outside).map_err(|error| Failure::Usage(error.to_string()))?;
        // Here it is known that these are all files of the project.
        let tasks: Vec<_> = report.tasks.iter().map(|status| status.task.clone()).collect();
        report.gone = gone(&lock, &project.path, &tasks);
        found.push(of_report(report, &named));
    }
    Ok(found)
}

/// Prints where the locks say otherwise, and how to accept that.
fn tell(differences: &[Diff], cwd: &Path, color: Color) -> Result<Outcome, Failure> {
    let mut output = Output::new(color);
    let differing: Vec<&Diff> = differences.iter().filter(|diff| !diff.tasks.is_empty()).collect();
    for diff in &differing {
        output.text(&table(diff, cwd, output.look))?;
        output.text(&format!("\nto accept all of it: `tasklens lock`; one by one: `{}`\n", accepting(&diff.tasks)))?;
    }
    output.finish()?;
    Ok(if differing.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// The command that accepts the first few.
fn accepting(tasks: &[Changed]) -> String {
    let named = tasks.iter().take(3).map(|one| format!(" --update {}", shell(one.name())));
    format!("tasklens lock{}", named.collect::<String>())
}

/// A word of a command line.
fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let word = crate::render::text::tame(word);
    if !word.is_empty() && word.chars().all(is_plain) { word } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Whether a file belongs to the project of a lock: of all folders with one, its lock's is the nearest above.
fn is_of(file: &Path, project: &ProjectLock, projects: &[ProjectLock]) -> bool {
    let folder = |project: &ProjectLock| project.path.parent().map(Path::to_path_buf);
    let nearest: Option<PathBuf> = projects
        .iter()
        .filter_map(folder)
        .filter(|folder| file.starts_with(folder))
        .max_by_key(|at| at.as_os_str().len());
    nearest == folder(project)
}

fn tell_unnamed(project: &ProjectLock, cwd: &Path) {
    for place in &project.unnamed {
        let at = format!("{}:{}", relative(&place.file, cwd), place.line);
        say(&format!("{at}: only a run of Python tells the name of this task, so it is not locked"));
    }
}

/// Writes a lock in the line ends that the file has; whether that changed it.
fn put_text(path: &Path, lock: &Lock) -> Result<bool, Failure> {
    let failed = |message: String| Failure::Usage(format!("{}: {message}", path.display()));
    let old = match fs::read(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error.to_string())),
    };
    let text = lock.text();
    let is_windows = old.as_ref().is_some_and(|old| {
        let first = old.iter().position(|&byte| byte == b'\n');
        first.and_then(|at| at.checked_sub(1)).and_then(|at| old.get(at)) == Some(&b'\r')
    });
    let text = if is_windows { text.replace('\n', "\r\n") } else { text };
    if old.as_deref() == Some(text.as_bytes()) {
        return Ok(false);
    }
    put(path, old.as_deref(), text.as_bytes()).map_err(|error| failed(error.to_string()))?;
    Ok(true)
}
