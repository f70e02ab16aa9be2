//! Which CPython: a version's hash depends on the minor, and sometimes on the patch release.

use std::fmt;
use std::str::FromStr;

/// A CPython minor version that this crate knows byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Minor {
    /// CPython 3.10
    Py310,
    /// CPython 3.11
    Py311,
    /// CPython 3.12
    Py312,
    /// CPython 3.13
    Py313,
    /// CPython 3.14
    Py314,
}

impl Minor {
    /// Every supported minor, oldest first.
    pub const ALL: [Self; 5] = [Self::Py310, Self::Py311, Self::Py312, Self::Py313, Self::Py314];

    /// The number behind `3.`.
    pub fn number(self) -> u8 {
        match self {
            Self::Py310 => 10,
            Self::Py311 => 11,
            Self::Py312 => 12,
            Self::Py313 => 13,
            Self::Py314 => 14,
        }
    }
}

/// A CPython version: a minor, and the patch release where it is known.
///
/// Ordinary code has one version for a whole minor; a few constructs (f-strings with nested format
/// specs, most of all) were dumped differently by patch releases of one minor. For those a version
/// without a patch answers "unknown" rather than guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion {
    /// The minor version.
    pub minor: Minor,
    /// The patch release, if it is known.
    pub patch: Option<u8>,
}

impl PythonVersion {
    /// A minor of which the patch release is not known.
    pub const fn minor(minor: Minor) -> Self {
        Self { minor, patch: None }
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.minor.number())?;
        match self.patch {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

/// Why a text is not a version that this crate supports.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not of the form `3.12` or `3.12.7`.
    #[error("`{0}` is not a Python version: write it as 3.12 or 3.12.7")]
    Malformed(String),
    /// Well formed, but outside of the supported range.
    #[error("Python {0} is not supported: the supported versions are 3.10 to 3.14")]
    Unsupported(String),
}

impl FromStr for PythonVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || VersionError::Malformed(text.to_owned());
        let mut parts = text.trim().split('.');
        let mut number = || parts.next().map(|part| part.parse::<u32>().map_err(|_| malformed())).transpose();
        let (major, minor, patch) = (number()?, number()?, number()?);
        if number()?.is_some() {
            return Err(malformed());
        }
        let (Some(major), Some(minor)) = (major, minor) else {
            return Err(malformed());
        };
        let unsupported = || VersionError::Unsupported(text.trim().to_owned());
        let minor = Minor::ALL
            .into_iter()
            .find(|known| major == 3 && u32::from(known.number()) == minor)
            .ok_or_else(unsupported)?;
        let patch = patch.map(|patch| u8::try_from(patch).map_err(|_| malformed())).transpose()?;
        Ok(Self { minor, patch })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["3.10", "3.12.7", "3.14.0"] {
            assert_eq!(text.parse::<PythonVersion>().map(|version| version.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn names_what_is_wrong() {
        assert_eq!("3".parse::<PythonVersion>(), Err(VersionError::Malformed("3".to_owned())));
        assert_eq!("3.x".parse::<PythonVersion>(), Err(VersionError::Malformed("3.x".to_owned())));
        assert_eq!("3.9".parse::<PythonVersion>(), Err(VersionError::Unsupported("3.9".to_owned())));
        assert_eq!("2.7".parse::<PythonVersion>(), Err(VersionError::Unsupported("2.7".to_owned())));
    }
}
