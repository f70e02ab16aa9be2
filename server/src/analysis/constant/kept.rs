//! Whether a list, a dictionary or another value that can be changed still is what it was made of: no code that could run with it
//! changes it, or keeps it where it could be changed.

use cache_core::key::flyte::Value as Constant;
use cache_core::python::{Usage, Use};

use super::{Constants, Found};
use crate::analysis::flow;
use crate::analysis::ir::*;
use crate::analysis::link::Context;
use crate::analysis::value::{FileId, Value};

/// How often what is opened may be opened in turn.
const DEEPEST: u32 = 4;

/// Whether a value can be changed.
pub fn is_mutable(value: &Constant) -> bool {
    match value {
        Constant::List(_) | Constant::Set(_) | Constant::Dict(_) | Constant::Object { .. } => true,
        Constant::Tuple(items) => items.iter().any(is_mutable),
        _ => false,
    }
}

/// Whether something within a value can be changed.
fn holds_mutable(value: &Constant) -> bool {
    held(value).into_iter().any(is_mutable)
}

/// The values right within a value.
fn held(value: &Constant) -> Vec<&Constant> {
    match value {
        Constant::List(items) | Constant::Tuple(items) | Constant::Set(items) => items.iter().collect(),
        Constant::Dict(entries) => entries.iter().map(|(_, value)| value).collect(),
        Constant::Object { fields, .. } => fields.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

impl Constants<'_, '_> {
    /// A name's value, if nothing changes it. `context` is where the name is bound.
    pub(super) fn unchanged(&self, context: Context<'_>, name: &str, found: Found) -> Result<Found, String> {
        match &found {
            Found::Value(value) if is_mutable(value) => self.is_kept(context, name, value, 0).map_or(Ok(found), Err),
            _ => Ok(found),
        }
    }

    /// Why a name's value may be changed.
    pub fn is_kept(&self, context: Context<'_>, name: &str, value: &Constant, depth: u32) -> Option<String> {
        if let Some(reason) = self.is_kept_in(context.file, name, false, Some(context.scope), value, depth) {
            return Some(reason);
        }
        if context.scope != Scope::Module {
            return None;
        }
        let path = self.linker.file(context.file).path.clone();
        let importers = self.linker.importers(&path);
        importers.into_iter().filter(|file| *file != context.file).find_map(|file| {
            let aliases = aliases(&self.linker.file(file).summary, name);
            aliases.into_iter().find_map(|alias| self.is_kept_in(file, &alias, true, None, value, depth))
        })
    }

    /// Why what a comprehension's name stands for may be changed; whose name it is elsewhere in the file is not asked.
    pub fn is_kept_anywhere(&self, file: FileId, name: &str, value: &Constant, depth: u32) -> Option<String> {
        self.is_kept_in(file, name, false, None, value, depth)
    }

    fn is_kept_in(
        &self,
        file: FileId,
        name: &str,
        attributes: bool,
        scope: Option<Scope>,
        value: &Constant,
        depth: u32,
    ) -> Option<String> {
        if depth > DEEPEST {
            return Some(format!("`{name}` may be changed"));
        }
        self.linker.notes.borrow_mut().uses_of(name);
        let Some(uses) = self.linker.uses(file) else {
            return Some(format!("`{name}` may be changed: its file is not valid Python"));
        };
        let summary = &self.linker.file(file).summary;
        let is_it = |one: &&Use| {
            one.name == name
                && (attributes || !one.is_attribute)
                && scope.is_none_or(|scope| binder(summary, one.range.start, name) == scope)
        };
        uses.iter().filter(is_it).find_map(|one| self.changes(file, one, value, depth))
    }

    fn changes(&self, file: FileId, one: &Use, value: &Constant, depth: u32) -> Option<String> {
        if self.is_safe(file, &one.usage, value, depth) {
            return None;
        }
        let file = self.linker.file(file);
        let line = file.summary.text.get(..one.range.start).unwrap_or_default().matches('\n').count() + 1;
        let line = self.linker.line_in_words(line);
        let name = &one.name;
        let in_file = file.path.file_name().unwrap_or_default().to_string_lossy();
        Some(format!("`{name}` may be changed by what is done with it on line {line} of {in_file}"))
    }

    /// Whether a usage leaves a value as it is.
    fn is_safe(&self, file: FileId, usage: &Usage, value: &Constant, depth: u32) -> bool {
        match usage {
            Usage::Looked => true,
            // What a class of the project does when it is asked for an item is its own affair.
            Usage::Opened(_) if matches!(value, Constant::Object { .. }) => false,
            Usage::Opened(within) => !holds_mutable(value) || self.is_safe_within(file, within),
            Usage::Field(within) => {
                matches!(value, Constant::Object { .. }) && (!holds_mutable(value) || self.is_safe_within(file, within))
            }
            Usage::Given(call) => self.linker.is_copying(file, call),
            Usage::Iterated(names) => {
                let mut mutable = held(value).into_iter().filter(|inner| is_mutable(inner));
                mutable
                    .all(|inner| names.iter().all(|name| self.is_kept_anywhere(file, name, inner, depth + 1).is_none()))
            }
            Usage::Kept => false,
        }
    }

    /// Whether a usage leaves all that a value holds as it is.
    fn is_safe_within(&self, file: FileId, usage: &Usage) -> bool {
        match usage {
            Usage::Looked => true,
            Usage::Given(call) => self.linker.is_copying(file, call),
            Usage::Opened(within) | Usage::Field(within) => self.is_safe_within(file, within),
            Usage::Iterated(_) | Usage::Kept => false,
        }
    }

    /// What a loop over a value goes through, in order; a set has none.
    pub(super) fn elements(&self, value: &Constant) -> Option<Vec<Constant>> {
        Some(match value {
            Constant::List(items) | Constant::Tuple(items) => items.clone(),
            Constant::Dict(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
            Constant::Str(text) => text.chars().map(|char| Constant::Str(char.to_string())).collect(),
            Constant::Bytes(bytes) => bytes.iter().map(|byte| Constant::Int(i128::from(*byte))).collect(),
            _ => return None,
        })
    }

    /// Whether a callee is something of the SDK or the language that is known to change nothing.
    pub fn is_external(&self, found: &Found, path: &str) -> bool {
        matches!(found, Found::Thing(Value::External(external)) if &**external == path)
    }
}

/// The names that a file may have for a name of another module, its attributes among them.
fn aliases(summary: &Summary, name: &str) -> Vec<String> {
    let mut found = vec![name.to_owned()];
    let blocks = std::iter::once(&summary.body).chain(summary.functions.iter().map(|function| &function.body));
    for block in blocks {
        walk_statements(block, &mut |statement| {
            if let StmtKind::ImportFrom { names, .. } = &statement.kind {
                let of_it = names.iter().filter(|(original, _)| original == name);
                found.extend(of_it.filter_map(|(_, alias)| alias.clone()));
            }
        });
    }
    found
}

/// The scope whose name is meant at an offset.
fn binder(summary: &Summary, at: usize, name: &str) -> Scope {
    let holds = |function: &Function| {
        let end = function.body.last().map_or(function.start, |last| last.end);
        (function.start as usize..end as usize).contains(&at)
    };
    let innermost = summary.functions.iter().enumerate().filter(|(_, function)| holds(function));
    let Some((id, _)) = innermost.max_by_key(|(_, function)| function.start) else { return Scope::Module };
    let mut scope = Scope::Function(id);
    loop {
        let (statements, parameters) = summary.scope(scope);
        let binds = flow::binds(summary, statements, name) || parameters.iter().any(|parameter| parameter.name == name);
        if matches!(scope, Scope::Function(_)) && binds {
            return scope;
        }
        match summary.parent(scope) {
            Some(parent) => scope = parent,
            None => return Scope::Module,
        }
    }
}
