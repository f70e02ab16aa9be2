//! What an annotation means, after its names were resolved: the shape of Python's own typing objects.
//!
//! The spelling is kept (`typing.List[int]` is not `list[int]`), since it reaches the hash of what Flyte pickles, and
//! decides what Flyte accepts.

use super::value::Value;

/// A resolved annotation.
///
/// ```
/// use cache_core::key::flyte::Type;
///
/// // dict[str, int | None]
/// let value = Type::Or(vec![Type::name("int"), Type::None]);
/// let table = Type::generic("dict", [Type::name("str"), value]);
/// // typing.Optional[flyte.io.File]
/// let file = Type::generic("typing.Optional", [Type::name("flyte.io.File")]);
/// # let _ = (table, file);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `None`.
    None,
    /// A class or special form of the language, its library, `typing` or the SDK, by the path under which it is known:
    /// `int`, `datetime.datetime`, `typing.Any`, `flyte.io.File`, `collections.abc.Mapping`. Builtins stand bare.
    ///
    /// A class of the project that inherits from `int`, `float`, `str`, `flyte.io.File` and the like is its base here, but
    /// for [`Class`]'s kinds.
    Name(String),
    /// `origin[arguments]`; `Optional` and `Union` of `typing` too.
    Generic {
        /// What is subscripted, as in [`Type::Name`].
        origin: String,
        /// What stands in the brackets.
        arguments: Vec<Type>,
    },
    /// `A | B | …`, the operands from left to right.
    Or(Vec<Type>),
    /// `typing.Literal[…]`.
    Choice(Vec<Value>),
    /// `typing.Annotated[inner, …]` of which the metadata are constants. (Other metadata can change everything:
    /// constraints of Pydantic, transformers.)
    Annotated(Box<Type>, Vec<Value>),
    /// The list in `Callable[[int, str], bool]`.
    Parameters(Vec<Type>),
    /// `...`.
    Ellipsis,
    /// A class of the project.
    Class(Box<Class>),
    /// `(int, str)`, a tuple that isn't subscripted, as an annotation of what a function returns.
    Several(Vec<Type>),
    /// A parameter without an annotation.
    Unannotated,
    /// Any other object that Flyte knows nothing of and pickles, such as a `NewType` or a `TypeVar`: its `str()`.
    Opaque(String),
}

/// A class of the project.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// `__module__`; `None` where it isn't known (a script may be `__main__`).
    pub module: Option<String>,
    /// `__qualname__`, without the module.
    pub qualname: String,
    /// The docstring, as written.
    pub doc: Option<String>,
    /// What it is to Flyte.
    pub kind: Kind,
}

impl Class {
    /// `__name__`.
    pub fn name(&self) -> &str {
        self.qualname.rsplit('.').next().unwrap_or_default()
    }

    /// The fields, if it has any.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Dataclass(fields) | Kind::Model(fields) | Kind::NamedTuple(fields) | Kind::TypedDict(fields) => {
                fields
            }
            Kind::Plain | Kind::Enum { .. } => &[],
        }
    }
}

/// What a class is to Flyte.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A class of which Flyte knows nothing: it is pickled.
    Plain,
    /// A subclass of `enum.Enum`.
    Enum {
        /// The members.
        members: Vec<Member>,
        /// Whether it is an `enum.IntEnum`; Flyte takes no other of which the first value is no string.
        integer: bool,
    },
    /// A class with `@dataclasses.dataclass` and plain fields.
    Dataclass(Vec<Field>),
    /// A subclass of `pydantic.BaseModel` with plain fields: no aliases, validators, settings or `Field(…)`.
    Model(Vec<Field>),
    /// A `typing.NamedTuple`.
    NamedTuple(Vec<Field>),
    /// A `typing.TypedDict`.
    TypedDict(Vec<Field>),
}

/// A member of an enumeration; aliases (a value that stood before) are no members.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// A field of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type; of a `TypedDict` without `Required` and `NotRequired`.
    pub r#type: Type,
    /// The default. In a `TypedDict`, `Required` or, for what may be missing, `Hidden`.
    pub default: Default,
    /// What a Pydantic model's `Field(…)` says beside the default, by keyword: `ge`, `max_length`, `description`. Empty for other
    /// classes.
    pub keywords: Vec<(String, Value)>,
}

/// A default value, of a parameter or a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Default {
    /// There is none.
    Required,
    /// A value that is known.
    Value(Value),
    /// There is one, but its value shows nowhere: `field(default_factory=…)`. Parameters have none such.
    Hidden,
    /// An expression that only Python can evaluate.
    Unknown,
}

impl Type {
    /// A [`Type::Name`].
    pub fn name(path: &str) -> Self {
        Self::Name(path.to_owned())
    }

    /// A [`Type::Generic`].
    pub fn generic(origin: &str, arguments: impl IntoIterator<Item = Self>) -> Self {
        Self::Generic { origin: origin.to_owned(), arguments: arguments.into_iter().collect() }
    }

    /// The alternatives of a union, flattened and without repetitions, as Python's `typing.get_args` gives them; `None` for what
    /// is no union. One alternative means that Python makes no union of it at all.
    pub(super) fn alternatives(&self) -> Option<Vec<&Self>> {
        let mut members = Vec::new();
        match self {
            Self::Or(operands) => operands.iter().for_each(|operand| operand.flatten_into(&mut members)),
            Self::Generic { origin, arguments } if origin == UNION => {
                arguments.iter().for_each(|argument| argument.flatten_into(&mut members));
            }
            Self::Generic { origin, arguments } if origin == OPTIONAL => {
                arguments.iter().for_each(|argument| argument.flatten_into(&mut members));
                Self::None.flatten_into(&mut members);
            }
            _ => return None,
        }
        Some(members)
    }

