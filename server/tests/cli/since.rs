//! What `status` says of edits since the baseline.

use serde_json::json;

use crate::project::{Folder, script};

const PINNED: &str = "import flyte\nfrom flyte import Cache\n\nenv = flyte.TaskEnvironment(name=\"e\")\n\n\n\
    @env.task(cache=Cache(\"auto\", version_override=\"1.0\"))\ndef pinned(x: int = 1) -> int:\n    return x\n";

/// The status and what changed of `task` after an edit of a committed file.
fn after(text: &str, task: &str, from: &str, to: &str) -> (String, serde_json::Value, bool) {
    let folder = Folder::new(&[("pipe.py", text)]);
    folder.commit();
    folder.edit("pipe.py", from, to);
    let task = folder.status_of(task);
    (task["status"].as_str().unwrap().to_owned(), task["changed"].clone(), task["stale_risk"] == true)
}

#[test]
fn edits_of_an_auto_task() {
    let good = |from, to| after(&script("good"), "e.good", from, to);
    for (from, to, changed) in [
        ("x + 1", "x + 2", "body"),
        ("Says", "Tells", "docstring"),
        ("@env.task", "@env.task(retries=1)", "decorator"),
        ("x: int", "x: float", "signature"),
        ("def good", "async def good", "signature"),
        ("x: int", "x: int = 1", "default"),
    ] {
        assert_eq!(good(from, to), ("invalidated".to_owned(), json!([changed]), false), "{from} -> {to}");
    }
    for (from, to) in [
        ("return x + 1", "return  (x + 1)  # the same"),
        ("import flyte", "import os\nimport flyte"),
        ("def good(", "def good( "),
    ] {
        assert_eq!(good(from, to), ("unchanged".to_owned(), json!([]), false), "{from} -> {to}");
    }
}

#[test]
fn edits_of_a_pinned_task() {
    let pinned = |from, to| after(PINNED, "e.pinned", from, to);
    assert_eq!(pinned("return x", "return -x"), ("unchanged".to_owned(), json!(["body"]), true));
    assert_eq!(pinned("x: int = 1", "x: int = 2"), ("unchanged".to_owned(), json!(["default"]), false));
    assert_eq!(pinned("\"1.0\"", "\"1.1\""), ("invalidated".to_owned(), json!(["pinned version"]), false));
    assert_eq!(pinned("\"auto\"", "\"disable\""), ("disabled".to_owned(), json!(["cache"]), false));
}

/// Checked with runs of the SDK: each of these computes anew, although the version is the same.
#[test]
fn a_pin_keeps_no_entry_of_another_interface() {
    let ignoring = PINNED.replace("version_override=\"1.0\"", "version_override=\"1.0\", ignored_inputs=()");
    for (text, from, to) in [
        (PINNED, "-> int", "-> int | None"),
        (PINNED, "x: int", "x: float"),
        (PINNED, "x: int = 1", "x: int = 1, y: int = 2"),
        (&ignoring, "ignored_inputs=()", "ignored_inputs=(\"x\",)"),
    ] {
        let folder = Folder::new(&[("pipe.py", text)]);
        folder.commit();
        folder.edit("pipe.py", from, to);
        let task = folder.status_of("e.pinned");
        assert_eq!((&task["status"], &task["other_key"]), (&json!("unchanged"), &json!(true)), "{from} -> {to}");
        assert!(task["reason"].as_str().unwrap().starts_with("may recompute · "), "{task}");
        assert!(!folder.run(&["status"]).out.contains("cache kept"));
    }
    let folder = Folder::new(&[("pipe.py", PINNED)]);
    folder.commit();
    folder.edit("pipe.py", "def", "async def");
    folder.edit("pipe.py", "x: int = 1", "x: int = 2");
    assert_eq!(folder.status_of("e.pinned")["other_key"], false, "neither `async` nor a default is of the key");
}

