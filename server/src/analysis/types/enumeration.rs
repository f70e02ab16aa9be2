//! Enumerations of the project: their members, as `enum.EnumType` finds them.

use cache_core::key::flyte::{Argument as Constant, Kind, Member, Value as KeyValue};

use super::super::constant;
use super::super::flow::Moment;
use super::super::ir::*;
use super::super::link::{Context, Linker, shown};
use super::super::value::{FileId, Value};
use super::fields;

/// What the members of an enumeration are mixed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// `Enum`
    Plain,
    /// `IntEnum`
    Int,
    /// `StrEnum`
    StrEnum,
    /// `str, Enum`
    Str,
    /// `int, Enum`
    IntMixed,
}

/// The enumeration that a class is, of which what it inherits makes it one.
pub fn of(linker: &Linker<'_>, file: FileId, id: ClassId, base: Base) -> Result<Kind, String> {
    let loaded = linker.file(file);
    let summary = &loaded.summary;
    let class = summary.classes.get(id).ok_or("no such class")?;
    let context = |at: Offset| Context { file, scope: Scope::Class(id), moment: Moment::At(at), frame: None };
    let mut members: Vec<Member> = Vec::new();
    let mut automatic = Automatic { last: Some(0), base };
    let mut add = |linker: &Linker<'_>, name: &str, value: KeyValue| -> Result<(), String> {
        if let Some(unknown) = linker.patched_class(file, id, name) {
            return Err(match unknown {
                Value::Unknown(reason) => reason.to_string(),
                _ => format!("`{}.{name}` is set from outside", class.name),
            });
        }
        if members.iter().any(|member| member.name == name) {
            return Err(format!("`{}.{name}` is set twice", class.name));
        }
        let is_fine = match base {
            Base::Plain => true,
            Base::Str | Base::StrEnum => matches!(value, KeyValue::Str(_)),
            Base::Int | Base::IntMixed => matches!(value, KeyValue::Int(_)),
        };
        if !is_fine {
            return Err(format!("what `{}.{name}` makes of its value is known to Python only", class.name));
        }
        // An equal value that stood before makes it another name of that one.
        if !members.iter().any(|member| member.value.equals(&value)) {
            members.push(Member { name: name.to_owned(), value });
        }
        Ok(())
    };
    for statement in &class.body {
        match &statement.kind {
            StmtKind::Assign { targets, value } => {
                let names: Vec<&str> = targets
                    .iter()
                    .map(|target| match target {
                        Target::Name(name) => Some(name.as_str()),
                        _ => None,
                    })
                    .collect::<Option<_>>()
                    .ok_or_else(|| format!("`{}` has members that are unpacked from a value", class.name))?;
                if names.iter().all(|name| is_dunder(name)) {
                    continue;
                }
                if let Some(name) = names.iter().find(|name| name.starts_with('_')) {
                    return Err(format!("whether `{}.{name}` is a member depends on the Python", class.name));
                }
                let at = context(statement.start);
                let known = match automatic.of(linker, at, value, &names) {
                    Some(known) => known,
                    None => match constant::of(linker, at, value) {
                        Constant::Value(value) => Ok(value),
                        Constant::Unknown(reason) => Err(reason),
                    },
                };
                let known = known.map_err(|reason| format!("`{}`: {reason}", class.name))?;
                automatic.saw(&known);
                for name in names {
                    add(linker, name, known.clone())?;
                }
            }
            StmtKind::Def(id) => {
                let function = summary.functions.get(*id).ok_or("no such function")?;
                const CHANGING: [&str; 7] = [
                    "__new__",
                    "__init__",
                    "__init_subclass__",
                    "__set_name__",
                    "__eq__",
                    "__get__",
                    "_generate_next_value_",
                ];
                if CHANGING.contains(&function.name.as_str()) {
                    return Err(format!("`{}.{}` runs Python", class.name, function.name));
                }
                let is_plain = |decorator: &Expr| match linker.value(context(statement.start), decorator) {
                    Value::External(path) => fields::is_plain_decorator(&path),
                    _ => false,
                };
                if let Some(decorator) = function.decorators.iter().find(|decorator| !is_plain(decorator)) {
                    return Err(format!("`{}` in `{}` runs Python", shown(decorator, summary), class.name));
                }
            }
            // A docstring.
            StmtKind::Expr(Expr { kind: ExprKind::Str(_), .. }) => {}
            StmtKind::Expr(Expr { kind: ExprKind::Ellipsis, .. }) => {}
            _ => return Err(format!("the body of `{}` has more than members and methods", class.name)),
        }
    }
    Ok(Kind::Enum { members, integer: base == Base::Int })
}

/// Whether the body has members: then nothing can inherit from it.
pub fn is_empty(kind: &Kind) -> bool {
    matches!(kind, Kind::Enum { members, .. } if members.is_empty())
}

fn is_dunder(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// The values of `enum.auto()`.
struct Automatic {
    /// The largest integer so far; `None` after what is no integer.
    last: Option<i128>,
    base: Base,
}

impl Automatic {
    /// The value of `auto()`; `None` for another expression.
    fn of(
        &self,
        linker: &Linker<'_>,
        context: Context<'_>,
        value: &Expr,
        names: &[&str],
    ) -> Option<Result<KeyValue, String>> {
        let ExprKind::Call(callee, arguments) = &value.kind else { return None };
        match linker.value(context, callee) {
            Value::External(path) if &*path == "enum.auto" && arguments.is_empty() => {}
            _ => return None,
        }
        Some(match (self.base, self.last, names) {
            (Base::StrEnum, _, [name]) if name.is_ascii() => Ok(KeyValue::Str(name.to_lowercase())),
            (Base::Plain | Base::Int | Base::IntMixed, Some(last), [_]) => Ok(KeyValue::Int(last + 1)),
            _ => Err("what `auto()` gives is known to Python only".to_owned()),
        })
    }

    fn saw(&mut self, value: &KeyValue) {
        self.last = match (value, self.last) {
            // Pythons disagree on what follows a smaller number.
            (KeyValue::Int(value), Some(last)) if *value > last => Some(*value),
            _ => None,
        };
    }
}