    fn flatten_into<'a>(&'a self, members: &mut Vec<&'a Self>) {
        match self.alternatives() {
            Some(nested) => nested.into_iter().for_each(|member| push_new(members, member)),
            None => push_new(members, self),
        }
    }

    /// The type itself, or the one that a union of one alternative is.
    pub(super) fn simplest(&self) -> &Self {
        match self.alternatives().as_deref() {
            Some([only]) => only,
            _ => self,
        }
    }

    /// Whether two annotations say the same in other words, to Flyte and to the code: `typing.List[int]` and `list[int]`, `Optional[int]`
    /// and `int | None`. Alternatives have to stand in one order.
    pub fn means(&self, other: &Self) -> bool {
        let all = |a: &[&Self], b: &[&Self]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.means(b));
        if let (Some(a), Some(b)) = (self.alternatives(), other.alternatives()) {
            return all(&a, &b);
        }
        match (self.simplest(), other.simplest()) {
            (Self::Name(a), Self::Name(b)) => builtin(a) == builtin(b),
            (Self::Generic { origin: a, arguments: x }, Self::Generic { origin: b, arguments: y }) => {
                builtin(a) == builtin(b) && all(&x.iter().collect::<Vec<_>>(), &y.iter().collect::<Vec<_>>())
            }
            (Self::Annotated(a, x), Self::Annotated(b, y)) => x == y && a.means(b),
            (a, b) => a == b,
        }
    }

    /// Whether Python's `==` holds between the two: the order of alternatives does not count.
    fn is_same(&self, other: &Self) -> bool {
        let all = |a: &[Self], b: &[Self]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b));
        match (self.simplest(), other.simplest()) {
            (Self::Generic { origin: a, arguments: x }, Self::Generic { origin: b, arguments: y })
                if self.alternatives().is_none() && other.alternatives().is_none() =>
            {
                a == b && all(x, y)
            }
            (Self::Annotated(a, x), Self::Annotated(b, y)) => x == y && a.is_same(b),
            (Self::Choice(a), Self::Choice(b)) => {
                a.iter().all(|value| b.contains(value)) && b.iter().all(|value| a.contains(value))
            }
            (Self::Parameters(a), Self::Parameters(b)) | (Self::Several(a), Self::Several(b)) => all(a, b),
            (a, b) => match (a.alternatives(), b.alternatives()) {
                (Some(x), Some(y)) => x.len() == y.len() && x.iter().all(|x| y.iter().any(|y| x.is_same(y))),
                (None, None) => a == b,
                _ => false,
            },
        }
    }
}

pub(super) const UNION: &str = "typing.Union";
pub(super) const OPTIONAL: &str = "typing.Optional";

/// The builtin class that a name of `typing` is another name for (PEP 585).
fn builtin(name: &str) -> &str {
    match name {
        "typing.List" => "list",
        "typing.Dict" => "dict",
        "typing.Tuple" => "tuple",
        "typing.Set" => "set",
        "typing.FrozenSet" => "frozenset",
        "typing.Type" => "type",
        "typing.Text" => "str",
        name => name,
    }
}

fn push_new<'a>(members: &mut Vec<&'a Type>, member: &'a Type) {
    if !members.iter().any(|known| known.is_same(member)) {
        members.push(member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int() -> Type {
        Type::name("int")
    }

    #[test]
    fn other_words_for_one_type_mean_the_same() {
        let list = |origin: &str, inner: Type| Type::generic(origin, [inner]);
        let optional = Type::generic(OPTIONAL, [int()]);
        assert!(list("typing.List", int()).means(&list("list", int())));
        assert!(optional.means(&Type::Or(vec![int(), Type::None])));
        assert!(list("list", optional.clone()).means(&list("typing.List", Type::Or(vec![int(), Type::None]))));
        assert!(Type::generic(UNION, [int()]).means(&int()));
        assert!(!Type::name("datetime.date").means(&Type::name("datetime.datetime")), "one literal type, other values");
        assert!(!optional.means(&Type::Or(vec![Type::None, int()])), "another order is another interface");
        assert!(!list("list", int()).means(&list("set", int())));
        assert!(!int().means(&Type::Unannotated));
    }

    #[test]
    fn unions_are_flat_and_hold_each_type_once() {
        let optional = Type::generic(OPTIONAL, [int()]);
        let nested = Type::Or(vec![optional.clone(), Type::name("str"), Type::None, int()]);
        assert_eq!(nested.alternatives(), Some(vec![&int(), &Type::None, &Type::name("str")]));
        assert_eq!(Type::generic(UNION, [int(), int()]).simplest(), &int());
        // Python's `List[Union[int, None]] == List[Optional[int]]`, whatever their order.
        let list = |of: Type| Type::generic("typing.List", [of]);
        let both = Type::generic(UNION, [list(optional), list(Type::Or(vec![Type::None, int()]))]);
        assert_eq!(both.alternatives().map(|members| members.len()), Some(1));
        let spellings = Type::generic(UNION, [list(int()), Type::generic("list", [int()])]);
        assert_eq!(spellings.alternatives().map(|members| members.len()), Some(2));
    }
}
