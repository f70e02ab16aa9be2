//! ## What it does
//!
//! Finds names in `ignored_inputs` that are no parameter of any task that has the cache, and several names written as one text.
//!
//! ## Why is this bad?
//!
//! The SDK leaves such a name out silently: the input that was meant still counts, and every new value of it computes again. A text
//! is one name, so `"run_id, now"` ignores neither `run_id` nor `now`.
//!
//! A cache that several tasks have is right as soon as one of them has the parameter.
//!
//! ## Example
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", ignored_inputs=("runid",)))
//! def train(data: str, run_id: str) -> str: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! @env.task(cache=flyte.Cache("auto", ignored_inputs=("run_id",)))
//! def train(data: str, run_id: str) -> str: ...
//! ```
//!
//! ## Fix
//!
//! The nearest parameter, or one text as several. It is unsafe, since the key of every run changes: entries of before are not found.

use std::ops::Range;

use crate::analysis::Span;
use crate::edit::TextEdit;
use crate::rules::facts::{CacheUse, inputs, names};
use crate::rules::literal::inside;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};
use crate::status::given::nearest;

pub static RULE: Rule = Rule {
    id: "ignored-input-unknown",
    name: "an ignored input that is no parameter",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("ignored_input_unknown.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for cache in facts.caches() {
        let Some(ignored) = cache.spec.ignored_inputs.value.value() else { continue };
        // Of a task whose parameters aren't known, any name may be one.
        let known: Option<Vec<Vec<&str>>> = cache.tasks.iter().map(|task| inputs(task)).collect();
        let Some(known) = known.filter(|_| !ignored.is_empty()) else { continue };
        let parameters: Vec<&str> = known.into_iter().flatten().collect();
        let text = facts.text(&cache.written.at.file).unwrap_or_default();
        for (index, name) in ignored.iter().enumerate().filter(|(_, name)| !parameters.contains(&name.as_str())) {
            found.push(finding(cache, &text, (index, name, ignored.len()), &parameters));
        }
    }
}

fn finding(
    cache: &CacheUse<'_>,
    text: &str,
    (index, name, count): (usize, &str, usize),
    parameters: &[&str],
) -> Finding {
    let (at, literal) = place(cache, text, index, count);
    let parts: Vec<&str> = name.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let of = names(&cache.tasks);
    let whose = if cache.tasks.len() == 1 { format!("of {of}") } else { format!("of any of {of}") };
    let finding = if parts.len() > 1 && parts.iter().all(|part| parameters.contains(part)) {
        let written: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
        let is_element = cache.written.argument("ignored_inputs").is_some_and(|argument| !argument.items.is_empty());
        let list = if is_element { written.join(", ") } else { format!("({})", written.join(", ")) };
        let fix = literal.map(|inner| {
            let edit = TextEdit::replace(inner.start - 1..inner.end + 1, list.clone());
            Fix::unsafe_(format!("ignore {}", parts.join(" and ")), vec![edit])
        });
        let message = format!("`\"{name}\"` is one name, and no parameter {whose}: nothing is ignored");
        Finding::new(&RULE, at, message).help(format!("write each name as a text of its own: {list}")).fix(fix)
    } else {
        let near = nearest(name, parameters.iter().copied());
        let help = match (&near, parameters) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => "there are no parameters: take it out".to_owned(),
            (None, _) => format!("the parameters are {}", listed(parameters)),
        };
        let fix = near
            .zip(literal)
            .map(|(near, inner)| Fix::unsafe_(format!("ignore `{near}`"), vec![TextEdit::replace(inner, near)]));
        let shown = if name.is_empty() { "\"\"" } else { name };
        let message = format!("`{shown}` is no parameter {whose}: the SDK ignores nothing by that name");
        Finding::new(&RULE, at, message).help(help).fix(fix)
    };
    cache.tasks.iter().take(5).fold(finding, |finding, task| {
        finding.related(task.at.clone(), format!("`{}` has no such parameter", task.shown_name()))
    })
}

/// Where one of the ignored names is written, and what stands between its quotes if it is written out.
fn place(cache: &CacheUse<'_>, text: &str, index: usize, count: usize) -> (Span, Option<Range<usize>>) {
    let Some(argument) = cache.written.argument("ignored_inputs") else { return (cache.written.at.clone(), None) };
    let range = match argument.items.get(index) {
        Some(item) if argument.items.len() == count => item,
        _ => &argument.value,
    };
    match inside(text, range) {
        Some(inner) => (cache.written.at.sibling(range), Some(inner)),
        None => (cache.written.at.sibling(&argument.range), None),
    }
}

fn listed(names: &[&str]) -> String {
    let mut seen: Vec<String> = Vec::new();
    for name in names.iter().map(|name| format!("`{name}`")) {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.join(", ")
}
