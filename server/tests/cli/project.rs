//! A folder with files, git, and the binary run in it, away from the settings of the machine.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A script with one cached task `e.<name>`.
pub fn script(name: &str) -> String {
    format!(
        "import flyte\n\nenv = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n\n\n\
         @env.task\ndef {name}(x: int) -> int:\n    \"\"\"Says {name}.\"\"\"\n    return x + 1\n"
    )
}

/// A folder that goes when this does. Python 3.12 submits its runs.
pub struct Folder {
    root: PathBuf,
    _temp: Option<TempDir>,
}

/// How a run ended.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Folder {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let folder = Self { root: temp.path().to_owned(), _temp: Some(temp) };
        folder.write(".python-version", "3.12\n");
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.as_path().join(path)
    }

    /// A folder in it, which is made if it isn't there and goes with it.
    pub fn below(&self, path: &str) -> Self {
        let root = self.path(path);
        fs::create_dir_all(&root).unwrap();
        Self { root, _temp: None }
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Replaces `from` in a file, once.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} does not say {from}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// Commits everything.
    pub fn commit(&self) {
        if !self.path(".git").exists() {
            self.git(&["init", "-q", "-b", "main"]);
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "base"]);
    }

    /// Runs git in the folder, and returns what it prints.
    pub fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        self.isolate(&mut command);
        let done = command.current_dir(self.root.as_path()).args(arguments).output().unwrap();
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    /// Runs `tasklens` in the folder.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[], b"")
    }

    /// Runs `tasklens` in the folder, with variables and standard input.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Run {
        let mut command = self.command(self.root.as_path());
        command.args(arguments).envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let done = child.wait_with_output().unwrap();
        Run {
            code: done.status.code().unwrap(),
            out: String::from_utf8(done.stdout).unwrap(),
            err: String::from_utf8(done.stderr).unwrap(),
        }
    }

    /// The JSON that a command prints.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let run = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err))
    }

    /// The one task of `status`.
    pub fn status_of(&self, task: &str) -> Value {
        let report = self.json(&["status"]);
        let tasks = report["tasks"].as_array().unwrap();
        tasks.iter().find(|one| one["task"] == task).unwrap_or_else(|| panic!("no {task} in {report:#}")).clone()
    }

    /// The binary, in a folder and away from the settings of the machine.
    pub fn command(&self, cwd: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasklens"));
        self.isolate(&mut command);
        command.current_dir(cwd);
        command
    }

    fn isolate(&self, command: &mut Command) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("HOME", self.root.as_path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Test").env(format!("GIT_{role}_EMAIL"), "test@example.com");
        }
    }
}
