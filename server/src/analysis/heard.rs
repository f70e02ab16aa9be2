//! Edits that other code of their file can hear of: the statements that hear of one are looked at anew, and with them only those that they
//! need to be understood. What was found in all others stays as it is.
//!
//! Who hears of a statement mentions a name that it binds or changes, or a name of somebody who does. What reaches farther than
//! names do ([`Mentions::is_open`], other files, what [`Notes`] say) is not for here: then the analysis has to be made anew.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::edit::{Edit, Follow};
use super::files::{Files, Roots};
use super::importers::may_patch;
use super::ir::*;
use super::lower::parts::{Part, assembled};
use super::mentions::Name;
use super::mentions::{self, Mentions};
use super::notes::{Ground, Notes};
use super::project::{Slice, analyze_slice, may_cache};
use super::quiet::{is_same_function, reaches_out, summary, words};
use super::reach;
use super::summaries::Summaries;
use super::task::*;
use super::types::may_make_unions;

/// What was found anew.
#[derive(Debug)]
pub struct Heard {
    file: Arc<Path>,
    /// The statements that were looked at, where they stood and where they stand.
    then: Vec<Statement>,
    now: Vec<Statement>,
    /// Whether their tasks may be others than they were, and not only the calls in them.
    tells_tasks: bool,
    /// What is in them, and in those that they need.
    found: Project,
}

