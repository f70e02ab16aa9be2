//! The names that annotations are made of, and what the SDK and Python make of each.

use super::proto::SimpleType;

/// The minor version of a Python, `(3, 12)`: some classes moved between modules.
pub type Python = (u8, u8);

/// The classes with a simple literal type, and the name of their transformer (the `SimpleTransformer`s at the end of
/// `flyte/types/_type_engine.py`).
pub(super) fn simple(name: &str) -> Option<(SimpleType, &'static str)> {
    Some(match name {
        "int" => (SimpleType::Integer, "int"),
        "float" => (SimpleType::Float, "float"),
        "str" | "typing.Text" => (SimpleType::String, "str"),
        "bool" => (SimpleType::Boolean, "bool"),
        "datetime.datetime" => (SimpleType::Datetime, "datetime"),
        "datetime.date" => (SimpleType::Datetime, "date"),
        "datetime.timedelta" => (SimpleType::Duration, "timedelta"),
        "types.NoneType" => (SimpleType::None, "none"),
        _ => return None,
    })
}

/// The classes that are dictionaries to the SDK when they stand alone: `dict`, and what inherits from it.
pub(super) fn is_dict(name: &str) -> bool {
    matches!(name, "dict" | "typing.Dict") || is_dict_subclass(name)
}

/// The subclasses of `dict`; subscripted, the SDK refuses them.
pub(super) fn is_dict_subclass(name: &str) -> bool {
    matches!(name, "collections.OrderedDict" | "collections.defaultdict" | "collections.Counter")
}

/// Whether a name is one of `typing` that can stand alone, and that the SDK knows nothing of.
pub(super) fn is_typing_name(name: &str) -> bool {
    is_typing_generic(name) || matches!(name, "typing.Any" | "typing.NoReturn" | "typing.Hashable" | "typing.Sized")
}

/// The generics of `typing` that the SDK knows nothing of.
pub(super) fn is_typing_generic(name: &str) -> bool {
    name.strip_prefix("typing.").is_some_and(|name| {
        matches!(
            name,
            "AbstractSet"
                | "AsyncGenerator"
                | "AsyncIterable"
                | "AsyncIterator"
                | "Awaitable"
                | "Callable"
                | "ChainMap"
                | "Collection"
                | "Container"
                | "Coroutine"
                | "Counter"
                | "DefaultDict"
                | "Deque"
                | "FrozenSet"
                | "Generator"
                | "Iterable"
                | "Iterator"
                | "Mapping"
                | "Match"
                | "MutableMapping"
                | "MutableSequence"
                | "MutableSet"
                | "OrderedDict"
                | "Pattern"
                | "Reversible"
                | "Sequence"
                | "Set"
                | "Tuple"
                | "Type"
        )
    })
}

/// The classes of the language and its library that may be subscripted (PEP 585) and that the SDK knows nothing of.
pub(super) fn is_library_generic(name: &str) -> bool {
    matches!(name, "set" | "frozenset" | "tuple" | "type" | "collections.deque" | "re.Pattern" | "re.Match")
        || is_abstract_collection(name)
}

fn is_abstract_collection(name: &str) -> bool {
    name.strip_prefix("collections.abc.").is_some_and(|name| {
        matches!(
            name,
            "AsyncGenerator"
                | "AsyncIterable"
                | "AsyncIterator"
                | "Awaitable"
                | "Callable"
                | "Collection"
                | "Container"
                | "Coroutine"
                | "Generator"
                | "Iterable"
                | "Iterator"
                | "Mapping"
                | "MutableMapping"
                | "MutableSequence"
                | "MutableSet"
                | "Reversible"
                | "Sequence"
                | "Set"
        )
    })
}

/// Where a class really lives: `module.qualname`, the module left out for builtins. `None` for a class of which that isn't
/// known without importing it.
pub(super) fn home(name: &str, python: Python) -> Option<String> {
    let moved = match name {
        "flyte.io.File" => "flyte.io._file.File",
        "flyte.io.Dir" => "flyte.io._dir.Dir",
        "flyte.io.DataFrame" => "flyte.io._dataframe.dataframe.DataFrame",
        "io.BytesIO" => "_io.BytesIO",
        "io.StringIO" => "_io.StringIO",
        "typing.Text" => "str",
        "types.NoneType" => "NoneType",
        "pathlib.Path" if python == (3, 13) => "pathlib._local.Path",
        "pathlib.PurePath" if python == (3, 13) => "pathlib._local.PurePath",
        _ => name,
    };
    let is_known = simple(name).is_some()
        || is_library_generic(name)
        || is_dict_subclass(name)
        || matches!(
            name,
            "bytes" | "bytearray" | "object" | "list" | "dict" | "complex" | "range" | "slice" | "memoryview"
        )
        || matches!(name, "BaseException" | "Exception" | "ValueError" | "TypeError" | "RuntimeError" | "KeyError")
        || matches!(name, "flyte.io.File" | "flyte.io.Dir" | "flyte.io.DataFrame")
        || matches!(name, "datetime.time" | "datetime.timezone" | "datetime.tzinfo" | "io.BytesIO" | "io.StringIO")
        || matches!(name, "pathlib.Path" | "pathlib.PurePath" | "decimal.Decimal" | "fractions.Fraction" | "uuid.UUID")
        || matches!(name, "types.SimpleNamespace");
    is_known.then(|| moved.to_owned())
}
