//! What computes a version, as far as it is known.

use cache_core::python::{Minor, PythonVersion};

use crate::environment::registry::Registry;

/// A Python that is known, or several of which it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The version, where it is known.
    pub version: Option<PythonVersion>,
    /// Which minors it may be, where it isn't.
    pub possible: Vec<Minor>,
    /// Why it isn't known, and what to do.
    pub unknown: String,
}

/// What computes a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The interpreter.
    pub python: Interpreter,
    /// The release of the SDK, if it is known; it is part of the name of default images.
    pub sdk: Option<String>,
    /// Whether the SDK versions container tasks by what they run.
    pub versions_containers: bool,
    /// The registry that the SDK is configured to use.
    pub registry: Registry,
}

impl Interpreter {
    /// A Python that is known.
    pub fn known(version: PythonVersion) -> Self {
        Self { version: Some(version), possible: vec![version.minor], unknown: String::new() }
    }

    /// The Python, or one that it may be: enough for what differs little from one to the other.
    pub fn any(&self) -> Option<PythonVersion> {
        self.version.or_else(|| self.possible.first().copied().map(PythonVersion::minor))
    }

    /// What `ask` answers for the Python; where it isn't known, what it answers for every Python that it may be, if
    /// that is one answer.
    ///
    /// # Errors
    ///
    /// What `ask` says, or why the Python isn't known.
    pub fn agree<T: PartialEq>(&self, ask: impl Fn(PythonVersion) -> Result<T, String>) -> Result<T, String> {
        if let Some(version) = self.version {
            return ask(version);
        }
        let mut answers = self.possible.iter().map(|minor| ask(PythonVersion::minor(*minor)));
        let first = answers.next().ok_or_else(|| self.unknown.clone())??;
        for answer in answers {
            if answer? != first {
                return Err(self.unknown.clone());
            }
        }
        Ok(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_python_matters_only_where_the_answers_differ() {
        let either = Interpreter {
            version: None,
            possible: vec![Minor::Py312, Minor::Py313, Minor::Py314],
            unknown: "name it".to_owned(),
        };
        assert_eq!(either.agree(|_| Ok("same")), Ok("same"));
        assert_eq!(either.agree(|python| Ok(python.minor == Minor::Py312)), Err("name it".to_owned()));
        assert_eq!(either.agree(|_| Err::<(), _>("broken".to_owned())), Err("broken".to_owned()));
        let none = Interpreter { possible: Vec::new(), ..either };
        assert_eq!(none.agree(|_| Ok(())), Err("name it".to_owned()));
    }
}
