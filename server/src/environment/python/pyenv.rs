//! pyenv: which interpreter one of its names, or one of its shims, stands for. Its shims are shell scripts; none is run.

use std::path::{Path, PathBuf};

use super::super::{Disk, Outside, files};
use super::says::Says;
use super::{version_file, virtualenv};

/// pyenv's folder.
pub(super) fn root(outside: &Outside) -> Option<PathBuf> {
    outside.folder("PYENV_ROOT").or_else(|| Some(outside.home()?.join(".pyenv")))
}

/// The Python of a virtual environment or conda that pyenv keeps under a name.
pub(super) fn environment(name: &str, outside: &Outside) -> Option<Says> {
    if name.split(['/', '\\']).any(|part| matches!(part, "" | "." | "..")) || name.contains(':') {
        return None;
    }
    virtualenv::of_folder(&root(outside)?.join("versions").join(name)).map(|clue| clue.says)
}

/// Whether a folder of the search path holds pyenv's shims.
pub(super) fn holds_shims(folder: &Path, outside: &Outside) -> bool {
    root(outside).is_some_and(|root| folder == root.join("shims"))
}

/// What pyenv picks where no `.python-version` does: `PYENV_VERSION`, or its global file. `None` where it leaves it to
/// the rest of the search path (`system`).
pub(super) fn chosen(outside: &Outside) -> Option<Says> {
    let global = || files::hint(&Disk, &root(outside)?.join("version"));
    let name = match outside.variable("PYENV_VERSION") {
        Some(names) => names.to_string_lossy().split(':').next()?.to_owned(),
        None => version_file::first_name(&global()?)?.1.to_owned(),
    };
    (name != "system").then(|| patched(&name, outside))
}

/// A name's version. `3.12` alone means the newest 3.12 that is installed.
fn patched(name: &str, outside: &Outside) -> Says {
    let says = version_file::named(name, outside);
    let Says::Version(version) = &says else { return says };
    if version.patch.is_some() {
        return says;
    }
    let Some(installed) = root(outside).and_then(|root| root.join("versions").read_dir().ok()) else { return says };
    let newest = installed
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<cache_core::python::PythonVersion>().ok())
        .filter(|found| found.minor == version.minor)
        .max();
    newest.map_or(says, Says::Version)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;

    fn world(root: &Path, extra: &[(&str, &str)]) -> Outside {
        let variables = [("PYENV_ROOT", root.to_str().unwrap())].into_iter().chain(extra.iter().copied());
        Outside::new(variables.map(|(name, value)| (name.into(), value.into())), None)
    }

    #[test]
    fn a_minor_is_the_newest_installed_of_it() {
        let temp = tempfile::tempdir().unwrap();
        for version in ["3.12.1", "3.12.10", "3.12.9", "3.11.7", "pypy3.12-7.3"] {
            fs::create_dir_all(temp.path().join("versions").join(version)).unwrap();
        }
        fs::write(temp.path().join("version"), "3.12\n3.11.7\n").unwrap();
        let version = |text: &str| Some(Says::Version(text.parse().unwrap()));
        assert_eq!(chosen(&world(temp.path(), &[])), version("3.12.10"));
        assert_eq!(chosen(&world(temp.path(), &[("PYENV_VERSION", "3.11.7:3.12.1")])), version("3.11.7"));
        assert_eq!(chosen(&world(temp.path(), &[("PYENV_VERSION", "system")])), None);
    }

    #[test]
    fn a_named_environment_is_looked_up_and_never_outside_of_pyenv() {
        let temp = tempfile::tempdir().unwrap();
        let env = temp.path().join("versions/ml");
        fs::create_dir_all(&env).unwrap();
        fs::write(env.join("pyvenv.cfg"), "version = 3.12.1\n").unwrap();
        let outside = world(temp.path(), &[]);
        assert!(matches!(environment("ml", &outside), Some(Says::Version(_))));
        for name in ["../ml", "a/../ml", "/ml", "none", "C:\\ml"] {
            assert_eq!(environment(name, &outside), None, "{name}");
        }
    }
}
