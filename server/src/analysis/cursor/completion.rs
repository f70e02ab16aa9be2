//! What can be written at a place: keywords of `Cache(…)`, behaviors, names of inputs. Nothing elsewhere.
//!
//! Code is broken while it is written, so the text is read by its brackets and quotes ([`super::scan`]). What its names mean is asked
//! of the text as it would be with all closed that is open.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use cache_core::policy::Behavior;

use super::Code;
use super::at::{around, identifier};
use super::scan::{Bracket, Rest, Spot, rest, spot, word_after, word_before};
use crate::analysis::Overlay;
use crate::analysis::ir::*;
use crate::analysis::link::{Context, Linker};
use crate::analysis::sdk;
use crate::analysis::value::{FileId, Origin, Value};

/// What can be written, and what it takes the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completing {
    /// The piece of the text that is written over.
    pub range: Range<usize>,
    /// Whether `=` follows already.
    pub assigned: bool,
    /// The best first.
    pub proposals: Vec<Proposal>,
}

/// Something to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// A keyword of `Cache(…)`.
    Keyword(&'static str),
    /// A behavior.
    Behavior {
        /// Which one.
        behavior: Behavior,
        /// Whether the quotes are yet to be written.
        quoted: bool,
    },
    /// The name of an input.
    Input {
        /// The name.
        name: String,
        /// Its annotation, if it has one.
        annotation: Option<String>,
        /// The functions that have it.
        of: Vec<String>,
        /// Whether the quotes are yet to be written.
        quoted: bool,
    },
}

/// What can be written at an offset of a file.
pub fn completions(code: Code<'_>, path: &Path, offset: usize) -> Option<Completing> {
    let bytes = code.files.read(path).ok()?;
    let source = code.files.decode(path, &bytes).ok()?;
    let text = source.text();
    let spot = spot(text, offset)?;
    let slot = slot(text, offset, &spot)?;
    let follows = rest(text, offset);
    let mended = mended(text, offset, &spot, &follows);
    let overlay = Overlay { files: code.files, path, bytes: Arc::from(mended.as_bytes()) };
    let code = Code { files: &overlay, ..code };
    let (linker, file) = code.open(path)?;
    let call = Called::at(&linker, file, slot.call)?;
    let proposals = proposals(text, &slot, &follows, &call)?;
    let start = spot.string.as_ref().map_or_else(|| word_before(text, offset), |string| string.content);
    // What is there already is written over, if it is a word.
    let is_word = text.get(start..offset).is_some_and(|typed| identifier(typed).len() == typed.len());
    let range = start..word_after(text, offset);
    let assigned = text.get(range.end..).is_some_and(|after| after.trim_start().starts_with('='));
    (is_word && !proposals.is_empty()).then_some(Completing { range, assigned, proposals })
}

/// What is being written: an argument of a call, or an element of a list that is one.
struct Slot<'t> {
    /// Where the call's bracket opens.
    call: usize,
    /// The keyword before it; `None` for one that is given by its place.
    keyword: Option<&'t str>,
    /// How many arguments are before it, in pieces of the text.
    before: Vec<&'t str>,
    /// The list or tuple.
    list: Option<&'t Bracket>,
    /// Whether it is in quotes.
    quoted: bool,
}

/// Reads what is before the place; `None` where that is more than a keyword and the start of a word.
fn slot<'t>(text: &'t str, offset: usize, spot: &'t Spot) -> Option<Slot<'t>> {
    let written = spot.string.as_ref().map_or_else(|| word_before(text, offset), |string| string.at);
    let innermost = spot.brackets.last()?;
    let (list, argument_end, up) = match spot.callee(text, 0) {
        Some(_) => (None, written, 0),
        // An element of a list stands by itself.
        None if piece(text, innermost, written)?.trim().is_empty() => (Some(innermost), innermost.at, 1),
        None => return None,
    };
    spot.callee(text, up)?;
    let call = spot.brackets.get(spot.brackets.len().checked_sub(up + 1)?)?;
    let own = piece(text, call, argument_end)?.trim();
    let keyword = match own.strip_suffix('=') {
        Some(name) => Some(name.trim_end()).filter(|name| !name.is_empty() && identifier(name).len() == name.len())?,
        None if own.is_empty() => "",
        None => return None,
    };
    let bounds: Vec<usize> = call.pieces.clone();
    let before = bounds.windows(2).filter_map(|pair| text.get(*pair.first()?..pair.last()?.checked_sub(1)?));
    Some(Slot {
        call: call.at,
        keyword: (!keyword.is_empty()).then_some(keyword),
        before: before.collect(),
        list,
        quoted: spot.string.is_some(),
    })
}

