//! Attributes of modules that are set from other files: `envs.SALT = …`, `flyte.Cache = …`. In a file that does so, such an
//! attribute is not known; others are taken to run without it.

use std::collections::HashSet;

use super::flow::Moment;
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::value::{FileId, Value};

/// Takes note of what the files set, before anything else is looked up.
pub fn find(linker: &Linker<'_>, files: &[FileId]) {
    for file in files {
        let loaded = linker.file(*file);
        let imported = imported(&loaded.summary);
        let functions = (0..loaded.summary.functions.len()).map(Scope::Function);
        let classes = (0..loaded.summary.classes.len()).map(Scope::Class);
        for scope in std::iter::once(Scope::Module).chain(functions).chain(classes) {
            walk_statements(loaded.summary.scope(scope).0, &mut |statement| {
                for (object, name) in set(statement) {
                    let context = Context { file: *file, scope, moment: Moment::At(statement.start), frame: None };
                    // Only a name that an import binds can be a module; nothing else is worth looking up this early.
                    if !first_name(object).is_some_and(|name| imported.contains(name)) {
                        continue;
                    }
                    let module = linker.value(context, object);
                    if matches!(module, Value::Module(_) | Value::External(_)) {
                        let place = linker.place(*file, statement.line);
                        let in_file = place.file.file_name().unwrap_or_default().to_string_lossy();
                        let object = shown(object, &loaded.summary);
                        let reason = format!("`{object}.{name}` is set on line {} of {in_file}", place.line);
                        linker.patch(*file, &module, name, reason);
                    }
                }
            });
        }
    }
}

/// The attributes that a statement sets.
fn set(statement: &Stmt) -> Vec<(&Expr, &str)> {
    match &statement.kind {
        StmtKind::Assign { targets, .. } => targets
            .iter()
            .filter_map(|target| match target {
                Target::Attribute(object, name) => Some((object, name.as_str())),
                _ => None,
            })
            .collect(),
        StmtKind::Expr(Expr { kind: ExprKind::Call(callee, arguments), .. }) => {
            match (&callee.kind, arguments.as_slice()) {
                (
                    ExprKind::Name(called),
                    [object, Argument { value: Expr { kind: ExprKind::Str(name), .. }, .. }, ..],
                ) if called == "setattr" => {
                    vec![(&object.value, name.as_str())]
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The first name of `a.b.c`.
fn first_name(object: &Expr) -> Option<&str> {
    match &object.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Attribute(inner, _) => first_name(inner),
        _ => None,
    }
}

/// The names that imports bind, anywhere in a file.
fn imported(summary: &Summary) -> HashSet<&str> {
    let mut names = HashSet::new();
    let blocks = std::iter::once(&summary.body).chain(summary.functions.iter().map(|function| &function.body));
    for block in blocks {
        walk_statements(block, &mut |statement| match &statement.kind {
            StmtKind::Import { module, alias } => {
                names.extend(alias.as_deref().or_else(|| module.split('.').next()));
            }
            StmtKind::ImportFrom { names: imported, .. } => {
                names.extend(imported.iter().map(|(original, alias)| alias.as_ref().unwrap_or(original).as_str()));
            }
            _ => {}
        });
    }
    names
}
