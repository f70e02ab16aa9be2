//! The README shows what the program prints: its diffs are applied to the examples, its commands run, their output compared.
//!
//! `UPDATE_README=1` writes the output of today into the page instead.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::{Command, Stdio};

use tasklens_tests::setup;

/// A fenced block of the page.
struct Block {
    /// What follows the opening fence: `diff`, `console`.
    language: String,
    /// Its lines, each with its end.
    body: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) {
            let body: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            blocks.push(Block { language: language.to_owned(), body });
        }
    }
    blocks
}

#[test]
fn the_readme_shows_what_the_commands_print() {
    let readme = setup::root().join("README.md");
    let page = std::fs::read_to_string(&readme).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    copy(&setup::root().join("examples"), &root.join("examples"));
    git(root, &["init", "--quiet", "--initial-branch=main"], "");
    git(root, &["add", "."], "");
    git(root, &["commit", "--quiet", "--message=Examples"], "");

    let mut now = page.clone();
    let mut shown = 0;
    for block in blocks(&page) {
        match block.language.as_str() {
            "diff" => git(root, &["apply", "-"], &block.body),
            "console" => {
                let command = block.body.lines().next().unwrap();
                let printed = run(root, command.strip_prefix("$ tasklens ").expect("a block shows one command"));
                now = now.replace(&block.body, &format!("{command}\n{printed}"));
                shown += 1;
            }
            _ => {}
        }
    }
    assert!(shown > 0, "the README shows no output");
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&readme, &now).unwrap();
    } else if let Some((line, (shows, prints))) = first_difference(&page, &now) {
        panic!(
            "README.md, line {line}, shows\n  {shows}\nand the program prints\n  {prints}\nUPDATE_README=1 writes it"
        );
    }
}

/// The first line, 1-based, that is not the same in both texts, as it is in each.
fn first_difference<'a>(one: &'a str, other: &'a str) -> Option<(usize, (&'a str, &'a str))> {
    let (mut one, mut other) = (one.lines(), other.lines());
    let lines = std::iter::from_fn(|| match (one.next(), other.next()) {
        (None, None) => None,
        (one, other) => Some((one.unwrap_or_default(), other.unwrap_or_default())),
    });
    (1..).zip(lines).find(|(_, (one, other))| one != other)
}

/// What the program prints for a person who has set up nothing, without the name of the commit, which is this test's.
fn run(root: &Path, arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"))
        .args(arguments.split(' '))
        .current_dir(root)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", root)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() != Some(2), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let (before, rest) = text.split_once(" · since HEAD ").expect("the output names the baseline");
    let (_, after) = rest.split_once('\n').expect("the baseline is named last");
    format!("{before} · since HEAD\n{after}")
}

fn git(root: &Path, arguments: &[&str], input: &str) {
    let mut child = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(root)
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "git {arguments:?} failed");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if name == "__pycache__" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}
