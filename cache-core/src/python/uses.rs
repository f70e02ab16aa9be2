//! How the names of a file are used: whether an object that a name stands for could be changed by way of it, or be kept where it
//! could be changed later. For those who want to know whether a list is still what it was made of.

use std::ops::Range;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use super::teardown;

/// A place where a name is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The name; of `object.name` the attribute's.
    pub name: String,
    /// Whether it is an attribute of something.
    pub is_attribute: bool,
    /// Byte offsets into the text.
    pub range: Range<usize>,
    /// What becomes of the object.
    pub usage: Usage,
}

/// What becomes of an object where its name is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Nothing: `len(x)`, `x == y`, `f"{x}"`.
    Looked,
    /// What it holds is handed out, and used in turn: `x[0]`, `x.items()`, `*x`.
    Opened(Box<Usage>),
    /// What it holds is bound to names, one after the other: `for a in x`.
    Iterated(Vec<String>),
    /// An attribute is read, which of a list is a method and of an object a field, and used in turn.
    Field(Box<Usage>),
    /// It is given to a call, of which this is the range.
    Given(Range<usize>),
    /// It is changed, or kept where it may be changed.
    Kept,
}

/// Every place where a file reads a name or an attribute, in source order; `None` if the text is no valid Python.
pub fn uses(text: &str) -> Option<Vec<Use>> {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module)).try_into_module()?;
    let is_valid = parsed.errors().is_empty();
    let body = parsed.into_suite();
    let mut reader = Reader { found: Vec::new(), depth: 0 };
    if is_valid {
        reader.visit_body(&body);
    }
    teardown::drop_deep(body);
    (is_valid && reader.depth == 0).then_some(reader.found)
}

struct Reader {
    found: Vec<Use>,
    /// Stays above zero once it was too deep.
    depth: u32,
}

/// Deeper than people write; recursion has to end somewhere.
const MAX_DEPTH: u32 = 200;

