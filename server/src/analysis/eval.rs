//! Expressions to values. What would have to run is [`Value::Unknown`], naming the expression; nothing is guessed.

use std::rc::Rc;

use super::arguments::Call;
use super::flow::{self, Moment};
use super::ir::*;
use super::link::{Context, Linker, shown};
use super::sdk;
use super::task::Place;
use super::value::{Arguments, FileId, Given, Instance, Value};
use super::{cache, container, environment, function, image};

impl Linker<'_> {
    /// The value of an expression.
    pub fn value(&self, context: Context<'_>, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::None => Value::None,
            ExprKind::Ellipsis => Value::Ellipsis,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Float => Value::Float,
            ExprKind::Str(value) => Value::str(value),
            _ => {
                let key = (context.file, expr.start, expr.end);
                let text = || shown(expr, &self.file(context.file).summary);
                self.once(key, context.frame.is_none(), text, || self.compound(context, expr))
            }
        }
    }

    fn compound(&self, context: Context<'_>, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Name(name) => self.lookup(context, name),
            ExprKind::Attribute(object, name) => {
                let object = self.value(context, object);
                self.attribute(context, expr, object, name)
            }
            ExprKind::Call(function, arguments) => self.call(context, expr, function, arguments),
            ExprKind::FString(parts) => self.f_string(context, expr, parts),
            ExprKind::List(items) | ExprKind::Set(items) => {
                Value::Sequence(items.iter().map(|item| self.value(context, item)).collect())
            }
            ExprKind::Tuple(items) => Value::Tuple(items.iter().map(|item| self.value(context, item)).collect()),
            ExprKind::Subscript(object, key) => {
                let (object, key) = (self.value(context, object), self.value(context, key));
                self.item(context, expr, object, key)
            }
            ExprKind::Lambda(parameters, _) => {
                Value::Lambda(function::inputs(&self.file(context.file).summary, context.scope, parameters).into())
            }
            ExprKind::Dict(items) => self.dictionary(context, expr, items),
            ExprKind::Binary(left, operator, right) => {
                let (left, right) = (self.value(context, left), self.value(context, right));
                self.binary(context, expr, left, operator, right)
            }
            ExprKind::Unary(operator, operand) => match (operator.as_str(), self.value(context, operand)) {
                ("-", Value::Int(value)) => value.checked_neg().map_or_else(|| self.runs(context, expr), Value::Int),
                (_, unknown @ Value::Unknown(_)) => unknown,
                _ => self.runs(context, expr),
            },
            ExprKind::Conditional { then, test, otherwise } => match self.value(context, test) {
                Value::Bool(true) => self.value(context, then),
                Value::Bool(false) | Value::None => self.value(context, otherwise),
                Value::Int(number) => self.value(context, if number == 0 { otherwise } else { then }),
                _ => {
                    let test = shown(test, &self.file(context.file).summary);
                    Value::one_of(vec![
                        (format!("if {test}"), self.value(context, then)),
                        (format!("unless {test}"), self.value(context, otherwise)),
                    ])
                }
            },
            ExprKind::Await(inner) => self.value(context, inner),
            ExprKind::Broken => Value::unknown(format!("line {} is not valid Python", expr.line)),
            _ => self.runs(context, expr),
        }
    }

    /// The value that only a run would tell.
    pub fn runs(&self, context: Context<'_>, expr: &Expr) -> Value {
        let text = shown(expr, &self.file(context.file).summary);
        Value::unknown(match expr.kind {
            ExprKind::Call(..) => format!("`{text}` runs Python"),
            _ => format!("`{text}` is not known without running Python"),
        })
    }

    fn f_string(&self, context: Context<'_>, expr: &Expr, parts: &[FPart]) -> Value {
        let mut text = String::new();
        for part in parts {
            match part {
                FPart::Text(piece) => text.push_str(piece),
                FPart::Field(field) => match self.value(context, field) {
                    Value::Str(piece) => text.push_str(&piece),
                    Value::Int(number) => text.push_str(&number.to_string()),
                    Value::Bool(true) => text.push_str("True"),
                    Value::Bool(false) => text.push_str("False"),
                    Value::None => text.push_str("None"),
                    Value::Unknown(reason) => return Value::Unknown(reason),
                    _ => return self.runs(context, expr),
                },
            }
        }
        Value::str(text)
    }

    /// `object[key]`
    fn item(&self, context: Context<'_>, expr: &Expr, object: Value, key: Value) -> Value {
        let found = match (&object, &key) {
            (Value::Dict(items), Value::Str(key)) => {
                items.iter().find(|(name, ..)| name == key).map(|(_, value, _)| value.clone())
            }
            (_, Value::Int(index)) => {
                object.items().and_then(|items| items.get(usize::try_from(*index).ok()?)).cloned()
            }
            (Value::Unknown(_), _) => None,
            (object, key) if object.is_generic() => {
                let arguments = match key {
                    Value::Tuple(items) => items.to_vec(),
                    key => vec![key.clone()],
                };
                return Value::Generic(Rc::new((object.clone(), arguments.into())));
            }
            (_, Value::Unknown(_)) => return key,
            _ => None,
        };
        found.unwrap_or_else(|| self.runs(context, expr))
    }

    fn dictionary(&self, context: Context<'_>, expr: &Expr, items: &[(Option<Expr>, Expr)]) -> Value {
        let mut entries: Vec<(Rc<str>, Value, Place)> = Vec::new();
        for (key, value) in items {
            let mut added = match (key.as_ref().map(|key| self.value(context, key)), self.value(context, value)) {
                (Some(Value::Str(key)), value_of) => {
                    vec![(key, value_of, self.place(context.file, value.line))]
                }
                (None, Value::Dict(inner)) => inner.to_vec(),
                (Some(Value::Unknown(reason)), _) | (None, Value::Unknown(reason)) => return Value::Unknown(reason),
                _ => return self.runs(context, expr),
            };
            entries.retain(|(known, ..)| !added.iter().any(|(key, ..)| key == known));
            entries.append(&mut added);
        }
        Value::Dict(entries.into())
    }

    fn binary(&self, context: Context<'_>, expr: &Expr, left: Value, operator: &str, right: Value) -> Value {
        let number = |value: Option<i64>| value.map_or_else(|| self.runs(context, expr), Value::Int);
        match (left, operator, right) {
            (Value::Str(left), "+", Value::Str(right)) => Value::str(format!("{left}{right}")),
            (Value::Duration(one), "*", Value::Int(times)) | (Value::Int(times), "*", Value::Duration(one)) => {
                match one.checked_mul(i128::from(times)) {
                    Some(product) => Value::Duration(product),
                    None => self.runs(context, expr),
                }
            }
            (Value::Int(left), "+", Value::Int(right)) => number(left.checked_add(right)),
            (Value::Int(left), "-", Value::Int(right)) => number(left.checked_sub(right)),
            (Value::Int(left), "*", Value::Int(right)) => number(left.checked_mul(right)),
            (Value::Sequence(left), "+", Value::Sequence(right)) => {
                Value::Sequence(left.iter().chain(right.iter()).cloned().collect())
            }
            (Value::Tuple(left), "+", Value::Tuple(right)) => {
                Value::Tuple(left.iter().chain(right.iter()).cloned().collect())
            }
            (Value::Dict(left), "|", Value::Dict(right)) => {
                let kept = left.iter().filter(|(key, ..)| !right.iter().any(|(other, ..)| other == key));
                Value::Dict(kept.chain(right.iter()).cloned().collect())
            }
            (Value::Unknown(reason), ..) | (_, _, Value::Unknown(reason)) => Value::Unknown(reason),
            (left, "|", right) if left.is_type() && right.is_type() => Value::Either(Rc::new((left, right))),
            _ => self.runs(context, expr),
        }
    }

    /// `object.name`
    fn attribute(&self, context: Context<'_>, expr: &Expr, object: Value, name: &str) -> Value {
        match object {
            Value::Module(module) => self.member_in(context.file, &module, name),
            Value::External(path) => self.outside(context.file, format!("{path}.{name}")),
            // An import that failed left None; using it would raise, so it is no alternative here.
            Value::OneOf(all) => Value::one_of(
                all.iter()
                    .filter(|(_, value)| !matches!(value, Value::None))
                    .map(|(words, value)| (words.clone(), self.attribute(context, expr, value.clone(), name)))
                    .collect(),
            ),
            Value::Environment(environment) if name == "name" => match &environment.name {
                super::task::Known::Value(name) => Value::str(name),
                super::task::Known::Unknown(reason) => Value::unknown(reason),
            },
            Value::Class(file, class) => self.class_attribute(context, expr, file, class, name),
            Value::Task(_)
            | Value::Environment(_)
            | Value::Instance(_)
            | Value::Image(_)
            | Value::Method(..)
            | Value::Str(_)
            | Value::Function(..)
            | Value::Wrapped(_) => Value::Method(Rc::new(object), Rc::from(name)),
            Value::Unknown(reason) => Value::Unknown(reason),
            _ => self.runs(context, expr),
        }
    }

    /// A constant of a class: `Settings.NAME`, `Color.RED` is no constant.
    fn class_attribute(&self, context: Context<'_>, expr: &Expr, file: FileId, class: ClassId, name: &str) -> Value {
        if let Some(unknown) = self.patched_class(file, class, name) {
            return unknown;
        }
        let loaded = self.file(file);
        let found = flow::reaching(&loaded.summary, Scope::Class(class), name, Moment::End, &|_| false);
        let plain = loaded.summary.classes.get(class).is_some_and(|class| class.bases.is_empty());
        match found.as_slice() {
            [_] if plain => {
                let inner = Context { file, scope: Scope::Class(class), moment: Moment::End, frame: None };
                match self.lookup(inner, name) {
                    constant @ (Value::Str(_)
                    | Value::Int(_)
                    | Value::Bool(_)
                    | Value::None
                    | Value::Environment(_)
                    | Value::Cache(_)
                    | Value::Task(_)
                    | Value::Image(_)
                    | Value::External(_)
                    | Value::Class(..)
                    | Value::Generic(_)
                    | Value::Either(_)
                    | Value::Unknown(_)) => constant,
                    _ => self.runs(context, expr),
                }
            }
            _ => self.runs(context, expr),
        }
    }

    fn call(&self, context: Context<'_>, expr: &Expr, callee: &Expr, arguments: &[Argument]) -> Value {
        let function = self.value(context, callee);
        if let Value::Unknown(_) = function {
            return self.runs(context, expr);
        }
        let call = Call { context, expr, arguments };
        function.map(|function| self.call_value(&call, function))
    }

    fn call_value(&self, call: &Call<'_>, function: Value) -> Value {
        let given = || self.arguments(call.context, call.arguments);
        match function {
            Value::External(path) => self.call_external(call, &path, given()),
            Value::Class(file, class) => environment::of_class(self, call, file, class, given()),
            Value::Function(file, id) => self
                .followed(|| self.follow(call, file, id, given()))
                .unwrap_or_else(|| self.runs(call.context, call.expr)),
            Value::TaskMaker(maker) => function::made_by_call(self, call, &maker, given()),
            Value::Method(object, name) => self.call_method(call, &object, &name, given()),
            Value::Instance(partial) => match partial.partial() {
                Some((Value::Method(object, name), mut arguments)) => {
                    arguments.extend(given());
                    self.call_method(call, object, name, arguments)
                }
                _ => self.runs(call.context, call.expr),
            },
            _ => self.runs(call.context, call.expr),
        }
    }

    fn call_external(&self, call: &Call<'_>, path: &Rc<str>, arguments: Arguments) -> Value {
        match sdk::known(path) {
            Some(sdk::Known::Environment) => environment::made(self, call, &arguments),
            Some(sdk::Known::Cache) => Value::Cache(Rc::new(cache::made(self, call, &arguments))),
            Some(sdk::Known::FunctionBodyPolicy) => Value::Policy(super::task::Policy::FunctionBody),
            Some(sdk::Known::Timedelta) => cache::timedelta(self, call, &arguments),
            Some(sdk::Known::ContainerTask) => container::task(self, call, &arguments),
            Some(sdk::Known::Shell) => container::shell(self, call, &arguments),
            Some(sdk::Known::Sandbox) => container::sandbox(self, call, &arguments),
            Some(sdk::Known::CodeTask) => container::code_task(self, call, &arguments, None),
            Some(sdk::Known::TransparentMaker) => Value::external("functools.cache"),
            Some(sdk::Known::Wraps | sdk::Known::UpdateWrapper) => self.runs(call.context, call.expr),
            _ => match static_method(path) {
                Some((sdk::Known::Environment, "from_task")) => environment::from_task(call, &arguments),
                Some((sdk::Known::Image, constructor)) => image::made(self, call, constructor, &arguments),
                Some((sdk::Known::RemoteTask, "get")) => container::remote(self, call, &arguments),
                _ if &**path == "builtins.str" => match arguments.given.as_slice() {
                    [Given { value: Value::Str(text), .. }] => Value::Str(Rc::clone(text)),
                    [Given { value: Value::Int(number), .. }] if arguments.unknown.is_none() => {
                        Value::str(number.to_string())
                    }
                    _ => self.runs(call.context, call.expr),
                },
                _ if &**path == "builtins.getattr" => match arguments.given.as_slice() {
                    [Given { value: object, .. }, Given { value: Value::Str(name), .. }] => {
                        self.attribute(call.context, call.expr, object.clone(), name)
                    }
                    _ => self.runs(call.context, call.expr),
                },
                _ if &**path == "builtins.dict" => self.dict_of(call, &arguments),
                _ => Value::Instance(Rc::new(Instance {
                    class: Rc::clone(path),
                    origin: call.origin(),
                    arguments,
                    place: call.place(self),
                    text: Rc::from(call.text(self)),
                })),
            },
        }
    }

    /// `dict(cache="auto")`
    fn dict_of(&self, call: &Call<'_>, arguments: &Arguments) -> Value {
        let entry = |given: &Given| match &given.kind {
            ArgumentKind::Keyword(key) => Some((Rc::from(key.as_str()), given.value.clone(), given.place.clone())),
            _ => None,
        };
        match arguments.given.iter().map(entry).collect::<Option<Vec<_>>>() {
            Some(entries) if arguments.unknown.is_none() => Value::Dict(entries.into()),
            _ => self.runs(call.context, call.expr),
        }
    }

    fn call_method(&self, call: &Call<'_>, object: &Value, name: &str, arguments: Arguments) -> Value {
        match object {
            Value::Environment(known) => match name {
                "task" => function::maker_or_task(self, call, known, arguments, false),
                "clone_with" => environment::cloned(self, call, known, &arguments),
                _ => self.runs(call.context, call.expr),
            },
            // `env.sandbox.orchestrator(...)`
            Value::Method(inner, sandbox) if &**sandbox == "sandbox" && name == "orchestrator" => match &**inner {
                Value::Environment(known) => match arguments.given.first() {
                    Some(Given { kind: ArgumentKind::Positional, value: Value::Str(_), .. }) => {
                        container::code_task(self, call, &arguments, Some(known))
                    }
                    _ => function::maker_or_task(self, call, known, arguments, true),
                },
                _ => self.runs(call.context, call.expr),
            },
            Value::Instance(instance) => match name {
                "task" => match environment::of_instance(instance) {
                    Some(known) => function::maker_or_task(self, call, &known, arguments, false),
                    None => self.runs(call.context, call.expr),
                },
                "clone_with" => match environment::of_instance(instance) {
                    Some(known) => environment::cloned(self, call, &known, &arguments),
                    None => self.runs(call.context, call.expr),
                },
                _ => self.runs(call.context, call.expr),
            },
            Value::Image(known) => image::changed(self, call, known, name, &arguments),
            Value::Task(task) => match name {
                "override" => function::overridden(self, call, task, &arguments),
                "as_task" => Value::Task(Rc::clone(task)),
                _ => self.runs(call.context, call.expr),
            },
            // `.aio` of a method runs the same.
            Value::Method(inner, method) if name == "aio" => match &**inner {
                Value::Task(task) if &**method == "as_task" => Value::Task(Rc::clone(task)),
                _ => self.runs(call.context, call.expr),
            },
            Value::Str(text) => match (name, arguments.given.as_slice()) {
                ("lower", []) if text.is_ascii() => Value::str(text.to_ascii_lowercase()),
                ("upper", []) if text.is_ascii() => Value::str(text.to_ascii_uppercase()),
                _ => self.runs(call.context, call.expr),
            },
            _ => self.runs(call.context, call.expr),
        }
    }
}

/// `flyte.Image.from_base`: the class and the method.
fn static_method(path: &str) -> Option<(sdk::Known, &str)> {
    let (class, method) = path.rsplit_once('.')?;
    Some((sdk::known(class)?, method))
}

/// `TaskEnvironment.from_task`
pub fn is_from_task(path: &str) -> bool {
    static_method(path) == Some((sdk::Known::Environment, "from_task"))
}
