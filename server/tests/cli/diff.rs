//! What `diff` says, and of which states.

use serde_json::{Value, json};

use crate::project::{Folder, script};

/// A task `e.load`, and a pinned one.
pub const PIPE: &str = "import flyte\nfrom flyte import Cache\n\nenv = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n\n\n\
    @env.task\ndef load(x: int) -> int:\n    \"\"\"Loads.\"\"\"\n    return x + 1\n\n\n\
    @env.task(cache=Cache(\"auto\", version_override=\"1.0\"))\ndef pinned(x: int) -> int:\n    return x\n";

/// The tasks that `diff` lists, with their classes.
pub fn listed(found: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    found["tasks"].as_array().unwrap().iter().map(|task| (text(&task["task"]), text(&task["class"]))).collect()
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub fn one(name: &str, class: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), class.to_owned())]
}

#[test]
fn nothing_changed_says_nothing() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.edit("pipe.py", "return x + 1", "return x + 1  # the same");
    let run = folder.run(&["diff", "--fail-on", "any"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let comment = folder.run(&["diff", "--format", "markdown"]).out;
    assert_eq!(comment, "<!-- tasklens:diff -->\n**Task cache**: nothing changes (HEAD → the working tree).\n");
}

#[test]
fn a_change_is_told_in_the_words_of_status() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.edit("pipe.py", "Loads.", "Loads it.");
    folder.edit("pipe.py", "return x\n", "return -x\n");
    let run = folder.run(&["diff"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("! pinned  stale"), "{}", run.out);
    assert!(run.out.contains("only the docstring changed"), "{}", run.out);
    let reason = folder.status_of("e.load")["reason"].clone();
    let found = folder.json(&["diff"]);
    assert_eq!(found["tasks"][1]["reason"], reason);
    assert_eq!((&found["base"]["name"], &found["head"]["kind"]), (&json!("HEAD"), &json!("working tree")));
    assert_eq!(found["summary"]["stale"], 1);
    for (fail_on, code) in [("stale", 1), ("gone,stale", 1), ("new", 0), ("recompute", 1), ("any", 1)] {
        assert_eq!(folder.run(&["diff", "--fail-on", fail_on]).code, code, "{fail_on}");
    }
    assert_eq!(folder.run(&["diff", "--fail-on", "nonsense"]).code, 2);
}

#[test]
fn states_are_named_as_gits_users_name_them() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.git(&["tag", "v1"]);
    folder.git(&["switch", "-q", "-c", "side"]);
    folder.edit("pipe.py", "x + 1", "x + 2");
    folder.commit();
    folder.git(&["switch", "-q", "main"]);
    folder.write("other.py", script("other").replace("\"e\"", "\"o\""));
    folder.commit();
    let of = |arguments: &[&str]| listed(&read(&folder.run(&[&["diff", "--format", "json"], arguments].concat()).out));
    assert_eq!(of(&["v1", "side"]), one("e.load", "invalidated"));
    assert_eq!(of(&["v1..side"]), one("e.load", "invalidated"));
    assert_eq!(of(&["main...side"]), one("e.load", "invalidated"), "what the branch did");
    assert_eq!(of(&["main..side"]).len(), 2, "and what main did meanwhile");
    assert_eq!(of(&["side...main"]), one("o.other", "new"));
    assert_eq!(of(&["v1"]), one("o.other", "new"));
    assert_eq!(of(&["v1", "--", "pipe.py"]), []);
    assert_eq!(of(&[]), []);
    folder.edit("pipe.py", "x + 1", "x + 3");
    folder.git(&["add", "pipe.py"]);
    folder.edit("pipe.py", "x + 3", "x + 1");
    assert_eq!(of(&[]), [], "the working tree is as it was");
    assert_eq!(of(&["--staged"]), one("e.load", "invalidated"), "what will be committed is not");
    assert_eq!(of(&["--cached", "v1"]).len(), 2);
    for wrong in
        [&["nothing"][..], &["v1..nothing"], &["a", "b", "c"], &["v1..side", "--staged"], &["v1", "--", "nowhere"]]
    {
        let run = folder.run(&[&["diff"], wrong].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{wrong:?}: {}", run.err);
    }
    let missing = folder.run(&["diff", "nothing"]).err;
    assert!(missing.contains("`nothing` names no commit here"), "{missing}");
}

#[test]
fn only_what_a_change_can_reach_is_analysed() {
    let many: Vec<(String, String)> = (0..30)
        .map(|number| (format!("m{number}.py"), script("t").replace("\"e\"", &format!("\"e{number}\""))))
        .collect();
    let mut files: Vec<(&str, &str)> = many.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let envs = "import flyte\nfrom flyte import Cache\nfrom salts import SALT\nenv = flyte.TaskEnvironment(name=\"e\", cache=Cache(\"auto\", salt=SALT))\n";
    let task = "from envs import env\n\n@env.task\ndef good(x: int) -> int:\n    return x\n";
    files.extend([("salts.py", "SALT = \"a\"\n"), ("envs.py", envs), ("pipe.py", task)]);
    let folder = Folder::new(&files);
    folder.commit();
    folder.edit("salts.py", "\"a\"", "\"b\"");
    let found = folder.json(&["diff"]);
    assert_eq!(listed(&found), one("e.good", "invalidated"));
    assert_eq!(found["files"], json!({"changed": 1, "analysed": 3}));
    // What decides for all is a matter of all.
    folder.edit("salts.py", "\"b\"", "\"a\"");
    folder.write(".python-version", "3.13\n");
    assert_eq!(listed(&folder.json(&["diff"])).len(), 31);
}

#[test]
fn a_python_version_that_is_new_is_no_python_of_then() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    std::fs::remove_file(folder.path(".python-version")).unwrap();
    folder.write("pyproject.toml", "[project]\nname = \"p\"\nrequires-python = \"==3.11.*\"\n");
    folder.commit();
    folder.write(".python-version", "3.13\n");
    let found = folder.json(&["diff"]);
    assert_eq!(listed(&found), one("e.load", "invalidated"));
    assert_eq!(
        (&found["tasks"][0]["base"]["python"], &found["tasks"][0]["head"]["python"]),
        (&json!("3.11"), &json!("3.13"))
    );
}

