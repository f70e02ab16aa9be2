//! The exact shape of an expression: what an argument or a default is made of, for those who know what its names mean.
//!
//! Literals have their values. What has no value without running more than names, operators and displays is
//! [`Expression::Other`], with its parts, so that calls within it are still found.

use std::ops::Range;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, CmpOp, Expr, FStringPart, InterpolatedStringElement, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use super::literal::{self, Decoding};
use super::teardown;
use super::value::{Literal, MAX_DEPTH, Reader, ValueError};
use super::version::Minor;

/// An expression where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Byte offsets into the text that was read.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Expression,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `None`, a truth value, a number, text or bytes.
    Literal(Literal),
    /// A literal without a value here: why.
    NoValue(ValueError),
    /// A name.
    Name(String),
    /// `object.name`
    Attribute(Box<Node>, String),
    /// `object[key]`
    Subscript(Box<Node>, Box<Node>),
    /// A call.
    Call(Box<Node>, Vec<Given>),
    /// `[a, b]`
    List(Vec<Node>),
    /// `(a, b)`
    Tuple(Vec<Node>),
    /// `{a, b}`
    Set(Vec<Node>),
    /// `{a: b}`; a `**value` has no key.
    Dict(Vec<(Option<Node>, Node)>),
    /// `*value` in a display.
    Starred(Box<Node>),
    /// `-x`, `+x`, `~x`, `not x`: the operator and the operand.
    Unary(&'static str, Box<Node>),
    /// `a + b` and the like: the operator between the operands.
    Binary(Box<Node>, &'static str, Box<Node>),
    /// `a and b and c`, or `or`.
    Boolean(&'static str, Vec<Node>),
    /// `a < b`; a chain of comparisons is [`Expression::Other`].
    Compare(Box<Node>, &'static str, Box<Node>),
    /// `then if test else otherwise`
    Conditional {
        /// If the test holds.
        then: Box<Node>,
        /// What is asked.
        test: Box<Node>,
        /// If it doesn't.
        otherwise: Box<Node>,
    },
    /// An f-string of which all fields are plain, `{x}`.
    Format(Vec<Segment>),
    /// `[x for x in y]` and the like.
    Comprehension(Box<Comprehension>),
    /// `lambda a, b: …`: the parameters and the body.
    Lambda(Vec<String>, Box<Node>),
    /// `await x`
    Await(Box<Node>),
    /// `(name := value)`
    Named(String, Box<Node>),
    /// Anything else: its parts.
    Other(Vec<Node>),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// How it is given.
    pub kind: Kind,
    /// What is given.
    pub value: Node,
}

/// How an argument is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// By its place.
    Positional,
    /// By name.
    Keyword(String),
    /// `*value`
    Star,
    /// `**value`
    DoubleStar,
}

/// A piece of an f-string.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// Text as it is.
    Text(String),
    /// `{value}`
    Field(Node),
}

/// A comprehension or generator expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// What it makes.
    pub of: Made,
    /// What is made in each round; of a dictionary the key.
    pub element: Node,
    /// A dictionary's value.
    pub value: Option<Node>,
    /// The `for` clauses, outermost first.
    pub clauses: Vec<Clause>,
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// `[…]`
    List,
    /// `{…}`
    Set,
    /// `{k: v …}`
    Dict,
    /// `(…)`
    Generator,
}

/// `for target in iterable if condition`
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What is bound.
    pub target: Node,
    /// What is gone through.
    pub iterable: Node,
    /// Which of it.
    pub conditions: Vec<Node>,
    /// `async for`
    pub is_async: bool,
}

/// Reads an expression, which may stretch over lines.
///
/// `minor` is whose names of characters `\N{…}` knows.
///
/// # Errors
///
/// [`ValueError::Syntax`] if the text is no single expression.
pub fn expression(text: &str, minor: Minor) -> Result<Node, ValueError> {
    if text.trim().is_empty() {
        return Err(ValueError::Syntax("there is no expression".to_owned()));
    }
    // In brackets lines go on. A module and not an expression, since trees of modules can be freed whatever their depth.
    let source = format!("({text}\n)");
    let parsed = parse_unchecked(&source, ParseOptions::from(Mode::Module)).try_into_module();
    let Some(parsed) = parsed else { return Err(ValueError::Syntax("this can't be parsed".to_owned())) };
    let error = parsed.errors().first().map(|error| error.error.to_string());
    let body = parsed.into_suite();
    let node = match (error, body.as_slice()) {
        (Some(error), _) => Err(ValueError::Syntax(error)),
        (None, [Stmt::Expr(statement)]) => {
            Ok(Shape { reader: Reader { source: &source, minor } }.node(&statement.value, 0))
        }
        (None, _) => Err(ValueError::Syntax("this is no single expression".to_owned())),
    };
    teardown::drop_deep(body);
    node
}

struct Shape<'a> {
    reader: Reader<'a>,
}

