//! Where the cache of a task's own is written, or would be: what an edit of it needs to know of the text. Found anew for a
//! task that is to be edited, since nothing else asks for it.

use std::ops::Range;
use std::sync::Arc;

use super::files::{Files, Roots};
use super::flow::Moment;
use super::imports;
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::sdk;
use super::summaries::Summaries;
use super::task::Task;
use super::value::{FileId, TaskValue, Value};
use super::visit::{self, Visited};
use crate::edit::TextEdit;

/// The expression that makes a task, by byte ranges in its file's [`cache_core::python::Source::text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Making {
    /// The file's text.
    pub text: Arc<str>,
    /// The decorator without its `@`, or the call.
    pub range: Range<usize>,
    /// What it is given; `None` for a decorator without parentheses.
    pub arguments: Option<ArgumentList>,
    /// `cache=` among the arguments, where it is written out.
    pub own: Option<OwnCache>,
    /// How the SDK's `Cache` is called here.
    pub name: CacheName,
    /// What the `Cache` of `own` is called, and an edit that takes its import back, if nothing else in the file uses it.
    pub import: Option<(String, TextEdit)>,
}

/// A `cache=` argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCache {
    /// Its index among the arguments.
    pub index: usize,
    /// The arguments of `Cache(...)`, where that is written right there; `None` for a string, or for a cache that is made
    /// elsewhere and may be that of other tasks.
    pub made: Option<ArgumentList>,
}

/// A call's arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentList {
    /// From the opening parenthesis to behind the closing one.
    pub range: Range<usize>,
    /// In source order.
    pub arguments: Vec<ArgumentText>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentText {
    /// All of it.
    pub range: Range<usize>,
    /// Its keyword; `None` if it is given by position.
    pub keyword: Option<String>,
    /// Whether it is `*a` or `**a`.
    pub unpacked: bool,
}

/// What an expression that means the SDK's `Cache` looks like at the place of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheName {
    /// `flyte.Cache`, `Cache`
    Known(String),
    /// The name, once this import is there.
    Imported(String, TextEdit),
}

/// How a task of a file is made.
///
/// # Errors
///
/// Why its cache can't be written where it is made, in words: its decorator comes from elsewhere, or it is made by a call
/// that makes others too.
pub fn making(files: &dyn Files, roots: &Roots, summaries: &Summaries, task: &Task) -> Result<Making, String> {
    let linker = Linker::new(files, roots, summaries);
    let path = &task.place.file;
    let file = linker.load(path).ok_or("the file can't be read")?;
    let loaded = linker.file(file);
    let mut found: Vec<Making> = Vec::new();
    let mut elsewhere = None;
    for (id, function) in loaded.summary.functions.iter().enumerate() {
        if function.line == task.place.line
            && !function.decorators.is_empty()
            && is_it(linker.defined(file, id), (file, function.start), task)
        {
            match decorator(&linker, file, function) {
                Some((context, expr)) => found.push(made_by(&linker, context, expr)?),
                None => elsewhere = function.decorators.last().map(|expr| shown(expr, &loaded.summary)),
            }
        }
    }
    visit::calls(&linker, file, &mut |&Visited { context, expr, .. }| {
        if expr.line == task.place.line && is_it(linker.value(context, expr), (file, expr.start), task) {
            found.extend(made_by(&linker, context, maker(expr)));
        }
    });
    found.dedup();
    match (found.as_slice(), elsewhere) {
        ([_], None) => found.pop().ok_or_else(String::new),
        (_, Some(text)) => Err(format!("its decorator `@{text}` is made elsewhere and may be that of other tasks")),
        ([], None) => Err("it is not made by a decorator or a call of its own".to_owned()),
        _ => Err(format!("line {} makes several tasks", task.place.line)),
    }
}

/// Whether a value that is made at `origin` is the task.
fn is_it(value: Value, origin: (FileId, Offset), task: &Task) -> bool {
    value.alternatives().into_iter().any(|(_, value)| {
        matches!(value, Value::Task(made) if made.origin == origin && made.over.is_none() && same(&made, task))
    })
}

fn same(made: &TaskValue, task: &Task) -> bool {
    made.task.name == task.name && made.task.function == task.function
}

