//! Tasks that call tasks by way of plain functions: `parent` calls `helper`, and `helper` calls the child.

use std::collections::{BTreeSet, HashMap};

use super::ir::*;
use super::link::{Context, Linker};
use super::value::{FileId, Value};

/// A function of a file.
pub type Body = (FileId, FunctionId);

/// Who calls the functions that were asked about, and the functions that call those.
#[derive(Default)]
pub struct Helpers(HashMap<Body, Vec<Caller>>);

/// Where a function is called.
struct Caller {
    /// The tasks in whose body that is.
    tasks: Vec<usize>,
    /// The functions around it, where it is in no task; none at the top of a module.
    around: Vec<Body>,
}

/// Visits every call of the project's files: the callee, the context, and the tasks in whose body it stands.
pub type Visit<'v> = dyn FnMut(&mut dyn FnMut(Context<'_>, &Expr, &[usize])) + 'v;

impl Helpers {
    /// Finds the callers of `bodies`, and their callers, with as many visits as the chain of calls is long.
    pub fn of(linker: &Linker<'_>, bodies: BTreeSet<Body>, visit: &mut Visit<'_>) -> Self {
        let mut found = Self::default();
        let mut wanted = bodies;
        while !wanted.is_empty() {
            let names: BTreeSet<String> = wanted.iter().filter_map(|body| name(linker, *body)).collect();
            let mut next = BTreeSet::new();
            for body in &wanted {
                found.0.entry(*body).or_default();
            }
            visit(&mut |context, callee, tasks| {
                // A function is called by its own name as a rule: the rest is not worth to be evaluated.
                let (ExprKind::Name(called) | ExprKind::Attribute(_, called)) = &callee.kind else { return };
                if !names.contains(called) {
                    return;
                }
                for (_, value) in linker.value(context, callee).alternatives() {
                    let Value::Function(file, id) = value else { continue };
                    if !wanted.contains(&(file, id)) {
                        continue;
                    }
                    let around = if tasks.is_empty() { around(linker, context) } else { Vec::new() };
                    next.extend(around.iter().copied());
                    found.0.entry((file, id)).or_default().push(Caller { tasks: tasks.to_vec(), around });
                }
            });
            wanted = next.into_iter().filter(|body| !found.0.contains_key(body)).collect();
        }
        found
    }

    /// The tasks whose runs come to one of `bodies`; `None` among them stands for code that is in no task.
    pub fn tasks(&self, bodies: &[Body]) -> BTreeSet<Option<usize>> {
        let (mut tasks, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), bodies.to_vec());
        while let Some(body) = open.pop() {
            if !seen.insert(body) {
                continue;
            }
            for caller in self.0.get(&body).into_iter().flatten() {
                tasks.extend(caller.tasks.iter().copied().map(Some));
                if caller.tasks.is_empty() && caller.around.is_empty() {
                    tasks.insert(None);
                }
                open.extend(&caller.around);
            }
        }
        if tasks.is_empty() {
            tasks.insert(None);
        }
        tasks
    }
}

/// The functions that a call stands in, the innermost first.
pub fn around(linker: &Linker<'_>, context: Context<'_>) -> Vec<Body> {
    let file = linker.file(context.file);
    let mut around = Vec::new();
    let mut scope = Some(context.scope);
    while let Some(inner) = scope {
        if let Scope::Function(id) = inner {
            around.push((context.file, id));
        }
        scope = file.summary.parent(inner);
    }
    around
}

fn name(linker: &Linker<'_>, (file, id): Body) -> Option<String> {
    Some(linker.file(file).summary.functions.get(id)?.name.clone())
}
