//! A file as the analysis sees it: the statements that bind names, with their expressions. Made from the syntax tree
//! once ([`super::lower`]), a pure function of the file's text; linking across files works on this alone.
//!
//! What can't be evaluated without running Python is kept as [`ExprKind::Other`], so that calls within it are still found.

use std::collections::HashMap;
use std::sync::Arc;

/// A byte offset into the file's text; files of 4 GiB and more are not read.
pub type Offset = u32;

/// A file, reduced to what tasks can depend on.
#[derive(Debug, Default)]
pub struct Summary {
    /// Python's text of the file.
    pub text: Arc<str>,
    /// The module's statements.
    pub body: Vec<Stmt>,
    /// Every function of the file, nested ones too, in source order.
    pub functions: Vec<Function>,
    /// Every class of the file.
    pub classes: Vec<Class>,
    /// Comments that name this program.
    pub comments: Vec<std::ops::Range<Offset>>,
    /// The 1-based line of the first part that could not be read as Python.
    pub broken: Option<u32>,
    /// Names that functions within rebind (`global x`, `nonlocal x`) or change in place, or that are set through
    /// `globals()`, by the scope that binds them; with what does it.
    pub changed_within: HashMap<(Scope, String), String>,
    /// What sets names of the module that are not known but for how they start.
    pub changed_by_computed_name: Vec<(String, String)>,
    /// What the file mentions that can change a function's signature after it was defined.
    pub changes_signatures: Option<&'static str>,
    /// Which names each scope binds.
    pub index: HashMap<Scope, Index>,
}

/// The names that a scope binds, so that most lookups need not follow its flow.
#[derive(Debug, Default)]
pub struct Index {
    /// The statement of the scope's own list that is the only one to bind the name; `None` if there are several, or one
    /// that may not run.
    pub names: HashMap<String, Option<usize>>,
    /// `from module import *`, which may bind any name.
    pub star: bool,
}

/// Index into [`Summary::functions`].
pub type FunctionId = usize;
/// Index into [`Summary::classes`].
pub type ClassId = usize;

/// Whose names an expression sees first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    Module,
    Function(FunctionId),
    Class(ClassId),
}

/// A `def`.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    /// Of the name in the `def` line.
    pub name_offset: Offset,
    /// Of the whole statement: from the first `@`.
    pub start: Offset,
    /// The first line of the decorators, else of the `def`.
    pub line: u32,
    /// In source order: the last one is applied first.
    pub decorators: Vec<Expr>,
    pub parameters: Vec<Parameter>,
    /// `-> …`
    pub returns: Option<Expr>,
    /// The names in `def name[T]`.
    pub type_parameters: Vec<String>,
    pub body: Vec<Stmt>,
    /// The scope that the `def` stands in.
    pub parent: Scope,
    /// The conditions that the `def` stands under, in words.
    pub branch: Option<String>,
    /// Whether the `def` stands in a loop.
    pub in_loop: bool,
    /// A call of it does not run its body: `async def`, or a `yield` in it.
    pub deferred: bool,
    /// Names that are `global` in it.
    pub outer_names: Vec<String>,
    /// Names that are `nonlocal` in it.
    pub nonlocal_names: Vec<String>,
}

/// A parameter, or one of the separators `*` and `/` left out.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    /// Where the name stands.
    pub start: Offset,
    pub end: Offset,
    pub annotation: Option<Expr>,
    pub default: Option<Expr>,
    /// `*args`, `**kwargs`
    pub variadic: bool,
}

/// A `class`.
#[derive(Clone, Debug)]
pub struct Class {
    pub name: String,
    /// In source order.
    pub decorators: Vec<Expr>,
    pub bases: Vec<Argument>,
    /// `class Name[T]`
    pub generic: bool,
    /// Whether the body's first statement is a string.
    pub documented: bool,
    /// The annotated names of the body, in source order; not those under an `if` and the like.
    pub fields: Vec<Field>,
    pub body: Vec<Stmt>,
    pub parent: Scope,
    /// Of the `class` keyword.
    pub start: Offset,
}

/// `name: annotation` or `name: annotation = value` in a class.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub annotation: Expr,
    pub value: Option<Expr>,
    pub start: Offset,
    pub end: Offset,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    pub start: Offset,
    pub end: Offset,
    pub line: u32,
    pub kind: StmtKind,
}

