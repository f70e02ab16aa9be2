//! A value's literal under its type, with the SDK's own checks: what `TypeEngine.to_literal` of
//! `flyte/types/_type_engine.py` makes of it, or why it refuses it.
//!
//! Two of its methods stay apart, since a union calls only the second for its alternatives: `assert_type`, here
//! [`accepts`], and `to_literal` of a transformer, here [`convert`].

use super::fields;
use super::literal_type::{self, LITERAL_ENUM, is_str};
use super::msgpack;
use super::names::{self, Python};
use super::pickle;
use super::proto::{
    Binary, Literal, LiteralCollection, LiteralEntry, LiteralMap, Moment, Primitive, Scalar, SimpleType, Union, Void,
    map_order,
};
use super::types::{Class, Kind, Member, Type};
use super::unknown::Unknown;
use super::value::{Datetime, Value};

/// The literal of a value that is passed where `type` is expected.
///
/// # Errors
///
/// [`Unknown::Raises`] where the SDK refuses the value, else why its bytes are not known.
pub(super) fn literal(value: &Value, r#type: &Type, python: Python) -> Result<Literal, Unknown> {
    if !accepts(value, r#type) {
        return Err(refused(value));
    }
    convert(value, r#type, python)
}

fn refused(value: &Value) -> Unknown {
    Unknown::raises(format!("{value} of type {} is not of the expected type", value.type_name()))
}

/// Whether the first check lets a value through (`assert_type` of the type's transformer).
fn accepts(value: &Value, r#type: &Type) -> bool {
    let r#type = r#type.simplest();
    if let Some(alternatives) = r#type.alternatives() {
        return alternatives.iter().any(|alternative| accepts(value, alternative));
    }
    match r#type {
        Type::None => *value == Value::None,
        Type::Name(name) => accepts_by_name(value, name),
        Type::Generic { origin, .. } => match origin.as_str() {
            "list" => matches!(value, Value::List(_)),
            "dict" => matches!(value, Value::Dict(_)),
            // Not classes of files either: no value here is one.
            "flyte.io.File" | "flyte.io.Dir" => false,
            // A generic of `typing` is not looked into, nor is what is pickled or goes through Pydantic.
            _ => true,
        },
        // `isinstance` isn't asked for an annotated type; unions and enumerations look beneath.
        Type::Annotated(inner, _) => match inner.simplest() {
            inner if inner.alternatives().is_some() => accepts(value, inner),
            Type::Class(_) => accepts(value, inner),
            _ => true,
        },
        Type::Class(class) => match &class.kind {
            Kind::Enum { members, .. } => match value {
                Value::Member { class: of, .. } => *of == class.qualname,
                value => members.iter().any(|member| Value::str(&member.name) == *value || member.value.equals(value)),
            },
            Kind::Dataclass(_) => match value {
                Value::Object { class: of, .. } => *of == class.qualname,
                // Here a dictionary may not have more than the fields; what makes an instance of it does not care.
                Value::Dict(entries) => fields::is_of_fields(entries, class),
                _ => false,
            },
            _ => true,
        },
        _ => true,
    }
}

fn accepts_by_name(value: &Value, name: &str) -> bool {
    match name {
        "types.NoneType" => *value == Value::None,
        "int" => match value {
            Value::Member { value, .. } => matches!(**value, Value::Int(_)),
            value => matches!(value, Value::Int(_) | Value::Bool(_)),
        },
        "float" => matches!(value, Value::Float(_)),
        "bool" => matches!(value, Value::Bool(_)),
        "str" | "typing.Text" => match value {
            Value::Member { value, .. } => matches!(**value, Value::Str(_)),
            value => matches!(value, Value::Str(_)),
        },
        "datetime.datetime" => matches!(value, Value::Datetime(_)),
        "datetime.date" => matches!(value, Value::Date(_) | Value::Datetime(_)),
        "datetime.timedelta" => matches!(value, Value::Timedelta(_)),
        "dict" => matches!(value, Value::Dict(_)),
        "flyte.io.File" | "flyte.io.Dir" => false,
        _ => true,
    }
}

