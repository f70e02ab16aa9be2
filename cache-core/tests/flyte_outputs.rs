//! Holds the display of outputs against what the real SDK stored of values that tasks returned.
//!
//! `tests/flyte/outputs.py` ran the tasks and wrote down the rows of the cache; a test of the workspace runs it again where the
//! SDK is installed. Guards that values are shown as Python would write them, and that exactly those bytes are refused that
//! the SDK fails on. `TASKLENS_RECORD=1` writes `shown.txt` anew.

#![cfg(feature = "flyte-store")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;

use cache_core::store::flyte::outputs::{Limits, read};
use serde_json::Value as Json;

/// Types of which Python's `repr()` can be told without knowing the type, which an entry does not name.
const PLAIN: [&str; 20] = [
    "int",
    "float",
    "bool",
    "str",
    "list[int]",
    "list[list[str]]",
    "list[typing.Optional[int]]",
    "dict[str, list[float]]",
    "dict[str, dict[str, bool]]",
    "dict",
    "dict[int, str]",
    "typing.Optional[int]",
    "int | str",
    "typing.Union[int, list[str]]",
    "Row",
    "datetime.timedelta",
    "tuple[int, str]",
    "tuple[int, str, dict[str, int]]",
    "None",
    "Pair",
];

/// A damaged type of a union, a number where there should be a text: upb passes over it, we call it damaged.
const LENIENT: &str = "0a1d0a026f3012170a154a130a060a040a020804120908015a050d03696e74";

fn stored() -> Json {
    serde_json::from_str(include_str!("flyte_outputs/stored.json")).expect("the cases are JSON")
}

fn bytes(hex: &Json) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn values_are_shown_as_recorded() {
    let mut shown = String::new();
    for case in stored()["stored"].as_array().unwrap() {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let outputs = read(&bytes(&case["stored"]), Limits::default()).unwrap();
        writeln!(shown, "-> {} = {}", text("type"), text("returned")).unwrap();
        for output in &outputs.values {
            assert!(!output.broken, "{shown}");
            let whole = if output.whole { "" } else { " (cut)" };
            writeln!(shown, "   {}: {}{whole}", output.name, output.text).unwrap();
        }
        for file in &outputs.files {
            writeln!(shown, "   {:?} at {}", file.kind, file.uri).unwrap();
        }
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flyte_outputs/shown.txt");
    if std::env::var_os("TASKLENS_RECORD").is_some() {
        std::fs::write(golden, &shown).unwrap();
    }
    assert_eq!(shown, std::fs::read_to_string(golden).unwrap());
}

#[test]
fn values_of_plain_types_are_pythons_repr() {
    let mut compared = 0;
    for case in stored()["stored"].as_array().unwrap() {
        let (kind, Some(repr)) = (case["type"].as_str().unwrap(), case["repr"].as_str()) else { continue };
        if !PLAIN.contains(&kind) {
            continue;
        }
        let outputs = read(&bytes(&case["stored"]), Limits::default()).unwrap();
        let texts: Vec<&str> = outputs.values.iter().map(|output| output.text.as_str()).collect();
        let shown = match kind {
            "Pair" => {
                format!("Pair({})", pairs(&outputs.values.iter().map(|o| (&*o.name, &*o.text)).collect::<Vec<_>>()))
            }
            "None" if texts.is_empty() => "None".to_owned(),
            _ if kind.starts_with("tuple") => format!("({})", texts.join(", ")),
            _ => texts.join(", "),
        };
        assert_eq!(shown, repr, "{kind}");
        compared += 1;
    }
    assert!(compared > 35, "{compared}");
}

fn pairs(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn exactly_that_is_refused_which_the_sdk_fails_on() {
    let stored = stored();
    let deep = stored["deep"].as_array().unwrap().iter().map(|case| (&case["stored"], &case["accepted"]));
    let mutants = stored["mutants"].as_array().unwrap().iter().map(|case| (&case[0], &case[1]));
    let (mut taken, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for (hex, accepted) in deep.chain(mutants) {
        let accepted = accepted.as_bool().unwrap();
        let ours = read(&bytes(hex), Limits::default());
        if ours.is_err() == accepted && hex != LENIENT {
            wrong.push(format!("{hex} is accepted: {accepted}; ours: {ours:?}"));
        }
        *(if accepted { &mut taken } else { &mut refused }) += 1;
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), taken + refused, wrong.join("\n"));
    assert!(taken > 50 && refused > 200, "{taken} {refused}");
}
