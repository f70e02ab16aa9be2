//! Keep cache: pins a task whose version an edit changed to the baseline's version, so that the SDK serves the entries of
//! before; and takes such pins back.
//!
//! What comes out is a [`Plan`]: edits of one file, tried out before they are shown. Nothing is written here.

mod list;
mod pin;
mod refusal;
#[cfg(test)]
mod tests;
mod unpin;
mod verify;

use std::path::Path;
use std::sync::Arc;

use cache_core::policy::Behavior;
use cache_core::python::Source;

use crate::analysis::{self, Files, Known, Making, Overlay, Roots, Summaries, Task, analyze_with, making};
use crate::edit::{self, EditError, TextEdit};
use crate::environment::{self, Outside, Project};

use super::ask::ask_and_look;
use super::earlier::Baselines;
use super::explain::Selector;
use super::sentence::{is_hash, quoted};
use super::surroundings::Surroundings;
use super::walk::{Walked, walk};
use super::{Against, Change, Question, Report, Session, Status, TaskStatus, ask_in};

pub use refusal::Refusal;
pub use verify::Meant;

use verify::verify;

/// Edits that pin or unpin a task.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The task's name.
    pub task: String,
    /// The file, absolute.
    pub file: Arc<Path>,
    /// The project's folder: what is outside of it is not written.
    pub root: Arc<Path>,
    /// What the file holds.
    pub before: Arc<[u8]>,
    /// What it will hold.
    pub after: Vec<u8>,
    /// The edits, in Python's text of the file.
    pub edits: Vec<TextEdit>,
    /// What will be true of the task.
    pub effect: String,
    /// What else the user should know.
    pub notes: Vec<String>,
}

impl Plan {
    /// Python's text of the file, before and after.
    ///
    /// # Errors
    ///
    /// None that planning did not meet before.
    pub fn texts(&self) -> Result<(String, String), EditError> {
        let text = |bytes: &[u8]| Source::decode(bytes).map(|source| source.text().to_owned());
        Ok((text(&self.before)?, text(&self.after)?))
    }
}

/// Plans to pin or unpin the one task that `wanted` names among the files that were walked. As questions of a session.
///
/// # Errors
///
/// [`Refusal`]: the task is not found, has nothing to keep, or no edit does what is meant and nothing else.
pub fn plan(
    session: &mut Session,
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
    wanted: &Selector,
    meant: Meant,
) -> Result<Plan, Refusal> {
    let files = walked.files.clone();
    let chosen = select(session, question, walked, outside, wanted)?;
    let project = Surroundings::of(question, &environment::Disk, outside).folder_of(&chosen.place.file);
    let project = &project.project;
    let all = || whole(project, &files);
    // An edit may be felt anywhere in the project.
    let before = ask_in(session, question, all(), outside)?;
    let index = before.tasks.iter().position(|status| is_same(&status.task, &chosen));
    let task_name = chosen.shown_name().to_owned();
    let unable = |why: String| Refusal::Unable { task: task_name.clone(), why };
    let index = index.ok_or_else(|| unable("the project's settings exclude its file".to_owned()))?;
    let status = &before.tasks[index];
    let since = since(&before);

    let version = match meant {
        Meant::Pin => baseline_version(status, &before, &since)?,
        Meant::Unpin => pinned_version(status)?,
    };
    let file = &status.task.place.file;
    let roots = Roots { project: project.root.clone(), imports: project.import_roots.clone() };
    let making = making(question.files, &roots, &Summaries::default(), &status.task)
        .map_err(|why| unable(format!("{why}: write the cache by hand")))?;
    let by_hand = |why: String| unable(format!("{why}: write `version_override=\"{version}\"` by hand"));
    let ways = match meant {
        Meant::Pin => vec![pin::pin(&making, &status.task.spec, &version).map_err(by_hand)?],
        Meant::Unpin => {
            let earlier = earlier(question, project, &roots, outside, &status.task);
            unpin::ways(&making, &status.task.spec, earlier.as_ref()).map_err(unable)?
        }
    };

    let bytes = question.files.read(file).map_err(|error| unable(analysis::explain(&error)))?;
    let mut unfit = String::new();
    for edits in ways {
        let after = after(question.files, file, &bytes, &edits);
        let after = after.map_err(|error| Refusal::Edit { task: task_name.clone(), error })?;
        let overlay = Overlay { files: question.files, path: file, bytes: Arc::from(after.as_slice()) };
        let report = ask_in(session, &Question { files: &overlay, ..*question }, all(), outside)?;
        match verify(&before, &report, index, meant) {
            Ok(()) => {
                return Ok(Plan {
                    effect: effect(&report.tasks[index], meant, &since, &version),
                    notes: notes(status, &report.tasks[index], meant, &since, question.cwd),
                    task: task_name,
                    file: Arc::clone(file),
                    root: Arc::from(project.root.as_path()),
                    before: bytes,
                    after,
                    edits,
                });
            }
            Err(why) if unfit.is_empty() => unfit = why,
            Err(_) => {}
        }
    }
    Err(Refusal::Unfit { task: task_name, why: unfit })
}

