//! Which bindings of a name can be in force at a point of a scope: the reaching definitions, over the statements as they
//! nest. Knows nothing of what the bindings mean.

use super::ir::*;

/// When a name is looked up in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// While the scope's own code runs, at this offset.
    At(Offset),
    /// After the scope's code has run: what another module sees.
    End,
    /// At some time: a function's body sees the names around it as they are when it is called.
    Any,
}

/// What binds a name.
#[derive(Clone, Copy, Debug)]
pub enum Binding<'s> {
    /// `name = value`; the offset is where the value is evaluated.
    Value(&'s Expr, Offset),
    /// `a, name = value`: the item, of how many.
    Item(&'s Expr, usize, usize, Offset),
    /// Not followed: why.
    Opaque(&'static str),
    /// `import a.b`, which binds `a`, or `import a.b as name`.
    Import {
        module: &'s str,
        whole: bool,
    },
    /// `from module import original as name`
    From {
        module: &'s ImportedModule,
        original: &'s str,
    },
    Def(FunctionId),
    Class(ClassId),
    /// `type name = …`; whether it has parameters.
    TypeAlias(bool),
    /// `from module import *`
    Star {
        module: &'s ImportedModule,
    },
    /// A parameter of the function whose scope it is.
    Parameter(usize),
}

/// A binding that can be in force.
#[derive(Clone, Debug)]
pub struct Reaching<'s> {
    pub binding: Binding<'s>,
    /// The conditions that it is made under, in words, outermost first.
    pub words: Vec<&'s str>,
    /// Identifies the binding: one behind the start of its statement; 0 for a parameter.
    pub at: Offset,
    pub line: u32,
}

/// The bindings of `name` that can be in force at `moment`; empty if the scope does not bind it before.
///
/// `exports` tells whether `from module import *` brings the name.
pub fn reaching<'s>(
    summary: &'s Summary,
    scope: Scope,
    name: &str,
    moment: Moment,
    exports: &dyn Fn(&ImportedModule) -> bool,
) -> Vec<Reaching<'s>> {
    let (statements, parameters) = summary.scope(scope);
    if let Some(index) = summary.index.get(&scope).filter(|index| !index.star) {
        let parameter = parameters.iter().position(|parameter| parameter.name == name);
        match (index.names.get(name), parameter) {
            (None, None) => return Vec::new(),
            (None, Some(parameter)) => {
                let binding = Binding::Parameter(parameter);
                return vec![Reaching { binding, words: Vec::new(), at: 0, line: 0 }];
            }
            (Some(Some(only)), None) => {
                if let Some(statement) = statements.get(*only)
                    && let Some(binding) = binding(summary, statement, name, exports)
                {
                    let is_behind = matches!(moment, Moment::At(at) if at <= statement.start);
                    let found = Reaching { binding, words: Vec::new(), at: statement.start + 1, line: statement.line };
                    return if is_behind { Vec::new() } else { vec![found] };
                }
            }
            _ => {}
        }
    }
    let flow = Flow { summary, name, moment, exports };
    let mut start = Vec::new();
    if let Some(index) = parameters.iter().position(|parameter| parameter.name == name) {
        start.push(Reaching { binding: Binding::Parameter(index), words: Vec::new(), at: 0, line: 0 });
    }
    match flow.block(statements, State { live: true, reaching: start }) {
        Ok(state) | Err(state) => state.reaching,
    }
}

/// Which names a scope binds.
pub fn index(summary: &Summary, scope: Scope) -> Index {
    let (statements, _) = summary.scope(scope);
    let mut index = Index::default();
    let mut ended = false;
    for (at, statement) in statements.iter().enumerate() {
        walk_statements(std::slice::from_ref(statement), &mut |inner| {
            let own = std::ptr::eq(inner, statement) && !ended;
            index.star |= matches!(inner.kind, StmtKind::ImportFrom { star: true, .. });
            for name in bound_names(summary, inner) {
                index.names.entry(name.to_owned()).and_modify(|only| *only = None).or_insert(own.then_some(at));
            }
        });
        ended |= matches!(statement.kind, StmtKind::Return(_) | StmtKind::Exit(_));
    }
    index
}