#[test]
fn an_upgrade_of_python_is_told_with_the_code_as_it_is() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    // Not even git is needed.
    let found = folder.json(&["diff", "--python", "3.12..3.13"]);
    assert_eq!(listed(&found), one("e.load", "invalidated"), "what is pinned is of no Python");
    assert_eq!(found["base"]["name"], "Python 3.12");
    assert_eq!(folder.json(&["diff", "--python", "3.13..3.14"])["tasks"], json!([]), "they agree on this code");
    assert_eq!(folder.run(&["diff", "HEAD", "--python", "3.12..3.13"]).code, 2);
}

#[test]
fn what_is_broken_is_not_told_to_be_gone_or_new() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.write("pipe.py", format!("def broken(:\n\n{}", PIPE.replace("@env.task\ndef load", "@env.task(\ndef load")));
    let run = folder.run(&["diff", "--format", "json"]);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(run.code, 1, "{found:#}");
    assert_ne!(found["problems"], json!([]));
    for (task, class) in listed(&found) {
        assert_eq!(class, "unknown", "{task}: {found:#}");
    }
    folder.commit();
    folder.write("pipe.py", PIPE);
    for (task, class) in listed(&folder.json(&["diff"])) {
        assert_eq!(class, "unknown", "{task}");
    }
}

#[test]
fn a_file_that_is_broken_through_and_through_hides_nothing() {
    for wrong in [&b"def (:\n"[..], b"<<<<<<< ours\nx = 1\n=======\n>>>>>>> theirs\n", b"# caf\xe9\n"] {
        let folder = Folder::new(&[("pipe.py", PIPE)]);
        folder.commit();
        folder.write("pipe.py", wrong);
        folder.commit();
        let both = [("e.load".to_owned(), "unknown".to_owned()), ("e.pinned".to_owned(), "unknown".to_owned())];
        let found = folder.json(&["diff", "HEAD~1..HEAD"]);
        assert_eq!(listed(&found), both, "{found:#}");
        assert_ne!(found["problems"], json!([]));
        assert_eq!(folder.run(&["diff", "HEAD~1"]).code, 1);
        assert_eq!(listed(&folder.json(&["diff", "HEAD..HEAD~1"])), both);
    }
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.write("pipe.py", "x = 1\n");
    let classes: Vec<_> = listed(&folder.json(&["diff"])).into_iter().map(|(_, class)| class).collect();
    assert_eq!(classes, ["gone", "gone"], "it is whole, and holds none");
}

#[test]
fn a_path_in_the_place_of_a_revision_is_told_where_paths_stand() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    let run = folder.run(&["diff", "pipe.py"]);
    assert!(run.code == 2 && run.err.contains("`tasklens diff -- pipe.py`"), "{}", run.err);
    let run = folder.run(&["diff", "tasklens.lock..HEAD"]);
    assert!(run.code == 2 && run.err.contains("with the working tree only"), "{}", run.err);
}

