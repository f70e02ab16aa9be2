//! The SDK's names: which object an import path of `flyte` (2.12) means. Everything here that a release of the SDK could
//! change stands in this file.

/// An object of the SDK, or of the standard library, that the analysis knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Environment,
    Cache,
    FunctionBodyPolicy,
    Image,
    ContainerTask,
    /// `flyte.extras.shell.create`
    Shell,
    /// `flyte.sandbox.create`
    Sandbox,
    /// `flyte.sandbox.orchestrator_from_str`
    CodeTask,
    /// `flyte.run`
    Run,
    /// `flyte.map`
    Map,
    /// `flyte.with_runcontext`
    RunContext,
    /// `flyte.remote.Task`
    RemoteTask,
    /// A decorator whose result has the function as `__wrapped__`.
    Transparent,
    /// A call that gives such a decorator: `functools.lru_cache(...)`.
    TransparentMaker,
    /// `functools.wraps`
    Wraps,
    /// `functools.update_wrapper`
    UpdateWrapper,
    /// `functools.partial`
    Partial,
    /// `flyte.Trigger`
    Trigger,
    Timedelta,
}

/// What a dotted path means. The SDK's objects are found by the public and the private modules that hold them.
pub fn known(path: &str) -> Option<Known> {
    let (module, name) = path.rsplit_once('.')?;
    let in_sdk = module == "flyte" || module.starts_with("flyte.");
    Some(match name {
        "TaskEnvironment" if in_sdk => Known::Environment,
        // Its own fields are keyword only, and it leaves name and cache to its base.
        "ClusteredTaskEnvironment" if in_sdk => Known::Environment,
        "Cache" if in_sdk => Known::Cache,
        "FunctionBodyPolicy" if in_sdk => Known::FunctionBodyPolicy,
        "Image" if in_sdk => Known::Image,
        "ContainerTask" if in_sdk => Known::ContainerTask,
        "create" if module.starts_with("flyte.extras.shell") => Known::Shell,
        "create" if module.starts_with("flyte.sandbox") => Known::Sandbox,
        "orchestrator_from_str" if in_sdk => Known::CodeTask,
        "run" if matches!(module, "flyte" | "flyte._run") => Known::Run,
        "map" if matches!(module, "flyte" | "flyte._map") => Known::Map,
        "with_runcontext" if in_sdk => Known::RunContext,
        "Task" | "TaskDetails" if module.starts_with("flyte.remote") => Known::RemoteTask,
        "trace" if matches!(module, "flyte" | "flyte._trace") => Known::Transparent,
        "cache" if module == "functools" => Known::Transparent,
        "lru_cache" if module == "functools" => Known::TransparentMaker,
        "contextmanager" | "asynccontextmanager" if module == "contextlib" => Known::Transparent,
        "wraps" if module == "functools" => Known::Wraps,
        "update_wrapper" if module == "functools" => Known::UpdateWrapper,
        "partial" if module == "functools" => Known::Partial,
        "Trigger" if matches!(module, "flyte" | "flyte._trigger") => Known::Trigger,
        "timedelta" if module == "datetime" => Known::Timedelta,
        _ => return None,
    })
}

/// How a function of the SDK connects to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connects {
    /// Where one of these is given, by position or by name.
    ByArguments(&'static [(usize, &'static str)]),
    /// Where its configuration names a cluster.
    ByConfiguration,
    /// Whatever it is given.
    Always(&'static str),
}

/// How the function of a dotted path connects to a cluster, if it does (`flyte/_initialize.py`).
pub fn connects(path: &str) -> Option<Connects> {
    let (module, name) = path.rsplit_once('.')?;
    if !matches!(module, "flyte" | "flyte._initialize") {
        return None;
    }
    Some(match name {
        "init" => Connects::ByArguments(&[(8, "endpoint"), (16, "api_key")]),
        "init_from_config" => Connects::ByConfiguration,
        "init_from_api_key" => Connects::Always("init_from_api_key"),
        "init_in_cluster" => Connects::Always("init_in_cluster"),
        "init_passthrough" => Connects::Always("init_passthrough"),
        _ => return None,
    })
}

