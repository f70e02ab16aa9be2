//! TOML with line numbers: what is wrong in a configuration file is told with its line.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, Texts, files};

/// A TOML file's text.
#[derive(Debug)]
pub(super) struct TomlFile {
    pub(super) path: PathBuf,
    text: String,
}

impl TomlFile {
    /// Reads a file; `None` if there is none.
    pub(super) fn read(texts: &dyn Texts, path: &Path) -> Result<Option<Self>, Problem> {
        Ok(files::read(texts, path)?.map(|text| Self { path: path.to_owned(), text }))
    }

    /// A file of this content, as a PEP 723 block is one.
    #[cfg(test)]
    pub(super) fn of(path: &Path, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The file's table.
    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'_>>, Problem> {
        DeTable::parse(&self.text).map_err(|error| Problem {
            file: self.path.clone(),
            line: error.span().map(|span| self.line(&span)),
            message: format!("not valid TOML: {}", error.message()),
        })
    }

    /// The 1-based line on which a span begins.
    pub(super) fn line(&self, span: &Range<usize>) -> u32 {
        line_of(&self.text, span.start)
    }
}

/// The 1-based line of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    u32::try_from(before.iter().filter(|&&byte| byte == b'\n').count() + 1).unwrap_or(u32::MAX)
}

/// The value at a path of keys.
pub(super) fn get<'t, 'i>(table: &'t DeTable<'i>, keys: &[&str]) -> Option<&'t Spanned<DeValue<'i>>> {
    let (last, tables) = keys.split_last()?;
    let mut table = table;
    for key in tables {
        table = table.get(*key)?.get_ref().as_table()?;
    }
    table.get(*last)
}

/// The text at a path of keys, with its span.
pub(super) fn text<'t>(table: &'t DeTable<'_>, keys: &[&str]) -> Option<(&'t str, Range<usize>)> {
    let value = get(table, keys)?;
    Some((value.get_ref().as_str()?, value.span()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_syntax_error_has_its_line() {
        let file = TomlFile::of(Path::new("a.toml"), "a = 1\nb = = 2\n");
        let problem = file.parse().unwrap_err();
        assert_eq!(problem.line, Some(2));
        assert!(problem.message.starts_with("not valid TOML: "), "{}", problem.message);
    }

    #[test]
    fn values_are_found_with_their_lines() {
        let file =
            TomlFile::of(Path::new("a.toml"), "[project]\nname = 'x'\n[tool.poetry.dependencies]\npython = '^3.11'\n");
        let table = file.parse().unwrap();
        let (found, span) = text(table.get_ref(), &["tool", "poetry", "dependencies", "python"]).unwrap();
        assert_eq!((found, file.line(&span)), ("^3.11", 4));
        assert_eq!(text(table.get_ref(), &["project", "name", "deeper"]), None);
    }
}
