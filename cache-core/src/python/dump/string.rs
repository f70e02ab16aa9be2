//! String and bytes literals, implicit concatenations included.

use ruff_python_ast::str_prefix::StringLiteralPrefix;
use ruff_python_ast::{self as ast, StringFlags};
use ruff_text_size::TextRange;

use super::Dumper;
use crate::python::literal::{self, Decoding, Text};
use crate::python::repr;

impl<'a> Dumper<'a> {
    pub(super) fn string(&mut self, node: &'a ast::ExprStringLiteral) {
        let mut parts = node.value.iter();
        let Some(first) = parts.next() else { return };
        let mut text = self.literal(first);
        for part in parts {
            text.append(self.literal(part));
        }
        // Of a concatenation the first piece's prefix counts.
        self.text_constant(&text, self.is_unicode(first));
    }

    pub(super) fn bytes(&mut self, node: &'a ast::ExprBytesLiteral) {
        let mut value = Vec::new();
        for part in &node.value {
            let body = self.source(body(part.range, part.flags));
            value.extend_from_slice(&literal::decode_bytes(&body, part.flags.prefix().is_raw()));
        }
        self.push("Constant(value=");
        repr::bytes(&mut self.out, &value);
        self.push(")");
    }

    /// Whether the literal has the prefix `u`, which CPython's tree keeps as `kind='u'`; a `U` it forgets.
    pub(super) fn is_unicode(&self, node: &ast::StringLiteral) -> bool {
        self.block.source[node.range.start().to_usize()..].starts_with('u')
    }

    /// The value of one `str` literal.
    pub(super) fn literal(&self, node: &'a ast::StringLiteral) -> Text<'a> {
        let raw = matches!(node.flags.prefix(), StringLiteralPrefix::Raw { .. });
        let how = Decoding { raw, braces: false, minor: self.minor() };
        literal::decode(self.source(body(node.range, node.flags)), how)
    }

    pub(super) fn text_constant(&mut self, text: &Text<'_>, unicode: bool) {
        self.push("Constant(value=");
        repr::text(&mut self.out, text, self.python.minor);
        self.push(if unicode { ", kind='u')" } else { ")" });
    }
}

/// What stands between the quotes.
fn body(range: TextRange, flags: impl StringFlags) -> TextRange {
    TextRange::new(range.start() + flags.opener_len(), range.end() - flags.closer_len())
}
