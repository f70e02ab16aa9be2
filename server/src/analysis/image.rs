//! Images (`flyte/_image.py`): which Python they hold, which decides the version of a task's children on a cluster; and
//! the image itself, which is part of a container task's version.

use std::rc::Rc;

use cache_core::policy::{ContainerImage, DebianBase, Image, Layer};
use cache_core::python::{Minor, PythonVersion};

use super::arguments::Call;
use super::environment::reason;
use super::ir::ArgumentKind;
use super::link::Linker;
use super::task::ImagePython;
use super::value::{Arguments, Given, Value};

/// A `flyte.Image`.
#[derive(Clone, Debug)]
pub struct ImageValue {
    pub python: ImagePython,
    pub image: Image,
}

/// The Python of an `image=`: an `Image`, a URI, `"auto"` or nothing.
pub fn python_of(value: &Value) -> ImagePython {
    match value {
        Value::Image(image) => image.python.clone(),
        Value::None => ImagePython::Submitting,
        Value::Str(auto) if &**auto == "auto" || auto.is_empty() => ImagePython::Submitting,
        Value::Str(uri) => ImagePython::Unknown(only_the_image_tells(uri)),
        Value::Unknown(reason) => ImagePython::Unknown(reason.to_string()),
        Value::OneOf(all) => {
            let mut pythons = all.iter().map(|(_, image)| python_of(image));
            match pythons.next() {
                Some(first) if pythons.all(|other| same_python(&first, &other)) => first,
                _ => ImagePython::Unknown("the image is one of several at run time".to_owned()),
            }
        }
        _ => ImagePython::Unknown("the image is not known without running Python".to_owned()),
    }
}

/// Whether two images surely hold the same Python, wherever that is said.
fn same_python(one: &ImagePython, other: &ImagePython) -> bool {
    match (one, other) {
        (ImagePython::Submitting, ImagePython::Submitting) => true,
        (ImagePython::Named(one, _), ImagePython::Named(other, _)) => one == other,
        _ => false,
    }
}

/// The image of a container task; the error says why it isn't known.
pub fn of_container(given: Option<&Given>) -> Result<ContainerImage, String> {
    match given.map(|given| (&given.value, given)) {
        None | Some((Value::None, _)) => Ok(ContainerImage::None),
        Some((Value::Str(uri), _)) => Ok(ContainerImage::from_text(uri)),
        Some((Value::Image(image), _)) => Ok(ContainerImage::Image(image.image.clone())),
        Some((value, given)) => Err(reason(value, &given.text)),
    }
}

fn only_the_image_tells(uri: &str) -> String {
    format!("only the image `{uri}` itself tells its Python")
}

/// `Image.from_…(...)`
pub fn made(linker: &Linker<'_>, call: &Call<'_>, constructor: &str, arguments: &Arguments) -> Value {
    // Images are told apart by it, so that none of it is left out.
    let (text, whole) = (|| call.text(linker), || call.whole_text(linker));
    let (python, image) = match constructor {
        "from_debian_base" => (
            named(arguments.get(&["python_version"], "python_version"), arguments),
            debian(arguments)
                .map_or_else(|| Image::unknown(format!("`{}` runs Python", text())), Image::from_debian_base),
        ),
        "from_uv_script" => (
            named(arguments.keyword("python_version"), arguments),
            Image::unknown(format!("`{}` is named by the script's content", text())),
        ),
        "from_base" => match arguments.get(&["image_uri"], "image_uri").map(|given| &given.value) {
            Some(Value::Str(uri)) => (ImagePython::Unknown(only_the_image_tells(uri)), Image::from_base(uri)),
            _ => (
                ImagePython::Unknown(format!("`{}` tells no Python", whole())),
                Image::unknown(format!("`{}` runs Python", text())),
            ),
        },
        _ => (
            ImagePython::Unknown(format!("`{}` tells no Python", whole())),
            Image::unknown(format!("`{}` is named when it is built", text())),
        ),
    };
    Value::Image(Rc::new(ImageValue { python, image }))
}

/// `python_version=(3, 12)`; by default the submitting interpreter's minor.
fn named(given: Option<&Given>, arguments: &Arguments) -> ImagePython {
    match (given, &arguments.unknown) {
        (None, Some(reason)) => ImagePython::Unknown(reason.to_string()),
        (None, None) | (Some(Given { value: Value::None, .. }), _) => ImagePython::Submitting,
        (Some(given), _) => match minor(&given.value).and_then(version) {
            Some(version) => ImagePython::Named(version, given.place.clone()),
            None => ImagePython::Unknown(reason(&given.value, &given.text)),
        },
    }
}

/// The arguments of `Image.from_debian_base(...)`, if all that count are known.
fn debian(arguments: &Arguments) -> Option<DebianBase> {
    const PARAMETERS: [&str; 7] =
        ["python_version", "flyte_version", "install_flyte", "registry", "registry_secret", "name", "platform"];
    let get = |name: &str| arguments.get(&PARAMETERS, name).map(|given| &given.value);
    if arguments.unknown.is_some() {
        return None;
    }
    Some(DebianBase {
        python: match get("python_version") {
            None | Some(Value::None) => None,
            Some(value) => Some((3, u8::try_from(minor(value)?).ok()?)),
        },
        flyte_version: optional(get("flyte_version"))?,
        install_flyte: flag(get("install_flyte"), true)?,
        registry: optional(get("registry"))?,
        name: optional(get("name"))?,
    })
}

