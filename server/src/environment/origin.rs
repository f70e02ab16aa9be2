//! Where a fact comes from, so that every output can name it.

use std::path::{Path, PathBuf};

/// Where a fact was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A command-line option: `--python`.
    Option(&'static str),
    /// An environment variable: `UCTL_CONFIG`.
    Variable(&'static str),
    /// A setting of the editor, by its whole name: `tasklens.python`.
    Editor(String),
    /// The interpreter that is selected in the editor.
    Interpreter(PathBuf),
    /// A file, and the 1-based line that says it.
    File {
        /// Absolute.
        file: PathBuf,
        /// `None` where the file as a whole (or its name) says it.
        line: Option<u32>,
    },
    /// A program that the search path leads to.
    OnPath {
        /// What was looked for: `python3`.
        program: &'static str,
        /// The file found.
        file: PathBuf,
    },
}

impl Origin {
    /// The origin in words, with paths below `base` shortened: `pyproject.toml:3`, `--python`, `python3 on PATH`.
    pub fn words(&self, base: &Path) -> String {
        match self {
            Self::Option(name) => (*name).to_owned(),
            Self::Variable(name) => format!("the variable {name}"),
            Self::Editor(name) => format!("the editor's setting {name}"),
            Self::Interpreter(file) => format!("selected in the editor, {}", shown(file, base)),
            Self::File { file, line: Some(line) } => format!("{}:{line}", shown(file, base)),
            Self::File { file, line: None } => shown(file, base),
            Self::OnPath { program, .. } => format!("{program} on PATH"),
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File { file, .. } | Self::OnPath { file, .. } => Some(file),
            Self::Option(_) | Self::Variable(_) | Self::Editor(_) | Self::Interpreter(_) => None,
        }
    }
}

/// Something that the user should know of a file around the project: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, absolute.
    pub file: PathBuf,
    /// 1-based, where there is one.
    pub line: Option<u32>,
    /// In lower case, ending with what to do.
    pub message: String,
}

/// A path as outputs show it: relative to `base` where it lies below it, always with `/`.
fn shown(path: &Path, base: &Path) -> String {
    let text = path.strip_prefix(base).unwrap_or(path).to_string_lossy().into_owned();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_base() {
        let file = |line| Origin::File { file: PathBuf::from("/p/sub/pyproject.toml"), line };
        assert_eq!(file(Some(3)).words(Path::new("/p")), "sub/pyproject.toml:3");
        assert_eq!(file(None).words(Path::new("/q")), "/p/sub/pyproject.toml");
    }
}
