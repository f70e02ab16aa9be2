//! Lenses while code is broken: those of the last state that Python reads, where the edits since have moved them, and marked.
//!
//! What the broken state says by itself (that Python reads no function of it) is true and of no use to who is typing.

use std::time::{Duration, Instant};

use ropey::Rope;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::render::lens::{Kind, Lens};
use crate::status::sentence::{LONGEST, clip};

/// The last state of a document that was whole.
pub struct LastGood {
    text: Rope,
    lenses: Vec<Lens>,
}

impl LastGood {
    /// Of a document's text and its lenses.
    pub fn new(text: &Rope, lenses: &[Lens]) -> Self {
        Self { text: text.clone(), lenses: lenses.to_vec() }
    }

    /// The lenses for the text as it is now, which is `broken` at a line (1-based). A lens goes with its line, and ends with it.
    pub fn lenses(&self, now: &Rope, broken: u32) -> Vec<Lens> {
        let moves = Moves::between(&self.text, now);
        let mark = format!("syntax error on line {broken}");
        let moved = self.lenses.iter().filter_map(|lens| {
            let task = lens.task.and_then(|line| moves.of(line));
            let marked = Lens { text: marked(lens, &mark), task, ..lens.clone() };
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
}

/// `last good: auto 9f3a2c1 · syntax error on line 12`
fn marked(lens: &Lens, mark: &str) -> String {
    const WORDS: &str = "last good: ";
    let room = LONGEST.saturating_sub(WORDS.len() + " · ".chars().count() + mark.len());
    let said = match &lens.version {
        Some(version) if lens.text.chars().count() > room => version,
        _ => &lens.text,
    };
    format!("{WORDS}{} · {mark}", clip(said, room))
}

/// How long to look for where lines went. Two large texts that have nothing to do with each other would take minutes.
const LONG_ENOUGH: Duration = Duration::from_millis(20);

/// Where the lines of a text are in another one.
struct Moves(Vec<DiffOp>);

impl Moves {
    fn between(then: &Rope, now: &Rope) -> Self {
        let (then, now): (Vec<_>, Vec<_>) = (then.lines().collect(), now.lines().collect());
        Self(capture_diff_slices_deadline(Algorithm::Myers, &then, &now, Some(Instant::now() + LONG_ENOUGH)))
    }

    /// The line (1-based) that a line became; `None` for one that is gone.
    fn of(&self, line: u32) -> Option<u32> {
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

    /// Every line is another one: looking for the best of all ways from one to the other would not come to an end.
    #[test]
    fn large_texts_without_anything_in_common_are_not_compared_for_long() {
        let text =
            |name: &str| Rope::from_str(&(0..200_000).map(|line| format!("{name} = {line}\n")).collect::<String>());
        let moves = Moves::between(&text("a"), &text("b"));
        assert!(moves.of(1).is_none_or(|line| line <= 200_000));
    }

    fn shown(then: &str, now: &str, lenses: &[Lens]) -> Vec<(u32, String)> {
        let now = Rope::from_str(now);
        let lenses = LastGood::new(&Rope::from_str(then), lenses).lenses(&now, 12);
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
    fn the_count_stays_at_the_end() {
        let mut count = lens(3, Kind::Uncached);
        count.text = "1 task is not cached".to_owned();
        let found = shown("a\nb\n", "a\nb\nc(\n", &[count]);
        assert_eq!(found, [(4, "1 task is not cached".to_owned())]);
    }
}
