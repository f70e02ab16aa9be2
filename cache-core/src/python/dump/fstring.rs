//! f-strings and t-strings: how their pieces of text merge, and what a field becomes.
//!
//! CPython changed the way with PEP 701 (3.12), and several patch releases repaired it: see [`super::rules`].

use std::borrow::Cow;

use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedStringElement};
use ruff_text_size::{TextRange, TextSize};

use super::Dumper;
use super::node::Growing;
use super::rules::{DebugEnd, Specs};
use crate::python::literal::{self, Decoding, Text};
use crate::python::unknown::Unknown;
use crate::python::version::Minor;

/// A piece of a concatenation that is an f-string or t-string as a whole.
enum Part<'a> {
    Literal(&'a ast::StringLiteral),
    Elements { elements: &'a [InterpolatedStringElement], raw: bool },
}

/// Which of the two kinds of strings with fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Format,
    Template,
}

/// Neighbouring pieces of text, which become one `Constant`.
struct Run<'a> {
    text: Text<'a>,
    begun: bool,
    /// The `u` of the run's first piece; up to 3.11 that of the whole string's first piece.
    unicode: bool,
    all_unicode: Option<bool>,
}

impl<'a> Run<'a> {
    fn new(all_unicode: Option<bool>) -> Self {
        Self { text: Text::default(), begun: false, unicode: false, all_unicode }
    }

    fn add(&mut self, text: Text<'a>, unicode: bool) {
        if !std::mem::replace(&mut self.begun, true) {
            self.unicode = unicode;
        }
        self.text.append(text);
    }

    /// Writes what has come together, unless it is empty.
    fn flush(&mut self, values: &mut Growing<'_, '_, 'a>) {
        self.begun = false;
        if !self.text.is_empty() {
            values.item().text_constant(&self.text, self.all_unicode.unwrap_or(self.unicode));
            self.text = Text::default();
        }
    }
}

/// What nested fields must know of the string around them.
#[derive(Clone, Copy)]
struct Around {
    kind: Kind,
    raw: bool,
    /// How many specs the field is nested in.
    depth: u32,
    /// Fields of the same spec that come before.
    earlier_fields: bool,
}

impl<'a> Dumper<'a> {
    pub(super) fn f_string(&mut self, node: &'a ast::ExprFString) {
        let parts = node.value.iter().map(|part| match part {
            FStringPart::Literal(literal) => Part::Literal(literal),
            FStringPart::FString(part) => {
                Part::Elements { elements: &part.elements, raw: part.flags.prefix().is_raw() }
            }
        });
        let first_unicode = match node.value.as_slice().first() {
            Some(FStringPart::Literal(literal)) => self.is_unicode(literal),
            _ => false,
        };
        let all_unicode = (self.minor() < Minor::Py312).then_some(first_unicode);
        self.interpolated("JoinedStr(", parts, Kind::Format, all_unicode);
    }

    pub(super) fn t_string(&mut self, node: &'a ast::ExprTString) {
        let parts = node
            .value
            .iter()
            .map(|part| Part::Elements { elements: &part.elements, raw: part.flags.prefix().is_raw() });
        self.interpolated("TemplateStr(", parts, Kind::Template, None);
    }

    fn interpolated(
        &mut self,
        name: &'static str,
        parts: impl Iterator<Item = Part<'a>>,
        kind: Kind,
        all_unicode: Option<bool>,
    ) {
        let mut n = self.node(name);
        n.growing_list("values=", |values| {
            let mut run = Run::new(all_unicode);
            for part in parts {
                match part {
                    Part::Literal(literal) => {
                        let dumper = values.dumper();
                        run.add(dumper.literal(literal), dumper.is_unicode(literal));
                    }
                    Part::Elements { elements, raw } => {
                        let around = Around { kind, raw, depth: 0, earlier_fields: false };
                        values_of(values, &mut run, elements, around);
                    }
                }
            }
            run.flush(values);
        });
        n.end();
    }

