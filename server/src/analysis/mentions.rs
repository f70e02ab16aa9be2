//! What a top-level statement of a file has to do with the others, told by its words: the names that it binds, those that it may change,
//! and all that it mentions. Words of strings and comments count as well, so that it is more than the truth, never less.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_normalization::UnicodeNormalization;

use super::changes;
use super::flow;
use super::ir::*;
use super::lower::parts::Part;
use super::lower::within;
use super::quiet::{first_name, summary, words};
use super::reach;
use super::writes;

/// A name, as a number.
pub type Name = u64;

/// See the module.
#[derive(Debug)]
pub struct Mentions {
    /// The names of the top level that it binds, in whatever of its blocks.
    pub binds: Vec<Name>,
    /// Names of which it may change what stands behind them, or how they are bound, from within functions too.
    pub changes: Vec<Name>,
    /// All that it mentions, sorted.
    words: Vec<Name>,
    /// Whether it matters to statements that it has no name in common with.
    pub is_open: bool,
    /// Whether something is called in it when the file is read.
    pub calls: bool,
    /// Whether it is made of nothing but imports, and so leads nowhere by its words.
    pub is_import: bool,
}

/// Words by which code reaches what it doesn't name.
const TELLING: [&str; 14] = [
    "__builtins__",
    "__dict__",
    "__import__",
    "__setattr__",
    "delattr",
    "eval",
    "exec",
    "globals",
    "import_module",
    "locals",
    "modules",
    "sandbox",
    "setattr",
    "vars",
];

impl Mentions {
    /// Those of a statement that can be read.
    pub fn of(part: &Part) -> Self {
        let summary = summary(part);
        let mut is_open = words(&part.text).any(|word| TELLING.contains(&word));
        let mut binds = HashSet::new();
        walk_statements(&summary.body, &mut |statement| {
            binds.extend(flow::bound_names(&summary, statement).into_iter().map(name));
            is_open |= match &statement.kind {
                StmtKind::ImportFrom { star, .. } => *star,
                // What stands behind may not be reached.
                StmtKind::Exit(_) | StmtKind::Return(_) => true,
                _ => false,
            };
        });
        let (named, computed) = within::changes(&summary);
        let mut changes: HashSet<Name> =
            named.keys().filter(|(scope, _)| *scope == Scope::Module).map(|(_, bound)| name(bound)).collect();
        is_open |= !computed.is_empty();
        for scope in reach::scopes(&summary) {
            walk_statements(summary.scope(scope).0, &mut |statement| {
                for write in writes::of(statement) {
                    let object = first_name(write.object).filter(|object| !is_local(&summary, scope, object));
                    changes.extend(object.map(name));
                    is_open |= changes::is_watched(&write);
                }
            });
        }
        let mut calls = false;
        for scope in reach::scopes(&summary).filter(|scope| !matches!(scope, Scope::Function(_))) {
            walk_statements(summary.scope(scope).0, &mut |statement| {
                for whole in statement.expressions() {
                    whole.walk(&mut |expr| calls |= matches!(expr.kind, ExprKind::Call(..)));
                }
            });
        }
        let mut words: Vec<Name> = words(&part.text).map(name).collect();
        words.sort_unstable();
        words.dedup();
        let is_import = !summary.body.is_empty() && summary.body.iter().all(|one| one.imports().is_some());
        Self {
            binds: binds.into_iter().collect(),
            changes: changes.into_iter().collect(),
            words,
            calls,
            is_open: is_open || is_import,
            is_import,
        }
    }

    /// Whether a name is among the words.
    pub fn has(&self, name: Name) -> bool {
        self.words.binary_search(&name).is_ok()
    }

    /// All words.
    pub fn words(&self) -> &[Name] {
        &self.words
    }

    /// The names whose meaning it has a say in.
    pub fn affects(&self) -> impl Iterator<Item = Name> {
        self.binds.iter().chain(&self.changes).copied()
    }
}

/// Whether a name is one of the functions around a place.
fn is_local(summary: &Summary, scope: Scope, name: &str) -> bool {
    let mut around = Some(scope);
    while let Some(scope) = around {
        let (statements, parameters) = summary.scope(scope);
        let binds =
            || flow::binds(summary, statements, name) || parameters.iter().any(|parameter| parameter.name == name);
        let is_global =
            |id: usize| summary.functions.get(id).is_some_and(|one| one.outer_names.iter().any(|outer| outer == name));
        match scope {
            Scope::Function(id) if is_global(id) => return false,
            Scope::Function(_) if binds() => return true,
            _ => around = summary.parent(scope),
        }
    }
    false
}

/// A name as Python compares them.
pub fn name(text: &str) -> Name {
    let mut hasher = DefaultHasher::new();
    match text.is_ascii() {
        true => text.hash(&mut hasher),
        false => text.nfkc().collect::<String>().hash(&mut hasher),
    }
    hasher.finish()
}
