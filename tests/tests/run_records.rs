//! `tasklens runs import` against what the SDK really prints: real messages, formatted and printed by its own code, at several
//! widths; and what a status then says of the task.

#![allow(clippy::expect_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tasklens_tests::setup::{self, Setup, root};

const PIPE: &str = "import flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n\n@env.task\ndef train(x: int) -> int:\n    return x\n";

struct World {
    temp: tempfile::TempDir,
    python: PathBuf,
}

impl World {
    fn new() -> Option<Self> {
        let python = Setup::load().flyte.into_values().next_back();
        let Some(python) = python else {
            setup::skip("the SDK");
            return None;
        };
        let temp = tempfile::tempdir().expect("a folder");
        std::fs::write(temp.path().join("pipe.py"), PIPE).expect("written");
        Some(Self { temp, python })
    }

    /// What the SDK prints in a terminal of that width.
    fn printed(&self, shape: &str, actions: &Value, width: &str) -> Vec<u8> {
        let mut command = Command::new(&self.python);
        command.arg(root().join("tests/flyte/run_records.py")).env("COLUMNS", width).env_remove("NO_COLOR");
        let output = fed(command, json!({"shape": shape, "actions": actions}).to_string().as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn tasklens(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
        command.args(arguments).current_dir(self.temp.path());
        command.env("HOME", self.temp.path()).env("TASKLENS_DATA_DIR", self.temp.path().join("data"));
        fed(command, input)
    }

    fn records(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.temp.path().join("data/runs.jsonl")).unwrap_or_default();
        text.lines().skip(1).map(|line| serde_json::from_str(line).expect("a record")).collect()
    }

    fn task(&self) -> Value {
        let output = self.tasklens(&["status", "--python", "3.12", "--format", "json"], b"");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        report["tasks"][0].clone()
    }
}

fn fed(mut command: Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // A program that fails early reads nothing.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("it ends")
}

fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_secs()).expect("a time")
}

#[test]
fn everything_that_the_sdk_prints_is_read() {
    let Some(world) = World::new() else { return };
    let version = "ab".repeat(32);
    let action = |action: &str, task: Option<&str>, attempts: u32| {
        json!({"run": "r1", "action": action, "task": task, "version": task.map(|_| &version),
               "cache": "CACHE_POPULATED", "start": 1_767_323_045, "seconds": 3.5, "attempts": attempts})
    };
    let actions = json!([action("a0", Some("ml.train"), 2), action("a1", Some("ml.train"), 1), action("t", None, 1)]);
    for width in ["40", "80", "400"] {
        for (shape, records, versions) in
            [("details", 2, 2), ("run", 2, 2), ("plain", 3, 3), ("actions", 2, 0), ("runs", 2, 0)]
        {
            let _ = std::fs::remove_dir_all(world.temp.path().join("data"));
            let printed = world.printed(shape, &actions, width);
            let output = world.tasklens(&["runs", "import", "-"], &printed);
            let told = format!("{shape} {width}: {output:?}\n{}", String::from_utf8_lossy(&printed));
            assert!(output.status.success(), "{told}");
            let found = world.records();
            assert_eq!(found.len(), records, "{told}");
            assert_eq!(found.iter().filter(|one| one["version"] == json!(version)).count(), versions, "{told}");
            let last = found.iter().find(|one| one["action"] == "a0" && one["attempt"] == 2).expect("the last attempt");
            assert_eq!(last["cache"], "populated", "{told}");
            assert_eq!((&last["seconds"], &last["at"]), (&json!(3.5), &json!(1_767_323_048)), "{told}");
            assert_eq!((&last["org"], &last["domain"]), (&json!("acme"), &json!("development")), "{told}");
        }
    }
}

