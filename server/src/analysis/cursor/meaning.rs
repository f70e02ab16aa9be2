//! What an editor's user points at: a task, a cache, a part of one.

use std::ops::Range;
use std::path::Path;

use cache_core::policy::Behavior;

use super::Code;
use super::at::{Around, around, identifier, keyword, within_quotes};
use super::outline::makes_tasks;
use crate::analysis::ir::*;
use crate::analysis::link::Linker;
use crate::analysis::sdk;
use crate::analysis::task::{Known, Place, Span, Task};
use crate::analysis::value::{FileId, Value};

/// What is pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// The word, by its place.
    pub range: Range<usize>,
    /// What it means.
    pub meaning: Meaning,
    /// The cache that it is a part of, where that is written out around it.
    pub cache: Option<Span>,
}

impl Pointed {
    fn new(range: Range<usize>, meaning: Meaning) -> Self {
        Self { range, meaning, cache: None }
    }
}

/// The meaning of a word, as far as it has to do with caches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A task: its definition, its decorator, or its name in an expression.
    Task {
        /// Several where a condition picks one.
        tasks: Vec<TaskName>,
        /// The innermost call around the name.
        call: Option<Place>,
    },
    /// `flyte.trace`
    Trace,
    /// The SDK's `Cache`.
    Cache {
        /// The call, where it is called: its place and its last line.
        made: Option<(Place, u32)>,
    },
    /// A keyword of `Cache(…)`.
    Argument {
        /// As the SDK calls it.
        name: &'static str,
        /// Where its value is written.
        value: Place,
    },
    /// `cache=`
    Given {
        /// Who gets it.
        to: Holder,
        /// Where its value is written.
        value: Place,
    },
    /// A behavior in quotes, of a `cache=` or of a `Cache(…)`.
    Behavior {
        /// As it is written.
        word: String,
        /// What the SDK reads, or what it raises.
        read: Result<Behavior, String>,
        /// Where it is written.
        place: Place,
    },
    /// A name in `ignored_inputs`.
    Ignored {
        /// The name.
        name: String,
        /// Where the list starts that it is in.
        place: Place,
    },
    /// A parameter of a task.
    Input {
        /// The name.
        name: String,
        /// Whose it is.
        task: TaskName,
    },
}

/// Who is given a `cache=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A task, where it is made.
    Task(TaskName),
    /// An environment, by its name.
    Environment(Known<String>),
    /// A call of a task, by `.override(cache=…)`; with its place.
    Call(TaskName, Place),
    /// What makes tasks of functions that are given elsewhere: `make = env.task(cache=…)`.
    Maker,
}

/// A task, as one finds it among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskName {
    /// Where it is defined.
    pub place: Place,
    /// The function's name.
    pub function: String,
    /// Which of several definitions.
    pub branch: Option<String>,
}

impl TaskName {
    /// Whether this is the task.
    pub fn is(&self, task: &Task) -> bool {
        self.place == task.place && self.function == task.function
    }
}

/// What stands at an offset of a file; `None` where nothing does that has to do with caches.
pub fn pointed(code: Code<'_>, path: &Path, offset: usize) -> Option<Pointed> {
    let (linker, file) = code.open(path)?;
    pointed_in(&linker, file, offset)
}

/// The same, of a file that is loaded.
pub(super) fn pointed_in(linker: &Linker<'_>, file: FileId, offset: usize) -> Option<Pointed> {
    let loaded = linker.file(file);
    let offset = Offset::try_from(offset).ok()?;
    in_definition(linker, file, offset).or_else(|| {
        let around = around(&loaded.summary, file, offset)?;
        Pointer { linker, file, summary: &loaded.summary, around, offset: offset as usize }.find()
    })
}

/// The name of a function that is a task, or one of its parameters.
fn in_definition(linker: &Linker<'_>, file: FileId, offset: Offset) -> Option<Pointed> {
    let loaded = linker.file(file);
    let summary = &*loaded.summary;
    for (id, function) in summary.functions.iter().enumerate() {
        let start = function.name_offset as usize;
        let name = start..start + identifier(summary.text.get(start..)?).len();
        if contains(&name, offset as usize) {
            let tasks = tasks_of(linker, file, id);
            let is_task = !tasks.is_empty();
            return is_task.then_some(Pointed::new(name, Meaning::Task { tasks, call: None }));
        }
        for parameter in function.parameters.iter().filter(|parameter| !parameter.variadic) {
            let range = parameter.start as usize..parameter.end as usize;
            if contains(&range, offset as usize) {
                let task = tasks_of(linker, file, id).into_iter().next()?;
                return Some(Pointed::new(range, Meaning::Input { name: parameter.name.clone(), task }));
            }
        }
    }
    None
}

