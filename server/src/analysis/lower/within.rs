//! Names that other code than their scope's own changes: `global x` and `nonlocal x`, changes in place from functions
//! within, and the names of a module that are set through `globals()`.

use std::collections::HashMap;

use crate::analysis::flow;
use crate::analysis::ir::*;

type Changes = (HashMap<(Scope, String), String>, Vec<(String, String)>);

/// The changed names by the scope that binds them, and how computed names start; with what changes them.
pub fn changes(summary: &Summary) -> Changes {
    let mut named = HashMap::new();
    let mut computed = Vec::new();
    for (id, function) in summary.functions.iter().enumerate() {
        let by = &function.name;
        for name in &function.outer_names {
            named.insert((Scope::Module, name.clone()), by.clone());
        }
        for name in &function.nonlocal_names {
            named.insert((binder(summary, function.parent, name), name.clone()), by.clone());
            named.insert((Scope::Function(id), name.clone()), by.clone());
        }
        walk_statements(&function.body, &mut |statement| {
            let mut names: Vec<&str> = Vec::new();
            match &statement.kind {
                StmtKind::Assign { targets, .. } => names.extend(targets.iter().filter_map(|target| match target {
                    Target::Item(object, _) => object.root(),
                    _ => None,
                })),
                StmtKind::Expr(expr) => names.extend(expr.changed_in_place()),
                _ => {}
            }
            for name in names {
                let is_local = flow::binds(summary, &function.body, name)
                    || function.parameters.iter().any(|parameter| parameter.name == name);
                if !is_local {
                    named.insert((binder(summary, function.parent, name), name.to_owned()), by.clone());
                }
            }
        });
    }
    for scope in scopes(summary) {
        walk_statements(summary.scope(scope).0, &mut |statement| {
            for (key, by) in set_by_key(summary, scope, statement) {
                match key {
                    Key::Named(name) => drop(named.insert((Scope::Module, name.to_owned()), by)),
                    Key::Computed(start) => computed.push((start.to_owned(), by)),
                }
            }
        });
    }
    (named, computed)
}

/// The scope around a function that a name of it belongs to.
fn binder(summary: &Summary, start: Scope, name: &str) -> Scope {
    let mut scope = start;
    loop {
        let (statements, parameters) = summary.scope(scope);
        let is_function = matches!(scope, Scope::Function(_));
        let binds = flow::binds(summary, statements, name) || parameters.iter().any(|parameter| parameter.name == name);
        if is_function && binds {
            return scope;
        }
        match summary.parent(scope) {
            Some(parent) => scope = parent,
            None => return Scope::Module,
        }
    }
}

/// A name that is given as a string.
enum Key<'s> {
    Named(&'s str),
    /// It only is known how it starts.
    Computed(&'s str),
}

impl<'s> Key<'s> {
    fn of(key: Option<&'s Expr>) -> Self {
        match key.map(|key| &key.kind) {
            Some(ExprKind::Str(name)) => Self::Named(name),
            Some(ExprKind::FString(parts)) => match parts.first() {
                Some(FPart::Text(start)) => Self::Computed(start),
                _ => Self::Computed(""),
            },
            _ => Self::Computed(""),
        }
    }
}

/// `globals()["name"] = …`, `globals().update(name=…)`, `sys.modules[__name__].name = …`: the keys and the text.
fn set_by_key<'s>(summary: &'s Summary, scope: Scope, statement: &'s Stmt) -> Vec<(Key<'s>, String)> {
    let mut found = Vec::new();
    if let StmtKind::Assign { targets, .. } = &statement.kind {
        for target in targets {
            match target {
                Target::Item(object, key) if is_namespace(scope, object) => {
                    found.push((Key::of(key.as_ref()), object.text(summary).to_owned()));
                }
                Target::Attribute(object, name) if is_own_module(object) => {
                    found.push((Key::Named(name), object.text(summary).to_owned()));
                }
                _ => {}
            }
        }
    }
    for expr in statement.expressions() {
        expr.walk(&mut |part| {
            let ExprKind::Call(callee, arguments) = &part.kind else { return };
            match &callee.kind {
                ExprKind::Name(name) if name == "setattr" => {
                    if let [module, key, ..] = arguments.as_slice()
                        && is_own_module(&module.value)
                    {
                        found.push((Key::of(Some(&key.value)), "setattr".to_owned()));
                    }
                }
                ExprKind::Attribute(object, method) if is_namespace(scope, object) => {
                    let by = callee.text(summary).to_owned();
                    match (method.as_str(), arguments.first().map(|first| (&first.kind, &first.value.kind))) {
                        ("update", Some((ArgumentKind::Positional, ExprKind::Dict(items)))) => {
                            found.extend(items.iter().map(|(key, _)| (Key::of(key.as_ref()), by.clone())));
                        }
                        ("setdefault" | "__setitem__" | "pop", _) => {
                            found.push((Key::of(arguments.first().map(|first| &first.value)), by));
                        }
                        ("update", _) => found.extend(arguments.iter().map(|argument| match &argument.kind {
                            ArgumentKind::Keyword(name) => (Key::Named(name), by.clone()),
                            _ => (Key::Computed(""), by.clone()),
                        })),
                        _ => {}
                    }
                }
                _ => {}
            }
        });
    }
    found
}

/// Whether an expression is the module's own dictionary of names.
fn is_namespace(scope: Scope, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(callee, arguments) => match (&callee.kind, arguments.as_slice()) {
            (ExprKind::Name(name), []) => {
                name == "globals" || scope == Scope::Module && matches!(name.as_str(), "locals" | "vars")
            }
            (ExprKind::Name(name), [module]) => name == "vars" && is_own_module(&module.value),
            _ => false,
        },
        ExprKind::Attribute(object, name) => name == "__dict__" && is_own_module(object),
        _ => false,
    }
}

/// `sys.modules[__name__]`, `import_module(__name__)`
fn is_own_module(expr: &Expr) -> bool {
    let is_name = |expr: &Expr| matches!(&expr.kind, ExprKind::Name(name) if name == "__name__");
    match &expr.kind {
        ExprKind::Subscript(_, key) => is_name(key),
        ExprKind::Call(_, arguments) => arguments.iter().any(|argument| is_name(&argument.value)),
        _ => false,
    }
}

fn scopes(summary: &Summary) -> impl Iterator<Item = Scope> {
    let functions = (0..summary.functions.len()).map(Scope::Function);
    let classes = (0..summary.classes.len()).map(Scope::Class);
    std::iter::once(Scope::Module).chain(functions).chain(classes)
}
