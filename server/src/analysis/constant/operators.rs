//! Operators, as far as their results are exact: on integers within 128 bits, on floats where IEEE says it all, on text, lists
//! and the like.

use cache_core::key::flyte::{Timedelta, Value as Constant};
use cache_core::python::Node;

use super::{Constants, Found, Here, truth};
use crate::analysis::types;
use crate::analysis::value::Value;

/// Longer results of `"a" * n` and the like are not made.
const LONGEST: usize = 100_000;

impl Constants<'_, '_> {
    pub(super) fn unary(
        &self,
        here: Here<'_>,
        node: &Node,
        operator: &str,
        operand: &Node,
    ) -> Result<Constant, String> {
        let value = self.value(here, operand)?;
        let result = match (operator, value) {
            ("not", value) => truth(&value).map(|truth| Constant::Bool(!truth)),
            ("-", Constant::Float(float)) => Some(Constant::Float(-float)),
            ("-", Constant::Timedelta(duration)) => {
                Timedelta::from_microseconds(-duration.microseconds()).map(Constant::Timedelta)
            }
            ("+", value @ Constant::Float(_)) => Some(value),
            ("-", value) => integer(&value).and_then(i128::checked_neg).map(Constant::Int),
            ("+", value) => integer(&value).map(Constant::Int),
            ("~", Constant::Int(value)) => Some(Constant::Int(!value)),
            _ => None,
        };
        result.ok_or_else(|| self.runs(here, node))
    }

    pub(super) fn binary(
        &self,
        here: Here<'_>,
        node: &Node,
        left: &Node,
        operator: &str,
        right: &Node,
    ) -> Result<Constant, String> {
        let (left, right) = (self.value(here, left)?, self.value(here, right)?);
        binary(&left, operator, &right).ok_or_else(|| self.runs(here, node))
    }

    pub(super) fn compare(
        &self,
        here: Here<'_>,
        node: &Node,
        left: &Node,
        operator: &str,
        right: &Node,
    ) -> Result<Constant, String> {
        let (left, right) = (self.value(here, left)?, self.value(here, right)?);
        let result = match operator {
            "==" | "!=" => equal(&left, &right).map(|equal| equal == (operator == "==")),
            "is" | "is not" if left == Constant::None || right == Constant::None => {
                Some((left == right) == (operator == "is"))
            }
            "<" | "<=" | ">" | ">=" => ordered(&left, operator, &right),
            "in" | "not in" => contains(&right, &left).map(|within| within == (operator == "in")),
            _ => None,
        };
        result.map(Constant::Bool).ok_or_else(|| self.runs(here, node))
    }

    pub(super) fn boolean(&self, here: Here<'_>, operator: &str, operands: &[Node]) -> Result<Found, String> {
        let Some((last, before)) = operands.split_last() else { return Err("no value is left".to_owned()) };
        for operand in before {
            let value = self.value(here, operand)?;
            let truth = truth(&value).ok_or_else(|| self.runs(here, operand))?;
            if truth == (operator == "or") {
                return Ok(Found::Value(value));
            }
        }
        self.find(here, last)
    }

    /// `object[key]`
    pub(super) fn item(&self, here: Here<'_>, node: &Node, object: &Node, key: &Node) -> Result<Constant, String> {
        // `Color["RED"]`
        if let Ok(Found::Thing(Value::Class(file, class))) = self.find(here, object) {
            let member = match self.value(here, key)? {
                Constant::Str(name) => types::member(self.linker, file, class, &name),
                _ => None,
            };
            return member.ok_or_else(|| self.runs(here, node));
        }
        let (object, key) = (self.value(here, object)?, self.value(here, key)?);
        let found = match (&object, &key) {
            (Constant::Dict(entries), key) => {
                entries.iter().find(|(known, _)| known.equals(key)).map(|(_, it)| it.clone())
            }
            (Constant::List(items) | Constant::Tuple(items), key) => at(items, key).cloned(),
            (Constant::Str(text), key) => {
                let chars: Vec<char> = text.chars().collect();
                at(&chars, key).map(|char| Constant::Str(char.to_string()))
            }
            _ => None,
        };
        found.ok_or_else(|| self.runs(here, node))
    }
}

