//! `workspace/executeCommand` of what edits: keep cache and its opposite.

use serde_json::Value;

use crate::status::keep::Meant;

use super::super::capabilities::{KEEP, UNPIN};
use super::super::protocol::{ApplyWorkspaceEditParams, Error, ExecuteCommandParams, Result, Url};
use super::super::snapshot::Snapshot;
use super::super::wide::kept;

/// What a command is meant to do, if it is one of these.
pub fn meant(params: &ExecuteCommandParams) -> Option<Meant> {
    match params.command.as_str() {
        KEEP => Some(Meant::Pin),
        UNPIN => Some(Meant::Unpin),
        _ => None,
    }
}

/// The edit for the editor to make, and what will be true after it.
pub fn answer(
    snapshot: &Snapshot,
    params: &ExecuteCommandParams,
    meant: Meant,
) -> Result<(ApplyWorkspaceEditParams, String)> {
    if !snapshot.abilities.applies_edits {
        return Err(refused("this editor makes no edits for others: use `tasklens keep`"));
    }
    let [Value::String(address), line] = params.arguments.as_slice() else {
        return Err(Error::invalid_params(format!("`{}` takes a document's address and a line", params.command)));
    };
    let line = line.as_u64().and_then(|line| u32::try_from(line).ok()).and_then(|line| line.checked_add(1));
    let (Ok(uri), Some(line)) = (Url::parse(address), line) else {
        return Err(Error::invalid_params(format!("`{address}` is no address, or the line is no number")));
    };
    let (edit, effect) = kept(snapshot, &uri, line, meant).map_err(|why| refused(&why))?;
    let label = if meant == Meant::Pin { "Keep cache" } else { "Unpin" };
    Ok((ApplyWorkspaceEditParams { label: Some(label.to_owned()), edit }, effect))
}

fn refused(why: &str) -> Error {
    Error { message: why.to_owned().into(), ..Error::internal_error() }
}
