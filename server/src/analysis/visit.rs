//! Every call of a file, with what stands around it.

use super::flow::Moment;
use super::ir::*;
use super::link::{Context, Linker};
use super::value::{FileId, joined};

/// A call where it stands.
pub struct Visited<'s> {
    pub context: Context<'static>,
    /// The conditions that it stands under, in words.
    pub branch: Option<&'s str>,
    /// The expression of a statement that the call is, or is part of.
    pub whole: &'s Expr,
    /// The `for` statements of its scope around it, outermost first.
    pub loops: &'s [Around],
    pub expr: &'s Expr,
    pub callee: &'s Expr,
    pub arguments: &'s [Argument],
}

/// A `for` statement around a call, by byte ranges in the file's text.
#[derive(Clone, Debug)]
pub struct Around {
    /// Where the statement starts.
    pub at: Offset,
    /// What it binds.
    pub target: (Offset, Offset),
    /// What it goes through.
    pub iterable: (Offset, Offset),
}

type Visit<'v> = dyn FnMut(&Visited<'_>) + 'v;

/// Visits every call of a file, in all scopes.
pub fn calls(linker: &Linker<'_>, file: FileId, visit: &mut Visit<'_>) {
    let loaded = linker.file(file);
    let functions = (0..loaded.summary.functions.len()).map(Scope::Function);
    let classes = (0..loaded.summary.classes.len()).map(Scope::Class);
    for scope in std::iter::once(Scope::Module).chain(functions).chain(classes) {
        let context = Context { file, scope, moment: Moment::End, frame: None };
        let mut walk = Walk { words: Vec::new(), loops: Vec::new(), visit: &mut *visit };
        walk.block(context, loaded.summary.scope(scope).0);
    }
}

struct Walk<'s, 'w, 'v> {
    words: Vec<&'s str>,
    loops: Vec<Around>,
    visit: &'w mut Visit<'v>,
}

impl<'s> Walk<'s, '_, '_> {
    fn block(&mut self, context: Context<'static>, statements: &'s [Stmt]) {
        for statement in statements {
            let context = Context { moment: Moment::At(statement.start), ..context };
            self.expressions(context, statement);
            match &statement.kind {
                StmtKind::Branch { arms, .. } => {
                    for arm in arms {
                        let named = arm.runs.is_none();
                        if named {
                            self.words.push(&arm.words);
                        }
                        self.block(context, &arm.body);
                        if named {
                            self.words.pop();
                        }
                    }
                }
                StmtKind::Loop { header, body, otherwise } => {
                    // Which rounds such a loop goes through, and how far, is known to Python only.
                    let around = around(statement.start, header, body).filter(|_| !is_left(body));
                    let is_for = around.is_some();
                    self.loops.extend(around);
                    self.block(context, body);
                    if is_for {
                        self.loops.pop();
                    }
                    self.block(context, otherwise);
                }
                _ => statement.blocks().into_iter().for_each(|block| self.block(context, block)),
            }
        }
    }

    fn expressions(&mut self, context: Context<'static>, statement: &'s Stmt) {
        let branch = self.words.iter().fold(String::new(), |outer, inner| joined(&outer, inner));
        let branch = Some(branch.as_str()).filter(|branch| !branch.is_empty());
        for whole in statement.expressions() {
            whole.walk(&mut |expr| {
                if let ExprKind::Call(callee, arguments) = &expr.kind {
                    let loops = &self.loops;
                    (self.visit)(&Visited { context, branch, whole, loops, expr, callee, arguments });
                }
            });
        }
    }
}

/// Whether `break`, `continue`, `return` or `raise` may keep a loop's rounds from parts of its body.
fn is_left(body: &[Stmt]) -> bool {
    let mut found = false;
    walk_statements(body, &mut |statement| {
        found |= matches!(statement.kind, StmtKind::Exit(_) | StmtKind::Return(_));
    });
    found
}

/// What a loop binds and goes through; `None` for `while`.
fn around(at: Offset, header: &[Expr], body: &[Stmt]) -> Option<Around> {
    let (iterable, first) = (header.first()?, body.first()?);
    match &first.kind {
        StmtKind::Opaque { why, .. } if *why == SET_BY_A_LOOP && header.len() == 1 => {
            Some(Around { at, target: (first.start, first.end), iterable: (iterable.start, iterable.end) })
        }
        _ => None,
    }
}
