//! Where calls of a task name an input: every use of the task is followed, and where one can't be, the answer is why.

use std::collections::BTreeSet;
use std::ops::Range;

use super::at::{around, keyword};
use super::names::site;
use crate::analysis::ir::*;
use crate::analysis::link::Linker;
use crate::analysis::sdk;
use crate::analysis::task::Span;
use crate::analysis::value::{FileId, TaskValue, Value};

/// A place that stands in the way, and why.
pub type Uncertain = (Span, String);

/// The keywords by which calls in the files give `input` to `task`.
///
/// # Errors
///
/// A use of the task that can't be followed: it is kept, given to something that may call it, or called with `**`.
pub fn keywords(linker: &Linker<'_>, ids: &[FileId], task: &TaskValue, input: &str) -> Result<Vec<Span>, Uncertain> {
    let names = names(linker, ids, &task.task.function);
    let mut found = Vec::new();
    for file in ids {
        let loaded = linker.file(*file);
        if !names.iter().any(|name| loaded.summary.text.contains(name.as_str())) {
            continue;
        }
        let at = |range: &Range<usize>, reason: &str| (site(linker, *file, range.clone()), reason.to_owned());
        let Some(uses) = linker.uses(*file) else {
            return Err(at(&(0..0), "this file is not valid Python, so its calls are not known"));
        };
        for used in uses.iter().filter(|used| names.contains(&used.name)) {
            let user = User { linker, file: *file, task, input };
            match user.of(&used.range, used.is_attribute) {
                Ok(keywords) => found.extend(keywords.into_iter().map(|range| site(linker, *file, range))),
                Err(reason) => return Err(at(&used.range, &reason)),
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The names that a function may have in the files: its own, and those that imports give it.
fn names(linker: &Linker<'_>, ids: &[FileId], function: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::from([function.to_owned()]);
    loop {
        let known = names.len();
        for file in ids {
            let loaded = linker.file(*file);
            let summary = &loaded.summary;
            let scopes = (0..summary.functions.len()).map(Scope::Function).chain([Scope::Module]);
            for scope in scopes {
                walk_statements(summary.scope(scope).0, &mut |statement| {
                    let StmtKind::ImportFrom { names: imported, .. } = &statement.kind else { return };
                    for (original, alias) in imported {
                        if names.contains(original) {
                            names.extend(alias.clone());
                        }
                    }
                });
            }
        }
        if names.len() == known {
            return names;
        }
    }
}

struct User<'u, 'a> {
    linker: &'u Linker<'a>,
    file: FileId,
    task: &'u TaskValue,
    input: &'u str,
}

impl User<'_, '_> {
    /// The keywords of the call that a use of a name leads to.
    fn of(&self, range: &Range<usize>, is_attribute: bool) -> Result<Vec<Range<usize>>, String> {
        let loaded = self.linker.file(self.file);
        let end = Offset::try_from(range.end).unwrap_or(Offset::MAX);
        let lost = "what this use of the task does can't be followed";
        let around = around(&loaded.summary, self.file, end);
        let position = around.as_ref().and_then(|around| {
            let ends = |expr: &Expr| expr.start as usize..expr.end as usize;
            around.chain.iter().position(|expr| ends(expr) == *range)
        });
        let (Some(around), Some(position)) = (around, position) else {
            // What the analysis doesn't read: a comprehension's own name, a pattern. An attribute's object isn't the task.
            return if is_attribute { Ok(Vec::new()) } else { Err(lost.to_owned()) };
        };
        let Some(expr) = around.chain.get(position) else { return Err(lost.to_owned()) };
        let values = self.linker.value(around.context, expr).alternatives();
        let is_task = |value: &Value| matches!(value, Value::Task(found) if found.origin == self.task.origin);
        let is_it = values.iter().any(|(_, value)| is_task(value));
        let only = is_it && values.iter().all(|(_, value)| is_task(value));
        if !is_it && !values.iter().any(|(_, value)| matches!(value, Value::Unknown(_))) {
            return Ok(Vec::new());
        }
        let call = self.call(&around.chain[..position], expr, &|callee| self.linker.value(around.context, callee));
        let (given, may_give) = match (call, is_it) {
            (Some(Called::Runs(arguments)), _) => (arguments, true),
            (Some(Called::Nothing), _) => return Ok(Vec::new()),
            (Some(Called::Otherwise) | None, true) => return Err(lost.to_owned()),
            (Some(Called::Otherwise) | None, false) => return Ok(Vec::new()),
        };
        let mut found = Vec::new();
        for argument in given.iter().filter(|_| may_give) {
            match &argument.kind {
                ArgumentKind::DoubleStar if is_it => {
                    return Err("this call gives inputs by `**`, of which the names are not known".to_owned());
                }
                ArgumentKind::Keyword(name) if name == self.input => {
                    if !only {
                        return Err("whether this call is one of the task is not known".to_owned());
                    }
                    found.extend(keyword(argument, &loaded.summary.text));
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// What becomes of the task in the expressions around its name, the outermost of which is the first.
    fn call<'s>(&self, outer: &[&'s Expr], name: &'s Expr, value: &dyn Fn(&Expr) -> Value) -> Option<Called<'s>> {
        let mut inner = name;
        let mut overrides = false;
        let mut given: Vec<&'s Argument> = Vec::new();
        for expr in outer.iter().rev() {
            match &expr.kind {
                ExprKind::Attribute(_, attribute) => match attribute.as_str() {
                    "aio" | "forward" | "run" | "__call__" => overrides = false,
                    "override" => overrides = true,
                    // Its name, its inputs and the like.
                    _ => return Some(Called::Nothing),
                },
                ExprKind::Call(callee, arguments) if is_same(callee, inner) => {
                    if !overrides {
                        given.extend(arguments);
                        return Some(Called::Runs(given));
                    }
                    overrides = false;
                }
                ExprKind::Call(callee, arguments) => {
                    let is_first = arguments
                        .first()
                        .is_some_and(|first| first.kind == ArgumentKind::Positional && is_same(&first.value, inner));
                    match value(callee).alternatives().first().map(|(_, value)| value) {
                        Some(Value::External(path)) => {
                            let path = path.strip_suffix(".aio").unwrap_or(path);
                            match sdk::known(path) {
                                Some(sdk::Known::Run) if is_first => {
                                    given.extend(arguments);
                                    return Some(Called::Runs(given));
                                }
                                Some(sdk::Known::Map) if is_first => return Some(Called::Runs(given)),
                                // What is given here is passed on with what is given later.
                                Some(sdk::Known::Partial) if is_first => given.extend(arguments),
                                // `flyte.deploy(task)` and the like give it no inputs.
                                None if path.starts_with("flyte.") && given.is_empty() => return Some(Called::Nothing),
                                _ => return Some(Called::Otherwise),
                            }
                        }
                        Some(Value::Method(object, method)) if is_first && runs_in_context(object, method) => {
                            given.extend(arguments);
                            return Some(Called::Runs(given));
                        }
                        _ => return Some(Called::Otherwise),
                    }
                }
                _ => return Some(Called::Otherwise),
            }
            inner = expr;
        }
        None
    }
}

/// Whether `object.method` is the `run` of a `flyte.with_runcontext(…)`.
fn runs_in_context(object: &Value, method: &str) -> bool {
    let is_context = |value: &Value| match value {
        Value::Instance(instance) => sdk::known(&instance.class) == Some(sdk::Known::RunContext),
        _ => false,
    };
    match (object, method) {
        (value, "run") => is_context(value),
        (Value::Method(inner, run), "aio") => &**run == "run" && is_context(inner),
        _ => false,
    }
}

/// What becomes of a task.
enum Called<'s> {
    /// It is called with these arguments.
    Runs(Vec<&'s Argument>),
    /// Nothing that gives it inputs.
    Nothing,
    /// What can't be followed.
    Otherwise,
}

fn is_same(one: &Expr, other: &Expr) -> bool {
    (one.start, one.end) == (other.start, other.end)
}
