//! Statements.

use ruff_python_ast::{self as ast, ExceptHandler, Stmt};

use super::Dumper;
use super::node::Node;
use crate::python::version::Minor;

impl<'a> Dumper<'a> {
    pub(super) fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::Return(node) => {
                let mut n = self.node("Return(");
                n.optional("value=", node.value.as_deref(), Self::expression);
                n.end();
            }
            Stmt::Delete(node) => {
                let mut n = self.node("Delete(");
                n.list("targets=", &node.targets, Self::expression);
                n.end();
            }
            Stmt::TypeAlias(node) => {
                let mut n = self.node("TypeAlias(");
                n.field("name=").expression(&node.name);
                n.list("type_params=", type_params(node.type_params.as_deref()), Self::type_param);
                n.field("value=").expression(&node.value);
                n.end();
            }
            Stmt::Assign(node) => {
                let mut n = self.node("Assign(");
                n.list("targets=", &node.targets, Self::expression);
                n.field("value=").expression(&node.value);
                n.end();
            }
            Stmt::AugAssign(node) => {
                let mut n = self.node("AugAssign(");
                n.field("target=").expression(&node.target);
                n.field("op=").operator(node.op);
                n.field("value=").expression(&node.value);
                n.end();
            }
            Stmt::AnnAssign(node) => {
                let mut n = self.node("AnnAssign(");
                n.field("target=").expression(&node.target);
                n.field("annotation=").expression(&node.annotation);
                n.optional("value=", node.value.as_deref(), Self::expression);
                n.field("simple=").push(if node.simple { "1" } else { "0" });
                n.end();
            }
            Stmt::For(node) => {
                let mut n = self.node(if node.is_async { "AsyncFor(" } else { "For(" });
                n.field("target=").expression(&node.target);
                n.field("iter=").expression(&node.iter);
                n.list("body=", &node.body, Self::statement);
                n.list("orelse=", &node.orelse, Self::statement);
                n.end();
            }
            Stmt::While(node) => {
                let mut n = self.node("While(");
                n.field("test=").expression(&node.test);
                n.list("body=", &node.body, Self::statement);
                n.list("orelse=", &node.orelse, Self::statement);
                n.end();
            }
            Stmt::If(node) => self.if_chain(&node.test, &node.body, &node.elif_else_clauses),
            Stmt::With(node) => {
                let mut n = self.node(if node.is_async { "AsyncWith(" } else { "With(" });
                n.list("items=", &node.items, Self::with_item);
                n.list("body=", &node.body, Self::statement);
                n.end();
            }
            Stmt::Match(node) => {
                let mut n = self.node("Match(");
                n.field("subject=").expression(&node.subject);
                n.list("cases=", &node.cases, Self::match_case);
                n.end();
            }
            Stmt::Raise(node) => {
                let mut n = self.node("Raise(");
                n.optional("exc=", node.exc.as_deref(), Self::expression);
                n.optional("cause=", node.cause.as_deref(), Self::expression);
                n.end();
            }
            Stmt::Try(node) => {
                let mut n = self.node(if node.is_star { "TryStar(" } else { "Try(" });
                n.list("body=", &node.body, Self::statement);
                n.list("handlers=", &node.handlers, Self::handler);
                n.list("orelse=", &node.orelse, Self::statement);
                n.list("finalbody=", &node.finalbody, Self::statement);
                n.end();
            }
            Stmt::Assert(node) => {
                let mut n = self.node("Assert(");
                n.field("test=").expression(&node.test);
                n.optional("msg=", node.msg.as_deref(), Self::expression);
                n.end();
            }
            Stmt::Import(node) => {
                let mut n = self.node("Import(");
                n.list("names=", &node.names, Self::alias);
                n.end();
            }
            Stmt::ImportFrom(node) => {
                let mut n = self.node("ImportFrom(");
                n.optional("module=", node.module.as_ref(), Self::identifier);
                n.list("names=", &node.names, Self::alias);
                n.field("level=").push(&node.level.to_string());
                n.end();
            }
            Stmt::Global(node) => {
                let mut n = self.node("Global(");
                n.list("names=", &node.names, Self::identifier);
                n.end();
            }
            Stmt::Nonlocal(node) => {
                let mut n = self.node("Nonlocal(");
                n.list("names=", &node.names, Self::identifier);
                n.end();
            }
            Stmt::Expr(node) => {
                let mut n = self.node("Expr(");
                n.field("value=").expression(&node.value);
                n.end();
            }
            Stmt::Pass(_) => self.node("Pass(").end(),
            Stmt::Break(_) => self.node("Break(").end(),
            Stmt::Continue(_) => self.node("Continue(").end(),
            // Only notebooks have these, and only the parser's notebook mode lets them through.
            Stmt::IpyEscapeCommand(_) => self.not_python("IPython's escape commands"),
        }
    }

    fn function(&mut self, node: &'a ast::StmtFunctionDef) {
        let mut n = self.node(if node.is_async { "AsyncFunctionDef(" } else { "FunctionDef(" });
        n.field("name=").identifier(&node.name);
        n.field("args=").parameters(Some(&node.parameters));
        n.list("body=", &node.body, Self::statement);
        n.list("decorator_list=", &node.decorator_list, Self::decorator);
        n.optional("returns=", node.returns.as_deref(), Self::expression);
        definition_type_params(&mut n, node.type_params.as_deref());
        n.end();
    }

    fn class(&mut self, node: &'a ast::StmtClassDef) {
        let (bases, keywords) = match node.arguments.as_deref() {
            Some(arguments) => (&*arguments.args, &*arguments.keywords),
            None => (&[][..], &[][..]),
        };
        let mut n = self.node("ClassDef(");
        n.field("name=").identifier(&node.name);
        n.list("bases=", bases, Self::expression);
        n.list("keywords=", keywords, Self::keyword);
        n.list("body=", &node.body, Self::statement);
        n.list("decorator_list=", &node.decorator_list, Self::decorator);
        definition_type_params(&mut n, node.type_params.as_deref());
        n.end();
    }

    fn decorator(&mut self, decorator: &'a ast::Decorator) {
        self.expression(&decorator.expression);
    }

    /// `elif` is an `If` alone in the `orelse` of the one before.
    fn if_chain(&mut self, test: &'a ast::Expr, body: &'a [Stmt], clauses: &'a [ast::ElifElseClause]) {
        let mut n = self.node("If(");
        n.field("test=").expression(test);
        n.list("body=", body, Self::statement);
        match clauses.split_first() {
            None => n.list("orelse=", &[], Self::statement),
            Some((ast::ElifElseClause { test: None, body, .. }, _)) => n.list("orelse=", body, Self::statement),
            Some((ast::ElifElseClause { test: Some(test), body, .. }, rest)) => {
                n.list("orelse=", [()], |dumper, ()| {
                    if dumper.enter(0) {
                        dumper.if_chain(test, body, rest);
                    }
                });
            }
        }
        n.end();
    }

    pub(super) fn with_item(&mut self, item: &'a ast::WithItem) {
        let mut n = self.node("withitem(");
        n.field("context_expr=").expression(&item.context_expr);
        n.optional("optional_vars=", item.optional_vars.as_deref(), Self::expression);
        n.end();
    }

    fn match_case(&mut self, case: &'a ast::MatchCase) {
        let mut n = self.node("match_case(");
        n.field("pattern=").pattern(&case.pattern);
        n.optional("guard=", case.guard.as_deref(), Self::expression);
        n.list("body=", &case.body, Self::statement);
        n.end();
    }

    fn handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let mut n = self.node("ExceptHandler(");
        n.optional("type=", handler.type_.as_deref(), Self::expression);
        n.optional("name=", handler.name.as_ref(), Self::identifier);
        n.list("body=", &handler.body, Self::statement);
        n.end();
    }

    fn alias(&mut self, alias: &'a ast::Alias) {
        let mut n = self.node("alias(");
        n.field("name=").identifier(&alias.name);
        n.optional("asname=", alias.asname.as_ref(), Self::identifier);
        n.end();
    }

    pub(super) fn type_param(&mut self, param: &'a ast::TypeParam) {
        let (kind, name, bound, default) = match param {
            ast::TypeParam::TypeVar(node) => ("TypeVar(", &node.name, node.bound.as_deref(), &node.default),
            ast::TypeParam::ParamSpec(node) => ("ParamSpec(", &node.name, None, &node.default),
            ast::TypeParam::TypeVarTuple(node) => ("TypeVarTuple(", &node.name, None, &node.default),
        };
        let mut n = self.node(kind);
        n.field("name=").identifier(name);
        n.optional("bound=", bound, Self::expression);
        n.optional("default_value=", default.as_deref(), Self::expression);
        n.end();
    }
}

pub(super) fn type_params(params: Option<&ast::TypeParams>) -> &[ast::TypeParam] {
    params.map_or(&[], |params| &params.type_params)
}

/// The `type_params` of functions and classes, a field since Python 3.12.
fn definition_type_params<'a>(node: &mut Node<'_, 'a>, params: Option<&'a ast::TypeParams>) {
    if node.minor() >= Minor::Py312 {
        node.list("type_params=", type_params(params), Dumper::type_param);
    }
}
