//! The version of a task: what the analysis found, handed to `cache_core` in its own terms.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cache_core::policy::{
    self, Behavior, CachePolicy, CacheSpec, FunctionBodyPolicy, ImageContext, PythonPolicy, Subject, SuppliedPolicy,
    policy_versions, version,
};
use cache_core::python::{Function, Module, Piece, PythonVersion, Refusal};

use crate::analysis::{Files, FunctionRef, Kind, Known, Policy, Spec, Summaries, Task, explain};
use crate::environment::registry::Registry;

use super::Runtime;

/// Makes versions of tasks out of the files that they are in, each parsed once.
pub struct Versions<'a> {
    files: &'a dyn Files,
    supplied: &'a [SuppliedPolicy],
    /// What parsed the same files as they are now.
    now: Option<&'a Versions<'a>>,
    /// What was parsed for earlier questions.
    kept: Option<&'a Modules>,
    /// What the analysis parsed.
    analyzed: Option<&'a Summaries>,
    modules: Mutex<HashMap<Arc<Path>, Arc<OnceLock<Parsed>>>>,
}

/// Parsed files, to be kept from one question to the next.
#[derive(Debug, Default)]
pub struct Modules(Mutex<HashMap<Arc<Path>, Arc<Module>>>);

impl Modules {
    /// The file as it was parsed last.
    pub fn last(&self, file: &Path) -> Option<Arc<Module>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned()
    }

    fn keep(&self, file: &Arc<Path>, module: &Arc<Module>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(file), Arc::clone(module));
    }
}

/// A file's functions, or why it has none.
type Parsed = Result<Arc<Module>, String>;

impl<'a> Versions<'a> {
    /// Reads through `files`; `supplied` are the versions that the user gave for policies in Python.
    pub fn new(files: &'a dyn Files, supplied: &'a [SuppliedPolicy]) -> Self {
        Self { files, supplied, now: None, kept: None, analyzed: None, modules: Mutex::default() }
    }

    /// Reads through `files`, which are those of an earlier time; what is as it is `now` is not parsed again.
    pub fn earlier(files: &'a dyn Files, supplied: &'a [SuppliedPolicy], now: &'a Versions<'a>) -> Self {
        Self { now: Some(now), ..Self::new(files, supplied) }
    }

    /// The same, with what was parsed before.
    pub fn keeping(self, kept: Option<&'a Modules>) -> Self {
        Self { kept, ..self }
    }

    /// Whether what is parsed is kept for later questions.
    pub fn is_keeping(&self) -> bool {
        self.kept.is_some()
    }

    /// The same, with what the analysis of files that decode alike parsed on its way.
    pub fn beside(self, analyzed: &'a Summaries) -> Self {
        Self { analyzed: Some(analyzed), ..self }
    }

    /// The version of a task that `runtime` computes; for a disabled task, what Flyte knows it by.
    pub fn of(&self, task: &Task, runtime: &Runtime) -> Known<String> {
        let version = runtime.python.agree(|python| self.under(task, python, runtime));
        version.map_or_else(Known::Unknown, Known::Value)
    }

    /// What `look` makes of a file's text, which is empty where it can't be read.
    pub fn with_text<T>(&self, file: &Arc<Path>, look: impl FnOnce(&str) -> T) -> T {
        match self.module(file) {
            Ok(module) => look(module.source().text()),
            Err(_) => look(""),
        }
    }

    /// What a file is refused for.
    pub fn refusal(&self, file: &Arc<Path>, python: PythonVersion) -> Option<Refusal> {
        self.module(file).ok()?.refusal(python)
    }

    /// What each policy of a task gives to its version, by the policy's name; empty for one that is pinned.
    ///
    /// # Errors
    ///
    /// Why the version has no such parts that are known.
    pub fn policies(&self, task: &Task, runtime: &Runtime) -> Result<Vec<(String, Known<String>)>, String> {
        runtime.python.agree(|python| {
            self.subject(task, python, runtime, |spec, subject| {
                if spec.is_pinned() {
                    return Ok(Vec::new());
                }
                let named = |(name, version): (String, Result<String, policy::Unknown>)| {
                    (name, version.map_or_else(|unknown| Known::Unknown(unknown.to_string()), Known::Value))
                };
                Ok(policy_versions(spec, subject).into_iter().map(named).collect())
            })
        })
    }

    /// The pieces of a task's function, for showing which of them changed.
    pub fn pieces(&self, task: &Task, python: PythonVersion) -> Option<Vec<Piece>> {
        let Kind::Function(Known::Value(place)) = &task.kind else { return None };
        let module = self.module(&place.file).ok()?;
        module.pieces(function_at(&module, place)?, python).ok()
    }

    /// The file that a task's function is in.
    pub fn module_of(&self, task: &Task) -> Option<Arc<Module>> {
        let Kind::Function(Known::Value(place)) = &task.kind else { return None };
        self.module(&place.file).ok()
    }

    /// The first and the last line of a task's function, decorators included, 1-based.
    pub fn lines(&self, task: &Task) -> Option<(u32, u32)> {
        let Kind::Function(Known::Value(place)) = &task.kind else { return None };
        let module = self.module(&place.file).ok()?;
        let extent = function_at(&module, place)?.extent.clone();
        let text = module.source().text();
        let line = |offset: usize| u32::try_from(text[..offset].matches('\n').count() + 1).unwrap_or(u32::MAX);
        Some((line(extent.start), line(extent.end)))
    }

    /// The dump of a task's function.
    pub fn dump(&self, task: &Task, python: PythonVersion) -> Option<String> {
        dump(&*self.module_of(task)?, task, python)
    }

