//! How the SDK's `Cache` is called at a place of a file, and the import that is missing where it isn't.

use std::ops::Range;

use super::ir::*;
use super::link::{Context, Linker};
use super::making::CacheName;
use super::sdk;
use super::value::Value;
use crate::edit::TextEdit;

/// What to write for `flyte.Cache` in the scope of `context`, in an expression that starts at `before`.
pub fn cache_name(linker: &Linker<'_>, context: Context<'_>, before: Offset) -> CacheName {
    let file = linker.file(context.file);
    let summary = &*file.summary;
    let mut modules: Vec<String> = Vec::new();
    let mut names = vec!["Cache".to_owned()];
    walk_statements(&summary.body, &mut |statement| match &statement.kind {
        StmtKind::Import { module, alias } => match alias {
            Some(alias) if module == "flyte" => modules.push(alias.clone()),
            None if module == "flyte" || module.starts_with("flyte.") => modules.push("flyte".to_owned()),
            _ => {}
        },
        StmtKind::ImportFrom { names: imported, .. } => {
            let aliases = imported.iter().filter(|(name, _)| name == "Cache").filter_map(|(_, alias)| alias.clone());
            names.extend(aliases);
        }
        _ => {}
    });
    let means = |name: &str, wanted: &dyn Fn(&str) -> bool| matches!(linker.lookup(context, name), Value::External(path) if wanted(&path));
    if let Some(name) = names.iter().find(|name| means(name, &|path| sdk::known(path) == Some(sdk::Known::Cache))) {
        return CacheName::Known(name.clone());
    }
    if let Some(module) = modules.iter().find(|name| means(name, &|path| path == "flyte")) {
        return CacheName::Known(format!("{module}.Cache"));
    }
    let (name, imported) = match is_bound(summary, "Cache") {
        false => ("Cache".to_owned(), "Cache".to_owned()),
        true => {
            let mut name = "FlyteCache".to_owned();
            while summary.index.values().any(|index| index.names.contains_key(&name)) {
                name.push('_');
            }
            (name.clone(), format!("Cache as {name}"))
        }
    };
    CacheName::Imported(name, import(linker, context, &imported, before))
}

/// Whether any scope of a file binds a name, or may.
fn is_bound(summary: &Summary, name: &str) -> bool {
    summary.index.values().any(|index| index.star || index.names.contains_key(name))
}

/// Adds `imported` to the file's import from `flyte`, or adds such an import.
fn import(linker: &Linker<'_>, context: Context<'_>, imported: &str, before: Offset) -> TextEdit {
    let file = linker.file(context.file);
    let summary = &*file.summary;
    let reached = |statement: &&Stmt| statement.end <= before;
    let from_flyte = |statement: &&Stmt| match &statement.kind {
        StmtKind::ImportFrom { module, star: false, .. } => module.level == 0 && module.name == "flyte",
        _ => false,
    };
    let line = format!("from flyte import {imported}\n");
    if let Some(statement) = summary.body.iter().filter(reached).find(from_flyte) {
        return into_list(summary, statement, imported)
            .unwrap_or_else(|| TextEdit::insert(line_start(&summary.text, statement.start as usize), line));
    }
    // The imports that the file starts with, behind its docstring.
    let is_import = |kind: &StmtKind| matches!(kind, StmtKind::Import { .. } | StmtKind::ImportFrom { .. });
    let is_head = |statement: &&Stmt| is_import(&statement.kind) || is_string(statement);
    let head: Vec<&Stmt> = summary.body.iter().take_while(is_head).filter(reached).collect();
    let is_own = |statement: &&&Stmt| match &statement.kind {
        StmtKind::Import { module, .. } => is_of_project(linker, context, 0, module),
        StmtKind::ImportFrom { module, .. } => is_of_project(linker, context, module.level, &module.name),
        _ => false,
    };
    // Before those of the project, as tools sort them; else behind all.
    match head.iter().find(is_own) {
        Some(own) => {
            let at = line_start(&summary.text, own.start as usize);
            let is_first_of_block = summary.text.get(..at).is_some_and(|text| text.ends_with("\n\n"));
            let blank = if is_first_of_block || at == 0 { "\n" } else { "" };
            TextEdit::insert(at, format!("{line}{blank}"))
        }
        None => match head.last() {
            Some(last) => {
                let blank = if is_import(&last.kind) { "" } else { "\n" };
                TextEdit::insert(line_end(&summary.text, last.end as usize), format!("{blank}{line}"))
            }
            None => {
                let first = summary.body.first().map_or(0, |statement| statement.start as usize);
                TextEdit::insert(line_start(&summary.text, first), format!("{line}\n"))
            }
        },
    }
}

