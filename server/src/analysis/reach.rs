//! Which objects an expression may stand for where its value can't be told: every one that flows into it by assignments,
//! loops, parameters, returns, containers and attributes, in any order. More than the truth, never less: what is changed
//! through such an expression is known of none of them.
//!
//! Calls are matched with functions, and stored attributes with read ones, by name alone.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::flow::{self, Moment};
use super::ir::*;
use super::link::{Context, File, Linker};
use super::sdk;
use super::task::Known;
use super::value::{FileId, Value};
use super::{calls, environment};

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

/// The flows of all loaded files.
pub struct Reach<'f, 'a> {
    linker: &'f Linker<'a>,
    files: &'f [Rc<File>],
    /// Calls by the last name of what is called.
    calls: HashMap<&'f str, Vec<Site<'f>>>,
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
}

/// A call.
#[derive(Clone, Copy)]
struct Site<'f> {
    spot: Spot<'f>,
    callee: &'f Expr,
    arguments: &'f [Argument],
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
    pub fn new(linker: &'f Linker<'a>, files: &'f [Rc<File>]) -> Self {
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
        };
        for (file, loaded) in files.iter().enumerate() {
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
                walk_statements(summary.scope(scope).0, &mut |statement| reach.add_statement(file, scope, statement));
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
        self.calls.entry(last_name(site.callee).unwrap_or_default()).or_default().push(site);
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

    /// The environments, caches, tasks and functions that an expression may stand for.
    pub fn objects(&self, start: Spot<'f>) -> Vec<Value> {
        const MOST: usize = 20_000;
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut seen_names = HashSet::new();
        // What methods of a name return was looked at once for all calls of that name.
        let mut seen_methods = HashSet::new();
        let mut open = vec![start];
        while let Some(spot) = open.pop() {
            if seen.len() > MOST || !seen.insert((spot.file, spot.expr.start, spot.expr.end)) {
                continue;
            }
            if collect(&self.linker.value(spot.context(), spot.expr), &mut found) {
                continue;
            }
            let inner = |expr: &'f Expr| Spot { expr, ..spot };
            match &spot.expr.kind {
                ExprKind::Name(name) => self.named(spot, name, &mut seen_names, &mut open),
                ExprKind::Attribute(object, name) => {
                    open.extend(self.fields.get(name.as_str()).into_iter().flatten());
                    if matches!(self.linker.value(spot.context(), object), Value::Module(_)) {
                        self.member(spot, object, name, &mut seen_names, &mut open);
                    }
                }
                ExprKind::Subscript(object, _) => open.push(inner(object)),
                ExprKind::Call(callee, arguments) => {
                    self.returned(spot, (callee, arguments), &mut seen_methods, &mut open);
                }
                ExprKind::Other(items) if items.is_empty() => self.in_statement(spot, &mut open),
                ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) | ExprKind::Other(items) => {
                    open.extend(items.iter().map(inner));
                }
                ExprKind::Dict(items) => open.extend(items.iter().map(|(_, value)| inner(value))),
                ExprKind::Binary(left, _, right) => open.extend([inner(left), inner(right)]),
                ExprKind::Conditional { then, otherwise, .. } => open.extend([inner(then), inner(otherwise)]),
                ExprKind::Await(value) | ExprKind::Lambda(_, value) => open.push(inner(value)),
                _ => {}
            }
        }
        found
    }

    /// What a call may return: what the function returns, or what it is given.
    fn returned(
        &self,
        spot: Spot<'f>,
        (callee, arguments): (&'f Expr, &'f [Argument]),
        methods: &mut HashSet<&'f str>,
        open: &mut Vec<Spot<'f>>,
    ) {
        let inner = |expr: &'f Expr| Spot { expr, ..spot };
        match self.linker.value(spot.context(), callee) {
            // What a task returns is none of these, and what the SDK does is known.
            Value::Task(_) | Value::Environment(_) | Value::Cache(_) => {}
            Value::External(path) if sdk::is_of_the_sdk(&path) && !path.starts_with("functools.") => {}
            Value::Function(file, id) => self.returns(file, id, open),
            // An object that is made of others is none of them; what it holds is found by its attributes.
            Value::Class(..) => {}
            Value::External(path) if is_class(&path) => {}
            _ => {
                open.extend(arguments.iter().map(|argument| inner(&argument.value)));
                if let ExprKind::Attribute(object, method) = &callee.kind {
                    open.push(inner(object));
                    if methods.insert(method) {
                        let named = self.functions.get(method.as_str()).into_iter().flatten();
                        named.for_each(|(file, id)| self.returns(*file, *id, open));
                    }
                }
            }
        }
    }

    fn returns(&self, file: FileId, id: FunctionId, open: &mut Vec<Spot<'f>>) {
        let Some(function) = self.files.get(file).and_then(|file| file.summary.functions.get(id)) else { return };
        walk_statements(&function.body, &mut |statement| {
            let scope = Scope::Function(id);
            let values: Vec<&Expr> = match &statement.kind {
                StmtKind::Return(Some(value)) => vec![value],
                StmtKind::Expr(value) if function.deferred => vec![value],
                _ => Vec::new(),
            };
            open.extend(values.into_iter().map(|expr| Spot { file, scope, at: statement.start, expr }));
        });
    }

    /// What a name may be bound to.
    fn named(
        &self,
        spot: Spot<'f>,
        name: &'f str,
        seen: &mut HashSet<(FileId, Scope, &'f str)>,
        open: &mut Vec<Spot<'f>>,
    ) {
        let Some(loaded) = self.files.get(spot.file) else { return };
        let summary = &*loaded.summary;
        let mut scope = Some(spot.scope);
        while let Some(inner) = scope {
            let (statements, parameters) = summary.scope(inner);
            // In a loop over the name it is what the loop goes over, whatever it is elsewhere.
            if inner == spot.scope
                && let Some(header) = enclosing_loop(statements, name, spot.at)
            {
                open.extend(header.iter().map(|expr| Spot { expr, ..spot }));
                return;
            }
            if let (Scope::Function(id), Some(index)) =
                (inner, parameters.iter().position(|parameter| parameter.name == name))
            {
                if seen.insert((spot.file, inner, name)) {
                    self.parameter(spot.file, id, index, open);
                }
                return;
            }
            let binds = flow::binds(summary, statements, name) || header_binds(statements, name);
            if binds || inner == Scope::Module && summary.index.get(&inner).is_some_and(|i| i.names.contains_key(name))
            {
                if seen.insert((spot.file, inner, name)) {
                    self.bindings(spot.file, inner, name, seen, open);
                    // Functions within may change it in place.
                    for other in scopes(summary).filter(|other| *other != inner) {
                        self.changes_in_place(spot.file, other, name, open);
                    }
                    open.extend(self.fields.get(name).into_iter().flatten().filter(|_| inner == Scope::Module));
                }
                return;
            }
            scope = summary.parent(inner);
        }
    }

    /// What a comprehension's or a lambda's own name may be: anything else in its statement.
    fn in_statement(&self, spot: Spot<'f>, open: &mut Vec<Spot<'f>>) {
        let Some(loaded) = self.files.get(spot.file) else { return };
        walk_statements(loaded.summary.scope(spot.scope).0, &mut |statement| {
            if statement.start == spot.at {
                statement
                    .expressions()
                    .into_iter()
                    .for_each(|whole| whole.walk(&mut |expr| open.push(Spot { expr, ..spot })));
            }
        });
    }

    fn bindings(
        &self,
        file: FileId,
        scope: Scope,
        name: &'f str,
        seen: &mut HashSet<(FileId, Scope, &'f str)>,
        open: &mut Vec<Spot<'f>>,
    ) {
        let Some(loaded) = self.files.get(file) else { return };
        let is = |bound: &String| bound == name;
        walk_statements(loaded.summary.scope(scope).0, &mut |statement| {
            let spot = |expr| Spot { file, scope, at: statement.start, expr };
            match &statement.kind {
                StmtKind::Assign { targets, value } => {
                    let binds = targets.iter().any(|target| match target {
                        Target::Name(bound) => is(bound),
                        Target::Unpack(names) => names.iter().flatten().any(is),
                        Target::Scatter(names) => names.iter().any(is),
                        Target::Item(object, _) => object.root() == Some(name),
                        Target::Attribute(..) => false,
                    });
                    open.extend(binds.then_some(spot(value)));
                }
                StmtKind::Loop { header, body, .. } | StmtKind::Block { header, body } if sets(body, name) => {
                    open.extend(header.iter().map(spot));
                }
                // Bound within an expression of the statement that starts there.
                StmtKind::Opaque { names, .. } if names.iter().any(is) => {
                    walk_statements(loaded.summary.scope(scope).0, &mut |other| {
                        if other.start == statement.start {
                            open.extend(other.expressions().into_iter().map(spot));
                        }
                    });
                }
                StmtKind::ImportFrom { module, names, .. } => {
                    for (original, alias) in names {
                        if alias.as_ref().unwrap_or(original) == name
                            && let Value::Module(found) = self.linker.module(file, module)
                            && let Some(from) = found.file.as_deref().and_then(|path| self.id(path))
                        {
                            self.in_module(from, original, seen, open);
                        }
                    }
                }
                _ => {}
            }
        });
        self.changes_in_place(file, scope, name, open);
    }

    /// What is put into the list or dictionary `name` in a scope.
    fn changes_in_place(&self, file: FileId, scope: Scope, name: &str, open: &mut Vec<Spot<'f>>) {
        let Some(loaded) = self.files.get(file) else { return };
        walk_statements(loaded.summary.scope(scope).0, &mut |statement| {
            let spot = |expr| Spot { file, scope, at: statement.start, expr };
            match &statement.kind {
                StmtKind::Assign { targets, value } => {
                    let is = |target: &Target| match target {
                        Target::Item(object, _) => object.root() == Some(name),
                        Target::Name(bound) => bound == name && matches!(scope, Scope::Function(_)),
                        _ => false,
                    };
                    open.extend(targets.iter().any(is).then_some(spot(value)));
                }
                StmtKind::Expr(expr) if expr.changed_in_place() == Some(name) => {
                    if let ExprKind::Call(_, arguments) = &expr.kind {
                        open.extend(arguments.iter().map(|argument| spot(&argument.value)));
                    }
                }
                _ => {}
            }
        });
    }

    fn member(
        &self,
        spot: Spot<'f>,
        object: &'f Expr,
        name: &'f str,
        seen: &mut HashSet<(FileId, Scope, &'f str)>,
        open: &mut Vec<Spot<'f>>,
    ) {
        if let Value::Module(module) = self.linker.value(spot.context(), object)
            && let Some(from) = module.file.as_deref().and_then(|path| self.id(path))
        {
            self.in_module(from, name, seen, open);
        }
    }

    fn in_module(
        &self,
        file: FileId,
        name: &'f str,
        seen: &mut HashSet<(FileId, Scope, &'f str)>,
        open: &mut Vec<Spot<'f>>,
    ) {
        let scope = Scope::Module;
        if seen.insert((file, scope, name)) {
            self.bindings(file, scope, name, seen, open);
            if let Some(loaded) = self.files.get(file) {
                for other in scopes(&loaded.summary).filter(|other| *other != scope) {
                    self.changes_in_place(file, other, name, open);
                }
            }
            open.extend(self.fields.get(name).into_iter().flatten());
        }
    }

    fn id(&self, path: &std::path::Path) -> Option<FileId> {
        self.files.iter().position(|file| &*file.path == path)
    }

    /// What a parameter is given, anywhere.
    fn parameter(&self, file: FileId, id: FunctionId, index: usize, open: &mut Vec<Spot<'f>>) {
        let Some(loaded) = self.files.get(file) else { return };
        let summary = &*loaded.summary;
        let Some(function) = summary.functions.get(id) else { return };
        let Some(parameter) = function.parameters.get(index) else { return };
        if let Some(default) = &parameter.default {
            open.push(Spot { file, scope: function.parent, at: function.start, expr: default });
        }
        let is_static = function.decorators.iter().any(|decorator| last_name(decorator) == Some("staticmethod"));
        let class = match function.parent {
            Scope::Class(class) if !is_static => summary.classes.get(class).map(|definition| (class, definition)),
            _ => None,
        };
        let makes = matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__" | "__call__");
        let names = match class {
            Some((_, definition)) if makes => self.names_of(&definition.name, true),
            _ => self.names_of(&function.name, false),
        };
        let own = makes.then_some(function.name.as_str());
        let sites = names.iter().copied().chain(own).filter_map(|name| self.calls.get(name)).flatten();
        if let (0, Some((class, _))) = (index, class) {
            // A method changes itself; only of an environment's class is that an object of interest here.
            if environment::is_of_class(self.linker, file, class) {
                for site in sites {
                    if let ExprKind::Attribute(object, _) = &site.callee.kind {
                        open.push(Spot { expr: object, ..site.spot });
                    }
                }
            }
            return;
        }
        let skipped = usize::from(class.is_some());
        for site in sites {
            let mut positional = skipped;
            for argument in site.arguments {
                let takes = match &argument.kind {
                    ArgumentKind::Positional => {
                        positional += 1;
                        positional == index + 1 || parameter.variadic
                    }
                    ArgumentKind::Keyword(name) => *name == parameter.name || parameter.variadic,
                    ArgumentKind::Star | ArgumentKind::DoubleStar => true,
                };
                if takes {
                    open.push(Spot { expr: &argument.value, ..site.spot });
                }
            }
        }
        for name in &names {
            open.extend(self.given_with.get(name).into_iter().flatten());
        }
    }

    /// A function's or class's names, with those of its subclasses.
    fn names_of(&self, name: &'f str, is_class: bool) -> HashSet<&'f str> {
        let mut all = HashSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            if all.insert(name) {
                open.extend(self.aliases.get(name).into_iter().flatten());
                open.extend(self.subclasses.get(name).into_iter().flatten().filter(|_| is_class));
            }
        }
        all
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

/// The header of the innermost loop over `name` around an offset.
fn enclosing_loop<'s>(statements: &'s [Stmt], name: &str, at: Offset) -> Option<&'s [Expr]> {
    let mut innermost = None;
    walk_statements(statements, &mut |statement| {
        if let StmtKind::Loop { header, body, .. } = &statement.kind
            && (statement.start..statement.end).contains(&at)
            && statement.start < at
            && sets(body, name)
        {
            innermost = Some(header.as_slice());
        }
    });
    innermost
}

/// Whether the header in front of a body, of a loop or a `with`, sets a name: the body starts with that.
fn sets(body: &[Stmt], name: &str) -> bool {
    let first = body.first().map(|first| &first.kind);
    matches!(first, Some(StmtKind::Opaque { names, .. }) if names.iter().any(|bound| bound == name))
}

fn header_binds(statements: &[Stmt], name: &str) -> bool {
    let mut found = false;
    walk_statements(statements, &mut |statement| {
        if let StmtKind::Opaque { names, .. } = &statement.kind {
            found |= names.iter().any(|bound| bound == name);
        }
    });
    found
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

/// Whether something outside of the project is called as classes are, and is none of the standard library's containers.
fn is_class(path: &str) -> bool {
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    module != "collections" && name.starts_with(|first: char| first.is_ascii_uppercase())
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
