//! What was found anew of an edit that a part of the code hears of, and how the rest of what was found takes it up.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::edit::{Edit, Follow};
use super::lower::parts::Part;
use super::notes::Notes;
use super::project::may_cache;
use super::task::*;

/// What was found anew.
#[derive(Debug)]
pub struct Heard {
    pub(super) file: Arc<Path>,
    /// The statements as they stood, and as they stand.
    pub(super) then: Starts,
    pub(super) now: Starts,
    /// Whether something is called in those that hear when the file is read.
    pub(super) calls: bool,
    /// Whether their tasks may be others than they were, and not only the calls in the body of one.
    pub(super) tells_tasks: bool,
    /// What is in them, and in those that they need.
    pub(super) found: Project,
}

/// The statements of a file by where they begin.
#[derive(Debug)]
pub struct Starts {
    offsets: Vec<usize>,
    lines: Vec<u32>,
    /// Which of them hear of the edit.
    hear: Vec<bool>,
}

impl Starts {
    /// Those of a file, with which of them hear.
    pub(super) fn new(parts: &[Arc<Part>], hear: Vec<bool>) -> Self {
        let (mut offset, mut line) = (0, 1);
        let start = |part: &Arc<Part>| {
            let start = (offset, line);
            (offset, line) = (offset + part.text.len(), line + part.line_ends);
            start
        };
        let (offsets, lines) = parts.iter().map(start).unzip();
        Self { offsets, lines, hear }
    }

    /// The statement at an offset.
    fn at(&self, offset: usize) -> Option<usize> {
        self.offsets.partition_point(|start| *start <= offset).checked_sub(1)
    }

    /// The statement on a line (1-based).
    fn on(&self, line: u32) -> Option<usize> {
        self.lines.partition_point(|start| *start <= line).checked_sub(1)
    }

    fn hears(&self, statement: Option<usize>) -> bool {
        statement.and_then(|statement| self.hear.get(statement)) == Some(&true)
    }
}

/// A call in a statement that does not hear, which a task comes to by way of others: where, what is called, and by which task.
type Mediated = BTreeSet<(Arc<Path>, usize, usize, usize)>;

impl Project {
    /// Takes up what was found anew after an edit, and moves the rest. Which tasks may have another status than they had, by index; `None`
    /// where what was found does not fit into this, which is of no use then.
    pub fn hear(&mut self, edit: &Edit, heard: &Heard) -> Option<BTreeSet<usize>> {
        let places: Vec<Place> = self.tasks.iter().map(|task| task.place.clone()).collect();
        let mut changed: BTreeSet<usize> =
            (0..).zip(&places).filter(|(_, place)| heard.stood_on(place)).map(|(at, _)| at).collect();
        self.hear_tasks(edit, heard, &changed)?;
        self.hear_triggers(edit, heard, &changed)?;
        let called = self.hear_calls(edit, heard, &places, &changed)?;
        changed.extend(called);
        let Self {
            tasks: _,
            calls: _,
            triggers: _,
            connections: _,
            namesakes: _,
            comments,
            problems,
            stamps: _,
            islands: _,
        } = self;
        comments.follow(edit)?;
        problems.follow(edit)?;
        Some(changed)
    }

    fn hear_tasks(&mut self, edit: &Edit, heard: &Heard, told: &BTreeSet<usize>) -> Option<()> {
        let mut news = heard.found.tasks.iter().filter(|task| heard.stands_on(&task.place));
        // A body that was edited is that of the one task whose statement it is in.
        if !heard.tells_tasks && (told.len(), news.clone().count()) != (1, 1) {
            return None;
        }
        for (index, task) in self.tasks.iter_mut().enumerate() {
            let new = if told.contains(&index) { Some(news.next()?) } else { None };
            match new.filter(|_| heard.tells_tasks) {
                Some(new) if is_same_for_others(task, new) => *task = new.clone(),
                Some(_) => return None,
                None => task.follow(edit)?,
            }
        }
        news.next().is_none().then_some(())
    }

    fn hear_triggers(&mut self, edit: &Edit, heard: &Heard, told: &BTreeSet<usize>) -> Option<()> {
        if heard.tells_tasks {
            self.triggers.retain(|trigger| !told.contains(&trigger.task));
        }
        self.triggers.follow(edit)?;
        for trigger in heard.found.triggers.iter().filter(|_| heard.tells_tasks) {
            let task = heard.found.tasks.get(trigger.task)?;
            if heard.stands_on(&task.place) {
                self.triggers.push(Trigger { task: index_of(&self.tasks, task)?, ..trigger.clone() });
            }
        }
        self.triggers.sort_by_key(|trigger| trigger.task);
        Some(())
    }

