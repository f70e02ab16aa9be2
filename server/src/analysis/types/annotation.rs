//! One annotation to a type.

use cache_core::key::flyte::{Type, Value as Constant};

use super::super::flow::Moment;
use super::super::ir::*;
use super::super::link::{Context, Linker, shown};
use super::super::sdk;
use super::super::value::{Instance, Value};
use super::{class, is_deferred, module_name};

/// How deep types may stand in types, strings in strings.
const DEEPEST: usize = 40;

/// Reads the annotations of one function or class.
pub struct Reader<'r, 'a> {
    linker: &'r Linker<'a>,
    /// Where an annotation is evaluated that stands as code.
    at: Context<'static>,
    /// Where one is that stands as a string.
    later: Context<'static>,
    /// Whether all are strings.
    deferred: bool,
    /// The names in `def f[T]`.
    parameters: &'r [String],
    depth: std::cell::Cell<usize>,
    /// Whether what is read is made into a schema by Pydantic or mashumaro.
    in_schema: std::cell::Cell<bool>,
    /// Strings in generics of `typing`, which keeps what they meant when they were first looked into: how the generic is written, and
    /// what it means here.
    forwards: std::cell::RefCell<Vec<(String, String)>>,
}

impl<'r, 'a> Reader<'r, 'a> {
    /// Of the function that is defined `at`.
    pub fn of_function(linker: &'r Linker<'a>, at: Context<'static>, parameters: &'r [String]) -> Self {
        // Strings see the names of the module alone, as they are when the decorator runs.
        let moment = if at.scope == Scope::Module { at.moment } else { Moment::Any };
        Self::new(linker, at, Context { scope: Scope::Module, moment, ..at }, parameters)
    }

    /// Of a class: `at` is where one of its annotations is evaluated as code. Strings are looked into when a task uses the class.
    pub fn of_class(linker: &'r Linker<'a>, at: Context<'static>) -> Self {
        let reader = Self::new(linker, at, Context { scope: Scope::Module, moment: Moment::Any, ..at }, &[]);
        reader.in_schema.set(true);
        reader
    }

    /// Of values that are no annotations.
    pub fn of_values(linker: &'r Linker<'a>, at: Context<'static>) -> Self {
        Self::new(linker, at, at, &[])
    }

    fn new(linker: &'r Linker<'a>, at: Context<'static>, later: Context<'static>, parameters: &'r [String]) -> Self {
        let deferred = is_deferred(&linker.file(at.file).summary);
        Self {
            linker,
            at,
            later,
            deferred,
            parameters,
            depth: Default::default(),
            in_schema: Default::default(),
            forwards: Default::default(),
        }
    }

    /// Whether annotations are left as text.
    pub fn is_deferred(&self) -> bool {
        self.deferred
    }

    /// The type of a parameter or field.
    pub fn read(&self, annotation: &Expr) -> Result<Type, String> {
        match self.read_returned(annotation)? {
            Type::Several(_) => Err(format!("`{}` is a tuple of types, not a type", self.text(annotation))),
            r#type => Ok(r#type),
        }
    }

    /// The type of what a function returns, which may be a tuple of types.
    pub fn read_returned(&self, annotation: &Expr) -> Result<Type, String> {
        let value = self.value(annotation)?;
        self.of_value(&value, &|| self.text(annotation))
    }

    /// What an annotation's expression is.
    pub fn value(&self, annotation: &Expr) -> Result<Value, String> {
        if let ExprKind::Name(name) = &annotation.kind
            && self.parameters.contains(name)
        {
            return Ok(Value::TypeAlias(name.as_str().into(), false));
        }
        if self.mentions_parameters(annotation) {
            return Err(format!("`{}` uses a type parameter", self.text(annotation)));
        }
        let at = if self.deferred { self.later } else { self.at };
        if self.deferred && self.at.scope != Scope::Module {
            self.refuse_hidden(annotation)?;
        }
        Ok(self.linker.value(at, annotation))
    }

    fn mentions_parameters(&self, annotation: &Expr) -> bool {
        let mut found = false;
        if !self.parameters.is_empty() {
            annotation.walk(&mut |part| {
                found |= matches!(&part.kind, ExprKind::Name(name) if self.parameters.contains(name));
            });
        }
        found
    }

