//! Inputs that the user gives: `--task ml.train --input lr=0.1`, checked against the task's annotations.

use cache_core::key::flyte::{Argument, Interface, Type, Unknown, Value};
use cache_core::python::{self, Minor};

use crate::analysis::{Known, Passed, Task};

use super::{fit, json_value};

/// What the user wrote for a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenText {
    /// `ml.train`, or `train` where only one task has a function of that name.
    pub task: String,
    /// Names and values, each value in JSON or as a Python literal; text for a `str` may stand bare.
    pub inputs: Vec<(String, String)>,
}

/// Inputs of a task that the user gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// `ml.train`
    pub task: String,
    /// The values.
    pub passed: Passed,
}

/// What is wrong with what the user gave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GivenError {
    /// No task has that name.
    #[error("there is no task {name}{}", meant(.nearest))]
    NoTask {
        /// What was asked for.
        name: String,
        /// A task whose name is like it.
        nearest: Option<String>,
    },
    /// Several tasks have a function of that name.
    #[error("several tasks have a function {name}: name one of them in full: {}", .tasks.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// The tasks.
        tasks: Vec<String>,
    },
    /// The task has no such input.
    #[error("{task} has no input {name}{}", inputs(.known, .nearest))]
    NoInput {
        /// The task.
        task: String,
        /// What was asked for.
        name: String,
        /// An input whose name is like it.
        nearest: Option<String>,
        /// The inputs.
        known: Vec<String>,
    },
    /// The value isn't one of the input's type.
    #[error("--input {name}={value}: {reason}")]
    Value {
        /// The input.
        name: String,
        /// What was written.
        value: String,
        /// What is wrong and what to write.
        reason: String,
    },
    /// Inputs without a default were left out.
    #[error("{task} needs the input {name} too: add --input {name}=…")]
    Missing {
        /// The task.
        task: String,
        /// The input.
        name: String,
    },
    /// What Flyte refuses.
    #[error("{task}: {reason}")]
    Refused {
        /// The task.
        task: String,
        /// In the SDK's own words.
        reason: String,
    },
}

fn meant(nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => format!(": did you mean {name}?"),
        None => ": `tasklens status --all` lists the tasks".to_owned(),
    }
}

fn inputs(known: &[String], nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => format!(": did you mean {name}?"),
        None if known.is_empty() => ": it has none".to_owned(),
        None => format!(": its inputs are {}", known.join(", ")),
    }
}

/// The name in full of the task that `name` means; `None` if there is none.
///
/// # Errors
///
/// [`GivenError::Ambiguous`]: it is only the function's name, and several tasks have that.
pub fn named<'t>(name: &str, tasks: impl Iterator<Item = &'t Task>) -> Result<Option<&'t str>, GivenError> {
    let called = |task: &'t Task| task.known_name().filter(|known| *known == name || task.function == name);
    let mut names: Vec<&str> = tasks.filter_map(called).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        several if several.contains(&name) => Ok(several.iter().find(|known| **known == name).copied()),
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let tasks = several.iter().map(|&name| name.to_owned()).collect();
            Err(GivenError::Ambiguous { name: name.to_owned(), tasks })
        }
    }
}

