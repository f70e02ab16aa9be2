//! Every rule over its fixtures: `fixtures/ID.py`, in parts that are files of their own (`# --- title`). A finding is marked below its
//! line, `# ^^^^ how its message begins`; whatever is not marked must not be found. The same parts are imported by the real SDK in
//! `tests/tests/rules.rs`, which raises at those titled `raises`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod since;

use std::path::{Path, PathBuf};

use crate::analysis::{Buffers, Disk};
use crate::environment::{Outside, Settings};
use crate::status::walk::walk;
use crate::status::{Against, Question, Session, ask, ask_in};

use super::*;

/// Rules that compare with a baseline, which fixtures have none of.
const OF_A_BASELINE: [&str; 3] = ["changed-without-bump", "needless-recompute", "parent-hides-edit"];

/// The parts of a fixture: title and text.
fn parts(text: &str) -> Vec<(String, String)> {
    let parts = text.split("# --- ").skip(1);
    parts.map(|part| part.split_once('\n').map(|(title, text)| (title.to_owned(), text.to_owned())).unwrap()).collect()
}

/// What is marked: line and columns from 0, and how the message begins.
fn marks(text: &str) -> Vec<(usize, usize, usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut code = 0;
    let mut marks = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mark = line.trim_start().strip_prefix('#').map(str::trim_start).filter(|rest| rest.starts_with('^'));
        match mark {
            Some(rest) => {
                let length = rest.chars().take_while(|c| *c == '^').count();
                let start = line.chars().count() - rest.chars().count();
                marks.push((code, start, start + length, rest[length..].trim().to_owned()));
            }
            None => code = number,
        }
    }
    marks
}

/// What the selected rules find in a project of files.
fn findings(root: &Path, select: &[String]) -> Vec<Finding> {
    let question = Question { against: Against::Nothing, python: Some("3.12".parse().unwrap()), ..Question::at(root) };
    let report = ask(&question, walk(&[root.to_owned()], root, &|_| {}), &Outside::default()).unwrap();
    check(&report, &Disk, &|file| Selection::of(&Settings::default(), file, select, &[]), &|_| true)
}

fn located(text: &str, finding: &Finding) -> (usize, usize, usize) {
    let start = text[..finding.at.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[..finding.at.start].matches('\n').count();
    let column = |offset: usize| text[start..offset].chars().count();
    (line, column(finding.at.start), column(finding.at.end))
}

fn fixture(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules/fixtures").join(format!("{id}.py"))
}

#[test]
fn every_rule_finds_what_is_marked_and_nothing_else_and_its_fixes_end_it() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().canonicalize().unwrap();
    let file = root.join("pipe.py");
    for rule in ALL.iter().filter(|rule| !OF_A_BASELINE.contains(&rule.id)) {
        let text = std::fs::read_to_string(fixture(rule.id)).unwrap_or_else(|_| panic!("{} has no fixture", rule.id));
        let select = match rule.id {
            // It is about what other rules find.
            "unused-ignore" => vec!["all".to_owned()],
            id => vec![id.to_owned()],
        };
        for (title, part) in parts(&text) {
            std::fs::write(&file, &part).unwrap();
            let found: Vec<Finding> =
                findings(&root, &select).into_iter().filter(|finding| finding.rule == *rule).collect();
            let mut told: Vec<_> =
                found.iter().map(|finding| (located(&part, finding), finding.message.clone())).collect();
            let mut marked = marks(&part);
            told.sort();
            marked.sort();
            assert_eq!(told.len(), marked.len(), "{}, {title}: {told:#?}", rule.id);
            for ((place, message), (line, start, end, begins)) in told.iter().zip(&marked) {
                assert_eq!(*place, (*line, *start, *end), "{}, {title}: {message}", rule.id);
                assert!(message.starts_with(begins), "{}, {title}: {message} | {begins}", rule.id);
            }
            let fixes = fixed(&found, true);
            std::fs::write(&file, fixes.of(&part).unwrap()).unwrap();
            let left = findings(&root, &select).into_iter().filter(|finding| finding.rule == *rule).count();
            assert_eq!(left, found.len() - fixes.count, "{}, {title}: {}", rule.id, fixes.of(&part).unwrap());
        }
    }
}

