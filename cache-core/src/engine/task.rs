//! Tasks and calls: what a program's function is to the cache.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use crate::key::native::{Interface, Key, NoValue, Parts, Scope, Value, to_value};
use crate::policy::{Behavior, CacheSpec, Subject, Unknown, version};

/// A function, as the cache knows it.
#[derive(Clone, Debug)]
pub struct Task {
    pub(super) parts: Parts,
    pub(super) enabled: bool,
    pub(super) serialize: bool,
    pub(super) max_age: Option<Duration>,
    ignored: BTreeSet<String>,
}

/// A task with inputs.
#[derive(Clone, Debug)]
pub struct Call {
    pub(super) task: Task,
    pub(super) parts: Parts,
}

/// Why a task can't be cached as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// A policy has no version.
    #[error("the version of {task} is unknown: {reason}")]
    Version {
        /// The task.
        task: String,
        /// Why.
        reason: Unknown,
    },
    /// Nothing would change the version: a Rust function has no body that a policy could read.
    #[error("nothing says when the code of {task} changes: give a version_override, or a policy that knows")]
    NothingToFollow {
        /// The task.
        task: String,
    },
}

impl Task {
    /// A task of a Rust program. Its version is the spec's `version_override`, or what the spec's policies say.
    ///
    /// Under `override` as under `auto` the salt counts, as Flyte's guide promises.
    ///
    /// ```
    /// use cache_core::engine::{Task, TaskError};
    /// use cache_core::policy::{CacheArguments, SuppliedPolicy};
    /// use std::sync::Arc;
    ///
    /// let code = SuppliedPolicy { name: "crate".to_owned(), version: "0.1.0".to_owned() };
    /// let spec = CacheArguments { policies: Some(vec![Arc::new(code)]), ..CacheArguments::new("auto") };
    /// assert!(Task::new("train", spec.check().unwrap()).is_ok());
    ///
    /// // The default policy reads a Python function, and there is none.
    /// let spec = CacheArguments::new("auto").check().unwrap();
    /// assert!(matches!(Task::new("train", spec), Err(TaskError::NothingToFollow { .. })));
    /// ```
    ///
    /// # Errors
    ///
    /// [`TaskError`].
    pub fn new(name: &str, spec: CacheSpec) -> Result<Self, TaskError> {
        let follows = spec.is_pinned() || spec.policies.iter().any(|policy| !policy.is_function_body());
        if spec.is_enabled() && !follows {
            return Err(TaskError::NothingToFollow { task: name.to_owned() });
        }
        Self::of(name, spec, &Subject::Nothing)
    }

    /// A task whose policies make a version of something: of a Python function, say.
    ///
    /// # Errors
    ///
    /// [`TaskError::Version`].
    pub fn of(name: &str, spec: CacheSpec, subject: &Subject<'_>) -> Result<Self, TaskError> {
        let enabled = spec.behavior != Behavior::Disable;
        let version = if enabled {
            let unknown = |reason| TaskError::Version { task: name.to_owned(), reason };
            version(&spec, subject).map_err(unknown)?.text
        } else {
            String::new()
        };
        Ok(Self {
            parts: Parts { task: name.to_owned(), version, salt: spec.salt, ..Parts::default() },
            enabled,
            serialize: spec.serialize,
            // Zero is no limit, as in Flyte.
            max_age: spec.max_age.filter(|age| !age.is_zero()),
            ignored: spec.ignored_inputs.into_iter().collect(),
        })
    }

    /// In a scope: its entries are served there only.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.parts.scope = scope;
        self
    }

    /// With an interface, so that another type of an input or output is another key.
    pub fn interface(mut self, interface: Interface) -> Self {
        self.parts.interface = interface;
        self
    }

    /// A call without inputs yet.
    pub fn call(&self) -> Call {
        Call { task: self.clone(), parts: self.parts.clone() }
    }
}

impl Call {
    /// With one more input.
    pub fn input(mut self, name: &str, value: impl Into<Value>) -> Self {
        let ignored = self.task.ignored.contains(name);
        self.parts = if ignored { self.parts.ignored_input(name, value) } else { self.parts.input(name, value) };
        self
    }

    /// With one more input, of any type that serde can serialise.
    ///
    /// # Errors
    ///
    /// [`NoValue`].
    pub fn input_of<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Result<Self, NoValue> {
        Ok(self.input(name, to_value(value)?))
    }

    /// With one more input that no store may show.
    pub fn secret_input(mut self, name: &str, value: impl Into<Value>) -> Self {
        // One that is ignored does not count, and so need not be kept at all.
        if !self.task.ignored.contains(name) {
            self.parts = self.parts.secret_input(name, value);
        }
        self
    }

    /// What the result depends on.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The key.
    pub fn key(&self) -> Key {
        self.parts.key()
    }
}
