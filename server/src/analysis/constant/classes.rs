//! Instances of the project's own plain classes, made by their own constructors, and members of its enumerations.

use cache_core::key::flyte::{Class, Default, Field, Kind as ClassKind, Type, Value as Constant};
use cache_core::python::{Expression, Given, Kind, Node};

use super::builtins::Arguments;
use super::{Constants, Found, Here};
use crate::analysis::flow::Moment;
use crate::analysis::ir::{ArgumentKind, Scope, StmtKind};
use crate::analysis::link::Context;
use crate::analysis::task::Known;
use crate::analysis::types;
use crate::analysis::value::{ClassAt, Value};

/// Methods that have no part in making an instance, nor in what its fields are.
const HARMLESS: [&str; 17] = [
    "__str__",
    "__repr__",
    "__eq__",
    "__ne__",
    "__hash__",
    "__len__",
    "__iter__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__bool__",
    "__contains__",
    "__getitem__",
    "__add__",
    "__enter__",
    "__exit__",
];

impl Constants<'_, '_> {
    /// `Class(…)`
    pub(super) fn instance(
        &self,
        here: Here<'_>,
        node: &Node,
        at: ClassAt,
        given: &[Given],
    ) -> Result<Constant, String> {
        let class = match types::class_of(self.linker, at.0, at.1) {
            Known::Value(class) => class,
            Known::Unknown(reason) => return Err(reason),
        };
        let arguments = self.arguments(here, given)?;
        match &class.kind {
            ClassKind::Enum { .. } => self.member_by_value(here, node, &class, &arguments),
            ClassKind::TypedDict(_) => match (arguments.positional.as_slice(), arguments.values()) {
                ([], Some(entries)) => {
                    Ok(Constant::dict(entries.into_iter().map(|(name, value)| (Constant::Str(name), value))))
                }
                _ => Err(self.runs(here, node)),
            },
            ClassKind::Dataclass(_) | ClassKind::NamedTuple(_) | ClassKind::Model(_) => {
                self.of_fields(here, node, at, &class, &arguments)
            }
            ClassKind::Plain => Err(self.runs(here, node)),
        }
    }

    /// `Color("red")`
    fn member_by_value(
        &self,
        here: Here<'_>,
        node: &Node,
        class: &Class,
        arguments: &Arguments,
    ) -> Result<Constant, String> {
        let given = arguments.positional();
        let (ClassKind::Enum { members, .. }, Some([value])) = (&class.kind, given.as_deref()) else {
            return Err(self.runs(here, node));
        };
        let found = members.iter().find(|member| member.value.equals(value));
        found
            .map(|member| Constant::Member {
                class: class.qualname.clone(),
                name: member.name.clone(),
                value: Box::new(member.value.clone()),
            })
            .ok_or_else(|| self.runs(here, node))
    }

