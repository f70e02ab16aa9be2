//! Python values, as far as they can be written down: what a call passes to a task, and what a default is.

use std::fmt;

#[cfg(feature = "python")]
use crate::python::Literal;

/// A Python value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int`. What 128 bits don't hold is no value here.
    Int(i128),
    /// A `float`.
    Float(f64),
    /// A `str` without lone surrogates.
    Str(String),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `set`; make one with [`Value::set`].
    Set(Vec<Value>),
    /// A `dict`; make one with [`Value::dict`].
    Dict(Vec<(Value, Value)>),
    /// A `datetime.datetime`.
    Datetime(Datetime),
    /// A `datetime.date`.
    Date(Date),
    /// A `datetime.timedelta`.
    Timedelta(Timedelta),
    /// A member of an enumeration.
    Member {
        /// `__qualname__` of the class.
        class: String,
        /// The member's name.
        name: String,
        /// The member's value.
        value: Box<Value>,
    },
    /// An instance of a dataclass, a Pydantic model or a `NamedTuple` of the project, made by its own constructor.
    Object {
        /// `__qualname__` of the class.
        class: String,
        /// Every field with its value, in the order of the class, defaults filled in.
        fields: Vec<(String, Value)>,
    },
}

/// A day of the Gregorian calendar, `date(year, month, day)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    days: i64,
}

/// A moment, with or without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datetime {
    /// The day.
    pub date: Date,
    /// Microseconds since midnight.
    pub microseconds: i64,
    /// The zone's distance from UTC in microseconds, east positive; `None` without a zone, which Flyte takes for UTC.
    pub offset: Option<i64>,
}

/// A duration in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timedelta(i128);

impl Date {
    /// A day from 0001-01-01 to 9999-12-31; `None` for what Python refuses.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let length = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=9999).contains(&year) || !(1..=length).contains(&day) {
            return None;
        }
        // Days since 0000-03-01, so that the leap day is a year's last (Hinnant's "days from civil").
        let year = i64::from(year) - i64::from(month <= 2);
        let month = (i64::from(month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
        Some(Self { days: 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468 })
    }

    /// Days since 1970-01-01.
    pub fn days_since_epoch(self) -> i64 {
        self.days
    }

    /// The day so many days after 1970-01-01; `None` for what Python refuses.
    pub fn from_days_since_epoch(days: i64) -> Option<Self> {
        (-719_162..=2_932_896).contains(&days).then_some(Self { days })
    }
}

impl Timedelta {
    /// A duration within Python's limits, -999,999,999 to 999,999,999 days and a bit; `None` beyond them.
    pub fn from_microseconds(microseconds: i128) -> Option<Self> {
        const DAY: i128 = 86_400_000_000;
        (-999_999_999 * DAY..1_000_000_000 * DAY).contains(&microseconds).then_some(Self(microseconds))
    }

    /// The whole of it in microseconds.
    pub fn microseconds(self) -> i128 {
        self.0
    }
}

impl Value {
    /// A `str`.
    pub fn str(text: impl Into<String>) -> Self {
        Self::Str(text.into())
    }

    /// A `dict`, as Python makes it of the pairs: of equal keys the first stays, with the last one's value.
    pub fn dict(pairs: impl IntoIterator<Item = (Self, Self)>) -> Self {
        let mut entries: Vec<(Self, Self)> = Vec::new();
        for (key, value) in pairs {
            match entries.iter_mut().find(|(known, _)| known.equals(&key)) {
                Some((_, old)) => *old = value,
                None => entries.push((key, value)),
            }
        }
        Self::Dict(entries)
    }

    /// A `set`, without what is equal to an element before it.
    pub fn set(elements: impl IntoIterator<Item = Self>) -> Self {
        let mut unique: Vec<Self> = Vec::new();
        for element in elements {
            if !unique.iter().any(|known| known.equals(&element)) {
                unique.push(element);
            }
        }
        Self::Set(unique)
    }