/// What a session finds after fixes is what is found by who never looked before, until nothing is left to fix.
#[test]
fn fixes_come_to_the_same_whether_or_not_a_session_remembers() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().canonicalize().unwrap();
    std::fs::write(root.join("shared.py"), "import flyte\n\nenv = flyte.TaskEnvironment('ml', cache='Auto')\n")
        .unwrap();
    for rule in ALL.iter().filter(|rule| !OF_A_BASELINE.contains(&rule.id)) {
        let text = std::fs::read_to_string(fixture(rule.id)).unwrap();
        for (number, (_, part)) in parts(&text).iter().enumerate() {
            // Some fixes are of what another file imports.
            let part = format!(
                "{part}\n\nfrom shared import env as shared\n\n\n@shared.task\ndef other(x: int) -> int:\n    return x\n"
            );
            std::fs::write(root.join(format!("{}_{number}.py", rule.id.replace('-', "_"))), part).unwrap();
        }
    }
    let mut texts = Buffers::default();
    let mut live = Session::live();
    let mut made = Vec::new();
    while made.last() != Some(&0) {
        let found = |session: &mut Session| {
            let question = Question { files: &texts, python: Some("3.12".parse().unwrap()), ..Question::at(&root) };
            let walked = walk(std::slice::from_ref(&root), &root, &|_| {});
            let report = ask_in(session, &question, walked, &Outside::default()).unwrap();
            let all = ["all".to_owned()];
            check(&report, &texts, &|file| Selection::of(&Settings::default(), file, &all, &[]), &|_| true)
        };
        let findings = found(&mut live);
        assert_eq!(findings, found(&mut Session::default()), "round {}", made.len());
        let mut count = 0;
        for of_file in findings.chunk_by(|one, other| one.at.file == other.at.file) {
            let fixes = fixed(of_file, true);
            let file = &*of_file[0].at.file;
            let text = String::from_utf8(texts.read(file).unwrap().to_vec()).unwrap();
            texts.put(file.to_owned(), fixes.of(&text).unwrap().into_bytes().into());
            count += fixes.count;
        }
        made.push(count);
    }
    assert!(made.len() > 2 && made[0] > 20, "{made:?}: fixes uncover others");
}

#[test]
fn arguments_of_flyte_1_become_one_cache() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().canonicalize().unwrap();
    let fixed_text = |start: &str, arguments: &str| {
        let text = format!("{start}\n\n\n@env.task({arguments})\ndef a(x: int) -> int:\n    return x\n");
        std::fs::write(root.join("pipe.py"), &text).unwrap();
        let found = findings(&root, &["flyte1-cache".to_owned()]);
        let after = fixed(&found, true).of(&text).unwrap();
        std::fs::write(root.join("pipe.py"), &after).unwrap();
        let left = findings(&root, &["flyte1-cache".to_owned()]).len();
        let line = after.split_once("@env.task(").unwrap().1.split_once(")\ndef").unwrap().0.to_owned();
        (line, found.len(), left)
    };
    let env = "import flyte\n\nenv = flyte.TaskEnvironment('ml')";
    let told = |text: &str, found, left| (text.to_owned(), found, left);
    assert_eq!(fixed_text(env, "cache=True"), told("cache=\"auto\"", 1, 0));
    assert_eq!(
        fixed_text(env, "cache=True, cache_version=\"1.0\""),
        told("cache=flyte.Cache(\"override\", version_override=\"1.0\")", 2, 0)
    );
    assert_eq!(
        fixed_text(env, "cache_serialize=True, cache=True, retries=3, cache_ignore_input_vars=('x',)"),
        told("cache=flyte.Cache(\"auto\", serialize=True, ignored_inputs=('x',)), retries=3", 3, 0)
    );
    assert_eq!(
        fixed_text(env, "\n    cache=True,\n    cache_version='1',  # by hand\n    retries=3,\n"),
        told("\n    cache=flyte.Cache(\"override\", version_override='1'),\n    # by hand\n    retries=3,\n", 2, 0)
    );
    // Without a name for the SDK nothing can be written.
    let other = "import flyte as fl\n\nenv = fl.TaskEnvironment('ml')";
    assert_eq!(fixed_text(other, "cache=True, cache_version='1'"), told("cache=True, cache_version='1'", 2, 2));
    // A file that only speaks of Flyte 1 is Flyte 2's.
    let moved = "# Moved from flytekit.\nimport flyte\n\nenv = flyte.TaskEnvironment('ml')";
    assert_eq!(fixed_text(moved, "cache=True"), told("cache=\"auto\"", 1, 0));
    let both = "import flytekit\nimport flyte\n\nenv = flyte.TaskEnvironment('ml')";
    assert_eq!(fixed_text(both, "cache=True"), told("cache=True", 0, 0));
}

