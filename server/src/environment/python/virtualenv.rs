//! The environment that a project runs in: a virtual environment's `pyvenv.cfg`, a conda environment's records.

use std::path::{Path, PathBuf};

use cache_core::python::PythonVersion;

use super::super::{Disk, Origin, Outside, files};
use super::says::Says;
use super::{Clue, by_path};

/// The names under which tools make a project's environment.
const NAMES: [&str; 3] = [".venv", "venv", "env"];

/// The environment folders that may be the project's: the nearest from `folder` up to `root`, then the active one.
///
/// The project's own comes before an active one, so that an editor and a shell with something else activated agree.
/// conda's base environment is active in every shell of its users, so it is no sign of a choice.
pub(in super::super) fn folders(folder: &Path, root: &Path, outside: &Outside) -> Vec<PathBuf> {
    let upwards = folder.ancestors().take_while(|ancestor| ancestor.starts_with(root));
    let own = upwards.flat_map(|ancestor| NAMES.map(|name| ancestor.join(name))).find(|folder| is_environment(folder));
    let chosen_conda = outside.variable("CONDA_DEFAULT_ENV").is_none_or(|name| name != "base");
    let conda = || outside.folder("CONDA_PREFIX").filter(|_| chosen_conda);
    let active = outside.folder("VIRTUAL_ENV").or_else(conda).filter(|folder| is_environment(folder));
    let active = active.filter(|active| own.as_ref() != Some(active));
    own.into_iter().chain(active).collect()
}

fn is_environment(folder: &Path) -> bool {
    folder.join("pyvenv.cfg").is_file() || folder.join("conda-meta").is_dir()
}

/// What an environment's folder says of its Python; `None` if it is none.
pub(super) fn of_folder(folder: &Path) -> Option<Clue> {
    of_config(folder).or_else(|| of_conda(folder))
}

/// `pyvenv.cfg`, whose version line was written when the environment was made.
fn of_config(folder: &Path) -> Option<Clue> {
    let file = folder.join("pyvenv.cfg");
    let text = files::hint(&Disk, &file)?;
    let entry = |wanted: &str| {
        (1u32..).zip(text.lines()).find_map(|(number, line)| {
            let (key, value) = line.split_once('=')?;
            key.trim().eq_ignore_ascii_case(wanted).then(|| (number, value.trim()))
        })
    };
    let unclear = |reason: &str| {
        let origin = Origin::File { file: file.clone(), line: None };
        Some(Clue { says: Says::Unclear(reason.to_owned()), origin })
    };
    let Some((line, written)) = entry("version_info").or_else(|| entry("version")) else {
        return unclear("names no version: make the environment anew");
    };
    let implementation = entry("implementation").map_or("cpython", |(_, name)| name);
    let says = if implementation.eq_ignore_ascii_case("cpython") {
        Says::spelled(written)
    } else {
        Says::spelled(&format!("{implementation} {written}"))
    };
    let says = match says {
        Says::Version(version) => {
            let home = entry("home").map(|(_, home)| Path::new(home));
            match today(version, &file, &interpreter(folder, home)) {
                Some(version) => Says::Version(version),
                None => return unclear("names another Python than its interpreter is now: make the environment anew"),
            }
        }
        says => says,
    };
    Some(Clue { says, origin: Origin::File { file, line: Some(line) } })
}

/// The file that the environment's `python` is in the end: through its links, or on Windows in `home`.
fn interpreter(folder: &Path, home: Option<&Path>) -> PathBuf {
    let own = folder.join("bin").join("python");
    let base = home.unwrap_or(folder).join(format!("python{}", std::env::consts::EXE_SUFFIX));
    own.canonicalize().or_else(|_| base.canonicalize()).unwrap_or(base)
}

/// The version as it is today. The minor of an environment can't change without breaking it, but the patch release
/// does whenever a distribution or Homebrew updates the interpreter in place: then it is taken from the interpreter's
/// path if that names it, and not known if the interpreter is younger than the environment.
fn today(written: PythonVersion, config: &Path, interpreter: &Path) -> Option<PythonVersion> {
    match by_path::version(interpreter) {
        Some(Says::Version(named)) if named.minor != written.minor => return None,
        Some(Says::Version(named)) if named.patch.is_some() => return Some(named),
        _ => {}
    }
    let replaced = match (changed(interpreter), changed(config)) {
        (Some(interpreter), Some(config)) => interpreter > config,
        _ => false,
    };
    Some(if replaced { PythonVersion::minor(written.minor) } else { written })
}

/// When a file was last put in place, in seconds. Packages keep the time of their build as the modification time, so on
/// Unix the time of the inode's change counts.
#[cfg(unix)]
fn changed(path: &Path) -> Option<i64> {
    use std::os::unix::fs::MetadataExt;
    path.metadata().ok().map(|metadata| metadata.ctime())
}

#[cfg(not(unix))]
fn changed(path: &Path) -> Option<std::time::SystemTime> {
    let metadata = path.metadata().ok()?;
    metadata.created().ok().max(metadata.modified().ok())
}

