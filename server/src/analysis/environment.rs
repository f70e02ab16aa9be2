//! Environments: `TaskEnvironment(...)`, `clone_with`, `from_task`, subclasses and plugins (`flyte/_task_environment.py`).

use std::rc::Rc;

use super::arguments::Call;
use super::cache;
use super::flow::Moment;
use super::image;
use super::ir::*;
use super::link::{Context, Linker};
use super::sdk;
use super::task::{ImagePython, Known};
use super::value::{Arguments, CacheArgument, Environment, FileId, Instance, Origin, TaskValue, Value};

/// `TaskEnvironment(...)`
pub fn made(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let mut given = read(linker, call, arguments, &sdk::ENVIRONMENT);
    given.refused = sdk::misplaced("TaskEnvironment.__init__", arguments.keywords()).or(given.refused);
    Value::Environment(Rc::new(given))
}

/// What the arguments of `TaskEnvironment(...)` say, in the given order of parameters.
fn read(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments, parameters: &[&str]) -> Environment {
    let (name, refused) = name_of(arguments, parameters);
    let cache = match (arguments.get(parameters, "cache"), &arguments.unknown) {
        (Some(given), _) => cache::environment_argument(given),
        (None, Some(reason)) => cache::unknown(reason, Some(call.place(linker))).given(),
        (None, None) => CacheArgument::Absent,
    };
    let image = match (arguments.get(parameters, "image"), &arguments.unknown) {
        (Some(given), _) => image::python_of(&given.value),
        (None, Some(reason)) => ImagePython::Unknown(reason.to_string()),
        (None, None) => ImagePython::Submitting,
    };
    Environment { origins: vec![call.origin()], name, cache, image, refused }
}

fn name_of(arguments: &Arguments, parameters: &[&str]) -> (Known<String>, Option<String>) {
    match (arguments.get(parameters, "name"), &arguments.unknown) {
        (Some(given), _) => match &given.value {
            Value::Str(name) => (Known::Value(name.to_string()), sdk::refused_name(name)),
            value => (Known::Unknown(reason(value, &given.text)), None),
        },
        (None, Some(reason)) => (Known::Unknown(reason.to_string()), None),
        (None, None) => (
            Known::Unknown("it has no name".to_owned()),
            Some("TypeError: TaskEnvironment.__init__() missing 1 required positional argument: 'name'".to_owned()),
        ),
    }
}

/// Why a value is not known.
pub fn reason(value: &Value, text: &str) -> String {
    match value {
        Value::Unknown(reason) => reason.to_string(),
        Value::Instance(instance) => format!("`{}` runs Python", instance.text),
        Value::OneOf(_) => format!("`{text}` is one of several values at run time"),
        _ => format!("`{text}` is not known without running Python"),
    }
}

/// `environment.clone_with(...)`: what is not given, or given as `None`, is inherited.
pub fn cloned(linker: &Linker<'_>, call: &Call<'_>, base: &Environment, arguments: &Arguments) -> Value {
    let parameters = &sdk::CLONE_WITH;
    let (name, refused) = name_of(arguments, parameters);
    let inherits = |name: &str| arguments.get(parameters, name).filter(|given| !matches!(given.value, Value::None));
    let cache = match (inherits("cache"), &arguments.unknown) {
        (Some(given), _) => cache::environment_argument(given),
        (None, Some(reason)) => cache::unknown(reason, Some(call.place(linker))).given(),
        (None, None) => base.cache.clone(),
    };
    let image = match inherits("image") {
        Some(given) => image::python_of(&given.value),
        None => base.image.clone(),
    };
    let origins = std::iter::once(call.origin()).chain(base.origins.iter().copied()).collect();
    let unexpected = arguments.given.iter().find_map(|given| match &given.kind {
        ArgumentKind::Keyword(name) if !parameters.contains(&name.as_str()) => {
            Some(format!("TypeError: Unexpected keyword arguments: ['{name}']"))
        }
        _ => None,
    });
    let refused = base.refused.clone().or(unexpected).or(refused);
    Value::Environment(Rc::new(Environment { origins, name, cache, image, refused }))
}

/// `TaskEnvironment.from_task(name, *tasks, depends_on=None)`: an environment of which the cache is the default; the
/// tasks keep their names and caches.
pub fn from_task(call: &Call<'_>, arguments: &Arguments) -> Value {
    let parameters = ["name"];
    let (name, refused) = name_of(arguments, &parameters);
    let image = arguments
        .given
        .iter()
        .find_map(|given| match &given.value {
            Value::Task(task) => Some(task.task.image.clone()),
            _ => None,
        })
        .unwrap_or(ImagePython::Submitting);
    Value::Environment(Rc::new(Environment {
        origins: vec![call.origin()],
        name,
        cache: CacheArgument::Absent,
        image,
        refused,
    }))
}

/// The environment that a task takes its place in by `from_task`, for the tasks among the arguments.
pub fn taken_up(arguments: &Arguments) -> Option<(Known<String>, Vec<Rc<TaskValue>>)> {
    let (name, _) = name_of(arguments, &["name"]);
    let tasks: Vec<_> = arguments
        .given
        .iter()
        .filter_map(|given| match &given.value {
            Value::Task(task) => Some(Rc::clone(task)),
            _ => None,
        })
        .collect();
    (!tasks.is_empty()).then_some((name, tasks))
}

