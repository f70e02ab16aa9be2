//! The limits that a Pydantic model sets to a field's value: `Field(ge=0, max_length=3)`.

use super::types::{Field, Type};
use super::value::Value;

/// Beyond it, not each integer is a float.
const EXACT: u128 = 1 << 53;

/// The member of a JSON schema in which Pydantic writes a limit of a type (`pydantic/json_schema.py`); `None` for what it refuses or
/// what isn't known here.
pub(super) fn name(r#type: &Type, keyword: &str, limit: &Value) -> Option<&'static str> {
    let is_length = matches!(limit, Value::Int(0..));
    match kind(r#type)? {
        kind @ (Kind::Int | Kind::Float) => {
            let is_number = number(limit).is_some() && (kind == Kind::Float || matches!(limit, Value::Int(_)));
            let name = match keyword {
                "ge" => "minimum",
                "gt" => "exclusiveMinimum",
                "le" => "maximum",
                "lt" => "exclusiveMaximum",
                "multiple_of" => "multipleOf",
                _ => return None,
            };
            is_number.then_some(name)
        }
        Kind::Text => match keyword {
            "min_length" if is_length => Some("minLength"),
            "max_length" if is_length => Some("maxLength"),
            "pattern" if matches!(limit, Value::Str(_)) => Some("pattern"),
            _ => None,
        },
        Kind::Items => match keyword {
            "min_length" if is_length => Some("minItems"),
            "max_length" if is_length => Some("maxItems"),
            _ => None,
        },
        Kind::Entries => match keyword {
            "min_length" if is_length => Some("minProperties"),
            "max_length" if is_length => Some("maxProperties"),
            _ => None,
        },
    }
}

/// Whether a value that is of a field's type is surely within the field's limits. A default is not looked at by Pydantic.
pub(super) fn admit(field: &Field, value: &Value) -> bool {
    field.default == super::types::Default::Value(value.clone())
        || *value == Value::None
        || field.keywords.iter().all(|(keyword, limit)| admits(keyword, limit, value))
}

fn admits(keyword: &str, limit: &Value, value: &Value) -> bool {
    let compare = |holds: fn(&f64, &f64) -> bool| match (number(value), number(limit)) {
        (Some(value), Some(limit)) => holds(&value, &limit),
        _ => false,
    };
    let length = match (value, limit) {
        (Value::Str(text), Value::Int(limit)) => Some((text.chars().count(), *limit)),
        (Value::List(items), Value::Int(limit)) => Some((items.len(), *limit)),
        (Value::Dict(entries), Value::Int(limit)) => Some((entries.len(), *limit)),
        _ => None,
    };
    let length = length.and_then(|(length, limit)| Some((i128::try_from(length).ok()?, limit)));
    match keyword {
        "title" | "description" | "examples" => true,
        "ge" => compare(f64::ge),
        "gt" => compare(f64::gt),
        "le" => compare(f64::le),
        "lt" => compare(f64::lt),
        "min_length" => length.is_some_and(|(length, limit)| length >= limit),
        "max_length" => length.is_some_and(|(length, limit)| length <= limit),
        _ => false,
    }
}

/// What limits are of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Text,
    Items,
    Entries,
}

fn kind(r#type: &Type) -> Option<Kind> {
    match r#type {
        Type::Name(name) => match name.as_str() {
            "int" => Some(Kind::Int),
            "float" => Some(Kind::Float),
            "str" => Some(Kind::Text),
            _ => None,
        },
        Type::Generic { origin, .. } => match origin.as_str() {
            "list" | "typing.List" => Some(Kind::Items),
            "dict" | "typing.Dict" => Some(Kind::Entries),
            _ => None,
        },
        _ => None,
    }
}

/// A number that a float holds as it is.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(integer) if integer.unsigned_abs() <= EXACT => Some(*integer as f64),
        Value::Float(float) if float.is_finite() => Some(*float),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::types::Default;
    use super::*;

    #[test]
    fn only_what_is_surely_within_is_admitted() {
        let field = |keyword: &str, limit: Value| Field {
            name: "x".to_owned(),
            r#type: Type::name("int"),
            default: Default::Value(Value::Int(-7)),
            keywords: vec![("description".to_owned(), Value::str("a")), (keyword.to_owned(), limit)],
        };
        let ge = field("ge", Value::Int(0));
        assert!(admit(&ge, &Value::Int(0)) && admit(&ge, &Value::Float(0.5)) && admit(&ge, &Value::None));
        assert!(admit(&ge, &Value::Int(-7)), "defaults are not validated");
        assert!(!admit(&ge, &Value::Int(-1)) && !admit(&ge, &Value::Float(f64::NAN)) && !admit(&ge, &Value::str("1")));
        assert!(!admit(&ge, &Value::Int(i128::MAX)), "not exactly a float");
        assert!(!admit(&field("lt", Value::Float(0.5)), &Value::Float(0.5)));
        let short = field("max_length", Value::Int(2));
        assert!(admit(&short, &Value::str("é😀")) && !admit(&short, &Value::str("abc")));
        assert!(admit(&short, &Value::List(Vec::new())));
        assert!(!admit(&field("pattern", Value::str("^a")), &Value::str("a")), "that is for Python to tell");
        assert!(!admit(&field("multiple_of", Value::Int(2)), &Value::Int(4)));
    }
}
