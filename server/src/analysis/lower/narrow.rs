//! Which top-level definitions of a file have nothing to do with its tasks, told by their words: a helper class that no task knows of
//! takes as long to be parsed as a task does, and most of a file may be such.
//!
//! Left out is a definition without decorators that mentions no name of what is kept, and that nothing of what is kept mentions. Nothing
//! that the analysis follows can come to it then, or from it, as long as no other file imports this one; [`Surroundings`] says so. What
//! is found out by other ways than names ([`TELLING`], unions) is kept as well. It need not leave out all that it could, and whatever
//! the exact parser refuses is kept whole, for what is broken has to be told.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use cache_core::python::{Binds, Outline};
use unicode_normalization::UnicodeNormalization;

use crate::analysis::{sdk, types};

/// What is known of the file from outside of it.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// Whether it imports no other file of the project, so that its imports can lead to tasks by way of the SDK only.
    pub imports_none: bool,
    /// Whether it may set attributes of what it imports.
    pub may_patch: bool,
}

/// Words by which a definition may have to do with what it doesn't name.
const TELLING: [&str; 24] = [
    "__annotations__",
    "__builtins__",
    "__defaults__",
    "__delattr__",
    "__dict__",
    "__import__",
    "__kwdefaults__",
    "__name__",
    "__setattr__",
    "__signature__",
    "delattr",
    "eval",
    "exec",
    "global",
    "globals",
    "import",
    "import_module",
    "locals",
    "modules",
    "sandbox",
    "setattr",
    "task",
    "tasklens",
    "vars",
];

/// The parts of a text that are to be lowered, in order; `None` if that is all of it.
pub fn kept(text: &str, outline: &[Outline], around: Surroundings) -> Option<Vec<Range<usize>>> {
    // What `typing` was asked for once, anywhere, it gives again.
    let counts = |module: &String| sdk::is_of_the_sdk(module) || module.starts_with("typing");
    // Names of what is kept, and words that tell as much.
    let mut bound: HashSet<Cow<'_, str>> = TELLING.into_iter().map(Cow::from).collect();
    let mut mentioned: HashSet<Cow<'_, str>> = HashSet::new();
    let mut candidates = Vec::new();
    for one in outline {
        let said = text.get(one.extent.clone())?;
        match &one.binds {
            Binds::Definition(name) => match region(text, &one.extent) {
                Some(region) => candidates.push(Candidate { region, name }),
                None => return None,
            },
            Binds::Import { modules, names } => {
                if names.iter().any(|name| name == "*") {
                    return None;
                }
                // An alias may stand for what is told by its usual name.
                let count = !around.imports_none
                    || around.may_patch
                    || modules.iter().any(counts)
                    || words(said).any(|word| word == "as");
                bound.extend(names.iter().filter(|_| count).map(Cow::from));
                mentioned.extend(names.iter().map(Cow::from));
            }
            Binds::Names(names) => {
                bound.extend(names.iter().map(Cow::from));
                mentioned.extend(words(said).map(plain));
            }
            Binds::Any => {
                bound.extend(words(said).map(plain));
                mentioned.extend(words(said).map(plain));
            }
        }
    }
    // What is kept brings along what it mentions, and what mentions it.
    loop {
        let before = candidates.len();
        candidates.retain(|candidate| {
            let said = text.get(candidate.region.clone()).unwrap_or_default();
            let is_apart = !mentioned.contains(candidate.name)
                && !words(said).any(|word| bound.contains(word) || !word.is_ascii())
                && !types::may_make_unions(said.as_bytes());
            if !is_apart {
                bound.insert(candidate.name.into());
                mentioned.extend(words(said).map(plain));
            }
            is_apart
        });
        if candidates.len() == before {
            break;
        }
    }
    if candidates.is_empty() {
        return None;
    }
    let mut kept = Vec::new();
    let mut at = 0;
    for Candidate { region, .. } in candidates {
        if at < region.start {
            kept.push(at..region.start);
        }
        at = region.end;
    }
    if at < text.len() {
        kept.push(at..text.len());
    }
    Some(kept)
}

/// A definition that may be left out.
struct Candidate<'o> {
    region: Range<usize>,
    name: &'o str,
}

/// The whole lines of a definition; `None` if something else stands on them, or is joined to them.
fn region(text: &str, extent: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..extent.start)?;
    let starts_a_line = before.is_empty() || (before.ends_with('\n') && !before.ends_with("\\\n"));
    let behind = text.get(extent.end..)?;
    let line = behind.split_inclusive('\n').next().unwrap_or_default();
    let rest = line.trim();
    (starts_a_line && (rest.is_empty() || rest.starts_with('#'))).then(|| extent.start..extent.end + line.len())
}

/// All that could be a name in a text, in its comments and strings too, where annotations may stand.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(at..)?;
        let start = at + rest.iter().position(is_part)?;
        let word = text.as_bytes().get(start..)?;
        let end = start + word.iter().position(|byte| !is_part(byte)).unwrap_or(word.len());
        at = end;
        text.get(start..end)
    })
}

/// A name as Python compares it.
fn plain(word: &str) -> Cow<'_, str> {
    if word.is_ascii() { word.into() } else { word.nfkc().collect::<String>().into() }
}