    /// Takes up calls; `places` are those of the tasks before the edit, `told` the tasks that hear. The tasks that are called in another way
    /// than they were.
    fn hear_calls(
        &mut self,
        edit: &Edit,
        heard: &Heard,
        places: &[Place],
        told: &BTreeSet<usize>,
    ) -> Option<BTreeSet<usize>> {
        let (dropped, mut kept): (Vec<_>, Vec<_>) = self.calls.drain(..).partition(|call| heard.stood(&call.at));
        let is_own = |call: &Call| {
            let caller = call.caller.and_then(|caller| places.get(caller));
            caller.is_some_and(|caller| heard.is_one_statement(&call.at, caller))
        };
        // Code that runs when the file is read may come to functions that call tasks; and who comes to a function's body is known only
        // where all that mention the function were looked at.
        if heard.calls && !kept.iter().all(is_own) || !heard.tells_tasks && !dropped.iter().all(is_own) {
            return None;
        }
        kept.follow(edit)?;
        let (taken, mediated) = self.calls_now(heard)?;
        let is_told = |call: &Call| call.caller.filter(|caller| told.contains(caller));
        let mediated_then: Mediated = kept
            .iter()
            .filter_map(|call| Some((Arc::clone(&call.at.file), call.at.start, call.callee, is_told(call)?)))
            .collect();
        if mediated != mediated_then {
            return None;
        }
        let mut changed: BTreeSet<usize> = dropped.iter().chain(&taken).map(|call| call.callee).collect();
        let is_other_way = ways(&dropped) != ways(&taken);
        kept.extend(taken);
        kept.sort_by(|one, other| {
            (&one.place, one.callee, one.caller).cmp(&(&other.place, other.callee, other.caller))
        });
        self.calls = kept;
        if is_other_way {
            // How their runs are started counts for those that they call, too.
            let mut open: Vec<usize> = changed.iter().copied().collect();
            while let Some(caller) = open.pop() {
                let called = self.calls.iter().filter(|call| call.caller == Some(caller)).map(|call| call.callee);
                open.extend(called.filter(|callee| changed.insert(*callee)));
            }
        }
        Some(changed)
    }

    /// The calls in the statements that hear, and those elsewhere that their tasks come to.
    fn calls_now(&self, heard: &Heard) -> Option<(Vec<Call>, Mediated)> {
        let (mut taken, mut mediated) = (Vec::new(), Mediated::new());
        for call in &heard.found.calls {
            let caller = call.caller.and_then(|caller| heard.found.tasks.get(caller));
            let is_here = heard.stands(&call.at);
            if !is_here && !caller.is_some_and(|caller| heard.stands_on(&caller.place)) {
                continue;
            }
            let is_own = || caller.is_some_and(|caller| heard.now.at(call.at.start) == heard.now.on(caller.place.line));
            if is_here && !heard.tells_tasks && !is_own() {
                return None;
            }
            let callee = heard.found.tasks.get(call.callee)?;
            let Some(callee) = index_of(&self.tasks, callee) else {
                // What was not asked about has no place here.
                if callee.place.file == heard.file { return None } else { continue }
            };
            let caller = match caller {
                Some(caller) => Some(index_of(&self.tasks, caller)?),
                None => None,
            };
            if is_here {
                taken.push(Call { callee, caller, ..call.clone() });
            } else if let Some(caller) = caller {
                mediated.insert((Arc::clone(&call.at.file), call.at.start, callee, caller));
            }
        }
        Some((taken, mediated))
    }
}

/// Who calls whom, and how that starts runs.
fn ways(calls: &[Call]) -> Vec<(usize, Option<usize>, String)> {
    let mut ways: Vec<_> = calls.iter().map(|call| (call.callee, call.caller, format!("{:?}", call.options))).collect();
    ways.sort();
    ways
}

impl Heard {
    /// What was found anew, for who looks for words in it.
    pub fn found(&self) -> &Project {
        &self.found
    }

    /// Forgets what was looked into in the statements that hear, as they were.
    pub fn forget(&self, notes: &mut Notes) {
        notes.forget(&self.file, &|at| self.then.hears(self.then.at(at)));
    }

    fn is_of(&self, file: &Arc<Path>) -> bool {
        file.as_os_str() == self.file.as_os_str()
    }

    /// Whether a place was in a statement that hears.
    fn stood(&self, at: &Span) -> bool {
        self.is_of(&at.file) && self.then.hears(self.then.at(at.start))
    }

    fn stood_on(&self, place: &Place) -> bool {
        self.is_of(&place.file) && self.then.hears(self.then.on(place.line))
    }

    /// Whether a place is in a statement that hears.
    fn stands(&self, at: &Span) -> bool {
        self.is_of(&at.file) && self.now.hears(self.now.at(at.start))
    }

    fn stands_on(&self, place: &Place) -> bool {
        self.is_of(&place.file) && self.now.hears(self.now.on(place.line))
    }

    /// Whether a call was in the statement that makes a task.
    fn is_one_statement(&self, call: &Span, task: &Place) -> bool {
        self.is_of(&call.file) && self.is_of(&task.file) && self.then.at(call.start) == self.then.on(task.line)
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
    let mut same = here
        .filter(|(_, other)| (&other.at, &other.branch, &other.function) == (&task.at, &task.branch, &task.function));
    let found = same.next()?.0;
    same.next().is_none().then_some(found)
}
