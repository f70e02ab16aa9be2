//! ## What it does
//!
//! Finds cached tasks that are given a `File`, `Dir` or `DataFrame` which a task that is not cached writes anew in each run, without a hash
//! of its content; and those that are given a `pandas.DataFrame` or `pyarrow.Table` of another task without one.
//!
//! ## Why is this bad?
//!
//! Such an input counts by its location, not by its content, and each run writes to a new location: the task is never served from the cache,
//! whatever the content is. `from_local` keeps the place of the file in local runs; on a cluster it uploads to a new one.
//!
//! A data frame of pandas or a table of Arrow is written to a new location each time that it is passed, even where it comes of a task that is
//! served from the cache. Within an `Optional` not even a hash helps: Flyte looks at none there. (A frame of polars is written so only where
//! its plugin is installed, and pickled elsewhere; nothing is said of it.)
//!
//! Told only where the result is passed on directly, and how it is made can be seen in the task that returns it.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache="disable")
//! async def fetch(day: str) -> File:
//!     return await File.from_local(download(day))
//!
//! @env.task(cache="auto")
//! async def train(data: File) -> float: ...
//!
//! @env.task
//! async def pipeline(day: str) -> float:
//!     return await train(await fetch(day))
//! ```
//!
//! Use instead a cached `fetch`, or a hash of the content:
//!
//! ```python
//! @env.task(cache="disable")
//! async def fetch(day: str) -> File:
//!     path = download(day)
//!     return await File.from_local(path, hash_method=hashlib.sha256(path.read_bytes()).hexdigest())
//! ```
//!
//! Data frames carry a hash where the type of the result, or that of the input, says how to compute it:
//!
//! ```python
//! def content(frame: pd.DataFrame) -> str:
//!     return str(pd.util.hash_pandas_object(frame).sum())
//!
//! Hashed = Annotated[pd.DataFrame, flyte.io.HashFunction.from_fn(content)]
//!
//! @env.task(cache="auto")
//! async def features(day: str) -> Hashed: ...
//!
//! @env.task(cache="auto")
//! async def train(data: pd.DataFrame) -> float: ...
//! ```
//!
//! ## Fix
//!
//! None.

use std::collections::{HashMap, HashSet};

use cache_core::key::flyte::Type;
use cache_core::policy::Behavior;

use crate::analysis::{Call, Known, Span, Task};
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};
use crate::status::members;

