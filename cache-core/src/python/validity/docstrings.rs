//! Docstrings: since 3.13 the compiler takes their indentation away, for which it needs them as UTF-8.

use ruff_python_ast::str_prefix::StringLiteralPrefix;
use ruff_python_ast::{Expr, ExprStringLiteral, Stmt, StringFlags};
use ruff_text_size::Ranged;

use super::finding::Minors;
use super::walk::Walker;
use crate::python::literal::{self, Decoding, Text};
use crate::python::version::Minor;

impl<'a> Walker<'a> {
    /// Checks the docstring of a module, class or function, if it has one.
    pub(super) fn docstring(&mut self, body: &'a [Stmt]) {
        let Some(Stmt::Expr(statement)) = body.first() else { return };
        let Expr::StringLiteral(node) = &*statement.value else { return };
        // Only an escape makes a surrogate.
        let source = &self.text[node.range().to_std_range()];
        if memchr::memchr(b'\\', source.as_bytes()).is_none() {
            return;
        }
        if let Some(what) = unencodable(&self.decoded(node)) {
            let message = format!("UnicodeEncodeError: 'utf-8' codec can't encode {what}: surrogates not allowed");
            self.code(Minors::since(Minor::Py313), statement.start(), message);
        }
    }

    fn decoded(&self, node: &'a ExprStringLiteral) -> Text<'a> {
        let mut value = Text::default();
        for part in &node.value {
            let raw = matches!(part.flags.prefix(), StringLiteralPrefix::Raw { .. });
            let body = part.range.add_start(part.flags.opener_len()).sub_end(part.flags.closer_len());
            // The names of characters don't matter here: each stands for one.
            let how = Decoding { raw, braces: false, minor: Minor::Py313 };
            value.append(literal::decode(self.text[body.to_std_range()].into(), how));
        }
        value
    }
}

/// The first lone surrogates of a text, as the codec names them.
fn unencodable(text: &Text<'_>) -> Option<String> {
    let (first, surrogate) = text.surrogates.first()?;
    let width = char::REPLACEMENT_CHARACTER.len_utf8();
    let run = text.surrogates.iter().enumerate().take_while(|(index, (at, _))| *at == first + index * width).count();
    let position = text.text[..*first].chars().count();
    Some(match run {
        1 => format!("character '\\u{surrogate:04x}' in position {position}"),
        run => format!("characters in position {position}-{}", position + run - 1),
    })
}
