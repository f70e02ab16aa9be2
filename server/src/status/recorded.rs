//! Recorded inputs back to values: `json.dumps(inputs, default=repr)` loses types, which annotations give back where only one
//! value can have been written so.

use cache_core::key::flyte::{Argument, Class, Date, Datetime, Field, Kind, Member, Signature, Timedelta, Type, Value};

use crate::analysis::Passed;

use super::json_value;

/// What a recorded run was passed; `None` where the record doesn't tell, or is of other inputs than the task has now.
pub fn passed(json: &str, signature: &Signature) -> Option<Passed> {
    let Value::Dict(entries) = json_value::parse(json)? else { return None };
    let argument = |(name, value): (Value, Value)| {
        let Value::Str(name) = name else { return None };
        let parameter = signature.parameters.iter().find(|parameter| parameter.name == name)?;
        Some((name, Argument::Value(typed(value, &parameter.r#type)?)))
    };
    let keywords = entries.into_iter().map(argument).collect::<Option<Vec<_>>>()?;
    Some(Passed { positional: Vec::new(), keywords })
}

/// The only value of a type that is written as `json`. The SDK took the original, so that it did fit its type.
fn typed(json: Value, r#type: &Type) -> Option<Value> {
    if let Some(members) = members(r#type) {
        let mut fitting: Vec<Value> = Vec::new();
        for member in members {
            // What isn't certain for a member is not for the union.
            match typed(json.clone(), member) {
                Some(value) if !fitting.contains(&value) => fitting.push(value),
                Some(_) => {}
                None if may_be(&json, member) => return None,
                None => {}
            }
        }
        return if fitting.len() == 1 { fitting.pop() } else { None };
    }
    match (r#type, json) {
        (Type::None, Value::None) => Some(Value::None),
        (Type::Name(name), json) => match (name.as_str(), json) {
            ("types.NoneType", Value::None) => Some(Value::None),
            ("int", json @ Value::Int(_)) | ("float", json @ Value::Float(_)) | ("bool", json @ Value::Bool(_)) => {
                Some(json)
            }
            ("str" | "typing.Text", json @ Value::Str(_)) => Some(json),
            (name, Value::Str(text)) => moment(name, &text),
            _ => None,
        },
        (Type::Annotated(inner, _), json) => typed(json, inner),
        (Type::Choice(values), json) => values.contains(&json).then_some(json),
        (Type::Generic { origin, arguments }, json) => match (origin.as_str(), arguments.as_slice(), json) {
            ("list" | "typing.List", [element], Value::List(items)) => {
                items.into_iter().map(|item| typed(item, element)).collect::<Option<Vec<_>>>().map(Value::List)
            }
            ("dict" | "typing.Dict", [key, element], Value::Dict(entries)) if is_str(key) => {
                let entry = |(key, value)| Some((key, typed(value, element)?));
                entries.into_iter().map(entry).collect::<Option<Vec<_>>>().map(Value::Dict)
            }
            ("tuple" | "typing.Tuple", items, Value::List(values)) if items.len() == values.len() => {
                let typed = values.into_iter().zip(items).map(|(value, item)| typed(value, item));
                typed.collect::<Option<Vec<_>>>().map(Value::Tuple)
            }
            _ => None,
        },
        (Type::Class(class), json) => of_class(json, class),
        _ => None,
    }
}

/// Whether something that `typed` can't tell may have been written as `json`: a class whose objects are written by `repr`.
fn may_be(json: &Value, r#type: &Type) -> bool {
    match (json, r#type) {
        (Value::None, r#type) => matches!(r#type, Type::None),
        (Value::Str(text), Type::Name(name)) if name.starts_with("datetime.") => text.starts_with("datetime."),
        (Value::Str(_) | Value::List(_) | Value::Dict(_), r#type) => {
            !matches!(r#type, Type::None) && !is_number(r#type)
        }
        // An `IntEnum` is written as its number.
        (_, Type::Class(_)) => true,
        (_, Type::Name(name)) => !is_simple(name),
        _ => false,
    }
}

fn is_number(r#type: &Type) -> bool {
    matches!(r#type, Type::Name(name) if matches!(name.as_str(), "int" | "float" | "bool"))
}

fn is_simple(name: &str) -> bool {
    matches!(name, "int" | "float" | "bool" | "str" | "typing.Text" | "types.NoneType") || name.starts_with("datetime.")
}

/// `repr` of a date, a moment without a zone or in UTC, or a duration.
fn moment(name: &str, text: &str) -> Option<Value> {
    let arguments = text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
    let (arguments, offset) = match arguments.strip_suffix(", tzinfo=datetime.timezone.utc") {
        Some(arguments) => (arguments, Some(0)),
        None => (arguments, None),
    };
    let numbers = || arguments.split(", ").map(|number| number.parse::<i64>().ok()).collect::<Option<Vec<_>>>();
    let date = |numbers: &[i64]| match numbers {
        [year, month, day, ..] => {
            Date::new((*year).try_into().ok()?, (*month).try_into().ok()?, (*day).try_into().ok()?)
        }
        _ => None,
    };
    match name {
        "datetime.date" => numbers().and_then(|numbers| date(&numbers)).map(Value::Date),
        "datetime.datetime" => {
            let numbers = numbers()?;
            let part = |at: usize| numbers.get(at).copied().unwrap_or_default();
            let microseconds = ((part(3) * 60 + part(4)) * 60 + part(5)) * 1_000_000 + part(6);
            Some(Value::Datetime(Datetime { date: date(&numbers)?, microseconds, offset }))
        }
        "datetime.timedelta" => {
            let part = |argument: &str| -> Option<i128> {
                let (name, number) = argument.split_once('=')?;
                let unit = match name {
                    "days" => 86_400_000_000,
                    "seconds" => 1_000_000,
                    "microseconds" => 1,
                    _ => return None,
                };
                Some(number.parse::<i128>().ok()? * unit)
            };
            // Nothing at all is `datetime.timedelta(0)`.
            let parts = arguments.split(", ").filter(|argument| *argument != "0").map(part);
            Timedelta::from_microseconds(parts.sum::<Option<i128>>()?).map(Value::Timedelta)
        }
        _ => None,
    }
}

fn of_class(json: Value, class: &Class) -> Option<Value> {
    match (&class.kind, json) {
        (Kind::Enum { members, .. }, json) => {
            let member = |member: &Member| Value::Member {
                class: class.qualname.clone(),
                name: member.name.clone(),
                value: Box::new(member.value.clone()),
            };
            if let Value::Str(text) = &json {
                // `repr` of a member: `<Color.RED: 'red'>`.
                let prefix = format!("<{}.", class.name());
                if let Some((name, _)) = text.strip_prefix(&prefix).and_then(|rest| rest.split_once(": ")) {
                    return members.iter().find(|one| one.name == name).map(member);
                }
            }
            let by_value = members.iter().find(|one| one.value == json);
            let by_name = members.iter().find(|one| matches!(&json, Value::Str(name) if *name == one.name));
            match (by_value, by_name) {
                (Some(a), Some(b)) if a.name != b.name => None,
                (Some(one), _) => Some(member(one)),
                (None, Some(_)) => Some(json),
                (None, None) => None,
            }
        }
        (Kind::NamedTuple(fields), Value::List(values)) if fields.len() == values.len() => {
            let field = |(value, field): (Value, &Field)| Some((field.name.clone(), typed(value, &field.r#type)?));
            let fields = values.into_iter().zip(fields).map(field).collect::<Option<Vec<_>>>()?;
            Some(Value::Object { class: class.qualname.clone(), fields })
        }
        _ => None,
    }
}

/// The members of a union, in any of its spellings.
pub fn members(r#type: &Type) -> Option<Vec<&Type>> {
    match r#type {
        Type::Or(operands) => Some(operands.iter().collect()),
        Type::Generic { origin, arguments } if origin == "typing.Union" => Some(arguments.iter().collect()),
        Type::Generic { origin, arguments } if origin == "typing.Optional" => {
            Some(arguments.iter().chain([&Type::None]).collect())
        }
        _ => None,
    }
}

/// Whether a type is `str`.
pub fn is_str(r#type: &Type) -> bool {
    matches!(r#type, Type::Name(name) if name == "str" || name == "typing.Text")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use cache_core::key::flyte::{Default, Parameter};

    use super::*;

    /// The value that `json` is under a type, in Python's spelling.
    fn read(json: &str, r#type: &Type) -> Option<String> {
        let parameter = Parameter { name: "x".to_owned(), r#type: r#type.clone(), default: Default::Required };
        let signature = Signature { parameters: vec![parameter], returns: None };
        let passed = passed(&format!("{{\"x\": {json}}}"), &signature)?;
        match passed.keywords.as_slice() {
            [(_, Argument::Value(value))] => Some(value.to_string()),
            other => panic!("{other:?}"),
        }
    }

    fn union(names: &[&str]) -> Type {
        Type::Or(names.iter().map(|name| if *name == "None" { Type::None } else { Type::name(name) }).collect())
    }

    #[test]
    fn what_can_have_been_written_in_one_way_only_is_known() {
        let list = Type::generic("list", [Type::name("float")]);
        let table = Type::generic("dict", [Type::name("str"), list.clone()]);
        for (r#type, json, value) in [
            (Type::name("int"), "3", "3"),
            (Type::name("float"), "NaN", "nan"),
            (Type::name("str"), "\"3\"", "'3'"),
            (union(&["int", "None"]), "null", "None"),
            (union(&["int", "str", "float"]), "1", "1"),
            (union(&["str", "datetime.date"]), "\"a\"", "'a'"),
            (list, "[1.5]", "[1.5]"),
            (table, "{\"b\": [], \"a\": [0.5]}", "{'b': [], 'a': [0.5]}"),
            (Type::name("datetime.date"), "\"datetime.date(2024, 2, 29)\"", "datetime.date(2024, 2, 29)"),
            (
                Type::name("datetime.datetime"),
                "\"datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)\"",
                "datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)",
            ),
            (
                Type::name("datetime.timedelta"),
                "\"datetime.timedelta(days=-1, seconds=1)\"",
                "datetime.timedelta(days=-1, seconds=1)",
            ),
        ] {
            assert_eq!(read(json, &r#type).as_deref(), Some(value), "{json}");
        }
    }

    #[test]
    fn what_can_have_been_written_in_several_ways_is_not() {
        for (r#type, json) in [
            (union(&["str", "datetime.date"]), "\"datetime.date(2024, 2, 29)\""),
            (union(&["str", "pathlib.Path"]), "\"a\""),
            (Type::name("list"), "[1]"),
            (Type::name("dict"), "{}"),
            (Type::generic("dict", [Type::name("int"), Type::name("int")]), "{\"1\": 2}"),
            (Type::name("flyte.io.File"), "\"File(path='x')\""),
            (Type::name("int"), "1.0"),
            (Type::Unannotated, "1"),
            (
                Type::name("datetime.datetime"),
                "\"datetime.datetime(2024, 1, 2, 3, 4, tzinfo=zoneinfo.ZoneInfo(key='UTC'))\"",
            ),
        ] {
            assert_eq!(read(json, &r#type), None, "{json} as {type:?}");
        }
    }

    #[test]
    fn members_of_enumerations_are_written_in_three_ways() {
        let member = |name: &str, value: &str| Member { name: name.to_owned(), value: Value::str(value) };
        let members = vec![member("RED", "red"), member("red", "other")];
        let kind = Kind::Enum { members, integer: false };
        let class = Class { module: None, qualname: "Color".to_owned(), doc: None, kind };
        let color = Type::Class(Box::new(class));
        assert_eq!(read("\"<Color.RED: 'red'>\"", &color).as_deref(), Some("Color.RED"));
        assert_eq!(read("\"other\"", &color).as_deref(), Some("Color.red"));
        assert_eq!(read("\"RED\"", &color).as_deref(), Some("'RED'"));
        assert_eq!(read("\"red\"", &color), None, "the value of one and the name of the other");
    }
}