impl Shape<'_> {
    fn node(&self, expression: &Expr, depth: u32) -> Node {
        let range = expression.range().to_std_range();
        // The bracket that was put before the text is none of it.
        let range = range.start.saturating_sub(1)..range.end.saturating_sub(1);
        let kind = if depth > MAX_DEPTH {
            Expression::NoValue(ValueError::TooMuch("nested too deeply"))
        } else {
            self.kind(expression, depth + 1)
        };
        Node { range, kind }
    }

    fn kind(&self, expression: &Expr, depth: u32) -> Expression {
        let boxed = |expression: &Expr| Box::new(self.node(expression, depth));
        let all = |expressions: &[Expr]| expressions.iter().map(|one| self.node(one, depth)).collect::<Vec<_>>();
        match expression {
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_) => {
                self.reader.read(expression, depth).map_or_else(Expression::NoValue, Expression::Literal)
            }
            Expr::Name(node) => Expression::Name(node.id.to_string()),
            Expr::Attribute(node) => Expression::Attribute(boxed(&node.value), node.attr.to_string()),
            Expr::Subscript(node) => Expression::Subscript(boxed(&node.value), boxed(&node.slice)),
            Expr::Call(node) => Expression::Call(boxed(&node.func), self.arguments(&node.arguments, depth)),
            Expr::List(node) => Expression::List(all(&node.elts)),
            Expr::Tuple(node) => Expression::Tuple(all(&node.elts)),
            Expr::Set(node) => Expression::Set(all(&node.elts)),
            Expr::Dict(node) => Expression::Dict(
                node.items
                    .iter()
                    .map(|item| (item.key.as_ref().map(|key| self.node(key, depth)), self.node(&item.value, depth)))
                    .collect(),
            ),
            Expr::Starred(node) => Expression::Starred(boxed(&node.value)),
            Expr::UnaryOp(node) => Expression::Unary(node.op.as_str(), boxed(&node.operand)),
            Expr::BinOp(node) => Expression::Binary(boxed(&node.left), node.op.as_str(), boxed(&node.right)),
            Expr::BoolOp(node) => Expression::Boolean(node.op.as_str(), all(&node.values)),
            Expr::Compare(node) => match (&*node.ops, &*node.comparators) {
                ([operator], [right]) => Expression::Compare(boxed(&node.left), compared(*operator), boxed(right)),
                _ => self.other(expression, depth),
            },
            Expr::If(node) => Expression::Conditional {
                then: boxed(&node.body),
                test: boxed(&node.test),
                otherwise: boxed(&node.orelse),
            },
            Expr::FString(node) => {
                self.pieces(node, depth).map_or_else(|| self.other(expression, depth), Expression::Format)
            }
            Expr::ListComp(node) => self.comprehension(Made::List, &node.elt, None, &node.generators, depth),
            Expr::SetComp(node) => self.comprehension(Made::Set, &node.elt, None, &node.generators, depth),
            Expr::Generator(node) => self.comprehension(Made::Generator, &node.elt, None, &node.generators, depth),
            Expr::DictComp(node) => match node.key.as_deref() {
                Some(key) => self.comprehension(Made::Dict, key, Some(&node.value), &node.generators, depth),
                None => self.other(expression, depth),
            },
            Expr::Lambda(node) => {
                let names = node.parameters.iter().flat_map(|parameters| parameters.iter());
                Expression::Lambda(names.map(|parameter| parameter.name().to_string()).collect(), boxed(&node.body))
            }
            Expr::Named(node) => match &*node.target {
                Expr::Name(name) => Expression::Named(name.id.to_string(), boxed(&node.value)),
                _ => self.other(expression, depth),
            },
            Expr::Await(node) => Expression::Await(boxed(&node.value)),
            _ => self.other(expression, depth),
        }
    }

    fn other(&self, expression: &Expr, depth: u32) -> Expression {
        let mut parts = Parts { shape: self, depth, found: Vec::new() };
        walk_expr(&mut parts, expression);
        Expression::Other(parts.found)
    }

    fn arguments(&self, arguments: &ast::Arguments, depth: u32) -> Vec<Given> {
        let given = arguments.iter_source_order().map(|argument| match argument {
            ast::ArgOrKeyword::Arg(Expr::Starred(starred)) => (Kind::Star, &*starred.value),
            ast::ArgOrKeyword::Arg(value) => (Kind::Positional, value),
            ast::ArgOrKeyword::Keyword(keyword) => match &keyword.arg {
                Some(name) => (Kind::Keyword(name.to_string()), &keyword.value),
                None => (Kind::DoubleStar, &keyword.value),
            },
        });
        given.map(|(kind, value)| Given { kind, value: self.node(value, depth) }).collect()
    }

    fn comprehension(
        &self,
        of: Made,
        element: &Expr,
        value: Option<&Expr>,
        clauses: &[ast::Comprehension],
        depth: u32,
    ) -> Expression {
        let clauses = clauses.iter().map(|clause| Clause {
            target: self.node(&clause.target, depth),
            iterable: self.node(&clause.iter, depth),
            conditions: clause.ifs.iter().map(|condition| self.node(condition, depth)).collect(),
            is_async: clause.is_async,
        });
        let clauses = clauses.collect();
        let value = value.map(|value| self.node(value, depth));
        Expression::Comprehension(Box::new(Comprehension { of, element: self.node(element, depth), value, clauses }))
    }

    /// The pieces of an f-string; `None` if one has a conversion, a format or an `=`.
    fn pieces(&self, node: &ast::ExprFString, depth: u32) -> Option<Vec<Segment>> {
        let mut pieces = Vec::new();
        for part in &node.value {
            match part {
                FStringPart::Literal(part) => pieces.push(Segment::Text(self.reader.part(part)?)),
                FStringPart::FString(part) => {
                    let raw = part.flags.prefix().is_raw();
                    for element in &part.elements {
                        pieces.push(match element {
                            InterpolatedStringElement::Literal(text) => {
                                let body = &self.reader.source[text.range.to_std_range()];
                                let how = Decoding { raw, braces: true, minor: self.reader.minor };
                                let text = literal::decode(body.into(), how);
                                text.surrogates.is_empty().then(|| Segment::Text(text.text.into_owned()))?
                            }
                            InterpolatedStringElement::Interpolation(field) => {
                                let plain = field.conversion.is_none()
                                    && field.format_spec.is_none()
                                    && field.debug_text.is_none();
                                plain.then(|| Segment::Field(self.node(&field.expression, depth)))?
                            }
                        });
                    }
                }
            }
        }
        Some(pieces)
    }
}