/// The decorator that makes a task, if it is written out: `@env.task`, `@env.task(...)`.
fn decorator<'f>(linker: &Linker<'_>, file: FileId, function: &'f Function) -> Option<(Context<'static>, &'f Expr)> {
    let context = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
    let written = |expr: &&Expr| match &expr.kind {
        ExprKind::Attribute(..) => makes_tasks(linker.value(context, expr)),
        ExprKind::Call(callee, _) => {
            matches!(callee.kind, ExprKind::Attribute(..)) && makes_tasks(linker.value(context, callee))
        }
        _ => false,
    };
    function.decorators.iter().find(written).map(|expr| (context, expr))
}

/// Whether this is `env.task` or the like.
fn makes_tasks(value: Value) -> bool {
    value.alternatives().iter().any(|(_, value)| match value {
        Value::Method(_, name) => matches!(&**name, "task" | "orchestrator"),
        _ => false,
    })
}

/// The call that takes a task's cache: of `env.task(cache=…)(f)` the inner one.
fn maker(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Call(callee, _) if matches!(callee.kind, ExprKind::Call(..)) => callee,
        _ => expr,
    }
}

fn made_by(linker: &Linker<'_>, context: Context<'_>, expr: &Expr) -> Result<Making, String> {
    let loaded = linker.file(context.file);
    let text = &*loaded.summary.text;
    let (mut own, mut import) = (None, None);
    let arguments = match &expr.kind {
        ExprKind::Call(callee, arguments) => {
            if let Some(index) = arguments.iter().position(|argument| keyword(argument) == Some("cache")) {
                let value = arguments.get(index).map(|argument| &argument.value);
                if let Some(ExprKind::Call(callee, _)) = value_kind(arguments, index)
                    && let ExprKind::Name(name) = &callee.kind
                {
                    import = imports::unused(&loaded.summary, name).map(|edit| (name.clone(), edit));
                }
                own = Some(OwnCache { index, made: value.and_then(|value| made_here(linker, context, value, text)) });
            }
            let list = list(text, callee, expr, arguments);
            Some(list.ok_or_else(|| format!("line {} can't be read in full", expr.line))?)
        }
        _ => None,
    };
    let name = imports::cache_name(linker, context, expr.start);
    Ok(Making {
        text: Arc::clone(&loaded.summary.text),
        range: range(expr.start, expr.end),
        arguments,
        own,
        name,
        import,
    })
}

fn value_kind(arguments: &[Argument], index: usize) -> Option<&ExprKind> {
    arguments.get(index).map(|argument| &argument.value.kind)
}

impl Making {
    /// Whether the file's text has a name.
    pub fn mentions(&self, name: &str) -> bool {
        imports::mentions(&self.text, name) > 0
    }
}

/// The arguments of a `Cache(...)` that stands there.
fn made_here(linker: &Linker<'_>, context: Context<'_>, value: &Expr, text: &str) -> Option<ArgumentList> {
    let ExprKind::Call(callee, arguments) = &value.kind else { return None };
    match linker.value(context, callee) {
        Value::External(path) if sdk::known(&path) == Some(sdk::Known::Cache) => list(text, callee, value, arguments),
        _ => None,
    }
}

fn keyword(argument: &Argument) -> Option<&str> {
    match &argument.kind {
        ArgumentKind::Keyword(name) => Some(name),
        _ => None,
    }
}

/// A call's argument list: the first parenthesis that opens behind what is called.
fn list(text: &str, callee: &Expr, call: &Expr, arguments: &[Argument]) -> Option<ArgumentList> {
    let end = call.end as usize;
    let mut at = callee.end as usize;
    let open = loop {
        match text.as_bytes().get(at)? {
            b'(' => break at,
            b'#' => at += text.get(at..)?.find('\n')?,
            _ => at += 1,
        }
    };
    let closes = text.get(..end).is_some_and(|text| text.ends_with(')'));
    let arguments = arguments.iter().map(|argument| ArgumentText {
        range: range(argument.start, argument.end),
        keyword: keyword(argument).map(str::to_owned),
        unpacked: matches!(argument.kind, ArgumentKind::Star | ArgumentKind::DoubleStar),
    });
    closes.then(|| ArgumentList { range: open..end, arguments: arguments.collect() })
}

fn range(start: Offset, end: Offset) -> Range<usize> {
    start as usize..end as usize
}
