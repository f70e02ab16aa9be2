//! `workspace/executeCommand`

use serde_json::Value;

use super::super::capabilities::EXPLAIN;
use super::super::protocol::{Error, ExecuteCommandParams, Result, Url};
use super::super::snapshot::Snapshot;
use super::super::uri;
use super::super::wide::explanation;

/// Runs a command: its result, and what to show where the editor does nothing with a result.
pub fn answer(snapshot: &Snapshot, params: &ExecuteCommandParams) -> Result<String> {
    if params.command != EXPLAIN {
        return Err(Error::invalid_params(format!("there is no command `{}`", params.command)));
    }
    let [Value::String(address), line] = params.arguments.as_slice() else {
        return Err(Error::invalid_params(format!("`{EXPLAIN}` takes a document's address and a line")));
    };
    let path = Url::parse(address).ok().and_then(|uri| match snapshot.documents.get(&uri) {
        Some(document) => Some(document.path.clone()),
        None => uri::path(&uri),
    });
    let line = line.as_u64().and_then(|line| u32::try_from(line).ok()).and_then(|line| line.checked_add(1));
    let (Some(path), Some(line)) = (path, line) else {
        return Err(Error::invalid_params(format!("`{address}` is no file, or the line is no number")));
    };
    explanation(snapshot, &path, line).map_err(|problem| Error { message: problem.into(), ..Error::internal_error() })
}