/// The expressions right below another.
struct Parts<'s, 'a> {
    shape: &'s Shape<'a>,
    depth: u32,
    found: Vec<Node>,
}

impl<'v> Visitor<'v> for Parts<'_, '_> {
    fn visit_expr(&mut self, expression: &'v Expr) {
        self.found.push(self.shape.node(expression, self.depth));
    }
}

fn compared(operator: CmpOp) -> &'static str {
    operator.as_str()
}

impl Node {
    /// The expressions right below this one.
    pub fn children(&self) -> Vec<&Node> {
        match &self.kind {
            Expression::Literal(_) | Expression::NoValue(_) | Expression::Name(_) => Vec::new(),
            Expression::Attribute(inner, _)
            | Expression::Starred(inner)
            | Expression::Unary(_, inner)
            | Expression::Await(inner)
            | Expression::Named(_, inner)
            | Expression::Lambda(_, inner) => vec![inner],
            Expression::Subscript(left, right)
            | Expression::Binary(left, _, right)
            | Expression::Compare(left, _, right) => vec![left, right],
            Expression::Call(function, given) => {
                std::iter::once(&**function).chain(given.iter().map(|given| &given.value)).collect()
            }
            Expression::List(items)
            | Expression::Tuple(items)
            | Expression::Set(items)
            | Expression::Boolean(_, items)
            | Expression::Other(items) => items.iter().collect(),
            Expression::Dict(items) => items.iter().flat_map(|(key, value)| key.iter().chain([value])).collect(),
            Expression::Conditional { then, test, otherwise } => vec![then, test, otherwise],
            Expression::Format(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Segment::Field(field) => Some(field),
                    Segment::Text(_) => None,
                })
                .collect(),
            Expression::Comprehension(made) => {
                let clauses = made
                    .clauses
                    .iter()
                    .flat_map(|clause| [&clause.target, &clause.iterable].into_iter().chain(&clause.conditions));
                clauses.chain([&made.element]).chain(&made.value).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn of(text: &str) -> Node {
        expression(text, Minor::Py312).unwrap()
    }

    #[test]
    fn ranges_are_those_of_the_text() {
        let text = "asyncio.gather(*[t(i,\n 'é') for i in (1, 2)], f'{u(3)}')";
        let mut found = Vec::new();
        let mut open = vec![of(text)];
        while let Some(node) = open.pop() {
            if matches!(node.kind, Expression::Call(..)) {
                found.push(text[node.range.clone()].to_owned());
            }
            open.extend(node.children().into_iter().cloned());
        }
        found.sort();
        assert_eq!(found, [text, "t(i,\n 'é')", "u(3)"]);
    }

    #[test]
    fn precedence_is_pythons() {
        let Expression::Binary(_, "^", right) = of("a ^ b & c").kind else { panic!("no ^") };
        assert!(matches!(right.kind, Expression::Binary(_, "&", _)));
        let Expression::Binary(left, "**", _) = of("await x ** 2").kind else { panic!("no **") };
        assert!(matches!(left.kind, Expression::Await(_)));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in ["", "x = 1", "1; 2", "a b", "[1"] {
            assert!(expression(text, Minor::Py312).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_survived() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let _ = expression(&deep, Minor::Py312);
        let _ = expression(&format!("{}1", "1+".repeat(100_000)), Minor::Py312);
        let _ = expression(&format!("{}1", "-".repeat(100_000)), Minor::Py312);
    }
}
