//! Calls whose results are known: of Python's own types, of `datetime`, and of methods of plain values that change nothing.

use cache_core::key::flyte::{Date, Datetime, Timedelta, Value as Constant};
use cache_core::python::{Expression, Given, Kind, Node};

use super::operators::integer;
use super::{Constants, Found, Here, truth};
use crate::analysis::value::Value;

/// A call's arguments, all known.
pub(super) struct Arguments {
    pub positional: Vec<Found>,
    pub keywords: Vec<(String, Found)>,
}

impl Arguments {
    /// The argument for a parameter that can be given by its place or its name.
    pub(super) fn get(&self, index: usize, name: &str) -> Option<&Found> {
        let keyword = || self.keywords.iter().find(|(keyword, _)| keyword == name).map(|(_, value)| value);
        self.positional.get(index).or_else(keyword)
    }

    /// The values, if all are given by their places.
    pub(super) fn positional(&self) -> Option<Vec<&Constant>> {
        if !self.keywords.is_empty() {
            return None;
        }
        self.positional.iter().map(constant).collect()
    }

    /// The named values, if all are values.
    pub(super) fn values(&self) -> Option<Vec<(String, Constant)>> {
        self.keywords.iter().map(|(name, value)| Some((name.clone(), constant(value)?.clone()))).collect()
    }

    /// Whether every argument is for one of the parameters, and none is given twice.
    pub(super) fn fit(&self, parameters: &[&str]) -> bool {
        let given = |name: &str| parameters.iter().position(|parameter| *parameter == name);
        self.positional.len() <= parameters.len()
            && self.keywords.iter().all(|(name, _)| given(name).is_some_and(|index| index >= self.positional.len()))
    }
}

fn constant(found: &Found) -> Option<&Constant> {
    match found {
        Found::Value(value) => Some(value),
        _ => None,
    }
}

impl Constants<'_, '_> {
    pub(super) fn call(&self, here: Here<'_>, node: &Node, function: &Node, given: &[Given]) -> Result<Found, String> {
        let runs = || self.runs(here, node);
        if let Expression::Attribute(object, method) = &function.kind
            && let Ok(Found::Value(object)) = self.find(here, object)
        {
            let arguments = self.arguments(here, given)?;
            let arguments = arguments.positional().ok_or_else(runs)?;
            return called_method(&object, method, &arguments).map(Found::Value).ok_or_else(runs);
        }
        match self.find(here, function)? {
            Found::Thing(Value::External(path)) => {
                if let Some(name) = path.strip_prefix("builtins.")
                    && let [Given { kind: Kind::Positional, value }] = given
                    && matches!(name, "list" | "tuple" | "set")
                {
                    let items: Vec<Constant> = self.iterate(here, value)?.into_iter().collect::<Result<_, _>>()?;
                    return Ok(Found::Value(match name {
                        "list" => Constant::List(items),
                        "tuple" => Constant::Tuple(items),
                        _ => {
                            self.hashable(here, node, &items)?;
                            Constant::set(items)
                        }
                    }));
                }
                let arguments = self.arguments(here, given)?;
                called(&path, &arguments).ok_or_else(runs)
            }
            Found::Thing(Value::Class(file, class)) => {
                self.instance(here, node, (file, class), given).map(Found::Value)
            }
            Found::Thing(Value::Unknown(reason)) => Err(reason.to_string()),
            _ => Err(runs()),
        }
    }

    pub(super) fn arguments(&self, here: Here<'_>, given: &[Given]) -> Result<Arguments, String> {
        let mut arguments = Arguments { positional: Vec::new(), keywords: Vec::new() };
        for given in given {
            match &given.kind {
                Kind::Positional => arguments.positional.push(self.find(here, &given.value)?),
                Kind::Keyword(name) => arguments.keywords.push((name.clone(), self.find(here, &given.value)?)),
                Kind::Star => {
                    for element in self.iterate(here, &given.value)? {
                        arguments.positional.push(Found::Value(element?));
                    }
                }
                Kind::DoubleStar => match self.value(here, &given.value)? {
                    Constant::Dict(entries) => {
                        for (key, value) in entries {
                            let Constant::Str(name) = key else { return Err(self.runs(here, &given.value)) };
                            arguments.keywords.push((name, Found::Value(value)));
                        }
                    }
                    _ => return Err(self.runs(here, &given.value)),
                },
            }
        }
        Ok(arguments)
    }
}

