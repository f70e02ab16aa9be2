//! Tasks that are no function: containers, shell tasks, sandboxes, code strings, and tasks of the cluster.

use std::rc::Rc;

use cache_core::policy::{Behavior, ContainerBody};

use super::arguments::Call;
use super::cache;
use super::environment::reason;
use super::function::{self, Definition};
use super::image;
use super::ir::*;
use super::link::{Context, Linker};
use super::sdk;
use super::shell;
use super::task::{Container, From, ImagePython, Input, Kind, Known, Spec, Task};
use super::types::{Source, Wiring};
use super::value::{Arguments, CacheArgument, Environment, Given, TaskValue, Value};

/// `ContainerTask(...)` (`flyte/extras/_container.py`): caching is off by default.
pub fn task(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let get = |name: &str| arguments.get(&sdk::CONTAINER_TASK, name);
    let body = known(container_body(arguments, &sdk::CONTAINER_TASK, None));
    let refused = [("command", "command"), ("arguments", "arguments")].into_iter().find_map(|(name, words)| {
        let items = get(name)?.value.items()?;
        let strange =
            |item: &Value| !matches!(item, Value::Str(_) | Value::Unknown(_) | Value::Instance(_) | Value::OneOf(_));
        items.iter().any(strange).then(|| format!("ValueError: All elements in the {words} list must be strings."))
    });
    let mut task = plain(linker, call, get("name"), arguments, "", Kind::Container(Container { body }));
    task.refused = refused;
    let types = declared(linker, call, arguments, Wiring::Container);
    made(linker, call, arguments, Behavior::Disable, task, get("image"), types)
}

/// `flyte.extras.shell.create(...)`: caching is on by default, and its `.env` is named like the task.
pub fn shell(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let name = arguments.get(&["name"], "name");
    let body = shell::body(linker, call, arguments);
    let mut task = plain(linker, call, name, arguments, "", Kind::Container(Container { body }));
    task.environment = task.name.clone();
    let types = declared(linker, call, arguments, Wiring::Shell);
    made(linker, call, arguments, Behavior::Auto, task, arguments.keyword("image"), types)
}

/// `flyte.sandbox.create(...)` (`flyte/sandbox/_code_sandbox.py`): caching is on by default. The code is handed over as an
/// input, `_script`, and is no part of the version.
pub fn sandbox(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let name = arguments.get(&["name"], "name");
    let has_code = arguments.keyword("code").is_some_and(|given| !matches!(given.value, Value::None));
    let script = if has_code { Some(script_command(linker, call)) } else { None };
    let body = match arguments.keyword("image") {
        Some(given) if !matches!(given.value, Value::None) => known(container_body(arguments, &["name"], script)),
        _ => Known::Unknown("the image of the sandbox is built when it runs".to_owned()),
    };
    let mut task = plain(linker, call, name, arguments, "sandbox", Kind::Container(Container { body }));
    if has_code {
        task.inputs.push(Input { name: "_script".to_owned(), annotation: Some("File".to_owned()), default: None });
    }
    let wiring = if has_code { Wiring::Script } else { Wiring::Container };
    let types = declared(linker, call, arguments, wiring);
    made(linker, call, arguments, Behavior::Auto, task, arguments.keyword("image"), types)
}

fn known(body: Result<ContainerBody, String>) -> Known<ContainerBody> {
    body.map_or_else(Known::Unknown, Known::Value)
}

/// What a container runs; `command` replaces the one that the arguments give.
fn container_body(
    arguments: &Arguments,
    parameters: &[&str],
    command: Option<Result<Words, String>>,
) -> Result<ContainerBody, String> {
    if let Some(reason) = &arguments.unknown {
        return Err(reason.to_string());
    }
    let get = |name: &str| arguments.get(parameters, name);
    let mut body = ContainerBody::new("", [""; 0]);
    body.image = image::of_container(get("image"))?;
    (body.command, body.arguments) = match command {
        Some(command) => command?,
        None => (words(get("command"))?, words(get("arguments"))?),
    };
    let text = |name: &str, default: &mut String| -> Result<(), String> {
        let Some(given) = get(name) else { return Ok(()) };
        *default = path(&given.value).ok_or_else(|| reason(&given.value, &given.text))?;
        Ok(())
    };
    text("input_data_dir", &mut body.input_data_dir)?;
    text("output_data_dir", &mut body.output_data_dir)?;
    text("metadata_format", &mut body.metadata_format)?;
    text("file_input_layout", &mut body.file_input_layout)?;
    Ok(body)
}

/// Python's `list(value or [])` of strings; of a string, its characters.
fn words(given: Option<&Given>) -> Result<Vec<String>, String> {
    let Some(given) = given else { return Ok(Vec::new()) };
    match &given.value {
        Value::None => Ok(Vec::new()),
        Value::Str(text) => Ok(text.chars().map(String::from).collect()),
        value => {
            let items = value.items().ok_or_else(|| reason(value, &given.text))?;
            items
                .iter()
                .map(|item| match item {
                    Value::Str(text) => Ok(text.to_string()),
                    Value::Unknown(reason) => Err(reason.to_string()),
                    _ => Err(reason(value, &given.text)),
                })
                .collect()
        }
    }
}

