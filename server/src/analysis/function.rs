//! Functions to tasks: `@env.task` with and without arguments, `env.task(f)`, and what decorators below it do to the
//! source that is hashed.
//!
//! `inspect.getsource` follows `__wrapped__`, so a decorator that uses `functools.wraps` changes nothing; one that does
//! not makes Flyte hash, and name the task after, the wrapper.

use std::rc::Rc;

use cache_core::policy::Behavior;

use super::arguments::Call;
use super::cache;
use super::environment;
use super::flow::Moment;
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::sdk;
use super::task::{From, FunctionRef, ImagePython, Input, Kind, Known, Place, Span, Spec, Task, TaskKeyword};
use super::types;
use super::value::{
    Arguments, CacheArgument, Environment, FileId, Given, Origin, TaskMaker, TaskValue, Value, Wrapped,
};

impl Linker<'_> {
    /// What a `def` binds: the function behind its decorators.
    pub fn defined(&self, file: FileId, id: FunctionId) -> Value {
        let loaded = self.file(file);
        let Some(function) = loaded.summary.functions.get(id) else { return Value::unknown("no such function") };
        if function.decorators.is_empty() {
            return Value::Function(file, id);
        }
        let key = (file, function.name_offset, function.start);
        self.once(
            key,
            true,
            || function.name.clone(),
            || {
                let context = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
                function.decorators.iter().enumerate().rev().fold(
                    Value::Function(file, id),
                    |value, (index, decorator)| {
                        let meaning = self.value(context, decorator);
                        let place = Definition {
                            at: function.named_at(self, file),
                            origin: (file, function.start),
                            place: self.place(file, function.line),
                            branch: function.branch.clone(),
                            decorator: Some(index),
                            in_order: function.parent == Scope::Module && !function.in_loop,
                        };
                        self.decorated(context, &place, decorator, meaning, value)
                    },
                )
            },
        )
    }

    fn decorated(
        &self,
        context: Context<'_>,
        definition: &Definition,
        decorator: &Expr,
        meaning: Value,
        function: Value,
    ) -> Value {
        let task = |environment: &Rc<Environment>, arguments: &Arguments, sandboxed: bool| {
            made(self, definition, environment, arguments, &function, sandboxed)
        };
        match &meaning {
            Value::OneOf(all) => {
                return Value::one_of(
                    all.iter()
                        .filter(|(_, meaning)| !matches!(meaning, Value::None))
                        .map(|(words, meaning)| {
                            let value =
                                self.decorated(context, definition, decorator, meaning.clone(), function.clone());
                            (words.clone(), value)
                        })
                        .collect(),
                );
            }
            Value::Instance(instance) => {
                if let Some((Value::Method(object, name), arguments)) = instance.partial()
                    && let (Value::Environment(environment), "task") = (&**object, &**name)
                {
                    return task(environment, &arguments, false);
                }
            }
            Value::TaskMaker(maker) => return task(&maker.environment, &maker.arguments, maker.sandboxed),
            Value::Method(object, name) => match (&**object, &**name) {
                (Value::Environment(environment), "task") => return task(environment, &Arguments::default(), false),
                (Value::Instance(instance), "task") => {
                    if let Some(environment) = environment::of_instance(instance) {
                        return task(&environment, &Arguments::default(), false);
                    }
                }
                (Value::Method(inner, sandbox), "orchestrator") if &**sandbox == "sandbox" => {
                    if let Value::Environment(environment) = &**inner {
                        return task(environment, &Arguments::default(), true);
                    }
                }
                _ => {}
            },
            _ => {}
        }
        if let Some((environment, arguments)) = self.task_of_unknown(context, decorator, &meaning) {
            return task(&environment, &arguments, false);
        }
        match function {
            // A decorator above the task's is handed the task.
            Value::Task(_) | Value::OneOf(_) => function,
            function => self.wrapped(context, decorator, &meaning, function),
        }
    }

    /// A decorator `x.task` or `x.task(...)` of which `x` is not known, in a file that uses Flyte: its environment is
    /// not known, but it surely is one more likely than anything else.
    fn task_of_unknown(
        &self,
        context: Context<'_>,
        decorator: &Expr,
        meaning: &Value,
    ) -> Option<(Rc<Environment>, Arguments)> {
        let (callee, arguments) = match &decorator.kind {
            ExprKind::Call(callee, arguments) => (&**callee, Some(arguments)),
            // `lambda f: env.task(f)`
            ExprKind::Lambda(_, body) => {
                let mut makes = false;
                body.walk(&mut |part| {
                    makes |= matches!(&part.kind, ExprKind::Attribute(object, name)
                        if name == "task" && matches!(self.value(context, object), Value::Environment(_)));
                });
                let reason = format!("`{}` runs Python", self.text(context.file, decorator));
                let made = environment::unknown(&reason, (context.file, decorator.start));
                return makes.then(|| (Rc::new(made), Arguments::default()));
            }
            _ => (decorator, None),
        };
        let ExprKind::Attribute(object, name) = &callee.kind else { return None };
        let file = self.file(context.file);
        if name != "task" {
            return None;
        }
        let reason = match (self.value(context, object), meaning) {
            (Value::Unknown(reason), _) => reason.to_string(),
            // One of several, of which this one isn't known.
            (Value::OneOf(all), Value::Unknown(_)) => all.iter().find_map(|(_, value)| match value {
                Value::Unknown(reason) => Some(reason.to_string()),
                _ => None,
            })?,
            (Value::External(path), _)
                if is_named_for_tasks(object, &file.summary)
                    && sdk::may_have_tasks(&path)
                    && !sdk::is_of_the_sdk(&path) =>
            {
                format!("`{}` comes from `{path}`, outside of the project", shown(object, &file.summary))
            }
            _ => return None,
        };
        let arguments = arguments.map(|arguments| self.arguments(context, arguments)).unwrap_or_default();
        Some((Rc::new(environment::unknown(&reason, (context.file, object.start))), arguments))
    }
}

