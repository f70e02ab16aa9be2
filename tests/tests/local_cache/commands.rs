//! `tasklens local-cache` over a cache that the SDK filled, and over files that are none.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::home::Home;

const PIPE: &str = r#"
import pathlib
import flyte
import flyte.io

env = flyte.TaskEnvironment("ml", cache="auto")


@env.task
async def double(x: int, exp: str = "a") -> int:
    return x * 2


@env.task
async def model(lr: float) -> flyte.io.File:
    path = pathlib.Path("model.bin").absolute()
    path.write_text("content")
    return await flyte.io.File.from_local(str(path))


if __name__ == "__main__":
    import sys

    flyte.init(local_persistence=True)
    run = flyte.with_runcontext(mode="local").run
    run(double, 3)
    run(double, x=int(sys.argv[1]), exp="b")
    run(model, 0.1)
"#;

/// Standard output, standard error and the exit code.
fn said(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code().unwrap_or(-1))
}

fn minor(home: &Home) -> String {
    let program = "import sys; print(f'{sys.version_info[0]}.{sys.version_info[1]}')";
    let output = Command::new(&home.python).args(["-c", program]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn entries_are_named_shown_verified_and_cleared() {
    let Some(home) = Home::new() else { return };
    fs::write(home.path().join("pipe.py"), PIPE).unwrap();
    let run = |x: &str| {
        let mut command = Command::new(&home.python);
        command.args(["-B", "pipe.py", x]).current_dir(home.path()).env("HOME", home.path());
        let (_, errors, code) =
            said(&command.env_remove("UCTL_CONFIG").env_remove("FLYTECTL_CONFIG").output().unwrap());
        assert_eq!(code, 0, "{errors}");
    };
    run("5");
    let minor = minor(&home);
    let ask = |arguments: &[&str]| {
        let needs_python = !matches!(arguments[0], "path" | "verify");
        let python = ["--python", minor.as_str()];
        said(&home.tasklens(&[arguments, if needs_python { &python[..] } else { &[] }].concat()))
    };
    let json = |arguments: &[&str]| -> Value {
        let (out, errors, code) = ask(&[arguments, &["--format", "json"]].concat());
        assert_eq!(code, 0, "{errors}");
        serde_json::from_str(&out).unwrap()
    };
    // Three calls: two with literals, and one whose argument only its recorded run tells.
    let listed = json(&["list"]);
    let entries = listed["entries"].as_array().unwrap();
    let names: Vec<_> = entries.iter().map(|entry| (entry["task"].as_str(), entry["inputs"].to_string())).collect();
    let expected = [
        (Some("ml.double"), r#"{"x":"3","exp":"'a'"}"#.to_owned()),
        (Some("ml.double"), r#"{"x":"5","exp":"'b'"}"#.to_owned()),
        (Some("ml.model"), r#"{"lr":"0.1"}"#.to_owned()),
    ];
    assert_eq!(names, expected);
    assert_eq!((&listed["others"]["entries"], &entries[1]["from"]), (&Value::from(0), &Value::from("run")));

    let shown = json(&["show", "ml.double", "--input", "x=3"]);
    assert_eq!(shown["entries"].as_array().unwrap().len(), 1);
    assert_eq!(shown["entries"][0]["outputs"][0]["text"], "6");
    let key = entries[2]["key"].as_str().unwrap();
    let shown = json(&["show", &key[..8]]);
    let path = home.path().canonicalize().unwrap().join("model.bin");
    assert!(shown["entries"][0]["files"][0]["uri"].as_str().unwrap().ends_with("model.bin"), "{shown}");
    assert_eq!(ask(&["show", "ml.double", "--input", "x=4"]).2, 1);
    assert!(ask(&["show", "ml.doubel"]).1.contains("did you mean ml.double?"));

    assert_eq!(ask(&["verify"]).2, 0);
    fs::remove_file(path).unwrap();
    let (out, _, code) = ask(&["verify"]);
    assert!(code == 1 && out.contains(&format!("! {} names a file that is gone", &key[..8])), "{out}");

    let before = home.state();
    let (out, _, code) = ask(&["clear", "--task", "ml.double", "--dry-run"]);
    assert!(code == 0 && out.starts_with("would remove 2 entries of ml.double"), "{out}");
    let (_, errors, code) = ask(&["clear"]);
    assert!(code == 2 && errors.contains("say --yes"), "{errors}");
    assert_eq!(ask(&["clear", "--task", "ml.gone", "--yes"]).2, 2);
    assert!(home.state() == before, "nothing was to be removed");

    let (out, _, code) = ask(&["clear", "--key", &key[..8], "--yes"]);
    assert!(code == 0 && out.starts_with("removed 1 entry from"), "{out}");
    // Entries of code as it was are known only with a baseline.
    fs::write(home.path().join("pipe.py"), PIPE.replace("x * 2", "x * 3")).unwrap();
    let (out, _, _) = ask(&["clear", "--task", "ml.double", "--yes"]);
    assert!(out.contains("2 entries stay of which it is not known whose they are"), "{out}");
    fs::write(home.path().join("pipe.py"), PIPE).unwrap();
    let (out, _, _) = ask(&["clear", "--task", "ml.double", "--yes"]);
    assert!(out.starts_with("removed 2 entries of ml.double"), "{out}");
    assert_eq!(json(&["list"])["others"]["entries"], 0);
    assert_eq!(home.ask(&["count"])["check"], "ok");
}

#[test]
fn files_that_are_no_cache_are_told_with_what_to_do() {
    let Some(home) = Home::new() else { return };
    let at = |name: &str| home.path().join(name);
    let sql = |name: &str, statements: &str| {
        let program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
        assert!(
            Command::new(&home.python).args(["-c", program]).arg(at(name)).arg(statements).status().unwrap().success()
        );
    };
    fs::write(at("empty.db"), "").unwrap();
    fs::write(
        at("text.db"),
        "some text, which is longer than the header of a database, that is to say than a hundred bytes",
    )
    .unwrap();
    fs::create_dir(at("folder.db")).unwrap();
    sql("foreign.db", "CREATE TABLE notes (text TEXT)");
    sql("newer.db", "CREATE TABLE task_cache (digest TEXT, outputs BLOB)");
    sql("wal.db", "PRAGMA journal_mode = WAL; CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB)");
    let all = |name: &str| -> Vec<(String, i32)> {
        let commands: [&[&str]; 5] =
            [&["list"], &["show", "abcdef"], &["verify"], &["clear", "--dry-run"], &["clear", "--yes"]];
        let before = at(name).is_file().then(|| fs::read(at(name)).unwrap());
        let ask = |command: &&[&str]| {
            let path = at(name);
            let (out, errors, code) =
                said(&home.tasklens(&[command, &["--path", path.to_str().unwrap()][..]].concat()));
            (out + &errors, code)
        };
        let answers = commands.iter().map(ask).collect();
        assert_eq!(at(name).is_file().then(|| fs::read(at(name)).unwrap()), before, "{name} was changed");
        answers
    };
    let each = |name: &str, codes: [i32; 5], words: &str| {
        for ((text, code), expected) in all(name).into_iter().zip(codes) {
            assert!(code == expected && text.contains(words), "{name}: {code}, {text}");
        }
    };
    each("none.db", [0, 2, 0, 0, 0], "there is no local cache yet: the first cached local run makes it");
    assert!(!at("none.db").exists(), "a file was made");
    each("text.db", [2, 2, 2, 2, 2], "is damaged or no cache of Flyte");
    each("folder.db", [2, 2, 2, 2, 2], "it is a folder; name the file cache.db in it");
    each("newer.db", [2, 2, 2, 2, 2], "is no cache that Flyte 2.9 to 2.12 writes");
    each("wal.db", [2, 2, 2, 2, 2], "it is in WAL mode");
    each("empty.db", [0, 2, 0, 0, 0], "");
    each("foreign.db", [0, 2, 0, 0, 0], "");
    assert!(all("empty.db")[0].0.contains("the SDK has not used it yet"));
    assert!(all("foreign.db")[2].0.contains("no table task_cache, but notes"));
}

#[test]
fn a_locked_cache_is_told_as_such() {
    let Some(home) = Home::new() else { return };
    home.ask(&["run"]);
    let program = "
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute('BEGIN EXCLUSIVE')
print('held', flush=True)
sys.stdin.read()
";
    let mut holder = Command::new(&home.python)
        .args(["-c", program])
        .arg(home.cache())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    for command in [&["verify"][..], &["clear", "--yes"]] {
        let (_, errors, code) = said(&home.tasklens(command));
        assert!(code == 2 && errors.contains("is locked by a running program: ask again when it is done"), "{errors}");
    }
    drop(holder.stdin.take());
    holder.wait().unwrap();
    assert_eq!(said(&home.tasklens(&["list"])).2, 0);
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read_is_told_as_such() {
    use std::os::unix::fs::PermissionsExt;
    let Some(home) = Home::new() else { return };
    home.ask(&["run"]);
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set(&home.cache(), 0o000);
    if fs::read(home.cache()).is_ok() {
        return tasklens_tests::setup::skip_optional("this user may read everything");
    }
    assert!(said(&home.tasklens(&["list"])).1.contains("can't be read: Permission denied"));
    set(&home.cache(), 0o400);
    assert_eq!(said(&home.tasklens(&["list"])).2, 0);
    assert!(said(&home.tasklens(&["clear", "--yes"])).1.contains("can't be written"));
}