/// Guards that a change of a definition is no change of the task where the other definition may be the one that counts.
#[test]
fn of_several_definitions_nobody_knows_which_counts() {
    let chosen = |slow: &str, fast: &str| {
        let definition = |body: &str| format!("    @env.task\n    def load(x: int) -> int:\n        return {body}\n");
        let head = "import flyte\n\nenv = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n";
        format!("{head}try:\n    import fast\n{}except ImportError:\n{}", definition(fast), definition(slow))
    };
    let folder = Folder::new(&[("pipe.py", &chosen("x", "fast.run(x)"))]);
    folder.commit();
    assert_eq!(folder.run(&["diff", "--fail-on", "any"]).code, 0);
    folder.write("pipe.py", chosen("x + 1", "fast.run(x)"));
    let found = folder.json(&["diff"]);
    assert_eq!(listed(&found), one("e.load", "unknown"));
    assert_eq!(
        (&found["tasks"][0]["base"]["version"], &found["tasks"][0]["head"]["version"]),
        (&json!(null), &json!(null))
    );
    let reason = found["tasks"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("only known when the file is run (`except ImportError`, `try`)"), "{reason}");
    assert!(folder.run(&["diff"]).out.contains("load (except ImportError)"), "{}", folder.run(&["diff"]).out);
    assert!(folder.run(&["diff", "--format", "markdown"]).out.contains("`e.load (except ImportError)`"));
    // Whichever counts is another one.
    folder.write("pipe.py", chosen("x + 1", "fast.run(x + 1)"));
    let classes: Vec<_> = listed(&folder.json(&["diff"])).into_iter().map(|(_, class)| class).collect();
    assert_eq!(classes, ["invalidated", "invalidated"]);
    // One of them alone stays.
    folder.commit();
    folder.write("pipe.py", script("load").replace("x + 1", "x + 2"));
    assert_eq!(listed(&folder.json(&["diff"])), one("e.load", "invalidated"));
}

#[test]
fn a_pinned_task_is_stale_by_what_it_is_wrapped_in_too() {
    let wrapped = PIPE.replace("\n\n\n@env.task\n", "\n\n\ndef twice(f):\n    return f\n\n\n@env.task\n");
    let folder = Folder::new(&[("pipe.py", &wrapped)]);
    folder.commit();
    folder.edit("pipe.py", "))\ndef pinned", "), retries=3)\ndef pinned");
    assert_eq!(listed(&folder.json(&["diff"])), [], "a setting is none of what it computes");
    folder.edit("pipe.py", "retries=3)\ndef pinned", "retries=3)\n@twice\ndef pinned");
    let found = folder.json(&["diff"]);
    assert_eq!(listed(&found), one("e.pinned", "stale"));
    assert_eq!(found["tasks"][0]["reason"], "stale risk · decorator changed, version still \"1.0\" · bump?");
}

/// Inputs are in the key beside the version.
#[test]
fn a_stale_task_with_other_inputs_recomputes() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.edit("pipe.py", "return x\n", "return -x\n");
    assert_eq!(folder.run(&["diff", "--fail-on", "recompute"]).code, 0);
    folder.edit("pipe.py", "def pinned(x: int)", "def pinned(x: float)");
    assert_eq!(listed(&folder.json(&["diff"])), one("e.pinned", "stale"));
    assert_eq!(folder.run(&["diff", "--fail-on", "recompute"]).code, 1);
}

#[test]
fn a_task_that_has_another_name_and_body_is_told_of_both() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.edit("pipe.py", "name=\"e\"", "name=\"f\"");
    folder.edit("pipe.py", "x + 1", "x + 2");
    let found = folder.json(&["diff"]);
    let reasons: Vec<_> =
        found["tasks"].as_array().unwrap().iter().map(|task| task["reason"].as_str().unwrap()).collect();
    let renamed = |name: &str| format!("will recompute · renamed from e.{name}, the key holds the name");
    assert_eq!(reasons, [format!("{}; body changed too", renamed("load")), renamed("pinned")]);
}

