//! Bad input of any kind is a message about that file, or that repository; the rest goes on.

use std::fs::File;

use crate::project::{Folder, script};

/// The messages about a file.
fn problems(folder: &Folder, arguments: &[&str], file: &str) -> Vec<String> {
    let report = folder.json(arguments);
    let names = |tasks: &serde_json::Value| {
        tasks.as_array().unwrap().iter().map(|task| task["task"].to_string()).collect::<Vec<_>>()
    };
    assert!(names(&report["tasks"]).contains(&"\"e.good\"".to_owned()), "the rest goes on: {report:#}");
    let found = report["problems"].as_array().unwrap().iter().filter(|problem| problem["file"] == file);
    found.map(|problem| problem["message"].as_str().unwrap().to_owned()).collect()
}

fn one_problem(content: &[u8]) -> String {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    folder.write("bad.py", content);
    let mut found = problems(&folder, &["status"], "bad.py");
    assert_eq!(found.len(), 1, "one message a cause: {found:?}");
    assert_eq!(folder.run(&["status"]).code, 1);
    found.remove(0)
}

#[test]
fn text_that_python_refuses() {
    let task = script("bad");
    assert!(one_problem(&[task.as_bytes(), b"# caf\xe9\n"].concat()).contains("0xe9"));
    assert!(one_problem(&[task.as_bytes(), b"a = '\0'\n"].concat()).contains("null byte"));
    assert!(one_problem(&[task.as_bytes(), b"def f(:\n"].concat()).contains("SyntaxError"));
    assert!(one_problem(&[task.as_bytes(), b"return 1\n"].concat()).contains("'return' outside function"));
}

#[test]
fn a_task_of_a_refused_file_has_no_version_and_says_why() {
    let folder = Folder::new(&[("bad.py", &(script("bad") + "x = = 1\n"))]);
    let task = folder.status_of("e.bad");
    assert_eq!(task["version"], serde_json::Value::Null);
    assert!(task["unknown"].as_str().unwrap().contains("SyntaxError"), "{task}");
    assert_eq!(task["status"], "unknown");
    let out = folder.run(&["status"]).out;
    assert_eq!(out.matches("SyntaxError").count(), 1, "once a file, not once a task: {out}");
    assert!(out.contains("Python refuses the file: see the problem below"), "{out}");
}

#[test]
fn a_file_of_fifty_megabytes() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    File::create(folder.path("big.py")).unwrap().set_len(50 << 20).unwrap();
    let found = problems(&folder, &["status"], "big.py");
    assert!(found.len() == 1 && found[0].contains("50 MiB are more than the 16 MiB"), "{found:?}");
    let lines = folder.run(&["hash", "--functions", "--format", "ndjson"]).out;
    assert!(lines.contains("50 MiB are more") && lines.contains("\"qualname\":\"good\""), "{lines}");
}

#[test]
fn paths_that_lead_nowhere() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    assert_eq!(problems(&folder, &["status", "good.py", "missing.py"], "missing.py"), ["no such file or folder"]);
    let run = folder.run(&["status", "missing.py"]);
    assert_eq!(run.code, 2, "nothing was readable");
    assert!(run.out.contains("missing.py  no such file or folder"), "{}", run.out);
}

#[test]
fn the_exit_code_says_whether_anything_was_read() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    folder.write("latin.py", [script("latin").as_bytes(), b"# caf\xe9\n"].concat());
    folder.write("syntax.py", "import flyte\nx = = 1\n");
    for command in [&["hash"][..], &["hash", "--functions"], &["status"]] {
        let code = |paths: &[&str]| folder.run(&[command, paths].concat()).code;
        assert_eq!(code(&["good.py"]), 0, "{command:?}");
        assert_eq!(code(&["gone.py", "good.py"]), 1, "{command:?}: a path that leads nowhere is none of the files");
        assert_eq!(code(&["gone.py", "latin.py", "good.py"]), 1, "{command:?}");
        assert_eq!(code(&["latin.py"]), 2, "{command:?}: there is no text in an unknown encoding");
        assert_eq!(code(&["gone.py", "latin.py"]), 2, "{command:?}");
        assert_eq!(code(&["syntax.py"]), 1, "{command:?}: a text that Python refuses was read");
    }
    let list = folder.run_with(&["hash", "-"], &[], b"good.py\ngone.py\n");
    assert_eq!(list.code, 1, "a list may name files that were deleted");
}