/// Which inputs are ignored is found by running Python: with other code it may be others, with the same code it is not.
#[test]
fn a_key_that_nobody_knows_is_not_called_kept() {
    let text = |flags: &str| {
        let cache = "flyte.Cache(\"auto\", ignored_inputs=pick(1))";
        let task = format!(
            "env = flyte.TaskEnvironment(name=\"e\", cache={cache})\n\n\n@env.task\ndef f(x: int, y: int) -> int:\n    return x\n"
        );
        format!("import flyte\nfrom flags import FLAGS\n\n\ndef pick(n):\n    return tuple({flags}[:n])\n\n\n{task}")
    };
    let flags = "FLAGS = [\"x\", \"y\"]\n";
    let folder = Folder::new(&[("pipe.py", &text("FLAGS")), ("flags.py", flags), ("apart.py", "import flyte\n")]);
    folder.commit();
    let is_kept = || folder.status_of("e.f")["other_key"] == false;
    assert!(is_kept());
    folder.edit("apart.py", "import flyte", "import flyte as f");
    assert!(is_kept(), "nothing connects them");
    folder.edit("flags.py", "\"x\", \"y\"", "\"y\", \"x\"");
    assert!(!is_kept());
    let table = folder.run(&["status"]).out;
    assert!(table.contains("which inputs are ignored is not known: `pick(1)`"), "{table}");
}

#[test]
fn a_cache_that_is_turned_on_is_another_version_than_none() {
    let turned_on =
        after(&script("good").replace(", cache=\"auto\"", ""), "e.good", "name=\"e\"", "name=\"e\", cache=\"auto\"");
    assert_eq!(turned_on, ("invalidated".to_owned(), json!(["cache"]), false));
}

#[test]
fn the_old_version_keeps_the_cache_through_an_edit() {
    let folder = Folder::new(&[("pipe.py", &PINNED.replace(", version_override=\"1.0\"", ""))]);
    folder.commit();
    let old = folder.status_of("e.pinned")["version"].as_str().unwrap().to_owned();
    folder.edit("pipe.py", "Cache(\"auto\")", &format!("Cache(\"auto\", version_override=\"{old}\")"));
    let kept = folder.status_of("e.pinned");
    assert_eq!((&kept["status"], &kept["stale_risk"]), (&json!("unchanged"), &json!(false)));
}

#[test]
fn a_task_that_moved_to_another_file_is_the_same_task() {
    let folder = Folder::new(&[("old.py", &script("good")), ("other.py", &script("other"))]);
    folder.commit();
    folder.git(&["mv", "old.py", "new.py"]);
    assert_eq!(folder.status_of("e.good")["status"], "unchanged");
    folder.write("third.py", script("fresh"));
    let fresh = folder.status_of("e.fresh");
    assert_eq!((&fresh["status"], &fresh["baseline_version"]), (&json!("new"), &json!(null)));
}

#[test]
fn an_environment_in_another_file_counts_as_it_was() {
    let envs = "import flyte\nfrom flyte import Cache\nenv = flyte.TaskEnvironment(name=\"e\", cache=Cache(\"auto\", salt=\"a\"))\n";
    let task = "from envs import env\n\n@env.task\ndef good(x: int) -> int:\n    return x\n";
    let folder = Folder::new(&[("envs.py", envs), ("pipe.py", task)]);
    folder.commit();
    folder.edit("envs.py", "salt=\"a\"", "salt=\"b\"");
    let good = folder.status_of("e.good");
    assert_eq!((&good["status"], &good["changed"]), (&json!("invalidated"), &json!(["salt"])));
}

#[test]
fn another_python_is_another_version() {
    let folder = Folder::new(&[("pipe.py", &script("good"))]);
    folder.commit();
    let before = folder.status_of("e.good")["version"].clone();
    folder.write(".python-version", "3.13\n");
    let after = folder.status_of("e.good");
    assert_eq!((&after["status"], &after["changed"]), (&json!("invalidated"), &json!(["python"])));
    assert_eq!(after["baseline_version"], before);
    assert_eq!(after["reason"], "will recompute · Python 3.13 now, 3.12 at HEAD");
    // 3.13 and 3.14 agree on ordinary code.
    folder.commit();
    folder.write(".python-version", "3.14\n");
    folder.edit("pipe.py", "x + 1", "x + 2");
    assert_eq!(folder.status_of("e.good")["changed"], json!(["body"]));
    // What is asked for counts for both sides.
    let asked = folder.json(&["status", "--python", "3.11"]);
    assert_eq!((&asked["tasks"][0]["changed"], &asked["tasks"][0]["python"]), (&json!(["body"]), &json!("3.11")));
}

