//! `keep` over all forms that the table of cases and the examples have: every cached task is pinned or refused in words, and
//! afterwards the real SDK makes of every file what it made before, but for the versions that were pinned. Then all pins are
//! taken back, and the files are what they were.
//!
//! What changes every version without an edit is another Python: 3.11 at the baseline, 3.12 now.

#![allow(clippy::expect_used, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tasklens::analysis::Known;
use tasklens::environment::Outside;
use tasklens::status::explain::Selector;
use tasklens::status::keep::{Meant, Plan, Refusal, plan};
use tasklens::status::walk::walk;
use tasklens::status::{Against, Question, Report, Session, TaskStatus, ask};
use tasklens_tests::setup::{self, Setup, root};

/// What the SDK must say as before.
const FIELDS: [&str; 6] = ["task", "behavior", "serialize", "inputs", "ignored_inputs", "max_age_seconds"];

fn question(cwd: &Path) -> Question<'_> {
    Question { against: Against::Revision("HEAD"), ..Question::at(cwd) }
}

fn outside() -> Outside {
    Outside::new([("PATH".into(), std::env::var_os("PATH").unwrap_or_default())], None)
}

fn report(cwd: &Path) -> Report {
    let walked = walk(&[cwd.to_owned()], cwd, &|_| {});
    ask(&question(cwd), walked, &outside()).expect("the baseline is there")
}

fn planned(cwd: &Path, wanted: &str, meant: Meant) -> Result<Plan, Refusal> {
    let walked = walk(&[cwd.to_owned()], cwd, &|_| {});
    plan(&mut Session::default(), &question(cwd), walked, &outside(), &Selector::of(wanted), meant)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args([
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=a@example.org",
        "-c",
        "core.autocrlf=false",
    ]);
    assert!(git.args(arguments).output().expect("git runs").status.success(), "git {arguments:?}");
}

/// The folders of cases and examples; every fourth in the sampled tier.
fn folders(all: bool) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = [root().join("tests/flyte/cases"), root().join("examples")]
        .iter()
        .flat_map(|parent| fs::read_dir(parent).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    if all { folders } else { folders.into_iter().step_by(4).collect() }
}