#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `a = b = value`, `a: T = value`
    Assign {
        targets: Vec<Target>,
        value: Expr,
    },
    /// Names that get a value which is not followed: why, in words that fit behind the name.
    Opaque {
        names: Vec<String>,
        why: &'static str,
    },
    /// `type Name = …` (PEP 695); whether it has parameters.
    TypeAlias {
        name: String,
        generic: bool,
    },
    /// `import a.b as c`
    Import {
        module: String,
        alias: Option<String>,
    },
    /// `from ..a import b as c`
    ImportFrom {
        module: ImportedModule,
        names: Vec<(String, Option<String>)>,
        star: bool,
    },
    Def(FunctionId),
    Class(ClassId),
    Expr(Expr),
    Return(Option<Expr>),
    /// `raise`, `continue`, `break`: what follows is not reached.
    Exit(Vec<Expr>),
    /// Exactly one arm runs, or none if not `exhaustive`.
    Branch {
        test: Vec<Expr>,
        arms: Vec<Arm>,
        exhaustive: bool,
    },
    /// `try`: the body, then one of the arms from anywhere in it, or `otherwise`; then `last`.
    Try {
        body: Vec<Stmt>,
        handlers: Vec<Arm>,
        otherwise: Vec<Stmt>,
        last: Vec<Stmt>,
    },
    /// A body that runs any number of times.
    Loop {
        header: Vec<Expr>,
        body: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    /// `with`: the body runs once.
    Block {
        header: Vec<Expr>,
        body: Vec<Stmt>,
    },
}

/// Why the names of a `for` are [`StmtKind::Opaque`].
pub const SET_BY_A_LOOP: &str = "is set by a loop";

/// What a `from … import` names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportedModule {
    /// The number of leading dots.
    pub level: u32,
    /// The dotted name, which may be empty behind dots.
    pub name: String,
}

/// One way through a [`StmtKind::Branch`].
#[derive(Clone, Debug)]
pub struct Arm {
    /// `if fast`, `else`, `except ImportError`
    pub words: String,
    /// Whether the condition is known without running the program (`TYPE_CHECKING`, `False`).
    pub runs: Option<bool>,
    pub body: Vec<Stmt>,
}

/// The left of an assignment.
#[derive(Clone, Debug)]
pub enum Target {
    Name(String),
    /// `object.name = …`
    Attribute(Expr, String),
    /// `a, b = …`: the names, in order; `None` for what is no plain name.
    Unpack(Vec<Option<String>>),
    /// `a, *b = …`, `a, (b, c) = …`: the names.
    Scatter(Vec<String>),
    /// `a[0] = …`: what is changed in place, and the key.
    Item(Expr, Option<Expr>),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Of all of it, with its keyword and its parentheses.
    pub start: Offset,
    pub end: Offset,
    pub kind: ArgumentKind,
    pub value: Expr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    Positional,
    Keyword(String),
    /// `*value`
    Star,
    /// `**value`
    DoubleStar,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    pub start: Offset,
    pub end: Offset,
    pub line: u32,
    pub kind: ExprKind,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    Float,
    Str(String),
    /// An f-string (with its neighbouring plain strings) of which all fields are plain, `{x}`.
    FString(Vec<FPart>),
    Name(String),
    Attribute(Box<Expr>, String),
    Call(Box<Expr>, Vec<Argument>),
    /// `object[key]`
    Subscript(Box<Expr>, Box<Expr>),
    /// `lambda x: …`
    Lambda(Vec<Parameter>, Box<Expr>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    /// `None` as the key of a `**value`.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// `left + right`, `left * right` and the like; the operator's text.
    Binary(Box<Expr>, String, Box<Expr>),
    /// `-x`, `+x`, `~x`
    Unary(String, Box<Expr>),
    /// `then if test else otherwise`
    Conditional {
        then: Box<Expr>,
        test: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// `await x`
    Await(Box<Expr>),
    /// Whatever else: its parts, for the calls in it.
    Other(Vec<Expr>),
    /// Not readable as Python.
    Broken,
}

/// A piece of an f-string.
#[derive(Clone, Debug)]
pub enum FPart {
    Text(String),
    Field(Expr),
}

impl Summary {
    /// A scope's statements and parameters.
    pub fn scope(&self, scope: Scope) -> (&[Stmt], &[Parameter]) {
        match scope {
            Scope::Module => (&self.body, &[]),
            Scope::Function(id) => {
                self.functions.get(id).map_or((&[], &[]), |function| (&function.body, &function.parameters))
            }
            Scope::Class(id) => self.classes.get(id).map_or((&[], &[]), |class| (&class.body, &[])),
        }
    }

    /// The scope around a scope.
    pub fn parent(&self, scope: Scope) -> Option<Scope> {
        match scope {
            Scope::Module => None,
            Scope::Function(id) => self.functions.get(id).map(|function| function.parent),
            Scope::Class(id) => self.classes.get(id).map(|class| class.parent),
        }
    }
}

impl Expr {
    /// The expression's text.
    pub fn text<'a>(&self, summary: &'a Summary) -> &'a str {
        summary.text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// The name of the list or dictionary that this is, or is an item of.
    pub fn root(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            ExprKind::Subscript(object, _) => object.root(),
            _ => None,
        }
    }

