//! The JSON that programs rely on, key by key and in order.

use serde_json::{Value, json};

use crate::project::{Folder, script};

/// `Cache("auto")` of `script("good")` under 3.12, as the SDK computes it.
const GOOD: &str = "44b76365c3dc42ef183254c34c91ae9df075ec5e5576d26a61a9301e15254396";
/// `FunctionBodyPolicy().get_version("", …)` of the same function, and with the salt `s`.
const GOOD_BODY: &str = "401a758987d89c8de140f3d3b90c92d82f3a837c42d2cb110b2d9d6b9077df7b";
const GOOD_SALTED: &str = "68ad09aca6ae57e8d87641b161b2d4d6afe5edc833d8cc10f43f6c7e0b243765";

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn hash() {
    let folder = Folder::new(&[("sub/good.py", &script("good")), ("bad.py", "import flyte\nx = = 1\n")]);
    let report = folder.json(&["hash"]);
    assert_eq!(keys(&report), ["schema", "sdk", "tasks", "problems", "pythons", "sdks", "notes"]);
    assert_eq!((&report["schema"], &report["sdk"]), (&json!(1), &json!("2.12.1")));
    let expected = json!({
        "file": "sub/good.py", "line": 6, "task": "e.good", "function": "good", "environment": "e",
        "behavior": "auto", "version": GOOD, "unknown": null, "version_override": null, "salt": "",
        "serialize": false, "python": "3.12", "pinned": false, "ignored_inputs": [], "max_age_seconds": null,
        "policies": ["FunctionBodyPolicy"], "inputs": ["x"], "interface_hash": "3onIQaY9FwDhPvqxRrx1M51xiDVLG23rnr7tExWcx5U=",
        "interface_unknown": null
    });
    assert_eq!(report["tasks"], json!([expected]));
    assert_eq!(keys(&report["tasks"][0]), keys(&expected));
    assert_eq!(keys(&report["problems"][0]), ["file", "line", "message"]);
    assert_eq!((&report["problems"][0]["file"], &report["problems"][0]["line"]), (&json!("bad.py"), &json!(2)));
    let lines = folder.run(&["hash", "--format", "ndjson"]).out;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, [expected, json!({"problem": report["problems"][0]})]);
}

#[test]
fn every_function() {
    let folder =
        Folder::new(&[("good.py", &script("good")), ("two.py", "class A:\n    def f(self):\n        def g(): pass\n")]);
    folder.write("bad.py", "def f():\n  return 1\nx = = 1\n");
    let run = folder.run(&["hash", "--functions", "--format", "ndjson", "--python", "3.12", "."]);
    assert_eq!(run.code, 1);
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let good = json!({"file": "good.py", "python": "3.12", "problems": [],
                      "functions": [{"qualname": "good", "line": 6, "body_version": GOOD_BODY}]});
    assert_eq!(lines[1], good);
    assert_eq!(keys(&lines[1]), ["file", "python", "functions", "problems"]);
    let named: Vec<_> =
        lines[2]["functions"].as_array().unwrap().iter().map(|one| (&one["qualname"], &one["line"])).collect();
    assert_eq!(named, [(&json!("A.f"), &json!(2)), (&json!("A.f.<locals>.g"), &json!(3))]);
    assert_eq!((&lines[0]["file"], &lines[0]["functions"][0]["body_version"]), (&json!("bad.py"), &Value::Null));
    assert!(lines[0]["functions"][0]["unknown"].as_str().unwrap().contains("SyntaxError"));
    assert_eq!(lines[0]["problems"][0]["line"], 3);
    assert_eq!(lines.len(), 3, "a line a file");

    let report = folder.json(&["hash", "--functions", "--python", "3.12", "--salt", "s", "good.py"]);
    assert_eq!(keys(&report), ["schema", "files"]);
    assert_eq!(report["files"][0]["functions"][0]["body_version"], GOOD_SALTED);
}

#[test]
fn a_broken_def_is_no_function() {
    let folder = Folder::new(&[("bad.py", "def (x):\n    return x\n\n\ndef good():\n    return 1\n")]);
    let line = folder.run(&["hash", "--functions", "--format", "ndjson"]).out;
    let line: Value = serde_json::from_str(&line).unwrap();
    let names: Vec<_> = line["functions"].as_array().unwrap().iter().map(|one| &one["qualname"]).collect();
    assert_eq!(names, [&json!("good")]);
}

#[test]
fn a_list_of_files_on_standard_input() {
    let folder = Folder::new(&[("a b.py", &script("good")), ("c.py", ""), (".hidden/d.py", &script("hidden"))]);
    let run = folder.run_with(&["hash", "--functions", "--format", "ndjson", "-"], &[], b"a b.py\n.hidden/d.py\r\n\n");
    let files: Vec<String> =
        run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["file"].to_string()).collect();
    assert_eq!(files, ["\".hidden/d.py\"", "\"a b.py\""]);
}

#[test]
fn status() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    let report = folder.json(&["status"]);
    assert_eq!(
        keys(&report),
        ["schema", "sdk", "baseline", "store", "tasks", "problems", "pythons", "sdks", "notes", "gone"]
    );
    assert_eq!((&report["baseline"], &report["store"]), (&Value::Null, &Value::Null));
    assert_eq!(report["tasks"][0]["status"], "unknown", "there is nothing to compare with");
    folder.commit();
    let report = folder.json(&["status"]);
    assert_eq!(keys(&report["baseline"]), ["revision", "name"]);
    let task = &report["tasks"][0];
    let hash = folder.json(&["hash"]);
    assert_eq!(keys(task)[..19], keys(&hash["tasks"][0])[..], "all of hash comes first");
    let rest = json!({
        "status": "unchanged", "reason": format!("cache kept · auto {}, same as HEAD", &GOOD[..7]), "changed": [],
        "baseline_version": GOOD, "by_python": {}, "read_locally": true, "stale_risk": false, "known_inputs": [],
        "other_key": false, "overrides": [], "unknown_images": [], "seconds": null, "skipped_by": [], "cluster": null
    });
    assert_eq!(keys(task)[19..], keys(&rest)[..]);
    for key in keys(&rest) {
        assert_eq!(task[key], rest[key], "{key}");
    }
}

#[test]
fn programs_see_what_versions_rest_on() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    let report = folder.json(&["hash"]);
    let python = json!([{"version": "3.12", "source": ".python-version:1", "assumed": false}]);
    let sdk = json!([{"version": "2.12.1", "source": null, "assumed": true, "supported": true}]);
    assert_eq!((&report["pythons"], &report["sdks"], &report["notes"]), (&python, &sdk, &json!([])));

    folder.write("requirements.txt", "flyte==2.99.0\n");
    let report = folder.json(&["hash"]);
    assert_eq!(report["sdks"][0]["supported"], false, "{report:#}");
    assert_eq!(report["sdks"][0]["assumed"], false);
    assert!(report["notes"][0].as_str().unwrap().contains("flyte 2.99.0 is newer than"), "{report:#}");
    let lines = folder.run(&["hash", "--format", "ndjson"]).out;
    assert!(lines.lines().any(|line| line.starts_with("{\"note\":\"flyte 2.99.0")), "{lines}");
}

#[test]
fn files_outside_of_the_working_directory_are_named_from_it() {
    let folder = Folder::new(&[("good.py", &script("good")), ("sub/x.py", "")]);
    let run = folder.command(&folder.path("sub")).args(["hash", "--format", "json", ".."]).output().unwrap();
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["tasks"][0]["file"], "../good.py");
}
