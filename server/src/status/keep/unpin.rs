//! The edits that take a pin back, best first: which of them keeps what the cache says beside the version is found out by
//! trying.

use crate::analysis::{Known, Making, Spec};
use crate::edit::TextEdit;

use super::list;
use super::pin::{quote, version_argument};

/// Ways to take the pin of a task back: what the baseline has in its place, no cache of its own, a plain behavior, and the
/// same `Cache` without a version.
///
/// # Errors
///
/// Where the pin stands instead, if not in a `Cache(...)` of the task's own.
pub fn ways(making: &Making, spec: &Spec, earlier: Option<&Making>) -> Result<Vec<Vec<TextEdit>>, String> {
    let elsewhere = || {
        let place = spec.version_override.place.as_ref().or(spec.place.as_ref());
        let place = place.map_or(String::new(), |place| {
            let file = place.file.file_name().unwrap_or_default().to_string_lossy();
            format!(", on line {} of {file}", place.line)
        });
        format!("its version is given elsewhere{place}: other tasks may have it too, so take it out by hand")
    };
    let (Some(own), Some(list)) = (&making.own, &making.arguments) else { return Err(elsewhere()) };
    let made = own.made.as_ref().ok_or_else(elsewhere)?;
    let version = version_argument(made).ok_or_else(elsewhere)?;
    let text = &*making.text;
    let argument = list.arguments[own.index].range.clone();

    let mut ways = Vec::new();
    let has_comment = text.get(list.range.clone()).is_some_and(|list| list.contains('#'));
    let without = |parentheses: bool| match list.arguments.len() {
        1 if !has_comment && parentheses => Some(vec![TextEdit::replace(list.range.clone(), "()")]),
        1 if !has_comment => Some(vec![TextEdit::remove(list.range.clone())]),
        _ => list::remove(text, list, own.index),
    };
    let is_decorator = text.get(..making.range.start).is_some_and(|before| before.trim_end().ends_with('@'));
    match earlier.map(|earlier| (earlier, earlier.own.as_ref(), earlier.arguments.as_ref())) {
        Some((earlier, Some(own), Some(list))) => {
            let before = earlier.text.get(list.arguments[own.index].range.clone());
            ways.extend(before.map(|before| vec![TextEdit::replace(argument.clone(), before)]));
        }
        Some((_, None, arguments)) => ways.extend(without(arguments.is_some())),
        _ => {}
    }
    ways.extend(without(!is_decorator));
    if let Known::Value(behavior) = &spec.behavior.value {
        let quote = quote(text);
        let plain = format!("cache={quote}{}{quote}", behavior.word());
        ways.push(vec![TextEdit::replace(argument, plain)]);
    }
    let is_last_by_position = made.arguments.get(version + 1).is_none_or(|next| next.keyword.is_some());
    let by_position = made.arguments.get(version).is_some_and(|argument| argument.keyword.is_none());
    if by_position && !is_last_by_position {
        ways.push(vec![TextEdit::replace(made.arguments[version].range.clone(), "None")]);
    } else {
        ways.extend(list::remove(text, made, version));
    }
    ways.dedup();
    // An import that the baseline doesn't have, and that only the pin uses, goes with it if it can.
    let import = making.import.as_ref().filter(|(name, _)| earlier.is_some_and(|earlier| !earlier.mentions(name)));
    Ok(match import {
        Some((_, import)) => ways.into_iter().flat_map(|way| [with(&way, import), way]).collect(),
        None => ways,
    })
}

fn with(way: &[TextEdit], more: &TextEdit) -> Vec<TextEdit> {
    way.iter().chain([more]).cloned().collect()
}
