//! What surrounds a folder, and which file says it: settings, Python, SDK, baseline, caches.

use std::path::{Path, PathBuf};

use cache_core::python::PythonVersion;

use crate::analysis::Problem;
use crate::environment::registry::Registry;
use crate::environment::{Disk, LocalCache, Origin, Outside, Setting, local_cache_from};

use super::super::earlier::Baselines;
use super::super::locked;
use super::super::scenes::{python_words, sdk_words};
use super::super::surroundings::Surroundings;
use super::super::{Sourced, SubmittingPython};

/// What holds for the files of a folder.
#[derive(Clone, Debug)]
pub struct Config {
    /// The project's root.
    pub root: PathBuf,
    /// The configuration file, if there is one.
    pub file: Option<PathBuf>,
    /// The settings.
    pub settings: Vec<ConfigSetting>,
    /// Where absolute imports start from, beside the script's own folder.
    pub import_roots: Vec<PathBuf>,
    /// The Python that submits runs of scripts that name none themselves.
    pub python: SubmittingPython,
    /// The SDK that they import.
    pub sdk: Sourced,
    /// What the user should know of the SDK.
    pub advice: Option<String>,
    /// The registry of images: its name, or why it isn't known; `None` where nothing names one.
    pub registry: Option<Result<String, String>>,
    /// What code is compared with: its name and, unless it is a lock file, its commit; or why with nothing.
    pub baseline: Result<(String, Option<String>), String>,
    /// What the user should know of that choice.
    pub baseline_note: Option<String>,
    /// The SDK's local cache for runs that are started in the folder, and what led there.
    pub local_cache: Option<(PathBuf, String)>,
    /// What is wrong with the configuration.
    pub problems: Vec<Problem>,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigSetting {
    /// As the file spells it.
    pub name: String,
    /// Its value; `None` where the default holds.
    pub value: Option<String>,
    /// The file and the line.
    pub origin: Option<String>,
}

/// Looks around from a folder (absolute); `option` is the Python that the user named, `revision` the baseline.
pub fn config(
    folder: &Path,
    cwd: &Path,
    outside: &Outside,
    option: Option<PythonVersion>,
    revision: Option<&str>,
) -> Config {
    let surroundings = Surroundings::new(&Disk, outside, cwd, option);
    // Any file of the folder: one that names no Python of its own.
    let file = folder.join("script.py");
    let around = surroundings.folder_of(&file);
    let project = &around.project;
    let scene = surroundings.scene(&file, "");
    let settings = &project.settings;
    let wanted = revision.or(settings.baseline.as_ref().map(|setting| setting.value.as_str()));
    let lock = wanted.and_then(|wanted| locked::named(wanted, revision.is_some(), cwd, project));
    let compared = match lock {
        Some((path, read)) => {
            let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
            read.map(|_| (name, None, None)).map_err(|error| error.to_string())
        }
        None => match Baselines::new(outside).of(&project.root, wanted) {
            Ok((choice, _)) => Ok((choice.baseline.name, Some(choice.baseline.revision), choice.note)),
            Err(error) => Err(error.to_string()),
        },
    };
    let mut shown = vec![
        one("python", settings.python.as_ref(), PythonVersion::to_string, cwd),
        one("baseline", settings.baseline.as_ref(), String::clone, cwd),
    ];
    for (policy, version) in &settings.policy_versions {
        shown.push(one(&format!("policy-versions.{policy}"), Some(version), String::clone, cwd));
    }
    if settings.policy_versions.is_empty() {
        shown.push(ConfigSetting { name: "policy-versions".to_owned(), value: None, origin: None });
    }
    let patterns: Vec<&str> = settings.exclude.iter().map(|pattern| pattern.value.as_str()).collect();
    shown.push(ConfigSetting {
        name: "exclude".to_owned(),
        value: (!patterns.is_empty()).then(|| patterns.join(", ")),
        origin: settings.exclude.first().map(|pattern| pattern.origin.words(cwd)),
    });
    let folders = |folders: &Vec<PathBuf>| -> String {
        folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
    };
    shown.push(one("src", settings.src.as_ref(), folders, cwd));
    Config {
        root: project.root.clone(),
        file: settings.file.clone(),
        settings: shown,
        import_roots: project.import_roots.clone(),
        python: python_words(&scene.submitting, cwd),
        sdk: sdk_words(&scene.sdk, cwd),
        advice: scene.sdk.advice(),
        registry: match scene.registry {
            Registry::None => None,
            Registry::Named(name) => Some(Ok(name)),
            Registry::Unknown(reason) => Some(Err(reason)),
        },
        baseline_note: compared.as_ref().ok().and_then(|(_, _, note)| note.clone()),
        baseline: compared.map(|(name, revision, _)| (name, revision)),
        local_cache: local_cache_from(cwd, outside).map(|found| {
            let led_by = LocalCache::led_by(&found, cwd);
            (found.path, led_by)
        }),
        problems: project
            .problems
            .iter()
            .map(|problem| Problem {
                file: problem.file.as_path().into(),
                line: problem.line,
                message: problem.message.clone(),
            })
            .collect(),
    }
}

fn one<T>(name: &str, setting: Option<&Setting<T>>, words: impl Fn(&T) -> String, base: &Path) -> ConfigSetting {
    let origin = |origin: &Origin| origin.words(base);
    ConfigSetting {
        name: name.to_owned(),
        value: setting.map(|setting| words(&setting.value)),
        origin: setting.map(|setting| origin(&setting.origin)),
    }
}
