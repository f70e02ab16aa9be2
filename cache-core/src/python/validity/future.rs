//! `from __future__ import …`: which features, and where such an import may stand.

use ruff_python_ast::{Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextSize};

use super::finding::{Findings, Minors, Stage};
use crate::python::version::Minor;

/// The features that every supported version knows.
const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// Up to 3.12 a relative import from a module `__future__` counts as the real one.
const RELATIVE_COUNTS: Minors = Minors::before(Minor::Py313);

/// What a module's future imports mean for the rest of it.
#[derive(Debug, Default)]
pub(super) struct Future {
    /// For which versions annotations stay text (PEP 563).
    annotations: bool,
    /// The end of the last future import that stands where it may; any other one is too late.
    end: TextSize,
}

/// The future imports of a module, for the versions on either side of [`RELATIVE_COUNTS`].
#[derive(Debug)]
pub(super) struct Futures {
    absolute: Future,
    relative: Future,
}

impl Futures {
    /// Reads the imports at the start of the module: after a docstring, before anything else.
    pub(super) fn of(module: &[Stmt], findings: &mut Findings) -> Self {
        Self {
            absolute: read(module, Minors::ALL.without(RELATIVE_COUNTS), |import| import.level == 0, findings),
            relative: read(module, RELATIVE_COUNTS, |_| true, findings),
        }
    }

    /// The versions that keep annotations as text.
    pub(super) fn annotations(&self) -> Minors {
        let absolute = if self.absolute.annotations { Minors::ALL.without(RELATIVE_COUNTS) } else { Minors::NONE };
        absolute.or(if self.relative.annotations { RELATIVE_COUNTS } else { Minors::NONE })
    }

    /// The versions for which a `from … import` is a future import that comes too late.
    pub(super) fn too_late(&self, import: &StmtImportFrom) -> Minors {
        if import.module.as_deref() != Some("__future__") {
            return Minors::NONE;
        }
        let absolute = import.level == 0 && import.end() > self.absolute.end;
        let absolute = if absolute { Minors::ALL.without(RELATIVE_COUNTS) } else { Minors::NONE };
        absolute.or(if import.end() > self.relative.end { RELATIVE_COUNTS } else { Minors::NONE })
    }
}

fn read(module: &[Stmt], minors: Minors, counts: impl Fn(&StmtImportFrom) -> bool, findings: &mut Findings) -> Future {
    let mut future = Future::default();
    for (index, stmt) in module.iter().enumerate() {
        match stmt {
            Stmt::ImportFrom(import) if import.module.as_deref() == Some("__future__") && counts(import) => {
                for alias in &import.names {
                    let message = match alias.name.as_str() {
                        "annotations" => {
                            future.annotations = true;
                            continue;
                        }
                        "braces" => "SyntaxError: not a chance".to_owned(),
                        known if FEATURES.contains(&known) => continue,
                        unknown => format!("SyntaxError: future feature {unknown} is not defined"),
                    };
                    findings.add(Stage::Future, minors, import.range.start(), message);
                }
                future.end = import.end();
            }
            Stmt::Expr(docstring) if index == 0 && docstring.value.is_string_literal_expr() => {}
            _ => break,
        }
    }
    future
}
