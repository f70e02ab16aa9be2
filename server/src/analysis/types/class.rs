//! Classes of the project: what each is to Flyte.

use cache_core::key::flyte::{Class, Kind, Type};

use super::super::flow::Moment;
use super::super::ir::{self, *};
use super::super::link::{Context, Linker, shown};
use super::super::sdk;
use super::super::value::{FileId, Value};
use super::enumeration::{self, Base};
use super::fields::{self, Body};

/// The type that a class is in an annotation: itself, or what it inherits from and counts as. Its module is left open.
pub fn of(linker: &Linker<'_>, file: FileId, id: ClassId) -> Result<Type, String> {
    let loaded = linker.file(file);
    let class = loaded.summary.classes.get(id).ok_or("no such class")?;
    linker.types.class_once((file, id), &class.name, || find(linker, file, id, class))
}

/// What a class inherits from, as far as it decides.
#[derive(Clone, Debug)]
enum Inherits {
    Nothing,
    Enum(Base),
    Model,
    NamedTuple,
    TypedDict,
    /// A class of the project.
    Project(FileId, ClassId, Box<Class>),
    /// What counts as itself.
    Type(Type),
}

fn find(linker: &Linker<'_>, file: FileId, id: ClassId, class: &ir::Class) -> Result<Type, String> {
    let loaded = linker.file(file);
    let summary = &loaded.summary;
    let name = &class.name;
    if let Some(teaching) = linker.teaches(&loaded.path, name) {
        let file = teaching.file_name().unwrap_or_default().to_string_lossy();
        return Err(format!("`{name}` may have a type transformer of its own, in {file}"));
    }
    if class.generic {
        return Err(format!("`{name}` is generic"));
    }
    let around = Context { file, scope: class.parent, moment: Moment::At(class.start), frame: None };
    let mut dataclass = None;
    for decorator in &class.decorators {
        let (callee, arguments) = match &decorator.kind {
            ExprKind::Call(callee, arguments) => (&**callee, arguments.as_slice()),
            _ => (decorator, &[][..]),
        };
        match linker.value(around, callee) {
            Value::External(path) if &*path == "dataclasses.dataclass" => {
                if let Some(argument) = arguments.iter().find(|argument| !is_harmless(argument)) {
                    let text = shown(&argument.value, summary);
                    return Err(format!("`{name}` is a dataclass with an argument `{text}`"));
                }
                dataclass = Some(());
            }
            Value::External(path) if matches!(&*path, "typing.final" | "typing_extensions.final" | "enum.unique") => {}
            _ => return Err(format!("`{}` on `{name}` runs Python", shown(decorator, summary))),
        }
    }
    if class.documented && doc(class).is_none() {
        return Err(format!("the docstring of `{name}` is known to Python only"));
    }
    let inherits = inherits(linker, around, class)?;
    let body = Body { linker, file, id, class, summary };
    let made = |kind| {
        let class = Class { module: None, qualname: qualname(summary, id), doc: doc(class), kind };
        Ok(Type::Class(Box::new(class)))
    };
    match (dataclass, inherits) {
        (None, Inherits::Type(r#type)) => Ok(r#type),
        (None, Inherits::Enum(base)) => made(enumeration::of(linker, file, id, base)?),
        (None, Inherits::Nothing) => made(Kind::Plain),
        (None, Inherits::Model) => made(Kind::Model(fields::of_model(&body, &[])?)),
        (None, Inherits::NamedTuple) => made(Kind::NamedTuple(fields::of_named_tuple(&body)?)),
        (None, Inherits::TypedDict) => made(Kind::TypedDict(fields::of_typed_dict(&body, &[])?)),
        (Some(()), Inherits::Nothing) => made(Kind::Dataclass(fields::of_dataclass(&body, &[])?)),
        (dataclass, Inherits::Project(of, base, parent)) => match (&parent.kind, dataclass) {
            (Kind::Plain, None) => made(Kind::Plain),
            (Kind::Plain, Some(())) => {
                refuse_mixins(linker, of, base)?;
                made(Kind::Dataclass(fields::of_dataclass(&body, &[])?))
            }
            (Kind::Dataclass(inherited), Some(())) => made(Kind::Dataclass(fields::of_dataclass(&body, inherited)?)),
            (Kind::Model(inherited), None) => made(Kind::Model(fields::of_model(&body, inherited)?)),
            (Kind::TypedDict(inherited), None) => made(Kind::TypedDict(fields::of_typed_dict(&body, inherited)?)),
            (kind @ Kind::Enum { .. }, None) if enumeration::is_empty(kind) => {
                let base = enum_base(linker, of, base)?;
                made(enumeration::of(linker, file, id, base)?)
            }
            _ => Err(format!("what `{name}` is as a subclass of `{}` is known to Python only", parent.qualname)),
        },
        (Some(()), _) => Err(format!("what `{name}` is as a dataclass is known to Python only")),
    }
}

/// Whether an argument of `@dataclass(…)` changes nothing of what Flyte sees.
fn is_harmless(argument: &Argument) -> bool {
    const HARMLESS: [&str; 8] = ["frozen", "eq", "order", "slots", "repr", "unsafe_hash", "match_args", "kw_only"];
    let is_plain = matches!(argument.value.kind, ExprKind::Bool(_));
    matches!(&argument.kind, ArgumentKind::Keyword(name) if HARMLESS.contains(&name.as_str())) && is_plain
}

/// Refuses plain classes, of which a dataclass inherits, that could change something.
fn refuse_mixins(linker: &Linker<'_>, file: FileId, id: ClassId) -> Result<(), String> {
    let loaded = linker.file(file);
    let summary = &loaded.summary;
    let class = summary.classes.get(id).ok_or("no such class")?;
    fields::refuse_mixin(&Body { linker, file, id, class, summary })?;
    let around = Context { file, scope: class.parent, moment: Moment::At(class.start), frame: None };
    match inherits(linker, around, class)? {
        Inherits::Nothing if class.bases.is_empty() => Ok(()),
        Inherits::Project(file, id, _) => refuse_mixins(linker, file, id),
        _ => Err(format!("what `{}` is to a dataclass is known to Python only", class.name)),
    }
}

/// Whether a class is a `typing.TypedDict`, which Pydantic refuses up to Python 3.11.
pub fn is_standard_typed_dict(linker: &Linker<'_>, file: FileId, id: ClassId) -> bool {
    let loaded = linker.file(file);
    let Some(class) = loaded.summary.classes.get(id) else { return false };
    let around = Context { file, scope: class.parent, moment: Moment::At(class.start), frame: None };
    class.bases.iter().any(|base| match linker.value(around, &base.value) {
        Value::External(path) => &*path == "typing.TypedDict",
        Value::Class(file, id) => is_standard_typed_dict(linker, file, id),
        _ => false,
    })
}

/// The mix of an enumeration of the project that has no members.
fn enum_base(linker: &Linker<'_>, file: FileId, id: ClassId) -> Result<Base, String> {
    let loaded = linker.file(file);
    let class = loaded.summary.classes.get(id).ok_or("no such class")?;
    let around = Context { file, scope: class.parent, moment: Moment::At(class.start), frame: None };
    match inherits(linker, around, class)? {
        Inherits::Enum(base) => Ok(base),
        Inherits::Project(file, id, _) => enum_base(linker, file, id),
        _ => Err(format!("`{}` is no enumeration", class.name)),
    }
}

fn inherits(linker: &Linker<'_>, around: Context<'_>, class: &ir::Class) -> Result<Inherits, String> {
    let summary = &linker.file(around.file).summary;
    let unknown = |expr: &Expr| {
        Err(format!("`{}` inherits from `{}`, which is known to Python only", class.name, shown(expr, summary)))
    };
    let mut bases = Vec::new();
    for argument in &class.bases {
        match &argument.kind {
            ArgumentKind::Positional => bases.push((&argument.value, linker.value(around, &argument.value))),
            // `total` is looked at with the fields.
            ArgumentKind::Keyword(keyword) if keyword == "total" => {}
            ArgumentKind::Keyword(keyword) if keyword == "metaclass" => match linker.value(around, &argument.value) {
                Value::External(path) if &*path == "abc.ABCMeta" => {}
                _ => return unknown(&argument.value),
            },
            _ => return Err(format!("`{}` is made with arguments that are not known", class.name)),
        }
    }
    let path = |value: &Value| match value {
        Value::External(path) => Some(sdk::type_name(path)),
        _ => None,
    };
    // What has nothing to say.
    bases.retain(|(_, value)| !matches!(path(value).as_deref(), Some("object" | "abc.ABC")));
    match bases.as_slice() {
        [] => Ok(Inherits::Nothing),
        [(expr, Value::Class(file, id))] => match super::class::of(linker, *file, *id)? {
            Type::Class(parent) => Ok(Inherits::Project(*file, *id, parent)),
            r#type if class.decorators.is_empty() => Ok(Inherits::Type(r#type)),
            _ => unknown(expr),
        },
        [(expr, value)] => Ok(match path(value).as_deref() {
            Some("enum.Enum") => Inherits::Enum(Base::Plain),
            Some("enum.IntEnum") => Inherits::Enum(Base::Int),
            Some("enum.StrEnum") => Inherits::Enum(Base::StrEnum),
            Some("pydantic.BaseModel" | "pydantic.main.BaseModel") => Inherits::Model,
            Some("typing.NamedTuple" | "typing_extensions.NamedTuple") => Inherits::NamedTuple,
            Some("typing.TypedDict" | "typing_extensions.TypedDict") => Inherits::TypedDict,
            Some("typing.Protocol" | "typing_extensions.Protocol") => Inherits::Nothing,
            Some("list" | "set" | "tuple" | "bytes" | "frozenset") => Inherits::Nothing,
            Some("BaseException" | "Exception" | "ValueError" | "TypeError" | "RuntimeError" | "KeyError") => {
                Inherits::Nothing
            }
            _ => return unknown(expr),
        }),
        [(_, mixed), (expr, value)] => match (path(mixed).as_deref(), path(value).as_deref()) {
            (Some("str"), Some("enum.Enum")) => Ok(Inherits::Enum(Base::Str)),
            (Some("int"), Some("enum.Enum")) => Ok(Inherits::Enum(Base::IntMixed)),
            _ => unknown(expr),
        },
        [.., (expr, _)] => unknown(expr),
    }
}

/// `__qualname__`
fn qualname(summary: &Summary, id: ClassId) -> String {
    let Some(class) = summary.classes.get(id) else { return String::new() };
    let mut name = class.name.clone();
    let mut scope = class.parent;
    loop {
        match scope {
            Scope::Module => return name,
            Scope::Class(id) => {
                if let Some(class) = summary.classes.get(id) {
                    name = format!("{}.{name}", class.name);
                }
            }
            Scope::Function(id) => {
                if let Some(function) = summary.functions.get(id) {
                    name = format!("{}.<locals>.{name}", function.name);
                }
            }
        }
        scope = summary.parent(scope).unwrap_or(Scope::Module);
    }
}

/// The docstring as written.
fn doc(class: &ir::Class) -> Option<String> {
    match class.body.first().map(|statement| &statement.kind) {
        Some(StmtKind::Expr(Expr { kind: ExprKind::Str(text), .. })) if class.documented => Some(text.clone()),
        _ => None,
    }
}