/// Guards that the name counts, wherever it is defined: a copy is served what there is, and a task that is left elsewhere is not gone.
#[test]
fn a_task_that_another_file_has_too_is_neither_new_nor_gone() {
    let folder = Folder::new(&[("pipe.py", PIPE), ("apart.py", &script("other"))]);
    folder.commit();
    folder.write("copy.py", PIPE);
    assert_eq!(listed(&folder.json(&["diff"])), []);
    folder.write("copy.py", PIPE.replace("x + 1", "x + 2"));
    assert_eq!(listed(&folder.json(&["diff"])), one("e.load", "new"), "what there was stays as it was");
    folder.write("copy.py", PIPE.replace("return x\n", "return -x\n"));
    assert_eq!(listed(&folder.json(&["diff"])), one("e.pinned", "stale"), "old results are served for it");
    folder.write("copy.py", PIPE);
    folder.commit();
    folder.git(&["rm", "-q", "pipe.py"]);
    let found = folder.json(&["diff"]);
    assert_eq!(listed(&found), []);
    assert_eq!(found["files"], json!({"changed": 1, "analysed": 2}), "no other file is looked into");
    folder.git(&["commit", "-q", "-m", "gone"]);
    assert_eq!(listed(&folder.json(&["diff", "HEAD~1..HEAD"])), []);
    assert_eq!(listed(&folder.json(&["diff", "HEAD..HEAD~1"])), []);
}

