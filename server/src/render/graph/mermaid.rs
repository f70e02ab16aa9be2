//! A pipeline as Mermaid, which pull requests and documents show as a picture.

use crate::status::graph::Graph;

use super::said;

/// Colours that are read on light and on dark pages.
const CLASSES: &str = "    classDef hit stroke:#2da44e,stroke-width:2px
    classDef kept stroke:#2da44e
    classDef recompute stroke:#bf8700,stroke-width:3px
    classDef rerun stroke:#bf8700,stroke-dasharray:5 3
    classDef skipped stroke-dasharray:2 3,opacity:0.7
    classDef uncached stroke:#8c959f
    classDef unknown stroke:#8c959f,stroke-dasharray:5 3
";

/// A flowchart.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (at, node) in graph.nodes.iter().enumerate() {
        let said = said(graph, node);
        let name = escaped(node.status.task.shown_name());
        let label = format!("<b>{name}</b><br/>{}<br/>{}", escaped(&said.head), escaped(&said.why));
        out.push_str(&format!("    t{at}[\"{label}\"]:::{}\n", node.fate.word()));
    }
    for (caller, callee) in &graph.edges {
        out.push_str(&format!("    t{caller} --> t{callee}\n"));
    }
    out + CLASSES
}

/// What stands in a quoted label: Mermaid reads entities there, and no quotes or markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' => out.push_str(&format!("#{};", u32::from(letter))),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