/// The literal, without the first check (`to_literal` of the type's transformer).
fn convert(value: &Value, r#type: &Type, python: Python) -> Result<Literal, Unknown> {
    let r#type = r#type.simplest();
    if let Some(alternatives) = r#type.alternatives() {
        return union(value, &alternatives, python);
    }
    match r#type {
        Type::None => simple(value, SimpleType::None, "types.NoneType"),
        Type::Name(name) => match names::simple(name) {
            Some((kind, _)) => simple(value, kind, name),
            None if names::is_dict(name) => untyped_dict(value, r#type),
            None if name.starts_with("flyte.io.") => {
                Err(Unknown::python("a file's, folder's or table's place and hash"))
            }
            None => pickled(value, r#type, python),
        },
        Type::Generic { origin, arguments } => match (origin.as_str(), arguments.as_slice()) {
            ("list" | "typing.List", [element]) => list(value, element, python),
            // Of the values' type `dict` keeps `None` itself, which the SDK then takes for a class.
            ("dict", [key, Type::None])
                if is_str(key) && !matches!(value, Value::Dict(entries) if entries.is_empty()) =>
            {
                Err(Unknown::raises("TypeError: isinstance() arg 2 must be a type, a tuple of types, or a union"))
            }
            ("dict" | "typing.Dict", [key, element]) if is_str(key) => map(value, element, python),
            ("dict" | "typing.Dict", [_, _]) => untyped_dict(value, r#type),
            ("flyte.io.File" | "flyte.io.Dir", _) => Err(Unknown::python("a file's or folder's place and hash")),
            ("tuple" | "typing.Tuple", [_, Type::Ellipsis] | []) => pickled(value, r#type, python),
            ("tuple" | "typing.Tuple", items) => fields::of_tuple(value, items).and_then(|value| packed(&value)),
            _ => pickled(value, r#type, python),
        },
        Type::Annotated(inner, _) => convert(value, inner, python),
        Type::Class(class) => match &class.kind {
            Kind::Plain => pickled(value, r#type, python),
            Kind::Enum { members, integer } => member(value, class, members, *integer),
            _ => fields::of_class(value, class).and_then(|value| packed(&value)),
        },
        _ => pickled(value, r#type, python),
    }
}

fn scalar(scalar: Scalar) -> Literal {
    Literal { scalar: Some(Box::new(scalar)), ..Literal::default() }
}

fn primitive(primitive: Primitive) -> Literal {
    scalar(Scalar { primitive: Some(primitive), ..Scalar::default() })
}

fn text(text: &str) -> Literal {
    primitive(Primitive { string_value: Some(text.to_owned()), ..Primitive::default() })
}

/// The `SimpleTransformer`s. An `int` becomes a `float` here, but the first check has refused it where a `float` alone is expected.
fn simple(value: &Value, kind: SimpleType, name: &str) -> Result<Literal, Unknown> {
    let default = Primitive::default();
    Ok(match (kind, value) {
        (SimpleType::None, Value::None) => scalar(Scalar { none_type: Some(Void {}), ..Scalar::default() }),
        (SimpleType::Integer, Value::Int(integer)) => {
            let integer = i64::try_from(*integer)
                .map_err(|_| Unknown::raises(format!("ValueError: Value out of range: {integer}")))?;
            primitive(Primitive { integer: Some(integer), ..default })
        }
        (SimpleType::Integer, Value::Bool(_)) => {
            return Err(Unknown::raises("TypeError: Expected an int, got a boolean."));
        }
        (SimpleType::Float, Value::Float(float)) => primitive(Primitive { float_value: Some(*float), ..default }),
        (SimpleType::Float, Value::Int(integer)) => {
            // Rounded to the nearest, as Python's `float(int)`.
            primitive(Primitive { float_value: Some(*integer as f64), ..default })
        }
        (SimpleType::Boolean, Value::Bool(truth)) => primitive(Primitive { boolean: Some(*truth), ..default }),
        (SimpleType::String, Value::Str(string)) => text(string),
        (SimpleType::Datetime, Value::Datetime(moment)) if name == "datetime.datetime" => {
            primitive(Primitive { datetime: Some(timestamp(moment)?), ..default })
        }
        (SimpleType::Datetime, Value::Date(date) | Value::Datetime(Datetime { date, .. }))
            if name == "datetime.date" =>
        {
            let midnight = Datetime { date: *date, microseconds: 0, offset: None };
            primitive(Primitive { datetime: Some(timestamp(&midnight)?), ..default })
        }
        (SimpleType::Duration, Value::Timedelta(duration)) => {
            primitive(Primitive { duration: Some(truncated(duration.microseconds())), ..default })
        }
        (_, Value::Member { value: inner, .. })
            if accepts_by_name(value, name) || (name == "float" && matches!(**inner, Value::Int(_))) =>
        {
            return Err(Unknown::python(format!("what becomes of {value} as {name}")));
        }
        _ => return Err(refused(value)),
    })
}

/// A `google.protobuf.Timestamp` (`FromDatetime`); without a zone the time counts as UTC's. The seconds are UTC's, rounded down, but
/// the fraction is that of the time as written.
fn timestamp(moment: &Datetime) -> Result<Moment, Unknown> {
    const DAY: i64 = 86_400;
    let local = moment.date.days_since_epoch() * DAY * 1_000_000 + moment.microseconds;
    let seconds = (local - moment.offset.unwrap_or_default()).div_euclid(1_000_000);
    // From the year 1 to the year 9999.
    if !(-719_162 * DAY..2_932_897 * DAY).contains(&seconds) {
        return Err(Unknown::raises(format!("Timestamp is not valid: {moment} is out of range")));
    }
    Ok(moment_of(seconds.into(), local.rem_euclid(1_000_000).into()))
}

/// A `google.protobuf.Duration` (`FromTimedelta`).
fn truncated(microseconds: i128) -> Moment {
    moment_of(microseconds / 1_000_000, microseconds % 1_000_000)
}

/// The limits of Python's times are far within those of the message.
fn moment_of(seconds: i128, microseconds: i128) -> Moment {
    Moment {
        seconds: i64::try_from(seconds).unwrap_or_default(),
        nanos: i32::try_from(microseconds * 1_000).unwrap_or_default(),
    }
}

/// `ListTransformer.to_literal`.
fn list(value: &Value, element: &Type, python: Python) -> Result<Literal, Unknown> {
    let Value::List(items) = value else { return Err(refused(value)) };
    let literals: Result<Vec<_>, _> = items.iter().map(|item| literal(item, element, python)).collect();
    Ok(Literal { collection: Some(LiteralCollection { literals: literals? }), ..Literal::default() })
}

/// `DictTransformer.to_literal` of a dictionary with strings for keys.
fn map(value: &Value, element: &Type, python: Python) -> Result<Literal, Unknown> {
    let Value::Dict(entries) = value else { return Err(refused(value)) };
    let mut literals = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let Value::Str(key) = key else {
            return Err(Unknown::raises("ValueError: Flyte MapType expects all keys to be strings"));
        };
        literals.push(LiteralEntry { key: key.clone(), value: literal(value, element, python)? });
    }
    literals.sort_by(|a, b| map_order(&a.key, &b.key));
    Ok(Literal { map: Some(LiteralMap { literals }), ..Literal::default() })
}

/// `DictTransformer.dict_to_binary_literal`.
fn untyped_dict(value: &Value, r#type: &Type) -> Result<Literal, Unknown> {
    if !matches!(value, Value::Dict(_)) {
        return Err(refused(value));
    }
    packed(&fields::through_mashumaro(value, r#type)?)
}

/// A value that is carried as msgpack.
fn packed(value: &Value) -> Result<Literal, Unknown> {
    let binary = Some(Binary { value: msgpack::pack(value)?, tag: "msgpack".to_owned() });
    Ok(scalar(Scalar { binary, ..Scalar::default() }))
}

/// `EnumTransformer.to_literal`.
fn member(value: &Value, class: &Class, members: &[Member], integer: bool) -> Result<Literal, Unknown> {
    let invalid =
        || Unknown::raises(format!("Value {value} is not valid value, expected a member of {}", class.name()));
    match value {
        Value::Str(string) => {
            let expected = members.iter().any(|member| match &member.value {
                Value::Str(value) if class.name() == LITERAL_ENUM => value == string,
                _ => member.name == *string,
            });
            if expected { Ok(text(string)) } else { Err(invalid()) }
        }
        Value::Member { class: of, name, value: inner } if *of == class.qualname => match **inner {
            Value::Str(_) => Ok(text(name)),
            _ if integer => Ok(text(name)),
            _ => Err(Unknown::raises("Only string-valued enums and IntEnum are supported")),
        },
        Value::Member { .. } => Err(Unknown::python(format!("what becomes of {value} as {}", class.name()))),
        _ => Err(Unknown::raises("Expected an enum")),
    }
}

/// `UnionTransformer.to_literal`.
fn union(value: &Value, alternatives: &[&Type], python: Python) -> Result<Literal, Unknown> {
    let own = alternatives.iter().find(|alternative| is_type_of(value, alternative));
    if let Some(own) = own {
        return alternative(convert(value, own, python)?, own, python);
    }
    let mut found = None;
    for candidate in alternatives {
        match convert(value, candidate, python) {
            Ok(literal) if found.is_none() => found = Some((literal, candidate)),
            Ok(_) => return Err(Unknown::raises("TypeError: Ambiguous choice of variant for union type.")),
            Err(Unknown::Raises(_)) => {}
            // Whether it would have been taken is not known, so neither is whether the choice is clear.
            Err(unknown) => return Err(unknown),
        }
    }
    match found {
        Some((literal, r#type)) => alternative(literal, r#type, python),
        None => Err(refused(value)),
    }
}

fn alternative(value: Literal, r#type: &Type, python: Python) -> Result<Literal, Unknown> {
    // Only in a list or map that isn't in a union, a hash stands for the rest.
    if carries_hash(&value) {
        return Err(Unknown::python("the order of a pickled set"));
    }
    let r#type = Some(literal_type::tagged(literal_type::transform(r#type, python)?));
    let union = Some(Union { value: Some(Box::new(value)), r#type });
    Ok(scalar(Scalar { union, ..Scalar::default() }))
}

fn carries_hash(literal: &Literal) -> bool {
    let elements = literal.collection.iter().flat_map(|collection| &collection.literals);
    let values = literal.map.iter().flat_map(|map| map.literals.iter().map(|entry| &entry.value));
    !literal.hash.is_empty() || elements.chain(values).any(carries_hash)
}

/// Whether a type is `type(value)`.
fn is_type_of(value: &Value, r#type: &Type) -> bool {
    match (value, r#type) {
        (Value::None, r#type) => *r#type == Type::None || *r#type == Type::name("types.NoneType"),
        (Value::Member { class, .. } | Value::Object { class, .. }, Type::Class(of)) => *class == of.qualname,
        (Value::Member { .. } | Value::Object { .. }, _) => false,
        (Value::Str(_), Type::Name(name)) if name == "typing.Text" => true,
        (Value::Datetime(_), Type::Name(name)) => name == "datetime.datetime",
        (Value::Date(_), Type::Name(name)) => name == "datetime.date",
        (Value::Timedelta(_), Type::Name(name)) => name == "datetime.timedelta",
        (value, Type::Name(name)) => name == value.type_name(),
        _ => false,
    }
}

/// `FlytePickleTransformer.to_literal`. A set has a hash of its own: the MD5 of the pickle of its elements, sorted.
fn pickled(value: &Value, r#type: &Type, python: Python) -> Result<Literal, Unknown> {
    // The type has no literal type where the class of what is pickled isn't known.
    literal_type::transform(r#type, python)?;
    match value {
        Value::None => Err(Unknown::raises("AssertionError: Cannot pickle None Value.")),
        Value::Set(elements) => {
            let hash = pickle::set_hash(elements)?;
            Ok(Literal { hash, ..Literal::default() })
        }
        value => {
            let binary = Some(Binary { value: pickle::pickle(value)?, tag: String::new() });
            Ok(scalar(Scalar { binary, ..Scalar::default() }))
        }
    }
}
