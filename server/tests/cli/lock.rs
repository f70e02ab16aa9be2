//! `tasklens.lock`: written, checked, and as what the code is compared with.

use serde_json::{Value, json};

use crate::project::{Folder, script};

const PIPE: &str = "import flyte\nfrom flyte import Cache\n\nenv = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n\n\n\
    @env.task\ndef load(x: int) -> int:\n    \"\"\"Loads.\"\"\"\n    return x + 1\n\n\n\
    @env.task(cache=Cache(\"auto\", version_override=\"1.0\"))\ndef pinned(x: int) -> int:\n    \"\"\"Pins.\"\"\"\n    return x\n\n\n\
    @env.task(cache=\"disable\")\ndef report(x: int) -> int:\n    return x\n";

fn locked() -> Folder {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    let run = folder.run(&["lock"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    folder
}

fn text(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path("tasklens.lock")).unwrap()
}

#[test]
fn a_line_a_cached_task() {
    let folder = locked();
    let text = text(&folder);
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('"')).collect();
    assert_eq!(lines.len(), 2, "{text}");
    let version = folder.status_of("e.load")["version"].clone();
    let version = version.as_str().unwrap();
    assert!(
        lines[0].starts_with(&format!("\"e.load\" = {{ cache = \"auto\", python = \"3.12\", version = \"{version}\"")),
        "{text}"
    );
    assert!(lines[1].starts_with("\"e.pinned\" = { cache = \"pinned\", version = \"1.0\", interface = "), "{text}");
    let before = std::fs::metadata(folder.path("tasklens.lock")).unwrap().modified().unwrap();
    assert_eq!(folder.run(&["lock"]).code, 0);
    let after = std::fs::metadata(folder.path("tasklens.lock")).unwrap().modified().unwrap();
    assert_eq!(before, after, "what is right is not written again");
}

#[test]
fn a_check_names_the_differences_and_the_command_that_accepts_them() {
    let folder = locked();
    let check = || folder.run(&["lock", "--check"]);
    assert_eq!((check().code, check().out), (0, String::new()));
    folder.edit("pipe.py", "Loads.", "Loads it.");
    folder.edit("pipe.py", "Pins.", "Is pinned.");
    let run = check();
    assert_eq!(run.code, 1);
    assert!(run.out.contains("load  invalidated"), "{}", run.out);
    assert!(!run.out.contains("pinned"), "its docstring is nobody's matter: {}", run.out);
    assert!(run.out.contains("`tasklens lock --update e.load`"), "{}", run.out);
    assert_eq!(folder.run(&["lock", "--update", "e.load"]).code, 0);
    assert_eq!(check().code, 0);
    folder.edit("pipe.py", "\"\"\"Is pinned.\"\"\"\n    return x", "\"\"\"Is pinned.\"\"\"\n    return -x");
    let run = check();
    assert!(run.code == 1 && run.out.contains("stale"), "{}", run.out);
}

#[test]
fn every_kind_of_difference_is_one() {
    for (from, to, class) in [
        ("x + 1", "x + 2", "invalidated"),
        ("return x\n\n\n@env.task(cache=\"disable\")", "return -x\n\n\n@env.task(cache=\"disable\")", "stale"),
        ("\"1.0\"", "\"1.1\"", "invalidated"),
        ("def pinned(x: int)", "def pinned(x: float)", "other-key"),
        ("override=\"1.0\"", "override=\"1.0\", ignored_inputs=\"x\"", "other-key"),
        ("@env.task\n", "@env.task(cache=\"disable\")\n", "disabled"),
        ("cache=\"disable\"", "cache=\"auto\"", "new"),
        ("def load", "def load_all", "gone"),
    ] {
        let folder = locked();
        folder.edit("pipe.py", from, to);
        assert_eq!(folder.run(&["lock", "--check"]).code, 1, "{from} -> {to}");
        let found = folder.json(&["diff", "tasklens.lock"]);
        let classes: Vec<&str> =
            found["tasks"].as_array().unwrap().iter().map(|task| task["class"].as_str().unwrap()).collect();
        assert!(classes.contains(&class), "{from} -> {to}: {classes:?}");
        assert_eq!(folder.run(&["lock"]).code, 0);
        assert_eq!(folder.run(&["lock", "--check"]).code, 0, "{from} -> {to}");
    }
}

