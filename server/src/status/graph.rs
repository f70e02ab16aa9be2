//! What the next run of a pipeline does: the tasks that a task calls, directly or not, and what becomes of each.
//!
//! Told of calls in code, which may stand on branches that a run doesn't take: so a task that would run again because of what
//! another returns only *may*. A task is skipped only where all its callers in the pipeline are served or skipped.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::analysis::{Call, Known, Project, Task};
use crate::environment::Outside;

use super::ask::{Question, ask_and_look, ask_in};
use super::calls::{Id, id};
use super::explain::{ExplainError, Selector};
use super::keys::{ignored, unknown_argument};
use super::session::Session;
use super::walk::Walked;
use super::{News, Outlook, Report, TaskStatus};

/// A pipeline: the task that was asked about comes first.
#[derive(Clone, Debug)]
pub struct Graph {
    /// What the tasks are compared with, and all else that a report says of the files that they stand in.
    pub report: Report,
    /// The tasks.
    pub nodes: Vec<Node>,
    /// Who calls whom, by positions in `nodes`; sorted, each pair once.
    pub edges: Vec<(usize, usize)>,
}

/// A task of a pipeline.
#[derive(Clone, Debug)]
pub struct Node {
    /// The task.
    pub status: TaskStatus,
    /// What the next run does with it.
    pub fate: Fate,
    /// How many calls lie between it and the task that was asked about, at most.
    pub depth: usize,
}

/// What the next run of a pipeline does with a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its entries are there: it is served.
    Served,
    /// Its version is the baseline's: where there is an entry for its inputs, it is served.
    Kept,
    /// It computes what it computed before, or for the first time.
    Computes,
    /// It isn't cached, and runs whenever it is come to.
    Uncached,
    /// Its version is kept, but what this task returns may be another than it was, and goes into its inputs or may.
    MayRunAgain(String),
    /// It does not run, for these tasks are served in its place.
    Skipped(Vec<String>),
    /// Not known.
    Unknown,
}

impl Fate {
    /// The word in JSON and in pictures.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Served => "hit",
            Self::Kept => "kept",
            Self::Computes => "recompute",
            Self::Uncached => "uncached",
            Self::MayRunAgain(_) => "rerun",
            Self::Skipped(_) => "skipped",
            Self::Unknown => "unknown",
        }
    }

    /// Whether what the task returns may be another than it was.
    fn may_differ(&self) -> bool {
        matches!(self, Self::Computes | Self::MayRunAgain(_))
    }

    /// Whether it surely calls nothing.
    fn stops(&self) -> bool {
        matches!(self, Self::Served | Self::Skipped(_))
    }
}

/// The pipeline of the one task that `wanted` names, of the files that were walked, as one of several questions: what stays the same is
/// kept in the session.
///
/// # Errors
///
/// [`ExplainError`]: the task is not there, or there are several. What can't be read is told in the report.
pub fn graph(
    session: &mut Session,
    question: &Question<'_>,
    walked: Walked,
    outside: &Outside,
    wanted: &Selector,
) -> Result<Graph, ExplainError> {
    let mut found = Found::default();
    let first = Question { entries: false, ..*question };
    ask_and_look(session, &first, walked, outside, &mut |scenery| {
        for task in &scenery.now.project.tasks {
            if wanted.names(task, question.cwd, scenery.now.versions.lines(task)) {
                found.roots.push((task.clone(), Reached::from(&id(task), scenery.whole)));
            } else {
                found.others.push(task.clone());
            }
        }
    })?;
    // A full name goes before functions of that name.
    let exact = |(task, _): &(Task, Reached)| matches!((wanted, task.known_name()), (Selector::Name(name), Some(known)) if name == known);
    if found.roots.iter().any(exact) {
        found.roots.retain(exact);
    }
    let named: Vec<_> = found.roots.iter().map(|(task, _)| task).collect();
    wanted.judge(&named, &found.others, question.cwd)?;
    // Where functions stand in each other, the innermost is meant.
    let Some((_, reached)) = found.roots.pop() else {
        return Ok(Graph {
            report: ask_in(session, &first, Walked::default(), outside)?,
            nodes: Vec::new(),
            edges: Vec::new(),
        });
    };
    let files = reached.files();
    let files = Walked { named: files.clone(), files, problems: Vec::new() };
    let report = ask_in(session, question, files, outside)?;
    Ok(reached.graph(report))
}

