//! `Cache(...)` and what a string means as one, and which one counts for a task. The SDK's rules themselves are those of
//! `cache_core::policy`; here it is found out what of a spec is known, and where it is written.

use std::ops::Range;
use std::sync::Arc;

use cache_core::policy::{Behavior, MaxAge, SpecError};

use super::arguments::Call;
use super::constant::TIMEDELTA;
use super::environment::reason;
use super::flow::Moment;
use super::ir::*;
use super::link::{Context, Linker};
use super::reach;
use super::sdk;
use super::task::{From, Known, Part, Place, Policy, Span, Spec, Written, WrittenArgument};
use super::value::{Arguments, Cache, CacheArgument, Given, Value};

/// The spec of a task for which nothing is given.
pub fn default_spec(behavior: Behavior) -> Spec {
    Spec {
        from: From::Default,
        place: None,
        written: None,
        behavior: part(behavior, None),
        version_override: part(None, None),
        serialize: part(false, None),
        ignored_inputs: part(Vec::new(), None),
        salt: part(String::new(), None),
        policies: part(vec![Policy::FunctionBody], None),
        max_age: part(None, None),
        refused: None,
    }
}

fn part<T>(value: T, place: Option<Place>) -> Part<T> {
    Part { value: Known::Value(value), place }
}

/// A spec of which nothing is known.
pub fn unknown(reason: &str, place: Option<Place>) -> Cache {
    fn part<T>(reason: &str, place: &Option<Place>) -> Part<T> {
        Part { value: Known::Unknown(reason.to_owned()), place: place.clone() }
    }
    Cache {
        origin: None,
        spec: Spec {
            from: From::Default,
            place: place.clone(),
            written: None,
            behavior: part(reason, &place),
            version_override: part(reason, &place),
            serialize: part(reason, &place),
            ignored_inputs: part(reason, &place),
            salt: part(reason, &place),
            policies: part(reason, &place),
            max_age: part(reason, &place),
            refused: None,
        },
    }
}

/// `Cache(...)`
pub fn made(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Cache {
    let place = call.place(linker);
    if let Some(reason) = &arguments.unknown {
        return Cache { origin: Some(call.origin()), ..unknown(reason, Some(place)) };
    }
    let mut spec = default_spec(Behavior::Auto);
    let get = |name: &str| arguments.get(&sdk::CACHE, name);
    // In the order in which Python and the SDK raise.
    let mut refused: Vec<String> = arguments.mismatch("Cache", &sdk::CACHE, 2).into_iter().collect();
    let mut refuse = |error: SpecError| refused.push(error.to_string());

    if let Some(given) = get("max_age") {
        spec.max_age = read(
            given,
            max_age(&given.value).unwrap_or_else(|error| {
                refuse(error);
                None
            }),
        );
    }
    match get("behavior") {
        Some(given) => {
            spec.behavior = read(
                given,
                behavior(&given.value).unwrap_or_else(|error| {
                    refuse(error);
                    None
                }),
            );
        }
        None => {
            let missing = "TypeError: Cache.__init__() missing 1 required positional argument: 'behavior'";
            refused.push(missing.to_owned());
        }
    }
    if let Some(given) = get("version_override") {
        let value = match &given.value {
            Value::None => Some(None),
            Value::Str(version) => Some(Some(version.to_string())),
            _ => None,
        };
        spec.version_override = read(given, value);
    }
    if let Some(given) = get("serialize") {
        spec.serialize = read(given, truth(&given.value));
    }
    if let Some(given) = get("ignored_inputs") {
        let value = match &given.value {
            Value::Str(name) => Some(vec![name.to_string()]),
            names => names.items().and_then(|names| names.iter().map(text).collect()),
        };
        spec.ignored_inputs = read(given, value);
    }
    // The SDK keeps the list that it is given.
    if let Some(reason) = call.argument("ignored_inputs", 3).and_then(|list| changed_list(linker, call, list)) {
        spec.ignored_inputs.value = Known::Unknown(reason);
    }
    if let Some(given) = get("salt") {
        spec.salt = read(given, text(&given.value));
    }
    if let Some(given) = get("policies") {
        let value = match &given.value {
            Value::None => Some(vec![Policy::FunctionBody]),
            Value::Sequence(all) => all.iter().map(policy).collect(),
            Value::Tuple(all) if all.is_empty() => Some(Vec::new()),
            one => policy(one).map(|policy| vec![policy]),
        };
        spec.policies = read(given, value);
        if matches!(given.value, Value::Tuple(_)) && spec.policies.value != Known::Value(Vec::new()) {
            let fails = "the SDK takes a tuple of policies for one policy and fails: give a list";
            spec.policies.value = Known::Unknown(fails.to_owned());
        }
    }
    let no_policy = spec.policies.value == Known::Value(Vec::new());
    let enabled = spec.behavior.value != Known::Value(Behavior::Disable);
    if no_policy && enabled && spec.version_override.value == Known::Value(None) {
        refused.push(SpecError::NoPolicies.to_string());
    }
    spec.refused = refused.into_iter().next();
    spec.written = Some(Arc::new(written(linker, call)));
    spec.place = Some(place);
    Cache { origin: Some(call.origin()), spec }
}

/// How a `Cache(...)` is written.
fn written(linker: &Linker<'_>, call: &Call<'_>) -> Written {
    let items = |value: &Expr| match &value.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().map(|item| range(item.start, item.end)).collect()
        }
        _ => Vec::new(),
    };
    let mut position = 0..;
    let argument = |argument: &Argument| {
        let parameter = match &argument.kind {
            ArgumentKind::Keyword(name) => name.clone(),
            ArgumentKind::Positional => (*sdk::CACHE.get(position.next()?)?).to_owned(),
            // What comes behind `*args` has no known position.
            ArgumentKind::Star => {
                position = usize::MAX..;
                return None;
            }
            ArgumentKind::DoubleStar => return None,
        };
        Some(WrittenArgument {
            parameter,
            range: range(argument.start, argument.end),
            value: range(argument.value.start, argument.value.end),
            items: items(&argument.value),
        })
    };
    Written {
        at: linker.span(call.context.file, call.expr.start, call.expr.end),
        arguments: call.arguments.iter().filter_map(argument).collect(),
    }
}

