//! The syntax tree of a file, lowered to what the analysis works on. A pure function of the text.
//!
//! Nothing of a subtree that tree-sitter could not read is trusted: it becomes [`ExprKind::Broken`], so that a swallowed
//! argument is never taken for an argument that isn't there.

mod definition;
mod expression;
mod statement;

use std::collections::HashMap;
use std::sync::Arc;

use tree_sitter::{Node, Parser};

use super::flow;
use super::ir::*;
use super::script;

/// Deeper nesting than any code that people write is not followed, so that no input can exhaust the stack.
const MAX_DEPTH: usize = 150;

/// Why a file has no summary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// Offsets would not fit.
    #[error("the file is larger than 1 GB: it is not analysed")]
    TooLarge,
    /// tree-sitter gave no tree.
    #[error("the file could not be parsed: please report this")]
    NoTree,
}

/// Reduces a file, in Python's text (`\n` as the only line end), to its summary.
pub fn summarize(text: &str) -> Result<Summary, LowerError> {
    if text.len() > 1 << 30 {
        return Err(LowerError::TooLarge);
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).map_err(|_| LowerError::NoTree)?;
    let tree = parser.parse(text, None).ok_or(LowerError::NoTree)?;
    let mut lowering = Lowering::new(text);
    let body = lowering.statements(tree.root_node());
    let mut summary = Summary {
        text: Arc::from(text),
        body,
        functions: lowering.functions.into_iter().flatten().collect(),
        classes: lowering.classes.into_iter().flatten().collect(),
        requires_python: script::requires_python(text),
        broken: tree.root_node().has_error().then(|| first_error(tree.root_node())),
        globals: lowering.globals.into_iter().collect(),
        nonlocals: lowering.nonlocals.into_iter().collect(),
        index: HashMap::new(),
    };
    let in_place = changed_by_functions(&summary);
    summary.nonlocals.extend(in_place.iter().cloned());
    summary.globals.extend(in_place);
    let functions = (0..summary.functions.len()).map(Scope::Function);
    let classes = (0..summary.classes.len()).map(Scope::Class);
    let scopes = std::iter::once(Scope::Module).chain(functions).chain(classes);
    summary.index = scopes.map(|scope| (scope, flow::index(&summary, scope))).collect();
    Ok(summary)
}

/// Names of the module whose values functions change in place, with the function.
fn changed_by_functions(summary: &Summary) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for function in &summary.functions {
        walk_statements(&function.body, &mut |statement| {
            let mut names: Vec<&str> = Vec::new();
            match &statement.kind {
                StmtKind::Assign { targets, .. } => names.extend(targets.iter().filter_map(|target| match target {
                    Target::Item(object) => object.root(),
                    _ => None,
                })),
                StmtKind::Expr(expr) => names.extend(expr.changed_in_place()),
                _ => {}
            }
            for name in names {
                let is_local = flow::binds(summary, &function.body, name)
                    || function.parameters.iter().any(|parameter| parameter.name == name);
                if !is_local {
                    found.push((name.to_owned(), function.name.clone()));
                }
            }
        });
    }
    found
}

/// The state of one lowering. Functions and classes get their index before their body is lowered, hence the options.
struct Lowering<'t> {
    text: &'t str,
    functions: Vec<Option<Function>>,
    classes: Vec<Option<Class>>,
    globals: Vec<(String, String)>,
    nonlocals: Vec<(String, String)>,
    scope: Scope,
    /// The conditions around the current statement.
    branch: Vec<String>,
    loops: usize,
    depth: usize,
    /// Whether a `yield` was met in the current function.
    yields: bool,
    /// Names that the current statement's expressions bind with `:=`.
    walrus: Vec<String>,
    /// Names of comprehensions and lambdas around the current expression, which hide those of the scope.
    hidden: Vec<String>,
    /// Names that the current function declares `global` or `nonlocal`.
    outer_names: Vec<String>,
}

impl<'t> Lowering<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            functions: Vec::new(),
            classes: Vec::new(),
            globals: Vec::new(),
            nonlocals: Vec::new(),
            scope: Scope::Module,
            branch: Vec::new(),
            loops: 0,
            depth: 0,
            yields: false,
            walrus: Vec::new(),
            hidden: Vec::new(),
            outer_names: Vec::new(),
        }
    }

    fn text_of(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }
}

/// The children that mean something: no punctuation, no comments.
fn children<'n>(node: Node<'n>) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

fn field<'n>(node: Node<'n>, name: &str) -> Option<Node<'n>> {
    node.child_by_field_name(name)
}

fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1)
}

/// Fits, since larger texts are refused.
fn offset(bytes: usize) -> Offset {
    Offset::try_from(bytes).unwrap_or(Offset::MAX)
}

/// The line of the first error below a node that has one. Descends, one child a level, so it needs no recursion.
fn first_error(root: Node<'_>) -> u32 {
    let mut node = root;
    while !(node.is_error() || node.is_missing()) {
        let mut cursor = node.walk();
        let Some(child) = node.children(&mut cursor).find(|child| child.has_error() || child.is_missing()) else {
            break;
        };
        node = child;
    }
    line(node)
}
