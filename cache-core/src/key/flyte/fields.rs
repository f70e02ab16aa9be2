//! What is carried as msgpack: the values of dictionaries, tuples and classes with fields, after mashumaro or Pydantic had them.
//!
//! Both can convert and refuse values in many ways. Only what surely arrives as it is, field by field, is taken here.

use super::limits;
use super::types::{Class, Default, Field, Kind, Type};
use super::unknown::Unknown;
use super::value::Value;

/// Whether mashumaro's encoder hands a value on as it is, whatever it is: text and numbers, and lists and dictionaries of them. So a
/// value that isn't of its type stays too.
pub(super) fn is_carried_unchanged(r#type: &Type) -> bool {
    if let Some(alternatives) = r#type.simplest().alternatives() {
        return alternatives.iter().all(|alternative| is_scalar(alternative));
    }
    match r#type.simplest() {
        Type::Name(name) if matches!(name.as_str(), "dict" | "typing.Dict" | "typing.Any" | "list") => true,
        Type::Generic { origin, arguments } => {
            matches!(origin.as_str(), "list" | "typing.List" | "dict" | "typing.Dict")
                && arguments.iter().all(is_carried_unchanged)
        }
        r#type => is_scalar(r#type),
    }
}

fn is_scalar(r#type: &Type) -> bool {
    match r#type {
        Type::None => true,
        Type::Name(name) => matches!(name.as_str(), "int" | "float" | "str" | "bool" | "typing.Text"),
        _ => false,
    }
}

fn is_scalar_value(value: &Value) -> bool {
    matches!(value, Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_))
}

