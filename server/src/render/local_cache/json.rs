//! What the local cache holds, for programs. The shapes are promised in `docs/local-cache.md`.

use cache_core::store::flyte::Finding;
use cache_core::store::flyte::outputs::{File, FileKind, Output};
use serde_json::{Map, Value, json};

use crate::render::json::SCHEMA;
use crate::status::local_cache::{Inventory, Name, Shown, Under, Verified, Whereabouts, Wrong};

use super::text::wrong_in_words;

/// What `path` prints.
pub fn path(found: &Whereabouts, exists: bool) -> Value {
    let mut document = head(found, exists);
    document.insert("switched_off".to_owned(), found.switched_off.into());
    Value::Object(document)
}

/// What `list` prints.
pub fn list(found: &Whereabouts, exists: bool, listed: &Inventory) -> Value {
    let mut document = head(found, exists);
    let entries = listed.named.iter().map(|entry| named(&entry.key, entry.bytes, Some(&entry.name)));
    document.insert("entries".to_owned(), entries.map(Value::Object).collect());
    let bytes: u64 = listed.others.iter().map(|(_, bytes)| bytes).sum();
    let keys: Vec<&String> = listed.others.iter().map(|(key, _)| key).collect();
    document.insert("others".to_owned(), json!({"entries": keys.len(), "bytes": bytes, "keys": keys}));
    document.insert("remark".to_owned(), listed.remark.clone().into());
    Value::Object(document)
}

/// What `show` prints.
pub fn show(found: &Whereabouts, shown: &[Shown]) -> Value {
    let mut document = head(found, true);
    let entries = shown.iter().map(|entry| {
        let mut line = named(&entry.key, entry.bytes, entry.name.as_ref());
        let outputs = entry.outputs.as_ref().ok();
        let values = outputs.map(|outputs| {
            let value = |output: &Output| {
                json!({"name": output.name, "text": output.text, "whole": output.whole, "broken": output.broken})
            };
            outputs.values.iter().map(value).collect::<Vec<_>>()
        });
        let files = outputs.map(|outputs| {
            let file = |file: &File| json!({"kind": kind(file.kind), "uri": file.uri});
            outputs.files.iter().map(file).collect::<Vec<_>>()
        });
        line.insert("outputs".to_owned(), values.into());
        line.insert("more_outputs".to_owned(), outputs.map_or(0, |outputs| outputs.more).into());
        line.insert("files".to_owned(), files.into());
        line.insert("unreadable".to_owned(), entry.outputs.as_ref().err().map(ToString::to_string).into());
        Value::Object(line)
    });
    document.insert("entries".to_owned(), entries.collect());
    Value::Object(document)
}

/// What `verify` prints.
pub fn verify(found: &Whereabouts, verified: Option<&Verified>) -> Value {
    let mut document = head(found, verified.is_some());
    let none = Verified::default();
    let verified = verified.unwrap_or(&none);
    let line = |wrong: &Wrong| {
        let (what, key, path) = match wrong {
            Wrong::Damaged(Finding::Structure(_)) => ("structure", None, None),
            Wrong::Damaged(Finding::Key(key)) => ("key", Some(key), None),
            Wrong::Damaged(Finding::Value(key)) => ("value", Some(key), None),
            Wrong::Damaged(Finding::Output { key, .. }) => ("output", Some(key), None),
            Wrong::Dangling { key, path, .. } => ("dangling", Some(key), Some(path.display().to_string())),
        };
        json!({"what": what, "key": key, "path": path, "message": wrong_in_words(wrong)})
    };
    document.insert("entries".to_owned(), verified.entries.into());
    document.insert("files".to_owned(), json!({"looked_for": verified.files, "elsewhere": verified.elsewhere}));
    document.insert("structure_known".to_owned(), (!verified.structure_unknown).into());
    document.insert("findings".to_owned(), verified.wrong.iter().map(line).collect());
    Value::Object(document)
}

/// What every answer begins with.
fn head(found: &Whereabouts, exists: bool) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("schema".to_owned(), SCHEMA.into());
    document.insert("path".to_owned(), found.path.display().to_string().into());
    document.insert("led_by".to_owned(), found.led_by.clone().into());
    document.insert("exists".to_owned(), exists.into());
    document
}

/// An entry, with null for what is not known of it.
fn named(key: &str, bytes: u64, name: Option<&Name>) -> Map<String, Value> {
    let under = name.map(|name| match name.under {
        Under::Now | Under::Image(_) => "now",
        Under::Baseline => "baseline",
    });
    let python = name.and_then(|name| match name.under {
        Under::Image(python) => Some(python.to_string()),
        Under::Now | Under::Baseline => None,
    });
    let inputs = name.map(|name| {
        name.inputs.iter().map(|(input, value)| (input.clone(), Value::from(value.clone()))).collect::<Map<_, _>>()
    });
    let mut line = Map::new();
    line.insert("key".to_owned(), key.into());
    line.insert("bytes".to_owned(), bytes.into());
    line.insert("task".to_owned(), name.map(|name| name.task.clone()).into());
    line.insert("from".to_owned(), name.map(|name| name.from.word()).into());
    line.insert("inputs".to_owned(), inputs.into());
    line.insert("code".to_owned(), under.into());
    line.insert("image_python".to_owned(), python.into());
    line.insert("seconds".to_owned(), name.and_then(|name| name.seconds).into());
    line
}

fn kind(kind: FileKind) -> &'static str {
    match kind {
        FileKind::File => "file",
        FileKind::Folder => "folder",
        FileKind::FileOrFolder => "file or folder",
        FileKind::Table => "table",
        FileKind::Pickle => "pickle",
        FileKind::Offloaded => "value",
    }
}
