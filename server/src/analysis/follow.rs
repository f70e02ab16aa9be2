//! Calls of the project's own functions: environments and names that a small function returns.

use std::rc::Rc;

use super::arguments::Call;
use super::flow::{self, Moment};
use super::ir::*;
use super::link::{Context, Frame, Linker, shown};
use super::value::{Arguments, FileId, Instance, Value, joined};

impl Linker<'_> {
    /// What a call of a project's function returns, where that needs no more than its `return` statements.
    pub fn follow(&self, call: &Call<'_>, file: FileId, id: FunctionId, arguments: Arguments) -> Value {
        let loaded = self.file(file);
        let Some(function) = loaded.summary.functions.get(id) else { return self.runs(call.context, call.expr) };
        self.notes.borrow_mut().body_of(&loaded.path, function);
        if function.deferred || arguments.unknown.is_some() {
            return self.runs(call.context, call.expr);
        }
        let mut frame = Frame { function: (file, id), values: Vec::new() };
        let mut positional = function.parameters.iter();
        for given in arguments.given {
            let name = match &given.kind {
                ArgumentKind::Keyword(name) => Some(name.clone()),
                _ => positional.next().filter(|parameter| !parameter.variadic).map(|parameter| parameter.name.clone()),
            };
            let Some(name) = name else { return self.runs(call.context, call.expr) };
            frame.values.push((name, given.value));
        }
        for parameter in &function.parameters {
            if let Some(default) = &parameter.default
                && !frame.values.iter().any(|(name, _)| *name == parameter.name)
            {
                let at = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
                frame.values.push((parameter.name.clone(), self.value(at, default)));
            }
        }
        let values = flow::returns(&function.body)
            .into_iter()
            .map(|(words, value)| {
                let words = words.iter().fold(String::new(), |outer, inner| joined(&outer, inner));
                let value = match value {
                    Some(value) => {
                        let inner = Context {
                            file,
                            scope: Scope::Function(id),
                            moment: Moment::At(return_start(&function.body, value)),
                            frame: Some(&frame),
                        };
                        self.value(inner, value)
                    }
                    None => Value::None,
                };
                let words = if words.is_empty() { "otherwise".to_owned() } else { words };
                (words, value)
            })
            .collect::<Vec<_>>();
        if values.is_empty() {
            return Value::None;
        }
        // What the reader knows is the call, not what stands in the function.
        Value::one_of(values).map(|value| match value {
            Value::Unknown(reason) => {
                let text = shown(call.expr, &self.file(call.context.file).summary);
                Value::unknown(format!("`{text}` runs Python: {reason}"))
            }
            Value::Instance(instance) => {
                let text = Rc::from(call.text(self));
                Value::Instance(Rc::new(Instance { text, ..(*instance).clone() }))
            }
            value => value,
        })
    }
}

/// Where the `return` statement of a value starts.
fn return_start(statements: &[Stmt], value: &Expr) -> Offset {
    let mut start = value.start;
    walk_statements(statements, &mut |statement| {
        if let StmtKind::Return(Some(returned)) = &statement.kind
            && (returned.start, returned.end) == (value.start, value.end)
        {
            start = statement.start;
        }
    });
    start
}