#[test]
fn tasks_of_one_name_in_several_files_are_told_where_they_meet() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().canonicalize().unwrap();
    let task = |cache: &str, body: &str| {
        format!(
            "import flyte\nenv = flyte.TaskEnvironment('ml', cache={cache})\n\n@env.task\ndef train(x: int) -> int:\n    return {body}\n"
        )
    };
    let told = |files: &[(&str, String)]| -> Vec<String> {
        for (name, text) in files {
            std::fs::write(root.join(name), text).unwrap();
        }
        let found = findings(&root, &["duplicate-task-name".to_owned()]);
        files.iter().for_each(|(name, _)| std::fs::remove_file(root.join(name)).unwrap());
        let name = |finding: &Finding| finding.at.file.file_name().unwrap().to_string_lossy().into_owned();
        found.iter().map(|finding| format!("{}: {}", name(finding), finding.message)).collect()
    };
    let (a, b) = (task("'auto'", "x"), task("'auto'", "x + 1"));
    let beside =
        "there is another task `ml.train` in `a.py`, which runs beside this file: the name is in the key of both";
    let both = ("main.py", "import a\nimport b\n".to_owned());
    assert_eq!(told(&[("a.py", a.clone()), ("b.py", b.clone()), both]), [format!("b.py: {beside}")]);
    let one_imports = ("b.py", format!("import a\n{b}"));
    assert_eq!(told(&[("a.py", a.clone()), one_imports]), [format!("b.py: {beside}")]);
    assert_eq!(
        told(&[("a.py", a.clone()), ("b.py", b.clone())]),
        [""; 0],
        "scripts that never meet have versions of their own"
    );
    let off = task("'disable'", "x");
    let both = ("main.py", "import a\nimport b\n".to_owned());
    assert_eq!(told(&[("a.py", off), ("b.py", b), both]), [""; 0], "one is not cached");

    let pin = "flyte.Cache('override', '1.0')";
    let (a, b) = (task(pin, "x"), task(pin, "x + 1"));
    let share =
        "`ml.train` of `a.py` has this name, the version \"1.0\" and these inputs and outputs too: they share entries";
    assert_eq!(told(&[("a.py", a.clone()), ("b.py", b.clone())]), [format!("b.py: {share}")]);
    assert_eq!(told(&[("a.py", a.clone()), ("b.py", a.clone())]), [""; 0], "a copy computes the same");
    assert_eq!(told(&[("a.py", a.clone()), ("b.py", b.replace("x: int", "x: str"))]), [""; 0], "other inputs");
    assert_eq!(told(&[("a.py", a), ("b.py", b.replace("1.0", "2.0"))]), [""; 0], "another version");
}

