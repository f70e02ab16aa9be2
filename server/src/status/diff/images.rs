//! Environments whose image holds another Python than it held: the tasks that are called in them get other versions, whatever
//! became of their code.

use std::collections::BTreeMap;

use cache_core::python::PythonVersion;

use super::model::ImageChange;
use crate::analysis::{ImagePython, Known, Project, Task};
use crate::status::compare::{is_cached, under};
use crate::status::{Interpreter, Runtime, Side};

/// The environments of both states with another Python, and the cached tasks of `now` that this hits. `whole` are all tasks of the state
/// that `now` is a part of.
pub fn image_changes(then: &Project, whole: &Project, now: &Side<'_>) -> Vec<ImageChange> {
    let (then, now_images) = (by_environment(then), by_environment(whole));
    let differing = now_images.into_iter().filter_map(|(environment, images)| {
        let were = then.get(environment).filter(|were| words(were) != words(&images))?;
        Some((environment, were, images))
    });
    let hits = |environment: &str, were: &[&ImagePython], images: &[&ImagePython]| {
        let is_parent = |task: &&Task| task.environment.value().is_some_and(|name| name == environment);
        let parents: Vec<_> = whole.tasks.iter().filter(is_parent).map(crate::status::calls::id).collect();
        let is_hit = |task: &&Task| {
            let sites = now.calls.at(task).iter().filter_map(|site| site.parent.as_ref());
            let mut called = sites.filter(|parent| parents.contains(&parent.id));
            is_cached(&task.spec) && called.next().is_some() && versions(now, task, were) != versions(now, task, images)
        };
        let mut tasks: Vec<String> =
            now.project.tasks.iter().filter(is_hit).map(|task| task.shown_name().to_owned()).collect();
        tasks.sort();
        tasks.dedup();
        tasks
    };
    differing
        .map(|(environment, were, images)| ImageChange {
            environment: environment.to_owned(),
            was: words(were),
            now: words(&images),
            tasks: hits(environment, were, &images),
        })
        .collect()
}

/// The versions that a task gets in images, as far as they are known.
fn versions(side: &Side<'_>, task: &Task, images: &[&ImagePython]) -> Vec<Option<String>> {
    let runtime = (side.runtime)(task);
    let in_image = |image: &&ImagePython| {
        let runtime = match image {
            ImagePython::Submitting => runtime.clone(),
            ImagePython::Named(python, _) if Some(python.minor) == minor(&runtime) => runtime.clone(),
            ImagePython::Named(python, _) => under(&runtime, *python),
            ImagePython::Unknown(reason) => {
                let python = Interpreter { version: None, possible: Vec::new(), unknown: reason.clone() };
                Runtime { python, ..runtime.clone() }
            }
        };
        side.versions.of(task, &runtime).value().cloned()
    };
    images.iter().map(in_image).collect()
}

fn minor(runtime: &Runtime) -> Option<cache_core::python::Minor> {
    runtime.python.version.map(|version: PythonVersion| version.minor)
}

/// The images of each environment; several where tasks of one name differ.
fn by_environment(project: &Project) -> BTreeMap<&str, Vec<&ImagePython>> {
    let mut found: BTreeMap<&str, Vec<&ImagePython>> = BTreeMap::new();
    for task in &project.tasks {
        let Known::Value(environment) = &task.environment else { continue };
        let images = found.entry(environment).or_default();
        if !images.iter().any(|image| word(image) == word(&task.image)) {
            images.push(&task.image);
        }
    }
    found
}

fn words(images: &[&ImagePython]) -> String {
    images.iter().map(|image| word(image)).collect::<Vec<_>>().join(" or ")
}

fn word(image: &ImagePython) -> String {
    match image {
        ImagePython::Submitting => "of the submitting run".to_owned(),
        ImagePython::Named(python, _) => python.to_string(),
        ImagePython::Unknown(reason) => format!("unknown ({reason})"),
    }
}
