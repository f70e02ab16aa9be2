//! The rules that compare with a baseline: what they find after an edit.

use crate::baseline::test_repository::sandbox;

use super::*;

/// What the rules that compare find after an edit: rule, the text that is marked, and whether there is a fix.
fn since_head(before: &str, after: &str) -> Option<Vec<(&'static str, String, Option<String>)>> {
    let sandbox = sandbox()?;
    sandbox.git("", &["init", "-q", "p"]);
    sandbox.commit("p", "pipe.py", before, "first");
    sandbox.write("p/pipe.py", after);
    let root = sandbox.path("p");
    let path = Outside::of_process().variable("PATH").unwrap_or_default().to_owned();
    let question =
        Question { against: Against::Revision("HEAD"), python: Some("3.12".parse().unwrap()), ..Question::at(&root) };
    let outside = Outside::new([("PATH".into(), path)], None);
    let report = ask(&question, walk(std::slice::from_ref(&root), &root, &|_| {}), &outside).unwrap();
    let select = OF_A_BASELINE.map(str::to_owned);
    let found = check(&report, &Disk, &|file| Selection::of(&Settings::default(), file, &select, &[]), &|_| true);
    let told = found.iter().map(|finding| {
        let fixed = fixed([finding], true);
        let new = (fixed.count > 0).then(|| fixed.edits[0].text.clone());
        (finding.rule.id, after[finding.at.range()].to_owned(), new)
    });
    Some(told.collect())
}

const PINNED: &str = "import flyte

PIN = flyte.Cache('override', version_override='v1.2')
env = flyte.TaskEnvironment('ml')


@env.task(cache=PIN)
def a(x: int) -> int:
    \"\"\"Says x.\"\"\"
    return x


@env.task(cache=PIN)
def b(x: int) -> int:
    return x


@env.task(cache='auto')
def c(x: int) -> int:
    \"\"\"Says x.\"\"\"
    return x
";

#[test]
fn a_pinned_task_that_changed_is_told_once_a_version() {
    let edited = |old: &str, new: &str| since_head(PINNED, &PINNED.replace(old, new));
    let Some(both) = edited("return x", "return x + 1") else { return };
    let pin = "version_override='v1.2'".to_owned();
    assert_eq!(both, [("changed-without-bump", pin, Some("v1.3".to_owned()))], "once for two tasks; c is not pinned");
    assert_eq!(edited("v1.2", "v1.3"), Some(Vec::new()), "another version");
    let both_edits = PINNED.replace("return x", "return x + 1").replace("v1.2", "v1.3");
    assert_eq!(since_head(PINNED, &both_edits), Some(Vec::new()), "it was bumped");
    let comments = PINNED.replace("return x", "return x  # that is it");
    assert_eq!(since_head(PINNED, &comments), Some(Vec::new()), "a comment is no change");
}

const TASK: &str = "import flyte
from typing import List, Optional

env = flyte.TaskEnvironment('ml', cache='auto')


def shouted(f):
    return f


@env.task(retries=1)
def c(x: List[int], y: Optional[str] = None) -> List[int]:
    \"\"\"Says x.\"\"\"
    return x
";

