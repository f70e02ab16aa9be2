//! What a call passes to the task that it runs, run by run: its arguments, in each round of the loops over known values that it
//! stands in.

use std::ops::Range;

use cache_core::key::flyte::{Argument, Value as Constant};
use cache_core::python::{Comprehension, Expression, Given, Kind, Node};

use super::calls::How;
use super::constant::{Constants, Here, MOST, Round, Slot, hidden};
use super::flow::Moment;
use super::ir::{Offset, Scope};
use super::link::{Context, Linker};
use super::task::{Known, Passed, RunOptions, Task};
use super::value::Value;
use super::visit::{Around, Visited};

/// Where a call stands in its file.
pub struct Site {
    context: Context<'static>,
    /// The expression of a statement that it is part of, by byte ranges.
    whole: (Offset, Offset),
    call: (Offset, Offset),
    loops: Vec<Around>,
}

impl Site {
    pub fn of(visited: &Visited<'_>) -> Self {
        Self {
            context: visited.context,
            whole: (visited.whole.start, visited.whole.end),
            call: (visited.expr.start, visited.expr.end),
            loops: visited.loops.to_vec(),
        }
    }
}

/// What a call passes, one for each run that it starts, equal ones once; or why that isn't known.
pub fn of(linker: &Linker<'_>, site: &Site, how: &[How], task: &Task) -> Known<Vec<Passed>> {
    let mut all: Vec<Vec<Passed>> = Vec::new();
    for how in how {
        let reader = Reader { constants: Constants::new(linker), site, how, task };
        match reader.runs() {
            Ok(runs) if all.contains(&runs) => {}
            Ok(runs) => all.push(runs),
            Err(reason) => return Known::Unknown(reason),
        }
    }
    match all.pop() {
        Some(only) if all.is_empty() => Known::Value(only),
        _ => Known::Unknown("how the task is run is known at run time only".to_owned()),
    }
}

/// The same for a call outside of tasks: what doesn't start a run there calls the function itself, and no cache is asked.
pub fn outside(how: &[How], passed: &Known<Vec<Passed>>) -> Known<Vec<Passed>> {
    if how.iter().all(How::submits) {
        return passed.clone();
    }
    Known::Unknown("outside of a run this calls the function itself: no cache is asked".to_owned())
}

/// The options that a call starts runs under.
pub fn options(how: &[How]) -> RunOptions {
    let all = how.iter().map(|how| match how {
        How::Run(options) => options.clone(),
        _ => RunOptions::default(),
    });
    all.reduce(|one, other| one.common(other, "it is one of several values at run time")).unwrap_or_default()
}

struct Reader<'r, 'a> {
    constants: Constants<'r, 'a>,
    site: &'r Site,
    how: &'r How,
    task: &'r Task,
}

impl Reader<'_, '_> {
    fn text(&self, (start, end): (Offset, Offset)) -> String {
        let file = self.constants.linker.file(self.site.context.file);
        file.summary.text.get(start as usize..end as usize).unwrap_or_default().to_owned()
    }

    fn runs(&self) -> Result<Vec<Passed>, String> {
        let whole = self.constants.read(&self.text(self.site.whole))?;
        let start = self.site.whole.0;
        let at = |offset: Offset| offset.saturating_sub(start) as usize;
        let range = at(self.site.call.0)..at(self.site.call.1);
        let mut path = Vec::new();
        if !find(&whole, &range, &mut path) {
            return Err("the call can't be read exactly".to_owned());
        }
        let Some((call, around)) = path.split_last() else { return Err("no call".to_owned()) };
        let here = Here::new(self.site.context, start);
        let mut rounds = self.statement_rounds(hidden(&whole));
        for (outer, inner) in around.iter().zip(path.iter().skip(1)) {
            rounds = self.expression_rounds(here, outer, inner, rounds)?;
        }
        let mut all: Vec<Passed> = Vec::new();
        for slots in rounds {
            for passed in self.of_call(Here { slots: &slots, ..here }, call)? {
                if !all.contains(&passed) {
                    all.push(passed);
                }
            }
        }
        Ok(all)
    }

    /// The rounds of the `for` statements around, where what they go through is known.
    fn statement_rounds(&self, first: Round) -> Vec<Round> {
        let mut rounds = vec![first];
        for around in &self.site.loops {
            let mut inner = Vec::new();
            for round in &rounds {
                match self.rounds_of_one(around, round) {
                    Ok(slots) if inner.len() + slots.len() <= MOST => inner.extend(slots),
                    // Its names are not known then.
                    _ => {
                        inner.clear();
                        break;
                    }
                }
            }
            let is_empty =
                rounds.iter().all(|round| self.rounds_of_one(around, round).is_ok_and(|slots| slots.is_empty()));
            if !inner.is_empty() || is_empty {
                rounds = inner;
            }
        }
        rounds
    }

