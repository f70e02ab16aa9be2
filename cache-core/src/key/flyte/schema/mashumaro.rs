//! Schemas as mashumaro makes them of dataclasses (`mashumaro/jsonschema/schema.py`).

use super::super::json::{self, Object};
use super::super::types::{Class, Default, Kind, Type};
use super::super::unknown::Unknown;
use super::super::value::Value;
use super::{count, default_json, formatted, io, typed, unknown_in};

const LIBRARY: &str = "mashumaro";

/// A dataclass, with other dataclasses in it written out where they stand (`on_dataclass`).
pub(super) fn dataclass(class: &Class) -> Result<Object, Unknown> {
    let mut properties = Object::new();
    let mut required = Vec::new();
    for field in class.fields() {
        let mut schema = schema(&field.r#type).map_err(|error| error.of(&field.name))?;
        match &field.default {
            Default::Required => required.push(json::string(&field.name)),
            Default::Hidden => {}
            Default::Value(value) => {
                let default = default_json(value).ok_or_else(|| unknown_in(LIBRARY, "this default"));
                schema.set("default", default.map_err(|error| error.of(&field.name))?);
            }
            Default::Unknown => return Err(Unknown::python("its default is known to Python only").of(&field.name)),
        }
        properties.set(&field.name, schema.into_json());
    }
    let mut object =
        typed("object").with("title", json::string(class.name())).with("additionalProperties", json::boolean(false));
    if !class.fields().is_empty() {
        object.set("properties", properties.into_json());
    }
    if !required.is_empty() {
        object.set("required", json::list(required));
    }
    Ok(object)
}

fn schema(r#type: &Type) -> Result<Object, Unknown> {
    let r#type = r#type.simplest();
    if let Some(alternatives) = r#type.alternatives() {
        let alternatives: Result<Vec<_>, _> =
            alternatives.iter().map(|alternative| schema(alternative).map(Object::into_json)).collect();
        return Ok(Object::new().with("anyOf", json::list(alternatives?)));
    }
    match r#type {
        Type::None => Ok(typed("null")),
        Type::Name(name) => by_name(name),
        Type::Generic { origin, arguments } => generic(origin, arguments),
        Type::Annotated(inner, _) => schema(inner),
        Type::Choice(values) => choice(values),
        Type::Class(class) => match &class.kind {
            Kind::Enum { members, .. } => {
                let values: Option<Vec<_>> = members.iter().map(|member| default_json(&member.value)).collect();
                values
                    .map(|values| Object::new().with("enum", json::list(values)))
                    .ok_or_else(|| unknown_in(LIBRARY, class.name()))
            }
            Kind::Dataclass(_) => dataclass(class),
            _ => Err(unknown_in(LIBRARY, class.name())),
        },
        _ => Err(unknown_in(LIBRARY, "this annotation")),
    }
}

fn by_name(name: &str) -> Result<Object, Unknown> {
    Ok(match name {
        "int" => typed("integer"),
        "float" => typed("number"),
        "bool" => typed("boolean"),
        "str" | "typing.Text" => typed("string"),
        "bytes" => formatted("base64"),
        "typing.Any" => Object::new(),
        "datetime.datetime" => formatted("date-time"),
        "datetime.date" => formatted("date"),
        "datetime.time" => formatted("time"),
        "datetime.timedelta" => typed("number").with("format", json::string("time-delta")),
        "uuid.UUID" => formatted("uuid"),
        "pathlib.Path" => formatted("path"),
        "list" => typed("array"),
        "dict" => typed("object"),
        _ => return io::schema(name).map(|(_, _, schema)| schema).ok_or_else(|| unknown_in(LIBRARY, name)),
    })
}

fn generic(origin: &str, arguments: &[Type]) -> Result<Object, Unknown> {
    match (origin, arguments) {
        ("list" | "typing.List", [element]) => Ok(with_unless_empty(typed("array"), "items", schema(element)?)),
        ("set" | "typing.Set" | "frozenset" | "typing.FrozenSet", [element]) => {
            let array = typed("array").with("uniqueItems", json::boolean(true));
            Ok(with_unless_empty(array, "items", schema(element)?))
        }
        ("dict" | "typing.Dict", [key, value]) => {
            let object = with_unless_empty(typed("object"), "additionalProperties", schema(value)?);
            Ok(with_unless_empty(object, "propertyNames", schema(key)?))
        }
        ("tuple" | "typing.Tuple", [element, Type::Ellipsis]) => {
            Ok(with_unless_empty(typed("array"), "items", schema(element)?))
        }
        ("tuple" | "typing.Tuple", [_, ..]) => {
            let items: Result<Vec<_>, _> = arguments.iter().map(|item| schema(item).map(Object::into_json)).collect();
            let length = count(arguments.len());
            let array = typed("array").with("minItems", length.clone()).with("maxItems", length);
            Ok(array.with("prefixItems", json::list(items?)))
        }
        _ => Err(unknown_in(LIBRARY, origin)),
    }
}

/// A schema that says nothing is left out.
fn with_unless_empty(object: Object, key: &str, schema: Object) -> Object {
    if schema == Object::new() { object } else { object.with(key, schema.into_json()) }
}

fn choice(values: &[Value]) -> Result<Object, Unknown> {
    let values: Option<Vec<_>> = values.iter().map(default_json).collect();
    match values {
        Some(mut values) if values.len() == 1 => Ok(Object::new().with("const", values.swap_remove(0))),
        Some(values) => Ok(Object::new().with("enum", json::list(values))),
        None => Err(unknown_in(LIBRARY, "these choices")),
    }
}