fn contains(range: &Range<usize>, offset: usize) -> bool {
    range.start <= offset && offset <= range.end
}

/// The tasks that a `def` makes.
pub(super) fn tasks_of(linker: &Linker<'_>, file: FileId, id: FunctionId) -> Vec<TaskName> {
    let loaded = linker.file(file);
    let Some(function) = loaded.summary.functions.get(id) else { return Vec::new() };
    let is_own = |value: &Value| matches!(value, Value::Task(task) if task.origin == (file, function.start));
    let values = linker.defined(file, id).alternatives().into_iter().map(|(_, value)| value);
    let names = values.filter(is_own).filter_map(|value| named(&value)).map(|name| TaskName {
        // Where a definition stands is known better than what it is made of.
        branch: function.branch.clone().or(name.branch),
        ..name
    });
    names.collect()
}

fn named(value: &Value) -> Option<TaskName> {
    let Value::Task(task) = value else { return None };
    let task = &task.task;
    Some(TaskName { place: task.place.clone(), function: task.function.clone(), branch: task.branch.clone() })
}

struct Pointer<'p, 'a> {
    linker: &'p Linker<'a>,
    file: FileId,
    summary: &'p Summary,
    around: Around<'p>,
    offset: usize,
}

impl Pointer<'_, '_> {
    fn find(&self) -> Option<Pointed> {
        // What is nearest goes first: `"auto"` within `Cache(…)` within a decorator.
        (0..self.around.chain.len()).rev().find_map(|depth| self.at(depth)).or_else(|| self.decorator())
    }

    fn expr(&self, depth: usize) -> Option<&Expr> {
        self.around.chain.get(depth).copied()
    }

    fn value(&self, expr: &Expr) -> Value {
        self.linker.value(self.around.context, expr)
    }

    fn place(&self, line: u32) -> Place {
        self.linker.place(self.file, line)
    }

    fn span(&self, expr: &Expr) -> Span {
        self.linker.span(self.file, expr.start, expr.end)
    }

    fn last_line(&self, expr: &Expr) -> u32 {
        let more = expr.text(self.summary).matches('\n').count();
        expr.line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
    }

    fn at(&self, depth: usize) -> Option<Pointed> {
        let expr = self.expr(depth)?;
        match &expr.kind {
            ExprKind::Str(word) => self.string(depth, expr, word),
            ExprKind::Name(_) => self.name(depth, expr, expr.start as usize..expr.end as usize),
            ExprKind::Attribute(_, name) => {
                let end = expr.end as usize;
                self.name(depth, expr, end.checked_sub(name.len())?..end)
            }
            ExprKind::Call(callee, arguments) => self.keyword(expr, callee, arguments),
            _ => None,
        }
    }

    /// A name, of which the last part is pointed at.
    fn name(&self, depth: usize, expr: &Expr, range: Range<usize>) -> Option<Pointed> {
        if !contains(&range, self.offset) {
            return None;
        }
        let call = depth.checked_sub(1).and_then(|outer| self.expr(outer)).filter(|outer| is_callee(expr, outer));
        let values: Vec<Value> = self.value(expr).alternatives().into_iter().map(|(_, value)| value).collect();
        let known = |value: &Value| match value {
            Value::External(path) => sdk::known(path),
            _ => None,
        };
        if values.iter().any(|value| known(value) == Some(sdk::Known::Cache)) {
            let made = call.map(|call| (self.place(call.line), self.last_line(call)));
            return Some(Pointed { range, meaning: Meaning::Cache { made }, cache: call.map(|call| self.span(call)) });
        }
        if values.iter().any(|value| matches!(value, Value::External(path) if sdk::is_trace(path))) {
            return Some(Pointed::new(range, Meaning::Trace));
        }
        let tasks: Vec<TaskName> = values.iter().filter_map(named).collect();
        // A task's name may be passed on or called by way of others: `train.aio(…)`, `flyte.run(train, …)`.
        let call = self.around.chain.iter().rev().find(|outer| matches!(outer.kind, ExprKind::Call(..)));
        let call = call.map(|call| self.place(call.line));
        (!tasks.is_empty()).then_some(Pointed::new(range, Meaning::Task { tasks, call }))
    }

