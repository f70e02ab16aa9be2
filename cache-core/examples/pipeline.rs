//! The complete pipeline of the Flyte 2 guide's caching chapter, on the engine: each behavior, ignored inputs, `serialize`, a salt,
//! options of a run, and what a second run makes of it.
//!
//! ```text
//! cargo run -p cache-core --features engine --example pipeline -- .cache
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::engine::{Engine, Outcome, Run, RunOptions, Status, Task, Why};
use cache_core::key::native::{Interface, NoValue, Scope};
use cache_core::policy::{Behavior, CachePolicy, CacheSpec, Subject, SuppliedPolicy, Unknown};
use cache_core::store::local::LocalStore;

type Columns = BTreeMap<String, Vec<f64>>;
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A policy of one's own, as the guide's `DatasetVersionPolicy`: the version follows the data's release instead of the code.
#[derive(Debug)]
struct DatasetVersionPolicy {
    release: &'static str,
}

impl CachePolicy for DatasetVersionPolicy {
    fn name(&self) -> &str {
        "DatasetVersionPolicy"
    }

    fn version(&self, salt: &str, _: &Subject<'_>) -> std::result::Result<String, Unknown> {
        Ok(format!("{salt}:{}", self.release))
    }
}

/// The pipeline's tasks.
struct Pipeline {
    engine: Engine,
    load_dataset: Task,
    preprocess_data: Task,
    train_model: Task,
    generate_report: Task,
}

impl Pipeline {
    fn new(folder: &Path) -> Result<Self> {
        let engine = Engine::new(Arc::new(LocalStore::open(folder)?)).producer("the pipeline example");
        let scope = Scope::new("acme", "houses", "development");
        // "auto" follows the code: in Rust, whatever a program takes for it. This one takes its crate's version.
        let code =
            || Arc::new(SuppliedPolicy { name: "crate".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() });
        let auto = || CacheSpec { policies: vec![code()], ..CacheSpec::auto() };
        let release = Arc::new(DatasetVersionPolicy { release: "2025-01" });
        Ok(Self {
            engine,
            load_dataset: Task::new("load_dataset", CacheSpec { policies: vec![code(), release], ..auto() })?
                .scope(scope.clone())
                .interface(Interface::default().input("dataset_name", "str").output("o0", "columns")),
            preprocess_data: Task::new(
                "preprocess_data",
                CacheSpec {
                    behavior: Behavior::Override,
                    version_override: Some("v2.1".to_owned()),
                    salt: "experiment_2025_q1".to_owned(),
                    ..auto()
                },
            )?
            .scope(scope.clone()),
            train_model: Task::new(
                "train_model",
                CacheSpec { serialize: true, ignored_inputs: vec!["experiment_name".to_owned()], ..auto() },
            )?
            .scope(scope.clone()),
            generate_report: Task::new("generate_report", CacheSpec { behavior: Behavior::Disable, ..auto() })?
                .scope(scope),
        })
    }

    /// The whole of it; tells what became of each task.
    fn run(
        &self,
        learning_rate: f64,
        experiment: &str,
        options: &RunOptions,
        told: &mut Vec<String>,
    ) -> Result<String> {
        let call = self.load_dataset.call().input("dataset_name", "flats");
        let raw = note(told, "load_dataset", self.engine.run(&call, options, |_| Ok::<_, NoValue>(dataset()))?);

        let call = self.preprocess_data.call().input_of("raw_data", &raw)?.input("price", 100.0);
        let data = note(told, "preprocess_data", self.engine.run(&call, options, |_| Ok::<_, NoValue>(scaled(&raw)))?);

        let call = self.train_model.call().input_of("data", &data)?;
        let call = call.input("learning_rate", learning_rate).input("experiment_name", experiment);
        let train = |run: &Run| {
            // A computation sees its cache: its key, why it runs, and whether others wait for it.
            assert_eq!(run.key, call.key());
            Ok::<_, NoValue>(fit(&data, learning_rate))
        };
        let model = note(told, "train_model", self.engine.run(&call, options, train)?);

        let call = self.generate_report.call();
        let report = format!("price = {:.3} × rooms + {:.3}", model.0, model.1);
        Ok(note(told, "generate_report", self.engine.run(&call, options, |_| Ok::<_, NoValue>(report.clone()))?))
    }
}

/// What a run says of a task.
fn note<T>(told: &mut Vec<String>, task: &str, outcome: Outcome<T>) -> T {
    told.push(match &outcome.report.status {
        Status::Hit(manifest) => format!("{task}: hit, saved {:?}", manifest.took),
        Status::Computed { why: Why::Miss { nearest: Some(nearest), .. }, .. } => {
            let parts: Vec<String> = nearest.differences.iter().map(ToString::to_string).collect();
            format!("{task}: computed, since {}", parts.join(", "))
        }
        Status::Computed { why: Why::Miss { .. }, .. } => format!("{task}: computed for the first time"),
        Status::Computed { why: Why::Disabled, .. } => format!("{task}: computed, as ever"),
        Status::Computed { why: Why::Overwrite, .. } => format!("{task}: computed and replaced"),
        Status::Computed { .. } => format!("{task}: computed"),
    });
    outcome.value
}

fn dataset() -> Columns {
    let rooms = vec![1.0, 2.0, 2.0, 3.0, 4.0];
    [("rooms".to_owned(), rooms), ("price".to_owned(), vec![90.0, 160.0, 170.0, 240.0, 330.0])].into()
}

fn scaled(raw: &Columns) -> Columns {
    let unit = |column: &str| if column == "price" { 100.0 } else { 1.0 };
    raw.iter().map(|(name, values)| (name.clone(), values.iter().map(|value| value / unit(name)).collect())).collect()
}

/// Gradient descent for `price = slope × rooms + intercept`.
fn fit(data: &Columns, learning_rate: f64) -> (f64, f64) {
    let (mut slope, mut intercept) = (0.0, 0.0);
    let pairs: Vec<(f64, f64)> = data["rooms"].iter().copied().zip(data["price"].iter().copied()).collect();
    for _ in 0..200 {
        let (mut by_slope, mut by_intercept) = (0.0, 0.0);
        for (rooms, price) in &pairs {
            let error = slope * rooms + intercept - price;
            by_slope += error * rooms;
            by_intercept += error;
        }
        slope -= learning_rate * by_slope / pairs.len() as f64;
        intercept -= learning_rate * by_intercept / pairs.len() as f64;
    }
    (slope, intercept)
}

/// Four runs: the first, the same again under another experiment's name, with another learning rate, and one that overwrites.
pub fn example(folder: &Path) -> Result<Vec<Vec<String>>> {
    let pipeline = Pipeline::new(folder)?;
    let overwrite = RunOptions { overwrite_cache: true, ..RunOptions::default() };
    let runs = [
        (0.05, "exp_001", RunOptions::default()),
        (0.05, "exp_002", RunOptions::default()),
        (0.01, "exp_002", RunOptions::default()),
        (0.01, "exp_002", overwrite),
    ];
    let mut all = Vec::new();
    for (learning_rate, experiment, options) in runs {
        let mut told = Vec::new();
        pipeline.run(learning_rate, experiment, &options, &mut told)?;
        all.push(told);
    }
    Ok(all)
}

#[allow(clippy::print_stdout, dead_code, reason = "an example prints; as a part of a test it has another main")]
fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(".cache"), PathBuf::from);
    for (number, told) in example(&folder)?.iter().enumerate() {
        println!("run {}\n  {}", number + 1, told.join("\n  "));
    }
    Ok(())
}