/// The names for which [`binding`] finds something.
pub fn bound_names<'s>(summary: &'s Summary, statement: &'s Stmt) -> Vec<&'s str> {
    match &statement.kind {
        StmtKind::Def(id) => summary.functions.get(*id).map(|function| function.name.as_str()).into_iter().collect(),
        StmtKind::Class(id) => summary.classes.get(*id).map(|class| class.name.as_str()).into_iter().collect(),
        StmtKind::Assign { targets, .. } => targets
            .iter()
            .flat_map(|target| match target {
                Target::Name(name) => vec![name.as_str()],
                Target::Unpack(names) => names.iter().flatten().map(String::as_str).collect(),
                Target::Scatter(names) => names.iter().map(String::as_str).collect(),
                Target::Item(object, _) => object.root().into_iter().collect(),
                Target::Attribute(..) => Vec::new(),
            })
            .collect(),
        StmtKind::Expr(expr) => expr.changed_in_place().into_iter().collect(),
        StmtKind::Opaque { names, .. } => names.iter().map(String::as_str).collect(),
        StmtKind::TypeAlias { name, .. } => vec![name],
        StmtKind::Import { alias: Some(alias), .. } => vec![alias],
        StmtKind::Import { module, alias: None } => module.split('.').next().into_iter().collect(),
        StmtKind::ImportFrom { names, .. } => {
            names.iter().map(|(original, alias)| alias.as_ref().unwrap_or(original).as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether statements bind a name at all, which makes it local to their scope.
///
/// A change in place makes no name local.
pub fn binds(summary: &Summary, statements: &[Stmt], name: &str) -> bool {
    let mut found = false;
    walk_statements(statements, &mut |statement| {
        found |= makes_local(statement) && binding(summary, statement, name, &|_| false).is_some();
    });
    found
}

/// Whether the names that a statement binds are local to its scope by that: it does more than change objects in place.
pub fn makes_local(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::Expr(_) => false,
        StmtKind::Assign { targets, .. } => !targets.iter().all(|target| matches!(target, Target::Item(_, _))),
        _ => true,
    }
}

/// The values that a function's body can return, each with the conditions it stands under; `None` for a bare `return`.
pub fn returns(statements: &[Stmt]) -> Vec<(Vec<&str>, Option<&Expr>)> {
    let mut found = Vec::new();
    collect_returns(statements, &mut Vec::new(), &mut found);
    found
}

fn collect_returns<'s>(
    statements: &'s [Stmt],
    words: &mut Vec<&'s str>,
    found: &mut Vec<(Vec<&'s str>, Option<&'s Expr>)>,
) {
    for statement in statements {
        match &statement.kind {
            StmtKind::Return(value) => {
                found.push((words.clone(), value.as_ref()));
                return;
            }
            StmtKind::Branch { arms, .. } => {
                for arm in arms.iter().filter(|arm| arm.runs != Some(false)) {
                    words.push(&arm.words);
                    collect_returns(&arm.body, words, found);
                    words.pop();
                }
            }
            StmtKind::Try { body, handlers, otherwise, last } => {
                collect_returns(body, words, found);
                for arm in handlers {
                    words.push(&arm.words);
                    collect_returns(&arm.body, words, found);
                    words.pop();
                }
                collect_returns(otherwise, words, found);
                collect_returns(last, words, found);
            }
            StmtKind::Exit(_) => return,
            _ => statement.blocks().into_iter().for_each(|block| collect_returns(block, words, found)),
        }
    }
}

/// How a statement itself binds a name.
fn binding<'s>(
    summary: &Summary,
    statement: &'s Stmt,
    name: &str,
    exports: &dyn Fn(&ImportedModule) -> bool,
) -> Option<Binding<'s>> {
    match &statement.kind {
        StmtKind::Def(id) => {
            summary.functions.get(*id).filter(|function| function.name == name).map(|_| Binding::Def(*id))
        }
        StmtKind::Class(id) => summary.classes.get(*id).filter(|class| class.name == name).map(|_| Binding::Class(*id)),
        StmtKind::Assign { targets, value } => targets.iter().rev().find_map(|target| match target {
            Target::Name(target) if target == name => Some(Binding::Value(value, statement.start)),
            Target::Unpack(names) => {
                let index = names.iter().position(|target| target.as_deref() == Some(name))?;
                Some(Binding::Item(value, index, names.len(), statement.start))
            }
            Target::Scatter(names) => {
                names.iter().any(|target| target == name).then_some(Binding::Opaque("is unpacked from a value"))
            }
            // `options["cache"] = …` makes another value of what was assigned.
            Target::Item(object, _) if object.root() == Some(name) => Some(Binding::Opaque("is changed in place")),
            _ => None,
        }),
        StmtKind::Expr(expr) => {
            (expr.changed_in_place() == Some(name)).then_some(Binding::Opaque("is changed in place"))
        }
        StmtKind::Opaque { names, why } => names.iter().any(|bound| bound == name).then_some(Binding::Opaque(why)),
        StmtKind::TypeAlias { name: alias, generic } => (alias == name).then_some(Binding::TypeAlias(*generic)),
        StmtKind::Import { module, alias: Some(alias) } => {
            (alias == name).then_some(Binding::Import { module, whole: true })
        }
        StmtKind::Import { module, alias: None } => {
            (module.split('.').next() == Some(name)).then_some(Binding::Import { module, whole: false })
        }
        StmtKind::ImportFrom { module, names, star } => {
            let named = names.iter().rev().find(|(original, alias)| alias.as_ref().unwrap_or(original) == name);
            match named {
                Some((original, _)) => Some(Binding::From { module, original }),
                None if *star && exports(module) => Some(Binding::Star { module }),
                None => None,
            }
        }
        _ => None,
    }
}

