//! Where the walk stands: the scopes around it and the blocks of each, as CPython's symbol table and compiler know them.

use ruff_python_ast::{Comprehension, StmtClassDef, StmtFunctionDef, TypeParams};
use ruff_text_size::TextSize;

use super::finding::Minors;

/// What opens a scope, with the nodes from which its names can be collected when one is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind<'a> {
    Module,
    Class(&'a StmtClassDef),
    Function(&'a StmtFunctionDef),
    Lambda,
    /// A comprehension or generator expression, of which the targets of the first `bound` generators are bound so far.
    Comprehension {
        generators: &'a [Comprehension],
        bound: usize,
        /// CPython's words for it.
        kind: &'static str,
    },
    /// The parameters of a generic function, class or alias (PEP 695), and what is evaluated in their scope.
    TypeParams(&'a TypeParams),
    /// A bound, constraint or default of a type parameter; holds CPython's words for it, before and since 3.13.
    TypeVariable(&'static str),
    /// The value of a `type` statement.
    TypeAlias,
}

/// A scope that the walk is in.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) kind: Kind<'a>,
    /// The class whose name mangles private names here.
    pub(super) class: Option<&'a str>,
    /// CPython's `ste_coroutine`: an `async def`, or something that awaits.
    pub(super) coroutine: bool,
    /// Whether it yields.
    pub(super) generator: bool,
    /// The first `return` that has a value.
    pub(super) returns_value: Option<TextSize>,
    /// How many iterables of comprehensions are around this point.
    pub(super) iterables: u32,
    /// Where the scope's blocks start in the stack of blocks.
    pub(super) blocks: usize,
    /// The first block inside of twenty others.
    pub(super) twenty_first: Option<TextSize>,
    /// The targets of assignment expressions in this very comprehension.
    pub(super) named: Vec<&'a str>,
    /// Whether a `global` or `nonlocal` statement stands before this point.
    pub(super) declares: bool,
    /// The minors that treat this point as part of an annotation of its own scope (PEP 563, PEP 649).
    pub(super) annotation: Minors,
    /// The minors that generate code for this point.
    pub(super) compiled: Minors,
}

impl Scope<'_> {
    /// Whether it is a function that was declared with `async def`.
    pub(super) fn is_async_function(&self) -> bool {
        matches!(self.kind, Kind::Function(function) if function.is_async)
    }

    /// Whether it is the scope of a comprehension or generator expression.
    pub(super) fn is_comprehension(&self) -> bool {
        matches!(self.kind, Kind::Comprehension { .. })
    }
}

/// What CPython counts as a static block, as far as leaving it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Loop,
    /// The handlers of `try … except*`.
    ExceptStar,
    Other,
}
