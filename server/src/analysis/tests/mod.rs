//! Python snippets and what the analysis lists of them.
//!
//! A case is one text: files under `# file: name.py` headers (without one, all of it is `a.py`), in the project's folder
//! `/p` with the import root `/p/src`. The listing has a line a task, then a line a call, then a line a problem:
//!
//! ```text
//! a.py:4 ml.train(x: int = 1) auto from env a.py:2 [salt="s"] [in if fast] [hashes b.py f] [image 3.12] [refused: …]
//! call a.py:9 ml.train by ml.main [with disable]
//! ```
//!
//! What is the default is left out; `?` marks what is unknown, with the reason behind it. `A` in a listing of an unknown
//! spec stands for all parts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod cache_specs;
mod call_graph;
mod changed;
mod completions;
mod containers;
mod cursor;
mod decorated;
mod definitions;
mod environments;
mod imports;
mod passed;
mod patches;
mod renames;
mod selection;
mod standing;
mod types;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use cache_core::policy::Behavior;

use super::*;

/// Files of a snippet. Remembers what was read.
#[derive(Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, String>,
    read: Mutex<Vec<PathBuf>>,
}

impl Memory {
    fn new(snippet: &str) -> Self {
        let mut files = BTreeMap::new();
        let mut name = "a.py".to_owned();
        for line in snippet.trim_start_matches('\n').lines() {
            match line.strip_prefix("# file: ") {
                Some(header) => {
                    name = header.trim().to_owned();
                    files.insert(Path::new("/p").join(&name), String::new());
                }
                None => {
                    let text: &mut String = files.entry(Path::new("/p").join(&name)).or_default();
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
        Self { files, read: Mutex::default() }
    }

    fn paths(&self) -> Vec<PathBuf> {
        self.files.keys().cloned().collect()
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        self.read.lock().unwrap().push(path.to_path_buf());
        self.files.get(path).map(|text| Arc::from(text.as_bytes())).ok_or(io::ErrorKind::NotFound.into())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.files.keys().any(|file| file != path && file.starts_with(path))
    }
}

pub fn roots() -> Roots {
    Roots { project: PathBuf::from("/p"), imports: vec![PathBuf::from("/p/src")] }
}

/// Asserts that all files of a snippet are listed as expected.
#[track_caller]
fn check(snippet: &str, expected: &str) {
    let files = Memory::new(snippet);
    let paths = files.paths();
    check_paths(&files, &paths, expected);
}

#[track_caller]
fn check_paths(files: &Memory, paths: &[PathBuf], expected: &str) {
    let project = analyze(files, &roots(), paths);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let found = listing(files, &project);
    assert!(found == expected, "\nfound:\n{}\nexpected:\n{}\n", found.join("\n"), expected.join("\n"));
    standing::survives_edits(files);
}

fn listing(files: &Memory, project: &Project) -> Vec<String> {
    let mut lines: Vec<String> = project.tasks.iter().map(|task| task_line(files, task)).collect();
    for call in &project.calls {
        let name = |index: usize| known(&project.tasks[index].name);
        let mut line = format!("call {} {}", place(&call.place), name(call.callee));
        if let Some(caller) = call.caller {
            write!(line, " by {}", name(caller)).unwrap();
        }
        if let Some(spec) = &call.spec {
            write!(line, " with {}", spec_text(spec)).unwrap();
        }
        lines.push(line);
    }
    for problem in &project.problems {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        lines.push(format!("problem {}{line} {}", short(&problem.file), problem.message));
    }
    lines
}

fn task_line(files: &Memory, task: &Task) -> String {
    let inputs: Vec<String> = task
        .inputs
        .iter()
        .map(|input| {
            let mut text = input.name.clone();
            if let Some(annotation) = &input.annotation {
                write!(text, ": {annotation}").unwrap();
            }
            if let Some(default) = &input.default {
                write!(text, " = {default}").unwrap();
            }
            text
        })
        .collect();
    let mut line =
        format!("{} {}({}) {}", place(&task.place), known(&task.name), inputs.join(", "), spec_text(&task.spec));
    if let Some(branch) = &task.branch {
        write!(line, " [in {branch}]").unwrap();
    }
    match &task.kind {
        Kind::Function(Known::Value(function)) => {
            let text = &files.files[&*function.file];
            let name: String = text[function.name_offset..]
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_')
                .collect();
            let defined = text[..function.name_offset].lines().count();
            if function.file != task.place.file || defined < usize::try_from(task.place.line).unwrap() {
                write!(line, " [hashes {} {name}]", short(&function.file)).unwrap();
            }
        }
        Kind::Function(Known::Unknown(reason)) => write!(line, " [hashes ?{reason}]").unwrap(),
        Kind::Container(container) => match &container.body {
            Known::Value(body) => {
                let words: Vec<_> = body.command.iter().chain(&body.arguments).map(String::as_str).collect();
                write!(line, " [container {}]", words.join(" ")).unwrap();
            }
            Known::Unknown(reason) => write!(line, " [container ?{reason}]").unwrap(),
        },
        Kind::Remote => line.push_str(" [remote]"),
    }
    match &task.image {
        ImagePython::Submitting => {}
        ImagePython::Named(python, at) => write!(line, " [image {python} {}]", place(at)).unwrap(),
        ImagePython::Unknown(reason) => write!(line, " [image ?{reason}]").unwrap(),
    }
    if let Some(refused) = &task.refused {
        write!(line, " [refused: {refused}]").unwrap();
    }
    let environment = known(&task.environment);
    if !known(&task.name).starts_with(&environment) || environment.is_empty() {
        write!(line, " [environment {environment:?}]").unwrap();
    }
    line
}

fn spec_text(spec: &Spec) -> String {
    let mut text = match &spec.behavior.value {
        Known::Value(Behavior::Auto) => "auto".to_owned(),
        Known::Value(Behavior::Override) => "override".to_owned(),
        Known::Value(Behavior::Disable) => "disable".to_owned(),
        Known::Unknown(reason) => format!("?{reason}"),
    };
    match (spec.from, &spec.place) {
        (From::Default, _) => {}
        (From::Override, _) => {}
        (from, at) => {
            let from = if from == From::Task { "task" } else { "env" };
            write!(text, " from {from}").unwrap();
            if let Some(at) = at {
                write!(text, " {}", place(at)).unwrap();
            }
        }
    }
    if matches!((&spec.behavior.value, &spec.salt.value), (Known::Unknown(one), Known::Unknown(other)) if one == other)
    {
        text.push_str(" [A]");
        return text;
    }
    part(&mut text, "version_override", &spec.version_override, &None);
    part(&mut text, "serialize", &spec.serialize, &false);
    part(&mut text, "ignored_inputs", &spec.ignored_inputs, &Vec::new());
    part(&mut text, "salt", &spec.salt, &String::new());
    part(&mut text, "policies", &spec.policies, &vec![Policy::FunctionBody]);
    part(&mut text, "max_age", &spec.max_age, &None);
    text
}

fn part<T: std::fmt::Debug + PartialEq>(text: &mut String, name: &str, part: &Part<T>, default: &T) {
    match &part.value {
        Known::Value(value) if value == default => return,
        Known::Value(value) => write!(text, " [{name}={value:?}").unwrap(),
        Known::Unknown(reason) => write!(text, " [{name}=?{reason}").unwrap(),
    }
    match &part.place {
        Some(at) => write!(text, " {}]", place(at)).unwrap(),
        None => text.push(']'),
    }
}

fn known(value: &Known<String>) -> String {
    match value {
        Known::Value(value) => value.clone(),
        Known::Unknown(reason) => format!("?{reason}"),
    }
}

fn place(place: &Place) -> String {
    format!("{}:{}", short(&place.file), place.line)
}

fn short(path: &Path) -> String {
    path.strip_prefix("/p").unwrap_or(path).display().to_string()
}
