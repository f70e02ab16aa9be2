//! Who calls a task: a caller that is served from a cache never calls it.

use cache_core::policy::Behavior;

use crate::analysis::{Place, Task};

use super::super::ask::Scenery;
use super::super::calls::{Site, id};

/// A task that calls another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Its name, or its function's where that isn't known; `None` for a call outside of tasks, which submits a run.
    pub task: Option<String>,
    /// Where the call stands.
    pub place: Place,
    /// Under which behavior the caller is cached, where it is known.
    pub behavior: Option<Behavior>,
}

impl Caller {
    /// Whether the caller can be served from a cache, so that what it calls does not run.
    pub fn is_cached(&self) -> bool {
        matches!(self.behavior, Some(Behavior::Auto | Behavior::Override))
    }
}

/// The calls of a task, by file and line.
pub(super) fn callers(task: &Task, scenery: &Scenery<'_>) -> Vec<Caller> {
    let caller = |site: &Site| {
        let parent = site.parent.as_ref().map(|parent| parent.name.clone());
        let known =
            site.parent.as_ref().and_then(|parent| scenery.whole.tasks.iter().find(|task| id(task) == parent.id));
        let behavior = known.and_then(|task| task.spec.behavior.value.value().copied());
        Caller { task: parent, place: site.place.clone(), behavior }
    };
    let mut callers: Vec<Caller> = scenery.now.calls.at(task).iter().map(caller).collect();
    callers.sort_by(|a, b| (&a.place, &a.task).cmp(&(&b.place, &b.task)));
    callers.dedup();
    callers
}
