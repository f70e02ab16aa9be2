//! Colours, or none: the rest of the renderers says what a text means, never which colour it has.

use std::fmt;

/// Whether a text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// Write the codes.
    pub enabled: bool,
}

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// As the terminal writes.
    Plain,
    /// A heading.
    Strong,
    /// Beside the point.
    Faint,
    /// A wrong result may come of it.
    Danger,
    /// It costs.
    Warning,
    /// It is well.
    Good,
    /// It is new.
    News,
    /// A line of a diff that is gone.
    Removed,
    /// A line of a diff that is new.
    Added,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Danger => "1;31",
            Self::Warning => "33",
            Self::Good => "32",
            Self::News => "36",
            Self::Removed => "31",
            Self::Added => "32",
        }
    }
}

/// A text in a colour.
pub struct Painted<'a> {
    text: &'a str,
    code: &'static str,
}

impl Paint {
    /// The text, in its colour if there are colours.
    pub fn ink<'a>(self, ink: Ink, text: &'a str) -> Painted<'a> {
        Painted { text, code: if self.enabled { ink.code() } else { "" } }
    }
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() || self.text.is_empty() {
            return f.write_str(self.text);
        }
        write!(f, "\x1b[{}m{}\x1b[0m", self.code, self.text)
    }
}
