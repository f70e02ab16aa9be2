//! What of a change can't matter to what a task returns: an edit that throws entries away for it could have kept them, and a version that
//! is given needs no bump for it.
//!
//! Works on the dumps that were hashed; decides no version.

use super::Change;
use super::parts::{Parts, elements, field, node};

/// A change of a task's source that gives it another version and can't give it another result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trifle {
    /// The docstring.
    Docstring,
    /// A setting of the task's own decorator that says how it is run, not what it returns: `retries`.
    Setting(String),
    /// The decorator means the same: its arguments stand in another order, or the environment has another variable.
    Decorator,
    /// Annotations that mean the same types: `List[int]` and `list[int]`.
    Annotations,
}

/// What a change of a task's source comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// What can't change a result, sorted.
    pub trifles: Vec<Trifle>,
    /// Whether something changed that may change one: the body, the signature, a default, a decorator of the project's own.
    pub matters: bool,
    /// Whether the decorators beside the task's own are others than they were, or stand in another order: they wrap what it computes.
    pub wrapped: bool,
}

/// The arguments of `@env.task(...)` that say how a task is run. `cache` is among them, as what of it decides about the version and the key
/// is compared apart.
const SETTINGS: [&str; 13] = [
    "cache",
    "docs",
    "entrypoint",
    "interruptible",
    "links",
    "max_inline_io_bytes",
    "produces_artifacts",
    "queue",
    "report",
    "retries",
    "short_name",
    "timeout",
    "triggers",
];

/// Weighs what [`changed_parts`](super::parts::changed_parts) found between two dumps. `decorators` are the places of the task's own
/// decorator, then and now; `is_same_interface` says whether both signatures mean the same types.
pub fn weigh(
    parts: &[Change],
    (old, new): (&str, &str),
    decorators: (Option<usize>, Option<usize>),
    is_same_interface: impl FnOnce() -> bool,
) -> Weight {
    let mut weight = Weight::default();
    // Of most edits neither says anything, and to take dumps apart takes its time.
    let is_told = parts.iter().any(|part| matches!(part, Change::Decorator | Change::Signature));
    let dumps = if is_told { Parts::of(old).zip(Parts::of(new)) } else { None };
    if let Some((old, new)) = dumps.as_ref().filter(|_| parts.contains(&Change::Decorator)) {
        weight.wrapped = beside(old, decorators.0) != beside(new, decorators.1);
    }
    for part in parts {
        match (part, &dumps) {
            (Change::Docstring, _) => weight.trifles.push(Trifle::Docstring),
            (Change::Decorator, Some((old, new))) => match settings(old, new, decorators) {
                Some(trifles) => weight.trifles.extend(trifles),
                None => weight.matters = true,
            },
            (Change::Signature, Some((old, new))) if bare(&old.signature) == bare(&new.signature) => {
                weight.trifles.push(Trifle::Annotations);
            }
            _ => weight.matters = true,
        }
    }
    if weight.trifles.contains(&Trifle::Annotations) && !is_same_interface() {
        weight.trifles.retain(|trifle| *trifle != Trifle::Annotations);
        weight.matters = true;
    }
    weight.trifles.sort();
    weight
}

/// The decorators but the task's own.
fn beside<'a>(parts: &Parts<'a>, own: Option<usize>) -> Option<Vec<&'a str>> {
    let all = elements(parts.decorators)?.into_iter().enumerate();
    Some(all.filter(|(at, _)| Some(*at) != own).map(|(_, decorator)| decorator).collect())
}

/// What differs between the decorators, if that is no more than settings of the task's own.
fn settings(old: &Parts<'_>, new: &Parts<'_>, (then, now): (Option<usize>, Option<usize>)) -> Option<Vec<Trifle>> {
    let (mut old, mut new) = (elements(old.decorators)?, elements(new.decorators)?);
    let (then, now) = (then.filter(|at| *at < old.len())?, now.filter(|at| *at < new.len())?);
    let (then_own, now_own) = (Own::of(old.remove(then))?, Own::of(new.remove(now))?);
    if old != new || then != now || then_own.positional != now_own.positional {
        return None;
    }
    let mut differing: Vec<&str> = Vec::new();
    for (mine, others) in [(&then_own, &now_own), (&now_own, &then_own)] {
        let lacks = |keyword: &&(&str, &str)| !others.keywords.contains(keyword);
        differing.extend(mine.keywords.iter().filter(lacks).map(|(name, _)| *name));
    }
    differing.sort_unstable();
    differing.dedup();
    if !differing.iter().all(|name| SETTINGS.contains(name)) {
        return None;
    }
    Some(match differing.as_slice() {
        [] => vec![Trifle::Decorator],
        names => names.iter().map(|name| Trifle::Setting((*name).to_owned())).collect(),
    })
}

/// A decorator's arguments.
struct Own<'a> {
    positional: &'a str,
    /// Names and values; a `**` has an empty name.
    keywords: Vec<(&'a str, &'a str)>,
}

