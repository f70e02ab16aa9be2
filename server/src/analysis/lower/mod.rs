//! The syntax tree of a file, lowered to what the analysis works on. A pure function of the text.
//!
//! Nothing of a subtree that tree-sitter could not read is trusted: it becomes [`ExprKind::Broken`], so that a swallowed
//! argument is never taken for an argument that isn't there.

mod definition;
mod expression;
pub mod narrow;
pub mod parts;
mod statement;
pub mod within;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;
use tree_sitter::{Node, Parser, Point, Tree};
use unicode_normalization::UnicodeNormalization;

use super::flow;
use super::ir::*;

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
    let tree = parse(text).ok_or(LowerError::NoTree)?;
    Ok(of_tree(text, &tree))
}

/// Reduces parts of a file, whole top-level statements, to a summary; `None` where the whole has to be looked at.
pub fn summarize_parts(text: &str, parts: &[Range<usize>]) -> Option<Summary> {
    let tree = parse_within(text, parts)?;
    (!tree.root_node().has_error()).then(|| of_tree(text, &tree))
}

fn of_tree(text: &str, tree: &Tree) -> Summary {
    let mut lowering = Lowering::new(text);
    let body = lowering.statements(tree.root_node());
    let broken = tree.root_node().has_error().then(|| first_error(tree.root_node()));
    let functions = lowering.functions.into_iter().flatten().collect();
    let classes = lowering.classes.into_iter().flatten().collect();
    let comments = comments(text, tree);
    finished(text, body, (functions, classes), comments, broken)
}

/// Annotations and defaults are attributes of a function, which its decorators and the code around can set.
const SIGNATURES: [&str; 4] = ["__annotations__", "__signature__", "__defaults__", "__kwdefaults__"];

/// The summary of what was lowered.
fn finished(
    text: &str,
    body: Vec<Stmt>,
    (functions, classes): (Vec<Function>, Vec<Class>),
    comments: Vec<Range<Offset>>,
    broken: Option<u32>,
) -> Summary {
    let mut summary = Summary {
        text: Arc::from(text),
        body,
        functions,
        classes,
        comments,
        broken,
        changed_within: HashMap::new(),
        changed_by_computed_name: Vec::new(),
        changes_signatures: SIGNATURES
            .into_iter()
            .find(|name| memmem::find(text.as_bytes(), name.as_bytes()).is_some()),
        index: HashMap::new(),
    };
    (summary.changed_within, summary.changed_by_computed_name) = within::changes(&summary);
    let functions = (0..summary.functions.len()).map(Scope::Function);
    let classes = (0..summary.classes.len()).map(Scope::Class);
    let scopes = std::iter::once(Scope::Module).chain(functions).chain(classes);
    summary.index = scopes.map(|scope| (scope, flow::index(&summary, scope))).collect();
    summary
}

/// The comments that name this program.
fn comments(text: &str, tree: &Tree) -> Vec<Range<Offset>> {
    let mut comments: Vec<Range<Offset>> = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), "tasklens:") {
        let Some(node) = tree.root_node().descendant_for_byte_range(at, at) else { continue };
        let range = offset(node.start_byte())..offset(node.end_byte());
        if node.kind() == "comment" && comments.last() != Some(&range) {
            comments.push(range);
        }
    }
    comments
}

/// The expression that a string holds, as Python's `eval` would read it; `None` if it is none. Its offsets start at `base`.
pub fn expression_of(text: &str, base: Offset) -> Option<Expr> {
    const LONGEST: usize = 1 << 16;
    if text.len() > LONGEST || text.starts_with(char::is_whitespace) {
        return None;
    }
    let tree = parse(text)?;
    let root = tree.root_node();
    let mut lowering = Lowering { base, ..Lowering::new(text) };
    match children(root).as_slice() {
        [statement] if statement.kind() == "expression_statement" && !root.has_error() => {
            match children(*statement).as_slice() {
                [expression] if !expression.kind().ends_with("assignment") => Some(lowering.expression(*expression)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The live tree of a text.
fn parse(text: &str) -> Option<Tree> {
    parse_within(text, &[])
}

/// The live tree of parts of a text, which are all of it where there are none. Parsers keep the memory that they worked in, so each
/// thread has one.
fn parse_within(text: &str, parts: &[Range<usize>]) -> Option<Tree> {
    thread_local! {
        static PARSER: RefCell<Option<Parser>> = RefCell::new({
            let mut parser = Parser::new();
            parser.set_language(&tree_sitter_python::LANGUAGE.into()).is_ok().then_some(parser)
        });
    }
    PARSER.with_borrow_mut(|parser| {
        let parser = parser.as_mut()?;
        parser.set_included_ranges(&ranges(text, parts)).ok()?;
        parser.parse(text, None)
    })
}

/// Parts of a text that start at lines, as the parser takes them.
fn ranges(text: &str, parts: &[Range<usize>]) -> Vec<tree_sitter::Range> {
    let (mut at, mut row) = (0, 0);
    let mut point = |to: usize| {
        let passed = text.as_bytes().get(at..to).unwrap_or_default();
        row += memchr::memchr_iter(b'\n', passed).count();
        at = to;
        let line_start = memchr::memrchr(b'\n', text.as_bytes().get(..to).unwrap_or_default()).map_or(0, |end| end + 1);
        Point { row, column: to - line_start }
    };
    let range = |part: &Range<usize>| tree_sitter::Range {
        start_byte: part.start,
        start_point: point(part.start),
        end_byte: part.end,
        end_point: point(part.end),
    };
    parts.iter().map(range).collect()
}

/// The state of one lowering. Functions and classes get their index before their body is lowered, hence the options.
struct Lowering<'t> {
    text: &'t str,
    /// Where the text starts.
    base: Offset,
    functions: Vec<Option<Function>>,
    classes: Vec<Option<Class>>,
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
    /// Names that the current function declares `global`, and `nonlocal`.
    outer_names: Vec<String>,
    nonlocal_names: Vec<String>,
}

impl<'t> Lowering<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            base: 0,
            functions: Vec::new(),
            classes: Vec::new(),
            scope: Scope::Module,
            branch: Vec::new(),
            loops: 0,
            depth: 0,
            yields: false,
            walrus: Vec::new(),
            hidden: Vec::new(),
            outer_names: Vec::new(),
            nonlocal_names: Vec::new(),
        }
    }

    fn text_of(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn offset(&self, bytes: usize) -> Offset {
        self.base.saturating_add(offset(bytes))
    }

    /// An identifier as Python compares and shows it: in NFKC.
    fn name_of(&self, node: Node<'_>) -> String {
        let name = self.text_of(node);
        if name.is_ascii() { name.to_owned() } else { name.nfkc().collect() }
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
