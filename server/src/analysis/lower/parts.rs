//! A file that is being edited, lowered statement by statement: an edit costs what the statement costs that it is in, and moving
//! the rest to where it stands.
//!
//! Where a statement by itself is not readable, the whole file is lowered: what its pieces would say means nothing then.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use cache_core::python::statements;
use tree_sitter::Node;

use super::{LowerError, Lowering, children, comments, field, finished, parse, summarize};
use crate::analysis::ir::*;
use crate::analysis::mentions::Mentions;
use crate::analysis::shift::Shift;

/// A statement of the top of a file, by itself.
#[derive(Debug)]
pub struct Part {
    pub text: Box<str>,
    pub body: Vec<Stmt>,
    pub functions: Vec<Function>,
    pub classes: Vec<Class>,
    comments: Vec<Range<Offset>>,
    pub is_broken: bool,
    /// Where the body begins of the one function that this is, decorated or not; else where the last statement ends.
    pub within: (Within, usize),
    line_ends: u32,
    mentions: OnceLock<Mentions>,
}

/// What the rest of a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// A function's body, and what stands behind it.
    Body,
    /// Comments and empty lines.
    Nothing,
}

impl Part {
    fn new(text: &str) -> Result<Self, LowerError> {
        let tree = parse(text).ok_or(LowerError::NoTree)?;
        let mut lowering = Lowering::new(text);
        let is_broken = tree.root_node().has_error();
        let body = if is_broken { Vec::new() } else { lowering.statements(tree.root_node()) };
        Ok(Self {
            text: text.into(),
            body,
            functions: lowering.functions.into_iter().flatten().collect(),
            classes: lowering.classes.into_iter().flatten().collect(),
            comments: comments(text, &tree),
            is_broken,
            within: within(tree.root_node()),
            line_ends: u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX),
            mentions: OnceLock::new(),
        })
    }

    /// What it has to do with other statements; found when it is first asked for.
    pub fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(self))
    }
}

fn within(root: Node<'_>) -> (Within, usize) {
    let all = children(root);
    let Some(last) = all.last() else { return (Within::Nothing, 0) };
    let definition = if last.kind() == "decorated_definition" { field(*last, "definition") } else { Some(*last) };
    let function = definition.filter(|node| all.len() == 1 && node.kind() == "function_definition");
    match function.and_then(|function| field(function, "body")) {
        Some(body) => (Within::Body, body.start_byte()),
        None => (Within::Nothing, last.end_byte()),
    }
}

/// Reduces a file to its summary, as [`summarize`] does, with what is in `last` already; and the parts, for the next time.
pub fn summarize_again(text: &str, last: &[Arc<Part>]) -> Result<(Summary, Vec<Arc<Part>>), LowerError> {
    let parts = parts(text, last)?;
    if parts.iter().any(|part| part.is_broken) {
        return Ok((summarize(text)?, parts));
    }
    let summary = assembled(text, &parts, &|_| true);
    Ok((summary, parts))
}

/// The summary of a text that is made of `parts`, of those of them that are `wanted`.
pub fn assembled(text: &str, parts: &[Arc<Part>], wanted: &dyn Fn(usize) -> bool) -> Summary {
    let mut shift = Shift::default();
    let (mut body, mut functions, mut classes) = (Vec::new(), Vec::new(), Vec::new());
    let mut comments = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if !wanted(index) {
            shift.offset += super::offset(part.text.len());
            shift.line += part.line_ends;
            continue;
        }
        let at = (body.len(), functions.len(), classes.len());
        body.extend_from_slice(&part.body);
        functions.extend_from_slice(&part.functions);
        classes.extend_from_slice(&part.classes);
        comments.extend(part.comments.iter().map(|range| range.start + shift.offset..range.end + shift.offset));
        if shift.offset > 0 {
            shift.statements(body.get_mut(at.0..).unwrap_or_default());
            functions.iter_mut().skip(at.1).for_each(|function| shift.function(function));
            classes.iter_mut().skip(at.2).for_each(|class| shift.class(class));
        }
        shift.offset += super::offset(part.text.len());
        shift.line += part.line_ends;
        (shift.functions, shift.classes) = (functions.len(), classes.len());
    }
    finished(text, body, (functions, classes), comments, None)
}

/// The statements of a text, each as it is in `last` if it is there.
pub fn parts(text: &str, last: &[Arc<Part>]) -> Result<Vec<Arc<Part>>, LowerError> {
    if text.len() > 1 << 30 {
        return Err(LowerError::TooLarge);
    }
    let starts = statements(text);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let texts: Vec<&str> =
        starts.iter().zip(ends).map(|(start, end)| text.get(*start..end).unwrap_or_default()).collect();
    let is = |(part, text): &(&Arc<Part>, &&str)| *part.text == ***text;
    let same = last.iter().zip(&texts).take_while(is).count();
    let rest = last.len().min(texts.len()) - same;
    let behind = last.iter().rev().zip(texts.iter().rev()).take(rest).take_while(is).count();
    let mut parts: Vec<Arc<Part>> = last.iter().take(same).cloned().collect();
    for text in texts.iter().take(texts.len() - behind).skip(same) {
        parts.push(Arc::new(Part::new(text)?));
    }
    parts.extend(last.iter().skip(last.len() - behind).cloned());
    Ok(parts)
}