    /// `FormattedValue(…)` or `Interpolation(…)`.
    fn field(&mut self, field: &'a ast::InterpolatedElement, around: Around) {
        let mut n = self.node(match around.kind {
            Kind::Format => "FormattedValue(",
            Kind::Template => "Interpolation(",
        });
        n.field("value=").expression(&field.expression);
        if around.kind == Kind::Template {
            n.field("str=").interpolation_source(field);
        }
        n.field("conversion=").push(match field.conversion {
            ConversionFlag::Str => "115",
            ConversionFlag::Repr => "114",
            ConversionFlag::Ascii => "97",
            // `{x=}` alone shows the repr.
            ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => "114",
            ConversionFlag::None => "-1",
        });
        n.optional("format_spec=", field.format_spec.as_deref(), |dumper, spec| dumper.format_spec(spec, around));
        n.end();
    }

    fn format_spec(&mut self, spec: &'a ast::InterpolatedStringFormatSpec, around: Around) {
        // Fields of a t-string's spec are formatted values.
        let around = Around { kind: Kind::Format, depth: around.depth + 1, earlier_fields: false, ..around };
        let elements = &*spec.elements;
        // Behind a field, `{{` is an escaped brace to the tokenizer, and the field's end becomes text (gh-157491, open).
        let mut behind_field = false;
        for element in elements {
            if let InterpolatedStringElement::Interpolation(field) = element {
                if behind_field && self.minor() > Minor::Py311 && self.doubles_brace(field) {
                    self.unknown(Unknown::Construct("a brace behind a field of a nested format spec".to_owned()));
                }
                behind_field = true;
            }
        }
        let has_field = elements.iter().any(InterpolatedStringElement::is_interpolation);
        let names: Vec<Named> = elements.iter().filter_map(|element| self.named_escapes(element, around.raw)).collect();
        let named = names.iter().any(|named| named.count > 0);
        let rules = match elements.last() {
            // Whatever ends in plain text and holds no named escape is put together in one way by all versions.
            Some(InterpolatedStringElement::Literal(_)) if !named && !self.opens_with_brace(elements) => {
                Some(Specs::Merged)
            }
            None => Some(Specs::Merged),
            Some(_) => self.specs(),
        };
        match rules {
            Some(Specs::Split) => self.split_spec(elements, around),
            Some(Specs::Constant | Specs::ConstantCountingEmpty) if !has_field => {
                let counts_empty = rules == Some(Specs::ConstantCountingEmpty);
                let pieces: usize = names.iter().map(|named| named.pieces(counts_empty)).sum();
                if pieces >= 2 {
                    let mut text = Text::default();
                    for element in elements {
                        if let InterpolatedStringElement::Literal(literal) = element {
                            text.append(self.element_text(literal, around));
                        }
                    }
                    self.text_constant(&text, false);
                } else {
                    self.merged_spec(elements, around);
                }
            }
            _ => self.merged_spec(elements, around),
        }
    }

    fn merged_spec(&mut self, elements: &'a [InterpolatedStringElement], around: Around) {
        let mut n = self.node("JoinedStr(");
        n.growing_list("values=", |values| {
            let mut run = Run::new(None);
            values_of(values, &mut run, elements, around);
            run.flush(values);
        });
        n.end();
    }

    /// See [`Specs::Split`].
    fn split_spec(&mut self, elements: &'a [InterpolatedStringElement], around: Around) {
        let mut n = self.node("JoinedStr(");
        n.growing_list("values=", |values| {
            let mut after_text = false;
            for element in elements {
                match element {
                    InterpolatedStringElement::Literal(literal) => {
                        let source = values.dumper().source(literal.range);
                        let (pieces, rest) = split_after_names(&source);
                        after_text = !rest.is_empty();
                        for piece in pieces.iter().chain(after_text.then_some(&rest)) {
                            let minor = values.dumper().minor();
                            let how = Decoding { raw: false, braces: true, minor };
                            let text = literal::decode((*piece).into(), how);
                            values.item().text_constant(&text, false);
                        }
                    }
                    InterpolatedStringElement::Interpolation(field) => {
                        if field.debug_text.is_some() {
                            let why = "ValueError: field 'value' is required for Constant";
                            values.dumper().unknown(Unknown::Raises(why.to_owned()));
                        }
                        if !after_text && values.dumper().doubles_brace(field) {
                            values.item().text_constant(&Text::default(), false);
                        }
                        after_text = false;
                        values.item().field(field, around);
                    }
                }
            }
            if !after_text {
                values.item().text_constant(&Text::default(), false);
            }
        });
        n.end();
    }

