//! The keys that are known, and what each stands for.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use cache_core::python::PythonVersion;

use crate::analysis::Known;
use crate::status::{InputsFrom, KnownInputs, Report};

/// What an entry is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// `ml.train`
    pub task: String,
    /// The code that makes the key.
    pub under: Under,
    /// Names and values of the inputs, the values in Python's spelling.
    pub inputs: Vec<(String, String)>,
    /// How the inputs are known.
    pub from: InputsFrom,
    /// What the last recorded run with these inputs took that computed, in seconds.
    pub seconds: Option<f64>,
}

impl Name {
    /// The order of lists: by task, then code, then inputs.
    pub fn order(&self, other: &Self) -> Ordering {
        (&self.task, self.under, &self.inputs).cmp(&(&other.task, other.under, &other.inputs))
    }
}

/// The code that makes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Under {
    /// As it is now: the entry is a hit.
    Now,
    /// As it is now, run in an image with this Python.
    Image(PythonVersion),
    /// The baseline's.
    Baseline,
}

/// Every key that the report knows. Of several names for a key the first stays: under the code of now, rather than of the
/// baseline.
pub fn names(report: &Report) -> BTreeMap<String, Name> {
    let mut found: BTreeMap<String, Name> = BTreeMap::new();
    for status in &report.tasks {
        let Known::Value(task) = &status.task.name else { continue };
        for known in &status.known_inputs {
            for (under, key) in keys(known) {
                let name = Name {
                    task: task.clone(),
                    under,
                    inputs: known.inputs.clone(),
                    from: known.from,
                    seconds: known.seconds,
                };
                let place = found.entry(key.to_owned()).or_insert_with(|| name.clone());
                if name.under < place.under {
                    *place = name;
                }
            }
        }
    }
    found
}

/// The names of all tasks.
pub fn tasks(report: &Report) -> impl Iterator<Item = &str> {
    report.tasks.iter().filter_map(|status| status.task.known_name())
}

/// The keys of known inputs.
fn keys(known: &KnownInputs) -> impl Iterator<Item = (Under, &str)> {
    let now = known.key.value().map(|key| (Under::Now, key.as_str()));
    let images =
        known.image_keys.iter().filter_map(|(python, key)| Some((Under::Image(*python), key.value()?.as_str())));
    let baseline = known.baseline_key.as_deref().map(|key| (Under::Baseline, key));
    now.into_iter().chain(images).chain(baseline)
}
