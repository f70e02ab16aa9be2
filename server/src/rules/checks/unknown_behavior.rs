//! ## What it does
//!
//! Finds cache behaviors that the SDK does not know.
//!
//! ## Why is this bad?
//!
//! The import fails: `ValueError: Invalid cache behavior`. The SDK takes `auto`, `override` and `disable` exactly so, and in any case
//! the words `enable`, `enabled`, `on`, `true`, `yes` (for auto) and `off`, `false`, `no`, `none` (for disable).
//!
//! Told for the releases of the SDK of which that is known, 2.9.0 to 2.12.1.
//!
//! ## Example
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="Auto")
//! ```
//!
//! Use instead:
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")
//! ```
//!
//! ## Fix
//!
//! The canonical word, where one is near. It is safe, since the code could not be imported.

use crate::edit::TextEdit;
use crate::rules::facts::CacheUse;
use crate::rules::literal::inside;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};
use crate::status::given::nearest;

pub static RULE: Rule = Rule {
    id: "unknown-behavior",
    name: "a cache behavior that the SDK does not know",
    severity: Severity::Error,
    is_default: true,
    source: include_str!("unknown_behavior.rs"),
    check,
};

/// What people write, and the word for it.
const WORDS: [(&str, &str); 10] = [
    ("auto", "auto"),
    ("automatic", "auto"),
    ("override", "override"),
    ("overwrite", "override"),
    ("manual", "override"),
    ("disable", "disable"),
    ("disabled", "disable"),
    ("never", "disable"),
    ("enabled", "auto"),
    ("enable", "auto"),
];

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if !facts.knows_refusals() {
        return;
    }
    for cache in facts.caches() {
        let Some(given) = cache.spec.refused.as_deref().and_then(refused) else { continue };
        let text = facts.text(&cache.written.at.file).unwrap_or_default();
        let argument = cache.written.argument("behavior");
        let value = argument.map_or(cache.written.at.range(), |argument| argument.value.clone());
        // Flyte 1's `cache=True` has a rule of its own.
        if matches!(given, "True" | "False") && argument.is_none() {
            continue;
        }
        let word = given.trim_matches(['\'', '"']).trim().to_lowercase();
        let near = nearest(&word, WORDS.iter().map(|(written, _)| *written))
            .and_then(|near| WORDS.iter().find(|(written, _)| *written == near))
            .map(|(_, word)| *word);
        let help = match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "the behaviors are \"auto\", \"override\" and \"disable\"".to_owned(),
        };
        let fix = near
            .zip(inside(&text, &value))
            .map(|(near, inner)| Fix::safe(format!("write \"{near}\""), vec![TextEdit::replace(inner, near)]));
        let message = format!("there is no cache behavior {given}: {}", cache.raises());
        found.push(Finding::new(&RULE, cache.written.at.sibling(&value), message).help(help).fix(fix));
    }
}

/// The value that the SDK refuses as a behavior.
pub fn refused(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("ValueError: Invalid cache behavior: ")?;
    rest.split_once(". Must be one of").map(|(given, _)| given)
}

/// Whether what the SDK refuses of a cache is its behavior.
pub fn is_about(cache: &CacheUse<'_>) -> bool {
    cache.spec.refused.as_deref().and_then(refused).is_some()
}
