//! Statements that change objects from outside: `env.cache = …`, `setattr(env, "cache", …)`, `vars(env)["cache"] = …`. What
//! the objects are is for others to find out.

use super::ir::*;

/// An attribute that a statement sets.
#[derive(Debug)]
pub struct Write<'s> {
    pub object: &'s Expr,
    /// Its name; `None` if it may be any.
    pub name: Option<&'s str>,
}

/// What a statement sets itself, without the statements within it.
pub fn of(statement: &Stmt) -> Vec<Write<'_>> {
    let mut found = Vec::new();
    if let StmtKind::Assign { targets, .. } = &statement.kind {
        for target in targets {
            match target {
                Target::Attribute(object, name) => {
                    found.push(Write { object, name: Some(name) });
                }
                Target::Item(object, _) => found.extend(within(object)),
                Target::Name(_) | Target::Unpack(_) | Target::Scatter(_) => {}
            }
        }
    }
    for expr in statement.expressions() {
        expr.walk(&mut |part| {
            if let ExprKind::Call(callee, arguments) = &part.kind {
                found.extend(by_call(part, callee, arguments));
            }
        });
    }
    found
}

/// `object.name[key] = …`, `object.__dict__[key] = …`, `vars(object)[key] = …`
fn within(changed: &Expr) -> Option<Write<'_>> {
    match &changed.kind {
        ExprKind::Attribute(object, name) if name == "__dict__" => Some(Write { object, name: None }),
        ExprKind::Attribute(object, name) => Some(Write { object, name: Some(name) }),
        ExprKind::Call(callee, arguments) => match (&callee.kind, arguments.first()) {
            (ExprKind::Name(name), Some(object)) if name == "vars" => Some(Write { object: &object.value, name: None }),
            _ => None,
        },
        ExprKind::Subscript(object, _) => within(object),
        _ => None,
    }
}

fn by_call<'s>(call: &'s Expr, callee: &'s Expr, arguments: &'s [Argument]) -> Option<Write<'s>> {
    let name = |at: usize| match arguments.get(at).map(|argument| &argument.value.kind) {
        Some(ExprKind::Str(name)) => Some(name.as_str()),
        _ => None,
    };
    match &callee.kind {
        ExprKind::Name(function) if matches!(function.as_str(), "setattr" | "delattr") => {
            Some(Write { object: &arguments.first()?.value, name: name(1) })
        }
        ExprKind::Attribute(object, method) => match method.as_str() {
            // `object.__setattr__(env, "cache", …)`, `env.__setattr__("cache", …)`
            "__setattr__" | "__delattr__" => {
                let is_base = matches!(&object.kind, ExprKind::Name(name) if name == "object")
                    || matches!(&object.kind, ExprKind::Call(..));
                match arguments.first().filter(|_| is_base) {
                    Some(first) if arguments.len() > 2 || method == "__delattr__" => {
                        Some(Write { object: &first.value, name: name(1) })
                    }
                    _ => Some(Write { object, name: name(0) }),
                }
            }
            // `super().__init__(…)` is how a class makes itself.
            "__init__" if !matches!(object.kind, ExprKind::Call(..)) => Some(Write { object, name: None }),
            _ if call.changes_in_place() => within(object),
            _ => None,
        },
        _ => None,
    }
}