/// Whether what something is called, or the file that it is used in, speaks for an environment: `@team_env.task`.
fn is_named_for_tasks(object: &Expr, summary: &Summary) -> bool {
    let is_environment = match &object.kind {
        ExprKind::Name(name) | ExprKind::Attribute(_, name) => name.to_ascii_lowercase().contains("env"),
        _ => false,
    };
    is_environment || summary.text.contains("flyte")
}

/// Where a task is made.
pub struct Definition {
    /// See [`Task::at`].
    pub at: Span,
    pub origin: Origin,
    pub place: Place,
    pub branch: Option<String>,
    /// See [`Task::decorator`].
    pub decorator: Option<usize>,
    /// See [`TaskValue::in_order`].
    pub in_order: bool,
}

impl Definition {
    pub fn of_call(linker: &Linker<'_>, call: &Call<'_>) -> Self {
        let at = linker.span(call.context.file, call.expr.start, call.expr.end);
        Self { at, origin: call.origin(), place: call.place(linker), branch: None, decorator: None, in_order: false }
    }
}

/// `env.task(...)`: a task if a function is given, else what makes one.
pub fn maker_or_task(
    linker: &Linker<'_>,
    call: &Call<'_>,
    environment: &Rc<Environment>,
    arguments: Arguments,
    sandboxed: bool,
) -> Value {
    let function = arguments.given.first().filter(|given| given.kind == ArgumentKind::Positional);
    match function.map(|given| given.value.clone()) {
        None | Some(Value::None) => {
            Value::TaskMaker(Rc::new(TaskMaker { environment: Rc::clone(environment), arguments, sandboxed }))
        }
        Some(function) => of_value(linker, call, environment, &arguments, function, sandboxed),
    }
}

/// `env.task(...)(f)`
pub fn made_by_call(linker: &Linker<'_>, call: &Call<'_>, maker: &TaskMaker, arguments: Arguments) -> Value {
    match arguments.given.into_iter().next() {
        Some(Given { value, .. }) => {
            of_value(linker, call, &maker.environment, &maker.arguments, value, maker.sandboxed)
        }
        None => linker.runs(call.context, call.expr),
    }
}

fn of_value(
    linker: &Linker<'_>,
    call: &Call<'_>,
    environment: &Rc<Environment>,
    arguments: &Arguments,
    function: Value,
    sandboxed: bool,
) -> Value {
    let definition = Definition::of_call(linker, call);
    function.map(|function| made(linker, &definition, environment, arguments, &function, sandboxed))
}