/// Whether a path is the SDK's checkpoint, `flyte.trace`.
pub fn is_trace(path: &str) -> bool {
    matches!(path, "flyte.trace" | "flyte._trace.trace")
}

/// Whether to set an attribute (`None`: any) of something outside of the project can change versions without that the name
/// of one of the SDK's objects means another: `flyte.Cache.get_version = …`, `inspect.getsource = …`.
pub fn decides(path: &str, name: Option<&str>) -> bool {
    if matches!(path, "inspect" | "ast" | "textwrap" | "hashlib") {
        return true;
    }
    let head = path.split('.').next().unwrap_or_default();
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    let within_known = ends.filter_map(|end| path.get(..end)).any(|prefix| known(prefix).is_some());
    let known_elsewhere = path != "flyte" && name.is_none_or(|name| known(&format!("{path}.{name}")).is_some());
    head == "flyte" && (within_known || known_elsewhere || path.split('.').any(|part| part.contains("cache")))
}

/// `File` or `Dir` of `flyte.io`.
pub fn io_class(path: &str) -> Option<&str> {
    let (module, name) = path.rsplit_once('.')?;
    (module == "flyte.io" || module.starts_with("flyte.io.")).then_some(name)
}

/// Whether a path leads into the SDK or its plugins.
pub fn is_of_the_sdk(path: &str) -> bool {
    matches!(path.split('.').next(), Some("flyte" | "flyteplugins" | "functools"))
}

/// Whether a path is the SDK's own environment class.
pub fn is_environment(path: &str) -> bool {
    known(path) == Some(Known::Environment)
}

/// Whether something external may be an environment of a plugin, so that its `.task` makes tasks. Other libraries have
/// decorators of that name too.
pub fn may_have_tasks(path: &str) -> bool {
    const OTHERS: [&str; 16] = [
        "celery",
        "airflow",
        "prefect",
        "invoke",
        "luigi",
        "huey",
        "dramatiq",
        "taskiq",
        "procrastinate",
        "dagster",
        "locust",
        "flytekit",
        "faust",
        "arq",
        "rocketry",
        "doit",
    ];
    let head = path.split('.').next().unwrap_or_default();
    !OTHERS.contains(&head)
}

/// What `from flyte import *` brings that the analysis knows.
pub const EXPORTS: [&str; 9] =
    ["Cache", "CachePolicy", "Image", "TaskEnvironment", "TaskTemplate", "map", "run", "trace", "with_runcontext"];

/// The parameters of `TaskEnvironment(...)`, in order.
pub const ENVIRONMENT: [&str; 15] = [
    "name",
    "depends_on",
    "pod_template",
    "description",
    "secrets",
    "env_vars",
    "resources",
    "interruptible",
    "image",
    "include",
    "service_account",
    "cache",
    "reusable",
    "plugin_config",
    "queue",
];

/// The parameters of `TaskEnvironment.clone_with(...)`; from `cache` on by keyword only.
pub const CLONE_WITH: [&str; 13] = [
    "name",
    "image",
    "resources",
    "env_vars",
    "secrets",
    "depends_on",
    "description",
    "interruptible",
    "include",
    "service_account",
    "cache",
    "reusable",
    "plugin_config",
];

/// The parameters of `Cache(...)`, in order.
pub const CACHE: [&str; 7] =
    ["behavior", "version_override", "serialize", "ignored_inputs", "salt", "policies", "max_age"];

/// What `callee` raises that is given a setting of a cache as a keyword of its own, or another word for one: no release takes any.
pub fn misplaced<'n>(callee: &str, mut keywords: impl Iterator<Item = &'n str>) -> Option<String> {
    let name = keywords.find(|name| CACHE.contains(name) || name.starts_with("cache_"))?;
    Some(format!("TypeError: {callee}() got an unexpected keyword argument '{name}'"))
}

/// The parameters of `ContainerTask(...)`, in order; from `cache` on by keyword only.
pub const CONTAINER_TASK: [&str; 12] = [
    "name",
    "image",
    "command",
    "inputs",
    "arguments",
    "outputs",
    "input_data_dir",
    "output_data_dir",
    "metadata_format",
    "local_logs",
    "file_input_layout",
    "cache",
];

