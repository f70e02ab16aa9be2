//! What reaches the terminal: streams, colours, exit codes, help.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::project::{Folder, script};

#[test]
fn findings_go_out_and_nothing_else_does() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    let run = folder.run(&["status"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("Python 3.12 (.python-version:1)"), "{}", run.out);
    let empty = Folder::new(&[]).run(&["status"]);
    assert_eq!((empty.code, empty.out.as_str()), (0, "No Flyte tasks in 0 files.\n"));
}

#[test]
fn colours_are_for_terminals_or_for_those_who_ask() {
    let folder = Folder::new(&[("good.py", &script("good"))]);
    assert!(!folder.run(&["status"]).out.contains('\u{1b}'));
    assert!(folder.run(&["status", "--color", "always"]).out.contains('\u{1b}'));
    assert!(!folder.run(&["--color", "never", "status"]).out.contains('\u{1b}'));
}

#[test]
fn names_in_files_can_not_command_the_terminal() {
    let text = script("good").replace("name=\"e\"", "name=\"e\\x1b]0;gotcha\\x07\"");
    let folder = Folder::new(&[("good.py", &text)]);
    let out = folder.run(&["status"]).out;
    assert!(out.contains("gotcha") && !out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn usage_errors_end_with_two() {
    let folder = Folder::new(&[]);
    for arguments in [
        &["stauts"][..],
        &[],
        &["status", "--python", "3.9"],
        &["status", "--python", "newest"],
        &["hash", "--salt", "s"],
        &["status", "--policy-version", "nothing"],
        &["status", "--format", "xml"],
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_there() {
    let folder = Folder::new(&[]);
    assert_eq!(folder.run(&["--version"]).out, format!("tasklens {}\n", env!("CARGO_PKG_VERSION")));
    for command in ["status", "explain", "hash"] {
        let run = folder.run(&[command, "--help"]);
        assert_eq!(run.code, 0);
        assert!(run.out.contains("Examples:"), "{}", run.out);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new(&[]);
    for number in 0..400 {
        folder.write(&format!("pkg/module_{number}.py"), script(&format!("task_{number}")).repeat(8));
    }
    let mut command = folder.command(&folder.path(""));
    command.args(["hash", "--functions", "--format", "ndjson"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    // The reader is gone from here on.
    let done = child.wait_with_output().unwrap();
    assert!(first.contains("module_0.py"), "{first}");
    assert_eq!((done.status.code(), String::from_utf8(done.stderr).unwrap().as_str()), (Some(0), ""));
}
