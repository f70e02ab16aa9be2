//! Objects that are changed after they were made: `env.cache = …`. Which order the program does that in is not known, so
//! what is changed anywhere is not known.

use std::collections::HashMap;

use super::cache;
use super::flow::Moment;
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::task::{From, ImagePython, Known, Part, Place, Task};
use super::value::{Origin, TaskValue, Value};

/// Changed attributes, by the object's origin, each with the reason why it isn't known.
pub type Changes = HashMap<Origin, Vec<(String, String)>>;

/// Finds the changes that loaded files make.
pub fn find(linker: &Linker<'_>) -> Changes {
    let mut changes = Changes::new();
    for file in 0..linker.count() {
        let loaded = linker.file(file);
        let functions = (0..loaded.summary.functions.len()).map(Scope::Function);
        let classes = (0..loaded.summary.classes.len()).map(Scope::Class);
        for scope in std::iter::once(Scope::Module).chain(functions).chain(classes) {
            walk_statements(loaded.summary.scope(scope).0, &mut |statement| {
                let context = Context { file, scope, moment: Moment::At(statement.start), frame: None };
                changed(linker, context, &loaded.summary, statement, &mut changes);
            });
        }
    }
    changes
}

fn changed(linker: &Linker<'_>, context: Context<'_>, summary: &Summary, statement: &Stmt, changes: &mut Changes) {
    let mut add = |object: &Expr, name: &str, place: Place| {
        for (_, value) in linker.value(context, object).alternatives() {
            let origin = match &value {
                Value::Environment(environment) => environment.origins.first().copied(),
                Value::Cache(cache) => cache.origin,
                Value::Task(task) => Some(task.origin),
                _ => None,
            };
            let file = place.file.file_name().unwrap_or_default().to_string_lossy();
            let reason = format!("`{}.{name}` is set again on line {} of {file}", shown(object, summary), place.line);
            changes.entry(origin.unwrap_or((usize::MAX, 0))).or_default().push((name.to_owned(), reason));
        }
    };
    match &statement.kind {
        StmtKind::Assign { targets, .. } => {
            for target in targets {
                if let Target::Attribute(object, name) = target
                    && WATCHED.contains(&name.as_str())
                {
                    add(object, name, linker.place(context.file, statement.line));
                }
            }
        }
        StmtKind::Expr(Expr { kind: ExprKind::Call(callee, arguments), .. }) => {
            let (ExprKind::Name(name), [object, attribute, ..]) = (&callee.kind, arguments.as_slice()) else { return };
            if let (true, ExprKind::Str(attribute)) = (name == "setattr", &attribute.value.kind) {
                add(&object.value, attribute, linker.place(context.file, statement.line));
            }
        }
        _ => {}
    }
}

const WATCHED: [&str; 11] = [
    "name", "cache", "image", "func", "behavior", "version_override", "serialize", "ignored_inputs", "salt", "policies",
    "max_age",
];

/// The task with what is changed made unknown.
pub fn apply(changes: &Changes, value: &TaskValue, mut task: Task) -> Task {
    let of = |origin: Origin| changes.get(&origin).map(Vec::as_slice).unwrap_or_default();
    for (name, reason) in value.environment.iter().flat_map(|environment| &environment.origins).flat_map(|origin| of(*origin)) {
        match name.as_str() {
            "name" => {
                task.name = Known::Unknown(reason.clone());
                task.environment = Known::Unknown(reason.clone());
            }
            "cache" if matches!(task.spec.from, From::Environment | From::Default) => forget(&mut task, reason),
            "image" => task.image = ImagePython::Unknown(reason.clone()),
            _ => {}
        }
    }
    for (name, reason) in of(value.origin) {
        match name.as_str() {
            "name" => task.name = Known::Unknown(reason.clone()),
            "func" => task.kind = super::task::Kind::Function(Known::Unknown(reason.clone())),
            _ => forget(&mut task, reason),
        }
    }
    for (name, reason) in value.cache.iter().flat_map(|origin| of(*origin)) {
        let spec = &mut task.spec;
        match name.as_str() {
            "behavior" => lose(&mut spec.behavior, reason),
            "version_override" => lose(&mut spec.version_override, reason),
            "serialize" => lose(&mut spec.serialize, reason),
            "ignored_inputs" => lose(&mut spec.ignored_inputs, reason),
            "salt" => lose(&mut spec.salt, reason),
            "policies" => lose(&mut spec.policies, reason),
            "max_age" => lose(&mut spec.max_age, reason),
            _ => {}
        }
    }
    task
}

fn lose<T>(part: &mut Part<T>, reason: &str) {
    part.value = Known::Unknown(reason.to_owned());
}

fn forget(task: &mut Task, reason: &str) {
    let place = task.spec.place.clone();
    let from = task.spec.from;
    task.spec = cache::unknown(reason, place).spec;
    task.spec.from = from;
}

