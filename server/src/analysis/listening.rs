//! Edits that other code of their file can hear of: the statements that hear of one are looked at anew, and with them only those that they
//! need to be understood. What was found in all others stays as it is.
//!
//! Who hears of a statement mentions a name that it binds or changes, or a name of somebody who does. What reaches farther than
//! names do ([`Mentions::is_open`], other files, what [`Notes`] say) is not for here: then the analysis has to be made anew.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::files::{Files, Roots};
use super::heard::{Heard, Starts};
use super::importers::may_patch;
use super::ir::*;
use super::lower::parts::{Part, assembled};
use super::mentions::{self, Name};
use super::notes::{Ground, Notes};
use super::project::{Slice, analyze_slice};
use super::quiet::{is_same_function, reaches_out, summary, words};
use super::reach;
use super::summaries::Summaries;
use super::task::*;
use super::types::may_make_unions;

/// Where code is found.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    pub files: &'a dyn Files,
    pub roots: &'a Roots,
    pub summaries: &'a Summaries,
}

/// Looks at the statements that hear of an edit, which led from the statements `then` of a file to `now`; with what was looked into for
/// that. `None` where that does not tell all.
pub fn listen(
    code: Code<'_>,
    path: &Path,
    (then, now): (&[Arc<Part>], &[Arc<Part>]),
    text: &str,
    notes: &Notes,
) -> Option<(Heard, Notes)> {
    let ground = notes.ground.as_deref()?;
    if notes.follows_objects || notes.teaches || then.iter().chain(now).any(|part| part.is_broken) {
        return None;
    }
    let is_same = |(one, other): &(&Arc<Part>, &Arc<Part>)| Arc::ptr_eq(one, other);
    let same = then.iter().zip(now).take_while(is_same).count();
    let rest = then.len().min(now.len()) - same;
    let behind = then.iter().rev().zip(now.iter().rev()).take(rest).take_while(is_same).count();
    let gone = then.get(same..then.len() - behind)?;
    let come = now.get(same..now.len() - behind)?;
    if !is_told_by_names(gone, come, notes) {
        return None;
    }
    let start = then.iter().take(same).map(|part| part.text.len()).sum();
    let is_within = match (gone, come) {
        ([gone], [come]) => is_within_a_body(path, start, gone, come, notes),
        _ => false,
    };
    let is_imported = ground.imports.from.get(path).is_some_and(|from| from.iter().any(|file| file != path));
    if is_imported && !is_within {
        return None;
    }

    let mut hears: Vec<bool> = (0..now.len()).map(|at| at >= same && at < now.len() - behind).collect();
    let mut names: Vec<Name> = match is_within {
        true => Vec::new(),
        false => gone.iter().chain(come).flat_map(|part| part.mentions().affects()).collect(),
    };
    let mut told: HashSet<Name> = names.iter().copied().collect();
    while let Some(name) = names.pop() {
        for (part, hears) in now.iter().zip(&mut hears).filter(|(part, hears)| !**hears && part.mentions().has(name)) {
            *hears = true;
            names.extend(part.mentions().affects().filter(|name| told.insert(*name)));
        }
    }
    if now.iter().zip(&hears).any(|(part, hears)| *hears && part.mentions().is_open && !part.mentions().is_import) {
        return None;
    }

    let (found, notes) = look(code, path, now, text, &hears, ground)?;
    // Those behind the edit have other numbers than they had.
    let stood: Vec<bool> = (0..then.len())
        .map(|at| match at {
            _ if at < same => hears.get(at) == Some(&true),
            _ if at < then.len() - behind => true,
            _ => hears.get(now.len() - (then.len() - at)) == Some(&true),
        })
        .collect();
    let calls = |parts: &[Arc<Part>], which: &[bool]| {
        parts.iter().zip(which).any(|(part, which)| *which && part.mentions().calls)
    };
    let calls = calls(then, &stood) || calls(now, &hears);
    let (then, now) = (Starts::new(then, stood), Starts::new(now, hears));
    Some((Heard { file: Arc::from(path), then, now, calls, tells_tasks: !is_within, found }, notes))
}

