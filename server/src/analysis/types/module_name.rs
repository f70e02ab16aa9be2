//! The name of the module that a class will be in, `__module__`, where it is certain.
//!
//! A file that is run is `__main__`, so nothing is certain of the file that a task stands in; a module that it imports by an
//! absolute name has that name.

use std::collections::BTreeSet;

use super::super::ir::*;
use super::super::link::Linker;
use super::super::value::{FileId, Value};

/// The name that `of` has for the tasks of `from`; `None` where that isn't certain.
pub fn of(linker: &Linker<'_>, from: FileId, of: FileId) -> Option<String> {
    if from == of {
        return None;
    }
    let wanted = linker.file(of).path.clone();
    // The modules that come into being when the file is read, by the names that they get.
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(FileId, Option<String>)> = vec![(from, None)];
    while let Some((file, own)) = open.pop() {
        if !seen.insert((file, own.clone())) || seen.len() > 500 {
            continue;
        }
        for module in imports(&linker.file(file).summary) {
            let Value::Module(found) = linker.module(file, &module) else { continue };
            let Some(path) = found.file.clone() else { continue };
            let name = if module.level == 0 {
                Some(module.name.clone())
            } else {
                let is_package = linker.file(file).path.file_name().is_some_and(|name| name == "__init__.py");
                own.as_deref().and_then(|own| absolute(own, is_package, &module))
            };
            if *path == *wanted {
                names.insert(name);
            } else if let Some(id) = linker.load(&path) {
                open.push((id, name));
            }
        }
    }
    let mut names = names.into_iter();
    match (names.next(), names.next()) {
        (Some(Some(name)), None) => Some(name),
        _ => None,
    }
}

/// What a relative import means in a module.
fn absolute(own: &str, is_package: bool, module: &ImportedModule) -> Option<String> {
    let mut parts: Vec<&str> = own.split('.').collect();
    let up = if is_package { module.level - 1 } else { module.level };
    for _ in 0..up {
        parts.pop()?;
    }
    let base = parts.join(".");
    match (base.is_empty(), module.name.is_empty()) {
        (true, _) => None,
        (false, true) => Some(base),
        (false, false) => Some(format!("{base}.{}", module.name)),
    }
}

/// Everything that may be a module in the imports of a file: `from a import b` may mean the module `a.b`.
fn imports(summary: &Summary) -> Vec<ImportedModule> {
    let mut found = Vec::new();
    let blocks = std::iter::once(&summary.body).chain(summary.functions.iter().map(|function| &function.body));
    for block in blocks {
        walk_statements(block, &mut |statement| match &statement.kind {
            StmtKind::Import { module, .. } => {
                found.push(ImportedModule { level: 0, name: module.clone() });
                // `import a.b` makes `a` too.
                let heads = module.match_indices('.').filter_map(|(at, _)| module.get(..at));
                found.extend(heads.map(|head| ImportedModule { level: 0, name: head.to_owned() }));
            }
            StmtKind::ImportFrom { module, names, .. } => {
                found.push(module.clone());
                let below = |name: &String| {
                    let name = if module.name.is_empty() { name.clone() } else { format!("{}.{name}", module.name) };
                    ImportedModule { level: module.level, name }
                };
                found.extend(names.iter().map(|(name, _)| below(name)));
            }
            _ => {}
        });
    }
    found
}