/// The text of a bracket's last piece, up to `end`.
fn piece<'t>(text: &'t str, bracket: &Bracket, end: usize) -> Option<&'t str> {
    text.get(*bracket.pieces.last()?..end)
}

/// The text with all closed that is open at the place.
fn mended(text: &str, offset: usize, spot: &Spot, follows: &Rest) -> String {
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let mut mended = before.to_owned();
    // Where nothing is written yet, something will be.
    let is_empty = spot.string.is_none() && word_before(text, offset) == offset && word_after(text, offset) == offset;
    if is_empty && (!follows.closed || after.trim_start().starts_with([')', ']', '}', ','])) {
        mended.push_str("None");
    }
    if follows.closed {
        mended.push_str(after);
        return mended;
    }
    mended.push_str(spot.string.as_ref().map_or("", |string| string.quotes));
    for bracket in spot.brackets.iter().rev() {
        mended.push_str(match text.get(bracket.at..).and_then(|rest| rest.chars().next()) {
            Some('[') => "]",
            Some('{') => "}",
            _ => ")",
        });
    }
    mended.push('\n');
    mended.push_str(text.get(follows.next..).unwrap_or_default());
    mended
}

/// A call that something is written in.
struct Called<'l, 'a> {
    linker: &'l Linker<'a>,
    file: FileId,
    context: Context<'static>,
    /// The function that is decorated by it, or by a call around it.
    decorates: Option<FunctionId>,
    origin: Origin,
    callee: Value,
}

impl<'l, 'a> Called<'l, 'a> {
    /// The call whose bracket opens at an offset.
    fn at(linker: &'l Linker<'a>, file: FileId, bracket: usize) -> Option<Self> {
        let loaded = linker.file(file);
        let offset = Offset::try_from(bracket).ok()?;
        let around = around(&loaded.summary, file, offset)?;
        let between = |callee: &Expr| loaded.summary.text.get(callee.end as usize..bracket);
        let is_it = |expr: &&&Expr| match &expr.kind {
            ExprKind::Call(callee, _) => between(callee).is_some_and(|between| between.trim().is_empty()),
            _ => false,
        };
        let call = around.chain.iter().rev().find(is_it)?;
        let ExprKind::Call(callee, _) = &call.kind else { return None };
        Some(Self {
            linker,
            file,
            context: around.context,
            decorates: around.decorates,
            origin: (file, call.start),
            callee: linker.value(around.context, callee),
        })
    }

    fn any(&self, is_it: impl Fn(&Value) -> bool) -> bool {
        self.callee.clone().alternatives().iter().any(|(_, value)| is_it(value))
    }

    fn is_cache(&self) -> bool {
        self.any(|value| matches!(value, Value::External(path) if sdk::known(path) == Some(sdk::Known::Cache)))
    }

    /// Whether this is a call that takes `cache=`.
    fn takes_cache(&self) -> bool {
        self.any(|value| match value {
            Value::External(path) => matches!(
                sdk::known(path),
                Some(sdk::Known::Environment | sdk::Known::ContainerTask | sdk::Known::Shell | sdk::Known::Sandbox)
            ),
            Value::Method(object, name) => match (&**object, &**name) {
                (Value::Environment(_), "task" | "clone_with") | (Value::Task(_), "override") => true,
                (Value::Method(_, sandbox), "orchestrator") => &**sandbox == "sandbox",
                _ => false,
            },
            Value::Class(file, class) => self.linker.is_environment_class(*file, *class),
            _ => false,
        })
    }