/// Guards that nothing is silently left out: of a file that is gone and was not fetched nobody knows which tasks it had.
#[test]
fn a_file_that_is_gone_and_cant_be_read_is_told() {
    let folder = Folder::new(&[("pipe.py", PIPE), ("gone.py", &script("other"))]);
    folder.commit();
    let object = folder.git(&["rev-parse", "HEAD:gone.py"]);
    folder.git(&["rm", "-q", "gone.py"]);
    folder.git(&["commit", "-q", "-m", "gone"]);
    assert_eq!(listed(&folder.json(&["diff", "HEAD~1"])), one("e.other", "gone"));
    let (start, rest) = object.split_at(2);
    std::fs::remove_file(folder.path(".git/objects").join(start).join(rest)).unwrap();
    let run = folder.run(&["diff", "HEAD~1"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert!(
        run.err.contains("tasks that were in gone.py at HEAD~1 and are gone are not told: its file can't be read"),
        "{}",
        run.err
    );
}

#[test]
fn a_dockerfile_that_changed_may_hold_another_python() {
    let code = |call: &str| {
        format!(
            "from pathlib import Path\nimport flyte\n\nimage = flyte.Image.{call}\n\
             outer = flyte.TaskEnvironment(\"p\", image=image)\ninner = flyte.TaskEnvironment(\"e\", cache=\"auto\")\n\n\n\
             @inner.task\ndef child(s: str) -> str:\n    return s + s\n\n\n@outer.task\ndef main(s: str) -> str:\n    return child(s)\n"
        )
    };
    let folder = Folder::new(&[
        ("pipe.py", &code("from_dockerfile(Path(\"images/Dockerfile\"), registry=\"r\", name=\"n\")")),
        ("images/Dockerfile", "FROM python:3.12\n"),
        ("gpu.Dockerfile", "FROM python:3.12\n"),
        ("other.py", &script("elsewhere")),
    ]);
    folder.commit();
    folder.write("gpu.Dockerfile", "FROM python:3.13\n");
    assert_eq!(listed(&folder.json(&["diff"])), [], "it is another image's");
    folder.write("images/Dockerfile", "FROM python:3.13\n");
    let found = folder.json(&["diff"]);
    assert_eq!(listed(&found), one("e.child", "unknown"), "{found:#}");
    assert!(found["tasks"][0]["reason"].as_str().unwrap().contains("Dockerfile changed"), "{found:#}");
    folder.commit();
    assert_eq!(listed(&folder.json(&["diff", "HEAD~1..HEAD"])), one("e.child", "unknown"));

    // What differs stands behind what a line has room for.
    let uri =
        |tag: &str| code(&format!("from_base(f\"registry.example.com/a/rather/long/name/of/an/image/{{1}}:{tag}\")"));
    folder.write("pipe.py", uri("one"));
    folder.commit();
    folder.write("pipe.py", uri("two"));
    assert_eq!(listed(&folder.json(&["diff"])), one("e.child", "unknown"));
}

#[test]
fn a_comment_holds_whatever_names_there_are() {
    let folder = Folder::new(&[("pipe.py", "x = 1\n")]);
    folder.commit();
    let mut text = String::from("import flyte\n");
    for number in 0..200 {
        text.push_str(&format!(
            "env{number} = flyte.TaskEnvironment(name=\"<b>`|@{number}\", cache=\"auto\")\n\n\n@env{number}.task\ndef f{number}(x: int) -> int:\n    return x\n\n\n"
        ));
    }
    folder.write("pipe.py", text);
    let comment = folder.run(&["diff", "--format", "markdown"]).out;
    assert!(comment.starts_with("<!-- tasklens:diff -->\n"), "{comment}");
    assert!(comment.len() < 65_536, "{}", comment.len());
    assert!(comment.contains("<details><summary>190 more</summary>"), "{comment}");
    for row in comment.lines().filter(|line| line.starts_with("| `")) {
        let bars = row.replace("\\|", "");
        assert_eq!(bars.matches('|').count(), 5, "{row}");
    }
}

#[test]
fn costs_are_told_where_runs_were_imported() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.edit("pipe.py", "x + 1", "x + 2");
    assert_eq!(folder.json(&["diff"])["seconds"], json!(null));
}

#[cfg(unix)]
mod hostile {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    /// A program that leaves a mark of its name.
    fn trap(folder: &Folder, name: &str) -> String {
        let script = folder.path("../traps").join(name);
        let marks = folder.path("../marks");
        fs::create_dir_all(script.parent().unwrap()).unwrap();
        fs::create_dir_all(&marks).unwrap();
        fs::write(&script, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", marks.join(name).display())).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        script.to_str().unwrap().to_owned()
    }

    fn sprung(folder: &Folder) -> Vec<String> {
        let marks: Vec<PathBuf> =
            folder.path("../marks").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        marks.iter().for_each(|mark| fs::remove_file(mark).unwrap());
        marks.iter().map(|mark| mark.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    /// Guards that no command which a repository's configuration names is ever run, whatever two states are compared.
    #[test]
    fn nothing_that_a_repositorys_configuration_names_is_run() {
        let outer = Folder::new(&[]);
        let folder = outer.below("work");
        folder.write("pipe.py", PIPE);
        folder.write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
        folder.commit();
        folder.edit("pipe.py", "x + 1", "x + 2");
        folder.commit();
        folder.git(&["switch", "-q", "-c", "side", "HEAD~1"]);
        folder.edit("pipe.py", "Loads.", "Reads.");
        folder.commit();
        folder.edit("pipe.py", "return x\n", "return -x\n");
        folder.git(&["add", "pipe.py"]);
        folder.edit("pipe.py", "return -x\n", "return x * 2\n");
        let commands = [
            "diff",
            "ls-files",
            "ls-tree",
            "rev-parse",
            "rev-list",
            "merge-base",
            "cat-file",
            "for-each-ref",
            "symbolic-ref",
            "config",
            "remote",
            "status",
            "log",
        ];
        let mut config = fs::read_to_string(folder.path(".git/config")).unwrap();
        for command in commands {
            config.push_str(&format!(
                "[alias]\n\t{command} = !{}\n[pager]\n\t{command} = {}\n",
                trap(&folder, "alias"),
                trap(&folder, "pager")
            ));
        }
        for (section, key) in [
            ("core", "fsmonitor"),
            ("core", "pager"),
            ("core", "editor"),
            ("core", "askPass"),
            ("core", "sshCommand"),
            ("core", "gitProxy"),
            ("core", "alternateRefsCommand"),
            ("credential", "helper"),
            ("diff", "external"),
            ("diff \"evil\"", "textconv"),
            ("diff \"evil\"", "command"),
            ("filter \"evil\"", "clean"),
            ("filter \"evil\"", "smudge"),
            ("filter \"evil\"", "process"),
            ("merge \"evil\"", "driver"),
            ("gpg", "program"),
            ("interactive", "diffFilter"),
            ("uploadpack", "packObjectsHook"),
        ] {
            let name = format!("{section}.{key}").replace([' ', '"'], "-");
            config.push_str(&format!("[{section}]\n\t{key} = {}\n", trap(&folder, &name)));
        }
        config.push_str(&format!("[core]\n\thooksPath = {}\n", folder.path("../traps").display()));
        config.push_str("[diff \"evil\"]\n\tcachetextconv = true\n[filter \"evil\"]\n\trequired = true\n");
        fs::write(folder.path(".git/config"), config).unwrap();
        for hook in ["post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc", "fsmonitor-watchman"]
        {
            let hooks = folder.path(".git/hooks");
            fs::create_dir_all(&hooks).unwrap();
            fs::copy(trap(&folder, hook), hooks.join(hook)).unwrap();
        }
        // The traps do go off where git is run as its users run it.
        let mut usual = std::process::Command::new("git");
        let _ = usual.args(["-C"]).arg(folder.path("")).args(["diff", "main"]).output().unwrap();
        assert!(sprung(&folder).len() > 1, "the traps must be ones that go off");

        let states: [&[&str]; 9] = [
            &[],
            &["main"],
            &["main..side"],
            &["main...side"],
            &["main", "side"],
            &["--staged"],
            &["--staged", "main"],
            &["--python", "3.12..3.13"],
            &["nothing"],
        ];
        for state in states {
            for format in ["text", "json", "markdown"] {
                let run = folder.run(&[&["diff", "--format", format], state].concat());
                assert_eq!(run.code == 2, state == ["nothing"], "{state:?}: {}{}", run.out, run.err);
            }
        }
        assert_eq!(listed(&folder.json(&["diff", "main...side"])), one("e.load", "invalidated"));
        assert_eq!(listed(&folder.json(&["diff", "--staged"])), one("e.pinned", "stale"));
        assert_eq!(folder.run(&["lock"]).code, 0);
        assert_eq!(folder.run(&["lock", "--check"]).code, 0);
        assert_eq!(folder.run(&["diff", "tasklens.lock"]).out, "");
        assert_eq!(sprung(&folder), [""; 0]);
    }
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let folder = Folder::new(&[("up/pipe.py", PIPE)]);
    let up = folder.below("up");
    up.write(".python-version", "3.12\n");
    up.commit();
    up.git(&["switch", "-q", "-c", "feature"]);
    up.edit("pipe.py", "x + 1", "x + 2");
    up.commit();
    up.git(&["switch", "-q", "main"]);
    let url = format!("file://{}", up.path("").display());
    folder.git(&["clone", "-q", "--depth=1", "-b", "feature", &url, "ci"]);
    let ci = folder.below("ci");
    for arguments in [&["diff"][..], &["diff", "origin/main...HEAD"], &["diff", "HEAD~1"]] {
        let run = ci.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains("git fetch"), "{arguments:?}: {}", run.err);
    }
    ci.git(&["fetch", "-q", "--unshallow", "origin", "main:refs/remotes/origin/main", "feature"]);
    assert_eq!(listed(&ci.json(&["diff", "origin/main...HEAD"])), one("e.load", "invalidated"));
    assert_eq!(listed(&ci.json(&["diff"])), one("e.load", "invalidated"));
}

#[test]
fn a_worktree_is_compared_by_its_own_state() {
    let folder = Folder::new(&[("p/pipe.py", PIPE)]);
    let main = folder.below("p");
    main.write(".python-version", "3.12\n");
    main.commit();
    main.git(&["worktree", "add", "-q", "../tree"]);
    let tree = folder.below("tree");
    tree.edit("pipe.py", "x + 1", "x + 2");
    assert_eq!(listed(&tree.json(&["diff", "HEAD"])), one("e.load", "invalidated"));
    assert_eq!(listed(&main.json(&["diff", "HEAD"])), []);
    tree.git(&["add", "-A"]);
    assert_eq!(listed(&tree.json(&["diff", "--staged"])), one("e.load", "invalidated"));
}

#[test]
fn a_submodule_that_went_on_is_a_change() {
    let folder = Folder::new(&[("lib/jobs.py", PIPE)]);
    let lib = folder.below("lib");
    lib.commit();
    let outer = folder.below("p");
    outer.write(".python-version", "3.12\n");
    outer.write("a.py", "x = 1\n");
    outer.commit();
    let url = lib.path("").display().to_string();
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "vendor"]);
    outer.commit();
    let inner = folder.below("p/vendor");
    inner.edit("jobs.py", "x + 1", "x + 2");
    inner.commit();
    outer.commit();
    assert_eq!(listed(&outer.json(&["diff", "--python", "3.12", "HEAD~1..HEAD"])), one("e.load", "invalidated"));
    assert_eq!(listed(&outer.json(&["diff", "--python", "3.12", "HEAD~2..HEAD~1"])).len(), 2);
    outer.git(&["submodule", "--quiet", "deinit", "-f", "vendor"]);
    let run = outer.run(&["diff", "HEAD~1..HEAD"]);
    assert!(run.err.contains("vendor is another commit of a submodule that isn't checked out"), "{}", run.err);
    let run = outer.run(&["diff", "HEAD~1"]);
    assert!(run.err.contains("vendor is another commit of a submodule"), "the index names another one: {}", run.err);
    let run = outer.run(&["diff", "HEAD"]);
    assert_eq!(run.err, "", "it is the one that the index names");
}
