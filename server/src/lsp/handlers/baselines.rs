//! `tasklens/baselines` and `tasklens/baselineText`: what the code can be compared with, and a file as it was there.

use serde_json::{Value, json};

use crate::status::{file_at, revisions};

use super::super::own::{Of, TaskAt};
use super::super::protocol::{Error, Result};
use super::super::snapshot::Snapshot;
use super::super::uri;
use super::explain::{asked, only, refused};

/// So many branches and tags are offered; any other revision can be written.
const MOST: usize = 100;

/// The revisions to choose from: the usual one, `HEAD`, then branches and tags, the newest first.
pub fn answer(snapshot: &Snapshot, params: Of) -> Result<Value> {
    let path = uri::path(&params.uri).ok_or_else(|| Error::invalid_params(format!("`{}` is no file", params.uri)))?;
    let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
    let found = revisions(folder, MOST, &snapshot.outside).map_err(|error| refused(error.to_string()))?;
    let set = snapshot.settings_of(&path).baseline.map(|setting| setting.value);
    let row = |revision: &str, name: &str, detail: &str| {
        let current = set.as_deref().unwrap_or_default() == revision;
        json!({"revision": revision, "name": name, "detail": detail, "current": current})
    };
    let usual = row("", "Default", "the merge-base with the default branch of the upstream, else HEAD");
    let head = row("HEAD", "HEAD", "the last commit");
    let named = found.iter().map(|[name, date, subject]| row(name, name, &format!("{date} {subject}")));
    Ok([usual, head].into_iter().chain(named).collect())
}

/// The file of a task as it was at the baseline, where it was then.
pub fn text(snapshot: &Snapshot, at: TaskAt) -> Result<Value> {
    let (_, answer) = asked(snapshot, &at)?;
    let one = only(&answer)?;
    let baseline =
        answer.report.baseline.as_ref().map_err(|reason| refused(format!("nothing to compare with: {reason}")))?;
    let no_code =
        || refused(format!("{} holds versions and no code: choose a revision as the baseline", baseline.name));
    let revision = baseline.revision.as_ref().ok_or_else(no_code)?;
    let task = one.status.task.shown_name();
    let new = || refused(format!("{task} is new: {} has no such task", baseline.name));
    let place = &one.facts.earlier.as_ref().ok_or_else(new)?.task.place;
    let bytes = file_at(&place.file, revision, &snapshot.outside).map_err(|error| refused(error.to_string()))?;
    let source =
        cache_core::python::Source::decode(&bytes.ok_or_else(new)?).map_err(|error| refused(error.to_string()))?;
    Ok(json!({"name": baseline.name, "text": source.text(), "line": place.line.saturating_sub(1)}))
}
