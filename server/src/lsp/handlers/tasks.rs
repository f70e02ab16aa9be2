//! `tasklens/tasks`: the tasks of the workspace, or of what is open, for an editor's list.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde_json::{Value, json};

use crate::render::tasks::{baseline, pythons, task};
use crate::status::{Report, TaskStatus};

use super::super::findings::uri_of;
use super::super::own::TasksParams;
use super::super::protocol::{Result, Url};
use super::super::view::View;
use super::super::wide::workspace;

/// The tasks by environment and place, which Pythons submit them and what they are compared with; `files` are the documents that the
/// answer is about, where it isn't about all. The tasks of a document that is broken are those of its last state that was whole.
pub fn answer(view: &View, params: TasksParams) -> Result<Value> {
    let documents = &view.snapshot.documents;
    let wide = if params.open { Vec::new() } else { workspace(&view.snapshot) };
    let reports: Vec<&Report> = if params.open { view.reports().collect() } else { wide.iter().collect() };
    let mut tasks: Vec<Listed<'_>> = Vec::new();
    for report in &reports {
        let mut uris: HashMap<&Path, Option<Url>> = HashMap::new();
        tasks.extend(report.tasks.iter().filter_map(|status| {
            let file = &*status.task.place.file;
            let uri = uris.entry(file).or_insert_with(|| uri_of(documents, file)).clone()?;
            let is_broken = view.good.contains_key(&uri);
            (!is_broken).then(|| Listed { status, since: report.since(), uri, line: status.task.place.line })
        }));
    }
    for (uri, (good, _)) in &view.good {
        let Some(document) = documents.get(uri) else { continue };
        let moves = good.moves(&document.text);
        let here = good.report.tasks.iter().filter(|status| *status.task.place.file == *document.path);
        tasks.extend(here.filter_map(|status| {
            let line = moves.of(status.task.place.line)?;
            Some(Listed { status, since: good.report.since(), uri: uri.clone(), line })
        }));
    }
    tasks.sort_by(|a, b| {
        let (a, b) = (&a.status.task, &b.status.task);
        (a.environment.value(), &a.place).cmp(&(b.environment.value(), &b.place))
    });
    let listed = tasks.into_iter().map(|Listed { status, since, uri, line }| {
        let mut listed = task(status, since);
        listed["at"] = json!({"uri": uri, "line": line.saturating_sub(1)});
        listed
    });
    let words = |each: &dyn Fn(&Report) -> Vec<String>| -> BTreeSet<String> {
        reports.iter().filter(|report| !report.tasks.is_empty()).flat_map(|report| each(report)).collect()
    };
    Ok(json!({
        "tasks": listed.collect::<Vec<_>>(),
        "pythons": words(&|report| pythons(report).collect()),
        "baselines": words(&|report| vec![baseline(report)]),
        "notes": words(&|report| report.notes.clone()),
        "files": params.open.then(|| documents.all().map(|document| &document.uri).collect::<Vec<_>>()),
    }))
}

/// A task with what its report compares with, and where it is (from 1).
struct Listed<'r> {
    status: &'r TaskStatus,
    since: Option<&'r str>,
    uri: Url,
    line: u32,
}
