//! Tasks that are no function: containers, shell tasks, sandboxes, code strings, and tasks of the cluster.

use std::rc::Rc;

use cache_core::policy::Behavior;

use super::cache;
use super::eval::Call;
use super::function::{self, Definition};
use super::ir::*;
use super::image;
use super::link::Linker;
use super::sdk;
use super::task::{Container, From, ImagePython, Input, Kind, Known, Spec, Task};
use super::value::{Arguments, CacheArgument, Environment, Given, TaskValue, Value};

/// `ContainerTask(...)` (`flyte/extras/_container.py`): caching is off by default.
pub fn task(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let image = arguments.get(&sdk::CONTAINER_TASK, "image");
    let body = Known::Unknown("its image and command are not read yet".to_owned());
    made(linker, call, arguments, Behavior::Disable, "", Kind::Container(Container { body }), image)
}

/// `flyte.extras.shell.create(...)`: caching is on by default, and its `.env` is named like the task.
pub fn shell(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let body = Known::Unknown("the SDK renders the command of a shell task".to_owned());
    let name = arguments.get(&["name"], "name");
    let mut task = plain(linker, call, name, arguments, "", Kind::Container(Container { body }));
    task.environment = task.name.clone();
    made_as(linker, call, arguments, Behavior::Auto, task, arguments.keyword("image"))
}

/// `flyte.sandbox.create(...)`: caching is on by default.
pub fn sandbox(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let body = Known::Unknown("the SDK builds the image of a sandbox when it runs".to_owned());
    made(linker, call, arguments, Behavior::Auto, "sandbox", Kind::Container(Container { body }), arguments.keyword("image"))
}

/// A code string as a task: `flyte.sandbox.orchestrator_from_str(...)`, `env.sandbox.orchestrator("…")`.
pub fn code_task(
    linker: &Linker<'_>,
    call: &Call<'_>,
    arguments: &Arguments,
    environment: Option<&Rc<Environment>>,
) -> Value {
    let reason = "Flyte hashes a line of its own for a task made of a code string, so edits never change this version";
    let kind = Kind::Function(Known::Unknown(reason.to_owned()));
    // By position, the first argument is the code.
    let task = plain(linker, call, arguments.keyword("name"), arguments, "sandboxed-code", kind);
    let value = made_as(linker, call, arguments, Behavior::Disable, task, arguments.keyword("image"));
    let (Value::Task(task), Some(environment)) = (&value, environment) else { return value };
    let mut task = (**task).clone();
    (task.task.spec, task.cache) = function::effective(arguments, environment);
    task.task.image = environment.image.clone();
    task.task.refused = environment.refused.clone().or_else(|| task.task.spec.refused.clone());
    task.environment = Some(Rc::clone(environment));
    Value::Task(Rc::new(task))
}

/// `flyte.remote.Task.get(...)`
pub fn remote(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let reason = "it is defined on the cluster";
    let name = arguments.get(&["name"], "name");
    let mut task = plain(linker, call, name, arguments, "", Kind::Remote);
    task.spec = cache::unknown(reason, None).spec;
    task.environment = match &task.name {
        Known::Value(name) => {
            Known::Value(name.rsplit_once('.').map(|(environment, _)| environment).unwrap_or_default().to_owned())
        }
        Known::Unknown(reason) => Known::Unknown(reason.clone()),
    };
    task.inputs = Vec::new();
    task.image = ImagePython::Unknown(reason.to_owned());
    value(call, task, None)
}

fn made(
    linker: &Linker<'_>,
    call: &Call<'_>,
    arguments: &Arguments,
    default: Behavior,
    unnamed: &str,
    kind: Kind,
    image: Option<&Given>,
) -> Value {
    let given_name = arguments.get(&["name"], "name");
    made_as(linker, call, arguments, default, plain(linker, call, given_name, arguments, unnamed, kind), image)
}

fn made_as(
    linker: &Linker<'_>,
    call: &Call<'_>,
    arguments: &Arguments,
    default: Behavior,
    mut task: Task,
    image: Option<&Given>,
) -> Value {
    let given = match (arguments.keyword("cache"), &arguments.unknown) {
        (None, Some(reason)) => Some(cache::unknown(reason, Some(call.place(linker)))),
        // Here the SDK takes the value as it is: falsy ones too.
        (Some(given), _) => match cache::environment_argument(given) {
            CacheArgument::Given(cache) => Some((*cache).clone()),
            CacheArgument::Absent => None,
        },
        (None, None) => None,
    };
    let origin = given.as_ref().and_then(|cache| cache.origin);
    task.spec = match given {
        Some(cache) => Spec { from: From::Task, ..cache.spec },
        None => cache::default_spec(default),
    };
    task.refused = task.spec.refused.clone();
    task.image = image.map_or(function::NO_IMAGE, |given| image::python_of(&given.value));
    value(call, task, origin)
}

fn value(call: &Call<'_>, task: Task, cache: Option<(usize, Offset)>) -> Value {
    Value::Task(Rc::new(TaskValue {
        origin: call.origin(),
        task,
        environment: None,
        cache,
        body: None,
        over: None,
    }))
}

/// A task with the name and inputs that the arguments give.
fn plain(
    linker: &Linker<'_>,
    call: &Call<'_>,
    name: Option<&Given>,
    arguments: &Arguments,
    unnamed: &str,
    kind: Kind,
) -> Task {
    let name = match (name, &arguments.unknown) {
        (Some(given), _) => match &given.value {
            Value::Str(name) => Known::Value(name.to_string()),
            Value::None => Known::Value(unnamed.to_owned()),
            value => Known::Unknown(super::environment::reason(value, &given.text)),
        },
        (None, Some(reason)) => Known::Unknown(reason.to_string()),
        (None, None) => Known::Value(unnamed.to_owned()),
    };
    let definition = Definition::of_call(linker, call);
    let function = match &name {
        Known::Value(name) => name.rsplit('.').next().unwrap_or_default().to_owned(),
        Known::Unknown(_) => call.text(linker),
    };
    Task {
        place: definition.place,
        name,
        function,
        environment: Known::Value(String::new()),
        branch: None,
        kind,
        spec: cache::default_spec(Behavior::Disable),
        refused: None,
        inputs: inputs(linker, call, arguments),
        image: ImagePython::Submitting,
        script_requires_python: None,
    }
}

/// `inputs={"x": int}`, with the types as they are written.
fn inputs(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Vec<Input> {
    let input = |name: String, annotation| Input { name, annotation, default: None };
    let written = call.arguments.iter().find(|argument| argument.kind == ArgumentKind::Keyword("inputs".to_owned()));
    if let Some(Argument { value: Expr { kind: ExprKind::Dict(items), .. }, .. }) = written {
        let summary = linker.file(call.context.file).summary.clone();
        let named = items.iter().map(|(name, value)| match name.as_ref().map(|name| &name.kind) {
            Some(ExprKind::Str(name)) => Some(input(name.clone(), Some(value.text(&summary).to_owned()))),
            _ => None,
        });
        if let Some(all) = named.collect::<Option<Vec<_>>>() {
            return all;
        }
    }
    match arguments.keyword("inputs").map(|given| &given.value) {
        Some(Value::Dict(items)) => items.iter().map(|(name, ..)| input(name.to_string(), None)).collect(),
        _ => Vec::new(),
    }
}
