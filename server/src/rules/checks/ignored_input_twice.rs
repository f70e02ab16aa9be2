//! ## What it does
//!
//! Finds a name that stands twice in `ignored_inputs`.
//!
//! ## Why is this bad?
//!
//! The second one does nothing. As a rule another name was meant.
//!
//! ## Example
//!
//! ```python
//! flyte.Cache("auto", ignored_inputs=("run_id", "run_id"))
//! ```
//!
//! Use instead:
//!
//! ```python
//! flyte.Cache("auto", ignored_inputs=("run_id", "now"))
//! ```
//!
//! ## Fix
//!
//! Takes the second one out. No key changes by that; but a `Cache` in the decorator of a task is part of its source, so that under `auto`
//! the version is another one after any edit of it. The fix is safe where the version is given or the cache is an environment's.

use crate::edit::TextEdit;
use crate::rules::literal::{inside, with_comma};
use crate::rules::{Facts, Finding, Fix, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "ignored-input-twice",
    name: "an ignored input that is listed twice",
    severity: Severity::Warning,
    is_default: true,
    source: include_str!("ignored_input_twice.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for cache in facts.caches() {
        let Some(ignored) = cache.spec.ignored_inputs.value.value() else { continue };
        for (index, name) in ignored.iter().enumerate() {
            let Some(first) = ignored.iter().take(index).position(|other| other == name) else { continue };
            let items = cache.written.argument("ignored_inputs").map(|argument| &argument.items);
            let items = items.filter(|items| items.len() == ignored.len());
            let message = format!("`{name}` is ignored twice");
            let item = |index: usize| items.and_then(|items| items.get(index));
            let Some((range, earlier)) = item(index).zip(item(first)) else {
                found.push(Finding::new(&RULE, cache.at("ignored_inputs"), message).unnecessary());
                continue;
            };
            let text = facts.text(&cache.written.at.file).unwrap_or_default();
            // One of two leaves a tuple of one, which keeps its comma.
            let list = cache.written.argument("ignored_inputs").and_then(|argument| text.get(argument.value.clone()));
            let edit = with_comma(&text, range).filter(|_| inside(&text, range).is_some()).map(|gone| {
                let behind = text.get(gone.end..).is_some_and(|rest| rest.trim_start().starts_with(','));
                let ahead = text.get(..gone.start).is_some_and(|rest| rest.trim_end().ends_with(','));
                let is_tuple = list.is_some_and(|list| !list.starts_with(['[', '{']));
                TextEdit::replace(gone, if ignored.len() == 2 && is_tuple && !behind && !ahead { "," } else { "" })
            });
            let is_safe = !cache.is_hashed();
            let fix = edit.map(|edit| Fix { title: "take the second one out".to_owned(), edits: vec![edit], is_safe });
            let earlier = cache.written.at.sibling(earlier);
            let finding = Finding::new(&RULE, cache.written.at.sibling(range), message);
            found.push(finding.related(earlier, "here for the first time").fix(fix).unnecessary());
        }
    }
}
