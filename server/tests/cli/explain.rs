//! What `explain` says of a task, of its history, of two runs, and of the surroundings.

use serde_json::{Value, json};

use crate::project::{Folder, script};

const TASK: &str = "\
import flyte
from flyte import Cache
from envs import SALT

env = flyte.TaskEnvironment(name=\"ml\", cache=Cache(\"auto\", salt=SALT, ignored_inputs=\"note\"))


@env.task(retries=3)
async def train(rows: list[int], rate: float = 0.1, note: str = \"\") -> float:
    \"\"\"Trains.\"\"\"
    # a comment
    total = 0
    for row in rows:
        total += row
    return total * rate
";
const ENVS: &str = "# salts\nSALT = \"a\"\n";

fn project() -> Folder {
    let folder = Folder::new(&[("pipe.py", TASK), ("envs.py", ENVS)]);
    folder.commit();
    folder
}

fn explained(folder: &Folder, arguments: &[&str]) -> Value {
    folder.json(&[&["explain"], arguments].concat())["tasks"][0].clone()
}

/// The lines of the diff, each behind what changed.
fn diff(task: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for hunk in task["diff"].as_array().unwrap() {
        for line in hunk["lines"].as_array().unwrap() {
            let text = |key: &str| line[key].as_str().unwrap().to_owned();
            lines.push(format!("{} {}{}", hunk["changed"].as_str().unwrap(), text("op"), text("text")));
        }
    }
    lines
}

#[test]
fn what_counts_is_shown_and_nothing_of_comments_and_formatting() {
    let folder = project();
    folder.edit("pipe.py", "    # a comment\n", "    # another\n\n");
    folder.edit("pipe.py", "async def train(rows: list[int],", "async def train(\n    rows: list[int],  # all\n   ");
    assert_eq!(explained(&folder, &["ml.train"])["diff"], json!([]));
    folder.edit("pipe.py", "        total += row\n", "        total += row * 2  # twice\n");
    folder.edit("pipe.py", "retries=3", "retries=4");
    let task = explained(&folder, &["ml.train"]);
    let expected = [
        "decorator -@env.task(retries=3)",
        "decorator +@env.task(retries=4)",
        "body -        total += row",
        "body +        total += row * 2",
    ];
    assert_eq!(diff(&task), expected);
    assert_eq!(task["changed"], json!(["decorator", "body"]));
    let text = folder.run(&["explain", "ml.train"]);
    assert_eq!((text.code, text.err.as_str()), (0, ""));
    assert!(text.out.contains(" 14 -         total += row\n"), "{}", text.out);
    assert!(text.out.contains(" 17 +         total += row * 2\n"), "{}", text.out);
    assert!(!text.out.contains("comment") && !text.out.contains("twice"), "{}", text.out);
}

#[test]
fn every_part_of_the_spec_names_its_place() {
    let folder = project();
    let task = explained(&folder, &["ml.train"]);
    let part = |name: &str| task["spec"]["parts"][name].clone();
    assert_eq!(part("behavior"), json!({"value": "\"auto\"", "unknown": null, "file": "pipe.py", "line": 5}));
    assert_eq!((&part("salt")["value"], &part("salt")["line"]), (&json!("\"a\""), &json!(5)));
    assert_eq!(part("serialize"), json!({"value": "False", "unknown": null, "file": null, "line": null}));
    assert_eq!(part("ignored_inputs")["value"], "(\"note\",)");
    assert_eq!(task["spec"]["from"], "environment");
    let policies = task["policy_versions"].as_array().unwrap();
    assert_eq!((policies.len(), &policies[0]["policy"]), (1, &json!("FunctionBodyPolicy")));
    assert_eq!(policies[0]["version"].as_str().unwrap().len(), 64);
    let ignored: Vec<_> = task["signature"].as_array().unwrap().iter().map(|one| one["ignored"].clone()).collect();
    assert_eq!(ignored, [json!(false), json!(false), json!(true)]);
    folder.edit("envs.py", "\"a\"", "\"b\"");
    let task = explained(&folder, &["train"]);
    let change = &task["spec_changes"][0];
    assert_eq!(
        (&change["part"], &change["was"]["value"], &change["now"]["value"]),
        (&json!("salt"), &json!("\"a\""), &json!("\"b\""))
    );
    assert_eq!(task["diff"], json!([]));
}

#[test]
fn tasks_are_found_by_name_and_by_line() {
    let folder = project();
    for name in ["ml.train", "train", "pipe.py:8", "pipe.py:15", "./pipe.py:9"] {
        assert_eq!(explained(&folder, &[name])["task"], "ml.train", "{name}");
    }
    for (name, message) in [
        ("ml.trian", "there is no task `ml.trian`: did you mean ml.train?"),
        ("pipe.py:2", "no task stands at pipe.py:2: did you mean ml.train (pipe.py:8)?"),
        ("nothing", "there is no task `nothing`: `tasklens status --all` lists the tasks"),
    ] {
        let run = folder.run(&["explain", name]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert_eq!(run.err, format!("tasklens: {message}\n"));
    }
    folder.write("other.py", script("train"));
    let run = folder.run(&["explain", "train"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("several tasks have a function `train`"), "{}", run.err);
    assert!(run.err.contains("e.train (other.py:6)") && run.err.contains("ml.train (pipe.py:8)"), "{}", run.err);
    folder.write("copy.py", TASK);
    assert_eq!(folder.json(&["explain", "ml.train"])["tasks"].as_array().unwrap().len(), 2, "all of one name");
    assert_eq!(folder.json(&["explain", "ml.train", "copy.py"])["tasks"].as_array().unwrap().len(), 1);
}

#[test]
fn given_inputs_show_their_key() {
    let folder = project();
    let task = explained(&folder, &["train", "--input", "rows=[1, 2]", "--input", "rate=0.5"]);
    let known = task["known_inputs"].as_array().unwrap().iter().find(|known| known["from"] == "given").unwrap();
    assert_eq!(known["inputs"], json!({"rows": "[1, 2]", "rate": "0.5", "note": "''"}));
    assert_eq!(known["key"].as_str().unwrap().len(), 44);
    let out = folder.run(&["explain", "train", "--input", "rows=[1, 2]"]).out;
    assert!(out.contains("rows=[1, 2], rate=0.1, note=''"), "{out}");
    let run = folder.run(&["explain", "train", "--input", "row=[1]"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean rows?"), "{}", run.err);
}

#[test]
fn callers_that_are_cached_are_told() {
    let text = script("child")
        + "\n\n@env.task\nasync def parent(x: int) -> int:\n    return child(x)\n\n\n\
           @env.task(cache=\"disable\")\nasync def main(x: int) -> int:\n    return child(x)\n";
    let folder = Folder::new(&[("pipe.py", &text)]);
    folder.commit();
    let callers = explained(&folder, &["e.child"])["callers"].clone();
    let caller = |task: &str, line: u32, behavior: &str| json!({"task": task, "file": "pipe.py", "line": line, "behavior": behavior, "hides": false});
    assert_eq!(callers, json!([caller("e.parent", 14, "auto"), caller("e.main", 19, "disable")]));
    let out = folder.run(&["explain", "child"]).out;
    assert!(out.contains("cached: where it is served, this task does not run"), "{out}");
}

/// The turns of the task's history: the subject, what changed, and whether it was new.
fn turns(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let task = explained(folder, &[&["ml.train", "--history"], arguments].concat());
    let turn = |turn: &Value| {
        let changed: Vec<&str> = turn["changed"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let changed = if turn["new"] == true { "new".to_owned() } else { changed.join(", ") };
        format!("{}: {changed}", turn["subject"].as_str().unwrap_or("-"))
    };
    task["history"]["turns"].as_array().unwrap().iter().map(turn).collect()
}

fn commit(folder: &Folder, message: &str) {
    folder.git(&["add", "-A"]);
    folder.git(&["commit", "-q", "-m", message]);
}

#[test]
fn history_names_the_commits_that_changed_the_version() {
    let folder = Folder::new(&[("pipe.py", TASK), ("envs.py", ENVS), ("other.py", "x = 1\n")]);
    folder.git(&["init", "-q", "-b", "main"]);
    commit(&folder, "first");
    folder.edit("pipe.py", "Trains.", "Trains well.");
    commit(&folder, "docs");
    folder.edit("pipe.py", "# a comment", "# another comment");
    folder.edit("other.py", "1", "2");
    commit(&folder, "nothing that counts");
    folder.edit("envs.py", "\"a\"", "\"b\"");
    commit(&folder, "salt in another file");
    folder.git(&["mv", "pipe.py", "moved.py"]);
    commit(&folder, "moved");
    folder.edit("moved.py", "total * rate", "total / rate");
    folder.edit("moved.py", "retries=3", "retries=4");
    commit(&folder, "body and decorator");
    folder.write(".python-version", "3.11\n");
    commit(&folder, "older Python");
    folder.edit("moved.py", "rate: float = 0.1", "rate: float = 0.2");
    let all = [
        "-: default",
        "older Python: python",
        "body and decorator: decorator, body",
        "salt in another file: salt",
        "docs: docstring",
        "first: new",
    ];
    assert_eq!(turns(&folder, &[]), all);
    assert_eq!(turns(&folder, &["2"]), all[..2]);
    let out = folder.run(&["explain", "ml.train", "--history=3"]).out;
    assert!(out.contains("and older ones: --history"), "{out}");
    // What was said of each commit is what `hash` says of it.
    let history = explained(&folder, &["ml.train", "--history"])["history"]["turns"].clone();
    folder.git(&["stash", "-q"]);
    for turn in history.as_array().unwrap().iter().skip(1) {
        folder.git(&["checkout", "-q", turn["commit"].as_str().unwrap()]);
        assert_eq!(folder.json(&["hash"])["tasks"][0]["version"], turn["version"], "{turn}");
    }
}

#[test]
fn a_merge_is_no_change_of_what_it_brought() {
    let folder = project();
    folder.git(&["switch", "-q", "-c", "side"]);
    folder.edit("pipe.py", "total = 0", "total = 1");
    commit(&folder, "on the side");
    folder.git(&["switch", "-q", "main"]);
    folder.edit("envs.py", "# salts", "# all salts");
    commit(&folder, "a comment");
    folder.git(&["merge", "-q", "--no-edit", "side"]);
    assert_eq!(turns(&folder, &[]), ["on the side: body", "base: new"]);
}

#[test]
fn a_shallow_clone_says_where_it_ends() {
    let folder = project();
    for total in 1..4 {
        folder.edit("pipe.py", &format!("total = {}", total - 1), &format!("total = {total}"));
        commit(&folder, &format!("total {total}"));
    }
    let url = format!("file://{}", folder.path("").display());
    folder.git(&["clone", "-q", "--depth=2", &url, "clone"]);
    let run = folder.command(&folder.path("clone")).args(["explain", "ml.train", "--history"]).output().unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    assert!(out.contains("total 3 · Test") && !out.contains("total 2"), "{out}");
    assert!(out.contains("git fetch --unshallow"), "{out}");
}

#[test]
fn the_configuration_names_its_files() {
    let folder = Folder::new(&[("tasklens.toml", "baseline = \"main\"\nexclude = [\"old/\"]\n"), ("pipe.py", TASK)]);
    folder.commit();
    let config = folder.json(&["explain", "--config"]);
    let setting = |name: &str| {
        let settings = config["settings"].as_array().unwrap();
        settings.iter().find(|setting| setting["name"] == name).unwrap().clone()
    };
    assert_eq!(setting("baseline"), json!({"name": "baseline", "value": "main", "source": "tasklens.toml:1"}));
    assert_eq!(setting("python"), json!({"name": "python", "value": null, "source": null}));
    assert_eq!(
        (&config["python"]["version"], &config["python"]["source"]),
        (&json!("3.12"), &json!(".python-version:1"))
    );
    assert_eq!((&config["config"], &config["baseline"]["name"]), (&json!("tasklens.toml"), &json!("main")));
    let out = folder.run(&["explain", "--config"]).out;
    assert!(out.contains("Settings · tasklens.toml") && out.contains(".python-version:1"), "{out}");
    folder.write("tasklens.toml", "colour = 1\n");
    assert_eq!(folder.run(&["explain", "--config"]).code, 1);
}

#[test]
fn without_records_a_comparison_says_how_to_have_them() {
    let folder = project();
    let run = folder.run(&["explain", "--compare", "a", "b"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no runs are recorded in") && run.err.contains("local_persistence=True"), "{}", run.err);
    for arguments in [&["explain"][..], &["explain", "--compare", "a"], &["explain", "ml.train", "--history=x"]] {
        assert_eq!(folder.run(arguments).code, 2, "{arguments:?}");
    }
}