/// What the first question finds.
#[derive(Default)]
struct Found {
    roots: Vec<(Task, Reached)>,
    others: Vec<Task>,
}

/// The tasks that are reached from one, which is the first.
struct Reached {
    tasks: Vec<Id>,
    /// Calls between them, by positions.
    calls: Vec<(usize, Call)>,
}

impl Reached {
    fn from(root: &Id, project: &Project) -> Self {
        let index: HashMap<Id, usize> = project.tasks.iter().enumerate().map(|(at, task)| (id(task), at)).collect();
        let mut order: Vec<usize> = index.get(root).copied().into_iter().collect();
        let mut calls = Vec::new();
        let mut at = 0;
        while let Some(&caller) = order.get(at) {
            for call in project.calls.iter().filter(|call| call.caller == Some(caller)) {
                if !order.contains(&call.callee) {
                    order.push(call.callee);
                }
                let callee = order.iter().position(|known| *known == call.callee).unwrap_or_default();
                calls.push((at, Call { callee, ..call.clone() }));
            }
            at += 1;
        }
        Self { tasks: order.iter().filter_map(|at| project.tasks.get(*at)).map(id).collect(), calls }
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.tasks.iter().map(|(place, ..)| place.file.to_path_buf()).collect();
        files.sort();
        files.dedup();
        files
    }

    fn graph(&self, report: Report) -> Graph {
        let status = |wanted: &Id| report.tasks.iter().find(|status| id(&status.task) == *wanted).cloned();
        let statuses: Vec<Option<TaskStatus>> = self.tasks.iter().map(status).collect();
        let depths = self.depths();
        let fates = self.fates(&statuses);
        // A file that changed between two looks at it may lack a task.
        let mut places = HashMap::new();
        let mut nodes = Vec::new();
        for (at, (status, fate)) in statuses.into_iter().zip(fates).enumerate() {
            let Some(status) = status else { continue };
            places.insert(at, nodes.len());
            nodes.push(Node { status, fate, depth: depths.get(at).copied().unwrap_or_default() });
        }
        let edge = |(caller, call): &(usize, Call)| Some((*places.get(caller)?, *places.get(&call.callee)?));
        let mut edges: Vec<(usize, usize)> = self.calls.iter().filter_map(edge).collect();
        edges.sort_unstable();
        edges.dedup();
        Graph { report, nodes, edges }
    }