/// A string, or a `pathlib.Path` of one.
fn path(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        Value::Instance(instance) if matches!(&*instance.class, "pathlib.Path" | "pathlib.PurePosixPath") => {
            match instance.arguments.given.as_slice() {
                [Given { kind: ArgumentKind::Positional, value: Value::Str(text), .. }] => Some(text.to_string()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A command and its arguments.
type Words = (Vec<String>, Vec<String>);

/// Command and arguments that the SDK makes for a sandbox's code (`_make_container_task`).
fn script_command(linker: &Linker<'_>, call: &Call<'_>) -> Result<Words, String> {
    let inputs = shell::entries(call, "inputs").ok_or("the inputs are not written out")?;
    let mut words = vec!["python $1".to_owned()];
    let mut arguments = vec!["/bin/bash".to_owned(), "/var/inputs/_script".to_owned()];
    for (name, annotation) in inputs {
        match linker.value(call.context, annotation) {
            Value::External(path) if matches!(sdk::io_class(&path), Some("File" | "Dir")) => {
                words.push(format!("--{name} ${}", arguments.len()));
                arguments.push(format!("/var/inputs/{name}"));
            }
            Value::External(_) => words.push(format!("--{name} '{{{{.inputs.{name}}}}}'")),
            value => return Err(reason(&value, &format!("the type of {name}"))),
        }
    }
    let script = format!(
        "set -o pipefail && echo '--- script ---' && cat \"$1\" && echo '--- running ---' && {}; _exit=$?; echo $_exit > \
         /var/outputs/exit_code; exit $_exit",
        words.join(" ")
    );
    Ok((vec!["/bin/bash".to_owned(), "-c".to_owned(), script], arguments))
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
    let types = Source::Unknown("the types of a code string are not read".into());
    let value = made(linker, call, arguments, Behavior::Disable, task, arguments.keyword("image"), types);
    let Value::Task(task) = &value else { return value };
    let mut task = (**task).clone();
    task.task.function = "<lambda>".to_owned();
    let Some(environment) = environment else { return Value::Task(Rc::new(task)) };
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
    value(call, task, None, Source::Unknown(reason.into()))
}

fn made(
    linker: &Linker<'_>,
    call: &Call<'_>,
    arguments: &Arguments,
    default: Behavior,
    mut task: Task,
    image: Option<&Given>,
    types: Source,
) -> Value {
    let given = match (arguments.keyword("cache"), &arguments.unknown) {
        (None, Some(reason)) => Some(cache::unknown(reason, Some(call.place(linker)))),
        // Here the SDK takes the value as it is: falsy ones too.
        (Some(given), _) => match cache::given_spec(given) {
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
    task.refused = task.refused.or_else(|| task.spec.refused.clone());
    task.image = image.map_or(function::NO_IMAGE, |given| image::python_of(&given.value));
    value(call, task, origin, types)
}

fn value(call: &Call<'_>, task: Task, cache: Option<(usize, Offset)>, types: Source) -> Value {
    Value::Task(Rc::new(TaskValue {
        origin: call.origin(),
        task,
        environment: None,
        cache,
        types,
        body: None,
        over: None,
        in_order: false,
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
            value => Known::Unknown(reason(value, &given.text)),
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
        at: definition.at,
        keywords: Vec::new(),
        decorator: None,
        fetches: None,
        name,
        function,
        environment: Known::Value(String::new()),
        branch: None,
        kind,
        spec: cache::default_spec(Behavior::Disable),
        refused: None,
        inputs: inputs(linker, call, arguments),
        annotations: Vec::new(),
        image: ImagePython::Submitting,
        signature: Known::Unknown("its types are not read yet".to_owned()),
    }
}

/// The types in `inputs=` and `outputs=`.
fn declared(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments, wiring: Wiring) -> Source {
    let values = |name: &str| {
        let entries = shell::entries(call, name)?;
        // The keyword's dictionary may hold more than what is written in it.
        let given = entries.into_iter().map(|(name, expr)| (name.to_owned(), linker.value(call.context, expr)));
        Some(given.collect::<Vec<_>>())
    };
    let by_position = arguments.given.iter().filter(|given| given.kind == ArgumentKind::Positional).count() > 3;
    match (values("inputs"), values("outputs"), &arguments.unknown) {
        (Some(inputs), Some(outputs), None) if !by_position => {
            Source::Declared { inputs, outputs, context: Context { frame: None, ..call.context }, wiring }
        }
        _ => Source::Unknown("its inputs and outputs are not written out".into()),
    }
}

/// `inputs={"x": int}`, with the types as they are written.
fn inputs(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Vec<Input> {
    let summary = &linker.file(call.context.file).summary;
    match (shell::entries(call, "inputs"), arguments.keyword("inputs").map(|given| &given.value)) {
        (Some(written), _) => written
            .into_iter()
            .map(|(name, annotation)| Input {
                name: name.to_owned(),
                annotation: Some(annotation.text(summary).to_owned()),
                default: None,
            })
            .collect(),
        (None, Some(Value::Dict(items))) => {
            items.iter().map(|(name, ..)| Input { name: name.to_string(), annotation: None, default: None }).collect()
        }
        _ => Vec::new(),
    }
}