/// What a function or class outside of the project gives.
fn called(path: &str, arguments: &Arguments) -> Option<Found> {
    let value = match path {
        "datetime.timezone" => return zone(arguments),
        "datetime.timedelta" => Constant::Timedelta(timedelta(arguments)?),
        "datetime.date" => Constant::Date(date(arguments)?),
        "datetime.datetime" => Constant::Datetime(datetime(arguments)?),
        "builtins.dict" => {
            let first = match arguments.positional.as_slice() {
                [] => Vec::new(),
                [Found::Value(Constant::Dict(entries))] => entries.clone(),
                [Found::Value(Constant::List(pairs) | Constant::Tuple(pairs))] => {
                    let pair = |pair: &Constant| match pair {
                        Constant::Tuple(pair) | Constant::List(pair) => match pair.as_slice() {
                            [key @ (Constant::Str(_) | Constant::Int(_)), value] => Some((key.clone(), value.clone())),
                            _ => None,
                        },
                        _ => None,
                    };
                    pairs.iter().map(pair).collect::<Option<_>>()?
                }
                _ => return None,
            };
            let named = arguments
                .keywords
                .iter()
                .map(|(name, value)| Some((Constant::Str(name.clone()), constant(value)?.clone())));
            Constant::dict(first.into_iter().chain(named.collect::<Option<Vec<_>>>()?))
        }
        _ => plain(path.strip_prefix("builtins.")?, &arguments.positional()?)?,
    };
    Some(Found::Value(value))
}

/// What a function of the language gives.
fn plain(function: &str, arguments: &[&Constant]) -> Option<Constant> {
    Some(match (function, arguments) {
        ("list", []) => Constant::List(Vec::new()),
        ("tuple", []) => Constant::Tuple(Vec::new()),
        ("set", []) => Constant::Set(Vec::new()),
        ("str", []) => Constant::Str(String::new()),
        ("int", []) => Constant::Int(0),
        ("float", []) => Constant::Float(0.0),
        ("bool", []) => Constant::Bool(false),
        ("bool", [value]) => Constant::Bool(truth(value)?),
        ("str", [Constant::Str(text)]) => Constant::Str(text.clone()),
        ("str" | "repr", [value @ (Constant::None | Constant::Bool(_) | Constant::Int(_) | Constant::Float(_))]) => {
            Constant::Str(value.to_string())
        }
        ("int", [Constant::Str(text)]) => Constant::Int(decimal(text)?.parse().ok()?),
        ("int", [Constant::Float(float)]) => truncated(*float)?,
        ("int", [value]) => Constant::Int(integer(value)?),
        ("float", [Constant::Str(text)]) => Constant::Float(float(text)?),
        ("float", [Constant::Float(float)]) => Constant::Float(*float),
        #[allow(clippy::cast_precision_loss, reason = "rounding to the nearest, ties to even, is what Python does")]
        ("float", [value]) => Constant::Float(integer(value)? as f64),
        ("abs", [Constant::Float(float)]) => Constant::Float(float.abs()),
        ("abs", [value]) => Constant::Int(integer(value)?.checked_abs()?),
        ("len", [Constant::Str(text)]) => length(text.chars().count())?,
        ("len", [Constant::Bytes(bytes)]) => length(bytes.len())?,
        ("len", [Constant::List(items) | Constant::Tuple(items) | Constant::Set(items)]) => length(items.len())?,
        ("len", [Constant::Dict(entries)]) => length(entries.len())?,
        _ => return None,
    })
}

fn length(length: usize) -> Option<Constant> {
    i128::try_from(length).ok().map(Constant::Int)
}

