//! What an expression is known to be without running it.

use std::ops::Range;
use std::rc::Rc;

use super::image::ImageValue;
use super::ir::{ArgumentKind, ClassId, FunctionId, Offset};
use super::modules::ModulePath;
use super::sdk;
use super::task::{ImagePython, Input, Known, Place, Policy, Spec, Task};
use super::types;

/// A loaded file.
pub type FileId = usize;

/// A class of a file.
pub type ClassAt = (FileId, ClassId);

/// Where an object is made: the identity of an environment, a cache, a task.
pub type Origin = (FileId, Offset);

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    Str(Rc<str>),
    /// A float, of which the value is of no interest.
    Float,
    /// A list or set.
    Sequence(Rc<[Value]>),
    Tuple(Rc<[Value]>),
    /// A dictionary with string keys, with the places of its values.
    Dict(Rc<[(Rc<str>, Value, Place)]>),
    /// A module of the project.
    Module(Rc<ModulePath>),
    /// Something of the SDK, the standard library or an installed package, by its dotted path.
    External(Rc<str>),
    /// What an external class or function returned when called.
    Instance(Rc<Instance>),
    Function(FileId, FunctionId),
    /// A function behind decorators.
    Wrapped(Rc<Wrapped>),
    Class(FileId, ClassId),
    /// An instance of a project's class that is neither an environment nor a policy.
    Object,
    /// `lambda x: …`: its parameters.
    Lambda(Rc<[Input]>),
    Environment(Rc<Environment>),
    Cache(Rc<Cache>),
    Policy(Policy),
    Image(Rc<ImageValue>),
    /// A `timedelta`, in microseconds.
    Duration(i128),
    Task(Rc<TaskValue>),
    /// `object.name`, to be called.
    Method(Rc<Value>, Rc<str>),
    /// What makes a task of a function: `env.task(...)`.
    TaskMaker(Rc<TaskMaker>),
    /// `...`
    Ellipsis,
    /// `list[int]`, `typing.Literal["a"]`: a subscripted type, with what stands in the brackets.
    Generic(Rc<(Value, Box<[Value]>)>),
    /// `int | None`, of types.
    Either(Rc<(Value, Value)>),
    /// `type Name = …`, an object of its own; whether it has parameters.
    TypeAlias(Rc<str>, bool),
    /// One of several, each with the condition in words.
    OneOf(Rc<[(String, Value)]>),
    /// Not known: why, in words.
    Unknown(Rc<str>),
}

/// The result of calling something external.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The dotted path of what was called.
    pub class: Rc<str>,
    pub origin: Origin,
    pub arguments: Arguments,
    pub place: Place,
    /// The call's source text, for messages.
    pub text: Rc<str>,
}

/// A call's arguments, evaluated.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    pub given: Vec<Given>,
    /// An argument list that isn't known, `*args` or `**kwargs`: why.
    pub unknown: Option<Rc<str>>,
}

/// An argument.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its keyword; [`ArgumentKind::Star`] and [`ArgumentKind::DoubleStar`] are expanded.
    pub kind: ArgumentKind,
    pub value: Value,
    pub place: Place,
    /// Where its value is written; for what is expanded, what it comes out of.
    pub at: Range<Offset>,
    /// Its source text, for messages.
    pub text: Rc<str>,
}

/// A function behind decorators that stand below the task's.
#[derive(Clone, Debug)]
pub struct Wrapped {
    /// The function whose source `inspect.getsource` finds.
    pub hashed: Known<(FileId, FunctionId)>,
    /// Whose `__name__` and signature count: the same, or why they aren't known.
    pub shown: Known<(FileId, FunctionId)>,
    /// The function as it was written.
    pub inner: (FileId, FunctionId),
}

/// A `TaskEnvironment`.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its own origin, then those of the environments that it was cloned from.
    pub origins: Vec<Origin>,
    pub name: Known<String>,
    pub cache: CacheArgument,
    pub image: ImagePython,
    /// What the SDK raises when it is made.
    pub refused: Option<String>,
}

/// A `cache=` argument.
#[derive(Clone, Debug)]
pub enum CacheArgument {
    /// Not given, or given as something falsy that counts as not given.
    Absent,
    /// Given.
    Given(Rc<Cache>),
}

/// A `Cache(...)`, or what a string means as one.
#[derive(Clone, Debug)]
pub struct Cache {
    /// Where the object is made, if it is one that can be changed afterwards.
    pub origin: Option<Origin>,
    /// Its parts; who decides is filled in where it is used.
    pub spec: Spec,
}

