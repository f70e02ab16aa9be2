//! Projects, Pythons and SDKs of the files that were walked: `environment`'s answers, each asked once a folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cache_core::python::PythonVersion;

use crate::analysis::Files;
use crate::environment::python::{self, Script, Submitting};
use crate::environment::sdk::{self, Sdk};
use crate::environment::{self, Outside, Project};

/// What surrounds files, looked up as it is asked for.
pub struct Surroundings<'a> {
    outside: &'a Outside,
    cwd: &'a Path,
    /// `--python`.
    option: Option<PythonVersion>,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
}

/// What surrounds the files of a folder.
#[derive(Debug)]
pub struct Folder {
    /// The project.
    pub project: Project,
    /// Gathered for folders with tasks only.
    evidence: OnceLock<(python::Evidence, sdk::Evidence)>,
}

/// What runs a script.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The Python that submits it.
    pub submitting: Submitting,
    /// The SDK that it imports.
    pub sdk: Sdk,
}

impl<'a> Surroundings<'a> {
    /// Looks around from files; `option` is the Python that the user named.
    pub fn new(outside: &'a Outside, cwd: &'a Path, option: Option<PythonVersion>) -> Self {
        Self { outside, cwd, option, folders: Mutex::default() }
    }

    /// What surrounds a file (absolute).
    pub fn folder_of(&self, file: &Path) -> Arc<Folder> {
        let folder = file.parent().unwrap_or(file);
        let known = |folders: &HashMap<PathBuf, Arc<Folder>>| folders.get(folder).cloned();
        if let Some(known) = known(&self.folders.lock().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        // Looked up without the lock: two threads may do it twice, but none waits for a slow disk of another.
        let project = self.project_of(folder);
        let found = Arc::new(Folder { project, evidence: OnceLock::new() });
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(folders.entry(folder.to_owned()).or_insert(found))
    }

    /// The project of a folder. One without git and without a configuration has no root of its own: then it is the
    /// working directory's, as far as that reaches.
    fn project_of(&self, folder: &Path) -> Project {
        let project = environment::discover(folder);
        let is_rootless = project.settings.file.is_none() && !project.root.join(".git").exists();
        if is_rootless && folder.starts_with(self.cwd) { environment::discover(self.cwd) } else { project }
    }

    /// What runs a script; `text` is what it says. With `earlier`, what ran it when the project's files were as that has
    /// them.
    pub fn scene(&self, file: &Path, text: &str, earlier: Option<&dyn Files>) -> Scene {
        let at = file.parent().unwrap_or(file);
        let folder = self.folder_of(file);
        let (python, sdk) = folder.evidence.get_or_init(|| {
            let python = python::Evidence::gather(at, &folder.project, self.outside);
            (python, sdk::Evidence::gather(at, &folder.project, self.outside))
        });
        let script = Script::read(text);
        let script = script.as_ref().map(|script| (script, file));
        let submitting = match earlier {
            None => python.submitting(self.option, script),
            Some(files) => {
                let read = |path: &Path| String::from_utf8(files.read(path).ok()?.to_vec()).ok();
                python.as_it_was(at, &folder.project, self.outside, &read).submitting(self.option, script)
            }
        };
        Scene { submitting, sdk: sdk.sdk(script) }
    }
}