    fn rounds_of_one(&self, around: &Around, round: &Round) -> Result<Vec<Round>, String> {
        let context = Context { moment: Moment::At(around.at), ..self.site.context };
        let iterable = self.constants.read(&self.text(around.iterable))?;
        let target = self.constants.read(&self.text(around.target))?;
        let here = Here { slots: round, ..Here::new(context, around.iterable.0) };
        let mut rounds = Vec::new();
        for element in self.constants.iterate(here, &iterable)? {
            let mut slots = round.clone();
            let here = Here { start: around.target.0, ..here };
            self.constants.bind(here, &target, element, Some(around.target.0), &mut slots)?;
            rounds.push(slots);
        }
        Ok(rounds)
    }

    /// The rounds of an expression around the call, of which `inner` is the part that holds it.
    fn expression_rounds(
        &self,
        here: Here<'_>,
        outer: &Node,
        inner: &Node,
        rounds: Vec<Round>,
    ) -> Result<Vec<Round>, String> {
        match &outer.kind {
            Expression::Comprehension(made) => {
                if matches!(here.context.scope, Scope::Class(_)) {
                    return Err("a loop in a class's body sees other names".to_owned());
                }
                let mut all = Vec::new();
                for round in rounds {
                    let here = Here { slots: &round, ..here };
                    let is_made = inner.range == made.element.range
                        || made.value.as_ref().is_some_and(|value| value.range == inner.range);
                    let known =
                        if is_made { self.constants.rounds_of(here, &made.clauses) } else { Err(String::new()) };
                    match known {
                        Ok(known) if all.len() + known.len() <= MOST => all.extend(known),
                        _ => {
                            let mut round = round;
                            round.extend(bound_by(made).into_iter().map(|name| unknown(&name, "is set by a loop")));
                            all.push(round);
                        }
                    }
                }
                Ok(all)
            }
            Expression::Lambda(names, _) => Ok(rounds
                .into_iter()
                .map(|mut round| {
                    round.extend(names.iter().map(|name| unknown(name, "is a parameter of a lambda")));
                    round
                })
                .collect()),
            _ => Ok(rounds),
        }
    }

    fn of_call(&self, here: Here<'_>, call: &Node) -> Result<Vec<Passed>, String> {
        let Expression::Call(function, given) = &call.kind else { return Err("no call".to_owned()) };
        match self.how {
            How::Itself => Ok(vec![self.given(here, given)?]),
            How::Sandbox => Err("a sandbox has inputs of its own".to_owned()),
            How::Partial => {
                let mut passed = self.partial(here, function)?.unwrap_or_default();
                extend(&mut passed, self.given(here, given)?);
                Ok(vec![passed])
            }
            How::RunPartial => {
                Err("Flyte itself fails here: TypeError: On Flyte tasks can be run, not generic functions or \
                                    methods '<class 'functools.partial'>'."
                    .to_owned())
            }
            How::Run(_) => match given.split_first() {
                Some((Given { kind: Kind::Positional, .. }, rest)) => Ok(vec![self.given(here, rest)?]),
                _ => Err("which argument is the task is known at run time only".to_owned()),
            },
            How::Map => self.mapped(here, given),
        }
    }

    /// Arguments as they are passed on.
    fn given(&self, here: Here<'_>, given: &[Given]) -> Result<Passed, String> {
        let mut passed = Passed::default();
        for given in given {
            let value = &given.value;
            match &given.kind {
                Kind::Positional => passed.positional.push(argument(self.constants.value(here, value))),
                Kind::Keyword(name) => {
                    passed.keywords.push((name.clone(), argument(self.constants.value(here, value))));
                }
                Kind::Star => {
                    let elements = self.constants.iterate(here, value)?;
                    passed.positional.extend(elements.into_iter().map(argument));
                }
                Kind::DoubleStar => passed.keywords.extend(self.keywords(here, value)?),
            }
        }
        Ok(passed)
    }

    /// What `**value` passes. Of a display, each value by itself.
    fn keywords(&self, here: Here<'_>, value: &Node) -> Result<Vec<(String, Argument)>, String> {
        let text = |key: Constant| match key {
            Constant::Str(name) => Ok(name),
            _ => Err(format!("`**{}` has keys that are no text", self.constants.shown(here, value))),
        };
        if let Expression::Dict(items) = &value.kind
            && items.iter().all(|(key, _)| key.is_some())
        {
            let named = items.iter().filter_map(|(key, value)| Some((key.as_ref()?, value)));
            return named
                .map(|(key, value)| {
                    Ok((text(self.constants.value(here, key)?)?, argument(self.constants.value(here, value))))
                })
                .collect();
        }
        match self.constants.value(here, value)? {
            Constant::Dict(entries) => {
                entries.into_iter().map(|(key, value)| Ok((text(key)?, Argument::Value(value)))).collect()
            }
            _ => Err(self.constants.runs(here, value)),
        }
    }

