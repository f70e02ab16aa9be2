//! Pipelines as pictures and words: what the next run does with each task.

mod mermaid;
mod svg;

use std::path::Path;

use serde_json::{Value, json};

use crate::status::graph::{Fate, Graph, Node};
use crate::status::sentence::{Sentence, sentence, skipped};

use super::json::SCHEMA;
use super::text::{relative, tame};

pub use mermaid::mermaid;
pub use svg::svg;

/// What is said of a task in a picture.
fn said(graph: &Graph, node: &Node) -> Sentence {
    let since = graph.report.since();
    let (head, why) = match &node.fate {
        Fate::MayRunAgain(upstream) => ("may run again", format!("{upstream} may return another value")),
        Fate::Skipped(by) => ("does not run", skipped(by)),
        Fate::Uncached => ("runs", "not cached".to_owned()),
        Fate::Served | Fate::Kept | Fate::Computes | Fate::Unknown => return sentence(&node.status, since),
    };
    Sentence { head: head.to_owned(), why: tame(&why) }
}

/// A line a task, callers first, each with whom it calls.
pub fn text(graph: &Graph) -> String {
    let name = |at: &usize| graph.nodes.get(*at).map(|node| tame(node.status.task.shown_name())).unwrap_or_default();
    let mut out = String::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        let said = said(graph, node);
        out.push_str(&format!("{:indent$}{}: {said}\n", "", name(&at), indent = node.depth * 2));
        let called: Vec<String> =
            graph.edges.iter().filter(|(caller, _)| *caller == at).map(|(_, callee)| name(callee)).collect();
        if !called.is_empty() {
            out.push_str(&format!("{:indent$}calls {}\n", "", called.join(", "), indent = node.depth * 2 + 2));
        }
    }
    out
}

/// The pipeline for programs: `{"schema": 1, "tasks": [{"task", "file", "line", "fate", "head", "why"}], "calls": [[0, 1], …]}`,
/// where calls are pairs of positions in `tasks`.
pub fn json(graph: &Graph, cwd: &Path) -> Value {
    let task = |node: &Node| {
        let said = said(graph, node);
        let task = &node.status.task;
        json!({"task": task.shown_name(), "file": relative(&task.place.file, cwd), "line": task.place.line,
               "fate": node.fate.word(), "head": said.head, "why": said.why})
    };
    json!({"schema": SCHEMA, "tasks": graph.nodes.iter().map(task).collect::<Vec<_>>(), "calls": graph.edges})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::samples;

    fn graph() -> Graph {
        let tasks = samples::every_kind();
        let report = samples::report(Vec::new());
        let fates = [
            Fate::Kept,
            Fate::Computes,
            Fate::MayRunAgain("ml.train".to_owned()),
            Fate::Skipped(vec!["ml.\"a\" <b> & c".to_owned()]),
            Fate::Uncached,
            Fate::Unknown,
        ];
        let depths = [0, 1, 2, 2, 1, 1];
        let nodes = tasks.into_iter().zip(fates).zip(depths);
        let nodes = nodes.map(|((status, fate), depth)| Node { status, fate, depth }).collect();
        Graph { report, nodes, edges: vec![(0, 1), (0, 4), (0, 5), (1, 2), (1, 3), (2, 2)] }
    }

    #[test]
    fn a_pipeline_in_words_and_as_pictures() {
        insta::assert_snapshot!("graph_text", text(&graph()));
        insta::assert_snapshot!("graph_mermaid", mermaid(&graph()));
        insta::assert_snapshot!("graph_svg", svg(&graph()));
        insta::assert_snapshot!("graph_json", json(&graph(), samples::cwd()).to_string());
    }
}