/// conda records each package in `conda-meta/<name>-<version>-<build>.json`.
fn of_conda(folder: &Path) -> Option<Clue> {
    let mut found: Vec<PathBuf> = folder
        .join("conda-meta")
        .read_dir()
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| conda_version(path).is_some())
        .collect();
    found.sort();
    let file = found.pop()?;
    let says = Says::spelled(&conda_version(&file)?);
    Some(Clue { says, origin: Origin::File { file, line: None } })
}

/// The version in `python-3.12.7-h5148396_0.json`; `None` for other packages, such as `python-dateutil-2.9.0-…`.
fn conda_version(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let mut parts = name.rsplitn(3, '-');
    let (build, version, package) = (parts.next()?, parts.next()?, parts.next()?);
    (package == "python").then(|| if build.contains("pypy") { format!("pypy {version}") } else { version.to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;

    fn says(config: &str) -> Says {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("pyvenv.cfg"), config).unwrap();
        of_folder(temp.path()).unwrap().says
    }

    fn version(text: &str) -> Says {
        Says::Version(text.parse().unwrap())
    }

    #[test]
    fn each_tool_s_spelling_is_read() {
        assert_eq!(
            says("home = /nowhere\ninclude-system-site-packages = false\nversion = 3.12.7\n"),
            version("3.12.7")
        );
        assert_eq!(
            says("home = /nowhere\nimplementation = CPython\nuv = 0.9\nversion_info = 3.12.7\n"),
            version("3.12.7")
        );
        assert_eq!(says("home=/nowhere\r\nversion_info = 3.11.4.final.0\r\nversion = 3.11.4\r\n"), version("3.11.4"));
        assert_eq!(says("version_info = 3.12\n"), version("3.12"));
        assert!(matches!(says("implementation = PyPy\nversion_info = 3.10.14.final.0\n"), Says::Unsupported(_)));
        assert!(matches!(says("home = /usr/bin\n"), Says::Unclear(_)));
    }

    #[test]
    #[cfg(unix)]
    fn the_patch_release_is_the_interpreter_s_of_today() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join(".venv");
        let make = |interpreter: &str| {
            let interpreter = temp.path().join(interpreter);
            fs::create_dir_all(interpreter.parent().unwrap()).unwrap();
            fs::write(&interpreter, "").unwrap();
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder.join("bin")).unwrap();
            std::os::unix::fs::symlink(&interpreter, folder.join("bin/python")).unwrap();
            fs::write(folder.join("pyvenv.cfg"), "version = 3.12.1\n").unwrap();
            of_folder(&folder).unwrap().says
        };
        assert_eq!(make("usr/bin/python3.12"), version("3.12.1"));
        assert_eq!(make("Cellar/python@3.12/3.12.7_1/bin/python3.12"), version("3.12.7"), "its path names it");
        assert!(matches!(make("usr/bin/python3.13"), Says::Unclear(_)), "the link leads to another minor now");
    }

    #[test]
    #[cfg(unix)]
    fn an_interpreter_that_was_replaced_leaves_the_minor() {
        let temp = tempfile::tempdir().unwrap();
        let (config, interpreter) = (temp.path().join("pyvenv.cfg"), temp.path().join("python3.12"));
        fs::write(&config, "").unwrap();
        fs::write(&interpreter, "").unwrap();
        let written: PythonVersion = "3.12.1".parse().unwrap();
        // The clock of a file's inode can't be set, so the comparison is driven with files of known order.
        let elsewhere = Path::new("/proc/self/stat");
        assert_eq!(today(written, &config, &interpreter), Some(written));
        if changed(elsewhere) > changed(&config) {
            assert_eq!(today(written, &config, elsewhere), Some(PythonVersion::minor(written.minor)));
        }
    }

    #[test]
    fn conda_s_record_of_python_is_not_mistaken_for_another_package() {
        let temp = tempfile::tempdir().unwrap();
        let meta = temp.path().join("conda-meta");
        fs::create_dir(&meta).unwrap();
        for name in ["python-dateutil-2.9.0-pyhd8ed1ab_0.json", "python-3.12.7-h5148396_0.json", "history"] {
            fs::write(meta.join(name), "").unwrap();
        }
        let clue = of_folder(temp.path()).unwrap();
        assert_eq!(clue.says, version("3.12.7"));
        assert_eq!(clue.origin.file(), Some(meta.join("python-3.12.7-h5148396_0.json").as_path()));
    }

    #[test]
    fn the_project_s_own_environment_comes_before_an_active_one() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("p");
        for folder in ["p/.venv", "p/sub/venv", "other"] {
            fs::create_dir_all(temp.path().join(folder)).unwrap();
            fs::write(temp.path().join(folder).join("pyvenv.cfg"), "version = 3.12.1").unwrap();
        }
        let active = temp.path().join("other");
        let outside = Outside::new([("VIRTUAL_ENV".into(), active.clone().into())], None);
        let found = folders(&root.join("sub"), &root, &outside);
        assert_eq!(found, [root.join("sub/venv"), active.clone()]);
        let conda = |name: &str| {
            let variables = [("CONDA_PREFIX".into(), active.clone().into()), ("CONDA_DEFAULT_ENV".into(), name.into())];
            folders(&root, &root, &Outside::new(variables, None))
        };
        assert_eq!(conda("base"), [root.join(".venv")]);
        assert_eq!(conda("ml"), [root.join(".venv"), active.clone()]);
    }
}
