//! What one piece of evidence says about the Python: the many spellings of a version.

use std::fmt;

use cache_core::python::{PythonVersion, VersionError};

use super::requires::Allowed;

/// What a piece of evidence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// This version.
    Version(PythonVersion),
    /// One of these.
    Allows(Allowed),
    /// A Python of which no version can be told; why, in words: "PyPy is not supported".
    Unsupported(String),
    /// Nothing that can be read without running something; why, in words.
    Unclear(String),
}

impl Says {
    /// Reads a version as tools write it: `3.12`, `3.12.7`, `cpython-3.12.7-linux-x86_64-gnu`, `python3.12`,
    /// `3.12.7.final.0`, `3.13t`, `pypy3.10-7.3.12`.
    pub fn spelled(text: &str) -> Self {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        let number_at = lower.find(|c: char| c.is_ascii_digit()).unwrap_or(lower.len());
        let (name, number) = lower.split_at(number_at);
        if !matches!(name.trim_end_matches(['-', '@', ' ']), "" | "cpython" | "python" | "cp" | "py") {
            return Self::other_implementation(text, name);
        }
        let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
        let (release, rest) = number.split_at(end);
        // What follows `3.13`: `t` is the free-threaded build (same syntax, same dumps), `-linux-x86_64` a platform.
        let rest = rest.strip_prefix('t').unwrap_or(rest);
        if release.ends_with('.') {
            return match rest.split('.').next() {
                // `version_info = 3.12.7.final.0`, as the virtualenv tool writes `sys.version_info`.
                Some("final") => Self::release(release.trim_end_matches('.'), text),
                Some("alpha" | "beta" | "candidate") => Self::unreleased(text),
                _ => Self::unclear(text),
            };
        }
        match rest.chars().next() {
            None | Some('+') => Self::release(release, text),
            Some('a' | 'b' | 'r' | 'c') => Self::unreleased(text),
            Some('-') if rest.starts_with("-dev") => Self::unreleased(text),
            Some('-' | '_' | ' ') => Self::release(release, text),
            Some(_) => Self::unclear(text),
        }
    }

    fn release(release: &str, text: &str) -> Self {
        match release.parse() {
            Ok(version) => Self::Version(version),
            Err(error @ VersionError::Unsupported(_)) => Self::Unsupported(error.to_string()),
            Err(VersionError::Malformed(_)) => Self::unclear(text),
        }
    }

    fn unreleased(text: &str) -> Self {
        Self::Unsupported(format!("{text} is a pre-release, which may hash code otherwise than the release does"))
    }

    fn unclear(text: &str) -> Self {
        Self::Unclear(format!("`{text}` names no version: write it as 3.12 or 3.12.7"))
    }

    fn other_implementation(text: &str, name: &str) -> Self {
        const OTHERS: [(&str, &str); 7] = [
            ("pypy", "PyPy"),
            ("graalpy", "GraalPy"),
            ("jython", "Jython"),
            ("ironpython", "IronPython"),
            ("micropython", "MicroPython"),
            ("pyston", "Pyston"),
            ("pyodide", "Pyodide"),
        ];
        match OTHERS.iter().find(|(start, _)| name.starts_with(start)) {
            Some((_, other)) => Self::Unsupported(format!("{other} is not supported: versions are known for CPython")),
            None => Self::unclear(text),
        }
    }
}

/// `3.12.7`, `>=3.12`, or the reason why no version can be told.
impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => version.fmt(f),
            Self::Allows(allowed) => f.write_str(&allowed.text),
            Self::Unsupported(reason) | Self::Unclear(reason) => f.write_str(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn spellings_of_a_version() {
        for (text, version) in [
            ("3.12", "3.12"),
            (" 3.12.7\r", "3.12.7"),
            ("cpython-3.12.7-linux-x86_64-gnu", "3.12.7"),
            ("cpython-3.13.1+freethreaded-linux-x86_64-gnu", "3.13.1"),
            ("cpython@3.11", "3.11"),
            ("CPython 3.11.4", "3.11.4"),
            ("python3.12", "3.12"),
            ("3.12.7.final.0", "3.12.7"),
            ("3.13t", "3.13"),
            ("3.13.0t", "3.13.0"),
        ] {
            assert_eq!(Says::spelled(text), Says::Version(version.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_no_supported_release_of_cpython_is_never_taken_for_one() {
        for text in [
            "pypy3.10-7.3.12",
            "PyPy@3.10",
            "graalpy-24.1",
            "3.9",
            "2.7.18",
            "3.15.0",
            "3.14.0rc1",
            "3.14.0a5",
            "3.14-dev",
            "3.12.0.candidate.1",
            "jython-2.7",
        ] {
            assert!(matches!(Says::spelled(text), Says::Unsupported(_)), "{text}: {:?}", Says::spelled(text));
        }
        for text in
            ["", "3", "system", "my-env", "miniconda3-3.12-24.9", "3.12.", "3.12.x", "3.x", "3.12.7.8", "env3.12"]
        {
            assert!(matches!(Says::spelled(text), Says::Unclear(_)), "{text}: {:?}", Says::spelled(text));
        }
    }
}
