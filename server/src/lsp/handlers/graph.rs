//! `tasklens/graph`: what the next run of a pipeline does, as a picture and in words, and where the task stands.

use serde_json::{Value, json};

use crate::render::graph::{mermaid, svg, text};

use super::super::own::TaskAt;
use super::super::protocol::Result;
use super::super::snapshot::Snapshot;
use super::super::wide::pipeline;
use super::explain::{path, refused};

/// The picture.
pub fn answer(snapshot: &Snapshot, at: TaskAt) -> Result<Value> {
    let path = path(snapshot, &at)?;
    let graph = pipeline(snapshot, &path, at.line.saturating_add(1)).map_err(refused)?;
    let task = graph.nodes.first().map(|node| &node.status.task);
    let line = task.map_or(at.line, |task| task.place.line.saturating_sub(1));
    Ok(json!({
        "at": {"uri": at.uri, "line": line},
        "task": task.map(|task| task.shown_name()).unwrap_or_default(),
        "svg": svg(&graph), "mermaid": mermaid(&graph), "text": text(&graph),
    }))
}