/// What the SDK makes of files: their tasks, in the order in which they are made.
fn described(python: &Path, files: &[PathBuf]) -> BTreeMap<String, Vec<Value>> {
    let mut command = Command::new(python);
    command.arg(root().join("tests/flyte/describe.py")).arg("-").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("Python runs");
    let list: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    let mut input = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(list.join("\n").as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("the list is read");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let answers = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    answers
        .map(|answer| {
            let file = answer["file"].as_str().expect("a file").to_owned();
            (file, answer["tasks"].as_array().cloned().unwrap_or_default())
        })
        .collect()
}

/// A plan for a task by its name, or where several have it, by its line.
fn by_name(cwd: &Path, task: &str, file: &Path, meant: Meant) -> Result<Plan, Refusal> {
    match planned(cwd, task, meant) {
        Err(Refusal::Several { .. } | Refusal::Select(_)) => {
            let is_it = |status: &&TaskStatus| {
                named(status) == task && *status.task.place.file == *file && status.pinned == (meant == Meant::Unpin)
            };
            let line = report(cwd).tasks.iter().find(is_it).map_or(0, |status| status.task.place.line);
            planned(cwd, &format!("{}:{line}", file.display()), meant)
        }
        other => other,
    }
}

fn named(status: &TaskStatus) -> String {
    match &status.task.name {
        Known::Value(name) => name.clone(),
        Known::Unknown(_) => status.task.function.clone(),
    }
}

#[test]
fn every_form_is_pinned_and_unpinned_or_refused_in_words() {
    let Some(python) = Setup::load().flyte.remove("3.12") else { return setup::skip("the SDK for 3.12") };
    let only = std::env::var("TASKLENS_CASES").unwrap_or_default();
    let (mut pinned, mut refused, mut wrong) = (0, BTreeMap::<String, usize>::new(), Vec::new());
    let all = setup::long() || !only.is_empty();
    for folder in folders(all).into_iter().filter(|folder| folder.to_string_lossy().contains(&only)) {
        let temp = tempfile::tempdir().expect("a folder");
        let cwd = temp.path().canonicalize().expect("it is there").join("project");
        copy(&folder, &cwd);
        fs::write(cwd.join(".python-version"), "3.11\n").expect("written");
        git(&cwd, &["init", "-q"]);
        git(&cwd, &["add", "-A", "-f"]);
        git(&cwd, &["commit", "-q", "-m", "first"]);
        fs::write(cwd.join(".python-version"), "3.12\n").expect("written");

        let files = walk(std::slice::from_ref(&cwd), &cwd, &|_| {}).files;
        let texts: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).expect("a file")).collect();
        let before = described(&python, &files);
        let mut tasks: Vec<(PathBuf, String)> =
            report(&cwd).tasks.iter().map(|status| (status.task.place.file.to_path_buf(), named(status))).collect();
        tasks.dedup();
        let mut kept: BTreeSet<(String, String)> = BTreeSet::new();
        let mut lines = Vec::new();
        for (file, name) in tasks {
            match by_name(&cwd, &name, &file, Meant::Pin) {
                Ok(plan) => {
                    fs::write(&plan.file, &plan.after).expect("written");
                    pinned += 1;
                    kept.insert((plan.file.display().to_string(), plan.task.clone()));
                    lines.push((plan.task, file));
                }
                Err(refusal) => {
                    let text = refusal.to_string();
                    assert!(!text.is_empty());
                    let words = text.split(": ").nth(1).unwrap_or(&text).to_owned();
                    *refused.entry(words).or_default() += 1;
                }
            }
        }
        let now = report(&cwd);
        let after = described(&python, &files);
        for (file, old) in &before {
            let new = after.get(file).cloned().unwrap_or_default();
            if old.len() != new.len() {
                wrong.push(format!("{file}: {} tasks, then {}", old.len(), new.len()));
                continue;
            }
            for (old, new) in old.iter().zip(&new) {
                let name = old["task"].as_str().unwrap_or_default();
                let id = (old["file"].as_str().unwrap_or(file).to_owned(), name.to_owned());
                let same = FIELDS.iter().all(|field| old[*field] == new[*field]);
                // Several may have the name: branches, scripts that share an environment.
                let of_name: Vec<&TaskStatus> = now
                    .tasks
                    .iter()
                    .filter(|status| {
                        status.task.name == Known::Value(name.to_owned())
                            && status.task.place.file.display().to_string() == id.0
                    })
                    .collect();
                let baseline: Vec<String> = of_name
                    .iter()
                    .filter_map(|status| match &status.before.as_ref()?.computed.version {
                        Known::Value(version) => Some(version.clone()),
                        Known::Unknown(_) => None,
                    })
                    .collect();
                let version_fits = match (kept.contains(&id), old["override"] == true) {
                    // A spec of its own at a call is not pinned, and its version is made of the whole function.
                    (_, true) => true,
                    (true, false) => {
                        let is_other = of_name.len() > 1 && old["version"] == new["version"];
                        is_other || baseline.iter().any(|version| new["version"] == version.as_str())
                    }
                    (false, _) => old["version"] == new["version"],
                };
                let same = same || old["override"] == true;
                if !same || !version_fits {
                    wrong.push(format!("{file} {name}: {old}\n  became {new}, the baseline has {baseline:?}"));
                }
            }
        }
        for (task, file) in lines.iter().rev() {
            match by_name(&cwd, task, file, Meant::Unpin) {
                Ok(plan) => fs::write(&plan.file, &plan.after).expect("written"),
                Err(refusal) => wrong.push(format!("undo of {}: {refusal}", file.display())),
            }
        }
        for (file, text) in files.iter().zip(&texts) {
            let now = fs::read(file).expect("a file");
            if now != *text {
                wrong.push(format!("{}: not as it was:\n{}", file.display(), String::from_utf8_lossy(&now)));
            }
        }
    }
    eprintln!("{pinned} pinned, refused: {refused:#?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(pinned > if only.is_empty() { 20 } else { 0 });
}
