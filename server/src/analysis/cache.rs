//! `Cache(...)` and what a string means as one (`flyte/_cache/cache.py`), and which one counts for a task.

use cache_core::policy::Behavior;

use super::environment::reason;
use super::eval::Call;
use super::link::Linker;
use super::sdk;
use super::task::{From, Known, Part, Place, Policy, Spec};
use super::value::{Arguments, Cache, CacheArgument, Given, Value};

/// The spec of a task for which nothing is given.
pub fn default_spec(behavior: Behavior) -> Spec {
    Spec {
        from: From::Default,
        place: None,
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
    let mut refused = Vec::new();
    spec.refused = unexpected(arguments);

    // In the order in which the SDK raises.
    if let Some(given) = get("max_age") {
        spec.max_age = read(given, max_age(&given.value, &mut refused));
    }
    match get("behavior") {
        Some(given) => spec.behavior = read(given, behavior(&given.value, &mut refused)),
        None => refused.push("TypeError: Cache.__init__() missing 1 required positional argument: 'behavior'".to_owned()),
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
            Value::Sequence(names) => names.iter().map(text).collect(),
            _ => None,
        };
        spec.ignored_inputs = read(given, value);
    }
    if let Some(given) = get("salt") {
        spec.salt = read(given, text(&given.value));
    }
    if let Some(given) = get("policies") {
        let value = match &given.value {
            Value::None => Some(vec![Policy::FunctionBody]),
            Value::Sequence(all) => all.iter().map(policy).collect(),
            one => policy(one).map(|policy| vec![policy]),
        };
        spec.policies = read(given, value);
    }
    let no_policy = matches!(&spec.policies.value, Known::Value(policies) if policies.is_empty());
    if no_policy && spec.version_override.value == Known::Value(None) && spec.behavior.value != Known::Value(Behavior::Disable) {
        refused.push("ValueError: If version is not defined then at least one cache policy needs to be set".to_owned());
    }
    spec.refused = spec.refused.or(refused.into_iter().next());
    spec.place = Some(place);
    Cache { origin: Some(call.origin()), spec }
}

/// What Python raises for arguments that `Cache` has no parameter for.
fn unexpected(arguments: &Arguments) -> Option<String> {
    use super::ir::ArgumentKind;
    let positional = arguments.given.iter().filter(|given| given.kind == ArgumentKind::Positional).count();
    if positional > sdk::CACHE.len() {
        return Some(format!(
            "TypeError: Cache.__init__() takes from 2 to {} positional arguments but {} were given",
            sdk::CACHE.len() + 1,
            positional + 1
        ));
    }
    arguments.given.iter().find_map(|given| match &given.kind {
        ArgumentKind::Keyword(name) if !sdk::CACHE.contains(&name.as_str()) => {
            Some(format!("TypeError: Cache.__init__() got an unexpected keyword argument '{name}'"))
        }
        _ => None,
    })
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

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::None => Some(false),
        Value::Bool(value) => Some(*value),
        Value::Int(value) => Some(*value != 0),
        Value::Str(value) => Some(!value.is_empty()),
        Value::Sequence(items) => Some(!items.is_empty()),
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

/// `max_age` in seconds; pushes what the SDK raises.
fn max_age(value: &Value, refused: &mut Vec<String>) -> Option<Option<u64>> {
    let seconds = match value {
        Value::None => return Some(None),
        Value::Int(seconds) => *seconds,
        Value::Duration(microseconds) if microseconds % 1_000_000 == 0 => microseconds / 1_000_000,
        Value::Duration(microseconds) if *microseconds < 0 => -1,
        Value::Bool(_) | Value::Str(_) | Value::Sequence(_) | Value::Dict(_) => {
            refused.push("TypeError: max_age must be an int (seconds), timedelta, or None".to_owned());
            return None;
        }
        _ => return None,
    };
    match u64::try_from(seconds) {
        Ok(seconds) => Some(Some(seconds)),
        Err(_) => {
            refused.push("ValueError: max_age must be nonnegative".to_owned());
            None
        }
    }
}

/// `behavior`, after the SDK's aliases; pushes what the SDK raises.
fn behavior(value: &Value, refused: &mut Vec<String>) -> Option<Behavior> {
    let shown = match value {
        Value::Str(word) => match canonical(word) {
            Some(behavior) => return Some(behavior),
            None => repr(word),
        },
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        _ => return None,
    };
    refused.push(format!(
        "ValueError: Invalid cache behavior: {shown}. Must be one of ['auto', 'override', 'disable'] (aliases accepted: \
         ['enable', 'enabled', 'false', 'no', 'none', 'off', 'on', 'true', 'yes'])."
    ));
    None
}

fn canonical(word: &str) -> Option<Behavior> {
    match word {
        "auto" => return Some(Behavior::Auto),
        "override" => return Some(Behavior::Override),
        "disable" => return Some(Behavior::Disable),
        _ => {}
    }
    match word.to_lowercase().as_str() {
        "enable" | "enabled" | "on" | "true" | "yes" => Some(Behavior::Auto),
        "off" | "false" | "no" | "none" => Some(Behavior::Disable),
        _ => None,
    }
}

/// Python's `repr` of a string, as far as error messages need it.
fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    format!("{quote}{text}{quote}")
}

