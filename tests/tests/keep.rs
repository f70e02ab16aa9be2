//! `tasklens keep` against the real SDK: after it the SDK serves the entry of before the edit, after `--undo` it executes.
//! Each file of `tests/flyte/keep` is a form in which people write caches.

#![allow(clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tasklens_tests::setup::{self, Setup, root};

/// A project in a repository of its own, with a home of its own.
struct Project {
    temp: tempfile::TempDir,
    python: PathBuf,
    minor: String,
}

impl Project {
    fn folder(&self) -> PathBuf {
        self.temp.path().join("project")
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder()).env("HOME", self.temp.path()).env("PYTHONDONTWRITEBYTECODE", "1");
        for name in ["UCTL_CONFIG", "FLYTECTL_CONFIG", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(name);
        }
        command
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = self.command("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=a@example.org"]).args(arguments);
        assert!(git.output().expect("git runs").status.success(), "git {arguments:?}");
    }

    /// Which modules' `f` runs its body, as the SDK says.
    fn ran(&self) -> BTreeMap<String, bool> {
        let output = self.command(&self.python).arg(root().join("tests/flyte/keep.py")).output().expect("Python runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        serde_json::from_str(last)
            .unwrap_or_else(|error| panic!("{error}: {text}\n{}", String::from_utf8_lossy(&output.stderr)))
    }

    fn keep(&self, file: &Path, options: &[&str]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_tasklens-under-test"));
        command.args(["keep", "f"]).arg(file).args(["--baseline", "HEAD", "--yes", "--python", &self.minor]);
        command.args(options).output().expect("tasklens runs")
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder())
            .expect("the project is readable")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
            .collect();
        files.sort();
        files
    }
}

fn project(minor: &str, python: &Path) -> Project {
    let temp = tempfile::tempdir().expect("a folder");
    let project = Project { temp, python: python.to_owned(), minor: minor.to_owned() };
    fs::create_dir(project.folder()).expect("a folder");
    for entry in fs::read_dir(root().join("tests/flyte/keep")).expect("the forms") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "py") {
            fs::copy(&path, project.folder().join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    project.git(&["init", "-q"]);
    project.git(&["add", "-A"]);
    project.git(&["commit", "-q", "-m", "first"]);
    project
}

#[test]
fn the_sdk_serves_the_old_entry_after_keep_and_executes_after_undo() {
    let mut pythons = Setup::load().flyte;
    if !setup::long() {
        pythons = pythons.into_iter().rev().take(1).collect();
    }
    if pythons.is_empty() {
        return setup::skip("the SDK");
    }
    for (minor, python) in &pythons {
        let project = project(minor, python);
        let all = |ran: bool| -> BTreeMap<String, bool> {
            let forms = project.files().into_iter().filter(|file| !file.ends_with("keep_shared.py"));
            forms.map(|file| (file.file_stem().expect("a name").to_string_lossy().into_owned(), ran)).collect()
        };
        assert!(all(true).len() >= 15);
        assert_eq!(project.ran(), all(true), "{minor}: the first run executes");
        assert_eq!(project.ran(), all(false), "{minor}: the second is served");
        let mut edited = BTreeMap::new();
        for file in project.files() {
            let text = fs::read_to_string(&file).expect("a form").replace("\"\"\"Old.\"\"\"", "\"\"\"New.\"\"\"");
            fs::write(&file, &text).expect("written");
            edited.insert(file, text);
        }
        for file in project.files().iter().filter(|file| !file.ends_with("keep_shared.py")) {
            let output = project.keep(file, &[]);
            assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(project.ran(), all(false), "{minor}: kept, although each was edited");
        for file in project.files().iter().filter(|file| !file.ends_with("keep_shared.py")) {
            let output = project.keep(file, &["--undo"]);
            assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(project.ran(), all(true), "{minor}: unpinned, each executes");
        assert_eq!(project.ran(), all(false), "{minor}: under the edit's own version from then on");
        for (file, text) in edited {
            assert_eq!(fs::read_to_string(&file).expect("a form"), text, "what it was");
        }
    }
}