#[test]
fn a_status_tells_of_runs_under_the_same_version_and_their_cost() {
    let Some(world) = World::new() else { return };
    let version = world.task()["version"].as_str().expect("a version").to_owned();
    let action = |run: &str, version: &str, cache: &str, start: i64, seconds: f64| {
        json!([{"run": run, "action": "a0", "task": "ml.train", "version": version, "cache": cache, "start": start,
                "seconds": seconds, "attempts": 1}])
    };
    let (day, hour) = (24 * 3600, 3600);
    let import = |actions: &Value| {
        let output = world.tasklens(&["runs", "import", "-"], &world.printed("details", actions, "80"));
        assert!(output.status.success(), "{output:?}");
    };
    assert_eq!(world.task()["cluster"], Value::Null);
    // Another version tells what computing costs, and nothing of an entry.
    import(&action("other", &"0".repeat(64), "CACHE_POPULATED", now() - 9 * day, 11_520.0));
    let task = world.task();
    assert_eq!((&task["cluster"], &task["seconds"]), (&Value::Null, &json!(11_520.0)));
    import(&action("missed", &version, "CACHE_MISS", now() - 4 * day, 1.0));
    assert_eq!(world.task()["cluster"], Value::Null);
    import(&action("r7", &version, "CACHE_HIT", now() - 2 * day - hour, 0.5));
    let task = world.task();
    assert_eq!((&task["cluster"]["cache"], &task["cluster"]["same"]), (&json!("hit"), &json!("version")));
    let table = world.tasklens(&["status", "--python", "3.12"], b"");
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("hit on the cluster 2 days ago, same version · run r7"), "{table}");
    // The same key says more than the same version.
    let key = task["known_inputs"].as_array().and_then(|known| known.first()).map(|known| known["key"].clone());
    assert_eq!(key, None, "the task has an input that nobody gives");
    std::fs::write(world.temp.path().join("pipe.py"), PIPE.replace("x: int", "x: int = 1")).expect("written");
    let task = world.task();
    assert_eq!(task["cluster"], Value::Null, "another version");
    let key = task["known_inputs"][0]["key"].as_str().expect("a key").to_owned();
    let action = json!({"id": {"run": {"name": "r8"}, "name": "a0"}, "metadata": {"task": {"id": {"name": "ml.train"}}},
                        "cache_key": key, "status": {"phase": 5, "cache_status": 3, "duration_ms": 90_000,
                        "end_time": "2026-01-02T03:04:05Z"}});
    assert!(world.tasklens(&["runs", "import", "-"], action.to_string().as_bytes()).status.success());
    let task = world.task();
    assert_eq!((&task["cluster"]["cache"], &task["cluster"]["same"]), (&json!("stored"), &json!("key")));
    assert_eq!(task["known_inputs"][0]["seconds"], json!(90.0));
}

#[test]
fn bad_input_is_told_with_its_place_and_loses_nothing() {
    let Some(world) = World::new() else { return };
    let good =
        json!([{"id": {"run": {"name": "r"}, "name": "a0"}, "metadata": {"task": {"id": {"name": "ml.train"}}}}]);
    let good = good.to_string();
    assert!(world.tasklens(&["runs", "import", "-"], good.as_bytes()).status.success());
    for (input, code, told) in [
        (&b"[{'id': "[..], 2, "line 1, column 9: the text ends"),
        (b"Usage: flyte", 2, "line 1, column 1: `Usage` is no value"),
        (b"\xff\xfe", 2, "byte 0 is not UTF-8"),
        (b"[1, {}]", 1, "1. value: it is no object"),
        (b"{\"id\": {\"name\": \"a0\"}}", 1, "its `id` names no run"),
        (b"", 0, ""),
    ] {
        let output = world.tasklens(&["runs", "import", "-"], input);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{}: {error}", String::from_utf8_lossy(input));
        assert!(error.contains(told), "{error}");
        assert_eq!(world.records().len(), 1);
    }
    let missing = world.tasklens(&["runs", "import", "nowhere.json"], b"");
    assert!(missing.status.code() == Some(2) && String::from_utf8_lossy(&missing.stderr).contains("nowhere.json"));
    let path = world.tasklens(&["runs", "path"], b"");
    assert_eq!(Path::new(String::from_utf8_lossy(&path.stdout).trim()), world.temp.path().join("data/runs.jsonl"));
    std::fs::write(world.temp.path().join("data/runs.jsonl"), "something else").expect("written");
    let output = world.tasklens(&["runs", "import", "-"], good.as_bytes());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let report = world.tasklens(&["status"], b"");
    assert!(String::from_utf8_lossy(&report.stdout).contains("is no file of run records"), "a status tells it too");
}
