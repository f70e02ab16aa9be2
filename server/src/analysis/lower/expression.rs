//! Expressions.

use tree_sitter::Node;

use super::{Lowering, MAX_DEPTH, children, field, line, offset};
use crate::analysis::ir::*;
use crate::analysis::literal;

impl Lowering<'_> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> Expr {
        self.depth += 1;
        // A call is looked into: an error in one argument says nothing against the others.
        let broken = node.has_error() && node.kind() != "call";
        let kind = if self.depth > MAX_DEPTH || broken { ExprKind::Broken } else { self.kind(node) };
        self.depth -= 1;
        Expr { start: self.offset(node.start_byte()), end: self.offset(node.end_byte()), line: line(node), kind }
    }

    pub(super) fn expressions(&mut self, nodes: Vec<Node<'_>>) -> Vec<Expr> {
        nodes.into_iter().map(|node| self.expression(node)).collect()
    }

    fn kind(&mut self, node: Node<'_>) -> ExprKind {
        match node.kind() {
            "none" => ExprKind::None,
            "ellipsis" => ExprKind::Ellipsis,
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "integer" => integer(self.text_of(node)).map_or(ExprKind::Other(Vec::new()), ExprKind::Int),
            "string" => self.string(node).unwrap_or_else(|| self.other(node)),
            "concatenated_string" => self.strings(node).unwrap_or_else(|| self.other(node)),
            "identifier" | "keyword_identifier" => {
                let name = self.name_of(node);
                let is_hidden = self.hidden.contains(&name);
                if is_hidden { ExprKind::Other(Vec::new()) } else { ExprKind::Name(name) }
            }
            "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
                let names = children(node)
                    .into_iter()
                    .filter(|clause| clause.kind() == "for_in_clause")
                    .filter_map(|clause| field(clause, "left"))
                    .flat_map(|left| self.names(left))
                    .collect();
                self.hiding(names, |lowering| lowering.other(node))
            }
            "attribute" => match (field(node, "object"), field(node, "attribute")) {
                (Some(object), Some(name)) => {
                    ExprKind::Attribute(Box::new(self.expression(object)), self.name_of(name))
                }
                _ => ExprKind::Broken,
            },
            "float" => ExprKind::Float,
            "subscript" => {
                let parts = children(node);
                match parts.as_slice() {
                    [object, key] => {
                        ExprKind::Subscript(Box::new(self.expression(*object)), Box::new(self.expression(*key)))
                    }
                    [object, keys @ ..] if !keys.is_empty() => {
                        let keys = self.keys(keys);
                        ExprKind::Subscript(Box::new(self.expression(*object)), Box::new(keys))
                    }
                    _ => self.other(node),
                }
            }
            // What annotations are to the grammar: `list[int]`, `a | b`, `a.b`.
            "generic_type" => self.generic_type(node),
            "union_type" => match children(node).as_slice() {
                [left, right] => ExprKind::Binary(
                    Box::new(self.expression(*left)),
                    "|".to_owned(),
                    Box::new(self.expression(*right)),
                ),
                _ => self.other(node),
            },
            "member_type" => match children(node).as_slice() {
                [object, name] => ExprKind::Attribute(Box::new(self.expression(*object)), self.name_of(*name)),
                _ => self.other(node),
            },
            "lambda" => match field(node, "body") {
                Some(body) => {
                    let parameters = field(node, "parameters").map(|list| self.parameters(list)).unwrap_or_default();
                    let names = parameters.iter().map(|parameter| parameter.name.clone()).collect();
                    let body = self.hiding(names, |lowering| lowering.expression(body));
                    ExprKind::Lambda(parameters, Box::new(body))
                }
                None => ExprKind::Broken,
            },
            "call" => self.call(node),
            "list" => ExprKind::List(self.expressions(children(node))),
            "tuple" | "expression_list" => ExprKind::Tuple(self.expressions(children(node))),
            "set" => ExprKind::Set(self.expressions(children(node))),
            "dictionary" => self.dictionary(node),
            "binary_operator" => match (field(node, "left"), field(node, "operator"), field(node, "right")) {
                (Some(left), Some(operator), Some(right)) => ExprKind::Binary(
                    Box::new(self.expression(left)),
                    self.text_of(operator).to_owned(),
                    Box::new(self.expression(right)),
                ),
                _ => ExprKind::Broken,
            },
            "unary_operator" => match (field(node, "operator"), field(node, "argument")) {
                (Some(operator), Some(operand)) => {
                    ExprKind::Unary(self.text_of(operator).to_owned(), Box::new(self.expression(operand)))
                }
                _ => ExprKind::Broken,
            },
            "conditional_expression" => match children(node).as_slice() {
                [then, test, otherwise] => ExprKind::Conditional {
                    then: Box::new(self.expression(*then)),
                    test: Box::new(self.expression(*test)),
                    otherwise: Box::new(self.expression(*otherwise)),
                },
                _ => ExprKind::Broken,
            },
            // Parentheses don't count; a type is what an annotation's expression is wrapped in.
            "parenthesized_expression" | "type" => match children(node).as_slice() {
                [inner] => self.expression(*inner).kind,
                _ => ExprKind::Broken,
            },
            "await" => match children(node).as_slice() {
                [inner] => ExprKind::Await(Box::new(self.expression(*inner))),
                _ => ExprKind::Broken,
            },
            "named_expression" => {
                if let Some(name) = field(node, "name") {
                    self.walrus.push(self.name_of(name));
                }
                self.other(node)
            }
            "yield" => {
                self.yields = true;
                self.other(node)
            }
            _ => self.other(node),
        }
    }

    fn generic_type(&mut self, node: Node<'_>) -> ExprKind {
        let parts = children(node);
        let [object, parameters] = parts.as_slice() else { return self.other(node) };
        let keys = children(*parameters);
        if parameters.kind() != "type_parameter" || keys.is_empty() {
            return self.other(node);
        }
        let key = match keys.as_slice() {
            [key] => self.expression(*key),
            keys => self.keys(keys),
        };
        ExprKind::Subscript(Box::new(self.expression(*object)), Box::new(key))
    }

    /// Several keys in brackets, which are a tuple.
    fn keys(&mut self, keys: &[Node<'_>]) -> Expr {
        let keys = self.expressions(keys.to_vec());
        let (start, line) = keys.first().map_or((0, 0), |first| (first.start, first.line));
        let end = keys.last().map_or(0, |last| last.end);
        Expr { start, end, line, kind: ExprKind::Tuple(keys) }
    }

    fn hiding<T>(&mut self, names: Vec<String>, lower: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.hidden.len();
        self.hidden.extend(names);
        let lowered = lower(self);
        self.hidden.truncate(before);
        lowered
    }

    fn other(&mut self, node: Node<'_>) -> ExprKind {
        ExprKind::Other(self.expressions(children(node)))
    }

    fn call(&mut self, node: Node<'_>) -> ExprKind {
        let (Some(function), Some(arguments)) = (field(node, "function"), field(node, "arguments")) else {
            return ExprKind::Broken;
        };
        let mut cursor = node.walk();
        if node.children(&mut cursor).any(|child| child.is_error() || child.is_missing()) {
            return ExprKind::Broken;
        }
        let function = Box::new(self.expression(function));
        let arguments = match arguments.kind() {
            "argument_list" => self.arguments(arguments),
            // A bare generator.
            _ => vec![argument(arguments, ArgumentKind::Positional, self.expression(arguments))],
        };
        ExprKind::Call(function, arguments)
    }

    pub(super) fn arguments(&mut self, list: Node<'_>) -> Vec<Argument> {
        let mut all: Vec<Argument> = children(list)
            .into_iter()
            .map(|node| {
                let (kind, value) = match node.kind() {
                    "keyword_argument" => match (field(node, "name"), field(node, "value")) {
                        (Some(name), Some(value)) => (ArgumentKind::Keyword(self.name_of(name)), value),
                        _ => (ArgumentKind::Star, node),
                    },
                    "list_splat" => (ArgumentKind::Star, children(node).first().copied().unwrap_or(node)),
                    "dictionary_splat" => (ArgumentKind::DoubleStar, children(node).first().copied().unwrap_or(node)),
                    // `f((*a))` is no valid Python; whatever it is, its value is not one argument.
                    "parenthesized_expression" if children(node).iter().any(|inner| inner.kind() == "list_splat") => {
                        (ArgumentKind::Star, node)
                    }
                    _ => (ArgumentKind::Positional, node),
                };
                argument(node, kind, self.expression(value))
            })
            .collect();
        self.break_around_errors(list, &mut all);
        all
    }

    /// An error between arguments may have swallowed some, and parts of those beside it.
    fn break_around_errors(&self, list: Node<'_>, all: &mut Vec<Argument>) {
        let mut cursor = list.walk();
        let errors: Vec<Node<'_>> =
            list.children(&mut cursor).filter(|child| child.is_error() || child.is_missing()).collect();
        for error in errors {
            let (start, end) = (self.offset(error.start_byte()), self.offset(error.end_byte()));
            all.retain(|argument| (argument.value.start, argument.value.end) != (start, end));
            let before = all.iter().rposition(|argument| argument.value.end <= start);
            let after = all.iter().position(|argument| argument.value.start >= end);
            for index in [before, after].into_iter().flatten() {
                if let Some(argument) = all.get_mut(index) {
                    argument.value.kind = ExprKind::Broken;
                }
            }
            let value = Expr { start, end, line: line(error), kind: ExprKind::Broken };
            all.push(argument(error, ArgumentKind::DoubleStar, value));
        }
    }

    fn dictionary(&mut self, node: Node<'_>) -> ExprKind {
        let mut items = Vec::new();
        for child in children(node) {
            match child.kind() {
                "pair" => match (field(child, "key"), field(child, "value")) {
                    (Some(key), Some(value)) => items.push((Some(self.expression(key)), self.expression(value))),
                    _ => return ExprKind::Broken,
                },
                "dictionary_splat" => match children(child).first() {
                    Some(value) => items.push((None, self.expression(*value))),
                    None => return ExprKind::Broken,
                },
                _ => return ExprKind::Broken,
            }
        }
        ExprKind::Dict(items)
    }

    fn string(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let mut parts = Vec::new();
        let formatted = self.string_parts(node, &mut parts)?;
        Some(merged(parts, formatted))
    }

    fn strings(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let mut parts = Vec::new();
        let mut formatted = false;
        for piece in children(node) {
            formatted |= self.string_parts(piece, &mut parts)?;
        }
        Some(merged(parts, formatted))
    }

    /// Adds a literal's parts; returns whether it is an f-string. `None` if its value isn't a plain `str`.
    fn string_parts(&mut self, node: Node<'_>, parts: &mut Vec<FPart>) -> Option<bool> {
        let text = self.text_of(node);
        let opening = literal::opening(text)?;
        let prefix = text.get(..opening.length)?.to_ascii_lowercase();
        if opening.bytes || prefix.contains('t') {
            return None;
        }
        let quotes = prefix.len() - prefix.find(['"', '\''])?;
        let (start, end) = (node.start_byte() + opening.length, node.end_byte().checked_sub(quotes)?);
        if !opening.formatted {
            parts.push(FPart::Text(literal::value(self.text.get(start..end)?, opening.raw)?));
            return Some(false);
        }
        let mut at = start;
        for field in children(node).into_iter().filter(|child| child.kind() == "interpolation") {
            parts.push(FPart::Text(self.f_text(at, field.start_byte(), opening.raw)?));
            // A conversion, a format spec or a `=` makes another text of the value.
            let inner = children(field);
            let [value] = inner.as_slice() else { return None };
            let around = (
                self.text.get(field.start_byte()..value.start_byte())?,
                self.text.get(value.end_byte()..field.end_byte())?,
            );
            if (around.0.trim(), around.1.trim()) != ("{", "}") {
                return None;
            }
            let value = self.expression(*value);
            parts.push(FPart::Field(value));
            at = field.end_byte();
        }
        parts.push(FPart::Text(self.f_text(at, end, opening.raw)?));
        Some(true)
    }

    /// The text between the fields of an f-string.
    fn f_text(&self, start: usize, end: usize, raw: bool) -> Option<String> {
        let text = self.text.get(start..end)?;
        let doubled = text.matches("{{").count() * 2 + text.matches("}}").count() * 2;
        if text.matches(['{', '}']).count() != doubled {
            return None;
        }
        literal::value(&text.replace("{{", "{").replace("}}", "}"), raw)
    }
}

fn argument(node: Node<'_>, kind: ArgumentKind, value: Expr) -> Argument {
    Argument { start: offset(node.start_byte()), end: offset(node.end_byte()), kind, value }
}

fn merged(parts: Vec<FPart>, formatted: bool) -> ExprKind {
    if !formatted || parts.iter().all(|part| matches!(part, FPart::Text(_))) {
        let mut text = String::new();
        for part in parts {
            if let FPart::Text(piece) = part {
                text.push_str(&piece);
            }
        }
        return ExprKind::Str(text);
    }
    ExprKind::FString(parts)
}

fn integer(text: &str) -> Option<i64> {
    let digits = text.replace('_', "").to_ascii_lowercase();
    let (digits, radix) = match digits.get(..2) {
        Some("0x") => (digits.get(2..)?, 16),
        Some("0o") => (digits.get(2..)?, 8),
        Some("0b") => (digits.get(2..)?, 2),
        _ => (digits.as_str(), 10),
    };
    i64::from_str_radix(digits, radix).ok()
}
