//! Loops over what is known: the rounds of a comprehension or of a `for`, with what its names stand for in each.

use cache_core::key::flyte::Value as Constant;
use cache_core::python::{Clause, Comprehension, Expression, Kind, Made, Node};

use super::kept::is_mutable;
use super::{Constants, Here, Slot};
use crate::analysis::ir::Offset;

/// More rounds than this are not gone through.
pub const MOST: usize = 1_000;

/// What the names of a loop stand for in one round.
pub type Round = Vec<Slot>;

/// An element of what a loop goes through, or why its value isn't known.
pub type Element = Result<Constant, String>;

impl Constants<'_, '_> {
    /// The elements that a loop over an expression goes through, one after the other. Those of a display are told one by one.
    pub fn iterate(&self, here: Here<'_>, node: &Node) -> Result<Vec<Element>, String> {
        let elements = self.iterate_within(here, node)?;
        if elements.len() > MOST {
            return Err(format!("`{}` has more than {MOST} elements", self.shown(here, node)));
        }
        Ok(elements)
    }

    fn iterate_within(&self, here: Here<'_>, node: &Node) -> Result<Vec<Element>, String> {
        match &node.kind {
            Expression::List(items) | Expression::Tuple(items) => {
                let mut elements = Vec::with_capacity(items.len());
                for item in items {
                    match &item.kind {
                        Expression::Starred(inner) => elements.extend(self.iterate(here, inner)?),
                        _ => elements.push(self.value(here, item)),
                    }
                }
                return Ok(elements);
            }
            Expression::Comprehension(made) if made.of != Made::Dict && made.of != Made::Set => {
                return Ok(self
                    .rounds_of(here, &made.clauses)?
                    .into_iter()
                    .map(|slots| self.value(Here { slots: &slots, ..here }, &made.element))
                    .collect());
            }
            Expression::Call(function, given) if given.iter().all(|given| given.kind == Kind::Positional) => {
                let callee = self.find(here, function);
                let is = |path: &str| callee.as_ref().is_ok_and(|callee| self.is_external(callee, path));
                match given.as_slice() {
                    [] => {
                        if let Some(view) = self.view(here, function) {
                            return Ok(view.into_iter().map(Ok).collect());
                        }
                    }
                    [only] if is("builtins.list") || is("builtins.tuple") || is("builtins.iter") => {
                        return self.iterate(here, &only.value);
                    }
                    [only] if is("builtins.reversed") => {
                        return Ok(self.iterate(here, &only.value)?.into_iter().rev().collect());
                    }
                    [only] if is("builtins.enumerate") => {
                        let elements = self.iterate(here, &only.value)?.into_iter().zip(0..);
                        return Ok(elements
                            .map(|(element, index)| Ok(Constant::Tuple(vec![Constant::Int(index), element?])))
                            .collect());
                    }
                    all if is("builtins.zip") => {
                        let all: Vec<_> =
                            all.iter().map(|one| self.iterate(here, &one.value)).collect::<Result<_, _>>()?;
                        let shortest = all.iter().map(Vec::len).min().unwrap_or(0);
                        let column = |index: usize| {
                            let row: Result<Vec<_>, _> = all.iter().filter_map(|one| one.get(index).cloned()).collect();
                            row.map(Constant::Tuple)
                        };
                        return Ok((0..shortest).map(column).collect());
                    }
                    all if is("builtins.range") => return self.range(here, node, all.iter().map(|one| &one.value)),
                    _ => {}
                }
            }
            _ => {}
        }
        let value = self.value(here, node)?;
        let elements = self.elements(&value).ok_or_else(|| self.runs(here, node))?;
        Ok(elements.into_iter().map(Ok).collect())
    }

    /// What `dictionary.items()` and the like go through.
    fn view(&self, here: Here<'_>, function: &Node) -> Option<Vec<Constant>> {
        let Expression::Attribute(object, method) = &function.kind else { return None };
        let Ok(Constant::Dict(entries)) = self.value(here, object) else { return None };
        let entries = entries.into_iter();
        match method.as_str() {
            "keys" => Some(entries.map(|(key, _)| key).collect()),
            "values" => Some(entries.map(|(_, value)| value).collect()),
            "items" => Some(entries.map(|(key, value)| Constant::Tuple(vec![key, value])).collect()),
            _ => None,
        }
    }

