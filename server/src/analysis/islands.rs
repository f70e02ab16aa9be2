//! Parts of what an analysis found, and two such parts as one: what no import connects can be found apart.

use std::path::Path;

use super::task::{Call, Project, Task, Trigger};

impl Project {
    /// What was found in some of the files, where no import leads from them to the others or back. Without what is told of files.
    #[must_use]
    pub fn part(&self, is_of_it: impl Fn(&Path) -> bool) -> Self {
        let mut places = vec![None; self.tasks.len()];
        let mut tasks = Vec::new();
        for (place, task) in places.iter_mut().zip(&self.tasks).filter(|(_, task)| is_of_it(&task.place.file)) {
            *place = Some(tasks.len());
            tasks.push(task.clone());
        }
        self.with_tasks(tasks, |index| places.get(index).copied().flatten())
    }

    /// What was found in this part and in another.
    #[must_use]
    pub fn and(mut self, mut other: Self) -> Self {
        if self.tasks.is_empty() {
            return other;
        }
        let first = self.tasks.len();
        let mut order: Vec<(usize, Task)> = self.tasks.drain(..).chain(other.tasks.drain(..)).enumerate().collect();
        order.sort_by(|(_, one), (_, other)| one.place.cmp(&other.place));
        let mut places = vec![None; order.len()];
        for (at, (index, _)) in order.iter().enumerate() {
            if let Some(place) = places.get_mut(*index) {
                *place = Some(at);
            }
        }
        let place = |index: usize| places.get(index).copied().flatten();
        let (mut all, rest) =
            (self.with_tasks(Vec::new(), place), other.with_tasks(Vec::new(), |at| place(first + at)));
        all.tasks = order.into_iter().map(|(_, task)| task).collect();
        all.calls.extend(rest.calls);
        all.calls.sort_by(|one, other| one.place.cmp(&other.place));
        all.triggers.extend(rest.triggers);
        all.namesakes.extend(rest.namesakes);
        all
    }

    /// The same with other tasks: `place` tells which of them a task is now.
    fn with_tasks(&self, tasks: Vec<Task>, place: impl Fn(usize) -> Option<usize>) -> Self {
        let call = |call: &Call| {
            let caller = match call.caller {
                Some(caller) => Some(place(caller)?),
                None => None,
            };
            Some(Call { callee: place(call.callee)?, caller, ..call.clone() })
        };
        let trigger = |trigger: &Trigger| Some(Trigger { task: place(trigger.task)?, ..trigger.clone() });
        let namesakes = self.namesakes.iter();
        Self {
            tasks,
            calls: self.calls.iter().filter_map(call).collect(),
            triggers: self.triggers.iter().filter_map(trigger).collect(),
            namesakes: namesakes.filter_map(|(one, other)| Some((place(*one)?, place(*other)?))).collect(),
            ..Self::default()
        }
    }
}
