//! The walk over what flows into expressions, each looked at once, whatever it was come to from: in a project of any size, several
//! questions of one flood take no more steps than there is code.

use std::collections::HashSet;

use super::super::ir::*;
use super::super::value::{FileId, Value};
use super::super::{environment, sdk};
use super::{Bound, Looped, Name, Reach, Spot, collect, last_name};

/// What was looked at on behalf of all questions so far.
pub struct Flood<'r, 'f, 'a> {
    reach: &'r Reach<'f, 'a>,
    /// What is still to be looked at.
    open: Vec<Spot<'f>>,
    seen: HashSet<(FileId, Offset, Offset)>,
    names: HashSet<Name<'f>>,
    fields: HashSet<&'f str>,
    /// Methods and functions by name, of which what they return was looked at.
    methods: HashSet<&'f str>,
    returned: HashSet<(FileId, FunctionId)>,
    parameters: HashSet<(FileId, FunctionId, usize)>,
    /// Arguments by the name of what is called: many functions share their names, and their calls.
    taken: HashSet<(&'f str, Taken<'f>)>,
    given_with: HashSet<&'f str>,
    statements: HashSet<(FileId, Scope, Offset)>,
}

/// Which arguments of the calls of a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Taken<'f> {
    /// The objects whose methods are called.
    Object,
    Positional(usize),
    Keyword(&'f str),
    Starred,
}

impl<'r, 'f, 'a> Flood<'r, 'f, 'a> {
    pub fn new(reach: &'r Reach<'f, 'a>) -> Self {
        Self {
            reach,
            open: Vec::new(),
            seen: HashSet::new(),
            names: HashSet::new(),
            fields: HashSet::new(),
            methods: HashSet::new(),
            returned: HashSet::new(),
            parameters: HashSet::new(),
            taken: HashSet::new(),
            given_with: HashSet::new(),
            statements: HashSet::new(),
        }
    }

    /// The environments, caches, tasks and functions that an expression may stand for, without those that were found on the ways of
    /// an earlier question.
    pub fn objects(&mut self, start: Spot<'f>) -> Vec<Value> {
        let mut found = Vec::new();
        self.open(start);
        while let Some(spot) = self.open.pop() {
            if !collect(&self.reach.linker.value(spot.context(), spot.expr), &mut found) {
                self.step(spot);
            }
        }
        found
    }

    /// Opens what was not looked at before; most of what is come to was.
    fn open(&mut self, spot: Spot<'f>) {
        if self.seen.insert((spot.file, spot.expr.start, spot.expr.end)) {
            self.open.push(spot);
        }
    }

    fn open_all(&mut self, spots: impl IntoIterator<Item = Spot<'f>>) {
        spots.into_iter().for_each(|spot| self.open(spot));
    }

