//! `workspace/executeCommand` that counts a given version up.

use super::super::edits::workspace_edit;
use super::super::own::TaskAt;
use super::super::protocol::{ApplyWorkspaceEditParams, ExecuteCommandParams, Result};
use super::super::snapshot::Snapshot;
use super::code_action::next_version;
use super::execute_command::place;
use super::explain::{asked, only, refused};
use crate::status::sentence::quoted;

/// The edit for the editor to make, and what will be true after it.
pub fn bump(snapshot: &Snapshot, params: &ExecuteCommandParams) -> Result<(ApplyWorkspaceEditParams, String)> {
    let (uri, line) = place(params)?;
    let (_, answer) = asked(snapshot, &TaskAt { uri: uri.clone(), line: line.saturating_sub(1), inputs: None })?;
    let status = &only(&answer)?.status;
    let task = status.task.shown_name();
    let document = snapshot.documents.get(&uri).ok_or_else(|| refused("the document is not open".to_owned()))?;
    if !status.pinned {
        return Err(refused(format!("{task} has no version of its own to bump: its code makes the version")));
    }
    let (next, edit) = next_version(document, status).ok_or_else(|| {
        refused(format!("the version of {task} is not written as a plain text here: change it by hand"))
    })?;
    let edit = workspace_edit(snapshot, &uri, &[edit]).ok_or_else(|| refused("the document is not open".to_owned()))?;
    let label = format!("Bump the version of {task}");
    Ok((ApplyWorkspaceEditParams { label: Some(label), edit }, format!("{task}: version {}", quoted(&next))))
}