fn range(start: Offset, end: Offset) -> Range<usize> {
    start as usize..end as usize
}

/// Why a list that has a name may hold something else when it is used: it is changed in place, or given to a function of
/// the project.
fn changed_list(linker: &Linker<'_>, call: &Call<'_>, list: &Expr) -> Option<String> {
    let ExprKind::Name(name) = &list.kind else { return None };
    if !matches!(linker.value(call.context, list), Value::Sequence(_)) {
        return None;
    }
    linker.notes.borrow_mut().uses_of(name);
    let file = linker.file(call.context.file);
    let is_it = |expr: &Expr| matches!(&expr.kind, ExprKind::Name(other) if other == name);
    let mut changed = None;
    for scope in reach::scopes(&file.summary) {
        walk_statements(file.summary.scope(scope).0, &mut |statement| {
            for whole in statement.expressions() {
                whole.walk(&mut |expr| {
                    let ExprKind::Call(callee, arguments) = &expr.kind else { return };
                    let is_given = arguments.iter().any(|argument| is_it(&argument.value)) && {
                        let context = Context { scope, moment: Moment::At(statement.start), ..call.context };
                        !matches!(linker.value(context, callee), Value::External(_))
                    };
                    if expr.changed_in_place() == Some(name) || is_given {
                        changed = Some(expr.line);
                    }
                });
            }
        });
    }
    changed.map(|line| format!("`{name}` may be changed in place on line {}", linker.line_in_words(line)))
}

fn read<T>(given: &Given, value: Option<T>) -> Part<T> {
    let value = match value {
        Some(value) => Known::Value(value),
        None => Known::Unknown(reason(&given.value, &given.text)),
    };
    Part { value, place: Some(given.place.clone()) }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    }
}

/// What a value is as a condition, where that is known.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::None => Some(false),
        Value::Bool(value) => Some(*value),
        Value::Int(value) => Some(*value != 0),
        Value::Str(value) => Some(!value.is_empty()),
        Value::Sequence(items) | Value::Tuple(items) => Some(!items.is_empty()),
        Value::Dict(items) => Some(!items.is_empty()),
        Value::Cache(_) | Value::Environment(_) | Value::Task(_) | Value::Policy(_) => Some(true),
        _ => None,
    }
}