    /// The longest way to each task; a call back up counts for nothing.
    fn depths(&self) -> Vec<usize> {
        let mut depths = vec![0; self.tasks.len()];
        // Without calls back up no way is longer than there are tasks.
        for _ in 0..self.tasks.len() {
            let mut changed = false;
            for (caller, call) in &self.calls {
                let next = depths.get(*caller).map_or(0, |depth| depth + 1);
                let is_back = self.reaches(call.callee, *caller);
                if let Some(depth) = depths.get_mut(call.callee).filter(|depth| **depth < next && !is_back) {
                    *depth = next;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        depths
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![from];
        let mut at = 0;
        while let Some(&task) = seen.get(at) {
            if task == to {
                return true;
            }
            let next = self.calls.iter().filter(|(caller, _)| *caller == task).map(|(_, call)| call.callee);
            for next in next {
                if !seen.contains(&next) {
                    seen.push(next);
                }
            }
            at += 1;
        }
        false
    }

    fn fates(&self, statuses: &[Option<TaskStatus>]) -> Vec<Fate> {
        let own = |status: &Option<TaskStatus>| status.as_ref().map_or(Fate::Unknown, own_fate);
        let mut fates: Vec<Fate> = statuses.iter().map(own).collect();
        // What is skipped skips more, and what may run again makes more run again, until nothing is added.
        loop {
            let next = (1..fates.len()).find_map(|at| Some((at, self.skipped(at, &fates, statuses)?)));
            let Some((at, by)) = next else { break };
            fates[at] = Fate::Skipped(by);
        }
        loop {
            let next = (1..fates.len()).find_map(|at| Some((at, self.upstream(at, &fates, statuses)?)));
            let Some((at, upstream)) = next else { break };
            fates[at] = Fate::MayRunAgain(upstream);
        }
        fates
    }

    /// The tasks that are served in the place of all callers of a task.
    fn skipped(&self, at: usize, fates: &[Fate], statuses: &[Option<TaskStatus>]) -> Option<Vec<String>> {
        if matches!(fates.get(at), None | Some(Fate::Skipped(_))) {
            return None;
        }
        let mut by = Vec::new();
        for (caller, _) in self.calls.iter().filter(|(caller, call)| call.callee == at && *caller != at) {
            match fates.get(*caller).filter(|fate| fate.stops())? {
                Fate::Skipped(names) => by.extend(names.clone()),
                _ => by.extend(name(statuses, *caller)),
            }
        }
        by.sort();
        by.dedup();
        (!by.is_empty()).then_some(by)
    }

    /// The task before it in a caller whose result may go into its inputs and may be another than it was.
    fn upstream(&self, at: usize, fates: &[Fate], statuses: &[Option<TaskStatus>]) -> Option<String> {
        let is_kept = matches!(fates.get(at), Some(Fate::Kept | Fate::Served));
        let task = &statuses.get(at)?.as_ref().filter(|_| is_kept)?.task;
        self.calls.iter().filter(|(_, call)| call.callee == at).find_map(|(caller, call)| {
            let spec = call.spec.as_ref().unwrap_or(&task.spec);
            let names = ignored(spec).unwrap_or_default();
            let is_open = match &call.passed {
                Known::Value(runs) => runs.iter().any(|passed| unknown_argument(task, passed, names).is_some()),
                Known::Unknown(_) => true,
            };
            if !is_open || fates.get(*caller).is_none_or(Fate::stops) {
                return None;
            }
            let before = self.calls.iter().filter(|(other, earlier)| {
                // What stands among its arguments runs before it too.
                let is_earlier = earlier.at.file == call.at.file && earlier.at.start < call.at.end;
                other == caller && earlier.callee != at && is_earlier
            });
            let upstream =
                before.map(|(_, earlier)| earlier.callee).find(|up| fates.get(*up).is_some_and(Fate::may_differ));
            name(statuses, upstream?)
        })
    }
}

fn name(statuses: &[Option<TaskStatus>], at: usize) -> Option<String> {
    statuses.get(at)?.as_ref().map(|status| status.task.shown_name().to_owned())
}

/// What becomes of a task by itself.
fn own_fate(status: &TaskStatus) -> Fate {
    let is_doubtful = matches!(status.news(), News::StaleRisk | News::Unknown | News::Differs);
    match (status.outlook(), status.news()) {
        (Outlook::Skipped, _) => Fate::Skipped(status.skipped_by.clone()),
        (Outlook::Hit, _) if !is_doubtful => Fate::Served,
        (_, News::Unknown) => Fate::Unknown,
        (_, News::Off | News::TurnedOff) => Fate::Uncached,
        (Outlook::Missing | Outlook::Partly, _) => Fate::Computes,
        (_, News::Recompute | News::OtherKey | News::New | News::TurnedOn | News::Differs) => Fate::Computes,
        // A stale hit is a hit.
        (_, News::Kept | News::StaleRisk | News::Uncompared) => Fate::Kept,
    }
}
