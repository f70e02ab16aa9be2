//! Attributes of modules and classes that are set from outside: `envs.SALT = …`, `flyte.Cache = …`, `Settings.salt = …`. In
//! all files that can run together with the one that does so, such an attribute is not known.

use std::collections::HashSet;
use std::sync::Arc;

use super::flow::Moment;
use super::importers::Imports;
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::reach;
use super::value::{FileId, Value};
use super::writes;

/// Takes note of what the files, and those that they import, set, before anything else is looked up; `imports` are theirs, if known.
pub fn find(linker: &Linker<'_>, files: &[FileId], imports: Option<Arc<Imports>>) {
    let imports = imports.unwrap_or_else(|| {
        let starts: Vec<_> = files.iter().map(|file| linker.file(*file).path.to_path_buf()).collect();
        linker.find_imports(&starts)
    });
    linker.take_imports(&imports);
    for path in &imports.suspects {
        let Some(file) = linker.load(path) else { continue };
        let mut beside = None;
        patch_by(linker, file, &mut |object, name, reason| {
            let beside = beside.get_or_insert_with(|| std::rc::Rc::new(imports.beside(path)));
            linker.patch(beside, object, name, reason);
        });
    }
    // What was looked up on the way was looked up without what came later.
    linker.forget();
}

/// What one file sets: the object, the attribute (`None` for any) and the reason.
fn patch_by(linker: &Linker<'_>, file: FileId, patch: &mut dyn FnMut(&Value, Option<&str>, String)) {
    let loaded = linker.file(file);
    let mut worth = imported(&loaded.summary);
    worth.extend(loaded.summary.classes.iter().map(|class| class.name.as_str()));
    for scope in reach::scopes(&loaded.summary) {
        walk_statements(loaded.summary.scope(scope).0, &mut |statement| {
            for write in writes::of(statement) {
                let context = Context { file, scope, moment: Moment::At(statement.start), frame: None };
                // Only a name that an import binds can be a module; little else is worth looking up this early.
                let object = match first_name(write.object) {
                    Some("cls") => own_class(&loaded.summary, file, scope),
                    Some(name) if worth.contains(name) => Some(linker.value(context, write.object)),
                    _ => None,
                };
                let Some(object) = object else { continue };
                if matches!(object, Value::Module(_) | Value::External(_) | Value::Class(..)) {
                    let place = linker.place(file, statement.line);
                    let in_file = place.file.file_name().unwrap_or_default().to_string_lossy();
                    let text = shown(write.object, &loaded.summary);
                    let what = write.name.map(|name| format!("{text}.{name}")).unwrap_or(text);
                    let reason = format!("`{what}` is set on line {} of {in_file}", linker.line_in_words(place.line));
                    patch(&object, write.name, reason);
                }
            }
        });
    }
}

/// The class whose method a scope is.
fn own_class(summary: &Summary, file: FileId, scope: Scope) -> Option<Value> {
    match summary.parent(scope)? {
        Scope::Class(class) => Some(Value::Class(file, class)),
        _ => None,
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
