//! Which arguments of a call are results of other calls: `train(prepare(x))`, and `data = prepare(x)` with `train(data)` behind it.

use super::calls::How;
use super::flow::{self, Binding, Reaching};
use super::ir::*;
use super::link::{Context, Linker};
use super::task::{PassedResult, Task};

/// The inputs of a task that a call gives the results of calls. Only of calls of the task itself: what else runs one passes its
/// arguments on in ways of its own.
pub fn of(
    linker: &Linker<'_>,
    context: Context<'_>,
    arguments: &[Argument],
    how: &[How],
    task: &Task,
) -> Vec<PassedResult> {
    if how.iter().any(|how| *how != How::Itself) {
        return Vec::new();
    }
    let mut positions = 0..;
    let mut found = Vec::new();
    for argument in arguments {
        let input = match &argument.kind {
            ArgumentKind::Positional => positions.next().and_then(|at| task.inputs.get(at)).map(|input| &input.name),
            ArgumentKind::Keyword(name) => Some(name),
            // What comes behind `*args` has no known position.
            ArgumentKind::Star | ArgumentKind::DoubleStar => return found,
        };
        if let Some((input, call)) = input.zip(call(linker, context, &argument.value)) {
            let at = linker.span(context.file, call.start, call.end);
            found.push(PassedResult { input: input.clone(), at });
        }
    }
    found
}

/// The call that an expression is the result of, awaited or not, directly or by way of a name of its scope that has one value.
fn call(linker: &Linker<'_>, context: Context<'_>, expr: &Expr) -> Option<Expr> {
    let expr = awaited(expr);
    match &expr.kind {
        ExprKind::Call(..) => Some(expr.clone()),
        ExprKind::Name(name) => {
            let file = linker.file(context.file);
            let found = flow::reaching(&file.summary, context.scope, name, context.moment, &|_| false);
            match found.as_slice() {
                [Reaching { binding: Binding::Value(value, _), .. }] => {
                    let value = awaited(value);
                    matches!(value.kind, ExprKind::Call(..)).then(|| value.clone())
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn awaited(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Await(inner) => inner,
        _ => expr,
    }
}
