//! Which Pythons a `requires-python` leaves: PEP 440 version specifiers, and Poetry's `^` and `~`.

use std::str::FromStr;

use cache_core::python::{Minor, PythonVersion};
use pep440_rs::{Version, VersionSpecifiers};

/// The supported Pythons that a specifier allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The specifier as it is written.
    pub text: String,
    /// Oldest first.
    pub minors: Vec<Minor>,
    /// The only patch release allowed, where `minors` is one and it is pinned (`==3.12.7`).
    patch: Option<u8>,
    /// Whether it also allows a Python newer than any supported.
    newer: bool,
}

/// Patch releases are tried up to this one; no minor has had as many.
const LAST_PATCH: u8 = 60;

impl Allowed {
    /// Reads a specifier; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let allows = match poetry(text.trim()) {
            Some(alternatives) => alternatives,
            None => vec![VersionSpecifiers::from_str(text).ok()?],
        };
        let allowed = |minor: u8, patch: u8| {
            let version = Version::new([3, u64::from(minor), u64::from(patch)]);
            allows.iter().any(|specifiers| specifiers.contains(&version))
        };
        let patches = |minor: u8| (0..=LAST_PATCH).filter(move |&patch| allowed(minor, patch));
        let minors: Vec<Minor> =
            Minor::ALL.into_iter().filter(|minor| patches(minor.number()).next().is_some()).collect();
        let newest = Minor::ALL.map(Minor::number).into_iter().max().unwrap_or_default();
        let newer = (newest + 1..=newest + 40).any(|minor| patches(minor).next().is_some());
        let patch = match minors.as_slice() {
            [only] => {
                let mut all = patches(only.number());
                all.next().filter(|_| all.next().is_none())
            }
            _ => None,
        };
        Some(Self { text: text.trim().to_owned(), minors, patch, newer })
    }

    /// The version, where only one minor is left.
    ///
    /// Older ones than the supported don't count: the SDK itself requires Python 3.10. Newer ones do.
    pub fn only(&self) -> Option<PythonVersion> {
        match self.minors.as_slice() {
            [minor] if !self.newer => Some(PythonVersion { minor: *minor, patch: self.patch }),
            _ => None,
        }
    }

    /// Whether the version may be one of these.
    pub fn permits(&self, version: PythonVersion) -> bool {
        match version.patch {
            None => self.minors.contains(&version.minor),
            Some(_) => {
                let exact = Version::from_str(&version.to_string());
                match (poetry(&self.text), VersionSpecifiers::from_str(&self.text), exact) {
                    (Some(alternatives), _, Ok(version)) => alternatives.iter().any(|one| one.contains(&version)),
                    (None, Ok(specifiers), Ok(version)) => specifiers.contains(&version),
                    _ => false,
                }
            }
        }
    }
}

/// Poetry's own spellings, as PEP 440: `^3.11` is `>=3.11,<4`, `~3.11` is `>=3.11,<3.12`, a bare `3.11.*` or `3.11.4` is
/// `==`, and `||` separates alternatives. `None` if the text is plain PEP 440.
fn poetry(text: &str) -> Option<Vec<VersionSpecifiers>> {
    let own = |part: &str| part.starts_with(['^', '~']) && !part.starts_with("~=");
    let bare = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    let parts =
        |alternative: &str| -> Vec<String> { alternative.split(',').map(|part| part.trim().to_owned()).collect() };
    if !text.contains("||") && !parts(text).iter().any(|part| own(part) || bare(part)) {
        return None;
    }
    let translate = |part: &str| -> Option<String> {
        if bare(part) {
            return Some(format!("=={part}"));
        }
        if !own(part) {
            return Some(part.to_owned());
        }
        let version = Version::from_str(part.get(1..)?.trim()).ok()?;
        let major = *version.release().first()?;
        let below = match (part.starts_with('^'), version.release().get(1)) {
            (false, Some(minor)) => format!("{major}.{}", minor + 1),
            _ => (major + 1).to_string(),
        };
        Some(format!(">={version},<{below}"))
    };
    let alternatives = text.split("||").map(|alternative| {
        let translated: Option<Vec<String>> = parts(alternative).iter().map(|part| translate(part)).collect();
        VersionSpecifiers::from_str(&translated?.join(",")).ok()
    });
    alternatives.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn minors(text: &str) -> Vec<u8> {
        Allowed::parse(text).unwrap().minors.into_iter().map(Minor::number).collect()
    }

    #[test]
    fn specifiers_leave_minors() {
        for (text, left) in [
            (">=3.10", vec![10, 11, 12, 13, 14]),
            (">=3.12", vec![12, 13, 14]),
            (">=3.11,<3.13", vec![11, 12]),
            (">=3.11, !=3.12.*, <3.14", vec![11, 13]),
            (">3.12", vec![12, 13, 14]),
            ("<=3.11", vec![10, 11]),
            ("~=3.12", vec![12, 13, 14]),
            ("==3.12", vec![12]),
            (">=3.15", vec![]),
            ("", vec![10, 11, 12, 13, 14]),
            ("^3.12", vec![12, 13, 14]),
            ("~3.12", vec![12]),
            ("~3", vec![10, 11, 12, 13, 14]),
            ("3.11.* || ^3.13", vec![11, 13, 14]),
            (">=3.11,<3.12 || 3.13.2", vec![11, 13]),
        ] {
            assert_eq!(minors(text), left, "{text}");
        }
        assert_eq!(Allowed::parse("three"), None);
        assert_eq!(Allowed::parse("^three"), None);
    }

    #[test]
    fn one_version_is_known_only_where_nothing_else_is_left() {
        let only = |text| Allowed::parse(text).unwrap().only().map(|version| version.to_string());
        assert_eq!(only("==3.12.*").as_deref(), Some("3.12"));
        assert_eq!(only("~=3.12.0").as_deref(), Some("3.12"));
        assert_eq!(only("==3.12.7").as_deref(), Some("3.12.7"));
        assert_eq!(only("~3.12").as_deref(), Some("3.12"));
        assert_eq!(only("<3.11").as_deref(), Some("3.10"), "the SDK needs 3.10");
        assert_eq!(only(">=3.14"), None, "3.15 is allowed too");
        assert_eq!(only(">=3.14,<3.15").as_deref(), Some("3.14"));
        assert_eq!(only(">=3.12"), None);
    }

    #[test]
    fn a_patch_release_is_held_against_the_specifier() {
        let allowed = Allowed::parse(">=3.12.4,<3.13").unwrap();
        let permits = |text: &str| allowed.permits(text.parse().unwrap());
        assert!(permits("3.12") && permits("3.12.4") && !permits("3.12.3") && !permits("3.13.0") && !permits("3.13"));
        assert!(Allowed::parse("^3.11").unwrap().permits("3.12.1".parse().unwrap()));
    }
}
