//! Values of settings, whoever gave them: the same reader reads a TOML file and an editor's JSON.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::Origin;
use super::super::toml_file::TomlFile;

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct Node {
    pub shape: Shape,
    pub origin: Origin,
    /// What it is, in the words of its language: `TOML float`.
    pub kind: String,
}

/// What a value is, as far as settings are concerned.
#[derive(Clone, Debug)]
pub enum Shape {
    Text(String),
    Switch(bool),
    List(Vec<Node>),
    /// Names, where they are written, and values.
    Table(Vec<(String, Origin, Node)>),
    /// No setting is one.
    Other,
}

impl Node {
    /// A table of a file.
    pub fn of_table(file: &TomlFile, table: &DeTable<'_>) -> Vec<(String, Origin, Self)> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let at = |span| Origin::File { file: file.path.clone(), line: Some(file.line(&span)) };
        let entry = |(key, value): (&Spanned<_>, _)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            (name.to_string(), at(key.span()), Self::of_toml(file, value))
        };
        entries.into_iter().map(entry).collect()
    }

    fn of_toml(file: &TomlFile, value: &Spanned<DeValue<'_>>) -> Self {
        let shape = match value.get_ref() {
            DeValue::String(text) => Shape::Text(text.to_string()),
            DeValue::Boolean(is_on) => Shape::Switch(*is_on),
            DeValue::Array(items) => Shape::List(items.iter().map(|item| Self::of_toml(file, item)).collect()),
            DeValue::Table(table) => Shape::Table(Self::of_table(file, table)),
            _ => Shape::Other,
        };
        let origin = Origin::File { file: file.path.clone(), line: Some(file.line(&value.span())) };
        Self { shape, origin, kind: format!("TOML {}", value.get_ref().type_str()) }
    }

    /// What an editor says below `name` (`tasklens`). A null says nothing: an editor's way to have a default of ours.
    pub fn of_editor(name: &str, value: &Value) -> Vec<(String, Origin, Self)> {
        let Value::Object(table) = value else { return Vec::new() };
        let said = table.iter().filter(|(_, value)| !value.is_null());
        said.map(|(key, value)| {
            let name = format!("{name}.{key}");
            (key.clone(), Origin::Editor(name.clone()), Self::of_json(&name, value))
        })
        .collect()
    }

    fn of_json(name: &str, value: &Value) -> Self {
        let (shape, kind) = match value {
            Value::String(text) => (Shape::Text(text.clone()), "text"),
            Value::Bool(is_on) => (Shape::Switch(*is_on), "true or false"),
            Value::Array(items) => (Shape::List(items.iter().map(|item| Self::of_json(name, item)).collect()), "list"),
            Value::Object(_) => (Shape::Table(Self::of_editor(name, value)), "object"),
            Value::Number(_) => (Shape::Other, "number"),
            Value::Null => (Shape::Other, "null"),
        };
        Self { shape, origin: Origin::Editor(name.to_owned()), kind: kind.to_owned() }
    }
}
