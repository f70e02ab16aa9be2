//! What a shell task runs (`flyte/extras/shell`): types and flags of its inputs, for the command that the SDK renders.

use cache_core::policy::{ContainerBody, DictMode, ListMode, ShellInput, ShellInputKind, ShellOutput, ShellTask};

use super::arguments::Call;
use super::environment::reason;
use super::image;
use super::ir::*;
use super::link::Linker;
use super::sdk;
use super::task::Known;
use super::value::{Arguments, Instance, Value};

/// The container of `flyte.extras.shell.create(...)`.
pub fn body(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Known<ContainerBody> {
    match task(linker, call, arguments) {
        Ok(task) => match task.body() {
            Ok(body) => Known::Value(body),
            Err(unknown) => Known::Unknown(unknown.to_string()),
        },
        Err(reason) => Known::Unknown(reason),
    }
}

fn task(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Result<ShellTask, String> {
    if let Some(reason) = &arguments.unknown {
        return Err(reason.to_string());
    }
    let text = |name: &str, default: Option<&str>| match (arguments.get(&["name"], name), default) {
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(format!("`{}` has no `{name}`", call.text(linker))),
        (Some(given), _) => match &given.value {
            Value::Str(text) => Ok(text.to_string()),
            value => Err(reason(value, &given.text)),
        },
    };
    let image = image::of_container(arguments.keyword("image"))?;
    let mut task = ShellTask::new(&text("name", None)?, image, &text("script", None)?);
    task.shell = text("shell", Some("/bin/bash"))?;
    task.debug = match arguments.keyword("debug") {
        None => false,
        Some(given) => match &given.value {
            Value::Bool(debug) => *debug,
            value => return Err(reason(value, &given.text)),
        },
    };
    for (name, annotation) in entries(call, "inputs").ok_or("the inputs are not written out")? {
        let (kind, optional) = input_kind(linker, call, annotation)
            .ok_or_else(|| format!("the type of the input `{name}` is not one that shell tasks take"))?;
        task.inputs.push(ShellInput { optional, ..ShellInput::new(name, kind) });
    }
    for (name, declaration) in entries(call, "outputs").ok_or("the outputs are not written out")? {
        let kind = output_kind(&linker.value(call.context, declaration))
            .ok_or_else(|| format!("the output `{name}` is not known without running Python"))?;
        task.outputs.push((name.to_owned(), kind));
    }
    if let Some(given) = arguments.keyword("flag_aliases") {
        let aliases = match &given.value {
            Value::None => return Ok(task),
            Value::Dict(aliases) => aliases,
            value => return Err(reason(value, &given.text)),
        };
        for (name, alias, _) in aliases.iter() {
            let input = task.inputs.iter_mut().find(|input| input.name == **name);
            let input =
                input.ok_or_else(|| format!("the SDK raises: `flag_aliases` names `{name}`, which is no input"))?;
            set_flag(input, alias)
                .ok_or_else(|| format!("the flag of `{name}` is not known without running Python"))?;
        }
    }
    Ok(task)
}

/// The entries of a dictionary that is written out as an argument; empty if it isn't given.
pub fn entries<'c>(call: &Call<'c>, name: &str) -> Option<Vec<(&'c str, &'c Expr)>> {
    let keyword = ArgumentKind::Keyword(name.to_owned());
    let Some(argument) = call.arguments.iter().find(|argument| argument.kind == keyword) else {
        return Some(Vec::new());
    };
    match &argument.value.kind {
        ExprKind::None => Some(Vec::new()),
        ExprKind::Dict(items) => items
            .iter()
            .map(|(key, value)| match key.as_ref().map(|key| &key.kind) {
                Some(ExprKind::Str(key)) => Some((key.as_str(), value)),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// The kind of an input by its type, and whether it is `T | None`.
fn input_kind(linker: &Linker<'_>, call: &Call<'_>, annotation: &Expr) -> Option<(ShellInputKind, bool)> {
    let path = |expr: &Expr| match linker.value(call.context, expr) {
        Value::External(path) => Some(path),
        _ => None,
    };
    match &annotation.kind {
        ExprKind::Binary(left, operator, right) if operator == "|" => match (&left.kind, &right.kind) {
            (_, ExprKind::None) => Some((input_kind(linker, call, left)?.0, true)),
            (ExprKind::None, _) => Some((input_kind(linker, call, right)?.0, true)),
            _ => None,
        },
        ExprKind::Subscript(generic, argument) => match &*path(generic)? {
            "typing.Optional" => Some((input_kind(linker, call, argument)?.0, true)),
            "builtins.list" | "typing.List" => {
                (sdk::io_class(&path(argument)?) == Some("File")).then_some((ShellInputKind::Files, false))
            }
            "builtins.dict" | "typing.Dict" => match &argument.kind {
                ExprKind::Tuple(types) => {
                    let all = types.iter().all(|part| path(part).as_deref() == Some("builtins.str"));
                    (all && types.len() == 2).then_some((ShellInputKind::Dict, false))
                }
                _ => None,
            },
            _ => None,
        },
        _ => {
            let path = path(annotation)?;
            let kind = match (&*path, sdk::io_class(&path)) {
                ("builtins.bool", _) => ShellInputKind::Bool,
                ("builtins.int" | "builtins.float" | "builtins.str", _) => ShellInputKind::Scalar,
                (_, Some("File")) => ShellInputKind::File,
                (_, Some("Dir")) => ShellInputKind::Dir,
                _ => return None,
            };
            Some((kind, false))
        }
    }
}

fn output_kind(value: &Value) -> Option<ShellOutput> {
    match value {
        Value::External(path) => match (&**path, sdk::io_class(path)) {
            ("builtins.int" | "builtins.float" | "builtins.str" | "builtins.bool", _) | (_, Some("File")) => {
                Some(ShellOutput::File)
            }
            (_, Some("Dir")) => Some(ShellOutput::Folder),
            _ => None,
        },
        Value::Instance(instance) => match shell_class(instance)? {
            "Glob" => Some(ShellOutput::Folder),
            "Stdout" => Some(ShellOutput::Stdout),
            "Stderr" => Some(ShellOutput::Stderr),
            _ => None,
        },
        _ => None,
    }
}

fn shell_class(instance: &Instance) -> Option<&str> {
    instance.class.starts_with("flyte.extras.shell").then(|| instance.class.rsplit('.').next()).flatten()
}

/// `"--x"`, `("--x", "repeat")`, `FlagSpec("--x", …)`
fn set_flag(input: &mut ShellInput, alias: &Value) -> Option<()> {
    let text = |value: &Value| match value {
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    };
    match alias {
        Value::Str(flag) => input.flag = flag.to_string(),
        Value::Tuple(parts) => {
            let [flag, mode] = &**parts else { return None };
            input.flag = text(flag)?;
            set_mode(input, &text(mode)?)?;
        }
        Value::Instance(instance) if shell_class(instance) == Some("FlagSpec") => {
            const PARAMETERS: [&str; 4] = ["flag", "list_mode", "separator", "dict_mode"];
            let get = |name: &str| instance.arguments.get(&PARAMETERS, name).map(|given| &given.value);
            if instance.arguments.unknown.is_some() {
                return None;
            }
            input.flag = text(get("flag")?)?;
            for mode in ["list_mode", "dict_mode"] {
                if let Some(value) = get(mode) {
                    set_mode(input, &text(value)?)?;
                }
            }
            if let Some(separator) = get("separator") {
                input.separator = text(separator)?;
            }
        }
        _ => return None,
    }
    Some(())
}

fn set_mode(input: &mut ShellInput, mode: &str) -> Option<()> {
    match mode {
        "join" => input.list_mode = ListMode::Join,
        "repeat" => input.list_mode = ListMode::Repeat,
        "comma" => input.list_mode = ListMode::Comma,
        "pairs" => input.dict_mode = DictMode::Pairs,
        "equals" => input.dict_mode = DictMode::Equals,
        _ => return None,
    }
    Some(())
}
