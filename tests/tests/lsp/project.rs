//! A project for sessions: a repository with one commit.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A cached task and one that is not.
pub const PIPE: &str = "import flyte

env = flyte.TaskEnvironment(\"ml\", cache=\"auto\")


@env.task
def train(x: int) -> int:
    return x + 1


@env.task(cache=\"disable\")
def report(x: int) -> int:
    return x
";

/// A repository in a folder that removes itself.
pub struct Project(tempfile::TempDir);

impl Project {
    /// With `pipe.py`, committed.
    pub fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.git(&["init", "-q", "-b", "main"]);
        project.write(".python-version", "3.12\n");
        project.write("pipe.py", PIPE);
        project.commit();
        project
    }

    /// Without links in it, as editors name it.
    pub fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    pub fn uri(&self, file: &str) -> String {
        format!("file://{}/{file}", self.root().display())
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "all"]);
    }

    pub fn git(&self, arguments: &[&str]) {
        assert!(Command::new("git").args(arguments).current_dir(self.0.path()).status().unwrap().success());
    }
}
