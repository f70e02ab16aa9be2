//! A pipeline as SVG: a column for each step away from the task that was asked about.

use crate::status::graph::{Graph, Node};
use crate::status::sentence::clip;

use super::said;

/// The size of a task, and the room between two, in pixels.
const WIDTH: usize = 280;
const HEIGHT: usize = 62;
const GAP: (usize, usize) = (70, 22);
const MARGIN: usize = 12;

/// So many characters of a name, and of a smaller line, fit into a task's box.
const NAME: usize = 32;
const LINE: usize = 42;

/// For light and dark surroundings; whoever embeds the picture may bring other styles for the same classes.
const STYLE: &str = "svg{color:#1f2328;--soft:#59636e;--good:#1a7f37;--warn:#9a6700;--box:#f6f8fa}
@media(prefers-color-scheme:dark){svg{color:#e6edf3;--soft:#9198a1;--good:#3fb950;--warn:#d29922;--box:#151b23}}
text{font:13px system-ui,sans-serif;fill:currentColor}.name{font-weight:600}.head,.why{font-size:11.5px}.why{fill:var(--soft)}
.node rect{fill:var(--box);stroke:var(--soft)}.hit rect{stroke:var(--good);stroke-width:2}.kept rect{stroke:var(--good)}
.recompute rect{stroke:var(--warn);stroke-width:2.5}.rerun rect{stroke:var(--warn);stroke-dasharray:5 3}
.skipped{opacity:.7}.skipped rect{stroke-dasharray:2 3}.unknown rect{stroke-dasharray:5 3}
.edge{fill:none;stroke:var(--soft)}.tip{fill:var(--soft)}";

/// The picture, with its words for those who don't see it.
pub fn svg(graph: &Graph) -> String {
    let places = places(&graph.nodes);
    let right = places.iter().map(|(x, _)| x + WIDTH).max().unwrap_or_default() + MARGIN;
    let bottom = places.iter().map(|(_, y)| y + HEIGHT).max().unwrap_or_default() + MARGIN;
    let title = graph.nodes.first().map(|node| escaped(node.status.task.shown_name())).unwrap_or_default();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {right} {bottom}\" width=\"{right}\" height=\"{bottom}\" \
         role=\"img\" aria-labelledby=\"title words\">\n<title id=\"title\">The pipeline of {title}</title>\n\
         <desc id=\"words\">{}</desc>\n<style>{STYLE}</style>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path class=\"tip\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n",
        escaped(&super::text(graph)),
    );
    for (caller, callee) in &graph.edges {
        if let (Some(from), Some(to)) = (places.get(*caller), places.get(*callee)) {
            out.push_str(&edge(*from, *to));
        }
    }
    for (node, place) in graph.nodes.iter().zip(&places) {
        out.push_str(&task(graph, node, *place));
    }
    out + "</svg>\n"
}

/// Where each task stands: callers left of what they call, in the order in which they were come to.
fn places(nodes: &[Node]) -> Vec<(usize, usize)> {
    let mut filled: Vec<usize> = Vec::new();
    let mut place = |node: &Node| {
        filled.resize(filled.len().max(node.depth + 1), 0);
        let row = filled[node.depth];
        filled[node.depth] += 1;
        (MARGIN + node.depth * (WIDTH + GAP.0), MARGIN + row * (HEIGHT + GAP.1))
    };
    nodes.iter().map(&mut place).collect()
}

fn task(graph: &Graph, node: &Node, (x, y): (usize, usize)) -> String {
    let said = said(graph, node);
    let name = node.status.task.shown_name();
    let line = |class: &str, down: usize, text: &str| {
        format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>", x + 12, y + down, escaped(text))
    };
    format!(
        "<g class=\"node {}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>{}{}{}</g>\n",
        node.fate.word(),
        escaped(&format!("{name}: {said}")),
        line("name", 20, &clip(name, NAME)),
        line("head", 37, &clip(&said.head, LINE)),
        line("why", 53, &clip(&said.why, LINE)),
    )
}

/// A curve from the right of a task to the left of another; within a column, or back, around their right side.
fn edge((from_x, from_y): (usize, usize), (to_x, to_y): (usize, usize)) -> String {
    let (start, from) = (from_x + WIDTH, from_y + HEIGHT / 2);
    let path = if to_x > from_x {
        let (end, to) = (to_x, to_y + HEIGHT / 2);
        let bend = GAP.0 / 2;
        format!("M{start} {from} C{} {from} {} {to} {end} {to}", start + bend, end - bend)
    } else {
        let (end, to, bend) = (to_x + WIDTH, to_y + HEIGHT / 4, start.max(to_x + WIDTH) + GAP.0 / 2);
        format!("M{start} {from} C{bend} {from} {bend} {to} {end} {to}")
    };
    format!("<path class=\"edge\" d=\"{path}\" marker-end=\"url(#tip)\"/>\n")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // XML has no other control characters.
            letter if letter.is_control() && letter != '\n' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
