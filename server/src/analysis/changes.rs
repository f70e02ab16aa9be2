//! Objects that are changed after they were made: `env.cache = …`. What is changed in the order that the file is read in
//! is followed; what is changed elsewhere may be changed at any time and isn't known.

use std::collections::HashMap;

use super::cache;
use super::flow::Moment;
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::task::{From, ImagePython, Kind, Known, Part, Place, Task};
use super::value::{CacheArgument, FileId, Origin, TaskValue, Value};

/// Changed attributes, by the object's origin.
pub type Changes = HashMap<Origin, Vec<Change>>;

/// An attribute that is set again.
#[derive(Debug)]
pub struct Change {
    name: String,
    /// Why its value isn't known.
    reason: String,
    /// Where in the order of a file's own code; `None` if a function or a loop does it.
    at: Option<(FileId, Offset)>,
}

/// Finds the changes that loaded files make.
pub fn find(linker: &Linker<'_>) -> Changes {
    let mut changes = Changes::new();
    for file in 0..linker.count() {
        let loaded = linker.file(file);
        let functions = (0..loaded.summary.functions.len()).map(Scope::Function);
        let classes = (0..loaded.summary.classes.len()).map(Scope::Class);
        for scope in std::iter::once(Scope::Module).chain(functions).chain(classes) {
            let mut walk = Walk { linker, file, scope, changes: &mut changes };
            walk.block(loaded.summary.scope(scope).0, scope == Scope::Module);
        }
    }
    changes
}

struct Walk<'w, 'a> {
    linker: &'w Linker<'a>,
    file: FileId,
    scope: Scope,
    changes: &'w mut Changes,
}

impl Walk<'_, '_> {
    fn block(&mut self, statements: &[Stmt], ordered: bool) {
        for statement in statements {
            self.statement(statement, ordered);
            let ordered = ordered && !matches!(statement.kind, StmtKind::Loop { .. });
            statement.blocks().into_iter().for_each(|block| self.block(block, ordered));
        }
    }

    fn statement(&mut self, statement: &Stmt, ordered: bool) {
        match &statement.kind {
            StmtKind::Assign { targets, .. } => {
                for target in targets {
                    if let Target::Attribute(object, name) = target
                        && WATCHED.contains(&name.as_str())
                    {
                        self.change(statement, object, name, ordered);
                    }
                }
            }
            StmtKind::Expr(Expr { kind: ExprKind::Call(callee, arguments), .. }) => {
                let (ExprKind::Name(name), [object, attribute, ..]) = (&callee.kind, arguments.as_slice()) else {
                    return;
                };
                if let (true, ExprKind::Str(attribute)) = (name == "setattr", &attribute.value.kind) {
                    self.change(statement, &object.value, attribute, ordered);
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, statement: &Stmt, object: &Expr, name: &str, ordered: bool) {
        let moment = Moment::At(statement.start);
        let context = Context { file: self.file, scope: self.scope, moment, frame: None };
        let loaded = self.linker.file(self.file);
        // `task.cache.salt = …` changes the cache that the task was given, or the one that it made of a word.
        let through = match &object.kind {
            ExprKind::Attribute(holder, attribute) if attribute == "cache" => self.linker.value(context, holder),
            _ => Value::None,
        };
        let held = through.alternatives().into_iter().map(|(_, holder)| match holder {
            Value::Task(task) => Some(task.cache.unwrap_or(task.origin)),
            Value::Environment(environment) => match &environment.cache {
                CacheArgument::Given(cache) => cache.origin,
                CacheArgument::Absent => None,
            },
            _ => None,
        });
        let own = self.linker.value(context, object).alternatives().into_iter().map(|(_, value)| match value {
            Value::Environment(environment) => environment.origins.first().copied(),
            Value::Cache(cache) => cache.origin,
            Value::Task(task) => Some(task.origin),
            Value::Function(file, id) => {
                self.linker.file(file).summary.functions.get(id).map(|function| (file, function.name_offset))
            }
            _ => None,
        });
        for origin in held.chain(own).flatten() {
            let place: Place = self.linker.place(self.file, statement.line);
            let file = place.file.file_name().unwrap_or_default().to_string_lossy();
            let object = shown(object, &loaded.summary);
            self.changes.entry(origin).or_default().push(Change {
                name: name.to_owned(),
                reason: format!("`{object}.{name}` is set again on line {} of {file}", place.line),
                at: ordered.then_some((self.file, statement.start)),
            });
        }
    }
}

const WATCHED: [&str; 14] = [
    "__name__",
    "__wrapped__",
    "__code__",
    "name",
    "cache",
    "image",
    "func",
    "behavior",
    "version_override",
    "serialize",
    "ignored_inputs",
    "salt",
    "policies",
    "max_age",
];

/// The task with what is changed made unknown.
///
/// A task takes what it needs of its environment when it is made, so a later change of the environment is none of the
/// task's; its cache and the task itself are asked when it runs.
pub fn apply(changes: &Changes, value: &TaskValue, mut task: Task) -> Task {
    let of = |origin: &Origin| changes.get(origin).map(Vec::as_slice).unwrap_or_default();
    let is_later = |change: &Change| {
        value.in_order && change.at.is_some_and(|(file, at)| file == value.origin.0 && at > value.origin.1)
    };
    let origins = value.environment.iter().flat_map(|environment| &environment.origins);
    for Change { name, reason, .. } in origins.flat_map(of).filter(|change| !is_later(change)) {
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
    for Change { name, reason, .. } in of(&value.origin) {
        match name.as_str() {
            "name" => task.name = Known::Unknown(reason.clone()),
            "func" => task.kind = Kind::Function(Known::Unknown(reason.clone())),
            _ => forget(&mut task, reason),
        }
    }
    if let (Some((file, _)), Kind::Function(Known::Value(function))) = (value.body, &task.kind) {
        let origin = u32::try_from(function.name_offset).ok().map(|offset| (file, offset));
        if let Some(Change { reason, .. }) = origin.iter().flat_map(of).next() {
            task.name = Known::Unknown(reason.clone());
            task.kind = Kind::Function(Known::Unknown(reason.clone()));
        }
    }
    for Change { name, reason, .. } in value.cache.iter().flat_map(of) {
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
    let from = task.spec.from;
    task.spec = cache::unknown(reason, task.spec.place.clone()).spec;
    task.spec.from = from;
}