/// The bytes of a file after `edits`. What an editor has open is decoded already, whatever encoding it names.
fn after(files: &dyn Files, file: &Path, bytes: &[u8], edits: &[TextEdit]) -> Result<Vec<u8>, EditError> {
    if !files.is_edited(file) {
        return edit::edited(bytes, edits);
    }
    let source = files.decode(file, bytes)?;
    edit::edited_text(source.text(), edits).map(String::into_bytes)
}

/// The files of a project: all of them where that is known, and those asked about.
fn whole(project: &Project, files: &[std::path::PathBuf]) -> Walked {
    let is_listed = project.has_root;
    let mut walked =
        if is_listed { walk(std::slice::from_ref(&project.root), &project.root, &|_| {}) } else { Walked::default() };
    walked.files.extend(files.iter().filter(|file| !is_listed || file.starts_with(&project.root)).cloned());
    walked.files.sort();
    walked.files.dedup();
    walked
}

/// The one task that is named. On a line that is in several functions the innermost is meant, as an explanation means it.
fn select(
    session: &mut Session,
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
    wanted: &Selector,
) -> Result<Task, Refusal> {
    let (mut found, mut others) = (Vec::new(), Vec::new());
    ask_and_look(session, question, walked, outside, &mut |scenery| {
        for task in &scenery.now.project.tasks {
            let is_named = wanted.names(task, question.cwd, scenery.now.versions.lines(task));
            if is_named { &mut found } else { &mut others }.push(task.clone());
        }
    })?;
    wanted.judge(&found.iter().collect::<Vec<_>>(), &others, question.cwd)?;
    found.sort_by(|a, b| a.place.cmp(&b.place));
    if let (Selector::Line { .. }, Some(innermost)) = (wanted, found.last().map(|task| task.place.clone())) {
        found.retain(|task| task.place == innermost);
    }
    let exact = |task: &&Task| matches!(wanted, Selector::Name(name) if task.known_name() == Some(name));
    match (found.iter().filter(exact).collect::<Vec<_>>().as_slice(), found.as_slice()) {
        ([one], _) => Ok((*one).clone()),
        ([], [one]) => Ok(one.clone()),
        _ => {
            let place = |task: &Task| Selector::at(&task.place).shown(question.cwd);
            Err(Refusal::Several { name: wanted.shown(question.cwd), places: found.iter().map(place).collect() })
        }
    }
}

fn is_same(a: &Task, b: &Task) -> bool {
    a.place == b.place && a.name == b.name && a.branch == b.branch
}

fn since(report: &Report) -> String {
    report.baseline.as_ref().map_or_else(|_| "the baseline".to_owned(), |baseline| baseline.name.clone())
}

/// The version to pin a task to: the baseline's, if it is one that Flyte computed.
fn baseline_version(status: &TaskStatus, report: &Report, since: &str) -> Result<String, Refusal> {
    let task = status.task.shown_name().to_owned();
    let needless = |why: String| Err(Refusal::Needless { task: task.clone(), why });
    let unable = |why: String| Err(Refusal::Unable { task: task.clone(), why });
    if let Err(why) = &report.baseline {
        return unable(format!("there is no baseline whose version could be kept: {why}"));
    }
    // Whose entries these are is decided by the name, which is in the key.
    if let Known::Unknown(reason) = &status.task.name {
        return unable(format!("its name is not known: {reason}"));
    }
    match (status.status, &status.before) {
        (Status::Disabled, _) => return needless("its cache is disabled".to_owned()),
        (Status::Unchanged, _) if status.pinned => {
            return needless(format!("it is pinned to the version of {since}"));
        }
        (Status::Unchanged, _) => return needless(format!("its version is that of {since}")),
        (Status::New, _) => return needless(format!("{since} does not have it")),
        (_, Some(before)) if !before.cached => return needless(format!("{since} did not cache it")),
        _ => {}
    }
    if status.pinned {
        let own = quoted_version(&status.task);
        return unable(format!("it is pinned to {own}: take that out, or write another version there"));
    }
    let Some(before) = &status.before else { return unable(format!("{since} does not have it")) };
    match &before.computed.version {
        Known::Unknown(reason) => unable(format!("its version in {since} is not known: {reason}")),
        Known::Value(version) if !is_version(version) => {
            unable(format!("{since} gives it the version {}: write it back by hand", quoted(version)))
        }
        Known::Value(version) => match &status.here.version {
            Known::Unknown(reason) => unable(format!("its version is not known: {reason}")),
            Known::Value(_) => Ok(version.clone()),
        },
    }
}