    /// The functions whose cache is made by the call.
    fn functions(&self) -> Vec<FunctionId> {
        if let Some(id) = self.decorates {
            return vec![id];
        }
        let loaded = self.linker.file(self.file);
        let has_cache = |id: &FunctionId| {
            self.linker
                .defined(self.context.file, *id)
                .alternatives()
                .iter()
                .any(|(_, value)| matches!(value, Value::Task(task) if task.cache == Some(self.origin)))
        };
        let decorated =
            loaded.summary.functions.iter().enumerate().filter(|(_, function)| !function.decorators.is_empty());
        decorated.map(|(id, _)| id).filter(has_cache).collect()
    }

    fn inputs(&self, listed: &[&str], quoted: bool) -> Vec<Proposal> {
        let loaded = self.linker.file(self.file);
        let mut found: Vec<Proposal> = Vec::new();
        for id in self.functions() {
            let Some(function) = loaded.summary.functions.get(id) else { continue };
            for parameter in function.parameters.iter().filter(|parameter| !parameter.variadic) {
                if listed.contains(&parameter.name.as_str()) {
                    continue;
                }
                let is_it =
                    |known: &&mut Proposal| matches!(known, Proposal::Input { name, .. } if *name == parameter.name);
                match found.iter_mut().find(is_it) {
                    Some(Proposal::Input { of, .. }) => of.push(function.name.clone()),
                    _ => found.push(Proposal::Input {
                        name: parameter.name.clone(),
                        annotation: parameter.annotation.as_ref().map(|expr| expr.text(&loaded.summary).to_owned()),
                        of: vec![function.name.clone()],
                        quoted,
                    }),
                }
            }
        }
        found
    }
}

fn proposals(text: &str, slot: &Slot<'_>, follows: &Rest, call: &Called<'_, '_>) -> Option<Vec<Proposal>> {
    let quoted = !slot.quoted;
    let behaviors = || {
        let all = [Behavior::Auto, Behavior::Override, Behavior::Disable];
        all.map(|behavior| Proposal::Behavior { behavior, quoted }).to_vec()
    };
    if !call.is_cache() {
        let is_it = slot.keyword == Some("cache") && slot.list.is_none() && call.takes_cache();
        return is_it.then(behaviors);
    }
    let index = slot.before.len();
    let parameter = slot
        .keyword
        .or_else(|| sdk::CACHE.get(index).copied().filter(|_| slot.before.iter().all(|one| keyword(one).is_none())));
    match parameter {
        Some("ignored_inputs") => {
            let listed = slot.list.map_or(Vec::new(), |list| listed(text, list, follows));
            let mut found = call.inputs(&listed, quoted);
            if slot.keyword.is_none() && quoted && slot.list.is_none() {
                found.extend(keywords(text, slot, follows));
            }
            Some(found)
        }
        _ if slot.list.is_some() => None,
        Some("behavior") => {
            let mut found = behaviors();
            if slot.keyword.is_none() && quoted {
                found.extend(keywords(text, slot, follows));
            }
            Some(found)
        }
        _ if slot.keyword.is_none() && quoted => Some(keywords(text, slot, follows)),
        _ => None,
    }
}

/// The keywords that are not given yet, before or behind the place.
fn keywords(text: &str, slot: &Slot<'_>, follows: &Rest) -> Vec<Proposal> {
    let behind = follows.pieces.iter().filter_map(|start| text.get(*start..));
    let given: Vec<&str> = slot.before.iter().copied().chain(behind).filter_map(keyword).collect();
    let by_place = slot.before.iter().filter(|one| keyword(one).is_none()).count();
    let rest = sdk::CACHE.iter().skip(by_place).filter(|name| !given.contains(name));
    rest.map(|name| Proposal::Keyword(name)).collect()
}

/// The keyword of an argument.
fn keyword(argument: &str) -> Option<&str> {
    let argument = argument.trim_start();
    let name = identifier(argument);
    let value = argument.get(name.len()..)?.trim_start().strip_prefix('=')?;
    (!name.is_empty() && !value.starts_with('=')).then_some(name)
}

/// The names that stand in the other pieces of a list.
fn listed<'t>(text: &'t str, list: &Bracket, follows: &Rest) -> Vec<&'t str> {
    let others = list.pieces.iter().rev().skip(1).chain(&follows.pieces);
    let quoted = others.filter_map(|start| {
        let piece = text.get(*start..)?.trim_start();
        let quote = piece.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        piece.get(1..)?.split(quote).next()
    });
    quoted.collect()
}
