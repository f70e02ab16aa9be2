//! The walk over a file's statements: CPython's symbol table and compiler, as far as they can refuse a file.

use ruff_python_ast::{ExceptHandler, Expr, Identifier, Stmt, StmtImportFrom, StmtTry, WithItem};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::finding::{Certainty, Findings, Minors, Stage};
use super::future::Futures;
use super::scope::{Block, Kind, Scope};
use crate::python::version::Minor;

/// How deep the tree may be before CPython's own limits, which depend on its stack, come near.
const MAX_DEPTH: u32 = 2400;

const ASSIGNED_DEBUG: &str = "SyntaxError: cannot assign to __debug__";

pub(super) const TOO_MANY_BLOCKS: &str = "SyntaxError: too many statically nested blocks";

/// Walks the tree once for all versions.
#[derive(Debug)]
pub(super) struct Walker<'a> {
    pub(super) text: &'a str,
    pub(super) findings: Findings,
    pub(super) module: &'a [Stmt],
    /// Never empty: the module's scope stays.
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) blocks: Vec<Block>,
    /// The minors that keep annotations as text or code apart, so that they aren't part of the scope around them.
    pub(super) annotations_apart: Minors,
    futures: Futures,
    depth: u32,
    pub(super) too_deep: bool,
}

impl<'a> Walker<'a> {
    /// Walks the module; `annotations` says that annotations are kept as text, whatever its own imports say.
    pub(super) fn walk(text: &'a str, module: &'a [Stmt], findings: Findings, annotations: bool) -> Self {
        let mut findings = findings;
        let futures = Futures::of(module, &mut findings);
        let kept = if annotations { Minors::ALL } else { futures.annotations() };
        let mut walker = Self {
            text,
            annotations_apart: Minors::since(Minor::Py314).or(kept),
            findings,
            module,
            futures,
            scopes: Vec::with_capacity(8),
            blocks: Vec::with_capacity(16),
            depth: 0,
            too_deep: false,
        };
        walker.push(Kind::Module, None);
        walker.docstring(module);
        walker.body(module);
        walker
    }

    /// A finding of the symbol table.
    pub(super) fn symbols(&mut self, minors: Minors, at: TextSize, message: impl Into<std::borrow::Cow<'static, str>>) {
        self.findings.add(Stage::Symbols, minors, at, message);
    }

    /// A finding of the code generator, which skips what it never evaluates.
    pub(super) fn code(&mut self, minors: Minors, at: TextSize, message: impl Into<std::borrow::Cow<'static, str>>) {
        let compiled = self.scope().compiled;
        self.findings.add(Stage::Code, minors.and(compiled), at, message);
    }

