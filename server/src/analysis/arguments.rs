//! Calls and their arguments.

use std::rc::Rc;

use super::ir::*;
use super::link::{Context, Linker, shown, whole};
use super::sdk;
use super::task::Place;
use super::value::{Arguments, FileId, Given, Instance, Value};

/// A call that is being evaluated.
pub struct Call<'c> {
    pub context: Context<'c>,
    pub expr: &'c Expr,
    pub arguments: &'c [Argument],
}

impl Call<'_> {
    /// The expression that is given for a parameter, by keyword or at a position.
    pub fn argument(&self, name: &str, position: usize) -> Option<&Expr> {
        let by_keyword =
            self.arguments.iter().find(|given| matches!(&given.kind, ArgumentKind::Keyword(key) if key == name));
        let by_position = || self.arguments.get(position).filter(|given| given.kind == ArgumentKind::Positional);
        by_keyword.or_else(by_position).map(|given| &given.value)
    }

    pub fn origin(&self) -> (FileId, Offset) {
        (self.context.file, self.expr.start)
    }

    pub fn place(&self, linker: &Linker<'_>) -> Place {
        linker.place(self.context.file, self.expr.line)
    }

    /// The call's text, for messages.
    pub fn text(&self, linker: &Linker<'_>) -> String {
        shown(self.expr, &linker.file(self.context.file).summary)
    }

    /// All of the call's text.
    pub fn whole_text(&self, linker: &Linker<'_>) -> String {
        whole(self.expr, &linker.file(self.context.file).summary)
    }
}

impl Linker<'_> {
    /// A call's arguments, with `*` and `**` of known values expanded.
    pub fn arguments(&self, context: Context<'_>, arguments: &[Argument]) -> Arguments {
        let file = self.file(context.file);
        let mut all = Arguments::default();
        for argument in arguments {
            let value = self.value(context, &argument.value);
            let place = self.place(context.file, argument.value.line);
            let at = argument.value.start..argument.value.end;
            let text: Rc<str> = Rc::from(shown(&argument.value, &file.summary));
            match (&argument.kind, value) {
                (ArgumentKind::Star, Value::Sequence(items) | Value::Tuple(items)) => {
                    all.given.extend(items.iter().map(|item| Given {
                        kind: ArgumentKind::Positional,
                        value: item.clone(),
                        place: place.clone(),
                        at: at.clone(),
                        text: Rc::clone(&text),
                    }))
                }
                (ArgumentKind::DoubleStar, Value::Dict(items)) => {
                    all.given.extend(items.iter().map(|(key, value, place)| Given {
                        kind: ArgumentKind::Keyword(key.to_string()),
                        value: value.clone(),
                        place: place.clone(),
                        at: at.clone(),
                        text: Rc::from(format!("{text}[{key:?}]")),
                    }));
                }
                (ArgumentKind::Star, _) => all.unknown = Some(Rc::from(format!("`*{text}` is not known"))),
                (ArgumentKind::DoubleStar, Value::Unknown(reason))
                    if matches!(argument.value.kind, ExprKind::Broken) =>
                {
                    all.unknown = Some(reason);
                }
                (ArgumentKind::DoubleStar, Value::Unknown(reason)) => {
                    all.unknown = Some(Rc::from(format!("`**{text}` is not known: {reason}")));
                }
                (ArgumentKind::DoubleStar, _) => all.unknown = Some(Rc::from(format!("`**{text}` is not known"))),
                (kind, value) => all.given.push(Given { kind: kind.clone(), value, place, at, text }),
            }
        }
        all
    }
}

impl Instance {
    /// The function and arguments of a `functools.partial(...)`.
    pub fn partial(&self) -> Option<(&Value, Arguments)> {
        let (function, given) = self.arguments.given.split_first()?;
        if sdk::known(&self.class) != Some(sdk::Known::Partial) {
            return None;
        }
        let unknown = self.arguments.unknown.clone();
        Some((&function.value, Arguments { given: given.to_vec(), unknown }))
    }
}

impl Arguments {
    /// What Python raises for arguments of a class's constructor that don't fit its parameters: too many, not known, or
    /// given twice.
    pub fn mismatch(&self, class: &str, parameters: &[&str], least: usize) -> Option<String> {
        let positional = self.given.iter().filter(|given| given.kind == ArgumentKind::Positional).count();
        for given in &self.given {
            let ArgumentKind::Keyword(name) = &given.kind else { continue };
            match parameters.iter().position(|parameter| parameter == name) {
                None => {
                    return Some(format!("TypeError: {class}.__init__() got an unexpected keyword argument '{name}'"));
                }
                Some(index) if index < positional => {
                    return Some(format!("TypeError: {class}.__init__() got multiple values for argument '{name}'"));
                }
                Some(_) => {}
            }
        }
        (positional > parameters.len()).then(|| {
            format!(
                "TypeError: {class}.__init__() takes from {least} to {} positional arguments but {} were given",
                parameters.len() + 1,
                positional + 1
            )
        })
    }

    /// Adds the arguments of a call to those of a partial one; the later keyword counts.
    pub fn extend(&mut self, more: Self) {
        self.given.extend(more.given);
        self.unknown = self.unknown.take().or(more.unknown);
    }

    /// The argument for one of the parameters that can be given by position, in order, or by keyword.
    pub fn get(&self, parameters: &[&str], name: &str) -> Option<&Given> {
        let index = parameters.iter().position(|parameter| *parameter == name);
        let by_position =
            index.and_then(|index| self.given.iter().filter(|given| given.kind == ArgumentKind::Positional).nth(index));
        by_position.or_else(|| self.keyword(name))
    }

    /// The names of those that are given by keyword.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.given.iter().filter_map(|given| match &given.kind {
            ArgumentKind::Keyword(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The argument for a keyword.
    pub fn keyword(&self, name: &str) -> Option<&Given> {
        self.given.iter().rev().find(|given| matches!(&given.kind, ArgumentKind::Keyword(keyword) if keyword == name))
    }
}
