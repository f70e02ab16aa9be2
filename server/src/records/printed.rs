//! The text that `flyte get` prints, to values.
//!
//! With `-o json-raw`, lists are JSON, and the details of one run or action are Python's `repr` (`flyte/cli/_get.py` asks for
//! "json" there, which is `pretty_repr`). Both go through a console that colours its output and breaks it at the width of
//! the terminal, within strings too (`get_console` of `flyte/cli/_common.py`: `force_terminal=True`). So this reads JSON and
//! Python's literals alike, passes over escape sequences, and takes line breaks out of strings. The values are those of
//! JSON. Nothing is evaluated.

use serde_json::{Map, Number, Value};

/// Deeper than any message nests.
const DEEPEST: usize = 100;

/// Where in a text, both 1-based; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// Why a text can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {what}", .position.line, .position.column)]
pub struct PrintedError {
    /// Where.
    pub position: Position,
    /// What is wrong there.
    pub what: String,
}

/// The values of a text, one after the other: one document, or one a line.
///
/// # Errors
///
/// The first place that is neither JSON nor a Python literal.
pub fn values(text: &str) -> Result<Vec<Value>, PrintedError> {
    let mut reader = Reader { text, at: 0 };
    let mut values = Vec::new();
    loop {
        reader.blanks();
        if reader.peek().is_none() {
            return Ok(values);
        }
        values.push(reader.value(0)?);
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is no part of an escape sequence.
    fn peek(&mut self) -> Option<char> {
        while let Some(length) = escape_sequence(self.rest()) {
            self.at += length;
        }
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| c.is_whitespace() || c == '\u{feff}') {
            self.next();
        }
    }

    fn error<T>(&self, what: impl Into<String>) -> Result<T, PrintedError> {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let position = Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 };
        Err(PrintedError { position, what: what.into() })
    }

    fn value(&mut self, depth: usize) -> Result<Value, PrintedError> {
        if depth > DEEPEST {
            return self.error("nested too deep for a run's record");
        }
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.list(depth, ']'),
            Some('(') => self.list(depth, ')'),
            Some('"' | '\'') => self.string().map(Value::String),
            Some(c) if c == '-' || c == '+' || c.is_ascii_digit() => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.word(),
            Some(c) => self.error(format!("`{c}` starts no value: give what `flyte -o json-raw get run` prints")),
            None => self.error("the text ends where a value should start: is it complete?"),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, PrintedError> {
        self.next();
        let mut map = Map::new();
        loop {
            self.blanks();
            match self.peek() {
                Some('}') => break,
                Some('"' | '\'') => {}
                Some(c) if c.is_ascii_digit() => {}
                Some(c) => return self.error(format!("`{c}` where a key in quotes or `}}` should stand")),
                None => return self.error("the text ends within an object: is it complete?"),
            }
            // A map of Python may have numbers for keys.
            let key = match self.value(depth + 1)? {
                Value::String(key) => key,
                other => other.to_string(),
            };
            self.blanks();
            if self.peek() != Some(':') {
                return self.error("a `:` should stand behind the key");
            }
            self.next();
            self.blanks();
            let value = self.value(depth + 1)?;
            map.insert(key, value);
            if !self.comma('}')? {
                break;
            }
        }
        self.next();
        Ok(Value::Object(map))
    }

    fn list(&mut self, depth: usize, close: char) -> Result<Value, PrintedError> {
        self.next();
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.peek() == Some(close) {
                break;
            }
            items.push(self.value(depth + 1)?);
            if !self.comma(close)? {
                break;
            }
        }
        self.next();
        Ok(Value::Array(items))
    }

    /// Whether a comma follows rather than the end.
    fn comma(&mut self, close: char) -> Result<bool, PrintedError> {
        self.blanks();
        match self.peek() {
            Some(',') => {
                self.next();
                Ok(true)
            }
            Some(c) if c == close => Ok(false),
            Some(c) => self.error(format!("`{c}` where `,` or `{close}` should stand")),
            None => self.error(format!("the text ends before `{close}`: is it complete?")),
        }
    }

    fn string(&mut self) -> Result<String, PrintedError> {
        let quote = self.next();
        let mut string = String::new();
        loop {
            match self.next() {
                None => return self.error("the text ends within a string: is it complete?"),
                c if c == quote => return Ok(string),
                Some('\\') => self.escaped(&mut string)?,
                // Broken by the console.
                Some('\n' | '\r') => {}
                Some(c) => string.push(c),
            }
        }
    }

    fn escaped(&mut self, string: &mut String) -> Result<(), PrintedError> {
        let escape = self.next();
        let plain = match escape {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('a') => '\u{7}',
            Some('v') => '\u{b}',
            Some('0') => '\0',
            Some('x') => self.code(2)?,
            Some('u') => self.code(4)?,
            Some('U') => self.code(8)?,
            Some(c @ ('\\' | '/' | '"' | '\'')) => c,
            Some(c) => return self.error(format!("`\\{c}` is no escape of JSON or Python")),
            None => return self.error("the text ends within a string: is it complete?"),
        };
        string.push(plain);
        Ok(())
    }

    /// A character by its number in hex; JSON writes those beyond 16 bits as a pair.
    fn code(&mut self, digits: usize) -> Result<char, PrintedError> {
        let first = self.hex(digits)?;
        let number = match first {
            0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                self.next();
                self.next();
                let second = self.hex(4)?;
                0x10000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff)
            }
            number => number,
        };
        // A lone half of a pair is no character.
        Ok(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self, digits: usize) -> Result<u32, PrintedError> {
        let mut number = 0_u32;
        for _ in 0..digits {
            match self.next().and_then(|c| c.to_digit(16)) {
                Some(digit) => number = number.wrapping_mul(16).wrapping_add(digit),
                None => return self.error("a character's number should be in hex"),
            }
        }
        Ok(number)
    }

    fn number(&mut self) -> Result<Value, PrintedError> {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')) {
            text.push(c);
            self.next();
        }
        let integer = text.parse::<i64>().ok().map(Number::from);
        let number = integer.or_else(|| Number::from_f64(text.parse().ok()?));
        match number {
            Some(number) => Ok(Value::Number(number)),
            None => self.error(format!("`{text}` is no number")),
        }
    }

    fn word(&mut self) -> Result<Value, PrintedError> {
        let mut word = String::new();
        let start = self.at;
        while let Some(c) = self.peek().filter(char::is_ascii_alphabetic) {
            word.push(c);
            self.next();
        }
        match word.as_str() {
            "true" | "True" => Ok(Value::Bool(true)),
            "false" | "False" => Ok(Value::Bool(false)),
            "null" | "None" | "nan" | "inf" | "NaN" | "Infinity" => Ok(Value::Null),
            _ => {
                self.at = start;
                self.error(format!("`{word}` is no value: give what `flyte -o json-raw get run` prints"))
            }
        }
    }
}

