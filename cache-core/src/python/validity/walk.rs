//! The walk over a file's statements: CPython's symbol table and compiler, as far as they can refuse a file.

use ruff_python_ast::{
    Arguments, Decorator, ExceptHandler, Expr, Identifier, Parameters, Stmt, StmtAnnAssign, StmtClassDef,
    StmtFunctionDef, StmtImportFrom, StmtTry, StmtTypeAlias, TypeParam, TypeParams, WithItem,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::finding::{Certainty, Findings, Minors, Stage};
use super::future::Futures;
use super::names::{self, Order, Seen};
use super::scope::{Block, Kind, Scope};
use crate::python::version::Minor;

/// How deep the tree may be before CPython's own limits, which depend on its stack, come near.
const MAX_DEPTH: u32 = 2400;

/// An order that serves where it makes no difference: for what a scope declares and binds.
const DECLARATIONS: Order = Order { annotations_apart: false, handlers_first: true };

const ASSIGNED_DEBUG: &str = "SyntaxError: cannot assign to __debug__";

const TOO_MANY_BLOCKS: &str = "SyntaxError: too many statically nested blocks";

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
    annotations_apart: Minors,
    futures: Futures,
    depth: u32,
    pub(super) too_deep: bool,
}

impl<'a> Walker<'a> {
    /// Walks the module.
    pub(super) fn walk(text: &'a str, module: &'a [Stmt], findings: Findings) -> Self {
        let mut findings = findings;
        let futures = Futures::of(module, &mut findings);
        let mut walker = Self {
            text,
            annotations_apart: Minors::since(Minor::Py314).or(futures.annotations()),
            findings,
            module,
            futures,
            scopes: Vec::with_capacity(8),
            blocks: Vec::with_capacity(16),
            depth: 0,
            too_deep: false,
        };
        walker.push(Kind::Module, None);
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

    fn function(&mut self, function: &'a StmtFunctionDef) {
        self.binding(&function.name);
        self.defaults(&function.parameters);
        self.decorators(&function.decorator_list);
        let generic = function.type_params.as_deref();
        if let Some(type_params) = generic {
            self.type_params(type_params);
        }
        self.annotations(&function.parameters, function.returns.as_deref());
        self.push(Kind::Function(function), None);
        self.parameters(&function.parameters);
        self.body(&function.body);
        if let Some(scope) = self.pop() {
            if let (true, true, Some(at)) = (function.is_async, scope.generator, scope.returns_value) {
                self.code(Minors::ALL, at, "SyntaxError: 'return' with value in async generator");
            }
            if let (true, Some(at)) = (function.is_async || scope.generator, scope.twenty_first) {
                self.code(Minors::since(Minor::Py312), at, TOO_MANY_BLOCKS);
            }
        }
        if generic.is_some() {
            self.pop();
        }
    }

    fn class(&mut self, class: &'a StmtClassDef) {
        self.binding(&class.name);
        self.decorators(&class.decorator_list);
        if let Some(type_params) = &class.type_params {
            self.type_params(type_params);
        }
        if let Some(arguments) = &class.arguments {
            self.arguments(arguments);
        }
        self.push(Kind::Class(class), Some(class.name.as_str()));
        self.body(&class.body);
        self.pop();
        if class.type_params.is_some() {
            self.pop();
        }
    }

    fn type_alias(&mut self, alias: &'a StmtTypeAlias) {
        self.expr(&alias.name);
        if let Some(type_params) = &alias.type_params {
            self.type_params(type_params);
        }
        self.push(Kind::TypeAlias, None);
        self.expr(&alias.value);
        self.pop();
        if alias.type_params.is_some() {
            self.pop();
        }
    }

    fn decorators(&mut self, decorators: &'a [Decorator]) {
        decorators.iter().for_each(|decorator| self.expr(&decorator.expression));
    }

    /// Opens the scope of type parameters; the caller closes it.
    fn type_params(&mut self, type_params: &'a TypeParams) {
        self.push(Kind::TypeParams(type_params), None);
        let mut defaulted = false;
        for (index, param) in type_params.iter().enumerate() {
            let name = param.name();
            let at = name.start();
            if type_params[..index].iter().any(|earlier| earlier.name().id == name.id) {
                self.symbols(Minors::ALL, at, format!("SyntaxError: duplicate type parameter '{name}'"));
            }
            if name.as_str() == "__classdict__" {
                let reserved = format!("SyntaxError: reserved name '{name}' cannot be used for type parameter");
                self.symbols(Minors::since(Minor::Py314), at, reserved);
            }
            self.binding(name);
            let (bound, default) = match param {
                TypeParam::TypeVar(param) => {
                    let what = if matches!(param.bound.as_deref(), Some(Expr::Tuple(_))) {
                        "a TypeVar constraint"
                    } else {
                        "a TypeVar bound"
                    };
                    (
                        param.bound.as_deref().map(|bound| (bound, what)),
                        param.default.as_deref().map(|expr| (expr, "a TypeVar default")),
                    )
                }
                // Our parser notes newer syntax here for ordinary type variables alone.
                TypeParam::ParamSpec(param) => {
                    (None, param.default.as_deref().map(|expr| (expr, "a ParamSpec default")))
                }
                TypeParam::TypeVarTuple(param) => {
                    (None, param.default.as_deref().map(|expr| (expr, "a TypeVarTuple default")))
                }
            };
            for (expr, what) in bound.into_iter().chain(default) {
                self.push(Kind::TypeVariable(what), None);
                self.element(expr);
                self.pop();
            }
            if default.is_some() {
                self.findings.add(Stage::Parse, Minors::before(Minor::Py313), at, "SyntaxError: invalid syntax");
            }
            if defaulted && default.is_none() {
                let message =
                    format!("SyntaxError: non-default type parameter '{name}' follows default type parameter");
                self.code(Minors::ALL, at, message);
            }
            defaulted |= default.is_some();
        }
    }

    pub(super) fn defaults(&mut self, parameters: &'a Parameters) {
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            parameter.default.iter().for_each(|default| self.expr(default));
        }
    }

