//! The program that is killed: this one again, with a scenario in its environment.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use cache_core::engine::{Engine, RunOptions, Task};
use cache_core::policy::CacheArguments;
use cache_core::store::local::LocalStore;
use cache_core::store::{Filter, Limits, Store};

use super::{openings, processes, serialize, values};

/// How a child is started.
pub struct Start<'a> {
    pub scenario: &'a str,
    pub folder: &'a Path,
    /// What the preloaded library is to do; none: it is not loaded.
    pub fault: Option<&'a str>,
    pub seed: u64,
    pub piped: bool,
}

impl Start<'_> {
    pub fn spawn(&self) -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["child::child", "--exact", "--nocapture", "--test-threads=1", "-q"]);
        command.env("CHILD_SCENARIO", self.scenario).env("CHILD_FOLDER", self.folder);
        command.env("CHILD_SEED", self.seed.to_string());
        if let Some(fault) = self.fault {
            command.env("LD_PRELOAD", library()).env("FAULT", fault);
            command.env("FAULT_COUNT", self.folder.with_extension("count"));
        }
        if self.piped {
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
        } else {
            command.stdin(Stdio::null()).stdout(Stdio::null());
        }
        command.stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// The library of `faults.c`, compiled once by the C compiler that SQLite needs anyway.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store_faults/faults.c");
        let made = folder.join(format!("faults-{}.so", std::process::id()));
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let mut command = Command::new(compiler);
        command.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&made).arg(source).arg("-ldl");
        assert!(command.status().unwrap().success(), "faults.c does not compile");
        made
    })
}

/// Says something to the preloaded library, if there is one.
fn tell(word: &str) {
    let _ = std::fs::File::open(format!("/tasklens/{word}"));
}

/// Not a test of its own: what the children do.
#[test]
fn child() {
    let Some(scenario) = std::env::var_os("CHILD_SCENARIO") else { return };
    let folder = PathBuf::from(std::env::var_os("CHILD_FOLDER").unwrap());
    let seed: u64 = std::env::var("CHILD_SEED").unwrap().parse().unwrap();
    match scenario.to_str().unwrap() {
        "mixed" => return processes::mixed(&folder, seed),
        "peaceful" => return openings::peaceful(&folder, seed),
        "hostile" => return openings::hostile(&folder, seed),
        "serialize" => return serialize::worker(&folder, seed),
        "new" | "migrate" => {
            tell("arm");
            let opened = LocalStore::open(&folder);
            tell("disarm");
            opened.map(|_| ()).unwrap_or_else(|error| named(&error));
        }
        "run" => {
            let opened = LocalStore::open(&folder);
            tell("arm");
            let Ok(store) = opened else { return };
            run(store);
        }
        other => {
            let Ok(store) = LocalStore::open(&folder) else { return };
            tell("arm");
            let done = match other {
                "put" => values::put(&store, 1, 2).map(|_| ()),
                "put large" => values::put(&store, 3, 2).map(|_| ()),
                "put new" => values::put(&store, 99, 2).map(|_| ()),
                "delete" => store.delete(&values::call(3).key()).map(|_| ()),
                "clear" => store.clear(&Filter::default()).map(|_| ()),
                "gc" => store.collect(&Limits { bytes: Some(50_000), ..Limits::default() }).map(|_| ()),
                "verify" => store.verify(true).map(|_| ()),
                "get" => (0..8).try_for_each(|number| values::get(&store, number).map(|_| ())),
                other => panic!("no scenario {other}"),
            };
            done.unwrap_or_else(|error| named(&error));
        }
    }
    tell("count");
}

/// A reserved run: whatever the store does, the result is there.
fn run(store: LocalStore) {
    let engine = Engine::new(Arc::new(store)).producer("child");
    let arguments =
        CacheArguments { version_override: Some("1".to_owned()), serialize: true, ..CacheArguments::new("auto") };
    let call = Task::new("run", arguments.check().unwrap()).unwrap().call();
    let options = RunOptions { wait_limit: Some(Duration::from_secs(20)), ..RunOptions::default() };
    let outcome = engine.run_bytes(&call, &options, |_| Ok::<_, std::io::Error>(values::value(3, 7)));
    assert_eq!(values::version(3, &outcome.unwrap().value), 7);
}

/// Errors are allowed, as long as they are these.
pub fn named(error: &cache_core::store::StoreError) {
    use cache_core::store::StoreError::{Busy, Failed, Full, ReadOnly, Unsupported};
    match error {
        Busy { .. } | Failed { .. } | Full { .. } | ReadOnly { .. } | Unsupported { .. } => {}
        other => panic!("an error of another kind: {other}"),
    }
}
