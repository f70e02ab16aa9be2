//! Why a function has no version: always in words, never a guess.

/// A file that CPython refuses, so that none of its functions can exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Refusal {
    /// The 1-based line that CPython would blame.
    pub line: u32,
    /// CPython's cause, as its own exception says it where that is known: `SyntaxError: 'return' outside function`.
    pub message: String,
}

/// Why a version can't be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// CPython refuses the file.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// `FunctionBodyPolicy` itself raises for this function; the text is the exception, `IndentationError: unexpected indent`.
    #[error("Flyte itself fails here: {0}")]
    Raises(String),
    /// Patch releases of the minor disagree on this construct, and the patch is not known.
    #[error(
        "{construct} is hashed differently by patch releases of Python {minor}: name one, as in --python {example}"
    )]
    PatchNeeded {
        /// The construct, in words.
        construct: &'static str,
        /// The minor, `3.12`.
        minor: String,
        /// A full version to name, `3.12.7`.
        example: String,
    },
    /// The function is nested more deeply than `ast.dump` surely survives.
    #[error("nested too deeply to know whether Python's recursion limit is met")]
    TooDeep,
    /// A construct of which the exact dump is not known.
    #[error("{0}")]
    Construct(String),
}
