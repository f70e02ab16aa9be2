//! Values that Flyte takes for one another: nested lists and maps are hashed without a frame around them.

use super::interface::Interface;
use super::types::Type;
use super::value::Value;

/// A value that has the same hash as the one that is passed, as an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Collision {
    /// The input.
    pub input: String,
    /// The other value.
    pub other: Value,
}

/// What a nested container holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    List,
    Map,
}

/// Another value of the type that has the same hash, if the type's nesting allows it.
///
/// Only lists and maps directly inside of one another collide: in a union they are framed, and scalars are always.
pub(super) fn of(input: &str, value: &Value, r#type: &Type) -> Option<Collision> {
    let (outer, element) = container(r#type)?;
    let other = match container(element) {
        Some((inner, _)) => nested(outer, inner, value),
        None => None,
    };
    Some(Collision { input: input.to_owned(), other: other? })
}

impl Interface {
    /// The inputs of which different values can have one hash, by their types alone.
    pub fn colliding(&self) -> impl Iterator<Item = &str> {
        let collides = |r#type| container(r#type).is_some_and(|(_, element)| container(element).is_some());
        self.inputs.iter().filter(move |input| collides(&input.r#type)).map(|input| input.name.as_str())
    }
}

/// A list's or map's kind and element type.
fn container(r#type: &Type) -> Option<(Container, &Type)> {
    match r#type.simplest() {
        Type::Annotated(inner, _) => container(inner),
        Type::Generic { origin, arguments } => match (origin.as_str(), arguments.as_slice()) {
            ("list" | "typing.List", [element]) => Some((Container::List, element)),
            ("dict" | "typing.Dict", [key, element]) if super::literal_type::is_str(key) => {
                Some((Container::Map, element))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Another value: two inner lists joined into one, or something empty more.
fn nested(outer: Container, inner: Container, value: &Value) -> Option<Value> {
    let empty = match inner {
        Container::List => Value::List(Vec::new()),
        Container::Map => Value::Dict(Vec::new()),
    };
    match (outer, value) {
        (Container::List, Value::List(items)) => match items.as_slice() {
            [Value::List(first), Value::List(second), rest @ ..] => {
                let joined = Value::List(first.iter().chain(second).cloned().collect());
                Some(Value::List(std::iter::once(joined).chain(rest.iter().cloned()).collect()))
            }
            items => Some(Value::List(items.iter().cloned().chain([empty]).collect())),
        },
        (Container::Map, Value::Dict(entries)) => {
            let key = Value::str("");
            let is_new = entries.iter().all(|(known, _)| *known != key);
            is_new.then(|| Value::Dict(entries.iter().cloned().chain([(key, empty)]).collect()))
        }
        _ => None,
    }
}
