//! The cache spec of a task: `flyte.Cache(...)` with the SDK's own checks (`flyte/_cache/cache.py`).

use std::sync::Arc;
use std::time::Duration;

use super::behavior::Behavior;
use super::policies::{CachePolicy, FunctionBodyPolicy};

/// What a `Cache(...)` was given, before the SDK looks at it; the defaults are the SDK's.
///
/// ```
/// use cache_core::policy::{Behavior, CacheArguments, MaxAge, SpecError};
///
/// let arguments = CacheArguments { max_age: MaxAge::Seconds(3600), ..CacheArguments::new("enable") };
/// let spec = arguments.check().unwrap();
/// assert_eq!(spec.behavior, Behavior::Auto);
/// assert_eq!(spec.max_age.unwrap().as_secs(), 3600);
///
/// let arguments = CacheArguments { policies: Some(Vec::new()), ..CacheArguments::new("auto") };
/// assert_eq!(arguments.check().unwrap_err(), SpecError::NoPolicies);
/// ```
#[derive(Clone, Debug)]
pub struct CacheArguments<'a> {
    /// `behavior`: a word or an alias.
    pub behavior: &'a str,
    /// `version_override`.
    pub version_override: Option<String>,
    /// `serialize`.
    pub serialize: bool,
    /// `ignored_inputs`; a single string is one name.
    pub ignored_inputs: Vec<String>,
    /// `salt`.
    pub salt: String,
    /// `policies`; a single policy is a list of one.
    pub policies: Option<Vec<Arc<dyn CachePolicy>>>,
    /// `max_age`.
    pub max_age: MaxAge,
}

/// The value of `max_age=`, as Python has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MaxAge {
    /// `None`: the platform's default.
    #[default]
    Unset,
    /// An `int`: seconds. 0 means that entries don't expire by age.
    Seconds(i128),
    /// A `timedelta`, in microseconds.
    Timedelta(i128),
    /// A value of another type: a `bool`, a `float`, a string.
    OtherType,
}

/// A cache spec that the SDK accepts.
#[derive(Clone, Debug)]
pub struct CacheSpec {
    /// auto, override, disable.
    pub behavior: Behavior,
    /// The version, where it is given; it counts under auto as under override.
    pub version_override: Option<String>,
    /// Whether equal concurrent runs wait for each other.
    pub serialize: bool,
    /// Inputs that are left out of the key.
    pub ignored_inputs: Vec<String>,
    /// Hashed with the code by policies; does not count beside a `version_override`.
    pub salt: String,
    /// The policies, in order; without meaning where caching is disabled.
    pub policies: Vec<Arc<dyn CachePolicy>>,
    /// How old an entry may be; `None` is the platform's default, zero is no limit.
    pub max_age: Option<Duration>,
}

/// What the SDK raises for a cache spec, at import; the text is the exception's, with its class before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Neither a word nor an alias.
    #[error(
        "ValueError: Invalid cache behavior: {given}. Must be one of ['auto', 'override', 'disable'] (aliases accepted: \
         ['enable', 'enabled', 'false', 'no', 'none', 'off', 'on', 'true', 'yes'])."
    )]
    Behavior {
        /// The value, as Python's `repr` writes it.
        given: String,
    },
    /// `max_age` is of another type (`bool` too).
    #[error("TypeError: max_age must be an int (seconds), timedelta, or None")]
    MaxAgeType,
    /// `max_age` is less than zero.
    #[error("ValueError: max_age must be nonnegative")]
    NegativeMaxAge,
    /// `max_age` is more than a `timedelta` holds.
    #[error("OverflowError: days={days}; must have magnitude <= 999999999")]
    MaxAgeTooLarge {
        /// The days that it would be.
        days: i32,
    },
    /// `max_age` is more than even CPython's message of a too large `timedelta` holds.
    #[error("OverflowError: Python int too large to convert to C int")]
    MaxAgeFarTooLarge,
    /// No policy, and no version given either.
    #[error("ValueError: If version is not defined then at least one cache policy needs to be set")]
    NoPolicies,
    /// `TaskEnvironment(cache=…)` of neither a string nor a `Cache`.
    #[error("TypeError: Expected cache to be of type str or Cache, got {class}")]
    EnvironmentCache {
        /// Python's `repr` of the value's class: `<class 'bool'>`.
        class: String,
    },
}

impl<'a> CacheArguments<'a> {
    /// A spec of which only the behavior is given.
    pub fn new(behavior: &'a str) -> Self {
        Self {
            behavior,
            version_override: None,
            serialize: false,
            ignored_inputs: Vec::new(),
            salt: String::new(),
            policies: None,
            max_age: MaxAge::Unset,
        }
    }

