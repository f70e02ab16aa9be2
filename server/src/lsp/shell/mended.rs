//! Messages about documents that are not what the protocol says, made readable where it is clear what is meant.
//!
//! tower-lsp passes over what it can't read. Of a request the editor hears so; but an edit that was passed over leaves the server with
//! another text than the editor's, and what it says of that text would be wrong. Such a document is given up instead. And an editor
//! whose introduction is refused has no server, and its user a message that helps nobody.

use serde::de::DeserializeOwned;
use serde_json::{Number, Value, json};
use tower_lsp::jsonrpc::Request;

use super::super::protocol::{
    ClientCapabilities, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    InitializeParams,
};

/// The method in the place of one that can't be read: its document is not to be known any more.
pub const LOST: &str = "tasklens/lost";

/// The request that a user is asked for when something is wrong.
pub const DEBUG_INFORMATION: &str = "tasklens/debugInformation";

/// The message, readable: `"params": null` is what some editors send for none, `{}` others, and tower-lsp refuses both; and see above.
pub fn mended(request: Request) -> Request {
    let can_be_read: fn(&Value) -> bool = match request.method() {
        "shutdown" | DEBUG_INFORMATION => return with_params(request, |_| None),
        "initialize" => return with_params(request, |params| Some(introduction(params.unwrap_or_default()))),
        "textDocument/didOpen" => can_be_read::<DidOpenTextDocumentParams>,
        "textDocument/didChange" => can_be_read::<DidChangeTextDocumentParams>,
        "textDocument/didClose" => can_be_read::<DidCloseTextDocumentParams>,
        _ if request.params() == Some(&Value::Null) => return with_params(request, |_| None),
        _ => return request,
    };
    if request.params().is_some_and(can_be_read) {
        return request;
    }
    let nearest = request.params().cloned().map(nearest).filter(can_be_read);
    match nearest {
        Some(nearest) => with_params(request, |_| Some(nearest)),
        None => lost(&request),
    }
}

/// What can be read of an editor's introduction: it is served without the rest.
fn introduction(params: Value) -> Value {
    match params {
        Value::Object(all) if !can_be_read::<InitializeParams>(&Value::Object(all.clone())) => {
            let mut read = json!({"capabilities": {}});
            for (key, value) in all {
                let before = read.get(&key).cloned();
                let value = if key == "capabilities" { capabilities(value) } else { value };
                read[&key] = value;
                if !can_be_read::<InitializeParams>(&read) {
                    read[&key] = before.unwrap_or_default();
                }
            }
            read
        }
        Value::Object(all) => Value::Object(all),
        _ => json!({"capabilities": {}}),
    }
}

/// The kinds of abilities that can be read.
fn capabilities(value: Value) -> Value {
    let Value::Object(mut kinds) = value else { return json!({}) };
    kinds.retain(|kind, abilities| can_be_read::<ClientCapabilities>(&json!({kind.as_str(): abilities})));
    Value::Object(kinds)
}

fn can_be_read<T: DeserializeOwned>(params: &Value) -> bool {
    T::deserialize(params).is_ok()
}

fn with_params(request: Request, change: impl FnOnce(Option<Value>) -> Option<Value>) -> Request {
    let (method, id, params) = request.into_parts();
    let request = Request::build(method);
    let request = match change(params) {
        Some(params) => request.params(params),
        None => request,
    };
    match id {
        Some(id) => request.id(id).finish(),
        None => request.finish(),
    }
}

fn lost(request: &Request) -> Request {
    let uri = request.params().and_then(|params| params.pointer("/textDocument/uri")).cloned();
    let message = format!("`{}` can't be read", request.method());
    Request::build(LOST).params(json!([uri, message])).finish()
}

/// The params with numbers in the place of what editors with an overflow or a fraction send. (Of a range that is out of all bounds the
/// bounds are meant.)
fn nearest(mut params: Value) -> Value {
    if let Some(version) = params.pointer_mut("/textDocument/version") {
        *version = number(version, f64::from(i32::MIN), f64::from(i32::MAX)).unwrap_or_else(|| json!(0));
    }
    let changes = params.get_mut("contentChanges").and_then(Value::as_array_mut);
    for change in changes.into_iter().flatten() {
        // Nobody needs it.
        change.as_object_mut().map(|change| change.remove("rangeLength"));
        for place in ["/range/start/line", "/range/start/character", "/range/end/line", "/range/end/character"] {
            if let Some(place) = change.pointer_mut(place)
                && let Some(number) = number(place, 0.0, f64::from(u32::MAX))
            {
                *place = number;
            }
        }
    }
    params
}

/// The nearest whole number within bounds; `None` for what is no number.
fn number(value: &Value, least: f64, most: f64) -> Option<Value> {
    #[allow(clippy::cast_possible_truncation, reason = "both bounds are far within")]
    let whole = value.as_f64()?.clamp(least, most).floor() as i64;
    Some(Value::Number(Number::from(whole)))
}
