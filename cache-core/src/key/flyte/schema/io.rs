//! The schemas of the SDK's own models of files, folders and tables (`flyte/io`), which change only with the SDK.

use super::super::json::{self, Object};
use super::typed;

/// The schema of a class of `flyte.io`, its name, and the word that the SDK adds where Pydantic makes the schema (`x-flyte-type`).
pub(super) fn schema(name: &str) -> Option<(&str, &'static str, Object)> {
    let (kind, what) = match name {
        "flyte.io.File" => ("file", "A file reference with an optional format type."),
        "flyte.io.Dir" => ("dir", "A directory reference with an optional format type."),
        "flyte.io.DataFrame" => ("dataframe", "A tabular data reference backed by a remote file."),
        _ => return None,
    };
    let name = name.rsplit('.').next()?;
    let properties = if kind == "dataframe" {
        Object::new()
            .with("uri", optional("Uri", json::null()))
            .with("format", optional("Format", json::string("")))
            .with("hash", optional("Hash", json::null()))
    } else {
        let text = |title: &str| typed("string").with("title", json::string(title));
        Object::new()
            .with("path", text("Path").into_json())
            .with("name", optional("Name", json::null()))
            .with("format", text("Format").with("default", json::string("")).into_json())
            .with("hash", optional("Hash", json::null()))
    };
    let mut schema = typed("object")
        .with("title", json::string(name))
        .with("description", json::string(what))
        .with("properties", properties.into_json());
    if kind != "dataframe" {
        schema.set("required", json::list(vec![json::string("path")]));
    }
    Some((name, kind, schema))
}

/// A field of text or nothing.
fn optional(title: &str, default: super::Json) -> super::Json {
    let either = json::list(vec![typed("string").into_json(), typed("null").into_json()]);
    Object::new().with("title", json::string(title)).with("anyOf", either).with("default", default).into_json()
}
