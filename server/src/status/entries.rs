//! Whether the store holds an entry for known inputs: the second question, beside what became of the version.

use cache_core::store::flyte::Met;

use crate::analysis::Known;

use super::store::Store;
use super::{Entry, KnownInputs, TaskStatus};

/// Why an entry that is there is no hit.
pub const GARBAGE: &str = "its entry is damaged, a run that meets it raises";

/// Asks the store for all known inputs of all tasks, and puts the worst first.
pub fn look_up(tasks: &mut [TaskStatus], store: &Store) {
    for task in tasks {
        for known in &mut task.known_inputs {
            (known.entry, known.why) = entry(known, store);
        }
        task.known_inputs.sort_by(|a, b| (a.entry, a.from, &a.places).cmp(&(b.entry, b.from, &b.places)));
    }
}

/// What the store says of known inputs, and why it wasn't asked where it wasn't.
fn entry(known: &KnownInputs, store: &Store) -> (Entry, Option<String>) {
    if let Some(why) = &known.why {
        return (Entry::NotAsked, Some(why.clone()));
    }
    let Known::Value(key) = &known.key else { return (Entry::NotAsked, None) };
    let lost = || known.baseline_key.as_ref().map_or(Some(false), |key| store.holds(key));
    let entry = match store.meets(key) {
        Some(Met::Outputs) => Some(Entry::Hit),
        Some(Met::Garbage) => return (Entry::NotAsked, Some(GARBAGE.to_owned())),
        Some(Met::Nothing) => lost().map(|lost| if lost { Entry::Lost } else { Entry::Miss }),
        None => None,
    };
    match entry {
        Some(entry) => (entry, None),
        None => (Entry::NotAsked, Some(store.trouble().unwrap_or_else(|| "there is no local cache yet".to_owned()))),
    }
}
