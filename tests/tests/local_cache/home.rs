//! A home directory with a cache, the real SDK that writes to it, and the command line that looks into it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::SystemTime;

use serde_json::Value;
use tasklens_tests::setup::{self, Setup};

/// A home directory of its own, and the SDK's Python.
pub struct Home {
    folder: tempfile::TempDir,
    pub python: PathBuf,
}

impl Home {
    pub fn new() -> Option<Self> {
        let Some(python) = Setup::load().flyte.values().next_back().cloned() else {
            setup::skip("the SDK is not installed");
            return None;
        };
        Some(Self { folder: tempfile::tempdir().unwrap(), python })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn cache(&self) -> PathBuf {
        self.path().join(".flyte/local-cache/cache.db")
    }

    /// Starts the SDK.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(&self.python);
        command.arg("-B").arg(setup::root().join("tests/flyte/cache_writer.py")).arg(self.path()).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the SDK's Python starts")
    }

    /// What the SDK says in the end.
    pub fn end(child: Child) -> Value {
        let output = child.wait_with_output().unwrap();
        Self::answer(&output)
    }

    /// The answer, which lies in a file.
    pub fn answer(output: &Output) -> Value {
        let file = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let said = fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{file}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
        serde_json::from_str(&said).unwrap()
    }

    pub fn ask(&self, arguments: &[&str]) -> Value {
        Self::end(self.start(arguments))
    }

    pub fn tasklens(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"))
            .arg("local-cache")
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// The bytes and the time of the file.
    pub fn state(&self) -> (Vec<u8>, SystemTime) {
        (fs::read(self.cache()).unwrap(), fs::metadata(self.cache()).unwrap().modified().unwrap())
    }
}
