//! What an editor writes behind the decorator of a task that inherits its cache.

use crate::analysis::{From, Known};
use crate::status::TaskStatus;
use crate::status::sentence::quoted;

use super::markup::Markup;

/// What is written, and what a pointer on it shows; `None` for a task with a cache of its own, or with none.
pub fn hint(status: &TaskStatus, markup: Markup<'_>) -> Option<(String, String)> {
    let spec = &status.task.spec;
    let behavior = spec.behavior.value.value().filter(|_| spec.from == From::Environment)?;
    let pin = match &spec.version_override.value {
        Known::Value(Some(version)) => format!(" · pinned {}", quoted(version)),
        _ => String::new(),
    };
    let environment = status
        .task
        .environment
        .value()
        .map_or("its environment".to_owned(), |name| format!("the environment `{name}`"));
    let place = spec.place.as_ref().map_or(String::new(), |place| format!(", {}", markup.place(place)));
    let why = format!("{}{place}", markup.text(&format!("Inherited from {environment}")));
    Some((format!("cache=\"{}\"{pin}", behavior.word()), why))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use cache_core::policy::Behavior;

    use super::super::super::status::samples;
    use super::*;

    #[test]
    fn only_what_is_inherited_is_written() {
        let markup = Markup { markdown: true, name: &|place| format!("train.py:{}", place.line), address: &|_| None };
        let (label, why) = hint(&samples::task("f", 3), markup).unwrap();
        assert_eq!(label, "cache=\"auto\"");
        assert_eq!(why, "Inherited from the environment `ml`, train.py:3");
        let mut own = samples::pinned(samples::task("f", 3), "1.0", Behavior::Override);
        assert_eq!(hint(&own, markup), None);
        own.task.spec.from = From::Environment;
        assert_eq!(hint(&own, markup).unwrap().0, "cache=\"override\" · pinned \"1.0\"");
    }
}
