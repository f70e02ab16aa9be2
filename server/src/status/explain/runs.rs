//! Two recorded runs side by side: what their calls were given, and what of the key can have made the difference.
//!
//! The SDK records neither versions nor keys: of runs that are over, only the task's name and the inputs are known.

use cache_core::key::flyte::Value;
use cache_core::store::flyte::Run;

use super::super::json_value;

/// Two runs, call by call.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The runs' names.
    pub runs: (String, String),
    /// Their calls, those of one task paired in the order in which they started.
    pub pairs: Vec<Pair>,
}

/// A call of a task in one run and in the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The task's full name.
    pub task: String,
    /// In the first run, if there was such a call.
    pub first: Option<Action>,
    /// In the second run.
    pub second: Option<Action>,
    /// The inputs that are not the same, in the order in which they were passed.
    pub differing: Vec<Differing>,
    /// The names of those that are.
    pub same: Vec<String>,
}

/// An input that is not the same in both runs, in Python's spelling; `None` where it was not passed, so that its default counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The input.
    pub name: String,
    /// In the first run.
    pub first: Option<String>,
    /// In the second run.
    pub second: Option<String>,
}

/// A call as it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its name within the run.
    pub name: String,
    /// `running`, `succeeded`, `failed`.
    pub status: String,
    /// How long it took, in seconds, if it has ended.
    pub seconds: Option<f64>,
    /// What the cache did.
    pub cache: Cached,
    /// The inputs, in Python's spelling; `None` where the record can't be read.
    inputs: Option<Vec<(String, String)>>,
}

/// What the cache did in a recorded call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cached {
    /// It served the result.
    Hit,
    /// It was asked, or written to, and did not serve it.
    Computed,
    /// The task was not cached.
    Off,
    /// The run was started with `disable_run_cache=True`.
    OffForRun,
}

impl Cached {
    /// The word in texts and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Computed => "computed",
            Self::Off => "not cached",
            Self::OffForRun => "cache off for the run",
        }
    }
}

/// Why runs can't be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Nothing is recorded at all.
    #[error(
        "no runs are recorded in {place}: the SDK records local runs where persistence is on, by `local: {{persistence: \
         true}}` in its config.yaml or by flyte.init(local_persistence=True)"
    )]
    NoRecords {
        /// The file.
        place: String,
    },
    /// No run has the name.
    #[error("no run `{name}` is recorded; the last ones are {}", .last.join(", "))]
    NoRun {
        /// What was asked for.
        name: String,
        /// The last runs, the newest first.
        last: Vec<String>,
    },
    /// Several runs begin so.
    #[error("`{name}` begins several runs: {}", .runs.join(", "))]
    Several {
        /// What was asked for.
        name: String,
        /// The runs.
        runs: Vec<String>,
    },
    /// The run has no such call.
    #[error("the run {run} has no call {name}; it has {}", .actions.join(", "))]
    NoAction {
        /// The run.
        run: String,
        /// What was asked for.
        name: String,
        /// The calls that it has, with their tasks.
        actions: Vec<String>,
    },
}

/// Compares two of the recorded `runs` (the oldest first), each named as `RUN` or `RUN/ACTION`; a name's beginning is enough.
/// With `task`, only calls of it: its full name, or its function's.
///
/// # Errors
///
/// [`CompareError`]; `place` is where the runs are recorded.
pub fn compare_runs(
    runs: &[Run],
    names: (&str, &str),
    task: Option<&str>,
    place: &str,
) -> Result<Comparison, CompareError> {
    if runs.is_empty() {
        return Err(CompareError::NoRecords { place: place.to_owned() });
    }
    let (first, second) = (calls(runs, names.0, task)?, calls(runs, names.1, task)?);
    let mut tasks: Vec<&str> = Vec::new();
    for (_, call) in first.1.iter().chain(&second.1).map(|call| (&call.run, call)) {
        let name = name_of(call);
        if !tasks.contains(&name) {
            tasks.push(name);
        }
    }
    let one_each = first.1.len() == 1 && second.1.len() == 1;
    let mut pairs = Vec::new();
    if let (true, [one], [other]) = (one_each, first.1.as_slice(), second.1.as_slice()) {
        // Two calls that were named are compared whatever their tasks.
        pairs.push(pair(name_of(one), Some(one), Some(other)));
    } else {
        for task in tasks {
            let of = |calls: &[&Run]| -> Vec<Run> {
                calls.iter().filter(|call| name_of(call) == task).map(|call| (*call).clone()).collect()
            };
            let (ones, others) = (of(&first.1), of(&second.1));
            for at in 0..ones.len().max(others.len()) {
                pairs.push(pair(task, ones.get(at), others.get(at)));
            }
        }
    }
    Ok(Comparison { runs: (first.0, second.0), pairs })
}

