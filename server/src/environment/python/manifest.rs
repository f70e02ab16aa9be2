//! `requires-python` of a `pyproject.toml`, also as Poetry spells it.

use std::path::Path;

use super::super::toml_file::{TomlFile, text};
use super::super::{Origin, Texts};
use super::Clue;
use super::requires::Allowed;
use super::says::Says;

/// What the nearest `pyproject.toml` that says it requires, from `folder` up to `root`.
pub(super) fn requires_python(texts: &dyn Texts, folder: &Path, root: &Path) -> Option<Clue> {
    folder.ancestors().take_while(|ancestor| ancestor.starts_with(root)).find_map(|folder| {
        let file = TomlFile::read(texts, &folder.join("pyproject.toml")).ok()??;
        let document = file.parse().ok()?;
        let table = document.get_ref();
        let poetry = || text(table, &["tool", "poetry", "dependencies", "python"]);
        let (specifier, span) = text(table, &["project", "requires-python"]).or_else(poetry)?;
        let says = Says::Allows(Allowed::parse(specifier)?);
        let line = file.line(&span);
        Some(Clue { says, origin: Origin::File { file: file.path.clone(), line: Some(line) } })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::super::super::Disk;
    use super::*;

    #[test]
    fn the_nearest_that_says_so_within_the_project() {
        let temp = tempfile::tempdir().unwrap();
        let inner = temp.path().join("p/a");
        fs::create_dir_all(&inner).unwrap();
        fs::write(temp.path().join("pyproject.toml"), "[project]\nrequires-python = '==3.10.*'\n").unwrap();
        fs::write(inner.join("pyproject.toml"), "[tool.ruff]\n").unwrap();
        let root = temp.path().join("p");
        assert_eq!(requires_python(&Disk, &inner, &root), None, "above the root belongs to something else");
        fs::write(root.join("pyproject.toml"), "[tool.poetry.dependencies]\npython = '~3.11'\n").unwrap();
        let clue = requires_python(&Disk, &inner, &root).unwrap();
        assert_eq!(clue.origin.words(&root), "pyproject.toml:2");
        assert!(matches!(clue.says, Says::Allows(allowed) if allowed.only().is_some()));
    }
}