    fn of_fields(
        &self,
        here: Here<'_>,
        node: &Node,
        at: ClassAt,
        class: &Class,
        arguments: &Arguments,
    ) -> Result<Constant, String> {
        let runs = || self.runs(here, node);
        let chain = self.chain(at).ok_or_else(runs)?;
        let is_model = matches!(class.kind, ClassKind::Model(_));
        let has_order = !is_model && chain.iter().all(|at| !self.has_keyword_only(*at));
        let names: Vec<&str> = class.fields().iter().map(|field| field.name.as_str()).collect();
        let is_plain = chain.iter().all(|at| self.is_plain(*at));
        if !is_plain || !arguments.fit(&names) || !(has_order || arguments.positional.is_empty()) {
            return Err(runs());
        }
        let mut fields = Vec::with_capacity(names.len());
        for (index, field) in class.fields().iter().enumerate() {
            let value = match (arguments.get(index, &field.name), &field.default) {
                (Some(Found::Value(value)), _) if !is_model || is_exactly(value, &field.r#type) => value.clone(),
                (None, Default::Value(value)) => value.clone(),
                (None, Default::Hidden) => self.factory(&chain, field).ok_or_else(runs)?,
                _ => return Err(runs()),
            };
            fields.push((field.name.clone(), value));
        }
        Ok(Constant::Object { class: class.qualname.clone(), fields })
    }

    /// A class and those of the project that it inherits from; `None` if there are several ways.
    fn chain(&self, at: ClassAt) -> Option<Vec<ClassAt>> {
        const LONGEST: usize = 20;
        let mut chain = vec![at];
        while let Some((file, id)) = chain.last().copied() {
            let loaded = self.linker.file(file);
            let class = loaded.summary.classes.get(id)?;
            let context = Context { file, scope: class.parent, moment: Moment::At(class.start), frame: None };
            let bases = class.bases.iter().filter(|base| base.kind == ArgumentKind::Positional);
            let mut own = bases.filter_map(|base| match self.linker.value(context, &base.value) {
                Value::Class(file, id) => Some((file, id)),
                _ => None,
            });
            match (own.next(), own.next()) {
                (None, _) => return Some(chain),
                (Some(parent), None) if chain.len() < LONGEST => chain.push(parent),
                _ => return None,
            }
        }
        None
    }

    /// Whether no method of a class has to do with how instances are made, or what their fields are.
    fn is_plain(&self, (file, id): ClassAt) -> bool {
        let summary = &self.linker.file(file).summary;
        let Some(class) = summary.classes.get(id) else { return false };
        class.body.iter().all(|statement| match &statement.kind {
            StmtKind::Def(id) => summary.functions.get(*id).is_some_and(|function| {
                let name = function.name.as_str();
                let is_special = (name.starts_with("__") && name.ends_with("__")) || name == "model_post_init";
                !is_special || HARMLESS.contains(&name)
            }),
            _ => true,
        })
    }

    /// Whether a class may have fields that are given by name only, which makes another order of the rest.
    fn has_keyword_only(&self, (file, id): ClassAt) -> bool {
        let summary = &self.linker.file(file).summary;
        let Some(class) = summary.classes.get(id) else { return true };
        let end = class.body.last().map_or(class.start, |last| last.end);
        let body = summary.text.get(class.start as usize..end as usize).unwrap_or_default();
        let decorators = class.decorators.iter().map(|decorator| decorator.text(summary));
        decorators.chain([body]).any(|text| text.contains("kw_only") || text.contains("KW_ONLY"))
    }

    /// What `field(default_factory=…)` makes.
    fn factory(&self, chain: &[ClassAt], field: &Field) -> Option<Constant> {
        chain.iter().find_map(|(file, id)| {
            let loaded = self.linker.file(*file);
            let class = loaded.summary.classes.get(*id)?;
            let value = class.fields.iter().find(|own| own.name == field.name)?.value.as_ref()?;
            let node = self.read(value.text(&loaded.summary)).ok()?;
            let Expression::Call(_, given) = &node.kind else { return None };
            let given = given.iter().find(|one| one.kind == Kind::Keyword("default_factory".to_owned()))?;
            // Called after the class's body has run, by code that sees the names around it.
            let around = Context { file: *file, scope: class.parent, moment: Moment::Any, frame: None };
            let within = Context { scope: Scope::Class(*id), moment: Moment::At(class.start), ..around };
            match &given.value.kind {
                Expression::Lambda(names, body) if names.is_empty() => {
                    self.value(Here::new(around, value.start), body).ok()
                }
                _ => match self
                    .find(Here::new(within, value.start), &given.value)
                    .or_else(|_| self.find(Here::new(around, value.start), &given.value))
                {
                    Ok(Found::Thing(Value::External(path))) => match &*path {
                        "builtins.list" => Some(Constant::List(Vec::new())),
                        "builtins.dict" => Some(Constant::Dict(Vec::new())),
                        "builtins.set" => Some(Constant::Set(Vec::new())),
                        "builtins.str" => Some(Constant::Str(String::new())),
                        _ => None,
                    },
                    Ok(Found::Thing(Value::Class(file, id))) => {
                        self.instance(Here::new(around, value.start), &given.value, (file, id), &[]).ok()
                    }
                    _ => None,
                },
            }
        })
    }
}

/// Whether Pydantic leaves a value of such a type as it is: it makes floats of integers, and more.
fn is_exactly(value: &Constant, r#type: &Type) -> bool {
    match r#type {
        Type::None => *value == Constant::None,
        Type::Name(name) => matches!(
            (name.as_str(), value),
            ("int", Constant::Int(_))
                | ("float", Constant::Float(_))
                | ("str", Constant::Str(_))
                | ("bool", Constant::Bool(_))
                | ("bytes", Constant::Bytes(_))
                | ("datetime.datetime", Constant::Datetime(_))
                | ("datetime.date", Constant::Date(_))
                | ("datetime.timedelta", Constant::Timedelta(_))
        ),
        Type::Or(types) => types.iter().any(|one| is_exactly(value, one)),
        Type::Generic { origin, arguments } => match (origin.as_str(), arguments.as_slice(), value) {
            ("typing.Optional", [one], value) => *value == Constant::None || is_exactly(value, one),
            ("typing.Union", types, value) => types.iter().any(|one| is_exactly(value, one)),
            ("list" | "typing.List", [one], Constant::List(items)) => items.iter().all(|item| is_exactly(item, one)),
            ("dict" | "typing.Dict", [key, one], Constant::Dict(entries)) => {
                entries.iter().all(|(name, value)| is_exactly(name, key) && is_exactly(value, one))
            }
            _ => false,
        },
        Type::Class(class) => match value {
            Constant::Member { class: of, .. } | Constant::Object { class: of, .. } => *of == class.qualname,
            _ => false,
        },
        _ => false,
    }
}