/// An instance of a project's class: an environment if a base is one.
pub fn of_class(linker: &Linker<'_>, call: &Call<'_>, file: FileId, class: ClassId, arguments: Arguments) -> Value {
    let loaded = linker.file(file);
    let Some(definition) = loaded.summary.classes.get(class) else { return linker.runs(call.context, call.expr) };
    let name = &definition.name;
    if binds(&loaded.summary, definition, "get_version") {
        return Value::Policy(super::task::Policy::Custom(name.clone()));
    }
    let Some(own) = ancestry(linker, file, class, 0) else {
        return Value::Object;
    };
    let mut environment = read(linker, call, &arguments, &sdk::ENVIRONMENT);
    if let Some(method) = own.runs {
        let reason = format!("`{name}.{method}` runs Python");
        environment.name = Known::Unknown(reason.clone());
        environment.refused = None;
        environment.cache = cache::unknown(&reason, Some(call.place(linker))).given();
        environment.image = ImagePython::Unknown(reason);
    } else {
        let defaults = |field: &str| format!("the default of `{name}.{field}` is not known");
        let missing = |field: &str| arguments.get(&sdk::ENVIRONMENT, field).is_none();
        let missing = |field: &str| (own.plugin || own.fields.contains(&field)) && missing(field);
        if missing("cache") {
            environment.cache = cache::unknown(&defaults("cache"), Some(call.place(linker))).given();
        }
        if missing("image") {
            environment.image = ImagePython::Unknown(defaults("image"));
        }
        if missing("name") {
            environment.name = Known::Unknown(defaults("name"));
            environment.refused = None;
        }
    }
    Value::Environment(Rc::new(environment))
}

/// Whether a class of the project is an environment's.
pub fn is_of_class(linker: &Linker<'_>, file: FileId, class: ClassId) -> bool {
    ancestry(linker, file, class, 0).is_some()
}

/// What a subclass changes of its environment.
#[derive(Default)]
struct Own {
    /// A method of its own that may change anything.
    runs: Option<&'static str>,
    /// Fields with a default of its own.
    fields: Vec<&'static str>,
    /// Whether a class outside of the project stands between it and `TaskEnvironment`.
    plugin: bool,
}

impl Linker<'_> {
    /// Whether a class of the project is an environment.
    pub fn is_environment_class(&self, file: FileId, class: ClassId) -> bool {
        ancestry(self, file, class, 0).is_some()
    }
}

/// What a class and its bases change, if the class is an environment.
fn ancestry(linker: &Linker<'_>, file: FileId, class: ClassId, depth: usize) -> Option<Own> {
    let loaded = linker.file(file);
    let definition = loaded.summary.classes.get(class).filter(|_| depth < 16)?;
    let context = Context { file, scope: definition.parent, moment: Moment::At(definition.start), frame: None };
    let mut own = definition.bases.iter().filter(|base| base.kind == ArgumentKind::Positional).find_map(|base| {
        match linker.value(context, &base.value) {
            Value::External(path) if sdk::is_environment(&path) => Some(Own::default()),
            Value::External(path) if path.rsplit('.').next().is_some_and(|name| name.contains("Env")) => {
                Some(Own { plugin: true, ..Own::default() })
            }
            Value::Class(file, class) => ancestry(linker, file, class, depth + 1),
            _ => None,
        }
    })?;
    const CHANGES: [&str; 7] =
        ["__init__", "__post_init__", "__new__", "__setattr__", "__getattribute__", "task", "clone_with"];
    own.runs = own.runs.or(CHANGES.into_iter().find(|method| binds(&loaded.summary, definition, method)));
    for field in ["name", "cache", "image"] {
        if binds(&loaded.summary, definition, field) {
            own.fields.push(field);
        }
    }
    Some(own)
}

fn binds(summary: &Summary, class: &Class, name: &str) -> bool {
    super::flow::binds(summary, &class.body, name)
}

/// An instance of an unknown class of which `.task` is used: a plugin's environment. What it is given is taken to mean
/// what it means for a `TaskEnvironment`; its defaults are not known.
pub fn of_instance(instance: &Instance) -> Option<Rc<Environment>> {
    if !sdk::may_have_tasks(&instance.class) {
        return None;
    }
    let class = instance.class.rsplit('.').next().unwrap_or_default();
    let arguments = &instance.arguments;
    let name = match (arguments.get(&["name"], "name"), &arguments.unknown) {
        (Some(given), _) => match &given.value {
            Value::Str(name) => Known::Value(name.to_string()),
            value => Known::Unknown(reason(value, &given.text)),
        },
        (None, _) => Known::Unknown(format!("`{class}` may name it")),
    };
    let cache = match arguments.keyword("cache") {
        Some(given) => cache::environment_argument(given),
        None => {
            cache::unknown(&format!("the defaults of `{class}` are not known"), Some(instance.place.clone())).given()
        }
    };
    let image = match arguments.keyword("image") {
        Some(given) => image::python_of(&given.value),
        None => ImagePython::Unknown(format!("the default image of `{class}` is not known")),
    };
    Some(Rc::new(Environment { origins: vec![instance.origin], name, cache, image, refused: None }))
}

/// An environment of which nothing is known but that it is one.
pub fn unknown(reason: &str, origin: Origin) -> Environment {
    Environment {
        origins: vec![origin],
        name: Known::Unknown(reason.to_owned()),
        cache: cache::unknown(reason, None).given(),
        image: ImagePython::Unknown(reason.to_owned()),
        refused: None,
    }
}