    pub(super) fn scope(&self) -> &Scope<'a> {
        &self.scopes[self.scopes.len() - 1]
    }

    pub(super) fn scope_mut(&mut self) -> &mut Scope<'a> {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    pub(super) fn push(&mut self, kind: Kind<'a>, class: Option<&'a str>) {
        let (outer_class, iterables, compiled) =
            self.scopes.last().map_or((None, 0, Minors::ALL), |scope| (scope.class, scope.iterables, scope.compiled));
        self.scopes.push(Scope {
            kind,
            class: class.or(outer_class),
            coroutine: matches!(kind, Kind::Function(function) if function.is_async),
            generator: false,
            returns_value: None,
            iterables,
            blocks: self.blocks.len(),
            named: Vec::new(),
            declares: false,
            twenty_first: None,
            annotation: Minors::NONE,
            compiled,
        });
    }

    pub(super) fn pop(&mut self) -> Option<Scope<'a>> {
        self.scopes.pop()
    }

    /// Runs `inner` one level deeper, unless that is too deep.
    pub(super) fn nested(&mut self, inner: impl FnOnce(&mut Self)) {
        let depth = self.depth;
        self.deeper();
        if self.depth <= MAX_DEPTH {
            inner(self);
        }
        self.depth = depth;
    }

    /// Counts one more level, until the node around is done.
    pub(super) fn deeper(&mut self) {
        self.depth += 1;
        self.too_deep |= self.depth > MAX_DEPTH;
    }

    /// Runs `inner` in a static block, of which CPython allows twenty in each other.
    ///
    /// 3.12.7 and later allow one more, but spend it on the handler that they wrap around generators and coroutines.
    fn block(&mut self, block: Block, at: TextSize, inner: impl FnOnce(&mut Self)) {
        const LIMIT: usize = 20;
        let open = self.blocks.len() - self.scope().blocks;
        if open >= LIMIT {
            let minors = if open > LIMIT { Minors::ALL } else { Minors::before(Minor::Py312) };
            self.code(minors, at, TOO_MANY_BLOCKS);
            if open == LIMIT {
                let early = Certainty::early_312("a block inside of twenty others");
                self.findings.add_if(early, Stage::Code, Minors::only(Minor::Py312), at, TOO_MANY_BLOCKS);
            }
            let first = self.scope().twenty_first.unwrap_or(at);
            self.scope_mut().twenty_first = Some(first);
        }
        self.blocks.push(block);
        inner(self);
        self.blocks.pop();
    }

    fn scope_blocks(&self) -> &[Block] {
        &self.blocks[self.scope().blocks..]
    }

    pub(super) fn body(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.nested(|walker| walker.stmt(stmt));
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Expr(stmt) => self.expr(&stmt.value),
            Stmt::Assign(stmt) => {
                self.expr(&stmt.value);
                stmt.targets.iter().for_each(|target| self.expr(target));
            }
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Return(stmt) => self.return_(stmt.range, stmt.value.as_deref()),
            Stmt::If(stmt) => {
                self.expr(&stmt.test);
                self.body(&stmt.body);
                // CPython nests each `elif` in the one before.
                let depth = self.depth;
                for clause in &stmt.elif_else_clauses {
                    self.deeper();
                    clause.test.iter().for_each(|test| self.expr(test));
                    self.body(&clause.body);
                }
                self.depth = depth;
            }
            Stmt::AugAssign(stmt) => {
                match &*stmt.target {
                    Expr::Attribute(target) if target.attr.as_str() == "__debug__" => {
                        self.expr(&target.value);
                        self.code(Minors::since(Minor::Py314), stmt.start(), ASSIGNED_DEBUG);
                    }
                    target => self.expr(target),
                }
                self.expr(&stmt.value);
            }
            Stmt::AnnAssign(stmt) => self.annotated(stmt),
            Stmt::For(stmt) => {
                if stmt.is_async {
                    self.async_statement(stmt.range.start(), "'async for' outside async function");
                }
                self.expr(&stmt.target);
                self.expr(&stmt.iter);
                self.block(Block::Loop, stmt.range.start(), |walker| walker.body(&stmt.body));
                self.body(&stmt.orelse);
            }
            Stmt::While(stmt) => {
                self.expr(&stmt.test);
                self.block(Block::Loop, stmt.range.start(), |walker| walker.body(&stmt.body));
                self.body(&stmt.orelse);
            }
            Stmt::With(stmt) => {
                if stmt.is_async {
                    self.async_statement(stmt.range.start(), "'async with' outside async function");
                }
                self.with(&stmt.items, &stmt.body);
            }
            Stmt::Try(stmt) => self.try_(stmt),
            Stmt::Match(stmt) => self.match_(stmt),
            Stmt::Raise(stmt) => {
                stmt.exc.iter().for_each(|exc| self.expr(exc));
                stmt.cause.iter().for_each(|cause| self.expr(cause));
            }
            Stmt::Assert(stmt) => {
                self.expr(&stmt.test);
                stmt.msg.iter().for_each(|msg| self.expr(msg));
            }
            Stmt::Delete(stmt) => stmt.targets.iter().for_each(|target| self.expr(target)),
            Stmt::Import(stmt) => {
                for alias in &stmt.names {
                    match &alias.asname {
                        Some(name) => self.binding(name),
                        None if alias.name.split('.').next() == Some("__debug__") => self.debug(alias.name.start()),
                        None => {}
                    }
                }
            }
            Stmt::ImportFrom(stmt) => self.import_from(stmt),
            Stmt::Global(stmt) => {
                stmt.names.iter().for_each(|name| self.global(name, stmt.range));
                self.scope_mut().declares = true;
            }
            Stmt::Nonlocal(stmt) => {
                stmt.names.iter().for_each(|name| self.nonlocal(name, stmt.range));
                self.scope_mut().declares = true;
            }
            Stmt::TypeAlias(stmt) => self.type_alias(stmt),
            Stmt::Break(stmt) => self.leave_loop(stmt.range, "SyntaxError: 'break' outside loop"),
            Stmt::Continue(stmt) => self.leave_loop(stmt.range, "SyntaxError: 'continue' not properly in loop"),
            Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn async_statement(&mut self, at: TextSize, message: &'static str) {
        if !self.scope().is_async_function() {
            self.code(Minors::ALL, at, format!("SyntaxError: {message}"));
        }
    }

    fn return_(&mut self, range: TextRange, value: Option<&'a Expr>) {
        if let Some(value) = value {
            self.expr(value);
            let first = self.scope().returns_value.unwrap_or(range.start());
            self.scope_mut().returns_value = Some(first);
        }
        if !matches!(self.scope().kind, Kind::Function(_)) {
            self.code(Minors::ALL, range.start(), "SyntaxError: 'return' outside function");
        }
        if self.scope_blocks().contains(&Block::ExceptStar) {
            self.except_star_left(range.start());
        }
    }

    fn leave_loop(&mut self, range: TextRange, outside: &'static str) {
        let innermost = self.scope_blocks().iter().rev().find(|block| **block != Block::Other);
        match innermost {
            Some(Block::Loop) => {}
            Some(_) => self.except_star_left(range.start()),
            None => self.code(Minors::ALL, range.start(), outside),
        }
    }

    fn except_star_left(&mut self, at: TextSize) {
        let message = "SyntaxError: 'break', 'continue' and 'return' cannot appear in an except* block";
        self.code(Minors::ALL, at, message);
    }

    fn with(&mut self, items: &'a [WithItem], body: &'a [Stmt]) {
        let Some((item, rest)) = items.split_first() else {
            return self.body(body);
        };
        self.expr(&item.context_expr);
        self.block(Block::Other, item.start(), |walker| {
            item.optional_vars.iter().for_each(|target| walker.expr(target));
            walker.with(rest, body);
        });
    }

    fn try_(&mut self, stmt: &'a StmtTry) {
        let at = stmt.range.start();
        if stmt.finalbody.is_empty() {
            return self.try_except(stmt);
        }
        self.block(Block::Other, at, |walker| walker.try_except(stmt));
        self.block(Block::Other, at, |walker| walker.body(&stmt.finalbody));
    }

    fn try_except(&mut self, stmt: &'a StmtTry) {
        let at = stmt.range.start();
        if stmt.handlers.is_empty() {
            self.body(&stmt.body);
            return self.body(&stmt.orelse);
        }
        self.block(Block::Other, at, |walker| walker.body(&stmt.body));
        self.body(&stmt.orelse);
        let handler_block = if stmt.is_star { Block::ExceptStar } else { Block::Other };
        let last = stmt.handlers.len() - 1;
        self.block(handler_block, at, |walker| {
            for (index, ExceptHandler::ExceptHandler(handler)) in stmt.handlers.iter().enumerate() {
                match &handler.type_ {
                    Some(type_) => walker.expr(type_),
                    None if index < last => {
                        walker.code(Minors::ALL, handler.start(), "SyntaxError: default 'except:' must be last");
                    }
                    None => {}
                }
                handler.name.iter().for_each(|name| walker.binding(name));
                walker.block(Block::Other, handler.start(), |walker| walker.body(&handler.body));
            }
        });
    }

    fn import_from(&mut self, stmt: &'a StmtImportFrom) {
        let too_late = self.futures.too_late(stmt);
        let message = "SyntaxError: from __future__ imports must occur at the beginning of the file";
        self.code(too_late, stmt.range.start(), message);
        for alias in &stmt.names {
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            if name.as_str() == "*" && !matches!(self.scope().kind, Kind::Module) {
                self.symbols(Minors::ALL, stmt.range.start(), "SyntaxError: import * only allowed at module level");
            }
            self.binding(name);
        }
    }

    /// A name that is stored to by something else than a `Name`.
    pub(super) fn binding(&mut self, name: &Identifier) {
        if name.as_str() == "__debug__" {
            self.debug(name.start());
        }
    }

    pub(super) fn debug(&mut self, at: TextSize) {
        self.code(Minors::ALL, at, ASSIGNED_DEBUG);
    }
}