#[cfg(unix)]
#[test]
fn links_and_pipes() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[("good.py", &script("good"))]);
    symlink("loop.py", folder.path("loop.py")).unwrap();
    symlink(".", folder.path("self")).unwrap();
    symlink("nothing.py", folder.path("dangling.py")).unwrap();
    assert!(problems(&folder, &["status"], "loop.py")[0].contains("leads back to itself"));
    assert!(problems(&folder, &["hash"], "dangling.py")[0].contains("a link to nothing"));
    assert_eq!(folder.json(&["hash"])["tasks"].as_array().unwrap().len(), 1, "the folder is not walked twice");
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("good.py", &script("good")), ("locked.py", &script("locked")), ("shut/a.py", "")]);
    for path in ["locked.py", "shut"] {
        std::fs::set_permissions(folder.path(path), std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    if File::open(folder.path("locked.py")).is_ok() {
        // The superuser reads everything: there is nothing to see.
        return;
    }
    for path in ["locked.py", "shut"] {
        let found = problems(&folder, &["status"], path);
        assert!(found.len() == 1 && found[0].contains("ermission denied"), "{path}: {found:?}");
    }
    std::fs::set_permissions(folder.path("shut"), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn folders_named_like_files_and_notebooks() {
    let folder =
        Folder::new(&[("good.py", &script("good")), ("folder.py/inner.py", &script("inner")), ("n.ipynb", "{}")]);
    let report = folder.json(&["hash"]);
    assert_eq!((report["tasks"].as_array().unwrap().len(), &report["problems"]), (2, &serde_json::json!([])));
    assert!(problems(&folder, &["hash", ".", "n.ipynb"], "n.ipynb")[0].starts_with("notebooks are not read"));
}

/// What `status` says of a baseline that it can't have, and that it goes on.
fn no_baseline(folder: &Folder, variables: &[(&str, &str)]) -> String {
    let run = folder.run_with(&["status", "--format", "json"], variables, b"");
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let told = report["problems"].as_array().unwrap().iter();
    let told = told.filter(|problem| problem["message"].as_str().unwrap().starts_with("no baseline: "));
    let told: Vec<_> = told.map(|problem| (&problem["file"], &problem["line"])).collect();
    let expected = if report["baseline"].is_null() { 1 } else { 0 };
    assert_eq!(told, vec![(&serde_json::Value::Null, &serde_json::Value::Null); expected], "{report:#}");
    let run = folder.run_with(&["status"], variables, b"");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("good"), "{}", run.out);
    run.out.lines().find(|line| line.contains("baseline") || line.contains("note:")).unwrap_or_default().to_owned()
}

#[test]
fn repositories_without_a_baseline() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    assert!(no_baseline(&folder, &[]).contains("is not in a git repository"));
    folder.git(&["init", "-q"]);
    assert!(no_baseline(&folder, &[]).contains("no commit yet"));
    folder.commit();
    assert_eq!(no_baseline(&folder, &[]), "");
    let other = no_baseline(&folder, &[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")]);
    assert!(other.contains("another user owns it") && other.contains("safe.directory"), "{other}");
    assert!(no_baseline(&folder, &[("PATH", "/nowhere")]).contains("git is not on PATH"));
}

#[test]
fn a_shallow_clone() {
    let folder = Folder::new(&[("up/good.py", &script("good")), ("up/.python-version", "3.12\n")]);
    folder.git(&["init", "-q", "-b", "main", "up"]);
    let up = |arguments: &[&str]| folder.git(&[&["-C", "up"], arguments].concat());
    up(&["add", "-A"]);
    up(&["commit", "-q", "-m", "base"]);
    up(&["switch", "-q", "-c", "feature"]);
    folder.edit("up/good.py", "x + 1", "x + 2");
    up(&["commit", "-q", "-a", "-m", "mine"]);
    up(&["switch", "-q", "main"]);
    folder.write("up/other.py", "");
    up(&["add", "-A"]);
    up(&["commit", "-q", "-m", "others"]);
    let url = format!("file://{}", folder.path("up").display());
    folder.git(&["clone", "-q", "--depth=1", "--no-single-branch", "-b", "feature", &url, "shallow"]);
    let run = folder.command(&folder.path("shallow")).arg("status").output().unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    assert!(out.contains("this clone is shallow") && out.contains("git fetch --unshallow"), "{out}");
}

#[test]
fn a_baseline_that_was_named_must_be_there() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    folder.commit();
    let run = folder.run(&["status", "--baseline", "nowhere"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("`nowhere` names no commit here"), "{}", run.err);
}
