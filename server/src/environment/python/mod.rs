//! Which Python submits: the interpreter whose `ast.dump` makes the version of a root task.
//!
//! [`Evidence::gather`] reads the files around a folder, [`Evidence::submitting`] decides for a script, and does so
//! without any I/O. Nothing is run. The order, the most telling first:
//!
//! 1. the option or setting `python`;
//! 2. the nearest `.python-version`;
//! 3. the script's own `requires-python` (PEP 723);
//! 4. the project's environment (`pyvenv.cfg` or conda), its own before an active one;
//! 5. `requires-python` of the nearest `pyproject.toml`;
//! 6. the interpreter on the search path, which is only assumed.
//!
//! A specifier such as `>=3.12` does not tell which Python it is, so it only rules out what comes after it; it tells where
//! a single minor is left. Without an answer the version of a task is known only if it is the same under every
//! [possible](Submitting::possible) minor.

mod by_path;
mod decide;
mod manifest;
mod pyenv;
mod requires;
mod says;
mod script;
mod search;
mod version_file;
pub(super) mod virtualenv;

use std::path::Path;

use cache_core::python::{Minor, PythonVersion};

use super::{Origin, Outside, Project};

pub use requires::Allowed;
pub use says::Says;
pub use script::Script;
pub(super) use script::specifiers_of;

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// What it says.
    pub says: Says,
    /// Where it stands.
    pub origin: Origin,
}

/// What the files around a folder say, before any script is looked at. Worth keeping for all scripts of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    setting: Option<Clue>,
    version_file: Option<Clue>,
    environments: Vec<Clue>,
    manifest: Option<Clue>,
    on_path: Option<Clue>,
}

/// How sure a [`Submitting`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The user, the project or its environment names the version.
    Named,
    /// Nothing names one; it is the interpreter on the search path.
    Assumed,
    /// Not known: why, and what to do, in words.
    Unknown(String),
}

/// The Python that submits a script's runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitting {
    /// The version, with the patch release where it is known; `None` where not even the minor is.
    pub version: Option<PythonVersion>,
    /// How sure that is.
    pub certainty: Certainty,
    /// What decided; `None` where nothing did.
    pub origin: Option<Origin>,
    /// Every minor that it can be, oldest first: one where the version is named, none where it is unsupported.
    pub possible: Vec<Minor>,
    /// Evidence that says otherwise than what decided, to be told beside it.
    pub differing: Vec<Clue>,
}

impl Evidence {
    /// Reads what surrounds a folder of a project.
    pub fn gather(folder: &Path, project: &Project, outside: &Outside) -> Self {
        let setting = project.settings.python.as_ref();
        let environments = virtualenv::folders(folder, &project.root, outside);
        Self {
            setting: setting.map(|set| Clue { says: Says::Version(set.value), origin: set.origin.clone() }),
            version_file: version_file::nearest(folder, outside),
            environments: environments.iter().filter_map(|folder| virtualenv::of_folder(folder)).collect(),
            manifest: manifest::requires_python(folder, &project.root),
            on_path: search::first(outside),
        }
    }

    /// Decides for one script: `option` is `--python`, `script` what the file says of itself, with its path.
    pub fn submitting(&self, option: Option<PythonVersion>, script: Option<(&Script, &Path)>) -> Submitting {
        let option = option.map(|version| Clue { says: Says::Version(version), origin: Origin::Option("--python") });
        let script = script.and_then(|(script, file)| {
            let (allowed, line) = script.requires_python.clone()?;
            let origin = Origin::File { file: file.to_owned(), line: Some(line) };
            Some(Clue { says: Says::Allows(allowed), origin })
        });
        let told = option.as_ref().or(self.setting.as_ref());
        let named = [self.version_file.as_ref(), script.as_ref()].into_iter().flatten();
        let named: Vec<&Clue> = named.chain(&self.environments).chain(&self.manifest).collect();
        decide::submitting(told, &named, self.on_path.as_ref())
    }
}
