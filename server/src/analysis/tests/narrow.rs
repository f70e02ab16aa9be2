//! Definitions that have nothing to do with tasks are left out of files, and what is found is the same.

use std::fmt::Write as _;

use super::super::importers;
use super::super::lower::narrow;
use super::*;

/// Checks which lines of a file are left out (told by their first words), as a file that no other one imports.
#[track_caller]
fn left_out(text: &str, expected: &[&str]) {
    let files = Memory::new(text);
    let path = files.paths()[0].clone();
    let text = files.files[&path].clone();
    let imports = importers::find(&files, &roots(), std::slice::from_ref(&path));
    let outline = cache_core::python::Module::parse(cache_core::python::Source::from_text(&text)).outline();
    let around = imports.around(&path).unwrap();
    let kept = outline.and_then(|outline| narrow::kept(&text, &outline, around));
    let mut found = Vec::new();
    if let Some(kept) = kept {
        let ends = kept.iter().map(|part| part.start).chain([text.len()]);
        let starts = [0].into_iter().chain(kept.iter().map(|part| part.end));
        let gaps = starts.zip(ends).filter(|(start, end)| start < end);
        found.extend(gaps.flat_map(|(start, end)| text[start..end].lines().filter(|line| !line.starts_with(' '))));
    }
    assert_eq!(found, expected, "{text}");
}

const TASK: &str = "import flyte\nenv = flyte.TaskEnvironment('e')\n@env.task\ndef f(x: A) -> int:\n    return g(x)\n";

#[test]
fn what_neither_mentions_tasks_nor_is_mentioned_is_left_out() {
    let apart = "class B:\n    y = 1\ndef h(y):\n    return B\n";
    let near = "class A:\n    y: int = C\nclass C: ...\ndef g(x):\n    return 1\ndef runs():\n    flyte.run(f)\n";
    left_out(&format!("{TASK}{near}{apart}"), &["class B:", "def h(y):"]);
    left_out(&format!("{apart}{TASK}{near}"), &["class B:", "def h(y):"]);
    left_out(&format!("{TASK}B\n{apart}"), &[]);
    left_out(&format!("{TASK}{apart}class D:\n    z = h, env\n"), &[]);
    left_out(&format!("{TASK}# h\n{apart}"), &["class B:", "def h(y):"]);
}

#[test]
fn what_tells_by_more_than_names_is_kept() {
    for kept in [
        "def h():\n    global env2\n",
        "def h():\n    import x\n",
        "class H:\n    @other.task\n    def i(): ...\n",
        "def h(x: int | str): ...\n",
        "def h(): pass  # tasklens: ignore\n",
        "def h():\n    gr\u{f6}\u{df}e\n",
        "def h():\n    setattr(x, 'y', 1)\n",
        "@d\ndef h(): ...\n",
        "if x:\n    def h(): ...\n",
        "def h(x=(y := 1)): ...\n",
        "def h(:\n",
        "from x import *\ndef h(): ...\n",
        "from typing import List\ndef h(x: List): ...\n",
        "from functools import partial\ndef h(): return partial\n",
        "import numpy as np\ndef h(): return np\n",
    ] {
        left_out(&format!("{TASK}{kept}"), &[]);
    }
    for apart in ["def h(): ...  # why\n", "import numpy\ndef h(): return numpy\n", "async def h():\n    x = 'f'[0]\n"]
    {
        let expected = apart.lines().find(|line| line.contains("def")).unwrap();
        left_out(&format!("{}{apart}", TASK.replace("def f", "def f_")), &[expected]);
    }
}

/// Every project of the examples and of the cases that the real SDK is asked about, file by file and together.
#[test]
fn what_is_found_is_what_is_found_in_whole_files() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut open = vec![top.join("examples"), top.join("tests/flyte/cases"), top.join("tests/flyte/runs")];
    let (mut narrow, mut checked) = (0, 0);
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut files: Vec<PathBuf> = Vec::new();
        for path in entries.map(|entry| entry.unwrap().path()) {
            match path.extension() {
                _ if path.is_dir() => open.push(path),
                Some(extension) if extension == "py" => files.push(path),
                _ => {}
            }
        }
        files.sort();
        let roots = Roots { project: folder.clone(), imports: Vec::new() };
        for paths in files.iter().map(std::slice::from_ref).chain([files.as_slice()]) {
            let summaries = Summaries::default();
            let found = shown(&analyze_with(&summaries, &Disk, &roots, paths));
            assert_eq!(found, shown(&analyze(&Looked(&Disk), &roots, paths)), "{paths:?}");
            narrow += summaries.narrow();
            checked += 1;
        }
    }
    assert!(checked > 200 && narrow > 0, "{narrow} of {checked}");
}

fn shown(project: &Project) -> String {
    let Project { tasks, calls, triggers, namesakes, comments, problems, .. } = project;
    let mut text = String::new();
    write!(text, "{tasks:#?}{calls:#?}{triggers:#?}{namesakes:?}{comments:?}{problems:#?}").unwrap();
    text
}
