//! The dump of a part of a function, in the words of the whole dump: two parts with one text are one and the same to the hash.
//!
//! A compound statement is dumped as its header; the statements in it are fragments of their own.

use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};

use super::statement::type_params;
use super::{Block, Dumper};
use crate::python::output::Output;
use crate::python::unknown::Unknown;
use crate::python::version::PythonVersion;

/// A part of a function.
#[derive(Clone, Copy)]
pub(in crate::python) enum Fragment<'a> {
    /// A word of ours, for what has no node: `else`, `*`.
    Word(&'static str),
    Name(&'a ast::Identifier),
    Expression(&'a Expr),
    /// A parameter without its default.
    Parameter(&'a ast::Parameter),
    TypeParams(Option<&'a ast::TypeParams>),
    /// A statement that holds no others.
    Simple(&'a Stmt),
    /// What stands before the statements that one holds; decorators are fragments of their own.
    Header(&'a Stmt),
    /// `if` or `elif`.
    Condition(&'a Expr),
    Handler(&'a ast::ExceptHandlerExceptHandler),
    Case(&'a ast::MatchCase),
}

/// Dumps a part of a function.
pub(in crate::python) fn fragment(
    fragment: Fragment<'_>,
    block: Block<'_>,
    python: PythonVersion,
) -> Result<String, Unknown> {
    let mut dumper = Dumper { out: Output::text(), block, python, unknown: None, frames: 0 };
    dumper.fragment(fragment);
    match dumper.unknown {
        None => Ok(dumper.out.into_text()),
        Some(unknown) => Err(unknown),
    }
}

impl<'a> Dumper<'a> {
    fn fragment(&mut self, fragment: Fragment<'a>) {
        match fragment {
            Fragment::Word(word) => self.push(word),
            Fragment::Name(name) => self.identifier(name),
            Fragment::Expression(expression) => self.expression(expression),
            Fragment::Parameter(parameter) => self.parameter(parameter),
            Fragment::TypeParams(params) => {
                let mut n = self.node("type_params(");
                n.list("type_params=", type_params(params), Self::type_param);
                n.end();
            }
            Fragment::Simple(statement) => self.statement(statement),
            Fragment::Header(statement) => self.header(statement),
            Fragment::Condition(test) => {
                let mut n = self.node("If(");
                n.field("test=").expression(test);
                n.end();
            }
            Fragment::Handler(handler) => {
                let mut n = self.node("ExceptHandler(");
                n.optional("type=", handler.type_.as_deref(), Self::expression);
                n.optional("name=", handler.name.as_ref(), Self::identifier);
                n.end();
            }
            Fragment::Case(case) => {
                let mut n = self.node("match_case(");
                n.field("pattern=").pattern(&case.pattern);
                n.optional("guard=", case.guard.as_deref(), Self::expression);
                n.end();
            }
        }
    }

    fn header(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(node) => {
                let mut n = self.node(if node.is_async { "AsyncFunctionDef(" } else { "FunctionDef(" });
                n.field("name=").identifier(&node.name);
                n.field("args=").parameters(Some(&node.parameters));
                n.optional("returns=", node.returns.as_deref(), Self::expression);
                n.list("type_params=", type_params(node.type_params.as_deref()), Self::type_param);
                n.end();
            }
            Stmt::ClassDef(node) => {
                let mut n = self.node("ClassDef(");
                n.field("name=").identifier(&node.name);
                if let Some(arguments) = node.arguments.as_deref() {
                    n.list("bases=", &*arguments.args, Self::expression);
                    n.list("keywords=", &*arguments.keywords, Self::keyword);
                }
                n.list("type_params=", type_params(node.type_params.as_deref()), Self::type_param);
                n.end();
            }
            Stmt::For(node) => {
                let mut n = self.node(if node.is_async { "AsyncFor(" } else { "For(" });
                n.field("target=").expression(&node.target);
                n.field("iter=").expression(&node.iter);
                n.end();
            }
            Stmt::While(node) => {
                let mut n = self.node("While(");
                n.field("test=").expression(&node.test);
                n.end();
            }
            Stmt::With(node) => {
                let mut n = self.node(if node.is_async { "AsyncWith(" } else { "With(" });
                n.list("items=", &node.items, Self::with_item);
                n.end();
            }
            Stmt::Match(node) => {
                let mut n = self.node("Match(");
                n.field("subject=").expression(&node.subject);
                n.end();
            }
            // `TryStar` is told from `Try` by its handlers' `except*`.
            Stmt::Try(node) => self.push(if node.is_star { "TryStar" } else { "Try" }),
            other => self.statement(other),
        }
    }
}

/// The handlers of a `try`.
pub(in crate::python) fn handlers(node: &ast::StmtTry) -> impl Iterator<Item = &ast::ExceptHandlerExceptHandler> {
    node.handlers.iter().map(|ExceptHandler::ExceptHandler(handler)| handler)
}