/// The calls that a name on the command line means, and the run that they are of.
fn calls<'r>(runs: &'r [Run], name: &str, task: Option<&str>) -> Result<(String, Vec<&'r Run>), CompareError> {
    let (run, action) = match name.split_once('/') {
        Some((run, action)) => (run, Some(action)),
        None => (name, None),
    };
    let run = run_named(runs, run)?;
    let of_run = || runs.iter().filter(|one| one.run == run);
    // A run as a whole is recorded without inputs, beside its first call.
    let calls: Vec<&Run> = of_run().filter(|one| !(one.inputs.is_none() && has_calls(runs, one))).collect();
    let is_wanted = |call: &&Run| {
        let by_name = action.is_none_or(|action| call.action.starts_with(action));
        let by_task = task.is_none_or(|task| {
            let full = name_of(call);
            full == task || full.rsplit('.').next() == Some(task)
        });
        by_name && by_task
    };
    let wanted: Vec<&Run> = match action {
        Some(action) if of_run().any(|call| call.action == action) => {
            of_run().filter(|call| call.action == action).collect()
        }
        _ => calls.iter().filter(|call| is_wanted(call)).copied().collect(),
    };
    if wanted.is_empty() {
        let actions = calls.iter().map(|call| format!("{} ({})", call.action, name_of(call))).collect();
        let name = action.or(task).unwrap_or_default().to_owned();
        return Err(CompareError::NoAction { run, name, actions });
    }
    Ok((run, wanted))
}

fn has_calls(runs: &[Run], whole: &Run) -> bool {
    runs.iter().any(|other| other.run == whole.run && other.parent.as_deref() == Some(&whole.action))
}

fn run_named(runs: &[Run], name: &str) -> Result<String, CompareError> {
    let mut names: Vec<&str> = Vec::new();
    for run in runs.iter().rev() {
        if !names.contains(&run.run.as_str()) {
            names.push(&run.run);
        }
    }
    if names.contains(&name) {
        return Ok(name.to_owned());
    }
    let matching: Vec<&str> =
        names.iter().filter(|known| !name.is_empty() && known.starts_with(name)).copied().collect();
    let owned = |names: &[&str]| names.iter().take(5).map(|&name| name.to_owned()).collect();
    match matching.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(CompareError::NoRun { name: name.to_owned(), last: owned(&names) }),
        several => Err(CompareError::Several { name: name.to_owned(), runs: owned(several) }),
    }
}

fn name_of(run: &Run) -> &str {
    run.task.as_deref().unwrap_or("a task without a name")
}

fn pair(task: &str, first: Option<&Run>, second: Option<&Run>) -> Pair {
    let (first, second) = (first.map(action), second.map(action));
    let inputs = |action: &Option<Action>| action.as_ref().and_then(|action| action.inputs.clone());
    let (mut differing, mut same) = (Vec::new(), Vec::new());
    if let (Some(one), Some(other)) = (inputs(&first), inputs(&second)) {
        let value = |inputs: &[(String, String)], name: &str| {
            inputs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let mut names: Vec<&String> = Vec::new();
        for (name, _) in one.iter().chain(&other) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let (first, second) = (value(&one, name), value(&other, name));
            if first == second {
                same.push(name.clone());
            } else {
                differing.push(Differing { name: name.clone(), first, second });
            }
        }
    }
    Pair { task: task.to_owned(), first, second, differing, same }
}

fn action(run: &Run) -> Action {
    let cache = match run {
        run if run.cache_hit => Cached::Hit,
        run if run.cache_disabled_for_run => Cached::OffForRun,
        run if run.cache_enabled => Cached::Computed,
        _ => Cached::Off,
    };
    let inputs = match run.inputs.as_deref() {
        None => Some(Vec::new()),
        Some(text) => spelled(text),
    };
    Action { name: run.action.clone(), status: run.status.clone(), seconds: run.seconds(), cache, inputs }
}

/// Recorded inputs by name, in Python's spelling.
fn spelled(json: &str) -> Option<Vec<(String, String)>> {
    let Value::Dict(entries) = json_value::parse(json)? else { return None };
    entries
        .into_iter()
        .map(|(name, value)| match name {
            Value::Str(name) => Some((name, value.to_string())),
            _ => None,
        })
        .collect()
}

