//! The last answer once more, after an edit that changed nothing but the body of a function: only the tasks of that function are looked at
//! again, and what else was found is only moved to where it stands now.
//!
//! Whatever this can't be sure of is asked anew: then nothing here says anything.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use cache_core::python::{Module, PythonVersion};

use crate::analysis::{self, Edit, Follow, Heard, Kind, Known, Remembered, Since, Standing, Task};
use crate::environment::{self, Settings};

use super::ask::{Around, is_a_reason, roots, supplied_at, wanted, with_before};
use super::calls::{Cluster, Id, id};
use super::compare::{has_unknown_key, statuses_of};
use super::earlier::{Asked, Baselines};
use super::entries::look_up;
use super::known::Sources;
use super::scenes::Scenes;
use super::session::Kept;
use super::skipped::mark;
use super::{
    Against, CallStatus, Calls, Entry, InputsFrom, KnownInputs, Outlook, Question, Report, Side, TaskStatus, Versions,
};

/// An answer for the files of a project, and what it depends on.
#[derive(Debug)]
pub struct Last {
    pub wanted: Option<Wanted>,
    pub standing: Standing,
    /// Which opening of a baseline and which of a store it knows.
    pub opened: (u64, Option<u64>),
    /// The files that were asked about and that the baseline has otherwise.
    pub changed: Vec<PathBuf>,
    pub found: Arc<analysis::Project>,
    /// The analysis of all files, where that is another one.
    pub elsewhere: Option<Arc<analysis::Project>>,
    /// That of the baseline's files.
    pub before: Option<Arc<analysis::Project>>,
    pub cluster: Cluster,
    /// Tasks that were not asked about and call those that were.
    pub outer: Vec<TaskStatus>,
    pub report: Report,
}

/// What was wanted, beside files.
#[derive(Debug, PartialEq)]
pub struct Wanted {
    cwd: PathBuf,
    python: Option<PythonVersion>,
    entries: bool,
    settings: Option<Settings>,
    whole_code: bool,
}

impl Wanted {
    /// Of a question as an editor asks it; `None` of others, which are not asked often.
    pub fn of(question: &Question<'_>) -> Option<Self> {
        let Question {
            files: _,
            cwd,
            python,
            supplied,
            against,
            given,
            entries,
            local_cache,
            settings,
            whole_code,
            progress: _,
        } = *question;
        let is_plain = supplied.is_empty() && given.is_empty() && local_cache.is_none() && against == Against::Usual;
        is_plain.then(|| Self { cwd: cwd.to_owned(), python, entries, settings: settings.cloned(), whole_code })
    }
}

