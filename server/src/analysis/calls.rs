//! Calls of tasks: `t(1)`, `await t.aio(1)`, `flyte.run(t, 1)`, `flyte.map(t, …)`.

use std::rc::Rc;

use super::cache;
use super::flow::{self, Binding, Moment};
use super::ir::*;
use super::link::{Context, Linker};
use super::sdk;
use super::task::{From, Kind, Spec};
use super::value::{Origin, TaskValue, Value};

/// The tasks that a call runs, by their origin, with the spec that an `.override(cache=…)` gives them.
pub fn called_once_each(
    linker: &Linker<'_>,
    context: Context<'_>,
    callee: &Expr,
    arguments: &[Argument],
) -> Vec<(Origin, Option<Spec>)> {
    let mut found: Vec<(Origin, Option<Spec>)> = Vec::new();
    for task in called(linker, context, callee, arguments) {
        match found.iter_mut().find(|(origin, _)| *origin == task.origin) {
            None => found.push((task.origin, task.over.clone())),
            Some((_, spec)) if *spec == task.over => {}
            // The name stands for the task as it was and as it was overridden.
            Some((_, spec)) => {
                let reason = format!("`{}` is one of several values at run time", linker.text(context.file, callee));
                *spec = Some(Spec { from: From::Override, ..cache::unknown(&reason, None).spec });
            }
        }
    }
    found
}

/// The tasks that a call runs.
fn called(linker: &Linker<'_>, context: Context<'_>, callee: &Expr, arguments: &[Argument]) -> Vec<Rc<TaskValue>> {
    let mut found = Vec::new();
    for (_, callee) in linker.value(context, callee).alternatives() {
        match callee {
            Value::Task(task) => found.push(task),
            Value::Method(object, name) => match (&*object, &*name) {
                (Value::Task(task), "aio") => found.push(Rc::clone(task)),
                // A sandbox is run by `.run(...)`, `.run.aio(...)`.
                (Value::Task(task), "run") if matches!(task.task.kind, Kind::Container(_)) => {
                    found.push(Rc::clone(task));
                }
                (Value::Method(inner, method), "aio") => match (&**inner, &**method) {
                    (Value::Task(task), "run") => found.push(Rc::clone(task)),
                    (Value::Instance(instance), "run") if is(&instance.class, sdk::Known::RunContext) => {
                        found.extend(first(linker, context, arguments));
                    }
                    _ => {}
                },
                (Value::Instance(instance), "run") if is(&instance.class, sdk::Known::RunContext) => {
                    found.extend(first(linker, context, arguments));
                }
                _ => {}
            },
            Value::External(path) => {
                let path = path.strip_suffix(".aio").unwrap_or(&path);
                if is(path, sdk::Known::Run) {
                    found.extend(first(linker, context, arguments));
                }
            }
            _ => {}
        }
    }
    found
}

fn is(path: &str, known: sdk::Known) -> bool {
    sdk::known(path) == Some(known)
}

/// The tasks that the first argument is: a task, or a `functools.partial` of one.
fn first(linker: &Linker<'_>, context: Context<'_>, arguments: &[Argument]) -> Vec<Rc<TaskValue>> {
    let Some(argument) = arguments.first().filter(|argument| argument.kind == ArgumentKind::Positional) else {
        return Vec::new();
    };
    linker
        .value(context, &argument.value)
        .alternatives()
        .into_iter()
        .filter_map(|(_, value)| match value {
            Value::Task(task) => Some(task),
            Value::Instance(instance) if is(&instance.class, sdk::Known::Partial) => {
                match instance.arguments.given.first().map(|given| &given.value) {
                    Some(Value::Task(task)) => Some(Rc::clone(task)),
                    _ => None,
                }
            }
            _ => None,
        })
        .collect()
}

/// Whether a called expression can have to do with tasks at all, judged by the name that it starts with. Keeps imported
/// files that can't matter from being parsed for every helper that is called.
pub fn can_matter(linker: &Linker<'_>, context: Context<'_>, callee: &Expr) -> bool {
    can_matter_within(linker, context, callee, 0)
}

fn can_matter_within(linker: &Linker<'_>, context: Context<'_>, expr: &Expr, depth: usize) -> bool {
    if depth > 8 {
        return true;
    }
    let root = match &expr.kind {
        ExprKind::Name(name) => name,
        ExprKind::Attribute(inner, _)
        | ExprKind::Subscript(inner, _)
        | ExprKind::Call(inner, _)
        | ExprKind::Await(inner) => {
            return can_matter_within(linker, context, inner, depth);
        }
        ExprKind::Conditional { .. } | ExprKind::Other(_) | ExprKind::Dict(_) => return true,
        ExprKind::List(_) | ExprKind::Tuple(_) => return true,
        _ => return false,
    };
    let file = linker.file(context.file);
    let summary = &*file.summary;
    let (mut scope, mut moment) = (context.scope, context.moment);
    loop {
        let exports = |module: &ImportedModule| linker.matters(context.file, module, &[]);
        let found = flow::reaching(summary, scope, root, moment, &exports);
        if !found.is_empty() {
            let here = Context { scope, moment, ..context };
            return found.iter().any(|one| match one.binding {
                Binding::Value(expr, at) | Binding::Item(expr, _, _, at) => {
                    let here = Context { moment: Moment::At(at), ..here };
                    can_matter_within(linker, here, expr, depth + 1)
                }
                Binding::Def(id) => summary.functions.get(id).is_some_and(|function| !function.decorators.is_empty()),
                Binding::Import { module, .. } => {
                    linker.matters(context.file, &ImportedModule { level: 0, name: module.to_owned() }, &[])
                }
                Binding::From { module, original } => linker.matters(context.file, module, &[original]),
                Binding::Star { .. } => true,
                Binding::Class(_) | Binding::TypeAlias(_) | Binding::Opaque(_) | Binding::Parameter(_) => false,
            });
        }
        let Some(parent) = summary.parent(scope) else { return false };
        moment = Moment::Any;
        scope = parent;
    }
}
