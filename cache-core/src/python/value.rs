//! The values of literal expressions: what a user types for an input, and what a default or an argument is.

use ruff_python_ast::str_prefix::StringLiteralPrefix;
use ruff_python_ast::{self as ast, Expr, Number, Stmt, StringFlags, UnaryOp};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::literal::{self, Decoding, Text};
use super::version::Minor;
use super::{repr, teardown};

/// Brackets and signs around brackets and signs; nobody writes so many by hand.
pub(super) const MAX_DEPTH: u32 = 100;

/// Why a text has no value that is known without running it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The text is no Python expression: what the parser says.
    #[error("{0}: write a Python literal, such as 3, 0.1, \"text\", [1, 2] or {{\"a\": 1}}")]
    Syntax(String),
    /// A part of it isn't a literal.
    #[error(
        "{0} is no literal: only numbers, text, bytes, True, False, None, and lists, tuples, sets and dicts of them are"
    )]
    NotLiteral(String),
    /// A value that is known but can't be held.
    #[error("{0}")]
    TooMuch(&'static str),
}

/// The value of a literal expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int`.
    Int(i128),
    /// A `float`.
    Float(f64),
    /// A `str`.
    Str(String),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Literal>),
    /// A `tuple`.
    Tuple(Vec<Literal>),
    /// What stands in the braces of a `set`.
    Set(Vec<Literal>),
    /// What stands in the braces of a `dict`.
    Dict(Vec<(Literal, Literal)>),
}

/// The value of an expression that is made of literals only, as `ast.literal_eval` would give it; and `float("nan")`, `float("inf")` and
/// `set()`, which have no literals.
///
/// `minor` is whose names of characters `\N{…}` knows.
///
/// ```
/// use cache_core::python::{Literal, Minor, value};
///
/// assert_eq!(value("-3", Minor::Py312), Ok(Literal::Int(-3)));
/// assert_eq!(value("('a' 'b',)", Minor::Py312), Ok(Literal::Tuple(vec![Literal::Str("ab".to_owned())])));
/// assert!(value("open('x')", Minor::Py312).unwrap_err().to_string().starts_with("open('x') is no literal"));
/// ```
///
/// # Errors
///
/// [`ValueError`] for everything else.
pub fn value(text: &str, minor: Minor) -> Result<Literal, ValueError> {
    // A module and not an expression, since trees of modules can be freed whatever their depth.
    let source = text.trim_matches([' ', '\t', '\r', '\n', '\x0c']).replace("\r\n", "\n");
    let parsed = parse_unchecked(&source, ParseOptions::from(Mode::Module)).try_into_module();
    let Some(parsed) = parsed else { return Err(ValueError::Syntax("this can't be parsed".to_owned())) };
    let error = parsed.errors().first().map(|error| error.error.to_string());
    let body = parsed.into_suite();
    let value = match (error, body.as_slice()) {
        (Some(error), _) => Err(ValueError::Syntax(error)),
        (None, [Stmt::Expr(statement)]) => Reader { source: &source, minor }.read(&statement.value, 0),
        (None, _) => Err(ValueError::Syntax("this is no single expression".to_owned())),
    };
    teardown::drop_deep(body);
    value
}

/// Reads literals off the source that they stand in.
pub(super) struct Reader<'a> {
    pub(super) source: &'a str,
    pub(super) minor: Minor,
}