/// The task that an environment makes of a function.
fn made(
    linker: &Linker<'_>,
    definition: &Definition,
    environment: &Rc<Environment>,
    arguments: &Arguments,
    function: &Value,
    sandboxed: bool,
) -> Value {
    let wrapped = match function {
        Value::Function(file, id) => {
            let same = Known::Value((*file, *id));
            Wrapped { hashed: same.clone(), shown: same, inner: (*file, *id) }
        }
        Value::Wrapped(wrapped) => (**wrapped).clone(),
        // A task of a task is not a thing; whatever this is, it is no function that can be found.
        _ => return no_function(definition, environment, arguments, function),
    };
    let loaded = linker.file(wrapped.inner.0);
    let inner = loaded.summary.functions.get(wrapped.inner.1);
    let hashed = match &wrapped.hashed {
        Known::Value((file, id)) => {
            let file = linker.file(*file);
            match file.summary.functions.get(*id) {
                Some(function) => Known::Value(FunctionRef {
                    file: file.path.clone(),
                    name_offset: usize::try_from(function.name_offset).unwrap_or(usize::MAX),
                }),
                None => Known::Unknown("no such function".to_owned()),
            }
        }
        Known::Unknown(reason) => Known::Unknown(reason.clone()),
    };
    let mut refused = environment.refused.clone();
    let (shown_name, inputs) = match &wrapped.shown {
        Known::Value((file, id)) => {
            let file = linker.file(*file);
            match file.summary.functions.get(*id) {
                Some(function) => {
                    if function.parameters.iter().any(|parameter| parameter.variadic) {
                        refused.get_or_insert_with(|| {
                            format!(
                                "ValueError: Function {} cannot have variable positional or keyword arguments.",
                                function.name
                            )
                        });
                    }
                    (Known::Value(function.name.clone()), inputs(&file.summary, function.parent, &function.parameters))
                }
                None => (Known::Unknown("no such function".to_owned()), Vec::new()),
            }
        }
        Known::Unknown(reason) => {
            let inputs =
                inner.map(|inner| inputs(&loaded.summary, inner.parent, &inner.parameters)).unwrap_or_default();
            (Known::Unknown(reason.clone()), inputs)
        }
    };
    let function = match &shown_name {
        Known::Value(name) => name.clone(),
        Known::Unknown(_) => inner.map(|function| function.name.clone()).unwrap_or_default(),
    };
    let name = match (sandboxed.then(|| arguments.keyword("name")).flatten(), &environment.name, &shown_name) {
        (Some(Given { value: Value::Str(name), .. }), ..) if !name.is_empty() => Known::Value(name.to_string()),
        (Some(Given { value: Value::Unknown(reason), .. }), ..) => Known::Unknown(reason.to_string()),
        (_, Known::Value(environment), Known::Value(function)) => Known::Value(format!("{environment}.{function}")),
        (_, Known::Unknown(reason), _) | (_, _, Known::Unknown(reason)) => Known::Unknown(reason.clone()),
    };
    let (spec, cache) = effective(arguments, environment);
    let misplaced = || sdk::misplaced("TaskEnvironment.task", arguments.keywords()).filter(|_| !sandboxed);
    Value::Task(Rc::new(TaskValue {
        origin: definition.origin,
        task: Task {
            place: definition.place.clone(),
            at: match inner {
                Some(function) => function.named_at(linker, wrapped.inner.0),
                None => definition.at.clone(),
            },
            keywords: keywords(arguments),
            decorator: definition.decorator,
            fetches: None,
            name,
            function,
            environment: environment.name.clone(),
            branch: definition.branch.clone(),
            kind: Kind::Function(hashed),
            refused: refused.or_else(|| spec.refused.clone()).or_else(misplaced),
            spec,
            annotations: match (&wrapped.shown, inner) {
                (Known::Value(shown), Some(inner)) if *shown == wrapped.inner => inner.annotations(linker, shown.0),
                _ => Vec::new(),
            },
            inputs,
            image: environment.image.clone(),
            signature: Known::Unknown("its types are not read yet".to_owned()),
        },
        environment: Some(Rc::clone(environment)),
        cache,
        types: match &wrapped.shown {
            Known::Value((file, id)) => types::Source::Function(*file, *id),
            Known::Unknown(reason) => types::Source::Unknown(Rc::from(reason.as_str())),
        },
        body: Some(wrapped.inner),
        over: None,
        in_order: definition.in_order,
    }))
}

impl Function {
    /// Where the name stands in the `def` line.
    fn named_at(&self, linker: &Linker<'_>, file: FileId) -> Span {
        let length = Offset::try_from(self.name.len()).unwrap_or_default();
        linker.span(file, self.name_offset, self.name_offset.saturating_add(length))
    }

    /// Where the annotations of its inputs are written.
    fn annotations(&self, linker: &Linker<'_>, file: FileId) -> Vec<Option<Span>> {
        let inputs = self.parameters.iter().filter(|parameter| !parameter.variadic);
        let at = |expr: &Expr| linker.span(file, expr.start, expr.end);
        inputs.map(|input| input.annotation.as_ref().map(at)).collect()
    }
}

/// What a task is given by keyword.
fn keywords(arguments: &Arguments) -> Vec<TaskKeyword> {
    let keyword = |given: &Given| match &given.kind {
        ArgumentKind::Keyword(name) => {
            Some(TaskKeyword { name: name.clone(), value_at: cache::span(given), truth: cache::truth(&given.value) })
        }
        _ => None,
    };
    arguments.given.iter().filter_map(keyword).collect()
}

