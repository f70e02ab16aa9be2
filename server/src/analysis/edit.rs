//! Where an edit moves the places of a file: what an analysis found stays found, only elsewhere.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::task::*;

/// The one change between two states of a file's text.
#[derive(Clone, Debug)]
pub struct Edit {
    file: Arc<Path>,
    /// The bytes that are no more, which may be none.
    old: Range<usize>,
    /// What stands in their place.
    new: Range<usize>,
    /// The lines (1-based) that the old bytes begin and end on.
    lines: (u32, u32),
    /// How many more lines there are.
    more: i64,
    /// Whether something else stands before them on the first of these lines, and behind them on the last.
    beside: (bool, bool),
}

impl Edit {
    /// The change between two texts; `None` if they are too large to count in.
    pub fn between(file: &Path, then: &str, now: &str) -> Option<Self> {
        let (old, new) = (then.as_bytes(), now.as_bytes());
        let mut start = common(old, new);
        while !then.is_char_boundary(start) {
            start -= 1;
        }
        let rest = old.len().min(new.len()) - start;
        let mut behind = common_end(old, new, rest);
        while !then.is_char_boundary(old.len() - behind) {
            behind -= 1;
        }
        let (old, new) = (start..old.len() - behind, start..new.len() - behind);
        let breaks = |text: &str| i64::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).ok();
        let first = breaks(then.get(..start)?)? + 1;
        let (gone, come) = (breaks(then.get(old.clone())?)?, breaks(now.get(new.clone())?)?);
        let before = then.get(..start)?.rsplit('\n').next()?;
        let after = then.get(old.end..)?.split('\n').next()?;
        Some(Self {
            file: Arc::from(file),
            old,
            new,
            lines: (u32::try_from(first).ok()?, u32::try_from(first + gone).ok()?),
            more: come - gone,
            beside: (!before.trim().is_empty(), !after.trim().is_empty()),
        })
    }

    /// The bytes that are no more, of the text as it was.
    pub fn before(&self) -> Range<usize> {
        self.old.clone()
    }

    /// What stands in their place, of the text as it is.
    pub fn after(&self) -> Range<usize> {
        self.new.clone()
    }

    /// The file.
    pub fn file(&self) -> &Arc<Path> {
        &self.file
    }

    /// Whether lines have other numbers now.
    pub fn moves_lines(&self) -> bool {
        self.more != 0
    }

    /// Whether a file is the one that was edited.
    pub fn is_of(&self, file: &Arc<Path>) -> bool {
        Arc::ptr_eq(&self.file, file) || self.file.as_os_str() == file.as_os_str()
    }

    /// Where something begins that began at an offset; `None` within what was edited.
    pub fn start(&self, at: usize) -> Option<usize> {
        if at < self.old.start {
            return Some(at);
        }
        (at >= self.old.end).then(|| at - self.old.end + self.new.end)
    }

    /// Where something ends that ended at an offset; `None` within what was edited.
    pub fn end(&self, at: usize) -> Option<usize> {
        if at <= self.old.start { Some(at) } else { self.start(at) }
    }

    /// The line of something that was on a line (1-based); `None` where that can't be told.
    pub fn line(&self, line: u32) -> Option<u32> {
        let (first, last) = self.lines;
        let (stands_before, stands_behind) = self.beside;
        let moved = || u32::try_from(i64::from(line) + self.more).ok();
        match line {
            _ if self.more == 0 || line < first => Some(line),
            _ if line > last => moved(),
            _ if line == first && stands_before => (first < last || !stands_behind).then_some(line),
            _ if line == last && stands_behind => moved(),
            _ => None,
        }
    }
}

fn common(one: &[u8], other: &[u8]) -> usize {
    const STEP: usize = 64;
    let same = one.chunks(STEP).zip(other.chunks(STEP)).take_while(|(one, other)| one == other).count() * STEP;
    let same = same.min(one.len()).min(other.len());
    let rest = one.iter().skip(same).zip(other.iter().skip(same));
    same + rest.take_while(|(one, other)| one == other).count()
}

fn common_end(one: &[u8], other: &[u8], most: usize) -> usize {
    const STEP: usize = 64;
    let chunks = one.rchunks(STEP).zip(other.rchunks(STEP));
    let same = chunks.take_while(|(one, other)| one == other && one.len() == STEP).count() * STEP;
    let rest = one.iter().rev().skip(same).zip(other.iter().rev().skip(same));
    (same + rest.take_while(|(one, other)| one == other).count()).min(most)
}

/// What holds places of files. All of it is named where it is implemented, so that no place is forgotten that is added later.
pub trait Follow {
    /// Moves the places with an edit; `None` if one can't be told, and then nothing of it is of use any more.
    fn follow(&mut self, edit: &Edit) -> Option<()>;
}

impl<T: Follow> Follow for Vec<T> {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        self.iter_mut().try_for_each(|one| one.follow(edit))
    }
}

impl<T: Follow> Follow for Option<T> {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        self.iter_mut().try_for_each(|one| one.follow(edit))
    }
}

impl Follow for Place {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { file, line } = self;
        if edit.is_of(file) {
            *line = edit.line(*line)?;
        }
        Some(())
    }
}

fn range(range: &mut Range<usize>, edit: &Edit) -> Option<()> {
    *range = edit.start(range.start)?..edit.end(range.end)?;
    Some(())
}

