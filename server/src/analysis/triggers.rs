//! Triggers of tasks that name inputs: `@env.task(triggers=flyte.Trigger("daily", flyte.Cron("…"), inputs={…}))`.

use std::rc::Rc;

use cache_core::key::flyte::{Argument, Value as Constant};
use cache_core::python::{Expression, Given, Kind, Node};

use super::constant::{Constants, Found, Here};
use super::flow::Moment;
use super::link::{Context, Linker};
use super::sdk;
use super::task::{Known, Passed, Task, Trigger};
use super::value::{TaskValue, Value};

/// Where `flyte.Trigger(name, automation, description, auto_activate, inputs, …)` has its inputs.
const INPUTS: usize = 4;

/// The triggers of tasks, by task.
pub fn find(linker: &Linker<'_>, tasks: &[(Rc<TaskValue>, Task)]) -> Vec<Trigger> {
    let mut found = Vec::new();
    for (index, (value, _)) in tasks.iter().enumerate() {
        let Some((file, id)) = value.body else { continue };
        let loaded = linker.file(file);
        let Some(function) = loaded.summary.functions.get(id) else { continue };
        // Of another function than the one that it decorates, a decorator is none.
        if value.origin != (file, function.start) {
            continue;
        }
        let context = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
        for decorator in &function.decorators {
            let is_maker = matches!(linker.value(context, decorator), Value::TaskMaker(_));
            let text = decorator.text(&loaded.summary);
            if !is_maker || !text.contains("triggers") {
                continue;
            }
            let constants = Constants::new(linker);
            let Ok(Node { kind: Expression::Call(_, given), .. }) = constants.read(text) else { continue };
            let here = Here::new(context, decorator.start);
            for one in given.iter().filter(|one| one.kind == Kind::Keyword("triggers".to_owned())) {
                Reader { constants: &constants, task: index, found: &mut found }.all(here, &one.value, 0);
            }
        }
    }
    found
}

struct Reader<'r, 'l, 'a> {
    constants: &'r Constants<'l, 'a>,
    task: usize,
    found: &'r mut Vec<Trigger>,
}

impl Reader<'_, '_, '_> {
    fn all(&mut self, here: Here<'_>, node: &Node, depth: u32) {
        match &node.kind {
            Expression::List(items) | Expression::Tuple(items) => {
                items.iter().for_each(|item| self.all(here, item, depth));
            }
            Expression::Call(function, given) => self.one(here, node, function, given),
            _ => match self.constants.assignment(here, node).filter(|_| depth < 8) {
                Some((context, start, inner)) => self.all(Here::new(context, start), &inner, depth + 1),
                None => self.add(here, node, Known::Unknown(self.constants.runs(here, node))),
            },
        }
    }

    fn one(&mut self, here: Here<'_>, node: &Node, function: &Node, given: &[Given]) {
        let path = match self.constants.find(here, function) {
            Ok(Found::Thing(Value::External(path))) => path,
            _ => return self.add(here, node, Known::Unknown(self.constants.runs(here, node))),
        };
        let is_trigger = |path: &str| sdk::known(path) == Some(sdk::Known::Trigger);
        let passed = match path.rsplit_once('.') {
            _ if is_trigger(&path) => self.inputs(here, given, Some(INPUTS), None),
            // `Trigger.daily("time", inputs=…)`
            Some((class, "daily" | "hourly" | "minutely" | "weekly" | "monthly")) if is_trigger(class) => {
                self.inputs(here, given, None, Some("trigger_time_input_key"))
            }
            _ => Err(self.constants.runs(here, node)),
        };
        self.add(here, node, passed.map_or_else(Known::Unknown, Known::Value));
    }

    /// The inputs that a trigger names. `position` is where they may be given without a name, `time` the first parameter, which names
    /// the input that is the time.
    fn inputs(
        &self,
        here: Here<'_>,
        given: &[Given],
        position: Option<usize>,
        time: Option<&str>,
    ) -> Result<Passed, String> {
        let argument = |name: &str, position: Option<usize>| {
            let by_name = given.iter().find(|one| one.kind == Kind::Keyword(name.to_owned()));
            let by_position = || given.get(position?).filter(|one| one.kind == Kind::Positional);
            by_name.or_else(by_position).map(|one| &one.value)
        };
        if let Some(unpacked) = given.iter().find(|one| matches!(one.kind, Kind::Star | Kind::DoubleStar)) {
            return Err(format!(
                "`{}` is not known without running Python",
                self.constants.shown(here, &unpacked.value)
            ));
        }
        let mut passed = Passed::default();
        if let Some(key) = time.and_then(|time| argument(time, Some(0))) {
            match self.constants.value(here, key)? {
                Constant::None => {}
                Constant::Str(name) => passed.keywords.push((name, fired_at())),
                _ => return Err(self.constants.runs(here, key)),
            }
        }
        let Some(inputs) = argument("inputs", position) else { return Ok(passed) };
        for (name, value) in self.entries(here, inputs, 0)? {
            passed.keywords.retain(|(known, _)| *known != name);
            passed.keywords.push((name, value));
        }
        Ok(passed)
    }

    fn entries(&self, here: Here<'_>, node: &Node, depth: u32) -> Result<Vec<(String, Argument)>, String> {
        let pair = |name: Constant, value: &Node| match name {
            Constant::Str(name) => Ok((name, self.value(here, value))),
            _ => Err(self.constants.runs(here, node)),
        };
        match &node.kind {
            Expression::Literal(cache_core::python::Literal::None) => Ok(Vec::new()),
            Expression::Dict(items) => items
                .iter()
                .map(|(key, value)| match key {
                    Some(key) => pair(self.constants.value(here, key)?, value),
                    None => Err(self.constants.runs(here, node)),
                })
                .collect(),
            Expression::Call(function, given)
                if self
                    .constants
                    .find(here, function)
                    .is_ok_and(|callee| self.constants.is_external(&callee, "builtins.dict")) =>
            {
                given
                    .iter()
                    .map(|one| match &one.kind {
                        Kind::Keyword(name) => Ok((name.clone(), self.value(here, &one.value))),
                        _ => Err(self.constants.runs(here, node)),
                    })
                    .collect()
            }
            _ => match self.constants.assignment(here, node).filter(|_| depth < 8) {
                // What can be changed must not be.
                Some((context, start, inner)) => {
                    self.constants.steady(here, node)?;
                    self.entries(Here::new(context, start), &inner, depth + 1)
                }
                None => Err(self.constants.runs(here, node)),
            },
        }
    }

    fn value(&self, here: Here<'_>, node: &Node) -> Argument {
        match self.constants.find(here, node) {
            Ok(Found::Value(value)) => Argument::Value(value),
            Ok(Found::Thing(Value::External(path))) if &*path == "flyte.TriggerTime" => fired_at(),
            Ok(Found::Thing(Value::External(path))) if path.starts_with("flyte.Triggered") => {
                Argument::Unknown("the artifact that fires it is known then".to_owned())
            }
            Ok(_) => Argument::Unknown(self.constants.runs(here, node)),
            Err(reason) => Argument::Unknown(reason),
        }
    }

    fn add(&mut self, here: Here<'_>, node: &Node, passed: Known<Passed>) {
        let linker = self.constants.linker;
        let file = linker.file(here.context.file);
        let before = file.summary.text.get(..here.start as usize + node.range.start).unwrap_or_default();
        let line = u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX);
        let place = linker.place(here.context.file, line);
        self.found.push(Trigger { place, task: self.task, passed });
    }
}

fn fired_at() -> Argument {
    Argument::Unknown("the time when the trigger fires is known then".to_owned())
}
