//! The values of expressions, exactly: what a call passes, what a default is.
//!
//! Shapes and literals come from the exact parser, since the live tree misreads some; names from the linker. A value is told
//! only if it is certain: a name has one binding that can be in force, and what can be changed (a list, a dictionary) is changed
//! nowhere ([`kept`]).

mod builtins;
mod classes;
mod kept;
mod names;
mod operators;
mod rounds;

use std::cell::Cell;

use cache_core::key::flyte::{Argument, Value as Constant};
use cache_core::python::{self, Expression, Minor, Node, Segment};

pub use builtins::TIMEDELTA;
pub use rounds::{MOST, Round};

use super::ir::{Expr, Offset};
use super::link::{Context, Linker};
use super::value::Value;

/// The value of an expression, or why only Python knows it.
pub fn of(linker: &Linker<'_>, context: Context<'_>, expr: &Expr) -> Argument {
    let constants = Constants::new(linker);
    let text = expr.text(&linker.file(context.file).summary).to_owned();
    match constants.read(&text).and_then(|node| {
        let here = Here { slots: &hidden(&node), ..Here::new(context, expr.start) };
        constants.value(here, &node)
    }) {
        Ok(value) => Argument::Value(value),
        Err(reason) => Argument::Unknown(reason),
    }
}

/// Finds values.
pub struct Constants<'l, 'a> {
    pub linker: &'l Linker<'a>,
    /// How much may still be looked at for this one value.
    fuel: Cell<u32>,
    depth: Cell<u32>,
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub struct Here<'c> {
    pub context: Context<'c>,
    /// Where the text begins that the tree was read from.
    pub start: Offset,
    /// Names with values of their own, innermost last.
    pub slots: &'c [Slot],
}

impl<'c> Here<'c> {
    /// In the plain flow of the statements.
    pub fn new(context: Context<'c>, start: Offset) -> Self {
        Self { context, start, slots: &[] }
    }
}

/// A name that stands for something else in each round of a loop.
#[derive(Clone, Debug)]
pub struct Slot {
    pub name: String,
    /// For a loop's name, the start of what binds it, while that is what is in force; a comprehension's hides all others.
    pub bound_at: Option<Offset>,
    /// The value in this round, or why it isn't known.
    pub value: Result<Constant, String>,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum Found {
    Value(Constant),
    /// A time zone, by its distance from UTC in microseconds.
    Zone(i64),
    /// Something else that names lead to: a module, a class, a function.
    Thing(Value),
}

/// The names that an expression sets inside of itself; what they are is not followed.
pub fn hidden(node: &Node) -> Vec<Slot> {
    let mut slots = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if let Expression::Named(name, _) = &node.kind {
            let value = Err(format!("`{name}` is set inside an expression"));
            slots.push(Slot { name: name.clone(), bound_at: None, value });
        }
        open.extend(node.children());
    }
    slots
}

impl<'l, 'a> Constants<'l, 'a> {
    pub fn new(linker: &'l Linker<'a>) -> Self {
        Self { linker, fuel: Cell::new(20_000), depth: Cell::new(0) }
    }

    /// The tree of an expression's text.
    pub fn read(&self, text: &str) -> Result<Node, String> {
        python::expression(text, Minor::Py314).map_err(|error| error.to_string())
    }

    /// A value, or why it isn't known.
    pub fn value(&self, here: Here<'_>, node: &Node) -> Result<Constant, String> {
        match self.find(here, node)? {
            Found::Value(value) => Ok(value),
            Found::Thing(Value::Unknown(reason)) => Err(reason.to_string()),
            _ => Err(self.runs(here, node)),
        }
    }

    /// What an expression is.
    pub fn find(&self, here: Here<'_>, node: &Node) -> Result<Found, String> {
        const DEEPEST: u32 = 150;
        if self.fuel.get() == 0 || self.depth.get() >= DEEPEST {
            return Err("too many steps lead to this value".to_owned());
        }
        self.fuel.set(self.fuel.get() - 1);
        self.depth.set(self.depth.get() + 1);
        let found = self.find_within(here, node);
        self.depth.set(self.depth.get() - 1);
        found
    }