impl Follow for Span {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { file, start, end } = self;
        if edit.is_of(file) {
            (*start, *end) = (edit.start(*start)?, edit.end(*end)?);
        }
        Some(())
    }
}

impl Follow for Written {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { at, arguments } = self;
        if edit.is_of(&at.file) {
            for WrittenArgument { parameter: _, range: whole, value, items } in arguments {
                range(whole, edit)?;
                range(value, edit)?;
                items.iter_mut().try_for_each(|item| range(item, edit))?;
            }
        }
        at.follow(edit)
    }
}

impl<T> Follow for Part<T> {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { value: _, place } = self;
        place.follow(edit)
    }
}

impl Follow for Spec {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self {
            from: _,
            place,
            written,
            behavior,
            version_override,
            serialize,
            ignored_inputs,
            salt,
            policies,
            max_age,
            refused: _,
        } = self;
        place.follow(edit)?;
        if let Some(written) = written.as_mut().filter(|written| edit.is_of(&written.at.file)) {
            Arc::make_mut(written).follow(edit)?;
        }
        behavior.follow(edit)?;
        version_override.follow(edit)?;
        serialize.follow(edit)?;
        ignored_inputs.follow(edit)?;
        salt.follow(edit)?;
        policies.follow(edit)?;
        max_age.follow(edit)
    }
}

impl Follow for TaskKeyword {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { name: _, value_at, truth: _ } = self;
        value_at.follow(edit)
    }
}

impl Follow for Kind {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        if let Self::Function(Known::Value(FunctionRef { file, name_offset })) = self
            && edit.is_of(file)
        {
            *name_offset = edit.start(*name_offset)?;
        }
        Some(())
    }
}

impl Follow for ImagePython {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        match self {
            Self::Named(_, place) => place.follow(edit),
            Self::Submitting | Self::Unknown(_) => Some(()),
        }
    }
}

impl Follow for Task {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self {
            place,
            at,
            keywords,
            decorator: _,
            name: _,
            function: _,
            environment: _,
            branch: _,
            kind,
            spec,
            refused: _,
            inputs: _,
            annotations,
            signature: _,
            fetches,
            image,
        } = self;
        place.follow(edit)?;
        at.follow(edit)?;
        keywords.follow(edit)?;
        kind.follow(edit)?;
        spec.follow(edit)?;
        annotations.follow(edit)?;
        if let Some((at, _)) = fetches {
            at.follow(edit)?;
        }
        image.follow(edit)
    }
}

impl Follow for Call {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { place, at, callee: _, caller: _, spec, passed: _, results, options: _ } = self;
        place.follow(edit)?;
        at.follow(edit)?;
        spec.follow(edit)?;
        results.iter_mut().try_for_each(|PassedResult { input: _, at }| at.follow(edit))
    }
}

impl Follow for Trigger {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { place, task: _, passed: _ } = self;
        place.follow(edit)
    }
}

impl Follow for Problem {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { file, line, message: _ } = self;
        if edit.is_of(file)
            && let Some(line) = line
        {
            *line = edit.line(*line)?;
        }
        Some(())
    }
}

impl Follow for Project {
    fn follow(&mut self, edit: &Edit) -> Option<()> {
        let Self { tasks, calls, triggers, connections: _, namesakes: _, comments, problems, stamps: _, islands: _ } =
            self;
        tasks.follow(edit)?;
        calls.follow(edit)?;
        triggers.follow(edit)?;
        comments.follow(edit)?;
        problems.follow(edit)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn edit(then: &str, now: &str) -> Edit {
        Edit::between(Path::new("/p.py"), then, now).unwrap()
    }

    #[test]
    fn what_stands_before_stays_and_what_stands_behind_moves() {
        let then = "a = 1\nb = 2\nc = 3\n";
        let edit = edit(then, "a = 1\nb = 20\n# é\nc = 3\n");
        assert_eq!((edit.start(0), edit.start(6), edit.start(12)), (Some(0), Some(6), Some(18)));
        assert_eq!((edit.line(1), edit.line(2), edit.line(3)), (Some(1), Some(2), Some(4)));
        assert_eq!(edit.end(11), Some(11), "what ends where something is put in ends there");
    }

    #[test]
    fn within_what_was_edited_nothing_is_known() {
        let edit = edit("a\nb = 1\nc\nd\n", "a\nx\ny\nz\nd\n");
        assert_eq!(edit.start(4), None);
        assert_eq!((edit.line(1), edit.line(2), edit.line(3), edit.line(4)), (Some(1), None, None, Some(5)));
    }

    #[test]
    fn lines_that_are_put_before_a_line_move_it() {
        let then = "a\nb\n";
        let edit = edit(then, "a\n# c\nb\n");
        assert_eq!((edit.line(1), edit.line(2)), (Some(1), Some(3)));
        assert_eq!(edit.start(2), Some(6));
    }

    /// Wherever texts differ, the rest is where it is said to be.
    #[test]
    fn all_that_is_common_is_found_again() {
        let texts = ["", "a", "é", "èé", "aa\naa", "aa\naé\n", &"xy\n".repeat(100), &"xy\n".repeat(101)];
        for then in texts {
            for now in texts {
                let edit = edit(then, now);
                assert_eq!(then[..edit.before().start], now[..edit.after().start]);
                assert_eq!(then[edit.before().end..], now[edit.after().end..]);
            }
        }
    }
}
