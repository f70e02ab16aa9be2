//! What a change does to the cache, for people on a terminal, for programs, and for the readers of a pull request.

mod annotations;
mod json;
mod markdown;
mod text;

pub use annotations::github;
pub use json::json;
pub use markdown::{MARKER, markdown};
pub use text::{table, text};

use crate::analysis::Known;
use crate::status::diff::{Changed, Class, Diff};
use crate::status::sentence::{quoted, short};

/// `3f2a91c → 9f3a2c1`, or the one of them that there is.
fn versions(changed: &Changed) -> String {
    let name = |version: &Known<String>, pinned: bool| match version {
        Known::Value(version) if pinned => quoted(version),
        Known::Value(version) => short(version),
        Known::Unknown(_) => "unknown".to_owned(),
    };
    let is_cached = |class: Class| class != Class::Disabled;
    let now = changed.now.as_ref().filter(|_| is_cached(changed.class));
    let now = now.map(|now| name(&now.here.version, now.pinned));
    let was = changed.was.as_ref().filter(|was| was.cached).map(|was| name(&was.computed.version, was.pinned));
    match (was, now) {
        (Some(was), Some(now)) if was == now => now,
        (Some(was), Some(now)) => format!("{was} → {now}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => String::new(),
    }
}

/// ` (else)`: which definition of a task it is that changed, where it has several of which a condition picks one.
fn branch(changed: &Changed) -> String {
    let branch = changed.task().and_then(|task| task.branch.as_ref());
    branch.map_or(String::new(), |branch| format!(" ({branch})"))
}

/// `2 invalidated, 1 new`: how many of what, the worst first.
fn counts(diff: &Diff) -> String {
    let counted = Class::ALL.into_iter().filter_map(|class| match diff.count(class) {
        0 => None,
        count => Some(format!("{count} {}", said(class))),
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// The class as texts for people say it.
fn said(class: Class) -> &'static str {
    match class {
        Class::OtherKey => "with another key",
        Class::Disabled => "not cached any more",
        Class::Enabled => "cached now",
        other => other.word(),
    }
}

/// ` · 3 other cached tasks as before`; nothing where there are none.
fn beside(diff: &Diff) -> String {
    match diff.unchanged {
        0 => String::new(),
        1 => " · 1 other cached task as before".to_owned(),
        many => format!(" · {many} other cached tasks as before"),
    }
}

/// `main → the working tree`
fn states(diff: &Diff) -> String {
    format!("{} → {}", diff.base.name, diff.head.name)
}
