//! GitLab's job: its own shell lines, in one shell, as GitLab's runner runs them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tasklens_tests::setup;

use crate::ran::{on_path, ran, tool};
use crate::wheel;

const PIPE: &str = "import flyte\n\nenv = flyte.TaskEnvironment(name=\"ml\", cache=\"auto\")\n\n\n@env.task\ndef train(x: int) -> int:\n    return x + 1\n";

fn git(folder: &Path, arguments: &[&str]) -> String {
    let settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.args(settings).args(arguments).current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1");
    ran(command.env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" }))
}

#[test]
fn a_merge_request_gets_a_report_and_a_verdict() {
    let (Some(_), Some(bash), Some(wheels)) = (tool("python"), on_path("bash"), wheel::wheels()) else { return };
    let read = wheel::python()
        .arg("-B")
        .args(["tests/packaging/shells.py", "gitlab/tasklens.yml"])
        .current_dir(setup::root())
        .output();
    let jobs: Vec<Value> = serde_json::from_slice(&read.unwrap().stdout).unwrap();
    let [job] = &jobs[..] else { panic!("one job: {jobs:?}") };

    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir_all(&work).unwrap();
    git(&work, &["init", "-q", "-b", "main"]);
    fs::write(work.join(".python-version"), "3.12\n").unwrap();
    fs::write(work.join("pipe.py"), PIPE).unwrap();
    git(&work, &["add", "-A"]);
    git(&work, &["commit", "-q", "-m", "base"]);
    let base = git(&work, &["rev-parse", "HEAD"]);
    let changed = PIPE.replace("x + 1", "x + 2").replace("@env.task", "@env.task(cache=flyte.Cache(\"Auto\"))");
    fs::write(work.join("pipe.py"), changed).unwrap();
    // What lies in the checkout is not what pip imports.
    let sprung = folder.path().join("sprung");
    fs::write(work.join("venv.py"), format!("open({:?}, 'w')\n", sprung.to_str().unwrap())).unwrap();
    git(&work, &["add", "-A"]);
    git(&work, &["commit", "-q", "-m", "change"]);

    let run = |fail_on: &str| -> Output {
        let script = job["script"].as_str().unwrap();
        let mut command = Command::new(&bash);
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(&work).env_clear();
        let (path, home) = (std::env::var_os("PATH").unwrap_or_default(), folder.path().join("home"));
        fs::create_dir_all(&home).unwrap();
        command.env("PATH", path).env("HOME", &home).env("TMPDIR", folder.path());
        command.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &wheels);
        command.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim()).env("TASKLENS_FAIL_ON", fail_on);
        command.env("TASKLENS_VERSION", env!("CARGO_PKG_VERSION")).output().unwrap()
    };
    let said = |output: &Output| {
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };

    let told = run("");
    assert!(told.status.success() && said(&told).contains("train"), "{}", said(&told));
    assert!(!sprung.exists(), "something of the merge request was run");
    let report: Value = serde_json::from_slice(&fs::read(work.join("gl-code-quality-report.json")).unwrap()).unwrap();
    assert_eq!(report[0]["location"]["path"], "pipe.py", "{report}");
    assert!(fs::read_to_string(work.join("tasklens.md")).unwrap().contains("`ml.train`"));

    let refused = run("recompute,unknown");
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));

    // What can't be compared might be what is refused; where nothing is, it is told only.
    fs::write(work.join("pipe.py"), PIPE.replace("x + 1", "(")).unwrap();
    git(&work, &["commit", "-q", "-a", "-m", "broken"]);
    let told = run("");
    assert!(told.status.success() && said(&told).contains("SyntaxError"), "{}", said(&told));
    assert_eq!(run("stale").status.code(), Some(1));
}
