//! What `tasklens check` prints for code hosts, held against what they read: SARIF's schema, GitHub's workflow commands as its runner
//! takes them apart, and the fields of GitLab's code quality report.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use tasklens_tests::setup::root;

/// A file for each part of each rule's fixture, under names that need escaping; and two that are problems.
fn project() -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().canonicalize().unwrap().join("a project, 100 % \u{fc}ber#1");
    fs::create_dir_all(&folder).unwrap();
    for fixture in fs::read_dir(root().join("server/src/rules/fixtures")).unwrap().map(|entry| entry.unwrap().path()) {
        let rule = fixture.file_stem().unwrap().to_str().unwrap().to_owned();
        for (number, part) in fs::read_to_string(&fixture).unwrap().split("# --- ").skip(1).enumerate() {
            let text = part.split_once('\n').unwrap().1;
            // Characters of two UTF-16 units, tabs and carriage returns in front of what is found.
            let text = match number {
                0 => format!("NAME = '\u{1f600}\u{e9}'\n{text}"),
                1 => text.replace('\n', "\r\n"),
                _ => text.replace("    return", "\treturn"),
            };
            let file = folder.join(format!("{rule} {number} 50%,\u{fc}:x.py"));
            fs::write(file, text).unwrap();
        }
    }
    fs::write(folder.join("broken.py"), "import flyte\n\nenv = flyte.TaskEnvironment('a'\n\n@env.task\ndef f(: pass\n")
        .unwrap();
    fs::write(folder.join("latin.py"), b"import flyte  # \xe9\n").unwrap();
    (temp, folder)
}

fn check(folder: &Path, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
    command.args(["check", "--select", "all", "--python", "3.12", "--format", format]).current_dir(folder);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn parsed(folder: &Path, format: &str) -> Value {
    serde_json::from_str(&check(folder, format)).unwrap()
}

/// A finding as each format can tell it.
type Told = (String, String, u64);

fn told(folder: &Path) -> Vec<Told> {
    let report = parsed(folder, "json");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut told: Vec<Told> =
        findings.map(|one| (text(&one["rule"]), text(&one["file"]), one["line"].as_u64().unwrap())).collect();
    told.sort();
    assert!(told.len() > 60, "{}", told.len());
    told
}

#[test]
fn sarif_keeps_to_its_schema_and_says_what_the_json_says() {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.enable_format_assertions();
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(root().join("tests/schemas/sarif-2.1.0-rtm.5.json")).unwrap())
            .unwrap();
    let address = schema["id"].as_str().unwrap().to_owned();
    compiler.add_resource(&address, schema).unwrap();
    let schema = compiler.compile(&address, &mut schemas).unwrap();

    let (_temp, folder) = project();
    let log = parsed(&folder, "sarif");
    if let Err(error) = schemas.validate(&log, schema) {
        panic!("{error:#}");
    }
    for (pointer, wrong) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/results/0/level", json!("warn")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/tool/driver/rules/0/helpUri", json!("no address")),
    ] {
        let mut bad = log.clone();
        *bad.pointer_mut(pointer).unwrap() = wrong;
        assert!(schemas.validate(&bad, schema).is_err(), "{pointer}: the schema is asked");
    }

    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let mut said: Vec<Told> = results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let file = unescaped(place["artifactLocation"]["uri"].as_str().unwrap());
            let rule = result["ruleId"].as_str().unwrap();
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], rule);
            assert!(folder.join(&file).is_file(), "{file}");
            (rule.to_owned(), file, place["region"]["startLine"].as_u64().unwrap())
        })
        .collect();
    said.sort();
    assert_eq!(said, told(&folder));
    assert!(!run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().is_empty(), "problems are told");
}

#[test]
fn github_takes_the_commands_apart_as_they_were_meant() {
    let (_temp, folder) = project();
    let mut said: Vec<Told> = Vec::new();
    let mut unread = BTreeSet::new();
    for line in check(&folder, "github").lines() {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        assert!(!message.is_empty() && !message.contains('\r'), "{line}");
        let property = |name: &str| {
            let found = properties.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            found.map(unescaped)
        };
        let number = |name: &str| property(name).map(|value| value.parse::<u64>().unwrap());
        let (file, title) = (property("file").unwrap(), property("title").unwrap());
        if title == "tasklens (not checked)" {
            unread.insert(file);
            continue;
        }
        let start = number("line").unwrap();
        let text = fs::read_to_string(folder.join(&file)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let end = number("endLine").unwrap();
        assert!(start >= 1 && start <= end && end <= lines.len() as u64, "{line}");
        if let (Some(from), Some(to)) = (number("col"), number("endColumn")) {
            let width = lines[usize::try_from(start).unwrap() - 1].chars().count() as u64;
            assert!(from >= 1 && from <= to && to <= width, "{line}");
        }
        let rule = title.strip_prefix("tasklens (").unwrap().strip_suffix(')').unwrap();
        said.push((rule.to_owned(), file, start));
    }
    said.sort();
    assert_eq!(said, told(&folder));
    let problems = parsed(&folder, "json")["problems"].as_array().unwrap().clone();
    let problems: BTreeSet<String> = problems.iter().map(|one| one["file"].as_str().unwrap().to_owned()).collect();
    assert!(!unread.is_empty() && unread == problems, "{unread:?}, {problems:?}");
}

#[test]
fn gitlabs_report_has_its_fields_and_fingerprints_of_their_own() {
    let (_temp, folder) = project();
    let report = parsed(&folder, "gitlab");
    let issues = report.as_array().unwrap();
    let mut said: Vec<Told> = Vec::new();
    let mut fingerprints = BTreeSet::new();
    for issue in issues {
        let text = |name: &str| issue[name].as_str().unwrap_or_else(|| panic!("{name}: {issue}")).to_owned();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&text("severity").as_str()), "{issue}");
        assert!(!text("description").is_empty());
        assert!(fingerprints.insert(text("fingerprint")), "{issue}");
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(!path.starts_with(['.', '/']) && folder.join(path).is_file(), "{path}");
        said.push((text("check_name"), path.to_owned(), issue["location"]["lines"]["begin"].as_u64().unwrap()));
    }
    said.sort();
    assert_eq!(said, told(&folder));
    // Lines above a finding don't make it another one.
    let file = folder.join("pinned-auto 0 50%,\u{fc}:x.py");
    fs::write(&file, format!("# moved\n{}", fs::read_to_string(&file).unwrap())).unwrap();
    let moved: BTreeSet<String> = parsed(&folder, "gitlab")
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(moved, fingerprints);
}

/// `%2C` as `,`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, code.and_then(|code| u8::from_str_radix(code, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
