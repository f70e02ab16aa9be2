//! Edits that nothing else in the code can hear of: in the body of a function that mentions neither tasks nor what they are made of,
//! and in the comments and empty lines behind a statement. Whatever the analysis found before such an edit it would find after it.
//!
//! What the body of a function means to the rest is: the calls in it that may come to a task, what it changes outside of itself, what it
//! imports, what it returns to those that read that ([`Notes`]), the uses of names that are asked for everywhere. Of all that nothing may be there,
//! neither before nor after the edit; most is told by the words alone, so that it need not be understood.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::changes;
use super::edit::Edit;
use super::flow;
use super::importers::may_patch;
use super::ir::*;
use super::lower::parts::{Part, Within};
use super::lower::within;
use super::notes::Notes;
use super::reach;
use super::sdk;
use super::types::may_make_unions;
use super::writes::{self, Write};

/// The names of a file's top level that have to do with tasks or with other files, by what stands behind them; all others lead to
/// nothing but the file itself and the world outside of the project.
#[derive(Debug)]
pub struct Names {
    /// Those that lead somewhere.
    leading: HashSet<String>,
    /// All that are bound.
    bound: HashSet<String>,
}

impl Names {
    /// The names of a file; `None` where they can't all be known. `leads_out` tells of an import whether it leads out of the project and
    /// not to the SDK.
    pub fn of(parts: &[Arc<Part>], leads_out: &dyn Fn(&ImportedModule) -> bool) -> Option<Self> {
        let mut binds: Vec<Vec<String>> = Vec::with_capacity(parts.len());
        let mut open = Vec::new();
        for part in parts {
            let summary = summary(part);
            let mut names = Vec::new();
            walk_statements(&part.body, &mut |statement| {
                names.extend(flow::bound_names(&summary, statement).into_iter().map(str::to_owned));
            });
            let mut leads = part.functions.iter().any(|function| !function.decorators.is_empty())
                || part.classes.iter().any(|class| !class.decorators.is_empty());
            let mut is_open = false;
            for scope in reach::scopes(&summary) {
                walk_statements(summary.scope(scope).0, &mut |statement| {
                    if statement.imports().is_some_and(|module| !leads_out(&module)) {
                        is_open |= matches!(statement.kind, StmtKind::ImportFrom { star: true, .. });
                        // Of `import json, flyte` it is one of them.
                        match summary.body.iter().any(|own| std::ptr::eq(own, statement)) {
                            true => open.extend(flow::bound_names(&summary, statement).into_iter().map(str::to_owned)),
                            false => leads = true,
                        }
                    }
                });
            }
            if is_open {
                return None;
            }
            if leads {
                open.extend(names.iter().cloned());
            }
            binds.push(names);
        }
        let bound: HashSet<String> = binds.iter().flatten().cloned().collect();
        let mut mentioned_by: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, (part, binds)) in parts.iter().zip(&binds).enumerate() {
            // What an import binds, its own words don't lead to.
            if binds.is_empty() || part.body.iter().all(|statement| statement.imports().is_some()) {
                continue;
            }
            for word in words(&part.text) {
                if let Some(name) = bound.get(word) {
                    let by = mentioned_by.entry(name).or_default();
                    if by.last() != Some(&index) {
                        by.push(index);
                    }
                }
            }
        }
        let mut leading = HashSet::new();
        while let Some(name) = open.pop() {
            for by in mentioned_by.get(name.as_str()).into_iter().flatten() {
                let names = binds.get(*by).into_iter().flatten();
                open.extend(names.filter(|name| !leading.contains(*name)).cloned());
            }
            leading.insert(name);
        }
        Some(Self { leading, bound })
    }

    /// Whether they are the same ones after a statement was changed.
    pub fn stay(&self, then: &Part, now: &Part) -> bool {
        let leads = |part: &Part| {
            let decorated = part.functions.iter().map(|function| &function.decorators);
            decorated.chain(part.classes.iter().map(|class| &class.decorators)).any(|all| !all.is_empty())
        };
        let binds = |part: &Part| {
            let summary = summary(part);
            let mut names = Vec::new();
            walk_statements(&part.body, &mut |statement| {
                names.extend(flow::bound_names(&summary, statement).into_iter().map(str::to_owned));
            });
            names
        };
        let mentioned = |part: &Part| -> HashSet<String> {
            words(&part.text).filter(|word| self.bound.contains(*word)).map(str::to_owned).collect()
        };
        leads(then) == leads(now) && binds(then) == binds(now) && mentioned(then) == mentioned(now)
    }

    fn leads(&self, word: &str) -> bool {
        self.leading.contains(word)
    }
}

/// Whether an edit between two states of a statement, of which the second one stands at `start`, is heard of by nothing else.
pub fn is_quiet(
    file: &Path,
    (then, now): (&Part, &Part),
    start: usize,
    edit: &Edit,
    names: &Names,
    notes: &Notes,
) -> bool {
    if then.is_broken || now.is_broken || then.within.0 != now.within.0 || notes.follows_objects || notes.teaches {
        return false;
    }
    let (inside, from) = then.within;
    let is_inside = edit.before().start >= start + from
        && edit.before().end <= start + then.text.len()
        && edit.after().end <= start + now.text.len()
        && now.within.1 >= from;
    let [Some(old), Some(new)] = [then, now].map(|part| part.text.get(from..)) else { return false };
    if !is_inside || may_patch(then.text.as_bytes()) != may_patch(now.text.as_bytes()) {
        return false;
    }
    let is_dull = |text: &str| {
        let says_nothing = words(text).all(|word| is_dull(word, names, notes));
        says_nothing
            && !TEXTS.iter().any(|known| text.contains(known))
            && !(notes.compares_unions && may_make_unions(text.as_bytes()))
    };
    if !is_dull(old) || !is_dull(new) {
        return false;
    }
    match inside {
        Within::Nothing => now.within.1 == from,
        Within::Body => is_quiet_in(file, start, then, now, names, notes),
    }
}

