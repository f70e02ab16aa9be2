//! Which objects an expression may stand for where its value can't be told: every one that flows into it by assignments,
//! loops, parameters, returns, containers and attributes, in any order. More than the truth, never less: what is changed
//! through such an expression is known of none of them.
//!
//! Calls are matched with functions, and stored attributes with read ones, by name alone. What leads where is gathered once for all
//! files, so that a [`Flood`] need not walk through code again at each step.

mod flood;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use super::calls;
use super::flow::{self, Moment};
use super::ir::*;
use super::link::{Context, File, Linker};
use super::task::Known;
use super::value::{FileId, Value};

pub use flood::Flood;

/// An expression where it stands.
#[derive(Clone, Copy)]
pub struct Spot<'f> {
    pub file: FileId,
    pub scope: Scope,
    /// Where its statement starts.
    pub at: Offset,
    pub expr: &'f Expr,
}

impl Spot<'_> {
    fn context(&self) -> Context<'static> {
        Context { file: self.file, scope: self.scope, moment: Moment::At(self.at), frame: None }
    }
}

/// The flows of files.
pub struct Reach<'f, 'a> {
    linker: &'f Linker<'a>,
    files: &'f [Rc<File>],
    /// Calls by the last name of what is called.
    calls: HashMap<&'f str, Calls<'f>>,
    /// The other arguments of calls that are given a function of that name.
    given_with: HashMap<&'f str, Vec<Spot<'f>>>,
    /// What attributes of that name are set to.
    fields: HashMap<&'f str, Vec<Spot<'f>>>,
    /// Other names of functions and classes.
    aliases: HashMap<&'f str, Vec<&'f str>>,
    /// Names of classes by those of their bases.
    subclasses: HashMap<&'f str, Vec<&'f str>>,
    /// Functions by name.
    functions: HashMap<&'f str, Vec<(FileId, FunctionId)>>,
    /// The names that a scope makes its own.
    local: HashSet<Name<'f>>,
    /// What binds a name.
    bindings: HashMap<Name<'f>, Vec<Bound<'f>>>,
    /// The loops over a name.
    loops: HashMap<Name<'f>, Vec<Looped<'f>>>,
    /// What is put into the list or dictionary of a name, in any scope of a file, and what its functions bind to that name.
    changed: HashMap<(FileId, &'f str), Vec<Spot<'f>>>,
    /// The expressions of the statements that start at a place of a scope.
    expressions: HashMap<(FileId, Scope, Offset), Vec<Spot<'f>>>,
    /// Files by path.
    ids: HashMap<&'f Path, FileId>,
}

/// A name of a scope.
type Name<'f> = (FileId, Scope, &'f str);

/// What binds a name.
#[derive(Clone, Copy)]
enum Bound<'f> {
    Value(Spot<'f>),
    /// Within an expression of the statement that starts there.
    Within(Offset),
    /// `from module import original`
    From(&'f ImportedModule, &'f str),
}

/// A loop over a name: from where to where its statement goes, and what it goes over.
struct Looped<'f> {
    start: Offset,
    end: Offset,
    header: &'f [Expr],
}

/// A call.
#[derive(Clone, Copy)]
struct Site<'f> {
    spot: Spot<'f>,
    callee: &'f Expr,
    arguments: &'f [Argument],
}

/// What is given to the calls of one name.
#[derive(Default)]
struct Calls<'f> {
    /// What methods of that name are called of.
    objects: Vec<Spot<'f>>,
    /// By place, counted without those with stars.
    positional: Vec<Vec<Spot<'f>>>,
    keywords: HashMap<&'f str, Vec<Spot<'f>>>,
    /// `*arguments` and `**arguments`, which any parameter may be given.
    starred: Vec<Spot<'f>>,
}

impl<'f> Calls<'f> {
    fn add(&mut self, site: Site<'f>) {
        let spot = |expr: &'f Expr| Spot { expr, ..site.spot };
        if let ExprKind::Attribute(object, _) = &site.callee.kind {
            self.objects.push(spot(object));
        }
        let mut position = 0;
        for argument in site.arguments {
            let given = spot(&argument.value);
            match &argument.kind {
                ArgumentKind::Positional => {
                    match self.positional.get_mut(position) {
                        Some(known) => known.push(given),
                        None => self.positional.push(vec![given]),
                    }
                    position += 1;
                }
                ArgumentKind::Keyword(name) => self.keywords.entry(name).or_default().push(given),
                ArgumentKind::Star | ArgumentKind::DoubleStar => self.starred.push(given),
            }
        }
    }
}

/// Loads the files of the functions that are given environments, caches or tasks.
pub fn load(linker: &Linker<'_>) {
    let mut file = 0;
    while file < linker.count() {
        let loaded = linker.file(file);
        visit(&loaded.summary, &mut |scope, at, whole| {
            let context = Context { file, scope, moment: Moment::At(at), frame: None };
            whole.walk(&mut |part| {
                let ExprKind::Call(callee, arguments) = &part.kind else { return };
                let is_object = |argument: &Argument| {
                    let mut found = Vec::new();
                    calls::can_matter(linker, context, &argument.value)
                        && (collect(&linker.value(context, &argument.value), &mut found) || !found.is_empty())
                        && !found.is_empty()
                };
                if arguments.iter().any(is_object) {
                    let _ = linker.value(context, callee);
                }
            });
        });
        file += 1;
    }
}

