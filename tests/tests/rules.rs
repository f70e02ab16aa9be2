//! The rules of `tasklens check` against the real SDK: their fixtures are imported, as they are and after their fixes, and what the
//! rules claim of the SDK is run.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tasklens_tests::setup::{Setup, long, root, skip};

/// What importing a file raises with the real SDK; `None` if it can be imported.
type Raised = BTreeMap<String, Option<String>>;

/// The Pythons that hold the SDK, by minor; without one the tests have nothing to ask.
fn pythons() -> BTreeMap<String, PathBuf> {
    let pythons = Setup::load().flyte;
    if pythons.is_empty() {
        skip("the SDK");
    }
    pythons
}

/// What importing files raises under each of the Pythons, which are asked at the same time.
fn imported_under(pythons: &BTreeMap<String, PathBuf>, files: &[PathBuf]) -> BTreeMap<String, Raised> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = pythons
            .iter()
            .map(|(minor, python)| (minor.clone(), scope.spawn(move || imported(python, files))))
            .collect();
        asked.into_iter().map(|(minor, raised)| (minor, raised.join().unwrap())).collect()
    })
}

fn imported(python: &Path, files: &[PathBuf]) -> Raised {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(python)
        .arg(root().join("tests/flyte/imports.py"))
        .args(files)
        .env("HOME", home.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last)
        .unwrap_or_else(|error| panic!("{error}: {text}\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// Writes every part of every fixture as a file of its own: the file, its rule and whether the SDK is to raise.
fn written(folder: &Path) -> Vec<(PathBuf, String, bool)> {
    let mut all = Vec::new();
    let fixtures = fs::read_dir(root().join("server/src/rules/fixtures")).unwrap();
    for fixture in fixtures.map(|entry| entry.unwrap().path()) {
        let rule = fixture.file_stem().unwrap().to_str().unwrap().to_owned();
        for (number, part) in fs::read_to_string(&fixture).unwrap().split("# --- ").skip(1).enumerate() {
            let (title, text) = part.split_once('\n').unwrap();
            let file = folder.join(&rule).join(format!("part{number}.py"));
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
            all.push((file, rule.clone(), title.starts_with("raises")));
        }
    }
    all.sort();
    all
}

fn check(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
    command.arg("check").args(arguments).args(["--python", "3.12"]).current_dir(folder);
    let output = command.output().unwrap();
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_sdk_raises_where_a_rule_says_so_and_takes_what_fixes_leave() {
    let pythons = pythons();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let all = written(&root);
    assert!(all.len() > 40, "the fixtures are there");
    let files: Vec<PathBuf> = all.iter().map(|(file, ..)| file.clone()).collect();
    let before = imported_under(&pythons, &files);
    let mut problems = Vec::new();
    for (file, rule, raises) in &all {
        let path = file.to_str().unwrap();
        // What a rule quotes of the SDK are its very words.
        let json: serde_json::Value = serde_json::from_str(&check(
            file.parent().unwrap(),
            &[path, "--select", "refused-at-import", "--format", "json"],
        ))
        .unwrap();
        let findings = json["findings"].as_array().unwrap().iter();
        let quoted: Vec<&str> = findings
            .filter_map(|finding| finding["message"].as_str().unwrap().strip_prefix("the SDK raises at import: "))
            .collect();
        for (minor, raised) in &before {
            let raised = &raised[path];
            if raised.is_some() != *raises {
                problems.push(format!("{minor}: {rule} {path}: {raised:?}"));
            }
            for quoted in quoted.iter().filter(|quoted| raised.as_deref() != Some(quoted)) {
                problems.push(format!("{minor}: {path}: {quoted} | {raised:?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));

    let rules: BTreeSet<&str> = all.iter().map(|(_, rule, _)| rule.as_str()).collect();
    for rule in rules {
        check(&root.join(rule), &["--select", rule, "--fix", "--unsafe-fixes"]);
    }
    for (minor, after) in imported_under(&pythons, &files) {
        let mut fixed = 0;
        for (file, rule, _) in &all {
            let text = fs::read_to_string(file).unwrap();
            let path = file.to_str().unwrap();
            let (before, after) = (&before[&minor][path], &after[path]);
            fixed += usize::from(before.is_some() && after.is_none());
            assert!(before.is_some() || after.is_none(), "{minor}: {rule}: {after:?}\n{text}");
            let can_fix = matches!(rule.as_str(), "unknown-behavior") || text.contains("cache=True");
            assert!(!can_fix || after.is_none(), "{minor}: {rule}: {text}");
        }
        assert!(fixed >= 5, "{minor}: {fixed} parts can be imported after their fixes");
    }
}

/// Each function of `tests/flyte/rules.py` is a claim of a rule's page, asserted with the real SDK.
#[test]
fn what_the_rules_claim_of_the_sdk_is_so() {
    let claimed = |minor: &str, python: &Path| {
        let home = tempfile::tempdir().unwrap();
        let output = Command::new(python)
            .arg(root().join("tests/flyte/rules.py"))
            .current_dir(home.path())
            .env("HOME", home.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{minor}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.lines().filter(|line| line.starts_with("so: ")).count() >= 20, "{minor}: {text}");
    };
    let pythons = pythons();
    std::thread::scope(|scope| {
        for (minor, python) in &pythons {
            scope.spawn(|| claimed(minor, python));
        }
    });
}

/// The examples show mistakes on purpose, each with a comment or a line of their README that says so; and no others.
#[test]
fn the_examples_have_the_findings_that_are_meant() {
    let json: serde_json::Value =
        serde_json::from_str(&check(&root().join("examples"), &["--baseline", "HEAD", "--format", "json"])).unwrap();
    let found = json["findings"].as_array().unwrap().iter();
    let told = found.map(|finding| (finding["file"].as_str().unwrap(), finding["rule"].as_str().unwrap()));
    let since_head = ["changed-without-bump", "needless-recompute", "parent-hides-edit"];
    let told: Vec<_> = told.filter(|(_, rule)| !since_head.contains(rule)).collect();
    let meant = [
        ("guide/patterns.py", "unused-salt"),
        ("guide/pipeline.py", "parent-hides-child"),
        ("house_prices/features.py", "parent-hides-child"),
        ("ranking/envs.py", "pinned-auto"),
        ("ranking/envs.py", "override-without-version"),
    ];
    assert_eq!(told, meant);
}

/// Real code with its functions wrapped as tasks, each under a cache that several rules have something to say of: nothing breaks. Each
/// package is a project.
///
/// A sample of the standard library and of each package of the corpus, as one project; `TASKLENS_LONG=1` for all of them.
#[test]
fn no_real_code_breaks_the_rules() {
    let setup = Setup::load();
    let library = setup.interpreters.iter().find_map(|python| python.stdlib.clone());
    let mut sources: Vec<PathBuf> = setup.corpus.values().cloned().chain(library).collect();
    if sources.is_empty() {
        return skip("the corpus");
    }
    sources.sort();
    if long() {
        for source in &sources {
            let started = std::time::Instant::now();
            let (wrapped, found) = wrapped_and_checked(std::slice::from_ref(source), usize::MAX);
            println!("{}: {wrapped} files, {found} findings, {:?}", source.display(), started.elapsed());
        }
    } else {
        let (wrapped, _) = wrapped_and_checked(&sources, 3);
        assert!(wrapped > 40, "{wrapped} files");
    }
}

/// Wraps at most so many files of each source, and has all of them checked and fixed: how many files and findings there were.
fn wrapped_and_checked(sources: &[PathBuf], most: usize) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let mut wrapped = 0;
    for (number, source) in sources.iter().enumerate() {
        let mut files = python_files(source);
        files.sort();
        let step = (files.len() / most.min(files.len().max(1))).max(1);
        for (at, file) in files.iter().step_by(step).enumerate() {
            let Ok(text) = fs::read_to_string(file) else { continue };
            fs::create_dir_all(root.join(format!("s{number}"))).unwrap();
            fs::write(root.join(format!("s{number}/m{at}.py")), as_tasks(&text)).unwrap();
            wrapped += 1;
        }
    }
    let json: serde_json::Value =
        serde_json::from_str(&check(&root, &["--select", "all", "--format", "json"])).expect("the whole report");
    let found = json["findings"].as_array().unwrap().len();
    assert!(found > wrapped, "{found} findings in {wrapped} files of {sources:?}: the functions are tasks");
    // What fixes leave can be looked at again.
    check(&root, &["--fix", "--unsafe-fixes", "--format", "json"]);
    (wrapped, found)
}

/// Every function at the left edge behind a task's decorator.
fn as_tasks(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    // Python wants its `from __future__` first.
    let future = lines.iter().rposition(|line| line.starts_with("from __future__"));
    let before = future.map_or(0, |at| {
        let is_open = lines[at].contains('(');
        at + 1 + if is_open { lines[at..].iter().position(|line| line.contains(')')).unwrap_or_default() } else { 0 }
    });
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at == before {
            out.push_str("import flyte\nENV = flyte.TaskEnvironment('wrapped', cache='auto')\n");
        }
        if line.starts_with("def ") || line.starts_with("async def ") {
            out.push_str("@ENV.task(report=True, cache=flyte.Cache('auto', '1.0', salt='s', ignored_inputs=('a', 'a', 'x,y')))\n");
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            files.extend(python_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
    files
}
