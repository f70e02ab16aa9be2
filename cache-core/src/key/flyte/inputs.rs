//! A call's inputs: the literals of its arguments and defaults, and the hash that goes into the key.

use std::borrow::Cow;

use prost::Message as _;

use super::collision::{self, Collision};
use super::hash::hash;
use super::interface::{Input, Interface};
use super::literal::literal;
use super::msgpack;
use super::proto::{Binary, Literal, Scalar};
use super::types::{Default, Type};
use super::unknown::Unknown;
use super::value::Value;

/// The inputs of one call of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs(Vec<Bound>);

/// An input with what is passed for it.
#[derive(Clone, Debug, PartialEq)]
struct Bound {
    name: String,
    r#type: Type,
    /// `None` where nothing is passed or it isn't known.
    value: Option<Value>,
    literal: Result<Literal, Unknown>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A value that is known.
    Value(Value),
    /// An expression that only Python can evaluate: why. Harmless where the input is ignored.
    Unknown(String),
}

impl From<Value> for Argument {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl Interface {
    /// The inputs of a call (`convert_from_native_to_inputs` of `flyte/_internal/runtime/convert.py`): positional arguments, then
    /// keywords, then defaults.
    ///
    /// # Errors
    ///
    /// [`Unknown`] where the arguments don't fit the parameters. A value that doesn't fit its type, or isn't known, is told by
    /// [`Inputs::hash`], since it may be ignored.
    pub fn bind(&self, positional: &[Argument], keywords: &[(String, Argument)]) -> Result<Inputs, Unknown> {
        if positional.len() > self.inputs.len() || positional.len().max(keywords.len()) > self.inputs.len() {
            return Err(Unknown::raises("ValueError: Too many arguments provided"));
        }
        if let Some((name, _)) = keywords.iter().find(|(name, _)| self.inputs().all(|input| input != name)) {
            // The SDK counts arguments before it looks at their names, so some of these calls run.
            return Err(Unknown::python(format!("there is no input {name}")));
        }
        let inputs = self.inputs.iter().enumerate().map(|(index, input)| {
            let keyword = keywords.iter().rev().find(|(name, _)| *name == input.name).map(|(_, argument)| argument);
            self.bind_one(input, positional.get(index).or(keyword))
        });
        inputs.collect::<Result<_, _>>().map(Inputs)
    }

    fn bind_one(&self, input: &Input, argument: Option<&Argument>) -> Result<Bound, Unknown> {
        let value = match (argument, &input.default) {
            (Some(Argument::Value(value)), _) => Ok(Some(value.clone())),
            (Some(Argument::Unknown(reason)), _) => Err(Unknown::python(reason)),
            (None, Default::Required) => {
                return Err(Unknown::raises(format!("ValueError: Missing required inputs: {}", input.name)));
            }
            (None, _) if is_none(&input.r#type) => Ok(Some(Value::None)),
            // A default of `None` is passed only where the type says so; else nothing is.
            (None, Default::Value(Value::None)) if !holds_none(&input.r#type) => Ok(None),
            (None, Default::Value(value)) => Ok(Some(value.clone())),
            (None, Default::Unknown | Default::Hidden) => Err(Unknown::python("its default is known to Python only")),
        };
        let literal = match &value {
            Ok(Some(value)) => literal(value, &input.r#type, self.python),
            Ok(None) => Ok(Literal::default()),
            Err(unknown) => Err(unknown.clone()),
        };
        let literal = literal.map_err(|error| error.of(&format!("input {}", input.name)));
        Ok(Bound { name: input.name.clone(), r#type: input.r#type.clone(), value: value.ok().flatten(), literal })
    }
}

impl Inputs {
    /// The hash of the inputs that are not ignored, in base64; empty if there are none (`generate_filtered_inputs_hash`). A name in
    /// `ignored` that is no input does nothing, as in the SDK.
    ///
    /// # Errors
    ///
    /// [`Unknown`], naming the input: the SDK refuses its value, or its bytes are not known.
    pub fn hash(&self, ignored: &[String]) -> Result<String, Unknown> {
        let mut bytes = Vec::new();
        let mut count = 0;
        for input in self.counted(ignored) {
            let literal = input.literal.as_ref().map_err(Unknown::clone)?;
            bytes.extend(input.name.as_bytes());
            bytes.push(b':');
            write_repr(literal, &mut bytes);
            bytes.push(b';');
            count += 1;
        }
        Ok(if count == 0 { String::new() } else { hash(&bytes) })
    }

    /// Other values that have the same hash, so that Flyte takes one call for the other: one example an input.
    pub fn collisions(&self, ignored: &[String]) -> Vec<Collision> {
        let inputs = self.counted(ignored);
        inputs.filter_map(|input| collision::of(&input.name, input.value.as_ref()?, &input.r#type)).collect()
    }

    /// The inputs with their values, in the order of the signature; `None` for what is not passed or not known.
    pub fn values(&self) -> impl Iterator<Item = (&str, Option<&Value>)> {
        self.0.iter().map(|input| (input.name.as_str(), input.value.as_ref()))
    }

    fn counted(&self, ignored: &[String]) -> impl Iterator<Item = &Bound> {
        self.0.iter().filter(|input| !ignored.contains(&input.name))
    }
}

/// Appends what of a literal is hashed (`generate_inputs_repr_for_literal`): its own hash if it has one; of lists and maps the parts one
/// after the other, without a frame, which is why different values can share a key.
pub(super) fn write_repr(literal: &Literal, bytes: &mut Vec<u8>) {
    if !literal.hash.is_empty() {
        bytes.extend(literal.hash.as_bytes());
    } else if let Some(collection) = &literal.collection {
        collection.literals.iter().for_each(|element| write_repr(element, bytes));
    } else if let Some(map) = &literal.map {
        let mut entries: Vec<_> = map.literals.iter().collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        for entry in entries {
            bytes.extend(entry.key.as_bytes());
            write_repr(&entry.value, bytes);
        }
    } else {
        bytes.extend(canonical(literal).encode_to_vec());
    }
}

/// A literal that is carried as msgpack with its maps' keys sorted, another as it is.
fn canonical(literal: &Literal) -> Cow<'_, Literal> {
    let binary = literal.scalar.as_ref().and_then(|scalar| scalar.binary.as_ref());
    let Some(binary) = binary.filter(|binary| binary.tag == "msgpack") else { return Cow::Borrowed(literal) };
    let value = msgpack::canonical(&binary.value);
    let scalar = Scalar { binary: Some(Binary { value, tag: binary.tag.clone() }), ..Scalar::default() };
    Cow::Owned(Literal { scalar: Some(Box::new(scalar)), ..literal.clone() })
}

fn is_none(r#type: &Type) -> bool {
    matches!(r#type.simplest(), Type::None) || *r#type == Type::name("types.NoneType")
}

/// Whether `None` is among a type's arguments, whatever the type is (`is_optional_type`).
fn holds_none(r#type: &Type) -> bool {
    let r#type = r#type.simplest();
    if let Some(alternatives) = r#type.alternatives() {
        return alternatives.iter().any(|alternative| is_none(alternative));
    }
    match r#type {
        // `typing` makes a type of `None`; a subscripted class keeps it as it is.
        Type::Generic { origin, arguments } => {
            let keeps = !origin.starts_with("typing.");
            arguments.iter().any(|argument| is_none(argument) && !(keeps && *argument == Type::None))
        }
        _ => false,
    }
}