    /// Text is looked into without the names of functions and classes around.
    fn refuse_hidden(&self, annotation: &Expr) -> Result<(), String> {
        let file = self.linker.file(self.at.file);
        let mut scope = self.at.scope;
        let mut hidden = None;
        while scope != Scope::Module {
            let index = file.summary.index.get(&scope);
            let (_, parameters) = file.summary.scope(scope);
            annotation.walk(&mut |part| {
                if let ExprKind::Name(name) = &part.kind
                    && (index.is_some_and(|index| index.names.contains_key(name))
                        || parameters.iter().any(|parameter| parameter.name == *name))
                {
                    hidden = Some(name.clone());
                }
            });
            scope = file.summary.parent(scope).unwrap_or(Scope::Module);
        }
        match hidden {
            Some(name) => {
                Err(format!("`{name}` is a name of the function or class around, and annotations are text here"))
            }
            None => Ok(()),
        }
    }

    fn text(&self, expr: &Expr) -> String {
        shown(expr, &self.linker.file(self.at.file).summary)
    }

    /// The type that a value is; `text` names it.
    pub fn of_value(&self, value: &Value, text: &dyn Fn() -> String) -> Result<Type, String> {
        let depth = self.depth.get();
        if depth > DEEPEST {
            return Err(format!("`{}` is nested too deeply", text()));
        }
        self.depth.set(depth + 1);
        let found = self.convert(value, text);
        self.depth.set(depth);
        found
    }

    fn convert(&self, value: &Value, text: &dyn Fn() -> String) -> Result<Type, String> {
        match value {
            Value::None => Ok(Type::None),
            Value::Ellipsis => Ok(Type::Ellipsis),
            Value::External(path) => Ok(named(path)),
            Value::Generic(generic) => self.generic(&generic.0, &generic.1, text),
            Value::Either(either) => {
                let operand = |value: &Value| match value {
                    Value::Str(_) => Err(format!("`{}` is a union with a string", text())),
                    value => self.of_value(value, text),
                };
                Ok(Type::Or(vec![operand(&either.0)?, operand(&either.1)?]))
            }
            Value::Str(string) => self.string(string),
            Value::Tuple(items) => {
                items.iter().map(|item| self.of_value(item, text)).collect::<Result<_, _>>().map(Type::Several)
            }
            Value::Class(file, id) => {
                if self.in_schema.get() && class::is_standard_typed_dict(self.linker, *file, *id) {
                    return Err(format!("Pythons disagree on `{}` as part of a schema", text()));
                }
                let mut r#type = class::of(self.linker, *file, *id)?;
                if let Type::Class(class) = &mut r#type {
                    class.module = module_name::of(self.linker, self.at.file, *file);
                }
                Ok(r#type)
            }
            Value::TypeAlias(name, false) => Ok(Type::Opaque(name.to_string())),
            Value::Instance(instance) => self.made(instance).ok_or_else(|| format!("`{}` runs Python", instance.text)),
            Value::OneOf(all) => {
                let mut types = all.iter().map(|(_, value)| self.of_value(value, text));
                let first = types.next().ok_or_else(|| format!("`{}` has no value", text()))??;
                for other in types {
                    if other? != first {
                        return Err(format!("`{}` is one of several types at run time", text()));
                    }
                }
                Ok(first)
            }
            Value::Unknown(reason) => Err(reason.to_string()),
            _ => Err(format!("`{}` is not known as a type", text())),
        }
    }

    /// `NewType("Name", int)`, `TypeVar("T")`.
    fn made(&self, instance: &Instance) -> Option<Type> {
        let name = match instance.arguments.given.first().map(|given| (&given.kind, &given.value)) {
            Some((ArgumentKind::Positional, Value::Str(name))) => name,
            _ => return None,
        };
        let known_variance = instance.arguments.given.iter().all(|given| match &given.kind {
            ArgumentKind::Keyword(keyword) => keyword == "bound",
            _ => true,
        });
        match &*sdk::type_name(&instance.class) {
            "typing.TypeVar" if known_variance && instance.arguments.unknown.is_none() => {
                Some(Type::Opaque(format!("~{name}")))
            }
            "typing.NewType" => {
                let module = module_name::of(self.linker, self.at.file, instance.origin.0)?;
                Some(Type::Opaque(format!("{module}.{name}")))
            }
            _ => None,
        }
    }

