//! What ran before: how long runs took, and what they were given.
//!
//! The one place where statuses meet records of runs, whoever keeps them: [`Records::of`] gives the runs of a task that the SDK
//! recorded with their inputs.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use cache_core::store::flyte::Run;

/// How many different inputs of a task are looked at, the newest first: a task that is mapped over thousands would drown the rest.
pub const MOST_INPUTS: usize = 100;

/// The runs that the SDK recorded, by task.
#[derive(Debug, Default)]
pub struct Records(HashMap<String, Vec<Record>>);

/// The runs of a task with the same recorded inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What was passed, as JSON; without defaults.
    pub inputs: String,
    /// When the last one was started, in seconds since the epoch.
    pub started: Option<f64>,
    /// Whether they were part of the last run in which the task was.
    pub is_last: bool,
    /// How long the last one took that computed and succeeded, in seconds.
    pub seconds: Option<f64>,
}

impl Records {
    /// The records in `runs`, which are the oldest first.
    pub fn new(runs: Vec<Run>) -> Self {
        let mut by_task: HashMap<String, Vec<Record>> = HashMap::new();
        let mut places: HashMap<(String, String), usize> = HashMap::new();
        let mut last: HashMap<String, String> = HashMap::new();
        // From the newest on, so that the first of its inputs is the last that ran.
        for run in runs.into_iter().rev() {
            let seconds = computed(&run);
            // A run as a whole is recorded without inputs, beside its first action.
            let (Some(task), Some(inputs)) = (run.task, run.inputs) else { continue };
            let last = last.entry(task.clone()).or_insert_with(|| run.run.clone());
            let is_last = *last == run.run;
            let records = by_task.entry(task.clone()).or_default();
            match places.entry((task, inputs)) {
                Entry::Occupied(place) => {
                    let known = &mut records[*place.get()];
                    known.seconds = known.seconds.or(seconds);
                }
                Entry::Vacant(place) => {
                    let inputs = place.key().1.clone();
                    place.insert(records.len());
                    records.push(Record { inputs, started: run.started, is_last, seconds });
                }
            }
        }
        Self(by_task)
    }

    /// The records of a task, the newest first.
    pub fn of(&self, task: &str) -> &[Record] {
        self.0.get(task).map(Vec::as_slice).unwrap_or_default()
    }

    /// How long the last run of a task took that computed, whatever it was given, in seconds.
    pub fn last(&self, task: &str) -> Option<f64> {
        self.of(task).iter().find_map(|record| record.seconds)
    }
}

/// How long a run took, if it computed and came to its end.
fn computed(run: &Run) -> Option<f64> {
    if run.cache_hit || run.status != "succeeded" { None } else { run.seconds() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(inputs: Option<&str>, started: f64, seconds: f64, cache_hit: bool, status: &str) -> Run {
        Run {
            run: "r".to_owned(),
            action: "a".to_owned(),
            task: Some("ml.f".to_owned()),
            status: status.to_owned(),
            inputs: inputs.map(str::to_owned),
            started: Some(started),
            ended: Some(started + seconds),
            parent: None,
            cache_enabled: true,
            cache_hit,
            cache_disabled_for_run: false,
        }
    }

    #[test]
    fn a_duration_is_that_of_the_last_run_that_computed() {
        let records = Records::new(vec![
            run(Some("{}"), 1.0, 40.0, false, "succeeded"),
            run(Some("{}"), 2.0, 50.0, false, "succeeded"),
            run(Some("{\"x\": 1}"), 3.0, 60.0, false, "succeeded"),
            run(Some("{}"), 4.0, 0.1, true, "succeeded"),
            run(Some("{}"), 5.0, 7.0, false, "failed"),
            run(None, 6.0, 8.0, false, "succeeded"),
        ]);
        let found = records.of("ml.f");
        assert_eq!(
            found[0],
            Record { inputs: "{}".to_owned(), started: Some(5.0), is_last: true, seconds: Some(50.0) }
        );
        assert_eq!((found[1].inputs.as_str(), found.len()), ("{\"x\": 1}", 2));
        assert_eq!(records.last("ml.f"), Some(50.0));
        assert_eq!(records.of("ml.g"), []);
    }
}
