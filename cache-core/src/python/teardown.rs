//! Frees a tree without recursion.
//!
//! A tree that is a million nodes deep (`1 + 1 + 1 + …`) parses well, but dropping it the usual way would overflow the
//! stack. No version comes of such a file; it must only not take the process with it.

use std::cell::RefCell;

use ruff_python_ast::visitor::transformer::{Transformer, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{AtomicNodeIndex, Expr, ExprNoneLiteral, Pattern, PatternMatchStar, Stmt, StmtPass};
use ruff_text_size::TextRange;

/// Drops statements, each node after it was cut off from its children.
pub(super) fn drop_deep(body: impl IntoIterator<Item = Stmt>) {
    let cutter = Cutter { pending: RefCell::new(body.into_iter().map(Node::Statement).collect()) };
    loop {
        let node = cutter.pending.borrow_mut().pop();
        match node {
            Some(Node::Statement(mut statement)) => walk_stmt(&cutter, &mut statement),
            Some(Node::Expression(mut expression)) => walk_expr(&cutter, &mut expression),
            Some(Node::Pattern(mut pattern)) => walk_pattern(&cutter, &mut pattern),
            None => return,
        }
    }
}

enum Node {
    Statement(Stmt),
    Expression(Expr),
    Pattern(Pattern),
}

/// Moves what it visits out of its parent.
struct Cutter {
    pending: RefCell<Vec<Node>>,
}

impl Transformer for Cutter {
    fn visit_stmt(&self, statement: &mut Stmt) {
        let leaf = Stmt::Pass(StmtPass { node_index: AtomicNodeIndex::NONE, range: TextRange::default() });
        self.pending.borrow_mut().push(Node::Statement(std::mem::replace(statement, leaf)));
    }

    fn visit_annotation(&self, expression: &mut Expr) {
        self.visit_expr(expression);
    }

    fn visit_expr(&self, expression: &mut Expr) {
        let leaf =
            Expr::NoneLiteral(ExprNoneLiteral { node_index: AtomicNodeIndex::NONE, range: TextRange::default() });
        self.pending.borrow_mut().push(Node::Expression(std::mem::replace(expression, leaf)));
    }

    fn visit_pattern(&self, pattern: &mut Pattern) {
        let leaf = Pattern::MatchStar(PatternMatchStar {
            node_index: AtomicNodeIndex::NONE,
            range: TextRange::default(),
            name: None,
        });
        self.pending.borrow_mut().push(Node::Pattern(std::mem::replace(pattern, leaf)));
    }
}
