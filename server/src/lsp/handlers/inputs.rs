//! `tasklens/inputs` and `tasklens/validateInput`: what to ask a user for, who wants to know whether some inputs are a hit.

use serde_json::{Value, json};

use crate::analysis::{Known, Task};
use crate::status::explain::Answer;
use crate::status::given::{example, wrong};

use super::super::own::{InputText, TaskAt};
use super::super::protocol::Result;
use super::super::snapshot::Snapshot;
use super::explain::{asked, only, refused};

/// The inputs of a task, in the order of its signature.
pub fn answer(snapshot: &Snapshot, at: TaskAt) -> Result<Value> {
    let (_, answer) = asked(snapshot, &at)?;
    let task = task(&answer)?;
    let ignored = match &task.spec.ignored_inputs.value {
        Known::Value(names) => names.as_slice(),
        Known::Unknown(_) => &[],
    };
    let inputs = task.inputs.iter().map(|input| {
        json!({"name": input.name, "annotation": input.annotation, "default": input.default,
               "ignored": ignored.contains(&input.name), "example": example(task, &input.name)})
    });
    Ok(json!({"task": task.shown_name(), "inputs": inputs.collect::<Vec<_>>()}))
}

/// What is wrong with a text for an input, and what to write.
pub fn validate(snapshot: &Snapshot, params: InputText) -> Result<Option<String>> {
    let (_, answer) = asked(snapshot, &params.at)?;
    wrong(task(&answer)?, &params.name, &params.value).map_err(|error| refused(error.to_string()))
}

fn task(answer: &Answer) -> Result<&Task> {
    only(answer).map(|one| &one.status.task)
}