#[test]
fn a_child_gets_its_version_in_its_parents_image() {
    let text = "import flyte\n\nimage = flyte.Image.from_debian_base(python_version=(3, 13))\n\
        parent_env = flyte.TaskEnvironment(name=\"p\", image=image)\nenv = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n\n\n\
        @env.task\nasync def child(x: int) -> int:\n    return x\n\n\n\
        @parent_env.task\nasync def parent(x: int) -> int:\n    return await child(x)\n";
    let folder = Folder::new(&[("pipe.py", text)]);
    folder.commit();
    let child = folder.status_of("e.child");
    assert_eq!(child["reason"], "version differs · 3.12 here, 3.13 in the image");
    let by_python = child["by_python"].as_object().unwrap();
    assert_eq!(by_python.keys().collect::<Vec<_>>(), ["3.12", "3.13"]);
    assert_eq!(by_python["3.12"], child["version"]);
    assert_ne!(by_python["3.13"], child["version"]);
    assert_eq!(folder.status_of("p.parent")["by_python"], json!({}));
}

#[test]
fn calls_with_a_spec_of_their_own_are_told() {
    let text = script("good")
        + "\n\n@env.task\nasync def main(x: int) -> int:\n    good.override(cache=\"disable\")(x)\n    return good(x)\n";
    let folder = Folder::new(&[("pipe.py", &text)]);
    folder.commit();
    let good = folder.status_of("e.good");
    let call = json!({"file": "pipe.py", "line": 14, "behavior": "disable", "version": good["version"], "unknown": null,
                      "reason": "this call skips the cache · override(cache=\"disable\")"});
    assert_eq!(good["overrides"], json!([call]));
    assert_eq!(folder.status_of("e.main")["overrides"], json!([]));
    let out = folder.run(&["status"]).out;
    assert!(out.contains("pipe.py:14 this call skips the cache · override(cache=\"disable\")"), "{out}");
}

#[test]
fn a_task_that_is_gone_leaves_a_trace() {
    let other = script("other").replace("\"e\"", "\"o\"");
    let folder = Folder::new(&[("a/good.py", &script("good")), ("b/other.py", &other), ("c/plain.py", "x = 1\n")]);
    folder.commit();
    assert_eq!(folder.json(&["status"])["gone"], json!([]));
    folder.edit("a/good.py", "def good", "def better");
    std::fs::remove_file(folder.path("b/other.py")).unwrap();
    let good = json!({"file": "a/good.py", "line": 6, "task": "e.good"});
    let other = json!({"file": "b/other.py", "line": 6, "task": "o.other"});
    assert_eq!(folder.json(&["status"])["gone"], json!([good, other]));
    assert!(folder.run(&["status"]).out.contains("2 tasks of HEAD are gone: e.good, o.other"));
    assert_eq!(folder.json(&["status", "a"])["gone"], json!([good]), "only what was asked about");
    assert_eq!(folder.json(&["status", "a", "b/other.py"])["gone"], json!([good, other]));
    assert_eq!(folder.json(&["status", "c"])["gone"], json!([]));
    // A task that moved out of what was asked about is not gone.
    folder.write("c/plain.py", script("good"));
    assert_eq!(folder.json(&["status", "a"])["gone"], json!([]));
}

#[test]
fn a_parent_outside_of_the_paths_is_seen() {
    let env = "import flyte\nenv = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n\n\n@env.task\nasync def child(x: int) -> int:\n    return x\n";
    let parent = "import flyte\nfrom child import child\nimage = flyte.Image.from_debian_base(python_version=(3, 13))\n\
        penv = flyte.TaskEnvironment(name=\"p\", image=image)\n\n\n@penv.task\nasync def parent(x: int) -> int:\n    return await child(x)\n";
    let folder = Folder::new(&[("child.py", env), ("parent.py", parent)]);
    folder.commit();
    let reasons = |paths: &[&str]| folder.json(&[&["status"], paths].concat())["tasks"][0]["reason"].clone();
    assert_eq!(reasons(&["child.py"]), "version differs · 3.12 here, 3.13 in the image");
    assert_eq!(reasons(&["child.py"]), reasons(&[]));
}