    /// The name of a list or dictionary that a call changes: `name.update(...)`.
    pub fn changed_in_place(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Call(callee, _) if self.changes_in_place() => match &callee.kind {
                ExprKind::Attribute(object, _) => object.root(),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether this is a call of a method that changes a list, set or dictionary.
    pub fn changes_in_place(&self) -> bool {
        const METHODS: [&str; 12] = [
            "update",
            "append",
            "extend",
            "insert",
            "pop",
            "setdefault",
            "remove",
            "clear",
            "popitem",
            "add",
            "sort",
            "reverse",
        ];
        match &self.kind {
            ExprKind::Call(callee, _) => {
                matches!(&callee.kind, ExprKind::Attribute(_, method) if METHODS.contains(&method.as_str()))
            }
            _ => false,
        }
    }

    /// Calls `visit` with this expression and all within it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::None
            | ExprKind::Ellipsis
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float
            | ExprKind::Str(_)
            | ExprKind::Name(_)
            | ExprKind::Broken => {}
            ExprKind::FString(parts) => {
                for part in parts {
                    if let FPart::Field(field) = part {
                        field.walk(visit);
                    }
                }
            }
            ExprKind::Attribute(object, _) => object.walk(visit),
            ExprKind::Subscript(object, key) => {
                object.walk(visit);
                key.walk(visit);
            }
            ExprKind::Lambda(_, body) => body.walk(visit),
            ExprKind::Call(function, arguments) => {
                function.walk(visit);
                arguments.iter().for_each(|argument| argument.value.walk(visit));
            }
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) | ExprKind::Other(items) => {
                items.iter().for_each(|item| item.walk(visit));
            }
            ExprKind::Dict(items) => {
                for (key, value) in items {
                    key.iter().for_each(|key| key.walk(visit));
                    value.walk(visit);
                }
            }
            ExprKind::Binary(left, _, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            ExprKind::Unary(_, operand) | ExprKind::Await(operand) => operand.walk(visit),
            ExprKind::Conditional { then, test, otherwise } => {
                then.walk(visit);
                test.walk(visit);
                otherwise.walk(visit);
            }
        }
    }
}

impl Stmt {
    /// The expressions that the statement evaluates itself, without those of statements within it.
    pub fn expressions(&self) -> Vec<&Expr> {
        match &self.kind {
            StmtKind::Assign { targets, value } => {
                let mut all: Vec<&Expr> = targets
                    .iter()
                    .flat_map(|target| match target {
                        Target::Attribute(object, _) => [Some(object), None],
                        Target::Item(object, key) => [Some(object), key.as_ref()],
                        Target::Name(_) | Target::Unpack(_) | Target::Scatter(_) => [None, None],
                    })
                    .flatten()
                    .collect();
                all.push(value);
                all
            }
            StmtKind::Expr(value) | StmtKind::Return(Some(value)) => vec![value],
            StmtKind::Exit(values) => values.iter().collect(),
            StmtKind::Branch { test, .. } => test.iter().collect(),
            StmtKind::Loop { header, .. } | StmtKind::Block { header, .. } => header.iter().collect(),
            StmtKind::Opaque { .. }
            | StmtKind::TypeAlias { .. }
            | StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Def(_)
            | StmtKind::Class(_)
            | StmtKind::Return(None)
            | StmtKind::Try { .. } => Vec::new(),
        }
    }

    /// The module that the statement imports, or imports from.
    pub fn imports(&self) -> Option<ImportedModule> {
        match &self.kind {
            StmtKind::Import { module, .. } => Some(ImportedModule { level: 0, name: module.clone() }),
            StmtKind::ImportFrom { module, .. } => Some(module.clone()),
            _ => None,
        }
    }

    /// The lists of statements within this one that run in the same scope.
    pub fn blocks(&self) -> Vec<&[Stmt]> {
        match &self.kind {
            StmtKind::Branch { arms, .. } => arms.iter().map(|arm| arm.body.as_slice()).collect(),
            StmtKind::Try { body, handlers, otherwise, last } => {
                let mut all = vec![body.as_slice()];
                all.extend(handlers.iter().map(|arm| arm.body.as_slice()));
                all.push(otherwise);
                all.push(last);
                all
            }
            StmtKind::Loop { body, otherwise, .. } => vec![body, otherwise],
            StmtKind::Block { body, .. } => vec![body],
            _ => Vec::new(),
        }
    }
}

/// Calls `visit` with every statement of a list and of the blocks within them, in source order; functions and classes
/// are not entered.
pub fn walk_statements<'a>(statements: &'a [Stmt], visit: &mut dyn FnMut(&'a Stmt)) {
    for statement in statements {
        visit(statement);
        for block in statement.blocks() {
            walk_statements(block, visit);
        }
    }
}
