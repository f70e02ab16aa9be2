//! Reports for programs. The shapes are promised in `docs/cli.md`; [`SCHEMA`] counts up when one changes.

use std::path::Path;

use cache_core::policy::Behavior;
use cache_core::python::PythonVersion;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::analysis::{Kind, Known, Part, Place, Policy, Problem, Task};
use crate::records::CacheStatus;
use crate::status::functions::{FileFunctions, FunctionVersion};
use crate::status::sentence::{call, python_name, sentence, unknown};
use crate::status::{
    CallStatus, Change, ClusterRun, Computed, Gone, KnownInputs, Outlook, Report, Sourced, Status, StoreName,
    SubmittingPython, TaskStatus,
};

use super::text::relative;

/// The version of the shapes.
pub const SCHEMA: u32 = 1;

/// What `hash` prints.
pub fn hash(report: &Report, cwd: &Path) -> impl Serialize {
    let tasks = report.tasks.iter().map(|task| HashTask::of(task, cwd)).collect();
    let problems = problems(&report.problems, cwd);
    Hash { schema: SCHEMA, sdk: sdk(report), tasks, problems, surroundings: Surroundings::of(report) }
}

/// What `status` prints.
pub fn status(report: &Report, cwd: &Path) -> impl Serialize {
    let baseline = report.baseline.as_ref().ok();
    let no_baseline = report.baseline.as_ref().err().map(|reason| ProblemLine {
        file: None,
        line: None,
        message: format!("no baseline: {reason}"),
    });
    let since = baseline.map(|baseline| baseline.name.as_str());
    StatusReport {
        schema: SCHEMA,
        sdk: sdk(report),
        baseline: baseline.map(|known| Baseline { revision: known.revision.clone(), name: known.name.clone() }),
        store: report.store.as_ref().map(StoreLine::of),
        tasks: report.tasks.iter().map(|task| StatusTask::of(task, since, cwd)).collect(),
        problems: no_baseline.into_iter().chain(problems(&report.problems, cwd)).collect(),
        surroundings: Surroundings::of(report),
        gone: report.gone.iter().map(|gone| GoneLine::of(gone, cwd)).collect(),
    }
}

/// The SDK of the first project; all are in [`Surroundings`].
fn sdk(report: &Report) -> Option<String> {
    report.sdks.first().map(|sdk| sdk.value.clone())
}

/// A task as `hash --format ndjson` prints it, a line each.
pub fn hash_task(task: &TaskStatus, cwd: &Path) -> impl Serialize {
    HashTask::of(task, cwd)
}

/// A task as `status` prints it.
pub(super) fn status_task(task: &TaskStatus, since: Option<&str>, cwd: &Path) -> impl Serialize {
    StatusTask::of(task, since, cwd)
}

/// Problems, as every output lists them.
pub fn problems(problems: &[Problem], cwd: &Path) -> Vec<ProblemLine> {
    problems
        .iter()
        .map(|problem| ProblemLine {
            file: Some(relative(&problem.file, cwd)),
            line: problem.line,
            message: problem.message.clone(),
        })
        .collect()
}

/// Problems of `hash --format ndjson`, each an object with the one key `problem`.
pub fn problem_lines(found: &[Problem], cwd: &Path) -> impl Iterator<Item = impl Serialize> {
    problems(found, cwd).into_iter().map(|problem| Map::from_iter([("problem".to_owned(), json!(problem))]))
}

/// Notes of `hash --format ndjson`, each an object with the one key `note`.
pub fn note_lines(report: &Report) -> impl Iterator<Item = impl Serialize> {
    report.notes.iter().map(|note| Map::from_iter([("note".to_owned(), json!(note))]))
}

/// A file's functions: a line of `hash --functions --format ndjson`.
pub fn functions(found: &FileFunctions, cwd: &Path) -> impl Serialize {
    let line = |function: &FunctionVersion| FunctionLine {
        qualname: function.qualname.clone(),
        line: function.line,
        body_version: function.version.clone().ok(),
        unknown: function.version.clone().err(),
    };
    FunctionsOfFile {
        file: relative(&found.file, cwd),
        python: found.python.map(|python| python.to_string()),
        functions: found.functions.iter().map(line).collect(),
        problems: problems(found.problem.as_slice(), cwd),
    }
}

#[derive(Serialize)]
struct FunctionsOfFile {
    file: String,
    python: Option<String>,
    functions: Vec<FunctionLine>,
    problems: Vec<ProblemLine>,
}