fn is_string(statement: &Stmt) -> bool {
    matches!(&statement.kind, StmtKind::Expr(Expr { kind: ExprKind::Str(_), .. }))
}

fn is_of_project(linker: &Linker<'_>, context: Context<'_>, level: u32, module: &str) -> bool {
    let module = ImportedModule { level, name: module.to_owned() };
    level > 0 || matches!(linker.module(context.file, &module), Value::Module(_) | Value::Unknown(_))
}

/// Adds a name to `from flyte import A, B`, where it is sorted to; `None` if the list is written in a way that is better
/// not touched.
fn into_list(summary: &Summary, statement: &Stmt, imported: &str) -> Option<TextEdit> {
    let names = listed(summary, statement)?;
    let text = |range: &Range<usize>| summary.text.get(range.clone());
    let first = names.first()?;
    // One line has a blank before a name, several lines have their indentation.
    let blank = text(&(first.start.checked_sub(1)?..first.start))?;
    let line = line_start(&summary.text, first.start);
    let indentation = text(&(line..first.start))?;
    let between = match indentation.trim().is_empty() && !blank.is_empty() && line > statement.start as usize {
        true => format!("\n{indentation}"),
        false => " ".to_owned(),
    };
    let is_later = |name: &&Range<usize>| text(name).is_some_and(|name| sorted_key(imported) < sorted_key(name));
    Some(match names.iter().find(is_later) {
        Some(later) => TextEdit::insert(later.start, format!("{imported},{between}")),
        None => TextEdit::insert(names.last()?.end, format!(",{between}{imported}")),
    })
}

/// Where the names of a `from … import` stand, each with its alias.
fn listed(summary: &Summary, statement: &Stmt) -> Option<Vec<Range<usize>>> {
    let start = statement.start as usize;
    let text = summary.text.get(start..statement.end as usize)?;
    if text.contains(['#', '\\', ';']) {
        return None;
    }
    let list = text.find("import")? + "import".len();
    let open = text.get(list..)?.find('(').map_or(list, |at| list + at + 1);
    let mut at = start + open;
    let mut names = Vec::new();
    for name in text.get(open..)?.trim_end_matches(')').split(',') {
        let lead = name.len() - name.trim_start().len();
        let trimmed = name.trim();
        if !trimmed.is_empty() {
            names.push(at + lead..at + lead + trimmed.len());
        }
        at += name.len() + 1;
    }
    Some(names)
}

/// Takes back the import of `name`, as which a file knows `Cache`, if one other place in the file is all that mentions it.
pub fn unused(summary: &Summary, name: &str) -> Option<TextEdit> {
    if mentions(&summary.text, name) != 2 {
        return None;
    }
    let is_it = |(original, alias): &(String, Option<String>)| {
        original == "Cache" && alias.as_deref().unwrap_or(original) == name
    };
    let statement = summary.body.iter().find(|statement| {
        matches!(&statement.kind, StmtKind::ImportFrom { names, star: false, .. } if names.iter().any(is_it))
    })?;
    let names = listed(summary, statement)?;
    let index = names.iter().position(|range| {
        let words = summary.text.get(range.clone()).unwrap_or_default().split_whitespace();
        words.last() == Some(name)
    })?;
    let range = match (names.get(index + 1), index.checked_sub(1).and_then(|index| names.get(index))) {
        (Some(next), _) => names[index].start..next.start,
        (None, Some(previous)) => previous.end..names[index].end,
        (None, None) => {
            let start = line_start(&summary.text, statement.start as usize);
            let end = line_end(&summary.text, statement.end as usize);
            // A blank line before and after was one before the import was there.
            let doubled = summary.text.get(..start).is_some_and(|text| text.is_empty() || text.ends_with("\n\n"))
                && summary.text.get(end..).is_some_and(|text| text.starts_with('\n'));
            start..end + usize::from(doubled)
        }
    };
    Some(TextEdit::remove(range))
}

/// How often a text has a name, as a word of its own.
pub fn mentions(text: &str, name: &str) -> usize {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let free = |at: usize| {
        !text.get(..at).is_some_and(|before| before.ends_with(is_word))
            && !text.get(at + name.len()..).is_some_and(|after| after.starts_with(is_word))
    };
    text.match_indices(name).filter(|(at, _)| free(*at)).count()
}

/// As import sorters do: constants, then classes, then the rest.
fn sorted_key(name: &str) -> (u8, &str) {
    let first = name.chars().next().unwrap_or_default();
    let is_constant = name.len() > 1 && !name.chars().any(char::is_lowercase);
    let kind = if is_constant {
        0
    } else if first.is_uppercase() {
        1
    } else {
        2
    };
    (kind, name)
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|text| text.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// Behind the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|text| text.find('\n')).map_or(text.len(), |newline| at + newline + 1)
}
