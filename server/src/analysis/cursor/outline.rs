//! The tasks that the functions of a file are, with the places of their parts.

use std::ops::Range;
use std::path::Path;

use super::Code;
use super::at::identifier;
use super::meaning::{TaskName, tasks_of};
use crate::analysis::flow::Moment;
use crate::analysis::ir::*;
use crate::analysis::link::Context;
use crate::analysis::value::Value;

/// A function that is a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defined {
    /// Which one.
    pub task: TaskName,
    /// Where its name stands.
    pub name: Range<usize>,
    /// All of it, with its decorators.
    pub whole: Range<usize>,
    /// The decorator that makes it a task, without its `@`.
    pub decorator: Option<Range<usize>>,
}

/// The functions of a file that are tasks, in source order.
pub fn outline(code: Code<'_>, path: &Path) -> Vec<Defined> {
    let Some((linker, file)) = code.open(path) else { return Vec::new() };
    let loaded = linker.file(file);
    let summary = &*loaded.summary;
    let mut found = Vec::new();
    for (id, function) in summary.functions.iter().enumerate().filter(|(_, function)| !function.decorators.is_empty()) {
        let Some(task) = tasks_of(&linker, file, id).into_iter().next() else { continue };
        let context = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
        let makes_it = |decorator: &&Expr| makes_tasks(linker.value(context, decorator));
        let decorator = function.decorators.iter().find(makes_it);
        let start = function.name_offset as usize;
        let name = start..start + identifier(summary.text.get(start..).unwrap_or_default()).len();
        let end = end_of(summary, function.parent, id).map_or(name.end, |end| end as usize);
        found.push(Defined {
            task,
            whole: function.start as usize..end.max(name.end),
            name,
            decorator: decorator.map(|expr| expr.start as usize..expr.end as usize),
        });
    }
    found
}

/// Whether this is `env.task` or `env.task(…)`.
pub(super) fn makes_tasks(value: Value) -> bool {
    value.alternatives().iter().any(|(_, value)| match value {
        Value::Method(_, name) => matches!(&**name, "task" | "orchestrator"),
        Value::TaskMaker(_) => true,
        _ => false,
    })
}

/// Where the statement ends that defines a function.
fn end_of(summary: &Summary, scope: Scope, id: FunctionId) -> Option<Offset> {
    let mut end = None;
    walk_statements(summary.scope(scope).0, &mut |statement| {
        if matches!(statement.kind, StmtKind::Def(defined) if defined == id) {
            end = Some(statement.end);
        }
    });
    end
}
