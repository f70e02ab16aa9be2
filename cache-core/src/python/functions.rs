//! The functions of a file, named and numbered as CPython names and numbers their code objects.

use std::ops::Range;

use ruff_python_ast::{self as ast, ExceptHandler, Stmt};
use ruff_text_size::Ranged;

use super::lines::Lines;

/// A function (`def` or `async def`) of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Python's `__qualname__`: `A.f`, `f.<locals>.g`.
    pub qualname: String,
    /// CPython's `co_firstlineno`, 1-based: the line of the first decorator's expression, else of `def`.
    pub first_line: u32,
    /// The byte range of the name in the `def` line; finds the function for a position.
    pub name: Range<usize>,
    /// The byte range of the whole definition, from the first `@` to the end of the body.
    pub extent: Range<usize>,
}

/// Lists every function below `body` in source order.
///
/// Functions are statements, so only statements are walked. Functions in code that CPython drops (`if 0:`) are listed too.
pub(super) fn collect(body: &[Stmt], lines: &Lines) -> Vec<Function> {
    let mut collector = Collector { lines, depth: 0, found: Vec::new() };
    collector.body(body, &mut Scope { prefix: String::new(), globals: Vec::new() });
    collector.found
}

/// The one of `functions`, which are in source order, whose name stands at a byte offset.
pub(super) fn at(functions: &[Function], offset: usize) -> Option<&Function> {
    // No name stands within another.
    let at = functions.partition_point(|function| function.name.end <= offset);
    functions.get(at).filter(|function| function.name.contains(&offset))
}

/// The blocks of statements of a compound statement.
pub(super) fn suites(statement: &Stmt) -> impl Iterator<Item = &[Stmt]> {
    let mut clauses: &[ast::ElifElseClause] = &[];
    let mut handlers: &[ExceptHandler] = &[];
    let mut cases: &[ast::MatchCase] = &[];
    let (first, last): (&[Stmt], [&[Stmt]; 2]) = match statement {
        Stmt::FunctionDef(node) => (&node.body, [&[]; 2]),
        Stmt::ClassDef(node) => (&node.body, [&[]; 2]),
        Stmt::With(node) => (&node.body, [&[]; 2]),
        Stmt::For(node) => (&node.body, [&node.orelse, &[]]),
        Stmt::While(node) => (&node.body, [&node.orelse, &[]]),
        Stmt::If(node) => {
            clauses = &node.elif_else_clauses;
            (&node.body, [&[]; 2])
        }
        Stmt::Try(node) => {
            handlers = &node.handlers;
            (&node.body, [&node.orelse, &node.finalbody])
        }
        Stmt::Match(node) => {
            cases = &node.cases;
            (&[], [&[]; 2])
        }
        _ => (&[], [&[]; 2]),
    };
    let clauses = clauses.iter().map(|clause| &*clause.body);
    let handlers = handlers.iter().map(|ExceptHandler::ExceptHandler(handler)| &*handler.body);
    let cases = cases.iter().map(|case| &*case.body);
    std::iter::once(first).chain(clauses).chain(handlers).chain(cases).chain(last)
}

struct Collector<'l> {
    lines: &'l Lines,
    depth: u32,
    found: Vec<Function>,
}

/// CPython's tokenizer refuses a file with more levels of indentation than 99.
const MAX_DEPTH: u32 = 100;

/// What a scope contributes to the qualified names in it.
struct Scope<'a> {
    /// `""`, `A.` or `f.<locals>.`
    prefix: String,
    /// Names declared `global` so far: CPython gives their definitions a name without prefix.
    globals: Vec<&'a str>,
}

impl Scope<'_> {
    fn qualname(&self, name: &str) -> String {
        if self.globals.contains(&name) { name.to_owned() } else { format!("{}{name}", self.prefix) }
    }
}

impl Collector<'_> {
    fn body<'a>(&mut self, body: &'a [Stmt], scope: &mut Scope<'a>) {
        if self.depth > MAX_DEPTH {
            return;
        }
        self.depth += 1;
        for statement in body {
            self.statement(statement, scope);
        }
        self.depth -= 1;
    }

    fn statement<'a>(&mut self, statement: &'a Stmt, scope: &mut Scope<'a>) {
        match statement {
            Stmt::FunctionDef(function) => self.function(function, scope),
            Stmt::ClassDef(class) => {
                let prefix = format!("{}.", scope.qualname(class.name.as_str()));
                self.body(&class.body, &mut Scope { prefix, globals: Vec::new() });
            }
            Stmt::Global(global) => scope.globals.extend(global.names.iter().map(ast::Identifier::as_str)),
            Stmt::If(node) => {
                self.body(&node.body, scope);
                for clause in &node.elif_else_clauses {
                    self.body(&clause.body, scope);
                }
            }
            Stmt::For(node) => {
                self.body(&node.body, scope);
                self.body(&node.orelse, scope);
            }
            Stmt::While(node) => {
                self.body(&node.body, scope);
                self.body(&node.orelse, scope);
            }
            Stmt::With(node) => self.body(&node.body, scope),
            Stmt::Try(node) => {
                self.body(&node.body, scope);
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    self.body(&handler.body, scope);
                }
                self.body(&node.orelse, scope);
                self.body(&node.finalbody, scope);
            }
            Stmt::Match(node) => {
                for case in &node.cases {
                    self.body(&case.body, scope);
                }
            }
            _ => {}
        }
    }

    fn function<'a>(&mut self, node: &'a ast::StmtFunctionDef, scope: &Scope<'a>) {
        let qualname = scope.qualname(node.name.as_str());
        let prefix = format!("{qualname}.<locals>.");
        // A decorator's parentheses are not part of its expression: `@(` on one line and `deco` on the next counts from the latter.
        let first = match node.decorator_list.first() {
            Some(decorator) => decorator.expression.start(),
            None => node.start(),
        };
        let function = Function {
            qualname,
            first_line: self.lines.number(first.to_usize()),
            name: node.name.range().to_std_range(),
            extent: node.range().to_std_range(),
        };
        self.found.push(function);
        self.body(&node.body, &mut Scope { prefix, globals: Vec::new() });
    }
}