    /// `flyte.map(t, a, b, group_name=…)`: one run for each element of the shortest (`_Mapper.__call__` of `flyte/_map.py`).
    fn mapped(&self, here: Here<'_>, given: &[Given]) -> Result<Vec<Passed>, String> {
        const OWN: [&str; 3] = ["group_name", "concurrency", "return_exceptions"];
        let Some((Given { kind: Kind::Positional, value: function }, rest)) = given.split_first() else {
            return Err("which argument is the task is known at run time only".to_owned());
        };
        let mut columns = Vec::new();
        for given in rest {
            match &given.kind {
                Kind::Positional => columns.push(self.elements(here, &given.value)?),
                Kind::Keyword(name) if OWN.contains(&name.as_str()) => {}
                Kind::Keyword(name) => {
                    return Err(format!(
                        "Flyte itself fails here: TypeError: _Mapper.__call__() got an unexpected keyword argument '{name}'"
                    ));
                }
                Kind::Star | Kind::DoubleStar => return Err(self.constants.runs(here, &given.value)),
            }
        }
        let partial = self.partial(here, function)?;
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(partial) = &partial {
            self.check_partial(partial)?;
        }
        let partial = partial.unwrap_or_default();
        let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
        Ok((0..shortest)
            .map(|index| {
                let row = columns.iter().filter_map(|column| column.get(index).cloned());
                let positional = partial.positional.iter().cloned().chain(row).collect();
                Passed { positional, keywords: partial.keywords.clone() }
            })
            .collect())
    }

    /// What is gone through, element by element; a set alone, since its order is not known.
    fn elements(&self, here: Here<'_>, node: &Node) -> Result<Vec<Argument>, String> {
        let elements = self.constants.iterate(here, node)?;
        Ok(elements.into_iter().map(argument).collect())
    }

    /// `_Mapper.validate_partial`
    fn check_partial(&self, partial: &Passed) -> Result<(), String> {
        let parameters: Vec<&str> = self.task.inputs.iter().map(|input| input.name.as_str()).collect();
        let given = partial.positional.len() + partial.keywords.len();
        if given + 1 != parameters.len() {
            return Err("Flyte itself fails here: TypeError: Partial function must leave exactly one parameter unspecified for \
                        mapping."
                .to_owned());
        }
        let taken = parameters.iter().take(partial.positional.len() + 1);
        match taken.into_iter().find(|name| partial.keywords.iter().any(|(keyword, _)| keyword == *name)) {
            Some(name) => Err(format!(
                "Flyte itself fails here: TypeError: Parameter '{name}' is provided both as positional argument and keyword \
                 argument in partial function."
            )),
            None => Ok(()),
        }
    }

    /// The arguments of a `functools.partial(…)` of a task, which may have a name; `None` for the task itself.
    fn partial(&self, here: Here<'_>, node: &Node) -> Result<Option<Passed>, String> {
        if let Expression::Call(function, given) = &node.kind {
            let callee = self.constants.find(here, function);
            let is_partial = callee.is_ok_and(|callee| self.constants.is_external(&callee, "functools.partial"));
            if is_partial {
                let Some((Given { kind: Kind::Positional, value }, rest)) = given.split_first() else {
                    return Err(self.constants.runs(here, node));
                };
                let mut passed = self.partial(here, value)?.unwrap_or_default();
                extend(&mut passed, self.given(here, rest)?);
                return Ok(Some(passed));
            }
            return Ok(None);
        }
        match self.constants.assignment(here, node) {
            Some((context, start, inner)) => self.partial(Here::new(context, start), &inner),
            // A name that isn't followed may be a partial.
            None => match self.constants.find(here, node)? {
                super::constant::Found::Thing(Value::Task(_)) => Ok(None),
                _ => Err(self.constants.runs(here, node)),
            },
        }
    }
}

fn argument(value: Result<Constant, String>) -> Argument {
    value.map_or_else(Argument::Unknown, Argument::Value)
}

/// The arguments of a call added to those of a partial one; the later keyword counts.
fn extend(passed: &mut Passed, more: Passed) {
    passed.positional.extend(more.positional);
    passed.keywords.retain(|(name, _)| more.keywords.iter().all(|(other, _)| other != name));
    passed.keywords.extend(more.keywords);
}

fn unknown(name: &str, why: &str) -> Slot {
    Slot { name: name.to_owned(), bound_at: None, value: Err(format!("`{name}` {why}")) }
}

/// The names that a comprehension binds.
fn bound_by(made: &Comprehension) -> Vec<String> {
    let mut names = Vec::new();
    let mut open: Vec<&Node> = made.clauses.iter().map(|clause| &clause.target).collect();
    while let Some(node) = open.pop() {
        if let Expression::Name(name) = &node.kind {
            names.push(name.clone());
        }
        open.extend(node.children());
    }
    names
}

/// The nodes that lead to a call, outermost first.
fn find<'n>(node: &'n Node, range: &Range<usize>, path: &mut Vec<&'n Node>) -> bool {
    path.push(node);
    if node.range == *range && matches!(node.kind, Expression::Call(..)) {
        return true;
    }
    if node.children().into_iter().any(|child| find(child, range, path)) {
        return true;
    }
    path.pop();
    false
}
