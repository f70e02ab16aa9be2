//! One node's text: `Name(field=value, …)`, with the commas, and with the fields left out that CPython leaves out.
//!
//! Names come with the sign behind them, `Name(` and `field=`, and all of it is inlined: nearly all that a dump writes are
//! these words, and each is copied at once when its length is known where it is written.

use ruff_python_ast as ast;

use super::Dumper;
use crate::python::version::Minor;

/// A node that is being written; [`Node::end`] closes it.
pub(super) struct Node<'d, 'a> {
    dumper: &'d mut Dumper<'a>,
    first: bool,
    frames: u32,
}

impl<'d, 'a> Node<'d, 'a> {
    #[inline(always)]
    pub(super) fn open(dumper: &'d mut Dumper<'a>, name: &'static str, frames: u32) -> Self {
        debug_assert!(name.ends_with('('), "{name}");
        dumper.push(name);
        dumper.enter(frames);
        Self { dumper, first: true, frames }
    }

    #[inline(always)]
    pub(super) fn end(self) {
        self.dumper.push(")");
        self.dumper.leave(self.frames);
    }

    /// Starts a field and gives the dumper to write its value.
    #[inline(always)]
    pub(super) fn field(&mut self, name: &'static str) -> &mut Dumper<'a> {
        if !std::mem::take(&mut self.first) {
            self.dumper.push(", ");
        }
        debug_assert!(name.ends_with('='), "{name}");
        self.dumper.push(name);
        self.dumper
    }

    /// A field that is shown only if it is there.
    #[inline(always)]
    pub(super) fn optional<T>(&mut self, name: &'static str, value: Option<T>, write: impl FnOnce(&mut Dumper<'a>, T)) {
        if let Some(value) = value {
            write(self.field(name), value);
        }
    }

    /// A field that is a list; an empty one is shown up to Python 3.12 only.
    #[inline(always)]
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        mut write: impl FnMut(&mut Dumper<'a>, T),
    ) {
        let items = items.into_iter();
        if items.len() == 0 && !self.dumper.shows_empty_lists() {
            return;
        }
        let mut list = List::open(self.field(name));
        for item in items {
            write(list.item(), item);
        }
        list.end();
    }

    /// A field that is a list of which the length shows only while it is written.
    pub(super) fn growing_list(&mut self, name: &'static str, write: impl FnOnce(&mut Growing<'_, 'd, 'a>)) {
        let mut growing = Growing { node: self, name, any: false };
        write(&mut growing);
        let any = growing.any;
        if any {
            self.dumper.push("]");
            self.dumper.leave(list_frames(self.dumper.minor()));
        } else if self.dumper.shows_empty_lists() {
            self.field(name).push("[]");
        }
    }

    #[inline(always)]
    pub(super) fn context(&mut self, context: ast::ExprContext) {
        self.field("ctx=").push(match context {
            ast::ExprContext::Store => "Store()",
            ast::ExprContext::Del => "Del()",
            ast::ExprContext::Load | ast::ExprContext::Invalid => "Load()",
        });
    }

    pub(super) fn minor(&self) -> Minor {
        self.dumper.minor()
    }
}

/// The frames that `ast.dump` takes for a list: itself, the call that joins, and up to 3.11 a generator's.
fn list_frames(minor: Minor) -> u32 {
    if minor < Minor::Py312 { 3 } else { 2 }
}

/// A list that is being written.
struct List<'d, 'a> {
    dumper: &'d mut Dumper<'a>,
    first: bool,
}

impl<'d, 'a> List<'d, 'a> {
    #[inline(always)]
    fn open(dumper: &'d mut Dumper<'a>) -> Self {
        dumper.push("[");
        dumper.enter(list_frames(dumper.minor()));
        Self { dumper, first: true }
    }

    #[inline(always)]
    fn item(&mut self) -> &mut Dumper<'a> {
        if !std::mem::take(&mut self.first) {
            self.dumper.push(", ");
        }
        self.dumper
    }

    #[inline(always)]
    fn end(self) {
        self.dumper.push("]");
        self.dumper.leave(list_frames(self.dumper.minor()));
    }
}

/// See [`Node::growing_list`].
pub(super) struct Growing<'n, 'd, 'a> {
    node: &'n mut Node<'d, 'a>,
    name: &'static str,
    any: bool,
}

impl<'a> Growing<'_, '_, 'a> {
    /// Starts an item and gives the dumper to write it.
    pub(super) fn item(&mut self) -> &mut Dumper<'a> {
        if std::mem::replace(&mut self.any, true) {
            self.node.dumper.push(", ");
        } else {
            self.node.field(self.name).push("[");
            self.node.dumper.enter(list_frames(self.node.minor()));
        }
        self.node.dumper
    }

    pub(super) fn dumper(&mut self) -> &mut Dumper<'a> {
        self.node.dumper
    }
}
