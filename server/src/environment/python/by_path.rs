//! The version that an interpreter's own path names: `/usr/bin/python3.11`, `~/.pyenv/versions/3.12.1/bin/python`,
//! `C:\Python312\python.exe`. Links are followed by the caller; nothing is run.

use std::path::{Component, Path};

use cache_core::python::PythonVersion;

use super::says::Says;

/// What the path says, or `None` if it says nothing. A file name counts most; a folder adds the patch release.
pub(super) fn version(interpreter: &Path) -> Option<Says> {
    let names: Vec<&str> = interpreter
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let (file, folders) = names.split_last()?;
    let file = file.to_ascii_lowercase();
    let file = file.strip_suffix(".exe").unwrap_or(&file);
    if file.starts_with("pypy") || file.starts_with("graalpy") {
        return Some(Says::spelled(file));
    }
    let by_file = file.strip_prefix("python").and_then(known).or_else(|| in_prefix(interpreter));
    // No installation is laid out deeper than Homebrew's; what lies further up has nothing to do with it.
    let nearest = || (0..folders.len()).rev().take(6).filter_map(|at| folder_version(folders, at));
    let version = match by_file {
        Some(minor) => nearest().find(|found| found.minor == minor.minor && found.patch.is_some()).unwrap_or(minor),
        // Without a number in the file's name its own folder has to do, as on Windows.
        None => (0..folders.len()).rev().take(2).find_map(|at| folder_version(folders, at))?,
    };
    Some(Says::Version(version))
}

fn known(text: &str) -> Option<PythonVersion> {
    text.strip_suffix('t').unwrap_or(text).parse().ok()
}

/// The version that a folder's name gives, if it is one of a Python: `python3.12`, `cpython-3.12.7-linux`, `Python312`,
/// a nix store's `…-python3-3.12.7`, or a bare `3.12.7` (Homebrew: `3.12.7_1`) below a folder that says Python.
fn folder_version(folders: &[&str], at: usize) -> Option<PythonVersion> {
    let name = folders.get(at)?.to_ascii_lowercase();
    if name.starts_with(|c: char| c.is_ascii_digit()) && !name.contains("python") {
        let above = folders.get(at.saturating_sub(2)..at)?;
        let is_python = above.iter().any(|folder| {
            let folder = folder.to_ascii_lowercase();
            folder.contains("python") || folder.contains("pyenv")
        });
        return known(name.split('_').next()?).filter(|_| is_python);
    }
    let after = name.rsplit_once("python").map(|(_, after)| after)?;
    let number = after.strip_prefix("3-").unwrap_or(after).trim_start_matches(['-', '@']);
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    match number.get(..end)? {
        // Windows writes `Python312`, and `Python312-32` for the 32-bit one.
        digits if digits.len() == 3 && !digits.contains('.') => known(&format!("3.{}", digits.strip_prefix('3')?)),
        release => known(release),
    }
}

/// The only `lib/python3.X` beside the interpreter's folder, as in a container's `/usr/local`.
fn in_prefix(interpreter: &Path) -> Option<PythonVersion> {
    let lib = interpreter.is_file().then(|| interpreter.parent()?.parent())??.join("lib");
    let mut found = lib.read_dir().ok()?.flatten().filter_map(|entry| {
        let version = known(entry.file_name().to_str()?.strip_prefix("python")?)?;
        entry.path().join("os.py").is_file().then_some(version)
    });
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn paths_of_real_installations() {
        for (path, expected) in [
            ("/nowhere/usr/bin/python3.11", "3.11"),
            ("/home/a/.pyenv/versions/3.12.1/bin/python3.12", "3.12.1"),
            ("/home/a/.local/share/uv/python/cpython-3.12.7-linux-x86_64-gnu/bin/python3.12", "3.12.7"),
            (
                "/opt/homebrew/Cellar/python@3.12/3.12.7_1/Frameworks/Python.framework/Versions/3.12/bin/python3.12",
                "3.12.7",
            ),
            ("/nix/store/abc3d-python3-3.12.7/bin/python3.12", "3.12.7"),
            ("/opt/hostedtoolcache/Python/3.13.2/x64/bin/python3.13", "3.13.2"),
            ("/home/a/.asdf/installs/python/3.11.4/bin/python3.11", "3.11.4"),
            ("/c/Users/a/AppData/Local/Programs/Python/Python312/python.exe", "3.12"),
            ("/c/Python310-32/python.exe", "3.10"),
            ("/opt/tool-3.11.2/bin/python3.11", "3.11"),
            ("/opt/python/3.11.2/bin/python3.12", "3.12"),
            ("/nowhere/bin/python3.13t", "3.13"),
        ] {
            assert_eq!(version(Path::new(path)), Some(Says::Version(expected.parse().unwrap())), "{path}");
        }
    }

    #[test]
    fn a_path_that_says_nothing_is_not_made_to() {
        for path in [
            "/nowhere/bin/python3",
            "/opt/tool-3.11.2/bin/python",
            "/opt/3.11.2/bin/python",
            "/p/python3.12/a/b/python",
        ] {
            assert_eq!(version(Path::new(path)), None, "{path}");
        }
        assert!(matches!(version(Path::new("/nowhere/bin/pypy3.10")), Some(Says::Unsupported(_))));
    }

    #[test]
    fn the_only_library_beside_an_unnumbered_interpreter() {
        let temp = tempfile::tempdir().unwrap();
        let library = |version: &str| {
            let folder = temp.path().join("lib").join(version);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("os.py"), "").unwrap();
        };
        library("python3.12");
        let interpreter = temp.path().join("bin/python3");
        std::fs::create_dir(temp.path().join("bin")).unwrap();
        std::fs::write(&interpreter, "").unwrap();
        assert_eq!(version(&interpreter), Some(Says::Version("3.12".parse().unwrap())));
        library("python3.11");
        assert_eq!(version(&interpreter), None, "two could be meant");
    }
}