/// The answer for a project's files, if what was answered last is all that has to be known for it.
pub fn again(
    question: &Question<'_>,
    project: &environment::Project,
    asked: &Asked<'_>,
    around: &Around<'_>,
    (baselines, kept): (&mut Baselines<'_>, &mut Kept),
) -> Option<Report> {
    let mut last = kept.last.take()?;
    let Kept { disk, summaries, modules, then, .. } = &mut *kept;
    let wanted_now = Wanted::of(question);
    if wanted_now.is_none() || wanted_now != last.wanted {
        return None;
    }
    let revision = wanted(question, project)?;
    let compared = then.at(&project.root, revision, || baselines.of(&project.root, revision));
    if (then.opened, around.store.map(|store| store.number)) != last.opened {
        return None;
    }
    let remembered = Remembered { files: question.files, memory: disk };
    let roots = roots(project);
    // Before anything is parsed.
    let modules = &*modules;
    let edited = question.files.edited();
    let known: Vec<_> = edited.iter().map(|path| (path, modules.last(path))).collect();
    let since =
        last.standing.since(&remembered, &roots, summaries, &(&last.found, &last.elsewhere, &last.report.tasks))?;
    let (edit, heard) = match since {
        Since::Nothing => (None, None),
        Since::Edit(edit) => (Some(edit), None),
        Since::Heard(edit, heard) => (Some(edit), Some(heard)),
    };
    if let Some(edit) = edit {
        // Any edit may make another key of theirs.
        if last.found.tasks.iter().any(has_unknown_key) {
            return None;
        }
        let reasons = last.reasons();
        let is_heard = heard.is_some();
        let mut indices = match heard {
            Some(heard) => last.hear(&edit, &heard, asked)?,
            None => last.follow(&edit).map(|()| BTreeSet::new())?,
        };
        let supplied = supplied_at(question, project);
        let versions = Versions::new(&remembered, &supplied).keeping(Some(modules)).beside(summaries);
        let here = last.found.tasks.iter().find(|task| is_in(task, &edit));
        match here {
            // What Python doesn't take, now or then, all tasks of the file have a part in.
            Some(task) => {
                let module = versions.module_of(task).filter(|module| module.tells_by_parts())?;
                known.into_iter().find(|(path, _)| **path == **edit.file())?.1.filter(|then| then.tells_by_parts())?;
                indices.extend(last.changed_tasks(&edit, &module));
            }
            None => {
                let tree = compared.as_ref().ok().map(|(_, tree)| tree);
                let changed =
                    tree.map(|tree| then.rest.memory.changed(question.files, tree, asked.files, &last.found.stamps));
                if changed.is_some_and(|changed| changed != last.changed) {
                    return None;
                }
            }
        }
        let indices: Vec<usize> = indices.into_iter().collect();
        if !indices.is_empty() || is_heard {
            let scenes = Scenes::new(around.surroundings, &versions);
            let whole = last.elsewhere.as_ref().unwrap_or(&last.found);
            let calls = Calls::of(whole).with_cluster(last.cluster.clone());
            let now = Side {
                project: &last.found,
                calls: &calls,
                versions: &versions,
                runtime: &|task| scenes.runtime(task),
            };
            let sources = around.store.map(|store| Sources { records: &store.opened.1, given: &[] });
            let mut new = match (&compared, &last.before) {
                (Ok((_, tree)), Some(earlier)) => {
                    let asker = (question, project, around.outside);
                    with_before(asker, tree, earlier, (&versions, &then.rest, summaries), |before| {
                        statuses_of(&now, Some(before), sources, &indices)
                    })
                }
                _ => statuses_of(&now, None, sources, &indices),
            };
            if let Some(store) = around.store {
                look_up(&mut new, &store.opened.0);
            }
            last.standing.also_told(&new);
            for (index, mut new) in indices.into_iter().zip(new) {
                let old = last.report.tasks.get_mut(index)?;
                if !is_heard {
                    for (new, old) in new.known_inputs.iter_mut().zip(&old.known_inputs) {
                        new.skipped_by.clone_from(&old.skipped_by);
                    }
                    new.skipped_by.clone_from(&old.skipped_by);
                    // What it means for others is what it meant.
                    if meant(old) != meant(&new) {
                        return None;
                    }
                }
                *old = new;
            }
            if is_heard && around.store.is_some() {
                mark(&mut last.report.tasks, &last.outer, &calls);
            }
        }
        if reasons != last.reasons() {
            return None;
        }
    }
    let report = last.report.clone();
    kept.last = Some(last);
    Some(report)
}

/// Known inputs, as far as others depend on them.
type Row<'s> = (InputsFrom, &'s [analysis::Place], Entry, Option<&'s str>);

/// What the statuses of other tasks and the notes of a report depend on.
fn meant(status: &TaskStatus) -> (Outlook, Vec<Row<'_>>) {
    let rows = status.known_inputs.iter();
    (
        status.outlook(),
        rows.map(|known| (known.from, known.places.as_slice(), known.entry, known.why.as_deref())).collect(),
    )
}

impl Last {
    /// Takes up what was found of an edit that some of the code hears of. The tasks whose statuses may be others than they were.
    fn hear(&mut self, edit: &Edit, heard: &Heard, asked: &Asked<'_>) -> Option<BTreeSet<usize>> {
        let mut indices = BTreeSet::new();
        let is_asked = asked.files.iter().any(|file| **file == **edit.file());
        let found = Arc::make_mut(&mut self.found);
        match is_asked {
            true => indices.extend(found.hear(edit, heard)?),
            false => found.follow(edit)?,
        }
        if let Some(elsewhere) = &mut self.elsewhere {
            let elsewhere = Arc::make_mut(elsewhere);
            let changed: HashSet<Id> = elsewhere
                .hear(edit, heard)?
                .into_iter()
                .filter_map(|index| elsewhere.tasks.get(index))
                .map(id)
                .collect();
            let here = self.found.tasks.iter().enumerate().filter(|(_, task)| changed.contains(&id(task)));
            indices.extend(here.map(|(index, _)| index));
            self.outer.follow(edit)?;
            if self.outer.iter().any(|status| changed.contains(&id(&status.task))) {
                return None;
            }
        }
        for (index, status) in self.report.tasks.iter_mut().enumerate() {
            if !indices.contains(&index) {
                status.follow(edit)?;
            }
        }
        self.report.problems.follow(edit)?;
        self.report.code = vec![Arc::clone(self.elsewhere.as_ref().unwrap_or(&self.found))];
        Some(indices)
    }

    /// Which reasons not to know inputs are given, of those that the report tells once for all.
    fn reasons(&self) -> Vec<bool> {
        self.cluster.notes().into_iter().map(|note| is_a_reason(note, &self.report.tasks)).collect()
    }

    fn follow(&mut self, edit: &Edit) -> Option<()> {
        Arc::make_mut(&mut self.found).follow(edit)?;
        if let Some(elsewhere) = &mut self.elsewhere {
            Arc::make_mut(elsewhere).follow(edit)?;
        }
        // `gone` tells of places of the baseline.
        let Report { tasks, problems, code, .. } = &mut self.report;
        *code = vec![Arc::clone(self.elsewhere.as_ref().unwrap_or(&self.found))];
        self.outer.follow(edit)?;
        tasks.follow(edit)?;
        problems.follow(edit)
    }

    /// The tasks that the edit may have changed: those of the functions around it, and those that aren't told by their own statement.
    fn changed_tasks(&self, edit: &Edit, module: &Module) -> Vec<usize> {
        let within = self.standing.statement_at(edit.file(), edit.after().start);
        let is_changed = |task: &Task| {
            let Kind::Function(Known::Value(place)) = &task.kind else { return false };
            let stands_alone = || module.function_at(place.name_offset).is_some_and(|one| module.stands_alone(one));
            is_in(task, edit) && (within.contains(&place.name_offset) || !stands_alone())
        };
        let tasks = self.found.tasks.iter().enumerate();
        tasks.filter(|(_, task)| is_changed(task)).map(|(index, _)| index).collect()
    }
}

/// Whether the function of a task is in the edited file.
fn is_in(task: &Task, edit: &Edit) -> bool {
    matches!(&task.kind, Kind::Function(Known::Value(place)) if edit.is_of(&place.file))
}

impl Follow for TaskStatus {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self {
            task,
            here: _,
            in_images: _,
            unknown_images: _,
            status: _,
            changed: _,
            weight: _,
            before: _,
            pinned: _,
            read_locally: _,
            stale_risk: _,
            other_key: _,
            overridden,
            interface_hash: _,
            known_inputs,
            seconds: _,
            cluster: _,
            skipped_by: _,
        } = self;
        task.follow(edit)?;
        overridden.follow(edit)?;
        known_inputs.follow(edit)
    }
}

impl Follow for CallStatus {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { place, spec, version: _ } = self;
        place.follow(edit)?;
        spec.follow(edit)
    }
}

impl Follow for KnownInputs {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self {
            from: _,
            places,
            inputs: _,
            inputs_hash: _,
            key: _,
            baseline_key: _,
            image_keys: _,
            entry: _,
            why: _,
            forced: _,
            in_last_run: _,
            seconds: _,
            collisions: _,
            skipped_by: _,
        } = self;
        places.follow(edit)
    }
}