impl Pair {
    /// What can have made the difference, in words, as far as the record tells.
    pub fn verdict(&self) -> String {
        let (Some(first), Some(second)) = (&self.first, &self.second) else {
            let only = if self.first.is_some() { "first" } else { "second" };
            return format!("only the {only} run has this call");
        };
        if first.inputs.is_none() || second.inputs.is_none() {
            return "the recorded inputs can't be read, so whether they differ is not known".to_owned();
        }
        let off = |action: &Action| matches!(action.cache, Cached::Off | Cached::OffForRun);
        if off(first) && off(second) {
            let inputs = if self.differing.is_empty() { "the inputs are the same" } else { "the inputs differ" };
            return format!("{inputs}; neither was cached");
        }
        if !self.differing.is_empty() {
            let names: Vec<&str> = self.differing.iter().map(|one| one.name.as_str()).collect();
            return format!("another key, unless ignored_inputs names it: {} differed", names.join(", "));
        }
        match (first.cache, second.cache) {
            (Cached::OffForRun, _) | (_, Cached::OffForRun) => {
                "the inputs are the same; one run neither read nor wrote the cache".to_owned()
            }
            (Cached::Off, _) | (_, Cached::Off) => {
                "the inputs are the same; in one run the task was not cached".to_owned()
            }
            (Cached::Computed, Cached::Hit) => "the inputs are the same, and the second was served".to_owned(),
            (Cached::Hit, Cached::Hit) => "the inputs are the same, and both were served".to_owned(),
            _ => "the inputs are the same: if the second computed for another key, then its version or its interface \
                  was another, and the SDK records neither; or the cache was cleared, or the task does not read it"
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A run as SDK 2.12.1 records it: the whole without inputs, then `ml.main`, then `ml.train` twice.
    fn recorded(name: &str, x: i64, hits: bool) -> Vec<Run> {
        let action = |action: &str, task: &str, inputs: Option<String>, parent: Option<&str>, cached: bool| Run {
            run: name.to_owned(),
            action: action.to_owned(),
            task: Some(task.to_owned()),
            status: "succeeded".to_owned(),
            inputs,
            started: Some(1.0),
            ended: Some(3.5),
            parent: parent.map(str::to_owned),
            cache_enabled: cached,
            cache_hit: cached && hits,
            cache_disabled_for_run: false,
        };
        vec![
            action("a0", "ml.main", None, None, false),
            action("1aaa", "ml.main", Some(format!("{{\"x\": {x}}}")), Some("a0"), false),
            action("2bbb", "ml.train", Some(format!("{{\"x\": {x}}}")), Some("a0"), true),
            action("3ccc", "ml.train", Some("{\"x\": 2, \"note\": \"b\", \"rate\": NaN}".to_owned()), Some("a0"), true),
        ]
    }

    fn runs() -> Vec<Run> {
        [recorded("f931", 1, false), recorded("b062", 1, true), recorded("fa1b", 5, false)].concat()
    }

    fn verdicts(first: &str, second: &str, task: Option<&str>) -> Vec<String> {
        let compared = compare_runs(&runs(), (first, second), task, "cache.db").unwrap();
        compared.pairs.iter().map(|pair| format!("{}: {}", pair.task, pair.verdict())).collect()
    }

    #[test]
    fn calls_of_a_task_are_paired_in_their_order() {
        assert_eq!(
            verdicts("f931", "fa1b", None),
            [
                "ml.main: the inputs differ; neither was cached",
                "ml.train: another key, unless ignored_inputs names it: x differed",
                "ml.train: the inputs are the same: if the second computed for another key, then its version or its \
                 interface was another, and the SDK records neither; or the cache was cleared, or the task does not read it",
            ]
        );
        let compared = compare_runs(&runs(), ("f931", "fa1b"), Some("train"), "cache.db").unwrap();
        let x = Differing { name: "x".to_owned(), first: Some("1".to_owned()), second: Some("5".to_owned()) };
        assert_eq!(compared.pairs[0].differing, [x]);
        assert_eq!(compared.pairs[1].same, ["x", "note", "rate"], "NaN is written as it is");
        let served = "ml.train: the inputs are the same, and the second was served";
        assert_eq!(verdicts("f931", "b06", Some("ml.train")), [served, served]);
    }

    #[test]
    fn single_calls_are_named_with_their_run() {
        let compared = compare_runs(&runs(), ("f931/2b", "f931/3ccc"), None, "cache.db").unwrap();
        let [pair] = compared.pairs.as_slice() else { panic!("{compared:?}") };
        let named = |name: &str, first: Option<&str>, second: Option<&str>| Differing {
            name: name.to_owned(),
            first: first.map(str::to_owned),
            second: second.map(str::to_owned),
        };
        let expected =
            [named("x", Some("1"), Some("2")), named("note", None, Some("'b'")), named("rate", None, Some("nan"))];
        assert_eq!(pair.differing.len(), expected.len());
        assert_eq!(pair.differing[..2], expected[..2]);
    }

    #[test]
    fn what_is_not_recorded_says_what_to_do() {
        let error = |runs: &[Run], first, task| {
            compare_runs(runs, (first, "b062"), task, "/h/cache.db").unwrap_err().to_string()
        };
        assert!(error(&[], "f931", None).contains("local_persistence=True"));
        assert_eq!(error(&runs(), "zzz", None), "no run `zzz` is recorded; the last ones are fa1b, b062, f931");
        assert_eq!(error(&runs(), "f", None), "`f` begins several runs: fa1b, f931");
        let message = "the run f931 has no call ml.other; it has 1aaa (ml.main), 2bbb (ml.train), 3ccc (ml.train)";
        assert_eq!(error(&runs(), "f931", Some("ml.other")), message);
    }
}
