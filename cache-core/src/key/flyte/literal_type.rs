//! An annotation's literal type: what `TypeEngine.to_literal_type` of `flyte/types/_type_engine.py` makes of it.

use super::json::{self, Object};
use super::names::{self, Python};
use super::proto::{
    BlobType, EnumType, LiteralType, SimpleType, StructuredDatasetType, TypeAnnotation, TypeStructure, UnionType,
};
use super::schema;
use super::spelling;
use super::types::{Class, Kind, Member, Type};
use super::unknown::Unknown;
use super::value::Value;

/// The name that the SDK gives the enumeration it makes of a `Literal[…]` parameter (`flyte/_interface.py`).
pub(super) const LITERAL_ENUM: &str = "LiteralEnum";
const PICKLE: &str = "FlytePickle";
const DATACLASS: &str = "Object-Dataclass-Transformer";
const PYDANTIC: &str = "Pydantic Transformer";

/// A literal type, and the name of the transformer that made it, by which a union tells its alternatives apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Transformed {
    pub(super) literal_type: LiteralType,
    pub(super) transformer: &'static str,
}

/// The literal type of an annotation, and its transformer.
///
/// # Errors
///
/// [`Unknown`] where the SDK raises, or where only Python could tell.
pub(super) fn transform(r#type: &Type, python: Python) -> Result<Transformed, Unknown> {
    let r#type = r#type.simplest();
    if let Some(alternatives) = r#type.alternatives() {
        return Ok(Transformed { literal_type: union(&alternatives, python)?, transformer: "Typed Union" });
    }
    match r#type {
        Type::None => Ok(simple(SimpleType::None, "none")),
        Type::Name(name) => by_name(r#type, name, python),
        Type::Generic { origin, arguments } => generic(r#type, origin, arguments, python),
        Type::Annotated(inner, _) => annotated(r#type, inner, python),
        Type::Class(class) => of_class(r#type, class, python),
        Type::Choice(_) | Type::Unannotated | Type::Opaque(_) => pickled(r#type, python),
        Type::Ellipsis | Type::Parameters(_) | Type::Several(_) | Type::Or(_) => {
            Err(Unknown::python("an annotation of this shape is not known"))
        }
    }
}

/// What the SDK makes of a `Literal[…]` that is itself the type of a parameter or output (`literal_to_enum` of
/// `flyte/_interface.py`): an enumeration, or `Any` if not all are strings. Inside of other types it stays, and is pickled.
pub(super) fn choice_to_enum(values: &[Value]) -> Result<Type, Unknown> {
    let mut members: Vec<Member> = Vec::new();
    for value in values {
        let Value::Str(text) = value else { return Ok(Type::name("typing.Any")) };
        let name = text.to_uppercase();
        if name.is_empty() {
            return Err(Unknown::raises("ValueError: invalid enum member name(s) ''"));
        }
        if name.len() > 2 && name.starts_with('_') && name.ends_with('_') {
            return Err(Unknown::python(format!("what Python makes of the choice {text:?} as a member of an Enum")));
        }
        match members.iter_mut().find(|member| member.name == name) {
            Some(member) => member.value = value.clone(),
            None => members.push(Member { name, value: value.clone() }),
        }
    }
    let class = Class {
        module: None,
        qualname: LITERAL_ENUM.to_owned(),
        doc: None,
        kind: Kind::Enum { members, integer: false },
    };
    Ok(Type::Class(Box::new(class)))
}

/// The literal type as an alternative of a union: with the transformer's name (`_add_tag_to_type`).
pub(super) fn tagged(transformed: Transformed) -> LiteralType {
    let structure = Some(TypeStructure { tag: transformed.transformer.to_owned() });
    LiteralType { structure, ..transformed.literal_type }
}

fn simple(simple: SimpleType, transformer: &'static str) -> Transformed {
    let literal_type = LiteralType { simple: Some(simple.into()), ..LiteralType::default() };
    Transformed { literal_type, transformer }
}

fn union(alternatives: &[&Type], python: Python) -> Result<LiteralType, Unknown> {
    let variants: Result<Vec<_>, Unknown> =
        alternatives.iter().map(|alternative| transform(alternative, python).map(tagged)).collect();
    Ok(LiteralType { union_type: Some(UnionType { variants: variants? }), ..LiteralType::default() })
}

fn by_name(r#type: &Type, name: &str, python: Python) -> Result<Transformed, Unknown> {
    if let Some((kind, transformer)) = names::simple(name) {
        return Ok(simple(kind, transformer));
    }
    match name {
        "typing.List" => Err(list_of_nothing()),
        "flyte.io.File" => Ok(blob("File", 0)),
        "flyte.io.Dir" => Ok(blob("Dir", 1)),
        "flyte.io.DataFrame" => {
            let structured_dataset_type = Some(StructuredDatasetType::default());
            let literal_type = LiteralType { structured_dataset_type, ..LiteralType::default() };
            Ok(Transformed { literal_type, transformer: "DataFrame Transformer" })
        }
        name if names::is_dict(name) => Ok(untyped_dict()),
        _ => pickled(r#type, python),
    }
}

/// A bare `typing.List`, and `list[None]`, of which the argument is `None` itself and is taken for none.
fn list_of_nothing() -> Unknown {
    Unknown::raises("ValueError: Only generic univariate typing.List[T] type is supported.")
}

fn generic(r#type: &Type, origin: &str, arguments: &[Type], python: Python) -> Result<Transformed, Unknown> {
    match (origin, arguments) {
        ("list", [Type::None]) => Err(list_of_nothing()),
        ("list" | "typing.List", [element]) => {
            let collection_type = Some(Box::new(transform(element, python)?.literal_type));
            let literal_type = LiteralType { collection_type, ..LiteralType::default() };
            Ok(Transformed { literal_type, transformer: "Typed List" })
        }
        ("dict" | "typing.Dict", [key, value]) if is_str(key) => {
            let map_value_type = Some(Box::new(transform(value, python)?.literal_type));
            let literal_type = LiteralType { map_value_type, ..LiteralType::default() };
            Ok(Transformed { literal_type, transformer: "Typed Dict" })
        }
        ("dict" | "typing.Dict", [_, _]) => Ok(untyped_dict()),
        ("flyte.io.File", [_]) => Ok(blob("File", 0)),
        ("flyte.io.Dir", [_]) => Ok(blob("Dir", 1)),
        ("tuple" | "typing.Tuple", [_, Type::Ellipsis] | []) => pickled(r#type, python),
        ("tuple" | "typing.Tuple", _) => {
            let name = if origin == "tuple" { "tuple" } else { "Tuple" };
            Ok(structured(schema::of_tuple(name, arguments, python)?, PYDANTIC, "Typed Tuple"))
        }
        _ if names::is_dict_subclass(origin) => {
            Err(Unknown::raises("ValueError: Trying to extract dictionary type information from a non-dict type"))
        }
        _ => pickled(r#type, python),
    }
}

/// Whether a dictionary's key type is `str` itself (`DictTransformer.get_literal_type`).
pub(super) fn is_str(key: &Type) -> bool {
    matches!(key.simplest(), Type::Name(name) if matches!(name.as_str(), "str" | "typing.Text"))
}

/// Metadata that mean nothing to the SDK are dropped, but for what is pickled.
fn annotated(r#type: &Type, inner: &Type, python: Python) -> Result<Transformed, Unknown> {
    let bare = transform(inner, python)?;
    match bare.transformer {
        PICKLE => pickled(r#type, python),
        "DataFrame Transformer" => Err(Unknown::python("the metadata of a DataFrame say its columns and format")),
        "Typed Tuple" | "NamedTuple" | "TypedDict" => {
            Err(Unknown::raises("a tuple, NamedTuple or TypedDict in Annotated[…] has no literal type"))
        }
        _ => Ok(bare),
    }
}

fn of_class(r#type: &Type, class: &Class, python: Python) -> Result<Transformed, Unknown> {
    match &class.kind {
        Kind::Plain => pickled(r#type, python),
        Kind::Enum { members, integer } => {
            let literal_type = enumeration(class, members, *integer)?;
            Ok(Transformed { literal_type, transformer: "DefaultEnumTransformer" })
        }
        Kind::Dataclass(_) => Ok(structured(schema::of_dataclass(class, python)?, DATACLASS, DATACLASS)),
        Kind::Model(_) => Ok(structured(schema::of_model(class, python)?, PYDANTIC, PYDANTIC)),
        Kind::NamedTuple(_) => Ok(structured(schema::of_named_tuple(class, python)?, PYDANTIC, "NamedTuple")),
        Kind::TypedDict(_) => Ok(structured(schema::of_typed_dict(class, python)?, PYDANTIC, "TypedDict")),
    }
}

/// `EnumTransformer.get_literal_type`: the members' names, but the values of what a `Literal[…]` became.
fn enumeration(class: &Class, members: &[Member], integer: bool) -> Result<LiteralType, Unknown> {
    let name = class.name();
    match members.first() {
        None => return Err(Unknown::raises(format!("{name} has no members, so there is nothing to put on the wire."))),
        Some(Member { value: Value::Str(_), .. }) => {}
        Some(_) if integer => {}
        Some(_) => {
            return Err(Unknown::raises(format!("Only string-valued enums and IntEnum are supported, got {name}")));
        }
    }
    let value = |member: &Member| match &member.value {
        Value::Str(text) if name == LITERAL_ENUM => text.clone(),
        _ => member.name.clone(),
    };
    let enum_type = Some(EnumType { values: members.iter().map(value).collect() });
    Ok(LiteralType { enum_type, ..LiteralType::default() })
}

fn blob(transformer: &'static str, dimensionality: i32) -> Transformed {
    let blob = Some(BlobType { format: String::new(), dimensionality });
    Transformed { literal_type: LiteralType { blob, ..LiteralType::default() }, transformer }
}

/// A dictionary of which the keys aren't strings, or that says nothing of them (`DictTransformer.get_literal_type`).
fn untyped_dict() -> Transformed {
    let annotation = Some(carried_as_msgpack());
    let bare = simple(SimpleType::Struct, "Typed Dict");
    Transformed { literal_type: LiteralType { annotation, ..bare.literal_type }, ..bare }
}

/// What is carried as msgpack, with its JSON schema; `tag` names the transformer in the type itself, which is that of
/// Pydantic for all that the SDK wraps in a model of its own.
fn structured(schema: Object, tag: &str, transformer: &'static str) -> Transformed {
    let literal_type = LiteralType {
        metadata: Some(schema.into_struct()),
        annotation: Some(carried_as_msgpack()),
        structure: Some(TypeStructure { tag: tag.to_owned() }),
        ..simple(SimpleType::Struct, transformer).literal_type
    };
    Transformed { literal_type, transformer }
}

fn carried_as_msgpack() -> TypeAnnotation {
    let format = Object::new().with("serialization-format", json::string("msgpack"));
    let annotations = Some(Object::new().with("cache-key-metadata", format.into_json()).into_struct());
    TypeAnnotation { annotations }
}

/// `FlytePickleTransformer.get_literal_type`: how it is carried, and the annotation's `str()`.
fn pickled(r#type: &Type, python: Python) -> Result<Transformed, Unknown> {
    let name = spelling::alone(r#type, python)?;
    let structure = Some(TypeStructure { tag: PICKLE.to_owned() });
    let file = LiteralType {
        blob: Some(BlobType { format: "PythonPickle".to_owned(), dimensionality: 0 }),
        structure: structure.clone(),
        ..LiteralType::default()
    };
    let bytes = LiteralType { structure, ..simple(SimpleType::Binary, PICKLE).literal_type };
    let literal_type = LiteralType {
        metadata: Some(Object::new().with("python_class_name", json::string(name)).into_struct()),
        union_type: Some(UnionType { variants: vec![file, bytes] }),
        ..LiteralType::default()
    };
    Ok(Transformed { literal_type, transformer: PICKLE })
}
