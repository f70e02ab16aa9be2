//! What users type, made a value of an annotation: as generous as `flyte run` is (`1` for a `float`, a date in ISO 8601, the name
//! of an enumeration's member), and never more.

use cache_core::key::flyte::{Class, Date, Datetime, Default, Field, Kind, Timedelta, Type, Value};

use super::recorded::{is_str, members};

/// The value as one of the type; `None` if it is none. Types that Flyte pickles or packs take any value.
pub fn fit(value: Value, r#type: &Type) -> Option<Value> {
    if let Some(members) = members(r#type) {
        let own = members.iter().find(|member| is_of(&value, member));
        return match own {
            Some(own) => fit(value, own),
            None => members.into_iter().find_map(|member| fit(value.clone(), member)),
        };
    }
    match (r#type, value) {
        (Type::None, value) => (value == Value::None).then_some(value),
        (Type::Annotated(inner, _), value) => fit(value, inner),
        (Type::Choice(values), value) => values.contains(&value).then_some(value),
        (Type::Class(class), value) => of_class(value, class),
        (Type::Name(name), value) => of_name(value, name),
        (Type::Generic { origin, arguments }, value) => match (origin.as_str(), arguments.as_slice(), value) {
            ("list" | "typing.List", [element], Value::List(items)) => {
                all(items, |item| fit(item, element)).map(Value::List)
            }
            ("list" | "typing.List", [_], _) => None,
            ("dict" | "typing.Dict", [key, element], Value::Dict(entries)) => {
                let entry = |(name, value)| Some((fit(name, key)?, fit(value, element)?));
                all(entries, entry).map(Value::Dict)
            }
            ("dict" | "typing.Dict", [_, _], _) => None,
            ("tuple" | "typing.Tuple", items, Value::List(values) | Value::Tuple(values))
                if !items.contains(&Type::Ellipsis) =>
            {
                let is_whole = values.len() == items.len();
                let values = values.into_iter().zip(items);
                let values: Option<Vec<Value>> = values.map(|(value, item)| fit(value, item)).collect();
                values.filter(|_| is_whole).map(Value::Tuple)
            }
            (_, _, value) => Some(value),
        },
        (_, value) => Some(value),
    }
}

/// Whether text may stand without quotes, whatever it looks like: a `str`, or one that may be missing.
pub fn takes_text(r#type: &Type) -> bool {
    match members(r#type) {
        Some(members) => {
            members.iter().any(|member| is_str(member))
                && members.iter().all(|member| is_str(member) || **member == Type::None)
        }
        None => match r#type {
            Type::Annotated(inner, _) => takes_text(inner),
            r#type => is_str(r#type),
        },
    }
}