    fn find_within(&self, here: Here<'_>, node: &Node) -> Result<Found, String> {
        let value = match &node.kind {
            Expression::Literal(literal) => literal.clone().into(),
            Expression::NoValue(error) => return Err(error.to_string()),
            Expression::Name(name) => return self.name(here, name),
            Expression::Attribute(object, name) => return self.attribute(here, node, object, name),
            Expression::Call(function, given) => return self.call(here, node, function, given),
            Expression::Subscript(object, key) => self.item(here, node, object, key)?,
            Expression::List(items) => Constant::List(self.display(here, items)?),
            Expression::Tuple(items) => Constant::Tuple(self.display(here, items)?),
            Expression::Set(items) => {
                let items = self.display(here, items)?;
                self.hashable(here, node, &items)?;
                Constant::set(items)
            }
            Expression::Dict(items) => self.dictionary(here, node, items)?,
            Expression::Unary(operator, operand) => self.unary(here, node, operator, operand)?,
            Expression::Binary(left, operator, right) => self.binary(here, node, left, operator, right)?,
            Expression::Compare(left, operator, right) => self.compare(here, node, left, operator, right)?,
            Expression::Boolean(operator, operands) => return self.boolean(here, operator, operands),
            Expression::Conditional { then, test, otherwise } => {
                return self.find(here, if self.truth(here, test)? { then } else { otherwise });
            }
            Expression::Format(pieces) => self.format(here, node, pieces)?,
            Expression::Comprehension(made) => self.comprehension(here, node, made)?,
            Expression::Starred(_)
            | Expression::Lambda(..)
            | Expression::Await(_)
            | Expression::Named(..)
            | Expression::Other(_) => return Err(self.runs(here, node)),
        };
        Ok(Found::Value(value))
    }

    /// The items of a display, with `*items` unpacked.
    fn display(&self, here: Here<'_>, items: &[Node]) -> Result<Vec<Constant>, String> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                Expression::Starred(inner) => {
                    let inner = self.value(here, inner)?;
                    values.extend(self.elements(&inner).ok_or_else(|| self.runs(here, item))?);
                }
                _ => values.push(self.value(here, item)?),
            }
        }
        Ok(values)
    }

    fn dictionary(&self, here: Here<'_>, node: &Node, items: &[(Option<Node>, Node)]) -> Result<Constant, String> {
        let mut entries = Vec::with_capacity(items.len());
        for (key, value) in items {
            let value = self.value(here, value)?;
            match (key, value) {
                (Some(key), value) => entries.push((self.value(here, key)?, value)),
                (None, Constant::Dict(inner)) => entries.extend(inner),
                (None, _) => return Err(self.runs(here, node)),
            }
        }
        entries.iter().try_for_each(|(key, _)| self.hashable(here, node, std::slice::from_ref(key)))?;
        Ok(Constant::dict(entries))
    }

    /// Refuses keys and elements of sets that Python refuses, or that are equal in ways that aren't followed.
    pub(super) fn hashable(&self, here: Here<'_>, node: &Node, keys: &[Constant]) -> Result<(), String> {
        let fine = keys.iter().all(|key| match key {
            Constant::Tuple(items) => self.hashable(here, node, items).is_ok(),
            Constant::Float(float) => !float.is_nan(),
            key => !matches!(
                key,
                Constant::List(_)
                    | Constant::Set(_)
                    | Constant::Dict(_)
                    | Constant::Object { .. }
                    | Constant::Datetime(_)
            ),
        });
        if fine { Ok(()) } else { Err(self.runs(here, node)) }
    }

    fn format(&self, here: Here<'_>, node: &Node, pieces: &[Segment]) -> Result<Constant, String> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Segment::Text(piece) => text.push_str(piece),
                Segment::Field(field) => match self.value(here, field)? {
                    Constant::Str(piece) => text.push_str(&piece),
                    value @ (Constant::None | Constant::Bool(_) | Constant::Int(_) | Constant::Float(_)) => {
                        text.push_str(&value.to_string());
                    }
                    _ => return Err(self.runs(here, node)),
                },
            }
        }
        Ok(Constant::Str(text))
    }

    /// Whether a value counts as true.
    pub fn truth(&self, here: Here<'_>, node: &Node) -> Result<bool, String> {
        truth(&self.value(here, node)?).ok_or_else(|| self.runs(here, node))
    }

    /// What is said of an expression that only a run would tell.
    pub fn runs(&self, here: Here<'_>, node: &Node) -> String {
        let text = self.shown(here, node);
        match node.kind {
            Expression::Call(..) => format!("`{text}` runs Python"),
            _ => format!("`{text}` is not known without running Python"),
        }
    }

    /// An expression's text in one line, for messages.
    pub fn shown(&self, here: Here<'_>, node: &Node) -> String {
        const LONGEST: usize = 50;
        let file = self.linker.file(here.context.file);
        let start = here.start as usize;
        let text = file.summary.text.get(start + node.range.start..start + node.range.end).unwrap_or_default();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= LONGEST {
            return line;
        }
        line.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// Whether a value counts as true; `None` for an instance, which has its own mind.
fn truth(value: &Constant) -> Option<bool> {
    Some(match value {
        Constant::None => false,
        Constant::Bool(truth) => *truth,
        Constant::Int(integer) => *integer != 0,
        Constant::Float(float) => *float != 0.0,
        Constant::Str(text) => !text.is_empty(),
        Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::List(items) | Constant::Tuple(items) | Constant::Set(items) => !items.is_empty(),
        Constant::Dict(entries) => !entries.is_empty(),
        Constant::Timedelta(duration) => duration.microseconds() != 0,
        Constant::Datetime(_) | Constant::Date(_) => true,
        Constant::Member { .. } | Constant::Object { .. } => return None,
    })
}
