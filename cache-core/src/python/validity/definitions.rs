//! Functions, classes and type aliases: their parameters, arguments and annotations.

use ruff_python_ast::{
    Arguments, Decorator, Expr, Parameters, StmtAnnAssign, StmtClassDef, StmtFunctionDef, StmtTypeAlias, TypeParam,
    TypeParams,
};
use ruff_text_size::Ranged;

use super::declarations::DECLARATIONS;
use super::finding::{Minors, Stage};
use super::names::Seen;
use super::scope::Kind;
use super::walk::{TOO_MANY_BLOCKS, Walker};
use crate::python::version::Minor;

impl<'a> Walker<'a> {
    pub(super) fn function(&mut self, function: &'a StmtFunctionDef) {
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
        self.docstring(&function.body);
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

    pub(super) fn class(&mut self, class: &'a StmtClassDef) {
        self.binding(&class.name);
        self.decorators(&class.decorator_list);
        if let Some(type_params) = &class.type_params {
            self.type_params(type_params);
        }
        if let Some(arguments) = &class.arguments {
            self.arguments(arguments);
        }
        self.push(Kind::Class(class), Some(class.name.as_str()));
        self.docstring(&class.body);
        self.body(&class.body);
        self.pop();
        if class.type_params.is_some() {
            self.pop();
        }
    }

    pub(super) fn type_alias(&mut self, alias: &'a StmtTypeAlias) {
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

    pub(super) fn annotated(&mut self, stmt: &'a StmtAnnAssign) {
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
        if let (Expr::Subscript(target), None) = (&*stmt.target, &stmt.value)
            && matches!(&*target.slice, Expr::Tuple(index) if index.elts.iter().any(Expr::is_starred_expr))
        {
            let message = "SyntaxError: can't use starred expression here";
            self.code(Minors::ALL, stmt.start(), message);
        }
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
}
