//! The text of `ast.dump(node, include_attributes=False)`, per CPython version.
//!
//! A [`Dumper`] walks the parser's tree of the *file* and writes what CPython would print for the *block*: the lines
//! that `inspect.getsource` cuts out, after `textwrap.dedent`. The two differ only inside literals that span lines,
//! whose text is therefore taken from the source and dedented on the way (see [`super::dedent`]).
//!
//! Nodes write their fields in the order of CPython's `Python.asdl`. What can't be told exactly is noted once, in
//! [`Dumper::unknown`]; the walk goes on, and the text is thrown away at the end.

mod expression;
mod fragment;
mod fstring;
mod node;
mod pattern;
mod rules;
mod statement;
mod string;

use std::borrow::Cow;

use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::dedent;
use super::literal::Text;
use super::output::Output;
use super::repr;
use super::unicode;
use super::unknown::Unknown;
use super::version::{Minor, PythonVersion};
pub(super) use fragment::{Fragment, fragment, handlers};
use node::Node;

/// The source that literals take their text from.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    /// The text that the tree's ranges point into.
    pub(super) source: &'a str,
    /// What `textwrap.dedent` strips from every line of the block.
    pub(super) margin: &'a str,
    /// Whether the text is known to be ASCII.
    pub(super) ascii: bool,
}

/// How many of Python's stack frames a dump may surely take: 60 % of what a fresh stack allows.
const FRAMES: u32 = 590;

/// Writes dumps; see the module.
pub(super) struct Dumper<'a> {
    out: Output,
    block: Block<'a>,
    python: PythonVersion,
    /// Why the text can't be told, once something was met that makes it so.
    unknown: Option<Unknown>,
    /// The stack frames that `ast.dump` has open here.
    frames: u32,
}

/// Writes the dump of a block that consists of `body` into `out`.
pub(super) fn module<'a>(
    body: impl IntoIterator<Item = &'a Stmt, IntoIter: ExactSizeIterator>,
    block: Block<'a>,
    python: PythonVersion,
    out: Output,
) -> Result<Output, Unknown> {
    let mut dumper = Dumper { out, block, python, unknown: None, frames: 0 };
    let mut node = dumper.node("Module(");
    node.list("body=", body, Dumper::statement);
    node.list("type_ignores=", [], |_: &mut Dumper<'_>, (): ()| {});
    node.end();
    match dumper.unknown {
        None => Ok(dumper.out),
        Some(unknown) => Err(unknown),
    }
}

impl<'a> Dumper<'a> {
    #[inline(always)]
    fn push(&mut self, text: &str) {
        self.out.push(text);
    }

    fn minor(&self) -> Minor {
        self.python.minor
    }

    /// Python 3.13 leaves out every field that is an empty list.
    fn shows_empty_lists(&self) -> bool {
        self.minor() < Minor::Py313
    }

    /// Notes why the text is not known; the first reason counts.
    fn unknown(&mut self, why: Unknown) {
        self.unknown.get_or_insert(why);
    }

    /// Opens a node, `Name(`.
    #[inline(always)]
    fn node(&mut self, name: &'static str) -> Node<'_, 'a> {
        Node::open(self, name, 1)
    }

    /// Counts the frames of something nested; `false` where it is too deep to be sure.
    fn enter(&mut self, frames: u32) -> bool {
        self.frames += frames;
        if self.frames > FRAMES {
            self.unknown(Unknown::TooDeep);
        }
        self.frames <= FRAMES
    }

    fn leave(&mut self, frames: u32) {
        self.frames -= frames;
    }

    /// A range's text as it stands in the dedented block.
    fn source(&self, range: TextRange) -> Cow<'a, str> {
        dedent::segment(&self.block.source[range.to_std_range()], self.block.margin, self.minor())
    }

    /// `'name'`, normalised (NFKC) by that version's Unicode data.
    fn identifier(&mut self, identifier: &ast::Identifier) {
        self.name(identifier.as_str(), identifier.range());
    }

    fn name(&mut self, name: &str, range: TextRange) {
        let source = &self.block.source[range.to_std_range()];
        if self.block.ascii || (name.is_ascii() && source.is_ascii()) {
            self.push("'");
            self.push(name);
            self.push("'");
            return;
        }
        // A dotted name of an import may have blanks and continuation lines around its dots.
        let compact: String = source.chars().filter(|c| !c.is_ascii_whitespace() && *c != '\\').collect();
        match unicode::nfkc(&compact, self.minor()) {
            Ok(normal) => repr::text(&mut self.out, &Text::from(normal.as_ref()), self.python.minor),
            Err(error) => self.unknown(Unknown::Raises(error.to_string())),
        }
    }
}
