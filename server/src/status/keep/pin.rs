//! The edits that pin a task to a version.
//!
//! They always go to the task's own decorator or call: an environment's cache, or one with a name, may be that of other
//! tasks, which would be pinned to a version that is not theirs. What such a cache says beside the version is copied, since a
//! task's own cache takes the place of it as a whole.

use crate::analysis::{CacheName, From, Making, Policy, Spec};
use crate::edit::TextEdit;

use super::list;

/// Edits after which `version` is the version of a task that is made as `making` says and has `spec`.
///
/// # Errors
///
/// What of the cache can't be written again, in words.
pub fn pin(making: &Making, spec: &Spec, version: &str) -> Result<Vec<TextEdit>, String> {
    let quote = quote(&making.text);
    let pinned = format!("version_override={quote}{version}{quote}");
    if let Some(made) = making.own.as_ref().and_then(|own| own.made.as_ref()) {
        if made.arguments.iter().any(|argument| argument.unpacked) {
            return Err("its Cache takes arguments with `*` or `**`".to_owned());
        }
        return Ok(match version_argument(made) {
            // `version_override=None`, as a keyword or in its position.
            Some(index) => {
                let argument = &made.arguments[index];
                let text = if argument.keyword.is_some() { pinned } else { format!("{quote}{version}{quote}") };
                vec![TextEdit::replace(argument.range.clone(), text)]
            }
            None => list::insert(&making.text, made, 0, &pinned),
        });
    }
    let (name, import) = match &making.name {
        CacheName::Known(name) => (name, None),
        CacheName::Imported(name, import) => (name, Some(import.clone())),
    };
    let arguments = std::iter::once(Ok(format!("{quote}{}{quote}", spec.behavior.value.known()?.word())))
        .chain(std::iter::once(Ok(pinned)))
        .chain(others(spec, quote))
        .collect::<Result<Vec<_>, String>>()?;
    let argument = format!("cache={name}({})", arguments.join(", "));
    let mut edits = match (&making.own, &making.arguments) {
        (Some(own), Some(list)) => {
            vec![TextEdit::replace(list.arguments[own.index].range.clone(), argument)]
        }
        (None, _) if spec.from == From::Task => return Err("its cache is not written where it is made".to_owned()),
        (_, Some(list)) => list::insert(&making.text, list, usize::MAX, &argument),
        (_, None) => vec![TextEdit::insert(making.range.end, format!("({argument})"))],
    };
    edits.extend(import);
    Ok(edits)
}

/// The index of `version_override` among the arguments of a `Cache(...)`: a keyword, or the second by position.
pub fn version_argument(made: &crate::analysis::ArgumentList) -> Option<usize> {
    let by_keyword = made.arguments.iter().position(|argument| argument.keyword.as_deref() == Some("version_override"));
    by_keyword.or_else(|| made.arguments.get(1).filter(|second| second.keyword.is_none()).map(|_| 1))
}

/// What a cache says beside behavior and version. The salt does nothing beside a given version, but is what an unpinned
/// task goes back to.
fn others(spec: &Spec, quote: char) -> Vec<Result<String, String>> {
    let mut all = Vec::new();
    match spec.serialize.value.known() {
        Ok(true) => all.push(Ok("serialize=True".to_owned())),
        Ok(false) => {}
        Err(reason) => all.push(Err(reason)),
    }
    match spec.ignored_inputs.value.known() {
        Ok(names) if names.is_empty() => {}
        Ok(names) => {
            let names: Vec<_> = names.iter().map(|name| literal(name, quote)).collect();
            let comma = if names.len() == 1 { "," } else { "" };
            all.push(Ok(format!("ignored_inputs=({}{comma})", names.join(", "))));
        }
        Err(reason) => all.push(Err(reason)),
    }
    match spec.salt.value.known() {
        Ok(salt) if salt.is_empty() => {}
        Ok(salt) => all.push(Ok(format!("salt={}", literal(salt, quote)))),
        Err(reason) => all.push(Err(reason)),
    }
    match spec.policies.value.known() {
        Ok(policies) if policies == &[Policy::FunctionBody] => {}
        Ok(_) => all.push(Err("its policies would be lost: they are given elsewhere".to_owned())),
        Err(reason) => all.push(Err(reason)),
    }
    match spec.max_age.value.known() {
        Ok(None) => {}
        Ok(Some(seconds)) => all.push(Ok(format!("max_age={seconds}"))),
        Err(reason) => all.push(Err(reason)),
    }
    all
}

/// The quotes that a file mostly uses; those of docstrings say nothing.
pub fn quote(text: &str) -> char {
    let double = text.matches('"').count() - 3 * text.matches("\"\"\"").count();
    if text.matches('\'').count() > double { '\'' } else { '"' }
}

/// A string as Python reads it.
fn literal(text: &str, quote: char) -> String {
    let mut literal = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => literal.push_str("\\\\"),
            c if c == quote => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() => literal.push_str(&format!("\\U{:08x}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push(quote);
    literal
}