#[test]
fn what_cannot_matter_is_told_where_the_version_follows_the_code() {
    let edits: &[(&[(&str, &str)], bool)] = &[
        (&[("Says x.", "Says it.")], true),
        (&[("retries=1", "retries=3")], true),
        (&[("@env.task(retries=1)", "@env.task")], true),
        (&[("retries=1", "retries=1, timeout=60, short_name='c'")], true),
        (&[("retries=1", "retries=1, cache='auto'")], true),
        (&[("retries=1", "retries=1, cache=flyte.Cache('auto', serialize=True)")], true),
        (&[("x: List[int]", "x: list[int]")], true),
        (&[("-> List[int]", "-> list[int]")], true),
        (&[("Optional[str]", "str | None")], true),
        (&[("Says x.", "Says it."), ("retries=1", "retries=2"), ("x: List", "x: list")], true),
        (&[("env = ", "ml = "), ("@env", "@ml")], true),
        // What is meant, or may matter.
        (&[("retries=1", "retries=1, cache=flyte.Cache('auto', salt='x')")], false),
        (&[("retries=1", "retries=1, cache=flyte.Cache('auto', ignored_inputs='y')")], false),
        (&[("retries=1", "retries=1, cache=flyte.Cache('auto', '1.0')")], false),
        (&[("retries=1", "retries=1, pod_template='gpu'")], false),
        (&[("x: List[int]", "x: List[float]")], false),
        (&[("Optional[str] = None", "str = ''")], false),
        (&[("\ndef c", "\n@shouted\ndef c")], false),
        (&[("return x", "return list(x)")], false),
        (&[("Says x.", "Says it."), ("return x", "return list(x)")], false),
        (&[("'auto'", "'disable'"), ("Says x.", "Says it.")], false),
        (&[("return x", "return x  # as it is")], false),
    ];
    for (edits, is_told) in edits {
        let after = edits.iter().fold(TASK.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        let Some(found) = since_head(TASK, &after) else { return };
        let told = found.iter().any(|(rule, at, _)| (*rule, at.as_str()) == ("needless-recompute", "c"));
        assert_eq!((told, found.len()), (*is_told, usize::from(*is_told)), "{edits:?}: {found:?}");
    }
}

#[test]
fn decorators_and_signatures_count_for_a_pin_but_not_how_a_task_is_run() {
    let pinned = TASK.replace("cache='auto'", "cache=flyte.Cache('auto', version_override='2.0')");
    let edits = [
        (("\ndef c", "\n@shouted\ndef c"), true),
        (("x: List[int]", "x: List[float]"), true),
        (("= None", "= 'a'"), true),
        (("def c", "async def c"), true),
        (("return x", "return x[:1]"), true),
        (("retries=1", "retries=3"), false),
        (("Says x.", "Says it."), false),
        (("x: List[int]", "x: list[int]"), false),
        (("Optional[str]", "str | None"), false),
    ];
    for ((from, to), is_told) in edits {
        let Some(found) = since_head(&pinned, &pinned.replace(from, to)) else { return };
        let fix = Some("3.0".to_owned());
        let expected = [("changed-without-bump", "version_override='2.0'".to_owned(), fix)];
        assert_eq!(found, if is_told { &expected[..] } else { &[] }, "{from} -> {to}");
    }
}

const PIPELINE: &str = "import flyte

env = flyte.TaskEnvironment('ml', cache='auto')


@env.task(retries=1)
def train(x: int) -> int:
    return x


@env.task(cache='disable')
def log(x: int) -> int:
    return x


@env.task
def step(x: int) -> int:
    return train(x)


@env.task(cache=flyte.Cache('auto', salt='a'))
def pipeline(x: int) -> int:
    return log(step(x))
";

/// Where a parent is told of that hides an edit.
fn hidden_edits(edits: &[(&str, &str)]) -> Option<Vec<String>> {
    let after = edits.iter().fold(PIPELINE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let found = since_head(PIPELINE, &after)?;
    Some(found.into_iter().filter(|(rule, ..)| *rule == "parent-hides-edit").map(|(_, at, _)| at).collect())
}

#[test]
fn a_parent_that_did_not_change_hides_the_edits_of_its_children() {
    let body = ("    return x\n", "    return -x\n");
    let Some(found) = hidden_edits(&[body]) else { return };
    assert_eq!(found, ["step", "flyte.Cache('auto', salt='a')"], "each that is served hides it");
    let salt = ("env.task(retries=1)", "env.task(cache=flyte.Cache('auto', salt='b'), retries=1)");
    assert_eq!(hidden_edits(&[salt]).unwrap().len(), 2, "another salt is meant to compute");
    let bumped = [body, ("salt='a'", "salt='b'")];
    assert_eq!(hidden_edits(&bumped).unwrap(), ["step"], "the other one has another version too");
    let off = [body, ("@env.task\ndef step", "@env.task(cache='disable')\ndef step"), ("salt='a'", "salt='b'")];
    assert_eq!(hidden_edits(&off).unwrap(), [""; 0], "no parent is served");
    for edit in [("retries=1", "retries=2"), ("return x", "return x  # it"), ("def train", "def fit")] {
        let edits = [edit, ("train(x)", if edit.1 == "def fit" { "fit(x)" } else { "train(x)" })];
        let found = hidden_edits(&edits).unwrap();
        let expected: &[&str] = if edit.1 == "def fit" { &["flyte.Cache('auto', salt='a')"] } else { &[] };
        assert_eq!(found, expected, "{edit:?}: what cannot matter is not hidden, and a new task was never run");
    }
    // That it is disabled on purpose is told already.
    let log = "def log(x: int) -> int:\n    return x";
    assert_eq!(hidden_edits(&[(log, "def log(x: int) -> int:\n    return -x")]).unwrap(), [""; 0]);
}