fn at<'i, T>(items: &'i [T], key: &Constant) -> Option<&'i T> {
    let index = integer(key)?;
    let index = if index < 0 { index.checked_add(i128::try_from(items.len()).ok()?)? } else { index };
    items.get(usize::try_from(index).ok()?)
}

/// The integer that an `int` or a `bool` is in arithmetic.
pub(super) fn integer(value: &Constant) -> Option<i128> {
    match value {
        Constant::Int(integer) => Some(*integer),
        Constant::Bool(truth) => Some(i128::from(*truth)),
        _ => None,
    }
}

/// The float that a number is in arithmetic with floats; the nearest one of an integer, as Python rounds.
#[allow(clippy::cast_precision_loss, reason = "rounding to the nearest, ties to even, is what Python does")]
fn float(value: &Constant) -> Option<f64> {
    match value {
        Constant::Float(float) => Some(*float),
        value => integer(value).map(|integer| integer as f64),
    }
}

fn binary(left: &Constant, operator: &str, right: &Constant) -> Option<Constant> {
    if let (Constant::Bool(left), "&" | "|" | "^", Constant::Bool(right)) = (left, operator, right) {
        return Some(Constant::Bool(match operator {
            "&" => left & right,
            "|" => left | right,
            _ => left ^ right,
        }));
    }
    if let (Some(left), Some(right)) = (integer(left), integer(right)) {
        return integers(left, operator, right);
    }
    if let (Some(left), Some(right)) = (float(left), float(right)) {
        return floats(left, operator, right);
    }
    match (left, operator, right) {
        (Constant::Str(left), "+", Constant::Str(right)) => Some(Constant::Str(format!("{left}{right}"))),
        (Constant::Bytes(left), "+", Constant::Bytes(right)) => Some(Constant::Bytes([&left[..], right].concat())),
        (Constant::List(left), "+", Constant::List(right)) => Some(Constant::List([&left[..], right].concat())),
        (Constant::Tuple(left), "+", Constant::Tuple(right)) => Some(Constant::Tuple([&left[..], right].concat())),
        (Constant::Dict(left), "|", Constant::Dict(right)) => Some(Constant::dict(left.iter().chain(right).cloned())),
        (Constant::Timedelta(left), "+" | "-", Constant::Timedelta(right)) => {
            let sign = if operator == "+" { 1 } else { -1 };
            Timedelta::from_microseconds(left.microseconds() + sign * right.microseconds()).map(Constant::Timedelta)
        }
        (Constant::Timedelta(duration), "*", times) | (times, "*", Constant::Timedelta(duration)) => {
            let product = duration.microseconds().checked_mul(integer(times)?)?;
            Timedelta::from_microseconds(product).map(Constant::Timedelta)
        }
        (sequence, "*", times) if integer(times).is_some() => repeated(sequence, integer(times)?),
        (times, "*", sequence) if integer(times).is_some() => repeated(sequence, integer(times)?),
        _ => None,
    }
}

/// Of integers.
fn integers(left: i128, operator: &str, right: i128) -> Option<Constant> {
    let integer = match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "//" => floored(left, right).map(|(quotient, _)| quotient),
        "%" => floored(left, right).map(|(_, rest)| rest),
        "**" => left.checked_pow(u32::try_from(right).ok()?),
        "<<" => left.checked_mul(1_i128.checked_shl(u32::try_from(right).ok().filter(|bits| *bits < 127)?)?),
        ">>" => left.checked_shr(u32::try_from(right).ok()?),
        "&" => Some(left & right),
        "|" => Some(left | right),
        "^" => Some(left ^ right),
        // Of what a float holds exactly, the quotient is rounded once, by either.
        "/" => {
            const EXACT: u128 = 1 << 53;
            let exact = left.unsigned_abs() <= EXACT && right.unsigned_abs() <= EXACT && right != 0;
            return exact.then(|| floats(left as f64, "/", right as f64)).flatten();
        }
        _ => None,
    };
    integer.map(Constant::Int)
}