    /// The value of a literal piece of an f-string or t-string.
    fn element_text(&mut self, literal: &'a ast::InterpolatedStringLiteralElement, around: Around) -> Text<'a> {
        let source = self.source(literal.range);
        let mut raw = around.raw;
        if around.depth > 0 {
            if raw && source.contains('\\') {
                raw = !self.decodes_raw_specs().unwrap_or_default();
            }
            // The tokenizer of a single-quoted f-string saw the end of the spec in a line end; versions differ.
            if source.contains('\n') && self.minor() > Minor::Py311 && self.spec_line_end(literal) {
                self.unknown(Unknown::Construct(
                    "a line end in the format spec of a single-quoted f-string".to_owned(),
                ));
            }
        }
        literal::decode(source, Decoding { raw, braces: true, minor: self.minor() })
    }

    /// Whether a line ends in the piece without a backslash before, which only triple quotes allow for sure.
    fn spec_line_end(&self, literal: &ast::InterpolatedStringLiteralElement) -> bool {
        let before = &self.block.source[..literal.range.start().to_usize()];
        let source = &self.block.source[literal.range.to_std_range()];
        let bare = source.split('\n').rev().skip(1).any(|line| !line.ends_with('\\'));
        // The quotes that opened the string are the last ones that are not inside of the field; triple ones are searched for only.
        bare && !before.contains("'''") && !before.contains("\"\"\"")
    }

    /// The text that `{x=}` shows before the value.
    fn debug_text(&mut self, field: &'a ast::InterpolatedElement, text: &ast::DebugText, around: Around) -> Text<'a> {
        let start = field.range.start() + TextSize::from(1);
        let range = TextRange::at(start, TextSize::of(text.as_str()));
        let source = self.source(range);
        if self.minor() < Minor::Py312 {
            return Text { text: source, surrogates: Vec::new() };
        }
        if around.depth > 1 || (around.depth == 1 && around.earlier_fields) {
            self.unknown(Unknown::Construct(
                "an `=` expression behind another field of a nested format spec".to_owned(),
            ));
        }
        if around.depth > 0 && source.contains("!=") {
            // Releases cut it there or not, and not all as they do outside of a spec.
            self.unknown(Unknown::Construct("a `!=` in an `=` expression of a nested format spec".to_owned()));
        }
        let source = self.debug_text_end(source, field);
        let source = self.without_comments(source);
        // Within a spec it was never decoded.
        let decodes =
            around.depth == 0 && !around.raw && source.contains('\\') && self.decodes_debug_text().unwrap_or_default();
        literal::decode(source, Decoding { raw: !decodes, braces: false, minor: self.minor() })
    }

    /// The tokenizer may take the `!` of a `!=` for the end of the expression.
    fn debug_text_end(&mut self, source: Cow<'a, str>, field: &'a ast::InterpolatedElement) -> Cow<'a, str> {
        if !source.contains("!=") {
            return source;
        }
        let has_bare_spec = field.format_spec.is_some() && field.conversion == ConversionFlag::None;
        let end = self.debug_end(has_bare_spec);
        if source.contains(['\'', '"', '#']) && end != Some(DebugEnd::Whole) {
            self.unknown(Unknown::Construct("a `!=` and quotes in an f-string's `=` expression".to_owned()));
            return source;
        }
        let mut depth = 0_usize;
        let mut inequalities = source.char_indices().filter(|&(at, c)| {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && source[at..].starts_with("!=")
        });
        let cut = match end {
            Some(DebugEnd::FirstInequality) => inequalities.next(),
            Some(DebugEnd::LastInequality) => inequalities.last(),
            Some(DebugEnd::Whole) | None => None,
        };
        match cut {
            Some((at, _)) => source[..at].to_owned().into(),
            None => source,
        }
    }

    /// The tokenizer drops comments from the text that it keeps of an expression.
    fn without_comments(&mut self, source: Cow<'a, str>) -> Cow<'a, str> {
        if !source.contains('#') {
            return source;
        }
        if source.contains(['\'', '"']) {
            self.unknown(Unknown::Construct("a `#` and quotes in an f-string's `=` expression".to_owned()));
        }
        let lines = source.split('\n').map(|line| line.split_once('#').map_or(line, |(code, _)| code));
        lines.collect::<Vec<_>>().join("\n").into()
    }

    /// `Interpolation.str`: the expression's source without `=`, conversion, spec, and blanks at its end.
    fn interpolation_source(&mut self, field: &'a ast::InterpolatedElement) {
        let start = field.range.start() + TextSize::from(1);
        let source = match (&field.debug_text, &field.format_spec) {
            (Some(text), _) => {
                let length = TextSize::of(text.leading()) + TextSize::of(text.expression());
                self.source(TextRange::at(start, length))
            }
            (None, spec) => {
                // The spec's range starts behind the colon; without a spec the field ends in a brace.
                let end = spec.as_ref().map_or(field.range.end(), |spec| spec.range.start()) - TextSize::from(1);
                self.source(TextRange::new(start, end))
            }
        };
        let source = self.without_comments(source);
        let mut text = source.trim_end();
        if field.debug_text.is_none()
            && field.conversion != ConversionFlag::None
            && let Some((before, _)) = text.rsplit_once('!')
        {
            text = before.trim_end();
        }
        let text = Text::from(text);
        crate::python::repr::text(&mut self.out, &text, self.python.minor);
    }

    /// The named escapes of a spec's piece of text, by which the tokenizer splits it.
    fn named_escapes(&self, element: &'a InterpolatedStringElement, raw: bool) -> Option<Named> {
        let InterpolatedStringElement::Literal(literal) = element else { return None };
        let source = &self.block.source[literal.range.to_std_range()];
        if raw {
            return Some(Named { count: 0, ends_in_text: !source.is_empty() });
        }
        let (pieces, rest) = split_after_names(source);
        Some(Named { count: pieces.len(), ends_in_text: !rest.is_empty() })
    }

    /// Whether a field's expression begins with a brace, as in `{x:{{}}}`.
    fn doubles_brace(&self, field: &ast::InterpolatedElement) -> bool {
        self.block.source[field.range.start().to_usize()..].starts_with("{{")
    }

    fn opens_with_brace(&self, elements: &[InterpolatedStringElement]) -> bool {
        elements.iter().any(|element| match element {
            InterpolatedStringElement::Interpolation(field) => self.doubles_brace(field) || field.debug_text.is_some(),
            InterpolatedStringElement::Literal(_) => false,
        })
    }
}

/// The values that elements become: texts gather in `run`, fields are written.
fn values_of<'a>(
    values: &mut Growing<'_, '_, 'a>,
    run: &mut Run<'a>,
    elements: &'a [InterpolatedStringElement],
    mut around: Around,
) {
    for element in elements {
        match element {
            InterpolatedStringElement::Literal(literal) => {
                let text = values.dumper().element_text(literal, around);
                run.add(text, false);
            }
            InterpolatedStringElement::Interpolation(field) => {
                if let Some(debug) = &field.debug_text {
                    let text = values.dumper().debug_text(field, debug, around);
                    run.add(text, false);
                }
                run.flush(values);
                values.item().field(field, around);
                around.earlier_fields = true;
            }
        }
    }
}

/// How a piece of text is split by `\N{…}`.
struct Named {
    count: usize,
    ends_in_text: bool,
}

impl Named {
    fn pieces(&self, counts_empty: bool) -> usize {
        self.count + usize::from(self.ends_in_text || (counts_empty && self.count > 0))
    }
}

/// Splits behind each `\N{…}`: the pieces that end in one, and the rest.
fn split_after_names(source: &str) -> (Vec<&str>, &str) {
    let mut pieces = Vec::new();
    let mut rest = source;
    let mut from = 0;
    while let Some(at) = rest[from..].find('\\').map(|at| from + at) {
        let end = rest[at..].starts_with("\\N{").then(|| rest[at..].find('}')).flatten();
        match end {
            Some(length) => {
                let (piece, after) = rest.split_at(at + length + 1);
                pieces.push(piece);
                (rest, from) = (after, 0);
            }
            // Skips what is escaped: `\\N{x}` is no name.
            None => from = rest[at + 1..].chars().next().map_or(rest.len(), |c| at + 1 + c.len_utf8()),
        }
    }
    (pieces, rest)
}