/// A `cache=` of an environment. The SDK checks only its type here, and falsy values not at all.
pub fn environment_argument(given: &Given) -> CacheArgument {
    match &given.value {
        // Falsy: it gets to the task if that gives none.
        Value::None | Value::Bool(false) | Value::Int(0) => given_spec(given),
        Value::Bool(_) | Value::Int(_) | Value::Sequence(_) | Value::Dict(_) => {
            let class = match &given.value {
                Value::Bool(_) => "bool",
                Value::Int(_) => "int",
                Value::Sequence(_) => "list",
                _ => "dict",
            };
            let mut cache = unknown(&format!("`{}` is no cache", given.text), Some(given.place.clone()));
            cache.spec.refused =
                Some(format!("TypeError: Expected cache to be of type str or Cache, got <class '{class}'>"));
            cache.given()
        }
        _ => given_spec(given),
    }
}

/// A `cache=` of a task or of `.override(...)`: falsy values count as not given.
pub fn task_argument(given: Option<&Given>) -> CacheArgument {
    match given {
        Some(given) if truth(&given.value) != Some(false) => given_spec(given),
        _ => CacheArgument::Absent,
    }
}

/// The cache that a value stands for.
fn given_spec(given: &Given) -> CacheArgument {
    let place = Some(given.place.clone());
    match &given.value {
        Value::Cache(cache) => {
            let mut cache = (**cache).clone();
            cache.spec.place = place;
            cache.given()
        }
        value @ (Value::Str(_) | Value::Bool(_) | Value::Int(_) | Value::None) => {
            let mut refused = Vec::new();
            let mut spec = default_spec(Behavior::Auto);
            spec.behavior = match behavior(value, &mut refused) {
                Some(behavior) => part(behavior, place.clone()),
                None => Part {
                    value: Known::Unknown(format!("`{}` is no cache behavior", given.text)),
                    place: place.clone(),
                },
            };
            spec.place = place;
            spec.refused = refused.into_iter().next();
            Cache { origin: None, spec }.given()
        }
        value => unknown(&reason(value, &given.text), place).given(),
    }
}

/// `timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)` of whole numbers.
pub fn timedelta(linker: &Linker<'_>, call: &Call<'_>, arguments: &Arguments) -> Value {
    const UNITS: [(&str, i64); 7] = [
        ("days", 86_400_000_000),
        ("seconds", 1_000_000),
        ("microseconds", 1),
        ("milliseconds", 1_000),
        ("minutes", 60_000_000),
        ("hours", 3_600_000_000),
        ("weeks", 604_800_000_000),
    ];
    let names = UNITS.map(|(name, _)| name);
    let mut total: Option<i64> = Some(0);
    for (name, unit) in UNITS {
        let Some(given) = arguments.get(&names, name) else { continue };
        let amount = match &given.value {
            Value::Int(amount) => amount.checked_mul(unit),
            _ => None,
        };
        total = total.zip(amount).and_then(|(total, amount)| total.checked_add(amount));
    }
    match total.filter(|_| arguments.unknown.is_none()) {
        Some(microseconds) => Value::Duration(microseconds),
        None => linker.runs(call.context, call.expr),
    }
}
