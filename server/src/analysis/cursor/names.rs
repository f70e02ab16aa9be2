//! Names in `ignored_inputs` and the parameters that they name, wherever both are.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use cache_core::python::parameter_names;

use super::Code;
use super::at::{around, within_quotes};
use super::meaning::{Meaning, pointed_in};
use super::passed::keywords;
use crate::analysis::ir::*;
use crate::analysis::link::Linker;
use crate::analysis::project;
use crate::analysis::task::{Known, Span, Task};
use crate::analysis::value::{FileId, Origin, TaskValue, Value};

/// An input that a place names, and what else names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputName {
    /// The word that is pointed at.
    pub at: Range<usize>,
    /// The parameters that it is, or that it leaves out.
    pub parameters: Vec<Span>,
    /// Where the functions of these parameters use them, and calls name them, as far as that is certain.
    pub uses: Vec<Span>,
    /// The names in `ignored_inputs`.
    pub ignored: Vec<Span>,
}

/// What names the input that an offset of a file names, in the files `paths` of its project; `None` where no input is named.
pub fn input_name(code: Code<'_>, paths: &[PathBuf], path: &Path, offset: usize) -> Option<InputName> {
    let project::Linked { linker, ids, .. } = project::linked(code.summaries, code.files, code.roots, paths, |_| ());
    let family = Family::at(&linker, &ids, path, offset)?;
    let mut found = InputName { at: family.at.clone(), parameters: Vec::new(), uses: Vec::new(), ignored: Vec::new() };
    for (value, task) in &family.tasks {
        if let Some((file, function, parameter)) = parameter(&linker, value, &family.name) {
            let site = |range| site(&linker, file, range);
            found.parameters.push(site(parameter));
            let text = &linker.file(file).summary.text;
            let names = parameter_names(text, function, &family.name).ok();
            let places = names.into_iter().flat_map(|names| names.places);
            found.uses.extend(places.map(site).filter(|site| !found.parameters.contains(site)));
            found.uses.extend(keywords(&linker, &ids, value, &family.name).unwrap_or_default());
        }
        found.ignored.extend(ignored(&linker, task, &family.name));
    }
    for sites in [&mut found.parameters, &mut found.uses, &mut found.ignored] {
        sites.sort();
        sites.dedup();
    }
    Some(found)
}

/// The tasks that an input's name is about.
pub(super) struct Family {
    /// The word that is pointed at.
    pub at: Range<usize>,
    /// The name.
    pub name: String,
    /// Whether the parameter was pointed at, and not a name in `ignored_inputs`.
    pub of_parameter: bool,
    /// Those whose cache has the list, or the one whose parameter it is.
    pub tasks: Vec<(Rc<TaskValue>, Task)>,
    /// All others.
    pub others: Vec<(Rc<TaskValue>, Task)>,
}

impl Family {
    pub fn at(linker: &Linker<'_>, ids: &[FileId], path: &Path, offset: usize) -> Option<Self> {
        let file = linker.load(path)?;
        let pointed = pointed_in(linker, file, offset)?;
        let all = project::tasks(linker, ids);
        let (name, (tasks, others), of_parameter) = match pointed.meaning {
            Meaning::Ignored { name, .. } => {
                let has_list = |(_, task): &(Rc<TaskValue>, Task)| {
                    let sites = ignored(linker, task, &name);
                    sites.iter().any(|site| *site.file == *path && site.range() == pointed.range)
                };
                let over = if all.iter().any(has_list) { None } else { overridden(linker, file, offset) };
                let is_it =
                    |one: &(Rc<TaskValue>, Task)| over.map_or_else(|| has_list(one), |over| one.0.origin == over);
                (name.clone(), all.into_iter().partition(is_it), false)
            }
            Meaning::Input { name, task: wanted } => {
                let is_it = |(_, task): &(Rc<TaskValue>, Task)| wanted.is(task) && wanted.branch == task.branch;
                (name, all.into_iter().partition(is_it), true)
            }
            _ => return None,
        };
        Some(Self { at: pointed.range, name, of_parameter, tasks, others })
    }
}

/// The task of the `.override(…)` around an offset.
fn overridden(linker: &Linker<'_>, file: FileId, offset: usize) -> Option<Origin> {
    let loaded = linker.file(file);
    let around = around(&loaded.summary, file, Offset::try_from(offset).ok()?)?;
    let of_call = |expr: &&Expr| match linker.value(around.context, expr) {
        Value::Task(task) if task.over.is_some() => Some(task.origin),
        _ => None,
    };
    around.chain.iter().filter(|expr| matches!(expr.kind, ExprKind::Call(..))).find_map(of_call)
}

pub(super) fn site(linker: &Linker<'_>, file: FileId, range: Range<usize>) -> Span {
    Span { file: Arc::clone(&linker.file(file).path), start: range.start, end: range.end }
}

/// Where a task's function has its own name and a parameter, if that is written as it is called.
pub(super) fn parameter(linker: &Linker<'_>, value: &TaskValue, name: &str) -> Option<(FileId, usize, Range<usize>)> {
    let (file, id) = value.body?;
    let loaded = linker.file(file);
    let function = loaded.summary.functions.get(id)?;
    let parameter = function.parameters.iter().find(|parameter| parameter.name == name && !parameter.variadic)?;
    let range = parameter.start as usize..parameter.end as usize;
    let is_plain = loaded.summary.text.get(range.clone()) == Some(name);
    is_plain.then_some((file, function.name_offset as usize, range))
}

/// Where a name stands in the `ignored_inputs` of a task's cache, as far as that is written out.
pub(super) fn ignored(linker: &Linker<'_>, task: &Task, name: &str) -> Vec<Span> {
    let Known::Value(names) = &task.spec.ignored_inputs.value else { return Vec::new() };
    let Some(written) = task.spec.written.as_ref().filter(|_| names.iter().any(|ignored| ignored == name)) else {
        return Vec::new();
    };
    let Some(argument) = written.argument("ignored_inputs") else { return Vec::new() };
    let Some(file) = linker.load(&written.at.file) else { return Vec::new() };
    let loaded = linker.file(file);
    let items = if argument.items.is_empty() { std::slice::from_ref(&argument.value) } else { &argument.items };
    let quoted = items.iter().filter_map(|item| {
        let (start, end) = (Offset::try_from(item.start).ok()?, Offset::try_from(item.end).ok()?);
        let expr = Expr { start, end, line: 0, kind: ExprKind::Broken };
        within_quotes(&expr, &loaded.summary.text)
    });
    let is_it = |range: &Range<usize>| loaded.summary.text.get(range.clone()) == Some(name);
    quoted.filter(is_it).map(|range| site(linker, file, range)).collect()
}
