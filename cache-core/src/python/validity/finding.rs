//! What the checks hand back: why a file is refused, by which minors, and at which stage of CPython's compiler.
//!
//! A file is walked once for all versions. Each finding carries the set of minors that it holds for, so that the
//! answer for one of them is a filter and a minimum, not another walk.

use std::borrow::Cow;

use ruff_text_size::TextSize;

use crate::python::version::{Minor, PythonVersion};

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
    /// Checking the syntax tree.
    Tree,
    /// Features of `from __future__`.
    Future,
    /// Building the symbol table.
    Symbols,
    /// Resolving the names of the symbol table.
    Names,
    /// Generating code.
    Code,
}

/// How far a finding goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Certainty {
    /// Every release of the minors refuses.
    Sure,
    /// Some patch releases refuse: whether one does, or `None` where no release near it was tried.
    Patches { refuses: fn(u8) -> Option<bool>, construct: &'static str },
    /// CPython accepts this construct, but our parser can't read it.
    Unread(&'static str),
}

impl Certainty {
    /// A construct that 3.12 refused up to 3.12.1 and accepts from 3.12.7 on.
    pub(super) fn early_312(construct: &'static str) -> Self {
        let refuses = |patch| match patch {
            0..=1 => Some(true),
            7.. => Some(false),
            _ => None,
        };
        Self::Patches { refuses, construct }
    }
}

/// One reason to refuse the file.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) stage: Stage,
    /// The versions that refuse.
    pub(super) minors: Minors,
    pub(super) certainty: Certainty,
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
        self.add_if(Certainty::Sure, stage, minors, at, message);
    }

    /// Notes a reason that holds under a condition.
    pub(super) fn add_if(
        &mut self,
        certainty: Certainty,
        stage: Stage,
        minors: Minors,
        at: TextSize,
        message: impl Into<Cow<'static, str>>,
    ) {
        if !minors.is_empty() {
            self.0.push(Finding { stage, minors, certainty, at, message: message.into() });
        }
    }

    /// What CPython `python` would say: the reason of the earliest stage, and there the first (the parser's by position).
    pub(super) fn verdict(&self, python: PythonVersion) -> Verdict<'_> {
        let mut unsure = None;
        let holding = self.0.iter().filter(|finding| finding.minors.contains(python.minor));
        let refusing = holding.filter(|finding| match finding.certainty {
            Certainty::Sure => true,
            Certainty::Patches { refuses, construct } => python.patch.and_then(refuses).unwrap_or_else(|| {
                unsure.get_or_insert(Verdict::PatchNeeded(construct));
                false
            }),
            Certainty::Unread(construct) => {
                unsure.get_or_insert(Verdict::Unread(construct));
                false
            }
        });
        let first = refusing.min_by_key(|finding| {
            let at = if finding.stage == Stage::Parse { finding.at } else { TextSize::default() };
            (finding.stage, at)
        });
        first.map(Verdict::Refused).or(unsure).unwrap_or(Verdict::Accepted)
    }
}

/// What one version of CPython does with the file.
#[derive(Debug)]
pub(super) enum Verdict<'a> {
    Accepted,
    Refused(&'a Finding),
    /// Patch releases disagree on this construct, and the patch is not known.
    PatchNeeded(&'static str),
    /// CPython accepts this construct, but our parser can't read it.
    Unread(&'static str),
}
