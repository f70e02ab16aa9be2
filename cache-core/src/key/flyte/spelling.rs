//! `str()` of an annotation, which Flyte puts into the type of what it pickles (`FlytePickleTransformer.get_literal_type`).
//!
//! Python's rules: `typing._type_repr`, `_GenericAlias.__repr__`, `_UnionGenericAlias.__repr__`, and in C `ga_repr` and
//! `union_repr`.

use super::names::{self, Python};
use super::types::{Class, OPTIONAL, Type, UNION};
use super::unknown::Unknown;
use super::value::Value;

/// `str()` of an annotation that stands alone.
pub(super) fn alone(r#type: &Type, python: Python) -> Result<String, Unknown> {
    match r#type {
        Type::Name(name) if !names::is_typing_name(name) => Ok(format!("<class '{}'>", home(name, python)?)),
        Type::Class(class) => Ok(format!("<class '{}'>", class_home(class)?)),
        Type::Unannotated => Ok("<class 'inspect._empty'>".to_owned()),
        other => inside(other, python, Inside::Typing),
    }
}

/// In what an annotation stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A generic of `typing`, or alone: `None` was made a type.
    Typing,
    /// A subscripted class, where `None` is itself.
    Class,
    /// `A | B`.
    Or,
}

/// `str()` of an annotation inside of another.
fn inside(r#type: &Type, python: Python, within: Inside) -> Result<String, Unknown> {
    let list = |items: &[Type], within| -> Result<String, Unknown> {
        let items: Result<Vec<_>, _> = items.iter().map(|item| inside(item, python, within)).collect();
        Ok(items?.join(", "))
    };
    let r#type = r#type.simplest();
    Ok(match r#type {
        Type::None if within == Inside::Typing => "NoneType".to_owned(),
        Type::None => "None".to_owned(),
        Type::Ellipsis => "...".to_owned(),
        Type::Opaque(text) => text.clone(),
        Type::Name(name) if names::is_typing_name(name) => name.clone(),
        Type::Name(name) => home(name, python)?,
        Type::Class(class) => class_home(class)?,
        Type::Parameters(items) => format!("[{}]", list(items, within)?),
        Type::Choice(values) => format!("typing.Literal[{}]", constants(values)?),
        Type::Annotated(..) => {
            let (inner, metadata) = flat(r#type);
            format!("typing.Annotated[{}, {}]", inside(inner, python, Inside::Typing)?, constants(&metadata)?)
        }
        Type::Or(_) => union(r#type, python, true)?,
        Type::Generic { origin, .. } if origin == UNION || origin == OPTIONAL => union(r#type, python, false)?,
        Type::Generic { origin, arguments } if origin.starts_with("typing.") => {
            let known = names::is_typing_generic(origin) || matches!(origin.as_str(), "typing.List" | "typing.Dict");
            match (known, arguments.is_empty()) {
                (true, false) => format!("{origin}[{}]", list(arguments, Inside::Typing)?),
                (true, true) => format!("{origin}[()]"),
                (false, _) => return Err(unknown_name(origin)),
            }
        }
        Type::Generic { origin, arguments } => {
            // The builtin generics and abstract collections; `list` and `dict` only ever nested.
            let known = names::is_library_generic(origin) || matches!(origin.as_str(), "list" | "dict");
            // `collections.abc.Callable` writes its parameters itself, and turns `None` into a type in no place.
            match (known, arguments.is_empty()) {
                (true, false) => format!("{}[{}]", home(origin, python)?, list(arguments, Inside::Class)?),
                (true, true) => format!("{}[()]", home(origin, python)?),
                (false, _) => return Err(unknown_name(origin)),
            }
        }
        Type::Unannotated | Type::Several(_) => {
            return Err(Unknown::python("an annotation of this shape inside of another is not known"));
        }
    })
}

/// An annotated type without annotated types in it, and the metadata of all, innermost first.
fn flat(r#type: &Type) -> (&Type, Vec<Value>) {
    match r#type.simplest() {
        Type::Annotated(inner, metadata) => {
            let (bare, mut all) = flat(inner);
            all.extend(metadata.iter().cloned());
            (bare, all)
        }
        bare => (bare, Vec::new()),
    }
}

/// A union, written with `|` or through `typing`, which are one from Python 3.14 on.
fn union(r#type: &Type, python: Python, operator: bool) -> Result<String, Unknown> {
    let members = r#type.alternatives().unwrap_or_default();
    let spell = |within| -> Result<Vec<String>, Unknown> {
        members.iter().map(|member| inside(member, python, within)).collect()
    };
    if python >= (3, 14) || (operator && members.iter().all(|member| is_plain(member))) {
        return Ok(spell(Inside::Or)?.join(" | "));
    }
    if operator {
        // What `|` makes depends on which operand comes first and on the minor.
        return Err(Unknown::python("whether `|` makes a union of typing or of types here is known to Python only"));
    }
    let spelled = spell(Inside::Typing)?;
    Ok(match members.as_slice() {
        [Type::None, _] => format!("typing.Optional[{}]", spelled[1]),
        [_, Type::None] => format!("typing.Optional[{}]", spelled[0]),
        _ => format!("typing.Union[{}]", spelled.join(", ")),
    })
}

/// Whether a type is a class or a subscripted class, of which `|` makes a `types.UnionType` in each Python.
fn is_plain(r#type: &Type) -> bool {
    match r#type {
        Type::None | Type::Class(_) => true,
        Type::Name(name) => !name.starts_with("typing."),
        Type::Generic { origin, .. } => !origin.starts_with("typing."),
        _ => false,
    }
}

fn home(name: &str, python: Python) -> Result<String, Unknown> {
    names::home(name, python).ok_or_else(|| unknown_name(name))
}

fn unknown_name(name: &str) -> Unknown {
    Unknown::python(format!("what Flyte makes of {name} is known only when it is imported"))
}

fn class_home(class: &Class) -> Result<String, Unknown> {
    match &class.module {
        Some(module) => Ok(format!("{module}.{}", class.qualname)),
        None => Err(Unknown::python(format!(
            "{} is pickled, and the module that it will be in is not known",
            class.qualname
        ))),
    }
}

/// `repr()` of constants, joined.
fn constants(values: &[Value]) -> Result<String, Unknown> {
    let spelled: Option<Vec<String>> = values.iter().map(Value::plain_repr).collect();
    spelled
        .map(|spelled| spelled.join(", "))
        .ok_or_else(|| Unknown::python("how Python writes the constants of this annotation is not known"))
}