impl<'f, 'a> Reach<'f, 'a> {
    /// The flows of those of the loaded files that `ids` names.
    pub fn new(linker: &'f Linker<'a>, files: &'f [Rc<File>], ids: impl Iterator<Item = FileId>) -> Self {
        linker.notes.borrow_mut().follows_objects = true;
        let mut reach = Self {
            linker,
            files,
            calls: HashMap::new(),
            given_with: HashMap::new(),
            fields: HashMap::new(),
            aliases: HashMap::new(),
            subclasses: HashMap::new(),
            functions: HashMap::new(),
            local: HashSet::new(),
            bindings: HashMap::new(),
            loops: HashMap::new(),
            changed: HashMap::new(),
            expressions: HashMap::new(),
            ids: files.iter().enumerate().map(|(id, file)| (&*file.path, id)).collect(),
        };
        for (file, loaded) in ids.filter_map(|id| Some((id, files.get(id)?))) {
            let summary = &*loaded.summary;
            for (id, function) in summary.functions.iter().enumerate() {
                reach.functions.entry(&function.name).or_default().push((file, id));
            }
            for class in &summary.classes {
                for base in class.bases.iter().filter_map(|base| last_name(&base.value)) {
                    reach.subclasses.entry(base).or_default().push(&class.name);
                }
            }
            visit(summary, &mut |scope, at, whole| {
                whole.walk(&mut |expr| {
                    if let ExprKind::Call(callee, arguments) = &expr.kind {
                        reach.add_call(Site { spot: Spot { file, scope, at, expr }, callee, arguments });
                    }
                });
            });
            for scope in scopes(summary) {
                walk_statements(summary.scope(scope).0, &mut |statement| {
                    reach.add_statement(file, scope, statement);
                    reach.add_names(summary, file, scope, statement);
                });
            }
        }
        reach
    }

    fn add_call(&mut self, site: Site<'f>) {
        let spots = site.arguments.iter().map(|argument| Spot { expr: &argument.value, ..site.spot });
        for argument in site.arguments {
            if let Some(name) = last_name(&argument.value) {
                self.given_with.entry(name).or_default().extend(spots.clone());
            }
            // What is given to the SDK is found by way of the environment or task that it makes.
            if let ArgumentKind::Keyword(name) = &argument.kind
                && !last_name(site.callee).is_some_and(|callee| OF_THE_SDK.contains(&callee))
            {
                self.fields.entry(name).or_default().push(Spot { expr: &argument.value, ..site.spot });
            }
        }
        if let ExprKind::Attribute(object, _) = &site.callee.kind
            && let ExprKind::Attribute(_, name) = &object.kind
            && site.spot.expr.changes_in_place()
        {
            self.fields.entry(name).or_default().extend(spots.clone());
        }
        if let (Some("setattr"), [_, Argument { value: Expr { kind: ExprKind::Str(name), .. }, .. }, value, ..]) =
            (last_name(site.callee), site.arguments)
        {
            self.fields.entry(name).or_default().push(Spot { expr: &value.value, ..site.spot });
        }
        self.calls.entry(last_name(site.callee).unwrap_or_default()).or_default().add(site);
    }