/// Whether text that is no literal may be a value: for dates and enumerations, and for a `str` among others.
pub fn takes_words(r#type: &Type) -> bool {
    match (members(r#type), r#type) {
        (Some(members), _) => members.into_iter().any(takes_words),
        (None, Type::Annotated(inner, _)) => takes_words(inner),
        (None, Type::Choice(values)) => values.iter().any(|value| matches!(value, Value::Str(_))),
        (None, Type::Class(class)) => matches!(class.kind, Kind::Enum { .. }),
        (None, Type::Name(name)) => is_str(r#type) || name.starts_with("datetime."),
        _ => false,
    }
}

/// Whether `None` is a value of the type.
pub fn takes_none(r#type: &Type) -> bool {
    match members(r#type) {
        Some(members) => members.into_iter().any(takes_none),
        None => *r#type == Type::None || *r#type == Type::name("types.NoneType"),
    }
}

/// Whether values of the type are places in a store, of which a text is not all.
pub fn is_stored(r#type: &Type) -> bool {
    match (members(r#type), r#type) {
        (Some(members), _) => members.into_iter().any(is_stored),
        (None, Type::Name(name)) => name.starts_with("flyte.io."),
        (None, Type::Generic { origin, arguments }) => {
            origin.starts_with("flyte.io.") || arguments.iter().any(is_stored)
        }
        (None, Type::Annotated(inner, _)) => is_stored(inner),
        _ => false,
    }
}

/// What is wrong with the fields of an object of a class, where that is what is wrong with it.
pub fn wrong_fields(value: &Value, r#type: &Type) -> Option<String> {
    let (class, fields) = match (members(r#type), r#type) {
        (Some(members), _) => return members.into_iter().find_map(|member| wrong_fields(value, member)),
        (None, Type::Annotated(inner, _)) => return wrong_fields(value, inner),
        (None, Type::Class(class)) => match &class.kind {
            Kind::Dataclass(fields) | Kind::Model(fields) | Kind::NamedTuple(fields) => (class, fields),
            _ => return None,
        },
        _ => return None,
    };
    let Value::Dict(entries) = value else { return None };
    let is_field = |name: &Value| fields.iter().any(|field| *name == Value::str(&field.name));
    if let Some((name, _)) = entries.iter().find(|(name, _)| !is_field(name)) {
        return Some(format!("{} has no field {name}", class.qualname));
    }
    fields.iter().find_map(|field| match entries.iter().find(|(name, _)| *name == Value::str(&field.name)) {
        Some((_, value)) if fit(value.clone(), &field.r#type).is_none() => {
            let deeper = wrong_fields(value, &field.r#type);
            Some(deeper.unwrap_or_else(|| format!("{value} does not fit {}.{}", class.qualname, field.name)))
        }
        Some(_) => None,
        None => match field.default {
            Default::Value(_) => None,
            Default::Required => Some(format!("{} needs the field {} too", class.qualname, field.name)),
            Default::Hidden | Default::Unknown => {
                let (class, name) = (&class.qualname, &field.name);
                Some(format!("give {class}.{name} too: its default is known to Python only"))
            }
        },
    })
}

/// `: write it as …`, where an example helps.
pub fn example(r#type: &Type) -> String {
    let text = match r#type {
        Type::Annotated(inner, _) => return example(inner),
        Type::Choice(values) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            return format!(": it is one of {}", values.join(", "));
        }
        Type::Class(class) => match &class.kind {
            Kind::Enum { members, .. } => {
                let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
                return format!(": it is one of {}", names.join(", "));
            }
            _ if class.fields().is_empty() => return String::new(),
            _ => {
                let fields: Vec<String> = class.fields().iter().map(|field| format!("\"{}\": …", field.name)).collect();
                return format!(": write it as {{{}}}", fields.join(", "));
            }
        },
        Type::Name(name) => match name.as_str() {
            "int" => "3",
            "float" => "0.1",
            "bool" => "true or false",
            "datetime.datetime" => "2024-01-31T12:30:00",
            "datetime.date" => "2024-01-31",
            "datetime.timedelta" => "seconds, such as 3600",
            _ => return String::new(),
        },
        Type::Generic { origin, .. } => match origin.as_str() {
            "list" | "typing.List" => "[…]",
            "dict" | "typing.Dict" => "{\"a\": …}",
            _ => return String::new(),
        },
        _ => return String::new(),
    };
    format!(": write it as {text}")
}

/// Whether the value is of the type as it is, without a conversion.
fn is_of(value: &Value, r#type: &Type) -> bool {
    match (value, r#type) {
        (Value::None, r#type) => takes_none(r#type),
        (Value::Bool(_), Type::Name(name)) => name == "bool",
        (Value::Int(_), Type::Name(name)) => name == "int",
        (Value::Float(_), Type::Name(name)) => name == "float",
        (Value::Str(_), r#type) => is_str(r#type),
        _ => false,
    }
}

fn of_name(value: Value, name: &str) -> Option<Value> {
    match (name, value) {
        ("float", Value::Int(integer)) => Some(Value::Float(integer as f64)),
        ("int", value) => matches!(value, Value::Int(_)).then_some(value),
        ("float", value) => matches!(value, Value::Float(_)).then_some(value),
        ("bool", value) => matches!(value, Value::Bool(_)).then_some(value),
        ("str" | "typing.Text", value) => matches!(value, Value::Str(_)).then_some(value),
        ("types.NoneType", value) => (value == Value::None).then_some(value),
        ("datetime.date", Value::Str(text)) => date(&text).map(Value::Date),
        ("datetime.datetime", Value::Str(text)) => moment(&text).map(Value::Datetime),
        ("datetime.timedelta", Value::Int(seconds)) => {
            Timedelta::from_microseconds(seconds.checked_mul(1_000_000)?).map(Value::Timedelta)
        }
        ("datetime.date" | "datetime.datetime" | "datetime.timedelta", _) => None,
        ("dict" | "typing.Dict", value) => matches!(value, Value::Dict(_)).then_some(value),
        (_, value) => Some(value),
    }
}

fn of_class(value: Value, class: &Class) -> Option<Value> {
    let object = |fields| Value::Object { class: class.qualname.clone(), fields };
    match (&class.kind, value) {
        (Kind::Enum { members, .. }, value) => {
            let named = members.iter().find(|member| matches!(&value, Value::Str(name) if *name == member.name));
            let member = named.or_else(|| members.iter().find(|member| member.value == value))?;
            let value = Box::new(member.value.clone());
            Some(Value::Member { class: class.qualname.clone(), name: member.name.clone(), value })
        }
        (Kind::Dataclass(fields) | Kind::Model(fields) | Kind::NamedTuple(fields), Value::Dict(entries)) => {
            let known = |(name, _): &(Value, Value)| fields.iter().any(|field| *name == Value::str(&field.name));
            let complete = entries.iter().all(known).then_some(entries)?;
            all(fields.iter().collect(), |field| Some((field.name.clone(), of_field(&complete, field)?))).map(object)
        }
        (Kind::NamedTuple(fields), Value::List(values) | Value::Tuple(values)) if values.len() == fields.len() => {
            let pairs = values.into_iter().zip(fields).collect();
            all(pairs, |(value, field): (Value, &Field)| Some((field.name.clone(), fit(value, &field.r#type)?)))
                .map(object)
        }
        (Kind::TypedDict(fields), Value::Dict(entries)) => {
            let entry = |(name, value): (Value, Value)| {
                let field = fields.iter().find(|field| name == Value::str(&field.name))?;
                Some((name, fit(value, &field.r#type)?))
            };
            all(entries, entry).map(Value::Dict)
        }
        (Kind::Plain, value) => Some(value),
        _ => None,
    }
}

fn of_field(entries: &[(Value, Value)], field: &Field) -> Option<Value> {
    match entries.iter().find(|(name, _)| *name == Value::str(&field.name)) {
        Some((_, value)) => fit(value.clone(), &field.r#type),
        None => match &field.default {
            Default::Value(value) => Some(value.clone()),
            Default::Required | Default::Hidden | Default::Unknown => None,
        },
    }
}

fn all<T, U>(items: Vec<T>, make: impl FnMut(T) -> Option<U>) -> Option<Vec<U>> {
    items.into_iter().map(make).collect()
}

/// `2024-01-31`
fn date(text: &str) -> Option<Date> {
    let [year, month, day] = text.splitn(3, '-').collect::<Vec<_>>()[..] else { return None };
    Date::new(digits(year, 4)?, digits(month, 2)?.try_into().ok()?, digits(day, 2)?.try_into().ok()?)
}

/// `2024-01-31T12:30:00.000001+02:00`, of which only the day is needed.
fn moment(text: &str) -> Option<Datetime> {
    let Some((day, time)) = text.split_once(['T', ' ']) else {
        return Some(Datetime { date: date(text)?, microseconds: 0, offset: None });
    };
    let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(at);
    let offset = match zone.split_at_checked(1) {
        None => None,
        Some(("Z", "")) => Some(0),
        Some((sign, zone)) => {
            let (hours, minutes) = zone.split_once(':').unwrap_or((zone, "00"));
            let minutes = i64::from(digits(hours, 2)?) * 60 + i64::from(digits(minutes, 2)?);
            let offset = (minutes < 24 * 60).then_some(minutes * 60_000_000)?;
            Some(if sign == "-" { -offset } else { offset })
        }
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<&str> = time.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let part = |text: &str, most: u16| digits(text, 2).filter(|number| *number < most).map(i64::from);
    let is_fraction = fraction.len() <= 6 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction: i64 = format!("{fraction:0<6}").parse().ok().filter(|_| is_fraction)?;
    let seconds = (part(hour, 24)? * 60 + part(minute, 60)?) * 60 + part(second, 60)?;
    Some(Datetime { date: date(day)?, microseconds: seconds * 1_000_000 + fraction, offset })
}

fn digits(text: &str, count: usize) -> Option<u16> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}