/// What the SDK says of a name of an environment that is neither snake_case nor kebab-case (`_validate_name`).
pub fn refused_name(name: &str) -> Option<String> {
    let parts_are_fine = |name: &str| {
        let starts = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let ends = name.bytes().last().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let pairs = name.as_bytes().windows(2).all(|pair| !pair.iter().all(|byte| matches!(byte, b'_' | b'-')));
        let letters =
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'));
        starts && ends && pairs && letters
    };
    (!parts_are_fine(name))
        .then(|| format!("ValueError: Environment name '{name}' must be in snake_case or kebab-case format."))
}

/// Whether what a dotted path names takes types in brackets; `os.environ["HOME"]` is an item.
pub fn is_generic(path: &str) -> bool {
    match path.rsplit_once('.') {
        Some(("builtins", name)) => {
            matches!(name, "list" | "dict" | "tuple" | "set" | "frozenset" | "type")
        }
        Some(("typing" | "typing_extensions" | "collections.abc" | "re", _)) => true,
        Some(("collections", name)) => {
            matches!(name, "OrderedDict" | "defaultdict" | "Counter" | "deque" | "ChainMap")
        }
        _ => io_class(path).is_some(),
    }
}

/// Whether what a dotted path names makes an object that annotations use.
pub fn makes_type(path: &str) -> bool {
    matches!(path, "typing.NewType" | "typing_extensions.NewType" | "typing.TypeVar")
}

/// What an annotation means by a dotted path, under one name for each object: `datetime.date`, `typing.List`, `flyte.io.File`;
/// `builtins` stand bare.
pub fn type_name(path: &str) -> String {
    // What `typing_extensions` takes over from `typing` as it is, in every Python.
    const SAME: &str = "AbstractSet Annotated AsyncGenerator AsyncIterable AsyncIterator Awaitable Callable ChainMap ClassVar \
                        Collection Container Coroutine Counter DefaultDict Deque Dict FrozenSet Generator Generic Hashable \
                        Iterable Iterator List Literal Mapping Match MutableMapping MutableSequence MutableSet NewType \
                        NoReturn Optional OrderedDict Pattern Reversible Sequence Set Sized Text Tuple Type Union";
    match path.rsplit_once('.') {
        Some(("builtins", name)) => name.to_owned(),
        Some(("typing_extensions", name)) if SAME.split_whitespace().any(|same| same == name) => {
            format!("typing.{name}")
        }
        _ => match io_class(path) {
            Some(name @ ("File" | "Dir" | "DataFrame")) => format!("flyte.io.{name}"),
            _ => path.to_owned(),
        },
    }
}

/// The names of `builtins` that matter here: types of annotations, and what is often called.
pub fn is_builtin(name: &str) -> bool {
    const NAMES: [&str; 54] = [
        "BaseException",
        "Exception",
        "KeyError",
        "RuntimeError",
        "TypeError",
        "ValueError",
        "abs",
        "all",
        "any",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "classmethod",
        "complex",
        "dict",
        "enumerate",
        "filter",
        "float",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "open",
        "print",
        "property",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "tuple",
        "type",
        "zip",
    ];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_names_as_the_sdk_accepts_them() {
        for fine in ["ml", "ml-2", "a_b-c", "0"] {
            assert_eq!(refused_name(fine), None, "{fine}");
        }
        for refused in ["", "Ml", "a__b", "a-", "_a", "a b", "a_-b"] {
            assert!(refused_name(refused).is_some(), "{refused}");
        }
    }

    #[test]
    fn the_sdk_is_known_by_public_and_private_modules() {
        assert_eq!(known("flyte.TaskEnvironment"), Some(Known::Environment));
        assert_eq!(known("flyte._cache.cache.Cache"), Some(Known::Cache));
        assert_eq!(known("flyte.extras.shell.create"), Some(Known::Shell));
        assert_eq!(known("mine.Cache"), None);
        assert_eq!(known("flytekit.Cache"), None);
    }
}