/// The length of the terminal's escape sequence that a text starts with: `ESC [ … letter`, or `ESC ] … ESC \`.
fn escape_sequence(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\u{1b}')?;
    if let Some(codes) = rest.strip_prefix('[') {
        let end = codes.find(|c: char| c.is_ascii_alphabetic() || c == '~')?;
        return Some(2 + end + 1);
    }
    if let Some(link) = rest.strip_prefix(']') {
        return link.find("\u{1b}\\").map(|end| 2 + end + 2);
    }
    Some(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_python_literals_are_read_alike() {
        let python = "[{'a': True, 'b': None, 'c': 'it\\'s \"x\"', \"d\": (1, 2,), 3: -1.5e3, 'u': '\\xe9\\u4e2d'}]";
        let json = r#"[{"a": true, "b": null, "c": "it's \"x\"", "d": [1, 2], "3": -1500.0, "u": "é中"}]"#;
        let expected: Value = serde_json::from_str(json).unwrap();
        assert_eq!(values(python).unwrap(), values(json).unwrap());
        assert_eq!(values(json).unwrap(), [expected]);
        assert_eq!(values("{\"a\":1}\n{\"a\":2}\n").unwrap(), [json!({"a": 1}), json!({"a": 2})]);
        assert_eq!(values("\u{feff} \n").unwrap(), Vec::<Value>::new());
        assert_eq!(values(r#""\ud83d\ude00""#).unwrap(), [json!("😀")]);
    }

    #[test]
    fn colours_and_broken_lines_are_passed_over() {
        let printed = "\u{1b}[1m[\u{1b}[0m\n  \u{1b}[32m'version'\u{1b}[0m\u{1b}[1m,\u{1b}[0m \n\u{1b}[32m'abc\u{1b}[0m\n\u{1b}[32mdef'\u{1b}[0m]\n";
        assert_eq!(values(printed).unwrap(), [json!(["version", "abcdef"])]);
    }

    #[test]
    fn what_is_no_value_is_told_with_its_place() {
        let told = |text: &str| values(text).unwrap_err().to_string();
        assert_eq!(told("[\n  {'a' 1}]"), "line 2, column 8: a `:` should stand behind the key");
        assert_eq!(told("[1, 2"), "line 1, column 6: the text ends before `]`: is it complete?");
        assert_eq!(told("Error: x").split(':').next(), Some("line 1, column 1"));
        assert!(told("{'a': '").contains("ends within a string"));
        assert!(told("╭─ x").contains("starts no value"));
        assert!(told(&"[".repeat(100_000)).contains("nested too deep"));
        for text in ["\u{1b}", "\u{1b}[", "'\\", "'\\x", "{", "{1", "-", "(", "\u{1b}]8;;"] {
            assert!(values(text).is_err() || text.starts_with('\u{1b}'), "{text:?}");
        }
    }
}
