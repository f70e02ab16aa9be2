//! A state of the code as it was analysed: all its tasks together, by the projects that they are in.

use std::ops::Range;
use std::path::PathBuf;

use super::scope::roots_of;
use crate::analysis::{self, Call, Files, Summaries, Trigger, analyze_with};
use crate::environment;
use crate::status::projects::by_project;
use crate::status::surroundings::Surroundings;

/// The tasks of a state, as they stand in one list.
pub struct Analysed {
    /// All of them.
    pub whole: analysis::Project,
    /// Where the tasks of each project are in it.
    pub projects: Vec<(environment::Project, Range<usize>)>,
}

/// Analyses those of `files` that a state has.
pub fn analysed<'f>(
    summaries: &Summaries,
    files: &dyn Files,
    surroundings: &Surroundings<'_>,
    looked_at: impl Iterator<Item = &'f PathBuf>,
) -> Analysed {
    let there: Vec<PathBuf> = looked_at.filter(|path| files.is_file(path)).cloned().collect();
    let mut found = Analysed { whole: analysis::Project::default(), projects: Vec::new() };
    for (project, paths) in by_project(surroundings, there) {
        let one = analyze_with(summaries, files, &roots_of(&project), &paths);
        let first = found.whole.tasks.len();
        found.projects.push((project, first..first + one.tasks.len()));
        let whole = &mut found.whole;
        whole.tasks.extend(one.tasks);
        whole.calls.extend(one.calls.into_iter().map(|call| {
            let caller = call.caller.map(|caller| first + caller);
            Call { callee: first + call.callee, caller, ..call }
        }));
        whole
            .triggers
            .extend(one.triggers.into_iter().map(|trigger| Trigger { task: first + trigger.task, ..trigger }));
        whole.comments.extend(one.comments);
        whole.problems.extend(one.problems);
    }
    found
}
