//! What a scope does with one name, collected when a `global` or `nonlocal` asks for it.
//!
//! CPython's symbol table knows every name of every scope. The rules that can refuse a file need it only around these
//! two rare statements, so here the names are looked for then, in CPython's order, and never stored.

use std::borrow::Cow;
use std::collections::HashSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprContext, Parameters, Pattern, Stmt, TypeParam, TypeParams,
};
use ruff_text_size::{Ranged, TextRange};

/// What CPython's symbol table would note for one name in one scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    pub(super) parameter: bool,
    pub(super) read: bool,
    pub(super) bound: bool,
    /// Bound by an import, which may stand before a `global`.
    pub(super) imported: bool,
    pub(super) annotated: bool,
    pub(super) global: bool,
    pub(super) nonlocal: bool,
}

/// The names met so far: a few are compared one by one, without an allocation.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    few: [&'a str; 8],
    count: usize,
    many: Option<HashSet<&'a str>>,
}

impl<'a> Seen<'a> {
    /// Whether the name was met before; from now on it was.
    pub(super) fn again(&mut self, name: &'a str) -> bool {
        let few = &mut self.few[..];
        if few[..self.count].contains(&name) {
            return true;
        }
        if let Some(free) = few.get_mut(self.count) {
            *free = name;
            self.count += 1;
            return false;
        }
        !self.many.get_or_insert_default().insert(name)
    }
}

/// How a version's symbol table goes through a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// Whether annotations have a scope of their own, and are no use of a name in the scope around them.
    pub(super) annotations_apart: bool,
    /// Whether `except` comes before `else`, as in the source and since 3.13.
    pub(super) handlers_first: bool,
}

/// Collects the uses of `name` in a scope's `body`, in CPython's order, up to the statement at `until` where one is given.
///
/// `class` is the class that mangles private names here, and `name` is already mangled.
pub(super) fn uses(
    name: &str,
    class: Option<&str>,
    parameters: Option<&Parameters>,
    body: &[Stmt],
    until: Option<TextRange>,
    order: Order,
) -> Uses {
    let mut collector =
        Collector { name, class, until, order, uses: Uses::default(), done: false, in_comprehension: false };
    if let Some(parameters) = parameters {
        collector.uses.parameter = parameters.iter().any(|parameter| collector.is_it(parameter.name().as_str()));
        collector.uses.bound |= collector.uses.parameter;
    }
    collector.visit_body(body);
    collector.uses
}

/// CPython's private names: `__x` in class `_C` is `_C__x`.
pub(super) fn mangled<'n>(class: Option<&str>, name: &'n str) -> Cow<'n, str> {
    let class = class.map_or("", |class| class.trim_start_matches('_'));
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("_{class}{name}"))
}

/// The names that a target of a comprehension binds, in order.
pub(super) fn targets<'a>(target: &'a Expr, each: &mut impl FnMut(&'a str)) {
    match target {
        Expr::Name(name) => each(name.id.as_str()),
        Expr::Starred(starred) => targets(&starred.value, each),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| targets(element, each)),
        Expr::List(list) => list.elts.iter().for_each(|element| targets(element, each)),
        _ => {}
    }
}

struct Collector<'n> {
    name: &'n str,
    class: Option<&'n str>,
    until: Option<TextRange>,
    order: Order,
    uses: Uses,
    done: bool,
    in_comprehension: bool,
}

impl Collector<'_> {
    fn is_it(&self, name: &str) -> bool {
        name == self.name || (name.starts_with("__") && mangled(self.class, name) == self.name)
    }

    fn bind(&mut self, name: &str) {
        // The statement that is asked about may stand in the middle of one that goes on to bind.
        self.uses.bound |= !self.done && self.is_it(name);
    }

    fn defaults(&mut self, parameters: &Parameters) {
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            if let Some(default) = &parameter.default {
                self.visit_expr(default);
            }
        }
    }

    fn comprehension<'a>(&mut self, elements: [Option<&'a Expr>; 2], generators: &'a [Comprehension]) {
        let outer = self.in_comprehension;
        for (index, generator) in generators.iter().enumerate() {
            self.in_comprehension = outer || index > 0;
            self.visit_expr(&generator.iter);
            self.in_comprehension = true;
            generator.ifs.iter().for_each(|test| self.visit_expr(test));
        }
        self.in_comprehension = true;
        elements.into_iter().flatten().for_each(|element| self.visit_expr(element));
        self.in_comprehension = outer;
    }
}

