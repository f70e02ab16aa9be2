//! A task's interface: its inputs and outputs with their types, and the hash that goes into the key.

use prost::Message as _;

use super::hash::hash;
use super::literal_type::{choice_to_enum, transform};
use super::names::Python;
use super::proto::{LiteralType, TypedInterface, Variable, VariableEntry, VariableMap};
use super::types::{Class, Default, Kind, OPTIONAL, Type};
use super::unknown::Unknown;
use super::value::Value;

/// A task function's parameters and what it returns, names resolved. Methods, `*args` and `**kwargs` are no task functions.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The annotation of what is returned; `None` without one.
    pub returns: Option<Type>,
}

impl Signature {
    /// Whether two signatures say the same in other words: parameters of the same names with types that [mean](Type::means) the same.
    /// Defaults are not compared.
    pub fn means(&self, other: &Self) -> bool {
        let is_same =
            |(one, other): (&Parameter, &Parameter)| one.name == other.name && one.r#type.means(&other.r#type);
        let returns = match (&self.returns, &other.returns) {
            (Some(one), Some(other)) => one.means(other),
            (one, other) => one == other,
        };
        returns
            && self.parameters.len() == other.parameters.len()
            && self.parameters.iter().zip(&other.parameters).all(is_same)
    }
}

/// A parameter of a task function.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// The annotation, or [`Type::Unannotated`].
    pub r#type: Type,
    /// The default.
    pub default: Default,
}

/// A task's interface as the SDK sees it.
///
/// ```
/// use cache_core::key::flyte::{Default, Interface, Parameter, Signature, Type};
///
/// // def double(x: int) -> int
/// let x = Parameter { name: "x".to_owned(), r#type: Type::name("int"), default: Default::Required };
/// let signature = Signature { parameters: vec![x], returns: Some(Type::name("int")) };
/// let interface = Interface::of(&signature, (3, 12))?;
/// assert_eq!(interface.hash(), "3onIQaY9FwDhPvqxRrx1M51xiDVLG23rnr7tExWcx5U=");
/// # Ok::<(), cache_core::key::flyte::Unknown>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Interface {
    pub(super) python: Python,
    pub(super) inputs: Vec<Input>,
    outputs: Vec<(String, LiteralType)>,
    hash: String,
}

/// An input of an [`Interface`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) r#type: Type,
    pub(super) literal_type: LiteralType,
    pub(super) default: Default,
}

impl Interface {
    /// The interface of a function (`NativeInterface.from_callable` and `transform_native_to_typed_interface`).
    ///
    /// `python` is the minor that runs the task's module: a default of `None` makes a type optional up to 3.10.
    ///
    /// # Errors
    ///
    /// [`Unknown`], naming the parameter or output: the SDK raises, or only Python could tell its type.
    pub fn of(signature: &Signature, python: Python) -> Result<Self, Unknown> {
        let inputs: Vec<Input> =
            signature.parameters.iter().map(|parameter| input(parameter, python)).collect::<Result<_, _>>()?;
        let mut outputs = Vec::new();
        for (name, r#type) in returned(signature.returns.as_ref())? {
            let literal_type = transform(&r#type, python).map_err(|error| error.of(&format!("output {name}")))?;
            outputs.push((name, literal_type.literal_type));
        }
        let interface = TypedInterface {
            inputs: Some(variables(inputs.iter().map(|input| (&input.name, &input.literal_type)))),
            outputs: Some(variables(outputs.iter().map(|(name, literal_type)| (name, literal_type)))),
        };
        let hash = hash(&interface.encode_to_vec());
        Ok(Self { python, inputs, outputs, hash })
    }

    /// The hash that goes into the key, in base64 (`generate_interface_hash` of `flyte/_internal/runtime/convert.py`).
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The names of the inputs, in the order of the signature.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(|input| input.name.as_str())
    }

    /// The names of the outputs: `o0`, `o1`, …, or the fields of a `NamedTuple`.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.outputs.iter().map(|(name, _)| name.as_str())
    }
}