/// What the user gave for `task`, as values of its types.
///
/// # Errors
///
/// [`GivenError`]: a name that the task doesn't have, a value that doesn't fit, an input that is missing.
pub fn passed(task: &Task, given: &GivenText) -> Result<Passed, GivenError> {
    let mut keywords = Vec::new();
    for (name, text) in &given.inputs {
        let known = || task.inputs.iter().map(|input| input.name.as_str());
        if known().all(|input| input != name) {
            return Err(GivenError::NoInput {
                task: given.task.clone(),
                name: name.clone(),
                nearest: nearest(name, known()),
                known: known().map(str::to_owned).collect(),
            });
        }
        let annotation =
            task.inputs.iter().find(|input| input.name == *name).and_then(|input| input.annotation.as_deref());
        let argument = match parameter(task, name) {
            Some(r#type) => typed(text, r#type, annotation.unwrap_or("value")),
            // The type is not known, and so won't be the key.
            None => Ok(Argument::Value(untyped(text).unwrap_or_else(|_| Value::str(text)))),
        };
        let argument =
            argument.map_err(|reason| GivenError::Value { name: name.clone(), value: text.clone(), reason })?;
        keywords.push((name.clone(), argument));
    }
    let passed = Passed { positional: Vec::new(), keywords };
    check(task, given, &passed)?;
    Ok(passed)
}

/// What is wrong with a text for one input of a task, and what to write; `None` if nothing is.
///
/// # Errors
///
/// [`GivenError::NoInput`].
pub fn wrong(task: &Task, name: &str, text: &str) -> Result<Option<String>, GivenError> {
    let Some(input) = task.inputs.iter().find(|input| input.name == name) else {
        let known: Vec<String> = task.inputs.iter().map(|input| input.name.clone()).collect();
        let nearest = nearest(name, known.iter().map(String::as_str));
        return Err(GivenError::NoInput { task: task.shown_name().to_owned(), name: name.to_owned(), nearest, known });
    };
    let Some(r#type) = parameter(task, name) else { return Ok(None) };
    Ok(typed(text, r#type, input.annotation.as_deref().unwrap_or("value")).err())
}

/// How a value of an input could be written, where an example helps.
pub fn example(task: &Task, name: &str) -> Option<String> {
    let example = fit::example(parameter(task, name)?);
    Some(example.trim_start_matches(": ").to_owned()).filter(|example| !example.is_empty())
}

/// The name of `names` that is most like `name`, if one is like it at all.
pub fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let near = names.map(|other| (likeness(name, other), other)).min();
    let length = name.chars().count();
    // Of a name of one letter nothing is left that could be alike.
    let is_near = |likeness: usize| likeness <= length.div_ceil(3) && (likeness == 0 || likeness < length);
    near.filter(|(likeness, _)| is_near(*likeness)).map(|(_, name)| name.to_owned())
}

/// How far a name is from another: the less, the more alike.
pub fn likeness(name: &str, other: &str) -> usize {
    let (name, other) = (name.to_lowercase(), other.to_lowercase());
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let (name_last, other_last) = (last(&name), last(&other));
    // `train` for `ml.train` is a step, not several; so is another environment.
    let by_function = edits(&name, &other_last).min(edits(&name_last, &other_last));
    edits(&name, &other).min(by_function + usize::from(other_last != other))
}

/// How many letters have to be put in, taken out or changed (Levenshtein).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in b.iter().enumerate() {
            let changed = corner + usize::from(a != *b);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

fn parameter<'t>(task: &'t Task, name: &str) -> Option<&'t Type> {
    let Known::Value(signature) = &task.signature else { return None };
    signature.parameters.iter().find(|parameter| parameter.name == name).map(|parameter| &parameter.r#type)
}

/// What the SDK says to it all.
fn check(task: &Task, given: &GivenText, passed: &Passed) -> Result<(), GivenError> {
    let missing = task
        .inputs
        .iter()
        .find(|input| input.default.is_none() && passed.keywords.iter().all(|(name, _)| *name != input.name));
    if let Some(input) = missing {
        return Err(GivenError::Missing { task: given.task.clone(), name: input.name.clone() });
    }
    let Known::Value(signature) = &task.signature else { return Ok(()) };
    // Which Python doesn't matter for what fits what.
    let Ok(interface) = Interface::of(signature, (3, 12)) else { return Ok(()) };
    let hash = interface.bind(&passed.positional, &passed.keywords).and_then(|inputs| inputs.hash(&[]));
    match hash {
        Err(Unknown::Raises(reason)) => Err(GivenError::Refused {
            task: given.task.clone(),
            reason: format!("Flyte refuses these inputs: {reason}"),
        }),
        _ => Ok(()),
    }
}

/// The value that `text` is for an input of a type: JSON, else a Python literal, else, for a `str`, itself.
fn typed(text: &str, r#type: &Type, annotation: &str) -> Result<Argument, String> {
    if fit::is_stored(r#type) {
        return Ok(Argument::Unknown(format!("{annotation}: its place and hash are known to Python only")));
    }
    let is_quoted = text.len() > 1 && text.starts_with(['"', '\'']);
    if fit::takes_text(r#type) && !is_quoted {
        let none = fit::takes_none(r#type) && matches!(text, "null" | "None");
        return Ok(Argument::Value(if none { Value::None } else { Value::str(text) }));
    }
    let value = match untyped(text) {
        Ok(value) => value,
        // A date, a member of an enumeration, one of several texts.
        Err(_) if fit::takes_words(r#type) => Value::str(text),
        Err(reason) => return Err(reason),
    };
    let shown = value.to_string();
    let wrong = fit::wrong_fields(&value, r#type);
    let fitting = fit::fit(value, r#type);
    fitting
        .map(Argument::Value)
        .ok_or_else(|| wrong.unwrap_or_else(|| format!("{shown} is no {annotation}{}", fit::example(r#type))))
}

/// What `text` is without regard to a type.
fn untyped(text: &str) -> Result<Value, String> {
    match json_value::parse(text) {
        Some(value) => Ok(value),
        None => python::value(text, Minor::Py312).map(Value::from).map_err(|error| error.to_string()),
    }
}