impl<'a> Visitor<'a> for Collector<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.done || self.until == Some(stmt.range()) {
            self.done = true;
            return;
        }
        match stmt {
            Stmt::FunctionDef(function) => {
                self.bind(&function.name);
                self.defaults(&function.parameters);
                function.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
                if function.type_params.is_none() && !self.order.annotations_apart {
                    for annotation in function.parameters.iter().filter_map(|parameter| parameter.annotation()) {
                        self.visit_expr(annotation);
                    }
                    function.returns.iter().for_each(|returns| self.visit_expr(returns));
                }
            }
            Stmt::ClassDef(class) => {
                self.bind(&class.name);
                if let (None, Some(arguments)) = (&class.type_params, &class.arguments) {
                    self.visit_arguments(arguments);
                }
                class.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
            }
            Stmt::TypeAlias(alias) => self.visit_expr(&alias.name),
            Stmt::AnnAssign(assign) => {
                match &*assign.target {
                    Expr::Name(name) if self.is_it(&name.id) => {
                        self.uses.annotated |= assign.simple;
                        self.uses.bound |= assign.simple || assign.value.is_some();
                    }
                    Expr::Name(_) => {}
                    target => self.visit_expr(target),
                }
                if !self.order.annotations_apart {
                    self.visit_expr(&assign.annotation);
                }
                assign.value.iter().for_each(|value| self.visit_expr(value));
            }
            Stmt::Try(statement) => {
                self.visit_body(&statement.body);
                if !self.order.handlers_first {
                    self.visit_body(&statement.orelse);
                }
                statement.handlers.iter().for_each(|handler| self.visit_except_handler(handler));
                if self.order.handlers_first {
                    self.visit_body(&statement.orelse);
                }
                self.visit_body(&statement.finalbody);
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.uses.imported |= self.is_it(name.split('.').next().unwrap_or(name));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.uses.imported |= self.is_it(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            Stmt::Global(global) => self.uses.global |= global.names.iter().any(|name| self.is_it(name)),
            Stmt::Nonlocal(nonlocal) => self.uses.nonlocal |= nonlocal.names.iter().any(|name| self.is_it(name)),
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.done {
            return;
        }
        match expr {
            Expr::Name(name) if !self.in_comprehension && self.is_it(&name.id) => match name.ctx {
                ExprContext::Load => self.uses.read = true,
                _ => self.uses.bound = true,
            },
            // Whoever says `super` reads the cell that its lookup needs.
            Expr::Name(name) if name.id.as_str() == "super" && self.name == "__class__" => self.uses.read = true,
            Expr::Name(_) => {}
            Expr::Named(named) => {
                if let Expr::Name(name) = &*named.target {
                    self.bind(&name.id);
                }
                self.visit_expr(&named.value);
            }
            // A lambda in a comprehension keeps its names, and the targets of its assignment expressions, to itself.
            Expr::Lambda(lambda) => lambda.parameters.iter().for_each(|parameters| self.defaults(parameters)),
            Expr::ListComp(comp) => self.comprehension([Some(&comp.elt), None], &comp.generators),
            Expr::SetComp(comp) => self.comprehension([Some(&comp.elt), None], &comp.generators),
            Expr::Generator(comp) => self.comprehension([Some(&comp.elt), None], &comp.generators),
            Expr::DictComp(comp) => self.comprehension([comp.key.as_deref(), Some(&comp.value)], &comp.generators),
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name);
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(pattern) => pattern.name.iter().for_each(|name| self.bind(name)),
            Pattern::MatchStar(pattern) => pattern.name.iter().for_each(|name| self.bind(name)),
            Pattern::MatchMapping(pattern) => pattern.rest.iter().for_each(|name| self.bind(name)),
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
    }
}

/// Whether one of the type parameters has this name.
pub(super) fn is_type_parameter(type_params: &TypeParams, class: Option<&str>, name: &str) -> bool {
    type_params.iter().map(TypeParam::name).any(|param| mangled(class, param) == name)
}