impl Reader {
    /// Reads an expression whose value is used in a certain way.
    fn read(&mut self, expression: &Expr, usage: Usage) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.read_within(expression, usage);
        if self.depth < MAX_DEPTH {
            self.depth -= 1;
        }
    }

    fn read_within(&mut self, expression: &Expr, usage: Usage) {
        match expression {
            Expr::Name(name) => {
                if name.ctx == ExprContext::Load {
                    self.add(name.id.as_str(), false, expression, usage);
                }
            }
            Expr::Attribute(node) => {
                self.add(node.attr.as_str(), true, expression, usage.clone());
                let load = node.ctx == ExprContext::Load;
                self.read(&node.value, if load { Usage::Field(Box::new(usage)) } else { Usage::Kept });
            }
            Expr::Subscript(node) => {
                let load = node.ctx == ExprContext::Load;
                self.read(&node.value, if load { Usage::Opened(Box::new(usage)) } else { Usage::Kept });
                self.read(&node.slice, Usage::Looked);
            }
            Expr::Call(node) => self.call(node),
            Expr::Starred(node) => self.read(&node.value, opened()),
            Expr::Compare(node) => {
                self.read(&node.left, Usage::Looked);
                node.comparators.iter().for_each(|right| self.read(right, Usage::Looked));
            }
            Expr::UnaryOp(node) => self.read(&node.operand, Usage::Looked),
            Expr::BinOp(node) => {
                self.read(&node.left, opened());
                self.read(&node.right, opened());
            }
            Expr::If(node) => {
                self.read(&node.test, Usage::Looked);
                self.read(&node.body, usage.clone());
                self.read(&node.orelse, usage);
            }
            Expr::Await(node) => self.read(&node.value, usage),
            Expr::BoolOp(node) => node.values.iter().for_each(|value| self.read(value, usage.clone())),
            // What is in a display that is only looked at, or given to a call, is so itself.
            Expr::List(ast::ExprList { elts, ctx: ExprContext::Load, .. })
            | Expr::Tuple(ast::ExprTuple { elts, ctx: ExprContext::Load, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => elts.iter().for_each(|item| self.read(item, within(&usage))),
            Expr::Dict(node) => {
                for item in &node.items {
                    item.key.iter().for_each(|key| self.read(key, Usage::Kept));
                    self.read(&item.value, if item.key.is_some() { within(&usage) } else { opened() });
                }
            }
            other => walk_expr(self, other),
        }
    }

    fn call(&mut self, node: &ast::ExprCall) {
        let last = match &*node.func {
            Expr::Name(name) => Some(name.id.as_str()),
            Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
            _ => None,
        };
        match &*node.func {
            Expr::Attribute(attribute) => {
                let method = attribute.attr.as_str();
                self.add(method, true, &node.func, Usage::Looked);
                let reads = READING_METHODS.contains(&method);
                self.read(&attribute.value, if reads { opened() } else { Usage::Kept });
            }
            function => self.read(function, Usage::Looked),
        }
        let usage = match (last, &*node.func) {
            (Some("dumps" | "print" | "join"), _) => Usage::Looked,
            (Some(name), Expr::Name(_)) if LOOKING.contains(&name) => Usage::Looked,
            (Some(name), Expr::Name(_)) if OPENING.contains(&name) => opened(),
            _ => Usage::Given(node.range().to_std_range()),
        };
        for argument in node.arguments.args.iter() {
            self.read(argument, usage.clone());
        }
        for keyword in &node.arguments.keywords {
            self.read(&keyword.value, if keyword.arg.is_some() { usage.clone() } else { opened() });
        }
    }

    /// Reads what a loop goes through, by way of `enumerate(x)`, `x.items()` and the like too.
    fn iterated(&mut self, iterable: &Expr, names: &[String]) {
        match iterable {
            Expr::Call(node) if node.arguments.keywords.is_empty() => match &*node.func {
                Expr::Name(name) if OPENING.contains(&name.id.as_str()) => {
                    self.read(&node.func, Usage::Looked);
                    node.arguments.args.iter().for_each(|argument| self.iterated(argument, names));
                }
                Expr::Attribute(method) if matches!(method.attr.as_str(), "items" | "values" | "keys") => {
                    self.add(method.attr.as_str(), true, &node.func, Usage::Looked);
                    self.read(&method.value, Usage::Iterated(names.to_vec()));
                }
                _ => self.read(iterable, Usage::Iterated(names.to_vec())),
            },
            _ => self.read(iterable, Usage::Iterated(names.to_vec())),
        }
    }

    fn add(&mut self, name: &str, is_attribute: bool, expression: &Expr, usage: Usage) {
        let range = expression.range().to_std_range();
        self.found.push(Use { name: name.to_owned(), is_attribute, range, usage });
    }
}

/// What becomes of the items of a display.
fn within(usage: &Usage) -> Usage {
    match usage {
        Usage::Looked | Usage::Given(_) => usage.clone(),
        _ => Usage::Kept,
    }
}

/// What is held is handed out, to be kept for all that is known.
fn opened() -> Usage {
    Usage::Opened(Box::new(Usage::Kept))
}

/// The names that a target binds.
fn names(target: &Expr) -> Vec<String> {
    match target {
        Expr::Name(name) => vec![name.id.to_string()],
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            elts.iter().flat_map(names).collect()
        }
        Expr::Starred(starred) => names(&starred.value),
        _ => Vec::new(),
    }
}

/// Functions that give nothing of what they are given away.
const LOOKING: [&str; 12] =
    ["len", "str", "repr", "isinstance", "bool", "type", "id", "hash", "any", "all", "hasattr", "format"];

/// Functions that give away what their arguments hold, but change nothing.
const OPENING: [&str; 13] = [
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "sorted",
    "min",
    "max",
    "sum",
    "enumerate",
    "zip",
    "range",
    "reversed",
];

/// Methods that change nothing, of whatever has them.
const READING_METHODS: [&str; 12] = [
    "items",
    "keys",
    "values",
    "get",
    "copy",
    "index",
    "count",
    "union",
    "intersection",
    "difference",
    "issubset",
    "issuperset",
];

impl<'v> Visitor<'v> for Reader {
    fn visit_expr(&mut self, expression: &'v Expr) {
        self.read(expression, Usage::Kept);
    }

    fn visit_comprehension(&mut self, clause: &'v ast::Comprehension) {
        self.iterated(&clause.iter, &names(&clause.target));
        self.read(&clause.target, Usage::Kept);
        clause.ifs.iter().for_each(|condition| self.read(condition, Usage::Looked));
    }

