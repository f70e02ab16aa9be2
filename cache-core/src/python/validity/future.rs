//! `from __future__ import …`: which features, and where such an import may stand.

use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged, TextSize};

use super::finding::{Findings, Minors, Stage};

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

/// What a module's future imports mean for the rest of it.
#[derive(Debug, Default)]
pub(super) struct Future {
    /// Whether annotations stay text (PEP 563).
    pub(super) annotations: bool,
    /// The end of the last future import that stands where it may; any other one is too late.
    pub(super) end: TextSize,
}

/// Reads the imports at the start of the module: after a docstring, before anything else.
pub(super) fn check(module: &[Stmt], findings: &mut Findings) -> Future {
    let mut future = Future::default();
    for (index, stmt) in module.iter().enumerate() {
        match stmt {
            Stmt::ImportFrom(import) if import.level == 0 && import.module.as_deref() == Some("__future__") => {
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
                    findings.add(Stage::Future, Minors::ALL, import.range.start(), message);
                }
                future.end = import.end();
            }
            Stmt::Expr(docstring) if index == 0 && docstring.value.is_string_literal_expr() => {}
            _ => break,
        }
    }
    future
}
