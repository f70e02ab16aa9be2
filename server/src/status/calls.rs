//! Where tasks are called: a child's version is computed in its parent's image, and `.override(cache=…)` holds for a call.

use std::collections::HashMap;

use cache_core::python::PythonVersion;

use crate::analysis::{ImagePython, Known, Passed, Place, Project, RunOptions, Spec, Task};

/// The calls and triggers of all tasks of a project.
#[derive(Debug, Default)]
pub struct Calls {
    sites: HashMap<Id, Vec<Site>>,
    triggers: HashMap<Id, Vec<(Place, Known<Passed>)>>,
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

    /// How the runs are started that a call is part of: a child takes its options from the run. What differs between several ways is
    /// unknown, since a way may be closed by a hit further up.
    pub fn started(&self, site: &Site) -> RunOptions {
        self.ways(site).into_iter().reduce(either).unwrap_or_default()
    }

    /// The ways in which runs are started that a call may be part of, each once. A task that nothing in the code calls is started
    /// as usual.
    pub fn ways(&self, site: &Site) -> Vec<RunOptions> {
        let mut ways: Vec<RunOptions> = Vec::new();
        let mut reached: Vec<&Id> = Vec::new();
        let mut sites = vec![site];
        while let Some(site) = sites.pop() {
            let way = match &site.parent {
                None => site.options.clone(),
                Some(parent) if reached.contains(&&parent.id) => continue,
                Some(parent) => {
                    reached.push(&parent.id);
                    let calls = self.sites.get(&parent.id).map(Vec::as_slice).unwrap_or_default();
                    sites.extend(calls);
                    if calls.is_empty() { RunOptions::default() } else { continue }
                }
            };
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways
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

/// What two ways to start a run have in common.
fn either(one: RunOptions, other: RunOptions) -> RunOptions {
    fn same<T: PartialEq>(one: Known<T>, other: &Known<T>) -> Known<T> {
        let differ = || Known::Unknown("several runs come to it, which are started in different ways".to_owned());
        if one == *other { one } else { differ() }
    }
    let is_local = |mode: &Known<Option<String>>| match mode {
        Known::Value(mode) => mode.as_deref().is_none_or(|mode| mode == "local"),
        Known::Unknown(_) => false,
    };
    // Where no mode is named, the surroundings decide.
    let mode = match is_local(&one.mode) && is_local(&other.mode) && one.mode != other.mode {
        true => Known::Value(None),
        false => same(one.mode, &other.mode),
    };
    RunOptions {
        mode,
        overwrite_cache: same(one.overwrite_cache, &other.overwrite_cache),
        disable_run_cache: same(one.disable_run_cache, &other.disable_run_cache),
        cache_lookup_scope: same(one.cache_lookup_scope, &other.cache_lookup_scope),
    }
}

/// What tells a task from others.
pub fn id(task: &Task) -> Id {
    (task.place.clone(), task.function.clone(), task.branch.clone())
}