struct Flow<'f> {
    summary: &'f Summary,
    name: &'f str,
    moment: Moment,
    exports: &'f dyn Fn(&ImportedModule) -> bool,
}

#[derive(Clone)]
struct State<'s> {
    /// Whether this point is reached.
    live: bool,
    reaching: Vec<Reaching<'s>>,
}

impl<'s> State<'s> {
    fn bind(&mut self, binding: Binding<'s>, statement: &Stmt, keep: bool) {
        if !keep {
            self.reaching.clear();
        }
        self.reaching.push(Reaching { binding, words: Vec::new(), at: statement.start + 1, line: statement.line });
    }

    fn join(&mut self, other: Self) {
        if !other.live {
            return;
        }
        if !self.live {
            *self = other;
            return;
        }
        for one in other.reaching {
            if !self.reaching.iter().any(|known| known.at == one.at) {
                self.reaching.push(one);
            }
        }
    }

    /// Names the condition under which bindings were made that `before` doesn't have.
    fn under(mut self, words: &'s str, before: &[Reaching<'s>]) -> Self {
        for one in &mut self.reaching {
            if !before.iter().any(|known| known.at == one.at) {
                one.words.insert(0, words);
            }
        }
        self
    }
}

impl<'s> Flow<'_> {
    /// Runs a block. `Err` is the state at the moment asked for, which lies in the block.
    fn block(&self, statements: &'s [Stmt], mut state: State<'s>) -> Result<State<'s>, State<'s>> {
        for statement in statements {
            if !state.live {
                // Dead code after a return; a use in it never runs.
                break;
            }
            if let Moment::At(at) = self.moment
                && statement.start >= at
            {
                return Err(state);
            }
            state = self.statement(statement, state)?;
        }
        Ok(state)
    }

    /// Whether the moment lies in a block.
    fn is_in(&self, block: &[Stmt]) -> bool {
        match (self.moment, block.first(), block.last()) {
            (Moment::At(at), Some(first), Some(last)) => first.start <= at && at < last.end,
            _ => false,
        }
    }

    fn statement(&self, statement: &'s Stmt, mut state: State<'s>) -> Result<State<'s>, State<'s>> {
        let keep = self.moment == Moment::Any;
        match &statement.kind {
            StmtKind::Return(_) | StmtKind::Exit(_) => {
                state.live = false;
                Ok(state)
            }
            StmtKind::Branch { arms, exhaustive, .. } => {
                let before = state.reaching.clone();
                let mut out = State { live: !exhaustive, reaching: state.reaching.clone() };
                for arm in arms {
                    if self.is_in(&arm.body) {
                        return self.block(&arm.body, state);
                    }
                    if arm.runs == Some(false) {
                        continue;
                    }
                    let end = self.block(&arm.body, state.clone())?;
                    if arm.runs == Some(true) {
                        // The first arm that surely runs is the only one that does, if none before it can.
                        out.live = false;
                        out.join(end);
                        return Ok(out);
                    }
                    out.join(end.under(&arm.words, &before));
                }
                if !out.live {
                    out.reaching.clear();
                }
                Ok(out)
            }
            StmtKind::Try { body, handlers, otherwise, last } => {
                let before = state.reaching.clone();
                let mut caught = state.clone();
                let done = self.block(body, state)?;
                caught.join(State { live: true, reaching: done.reaching.clone() });
                if let Some(arm) = handlers.iter().find(|arm| self.is_in(&arm.body)) {
                    return self.block(&arm.body, caught);
                }
                let words = if handlers.is_empty() { "" } else { "try" };
                let mut out = self.block(otherwise, done)?;
                if !words.is_empty() {
                    out = out.under(words, &before);
                }
                for arm in handlers {
                    out.join(self.block(&arm.body, caught.clone())?.under(&arm.words, &caught.reaching));
                }
                self.block(last, out)
            }
            StmtKind::Loop { body, otherwise, .. } => {
                if self.is_in(body) {
                    // What the body binds below the use is in force there in the next round.
                    let rounds = Flow { moment: Moment::End, ..*self };
                    let mut entry = state.clone();
                    let (Ok(mut round) | Err(mut round)) = rounds.block(body, state);
                    round.live = true;
                    entry.join(round);
                    return self.block(body, entry);
                }
                let mut out = state.clone();
                let mut round = self.block(body, state)?;
                round.live = true;
                out.join(round);
                self.block(otherwise, out)
            }
            StmtKind::Block { body, .. } => self.block(body, state),
            _ => {
                if let Some(bound) = binding(self.summary, statement, self.name, self.exports) {
                    state.bind(bound, statement, keep);
                }
                Ok(state)
            }
        }
    }
}