#[test]
fn another_python_is_a_difference_and_an_assumed_one_is_none() {
    let folder = locked();
    folder.write(".python-version", "3.13\n");
    let run = folder.run(&["lock", "--check"]);
    assert!(run.code == 1 && run.out.contains("Python 3.13 now, 3.12"), "{}", run.out);
    std::fs::remove_file(folder.path(".python-version")).unwrap();
    let run = folder.run(&["lock", "--check"]);
    assert_eq!(run.code, 0, "the Python of the lock counts: {}{}", run.out, run.err);
}

#[test]
fn one_task_is_taken_in_and_others_are_left() {
    let folder = locked();
    folder.edit("pipe.py", "x + 1", "x + 2");
    folder.edit("pipe.py", "\"1.0\"", "\"2.0\"");
    let before = text(&folder);
    assert_eq!(folder.run(&["lock", "--update", "e.pinned"]).code, 0);
    let after = text(&folder);
    let differing: Vec<_> = before.lines().zip(after.lines()).filter(|(one, other)| one != other).collect();
    assert_eq!(differing.len(), 1, "{after}");
    assert!(differing[0].1.contains("\"2.0\""), "{after}");
    let run = folder.run(&["lock", "--update", "e.lod"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean e.load?"), "{}", run.err);
    let run = folder.run(&["lock", "--update", "e.load", "--update", "e.lod"]);
    assert_eq!((run.code, text(&folder)), (2, after), "all that are named are taken in, or none");
    folder.edit("pipe.py", "def load", "def loaded");
    assert_eq!(folder.run(&["lock", "--update", "e.load"]).code, 0, "what is gone is taken out");
    assert!(!text(&folder).contains("e.load"), "{}", text(&folder));
}

#[test]
fn a_functions_name_is_answered_with_all_tasks_of_it() {
    let other = "import flyte\n\nother = flyte.TaskEnvironment(name=\"f\", cache=\"auto\")\n\n\n@other.task\ndef load() -> int:\n    return 1\n";
    let folder = Folder::new(&[("pipe.py", PIPE), ("other.py", other)]);
    assert_eq!(folder.run(&["lock"]).code, 0);
    let run = folder.run(&["lock", "--update", "load"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("name one with its environment, as e.load or f.load"), "{}", run.err);
    let run = folder.run(&["lock", "--update", "pinned"]);
    assert!(run.err.contains("did you mean e.pinned?"), "{}", run.err);
}

/// Guards that nothing is made up of a line that another Tasklens wrote.
#[test]
fn a_python_that_nobody_knows_is_not_told_as_another() {
    let folder = locked();
    let odd = text(&folder).replace("python = \"3.12\", version = \"", "python = \"9.9\", version = \"a");
    folder.write("tasklens.lock", &odd);
    let run = folder.run(&["lock", "--check"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("version changed (was a"), "{}", run.out);
}

#[test]
fn what_is_wrong_with_a_lock_loses_nothing() {
    let folder = locked();
    let good = text(&folder);
    let conflict = good.replacen("\"e.load\"", "<<<<<<< HEAD\n\"e.load\"", 1) + "=======\n>>>>>>> side\n";
    folder.write("tasklens.lock", &conflict);
    for command in [&["lock", "--check"][..], &["lock", "--update", "e.load"], &["diff", "tasklens.lock"]] {
        let run = folder.run(command);
        assert_eq!(run.code, 2, "{command:?}");
        assert!(run.err.contains("merge conflict") && run.err.contains("`tasklens lock`"), "{}", run.err);
        assert_eq!(text(&folder), conflict);
    }
    assert_eq!(folder.run(&["lock"]).code, 0, "it is made of the code");
    assert_eq!(text(&folder), good);
    for wrong in ["schema = 2\n", "not toml\n", "", "schema = 1\n[tasks]\n\"e.load\" = 3\n"] {
        folder.write("tasklens.lock", wrong);
        for command in [&["lock"][..], &["lock", "--check"]] {
            let run = folder.run(command);
            assert_eq!(run.code, 2, "{wrong:?}: {}", run.out);
            assert!(run.err.contains("tasklens.lock"), "{}", run.err);
        }
        assert_eq!(text(&folder), wrong, "what is none of ours is not written over");
    }
    std::fs::remove_file(folder.path("tasklens.lock")).unwrap();
    let run = folder.run(&["lock", "--check"]);
    assert!(run.code == 2 && run.err.contains("write it with `tasklens lock`"), "{}", run.err);
}

#[test]
fn a_file_that_does_not_compile_loses_no_line() {
    let folder = locked();
    let good = text(&folder);
    folder.write("pipe.py", std::fs::read_to_string(folder.path("pipe.py")).unwrap() + "def (\n");
    for command in [&["lock"][..], &["lock", "--update", "e.load"]] {
        let run = folder.run(command);
        assert!(run.code == 2 && run.err.contains("SyntaxError"), "{command:?}: {}", run.err);
        assert_eq!(text(&folder), good, "{command:?}");
    }
}

#[test]
fn line_ends_stay() {
    let folder = locked();
    folder.write("tasklens.lock", text(&folder).replace('\n', "\r\n"));
    assert_eq!(folder.run(&["lock", "--check"]).code, 0);
    folder.edit("pipe.py", "x + 1", "x + 2");
    assert_eq!(folder.run(&["lock"]).code, 0);
    let after = text(&folder);
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "{after:?}");
}

#[test]
fn a_version_that_is_not_known_is_locked_as_such() {
    let folder = Folder::new(&[(
        "pipe.py",
        &script("good")
            .replace("import flyte\n", "import flyte\nfrom flyte import Cache\nfrom mine import Mine\n")
            .replace("cache=\"auto\"", "cache=Cache(\"auto\", policies=[Mine()])"),
    )]);
    folder.write("mine.py", "class Mine:\n    def get_version(self, salt, params):\n        return 'v3'\n");
    assert_eq!(folder.run(&["lock"]).code, 0);
    assert!(
        text(&folder).contains("\"e.good\" = { cache = \"auto\", python = \"3.12\", interface"),
        "{}",
        text(&folder)
    );
    assert_eq!(folder.run(&["lock", "--check"]).code, 0);
    assert_eq!(folder.run(&["lock", "--check", "--policy-version", "Mine=v3"]).code, 1, "now it is known");
}

#[test]
fn the_setting_makes_it_the_baseline_everywhere() {
    let folder = locked();
    folder.write("tasklens.toml", "baseline = \"tasklens.lock\"\n");
    folder.edit("pipe.py", "x + 1", "x + 2");
    let status = folder.json(&["status"]);
    assert_eq!(status["baseline"], json!({"revision": null, "name": "tasklens.lock"}));
    let load = folder.status_of("e.load");
    assert_eq!((&load["status"], &load["changed"]), (&json!("invalidated"), &json!([])));
    assert!(load["reason"].as_str().unwrap().starts_with("will recompute · version changed"), "{load}");
    assert_eq!(folder.status_of("e.pinned")["status"], "unchanged");
    assert!(folder.run(&["status"]).out.contains("since tasklens.lock"));
    let explained = folder.run(&["explain", "e.load"]);
    assert!(explained.code == 0 && explained.out.contains("tasklens.lock"), "{}{}", explained.out, explained.err);
    let config = folder.run(&["explain", "--config"]);
    assert!(!config.out.contains("names no commit"), "{}{}", config.out, config.err);
    assert_eq!(folder.json(&["explain", "--config"])["baseline"], status["baseline"]);
    let found: Value = folder.json(&["diff"]);
    assert_eq!(found["base"]["kind"], "lock");
    folder.edit("pipe.py", "def load", "def loaded");
    assert_eq!(folder.json(&["status"])["gone"][0]["task"], "e.load");
    std::fs::remove_file(folder.path("tasklens.lock")).unwrap();
    let without = folder.json(&["status"]);
    assert_eq!(without["baseline"], json!(null));
    assert!(without["problems"][0]["message"].as_str().unwrap().contains("tasklens lock"), "{without}");
    assert_eq!(folder.run(&["status", "--baseline", "other.lock"]).code, 2);
}

#[test]
fn each_project_of_a_repository_has_its_own() {
    let folder = Folder::new(&[
        ("a/tasklens.toml", ""),
        ("a/pipe.py", &script("one").replace("\"e\"", "\"a\"")),
        ("b/tasklens.toml", ""),
        ("b/pipe.py", &script("two").replace("\"e\"", "\"b\"")),
    ]);
    folder.commit();
    assert_eq!(folder.run(&["lock"]).code, 0);
    let of = |path: &str| std::fs::read_to_string(folder.path(path)).unwrap();
    assert!(of("a/tasklens.lock").contains("a.one") && !of("a/tasklens.lock").contains("b.two"));
    assert!(of("b/tasklens.lock").contains("b.two"));
    assert_eq!(folder.run(&["lock", "--check"]).code, 0);
    folder.edit("b/pipe.py", "def two", "def three");
    let run = folder.run(&["lock", "--check"]);
    assert!(run.code == 1 && run.out.contains("gone") && run.out.contains("new"), "{}{}", run.out, run.err);
    assert!(!run.out.contains("a.one"), "{}", run.out);
}
