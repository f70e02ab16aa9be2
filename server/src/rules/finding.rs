//! What a rule found: what is wrong, where, and what to do.

use crate::analysis::Span;
use crate::edit::TextEdit;

use super::Rule;

/// How grave a finding is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The SDK refuses the code.
    Error,
    /// A cache does something else than the code says.
    Warning,
    /// Good to know.
    Information,
    /// Of little importance.
    Hint,
}

impl Severity {
    /// The word in texts, in JSON and in settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
        }
    }

    /// The severity that a word of the settings means; `None` for `off`.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Error, Self::Warning, Self::Information, Self::Hint].into_iter().find(|severity| severity.word() == word)
    }
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub rule: &'static Rule,
    /// Where the cause is written.
    pub at: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do, where the message doesn't say it; empty if there is nothing to add.
    pub help: String,
    /// How grave it is.
    pub severity: Severity,
    /// Other places that belong to it, each with what it is.
    pub related: Vec<Related>,
    /// Ways out that can be edited in, the best first.
    pub fixes: Vec<Fix>,
    /// Whether what is there does nothing at all: editors fade it.
    pub is_unnecessary: bool,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub at: Span,
    /// What it is.
    pub message: String,
}

/// An edit of the finding's file that takes its cause away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an editor offers it.
    pub title: String,
    /// The edits, in Python's text of the file.
    pub edits: Vec<TextEdit>,
    /// Whether nothing that worked before works otherwise after it.
    pub is_safe: bool,
}

impl Finding {
    /// A finding of a rule, as grave as the rule says.
    pub fn new(rule: &'static Rule, at: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            at,
            message: message.into(),
            help: String::new(),
            severity: rule.severity,
            related: Vec::new(),
            fixes: Vec::new(),
            is_unnecessary: false,
        }
    }

    /// With what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// With another place.
    pub fn related(mut self, at: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { at, message: message.into() });
        self
    }

    /// With a way out, if there is one.
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fixes.extend(fix);
        self
    }

    /// Of something that does nothing.
    pub fn unnecessary(mut self) -> Self {
        self.is_unnecessary = true;
        self
    }
}

impl Fix {
    /// An edit after which everything that worked works as before.
    pub fn safe(title: impl Into<String>, edits: Vec<TextEdit>) -> Self {
        Self { title: title.into(), edits, is_safe: true }
    }

    /// An edit that changes what the cache does.
    pub fn unsafe_(title: impl Into<String>, edits: Vec<TextEdit>) -> Self {
        Self { title: title.into(), edits, is_safe: false }
    }
}
