//! Where patch releases of one minor disagree: which behaviour counts, or why that isn't known.
//!
//! Each rule names the patch releases that were run. Between the last one that was seen to do it the old way and the
//! first that was seen to do it the new way, and behind the last one run where the next minor differs, nothing is claimed.

use super::Dumper;
use crate::python::unknown::Unknown;
use crate::python::version::Minor;

/// Where the text that `{x=}` shows ends, if the expression has a `!=` outside of brackets (gh-129093).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DebugEnd {
    /// At the `=`, as it should.
    Whole,
    /// Before the first `!=`.
    FirstInequality,
    /// Before the last `!=`.
    LastInequality,
}

/// How the format spec of an f-string's field is put together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Specs {
    /// One `JoinedStr`, neighbouring texts merged and empty ones dropped (up to 3.11).
    Merged,
    /// Texts as the tokenizer splits them, with empty ones kept (3.12.1; gh-110309).
    Split,
    /// Merged; two or more pieces of text alone make a `Constant` without `JoinedStr` (3.12.7, where an empty last piece counts).
    ConstantCountingEmpty,
    /// The same, where an empty last piece does not count (from 3.13.0).
    Constant,
}

impl Dumper<'_> {
    /// How a spec with a nested field or a named escape is put together.
    pub(super) fn specs(&mut self) -> Option<Specs> {
        match self.minor() {
            Minor::Py310 | Minor::Py311 => Some(Specs::Merged),
            Minor::Py312 => self.by_patch("a nested format spec", 1, 7, Specs::Split, Specs::ConstantCountingEmpty),
            Minor::Py313 | Minor::Py314 => Some(Specs::Constant),
        }
    }

    /// Whether the spec of a raw f-string has its escapes decoded all the same (gh-137314).
    pub(super) fn decodes_raw_specs(&mut self) -> Option<bool> {
        match self.minor() {
            Minor::Py310 | Minor::Py311 | Minor::Py314 => Some(false),
            Minor::Py312 => Some(true),
            Minor::Py313 => self.until("a backslash in the format spec of a raw f-string", 2, true),
        }
    }

    /// Whether the text that `{x=}` shows has its escapes decoded (gh-124363).
    pub(super) fn decodes_debug_text(&mut self) -> Option<bool> {
        const CONSTRUCT: &str = "a backslash in an f-string's `=` expression";
        match self.minor() {
            Minor::Py310 | Minor::Py311 | Minor::Py314 => Some(false),
            Minor::Py312 => self.until(CONSTRUCT, 7, true),
            Minor::Py313 => self.by_patch(CONSTRUCT, 0, 2, true, false),
        }
    }

    /// Where the text that `{x=}` shows ends, if the expression has a `!=` outside of brackets. Only 3.14 looks whether
    /// nothing but a format spec follows the expression.
    pub(super) fn debug_end(&mut self, has_bare_spec: bool) -> Option<DebugEnd> {
        const CONSTRUCT: &str = "`!=` in an f-string's `=` expression";
        match self.minor() {
            Minor::Py310 | Minor::Py311 => Some(DebugEnd::Whole),
            Minor::Py312 => self.until(CONSTRUCT, 7, DebugEnd::FirstInequality),
            Minor::Py313 => self.by_patch(CONSTRUCT, 0, 2, DebugEnd::FirstInequality, DebugEnd::Whole),
            Minor::Py314 if has_bare_spec => self.until(CONSTRUCT, 2, DebugEnd::LastInequality),
            Minor::Py314 => Some(DebugEnd::Whole),
        }
    }

    /// Whether integers of more than 4300 digits can't be printed (CVE-2020-10735; since 3.10.7).
    pub(super) fn digit_limit(&mut self) -> bool {
        match self.minor() {
            Minor::Py310 => self.by_patch("an integer of more than 4300 digits", 6, 7, false, true).unwrap_or(true),
            _ => true,
        }
    }

    /// `old` up to one patch release, `new` from another on; between them nothing is known.
    fn by_patch<T>(&mut self, construct: &'static str, old_until: u8, new_from: u8, old: T, new: T) -> Option<T> {
        match self.python.patch {
            Some(patch) if patch <= old_until => return Some(old),
            Some(patch) if patch >= new_from => return Some(new),
            patch => self.patch_matters(construct, patch, new_from),
        }
        None
    }

    /// `value` up to a patch release; behind it nothing is known.
    fn until<T>(&mut self, construct: &'static str, last: u8, value: T) -> Option<T> {
        match self.python.patch {
            Some(patch) if patch <= last => return Some(value),
            patch => self.patch_matters(construct, patch, last),
        }
        None
    }

    fn patch_matters(&mut self, construct: &'static str, patch: Option<u8>, example: u8) {
        let minor = format!("3.{}", self.minor().number());
        self.unknown(match patch {
            None => Unknown::PatchNeeded { construct, example: format!("{minor}.{example}"), minor },
            Some(patch) => Unknown::Construct(format!(
                "{construct} is hashed differently by patch releases of Python {minor}, and what {minor}.{patch} does is not known"
            )),
        });
    }
}