    /// Python's `==`: `1 == 1.0 == True`.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Float(float), other) | (other, Self::Float(float)) => {
                other.integer().is_some_and(|integer| equals_float(integer, *float))
            }
            (Self::Tuple(a), Self::Tuple(b)) | (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            (a, b) => match (a.integer(), b.integer()) {
                (Some(a), Some(b)) => a == b,
                _ => a == b,
            },
        }
    }

    /// The integer that an `int` or a `bool` is.
    fn integer(&self) -> Option<i128> {
        match self {
            Self::Int(integer) => Some(*integer),
            Self::Bool(truth) => Some(i128::from(*truth)),
            _ => None,
        }
    }

    /// `repr()` where that is the same in each Python: of text, only if it is ASCII.
    pub(super) fn plain_repr(&self) -> Option<String> {
        match self {
            Self::None | Self::Bool(_) | Self::Int(_) | Self::Float(_) => Some(self.to_string()),
            Self::Str(text) if text.is_ascii() => Some(self.to_string()),
            _ => None,
        }
    }

    /// What `type(value).__name__` is, for messages.
    pub(super) fn type_name(&self) -> &str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Dict(_) => "dict",
            Self::Datetime(_) => "datetime",
            Self::Date(_) => "date",
            Self::Timedelta(_) => "timedelta",
            Self::Member { class, .. } | Self::Object { class, .. } => class,
        }
    }
}

/// What [`crate::python::value`] reads: of a dictionary and a set what Python makes of them.
#[cfg(feature = "python")]
impl From<Literal> for Value {
    fn from(literal: Literal) -> Self {
        let all = |literals: Vec<Literal>| literals.into_iter().map(Self::from);
        match literal {
            Literal::None => Self::None,
            Literal::Bool(truth) => Self::Bool(truth),
            Literal::Int(integer) => Self::Int(integer),
            Literal::Float(float) => Self::Float(float),
            Literal::Str(text) => Self::Str(text),
            Literal::Bytes(bytes) => Self::Bytes(bytes),
            Literal::List(items) => Self::List(all(items).collect()),
            Literal::Tuple(items) => Self::Tuple(all(items).collect()),
            Literal::Set(items) => Self::set(all(items)),
            Literal::Dict(entries) => {
                Self::dict(entries.into_iter().map(|(key, value)| (Self::from(key), Self::from(value))))
            }
        }
    }
}

/// `int == float`, exactly.
fn equals_float(integer: i128, float: f64) -> bool {
    // Beyond 2**127 the cast would saturate.
    float.fract() == 0.0 && float.abs() < 1.7e38 && float as i128 == integer
}

/// The value in Python's spelling, as people read it: `repr()`, but for characters that only some Pythons escape.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(truth) => f.write_str(if *truth { "True" } else { "False" }),
            Self::Int(integer) => write!(f, "{integer}"),
            Self::Float(float) => f.write_str(&float_repr(*float)),
            Self::Str(text) => f.write_str(&quoted(text)),
            Self::Bytes(bytes) => write!(f, "b{}", quoted_bytes(bytes)),
            Self::List(items) => sequence(f, "[", items, "]"),
            Self::Tuple(items) => sequence(f, "(", items, if items.len() == 1 { ",)" } else { ")" }),
            Self::Set(items) if items.is_empty() => f.write_str("set()"),
            Self::Set(items) => sequence(f, "{", items, "}"),
            Self::Dict(entries) => {
                let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                write!(f, "{{{}}}", entries.join(", "))
            }
            Self::Datetime(moment) => moment.write_repr(f),
            Self::Date(date) => {
                let (year, month, day) = date.civil();
                write!(f, "datetime.date({year}, {month}, {day})")
            }
            Self::Timedelta(duration) => write!(f, "datetime.timedelta({duration})"),
            Self::Member { class, name, .. } => write!(f, "{class}.{name}"),
            Self::Object { class, fields } => {
                let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
                write!(f, "{class}({})", fields.join(", "))
            }
        }
    }
}

impl Date {
    /// Year, month and day.
    fn civil(self) -> (i64, i64, i64) {
        // Hinnant's "civil from days", the reverse of `Date::new`.
        let days = self.days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }
}

impl Datetime {
    /// `datetime.datetime(2024, 1, 2, 3, 4)`: seconds and what is below them are left out at the end where they are 0. A zone is
    /// its distance from UTC, which is all that is known of it.
    fn write_repr(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date.civil();
        let (second, microsecond) = (self.microseconds / 1_000_000, self.microseconds % 1_000_000);
        write!(f, "datetime.datetime({year}, {month}, {day}, {}, {}", second / 3_600, second / 60 % 60)?;
        match (second % 60, microsecond) {
            (0, 0) => {}
            (second, 0) => write!(f, ", {second}")?,
            (second, microsecond) => write!(f, ", {second}, {microsecond}")?,
        }
        match self.offset {
            None => f.write_str(")"),
            Some(0) => f.write_str(", tzinfo=datetime.timezone.utc)"),
            Some(offset) => {
                let offset = Timedelta(i128::from(offset));
                write!(f, ", tzinfo=datetime.timezone(datetime.timedelta({offset})))")
            }
        }
    }
}