    fn add_statement(&mut self, file: FileId, scope: Scope, statement: &'f Stmt) {
        match &statement.kind {
            StmtKind::Assign { targets, value } => {
                let spot = Spot { file, scope, at: statement.start, expr: value };
                for target in targets {
                    match target {
                        Target::Attribute(_, name) => self.fields.entry(name).or_default().push(spot),
                        Target::Item(object, _) => {
                            if let ExprKind::Attribute(_, name) = &object.kind {
                                self.fields.entry(name).or_default().push(spot);
                            }
                        }
                        Target::Name(name) => {
                            if matches!(scope, Scope::Class(_)) {
                                self.fields.entry(name).or_default().push(spot);
                            }
                            if let Some(original) = last_name(value) {
                                self.aliases.entry(original).or_default().push(name);
                            }
                        }
                        Target::Unpack(_) | Target::Scatter(_) => {}
                    }
                }
            }
            StmtKind::ImportFrom { names, .. } => {
                for (original, alias) in names {
                    if let Some(alias) = alias {
                        self.aliases.entry(original).or_default().push(alias);
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes up what a statement says of the names of its scope.
    fn add_names(&mut self, summary: &'f Summary, file: FileId, scope: Scope, statement: &'f Stmt) {
        let at = statement.start;
        let spot = |expr: &'f Expr| Spot { file, scope, at, expr };
        if flow::makes_local(statement) {
            self.local.extend(flow::bound_names(summary, statement).into_iter().map(|name| (file, scope, name)));
        }
        let expressions = statement.expressions();
        if !expressions.is_empty() {
            self.expressions.entry((file, scope, at)).or_default().extend(expressions.into_iter().map(spot));
        }
        match &statement.kind {
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    let names: Vec<&str> = match target {
                        Target::Name(bound) => vec![bound],
                        Target::Unpack(names) => names.iter().flatten().map(String::as_str).collect(),
                        Target::Scatter(names) => names.iter().map(String::as_str).collect(),
                        Target::Item(..) | Target::Attribute(..) => Vec::new(),
                    };
                    for name in names {
                        self.bindings.entry((file, scope, name)).or_default().push(Bound::Value(spot(value)));
                    }
                    let changed = match target {
                        Target::Item(object, _) => object.root(),
                        Target::Name(bound) if matches!(scope, Scope::Function(_)) => Some(bound.as_str()),
                        _ => None,
                    };
                    if let Some(name) = changed {
                        self.changed.entry((file, name)).or_default().push(spot(value));
                    }
                }
            }
            StmtKind::Expr(expr) => {
                if let (Some(name), ExprKind::Call(_, arguments)) = (expr.changed_in_place(), &expr.kind) {
                    let given = arguments.iter().map(|argument| spot(&argument.value));
                    self.changed.entry((file, name)).or_default().extend(given);
                }
            }
            StmtKind::Loop { header, body, .. } | StmtKind::Block { header, body } => {
                for name in set_by_header(body) {
                    let bound = self.bindings.entry((file, scope, name)).or_default();
                    bound.extend(header.iter().map(|expr| Bound::Value(spot(expr))));
                    if matches!(statement.kind, StmtKind::Loop { .. }) {
                        let looped = Looped { start: at, end: statement.end, header };
                        self.loops.entry((file, scope, name)).or_default().push(looped);
                    }
                }
            }
            StmtKind::Opaque { names, .. } => {
                for name in names {
                    self.bindings.entry((file, scope, name)).or_default().push(Bound::Within(at));
                }
            }
            StmtKind::ImportFrom { module, names, .. } => {
                for (original, alias) in names {
                    let name = alias.as_ref().unwrap_or(original);
                    self.bindings.entry((file, scope, name)).or_default().push(Bound::From(module, original));
                }
            }
            _ => {}
        }
    }
}

/// Takes up the objects that a value is or holds; returns whether it is known wholly.
pub fn collect(value: &Value, found: &mut Vec<Value>) -> bool {
    match value {
        Value::Environment(environment) => {
            found.push(value.clone());
            // `env: TaskEnvironment` says what a parameter is, not which.
            matches!(environment.name, Known::Value(_)) || environment.refused.is_some()
        }
        Value::Cache(_) | Value::Task(_) | Value::Function(..) => {
            found.push(value.clone());
            true
        }
        Value::Wrapped(wrapped) => {
            found.push(Value::Function(wrapped.inner.0, wrapped.inner.1));
            true
        }
        Value::Sequence(items) | Value::Tuple(items) => collect_all(items.iter(), found),
        Value::Dict(items) => collect_all(items.iter().map(|(_, item, _)| item), found),
        Value::OneOf(all) => collect_all(all.iter().map(|(_, item)| item), found),
        Value::Unknown(_) | Value::Object | Value::Instance(_) | Value::Method(..) => false,
        _ => true,
    }
}

/// Takes up those of all values, of which one that isn't known hides none of the others.
fn collect_all<'v>(values: impl Iterator<Item = &'v Value>, found: &mut Vec<Value>) -> bool {
    let mut known = true;
    for value in values {
        known &= collect(value, found);
    }
    known
}

/// The names that the header in front of a body sets, of a loop or a `with`: the body starts with that.
fn set_by_header(body: &[Stmt]) -> &[String] {
    match body.first().map(|first| &first.kind) {
        Some(StmtKind::Opaque { names, .. }) => names,
        _ => &[],
    }
}

/// All scopes of a file.
pub fn scopes(summary: &Summary) -> impl Iterator<Item = Scope> {
    let functions = (0..summary.functions.len()).map(Scope::Function);
    let classes = (0..summary.classes.len()).map(Scope::Class);
    std::iter::once(Scope::Module).chain(functions).chain(classes)
}

/// Visits all expressions of a file, with their scope and where their statement starts.
fn visit<'s>(summary: &'s Summary, visit: &mut dyn FnMut(Scope, Offset, &'s Expr)) {
    for scope in scopes(summary) {
        walk_statements(summary.scope(scope).0, &mut |statement| {
            statement.expressions().into_iter().for_each(|expr| visit(scope, statement.start, expr));
        });
    }
    for function in &summary.functions {
        let defaults = function.parameters.iter().filter_map(|parameter| parameter.default.as_ref());
        for expr in function.decorators.iter().chain(defaults) {
            visit(function.parent, function.start, expr);
        }
    }
}

/// What of the SDK takes caches and environments by keyword.
const OF_THE_SDK: [&str; 6] = ["TaskEnvironment", "ContainerTask", "clone_with", "override", "task", "create"];

/// `c` of `a.b.c`
fn last_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(name),
        _ => None,
    }
}