    /// What `Cache.__post_init__` does: aliases, defaults and checks, in its order.
    ///
    /// # Errors
    ///
    /// The first [`SpecError`] that the SDK would raise.
    pub fn check(self) -> Result<CacheSpec, SpecError> {
        let max_age = self.max_age.check()?;
        let behavior = Behavior::parse(self.behavior)?;
        let policies = self.policies.unwrap_or_else(|| vec![Arc::new(FunctionBodyPolicy)]);
        if behavior != Behavior::Disable && self.version_override.is_none() && policies.is_empty() {
            return Err(SpecError::NoPolicies);
        }
        Ok(CacheSpec {
            behavior,
            version_override: self.version_override,
            serialize: self.serialize,
            ignored_inputs: self.ignored_inputs,
            salt: self.salt,
            policies,
            max_age,
        })
    }
}

impl MaxAge {
    /// The age, or what the SDK raises for it.
    ///
    /// # Errors
    ///
    /// [`SpecError::MaxAgeType`], [`SpecError::NegativeMaxAge`] or one of those that are too large.
    pub fn check(self) -> Result<Option<Duration>, SpecError> {
        let microseconds = match self {
            Self::Unset => return Ok(None),
            Self::OtherType => return Err(SpecError::MaxAgeType),
            Self::Seconds(seconds) => match i32::try_from(seconds.div_euclid(86_400)) {
                Err(_) => return Err(SpecError::MaxAgeFarTooLarge),
                Ok(days) if days.abs() > 999_999_999 => return Err(SpecError::MaxAgeTooLarge { days }),
                Ok(_) => seconds * 1_000_000,
            },
            Self::Timedelta(microseconds) => microseconds,
        };
        let seconds = u64::try_from(microseconds.div_euclid(1_000_000)).map_err(|_| SpecError::NegativeMaxAge)?;
        let rest = u32::try_from(microseconds.rem_euclid(1_000_000)).unwrap_or_default();
        Ok(Some(Duration::new(seconds, rest * 1_000)))
    }
}

impl CacheSpec {
    /// `Cache("auto")`.
    pub fn auto() -> Self {
        Self {
            behavior: Behavior::Auto,
            version_override: None,
            serialize: false,
            ignored_inputs: Vec::new(),
            salt: String::new(),
            policies: vec![Arc::new(FunctionBodyPolicy)],
            max_age: None,
        }
    }

    /// Whether the task is cached at all.
    pub fn is_enabled(&self) -> bool {
        self.behavior != Behavior::Disable
    }

    /// Whether a given version counts, so that edits of the code don't change it.
    pub fn is_pinned(&self) -> bool {
        self.is_enabled() && self.version_override.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(max_age: MaxAge) -> Result<Option<Duration>, String> {
        max_age.check().map_err(|error| error.to_string())
    }

    /// Each answer is the SDK's: `Cache("auto", max_age=…).max_age`, or what it raises.
    #[test]
    fn max_age_is_what_the_sdk_makes_of_it() {
        assert_eq!(age(MaxAge::Unset), Ok(None));
        assert_eq!(age(MaxAge::Seconds(0)), Ok(Some(Duration::ZERO)));
        assert_eq!(age(MaxAge::Seconds(90)), Ok(Some(Duration::from_secs(90))));
        assert_eq!(age(MaxAge::Timedelta(1_500_000)), Ok(Some(Duration::from_millis(1500))));
        for (max_age, message) in [
            (MaxAge::OtherType, "TypeError: max_age must be an int (seconds), timedelta, or None"),
            (MaxAge::Seconds(-1), "ValueError: max_age must be nonnegative"),
            (MaxAge::Timedelta(-1), "ValueError: max_age must be nonnegative"),
            (
                MaxAge::Seconds(86_400 * 1_000_000_000),
                "OverflowError: days=1000000000; must have magnitude <= 999999999",
            ),
            (
                MaxAge::Seconds(-86_400 * 1_000_000_000),
                "OverflowError: days=-1000000000; must have magnitude <= 999999999",
            ),
            (MaxAge::Seconds(10_i128.pow(20)), "OverflowError: Python int too large to convert to C int"),
        ] {
            assert_eq!(age(max_age), Err(message.to_owned()), "{max_age:?}");
        }
    }

    #[test]
    fn errors_come_in_the_order_of_the_sdk() {
        let wrong = |behavior, max_age| {
            let arguments = CacheArguments { policies: Some(Vec::new()), max_age, ..CacheArguments::new(behavior) };
            arguments.check().map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(wrong("Auto", MaxAge::OtherType), Err(SpecError::MaxAgeType.to_string()));
        assert!(matches!(wrong("Auto", MaxAge::Unset), Err(message) if message.contains("behavior: 'Auto'")));
        assert_eq!(wrong("override", MaxAge::Unset), Err(SpecError::NoPolicies.to_string()));
        assert_eq!(wrong("disable", MaxAge::Unset), Ok(()));
    }

    #[test]
    fn a_given_version_needs_no_policy() {
        let arguments = CacheArguments {
            version_override: Some(String::new()),
            policies: Some(Vec::new()),
            ..CacheArguments::new("auto")
        };
        assert!(arguments.check().is_ok_and(|spec| spec.is_pinned()));
    }
}
