//! What became of a task, in a sentence: that of its status, where it has one.

use super::model::{Changed, Class, StateKind, StateName, Was};
use crate::analysis::Known;
use crate::status::Change;
use crate::status::sentence::{LONGEST, Sentence, clip, duration, quoted, sentence as of_status, short};

/// What the next run does, and why; `base` is what the code is compared with.
pub fn sentence(changed: &Changed, base: &StateName) -> Sentence {
    let since = clip(&base.name, 20);
    let head = |head: &str, why: String| Sentence { head: head.to_owned(), why };
    if let Some(reason) = &changed.unknown {
        return head("not known", reason.clone());
    }
    let cost = changed.cost().map(|seconds| format!(" · costs about {}", duration(seconds))).unwrap_or_default();
    match (&changed.now, &changed.was) {
        (None, Some(was)) => head("gone", format!("no task of this name any more{}", named(" (was ", was, ")"))),
        (Some(now), Some(was)) if changed.class == Class::Renamed => {
            let beside = if now.changed.contains(&Change::Body) { "; body changed too" } else { "" };
            head("will recompute", format!("renamed from {}, the key holds the name{beside}{cost}", old_name(was)))
        }
        (Some(now), _)
            if changed.calls_changed
                && !now.changed.contains(&Change::Body)
                && now.status != crate::status::Status::Invalidated =>
        {
            head("will recompute", format!("calls with override(cache=…) changed since {since}{cost}"))
        }
        (Some(now), Some(was)) if base.kind == StateKind::Python && now.changed == [Change::Python] => {
            let python = |python: Option<_>| crate::status::sentence::python_name(python);
            let (now, then) = (python(now.here.python), python(was.computed.python));
            head("will recompute", format!("Python {now} hashes it otherwise than {then}{cost}"))
        }
        (Some(now), _) if changed.class == Class::Unknown => {
            head("version unknown", crate::status::sentence::unknown(now))
        }
        (Some(now), _) => of_status(now, Some(&since)),
        (None, None) => head("gone", String::new()),
    }
}

/// The name that a task had, as texts write it.
pub fn old_name(was: &Was) -> String {
    match &was.name {
        Known::Value(name) => clip(name, LONGEST / 2),
        Known::Unknown(_) => clip(&was.function, LONGEST / 2),
    }
}

fn named(before: &str, was: &Was, after: &str) -> String {
    match &was.computed.version {
        Known::Value(version) if was.pinned => format!("{before}{}{after}", quoted(version)),
        Known::Value(version) => format!("{before}{}{after}", short(version)),
        Known::Unknown(_) => String::new(),
    }
}