impl<'a> Own<'a> {
    fn of(decorator: &'a str) -> Option<Self> {
        let (kind, call) = node(decorator)?;
        if kind != "Call" {
            return Some(Self { positional: "[]", keywords: Vec::new() });
        }
        let keyword = |keyword: &'a str| {
            let (_, fields) = node(keyword)?;
            let name = field(&fields, "arg").filter(|name| *name != "None").unwrap_or_default();
            Some((name.trim_matches('\''), field(&fields, "value")?))
        };
        // Newer Pythons leave empty lists out.
        let keywords = elements(field(&call, "keywords").unwrap_or("[]"))?.into_iter().map(keyword);
        Some(Self { positional: field(&call, "args").unwrap_or("[]"), keywords: keywords.collect::<Option<_>>()? })
    }
}

/// A signature without its annotations: kinds and names of the parameters.
fn bare<'a>(signature: &[(&'a str, &'a str)]) -> Option<Vec<(&'a str, Vec<&'a str>)>> {
    let without = |(name, value): &(&'a str, &'a str)| {
        let name = *name;
        match name {
            "returns" => None,
            "posonlyargs" | "args" | "kwonlyargs" => {
                let argument = |argument: &&'a str| field(&node(argument)?.1, "arg");
                Some(elements(value)?.iter().map(argument).collect::<Option<Vec<_>>>().map(|names| (name, names)))
            }
            _ => Some(Some((name, vec![*value]))),
        }
    };
    signature.iter().filter_map(without).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parts::changed_parts;
    use super::*;

    /// The dump that CPython 3.11 prints of `@env.task(retries=1)` / `def f(a: int): "doc" / return a`.
    const OLD: &str = "Module(body=[FunctionDef(name='f', args=arguments(posonlyargs=[], args=[arg(arg='a', \
        annotation=Name(id='int', ctx=Load()))], kwonlyargs=[], kw_defaults=[], defaults=[]), \
        body=[Expr(value=Constant(value='doc')), Return(value=Name(id='a', ctx=Load()))], \
        decorator_list=[Call(func=Attribute(value=Name(id='env', ctx=Load()), attr='task', ctx=Load()), args=[], \
        keywords=[keyword(arg='retries', value=Constant(value=1))])])], type_ignores=[])";

    fn after(edits: &[(&str, &str)], is_same_interface: bool) -> (Vec<Trifle>, bool) {
        let new = edits.iter().fold(OLD.to_owned(), |new, (from, to)| {
            assert!(new.contains(from), "{from}");
            new.replacen(from, to, 1)
        });
        let weight = weigh(&changed_parts(OLD, &new), (OLD, &new), (Some(0), Some(0)), || is_same_interface);
        (weight.trifles, weight.matters)
    }

    #[test]
    fn settings_docstrings_and_spelling_cannot_matter() {
        let setting = |name: &str| Trifle::Setting(name.to_owned());
        let retries = ("value=Constant(value=1)", "value=Constant(value=2)");
        assert_eq!(after(&[retries], true), (vec![setting("retries")], false));
        let more = ("keywords=[", "keywords=[keyword(arg='cache', value=Constant(value='auto')), ");
        assert_eq!(after(&[more], true), (vec![setting("cache")], false));
        assert_eq!(after(&[("'doc'", "'Doc'"), retries], true), (vec![Trifle::Docstring, setting("retries")], false));
        assert_eq!(after(&[("id='env'", "id='ml_env'")], true), (vec![Trifle::Decorator], false));
        let bare = (
            "Call(func=Attribute(value=Name(id='env', ctx=Load()), attr='task', ctx=Load()), args=[], \
             keywords=[keyword(arg='retries', value=Constant(value=1))])",
            "Attribute(value=Name(id='env', ctx=Load()), attr='task', ctx=Load())",
        );
        assert_eq!(after(&[bare], true), (vec![setting("retries")], false));
        assert_eq!(after(&[("id='int'", "id='Int'")], true), (vec![Trifle::Annotations], false));
    }

    #[test]
    fn all_else_may_matter() {
        let matters = [
            ("Return(value=", "Expr(value="),
            ("id='int'", "id='float'"),
            ("arg='a'", "arg='b'"),
            ("FunctionDef", "AsyncFunctionDef"),
            ("arg='retries'", "arg='pod_template'"),
            ("decorator_list=[", "decorator_list=[Name(id='normalized', ctx=Load()), "),
            ("defaults=[]", "defaults=[Constant(value=1)]"),
        ];
        for edit in matters {
            assert_eq!(after(&[edit], false), (Vec::new(), true), "{edit:?}");
        }
        assert!(after(&[("'doc'", "'Doc'"), ("value=Name(id='a'", "value=Name(id='b'")], true).1);
    }

    #[test]
    fn a_decorator_that_is_not_known_to_be_the_tasks_may_matter() {
        let new = OLD.replace("value=Constant(value=1)", "value=Constant(value=2)");
        let weight = weigh(&[Change::Decorator], (OLD, &new), (None, Some(0)), || true);
        assert_eq!(weight, Weight { trifles: Vec::new(), matters: true, wrapped: true });
    }
}