    fn annotations(&mut self, parameters: &'a Parameters, returns: Option<&'a Expr>) {
        let apart = self.annotations_apart;
        for parameter in parameters.iter_source_order() {
            if let Some(annotation) = parameter.annotation() {
                self.annotation(annotation, apart, Minors::ALL);
            }
        }
        if let Some(returns) = returns {
            self.annotation(returns, apart, Minors::ALL);
        }
    }

    /// Walks an annotation that is a scope of its own for `apart` and evaluated in this one for the other `compiled` minors.
    fn annotation(&mut self, annotation: &'a Expr, apart: Minors, compiled: Minors) {
        let scope = self.scope_mut();
        let outer = (scope.annotation, scope.compiled);
        scope.annotation = apart;
        scope.compiled = outer.1.and(compiled);
        self.element(annotation);
        let scope = self.scope_mut();
        (scope.annotation, scope.compiled) = outer;
    }

    fn annotated(&mut self, stmt: &'a StmtAnnAssign) {
        if let (Expr::Name(name), true) = (&*stmt.target, stmt.simple)
            && self.scope().declares
            && !matches!(self.scope().kind, Kind::Module)
        {
            // A later `global` is refused where that stands.
            let uses = self.uses_before(&name.id, stmt.range, DECLARATIONS);
            if uses.global || uses.nonlocal {
                let what = if uses.global { "global" } else { "nonlocal" };
                let message = format!("SyntaxError: annotated name '{}' can't be {what}", name.id);
                self.symbols(Minors::ALL, stmt.range.start(), message);
            }
        }
        self.expr(&stmt.target);
        // In a function the annotation is never evaluated.
        let in_function = matches!(self.scope().kind, Kind::Function(_));
        let compiled = if in_function { Minors::NONE } else { Minors::ALL };
        self.annotation(&stmt.annotation, self.annotations_apart, compiled.without(self.annotations_apart));
        stmt.value.iter().for_each(|value| self.expr(value));
    }

    pub(super) fn parameters(&mut self, parameters: &'a Parameters) {
        let mut seen = Seen::default();
        for parameter in parameters {
            let name = parameter.name();
            if seen.again(name) {
                let message = format!("SyntaxError: duplicate argument '{name}' in function definition");
                self.symbols(Minors::ALL, name.start(), message);
            }
            self.binding(name);
        }
    }