    /// `cache=`, or a keyword of `Cache(…)`.
    fn keyword(&self, call: &Expr, callee: &Expr, arguments: &[Argument]) -> Option<Pointed> {
        let found = |argument: &&Argument| {
            keyword(argument, &self.summary.text).is_some_and(|range| contains(&range, self.offset))
        };
        let argument = arguments.iter().find(found)?;
        let range = keyword(argument, &self.summary.text)?;
        let ArgumentKind::Keyword(name) = &argument.kind else { return None };
        let value = self.place(argument.value.line);
        if self.is_cache(callee) {
            let name = sdk::CACHE.iter().find(|known| *known == name)?;
            return Some(Pointed { range, meaning: Meaning::Argument { name, value }, cache: Some(self.span(call)) });
        }
        let to = self.holder(call).filter(|_| name == "cache")?;
        let cache = self.is_written_out(&argument.value).then(|| self.span(&argument.value));
        Some(Pointed { range, meaning: Meaning::Given { to, value }, cache })
    }

    /// Whether the value of a `cache=` is the cache, and not a name for one.
    fn is_written_out(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Str(_) => true,
            ExprKind::Call(callee, _) => self.is_cache(callee),
            _ => false,
        }
    }

    fn is_cache(&self, callee: &Expr) -> bool {
        let values = self.value(callee).alternatives();
        let is_it =
            |value: &Value| matches!(value, Value::External(path) if sdk::known(path) == Some(sdk::Known::Cache));
        values.iter().any(|(_, value)| is_it(value))
    }

    /// Who takes the `cache=` of a call.
    fn holder(&self, call: &Expr) -> Option<Holder> {
        let (_, value) = self.value(call).alternatives().into_iter().next()?;
        match value {
            Value::TaskMaker(_) => Some(match self.around.decorates {
                Some(id) => Holder::Task(tasks_of(self.linker, self.file, id).into_iter().next()?),
                None => Holder::Maker,
            }),
            Value::Environment(environment) => Some(Holder::Environment(environment.name.clone())),
            value @ Value::Task(_) => {
                let name = named(&value)?;
                let is_made_here = matches!(&value, Value::Task(task) if task.origin == (self.file, call.start) && task.over.is_none());
                Some(if is_made_here { Holder::Task(name) } else { Holder::Call(name, self.place(call.line)) })
            }
            _ => None,
        }
    }

    /// A string that is a behavior or the name of an ignored input.
    fn string(&self, depth: usize, expr: &Expr, word: &str) -> Option<Pointed> {
        let range = within_quotes(expr, &self.summary.text)?;
        let place = self.place(expr.line);
        let behavior = |range, cache: &Expr| {
            let read = Behavior::parse(word).map_err(|error| error.to_string());
            let meaning = Meaning::Behavior { word: word.to_owned(), read, place: place.clone() };
            Some(Pointed { range, meaning, cache: Some(self.span(cache)) })
        };
        let (outer, list) = match self.expr(depth.checked_sub(1)?)? {
            list if matches!(list.kind, ExprKind::Tuple(_) | ExprKind::List(_) | ExprKind::Set(_)) => {
                (self.expr(depth.checked_sub(2)?)?, Some(list))
            }
            outer => (outer, None),
        };
        let ExprKind::Call(callee, arguments) = &outer.kind else { return None };
        let given = list.unwrap_or(expr);
        let index = arguments.iter().position(|argument| argument.value.start == given.start)?;
        let name = match &arguments.get(index)?.kind {
            ArgumentKind::Keyword(name) => name.as_str(),
            ArgumentKind::Positional if self.is_cache(callee) => sdk::CACHE.get(index)?,
            _ => return None,
        };
        match name {
            "cache" if list.is_none() => {
                self.holder(outer)?;
                behavior(range, expr)
            }
            "behavior" if list.is_none() && self.is_cache(callee) => behavior(range, outer),
            "ignored_inputs" if self.is_cache(callee) => {
                // Of a string that is no list, all is one name; so is what stands in a list.
                let meaning = Meaning::Ignored { name: word.to_owned(), place: self.place(given.line) };
                Some(Pointed { range, meaning, cache: Some(self.span(outer)) })
            }
            _ => None,
        }
    }

    /// The decorator of a task, before its arguments.
    fn decorator(&self) -> Option<Pointed> {
        let id = self.around.decorates?;
        let outermost = self.expr(0)?;
        let callee = match &outermost.kind {
            ExprKind::Call(callee, _) => callee,
            _ => outermost,
        };
        let range = callee.start as usize..callee.end as usize;
        let makes_tasks = makes_tasks(self.value(callee));
        let tasks = tasks_of(self.linker, self.file, id);
        let is_it = makes_tasks && contains(&range, self.offset) && !tasks.is_empty();
        is_it.then_some(Pointed::new(range, Meaning::Task { tasks, call: None }))
    }
}

fn is_callee(expr: &Expr, call: &Expr) -> bool {
    matches!(&call.kind, ExprKind::Call(callee, _) if callee.start == expr.start && callee.end == expr.end)
}
