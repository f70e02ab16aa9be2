//! `tasklens diff` over a scripted repository: a commit for each kind of edit that people make, each compared with the one before, and
//! the answer held against what the real SDK makes of checked-out copies of both.
//!
//! Guards: a task is told to be as it was only if version, interface, ignored inputs and name are, by the SDK; and each task that is
//! listed has the class and the reason that the edit has.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod edits;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use edits::{EDITS, Edit, PROJECT, Step};
use serde_json::Value;
use tasklens_tests::setup::{Setup, root, skip};

/// A task as the SDK has it: behavior, version, interface, ignored inputs.
type Told = BTreeMap<String, Value>;

struct Repository {
    folder: tempfile::TempDir,
    /// Checked-out copies, one a commit.
    copies: tempfile::TempDir,
}

impl Repository {
    fn path(&self) -> PathBuf {
        self.folder.path().join("p")
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args(arguments).env("HOME", self.folder.path());
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "a@example.org");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits what there is, and keeps a copy of it.
    fn commit(&self, message: &str) -> PathBuf {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        let copy = self.copies.path().join(self.git(&["rev-list", "--count", "HEAD"]));
        fs::create_dir_all(&copy).unwrap();
        let work_tree = format!("--work-tree={}", copy.display());
        let index = self.folder.path().join("index");
        let output = Command::new("git")
            .current_dir(self.path())
            .args([&work_tree, "checkout", "-q", "HEAD", "--", "."])
            .env("GIT_INDEX_FILE", index)
            .status();
        assert!(output.unwrap().success());
        copy
    }

    fn apply(&self, edit: &Edit, before: &Told) {
        for step in edit.steps {
            let at = |file: &str| self.path().join(file);
            let read = |file: &str| fs::read_to_string(at(file)).unwrap();
            match *step {
                Step::Replace(file, from, to) => {
                    let text = read(file);
                    assert_eq!(text.matches(from).count(), 1, "{}: {from:?} in {file}: {text}", edit.name);
                    fs::write(at(file), text.replace(from, to)).unwrap();
                }
                Step::Write(file, text) => {
                    fs::create_dir_all(at(file).parent().unwrap()).unwrap();
                    fs::write(at(file), text).unwrap();
                }
                Step::Append(file, text) => fs::write(at(file), read(file) + text).unwrap(),
                Step::Remove(file) => fs::remove_file(at(file)).unwrap(),
                Step::Move(from, to) => {
                    fs::create_dir_all(at(to).parent().unwrap()).unwrap();
                    fs::rename(at(from), at(to)).unwrap();
                }
                Step::Windows(file) => fs::write(at(file), read(file).replace('\n', "\r\n")).unwrap(),
                Step::Mark(file) => fs::write(at(file), format!("\u{feff}{}", read(file))).unwrap(),
                Step::Unpin(file, task) => {
                    let version = before[task]["version"].as_str().unwrap();
                    let pin = format!("(cache=Cache(\"auto\", version_override=\"{version}\"))");
                    let text = read(file);
                    assert!(text.contains(&pin), "{text}");
                    fs::write(at(file), text.replace(&pin, "")).unwrap();
                }
                Step::Version(file, from, task) => {
                    let version = before[task]["version"].as_str().unwrap();
                    fs::write(at(file), read(file).replace(from, version)).unwrap();
                }
            }
        }
    }
}

/// What the SDK makes of the tasks in copies, by copy, each under the Python that its `.python-version` names.
fn described(pythons: &BTreeMap<String, PathBuf>, copies: &[PathBuf]) -> BTreeMap<PathBuf, Told> {
    let mut found: BTreeMap<PathBuf, Told> = BTreeMap::new();
    for (minor, python) in pythons {
        let is_its = |copy: &&PathBuf| fs::read_to_string(copy.join(".python-version")).unwrap().trim() == minor;
        let mut files = Vec::new();
        for copy in copies.iter().filter(is_its) {
            found.insert(copy.clone(), Told::new());
            files.extend(task_files(copy));
        }
        for answer in describe(python, &files) {
            let file = PathBuf::from(answer["file"].as_str().unwrap());
            assert!(answer["error"].is_null(), "{answer}");
            let copy = copies.iter().find(|copy| file.starts_with(copy)).unwrap();
            for task in answer["tasks"].as_array().unwrap().iter().filter(|task| task["override"] == false) {
                found.get_mut(copy).unwrap().insert(task["task"].as_str().unwrap().to_owned(), task.clone());
            }
        }
    }
    found
}

fn task_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files.extend(task_files(&entry));
        } else if fs::read_to_string(&entry).is_ok_and(|text| text.contains(".task")) {
            files.push(entry);
        }
    }
    files.sort();
    files
}

