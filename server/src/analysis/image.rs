//! Which Python a task's image holds (`flyte/_image.py`): what decides the version of the task's children on a cluster.

use cache_core::python::{Minor, PythonVersion};

use super::eval::Call;
use super::link::Linker;
use super::task::ImagePython;
use super::value::{Arguments, Given, Value};

/// The Python of an `image=`: an `Image`, a URI, `"auto"` or nothing.
pub fn python_of(value: &Value) -> ImagePython {
    match value {
        Value::Image(python) => python.clone(),
        Value::None => ImagePython::Submitting,
        Value::Str(auto) if &**auto == "auto" || auto.is_empty() => ImagePython::Submitting,
        Value::Str(uri) => ImagePython::Unknown(format!("only the image `{uri}` itself tells its Python")),
        Value::Unknown(reason) => ImagePython::Unknown(reason.to_string()),
        Value::OneOf(_) => ImagePython::Unknown("the image is one of several at run time".to_owned()),
        _ => ImagePython::Unknown("the image is not known without running Python".to_owned()),
    }
}

/// `Image.from_…(...)`
pub fn made(linker: &Linker<'_>, call: &Call<'_>, constructor: &str, arguments: &Arguments) -> Value {
    let place = |given: &Given| given.place.clone();
    Value::Image(match constructor {
        // These have `python_version=None`, which is the submitting interpreter's minor.
        "from_debian_base" | "from_uv_script" => {
            let given = match constructor {
                "from_debian_base" => arguments.get(&["python_version"], "python_version"),
                _ => arguments.keyword("python_version"),
            };
            match (given, &arguments.unknown) {
                (None, Some(reason)) => ImagePython::Unknown(reason.to_string()),
                (None, None) => ImagePython::Submitting,
                (Some(Given { value: Value::None, .. }), _) => ImagePython::Submitting,
                (Some(given), _) => match version(&given.value) {
                    Some(version) => ImagePython::Named(version, place(given)),
                    None => ImagePython::Unknown(super::environment::reason(&given.value, &given.text)),
                },
            }
        }
        "from_base" => match arguments.get(&["image_uri"], "image_uri").map(|given| &given.value) {
            Some(Value::Str(uri)) => ImagePython::Unknown(format!("only the image `{uri}` itself tells its Python")),
            _ => ImagePython::Unknown(format!("`{}` tells no Python", call.text(linker))),
        },
        _ => ImagePython::Unknown(format!("`{}` tells no Python", call.text(linker))),
    })
}

/// `image.with_…(...)`, `image.clone(...)`
pub fn changed(linker: &Linker<'_>, call: &Call<'_>, python: &ImagePython, method: &str, arguments: &Arguments) -> Value {
    Value::Image(match method {
        // A clone for another Python keeps the base image and the Python in it.
        "clone" => match arguments.keyword("python_version") {
            Some(given) if !matches!(given.value, Value::None) => {
                ImagePython::Unknown(format!("`{}` asks for another Python than its base", call.text(linker)))
            }
            _ => python.clone(),
        },
        // pixi installs a Python of its own; commands may do anything to it, but don't in practice.
        "with_pixi_project" => ImagePython::Unknown(format!("`{}` installs a Python of its own", call.text(linker))),
        _ if method.starts_with("with_") => python.clone(),
        _ => return linker.runs(call.context, call.expr),
    })
}

/// `(3, 12)`
fn version(value: &Value) -> Option<PythonVersion> {
    let Value::Sequence(parts) = value else { return None };
    match &**parts {
        [Value::Int(3), Value::Int(minor)] => Minor::ALL
            .into_iter()
            .find(|known| i64::from(known.number()) == *minor)
            .map(PythonVersion::minor),
        _ => None,
    }
}
