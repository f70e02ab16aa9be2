//! Which Python submits: the interpreter whose `ast.dump` makes the version of a root task.
//!
//! [`Evidence::gather`] reads the files around a folder, [`Evidence::submitting`] decides for a script, and does so
//! without any I/O. Nothing is run. The order, the most telling first:
//!
//! 1. the option or setting `python`, else the interpreter that is selected in the editor;
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

use super::settings::Setting;
use super::{Disk, Origin, Outside, Project, Texts};

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
    interpreter: Option<Clue>,
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
        Self::gather_in(&Disk, folder, project, outside)
    }

    /// Like [`Evidence::gather`], with the project's own files read from elsewhere than the disk; `project` then comes
    /// from [`discover_in`](super::discover_in).
    pub fn gather_in(texts: &dyn Texts, folder: &Path, project: &Project, outside: &Outside) -> Self {
        let clue = |set: &Setting<PythonVersion>| Clue { says: Says::Version(set.value), origin: set.origin.clone() };
        let environments = virtualenv::folders(folder, &project.root, outside);
        Self {
            setting: project.settings.python.as_ref().map(clue),
            interpreter: project.settings.interpreter.as_ref().map(clue),
            version_file: version_file::nearest(texts, folder, outside),
            environments: environments.iter().filter_map(|folder| virtualenv::of_folder(folder)).collect(),
            manifest: manifest::requires_python(texts, folder, &project.root),
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
        let named = [self.interpreter.as_ref(), self.version_file.as_ref(), script.as_ref()].into_iter().flatten();
        let named: Vec<&Clue> = named.chain(&self.environments).chain(&self.manifest).collect();
        decide::submitting(told, &named, self.on_path.as_ref())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::print_stderr)]

    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    /// The interpreters of this machine: pyenv's, and all on the search path that are no shims.
    fn interpreters(outside: &Outside) -> Vec<PathBuf> {
        let pyenv = pyenv::root(outside).and_then(|root| root.join("versions").read_dir().ok());
        let pyenv = pyenv.into_iter().flatten().flatten().map(|entry| entry.path().join("bin/python3"));
        let on_path = outside.programs("python3").filter(|file| !pyenv::holds_shims(file.parent().unwrap(), outside));
        pyenv.chain(on_path).filter(|file| file.is_file()).collect()
    }

    /// What the interpreter says of itself.
    fn asked(interpreter: &Path) -> Option<String> {
        let code = "import platform; print(platform.python_implementation(), platform.python_version())";
        let output = Command::new(interpreter).args(["-I", "-c", code]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().strip_prefix("CPython ").map(str::to_owned)
    }

    #[test]
    fn what_is_read_is_what_the_interpreter_says_of_itself() {
        let outside = Outside::of_process();
        let mut seen = 0;
        for interpreter in interpreters(&outside) {
            let Some(truth) = asked(&interpreter) else { continue };
            let Ok(version) = truth.parse::<PythonVersion>() else { continue };
            seen += 1;
            let named = by_path::version(&interpreter.canonicalize().unwrap());
            let agrees = |says: &Option<Says>| match says {
                Some(Says::Version(found)) => *found == version || *found == PythonVersion::minor(version.minor),
                // Silent is allowed, wrong is not.
                says => says.is_none(),
            };
            assert!(agrees(&named), "{}: {named:?}, in truth {truth}", interpreter.display());
            let temp = tempfile::tempdir().unwrap();
            let folder = temp.path().join(".venv");
            let made = Command::new(&interpreter).args(["-m", "venv", "--without-pip"]).arg(&folder).status();
            if made.is_ok_and(|made| made.success()) {
                let says = virtualenv::of_folder(&folder).unwrap().says;
                assert_eq!(says, Says::Version(version), "{}", interpreter.display());
            }
        }
        if seen == 0 {
            eprintln!("skipped: no supported CPython on this machine");
        }
    }

    /// The disk, with one file as it was.
    struct Then<'a>(&'a Path, &'a str);

    impl Texts for Then<'_> {
        fn bytes(&self, path: &Path) -> std::io::Result<Option<Vec<u8>>> {
            if path == self.0 { Ok(Some(self.1.into())) } else { Disk.bytes(path) }
        }
    }

    #[test]
    fn a_baseline_has_the_python_that_its_own_files_name() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        let (pin, config) = (root.join(".python-version"), root.join("tasklens.toml"));
        std::fs::write(&pin, "3.13\n").unwrap();
        std::fs::write(&config, "").unwrap();
        let python = |texts: &dyn Texts| {
            let project = super::super::discover_in(texts, root);
            let evidence = Evidence::gather_in(texts, root, &project, &Outside::default());
            evidence.submitting(None, None).version.map(|version| version.to_string()).unwrap_or_default()
        };
        assert_eq!(python(&Disk), "3.13");
        assert_eq!(python(&Then(&pin, "3.12\n")), "3.12");
        assert_eq!(python(&Then(&config, "python = '3.11'\n")), "3.11");
    }

    #[test]
    fn evidence_is_gathered_from_the_script_s_folder_upwards() {
        let temp = tempfile::tempdir().unwrap();
        let (root, folder) = (temp.path(), temp.path().join("pkg/flows"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(root.join("pyproject.toml"), "[project]\nrequires-python = '>=3.11'\n[tool.tasklens]\n")
            .unwrap();
        let ask = |script: &str, option: Option<&str>| {
            let evidence = Evidence::gather(&folder, &super::super::discover(&folder), &Outside::default());
            let (script, file) = (Script::read(script), folder.join("pipe.py"));
            let option = option.map(|text| text.parse().unwrap());
            let answer = evidence.submitting(option, script.as_ref().map(|script| (script, file.as_path())));
            let version = answer.version.map(|version| version.to_string());
            (version.unwrap_or_default(), answer.origin.map(|origin| origin.words(root)).unwrap_or_default())
        };
        let answer = |version: &str, origin: &str| (version.to_owned(), origin.to_owned());
        assert_eq!(ask("", None), answer("", "pyproject.toml:2"));
        std::fs::create_dir(root.join("pkg/.venv")).unwrap();
        std::fs::write(root.join("pkg/.venv/pyvenv.cfg"), "home = /nowhere/bin\nversion = 3.12.7\n").unwrap();
        assert_eq!(ask("", None), answer("3.12.7", "pkg/.venv/pyvenv.cfg:2"));
        let script = "# /// script\n# requires-python = '==3.13.*'\n# ///\n";
        assert_eq!(ask(script, None), answer("3.13", "pkg/flows/pipe.py:2"));
        std::fs::write(root.join(".python-version"), "3.11\n").unwrap();
        assert_eq!(ask(script, None), answer("3.11", ".python-version:1"));
        let config = "[project]\nrequires-python = '>=3.11'\n[tool.tasklens]\npython = '3.10'\n";
        std::fs::write(root.join("pyproject.toml"), config).unwrap();
        assert_eq!(ask(script, None), answer("3.10", "pyproject.toml:4"));
        assert_eq!(ask(script, Some("3.14.2")), answer("3.14.2", "--python"));
    }
}
