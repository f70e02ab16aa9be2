//! What the checks hand back: why a file is refused, by which minors, and at which stage of CPython's compiler.
//!
//! A file is walked once for all versions. Each finding carries the set of minors that it holds for, so that the
//! answer for one of them is a filter and a minimum, not another walk.

use std::borrow::Cow;

use ruff_text_size::TextSize;

use crate::python::version::Minor;

/// A set of minor versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Minors(u8);

impl Minors {
    /// No version.
    pub(super) const NONE: Self = Self(0);
    /// Every supported version.
    pub(super) const ALL: Self = Self(0b1_1111);

    /// `minor` and all later ones.
    pub(super) const fn since(minor: Minor) -> Self {
        Self(Self::ALL.0 & !(Self::bit(minor) - 1))
    }

    /// All that are older than `minor`.
    pub(super) const fn before(minor: Minor) -> Self {
        Self(Self::bit(minor) - 1)
    }

    /// `minor` alone.
    pub(super) const fn only(minor: Minor) -> Self {
        Self(Self::bit(minor))
    }

    /// The versions that are in both sets.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The versions of this set that are not in the other.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The versions that are in either set.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set holds `minor`.
    pub(super) const fn contains(self, minor: Minor) -> bool {
        self.0 & Self::bit(minor) != 0
    }

    /// Whether the set is empty.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn bit(minor: Minor) -> u8 {
        1 << minor as u8
    }
}

/// The stages of CPython's compiler, in the order in which they run: an earlier one's error is the one that is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Tokenizer and parser: the first position wins.
    Parse,
    /// Features of `from __future__`.
    Future,
    /// Building the symbol table.
    Symbols,
    /// Resolving the names of the symbol table.
    Names,
    /// Generating code.
    Code,
}

/// One reason to refuse the file.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) stage: Stage,
    /// The versions that refuse.
    pub(super) minors: Minors,
    /// Where CPython would point.
    pub(super) at: TextSize,
    /// CPython's exception and text.
    pub(super) message: Cow<'static, str>,
}

/// The reasons found so far; few files have any.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

impl Findings {
    /// Notes a reason, unless it holds for no version.
    pub(super) fn add(&mut self, stage: Stage, minors: Minors, at: TextSize, message: impl Into<Cow<'static, str>>) {
        if !minors.is_empty() {
            self.0.push(Finding { stage, minors, at, message: message.into() });
        }
    }

    /// The reason that CPython `minor` would give: of the earliest stage, and there the first (the parser's by position).
    pub(super) fn first(&self, minor: Minor) -> Option<&Finding> {
        self.0.iter().filter(|finding| finding.minors.contains(minor)).min_by_key(|finding| {
            let at = if finding.stage == Stage::Parse { finding.at } else { TextSize::default() };
            (finding.stage, at)
        })
    }
}
