//! What `tests/setup.py` has installed: read from the list that it writes, never searched for again.

use cache_core::python::PythonVersion;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The list that `tests/setup.py` writes.
#[derive(Debug, Default, Deserialize)]
pub struct Setup {
    /// The `node` program, for pyodide.
    pub node: Option<PathBuf>,
    /// Every CPython that can be asked, natives first.
    pub interpreters: Vec<Interpreter>,
    /// The Python of a virtual environment that holds the SDK, by minor (`3.12`).
    pub flyte: BTreeMap<String, PathBuf>,
    /// The Python of a virtual environment that holds the program generators, by minor.
    pub generators: BTreeMap<String, PathBuf>,
    /// The folder of each unpacked package, by its pin (`django==5.2.19`).
    pub corpus: BTreeMap<String, PathBuf>,
    /// A Neovim of a known version.
    #[serde(default)]
    pub neovim: Option<PathBuf>,
}

/// A CPython of an exact patch release.
#[derive(Clone, Debug, Deserialize)]
pub struct Interpreter {
    /// `3.12.7`.
    pub version: String,
    /// How it is run.
    pub kind: Kind,
    /// The program, or pyodide's package folder.
    pub program: PathBuf,
    /// Where its library's sources are, if they are there.
    pub stdlib: Option<PathBuf>,
    /// What tells two builds of one version apart.
    pub build: String,
}

/// How an interpreter is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// As a program.
    Native,
    /// As WebAssembly under Node.
    Pyodide,
}

impl Interpreter {
    /// The exact version.
    pub fn python(&self) -> PythonVersion {
        self.version.parse().expect("tests/setup.py lists versions as 3.12.7")
    }

    /// `3.12`.
    pub fn minor(&self) -> &str {
        self.version.rsplit_once('.').map_or(&self.version, |(minor, _)| minor)
    }

    /// A name for tests and files, `3.12.7-pyodide`.
    pub fn name(&self) -> String {
        match self.kind {
            Kind::Native => self.version.clone(),
            Kind::Pyodide => format!("{}-pyodide", self.version),
        }
    }
}

impl Setup {
    /// Reads the list; an empty one if nothing is set up, which is a failure where `CI` is set.
    pub fn load() -> Self {
        let path = home().join("interpreters.json");
        match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            Err(_) if in_ci() => panic!("{} is missing: run python3 tests/setup.py", path.display()),
            Err(_) => Self::default(),
        }
    }

    /// The one interpreter of each minor that large suites ask: natives are faster, newer patches matter more.
    pub fn one_for_each_minor(&self) -> Vec<&Interpreter> {
        let mut chosen: BTreeMap<u8, &Interpreter> = BTreeMap::new();
        for interpreter in &self.interpreters {
            let python = interpreter.python();
            let better = chosen.get(&python.minor.number()).is_none_or(|known| {
                (interpreter.kind == Kind::Native, python) > (known.kind == Kind::Native, known.python())
            });
            if better {
                chosen.insert(python.minor.number(), interpreter);
            }
        }
        chosen.into_values().collect()
    }
}

/// `target/tasklens-tests`, where everything that tests install or write is.
pub fn home() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("tasklens-tests")
}

/// The `ruff` program, if it is installed.
pub fn ruff() -> Option<PathBuf> {
    let folder = home().join("ruff");
    let programs = [folder.join("bin").join("ruff"), folder.join("Scripts").join("ruff.exe")];
    programs.into_iter().find(|program| program.is_file())
}

/// A program of the set-up's part `packaging`, as `maturin`, if it is installed.
pub fn packaging(program: &str) -> Option<PathBuf> {
    let folder = home().join("packaging");
    let programs = [folder.join("bin").join(program), folder.join("Scripts").join(format!("{program}.exe"))];
    programs.into_iter().find(|program| program.is_file())
}

/// A server of the set-up's part `buckets`, as `azurite-blob`, if it is installed: a script for Node.
pub fn bucket_server(program: &str) -> Option<PathBuf> {
    let script = home().join("buckets").join("node_modules").join(".bin").join(program);
    script.is_file().then_some(script)
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is a folder of the repository")
}

/// Whether the whole tier is asked for (`tests/run.py --long`).
pub fn long() -> bool {
    std::env::var_os("TASKLENS_LONG").is_some_and(|value| value != "0")
}

/// Whether a missing component is a failure rather than a visible skip.
pub fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// Says visibly that a test can't run here, and why; fails where `CI` is set.
pub fn skip(reason: &str) {
    assert!(!in_ci(), "not set up: {reason}; run python3 tests/setup.py");
    #[allow(clippy::print_stdout, reason = "a skip must be seen")]
    {
        println!("skipped: {reason}; python3 tests/setup.py installs what is missing");
    }
}

/// Says visibly that a test can't run here for a reason that no set-up can change.
pub fn skip_optional(reason: &str) {
    #[allow(clippy::print_stdout, reason = "a skip must be seen")]
    {
        println!("skipped: {reason}");
    }
}
