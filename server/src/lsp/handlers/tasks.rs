//! `tasklens/tasks`: the tasks of the workspace, or of what is open, for an editor's list.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::render::tasks::{baseline, pythons, task};
use crate::status::{Report, TaskStatus};

use super::super::findings::uri_of;
use super::super::own::TasksParams;
use super::super::protocol::Result;
use super::super::view::View;
use super::super::wide::workspace;

/// The tasks by environment and place, which Pythons submit them and what they are compared with; `files` are the documents that the
/// answer is about, where it isn't about all.
pub fn answer(view: &View, params: TasksParams) -> Result<Value> {
    let documents = &view.snapshot.documents;
    let wide = if params.open { Vec::new() } else { workspace(&view.snapshot) };
    let reports: Vec<&Report> = if params.open { view.reports().collect() } else { wide.iter().collect() };
    let mut tasks: Vec<(&TaskStatus, Option<&str>)> = Vec::new();
    for report in &reports {
        let since = report.baseline.as_ref().ok().map(|baseline| baseline.name.as_str());
        tasks.extend(report.tasks.iter().map(|status| (status, since)));
    }
    tasks.sort_by(|(a, _), (b, _)| {
        (a.task.environment.value(), &a.task.place).cmp(&(b.task.environment.value(), &b.task.place))
    });
    let listed = tasks.iter().filter_map(|(status, since)| {
        let mut line = task(status, *since);
        let uri = uri_of(documents, &status.task.place.file)?;
        line["at"] = json!({"uri": uri, "line": status.task.place.line.saturating_sub(1)});
        Some(line)
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