#[derive(Debug, PartialEq)]
struct Statement {
    /// Its place among those that hear, as far as it is the same one before and after.
    number: usize,
    range: Range<usize>,
    /// Whether there are functions in it.
    defines: bool,
}

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
    let (then, now) = (statements(then, &stood), statements(now, &hears));
    Some((Heard { file: Arc::from(path), then, now, tells_tasks: !is_within, found }, notes))
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
    let mut needed: Vec<bool> = hears.iter().zip(parts).map(|(hears, part)| *hears || part.mentions().is_open).collect();
    let mut open: Vec<usize> = (0..parts.len()).filter(|at| needed.get(*at) == Some(&true)).collect();
    // What was looked into may be mentioned elsewhere: then that is needed as well.
    const ROUNDS: usize = 4;
    for _ in 0..ROUNDS {
        while let Some(part) = open.pop().and_then(|at| parts.get(at)) {
            let mentions = part.mentions();
            for at in mentions.words().iter().filter(|_| !mentions.is_import).filter_map(|name| affecting.get(name)).flatten() {
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

fn statements(parts: &[Arc<Part>], which: &[bool]) -> Vec<Statement> {
    let mut start = 0;
    let mut found = Vec::new();
    for (part, which) in parts.iter().zip(which) {
        let range = start..start + part.text.len();
        start = range.end;
        if *which {
            found.push(Statement { number: found.len(), range, defines: !part.functions.is_empty() });
        }
    }
    found
}

/// Whether what statements mean to others is told by names, both those that are gone and those that came in their place.
fn is_told_by_names(gone: &[Arc<Part>], come: &[Arc<Part>], notes: &Notes) -> bool {
    let asked: Vec<Name> = notes.names.iter().map(|name| mentions::name(name)).collect();
    let is_told = |part: &Arc<Part>| {
        let mentions: &Mentions = part.mentions();
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
            && part.functions.iter().skip(1).all(|function| function.decorators.is_empty())
            && part.classes.iter().all(|class| class.decorators.is_empty())
    };
    is_same_function(path, start, gone, come, notes) && [gone, come].into_iter().all(is_plain)
}

impl Project {
    /// Takes up what was found anew after an edit, and moves the rest. Which tasks may have another status than they had, by index; `None`
    /// where what was found does not fit into this.
    pub fn hear(&mut self, edit: &Edit, heard: &Heard) -> Option<BTreeSet<usize>> {
        let Self { tasks, calls, triggers, namesakes: _, comments, problems, stamps: _, islands: _ } = self;
        let told: Vec<usize> = (0..tasks.len()).filter(|at| heard.stood(&tasks[*at].at).is_some()).collect();
        let is_told = |index: usize| told.binary_search(&index).is_ok();
        let news = heard.found.tasks.iter().filter(|task| heard.stands(&task.at).is_some());
        let mut news = news.filter(|_| heard.tells_tasks);
        for (index, task) in tasks.iter_mut().enumerate() {
            match heard.tells_tasks && is_told(index) {
                true => *task = news.next().filter(|new| is_same_for_others(task, new))?.clone(),
                false => task.follow(edit)?,
            }
        }
        let is_more = |tasks: usize| !heard.tells_tasks && tasks > 1;
        if news.next().is_some() || is_more(told.len()) || is_more(heard.tasks_now()) {
            return None;
        }

        let (dropped, mut kept): (Vec<Call>, Vec<Call>) = calls.drain(..).partition(|call| heard.stood(&call.at).is_some());
        kept.follow(edit)?;
        let mediated = kept.iter().filter(|call| call.caller.is_some_and(is_told));
        let mediated: BTreeSet<_> =
            mediated.filter_map(|call| Some((call.at.file.clone(), call.at.start, call.callee, call.caller?))).collect();
        let (mut taken, mut mediated_now) = (Vec::new(), BTreeSet::new());
        for call in &heard.found.calls {
            let place = heard.stands(&call.at);
            let caller = call.caller.and_then(|caller| heard.found.tasks.get(caller));
            let called_from = caller.and_then(|caller| heard.stands(&caller.at));
            if place.is_none() && called_from.is_none() {
                continue;
            }
            // Who comes to the body of a plain function is known only where all that call it were looked at.
            let is_direct = match caller {
                Some(_) => place == called_from,
                None => place.is_some_and(|place| !place.defines),
            };
            if place.is_some() && !is_direct && !heard.tells_tasks {
                return None;
            }
            let callee = heard.found.tasks.get(call.callee)?;
            let Some(callee) = index_of(tasks, callee) else {
                // What was not asked about has no place here.
                if *callee.at.file == *heard.file { return None } else { continue }
            };
            let caller = match caller {
                Some(caller) => Some(index_of(tasks, caller)?),
                None => None,
            };
            match (place, caller) {
                (Some(_), _) => taken.push(Call { callee, caller, ..call.clone() }),
                (None, Some(caller)) => drop(mediated_now.insert((call.at.file.clone(), call.at.start, callee, caller))),
                (None, None) => {}
            }
        }
        let is_direct = |call: &Call| {
            let place = heard.stood(&call.at);
            match call.caller.and_then(|caller| tasks.get(caller)) {
                Some(caller) => place.zip(heard.stands(&caller.at)).is_some_and(|(place, caller)| place.number == caller.number),
                None => place.is_some_and(|place| !place.defines),
            }
        };
        if mediated != mediated_now || !(heard.tells_tasks || dropped.iter().all(is_direct)) {
            return None;
        }

        let mut changed: BTreeSet<usize> = told.iter().copied().collect();
        changed.extend(dropped.iter().chain(&taken).map(|call| call.callee));
        let ways = |calls: &[Call]| {
            let mut ways: Vec<_> = calls.iter().map(|call| (call.callee, call.caller, format!("{:?}", call.options))).collect();
            ways.sort();
            ways
        };
        let is_other_way = ways(&dropped) != ways(&taken);
        kept.extend(taken);
        kept.sort_by(|one, other| (&one.place, one.callee, one.caller).cmp(&(&other.place, other.callee, other.caller)));
        *calls = kept;
        if is_other_way {
            // How their runs are started counts for those that they call, too.
            let mut open: Vec<usize> = changed.iter().copied().collect();
            while let Some(caller) = open.pop() {
                let called = calls.iter().filter(|call| call.caller == Some(caller)).map(|call| call.callee);
                open.extend(called.filter(|callee| changed.insert(*callee)));
            }
        }

        if heard.tells_tasks {
            triggers.retain(|trigger| !is_told(trigger.task));
        }
        triggers.follow(edit)?;
        let news = heard.found.triggers.iter().filter(|_| heard.tells_tasks);
        for trigger in news {
            let task = heard.found.tasks.get(trigger.task)?;
            if heard.stands(&task.at).is_some() {
                triggers.push(Trigger { task: index_of(tasks, task)?, ..trigger.clone() });
            }
        }
        triggers.sort_by_key(|trigger| trigger.task);
        comments.follow(edit)?;
        problems.follow(edit)?;
        Some(changed)
    }
}

impl Heard {
    /// What was found anew, for who looks for words in it.
    pub fn found(&self) -> &Project {
        &self.found
    }

    /// How many tasks are in the statements that hear.
    fn tasks_now(&self) -> usize {
        self.found.tasks.iter().filter(|task| self.stands(&task.at).is_some()).count()
    }

    /// Forgets what was looked into in the statements that hear, as they were.
    pub fn forget(&self, notes: &mut Notes) {
        let stood = |at: usize| self.then.iter().any(|statement| statement.range.contains(&at));
        notes.forget(&self.file, &stood);
    }

    /// The statement that a place was in before the edit, of those that hear of it.
    fn stood(&self, at: &Span) -> Option<&Statement> {
        self.holds(&self.then, at)
    }

    /// The statement that a place is in.
    fn stands(&self, at: &Span) -> Option<&Statement> {
        self.holds(&self.now, at)
    }

    fn holds<'s>(&self, statements: &'s [Statement], at: &Span) -> Option<&'s Statement> {
        if at.file.as_os_str() != self.file.as_os_str() {
            return None;
        }
        let index = statements.partition_point(|statement| statement.range.end <= at.start);
        statements.get(index).filter(|statement| statement.range.start <= at.start)
    }
}

/// Whether a task is to all others what it was.
fn is_same_for_others(then: &Task, now: &Task) -> bool {
    let python = |task: &Task| match &task.image {
        ImagePython::Named(python, _) => Some(Some(*python)),
        ImagePython::Submitting => Some(None),
        ImagePython::Unknown(_) => None,
    };
    then.name == now.name
        && then.function == now.function
        && then.branch == now.branch
        && may_cache(&then.spec) == may_cache(&now.spec)
        && python(then) == python(now)
        && (python(then).is_some() || then.image == now.image)
}

/// Where a task is among others, which are sorted; `None` where several could be meant.
fn index_of(tasks: &[Task], task: &Task) -> Option<usize> {
    let first = tasks.partition_point(|other| other.place < task.place);
    let here = tasks.iter().enumerate().skip(first).take_while(|(_, other)| other.place == task.place);
    let mut same = here.filter(|(_, other)| (&other.at, &other.branch, &other.function) == (&task.at, &task.branch, &task.function));
    let found = same.next()?.0;
    same.next().is_none().then_some(found)
}