/// Python's `divmod`: the quotient rounded down.
fn floored(left: i128, right: i128) -> Option<(i128, i128)> {
    let (quotient, rest) = (left.checked_div(right)?, left.checked_rem(right)?);
    let down = rest != 0 && (rest < 0) != (right < 0);
    Some(if down { (quotient - 1, rest + right) } else { (quotient, rest) })
}

fn floats(left: f64, operator: &str, right: f64) -> Option<Constant> {
    let result = match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" if right != 0.0 => left / right,
        _ => return None,
    };
    Some(Constant::Float(result))
}

fn repeated(sequence: &Constant, times: i128) -> Option<Constant> {
    let times = usize::try_from(times.max(0)).ok()?;
    let fits = |length: usize| length.checked_mul(times).is_some_and(|length| length <= LONGEST);
    match sequence {
        Constant::Str(text) if fits(text.len()) => Some(Constant::Str(text.repeat(times))),
        Constant::Bytes(bytes) if fits(bytes.len()) => Some(Constant::Bytes(bytes.repeat(times))),
        Constant::List(items) if fits(items.len()) => Some(Constant::List(vec![items.clone(); times].concat())),
        Constant::Tuple(items) if fits(items.len()) => Some(Constant::Tuple(vec![items.clone(); times].concat())),
        _ => None,
    }
}

/// `==` of what is plain enough to know.
fn equal(left: &Constant, right: &Constant) -> Option<bool> {
    let is_plain = |value: &Constant| {
        // What is not equal to itself may still be found in a list, as the same object.
        matches!(value, Constant::Float(float) if !float.is_nan())
            || matches!(value, Constant::None | Constant::Str(_) | Constant::Bytes(_))
            || integer(value).is_some()
    };
    (is_plain(left) && is_plain(right)).then(|| left.equals(right))
}

fn ordered(left: &Constant, operator: &str, right: &Constant) -> Option<bool> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        // Code points and UTF-8 bytes have the same order.
        (Constant::Str(left), Constant::Str(right)) => left.cmp(right),
        (Constant::Float(left), Constant::Float(right)) => left.partial_cmp(right)?,
        (left, right) => match (integer(left), integer(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => {
                const EXACT: u128 = 1 << 53;
                let small = |value: &Constant| integer(value).is_none_or(|value| value.unsigned_abs() <= EXACT);
                (small(left) && small(right)).then(|| float(left)?.partial_cmp(&float(right)?)).flatten()?
            }
        },
    };
    Some(match operator {
        "<" => order == Less,
        "<=" => order != Greater,
        ">" => order == Greater,
        ">=" => order != Less,
        _ => order == Equal,
    })
}

fn contains(all: &Constant, one: &Constant) -> Option<bool> {
    let mut items = match all {
        Constant::List(items) | Constant::Tuple(items) | Constant::Set(items) => items.iter().collect::<Vec<_>>(),
        Constant::Dict(entries) => entries.iter().map(|(key, _)| key).collect(),
        Constant::Str(text) => match one {
            Constant::Str(part) => return Some(text.contains(part.as_str())),
            _ => return None,
        },
        _ => return None,
    }
    .into_iter();
    items.try_fold(false, |found, item| Some(found | equal(item, one)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_as_python_divides_and_shifts_them() {
        // Each answer is Python's.
        for (left, operator, right, answer) in [
            (7, "//", 2, Some(3)),
            (-7, "//", 2, Some(-4)),
            (7, "//", -2, Some(-4)),
            (-7, "%", 3, Some(2)),
            (7, "%", -3, Some(-2)),
            (-6, "%", 3, Some(0)),
            (2, "**", 10, Some(1024)),
            (2, "**", -1, None),
            (1, "<<", 62, Some(1 << 62)),
            (-1, "<<", 3, Some(-8)),
            (-5, ">>", 1, Some(-3)),
            (1, "<<", 200, None),
            (1, "//", 0, None),
            (6, "&", 3, Some(2)),
            (6, "^", 3, Some(5)),
        ] {
            assert_eq!(integers(left, operator, right), answer.map(Constant::Int), "{left} {operator} {right}");
        }
        assert_eq!(integers(1, "/", 3), Some(Constant::Float(1.0 / 3.0)));
        assert_eq!(integers(1 << 60, "/", 3), None);
    }
}
