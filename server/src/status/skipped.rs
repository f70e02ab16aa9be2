//! Cached parents: a task whose callers are all served from the cache does not run, whatever became of it.
//!
//! Told only where it is certain: every call in the project's code is known with what it passes, and the store holds it all.

use std::collections::HashMap;

use cache_core::policy::Behavior;

use crate::analysis::{Known, Project, Task};

use super::calls::{Calls, Id, Parent, Site, id};
use super::keys::{ignored, unknown_argument};
use super::sentence::not_read;
use super::{Entry, InputsFrom, Outlook, TaskStatus};

/// The tasks that call `tasks`, directly or not, and are not among them.
pub fn outer_callers(tasks: &[Task], whole: &Project, calls: &Calls) -> Vec<Task> {
    let by_id: HashMap<Id, &Task> = whole.tasks.iter().map(|task| (id(task), task)).collect();
    let mut found: Vec<Id> = tasks.iter().map(id).collect();
    let mut at = 0;
    while let Some(task) = found.get(at).and_then(|id| by_id.get(id)) {
        let parents = calls.at(task).iter().filter_map(|site| site.parent.as_ref());
        for parent in parents {
            if !found.contains(&parent.id) {
                found.push(parent.id.clone());
            }
        }
        at += 1;
    }
    found
        .split_off(tasks.len().min(found.len()))
        .iter()
        .filter_map(|id| by_id.get(id).map(|task| (*task).clone()))
        .collect()
}

/// Marks the tasks that don't run, and of others the inputs of calls that the next run does not come to; `outer` are those that call them from elsewhere.
pub fn mark(tasks: &mut [TaskStatus], outer: &[TaskStatus], calls: &Calls) {
    // What was marked before would count as an outlook.
    for status in tasks.iter_mut() {
        status.skipped_by.clear();
        status.known_inputs.iter_mut().for_each(|known| known.skipped_by.clear());
    }
    // What stands in for a task that doesn't run: the names of the tasks that are served in its place.
    let mut served: HashMap<Id, Vec<String>> = HashMap::new();
    for status in tasks.iter().chain(outer) {
        if is_served(status, calls) {
            served.insert(id(&status.task), vec![status.task.shown_name().to_owned()]);
        }
    }
    // A task can be skipped once its callers are, so that this goes on until nothing is added.
    let mut skipped: HashMap<Id, Vec<String>> = HashMap::new();
    loop {
        let stands_in = |parent: &Parent| served.get(&parent.id).or_else(|| skipped.get(&parent.id)).cloned();
        let more = tasks.iter().chain(outer).find_map(|status| {
            let task = id(&status.task);
            let by = if skipped.contains_key(&task) { None } else { skipped_by(status, calls, stands_in) };
            by.map(|by| (task, by))
        });
        match more {
            Some((task, by)) => skipped.insert(task, by),
            None => break,
        };
    }
    let stands_in = |parent: &Parent| served.get(&parent.id).or_else(|| skipped.get(&parent.id)).cloned();
    for status in tasks {
        let task = id(&status.task);
        for known in &mut status.known_inputs {
            let sites = calls.at(&status.task).iter().filter(|site| known.places.contains(&site.place));
            known.skipped_by = in_place_of(&task, sites, stands_in).unwrap_or_default();
        }
        status.skipped_by = skipped.get(&task).cloned().unwrap_or_default();
    }
}

/// The tasks that are served in place of all callers of a task, if all are.
fn skipped_by(
    status: &TaskStatus,
    calls: &Calls,
    stands_in: impl Fn(&Parent) -> Option<Vec<String>>,
) -> Option<Vec<String>> {
    let is_given = status.known_inputs.iter().any(|known| known.from == InputsFrom::Given);
    if is_given || !calls.triggers(&status.task).is_empty() {
        return None;
    }
    in_place_of(&id(&status.task), calls.at(&status.task), stands_in)
}

/// The tasks that are served in place of all of a task's calls at `sites`, if all are.
fn in_place_of<'s>(
    task: &Id,
    sites: impl IntoIterator<Item = &'s Site>,
    stands_in: impl Fn(&Parent) -> Option<Vec<String>>,
) -> Option<Vec<String>> {
    let mut by = Vec::new();
    for site in sites {
        let parent = site.parent.as_ref()?;
        // A task that calls itself runs only if something else calls it.
        if parent.id != *task {
            by.extend(stands_in(parent)?);
        }
    }
    by.sort();
    by.dedup();
    (!by.is_empty()).then_some(by)
}

/// Whether every run of a task that is known of is served from the store.
fn is_served(status: &TaskStatus, calls: &Calls) -> bool {
    let task = &status.task;
    let rows = || status.known_inputs.iter();
    if rows().any(|known| known.from == InputsFrom::Given) {
        return status.outlook() == Outlook::Hit;
    }
    let names = |spec| ignored(spec).unwrap_or_default();
    let are_known = calls.at(task).iter().all(|site| match &site.passed {
        Known::Value(runs) => {
            let ignored = names(site.spec.as_ref().unwrap_or(&task.spec));
            runs.iter().all(|passed| unknown_argument(task, passed, ignored).is_none())
        }
        Known::Unknown(_) => false,
    });
    let called = || rows().filter(|known| matches!(known.from, InputsFrom::Call | InputsFrom::Trigger));
    // The next run may be given other inputs than the runs that were recorded; where there are none, there are no others.
    let is_certain = called().next().is_some() || rows().any(|known| known.from == InputsFrom::None);
    // The store may hold what a run that doesn't read it computes again.
    let auto = Known::Value(Behavior::Auto);
    let is_read = calls.at(task).iter().flat_map(|site| calls.ways(site)).all(|way| not_read(&auto, &way).is_none());
    are_known
        && is_certain
        && is_read
        && called().all(|known| known.entry == Entry::Hit)
        && status.outlook() == Outlook::Hit
}
