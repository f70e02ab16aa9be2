//! Names and attributes: to the one expression that they surely stand for, in whatever file.

use std::rc::Rc;

use cache_core::key::flyte::Value as Constant;
use cache_core::python::{Expression, Node};

use super::{Constants, Found, Here, hidden};
use crate::analysis::flow::{self, Binding, Moment, Reaching};
use crate::analysis::ir::*;
use crate::analysis::link::Context;
use crate::analysis::modules::ModulePath;
use crate::analysis::types;
use crate::analysis::value::{ClassAt, FileId, Value};

impl Constants<'_, '_> {
    pub(super) fn name(&self, here: Here<'_>, name: &str) -> Result<Found, String> {
        // What a comprehension or a lambda binds hides all else.
        let slot = here.slots.iter().rev().find(|slot| slot.name == name && slot.bound_at.is_none());
        if let Some(slot) = slot {
            return slot.value.clone().map(Found::Value);
        }
        let found = self.linker.resolved(here.context, name, |context, found| self.bound(here, context, name, &found));
        found.unwrap_or_else(|value| self.thing(value))
    }

    /// What the bindings make of a name, of which one is in force.
    fn bound(&self, here: Here<'_>, context: Context<'_>, name: &str, found: &[Reaching<'_>]) -> Result<Found, String> {
        let [one] = found else {
            return Err(format!("`{name}` is one of several values at run time"));
        };
        match one.binding {
            Binding::Value(expr, at) => {
                let found = self.assigned(Context { moment: Moment::At(at), frame: None, ..context }, expr)?;
                self.unchanged(context, name, found)
            }
            Binding::Item(expr, index, count, at) => {
                let whole = self.assigned(Context { moment: Moment::At(at), frame: None, ..context }, expr)?;
                match whole {
                    Found::Value(Constant::List(items) | Constant::Tuple(items)) if items.len() == count => {
                        let item = items.into_iter().nth(index).map(Found::Value);
                        self.unchanged(context, name, item.ok_or_else(|| format!("`{name}` is unpacked from a value"))?)
                    }
                    _ => Err(format!("`{name}` is unpacked from a value")),
                }
            }
            Binding::Opaque(why) => {
                let slot = here
                    .slots
                    .iter()
                    .rev()
                    .find(|slot| slot.name == name && slot.bound_at.is_some_and(|at| at + 1 == one.at));
                match slot {
                    Some(slot) => slot.value.clone().map(Found::Value),
                    None => Err(format!("`{name}` {why}")),
                }
            }
            Binding::Parameter(_) => {
                let file = self.linker.file(context.file);
                let function = match context.scope {
                    Scope::Function(id) => file.summary.functions.get(id).map(|function| function.name.clone()),
                    _ => None,
                };
                Err(format!("`{name}` is a parameter of `{}`", function.unwrap_or_default()))
            }
            Binding::From { module, original } => self.imported(context, module, original),
            Binding::Star { module } => self.imported(context, module, name),
            Binding::Def(_) | Binding::Class(_) | Binding::TypeAlias(_) | Binding::Import { .. } => {
                self.thing(self.linker.lookup(here.context, name))
            }
        }
    }

    /// The value of an expression that a statement assigns.
    fn assigned(&self, context: Context<'_>, expr: &Expr) -> Result<Found, String> {
        let text = expr.text(&self.linker.file(context.file).summary).to_owned();
        let node = self.read(&text)?;
        self.find(Here { slots: &hidden(&node), ..Here::new(context, expr.start) }, &node)
    }

    /// The one expression that is assigned to a name, or to a name of another module, where that stands.
    pub fn assignment(&self, here: Here<'_>, node: &Node) -> Option<(Context<'static>, Offset, Node)> {
        match &node.kind {
            Expression::Name(name) if here.slots.iter().all(|slot| slot.name != *name) => {
                self.assigned_to(here.context, name, 0)
            }
            Expression::Attribute(object, name) => match self.find(here, object) {
                Ok(Found::Thing(Value::Module(module))) => {
                    self.assigned_to(self.linker.exported(here.context.file, &module, name).ok()?, name, 0)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn assigned_to(&self, context: Context<'_>, name: &str, depth: u32) -> Option<(Context<'static>, Offset, Node)> {
        let found = self.linker.resolved(context, name, |context, found| match found.as_slice() {
            [one] => match one.binding {
                Binding::Value(expr, at) => {
                    let (file, scope) = (context.file, context.scope);
                    let context = Context { file, scope, moment: Moment::At(at), frame: None };
                    let text = expr.text(&self.linker.file(file).summary).to_owned();
                    Some((context, expr.start, self.read(&text).ok()?))
                }
                Binding::From { module, original } if depth < 8 => match self.linker.module(context.file, module) {
                    Value::Module(found) => {
                        let context = self.linker.exported(context.file, &found, original).ok()?;
                        self.assigned_to(context, original, depth + 1)
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
        found.ok().flatten()
    }

    /// Refuses what a name stands for if that may be changed, whatever of it is known.
    pub fn steady(&self, here: Here<'_>, node: &Node) -> Result<(), String> {
        let Expression::Name(name) = &node.kind else { return Ok(()) };
        let nested = Constant::List(vec![Constant::List(Vec::new())]);
        let kept = self.linker.resolved(here.context, name, |context, _| self.is_kept(context, name, &nested, 0));
        match kept {
            Ok(None) => Ok(()),
            Ok(Some(reason)) => Err(reason),
            Err(_) => Err(self.runs(here, node)),
        }
    }

    fn imported(&self, context: Context<'_>, module: &ImportedModule, name: &str) -> Result<Found, String> {
        match self.linker.module(context.file, module) {
            Value::Module(found) => self.member(context.file, &found, name),
            Value::External(path) => self.thing(self.linker.outside(context.file, format!("{path}.{name}"))),
            other => self.thing(other),
        }
    }

    /// A module's name, as `file` sees it.
    fn member(&self, file: FileId, module: &Rc<ModulePath>, name: &str) -> Result<Found, String> {
        match self.linker.exported(file, module, name) {
            Ok(context) => self.name(Here::new(context, 0), name),
            Err(value) => self.thing(value),
        }
    }

    /// `object.name`
    pub(super) fn attribute(&self, here: Here<'_>, node: &Node, object: &Node, name: &str) -> Result<Found, String> {
        match self.find(here, object)? {
            Found::Thing(Value::Module(module)) => self.member(here.context.file, &module, name),
            Found::Thing(Value::External(path)) => {
                self.thing(self.linker.outside(here.context.file, format!("{path}.{name}")))
            }
            Found::Thing(Value::Class(file, class)) => self.of_class(here, node, (file, class), name),
            Found::Thing(Value::Unknown(reason)) => Err(reason.to_string()),
            Found::Value(Constant::Object { fields, .. }) => fields
                .into_iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| Found::Value(value))
                .ok_or_else(|| self.runs(here, node)),
            Found::Value(Constant::Member { name: own, value, .. }) => match name {
                "value" | "_value_" => Ok(Found::Value(*value)),
                "name" | "_name_" => Ok(Found::Value(Constant::Str(own))),
                _ => Err(self.runs(here, node)),
            },
            _ => Err(self.runs(here, node)),
        }
    }

    /// A constant of a plain class: `Settings.NAME`.
    fn of_class(&self, here: Here<'_>, node: &Node, (file, class): ClassAt, name: &str) -> Result<Found, String> {
        if let Some(unknown) = self.linker.patched_class(file, class, name) {
            return self.thing(unknown);
        }
        if let Some(member) = types::member(self.linker, file, class, name) {
            return Ok(Found::Value(member));
        }
        let loaded = self.linker.file(file);
        let found = flow::reaching(&loaded.summary, Scope::Class(class), name, Moment::End, &|_| false);
        let plain = loaded.summary.classes.get(class).is_some_and(|class| class.bases.is_empty());
        if found.len() != 1 || !plain {
            return Err(self.runs(here, node));
        }
        let inner = Context { file, scope: Scope::Class(class), moment: Moment::End, frame: None };
        match self.name(Here::new(inner, 0), name)? {
            Found::Value(value) if !super::kept::is_mutable(&value) => Ok(Found::Value(value)),
            Found::Value(_) => Err(format!("`{}` may be changed", self.shown(here, node))),
            _ => Err(self.runs(here, node)),
        }
    }

    /// What something that is no value of the project is.
    pub(super) fn thing(&self, value: Value) -> Result<Found, String> {
        let Value::External(path) = &value else {
            return match value {
                Value::Unknown(reason) => Err(reason.to_string()),
                value => Ok(Found::Thing(value)),
            };
        };
        Ok(match &**path {
            "math.inf" | "numpy.inf" => Found::Value(Constant::Float(f64::INFINITY)),
            "math.nan" | "numpy.nan" => Found::Value(Constant::Float(f64::NAN)),
            "math.pi" | "numpy.pi" => Found::Value(Constant::Float(std::f64::consts::PI)),
            "math.e" | "numpy.e" => Found::Value(Constant::Float(std::f64::consts::E)),
            "math.tau" => Found::Value(Constant::Float(std::f64::consts::TAU)),
            "datetime.timezone.utc" | "datetime.UTC" => Found::Zone(0),
            _ => Found::Thing(value),
        })
    }
}
