//! Projects, Pythons and SDKs of the files that were walked: `environment`'s answers, each asked once a folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cache_core::python::PythonVersion;

use crate::environment::python::{self, Script, Submitting};
use crate::environment::registry::{self, Registry};
use crate::environment::sdk::{self, Sdk};
use crate::environment::{self, Outside, Project, Settings, Texts};

use super::Question;

/// What surrounds files, looked up as it is asked for.
pub struct Surroundings<'a> {
    texts: &'a dyn Texts,
    outside: &'a Outside,
    cwd: &'a Path,
    /// `--python`.
    option: Option<PythonVersion>,
    /// What goes before the settings of files.
    over: Option<&'a Settings>,
    folders: Folders,
}

/// What was found out of folders, to be kept from one question to the next. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Folders(Arc<Mutex<HashMap<PathBuf, Arc<Folder>>>>);

/// What surrounds the files of a folder.
#[derive(Debug)]
pub struct Folder {
    /// The project.
    pub project: Project,
    /// Gathered for folders with tasks only.
    evidence: OnceLock<(python::Evidence, sdk::Evidence, Registry)>,
}

/// What runs a script.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The Python that submits it.
    pub submitting: Submitting,
    /// The SDK that it imports.
    pub sdk: Sdk,
    /// The registry that the SDK is configured to use.
    pub registry: Registry,
}

impl<'a> Surroundings<'a> {
    /// Looks around from files, at the disk as it is or at a revision's `texts`; `option` is the Python that the user named.
    pub fn new(texts: &'a dyn Texts, outside: &'a Outside, cwd: &'a Path, option: Option<PythonVersion>) -> Self {
        Self { texts, outside, cwd, option, over: None, folders: Folders::default() }
    }

    /// What surrounds the files that a question is about, at the disk or at a revision.
    pub fn of(question: &Question<'a>, texts: &'a dyn Texts, outside: &'a Outside) -> Self {
        Self { over: question.settings, ..Self::new(texts, outside, question.cwd, question.python) }
    }

    /// The same, with what was found out before.
    pub fn keeping(self, folders: &Folders) -> Self {
        Self { folders: folders.clone(), ..self }
    }

    /// What surrounds a file (absolute).
    pub fn folder_of(&self, file: &Path) -> Arc<Folder> {
        self.around(file.parent().unwrap_or(file))
    }

    /// What surrounds the files of a folder (absolute).
    pub fn around(&self, folder: &Path) -> Arc<Folder> {
        let folders = || self.folders.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders().get(folder) {
            return Arc::clone(known);
        }
        // Looked up without the lock: two threads may do it twice, but none waits for a slow disk of another.
        let project = self.project_of(folder);
        let found = Arc::new(Folder { project, evidence: OnceLock::new() });
        Arc::clone(folders().entry(folder.to_owned()).or_insert(found))
    }

    /// The project of a folder. One without git and without a configuration has no root of its own: then it is the
    /// working directory's, as far as that reaches.
    fn project_of(&self, folder: &Path) -> Project {
        // Nearly all folders belong to the project that the one above does; to look upwards from each takes its time.
        if let Some(above) = folder.parent().filter(|_| self.is_plain(folder)) {
            let above = self.around(above);
            if above.project.has_root {
                return above.project.clone();
            }
        }
        let project = self.discover(folder);
        if !project.has_root && folder.starts_with(self.cwd) { self.discover(self.cwd) } else { project }
    }

    /// Whether a folder itself holds nothing that makes a project.
    fn is_plain(&self, folder: &Path) -> bool {
        let is_absent = |name: &str| self.texts.bytes(&folder.join(name)).is_ok_and(|bytes| bytes.is_none());
        !folder.join(".git").exists() && is_absent("pyproject.toml") && is_absent("tasklens.toml")
    }

    /// The project around a file or folder, by its own files and what goes before them.
    pub fn discover(&self, path: &Path) -> Project {
        let mut project = environment::discover_in(self.texts, path);
        if let Some(over) = self.over {
            project.settings = project.settings.under(over);
        }
        project
    }

    /// What runs a script; `text` is what it says.
    pub fn scene(&self, file: &Path, text: &str) -> Scene {
        let folder = self.folder_of(file);
        let (python, sdk, registry) = folder.evidence.get_or_init(|| {
            let (at, project) = (file.parent().unwrap_or(file), &folder.project);
            let python = python::Evidence::gather_in(self.texts, at, project, self.outside);
            let sdk = sdk::Evidence::gather_in(self.texts, at, project, self.outside);
            (python, sdk, registry::configured(self.texts, at, project, self.outside))
        });
        let script = Script::read(text);
        let script = script.as_ref().map(|script| (script, file));
        Scene {
            submitting: python.submitting(self.option, script),
            sdk: sdk.sdk(self.texts, script),
            registry: registry.clone(),
        }
    }
}
