//! `global` and `nonlocal`: what a scope may have done with a name before, and what encloses it.

use ruff_python_ast::Identifier;
use ruff_text_size::TextRange;

use super::finding::{Minors, Stage};
use super::names::{self, Order};
use super::scope::Kind;
use super::walk::Walker;
use crate::python::version::Minor;

/// An order that serves where it makes no difference: for what a scope declares and binds.
pub(super) const DECLARATIONS: Order = Order { annotations_apart: false, handlers_first: true };

impl<'a> Walker<'a> {
    /// What the current scope has done with `name` when CPython comes to the statement at `until`.
    pub(super) fn uses_before(&self, name: &str, until: TextRange, order: Order) -> names::Uses {
        let scope = self.scope();
        let (parameters, body) = match scope.kind {
            Kind::Function(function) => (Some(&*function.parameters), &*function.body),
            Kind::Class(class) => (None, &*class.body),
            _ => (None, self.module),
        };
        names::uses(&names::mangled(scope.class, name), scope.class, parameters, body, Some(until), order)
    }

    fn declared(&mut self, name: &'a Identifier, statement: TextRange, what: &str) {
        let (apart, handlers_first) = (self.annotations_apart, Minors::since(Minor::Py313));
        for (annotations_apart, handlers) in [(false, false), (false, true), (true, false), (true, true)] {
            let minors = if annotations_apart { apart } else { Minors::ALL.without(apart) };
            let minors = if handlers { minors.and(handlers_first) } else { minors.without(handlers_first) };
            if minors.is_empty() {
                continue;
            }
            let uses = self.uses_before(name, statement, Order { annotations_apart, handlers_first: handlers });
            let message = if uses.parameter {
                format!("SyntaxError: name '{name}' is parameter and {what}")
            } else if uses.annotated {
                format!("SyntaxError: annotated name '{name}' can't be {what}")
            } else if uses.bound {
                format!("SyntaxError: name '{name}' is assigned to before {what} declaration")
            } else if uses.read {
                format!("SyntaxError: name '{name}' is used prior to {what} declaration")
            } else {
                continue;
            };
            self.symbols(minors, statement.start(), message);
        }
    }

    pub(super) fn global(&mut self, name: &'a Identifier, statement: TextRange) {
        self.declared(name, statement, "global");
        let uses = self.uses_before(name, statement, DECLARATIONS);
        if uses.nonlocal {
            let message = format!("SyntaxError: name '{name}' is nonlocal and global");
            self.findings.add(Stage::Names, Minors::ALL, statement.start(), message);
        }
    }

    pub(super) fn nonlocal(&mut self, name: &'a Identifier, statement: TextRange) {
        let at = statement.start();
        if matches!(self.scope().kind, Kind::Module) {
            let message = "SyntaxError: nonlocal declaration not allowed at module level";
            return self.symbols(Minors::ALL, at, message);
        }
        self.declared(name, statement, "nonlocal");
        if self.uses_before(name, statement, DECLARATIONS).global {
            let message = format!("SyntaxError: name '{name}' is nonlocal and global");
            self.findings.add(Stage::Names, Minors::ALL, at, message);
        }
        let name = names::mangled(self.scope().class, name);
        let unbound = format!("SyntaxError: no binding for nonlocal '{name}' found");
        let (minors, message) = match self.enclosing_binding(&name) {
            Enclosing::Bound => return,
            Enclosing::BoundSince(minor) => (Minors::before(minor), unbound),
            Enclosing::TypeParameter => {
                (Minors::ALL, format!("SyntaxError: nonlocal binding not allowed for type parameter '{name}'"))
            }
            Enclosing::Unbound => (Minors::ALL, unbound),
        };
        self.findings.add(Stage::Names, minors, at, message);
    }

    /// What a `nonlocal` of this mangled name means here.
    fn enclosing_binding(&self, name: &str) -> Enclosing {
        for scope in self.scopes.iter().rev().skip(1) {
            match scope.kind {
                Kind::Function(function) => {
                    let (parameters, body) = (Some(&*function.parameters), &*function.body);
                    let uses = names::uses(name, scope.class, parameters, body, None, DECLARATIONS);
                    if uses.global {
                        return Enclosing::Unbound;
                    }
                    if (uses.bound || uses.imported) && !uses.nonlocal {
                        return Enclosing::Bound;
                    }
                }
                Kind::TypeParams(type_params) if names::is_type_parameter(type_params, scope.class, name) => {
                    return Enclosing::TypeParameter;
                }
                Kind::Class(_) => match name {
                    "__class__" => return Enclosing::Bound,
                    "__classdict__" => return Enclosing::BoundSince(Minor::Py312),
                    "__conditional_annotations__" => return Enclosing::BoundSince(Minor::Py314),
                    _ => {}
                },
                _ => {}
            }
        }
        Enclosing::Unbound
    }
}

enum Enclosing {
    Bound,
    /// Bound by a class for its own use, since that version.
    BoundSince(Minor),
    TypeParameter,
    Unbound,
}
