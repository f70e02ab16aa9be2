//! What of a function changed, in the user's own lines: pieces that count, and nothing of comments and formatting.

use std::ops::Range;

use cache_core::python::{Part, Piece};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::super::Change;

/// A change of one part of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// What changed.
    pub change: Change,
    /// The lines, old ones before new ones.
    pub lines: Vec<DiffLine>,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// What became of it.
    pub op: Op,
    /// Where it stands, 1-based: in the baseline's file if it was removed, else in the file as it is.
    pub line: u32,
    /// Its text, without the function's indentation and without comments.
    pub text: String,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It is gone.
    Removed,
    /// It is new.
    Added,
    /// It stayed; it shows where in a long statement the others stand.
    Kept,
}

/// Lines of a statement around a change that are shown.
const CONTEXT: usize = 1;

/// The differences between the pieces of a function as it was and as it is, in reading order.
pub fn hunks(old: &[Piece], new: &[Piece]) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &identities(old), &identities(new)) {
        if !matches!(op, DiffOp::Equal { .. }) {
            add(&mut hunks, part_of(old, op.old_range()), part_of(new, op.new_range()));
        }
    }
    hunks.sort_by_key(|hunk| order(hunk.change));
    // What changed of a header is read as one; what changed of a body, place by place.
    hunks.dedup_by(|hunk, before| {
        let joined = hunk.change == before.change && hunk.change != Change::Body;
        if joined {
            before.lines.append(&mut hunk.lines);
        }
        joined
    });
    let shown: Vec<DiffLine> = of(&hunks, Change::Signature).cloned().collect();
    // A parameter that is new is one change, not two.
    hunks.retain(|hunk| hunk.change != Change::Default || hunk.lines.iter().any(|line| !shown.contains(line)));
    hunks
}

/// What tells a piece from others; its lines don't.
fn identities(pieces: &[Piece]) -> Vec<(Part, u32, &str)> {
    pieces.iter().map(|piece| (piece.part, piece.depth, piece.dump.as_str())).collect()
}

fn part_of(pieces: &[Piece], range: Range<usize>) -> &[Piece] {
    pieces.get(range).unwrap_or_default()
}

fn of(hunks: &[Hunk], change: Change) -> impl Iterator<Item = &DiffLine> {
    hunks.iter().filter(move |hunk| hunk.change == change).flat_map(|hunk| &hunk.lines)
}

/// Adds what became of a run of pieces, a hunk for each part of the function that they belong to.
fn add(hunks: &mut Vec<Hunk>, old: &[Piece], new: &[Piece]) {
    for change in [Change::Decorator, Change::Name, Change::Signature, Change::Default, Change::Docstring, Change::Body]
    {
        let lines = |pieces: &[Piece]| -> Vec<(u32, String)> {
            pieces
                .iter()
                .filter(|piece| self::change(piece.part) == change)
                .flat_map(|piece| piece.lines.clone())
                .collect()
        };
        let lines = compared(&lines(old), &lines(new));
        if !lines.is_empty() {
            hunks.push(Hunk { change, lines });
        }
    }
}

fn change(part: Part) -> Change {
    match part {
        Part::Decorator => Change::Decorator,
        Part::Name => Change::Name,
        Part::Signature => Change::Signature,
        Part::Default => Change::Default,
        Part::Docstring => Change::Docstring,
        Part::Statement => Change::Body,
    }
}

/// The order of the parts in a function.
fn order(change: Change) -> usize {
    let order = [Change::Decorator, Change::Name, Change::Signature, Change::Default, Change::Docstring, Change::Body];
    order.iter().position(|one| *one == change).unwrap_or(order.len())
}

