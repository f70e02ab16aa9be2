//! `tasklens/explain`: a task's explanation as a page for a panel, with what can be done about it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::render::explain::panel;
use crate::status::Status;
use crate::status::explain::{Answer, Explained};
use crate::status::given::GivenText;

use super::super::findings::uri_of;
use super::super::own::TaskAt;
use super::super::protocol::{Error, ErrorCode, Result};
use super::super::snapshot::Snapshot;
use super::super::uri;
use super::super::wide::explained;

/// The page.
pub fn answer(snapshot: &Snapshot, at: TaskAt) -> Result<Value> {
    let (path, answer) = asked(snapshot, &at)?;
    let one = only(&answer)?;
    let address = |file: &Path| uri_of(&snapshot.documents, file).map(String::from);
    let mut page = panel(one, &answer, snapshot.folder_of(&path), address);
    let line = one.status.task.place.line.saturating_sub(1);
    if let Value::Object(page) = &mut page {
        page.insert("at".to_owned(), json!({"uri": uri_of(&snapshot.documents, &path), "line": line}));
        page.insert("actions".to_owned(), actions(snapshot, &at, one, line));
    }
    Ok(page)
}

/// The explanation of what stands on a line, and the file.
pub fn asked(snapshot: &Snapshot, at: &TaskAt) -> Result<(PathBuf, Answer)> {
    let path = path(snapshot, at)?;
    let explain = |given: &[GivenText]| explained(snapshot, &path, at.line.saturating_add(1), given).map_err(refused);
    let answer = explain(&[])?;
    let Some(inputs) = &at.inputs else { return Ok((path, answer)) };
    let inputs = inputs.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
    let task = only(&answer)?.status.task.shown_name().to_owned();
    let answer = explain(&[GivenText { task, inputs }])?;
    Ok((path, answer))
}

/// The one task of an answer: where a line is in several, the innermost.
pub fn only(answer: &Answer) -> Result<&Explained> {
    answer.tasks.last().ok_or_else(|| refused("there is no task on this line".to_owned()))
}

/// The file of a request.
pub fn path(snapshot: &Snapshot, at: &TaskAt) -> Result<PathBuf> {
    let open = snapshot.documents.get(&at.uri).map(|document| document.path.clone());
    let path = open.or_else(|| uri::path(&at.uri));
    path.ok_or_else(|| Error::invalid_params(format!("`{}` is no file", at.uri)))
}

/// Why there is no answer, for the user.
pub fn refused(why: String) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: why.into(), data: None }
}

/// What can be done, as commands of our own clients: the likeliest first.
fn actions(snapshot: &Snapshot, at: &TaskAt, one: &Explained, line: u32) -> Value {
    let status = &one.status;
    let here = json!({"uri": at.uri, "line": line});
    let action = |title: &str, command: &str| json!({"title": title, "command": format!("tasklens.{command}"), "arguments": [here]});
    let mut actions = Vec::new();
    let was_cached = status.before.as_ref().is_some_and(|before| before.cached);
    if status.status == Status::Invalidated && was_cached && !status.pinned && snapshot.abilities.applies_edits {
        actions.push(action("Keep cache", "keepCache"));
    }
    if status.pinned {
        actions.push(action("Bump version", "bumpVersion"));
        let is_hash = status.here.version.value().is_some_and(|version| version.len() == 64);
        actions.extend(is_hash.then(|| action("Unpin", "unpinTask")));
    }
    actions.extend(status.before.is_some().then(|| action("Compare", "compareVersions")));
    actions.push(action("Check inputs…", "checkInputs"));
    actions.push(action("Show pipeline", "showGraph"));
    let has_hit = status.known_inputs.iter().any(|known| known.entry == crate::status::Entry::Hit);
    if has_hit {
        actions.push(action("Show cached output", "showOutput"));
        actions.push(action("Clear entries…", "clearEntries"));
    }
    if status.here.version.value().is_some() {
        actions.push(action("Copy version", "copyVersion"));
    }
    if status.known_inputs.iter().any(|known| known.key.value().is_some()) {
        actions.push(action("Copy key", "copyKey"));
    }
    Value::Array(actions)
}
