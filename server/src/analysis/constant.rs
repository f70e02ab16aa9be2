//! Expressions to values as a key takes them: defaults, members of enumerations, arguments of calls.

use cache_core::key::flyte::{Argument, Value as Constant};
use cache_core::python::{self, Minor};

use super::ir::*;
use super::link::{Context, Linker, shown};
use super::types;
use super::value::Value;

/// The value of an expression, or why only Python can tell.
pub fn of(linker: &Linker<'_>, context: Context<'_>, expr: &Expr) -> Argument {
    match known(linker, context, expr) {
        Ok(value) => Argument::Value(value),
        Err(reason) => Argument::Unknown(reason),
    }
}

fn known(linker: &Linker<'_>, context: Context<'_>, expr: &Expr) -> Result<Constant, String> {
    let all = |items: &[Expr]| items.iter().map(|item| known(linker, context, item)).collect::<Result<Vec<_>, _>>();
    match &expr.kind {
        ExprKind::List(items) => all(items).map(Constant::List),
        ExprKind::Tuple(items) => all(items).map(Constant::Tuple),
        ExprKind::Set(items) => all(items).map(Constant::set),
        ExprKind::Dict(items) => {
            let pair = |(key, value): &(Option<Expr>, Expr)| match key {
                Some(key) => Ok((known(linker, context, key)?, known(linker, context, value)?)),
                None => Err(runs(linker, context, expr)),
            };
            items.iter().map(pair).collect::<Result<Vec<_>, _>>().map(Constant::dict)
        }
        ExprKind::Attribute(object, name) => match linker.value(context, object) {
            Value::Class(file, class) => types::member(linker, file, class, name)
                .or_else(|| plain(&linker.value(context, expr)))
                .ok_or_else(|| runs(linker, context, expr)),
            _ => plain(&linker.value(context, expr)).ok_or_else(|| runs(linker, context, expr)),
        },
        ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Str(_) | ExprKind::Name(_) => {
            let value = linker.value(context, expr);
            plain(&value).ok_or_else(|| match value {
                Value::Unknown(reason) => reason.to_string(),
                _ => runs(linker, context, expr),
            })
        }
        _ => {
            let file = linker.file(context.file);
            // No literal here is another in another Python.
            let literal = python::value(expr.text(&file.summary), Minor::Py312);
            literal.map(Constant::from).map_err(|_| runs(linker, context, expr))
        }
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

fn runs(linker: &Linker<'_>, context: Context<'_>, expr: &Expr) -> String {
    format!("`{}` is not known without running Python", shown(expr, &linker.file(context.file).summary))
}