/// A tuple as the model that the SDK wraps it in (`TupleTransformer`): a field an item.
pub(super) fn of_tuple(value: &Value, items: &[Type]) -> Result<Value, Unknown> {
    let (Value::Tuple(values) | Value::List(values)) = value else {
        return Err(Unknown::python(format!("what Flyte makes of {value} as a tuple")));
    };
    if values.len() != items.len() {
        let (given, expected) = (values.len(), items.len());
        return Err(Unknown::raises(format!("Tuple length {given} doesn't match expected length {expected}")));
    }
    let entries = values.iter().zip(items).enumerate().map(|(index, (value, r#type))| {
        let value = through_pydantic(value, r#type, Numbers::Converted)?;
        Ok((Value::Str(format!("item_{index}")), value))
    });
    entries.collect::<Result<Vec<_>, Unknown>>().map(Value::Dict)
}

/// An instance of a class with fields, or what Flyte makes one of, as a dictionary.
pub(super) fn of_class(value: &Value, class: &Class) -> Result<Value, Unknown> {
    let unknown = || Unknown::python(format!("what Flyte makes of {value} as {}", class.name()));
    let fields = class.fields();
    let values = match value {
        Value::Object { class: of, fields } if *of == class.qualname => fields.clone(),
        Value::Dict(entries) => from_dict(class, entries)?,
        Value::Tuple(items) if matches!(class.kind, Kind::NamedTuple(_)) && items.len() == fields.len() => {
            fields.iter().map(|field| field.name.clone()).zip(items.iter().cloned()).collect()
        }
        Value::Object { .. } | Value::Tuple(_) => return Err(unknown()),
        value => {
            return Err(Unknown::raises(format!("Expected {} but got {}", class.name(), value.type_name())));
        }
    };
    let is_whole =
        fields.len() == values.len() && fields.iter().zip(&values).all(|(field, (name, _))| field.name == *name);
    if !is_whole {
        return Err(unknown());
    }
    let entries = fields.iter().zip(&values).map(|(field, (name, value))| {
        let carried = match class.kind {
            Kind::Dataclass(_) => through_mashumaro(value, &field.r#type),
            Kind::Model(_) if !limits::admit(field, value) => {
                Err(Unknown::python(format!("whether {value} is within the limits of its field")))
            }
            Kind::Model(_) => through_pydantic(value, &field.r#type, Numbers::AsTheyAre),
            _ if *value == Value::None && field.default == Default::Hidden => Ok(Value::None),
            _ => through_pydantic(value, &field.r#type, Numbers::Converted),
        };
        Ok((Value::str(name), carried.map_err(|error| error.of(name))?))
    });
    entries.collect::<Result<Vec<_>, Unknown>>().map(Value::Dict)
}

/// Whether a dictionary has no key but a dataclass's fields, and all that have no default and aren't optional
/// (`DataclassTransformer.assert_type`, without its look at the values).
pub(super) fn is_of_fields(entries: &[(Value, Value)], class: &Class) -> bool {
    let has = |name: &str| entries.iter().any(|(key, _)| *key == Value::str(name));
    let is_optional = |r#type: &Type| r#type.alternatives().is_some_and(|members| members.contains(&&Type::None));
    let is_field = |key: &Value| class.fields().iter().any(|field| *key == Value::str(&field.name));
    let may_lack = |field: &Field| field.default != Default::Required || is_optional(&field.r#type);
    entries.iter().all(|(key, _)| is_field(key))
        && class.fields().iter().all(|field| may_lack(field) || has(&field.name))
}

/// The fields of a dictionary that stands for an instance; what is no field is dropped. For a dataclass or model, values have to be
/// exactly of their types here.
fn from_dict(class: &Class, entries: &[(Value, Value)]) -> Result<Vec<(String, Value)>, Unknown> {
    match class.kind {
        _ if entries.iter().any(|(key, _)| !matches!(key, Value::Str(_))) => {
            return Err(Unknown::python("what becomes of keys that are no strings"));
        }
        Kind::NamedTuple(_) => return Err(Unknown::python("what becomes of a dictionary as a NamedTuple")),
        _ => {}
    }
    let mut values = Vec::with_capacity(class.fields().len());
    for field in class.fields() {
        let given = entries.iter().find(|(key, _)| *key == Value::str(&field.name)).map(|(_, value)| value);
        let value = match (given, &field.default) {
            (Some(value), _) if matches!(class.kind, Kind::TypedDict(_)) || is_exact(value, &field.r#type) => {
                value.clone()
            }
            (Some(value), _) => {
                return Err(Unknown::python(format!("what becomes of {value} under its type")).of(&field.name));
            }
            (None, Default::Required) => return Err(Unknown::raises(format!("{}: Field required", field.name))),
            (None, Default::Value(value)) => value.clone(),
            // What may be missing from a `TypedDict` is `None` then.
            (None, Default::Hidden) if matches!(class.kind, Kind::TypedDict(_)) => Value::None,
            (None, _) => return Err(Unknown::python("its default is known to Python only").of(&field.name)),
        };
        values.push((field.name.clone(), value));
    }
    Ok(values)
}

/// Whether a value is exactly of a type, through and through.
fn is_exact(value: &Value, r#type: &Type) -> bool {
    let r#type = r#type.simplest();
    if let Some(alternatives) = r#type.alternatives() {
        return alternatives.iter().any(|alternative| is_exactly(value, alternative));
    }
    match (r#type, value) {
        (Type::Generic { origin, arguments }, Value::List(items)) if origin == "list" || origin == "typing.List" => {
            arguments.first().is_some_and(|element| items.iter().all(|item| is_exact(item, element)))
        }
        (Type::Generic { origin, arguments }, Value::Dict(entries)) if origin == "dict" || origin == "typing.Dict" => {
            match arguments.as_slice() {
                [Type::Name(key), element] => {
                    key == "str"
                        && entries.iter().all(|(key, value)| matches!(key, Value::Str(_)) && is_exact(value, element))
                }
                _ => false,
            }
        }
        _ => is_exactly(value, r#type),
    }
}

/// A value as mashumaro encodes it for msgpack, which checks little.
pub(super) fn through_mashumaro(value: &Value, r#type: &Type) -> Result<Value, Unknown> {
    let unknown = || Unknown::python(format!("what mashumaro makes of {value} under its type"));
    if let Some(alternatives) = r#type.simplest().alternatives() {
        return match alternatives.as_slice() {
            _ if is_carried_unchanged(r#type) && is_scalar_value(value) => Ok(value.clone()),
            [_, Type::None] if *value == Value::None => Ok(Value::None),
            [inner, Type::None] => through_mashumaro(value, inner),
            _ => Err(unknown()),
        };
    }
    if is_carried_unchanged(r#type) {
        return Ok(value.clone());
    }
    match (r#type.simplest(), value) {
        (Type::Class(class), Value::Object { .. }) if matches!(class.kind, Kind::Dataclass(_)) => {
            of_class(value, class)
        }
        (Type::Class(class), Value::Member { class: of, value, .. }) if *of == class.qualname => Ok((**value).clone()),
        (Type::Choice(choices), value) if choices.contains(value) && is_scalar_value(value) => Ok(value.clone()),
        (Type::Name(name), Value::Date(date)) if name == "datetime.date" => Ok(Value::Str(date.to_string())),
        (Type::Name(name), Value::Datetime(moment)) if name == "datetime.datetime" && moment.offset.is_none() => {
            Ok(Value::Str(moment.to_string()))
        }
        (Type::Generic { origin, arguments }, value) => match (origin.as_str(), arguments.as_slice(), value) {
            ("list" | "typing.List", [element], Value::List(items)) => {
                items.iter().map(|item| through_mashumaro(item, element)).collect::<Result<_, _>>().map(Value::List)
            }
            ("tuple" | "typing.Tuple", [element, Type::Ellipsis], Value::Tuple(items)) => {
                items.iter().map(|item| through_mashumaro(item, element)).collect::<Result<_, _>>().map(Value::List)
            }
            ("tuple" | "typing.Tuple", types, Value::Tuple(items)) if types.len() == items.len() => {
                let items = items.iter().zip(types).map(|(item, r#type)| through_mashumaro(item, r#type));
                items.collect::<Result<_, _>>().map(Value::List)
            }
            ("dict" | "typing.Dict", [key, element], Value::Dict(entries)) => {
                let entries =
                    entries.iter().map(|(k, v)| Ok((through_mashumaro(k, key)?, through_mashumaro(v, element)?)));
                entries.collect::<Result<_, Unknown>>().map(Value::Dict)
            }
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

/// Whether an integer given for a float was made one: a model's instance holds what its constructor made of the values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    Converted,
    AsTheyAre,
}

/// A field of a model, after Pydantic has checked it, written it as JSON, and that was read again. Only values that are exactly of
/// their type are known to stay as they are.
fn through_pydantic(value: &Value, r#type: &Type, numbers: Numbers) -> Result<Value, Unknown> {
    let unknown = || Unknown::python(format!("what Pydantic makes of {value} under its type"));
    let r#type = r#type.simplest();
    if let Some(alternatives) = r#type.alternatives() {
        return match alternatives.as_slice() {
            [_, Type::None] if *value == Value::None => Ok(Value::None),
            [inner, Type::None] => through_pydantic(value, inner, numbers),
            _ => {
                // Pydantic asks all of them, and classes may raise.
                let all_scalar = alternatives.iter().all(|alternative| is_scalar(alternative));
                let own = alternatives.iter().find(|alternative| all_scalar && is_exactly(value, alternative));
                own.map_or_else(|| Err(unknown()), |own| through_pydantic(value, own, numbers))
            }
        };
    }
    match (r#type, value) {
        (r#type, Value::Float(float)) if is_exactly(value, r#type) => {
            // JSON has no such numbers, and Pydantic writes null.
            Ok(if float.is_finite() { value.clone() } else { Value::None })
        }
        (r#type, value) if is_exactly(value, r#type) => Ok(value.clone()),
        (Type::Name(name), Value::Int(integer)) if name == "float" && numbers == Numbers::Converted => {
            // Up to here every integer is a float.
            if integer.unsigned_abs() <= 1 << 53 { Ok(Value::Float(*integer as f64)) } else { Err(unknown()) }
        }
        (Type::Generic { origin, arguments }, value) => match (origin.as_str(), arguments.as_slice(), value) {
            ("list" | "typing.List", [element], Value::List(items)) => {
                let items = items.iter().map(|item| through_pydantic(item, element, numbers));
                items.collect::<Result<_, _>>().map(Value::List)
            }
            ("dict" | "typing.Dict", [Type::Name(key), element], Value::Dict(entries)) if key == "str" => {
                let entries = entries.iter().map(|(key, value)| match key {
                    Value::Str(_) => Ok((key.clone(), through_pydantic(value, element, numbers)?)),
                    _ => Err(unknown()),
                });
                entries.collect::<Result<_, _>>().map(Value::Dict)
            }
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

/// Whether a scalar is of exactly a type.
fn is_exactly(value: &Value, r#type: &Type) -> bool {
    match (r#type, value) {
        (Type::None, Value::None) => true,
        (Type::Name(name), value) => is_scalar(r#type) && is_scalar_value(value) && name == value.type_name(),
        _ => false,
    }
}