/// The lines of pieces that differ: those that are in both are kept as context where they stand beside a change.
fn compared(old: &[(u32, String)], new: &[(u32, String)]) -> Vec<DiffLine> {
    let texts = |lines: &[(u32, String)]| -> Vec<String> { lines.iter().map(|(_, text)| text.clone()).collect() };
    let ops = capture_diff_slices(Algorithm::Myers, &texts(old), &texts(new));
    let only_layout = ops.iter().all(|op| matches!(op, DiffOp::Equal { .. }));
    let line = |op: Op| move |(line, text): &(u32, String)| DiffLine { op, line: *line, text: text.clone() };
    if only_layout {
        // They read the same and yet they are not, as with tabs: both are shown.
        return old.iter().map(line(Op::Removed)).chain(new.iter().map(line(Op::Added))).collect();
    }
    let mut shown = Vec::new();
    let last = ops.len() - 1;
    for (at, op) in ops.iter().enumerate() {
        let (before, after) = (&old[op.old_range()], &new[op.new_range()]);
        if let DiffOp::Equal { .. } = op {
            let (head, tail) = (if at == 0 { 0 } else { CONTEXT }, if at == last { 0 } else { CONTEXT });
            let is_near = |index: usize| index < head || index + tail >= after.len();
            shown.extend(
                after.iter().enumerate().filter(|(index, _)| is_near(*index)).map(|(_, kept)| line(Op::Kept)(kept)),
            );
        } else {
            shown.extend(before.iter().map(line(Op::Removed)));
            shown.extend(after.iter().map(line(Op::Added)));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use cache_core::python::{Minor, Module, PythonVersion, Source};

    use super::*;

    fn pieces(text: &str) -> Vec<Piece> {
        let module = Module::parse(Source::from_text(text));
        module.pieces(&module.functions()[0], PythonVersion::minor(Minor::Py312)).unwrap()
    }

    /// The hunks of two functions as a text: the change, and its lines with `-` and `+`.
    fn diff(old: &str, new: &str) -> String {
        let mut shown = String::new();
        for hunk in hunks(&pieces(old), &pieces(new)) {
            shown.push_str(&format!("{}\n", hunk.change.word()));
            for line in hunk.lines {
                let mark = match line.op {
                    Op::Removed => '-',
                    Op::Added => '+',
                    Op::Kept => ' ',
                };
                shown.push_str(&format!("{:>3} {mark} {}\n", line.line, line.text));
            }
        }
        shown
    }

    const TASK: &str = "\
@env.task(retries=3)
async def train(data: dict, rate: float = 0.1, seed: int = 1) -> float:
    '''Trains.

    On all data.
    '''
    model = load(
        data,
        rate=rate,
        layers=3,
        seed=seed,
    )
    for epoch in range(3):
        # one more
        step(model)
    return evaluate(model)
";

    fn edited(from: &str, to: &str) -> String {
        assert!(TASK.contains(from), "{from}");
        diff(TASK, &TASK.replacen(from, to, 1))
    }

    #[test]
    fn each_part_shows_its_own_lines() {
        insta::assert_snapshot!(edited("retries=3", "retries=4"), @r"
        decorator
          1 - @env.task(retries=3)
          1 + @env.task(retries=4)
        ");
        insta::assert_snapshot!(edited("async def train(data: dict", "async def fit(rows: dict"), @r"
        name
          2 - async def train
          2 + async def fit
        signature
          2 - data: dict
          2 + rows: dict
        ");
        insta::assert_snapshot!(edited("= 0.1", "= 0.2"), @r"
        default
          2 - rate: float = 0.1
          2 + rate: float = 0.2
        ");
        insta::assert_snapshot!(edited("seed: int = 1) -> float", "*, seed: int = 1, folds: int = 5) -> int"), @r"
        signature
          2 + *
          2 + folds: int = 5
          2 - -> float
          2 + -> int
        ");
        insta::assert_snapshot!(edited("On all data", "On some data"), @r"
        docstring
          4   
          5 -     On all data.
          5 +     On some data.
          6       '''
        ");
        insta::assert_snapshot!(edited("async def", "def"), @r"
        signature
          2 - async def train
          2 + def train
        ");
    }

    #[test]
    fn a_long_statement_shows_what_changed_and_where() {
        insta::assert_snapshot!(edited("layers=3", "layers=4"), @r"
        body
          9           rate=rate,
         10 -         layers=3,
         10 +         layers=4,
         11           seed=seed,
        ");
    }

    #[test]
    fn comments_and_formatting_show_nowhere() {
        let formatted = TASK
            .replace("# one more", "# another\n")
            .replace("(data: dict, rate: float = 0.1,", "(\n  data: dict,  # all\n  rate: float = 0.1,")
            .replace("return evaluate(model)", "return evaluate(  # at last\n        model,\n    )");
        assert_eq!(diff(TASK, &formatted), "");
        insta::assert_snapshot!(diff(TASK, &formatted.replace("step(model)", "step(model, epoch)")), @r"
        body
         15 -         step(model)
         18 +         step(model, epoch)
        ");
    }

    #[test]
    fn a_statement_that_moved_into_another_is_shown() {
        insta::assert_snapshot!(edited("    return evaluate", "        return evaluate"), @r"
        body
         16 -     return evaluate(model)
         16 +         return evaluate(model)
        ");
    }
}
