//! `workspace/executeCommand`: explain, keep cache and its opposite, bump.
//!
//! Editors differ in what they do with the result of a command: what a user is to read is shown as a message too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use serde_json::Value;

use crate::status::keep::Meant;

use super::super::capabilities::{BUMP, EXPLAIN, KEEP, UNPIN};
use super::super::client::Client;
use super::super::event::Reply;
use super::super::protocol::notification::ShowMessage;
use super::super::protocol::request::ApplyWorkspaceEdit;
use super::super::protocol::{
    ApplyWorkspaceEditParams, Error, ExecuteCommandParams, MessageType, Result, ShowMessageParams, Url,
};
use super::super::snapshot::Snapshot;
use super::super::uri;
use super::super::wide::{explanation, kept};
use super::bump::bump;

/// Runs a command. Each takes a document's address and the line (from 0) that a task is defined at.
pub fn run(snapshot: &Snapshot, client: &Client, params: &ExecuteCommandParams, reply: Reply<Option<Value>>) {
    let shown = |typ, message| client.notify::<ShowMessage>(ShowMessageParams { typ, message });
    let meant = match params.command.as_str() {
        KEEP => Some(Meant::Pin),
        UNPIN => Some(Meant::Unpin),
        BUMP => return make(snapshot, client, unless_it_panics(|| bump(snapshot, params)), reply),
        _ => None,
    };
    let Some(meant) = meant else {
        let answer = unless_it_panics(|| explain(snapshot, params));
        if let Ok(text) = &answer {
            shown(MessageType::INFO, text.clone());
        }
        return reply.send(answer.map(|text| Some(Value::String(text))));
    };
    make(snapshot, client, unless_it_panics(|| keep(snapshot, params, meant)), reply);
}

/// Has the editor make an edit, and says what is true then.
fn make(
    snapshot: &Snapshot,
    client: &Client,
    planned: Result<(ApplyWorkspaceEditParams, String)>,
    reply: Reply<Option<Value>>,
) {
    match planned {
        Err(error) => {
            if !snapshot.abilities.shows_answers {
                let message = error.message.to_string();
                client.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::WARNING, message });
            }
            reply.send(Err(error));
        }
        Ok((edit, effect)) => client.request::<ApplyWorkspaceEdit>(edit, move |made| {
            reply.send(match made {
                Some(made) if made.applied => Ok(Some(Value::String(effect))),
                Some(made) => Ok(made.failure_reason.map(Value::String)),
                None => Ok(None),
            });
        }),
    }
}

fn unless_it_panics<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(Error::internal_error()))
}

fn explain(snapshot: &Snapshot, params: &ExecuteCommandParams) -> Result<String> {
    if params.command != EXPLAIN {
        return Err(Error::invalid_params(format!("there is no command `{}`", params.command)));
    }
    let (uri, line) = place(params)?;
    let path: Option<PathBuf> = match snapshot.documents.get(&uri) {
        Some(document) => Some(document.path.clone()),
        None => uri::path(&uri),
    };
    let path = path.ok_or_else(|| Error::invalid_params(format!("`{uri}` is no file")))?;
    explanation(snapshot, &path, line).map_err(refused)
}

/// The edit for the editor to make, and what will be true after it.
fn keep(
    snapshot: &Snapshot,
    params: &ExecuteCommandParams,
    meant: Meant,
) -> Result<(ApplyWorkspaceEditParams, String)> {
    if !snapshot.abilities.applies_edits {
        return Err(refused("this editor makes no edits for others: use `tasklens keep`".to_owned()));
    }
    let (uri, line) = place(params)?;
    let (edit, effect) = kept(snapshot, &uri, line, meant).map_err(refused)?;
    let label = if meant == Meant::Pin { "Keep cache" } else { "Unpin" };
    Ok((ApplyWorkspaceEditParams { label: Some(label.to_owned()), edit }, effect))
}

/// The document and the line (1-based) that a command is about.
pub(super) fn place(params: &ExecuteCommandParams) -> Result<(Url, u32)> {
    let wrong = || {
        let message = format!("`{}` takes a document's address and a line", params.command);
        Error::invalid_params(message)
    };
    let [Value::String(address), line] = params.arguments.as_slice() else { return Err(wrong()) };
    let uri = Url::parse(address).map_err(|_| wrong())?;
    let line = line.as_u64().and_then(|line| u32::try_from(line).ok()).and_then(|line| line.checked_add(1));
    Ok((uri, line.ok_or_else(wrong)?))
}

fn refused(why: String) -> Error {
    Error { message: why.into(), ..Error::internal_error() }
}
