//! The interface of a container: types in dictionaries, not in a signature.

use cache_core::key::flyte::{Class, Default, Field, Kind, Parameter, Signature, Type};

use super::super::link::{Context, Linker};
use super::super::value::{Instance, Value};
use super::Wiring;
use super::annotation::Reader;

/// The signature that `inputs=` and `outputs=` make.
pub fn signature(
    linker: &Linker<'_>,
    context: Context<'static>,
    inputs: &[(String, Value)],
    outputs: &[(String, Value)],
    wiring: Wiring,
) -> Result<Signature, String> {
    let reader = Reader::of_values(linker, context);
    let read = |name: &str, value: &Value| {
        if matches!(value, Value::Str(_)) {
            return Err(format!("{name}: its type is text"));
        }
        let r#type = reader.of_value(value, &|| name.to_owned()).and_then(plain);
        r#type.map_err(|reason| format!("{name}: {reason}"))
    };
    let mut parameters = Vec::new();
    for (name, value) in inputs {
        let mut r#type = read(name, value)?;
        if wiring == Wiring::Shell {
            r#type = wired(r#type);
        }
        parameters.push(Parameter { name: name.clone(), r#type, default: Default::Required });
    }
    if wiring == Wiring::Script {
        // The SDK gives it the script as its default.
        let r#type = Type::name("flyte.io.File");
        parameters.push(Parameter { name: "_script".to_owned(), r#type, default: Default::Unknown });
    }
    let mut fields = Vec::new();
    for (name, value) in outputs {
        let r#type = match (wiring, value) {
            (Wiring::Shell, Value::Instance(instance)) => {
                captured(instance).ok_or_else(|| format!("{name}: what it holds is not known"))?
            }
            _ => read(name, value)?,
        };
        fields.push(Field { name: name.clone(), r#type, default: Default::Required, keywords: Vec::new() });
    }
    // Named outputs are those of a `NamedTuple`.
    let named = Class { module: None, qualname: "Outputs".to_owned(), doc: None, kind: Kind::NamedTuple(fields) };
    let returns = (!outputs.is_empty()).then(|| Type::Class(Box::new(named)));
    Ok(Signature { parameters, returns })
}

/// Only of signatures does the SDK read strings, and `Literal[…]` as an enumeration.
fn plain(r#type: Type) -> Result<Type, String> {
    match r#type {
        Type::Choice(_) => Err("what becomes of a `Literal` here is known to Python only".to_owned()),
        Type::Several(_) => Err("a tuple of types is no type".to_owned()),
        r#type => Ok(r#type),
    }
}

/// `_Shell._container_inputs`: what has no place on a command line is text.
fn wired(r#type: Type) -> Type {
    let is = |r#type: &Type, names: &[&str]| matches!(r#type, Type::Name(name) if names.contains(&name.as_str()));
    let inner = match &r#type {
        Type::Or(operands) => match operands.as_slice() {
            [inner, Type::None] | [Type::None, inner] => Some(inner.clone()),
            _ => None,
        },
        Type::Generic { origin, arguments } if origin == "typing.Optional" => arguments.first().cloned(),
        _ => None,
    };
    let bare = inner.clone().unwrap_or_else(|| r#type.clone());
    let is_dict = matches!(&bare, Type::Generic { origin, arguments } if matches!(origin.as_str(), "dict" | "typing.Dict")
        && arguments.iter().all(|argument| is(argument, &["str"])));
    match inner {
        _ if is_dict => Type::name("str"),
        Some(inner) if is(&inner, &["int", "float", "str", "bool"]) => Type::name("str"),
        Some(inner) => Type::Or(vec![inner, Type::None]),
        None => r#type,
    }
}

/// `Glob(…)`, `Stdout()`, `Stderr()` as outputs.
fn captured(instance: &Instance) -> Option<Type> {
    if !instance.class.starts_with("flyte.extras.shell") || instance.arguments.unknown.is_some() {
        return None;
    }
    match instance.class.rsplit('.').next()? {
        "Glob" => Some(Type::name("flyte.io.Dir")),
        "Stdout" | "Stderr" => match instance.arguments.get(&["type"], "type").map(|given| &given.value) {
            None => Some(Type::name("flyte.io.File")),
            Some(Value::External(path)) => Some(Type::Name(super::super::sdk::type_name(path))),
            _ => None,
        },
        _ => None,
    }
}