/// What is read off the text of a file, whatever it stands in.
const TEXTS: [&str; 6] = ["flyte", "tasklens", ".task", "sys.path", "///", "\\\n"];

/// Names with underscores that say nothing to others.
const PLAIN: [&str; 12] = [
    "__name__",
    "__main__",
    "__init__",
    "__post_init__",
    "__file__",
    "__str__",
    "__repr__",
    "__len__",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
];

/// Whether a text says what names don't tell, or may do so.
pub fn reaches_out(text: &str) -> bool {
    let is_telling = |word: &str| match word {
        "import" => false,
        _ if PLAIN.contains(&word) => false,
        _ => WORDS.contains(&word) || word.starts_with("__"),
    };
    ["tasklens", "sys.path", "///", "\\\n"].iter().any(|known| text.contains(known)) || words(text).any(is_telling)
}

/// Words by which code reaches beyond itself or says what it is, and such as are looked for in texts.
const WORDS: [&str; 18] = [
    "import",
    "global",
    "nonlocal",
    "setattr",
    "delattr",
    "vars",
    "globals",
    "locals",
    "exec",
    "eval",
    "TypeEngine",
    "TypeTransformer",
    "init",
    "init_from_api_key",
    "init_from_config",
    "init_in_cluster",
    "init_passthrough",
    "modules",
];

/// Whether a word leads to nothing that matters.
fn is_dull(word: &str, names: &Names, notes: &Notes) -> bool {
    if !word.is_ascii() {
        // As Python compares names.
        let word: String = word.nfkc().collect();
        return !names.leads(&word) && !notes.names.contains(&word) && !WORDS.contains(&word.as_str());
    }
    !word.starts_with("__") && !names.leads(word) && !notes.names.contains(word) && !WORDS.contains(&word)
}

/// All words of a text, in code, strings and comments alike.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    text.split(move |char: char| !is_word(char))
        .filter(|word| word.starts_with(|first: char| first == '_' || !first.is_ascii_digit()))
}

/// Whether two states of a statement are the same function but for its body, and nobody reads that.
pub fn is_same_function(file: &Path, start: usize, then: &Part, now: &Part, notes: &Notes) -> bool {
    let [Some(old), Some(new)] = [then, now].map(|part| part.functions.first()) else { return false };
    let offset = Offset::try_from(start).ok().and_then(|start| start.checked_add(old.name_offset));
    let from = then.within.1;
    (then.within.0, now.within.0) == (Within::Body, Within::Body)
        && now.within.1 >= from
        && then.text.get(..from) == now.text.get(..from)
        && old.deferred == new.deferred
        && !offset.is_none_or(|offset| notes.is_read(file, offset))
}

fn is_quiet_in(file: &Path, start: usize, then: &Part, now: &Part, names: &Names, notes: &Notes) -> bool {
    let Some(header) = then.functions.first().and_then(|function| header(then, function)) else { return false };
    // What a parameter is said to be may be an environment; and what a function returns, too.
    let is_plain = words(header).all(|word| is_dull(word, names, notes));
    let changes = |summary: &Summary| {
        let (mut named, computed) = within::changes(summary);
        named.retain(|(scope, _), _| *scope == Scope::Module);
        (named, computed)
    };
    if !is_same_function(file, start, then, now, notes) || !is_plain {
        return false;
    }
    let (then, now) = (summary(then), summary(now));
    changes_nothing(&then, names) && changes_nothing(&now, names) && changes(&then) == changes(&now)
}

/// The parameters and what is returned, as text.
fn header<'p>(part: &'p Part, function: &Function) -> Option<&'p str> {
    part.text.get(function.name_offset as usize + function.name.len()..part.within.1)
}

/// Whether a function's body makes no decorated definitions, and sets no attributes that count.
fn changes_nothing(summary: &Summary, names: &Names) -> bool {
    let is_plain = summary.functions.iter().skip(1).all(|function| function.decorators.is_empty())
        && summary.classes.iter().all(|class| class.decorators.is_empty());
    let mut is_quiet = is_plain;
    for scope in reach::scopes(summary).filter(|scope| *scope != Scope::Module) {
        walk_statements(summary.scope(scope).0, &mut |statement| {
            is_quiet &= writes::of(statement).iter().all(|write| is_own(write, names));
        });
    }
    is_quiet
}

/// Whether a write is of an object that is not known by a name of the file's top level, and of an attribute that matters on none.
fn is_own(write: &Write<'_>, names: &Names) -> bool {
    let is_known = |name: &str| name == "cls" || names.bound.contains(name);
    !changes::is_watched(write) && first_name(write.object).is_none_or(|name| !is_known(name))
}

pub fn first_name(object: &Expr) -> Option<&str> {
    match &object.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Attribute(inner, _) => first_name(inner),
        _ => None,
    }
}

/// A statement as if it was all of its file.
pub fn summary(part: &Part) -> Summary {
    Summary {
        text: Arc::from(&*part.text),
        body: part.body.clone(),
        functions: part.functions.clone(),
        classes: part.classes.clone(),
        ..Summary::default()
    }
}

/// Whether an import leads out of the project and not to the SDK.
pub fn leads_out(path: &str) -> bool {
    !sdk::is_of_the_sdk(path) && !path.contains("flyte")
}
