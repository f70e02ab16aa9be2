//! The Python that the search path leads to, found without running it. The weakest evidence: it is where an interpreter
//! is taken from when nothing else says which.

use super::super::{Origin, Outside};
use super::says::Says;
use super::{Clue, by_path, pyenv, virtualenv};

/// The commands that people start a run with, the commoner first.
const NAMES: [&str; 2] = ["python3", "python"];

/// What the first interpreter on the search path is.
pub(super) fn first(outside: &Outside) -> Option<Clue> {
    NAMES.into_iter().find_map(|program| {
        outside.programs(program).find_map(|file| {
            let folder = file.parent()?;
            if pyenv::holds_shims(folder, outside) {
                // `None` for pyenv's `system`: the next on the search path.
                return Some(Clue { says: pyenv::chosen(outside)?, origin: Origin::OnPath { program, file } });
            }
            // Windows' stub that opens the shop.
            if folder.ends_with("WindowsApps") {
                return None;
            }
            let environment = [folder.parent(), Some(folder)].into_iter().flatten().find_map(virtualenv::of_folder);
            let says = environment.map(|clue| clue.says).or_else(|| by_path::version(&file.canonicalize().ok()?));
            let says = says.unwrap_or_else(|| Says::Unclear(format!("{} does not tell its version", file.display())));
            Some(Clue { says, origin: Origin::OnPath { program, file } })
        })
    })
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use super::*;

    fn interpreter(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Running it would fail the test for good.
        fs::write(path, "#!/bin/sh\nkill -9 $PPID\n").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn world(root: &Path, folders: &[&str]) -> Outside {
        let path = std::env::join_paths(folders.iter().map(|folder| root.join(folder))).unwrap();
        Outside::new([("PATH".into(), path), ("PYENV_ROOT".into(), root.join("pyenv").into())], None)
    }

    #[test]
    fn links_are_followed_to_a_name_that_tells() {
        let temp = tempfile::tempdir().unwrap();
        interpreter(&temp.path().join("bin/python3.11"));
        symlink("python3.11", temp.path().join("bin/python3")).unwrap();
        let clue = first(&world(temp.path(), &["bin"])).unwrap();
        assert_eq!(clue.says, Says::Version("3.11".parse().unwrap()));
        assert_eq!(clue.origin.words(temp.path()), "python3 on PATH");
    }

    #[test]
    fn a_shim_of_pyenv_stands_for_its_choice_and_system_for_the_next() {
        let temp = tempfile::tempdir().unwrap();
        interpreter(&temp.path().join("pyenv/shims/python3"));
        interpreter(&temp.path().join("bin/python3.11"));
        symlink("python3.11", temp.path().join("bin/python3")).unwrap();
        let outside = world(temp.path(), &["pyenv/shims", "bin"]);
        fs::write(temp.path().join("pyenv/version"), "3.12.1\n").unwrap();
        assert_eq!(first(&outside).unwrap().says, Says::Version("3.12.1".parse().unwrap()));
        fs::write(temp.path().join("pyenv/version"), "system\n").unwrap();
        assert_eq!(first(&outside).unwrap().says, Says::Version("3.11".parse().unwrap()));
    }

    #[test]
    fn an_activated_environment_and_one_that_tells_nothing() {
        let temp = tempfile::tempdir().unwrap();
        interpreter(&temp.path().join("venv/bin/python3"));
        fs::write(temp.path().join("venv/pyvenv.cfg"), "version = 3.13.2").unwrap();
        assert_eq!(first(&world(temp.path(), &["venv/bin"])).unwrap().says, Says::Version("3.13.2".parse().unwrap()));
        interpreter(&temp.path().join("plain/bin/python3"));
        assert!(matches!(first(&world(temp.path(), &["plain/bin"])).unwrap().says, Says::Unclear(_)));
        assert_eq!(first(&world(temp.path(), &["empty"])), None);
    }
}
