//! Values to records: the messages `Run`, `RunDetails`, `Action`, `EnrichedAction` and `ActionDetails` of
//! `flyteidl2/workflow/run_definition.proto`, with the names of fields as proto JSON writes them or as the protos do.

use serde_json::Value;

use super::{CacheStatus, Record, duration, timestamp};

/// What a text held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// The attempts of tasks.
    pub records: Vec<Record>,
    /// How many actions were no task: traces, conditions, groups.
    pub others: usize,
    /// What of it is no action, by its place in the text's values: `2. value: it has no "id"`.
    pub problems: Vec<String>,
}

/// Reads the values of a text: objects, or lists of them.
pub fn read(values: &[Value]) -> Read {
    let mut found = Read::default();
    let items = values.iter().flat_map(|value| match value {
        Value::Array(items) => items.iter().collect::<Vec<_>>(),
        one => vec![one],
    });
    for (index, item) in items.enumerate() {
        if let Err(problem) = item_of(item, &mut found) {
            found.problems.push(format!("{}. value: {problem}", index + 1));
        }
    }
    found
}

fn item_of(item: &Value, found: &mut Read) -> Result<(), String> {
    // What the services answer: `{"actions": […]}`, `{"details": {…}}`.
    for list in ["actions", "runs"] {
        if let Some(Value::Array(items)) = get(item, list) {
            return items.iter().try_for_each(|item| item_of(item, found));
        }
    }
    if let Some(inner @ Value::Object(_)) = get(item, "details").or_else(|| get(item, "action")) {
        return item_of(inner, found);
    }
    if !item.is_object() {
        return Err("it is no object: give what `flyte -o json-raw get run` or `get action` prints".to_owned());
    }
    let id = get(item, "id").ok_or("it has no `id`, so it is neither a run nor an action")?;
    let run = get(id, "run").ok_or("its `id` names no run, so it is neither a run nor an action")?;
    let task_id = get(item, "metadata").and_then(|metadata| get(get(metadata, "task")?, "id"));
    let template = get(item, "task").and_then(|task| get(task, "taskTemplate"));
    let task_id = task_id.or_else(|| get(template?, "id"));
    let Some(task) = task_id.map(|id| text(id, "name")).filter(|name| !name.is_empty()) else {
        found.others += 1;
        return Ok(());
    };
    let metadata = template.and_then(|template| get(template, "metadata"));
    // The version is there for tasks that aren't cached too, as the task's identity.
    let version = metadata
        .filter(|metadata| get(metadata, "discoverable") == Some(&Value::Bool(true)))
        .map(|metadata| text(metadata, "discoveryVersion"))
        .filter(|version| !version.is_empty());
    let key = get(item, "cacheKey").or_else(|| get(get(item, "task")?, "cacheKey")).and_then(wrapped_text);
    let status = get(item, "status");
    let whole = Record {
        org: text(run, "org"),
        project: text(run, "project"),
        domain: text(run, "domain"),
        run: text(run, "name"),
        action: text(id, "name"),
        attempt: status.and_then(|status| number(get(status, "attempts")?)).map_or(0, |attempts| attempts as u32),
        task,
        version,
        key,
        cache: CacheStatus::Disabled,
        succeeded: false,
        at: None,
        seconds: None,
    };
    if whole.run.is_empty() || whole.action.is_empty() {
        return Err("its `id` is not complete: it needs the names of the run and of the action".to_owned());
    }
    let attempts = match get(item, "attempts") {
        Some(Value::Array(attempts)) if !attempts.is_empty() => attempts.as_slice(),
        _ => std::slice::from_ref(status.unwrap_or(&Value::Null)),
    };
    let last = attempts.len() - 1;
    for (index, attempt) in attempts.iter().enumerate() {
        let mut record = attempt_of(&whole, attempt);
        // What an attempt doesn't say of itself, the action says of its last one.
        if let Some(status) = status.filter(|_| index == last) {
            let all = attempt_of(&whole, status);
            record.at = record.at.or(all.at);
            record.seconds = record.seconds.or(all.seconds);
            if record.cache == CacheStatus::Disabled {
                record.cache = all.cache;
            }
        }
        found.records.push(record);
    }
    Ok(())
}

fn attempt_of(whole: &Record, attempt: &Value) -> Record {
    let moment = |name| get(attempt, name).and_then(Value::as_str).and_then(timestamp);
    let (start, end) = (moment("startTime"), moment("endTime"));
    let length = get(attempt, "durationMs").and_then(number).map(|milliseconds| milliseconds / 1000.0);
    let length = length.or_else(|| duration(get(attempt, "duration")?.as_str()?));
    let cache = match get(attempt, "cacheStatus") {
        None | Some(Value::Null) => CacheStatus::Disabled,
        Some(Value::String(name)) => CacheStatus::of_name(name),
        Some(value) => value.as_u64().map_or(CacheStatus::Other, CacheStatus::of_number),
    };
    const SUCCEEDED: u64 = 5;
    let succeeded = get(attempt, "phase")
        .is_some_and(|phase| phase.as_str() == Some("ACTION_PHASE_SUCCEEDED") || phase.as_u64() == Some(SUCCEEDED));
    let seconds = start.zip(end).map(|(start, end)| end - start).or(length);
    Record {
        attempt: get(attempt, "attempt").and_then(number).map_or(whole.attempt, |attempt| attempt as u32),
        cache,
        succeeded,
        at: end.or(start).map(|at| at as i64),
        seconds: seconds.filter(|seconds| *seconds >= 0.0 && seconds.is_finite()),
        ..whole.clone()
    }
}

/// A field by its name in JSON (`cacheStatus`), or in the protos (`cache_status`).
fn get<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.get(name).or_else(|| {
        let mut original = String::new();
        for c in name.chars() {
            if c.is_ascii_uppercase() {
                original.push('_');
            }
            original.push(c.to_ascii_lowercase());
        }
        value.get(original)
    })
}

fn text(value: &Value, name: &str) -> String {
    get(value, name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A `StringValue`: a string in JSON, an object where the message itself was written.
fn wrapped_text(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("value")?.as_str())?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// A number; those of 64 bits are strings in proto JSON.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|number: &f64| number.is_finite())
}
