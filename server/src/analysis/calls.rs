//! Calls of tasks: `t(1)`, `await t.aio(1)`, `flyte.run(t, 1)`, `flyte.map(t, …)`.

use std::rc::Rc;

use super::cache;
use super::flow::{self, Binding, Moment};
use super::ir::*;
use super::link::{Context, Linker};
use super::sdk;
use super::task::{From, Kind, Known, RunOptions, Spec};
use super::value::{Arguments, Given, Instance, Origin, TaskValue, Value};

/// A task that a call runs.
pub struct Called {
    pub origin: Origin,
    /// The spec that an `.override(cache=…)` gives it.
    pub spec: Option<Spec>,
    /// In which ways; several where the callee is one of several values.
    pub how: Vec<How>,
}

/// How a call runs a task.
#[derive(Clone, Debug, PartialEq)]
pub enum How {
    /// `t(…)`, `t.aio(…)`
    Itself,
    /// A sandbox's `.run(…)`.
    Sandbox,
    /// A call of a `functools.partial` of it.
    Partial,
    /// `flyte.run(t, …)`, with the options that it runs under.
    Run(RunOptions),
    /// `flyte.run(functools.partial(t, …), …)`
    RunPartial,
    /// `flyte.map(t, …)`
    Map,
}

impl How {
    /// Whether the call starts a run by itself; others are cached only within one.
    pub fn submits(&self) -> bool {
        matches!(self, Self::Run(_) | Self::RunPartial | Self::Sandbox)
    }
}

/// The tasks that a call runs, each once.
pub fn called_once_each(
    linker: &Linker<'_>,
    context: Context<'_>,
    callee: &Expr,
    arguments: &[Argument],
) -> Vec<Called> {
    let mut found: Vec<Called> = Vec::new();
    for (task, how) in called(linker, context, callee, arguments) {
        match found.iter_mut().find(|called| called.origin == task.origin) {
            None => found.push(Called { origin: task.origin, spec: task.over.clone(), how: vec![how] }),
            Some(called) => {
                // The name stands for the task as it was and as it was overridden.
                if called.spec != task.over {
                    let text = linker.text(context.file, callee);
                    let reason = format!("`{text}` is one of several values at run time");
                    called.spec = Some(Spec { from: From::Override, ..cache::unknown(&reason, None).spec });
                }
                if !called.how.contains(&how) {
                    called.how.push(how);
                }
            }
        }
    }
    found
}

/// The tasks that a call runs.
fn called(
    linker: &Linker<'_>,
    context: Context<'_>,
    callee: &Expr,
    arguments: &[Argument],
) -> Vec<(Rc<TaskValue>, How)> {
    let mut found = Vec::new();
    for (_, callee) in linker.value(context, callee).alternatives() {
        match callee {
            Value::Task(task) => found.push((task, How::Itself)),
            Value::Instance(instance) => {
                found.extend(of_partial(&instance).map(|task| (task, How::Partial)));
            }
            Value::Method(object, name) => match (&*object, &*name) {
                (Value::Task(task), "aio") => found.push((Rc::clone(task), How::Itself)),
                // A sandbox is run by `.run(...)`, `.run.aio(...)`.
                (Value::Task(task), "run") if matches!(task.task.kind, Kind::Container(_)) => {
                    found.push((Rc::clone(task), How::Sandbox));
                }
                (Value::Method(inner, method), "aio") => match (&**inner, &**method) {
                    (Value::Task(task), "run") => found.push((Rc::clone(task), How::Sandbox)),
                    (Value::Instance(instance), "run") if is(&instance.class, sdk::Known::RunContext) => {
                        found.extend(first(linker, context, arguments, &How::Run(options(&instance.arguments))));
                    }
                    _ => {}
                },
                (Value::Instance(instance), "run") if is(&instance.class, sdk::Known::RunContext) => {
                    found.extend(first(linker, context, arguments, &How::Run(options(&instance.arguments))));
                }
                _ => {}
            },
            Value::External(path) => {
                let path = path.strip_suffix(".aio").unwrap_or(&path);
                if is(path, sdk::Known::Run) {
                    found.extend(first(linker, context, arguments, &How::Run(RunOptions::default())));
                }
                if is(path, sdk::Known::Map) {
                    found.extend(first(linker, context, arguments, &How::Map));
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

/// The options of `flyte.with_runcontext(mode, *, …)`.
fn options(arguments: &Arguments) -> RunOptions {
    if let Some(reason) = &arguments.unknown {
        let reason = reason.to_string();
        return RunOptions {
            mode: Known::Unknown(reason.clone()),
            overwrite_cache: Known::Unknown(reason.clone()),
            disable_run_cache: Known::Unknown(reason.clone()),
            cache_lookup_scope: Known::Unknown(reason),
        };
    }
    let unknown = |given: &Given| match &given.value {
        Value::Unknown(reason) => reason.to_string(),
        _ => format!("`{}` is not known without running Python", given.text),
    };
    let word = |given: Option<&Given>| match given.map(|given| (given, &given.value)) {
        None | Some((_, Value::None)) => Known::Value(None),
        Some((_, Value::Str(word))) => Known::Value(Some(word.to_string())),
        Some((given, _)) => Known::Unknown(unknown(given)),
    };
    let truth = |given: Option<&Given>| match given.map(|given| (given, &given.value)) {
        None | Some((_, Value::None)) => Known::Value(false),
        Some((_, Value::Bool(truth))) => Known::Value(*truth),
        Some((given, _)) => Known::Unknown(unknown(given)),
    };
    RunOptions {
        mode: word(arguments.get(&["mode"], "mode")),
        overwrite_cache: truth(arguments.keyword("overwrite_cache")),
        disable_run_cache: truth(arguments.keyword("disable_run_cache")),
        cache_lookup_scope: word(arguments.keyword("cache_lookup_scope")),
    }
}

/// The tasks that the first argument is: a task, or a `functools.partial` of one, which is mapped but not run.
fn first(linker: &Linker<'_>, context: Context<'_>, arguments: &[Argument], how: &How) -> Vec<(Rc<TaskValue>, How)> {
    let Some(argument) = arguments.first().filter(|argument| argument.kind == ArgumentKind::Positional) else {
        return Vec::new();
    };
    linker
        .value(context, &argument.value)
        .alternatives()
        .into_iter()
        .filter_map(|(_, value)| match value {
            Value::Task(task) => Some((task, how.clone())),
            Value::Instance(instance) => {
                let how = if *how == How::Map { How::Map } else { How::RunPartial };
                of_partial(&instance).map(|task| (task, how))
            }
            _ => None,
        })
        .collect()
}

/// The task of a `functools.partial(…)`, or of one of one.
fn of_partial(instance: &Instance) -> Option<Rc<TaskValue>> {
    match instance.partial()?.0 {
        Value::Task(task) => Some(Rc::clone(task)),
        Value::Instance(inner) => of_partial(inner),
        _ => None,
    }
}

/// Whether a call makes a `functools.partial` of a task.
pub fn is_partial(linker: &Linker<'_>, context: Context<'_>, expr: &Expr) -> bool {
    match linker.value(context, expr) {
        Value::Instance(instance) => of_partial(&instance).is_some(),
        _ => false,
    }
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