    /// Whether a task's function is written as that of `other`, as these versions have it: then their dumps are the same.
    pub fn is_written_as(&self, task: &Task, others: &Versions<'_>, other: &Task, python: PythonVersion) -> bool {
        let found = |versions: &Versions<'_>, task: &Task| {
            let Kind::Function(Known::Value(place)) = &task.kind else { return None };
            let module = versions.module(&place.file).ok()?;
            let function = function_at(&module, place)?.clone();
            Some((module, function))
        };
        let (Some((module, function)), Some((earlier, before))) = (found(self, task), found(others, other)) else {
            return false;
        };
        module.is_written_as(&function, &earlier, &before, python)
    }

    fn under(&self, task: &Task, python: PythonVersion, runtime: &Runtime) -> Result<String, String> {
        self.subject(task, python, runtime, |spec, subject| {
            version(spec, subject).map(|version| version.text).map_err(|unknown| unknown.to_string())
        })
    }

    /// What `make` makes of a task's spec and of what is hashed.
    fn subject<T>(
        &self,
        task: &Task,
        python: PythonVersion,
        runtime: &Runtime,
        make: impl FnOnce(&CacheSpec, &Subject<'_>) -> Result<T, String>,
    ) -> Result<T, String> {
        if let Some(refused) = task.refused.as_ref().or(task.spec.refused.as_ref()) {
            return Err(format!("Flyte itself fails here: {refused}"));
        }
        let spec = self.spec(&task.spec)?;
        match &task.kind {
            Kind::Remote => Err("defined on the cluster: its version is known there".to_owned()),
            // A given version is the same for any subject, also for one that isn't known.
            _ if spec.is_pinned() => make(&spec, &Subject::Nothing),
            Kind::Function(function) => {
                let place = function.known()?;
                let module = self.module(&place.file)?;
                let function = function_at(&module, place).ok_or_else(|| match module.refusal(python) {
                    Some(refusal) => refusal.to_string(),
                    None => "its function can't be found among those of the file".to_owned(),
                })?;
                make(&spec, &Subject::Function { module: &module, function, python })
            }
            // Older SDKs hash the body of a function that isn't there, and so do newer ones unless the behavior is auto.
            Kind::Container(_) if !runtime.versions_containers || spec.behavior != Behavior::Auto => {
                make(&spec, &Subject::Nothing)
            }
            Kind::Container(container) => {
                let python = Some((3, python.minor.number()));
                let registry = match &runtime.registry {
                    Registry::None => policy::Registry::None,
                    Registry::Named(name) => policy::Registry::Named(name),
                    Registry::Unknown(reason) => policy::Registry::Unknown(reason),
                };
                let context = ImageContext { python, sdk: runtime.sdk.as_deref().unwrap_or_default(), registry };
                make(&spec, &Subject::Container { body: container.body.known()?, context })
            }
        }
    }

    /// The spec in the terms of `cache_core`, or what of it isn't known.
    fn spec(&self, spec: &Spec) -> Result<CacheSpec, String> {
        let behavior = *spec.behavior.value.known()?;
        if behavior == Behavior::Disable {
            return Ok(CacheSpec { behavior, ..CacheSpec::auto() });
        }
        let version_override = spec.version_override.value.known()?.clone();
        if version_override.is_some() {
            return Ok(CacheSpec { behavior, version_override, ..CacheSpec::auto() });
        }
        let policies = spec.policies.value.known()?.iter().map(|policy| self.policy(policy)).collect();
        Ok(CacheSpec { behavior, salt: spec.salt.value.known()?.clone(), policies, ..CacheSpec::auto() })
    }

    fn policy(&self, policy: &Policy) -> Arc<dyn CachePolicy> {
        match policy {
            Policy::FunctionBody => Arc::new(FunctionBodyPolicy),
            Policy::Custom(name) => match self.supplied.iter().find(|supplied| supplied.name == *name) {
                Some(supplied) => Arc::new(supplied.clone()),
                None => Arc::new(PythonPolicy { name: name.clone() }),
            },
        }
    }

    /// A file that was parsed already.
    fn parsed(&self, file: &Path) -> Option<Arc<Module>> {
        let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        modules.get(file)?.get()?.as_ref().ok().cloned()
    }

    fn module(&self, file: &Arc<Path>) -> Parsed {
        let cell = {
            let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(modules.entry(Arc::clone(file)).or_default())
        };
        cell.get_or_init(|| {
            let bytes = self.files.read(file).map_err(|error| explain(&error))?;
            if let Some(module) = self.analyzed.and_then(|analyzed| analyzed.exact(file, &bytes)) {
                return Ok(module);
            }
            let source = self.files.decode(file, &bytes).map_err(|error| error.to_string())?;
            let same = |module: &Arc<Module>| module.source().text() == source.text();
            if let Some(module) = self.now.and_then(|now| now.parsed(file)).filter(same) {
                return Ok(module);
            }
            let Some(kept) = self.kept else { return Ok(Arc::new(Module::parse(source))) };
            let module = match kept.last(file) {
                Some(module) if same(&module) => module,
                Some(module) if self.files.is_edited(file) => Arc::new(module.edited(source)),
                None if self.files.is_edited(file) => Arc::new(Module::live(source)),
                _ => Arc::new(Module::parse(source)),
            };
            kept.keep(file, &module);
            Ok(module)
        })
        .clone()
    }
}

/// The dump of a task's function, which stands in `module`.
pub(super) fn dump(module: &Module, task: &Task, python: PythonVersion) -> Option<String> {
    let Kind::Function(Known::Value(place)) = &task.kind else { return None };
    module.dump(function_at(module, place)?, python).ok()
}

fn function_at<'m>(module: &'m Module, place: &FunctionRef) -> Option<&'m Function> {
    module.function_at(place.name_offset).filter(|function| function.name.start == place.name_offset)
}