    fn range<'n>(
        &self,
        here: Here<'_>,
        node: &Node,
        given: impl Iterator<Item = &'n Node>,
    ) -> Result<Vec<Element>, String> {
        let numbers: Vec<Constant> = given.map(|one| self.value(here, one)).collect::<Result<_, _>>()?;
        let numbers: Option<Vec<i128>> = numbers.iter().map(super::operators::integer).collect();
        let (start, stop, step) = match numbers.as_deref() {
            Some([stop]) => (0, *stop, 1),
            Some([start, stop]) => (*start, *stop, 1),
            Some([start, stop, step]) if *step != 0 => (*start, *stop, *step),
            _ => return Err(self.runs(here, node)),
        };
        let mut elements = Vec::new();
        let mut next = Some(start);
        while let Some(at) = next.filter(|at| if step > 0 { *at < stop } else { *at > stop }) {
            // One more than is gone through, so that it shows.
            if elements.len() > MOST {
                break;
            }
            elements.push(Ok(Constant::Int(at)));
            next = at.checked_add(step);
        }
        Ok(elements)
    }

    /// The rounds of a comprehension's clauses, with the names that were given before.
    pub fn rounds_of(&self, here: Here<'_>, clauses: &[Clause]) -> Result<Vec<Round>, String> {
        let mut rounds = vec![here.slots.to_vec()];
        for clause in clauses {
            let mut inner = Vec::new();
            for round in rounds {
                let here = Here { slots: &round, ..here };
                for element in self.iterate(here, &clause.iterable)? {
                    let mut slots = round.clone();
                    self.bind(here, &clause.target, element, None, &mut slots)?;
                    let within = Here { slots: &slots, ..here };
                    let mut holds = true;
                    for condition in &clause.conditions {
                        holds = holds && self.truth(within, condition)?;
                    }
                    if holds {
                        inner.push(slots);
                    }
                    if inner.len() > MOST {
                        return Err(format!("a loop over more than {MOST} elements is not followed"));
                    }
                }
            }
            rounds = inner;
        }
        Ok(rounds)
    }

    /// Gives the names of a loop's target what they stand for.
    pub fn bind(
        &self,
        here: Here<'_>,
        target: &Node,
        element: Element,
        bound_at: Option<Offset>,
        slots: &mut Round,
    ) -> Result<(), String> {
        match &target.kind {
            Expression::Name(name) => {
                let value = match element {
                    Ok(value) if is_mutable(&value) => {
                        let reason = match bound_at {
                            Some(_) => self.is_kept(here.context, name, &value, 0),
                            None => self.is_kept_anywhere(here.context.file, name, &value, 0),
                        };
                        reason.map_or(Ok(value), Err)
                    }
                    element => element,
                };
                slots.push(Slot { name: name.clone(), bound_at, value });
                Ok(())
            }
            Expression::Tuple(items) | Expression::List(items) => {
                let elements = match element.as_ref().map(|element| self.elements(element)) {
                    Ok(Some(elements)) if elements.len() == items.len() => elements.into_iter().map(Ok).collect(),
                    Ok(_) => return Err(self.runs(here, target)),
                    Err(reason) => vec![Err(reason.clone()); items.len()],
                };
                items
                    .iter()
                    .zip(elements)
                    .try_for_each(|(item, element)| self.bind(here, item, element, bound_at, slots))
            }
            _ => Err(self.runs(here, target)),
        }
    }

    pub(super) fn comprehension(&self, here: Here<'_>, node: &Node, made: &Comprehension) -> Result<Constant, String> {
        if made.clauses.iter().any(|clause| clause.is_async) || made.of == Made::Generator {
            return Err(self.runs(here, node));
        }
        let rounds = self.rounds_of(here, &made.clauses)?;
        let each = |of: &Node| -> Result<Vec<Constant>, String> {
            rounds.iter().map(|slots| self.value(Here { slots, ..here }, of)).collect()
        };
        let elements = each(&made.element)?;
        Ok(match (made.of, &made.value) {
            (Made::Set, _) => {
                self.hashable(here, node, &elements)?;
                Constant::set(elements)
            }
            (Made::Dict, Some(value)) => {
                self.hashable(here, node, &elements)?;
                Constant::dict(elements.into_iter().zip(each(value)?))
            }
            _ => Constant::List(elements),
        })
    }
}