impl Reader<'_> {
    pub(super) fn read(&self, expression: &Expr, depth: u32) -> Result<Literal, ValueError> {
        if depth > MAX_DEPTH {
            return Err(ValueError::TooMuch("nested too deeply"));
        }
        let list = |items: &[Expr]| items.iter().map(|item| self.read(item, depth + 1)).collect::<Result<Vec<_>, _>>();
        match expression {
            Expr::NoneLiteral(_) => Ok(Literal::None),
            Expr::BooleanLiteral(node) => Ok(Literal::Bool(node.value)),
            Expr::NumberLiteral(node) => self.number(node),
            Expr::StringLiteral(node) => self.text(node),
            Expr::BytesLiteral(node) => Ok(Literal::Bytes(self.bytes(node))),
            Expr::List(node) => list(&node.elts).map(Literal::List),
            Expr::Tuple(node) => list(&node.elts).map(Literal::Tuple),
            Expr::Set(node) => list(&node.elts).map(Literal::Set),
            Expr::Dict(node) => {
                let entries = node.items.iter().map(|item| match &item.key {
                    Some(key) => Ok((self.read(key, depth + 1)?, self.read(&item.value, depth + 1)?)),
                    None => Err(self.not_literal(item)),
                });
                entries.collect::<Result<Vec<_>, _>>().map(Literal::Dict)
            }
            Expr::UnaryOp(node) => match (node.op, self.read(&node.operand, depth + 1)?) {
                (UnaryOp::USub, Literal::Int(integer)) => Ok(Literal::Int(-integer)),
                (UnaryOp::USub, Literal::Float(float)) => Ok(Literal::Float(-float)),
                (UnaryOp::UAdd, number @ (Literal::Int(_) | Literal::Float(_))) => Ok(number),
                _ => Err(self.not_literal(node)),
            },
            Expr::Call(node) => self.call(node),
            other => Err(self.not_literal(other)),
        }
    }

    fn number(&self, node: &ast::ExprNumberLiteral) -> Result<Literal, ValueError> {
        match &node.value {
            Number::Float(float) => Ok(Literal::Float(*float)),
            Number::Complex { .. } => Err(self.not_literal(node)),
            Number::Int(_) => {
                let digits = repr::integer(&self.source[node.range().to_std_range()]);
                let integer = digits.and_then(|digits| digits.parse().ok());
                integer.map(Literal::Int).ok_or(ValueError::TooMuch("an integer of more than 128 bits"))
            }
        }
    }

    fn text(&self, node: &ast::ExprStringLiteral) -> Result<Literal, ValueError> {
        let mut text = Text::default();
        for part in &node.value {
            let raw = matches!(part.flags.prefix(), StringLiteralPrefix::Raw { .. });
            let how = Decoding { raw, braces: false, minor: self.minor };
            text.append(literal::decode(self.body(part.range, part.flags).into(), how));
        }
        if text.surrogates.is_empty() {
            Ok(Literal::Str(text.text.into_owned()))
        } else {
            Err(ValueError::TooMuch("text with a lone surrogate, which can't be sent anywhere"))
        }
    }

    /// The value of one part of a string; `None` if it holds a lone surrogate.
    pub(super) fn part(&self, part: &ast::StringLiteral) -> Option<String> {
        let raw = matches!(part.flags.prefix(), StringLiteralPrefix::Raw { .. });
        let how = Decoding { raw, braces: false, minor: self.minor };
        let text = literal::decode(self.body(part.range, part.flags).into(), how);
        text.surrogates.is_empty().then(|| text.text.into_owned())
    }

    fn bytes(&self, node: &ast::ExprBytesLiteral) -> Vec<u8> {
        let parts = node.value.iter().map(|part| {
            literal::decode_bytes(self.body(part.range, part.flags), part.flags.prefix().is_raw()).into_owned()
        });
        parts.collect::<Vec<_>>().concat()
    }

    /// `float("nan")` and the like, `set()`: values that only a call can write.
    fn call(&self, node: &ast::ExprCall) -> Result<Literal, ValueError> {
        let Expr::Name(name) = &*node.func else { return Err(self.not_literal(node)) };
        match (name.id.as_str(), &*node.arguments.args, node.arguments.keywords.is_empty()) {
            ("set", [], true) => Ok(Literal::Set(Vec::new())),
            ("float", [Expr::StringLiteral(text)], true) => match text.value.to_str().to_ascii_lowercase().as_str() {
                "nan" => Ok(Literal::Float(f64::NAN)),
                "inf" | "infinity" => Ok(Literal::Float(f64::INFINITY)),
                "-inf" | "-infinity" => Ok(Literal::Float(f64::NEG_INFINITY)),
                _ => Err(self.not_literal(node)),
            },
            _ => Err(self.not_literal(node)),
        }
    }

    /// What stands between the quotes.
    fn body(&self, range: TextRange, flags: impl StringFlags) -> &str {
        let range = TextRange::new(range.start() + flags.opener_len(), range.end() - flags.closer_len());
        &self.source[range.to_std_range()]
    }

    fn not_literal(&self, node: impl Ranged) -> ValueError {
        ValueError::NotLiteral(self.source[node.range().to_std_range()].to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Literal, ValueError> {
        value(text, Minor::Py312)
    }

    fn shown(text: &str) -> String {
        of(text).map_or_else(|error| format!("error: {error}"), |literal| format!("{literal:?}"))
    }

    #[test]
    fn everything_else_is_refused_in_words() {
        for (text, message) in [
            ("x", "x is no literal"),
            ("[1, x]", "x is no literal"),
            ("1 + 2", "1 + 2 is no literal"),
            ("-True", "-True is no literal"),
            ("f'a'", "f'a' is no literal"),
            ("2j", "2j is no literal"),
            ("[*a]", "*a is no literal"),
            ("{**a}", "a is no literal"),
            ("float(x='1')", "float(x='1') is no literal"),
            ("", "this is no single expression"),
            ("1; 2", "this is no single expression"),
            ("x = 1", "this is no single expression"),
            (r"'\ud800'", "text with a lone surrogate"),
            ("170141183460469231731687303715884105728", "an integer of more than 128 bits"),
        ] {
            let shown = shown(text);
            assert!(shown.starts_with(&format!("error: {message}")), "{text}: {shown}");
        }
        for text in ["[1", "1 2", "'a", ")"] {
            assert!(matches!(of(text), Err(ValueError::Syntax(_))), "{text}");
        }
    }

    #[test]
    fn depth_is_survived() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(of(&deep).is_err());
        assert!(of(&format!("{}1", "-".repeat(100_000))).is_err());
        assert!(of(&format!("{}1", "1+".repeat(100_000))).is_err());
    }
}
