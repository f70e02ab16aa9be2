//! Where tasks are called: a child's version is computed in its parent's image, and `.override(cache=…)` holds for a call.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use cache_core::python::PythonVersion;

use crate::analysis::{ImagePython, Known, Passed, Place, Project, RunOptions, Spec, Task};

/// The calls and triggers of all tasks of a project.
#[derive(Debug, Default)]
pub struct Calls {
    sites: HashMap<Id, Vec<Site>>,
    triggers: HashMap<Id, Vec<(Place, Known<Passed>)>>,
    cluster: Cluster,
}

/// Why runs that name no mode may go to a cluster; nothing where they are local.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Those that the code starts, by the file that does.
    pub from_code: HashMap<Arc<Path>, String>,
    /// Those that `flyte run` starts.
    pub from_command: Option<String>,
}

/// What tells a task from others: names may be unknown, and one place may define several.
pub type Id = (Place, String, Option<String>);

/// A call of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Where.
    pub place: Place,
    /// The task whose body holds the call; `None` for a call outside of tasks.
    pub parent: Option<Parent>,
    /// The spec that holds for this call, if `.override(cache=…)` gives one.
    pub spec: Option<Spec>,
    /// What each run that it starts is given.
    pub passed: Known<Vec<Passed>>,
    /// How it starts runs.
    pub options: RunOptions,
}

/// A task that calls another.
#[derive(Clone, Debug, PartialEq)]
pub struct Parent {
    /// Which task.
    pub id: Id,
    /// Its name, or its function's where that isn't known.
    pub name: String,
    /// The Python of its image.
    pub image: ImagePython,
}

impl Cluster {
    /// What is said of them, each once.
    pub fn notes(&self) -> BTreeSet<&String> {
        self.from_code.values().chain(&self.from_command).collect()
    }
}

impl Calls {
    /// The calls that an analysis found.
    pub fn of(project: &Project) -> Self {
        let mut calls = Self::default();
        for call in &project.calls {
            let Some(callee) = project.tasks.get(call.callee) else { continue };
            let parent = call.caller.and_then(|caller| project.tasks.get(caller));
            let parent = parent.map(|parent| Parent {
                id: id(parent),
                name: parent.shown_name().to_owned(),
                image: parent.image.clone(),
            });
            let site = Site {
                place: call.place.clone(),
                parent,
                spec: call.spec.clone(),
                passed: call.passed.clone(),
                options: call.options.clone(),
            };
            calls.sites.entry(id(callee)).or_default().push(site);
        }
        for trigger in &project.triggers {
            let Some(task) = project.tasks.get(trigger.task) else { continue };
            calls.triggers.entry(id(task)).or_default().push((trigger.place.clone(), trigger.passed.clone()));
        }
        calls
    }

    /// The calls of a task, by file and line.
    pub fn at(&self, task: &Task) -> &[Site] {
        self.sites.get(&id(task)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The triggers of a task that name inputs, with what they pass.
    pub fn triggers(&self, task: &Task) -> &[(Place, Known<Passed>)] {
        self.triggers.get(&id(task)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The same in surroundings where runs that name no mode may go to a cluster.
    pub fn with_cluster(self, cluster: Cluster) -> Self {
        Self { cluster, ..self }
    }

    /// How the runs are started that a call is part of: a child takes its options from the run. What differs between several ways is
    /// unknown, since a way may be closed by a hit further up.
    pub fn started(&self, site: &Site) -> RunOptions {
        self.common(self.ways(site))
    }

    /// How the runs of a task are started, whoever starts them, as far as they have that in common.
    pub fn usually(&self, task: &Task) -> RunOptions {
        let fired = self.triggers(task).first().map(|_| triggered());
        let called = self.ways_by(self.at(task).iter().collect());
        self.common(called.into_iter().chain(fired))
    }

    /// The ways in which runs are started that a call may be part of, each once. A task that nothing in the code calls is started
    /// by `flyte run`.
    pub fn ways(&self, site: &Site) -> Vec<RunOptions> {
        self.ways_by(vec![site])
    }

    fn ways_by<'a>(&'a self, mut sites: Vec<&'a Site>) -> Vec<RunOptions> {
        let mut ways: Vec<RunOptions> = Vec::new();
        let mut reached: Vec<&Id> = Vec::new();
        while let Some(site) = sites.pop() {
            let way = match &site.parent {
                None => sent(site.options.clone(), self.cluster.from_code.get(&site.place.file)),
                Some(parent) if reached.contains(&&parent.id) => continue,
                Some(parent) => {
                    reached.push(&parent.id);
                    let calls = self.sites.get(&parent.id).map(Vec::as_slice).unwrap_or_default();
                    sites.extend(calls);
                    if calls.is_empty() { self.by_command() } else { continue }
                }
            };
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways
    }

    /// What several ways to start runs have in common; where the code has none, `flyte run` starts them.
    fn common(&self, ways: impl IntoIterator<Item = RunOptions>) -> RunOptions {
        let why = "several runs come to it, which are started in different ways";
        ways.into_iter().reduce(|one, other| one.common(other, why)).unwrap_or_else(|| self.by_command())
    }

    fn by_command(&self) -> RunOptions {
        sent(RunOptions::default(), self.cluster.from_command.as_ref())
    }

    /// The Pythons that compute the version of a task where it is called, as far as images name them, each once. `here`
    /// is the one that submits.
    pub fn pythons(&self, task: &Task, here: PythonVersion) -> Vec<PythonVersion> {
        let python = |site: &Site| match &site.parent {
            Some(Parent { image: ImagePython::Named(python, _), .. }) if python.minor != here.minor => Some(*python),
            Some(Parent { image: ImagePython::Unknown(_), .. }) => None,
            // The same minor, of which the submitting one tells more.
            _ => Some(here),
        };
        let mut pythons: Vec<PythonVersion> = self.at(task).iter().filter_map(python).collect();
        pythons.sort();
        pythons.dedup();
        pythons
    }

    /// The parents of a task whose images don't say which Python they hold, each with the reason.
    pub fn unknown_images(&self, task: &Task) -> Vec<String> {
        let unknown = |site: &Site| match &site.parent {
            Some(Parent { name, image: ImagePython::Unknown(reason), .. }) => Some(format!("{name}: {reason}")),
            _ => None,
        };
        let mut unknown: Vec<String> = self.at(task).iter().filter_map(unknown).collect();
        unknown.sort();
        unknown.dedup();
        unknown
    }
}

/// How the runs of a trigger are started: it fires on a cluster.
pub fn triggered() -> RunOptions {
    RunOptions { mode: Known::Value(Some("remote".to_owned())), ..RunOptions::default() }
}

/// Without a mode, runs may go to a cluster where there is one.
fn sent(options: RunOptions, cluster: Option<&String>) -> RunOptions {
    match (&options.mode, cluster) {
        (Known::Value(None), Some(why)) => RunOptions { mode: Known::Unknown(why.clone()), ..options },
        _ => options,
    }
}

/// What tells a task from others.
pub fn id(task: &Task) -> Id {
    (task.place.clone(), task.function.clone(), task.branch.clone())
}
