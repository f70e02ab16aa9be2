//! The parts of a cache spec, each in words and with where it was written.

use crate::analysis::{Known, Part, Place, Policy, Spec};

use super::super::Change;

/// A part of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecPart {
    /// The name that the SDK gives it: `behavior`, `version_override`.
    pub name: &'static str,
    /// What it is, in Python's spelling; or why that isn't known.
    pub value: Known<String>,
    /// Where it is written; `None` for a default of the SDK.
    pub place: Option<Place>,
}

/// A part of a spec that is another than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecChange {
    /// What changed, where it is of the version or of the key.
    pub change: Option<Change>,
    /// As it was.
    pub was: SpecPart,
    /// As it is.
    pub now: SpecPart,
}

/// The parts of a spec, in the order of `Cache(…)`.
pub fn spec_parts(spec: &Spec) -> Vec<SpecPart> {
    let seconds = |seconds: &Option<u64>| seconds.map_or("None".to_owned(), |seconds| seconds.to_string());
    let optional = |text: &Option<String>| text.as_deref().map_or("None".to_owned(), quoted);
    vec![
        part("behavior", &spec.behavior, |behavior| quoted(behavior.word())),
        part("version_override", &spec.version_override, optional),
        part("serialize", &spec.serialize, |on| if *on { "True" } else { "False" }.to_owned()),
        part("ignored_inputs", &spec.ignored_inputs, |names| tuple(names)),
        part("salt", &spec.salt, |salt| quoted(salt)),
        part("policies", &spec.policies, |policies| {
            let names: Vec<&str> = policies.iter().map(name).collect();
            format!("[{}]", names.join(", "))
        }),
        part("max_age", &spec.max_age, seconds),
    ]
}

/// The parts that differ between a spec as it was and as it is.
pub(super) fn changes(was: &Spec, now: &Spec) -> Vec<SpecChange> {
    let cached = |part: &SpecPart| !matches!(&part.value, Known::Value(behavior) if behavior == "\"disable\"");
    let change = |was: &SpecPart, now: &SpecPart| match now.name {
        // From auto to override the version stays.
        "behavior" if cached(was) != cached(now) => Some(Change::Cache),
        "version_override" => Some(Change::PinnedVersion),
        "ignored_inputs" => Some(Change::IgnoredInputs),
        "salt" => Some(Change::Salt),
        "policies" => Some(Change::Policies),
        _ => None,
    };
    let pairs = spec_parts(was).into_iter().zip(spec_parts(now));
    let differing = pairs.filter(|(was, now)| was.value != now.value);
    differing.map(|(was, now)| SpecChange { change: change(&was, &now), was, now }).collect()
}

fn part<T>(name: &'static str, part: &Part<T>, words: impl FnOnce(&T) -> String) -> SpecPart {
    let value = match &part.value {
        Known::Value(value) => Known::Value(words(value)),
        Known::Unknown(reason) => Known::Unknown(reason.clone()),
    };
    SpecPart { name, value, place: part.place.clone() }
}

fn name(policy: &Policy) -> &str {
    match policy {
        Policy::FunctionBody => "FunctionBodyPolicy",
        Policy::Custom(name) => name,
    }
}

fn tuple(names: &[String]) -> String {
    match names {
        [one] => format!("({},)", quoted(one)),
        names => format!("({})", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")),
    }
}

/// A text as Python would write it, in double quotes.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|character| match character {
            '"' | '\\' => vec!['\\', character],
            '\n' => vec!['\\', 'n'],
            '\t' => vec!['\\', 't'],
            '\r' => vec!['\\', 'r'],
            other => vec![other],
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use cache_core::policy::Behavior;

    use super::super::super::samples;
    use super::*;

    #[test]
    fn parts_are_spelled_as_in_python() {
        let mut spec = samples::task("f", 1).task.spec;
        spec.salt.value = Known::Value("a\"b\\\n".to_owned());
        spec.ignored_inputs.value = Known::Value(vec!["exp".to_owned()]);
        spec.max_age.value = Known::Value(Some(60));
        spec.policies.value = Known::Unknown("`make()` runs Python".to_owned());
        let values: Vec<String> = spec_parts(&spec)
            .into_iter()
            .map(|part| match part.value {
                Known::Value(value) => format!("{}={value}", part.name),
                Known::Unknown(reason) => format!("{}: {reason}", part.name),
            })
            .collect();
        assert_eq!(
            values,
            [
                "behavior=\"auto\"",
                "version_override=None",
                "serialize=False",
                "ignored_inputs=(\"exp\",)",
                "salt=\"a\\\"b\\\\\\n\"",
                "policies: `make()` runs Python",
                "max_age=60",
            ]
        );
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let was = samples::task("f", 1).task.spec;
        let mut now = was.clone();
        now.behavior.value = Known::Value(Behavior::Override);
        now.serialize.value = Known::Value(true);
        let changed = |now: &Spec| -> Vec<_> {
            changes(&was, now).into_iter().map(|change| (change.now.name, change.change)).collect()
        };
        assert_eq!(changed(&now), [("behavior", None), ("serialize", None)], "neither is of the version");
        now.behavior.value = Known::Value(Behavior::Disable);
        now.salt.value = Known::Value("b".to_owned());
        let expected = [("behavior", Some(Change::Cache)), ("serialize", None), ("salt", Some(Change::Salt))];
        assert_eq!(changed(&now), expected);
    }
}
