//! JSON as Python writes and reads it, to Python values: what the SDK records of inputs, and what users type for them.
//!
//! Not `serde_json`, since `json.dumps` writes `NaN` and `Infinity`, and integers of any size that must not become floats.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::CharIndices;

use cache_core::key::flyte::Value;

/// Brackets within brackets; nobody writes so many by hand.
const MAX_DEPTH: u32 = 100;

/// The value of a JSON text, as `json.loads` makes it; `None` if it is none, or holds what no [`Value`] can (a lone surrogate, an
/// integer of more than 128 bits).
pub fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn value(&mut self, depth: u32) -> Option<Value> {
        self.skip_space();
        if depth > MAX_DEPTH {
            return None;
        }
        let words = [
            ("null", Value::None),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
            ("-Infinity", Value::Float(f64::NEG_INFINITY)),
        ];
        if let Some((_, value)) = words.into_iter().find(|(word, _)| self.take(word)) {
            return Some(value);
        }
        match self.rest.chars().next()? {
            '"' => self.string().map(Value::Str),
            '[' => {
                let mut items = Vec::new();
                self.sequence('[', ']', |reader| {
                    items.push(reader.value(depth + 1)?);
                    Some(())
                })?;
                Some(Value::List(items))
            }
            '{' => {
                let mut entries: Vec<(Value, Value)> = Vec::new();
                let mut known: HashMap<String, usize> = HashMap::new();
                self.sequence('{', '}', |reader| {
                    reader.skip_space();
                    let key = reader.string()?;
                    reader.skip_space();
                    reader.take(":").then_some(())?;
                    let value = reader.value(depth + 1)?;
                    // Of equal keys the first stays, with the last one's value.
                    match known.entry(key) {
                        Entry::Occupied(at) => entries[*at.get()].1 = value,
                        Entry::Vacant(new) => {
                            entries.push((Value::str(new.key()), value));
                            new.insert(entries.len() - 1);
                        }
                    }
                    Some(())
                })?;
                Some(Value::Dict(entries))
            }
            _ => self.number(),
        }
    }

    /// What stands between brackets, with commas.
    fn sequence(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.rest = self.rest.strip_prefix(open)?;
        self.skip_space();
        if let Some(rest) = self.rest.strip_prefix(close) {
            self.rest = rest;
            return Some(());
        }
        loop {
            item(self)?;
            self.skip_space();
            if let Some(rest) = self.rest.strip_prefix(close) {
                self.rest = rest;
                return Some(());
            }
            self.take(",").then_some(())?;
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        let body = self.rest.strip_prefix('"')?;
        let mut chars = body.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &body[at + 1..];
                    return Some(text);
                }
                '\\' => {
                    let (_, escape) = chars.next()?;
                    text.push(match escape {
                        '"' | '\\' | '/' => escape,
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'u' => escaped(&mut chars)?,
                        _ => return None,
                    });
                }
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
        None
    }

    fn number(&mut self) -> Option<Value> {
        let length = self.rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
        let (text, rest) = self.rest.split_at(length.unwrap_or(self.rest.len()));
        self.rest = rest;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_at(digits.find(['.', 'e', 'E']).unwrap_or(digits.len()));
        let is_whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_whole(whole) || (whole.starts_with('0') && whole.len() > 1) {
            return None;
        }
        if fraction.is_empty() {
            return text.parse().ok().map(Value::Int);
        }
        // Rust takes `1.` and `1.e5`, which JSON doesn't.
        let after_point = fraction.strip_prefix('.').map(|rest| rest.split(['e', 'E']).next().unwrap_or(rest));
        after_point.is_none_or(is_whole).then(|| text.parse().ok().map(Value::Float))?
    }

    fn take(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

/// What `\uXXXX` stands for; two of them for a character beyond the first plane.
fn escaped(chars: &mut CharIndices<'_>) -> Option<char> {
    let first = unit(chars)?;
    if !(0xD800..0xDC00).contains(&first) {
        return char::from_u32(first);
    }
    let is_pair = chars.next()?.1 == '\\' && chars.next()?.1 == 'u';
    let second = unit(chars).filter(|second| is_pair && (0xDC00..0xE000).contains(second))?;
    char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
}

/// Four hexadecimal digits.
fn unit(chars: &mut CharIndices<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + chars.next()?.1.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_dumps_writes_is_read_back() {
        for (json, python) in [
            (r#"{"x": 1, "y": [true, null, -0.0]}"#, "{'x': 1, 'y': [True, None, -0.0]}"),
            (r#"[NaN, Infinity, -Infinity, 1e-05, 1e+16]"#, "[nan, inf, -inf, 1e-05, 1e+16]"),
            (r#""h\u00e9 \ud83d\ude00 \/ \"\\""#, r#"'hé 😀 / "\\'"#),
            ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
            (r#"{"a": 1, "a": 2}"#, "{'a': 2}"),
            (" [ ] ", "[]"),
        ] {
            assert_eq!(parse(json).map(|value| value.to_string()).as_deref(), Some(python), "{json}");
        }
    }

    #[test]
    fn what_json_loads_refuses_is_refused() {
        for text in [
            "",
            "1 2",
            "[1,]",
            "{'a': 1}",
            "{\"a\"}",
            "01",
            "1.",
            "1.e5",
            ".5",
            "+1",
            "- 1",
            "\"a",
            "\"\\x\"",
            "\"\n\"",
            "True",
            "nan",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "[1",
            "{\"a\": }",
            "e",
            "-",
            "\"\\u12\"",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None, "no stack is exhausted");
    }
}
