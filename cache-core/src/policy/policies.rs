//! Cache policies: each makes a piece of a task's version.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::container::ContainerBody;
use super::image::ImageContext;
use super::unknown::Unknown;
#[cfg(feature = "python")]
use crate::python::{Function, Module, PythonVersion};

/// What a policy makes a version of: the SDK's `VersionParameters`, without the code bundle.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A Python function, under the interpreter that computes the version.
    #[cfg(feature = "python")]
    Function {
        /// The file that the function is in.
        module: &'a Module,
        /// The function, after `__wrapped__` was followed.
        function: &'a Function,
        /// The interpreter.
        python: PythonVersion,
    },
    /// A container task.
    Container {
        /// What it runs.
        body: &'a ContainerBody,
        /// What its image's name depends on.
        context: ImageContext<'a>,
    },
    /// Neither: a task that isn't Python's at all.
    Nothing,
}

/// Makes a version (a piece of one, where a spec has several policies) of a task: the SDK's `CachePolicy`.
///
/// ```
/// use cache_core::policy::{CachePolicy, CacheArguments, Subject, Unknown};
/// use std::sync::Arc;
///
/// /// Follows the revision of the code, whatever the task does.
/// #[derive(Debug)]
/// struct Revision(String);
///
/// impl CachePolicy for Revision {
///     fn name(&self) -> &str {
///         "Revision"
///     }
///
///     fn version(&self, salt: &str, _: &Subject<'_>) -> Result<String, Unknown> {
///         Ok(format!("{salt}{}", self.0))
///     }
/// }
///
/// let arguments = CacheArguments {
///     policies: Some(vec![Arc::new(Revision("1f3e".to_owned()))]),
///     ..CacheArguments::new("auto")
/// };
/// let version = cache_core::policy::version(&arguments.check().unwrap(), &Subject::Nothing).unwrap();
/// assert_eq!(version.text, cache_core::policy::compose(["1f3e"]));
/// ```
pub trait CachePolicy: fmt::Debug + Send + Sync {
    /// The name that users know it by.
    fn name(&self) -> &str;

    /// The version, with the spec's salt.
    ///
    /// # Errors
    ///
    /// [`Unknown`], if it can't be told.
    fn version(&self, salt: &str, subject: &Subject<'_>) -> Result<String, Unknown>;

    /// Whether this is the policy of function bodies, which a container task replaces by its own.
    fn is_function_body(&self) -> bool {
        false
    }
}

/// The SDK's default: the SHA-256 of the function's `ast.dump` and the salt (`flyte/_cache/policy_function_body.py`).
///
/// What isn't a function has the empty string as its version.
///
/// ```
/// # #[cfg(feature = "python")] {
/// use cache_core::policy::{CachePolicy, FunctionBodyPolicy, Subject};
/// use cache_core::python::{Module, Source};
///
/// let module = Module::parse(Source::from_text("def double(x: int) -> int:\n    return 2 * x\n"));
/// let function = &module.functions()[0];
/// let subject = Subject::Function { module: &module, function, python: "3.12".parse().unwrap() };
/// assert_eq!(
///     FunctionBodyPolicy.version("", &subject).unwrap(),
///     "5e7e5f83b649dd2be4204e40aff94806d8b22b6917392f10c5c4f7a709cd3c79",
/// );
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunctionBodyPolicy;

/// The SDK's policy of container tasks: the SHA-256 of the JSON of [`ContainerBody`] and the salt
/// (`flyte/extras/_container.py`).
///
/// ```
/// use cache_core::policy::{CachePolicy, ContainerBody, ContainerBodyPolicy, ImageContext, Subject};
///
/// let body = ContainerBody::new("alpine:3.19", ["echo", "hello"]);
/// let subject = Subject::Container { body: &body, context: ImageContext::default() };
/// assert_eq!(
///     ContainerBodyPolicy.version("", &subject).unwrap(),
///     "74325380e2484e6b8ca9509f204c0f813a6282aff0e019df7125640748443b87",
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContainerBodyPolicy;

/// A policy that is Python code of the user's, so that its version can't be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonPolicy {
    /// The class's name.
    pub name: String,
}

/// A policy of which the user told the version, as `Name=version`: what its `get_version` returns for the task.
///
/// ```
/// use cache_core::policy::{CachePolicy, Subject, SuppliedPolicy};
///
/// let policy: SuppliedPolicy = "DatasetVersionPolicy=v3".parse().unwrap();
/// assert_eq!(policy.name(), "DatasetVersionPolicy");
/// assert_eq!(policy.version("any salt", &Subject::Nothing).unwrap(), "v3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppliedPolicy {
    /// The class's name.
    pub name: String,
    /// The version, taken as it is.
    pub version: String,
}

/// Why a text is no [`SuppliedPolicy`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no policy and version: write it as DatasetVersionPolicy=v3")]
pub struct SuppliedError(String);

impl CachePolicy for FunctionBodyPolicy {
    fn name(&self) -> &str {
        "FunctionBodyPolicy"
    }

    fn version(&self, salt: &str, subject: &Subject<'_>) -> Result<String, Unknown> {
        match subject {
            #[cfg(feature = "python")]
            Subject::Function { module, function, python } => {
                Ok(module.body_version(function, *python, salt)?.to_string())
            }
            Subject::Container { .. } | Subject::Nothing => {
                let _ = salt;
                Ok(String::new())
            }
        }
    }

    fn is_function_body(&self) -> bool {
        true
    }
}

impl CachePolicy for ContainerBodyPolicy {
    fn name(&self) -> &str {
        "ContainerBodyPolicy"
    }

    fn version(&self, salt: &str, subject: &Subject<'_>) -> Result<String, Unknown> {
        match subject {
            Subject::Container { body, context } => Ok(sha256_hex(&[&body.json(context)?, salt])),
            _ => Err(Unknown::Policy {
                policy: self.name().to_owned(),
                reason: "it is for container tasks only".to_owned(),
            }),
        }
    }
}

impl CachePolicy for PythonPolicy {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self, _salt: &str, _subject: &Subject<'_>) -> Result<String, Unknown> {
        Err(Unknown::RunsPython(self.name.clone()))
    }
}

impl CachePolicy for SuppliedPolicy {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self, _salt: &str, _subject: &Subject<'_>) -> Result<String, Unknown> {
        Ok(self.version.clone())
    }
}

impl FromStr for SuppliedPolicy {
    type Err = SuppliedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, version)) if !name.trim().is_empty() => {
                Ok(Self { name: name.trim().to_owned(), version: version.to_owned() })
            }
            _ => Err(SuppliedError(text.to_owned())),
        }
    }
}

/// The SHA-256, in hex, of texts one after the other.
pub(super) fn sha256_hex(texts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update(text);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
