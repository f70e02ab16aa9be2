//! `tasklens/graph`: what the next run of a pipeline does, as a picture and in words.

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
    let task = graph.nodes.first().map(|node| node.status.task.shown_name().to_owned());
    Ok(json!({"task": task.unwrap_or_default(), "svg": svg(&graph), "mermaid": mermaid(&graph), "text": text(&graph)}))
}
