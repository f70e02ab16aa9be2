//! What runs each task's script, decided once a file, and in words.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use cache_core::python::PythonVersion;

use crate::analysis::Task;
use crate::environment::python::{Certainty, Submitting};
use crate::environment::sdk::{NEWEST, Sdk, Support};

use super::sentence::python_name;
use super::surroundings::{Scene, Surroundings};
use super::{Interpreter, Runtime, Sourced, SubmittingPython, Versions};

/// The scenes of the scripts that tasks are in.
pub struct Scenes<'a> {
    surroundings: &'a Surroundings<'a>,
    versions: &'a Versions<'a>,
    decided: Mutex<BTreeMap<Arc<Path>, Arc<Scene>>>,
}

impl<'a> Scenes<'a> {
    /// Decides from what surrounds a file and from the file's text, as `versions` has it.
    pub fn new(surroundings: &'a Surroundings<'a>, versions: &'a Versions<'a>) -> Self {
        Self { surroundings, versions, decided: Mutex::default() }
    }

    /// What computes the version of a task that is submitted from here.
    pub fn runtime(&self, task: &Task) -> Runtime {
        let scene = self.of(&task.place.file);
        Runtime {
            python: interpreter(&scene.submitting),
            sdk: scene.sdk.version.clone(),
            versions_containers: scene.sdk.versions_containers(),
            registry: scene.registry.clone(),
        }
    }

    /// The Python that submits the tasks of a file, where that is known.
    pub fn python(&self, file: &Arc<Path>) -> Option<PythonVersion> {
        self.of(file).submitting.version
    }

    /// The Python that submits a task and the SDK that it imports, with where they come from.
    pub fn words(&self, task: &Task, base: &Path) -> (SubmittingPython, Sourced) {
        let scene = self.of(&task.place.file);
        (python_words(&scene.submitting, base), sdk_words(&scene.sdk, base))
    }

    /// The Pythons that were decided on, each once.
    pub fn pythons(&self, base: &Path) -> Vec<SubmittingPython> {
        self.told(|scene| python_words(&scene.submitting, base))
    }

    /// The SDKs that were decided on, each once.
    pub fn sdks(&self, base: &Path) -> Vec<Sourced> {
        self.told(|scene| sdk_words(&scene.sdk, base))
    }

    /// What the user should know of the SDKs: releases whose rules are not known, files that say otherwise.
    pub fn notes(&self, base: &Path) -> Vec<String> {
        let mut notes = self.told(|scene| {
            let advice = scene.sdk.advice();
            let other = scene
                .sdk
                .differing
                .first()
                .map(|(version, origin)| format!("{} says flyte {version}", origin.words(base)));
            [advice, other]
        });
        notes.dedup();
        notes.into_iter().flatten().flatten().collect()
    }

    fn of(&self, file: &Arc<Path>) -> Arc<Scene> {
        let decided = || self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scene) = decided().get(file) {
            return Arc::clone(scene);
        }
        let scene = self.versions.with_text(file, |text| self.surroundings.scene(file, text));
        Arc::clone(decided().entry(Arc::clone(file)).or_insert(Arc::new(scene)))
    }

    fn told<T: PartialEq>(&self, tell: impl Fn(&Scene) -> T) -> Vec<T> {
        let decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told = Vec::new();
        for scene in decided.values() {
            let one = tell(scene);
            if !told.contains(&one) {
                told.push(one);
            }
        }
        told
    }
}

/// The Python of a scene, in the terms of versions.
pub fn interpreter(submitting: &Submitting) -> Interpreter {
    let unknown = match &submitting.certainty {
        Certainty::Unknown(reason) => reason.clone(),
        Certainty::Named | Certainty::Assumed => String::new(),
    };
    Interpreter { version: submitting.version, possible: submitting.possible.clone(), unknown }
}

/// `3.12.7 (.venv/pyvenv.cfg:3; pyproject.toml:5 says >=3.13)`, `3.11 (assumed: python3 on PATH)`.
pub fn python_words(submitting: &Submitting, base: &Path) -> SubmittingPython {
    let version = python_name(submitting.version);
    let source = submitting.origin.as_ref().map(|origin| origin.words(base));
    let origin = source.clone().unwrap_or_default();
    let mut reasons = vec![match &submitting.certainty {
        Certainty::Named => origin,
        Certainty::Assumed => format!("assumed: {origin}"),
        Certainty::Unknown(reason) => reason.clone(),
    }];
    let differing = submitting.differing.iter();
    reasons.extend(differing.map(|clue| format!("{} says {}", clue.origin.words(base), clue.says)));
    SubmittingPython {
        version: submitting.version,
        source,
        assumed: submitting.certainty != Certainty::Named,
        words: format!("{version} ({})", reasons.join("; ")),
    }
}

/// `2.12.1`, and where that comes from.
pub fn sdk_words(sdk: &Sdk, base: &Path) -> Sourced {
    Sourced {
        value: sdk.version.clone().unwrap_or_else(|| NEWEST.to_owned()),
        source: sdk.origin.as_ref().map(|origin| origin.words(base)),
        supported: !matches!(sdk.support(), Support::Older | Support::Newer),
    }
}