    /// Opens what flows into an expression.
    fn step(&mut self, spot: Spot<'f>) {
        let inner = |expr: &'f Expr| Spot { expr, ..spot };
        match &spot.expr.kind {
            ExprKind::Name(name) => self.named(spot, name),
            ExprKind::Attribute(object, name) => {
                self.field(name);
                if let Value::Module(module) = self.reach.linker.value(spot.context(), object)
                    && let Some(from) = module.file.as_deref().and_then(|path| self.reach.ids.get(path))
                {
                    self.in_module(*from, name);
                }
            }
            ExprKind::Subscript(object, _) => self.open(inner(object)),
            ExprKind::Call(callee, arguments) => self.returned(spot, callee, arguments),
            ExprKind::Other(items) if items.is_empty() => self.in_statement(spot),
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) | ExprKind::Other(items) => {
                self.open_all(items.iter().map(inner));
            }
            ExprKind::Dict(items) => self.open_all(items.iter().map(|(_, value)| inner(value))),
            ExprKind::Binary(left, _, right) => self.open_all([inner(left), inner(right)]),
            ExprKind::Conditional { then, otherwise, .. } => self.open_all([inner(then), inner(otherwise)]),
            ExprKind::Await(value) | ExprKind::Lambda(_, value) => self.open(inner(value)),
            _ => {}
        }
    }

    /// What attributes of a name are set to.
    fn field(&mut self, name: &'f str) {
        if self.fields.insert(name) {
            self.open_all(self.reach.fields.get(name).into_iter().flatten().copied());
        }
    }

    /// What a call may return: what the function returns, or what it is given.
    fn returned(&mut self, spot: Spot<'f>, callee: &'f Expr, arguments: &'f [Argument]) {
        let inner = |expr: &'f Expr| Spot { expr, ..spot };
        match self.reach.linker.value(spot.context(), callee) {
            // What a task returns is none of these, and what the SDK does is known.
            Value::Task(_) | Value::Environment(_) | Value::Cache(_) => {}
            Value::External(path) if sdk::is_of_the_sdk(&path) && !path.starts_with("functools.") => {}
            Value::Function(file, id) => self.returns(file, id),
            // An object that is made of others is none of them; what it holds is found by its attributes.
            Value::Class(..) => {}
            Value::External(path) if is_class(&path) => {}
            _ => {
                self.open_all(arguments.iter().map(|argument| inner(&argument.value)));
                if let ExprKind::Attribute(object, method) = &callee.kind {
                    self.open(inner(object));
                    if self.methods.insert(method) {
                        let named = self.reach.functions.get(method.as_str()).into_iter().flatten();
                        named.for_each(|(file, id)| self.returns(*file, *id));
                    }
                }
            }
        }
    }

    fn returns(&mut self, file: FileId, id: FunctionId) {
        let Some(function) = self.reach.files.get(file).and_then(|file| file.summary.functions.get(id)) else { return };
        if !self.returned.insert((file, id)) {
            return;
        }
        walk_statements(&function.body, &mut |statement| {
            let scope = Scope::Function(id);
            let value = match &statement.kind {
                StmtKind::Return(value) => value.as_ref(),
                StmtKind::Expr(value) if function.deferred => Some(value),
                _ => None,
            };
            self.open_all(value.map(|expr| Spot { file, scope, at: statement.start, expr }));
        });
    }

    /// What a name may be bound to.
    fn named(&mut self, spot: Spot<'f>, name: &'f str) {
        let Some(loaded) = self.reach.files.get(spot.file) else { return };
        let summary = &*loaded.summary;
        let mut scope = Some(spot.scope);
        while let Some(inner) = scope {
            let key = (spot.file, inner, name);
            // In a loop over the name it is what the loop goes over, whatever it is elsewhere.
            let is_around = |looped: &&Looped<'f>| looped.start < spot.at && spot.at < looped.end;
            if inner == spot.scope
                && let Some(innermost) = self.reach.loops.get(&key).into_iter().flatten().rfind(is_around)
            {
                // Before its first round the name is another.
                self.open_all(innermost.header.iter().map(|expr| Spot { expr, at: innermost.start, ..spot }));
                return;
            }
            let parameters = summary.scope(inner).1;
            if let (Scope::Function(id), Some(index)) =
                (inner, parameters.iter().position(|parameter| parameter.name == name))
            {
                if self.names.insert(key) {
                    self.parameter(spot.file, id, index);
                }
                return;
            }
            let is_indexed = |scope: &Scope| summary.index.get(scope).is_some_and(|i| i.names.contains_key(name));
            if self.reach.local.contains(&key) || inner == Scope::Module && is_indexed(&inner) {
                if self.names.insert(key) {
                    self.bindings(key);
                    if inner == Scope::Module {
                        self.field(name);
                    }
                }
                return;
            }
            scope = summary.parent(inner);
        }
    }

    /// What a comprehension's or a lambda's own name may be: anything else in its statement.
    fn in_statement(&mut self, spot: Spot<'f>) {
        let key = (spot.file, spot.scope, spot.at);
        if self.statements.insert(key) {
            for whole in self.reach.expressions.get(&key).into_iter().flatten() {
                whole.expr.walk(&mut |expr| self.open(Spot { expr, ..spot }));
            }
        }
    }

    /// What binds a name in its scope, and what changes it in place there or in any other of its file.
    fn bindings(&mut self, key: Name<'f>) {
        let (file, scope, name) = key;
        for bound in self.reach.bindings.get(&key).into_iter().flatten() {
            match bound {
                Bound::Value(spot) => self.open(*spot),
                Bound::Within(at) => {
                    let within = self.reach.expressions.get(&(file, scope, *at));
                    self.open_all(within.into_iter().flatten().copied());
                }
                Bound::From(module, original) => {
                    if let Value::Module(found) = self.reach.linker.module(file, module)
                        && let Some(from) = found.file.as_deref().and_then(|path| self.reach.ids.get(path))
                    {
                        self.in_module(*from, original);
                    }
                }
            }
        }
        self.open_all(self.reach.changed.get(&(file, name)).into_iter().flatten().copied());
    }

    fn in_module(&mut self, file: FileId, name: &'f str) {
        let key = (file, Scope::Module, name);
        if self.names.insert(key) {
            self.bindings(key);
            self.field(name);
        }
    }

    /// What a parameter is given, anywhere.
    fn parameter(&mut self, file: FileId, id: FunctionId, index: usize) {
        let Some(loaded) = self.reach.files.get(file) else { return };
        let summary = &*loaded.summary;
        let Some(function) = summary.functions.get(id) else { return };
        let Some(parameter) = function.parameters.get(index) else { return };
        if let Some(default) = &parameter.default {
            self.open(Spot { file, scope: function.parent, at: function.start, expr: default });
        }
        let is_static = function.decorators.iter().any(|decorator| last_name(decorator) == Some("staticmethod"));
        let class = match function.parent {
            Scope::Class(class) if !is_static => summary.classes.get(class).map(|definition| (class, definition)),
            _ => None,
        };
        let makes = matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__" | "__call__");
        let own = makes.then_some(function.name.as_str());
        let callee = match class {
            Some((_, definition)) if makes => (definition.name.as_str(), true, own),
            _ => (function.name.as_str(), false, own),
        };
        let is_self = |index| class.filter(|_| index == 0);
        if is_self(index).is_some_and(|(class, _)| !environment::is_of_class(self.reach.linker, file, class)) {
            // A method changes itself; only of an environment's class is that an object of interest here.
            return;
        }
        if !self.parameters.insert((file, id, index)) {
            return;
        }
        let names = self.names_of(callee.0, callee.1);
        for name in names.iter().copied().chain(own) {
            if is_self(index).is_some() {
                self.take(name, Taken::Object);
                continue;
            }
            if parameter.variadic {
                self.take_all(name);
                continue;
            }
            // A call doesn't give the first parameter of a method.
            if let Some(position) = index.checked_sub(usize::from(class.is_some())) {
                self.take(name, Taken::Positional(position));
            }
            self.take(name, Taken::Keyword(&parameter.name));
            self.take(name, Taken::Starred);
        }
        if is_self(index).is_some() {
            return;
        }
        for name in names {
            if self.given_with.insert(name) {
                self.open_all(self.reach.given_with.get(name).into_iter().flatten().copied());
            }
        }
    }

    /// Opens arguments of the calls of a name.
    fn take(&mut self, name: &'f str, taken: Taken<'f>) {
        let Some(calls) = self.reach.calls.get(name).filter(|_| self.taken.insert((name, taken))) else { return };
        let spots = match taken {
            Taken::Object => Some(&calls.objects),
            Taken::Positional(position) => calls.positional.get(position),
            Taken::Keyword(keyword) => calls.keywords.get(keyword),
            Taken::Starred => Some(&calls.starred),
        };
        self.open_all(spots.into_iter().flatten().copied());
    }

    /// Opens all arguments of the calls of a name.
    fn take_all(&mut self, name: &'f str) {
        let Some(calls) = self.reach.calls.get(name) else { return };
        (0..calls.positional.len()).for_each(|position| self.take(name, Taken::Positional(position)));
        calls.keywords.keys().for_each(|keyword| self.take(name, Taken::Keyword(keyword)));
        self.take(name, Taken::Starred);
    }

    /// A function's or class's names, with those of its subclasses.
    fn names_of(&self, name: &'f str, is_class: bool) -> HashSet<&'f str> {
        let mut all = HashSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            if all.insert(name) {
                open.extend(self.reach.aliases.get(name).into_iter().flatten());
                open.extend(self.reach.subclasses.get(name).into_iter().flatten().filter(|_| is_class));
            }
        }
        all
    }
}

/// Whether something outside of the project is called as classes are, and is none of the standard library's containers.
fn is_class(path: &str) -> bool {
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    module != "collections" && name.starts_with(|first: char| first.is_ascii_uppercase())
}