/// A task object.
#[derive(Clone, Debug)]
pub struct TaskValue {
    pub origin: Origin,
    pub task: Task,
    /// The environment it was made in, for changes of it.
    pub environment: Option<Rc<Environment>>,
    /// The cache that counts, for changes of it.
    pub cache: Option<Origin>,
    /// Where the types of its inputs and outputs are written.
    pub types: types::Source,
    /// The function whose body is the task's.
    pub body: Option<(FileId, FunctionId)>,
    /// `.override(cache=…)`
    pub over: Option<Spec>,
    /// Whether it is made when its file is read, rather than when a function is called or in a loop.
    pub in_order: bool,
}

/// What makes tasks of functions.
#[derive(Clone, Debug)]
pub struct TaskMaker {
    pub environment: Rc<Environment>,
    pub arguments: Arguments,
    /// `env.sandbox.orchestrator` rather than `env.task`.
    pub sandboxed: bool,
}

impl Value {
    pub fn str(text: impl AsRef<str>) -> Self {
        Self::Str(Rc::from(text.as_ref()))
    }

    /// The items of a list, tuple or set.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Self::Sequence(items) | Self::Tuple(items) => Some(items),
            _ => None,
        }
    }

    pub fn external(path: impl AsRef<str>) -> Self {
        Self::External(Rc::from(path.as_ref()))
    }

    pub fn unknown(reason: impl AsRef<str>) -> Self {
        Self::Unknown(Rc::from(reason.as_ref()))
    }

    /// Whether a value may be a type, as far as `|` is concerned.
    pub fn is_type(&self) -> bool {
        match self {
            Self::None
            | Self::Str(_)
            | Self::External(_)
            | Self::Class(..)
            | Self::Generic(_)
            | Self::Either(_)
            | Self::TypeAlias(..) => true,
            Self::Instance(instance) => sdk::makes_type(&instance.class),
            Self::OneOf(all) => all.iter().all(|(_, value)| value.is_type()),
            _ => false,
        }
    }

    /// Whether a value is a type that takes others in brackets.
    pub fn is_generic(&self) -> bool {
        match self {
            Self::External(path) => sdk::is_generic(path),
            Self::OneOf(all) => all.iter().all(|(_, value)| value.is_generic()),
            _ => false,
        }
    }

    /// The alternatives that a value stands for.
    pub fn alternatives(self) -> Vec<(Option<String>, Value)> {
        match self {
            Self::OneOf(all) => all.iter().map(|(words, value)| (Some(words.clone()), value.clone())).collect(),
            one => vec![(None, one)],
        }
    }

    /// Applies `f` to each alternative.
    pub fn map(self, mut f: impl FnMut(Value) -> Value) -> Self {
        match self {
            Self::OneOf(all) => {
                Self::one_of(all.iter().map(|(words, value)| (words.clone(), f(value.clone()))).collect())
            }
            one => f(one),
        }
    }

    /// Whether two values surely are the same.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Int(one), Self::Int(other)) => one == other,
            (Self::Str(one), Self::Str(other)) | (Self::External(one), Self::External(other)) => one == other,
            (Self::Module(one), Self::Module(other)) => one == other,
            (Self::Function(file, id), Self::Function(other, other_id)) => (file, id) == (other, other_id),
            (Self::Class(file, id), Self::Class(other, other_id)) => (file, id) == (other, other_id),
            (Self::Environment(one), Self::Environment(other)) => Rc::ptr_eq(one, other),
            (Self::Cache(one), Self::Cache(other)) => Rc::ptr_eq(one, other),
            (Self::Image(one), Self::Image(other)) => Rc::ptr_eq(one, other),
            (Self::Task(one), Self::Task(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }

    /// One of several values; nested alternatives are taken up.
    pub fn one_of(all: Vec<(String, Value)>) -> Self {
        let mut flat: Vec<(String, Value)> = Vec::new();
        for (words, value) in all {
            match value {
                Self::OneOf(inner) => {
                    flat.extend(inner.iter().map(|(more, value)| (joined(&words, more), value.clone())));
                }
                value => flat.push((words, value)),
            }
        }
        // `import flyte` and `import flyte.remote` bind the same.
        let mut distinct: Vec<(String, Value)> = Vec::with_capacity(flat.len());
        for (words, value) in flat {
            if !distinct.iter().any(|(_, known)| known.is_same(&value)) {
                distinct.push((words, value));
            }
        }
        let mut flat = distinct;
        match flat.pop() {
            Some((_, only)) if flat.is_empty() => only,
            Some(last) => {
                flat.push(last);
                Self::OneOf(flat.into())
            }
            None => Self::unknown("no value is left"),
        }
    }
}

/// Conditions in words, one within the other.
pub fn joined(outer: &str, inner: &str) -> String {
    match (outer, inner) {
        ("", words) | (words, "") => words.to_owned(),
        (outer, inner) if outer == inner => outer.to_owned(),
        (outer, inner) => format!("{outer}, {inner}"),
    }
}

impl Cache {
    pub fn given(self) -> CacheArgument {
        CacheArgument::Given(Rc::new(self))
    }
}