/// A task of something that is no function of the project: `env.task(imported)`.
fn no_function(
    definition: &Definition,
    environment: &Rc<Environment>,
    arguments: &Arguments,
    function: &Value,
) -> Value {
    let text = arguments.given.first().map(|given| given.text.to_string()).unwrap_or_default();
    let lambda = match function {
        Value::Lambda(inputs) => Some(inputs.to_vec()),
        _ => None,
    };
    let reason = match function {
        Value::Lambda(_) => "Flyte hashes the whole statement that a lambda stands in".to_owned(),
        Value::Unknown(reason) => reason.to_string(),
        Value::External(path) => format!("`{path}` is outside of the project"),
        _ => format!("`{text}` is not a function that can be found"),
    };
    let (spec, cache) = effective(arguments, environment);
    Value::Task(Rc::new(TaskValue {
        origin: definition.origin,
        task: Task {
            place: definition.place.clone(),
            at: definition.at.clone(),
            keywords: keywords(arguments),
            decorator: definition.decorator,
            fetches: None,
            name: match (&lambda, &environment.name) {
                (Some(_), Known::Value(environment)) => Known::Value(format!("{environment}.<lambda>")),
                _ => Known::Unknown(reason.clone()),
            },
            function: if lambda.is_some() { "<lambda>".to_owned() } else { text },
            environment: environment.name.clone(),
            branch: definition.branch.clone(),
            kind: Kind::Function(Known::Unknown(reason.clone())),
            refused: environment.refused.clone().or_else(|| spec.refused.clone()),
            spec,
            inputs: lambda.unwrap_or_default(),
            annotations: Vec::new(),
            image: environment.image.clone(),
            signature: Known::Unknown("its types are not read yet".to_owned()),
        },
        environment: Some(Rc::clone(environment)),
        cache,
        types: types::Source::Unknown(Rc::from(reason)),
        body: None,
        over: None,
        in_order: definition.in_order,
    }))
}

/// The spec that counts: the task's, else the environment's, else the default.
pub fn effective(arguments: &Arguments, environment: &Environment) -> (Spec, Option<Origin>) {
    let own = match (arguments.keyword("cache"), &arguments.unknown) {
        (None, Some(reason)) => cache::unknown(reason, None).given(),
        (given, _) => cache::task_argument(given),
    };
    let (cache, from) = match (own, &environment.cache) {
        (CacheArgument::Given(cache), _) => (cache, From::Task),
        (CacheArgument::Absent, CacheArgument::Given(cache)) => (Rc::clone(cache), From::Environment),
        (CacheArgument::Absent, CacheArgument::Absent) => return (cache::default_spec(Behavior::Disable), None),
    };
    (Spec { from, ..cache.spec.clone() }, cache.origin)
}

/// `task.override(...)`
pub fn overridden(linker: &Linker<'_>, call: &Call<'_>, task: &TaskValue, arguments: &Arguments) -> Value {
    let given = match (arguments.keyword("cache"), &arguments.unknown) {
        (None, Some(reason)) => cache::unknown(reason, Some(call.place(linker))).given(),
        (given, _) => cache::task_argument(given),
    };
    let mut task = task.clone();
    if let CacheArgument::Given(cache) = given {
        task.over = Some(Spec { from: From::Override, ..cache.spec.clone() });
    }
    Value::Task(Rc::new(task))
}

/// The inputs that the parameters of a function in `scope` make.
pub fn inputs(summary: &Summary, scope: Scope, parameters: &[Parameter]) -> Vec<Input> {
    let class = class_around(summary, scope);
    let text = |expr: &Option<Expr>| expr.as_ref().map(|expr| expr.text(summary).to_owned());
    parameters
        .iter()
        .filter(|parameter| !parameter.variadic)
        .map(|parameter| Input {
            name: mangled(class, &parameter.name),
            annotation: text(&parameter.annotation),
            default: text(&parameter.default),
        })
        .collect()
}

/// The innermost class that a scope is or lies in.
fn class_around(summary: &Summary, scope: Scope) -> Option<&Class> {
    match scope {
        Scope::Class(id) => summary.classes.get(id),
        scope => class_around(summary, summary.parent(scope)?),
    }
}

/// A private name of a class as Python writes it: `_Class__name`.
fn mangled(class: Option<&Class>, name: &str) -> String {
    match class.map(|class| class.name.trim_start_matches('_')) {
        Some(class) if !class.is_empty() && name.starts_with("__") && !name.ends_with("__") => {
            format!("_{class}{name}")
        }
        _ => name.to_owned(),
    }
}

/// The image of a task that names none.
pub const NO_IMAGE: ImagePython = ImagePython::Submitting;
