//! What is shown while code is broken: lenses and the outline of the last state that Python reads, where the edits since have moved them, and
//! marked.
//!
//! What the broken state says by itself (that Python reads no function of it) is true and of no use to who is typing.

use std::sync::Arc;

use ropey::Rope;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::render::lens::{Kind, Lens};
use crate::status::Report;
use crate::status::sentence::{LONGEST, clip};

use super::documents::Document;

/// The last state of a document that was whole.
pub struct LastGood {
    /// The document.
    pub document: Document,
    /// What there was to say of it.
    pub report: Arc<Report>,
    /// Its lenses.
    pub lenses: Arc<[Lens]>,
}

impl LastGood {
    /// Where its lines are in the text as it is now.
    pub fn moves(&self, now: &Rope) -> Moves {
        Moves::between(&self.document.text, now)
    }

    /// The lenses for the text as it is now, which is `broken` at a line (1-based). A lens goes with its line, and ends with it.
    pub fn lenses(&self, now: &Rope, broken: u32) -> Vec<Lens> {
        if self.lenses.is_empty() {
            return Vec::new();
        }
        lenses(&self.moves(now), &self.lenses, now, &mark(broken))
    }
}

/// What is said of a state that is broken at a line (1-based).
fn mark(broken: u32) -> String {
    format!("syntax error on line {broken}")
}

/// What was said of the last state that was whole, marked.
pub fn last(said: &str, broken: u32) -> String {
    format!("{LAST}{said} · {}", mark(broken))
}

const LAST: &str = "last good: ";

fn lenses(moves: &Moves, then: &[Lens], now: &Rope, mark: &str) -> Vec<Lens> {
    let moved = then.iter().filter_map(|lens| {
        let task = lens.task.and_then(|line| moves.of(line));
        let marked = Lens { text: marked(lens, mark), task, ..lens.clone() };
        match lens.kind {
            Kind::Uncached => {
                let last = u32::try_from(now.len_lines()).unwrap_or(u32::MAX);
                Some(Lens { line: last, text: lens.text.clone(), ..marked })
            }
            Kind::Task | Kind::Call => Some(Lens { line: moves.of(lens.line)?, ..marked }),
        }
    });
    moved.collect()
}

/// `last good: auto 9f3a2c1 · syntax error on line 12`
fn marked(lens: &Lens, mark: &str) -> String {
    let room = LONGEST.saturating_sub(LAST.len() + " · ".chars().count() + mark.len());
    let said = match &lens.version {
        Some(version) if lens.text.chars().count() > room => version,
        _ => &lens.text,
    };
    format!("{LAST}{} · {mark}", clip(said, room))
}

/// Where the lines of a text are in another one.
pub struct Moves(Vec<DiffOp>);

impl Moves {
    /// Texts that differ in more lines than somebody types are taken as replaced there: a diff takes the square of them.
    fn between(then: &Rope, now: &Rope) -> Self {
        const MOST: usize = 2000;
        let (then, now): (Vec<_>, Vec<_>) = (then.lines().collect(), now.lines().collect());
        let before = then.iter().zip(&now).take_while(|(then, now)| then == now).count();
        let (rest_then, rest_now) = (&then[before..], &now[before..]);
        let after = rest_then.iter().rev().zip(rest_now.iter().rev()).take_while(|(then, now)| then == now).count();
        let (old_len, new_len) = (rest_then.len() - after, rest_now.len() - after);
        if old_len + new_len <= MOST {
            return Self(capture_diff_slices(Algorithm::Myers, &then, &now));
        }
        Self(vec![
            DiffOp::Equal { old_index: 0, new_index: 0, len: before },
            DiffOp::Replace { old_index: before, old_len, new_index: before, new_len },
            DiffOp::Equal { old_index: before + old_len, new_index: before + new_len, len: after },
        ])
    }

    /// The line (1-based) that a line became; `None` for one that is gone.
    pub fn of(&self, line: u32) -> Option<u32> {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        let op = self.0.iter().find(|op| op.old_range().contains(&at))?;
        let within = at - op.old_range().start;
        let new = match op {
            DiffOp::Equal { new_index, .. } => new_index + within,
            DiffOp::Replace { new_index, new_len, .. } if within < *new_len => new_index + within,
            DiffOp::Replace { .. } | DiffOp::Delete { .. } | DiffOp::Insert { .. } => return None,
        };
        u32::try_from(new + 1).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn lens(line: u32, kind: Kind) -> Lens {
        let version = Some("auto 9f3a2c1".to_owned());
        let text = "cache kept · auto 9f3a2c1, same as main".to_owned();
        Lens { line, text, kind, task: Some(line), version }
    }

    fn shown(then: &str, now: &str, then_shown: &[Lens]) -> Vec<(u32, String)> {
        let (then, now) = (Rope::from_str(then), Rope::from_str(now));
        let lenses = lenses(&Moves::between(&then, &now), then_shown, &now, &mark(12));
        lenses.into_iter().map(|lens| (lens.line, lens.text)).collect()
    }

    #[test]
    fn lenses_go_with_their_lines_and_are_marked() {
        let then = "import flyte\n@env.task\ndef f():\n    pass\n@env.task\ndef g():\n    pass\n";
        let lenses = [lens(2, Kind::Task), lens(5, Kind::Task)];
        let text = || "last good: auto 9f3a2c1 · syntax error on line 12".to_owned();
        let broken = then.replace("import", "# one\n# two\nimport").replace("def g():", "def g(:");
        assert_eq!(shown(then, &broken, &lenses), [(4, text()), (7, text())]);
        let edited = then.replace("@env.task\ndef g", "@env.task(\ndef g");
        assert_eq!(shown(then, &edited, &lenses), [(2, text()), (5, text())]);
        let without = "import flyte\n@env.task\ndef f(:\n    pass\n";
        assert_eq!(shown(then, without, &lenses), [(2, text())], "a task that is gone has none");
        assert!(shown(then, &broken, &lenses).iter().all(|(_, text)| text.chars().count() <= LONGEST));
    }

    #[test]
    fn texts_with_nothing_in_common_are_compared_in_no_time() {
        let then = format!("import flyte\n{}@env.task\n", "elif a:\n".repeat(20_000));
        let now = format!("import flyte\n{}@env.task\n", "@a\n".repeat(50_000));
        let found = shown(&then, &now, &[lens(1, Kind::Task), lens(20_002, Kind::Task)]);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 50_002]);
    }

    #[test]
    fn the_count_stays_at_the_end() {
        let mut count = lens(3, Kind::Uncached);
        count.text = "1 task is not cached".to_owned();
        let found = shown("a\nb\n", "a\nb\nc(\n", &[count]);
        assert_eq!(found, [(4, "1 task is not cached".to_owned())]);
    }
}