/// Looks at the statements that hear, and at all that they need.
fn look(
    Code { files, roots, summaries }: Code<'_>,
    path: &Path,
    parts: &[Arc<Part>],
    text: &str,
    hears: &[bool],
    ground: &Ground,
) -> Option<(Project, Notes)> {
    // Of more than a part of a file, all of it is as soon looked at.
    const MOST: usize = 400;
    let mut affecting: HashMap<Name, Vec<usize>> = HashMap::new();
    for (index, part) in parts.iter().enumerate() {
        part.mentions().affects().for_each(|name| affecting.entry(name).or_default().push(index));
    }
    let mut needed: Vec<bool> =
        hears.iter().zip(parts).map(|(hears, part)| *hears || part.mentions().is_open).collect();
    let mut open: Vec<usize> = (0..parts.len()).filter(|at| needed.get(*at) == Some(&true)).collect();
    // What was looked into may be mentioned elsewhere: then that is needed as well.
    const ROUNDS: usize = 4;
    for _ in 0..ROUNDS {
        while let Some(part) = open.pop().and_then(|at| parts.get(at)) {
            let mentions = part.mentions();
            for at in
                mentions.words().iter().filter(|_| !mentions.is_import).filter_map(|name| affecting.get(name)).flatten()
            {
                if let Some(needed) = needed.get_mut(*at).filter(|needed| !**needed) {
                    *needed = true;
                    open.push(*at);
                }
            }
        }
        if needed.iter().filter(|needed| **needed).count() > MOST {
            return None;
        }
        let summary = Arc::new(assembled(text, parts, &|at| needed.get(at) == Some(&true)));
        let (found, notes) = analyze_slice(summaries, files, roots, &Slice { path, summary, ground })?;
        if notes.follows_objects || notes.teaches || notes.compares_unions {
            return None;
        }
        let asked: Vec<Name> = notes.names.iter().map(|name| mentions::name(name)).collect();
        for (at, (part, needed)) in parts.iter().zip(&mut needed).enumerate().filter(|(_, (_, needed))| !**needed) {
            if asked.iter().any(|name| part.mentions().has(*name)) {
                *needed = true;
                open.push(at);
            }
        }
        if open.is_empty() {
            return Some((found, notes));
        }
    }
    None
}

/// Whether what statements mean to others is told by names, both those that are gone and those that came in their place.
fn is_told_by_names(gone: &[Arc<Part>], come: &[Arc<Part>], notes: &Notes) -> bool {
    let asked: Vec<Name> = notes.names.iter().map(|name| mentions::name(name)).collect();
    let is_told = |part: &Arc<Part>| {
        let mentions = part.mentions();
        !mentions.is_open
            && !asked.iter().any(|name| mentions.has(*name))
            && !reaches_out(&part.text)
            && !(notes.compares_unions && may_make_unions(part.text.as_bytes()))
    };
    let of_all = |of: &dyn Fn(&Part) -> Vec<String>, parts: &[Arc<Part>]| -> Vec<String> {
        parts.iter().flat_map(|part| of(part)).collect()
    };
    let patches = |parts: &[Arc<Part>]| parts.iter().any(|part| may_patch(part.text.as_bytes()));
    gone.iter().chain(come).all(is_told)
        && of_all(&imports, gone) == of_all(&imports, come)
        && patches(gone) == patches(come)
}

/// The imports of a statement, wherever in it.
fn imports(part: &Part) -> Vec<String> {
    if !words(&part.text).any(|word| word == "import") {
        return Vec::new();
    }
    let summary = summary(part);
    let mut found = Vec::new();
    for scope in reach::scopes(&summary) {
        walk_statements(summary.scope(scope).0, &mut |statement| {
            if statement.imports().is_some() {
                found.push(format!("{:?}", statement.kind));
            }
        });
    }
    found
}

/// Whether only the body of a function changed, of which nothing else is told by it than the calls in it.
fn is_within_a_body(path: &Path, start: usize, gone: &Part, come: &Part, notes: &Notes) -> bool {
    let is_plain = |part: &Part| {
        part.mentions().changes.is_empty()
            && part.functions.first().is_some_and(|function| !function.decorators.is_empty())
            && part.functions.iter().skip(1).all(|function| function.decorators.is_empty())
            && part.classes.iter().all(|class| class.decorators.is_empty())
    };
    is_same_function(path, start, gone, come, notes) && [gone, come].into_iter().all(is_plain)
}
