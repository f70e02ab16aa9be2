//! Several processes that share a store, and compute each result once between them.
//!
//! ```text
//! cargo run -p cache-core --features engine,shared --example team -- s3://my-bucket/cache
//! cargo run -p cache-core --features engine,shared --example team -- .cache
//! ```
//!
//! The store is a bucket (`s3://`, `az://`, `gs://`; credentials as the clouds' own tools read them from the environment) or a folder, which
//! needs none. Against Azure's emulator, without an account: `npx azurite-blob --skipApiVersionCheck`, a container in it, and
//! `AZURE_STORAGE_USE_EMULATOR=true`.

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use cache_core::engine::{Engine, RunOptions, Status, Task};
use cache_core::key::native::Scope;
use cache_core::policy::CacheArguments;
use cache_core::store::Store;
use cache_core::store::lease::Timing;
use cache_core::store::local::LocalStore;
use cache_core::store::shared::{SharedOptions, SharedStore};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Workers that start at once, each in a process of its own: on one machine here, on many in life.
pub const WORKERS: usize = 4;
/// Numbers of which each worker wants the square.
pub const NUMBERS: i64 = 3;

#[allow(clippy::print_stdout, dead_code, reason = "an example prints; as a part of a test it has another main")]
fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let print = |lines: Vec<String>| lines.iter().for_each(|line| println!("{line}"));
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [place] => print(team(|worker| {
            let mut command = Command::new(env::current_exe()?);
            command.arg(place).arg(worker.to_string());
            Ok(command)
        })?),
        [place, worker] => print(work(place, worker.parse()?)?),
        _ => return Err("say where the store is: a URL or a folder".into()),
    }
    Ok(())
}

/// Starts the workers, and answers with what they said.
pub fn team(worker: impl Fn(usize) -> Result<Command>) -> Result<Vec<String>> {
    let start = |number| Ok(worker(number)?.stdout(Stdio::piped()).spawn()?);
    let started: Vec<_> = (0..WORKERS).map(start).collect::<Result<_>>()?;
    let mut lines = Vec::new();
    for child in started {
        let done = child.wait_with_output()?;
        if !done.status.success() {
            return Err(format!("a worker ended with {}", done.status).into());
        }
        lines.extend(String::from_utf8(done.stdout)?.lines().map(str::to_owned));
    }
    Ok(lines)
}

/// What a worker does: it wants all squares, and computes those that nobody has or is about to have.
pub fn work(place: &str, worker: usize) -> Result<Vec<String>> {
    let scope = Scope::new("acme", "squares", "development");
    let name = format!("worker {worker} ({})", std::process::id());
    let engine = Engine::new(open(place, &scope)?).producer(&name);
    // `serialize`: while one computes a key, others wait for it. If that one dies, one of them takes over.
    let spec =
        CacheArguments { version_override: Some("1".to_owned()), serialize: true, ..CacheArguments::new("auto") };
    let square = Task::new("square", spec.check()?)?.scope(scope);
    let mut lines = Vec::new();
    for step in 0..NUMBERS {
        // Each begins elsewhere, so that they share the work.
        let number = (worker as i64 + step) % NUMBERS;
        let call = square.call().input("number", number);
        let outcome = engine.run(&call, &RunOptions::default(), |_| {
            std::thread::sleep(Duration::from_millis(200)); // hours, in life
            Ok::<_, std::io::Error>(number * number)
        })?;
        let how = match &outcome.report.status {
            Status::Hit(entry) => format!("computed by {}", entry.producer),
            Status::Computed { .. } => "computed here".to_owned(),
        };
        let waited = outcome.report.waited.as_millis();
        lines.push(format!("{name}: the square of {number} is {}, {how} (waited {waited} ms)", outcome.value));
        lines.extend(outcome.report.remarks);
    }
    Ok(lines)
}

fn open(place: &str, scope: &Scope) -> Result<Arc<dyn Store>> {
    if !place.contains("://") {
        return Ok(Arc::new(LocalStore::open(Path::new(place))?));
    }
    let mut options = SharedOptions::new(scope.clone(), env::temp_dir());
    // Whoever has said nothing for `ttl` is taken to be dead; who waits asks again after `poll` at the latest. The defaults are for hours of
    // work, these for moments.
    options.timing = Timing { ttl: Duration::from_secs(5), poll: Duration::from_millis(200), ..Timing::default() };
    Ok(Arc::new(SharedStore::open(place, env::vars(), options)?))
}
