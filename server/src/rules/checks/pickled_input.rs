//! ## What it does
//!
//! Finds inputs of cached tasks that Flyte can only pickle: functions (`Callable`) and objects of classes without fields that it knows (no
//! dataclass, Pydantic model or the like).
//!
//! ## Why is this bad?
//!
//! What counts of such an input is its pickle, not its value. Equal objects can have different pickles: they depend on what the object's
//! parts share, and on the versions of Python and of the libraries that made it; an object of a class of the script that is run is another
//! one in each process, so that an entry is never found again. A function or class of a module is pickled by its name, so that edits of it
//! don't count.
//!
//! Inputs that are ignored are left alone.
//!
//! ## Example
//!
//! ```python
//! class Config:
//!     def __init__(self, lr: float): ...
//!
//! @env.task(cache="auto")
//! def train(config: Config) -> float: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! @dataclasses.dataclass
//! class Config:
//!     lr: float
//! ```
//!
//! ## Fix
//!
//! None.

use std::sync::Arc;

use cache_core::key::flyte::{Kind, Type};

use crate::analysis::{Known, Task};
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "pickled-input",
    name: "an input of a cached task that is pickled",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("pickled_input.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for task in facts.code.tasks.iter().filter(|task| caches(&task.spec)) {
        let (Known::Value(signature), Some(ignored)) = (&task.signature, task.spec.ignored_inputs.value.value()) else {
            continue;
        };
        for (input, parameter) in signature.parameters.iter().enumerate() {
            let Some(what) = pickled(&parameter.r#type, &|module| may_be_known(facts, task, module))
                .filter(|_| !ignored.contains(&parameter.name))
            else {
                continue;
            };
            let at = task.annotations.get(input).cloned().flatten().unwrap_or_else(|| task.at.clone());
            let message = format!(
                "`{}` of `{}` is pickled, since it is {what}: its pickle counts, not its value",
                parameter.name,
                task.shown_name()
            );
            let help = "give it a type that Flyte knows, such as a dataclass, or name it in `ignored_inputs` where it does not matter";
            found.push(Finding::new(&RULE, at, message).help(help));
        }
    }
}

/// Whether a type of a module may be one that the project has taught Flyte: a `TypeTransformer` of its own, beside the task or the type.
fn may_be_known(facts: &Facts<'_>, task: &Task, module: Option<&str>) -> bool {
    let own = task.at.file.to_path_buf();
    let of_module = module.zip(own.parent()).map(|(module, folder)| folder.join(module.replace('.', "/") + ".py"));
    let teaches = |text: Arc<str>| text.contains("TypeTransformer") || text.contains("TypeEngine");
    std::iter::once(own.clone()).chain(of_module).any(|file| facts.text(&file).is_some_and(teaches))
}

/// What the SDK looks into, so that what it holds is pickled by itself.
const HOLDERS: [&str; 6] = ["list", "typing.List", "dict", "typing.Dict", "typing.Optional", "typing.Union"];

/// What is pickled, in words; `is_known` says of a module whether its types may be known to Flyte.
fn pickled(r#type: &Type, is_known: &dyn Fn(Option<&str>) -> bool) -> Option<String> {
    let is_callable = |name: &str| matches!(name, "typing.Callable" | "collections.abc.Callable");
    match r#type {
        Type::Annotated(inner, _) => pickled(inner, is_known),
        Type::Generic { origin, arguments } if HOLDERS.contains(&origin.as_str()) => {
            arguments.iter().find_map(|inner| pickled(inner, is_known))
        }
        Type::Or(all) => all.iter().find_map(|inner| pickled(inner, is_known)),
        Type::Name(name) if is_callable(name) => Some("a function".to_owned()),
        Type::Generic { origin, .. } if is_callable(origin) => Some("a function".to_owned()),
        Type::Class(class) if class.kind == Kind::Plain && !is_known(class.module.as_deref()) => {
            Some(format!("a plain object of `{}`", class.name()))
        }
        _ => None,
    }
}
