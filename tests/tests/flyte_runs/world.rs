//! A project, a home and a machine's settings of their own, in which Tasklens and the SDK are asked in turn.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tasklens_tests::setup;
use tempfile::TempDir;

pub struct World {
    root: TempDir,
    python: PathBuf,
    variables: Vec<(String, String)>,
    options: Vec<String>,
}

impl World {
    /// An empty project, whose runs the Python of an environment with the SDK submits.
    pub fn new(python: &Path) -> Self {
        let root = tempfile::tempdir().expect("a folder for the scenario");
        let world = Self { root, python: python.to_owned(), variables: Vec::new(), options: Vec::new() };
        for folder in ["home", "project", "scratch"] {
            fs::create_dir(world.root.path().join(folder)).expect("a folder is made");
        }
        world.git(&["init", "--quiet", "--initial-branch=main"]);
        world
    }

    /// Leaves everything where it is when this goes.
    pub fn keep(&mut self) -> &Path {
        self.root.disable_cleanup(true);
        self.root.path()
    }

    pub fn project(&self, path: &str) -> PathBuf {
        self.folder("project").join(path)
    }

    pub fn home(&self, path: &str) -> PathBuf {
        self.folder("home").join(path)
    }

    /// Free of symbolic links, as the programs see it.
    fn folder(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.root.path().join(name)).expect("the folder is there")
    }

    pub fn set(&mut self, name: &str, value: &str) {
        let value = value.replace("$HOME", &self.folder("home").to_string_lossy());
        self.variables.push((name.to_owned(), value));
    }

    pub fn options(&mut self, options: &[String]) {
        self.options = options.to_vec();
    }

    pub fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=Baseline"]);
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = self.command(Path::new("git"), &self.project(""));
        command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]).args(arguments);
        let done = command.output().expect("git runs");
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// What `tasklens status` prints in a folder of the project.
    pub fn status(&self, folder: &str) -> Value {
        let mut command = self.tasklens(folder);
        command.args(["status", "--all", "--format", "json", "--python", &self.version()]).args(&self.options);
        let done = command.output().expect("tasklens runs");
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
    }

    /// The same for people.
    pub fn table(&self, folder: &str) -> String {
        let mut command = self.tasklens(folder);
        command.args(["status", "--python", &self.version()]).args(&self.options);
        String::from_utf8_lossy(&command.output().expect("tasklens runs").stdout).into_owned()
    }

    fn tasklens(&self, folder: &str) -> Command {
        self.command(Path::new(env!("CARGO_BIN_EXE_tasklens-under-test")), &self.project(folder))
    }

    /// What the SDK did in a run.
    pub fn run(&self, folder: &str, arguments: &[String]) -> Value {
        let record = self.root.path().join("record.json");
        let mut command = self.command(&self.python, &self.project(folder));
        command.arg(setup::root().join("tests/flyte/run.py")).arg(&record).args(arguments);
        let done = command.output().expect("the SDK's Python runs");
        assert!(done.status.success(), "run.py fails: {}", String::from_utf8_lossy(&done.stderr));
        let text = fs::read_to_string(&record).expect("run.py leaves its record");
        serde_json::from_str(&text).expect("the record is JSON")
    }

    /// `3.12.1`
    fn version(&self) -> String {
        let done = Command::new(&self.python).arg("-VV").output().expect("Python runs");
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        text.split_whitespace().nth(1).expect("Python says its version").to_owned()
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.current_dir(folder).env_clear().env("PATH", path).env("HOME", self.home("")).env("TZ", "UTC");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("TASKLENS_SCRATCH", self.folder("scratch"));
        // An edit within the second of a run would meet the bytecode of before.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}