/// `image.with_…(...)`, `image.clone(...)`
pub fn changed(linker: &Linker<'_>, call: &Call<'_>, from: &ImageValue, method: &str, arguments: &Arguments) -> Value {
    let (text, whole) = (|| call.text(linker), || call.whole_text(linker));
    let mut python = from.python.clone();
    let image = match method {
        "clone" => {
            // A clone for another Python keeps the base image and the Python in it.
            if arguments.keyword("python_version").is_some_and(|given| !matches!(given.value, Value::None)) {
                python = ImagePython::Unknown(format!("`{}` asks for another Python than its base", whole()));
            }
            cloned(from, arguments).unwrap_or_else(|| Image::unknown(format!("`{}` runs Python", text())))
        }
        _ if method.starts_with("with_") => {
            // pixi installs a Python of its own; commands may do anything to it, but don't in practice.
            if method == "with_pixi_project" {
                python = ImagePython::Unknown(format!("`{}` installs a Python of its own", whole()));
            }
            let layer = if arguments.unknown.is_none() { layer(method, arguments) } else { None };
            from.image.clone().with_layer(
                layer.unwrap_or_else(|| Layer::Unknown(format!("the image's `{method}` is named when it is built"))),
            )
        }
        _ => return linker.runs(call.context, call.expr),
    };
    Value::Image(Rc::new(ImageValue { python, image }))
}

fn cloned(from: &ImageValue, arguments: &Arguments) -> Option<Image> {
    const PARAMETERS: [&str; 3] = ["registry", "registry_secret", "name"];
    let positional = arguments.given.iter().filter(|given| given.kind == ArgumentKind::Positional).count();
    let rest = ["base_image", "addl_layer"].iter().any(|name| arguments.keyword(name).is_some());
    if arguments.unknown.is_some() || rest || positional > PARAMETERS.len() {
        return None;
    }
    let text = |name: &str| optional(arguments.get(&PARAMETERS, name).map(|given| &given.value));
    let (registry, name) = (text("registry")?, text("name")?);
    Some(from.image.clone().clone_with(registry.as_deref(), name.as_deref()))
}

/// The layer that a method adds, if it is hashed by its arguments alone and they are known.
fn layer(method: &str, arguments: &Arguments) -> Option<Layer> {
    if arguments.keyword("secret_mounts").is_some() {
        return None;
    }
    let given = |name: &str| arguments.keyword(name).map(|given| &given.value);
    let only = |name: &str| arguments.get(&[name], name).map(|given| &given.value);
    let all = || {
        let positional = arguments.given.iter().filter(|given| given.kind == ArgumentKind::Positional);
        positional.map(|given| string(&given.value)).collect::<Option<Vec<_>>>()
    };
    match method {
        "with_pip_packages" => Some(Layer::Pip {
            packages: all()?,
            index_url: optional(given("index_url"))?,
            extra_index_urls: given("extra_index_urls").map_or(Some(Vec::new()), strings)?,
            pre: flag(given("pre"), false)?,
            extra_args: optional(given("extra_args"))?,
        }),
        "with_apt_packages" => Some(Layer::Apt { packages: all()? }),
        "with_commands" => strings(only("commands")?).map(Layer::Commands),
        "with_workdir" => string(only("workdir")?).map(Layer::WorkDir),
        "with_env_vars" => match only("env_vars")? {
            Value::Dict(items) => {
                let pairs = items.iter().map(|(name, value, _)| Some((name.to_string(), string(value)?)));
                pairs.collect::<Option<Vec<_>>>().map(Layer::EnvVars)
            }
            _ => None,
        },
        _ => None,
    }
}

fn string(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    }
}

/// A list of strings, or one; `None` is an empty list.
fn strings(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::None => Some(Vec::new()),
        Value::Str(one) => Some(vec![one.to_string()]),
        value => value.items()?.iter().map(string).collect(),
    }
}

fn optional(value: Option<&Value>) -> Option<Option<String>> {
    match value {
        None | Some(Value::None) => Some(None),
        Some(value) => string(value).map(Some),
    }
}

fn flag(value: Option<&Value>, default: bool) -> Option<bool> {
    match value {
        None => Some(default),
        Some(Value::Bool(value)) => Some(*value),
        _ => None,
    }
}

/// The minor of `(3, 12)`.
fn minor(value: &Value) -> Option<i64> {
    match value.items()? {
        [Value::Int(3), Value::Int(minor)] => Some(*minor),
        _ => None,
    }
}

fn version(minor: i64) -> Option<PythonVersion> {
    Minor::ALL.into_iter().find(|known| i64::from(known.number()) == minor).map(PythonVersion::minor)
}