fn describe(python: &Path, files: &[PathBuf]) -> Vec<Value> {
    let script = root().join("tests/flyte/describe.py");
    let mut command = Command::new(python);
    command.arg(script).arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).env("PYTHONDONTWRITEBYTECODE", "1");
    // Modules beside the package that a script is in.
    let mut child = command.spawn().unwrap();
    let list: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    child.stdin.take().unwrap().write_all(list.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What `tasklens diff` says of two commits.
fn diff(repository: &Repository, range: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"))
        .args(["diff", range, "--format", "json"])
        .current_dir(repository.path())
        .env("HOME", repository.folder.path())
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(2), "{range}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn is_cached(task: &Value) -> bool {
    task["behavior"] != "disable"
}

/// What differs of a task by the SDK: the class that has to be told, without what only the author can mean.
fn relation(then: Option<&Value>, now: Option<&Value>) -> &'static str {
    match (then, now) {
        (None, None) => "nothing",
        (Some(then), None) => {
            if is_cached(then) {
                "gone"
            } else {
                "nothing"
            }
        }
        (None, Some(now)) => {
            if is_cached(now) {
                "new"
            } else {
                "nothing"
            }
        }
        (Some(then), Some(now)) => match (is_cached(then), is_cached(now)) {
            (false, false) => "nothing",
            (true, false) => "disabled",
            (false, true) => "enabled",
            (true, true) if then["version"] != now["version"] => "version",
            (true, true) if then["interface_hash"] != now["interface_hash"] => "key",
            (true, true) if then["ignored_inputs"] != now["ignored_inputs"] => "key",
            (true, true) => "same",
        },
    }
}

/// Whether a class is right for what the SDK says of a task.
fn fits(class: &str, relation: &str, reason: &str) -> bool {
    match class {
        // In an image, or at a call, it is another version than here.
        "invalidated" if reason.contains("image") || reason.contains("override") => {
            matches!(relation, "same" | "nothing")
        }
        "invalidated" => relation == "version",
        "other-key" => relation == "key",
        "stale" => relation == "same",
        "renamed" | "new" => relation == "new",
        "unknown" => matches!(relation, "version" | "same" | "nothing"),
        other => relation == other,
    }
}

#[test]
fn every_kind_of_edit_is_told_as_the_sdk_has_it() {
    let pythons: BTreeMap<String, PathBuf> =
        Setup::load().flyte.into_iter().filter(|(minor, _)| ["3.12", "3.13"].contains(&minor.as_str())).collect();
    if pythons.len() < 2 {
        return skip("the SDK under 3.12 and 3.13");
    }
    assert!(EDITS.len() >= 40, "kinds of edits: {}", EDITS.len());
    let repository = Repository { folder: tempfile::tempdir().unwrap(), copies: tempfile::tempdir().unwrap() };
    fs::create_dir_all(repository.path()).unwrap();
    repository.git(&["init", "-q", "-b", "main"]);
    for (file, text) in PROJECT {
        fs::write(repository.path().join(file), text).unwrap();
    }
    let mut copies = vec![repository.commit("first")];
    let mut known: BTreeMap<PathBuf, Told> = BTreeMap::new();
    for edit in EDITS {
        let before = copies.last().unwrap().clone();
        if edit.steps.iter().any(|step| matches!(step, Step::Version(..) | Step::Unpin(..))) {
            known.extend(described(&pythons, std::slice::from_ref(&before)));
        }
        repository.apply(edit, known.get(&before).unwrap_or(&Told::new()));
        copies.push(repository.commit(edit.name));
    }
    let sdk = described(&pythons, &copies);
    let mut wrong = Vec::new();
    let mut listed = 0;
    for (at, edit) in EDITS.iter().enumerate() {
        let (then, now) = (&sdk[&copies[at]], &sdk[&copies[at + 1]]);
        let back = EDITS.len() - at;
        let found = diff(&repository, &format!("HEAD~{back}..HEAD~{}", back - 1));
        assert_eq!(found["problems"], serde_json::json!([]), "{}", edit.name);
        let mut told: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        let mut was: BTreeSet<&str> = BTreeSet::new();
        for task in found["tasks"].as_array().unwrap() {
            let (class, reason) = (task["class"].as_str().unwrap(), task["reason"].as_str().unwrap());
            let name = task["task"].as_str().or(task["base"]["task"].as_str());
            told.insert(name.unwrap(), (class, reason));
            was.extend(task["base"]["task"].as_str().filter(|_| class == "renamed"));
            for (side, of) in [("base", then), ("head", now)] {
                let (Some(version), Some(name)) = (task[side]["version"].as_str(), task[side]["task"].as_str()) else {
                    continue;
                };
                if task[side]["cached"] == true && of[name]["version"] != version {
                    wrong.push(format!("{}: {name} has {} in {side}, not {version}", edit.name, of[name]["version"]));
                }
            }
        }
        listed += told.len();
        for (task, class, reason) in edit.expected {
            match told.get(task) {
                Some((told, why)) if told == class && why.contains(reason) => {}
                told => wrong.push(format!("{}: {task} is {told:?}, not {class} ({reason})", edit.name)),
            }
        }
        for name in then.keys().chain(now.keys()).map(String::as_str).collect::<BTreeSet<&str>>() {
            let relation = relation(then.get(name), now.get(name));
            let fits = match told.get(name) {
                Some((class, reason)) => fits(class, relation, reason),
                None => matches!(relation, "same" | "nothing") || (relation == "gone" && was.contains(name)),
            };
            if !fits {
                wrong.push(format!("{}: {name} is {relation} by the SDK, told as {:?}", edit.name, told.get(name)));
            }
            if told.contains_key(name) && !edit.expected.iter().any(|(task, ..)| *task == name) {
                wrong.push(format!("{}: {name} is told as {:?}", edit.name, told.get(name)));
            }
        }
    }
    eprintln!("{} kinds of edits, {listed} tasks told, {} wrong", EDITS.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
