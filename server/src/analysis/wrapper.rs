//! Decorators below the task's: what they do to the source that is hashed.
//!
//! `inspect.getsource` follows `__wrapped__`, so a decorator that uses `functools.wraps` changes nothing; one that does
//! not makes Flyte hash, and name the task after, the wrapper.

use std::rc::Rc;

use super::flow::{self, Binding, Moment};
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::sdk;
use super::task::Known;
use super::value::{FileId, Value, Wrapped};

impl Linker<'_> {
    /// What a decorator below the task's makes of the function.
    pub fn wrapped(&self, context: Context<'_>, decorator: &Expr, meaning: &Value, function: Value) -> Value {
        let inner = match &function {
            Value::Function(file, id) => (*file, *id),
            Value::Wrapped(wrapped) => wrapped.inner,
            other => return other.clone(),
        };
        let effect = match meaning {
            Value::External(path) if sdk::known(path) == Some(sdk::Known::Transparent) => Effect::Keeps,
            Value::External(path) if sdk::known(path) == Some(sdk::Known::TransparentMaker) => Effect::Keeps,
            Value::Function(file, id) => self.effect(*file, *id),
            _ => Effect::Unknown,
        };
        match effect {
            Effect::Keeps => function,
            Effect::Replaces(file, id) => Value::Wrapped(Rc::new(Wrapped {
                hashed: Known::Value((file, id)),
                shown: Known::Value((file, id)),
                inner,
            })),
            Effect::Unknown => {
                let file = self.file(context.file);
                let reason = format!("`@{}` may put another function in its place", shown(decorator, &file.summary));
                let unknown = || Known::Unknown(reason.clone());
                Value::Wrapped(Rc::new(Wrapped { hashed: unknown(), shown: unknown(), inner }))
            }
        }
    }

    /// What a decorator of the project returns for a function.
    fn effect(&self, file: FileId, id: FunctionId) -> Effect {
        let loaded = self.file(file);
        let summary = &*loaded.summary;
        let Some(decorator) = summary.functions.get(id).filter(|function| !function.deferred) else {
            return Effect::Unknown;
        };
        self.notes.borrow_mut().body_of(&loaded.path, decorator);
        let Some(parameter) = decorator.parameters.first().filter(|parameter| !parameter.variadic) else {
            return Effect::Unknown;
        };
        if touches_identity(&summary.text, decorator) {
            return Effect::Unknown;
        }
        let returned = flow::returns(&decorator.body);
        let [(_, Some(returned))] = returned.as_slice() else { return Effect::Unknown };
        let context = Context { file, scope: Scope::Function(id), moment: Moment::End, frame: None };
        let is = |expr: &Expr, name: &str| matches!(&expr.kind, ExprKind::Name(used) if used == name);
        let means = |expr: &Expr, known: sdk::Known| matches!(self.value(context, expr), Value::External(path) if sdk::known(&path) == Some(known));
        // `functools.wraps(f)`
        let wraps = |expr: &Expr| match &expr.kind {
            ExprKind::Call(callee, arguments) => {
                means(callee, sdk::Known::Wraps)
                    && arguments.first().is_some_and(|first| {
                        first.kind == ArgumentKind::Positional && is(&first.value, &parameter.name)
                    })
            }
            _ => false,
        };
        // `functools.update_wrapper(wrapper, f)`
        let updates = |expr: &Expr| match &expr.kind {
            ExprKind::Call(callee, arguments) => {
                means(callee, sdk::Known::UpdateWrapper)
                    && arguments.get(1).is_some_and(|second| {
                        second.kind == ArgumentKind::Positional && is(&second.value, &parameter.name)
                    })
            }
            _ => false,
        };
        if flow::binds(summary, &decorator.body, &parameter.name) {
            return Effect::Unknown;
        }
        match &returned.kind {
            ExprKind::Name(name) if *name == parameter.name => Effect::Keeps,
            ExprKind::Name(name) => {
                let found = flow::reaching(summary, Scope::Function(id), name, Moment::End, &|_| false);
                let [only] = found.as_slice() else { return Effect::Unknown };
                let Binding::Def(wrapper) = only.binding else { return Effect::Unknown };
                let Some(function) = summary.functions.get(wrapper) else { return Effect::Unknown };
                match function.decorators.as_slice() {
                    [] => {}
                    [only] if wraps(only) => return Effect::Keeps,
                    _ => return Effect::Unknown,
                }
                // Whatever else is done to the wrapper may set `__wrapped__`.
                let mut effect = Effect::Replaces(file, wrapper);
                walk_statements(&decorator.body, &mut |statement| {
                    for expr in statement.expressions() {
                        if matches!(statement.kind, StmtKind::Return(_)) {
                            continue;
                        }
                        if updates(expr) {
                            effect = Effect::Keeps;
                            continue;
                        }
                        expr.walk(&mut |part| {
                            if is(part, name) {
                                effect = Effect::Unknown;
                            }
                        });
                    }
                });
                effect
            }
            // `functools.wraps(f)(wrapper)`
            ExprKind::Call(callee, _) if wraps(callee) || updates(returned) => Effect::Keeps,
            _ => Effect::Unknown,
        }
    }
}

/// What a decorator makes of the function below it.
enum Effect {
    /// The same source is hashed: the function itself is returned, or it is the wrapper's `__wrapped__`.
    Keeps,
    /// Another function takes its place.
    Replaces(FileId, FunctionId),
    Unknown,
}

/// Whether a decorator's text may set what names a function or leads to its source: `__name__`, `__wrapped__`. Found in
/// the text, so that no way of doing it goes unseen.
fn touches_identity(text: &str, decorator: &Function) -> bool {
    let end = decorator.body.last().map_or(decorator.start, |last| last.end);
    let range = usize::try_from(decorator.start).ok().zip(usize::try_from(end).ok());
    let text = range.and_then(|(start, end)| text.get(start..end)).unwrap_or(text);
    let is_set = |name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let rest = text.get(at + name.len()..).unwrap_or_default().trim_start();
            rest.starts_with('=') && !rest.starts_with("==")
        })
    };
    ["__wrapped__", "__code__", "setattr", "delattr", "__dict__"].iter().any(|word| text.contains(word))
        || is_set("__name__")
}