pub static RULE: Rule = Rule {
    id: "located-input",
    name: "an input that counts by its location, which is new in each run",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("located_input.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let mut told: HashSet<(usize, &str, usize)> = HashSet::new();
    let mut told_of: HashSet<(usize, &str)> = HashSet::new();
    let mut at_place: HashMap<Made<'_>, Vec<&Call>> = HashMap::new();
    for call in &facts.code.calls {
        at_place.entry((&call.at, call.caller)).or_default().push(call);
    }
    for call in facts.code.calls.iter().filter(|call| call.caller.is_some()) {
        let Some(task) = facts.code.tasks.get(call.callee) else { continue };
        if !caches(call.spec.as_ref().unwrap_or(&task.spec)) {
            continue;
        }
        found.extend(written_anew(facts, &at_place, call, task, &mut told_of));
        for (input, what) in located(task) {
            let Some((producer, made)) = producer(facts, &at_place, call, input) else { continue };
            let Some(place) = facts.source_of(made).and_then(|source| new_place(&source, what)) else { continue };
            if !told.insert((call.callee, input, producer)) {
                continue;
            }
            let message = format!(
                "`{input}` of `{}` counts by its location, and `{}`, which is not cached, makes a new one {place}",
                task.shown_name(),
                made.shown_name()
            );
            let help = format!("cache `{}`, or give its result a hash of its content", made.shown_name());
            let finding = Finding::new(&RULE, call.at.clone(), message).help(help);
            found.push(finding.related(made.at.clone(), "it is made here"));
        }
    }
}

/// The inputs of a task that count by their location, and their class.
fn located(task: &Task) -> Vec<(&str, &'static str)> {
    let (Known::Value(signature), Known::Value(ignored)) = (&task.signature, &task.spec.ignored_inputs.value) else {
        return Vec::new();
    };
    let counts = signature.parameters.iter().filter(|parameter| !ignored.contains(&parameter.name));
    counts.filter_map(|parameter| Some((parameter.name.as_str(), class(&parameter.r#type)?))).collect()
}

fn class(r#type: &Type) -> Option<&'static str> {
    const CLASSES: [&str; 3] = ["flyte.io.File", "flyte.io.Dir", "flyte.io.DataFrame"];
    match r#type {
        Type::Name(name) | Type::Generic { origin: name, .. } => CLASSES.into_iter().find(|class| class == name),
        _ => None,
    }
}

/// The inputs of a task that are objects of a library, which the SDK writes to a new place whenever they are passed on, hash or not.
fn written_anew<'a>(
    facts: &Facts<'a>,
    at_place: &HashMap<Made<'a>, Vec<&'a Call>>,
    call: &'a Call,
    task: &'a Task,
    told: &mut HashSet<(usize, &'a str)>,
) -> Vec<Finding> {
    let (Known::Value(signature), Known::Value(ignored)) = (&task.signature, &task.spec.ignored_inputs.value) else {
        return Vec::new();
    };
    let counts = signature.parameters.iter().enumerate().filter(|(_, parameter)| !ignored.contains(&parameter.name));
    let mut found = Vec::new();
    for (index, parameter) in counts {
        let (r#type, is_optional) = without_none(&parameter.r#type);
        let (input, Some(what)) = (parameter.name.as_str(), of_a_library(r#type)) else { continue };
        let Some(one) = making(at_place, call, input) else { continue };
        let Some(made) = facts.code.tasks.get(one.callee) else { continue };
        let returned = made.signature.value().and_then(|signature| signature.returns.as_ref());
        if returned.and_then(|returned| of_a_library(without_none(returned).0)) != Some(what)
            || !told.insert((call.callee, input))
        {
            continue;
        }
        let name = task.shown_name();
        let message = format!(
            "`{name}` is never served: `{input}` is a `{what}`, which counts by its location, a new one each time"
        );
        let help = if is_optional {
            "Flyte hashes nothing within an `Optional`: take it without, `Annotated[…, flyte.io.HashFunction.from_fn(…)]`"
        } else {
            "say how to hash it: `Annotated[…, flyte.io.HashFunction.from_fn(…)]`, here or where it is returned"
        };
        let at = task.annotations.get(index).cloned().flatten().unwrap_or_else(|| task.at.clone());
        let finding = Finding::new(&RULE, at, message).help(help);
        let finding = finding.related(call.at.clone(), "it is passed here");
        found.push(finding.related(made.at.clone(), "it is made here"));
    }
    found
}

/// What a type is beside `None`, and whether it may be that.
fn without_none(r#type: &Type) -> (&Type, bool) {
    match members(r#type).as_deref() {
        Some(&([one, Type::None] | [Type::None, one])) => (one, true),
        _ => (r#type, false),
    }
}

/// The class of a library's objects that the SDK writes as a data frame. One that is annotated with a hash is none of these.
fn of_a_library(r#type: &Type) -> Option<&'static str> {
    const CLASSES: [&str; 2] = ["pandas.DataFrame", "pyarrow.Table"];
    match r#type {
        Type::Name(name) => CLASSES.into_iter().find(|class| class == name),
        _ => None,
    }
}

/// The one call of which the result is given to an input.
fn making<'a>(at_place: &HashMap<Made<'a>, Vec<&'a Call>>, call: &'a Call, input: &str) -> Option<&'a Call> {
    let result = call.results.iter().find(|result| result.input == input)?;
    match at_place.get(&(&result.at, call.caller))?.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// Where a call stands, and in which task.
type Made<'a> = (&'a Span, Option<usize>);

/// The task that is not cached and whose result a call gives an input.
fn producer<'a>(
    facts: &Facts<'a>,
    at_place: &HashMap<Made<'a>, Vec<&'a Call>>,
    call: &'a Call,
    input: &str,
) -> Option<(usize, &'a Task)> {
    let one = making(at_place, call, input)?;
    let made = facts.code.tasks.get(one.callee)?;
    let spec = one.spec.as_ref().unwrap_or(&made.spec);
    (spec.behavior.value == Known::Value(Behavior::Disable)).then_some((one.callee, made))
}

/// In which runs the source of a task puts what it returns at a new place, in words; `None` if it may not, or hashes it.
fn new_place(source: &str, class: &str) -> Option<&'static str> {
    const OF_ITS_OWN: [&str; 7] =
        ["hash", "Hash", "cache_key", "remote_destination", "existing_remote", "named_remote", "uri="];
    let class = class.rsplit('.').next()?;
    let makes = |how: &str| source.contains(&format!("{class}.{how}"));
    if OF_ITS_OWN.iter().any(|word| source.contains(word)) {
        None
    } else if makes("new_remote(") || makes("from_df(") || makes("wrap_df(") {
        Some("in each run")
    } else if makes("from_local") {
        Some("in each run on a cluster")
    } else {
        None
    }
}