/// A parameter as `NativeInterface.from_callable` takes it, by `typing.get_type_hints`.
fn input(parameter: &Parameter, python: Python) -> Result<Input, Unknown> {
    let Parameter { name, r#type, default } = parameter;
    let in_words = |error: Unknown| error.of(&format!("input {name}"));
    let r#type = match (r#type, default) {
        (Type::Unannotated, _) => r#type.clone(),
        (r#type, Default::Value(Value::None)) if python <= (3, 10) => Type::generic(OPTIONAL, [r#type.clone()]),
        (_, Default::Unknown) if python <= (3, 10) => {
            let reason = "whether its default is None, which in Python 3.10 makes the type optional, is not known";
            return Err(in_words(Unknown::python(reason)));
        }
        (r#type, _) => r#type.clone(),
    };
    let r#type = enumerated(&r#type).map_err(in_words)?;
    let literal_type = transform(&r#type, python).map_err(in_words)?.literal_type;
    Ok(Input { name: name.clone(), r#type, literal_type, default: default.clone() })
}

/// The outputs by name (`extract_return_annotation` of `flyte/_interface.py`).
fn returned(annotation: Option<&Type>) -> Result<Vec<(String, Type)>, Unknown> {
    let numbered = |types: &[Type]| -> Vec<(String, Type)> {
        types.iter().enumerate().map(|(index, r#type)| (format!("o{index}"), r#type.clone())).collect()
    };
    let Some(annotation) = annotation.map(Type::simplest) else { return Ok(Vec::new()) };
    match annotation {
        Type::None => Ok(Vec::new()),
        Type::Name(name) if name == "types.NoneType" => Ok(Vec::new()),
        Type::Name(name) if name == "typing.Tuple" => Err(Unknown::raises("AttributeError: __args__")),
        Type::Class(class) => match &**class {
            Class { kind: Kind::NamedTuple(fields), .. } => {
                Ok(fields.iter().map(|field| (field.name.clone(), field.r#type.clone())).collect())
            }
            _ => Ok(numbered(std::slice::from_ref(annotation))),
        },
        Type::Generic { origin, arguments } if origin == "tuple" || origin == "typing.Tuple" => {
            match arguments.as_slice() {
                [] => Err(Unknown::python("what Python makes of an empty tuple's type")),
                [_] => Err(Unknown::raises(
                    "TypeError: Tuples should be used to indicate multiple return values, found only one return variable.",
                )),
                types if types.contains(&Type::Ellipsis) => {
                    Err(Unknown::raises("TypeError: Variable length tuples are not supported as return types."))
                }
                types => {
                    let types: Result<Vec<_>, _> = types.iter().map(enumerated).collect();
                    Ok(numbered(&types?))
                }
            }
        }
        Type::Several(types) => match types.as_slice() {
            [_] => Err(Unknown::raises("TypeError: Please don't use a tuple if you're just returning one thing.")),
            types => Ok(numbered(types)),
        },
        _ => Ok(numbered(&[enumerated(annotation)?])),
    }
}

/// A `Literal[…]` as the enumeration that the SDK makes of it; any other type as it is.
fn enumerated(r#type: &Type) -> Result<Type, Unknown> {
    match r#type.simplest() {
        Type::Choice(values) => choice_to_enum(values),
        other => Ok(other.clone()),
    }
}

/// Variables by name, sorted.
fn variables<'a>(types: impl Iterator<Item = (&'a String, &'a LiteralType)>) -> VariableMap {
    let entry = |(key, literal_type): (&String, &LiteralType)| {
        let value = Variable { r#type: Some(literal_type.clone()), description: String::new() };
        VariableEntry { key: key.clone(), value: Some(value) }
    };
    let mut variables: Vec<VariableEntry> = types.map(entry).collect();
    variables.sort_by(|a, b| a.key.cmp(&b.key));
    VariableMap { variables }
}
