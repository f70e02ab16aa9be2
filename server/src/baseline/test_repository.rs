//! Scripted repositories for tests: a folder of their own, a home of their own, fixed names and dates.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::PathBuf;
use std::process::Command;

use super::{BaselineError, Git, Repository};

/// A temporary folder with repositories in it.
pub(crate) struct Sandbox {
    _temp: tempfile::TempDir,
    /// The folder without links on its way, of which macOS has one.
    root: PathBuf,
    program: PathBuf,
}

/// A sandbox, or `None` (and a visible line) where there is no git.
pub(crate) fn sandbox() -> Option<Sandbox> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("git{}", std::env::consts::EXE_SUFFIX);
    let program = std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|program| program.is_file());
    if program.is_none() {
        eprintln!("skipped: git is not on PATH");
    }
    let temp = tempfile::tempdir().unwrap();
    let root = if cfg!(unix) { temp.path().canonicalize().unwrap() } else { temp.path().to_owned() };
    Some(Sandbox { _temp: temp, root, program: program? })
}

impl Sandbox {
    /// A path in the sandbox.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Runs git in a folder as its user would, with nothing of this machine's configuration.
    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.program);
        command.current_dir(self.path(folder)).args(arguments);
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
        command.env("HOME", &self.root).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for (role, name) in [("AUTHOR", "Ada"), ("COMMITTER", "Grace")] {
            command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), "a@example.org");
            command.env(format!("GIT_{role}_DATE"), "2026-01-02T03:04:05Z");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes a file of a repository and commits all that there is.
    pub(crate) fn commit(&self, folder: &str, file: &str, text: &str, message: &str) {
        self.write(&format!("{folder}/{file}"), text);
        self.git(folder, &["add", "-A"]);
        self.git(folder, &["commit", "-q", "-m", message]);
    }

    /// Opens the repository of a folder with the code under test.
    pub(super) fn open(&self, folder: &str) -> Result<Repository, BaselineError> {
        Repository::open(self.tested(), &self.path(folder))
    }

    /// The git that the code under test runs.
    pub(super) fn tested(&self) -> Git {
        Git::new(self.program.clone())
    }
}