#[test]
fn pages_are_whole() {
    for rule in ALL {
        let page = rule.page();
        for heading in ["## What it does", "## Why is this bad?", "## Example", "```python", "Use instead", "## Fix"] {
            assert!(page.contains(heading), "{} lacks {heading}", rule.id);
        }
        assert!(rule.summary().ends_with('.'), "{}: {}", rule.id, rule.summary());
    }
    assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id), "in the order of their ids");
}

/// Pages in `docs/rules` are made of the rules' first comments: `UPDATE_DOCS=1` writes them.
#[test]
fn the_pages_in_docs_are_those_of_the_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules");
    let index = ("README.md".to_owned(), index(ALL));
    let pages = ALL.iter().map(|rule| (format!("{}.md", rule.id), rule.page()));
    let all: Vec<(String, String)> = pages.chain([index]).collect();
    if Outside::of_process().variable("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        all.iter().for_each(|(name, page)| std::fs::write(folder.join(name), page).unwrap());
    }
    let mut names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut expected: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
    for (name, page) in all {
        let written = std::fs::read_to_string(folder.join(&name)).unwrap();
        assert_eq!(written, page, "docs/rules/{name}: write it anew with UPDATE_DOCS=1 cargo test -p tasklens rules");
    }
}

#[test]
fn a_silenced_finding_is_gone_and_can_be_silenced_again() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().canonicalize().unwrap();
    let text = "import flyte\nenv = flyte.TaskEnvironment('ml')\n\n\
                @env.task(cache=flyte.Cache('auto', '1', salt='x'))\ndef f(x: int) -> int:\n    return x\n";
    let mut text = text.to_owned();
    for left in [2, 1, 0] {
        std::fs::write(root.join("pipe.py"), &text).unwrap();
        let found = findings(&root, &["default".to_owned()]);
        assert_eq!(found.len(), left, "{text}\n{found:#?}");
        if let Some(first) = found.first() {
            let edit = silenced(&text, first).unwrap();
            text = crate::edit::edited_text(&text, &[edit]).unwrap();
        }
    }
    assert!(text.contains("# tasklens: ignore[pinned-auto, unused-salt]\n"), "{text}");
}

#[test]
fn rules_are_selected_ignored_and_graded() {
    let rule = ALL.iter().find(|rule| rule.id == "pinned-auto").unwrap();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let of = |select: &[&str], ignore: &[&str]| {
        Selection::of(&Settings::default(), Path::new("/p/a.py"), &words(select), &words(ignore))
    };
    assert!(of(&[], &[]).asks(rule));
    assert!(!of(&["unused-salt"], &[]).asks(rule));
    assert!(!of(&["all"], &["pinned-auto"]).asks(rule));
    let unknown = Selection::unknown(&Settings::default(), &words(&["pined-auto", "all", "default", "zzz"]));
    let told: Vec<String> = unknown.iter().map(ToString::to_string).collect();
    let expected = [
        "there is no rule `pined-auto`: did you mean `pinned-auto`?",
        "there is no rule `zzz`: `tasklens rule` lists them",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_comment_is_not_called_useless_where_that_is_not_known() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().canonicalize().unwrap();
    let text = "import flyte\n\nenv = flyte.TaskEnvironment('ml', cache='auto')  # tasklens: ignore[changed-without-bump]\n\n\n\
                @env.task\ndef f(x: int) -> int:\n    return x  # tasklens: ignore[pinned-auto]\n";
    let found = |text: &str| -> Vec<String> {
        std::fs::write(root.join("pipe.py"), text).unwrap();
        findings(&root, &["default".to_owned()]).into_iter().map(|finding| finding.message).collect()
    };
    assert_eq!(found(text), ["`pinned-auto` finds nothing here"], "what is compared with may be another one elsewhere");
    assert_eq!(found(&format!("{text}\n\nx = (\n")), [] as [&str; 0], "the file can't be read in full");
}