    pub(super) fn arguments(&mut self, arguments: &'a Arguments) {
        arguments.args.iter().for_each(|argument| self.element(argument));
        let mut seen = Seen::default();
        for keyword in &arguments.keywords {
            if let Some(name) = &keyword.arg {
                self.binding(name);
                if seen.again(name) {
                    let message = format!("SyntaxError: keyword argument repeated: {name}");
                    self.code(Minors::ALL, keyword.start(), message);
                }
            }
            self.expr(&keyword.value);
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

    /// What the current scope has done with `name` when CPython comes to the statement at `until`.
    fn uses_before(&self, name: &str, until: TextRange, order: Order) -> names::Uses {
        let scope = self.scope();
        let (parameters, body) = match scope.kind {
            Kind::Function(function) => (Some(&*function.parameters), &*function.body),
            Kind::Class(class) => (None, &*class.body),
            _ => (None, self.module),
        };
        names::uses(&names::mangled(scope.class, name), scope.class, parameters, body, Some(until), order)
    }

    fn declared(&mut self, name: &'a Identifier, statement: TextRange, what: &str) {
        let (apart, handlers_first) = (self.annotations_apart, Minors::since(Minor::Py313));
        for (annotations_apart, handlers) in [(false, false), (false, true), (true, false), (true, true)] {
            let minors = if annotations_apart { apart } else { Minors::ALL.without(apart) };
            let minors = if handlers { minors.and(handlers_first) } else { minors.without(handlers_first) };
            if minors.is_empty() {
                continue;
            }
            let uses = self.uses_before(name, statement, Order { annotations_apart, handlers_first: handlers });
            let message = if uses.parameter {
                format!("SyntaxError: name '{name}' is parameter and {what}")
            } else if uses.annotated {
                format!("SyntaxError: annotated name '{name}' can't be {what}")
            } else if uses.bound {
                format!("SyntaxError: name '{name}' is assigned to before {what} declaration")
            } else if uses.read {
                format!("SyntaxError: name '{name}' is used prior to {what} declaration")
            } else {
                continue;
            };
            self.symbols(minors, statement.start(), message);
        }
    }

    fn global(&mut self, name: &'a Identifier, statement: TextRange) {
        self.declared(name, statement, "global");
        let uses = self.uses_before(name, statement, DECLARATIONS);
        if uses.nonlocal {
            let message = format!("SyntaxError: name '{name}' is nonlocal and global");
            self.findings.add(Stage::Names, Minors::ALL, statement.start(), message);
        }
    }

    fn nonlocal(&mut self, name: &'a Identifier, statement: TextRange) {
        let at = statement.start();
        if matches!(self.scope().kind, Kind::Module) {
            let message = "SyntaxError: nonlocal declaration not allowed at module level";
            return self.symbols(Minors::ALL, at, message);
        }
        self.declared(name, statement, "nonlocal");
        if self.uses_before(name, statement, DECLARATIONS).global {
            let message = format!("SyntaxError: name '{name}' is nonlocal and global");
            self.findings.add(Stage::Names, Minors::ALL, at, message);
        }
        let name = names::mangled(self.scope().class, name);
        let unbound = format!("SyntaxError: no binding for nonlocal '{name}' found");
        let (minors, message) = match self.enclosing_binding(&name) {
            Enclosing::Bound => return,
            Enclosing::BoundSince(minor) => (Minors::before(minor), unbound),
            Enclosing::TypeParameter => {
                (Minors::ALL, format!("SyntaxError: nonlocal binding not allowed for type parameter '{name}'"))
            }
            Enclosing::Unbound => (Minors::ALL, unbound),
        };
        self.findings.add(Stage::Names, minors, at, message);
    }

    /// What a `nonlocal` of this mangled name means here.
    fn enclosing_binding(&self, name: &str) -> Enclosing {
        for scope in self.scopes.iter().rev().skip(1) {
            match scope.kind {
                Kind::Function(function) => {
                    let (parameters, body) = (Some(&*function.parameters), &*function.body);
                    let uses = names::uses(name, scope.class, parameters, body, None, DECLARATIONS);
                    if uses.global {
                        return Enclosing::Unbound;
                    }
                    if (uses.bound || uses.imported) && !uses.nonlocal {
                        return Enclosing::Bound;
                    }
                }
                Kind::TypeParams(type_params) if names::is_type_parameter(type_params, scope.class, name) => {
                    return Enclosing::TypeParameter;
                }
                Kind::Class(_) => match name {
                    "__class__" => return Enclosing::Bound,
                    "__classdict__" => return Enclosing::BoundSince(Minor::Py312),
                    "__conditional_annotations__" => return Enclosing::BoundSince(Minor::Py314),
                    _ => {}
                },
                _ => {}
            }
        }
        Enclosing::Unbound
    }
}

enum Enclosing {
    Bound,
    /// Bound by a class for its own use, since that version.
    BoundSince(Minor),
    TypeParameter,
    Unbound,
}