/// The digits of what `int(text)` takes, in their common spelling.
fn decimal(text: &str) -> Option<&str> {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// What `float(text)` takes, in its common spelling: what Rust and Python read alike.
fn float(text: &str) -> Option<f64> {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let body = text.strip_prefix(['-', '+']).unwrap_or(text).to_ascii_lowercase();
    let is_number = body.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && body.bytes().any(|byte| byte.is_ascii_digit())
        && body.bytes().all(|byte| byte.is_ascii_digit() || b".e+-".contains(&byte));
    let value: f64 = match body.as_str() {
        "nan" => f64::NAN,
        "inf" | "infinity" => f64::INFINITY,
        _ if is_number => body.parse().ok()?,
        _ => return None,
    };
    Some(if text.starts_with('-') { -value } else { value })
}

#[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
fn truncated(float: f64) -> Option<Constant> {
    (float.abs() < 1e30).then(|| Constant::Int(float.trunc() as i128))
}

/// `value.method(…)` of what the method does not change.
fn called_method(value: &Constant, method: &str, arguments: &[&Constant]) -> Option<Constant> {
    let text = |text: &str| Some(Constant::Str(text.to_owned()));
    match (value, method, arguments) {
        (Constant::Str(of), "upper", []) if of.is_ascii() => text(&of.to_ascii_uppercase()),
        (Constant::Str(of), "lower", []) if of.is_ascii() => text(&of.to_ascii_lowercase()),
        (Constant::Str(of), "strip", []) if of.is_ascii() => {
            text(of.trim_matches(|char| matches!(char, '\t'..='\r' | '\x1c'..='\x1f' | ' ')))
        }
        (Constant::Str(of), "encode", []) => Some(Constant::Bytes(of.clone().into_bytes())),
        (Constant::Str(of), "replace", [Constant::Str(from), Constant::Str(to)]) if !from.is_empty() => {
            text(&of.replace(from.as_str(), to))
        }
        (Constant::Str(of), "split", [Constant::Str(at)]) if !at.is_empty() => {
            Some(Constant::List(of.split(at.as_str()).map(Constant::str).collect()))
        }
        (Constant::Str(of), "join", [Constant::List(items) | Constant::Tuple(items)]) => {
            let words: Option<Vec<&str>> = items
                .iter()
                .map(|item| match item {
                    Constant::Str(word) => Some(word.as_str()),
                    _ => None,
                })
                .collect();
            text(&words?.join(of))
        }
        (Constant::Dict(entries), "get", [key, rest @ ..]) if rest.len() < 2 => {
            let found = entries.iter().find(|(known, _)| known.equals(key)).map(|(_, value)| value.clone());
            Some(found.unwrap_or_else(|| rest.first().map_or(Constant::None, |other| (*other).clone())))
        }
        (Constant::List(_) | Constant::Dict(_) | Constant::Set(_), "copy", []) => Some(value.clone()),
        _ => None,
    }
}

/// The parameters of `timedelta`, in their order, with how many microseconds one of each is.
pub const TIMEDELTA: [(&str, i128); 7] = [
    ("days", 86_400_000_000),
    ("seconds", 1_000_000),
    ("microseconds", 1),
    ("milliseconds", 1_000),
    ("minutes", 60_000_000),
    ("hours", 3_600_000_000),
    ("weeks", 604_800_000_000),
];

/// `timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks)`
fn timedelta(arguments: &Arguments) -> Option<Timedelta> {
    if !arguments.fit(&TIMEDELTA.map(|(name, _)| name)) {
        return None;
    }
    let mut microseconds = 0_i128;
    for (index, (name, unit)) in TIMEDELTA.iter().enumerate() {
        let Some(given) = arguments.get(index, name) else { continue };
        let part = match constant(given)? {
            // Python rounds what is between microseconds; here is only what is none.
            Constant::Float(float) => {
                let scaled = float * 1_048_576.0;
                (scaled.fract() == 0.0 && scaled.abs() < 1e15).then_some(())?;
                #[allow(clippy::cast_possible_truncation, reason = "it is a whole number below 1e15")]
                let product = (scaled as i128).checked_mul(*unit)?;
                (product % 1_048_576 == 0).then_some(product / 1_048_576)?
            }
            value => integer(value)?.checked_mul(*unit)?,
        };
        microseconds = microseconds.checked_add(part)?;
    }
    Timedelta::from_microseconds(microseconds)
}

/// `timezone(offset, name)`
fn zone(arguments: &Arguments) -> Option<Found> {
    let Some(Found::Value(Constant::Timedelta(offset))) = arguments.get(0, "offset") else { return None };
    let microseconds = i64::try_from(offset.microseconds()).ok()?;
    (microseconds.abs() < 86_400_000_000 && arguments.fit(&["offset", "name"])).then_some(Found::Zone(microseconds))
}

fn date(arguments: &Arguments) -> Option<Date> {
    arguments.fit(&["year", "month", "day"]).then_some(())?;
    let part = |index, name| arguments.get(index, name).and_then(constant).and_then(integer);
    day(part(0, "year")?, part(1, "month")?, part(2, "day")?)
}

fn day(year: i128, month: i128, day: i128) -> Option<Date> {
    Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// `datetime(year, month, day, hour, minute, second, microsecond, tzinfo)`
fn datetime(arguments: &Arguments) -> Option<Datetime> {
    const PARTS: [&str; 8] = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"];
    arguments.fit(&PARTS).then_some(())?;
    let part = |index: usize| match arguments.get(index, PARTS.get(index)?) {
        Some(given) => constant(given).and_then(integer),
        None if index > 2 => Some(0),
        None => None,
    };
    let date = day(part(0)?, part(1)?, part(2)?)?;
    let in_range = |index: usize, below: i128| part(index).filter(|value| (0..below).contains(value));
    let (hour, minute, second) = (in_range(3, 24)?, in_range(4, 60)?, in_range(5, 60)?);
    let microseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000 + in_range(6, 1_000_000)?;
    let offset = match arguments.get(7, "tzinfo") {
        None | Some(Found::Value(Constant::None)) => None,
        Some(Found::Zone(offset)) => Some(*offset),
        Some(_) => return None,
    };
    Some(Datetime { date, microseconds: i64::try_from(microseconds).ok()?, offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_to_numbers_as_python_reads_it() {
        for (text, answer) in [("1.5", 1.5), (" -2e3 ", -2000.0), ("1e309", f64::INFINITY), ("-inf", f64::NEG_INFINITY)]
        {
            assert_eq!(float(text), Some(answer), "{text}");
        }
        assert!(float("NaN").is_some_and(f64::is_nan));
        assert!(float("-0.0").is_some_and(|zero| zero.is_sign_negative()));
        // Python reads some of these, and refuses others; they are left to it.
        for text in ["", "1_0", "0x1", "e", "1e", "--1", "١"] {
            assert_eq!(float(text), None, "{text}");
        }
        assert_eq!(decimal(" -12 "), Some("-12"));
        assert_eq!(decimal("1_0"), None);
    }
}
