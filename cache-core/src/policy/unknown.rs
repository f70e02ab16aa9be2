//! Why a task has no version that can be told.

/// Why the version of a task can't be told without running Python.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// The function's body has no version.
    #[cfg(feature = "python")]
    #[error(transparent)]
    Function(#[from] crate::python::Unknown),
    /// A policy whose `get_version` is Python code, and whose value was not supplied.
    #[error("{0} runs Python")]
    RunsPython(String),
    /// The container's image has no name that can be known statically: why.
    #[error("{0}")]
    Image(String),
    /// The SDK itself fails to make the task; the text is the exception.
    #[error("Flyte itself fails here: {0}")]
    Raises(String),
    /// A construct of which the exact rendering is not known.
    #[error("{0} is not known byte for byte")]
    Construct(String),
    /// The policy was asked about something that it can't version: which, and why.
    #[error("{policy} has no version here: {reason}")]
    Policy {
        /// The policy's name.
        policy: String,
        /// Why.
        reason: String,
    },
}