fn policy(value: &Value) -> Option<Policy> {
    match value {
        Value::Policy(policy) => Some(policy.clone()),
        Value::Instance(instance) => {
            Some(Policy::Custom(instance.class.rsplit('.').next().unwrap_or_default().to_owned()))
        }
        _ => None,
    }
}

/// `max_age` in seconds; `Ok(None)` if it isn't known, or not as whole seconds.
fn max_age(value: &Value) -> Result<Option<Option<u64>>, SpecError> {
    let age = match value {
        Value::None => MaxAge::Unset,
        Value::Int(seconds) => MaxAge::Seconds(i128::from(*seconds)),
        Value::Duration(microseconds) => MaxAge::Timedelta(*microseconds),
        Value::Bool(_) | Value::Float | Value::Str(_) | Value::Sequence(_) | Value::Tuple(_) | Value::Dict(_) => {
            MaxAge::OtherType
        }
        _ => return Ok(None),
    };
    Ok(match age.check()? {
        None => Some(None),
        Some(age) if age.subsec_nanos() == 0 => Some(Some(age.as_secs())),
        Some(_) => None,
    })
}

/// `behavior`, after the SDK's aliases; `Ok(None)` if it isn't known.
fn behavior(value: &Value) -> Result<Option<Behavior>, SpecError> {
    let given = match value {
        Value::Str(word) => return Behavior::parse(word).map(Some),
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        _ => return Ok(None),
    };
    Err(SpecError::Behavior { given })
}

/// A `cache=` of an environment. The SDK checks only its type here, and falsy values not at all: those get to the task
/// if that gives none.
pub fn environment_argument(given: &Given) -> CacheArgument {
    let class = match &given.value {
        value if truth(value) == Some(false) => return given_spec(given),
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float => "float",
        Value::Sequence(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Dict(_) => "dict",
        _ => return given_spec(given),
    };
    let mut cache = unknown(&format!("`{}` is no cache", given.text), Some(given.place.clone()));
    cache.spec.written = Some(Arc::new(plain(given)));
    cache.spec.refused = Some(SpecError::EnvironmentCache { class: format!("<class '{class}'>") }.to_string());
    cache.given()
}

/// A `cache=` of a task or of `.override(...)`: falsy values count as not given.
pub fn task_argument(given: Option<&Given>) -> CacheArgument {
    match given {
        Some(given) if truth(&given.value) != Some(false) => given_spec(given),
        _ => CacheArgument::Absent,
    }
}

/// The cache that a value stands for, as the SDK takes it where it checks nothing before.
pub fn given_spec(given: &Given) -> CacheArgument {
    let place = Some(given.place.clone());
    if let Value::Cache(cache) = &given.value {
        let mut cache = (**cache).clone();
        cache.spec.place = place;
        return cache.given();
    }
    let mut spec = default_spec(Behavior::Auto);
    match behavior(&given.value) {
        Ok(Some(behavior)) => spec.behavior = part(behavior, place.clone()),
        Ok(None) => return unknown(&reason(&given.value, &given.text), place).given(),
        Err(error) => {
            let reason = format!("`{}` is no cache behavior", given.text);
            spec.behavior = Part { value: Known::Unknown(reason), place: place.clone() };
            spec.refused = Some(error.to_string());
        }
    }
    spec.place = place;
    spec.written = Some(Arc::new(plain(given)));
    Cache { origin: None, spec }.given()
}

/// How what stands for a cache is written.
fn plain(given: &Given) -> Written {
    Written { at: span(given), arguments: Vec::new() }
}

/// Where an argument's value is written.
pub fn span(given: &Given) -> Span {
    let Range { start, end } = range(given.at.start, given.at.end);
    Span { file: Arc::clone(&given.place.file), start, end }
}

/// `timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)` of whole numbers.
pub fn timedelta(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    let names = TIMEDELTA.map(|(name, _)| name);
    let mut total: Option<i128> = Some(0);
    for (name, unit) in TIMEDELTA {
        let Some(given) = arguments.get(&names, name) else { continue };
        let amount = match &given.value {
            Value::Int(amount) => Some(i128::from(*amount) * unit),
            _ => None,
        };
        total = total.zip(amount).map(|(total, amount)| total + amount);
    }
    match total.filter(|_| arguments.unknown.is_none()) {
        Some(microseconds) => Value::Duration(microseconds),
        None => linker.runs(call.context, call.expr),
    }
}
