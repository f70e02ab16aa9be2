//! What a task returns, in the words of its annotation.

use cache_core::key::flyte::{Interface, Signature, Type};
use cache_core::python::PythonVersion;

use crate::analysis::{Known, Task};

/// The outputs by name, each with its type; or why they aren't known.
pub(super) fn outputs(task: &Task, python: Option<PythonVersion>) -> Known<Vec<(String, String)>> {
    let signature = match &task.signature {
        Known::Value(signature) => signature,
        Known::Unknown(reason) => return Known::Unknown(reason.clone()),
    };
    let Some(python) = python else { return Known::Unknown("which Python runs it is not known".to_owned()) };
    let interface = match Interface::of(signature, (3, python.minor.number())) {
        Ok(interface) => interface,
        Err(unknown) => return Known::Unknown(unknown.to_string()),
    };
    let names: Vec<String> = interface.outputs().map(str::to_owned).collect();
    let types = types(signature, names.len());
    Known::Value(names.into_iter().zip(types).collect())
}

fn types(signature: &Signature, outputs: usize) -> Vec<String> {
    match &signature.returns {
        None | Some(Type::None) => Vec::new(),
        Some(Type::Several(types)) => types.iter().map(spelled).collect(),
        Some(Type::Generic { origin, arguments }) if outputs > 1 && origin.ends_with("uple") => {
            arguments.iter().map(spelled).collect()
        }
        Some(Type::Class(class)) if outputs > 1 => class.fields().iter().map(|field| spelled(&field.r#type)).collect(),
        Some(one) => vec![spelled(one)],
    }
}

/// A type as people write it; what `typing` and the language have stands without its module.
fn spelled(r#type: &Type) -> String {
    let all = |types: &[Type], between: &str| types.iter().map(spelled).collect::<Vec<_>>().join(between);
    match r#type {
        Type::None => "None".to_owned(),
        Type::Name(name) => bare(name).to_owned(),
        Type::Generic { origin, arguments } => format!("{}[{}]", bare(origin), all(arguments, ", ")),
        Type::Or(types) => all(types, " | "),
        Type::Choice(_) => "Literal[…]".to_owned(),
        Type::Annotated(inner, _) => format!("Annotated[{}, …]", spelled(inner)),
        Type::Parameters(types) => format!("[{}]", all(types, ", ")),
        Type::Ellipsis => "...".to_owned(),
        Type::Class(class) => class.qualname.clone(),
        Type::Several(types) => format!("({})", all(types, ", ")),
        Type::Unannotated => "no annotation".to_owned(),
        Type::Opaque(text) => text.clone(),
    }
}

fn bare(name: &str) -> &str {
    name.strip_prefix("typing.").unwrap_or(name)
}
