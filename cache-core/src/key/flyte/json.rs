//! JSON as Flyte's messages carry it (`google.protobuf.Struct`): schemas of types, put together piece by piece.

use super::proto::{Json, JsonList, Struct, StructEntry, map_order};

/// A JSON object that is being put together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object(Vec<StructEntry>);

impl Object {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The object with one member more.
    pub(super) fn with(mut self, key: &str, value: Json) -> Self {
        self.set(key, value);
        self
    }

    /// Sets a member; one of that name is replaced.
    pub(super) fn set(&mut self, key: &str, value: Json) {
        match self.0.iter_mut().find(|entry| entry.key == key) {
            Some(entry) => entry.value = value,
            None => self.0.push(StructEntry { key: key.to_owned(), value }),
        }
    }

    pub(super) fn into_struct(mut self) -> Struct {
        self.0.sort_by(|a, b| map_order(&a.key, &b.key));
        Struct { fields: self.0 }
    }

    pub(super) fn into_json(self) -> Json {
        Json { struct_value: Some(self.into_struct()), ..Json::default() }
    }
}

pub(super) fn string(text: impl Into<String>) -> Json {
    Json { string_value: Some(text.into()), ..Json::default() }
}

pub(super) fn number(number: f64) -> Json {
    Json { number_value: Some(number), ..Json::default() }
}

pub(super) fn boolean(truth: bool) -> Json {
    Json { bool_value: Some(truth), ..Json::default() }
}

pub(super) fn null() -> Json {
    Json { null_value: Some(0), ..Json::default() }
}

pub(super) fn list(values: Vec<Json>) -> Json {
    Json { list_value: Some(JsonList { values }), ..Json::default() }
}
