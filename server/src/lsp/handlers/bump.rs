//! `workspace/executeCommand` that counts a given version up.

use serde_json::Value;

use super::super::edits::workspace_edit;
use super::super::live::Snapshot;
use super::super::own::TaskAt;
use super::super::protocol::{ApplyWorkspaceEditParams, Error, ExecuteCommandParams, Result, Url};
use super::code_action::bump;
use super::explain::{asked, only, refused};
use crate::status::sentence::quoted;

/// The edit for the editor to make, and what will be true after it.
pub fn answer(snapshot: &Snapshot, params: &ExecuteCommandParams) -> Result<(ApplyWorkspaceEditParams, String)> {
    let arguments = match params.arguments.as_slice() {
        [Value::String(address), line] => {
            Url::parse(address).ok().zip(line.as_u64().and_then(|line| u32::try_from(line).ok()))
        }
        _ => None,
    };
    let Some((uri, line)) = arguments else {
        return Err(Error::invalid_params(format!("`{}` takes a document's address and a line", params.command)));
    };
    let (_, answer) = asked(snapshot, &TaskAt { uri: uri.clone(), line, inputs: None })?;
    let status = &only(&answer)?.status;
    let task = status.task.shown_name();
    let document = snapshot.documents.get(&uri).ok_or_else(|| refused("the document is not open".to_owned()))?;
    if !status.pinned {
        return Err(refused(format!("{task} has no version of its own to bump: its code makes the version")));
    }
    let (next, edit) = bump(document, status).ok_or_else(|| {
        refused(format!("the version of {task} is not written as a plain text here: change it by hand"))
    })?;
    let edit = workspace_edit(snapshot, &uri, &[edit]).ok_or_else(|| refused("the document is not open".to_owned()))?;
    let label = format!("Bump the version of {task}");
    Ok((ApplyWorkspaceEditParams { label: Some(label), edit }, format!("{task}: version {}", quoted(&next))))
}
