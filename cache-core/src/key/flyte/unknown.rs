//! Why there is no hash or key: always in words, never a guess.

/// Why an interface, a literal or a key can't be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// The SDK itself raises: the task can't be made, or the call never starts. The text is the exception.
    #[error("Flyte itself fails here: {0}")]
    Raises(String),
    /// Only Python could tell.
    #[error("{0}")]
    NeedsPython(String),
}

impl Unknown {
    pub(super) fn raises(text: impl Into<String>) -> Self {
        Self::Raises(text.into())
    }

    pub(super) fn python(text: impl Into<String>) -> Self {
        Self::NeedsPython(text.into())
    }

    /// The same, said of something: `input x: …`.
    pub(super) fn of(self, what: &str) -> Self {
        match self {
            Self::Raises(text) => Self::Raises(format!("{what}: {text}")),
            Self::NeedsPython(text) => Self::NeedsPython(format!("{what}: {text}")),
        }
    }
}