    fn generic(&self, origin: &Value, arguments: &[Value], text: &dyn Fn() -> String) -> Result<Type, String> {
        let origin = match self.of_value(origin, text)? {
            Type::Name(origin) => origin,
            _ => return Err(format!("`{}` is not known as a type", text())),
        };
        let typed = |arguments: &[Value]| -> Result<Vec<Type>, String> {
            arguments.iter().map(|argument| self.of_value(argument, text)).collect()
        };
        match (origin.as_str(), arguments) {
            ("typing.Literal", choices) => self.choices(choices, text).map(Type::Choice),
            ("typing.Annotated", [inner, metadata @ ..]) => {
                let constants = metadata.iter().map(plain).collect::<Option<Vec<_>>>();
                let constants = constants.ok_or_else(|| format!("the metadata of `{}` are no constants", text()))?;
                Ok(Type::Annotated(Box::new(self.of_value(inner, text)?), constants))
            }
            ("typing.Callable" | "collections.abc.Callable", [parameters, returned]) => {
                let parameters = match parameters {
                    Value::Sequence(parameters) => Type::Parameters(typed(parameters)?),
                    Value::Ellipsis => Type::Ellipsis,
                    _ => return Err(format!("the parameters of `{}` are not known", text())),
                };
                Ok(Type::Generic { origin, arguments: vec![parameters, self.of_value(returned, text)?] })
            }
            _ => {
                // Up to Python 3.10, a string in a subscripted class stays one.
                if !origin.starts_with("typing.") && arguments.iter().any(|argument| matches!(argument, Value::Str(_)))
                {
                    return Err(format!("Pythons disagree on the string in `{}`", text()));
                }
                let strings: Vec<String> = arguments
                    .iter()
                    .filter_map(|argument| match argument {
                        Value::Str(text) => Some(format!("{text:?}")),
                        _ => None,
                    })
                    .collect();
                let outside = self.in_schema.replace(self.in_schema.get() || origin.ends_with("uple"));
                let types = typed(arguments);
                self.in_schema.set(outside);
                let arguments = types?;
                if !strings.is_empty() {
                    let written = format!("{}[{}]", origin.trim_start_matches("typing."), strings.join(", "));
                    self.forwards.borrow_mut().push((written, format!("{arguments:?}")));
                }
                if arguments.iter().any(|argument| matches!(argument, Type::Several(_) | Type::Parameters(_))) {
                    return Err(format!("`{}` is not known as a type", text()));
                }
                Ok(Type::Generic { origin, arguments })
            }
        }
    }

    /// What stands in `Literal[…]`: each choice once, those of a `Literal` in it among them.
    fn choices(&self, values: &[Value], text: &dyn Fn() -> String) -> Result<Vec<Constant>, String> {
        let mut choices: Vec<Constant> = Vec::new();
        for value in values {
            let more = match value {
                Value::Generic(inner) => match self.generic(&inner.0, &inner.1, text)? {
                    Type::Choice(more) => more,
                    _ => return Err(format!("`{}` holds what is no constant", text())),
                },
                value => vec![plain(value).ok_or_else(|| format!("`{}` holds what is no plain constant", text()))?],
            };
            for choice in more {
                if !choices.contains(&choice) {
                    choices.push(choice);
                }
            }
        }
        Ok(choices)
    }

    /// An annotation in quotes.
    fn string(&self, string: &str) -> Result<Type, String> {
        let expr = self.linker.types.expression(string).ok_or_else(|| format!("`{string}` is not valid Python"))?;
        let in_text = Reader {
            linker: self.linker,
            at: self.later,
            later: self.later,
            deferred: false,
            parameters: self.parameters,
            depth: self.depth.clone(),
            in_schema: self.in_schema.clone(),
            forwards: Default::default(),
        };
        if self.at.scope != Scope::Module {
            self.refuse_hidden(&expr)?;
        }
        let value = in_text.value(&expr)?;
        let r#type = in_text.of_value(&value, &|| string.to_owned());
        self.forwards.borrow_mut().append(&mut in_text.forwards.borrow_mut());
        r#type
    }

    /// What was found in strings within generics of `typing`, so far.
    pub fn forwards(&self) -> Vec<(String, String)> {
        self.forwards.take()
    }
}

fn named(path: &str) -> Type {
    match sdk::type_name(path) {
        // The built-in functions that are taken for types.
        name if matches!(name.as_str(), "any" | "callable" | "all") => {
            Type::Opaque(format!("<built-in function {name}>"))
        }
        name => Type::Name(name),
    }
}

fn plain(value: &Value) -> Option<Constant> {
    Some(match value {
        Value::None => Constant::None,
        Value::Bool(value) => Constant::Bool(*value),
        Value::Int(value) => Constant::Int((*value).into()),
        Value::Str(value) => Constant::str(&**value),
        _ => return None,
    })
}