/// As `date.isoformat()`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// As `datetime.isoformat()`.
impl fmt::Display for Datetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let two = |f: &mut fmt::Formatter<'_>, microseconds: i64| {
            let seconds = microseconds / 1_000_000;
            write!(f, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
            if microseconds % 1_000_000 == 0 { Ok(()) } else { write!(f, ".{:06}", microseconds % 1_000_000) }
        };
        write!(f, "{}T", self.date)?;
        two(f, self.microseconds)?;
        let Some(offset) = self.offset else { return Ok(()) };
        f.write_str(if offset < 0 { "-" } else { "+" })?;
        let offset = offset.abs();
        if offset % 60_000_000 == 0 {
            write!(f, "{:02}:{:02}", offset / 3_600_000_000, offset / 60_000_000 % 60)
        } else {
            two(f, offset)
        }
    }
}

/// The arguments that `repr(timedelta)` has.
impl fmt::Display for Timedelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECOND: i128 = 1_000_000;
        const DAY: i128 = 86_400 * SECOND;
        let within = self.0.rem_euclid(DAY);
        let parts = [("days", self.0.div_euclid(DAY)), ("seconds", within / SECOND), ("microseconds", within % SECOND)];
        let parts = parts.iter().filter(|(_, number)| *number != 0);
        let parts: Vec<String> = parts.map(|(name, number)| format!("{name}={number}")).collect();
        f.write_str(if parts.is_empty() { "0" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}

fn sequence(f: &mut fmt::Formatter<'_>, open: &str, items: &[Value], close: &str) -> fmt::Result {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    write!(f, "{open}{}{close}", items.join(", "))
}

/// `repr()` of a float: the shortest digits that read back, with an exponent below 1e-4 and from 1e16 on.
pub(crate) fn float_repr(float: f64) -> String {
    if float.is_nan() {
        return "nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => {
            let plain = format!("{float}");
            if plain.contains('.') { plain } else { plain + ".0" }
        }
    }
}

/// `repr()` of a string; what isn't ASCII stands for itself.
pub(crate) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut spelled = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => spelled.push_str("\\n"),
            '\r' => spelled.push_str("\\r"),
            '\t' => spelled.push_str("\\t"),
            '\\' => spelled.push_str("\\\\"),
            c if c == quote => spelled.extend(['\\', quote]),
            c if c.is_control() => spelled.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => spelled.push(c),
        }
    }
    spelled.push(quote);
    spelled
}

