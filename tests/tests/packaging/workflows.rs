//! Workflows, the action, the hooks and GitLab's job before any service has seen them: schemas, linters, and what no linter asks for.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tasklens_tests::setup;

use crate::ran::{ran, tool};
use crate::wheel;

/// The runners that the workflows name. The linter's own list is older than them.
const RUNNERS: &[&str] =
    &["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "macos-15-intel", "windows-2025", "windows-11-arm"];

fn workflows() -> Vec<PathBuf> {
    let found = fs::read_dir(setup::root().join(".github/workflows")).unwrap();
    let mut found: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn command(program: &str) -> Option<Command> {
    let mut command = Command::new(tool(program)?);
    command.current_dir(setup::root()).env("NO_COLOR", "1");
    Some(command)
}

#[test]
fn files_have_the_form_that_services_expect() {
    for (schema, files) in [
        ("vendor.github-workflows", workflows()),
        ("vendor.github-actions", vec!["action.yml".into()]),
        ("vendor.gitlab-ci", vec!["gitlab/tasklens.yml".into()]),
    ] {
        let Some(mut check) = command("check-jsonschema") else { return };
        ran(check.args(["--builtin-schema", schema]).args(files));
    }
    let Some(mut hooks) = command("pre-commit") else { return };
    ran(hooks.args(["validate-manifest", ".pre-commit-hooks.yaml"]));
}

/// Injections, rights that are too wide, actions that are not pinned, credentials left behind.
#[test]
fn workflows_are_safe() {
    let Some(mut zizmor) = command("zizmor") else { return };
    ran(zizmor.args(["--offline", "--no-progress", "--persona=pedantic", ".github", "action.yml"]));
}

#[test]
fn workflows_have_no_mistake_that_a_linter_finds() {
    let setup = setup::Setup::load();
    let (Some(_), Some(node)) = (tool("python"), &setup.node) else { return setup::skip("Node is not installed") };
    let folder = setup::home().join("packaging");
    let said =
        ran(Command::new(node).arg(setup::root().join("tests/packaging/lint.mjs")).arg(folder).args(workflows()));
    let is_known = |line: &str| {
        line.contains(": runner-label: ") && RUNNERS.iter().any(|runner| line.contains(&format!("label \"{runner}\"")))
    };
    let wrong: Vec<&str> = said.lines().filter(|line| !is_known(line)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every shell text, as the shell's own linter reads it. An expression of GitHub's in one would be text that others write.
#[test]
fn shell_texts_are_sound_and_hold_no_expression() {
    let Some(mut shellcheck) = command("shellcheck") else { return };
    let mut files = workflows();
    files.extend(["action.yml".into(), "gitlab/tasklens.yml".into()]);
    let scripts =
        ran(wheel::python().arg("-B").arg("tests/packaging/shells.py").args(&files).current_dir(setup::root()));
    let scripts: Vec<Value> = serde_json::from_str(&scripts).unwrap();
    assert!(scripts.len() > 10, "the texts were not read");
    let folder = tempfile::tempdir().unwrap();
    shellcheck.args(["--shell=bash", "--severity=style"]);
    for (number, script) in scripts.iter().enumerate() {
        let (text, place) = (script["script"].as_str().unwrap(), script["where"].as_str().unwrap());
        assert!(!text.contains("${{"), "{place} takes an expression into a shell");
        let path = folder.path().join(format!("{number}.sh"));
        fs::write(&path, format!("# of {place}\n{text}\n")).unwrap();
        shellcheck.arg(path);
    }
    ran(&mut shellcheck);
}

/// An action of others is what it is at a commit; a tag can be moved. The tag is told beside, for people.
#[test]
fn actions_of_others_are_pinned() {
    let mut pinned = 0;
    for path in workflows().into_iter().chain([setup::root().join("action.yml")]) {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((_, used)) = line.split_once("uses: ") else { continue };
            let (action, tag) = used.split_once(" # v").unwrap_or((used, ""));
            let commit = action.split_once('@').map_or("", |(_, commit)| commit);
            assert!(
                commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()) && !tag.is_empty(),
                "{}: {line}",
                path.display()
            );
            pinned += 1;
        }
    }
    assert!(pinned > 0, "no use was read");
}

#[test]
fn the_version_is_the_same_everywhere() {
    let Some(_) = tool("python") else { return };
    let script = || {
        let mut script = wheel::python();
        script.arg("-B").arg(setup::root().join("packaging/version.py"));
        script
    };
    ran(&mut script());
    ran(script().arg("refs/heads/main"));
    let other = script().arg("refs/tags/v99.0.0").output().unwrap();
    let said = String::from_utf8_lossy(&other.stderr);
    assert!(!other.status.success() && said.contains("the version is 99.0.0, but Cargo.toml says"), "{said}");
    let job = fs::read_to_string(setup::root().join("gitlab/tasklens.yml")).unwrap();
    let wanted = format!("TASKLENS_VERSION: \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(job.contains(&wanted), "gitlab/tasklens.yml does not say {wanted}");
}

/// On the day: the changelog's part about the tag, and nothing of the parts around it.
#[test]
fn a_release_tells_what_the_changelog_says_of_it() {
    let Some(_) = tool("python") else { return };
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str, change: &dyn Fn(String) -> String| {
        let text = fs::read_to_string(setup::root().join(name)).unwrap();
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), change(text)).unwrap();
    };
    let version = env!("CARGO_PKG_VERSION");
    for name in ["Cargo.toml", "pyproject.toml", "packaging/version.py"] {
        copy(name, &|text| text);
    }
    let notes = |change: &dyn Fn(String) -> String| {
        copy("CHANGELOG.md", change);
        let script = folder.path().join("packaging/version.py");
        wheel::python().arg(script).args([&format!("refs/tags/v{version}"), "--notes"]).output().unwrap()
    };
    let released = format!("## {version} (2027-01-02)\n\n- Of this.\n\n## 0.0.9\n\n- Of that.\n");
    let told = notes(&|_| format!("# Changes\n\n## Unreleased\n\n- To come.\n\n{released}"));
    assert_eq!(String::from_utf8_lossy(&told.stdout), "- Of this.\n");
    let forgotten = notes(&|_| "# Changes\n\n## Unreleased\n\n- To come.\n".to_owned());
    assert!(
        !forgotten.status.success() && String::from_utf8_lossy(&forgotten.stderr).contains("rename `## Unreleased`")
    );
}