/// A child that is called by a parent with the image `image`.
fn child_in(image: &str) -> String {
    format!(
        "import flyte\n\nimage = {image}\nparent_env = flyte.TaskEnvironment(name=\"p\", image=image)\n\
        env = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n\n\n\
        @env.task\nasync def child(x: int) -> int:\n    return x\n\n\n\
        @parent_env.task\nasync def parent(x: int) -> int:\n    return await child(x)\n"
    )
}

#[test]
fn another_python_in_the_parents_image_is_another_version() {
    let image = |minor: u8| child_in(&format!("flyte.Image.from_debian_base(python_version=(3, {minor}))"));
    for (then, now) in [(13, 12), (12, 13)] {
        let folder = Folder::new(&[("pipe.py", &image(then))]);
        folder.commit();
        assert_eq!(folder.status_of("e.child")["status"], "unchanged", "{then}");
        folder.write("pipe.py", image(now));
        let child = folder.status_of("e.child");
        assert_eq!(child["status"], "invalidated", "{then} -> {now}: {child}");
        assert_eq!(child["changed"], json!(["image python"]));
        assert_eq!(child["reason"], "will recompute · Python in the parent's image changed");
    }
}

#[test]
fn a_parent_that_is_new_loses_nothing() {
    let text = child_in("flyte.Image.from_debian_base(python_version=(3, 12))");
    let folder = Folder::new(&[("pipe.py", &text)]);
    folder.commit();
    folder.write("pipe.py", text + "\nother_env = flyte.TaskEnvironment(name=\"o\", image=flyte.Image.from_debian_base(python_version=(3, 13)))\n\n\n\
        @other_env.task\nasync def other(x: int) -> int:\n    return await child(x)\n");
    let child = folder.status_of("e.child");
    assert_eq!((&child["status"], &child["changed"]), (&json!("unchanged"), &json!([])), "{child}");
    assert_eq!(child["reason"], "version differs · 3.12 here, 3.13 in the image");
}

/// The parent calls a plain function, and that calls the child.
#[test]
fn a_plain_function_between_parent_and_child_hides_no_image() {
    let text = child_in("flyte.Image.from_debian_base(python_version=(3, 13))");
    let text = text.replace("return await child(x)", "return await helper(x)")
        + "\n\nasync def helper(x):\n    return await child(x)\n";
    let folder = Folder::new(&[("pipe.py", &text)]);
    folder.commit();
    assert_eq!(folder.status_of("e.child")["reason"], "version differs · 3.12 here, 3.13 in the image");
}

#[test]
fn a_parents_image_that_names_no_python_is_told() {
    let folder = Folder::new(&[("pipe.py", &child_in("\"ghcr.io/x/y:py3.13\""))]);
    folder.commit();
    let child = folder.status_of("e.child");
    assert!(child["unknown_images"][0].as_str().unwrap().starts_with("p.parent: "), "{child}");
    assert_eq!(folder.status_of("p.parent")["unknown_images"], json!([]));
    let out = folder.run(&["status"]).out;
    assert!(out.contains("version in its parent's image unknown · p.parent: "), "{out}");
}

#[test]
fn a_policy_in_python_is_known_once_its_value_is_given() {
    let text = script("good")
        .replace("import flyte\n", "import flyte\nfrom flyte import Cache\nfrom mine import DatasetPolicy\n");
    let text = text.replace("cache=\"auto\"", "cache=Cache(\"auto\", policies=[DatasetPolicy()])");
    let folder = Folder::new(&[
        ("pipe.py", &text),
        ("mine.py", "class DatasetPolicy:\n    def get_version(self, salt, params):\n        return 'v3'\n"),
    ]);
    folder.commit();
    let unknown = folder.status_of("e.good");
    assert_eq!((&unknown["version"], &unknown["unknown"]), (&json!(null), &json!("DatasetPolicy runs Python")));
    let given = folder.json(&["status", "--policy-version", "DatasetPolicy=v3"]);
    // SHA-256 of `v3`.
    assert_eq!(given["tasks"][0]["version"], "e0d2747b9ab7abb6eb65e0373fa1b428a28bd6d8a2380106dcc080f58005ee14");
    folder.write("tasklens.toml", "[policy-versions]\nDatasetPolicy = \"v3\"\n");
    assert_eq!(
        folder.status_of("e.good")["version"],
        "e0d2747b9ab7abb6eb65e0373fa1b428a28bd6d8a2380106dcc080f58005ee14"
    );
}
