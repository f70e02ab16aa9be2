//! The JSON schemas that Flyte puts into the types of tuples and classes with fields, as Pydantic and mashumaro make them.
//!
//! Only what all versions of both agree on that Flyte takes (Pydantic from 2.10, mashumaro from 3.15) is known here; the rest needs
//! Python.

mod io;
mod mashumaro;
mod pydantic;

use super::json::{self, Object};
use super::names::Python;
use super::proto::Json;
use super::types::{Class, Default, Field, Kind, Type};
use super::unknown::Unknown;
use super::value::Value;

/// The schema of `tuple[…]` (`name` is `tuple`) or `typing.Tuple[…]` (`Tuple`): of a model with a field an item (`TupleTransformer`).
pub(super) fn of_tuple(name: &str, items: &[Type], python: Python) -> Result<Object, Unknown> {
    if items.iter().any(|item| *item.simplest() == Type::None) {
        return Err(Unknown::python("versions of Pydantic disagree on None in a tuple"));
    }
    let field = |(index, item): (usize, &Type)| Field {
        name: format!("item_{index}"),
        r#type: item.clone(),
        default: Default::Required,
        keywords: Vec::new(),
    };
    let fields: Vec<Field> = items.iter().enumerate().map(field).collect();
    pydantic::model(&format!("TupleWrapper_{name}"), None, &fields, python)
}

/// The schema of a dataclass (`DataclassTransformer`).
pub(super) fn of_dataclass(class: &Class, _: Python) -> Result<Object, Unknown> {
    mashumaro::dataclass(class)
}

/// The schema of a Pydantic model (`PydanticTransformer`).
pub(super) fn of_model(class: &Class, python: Python) -> Result<Object, Unknown> {
    pydantic::model(class.name(), class.doc.as_deref(), class.fields(), python)
}

/// The schema of a `NamedTuple`: of a model with its fields, all of them required (`NamedTupleTransformer`).
pub(super) fn of_named_tuple(class: &Class, python: Python) -> Result<Object, Unknown> {
    let required = |field: &Field| Field { default: Default::Required, ..field.clone() };
    let fields: Vec<Field> = class.fields().iter().map(required).collect();
    pydantic::model(&format!("NamedTupleWrapper_{}", class.name()), None, &fields, python)
}

/// The schema of a `TypedDict`: of a model with its fields, and of other such dictionaries in them the same (`TypedDictTransformer`).
pub(super) fn of_typed_dict(class: &Class, python: Python) -> Result<Object, Unknown> {
    let wrapped = wrapped(class)?;
    pydantic::model(&wrapped.qualname, None, wrapped.fields(), python)
}

/// The model that a `TypedDict` is wrapped in: what may be missing is optional and `None`.
fn wrapped(class: &Class) -> Result<Class, Unknown> {
    let field = |field: &Field| {
        let r#type = wrap_inside(&field.r#type)?;
        let (r#type, default) = match field.default {
            Default::Required => (r#type, Default::Required),
            _ => (Type::generic(super::types::OPTIONAL, [r#type]), Default::Value(Value::None)),
        };
        Ok(Field { name: field.name.clone(), r#type, default, keywords: Vec::new() })
    };
    let fields = class.fields().iter().map(field).collect::<Result<_, Unknown>>()?;
    let qualname = format!("TypedDictWrapper_{}", class.name());
    Ok(Class { module: None, qualname, doc: None, kind: Kind::Model(fields) })
}

/// A type with each `TypedDict` in it wrapped.
fn wrap_inside(r#type: &Type) -> Result<Type, Unknown> {
    Ok(match r#type {
        Type::Class(class) if matches!(class.kind, Kind::TypedDict(_)) => Type::Class(Box::new(wrapped(class)?)),
        Type::Generic { origin, arguments } => Type::Generic {
            origin: origin.clone(),
            arguments: arguments.iter().map(wrap_inside).collect::<Result<_, _>>()?,
        },
        Type::Or(operands) => Type::Or(operands.iter().map(wrap_inside).collect::<Result<_, _>>()?),
        other => other.clone(),
    })
}

/// A default value as both libraries write it.
fn default_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::None => json::null(),
        Value::Bool(truth) => json::boolean(*truth),
        // JSON in Flyte's messages has no integers.
        Value::Int(integer) => json::number(*integer as f64),
        Value::Float(float) if float.is_finite() => json::number(*float),
        Value::Str(text) => json::string(text),
        Value::List(items) | Value::Tuple(items) => json::list(items.iter().map(default_json).collect::<Option<_>>()?),
        Value::Dict(entries) => {
            let mut object = Object::new();
            for (key, value) in entries {
                let Value::Str(key) = key else { return None };
                object.set(key, default_json(value)?);
            }
            object.into_json()
        }
        Value::Member { value, .. } => default_json(value)?,
        Value::Date(date) => json::string(date.to_string()),
        Value::Datetime(moment) if moment.offset.is_none() => json::string(moment.to_string()),
        _ => return None,
    })
}

fn unknown_in(library: &str, what: &str) -> Unknown {
    Unknown::python(format!("the schema that {library} makes of {what} is not known"))
}

/// An object with one member.
fn typed(name: &str) -> Object {
    Object::new().with("type", json::string(name))
}

/// A string in a format.
fn formatted(format: &str) -> Object {
    typed("string").with("format", json::string(format))
}

/// A tuple's or list's length, as a member `minItems` or `maxItems`.
fn count(length: usize) -> Json {
    json::number(u32::try_from(length).map_or(f64::MAX, f64::from))
}
