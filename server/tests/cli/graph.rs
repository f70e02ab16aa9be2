//! `graph` tells what the next run of a pipeline does with each task.

use serde_json::Value;

use crate::project::Folder;

const PIPE: &str = "import flyte

env = flyte.TaskEnvironment(\"ml\", cache=\"auto\")
plain = flyte.TaskEnvironment(\"plain\")


@env.task
def load(name: str) -> list[int]:
    return [len(name), 2]


@env.task
def train(rows: list[int]) -> int:
    return sum(rows)


@env.task
def fixed(x: int) -> int:
    return x


@plain.task
def report(total: int) -> str:
    return str(total)


@env.task
def inner(name: str) -> int:
    return train(load(name))


@plain.task
def pipeline() -> str:
    return report(inner(\"flats\") + fixed(1))
";

/// Each task with its fate, `ml.load kept`.
fn fates(folder: &Folder, task: &str) -> Vec<String> {
    let run = folder.run(&["graph", task, "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    let line = |task: &Value| format!("{} {}", task["task"].as_str().unwrap(), task["fate"].as_str().unwrap());
    found["tasks"].as_array().unwrap().iter().map(line).collect()
}

fn committed() -> Folder {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder
}

#[test]
fn what_nobody_touched_is_kept() {
    let kept = [
        "plain.pipeline uncached",
        "plain.report uncached",
        "ml.inner kept",
        "ml.fixed kept",
        "ml.train kept",
        "ml.load kept",
    ];
    let mut found = fates(&committed(), "pipeline");
    let mut expected = kept.map(str::to_owned).to_vec();
    assert_eq!(found[0], expected[0], "the task that was asked about comes first");
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn an_edit_upstream_may_make_what_follows_run_again_and_nothing_else() {
    let folder = committed();
    folder.edit("pipe.py", "len(name), 2", "len(name), 3");
    let found = fates(&folder, "ml.inner");
    assert!(found.contains(&"ml.load recompute".to_owned()), "{found:?}");
    assert!(found.contains(&"ml.train rerun".to_owned()), "{found:?}");
    // What is passed to it is written there.
    assert!(fates(&folder, "pipeline").contains(&"ml.fixed kept".to_owned()));
    let text = folder.run(&["graph", "ml.inner", "--format", "text"]).out;
    assert!(text.contains("ml.train: may run again · ml.load may return another value"), "{text}");
}

#[test]
fn each_format_is_one_document() {
    let folder = committed();
    let mermaid = folder.run(&["graph", "pipe.py:33"]).out;
    assert!(mermaid.starts_with("flowchart LR\n    t0[\"<b>plain.pipeline</b>"), "{mermaid}");
    assert_eq!(mermaid.matches(" --> ").count(), 5, "{mermaid}");
    let svg = folder.run(&["graph", "pipeline", "--format", "svg"]).out;
    assert_eq!((svg.matches("<svg ").count(), svg.matches("</svg>").count(), svg.matches("<g ").count()), (1, 1, 6));
}

#[test]
fn a_task_that_is_not_there_is_told_with_one_that_is() {
    let run = committed().run(&["graph", "ml.lod"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("ml.load"), "{}", run.err);
}

#[test]
fn a_task_that_calls_itself_ends() {
    let folder = committed();
    folder.edit("pipe.py", "return sum(rows)", "return sum(rows) if rows else train(rows[1:]) + inner(\"a\")");
    let found = fates(&folder, "ml.inner");
    assert_eq!(found.len(), 3, "{found:?}");
}