#[derive(Serialize)]
struct FunctionLine {
    qualname: String,
    line: u32,
    body_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

/// Something that could not be read; a baseline has no file.
#[derive(Debug, Serialize)]
pub struct ProblemLine {
    file: Option<String>,
    line: Option<u32>,
    message: String,
}

#[derive(Serialize)]
struct Hash {
    schema: u32,
    sdk: Option<String>,
    tasks: Vec<HashTask>,
    problems: Vec<ProblemLine>,
    #[serde(flatten)]
    surroundings: Surroundings,
}

#[derive(Serialize)]
struct StatusReport {
    schema: u32,
    sdk: Option<String>,
    baseline: Option<Baseline>,
    store: Option<StoreLine>,
    tasks: Vec<StatusTask>,
    problems: Vec<ProblemLine>,
    #[serde(flatten)]
    surroundings: Surroundings,
    gone: Vec<GoneLine>,
}

#[derive(Serialize)]
struct StoreLine {
    path: String,
    entries: u64,
}

impl StoreLine {
    fn of(store: &StoreName) -> Self {
        Self { path: store.path.to_string_lossy().into_owned(), entries: store.entries }
    }
}

#[derive(Serialize)]
struct GoneLine {
    file: String,
    line: u32,
    task: String,
}

impl GoneLine {
    fn of(gone: &Gone, cwd: &Path) -> Self {
        let Gone { place, name } = gone;
        Self { file: relative(&place.file, cwd), line: place.line, task: name.clone() }
    }
}

/// What the versions rest on, as the line above the tables says it.
#[derive(Serialize)]
struct Surroundings {
    pythons: Vec<PythonLine>,
    sdks: Vec<SdkLine>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct PythonLine {
    version: Option<String>,
    source: Option<String>,
    assumed: bool,
}

#[derive(Serialize)]
struct SdkLine {
    version: String,
    source: Option<String>,
    assumed: bool,
    supported: bool,
}

impl Surroundings {
    fn of(report: &Report) -> Self {
        let python = |python: &SubmittingPython| PythonLine {
            version: python.version.map(|version| version.to_string()),
            source: python.source.clone(),
            assumed: python.assumed,
        };
        let sdk = |sdk: &Sourced| SdkLine {
            version: sdk.value.clone(),
            source: sdk.source.clone(),
            assumed: sdk.source.is_none(),
            supported: sdk.supported,
        };
        Self {
            pythons: report.pythons.iter().map(python).collect(),
            sdks: report.sdks.iter().map(sdk).collect(),
            notes: report.notes.clone(),
        }
    }
}

#[derive(Serialize)]
struct Baseline {
    revision: Option<String>,
    name: String,
}

#[derive(Serialize)]
struct HashTask {
    file: String,
    line: u32,
    task: Option<String>,
    function: String,
    environment: Option<String>,
    behavior: Option<&'static str>,
    version: Option<String>,
    unknown: Option<String>,
    version_override: Option<String>,
    salt: Option<String>,
    serialize: Option<bool>,
    python: Option<String>,
    pinned: bool,
    ignored_inputs: Option<Vec<String>>,
    max_age_seconds: Option<u64>,
    policies: Option<Vec<String>>,
    inputs: Vec<String>,
    interface_hash: Option<String>,
    interface_unknown: Option<String>,
}

#[derive(Serialize)]
struct StatusTask {
    #[serde(flatten)]
    hash: HashTask,
    status: &'static str,
    reason: String,
    changed: Vec<&'static str>,
    baseline_version: Option<String>,
    by_python: Map<String, Value>,
    read_locally: bool,
    stale_risk: bool,
    known_inputs: Vec<KnownInputsLine>,
    other_key: bool,
    overrides: Vec<OverrideLine>,
    unknown_images: Vec<String>,
    seconds: Option<f64>,
    skipped_by: Vec<String>,
    cluster: Option<ClusterLine>,
}

/// A run of a cluster that was imported.
#[derive(Serialize)]
struct ClusterLine {
    cache: &'static str,
    same: &'static str,
    run: String,
    action: String,
    project: String,
    domain: String,
    at: Option<i64>,
}

impl ClusterLine {
    fn of(run: &ClusterRun) -> Self {
        Self {
            cache: if run.cache == CacheStatus::Hit { "hit" } else { "stored" },
            same: run.same.word(),
            run: run.run.clone(),
            action: run.action.clone(),
            project: run.project.clone(),
            domain: run.domain.clone(),
            at: run.at,
        }
    }
}

/// Inputs that are known, and their entry.
#[derive(Serialize)]
struct KnownInputsLine {
    from: &'static str,
    file: Option<String>,
    line: Option<u32>,
    inputs: Map<String, Value>,
    key: Option<String>,
    unknown: Option<String>,
    entry: &'static str,
    seconds: Option<f64>,
    why: Option<String>,
    baseline_key: Option<String>,
    keys_by_python: Map<String, Value>,
    places: Vec<PlaceLine>,
    forced: bool,
    in_last_run: bool,
    collisions: Vec<String>,
    skipped_by: Vec<String>,
}

#[derive(Serialize)]
struct PlaceLine {
    file: String,
    line: u32,
}

impl KnownInputsLine {
    fn of(known: &KnownInputs, cwd: &Path) -> Self {
        let (key, unknown) = known_or_why(&known.key);
        let place = |place: &Place| PlaceLine { file: relative(&place.file, cwd), line: place.line };
        let by_python = |(python, key): &(PythonVersion, Known<String>)| (python.to_string(), json!(key.value()));
        Self {
            from: known.from.word(),
            file: known.places.first().map(|first| place(first).file),
            line: known.places.first().map(|first| first.line),
            inputs: known.inputs.iter().map(|(name, value)| (name.clone(), json!(value))).collect(),
            key,
            unknown,
            entry: known.entry.word(),
            seconds: known.seconds,
            why: known.why.clone(),
            baseline_key: known.baseline_key.clone(),
            keys_by_python: known.image_keys.iter().map(by_python).collect(),
            places: known.places.iter().map(place).collect(),
            forced: known.forced,
            in_last_run: known.in_last_run,
            collisions: known.collisions.clone(),
            skipped_by: known.skipped_by.clone(),
        }
    }
}

/// A call with a spec of its own.
#[derive(Serialize)]
struct OverrideLine {
    file: String,
    line: u32,
    behavior: Option<&'static str>,
    version: Option<String>,
    unknown: Option<String>,
    reason: String,
}

impl HashTask {
    fn of(status: &TaskStatus, cwd: &Path) -> Self {
        let (task, spec) = (&status.task, &status.task.spec);
        let (version, unknown) = known_or_why(&status.here.version);
        let (interface_hash, interface_unknown) = known_or_why(&status.interface_hash);
        Self {
            file: relative(&task.place.file, cwd),
            line: task.place.line,
            task: task.name.value().cloned(),
            function: task.function.clone(),
            environment: environment(task),
            behavior: part(&spec.behavior).map(Behavior::word),
            version,
            unknown,
            version_override: part(&spec.version_override).flatten(),
            salt: part(&spec.salt),
            serialize: part(&spec.serialize),
            python: status.here.python.map(|python| python.to_string()),
            pinned: status.pinned,
            ignored_inputs: part(&spec.ignored_inputs),
            max_age_seconds: part(&spec.max_age).flatten(),
            policies: policies(status),
            inputs: task.inputs.iter().map(|input| input.name.clone()).collect(),
            interface_hash,
            interface_unknown,
        }
    }
}

impl StatusTask {
    fn of(status: &TaskStatus, since: Option<&str>, cwd: &Path) -> Self {
        let reason = match status.status {
            Status::Unknown if status.outlook() == Outlook::Unasked => unknown(status),
            _ => sentence(status, since).to_string(),
        };
        let baseline_version = status.before.as_ref().and_then(|before| before.computed.version.value().cloned());
        Self {
            hash: HashTask::of(status, cwd),
            status: status.status.word(),
            reason,
            changed: status.changed.iter().copied().map(Change::word).collect(),
            baseline_version,
            by_python: by_python(status),
            read_locally: status.read_locally,
            stale_risk: status.stale_risk,
            known_inputs: status.known_inputs.iter().map(|known| KnownInputsLine::of(known, cwd)).collect(),
            other_key: status.other_key,
            overrides: status.overridden.iter().map(|one| OverrideLine::of(one, cwd)).collect(),
            unknown_images: status.unknown_images.clone(),
            seconds: status.seconds,
            skipped_by: status.skipped_by.clone(),
            cluster: status.cluster.as_ref().map(ClusterLine::of),
        }
    }
}

impl OverrideLine {
    fn of(one: &CallStatus, cwd: &Path) -> Self {
        Self {
            file: relative(&one.place.file, cwd),
            line: one.place.line,
            behavior: part(&one.spec.behavior).map(Behavior::word),
            version: one.version.value().cloned(),
            unknown: match &one.version {
                Known::Unknown(reason) => Some(reason.clone()),
                Known::Value(_) => None,
            },
            reason: call(one),
        }
    }
}

/// The environment that a task stands in. A shell task has one of its own name only once something asks for its `.env`
/// (`flyte/extras/shell/_runtime.py`).
fn environment(task: &Task) -> Option<String> {
    let own = matches!(task.kind, Kind::Container(_)) && task.environment == task.name;
    task.environment.value().cloned().filter(|name| !name.is_empty() && !own)
}

/// The versions by Python where more than one Python counts.
fn by_python(status: &TaskStatus) -> Map<String, Value> {
    if status.in_images.is_empty() {
        return Map::new();
    }
    let all = std::iter::once(&status.here).chain(&status.in_images);
    all.map(|Computed { python, version }| (python_name(*python), json!(version.value()))).collect()
}

fn policies(status: &TaskStatus) -> Option<Vec<String>> {
    let container =
        matches!(status.task.kind, Kind::Container(_)) && part(&status.task.spec.behavior) == Some(Behavior::Auto);
    let own = container.then(|| "ContainerBodyPolicy".to_owned());
    let given = part(&status.task.spec.policies)?.into_iter().filter_map(|policy| match policy {
        // A container task's own policy takes this one's place.
        Policy::FunctionBody if container => None,
        Policy::FunctionBody => Some("FunctionBodyPolicy".to_owned()),
        Policy::Custom(name) => Some(name),
    });
    Some(own.into_iter().chain(given).collect())
}

fn part<T: Clone>(part: &Part<T>) -> Option<T> {
    part.value.value().cloned()
}

/// A value that is known, or why it isn't.
fn known_or_why(known: &Known<String>) -> (Option<String>, Option<String>) {
    match known {
        Known::Value(value) => (Some(value.clone()), None),
        Known::Unknown(reason) => (None, Some(reason.clone())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::status::samples;

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_keys_of_hash_and_their_order_are_promised() {
        let report = serde_json::to_value(hash(&samples::report(samples::every_kind()), samples::cwd())).unwrap();
        assert_eq!(keys(&report), ["schema", "sdk", "tasks", "problems", "pythons", "sdks", "notes"]);
        assert_eq!(
            keys(&report["tasks"][0]),
            [
                "file",
                "line",
                "task",
                "function",
                "environment",
                "behavior",
                "version",
                "unknown",
                "version_override",
                "salt",
                "serialize",
                "python",
                "pinned",
                "ignored_inputs",
                "max_age_seconds",
                "policies",
                "inputs",
                "interface_hash",
                "interface_unknown"
            ]
        );
        assert_eq!(keys(&report["problems"][0]), ["file", "line", "message"]);
    }

    #[test]
    fn a_task_without_an_environment_has_null() {
        let mut task = samples::task("alone", 1).task;
        assert_eq!(environment(&task).as_deref(), Some("ml"));
        task.environment = Known::Value(String::new());
        assert_eq!(environment(&task), None);
        let body = Known::Unknown("a test".to_owned());
        let shell = Kind::Container(crate::analysis::Container { body });
        task = Task { kind: shell, environment: task.name.clone(), ..task };
        assert_eq!(environment(&task), None, "a shell task's own");
    }

    #[test]
    fn status_is_hash_and_what_became_of_it() {
        let report = serde_json::to_value(status(&samples::report(samples::every_kind()), samples::cwd())).unwrap();
        assert_eq!(
            keys(&report),
            ["schema", "sdk", "baseline", "store", "tasks", "problems", "pythons", "sdks", "notes", "gone"]
        );
        assert_eq!(
            keys(&report["tasks"][0])[19..],
            [
                "status",
                "reason",
                "changed",
                "baseline_version",
                "by_python",
                "read_locally",
                "stale_risk",
                "known_inputs",
                "other_key",
                "overrides",
                "unknown_images",
                "seconds",
                "skipped_by",
                "cluster"
            ]
        );
        insta::assert_snapshot!("status_json", serde_json::to_string_pretty(&report["tasks"][14]).unwrap());
    }
}
