//! What the SDK did in all runs so far: from it follows what is in its cache, and what was lost by an edit.

use std::collections::BTreeSet;

use serde_json::Value;

use super::compare::{items, text};

/// The actions of all runs of a scenario, in their order.
#[derive(Debug, Default)]
pub struct History {
    /// Each with the cache file of its run.
    actions: Vec<(String, Value)>,
    /// The tasks as they were at the last commit, which later statuses compare with.
    baseline: Vec<Value>,
}

impl History {
    /// Takes in what `tests/flyte/run.py` recorded.
    pub fn add(&mut self, run: &Value) {
        let cache = text(&run["cache"]["path"]).to_owned();
        self.actions.extend(items(&run["actions"]).map(|action| (cache.clone(), action.clone())));
    }

    /// Takes in what a status said of the code that was committed just then.
    pub fn commit(&mut self, status: &Value) {
        self.baseline = items(&status["tasks"]).cloned().collect();
    }

    /// What is wrong with what a status said before a run, which used the cache file `cache`.
    pub fn check(&self, status: &Value, cache: &str) -> Vec<String> {
        let mut wrong: Vec<String> = self.store(&status["store"], cache).into_iter().collect();
        for row in items(&status["tasks"]) {
            let known = items(&row["known_inputs"]).filter(|known| known["key"].is_string());
            for known in known {
                let problem = self.entry(row, known, cache).or_else(|| self.seconds(row, known, cache));
                wrong.extend(problem.map(|problem| format!("{}: {problem}: {known}", row["task"])));
            }
        }
        wrong
    }

    /// The cache that was asked is the one that the run uses, and holds what the runs before have left in it.
    fn store(&self, said: &Value, cache: &str) -> Option<String> {
        let stored = self.actions.iter().filter(|(file, action)| file == cache && action["stored"] == true);
        let keys: BTreeSet<&str> = stored.map(|(_, action)| text(&action["key"])).collect();
        let is_there = self.actions.iter().any(|(file, _)| file == cache);
        let right = if is_there {
            text(&said["path"]) == cache && said["entries"] == keys.len()
        } else {
            said.is_null() || said["entries"] == 0
        };
        (!right).then(|| format!("the run used {cache} with {} entries, not {said}", keys.len()))
    }

    fn of<'a>(&'a self, row: &'a Value, cache: &'a str) -> impl Iterator<Item = &'a Value> {
        let of_task = move |(file, action): &&(String, Value)| file == cache && action["task"] == row["task"];
        self.actions.iter().filter(of_task).map(|(_, action)| action)
    }

    /// An entry is there because an action stored it; one is lost if the baseline's version has one for these inputs.
    fn entry(&self, row: &Value, known: &Value, cache: &str) -> Option<String> {
        let stored: Vec<&Value> = self.of(row, cache).filter(|action| action["stored"] == true).collect();
        let is_there = stored.iter().any(|action| action["key"] == known["key"]);
        let of_baseline: Vec<&&Value> =
            stored.iter().filter(|action| action["version"] == row["baseline_version"]).collect();
        let same_key = of_baseline.iter().any(|action| action["inputs"] == known["inputs"] && self.is_baseline(action));
        match text(&known["entry"]) {
            "hit" if !is_there => Some("no run stored that".to_owned()),
            "miss" | "lost" if is_there => Some("a run stored that".to_owned()),
            "lost" if of_baseline.is_empty() => Some("nothing was stored under the baseline's version".to_owned()),
            "miss" if same_key => Some("the baseline's version has an entry for these inputs".to_owned()),
            _ => None,
        }
    }

    /// Whether an action's key holds beside the version what the baseline's holds: the same version may have been run with
    /// other ignored inputs, or under another interface, at a commit before.
    fn is_baseline(&self, action: &Value) -> bool {
        let same = |row: &&Value| row["task"] == action["task"];
        self.baseline.iter().find(same).is_some_and(|row| {
            let ignored = |of: &Value| items(of).map(|name| text(name).to_owned()).collect::<BTreeSet<_>>();
            row["interface_hash"] == action["interface"]
                && ignored(&row["ignored_inputs"]) == ignored(&action["ignored"])
        })
    }

    /// What a run took is what the SDK recorded of one that computed; where one computed this entry, it is told.
    fn seconds(&self, row: &Value, known: &Value, cache: &str) -> Option<String> {
        let recorded = self.of(row, cache).filter(|action| action["recorded"] == true && action["executed"] == true);
        let recorded: Vec<&Value> = recorded.collect();
        let of_key = recorded.iter().any(|action| action["key"] == known["key"]);
        let took: Vec<f64> = recorded.iter().filter_map(|action| action["seconds"].as_f64()).collect();
        match known["seconds"].as_f64() {
            None if of_key && known["entry"] == "hit" => Some(format!("runs took {took:?} seconds")),
            // The SDK's clock starts somewhat later and stops somewhat earlier than the record's.
            Some(said) if !took.iter().any(|took| said <= took + 0.01 && took - said < 1.0) => {
                Some(format!("runs took {took:?} seconds"))
            }
            _ => None,
        }
    }
}