/// `repr()` of bytes, without the `b`.
pub(crate) fn quoted_bytes(bytes: &[u8]) -> String {
    let ascii: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let mut spelled = String::new();
    for c in quoted(&ascii).chars() {
        match c {
            c if c.is_ascii() => spelled.push(c),
            c => spelled.push_str(&format!("\\x{:02x}", u32::from(c))),
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_spelled_as_python_spells_them() {
        // Each answer is CPython's: repr(value).
        for (float, spelled) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (123_456_789_012_345.0, "123456789012345.0"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (1.5e300, "1.5e+300"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(Value::Float(float).to_string(), spelled);
        }
        assert_eq!(Value::str("it's").to_string(), "\"it's\"");
        assert_eq!(Value::str("a\\b\n\u{7f}'\"é").to_string(), "'a\\\\b\\n\\x7f\\'\"é'");
        assert_eq!(Value::Bytes(vec![0, b'a', 255]).to_string(), "b'\\x00a\\xff'");
        assert_eq!(Value::Tuple(vec![Value::None]).to_string(), "(None,)");
        for (microseconds, spelled) in [
            (0, "datetime.timedelta(0)"),
            (90_000_001, "datetime.timedelta(seconds=90, microseconds=1)"),
            (-1, "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)"),
        ] {
            let duration =
                Timedelta::from_microseconds(microseconds).map(|duration| Value::Timedelta(duration).to_string());
            assert_eq!(duration.as_deref(), Some(spelled));
        }
        const HOUR: i64 = 3_600_000_000;
        for (date, microseconds, offset, spelled) in [
            ((2024, 1, 2), 0, None, "datetime.datetime(2024, 1, 2, 0, 0)"),
            ((1, 12, 31), 13 * HOUR + 59_000_000, None, "datetime.datetime(1, 12, 31, 13, 0, 59)"),
            ((9999, 2, 3), 5, Some(0), "datetime.datetime(9999, 2, 3, 0, 0, 0, 5, tzinfo=datetime.timezone.utc)"),
            (
                (2024, 2, 29),
                HOUR + 60_000_000,
                Some(-5 * HOUR),
                "datetime.datetime(2024, 2, 29, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))",
            ),
        ] {
            let (year, month, day) = date;
            let date = Date::new(year, month, day);
            let moment = date.map(|date| Value::Datetime(Datetime { date, microseconds, offset }).to_string());
            assert_eq!(moment.as_deref(), Some(spelled));
        }
        let date = Date::new(2024, 1, 2).map(|date| Value::Date(date).to_string());
        assert_eq!(date.as_deref(), Some("datetime.date(2024, 1, 2)"));
        let dict = Value::dict([(Value::Int(1), Value::Bool(true)), (Value::str("b"), Value::List(Vec::new()))]);
        assert_eq!(dict.to_string(), "{1: True, 'b': []}");
    }

    #[test]
    fn equal_keys_of_a_dict_are_one() {
        let dict = Value::dict([
            (Value::Int(1), Value::str("int")),
            (Value::Float(1.0), Value::str("float")),
            (Value::Bool(true), Value::str("bool")),
            (Value::Float(1.5), Value::None),
        ]);
        assert_eq!(dict.to_string(), "{1: 'bool', 1.5: None}");
        assert!(!Value::Int((1 << 53) + 1).equals(&Value::Float(9_007_199_254_740_992.0)));
    }

    #[test]
    fn days_are_counted_as_python_counts_them() {
        let days = |year, month, day| Date::new(year, month, day).map(Date::days_since_epoch);
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(1, 1, 1), Some(-719_162));
        assert_eq!(days(9999, 12, 31), Some(2_932_896));
        assert_eq!(days(2000, 2, 29), Some(11_016));
        assert_eq!(days(1900, 2, 29), None);
        assert_eq!((days(0, 1, 1), days(2020, 13, 1), days(2020, 4, 31)), (None, None, None));
    }

    #[cfg(feature = "python")]
    #[test]
    fn literals_have_the_values_that_python_gives_them() {
        let shown = |text: &str| {
            let literal = crate::python::value(text, crate::python::Minor::Py312);
            literal.map_or_else(|error| format!("error: {error}"), |literal| Value::from(literal).to_string())
        };
        // Each answer is CPython's: repr(ast.literal_eval(text)).
        for (text, answer) in [
            ("3", "3"),
            (" - 3 ", "-3"),
            ("--3", "3"),
            ("+1.5", "1.5"),
            ("-0.0", "-0.0"),
            ("0x_ff", "255"),
            ("1_000", "1000"),
            ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
            ("1e400", "inf"),
            ("1e-7", "1e-07"),
            ("True", "True"),
            ("'a' \"b\"", "'ab'"),
            (r"r'\n'", r"'\\n'"),
            (r"'\x41\u00e9\N{BULLET}'", "'Aé•'"),
            (r"b'\x00a' b'b'", r"b'\x00ab'"),
            ("(1,)", "(1,)"),
            ("1, 2", "(1, 2)"),
            ("()", "()"),
            ("(3)", "3"),
            ("[1,\n 2,]", "[1, 2]"),
            ("{'a': 1, 'b': [None]}", "{'a': 1, 'b': [None]}"),
            ("{1: 'a', True: 'b'}", "{1: 'b'}"),
            ("{2, 2.0}", "{2}"),
            ("{}", "{}"),
            ("set()", "set()"),
            ("'''a\r\nb'''", r"'a\nb'"),
        ] {
            assert_eq!(shown(text), answer, "{text}");
        }
        assert_eq!(shown("float('-inf')"), "-inf");
        assert_eq!(shown("-float('nan')"), "nan");
    }
}