    fn visit_interpolated_string_element(&mut self, element: &'v ast::InterpolatedStringElement) {
        match element {
            ast::InterpolatedStringElement::Interpolation(field) => {
                self.read(&field.expression, Usage::Looked);
                for element in field.format_spec.iter().flat_map(|spec| &spec.elements) {
                    self.visit_interpolated_string_element(element);
                }
            }
            ast::InterpolatedStringElement::Literal(_) => {}
        }
    }

    fn visit_stmt(&mut self, statement: &'v Stmt) {
        match statement {
            Stmt::For(node) => {
                self.iterated(&node.iter, &names(&node.target));
                self.read(&node.target, Usage::Kept);
                self.visit_body(&node.body);
                self.visit_body(&node.orelse);
            }
            Stmt::While(node) => {
                self.read(&node.test, Usage::Looked);
                self.visit_body(&node.body);
                self.visit_body(&node.orelse);
            }
            Stmt::If(node) => {
                self.read(&node.test, Usage::Looked);
                self.visit_body(&node.body);
                for clause in &node.elif_else_clauses {
                    clause.test.iter().for_each(|test| self.read(test, Usage::Looked));
                    self.visit_body(&clause.body);
                }
            }
            Stmt::AugAssign(node) => {
                // `x += …` changes a list in place; of a name that is a store, which reads as well.
                if let Expr::Name(name) = &*node.target {
                    self.add(name.id.as_str(), false, &node.target, Usage::Kept);
                }
                self.read(&node.target, Usage::Kept);
                self.read(&node.value, opened());
            }
            Stmt::Expr(node) => self.read(&node.value, Usage::Looked),
            Stmt::Assert(node) => {
                self.read(&node.test, Usage::Looked);
                node.msg.iter().for_each(|message| self.read(message, Usage::Looked));
            }
            other => {
                if self.depth < MAX_DEPTH {
                    walk_stmt(self, other);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The usages of `x`.
    fn of(text: &str) -> Vec<Usage> {
        let all = uses(text).unwrap().into_iter();
        all.filter(|found| found.name == "x" && !found.is_attribute).map(|found| found.usage).collect()
    }

    #[test]
    fn what_changes_nothing_is_no_keeping() {
        for text in ["len(x)", "print(x)", "f'{x}'", "a = x == y", "if x: pass", "x", "assert x, x", "a[x]"] {
            assert!(of(text).iter().all(|usage| *usage == Usage::Looked), "{text}: {:?}", of(text));
        }
        for text in ["for a, (b, *c) in x: pass", "{a for a, (b, *c) in x}"] {
            let names = ["a", "b", "c"].map(str::to_owned).to_vec();
            assert_eq!(of(text), [Usage::Iterated(names)], "{text}");
        }
        for text in ["f(*x)", "f(**x)", "a = x[0]", "x.items()", "a = x + y"] {
            assert_eq!(of(text), [opened()], "{text}");
        }
        assert_eq!(of("a = x.b"), [Usage::Field(Box::new(Usage::Kept))]);
        assert_eq!(of("t(x[0])"), [Usage::Opened(Box::new(Usage::Given(0..7)))]);
        assert_eq!(of("t(1, x)"), [Usage::Given(0..7)]);
        assert_eq!(of("x = 1"), []);
    }

    #[test]
    fn all_else_may_change_it() {
        for text in [
            "x.append(1)",
            "x[0] = 1",
            "x.b = 1",
            "x += y",
            "x[0] += 1",
            "x.b.c = 1",
            "del x[0]",
            "a = x",
            "return_ = [x]",
            "a = {1: x}",
            "a = (x for b in c)",
            "with x: pass",
            "a = x or y",
            "a = [x, y]",
            "for a in [x]: pass",
            "a = x if b else c",
            "a = lambda: x",
            "@x\ndef f(): pass",
            "def f(a=x): pass",
        ] {
            let expected = if text == "x.b.c = 1" { Usage::Field(Box::new(Usage::Kept)) } else { Usage::Kept };
            assert_eq!(of(text), [expected], "{text}");
        }
    }

    #[test]
    fn broken_and_deep_text_has_no_answer() {
        assert_eq!(uses("x = "), None);
        assert_eq!(uses(&format!("{}1", "-".repeat(100_000))), None);
    }
}