/// The version that a task is pinned to, if it is one that [`plan`] may have written.
fn pinned_version(status: &TaskStatus) -> Result<String, Refusal> {
    let task = status.task.shown_name().to_owned();
    match &status.task.spec.version_override.value {
        Known::Value(Some(version)) if is_version(version) => Ok(version.clone()),
        Known::Value(Some(version)) => {
            let why = format!("its version {} is no pin of ours: take it out by hand", quoted(version));
            Err(Refusal::Unable { task, why })
        }
        Known::Value(None) => Err(Refusal::Unable { task, why: "it is not pinned".to_owned() }),
        Known::Unknown(reason) => {
            Err(Refusal::Unable { task, why: format!("whether it is pinned is not known: {reason}") })
        }
    }
}

/// Whether this is a version that Flyte computes: a SHA-256 in lower-case hex.
fn is_version(text: &str) -> bool {
    text.len() == 64 && is_hash(text) && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn quoted_version(task: &Task) -> String {
    match &task.spec.version_override.value {
        Known::Value(Some(version)) => quoted(version),
        _ => "a version".to_owned(),
    }
}

/// How the task was made at the baseline, in the same file.
fn earlier(
    question: &Question<'_>,
    project: &Project,
    roots: &Roots,
    outside: &Outside,
    task: &Task,
) -> Option<Making> {
    let wanted = match question.against {
        Against::Nothing => return None,
        Against::Usual => project.settings.baseline.as_ref().map(|setting| setting.value.as_str()),
        Against::Revision(revision) => Some(revision),
    };
    let (_, tree) = Baselines::new(outside).of(&project.root, wanted).ok()?;
    let summaries = Summaries::default();
    let then = analyze_with(&summaries, tree.as_ref(), roots, &[task.place.file.to_path_buf()]);
    let then = then.tasks.iter().find(|then| then.name == task.name && then.branch == task.branch)?;
    making(tree.as_ref(), roots, &summaries, then).ok()
}

fn effect(after: &TaskStatus, meant: Meant, since: &str, version: &str) -> String {
    match (meant, &after.here.version) {
        (Meant::Pin, _) => {
            format!("pinned to {}, its version in {since}: entries of before are served", quoted(version))
        }
        (Meant::Unpin, Known::Value(now)) => format!("no longer pinned: its version is {} again", quoted(now)),
        (Meant::Unpin, Known::Unknown(reason)) => format!("no longer pinned: its version is not known: {reason}"),
    }
}

/// What else the user should know.
fn notes(before: &TaskStatus, after: &TaskStatus, meant: Meant, since: &str, cwd: &Path) -> Vec<String> {
    let mut notes = Vec::new();
    if meant == Meant::Unpin {
        return notes;
    }
    if before.changed.contains(&Change::Body) {
        notes.push(format!(
            "its body changed since {since}: results of the old code will be served, so keep them only if they are the same"
        ));
    }
    if after.other_key {
        notes.push(format!(
            "its signature or ignored inputs changed since {since}: entries of before are found only where both ways of \
             writing them mean the same types"
        ));
    }
    if after.task.spec.behavior.value == Known::Value(Behavior::Override) {
        notes.push("local runs of a task under \"override\" look for no entry: only runs on a cluster do".to_owned());
    }
    let calls: Vec<String> = after
        .overridden
        .iter()
        .map(|call| {
            let file = call.place.file.strip_prefix(cwd).unwrap_or(&call.place.file);
            format!("{}:{}", file.display(), call.place.line)
        })
        .collect();
    if !calls.is_empty() {
        notes.push(format!("calls with a cache of their own are not pinned: {}", calls.join(", ")));
    }
    notes
}
