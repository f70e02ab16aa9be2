//! The release that a lock file or a pin names.

use std::collections::BTreeMap;
use std::path::Path;

use pep440_rs::{Operator, VersionSpecifiers};

use super::super::python::specifiers_of;
use super::super::toml_file::{TomlFile, get, text};
use super::super::{Origin, Texts, files};

/// The package's name.
pub(super) const PACKAGE: &str = "flyte";

/// A release and what names it.
pub(super) type Found = (String, Origin);

/// Lock files in TOML, with the name of their list of packages.
const TOML_LOCKS: [(&str, &str); 4] =
    [("uv.lock", "package"), ("poetry.lock", "package"), ("pdm.lock", "package"), ("pylock.toml", "packages")];

/// What the lock files of a folder say.
pub(super) fn in_folder(texts: &dyn Texts, folder: &Path) -> Option<Found> {
    let toml = TOML_LOCKS.iter().find_map(|(name, list)| toml_lock(texts, &folder.join(name), list));
    toml.or_else(|| pipfile_lock(texts, &folder.join("Pipfile.lock")))
}

/// A lock file in TOML: `[[package]]` with `name` and `version`. One that locks several releases (for several Pythons)
/// does not tell.
pub(super) fn toml_lock(texts: &dyn Texts, path: &Path, list: &str) -> Option<Found> {
    let file = TomlFile::read(texts, path).ok()??;
    let document = file.parse().ok()?;
    let packages = get(document.get_ref(), &[list])?.get_ref().as_array()?;
    let mut versions = BTreeMap::new();
    for table in packages.iter().filter_map(|package| package.get_ref().as_table()) {
        let ours = text(table, &["name"]).is_some_and(|(name, _)| name == PACKAGE);
        if let Some((version, span)) = text(table, &["version"]).filter(|_| ours) {
            versions.entry(version.to_owned()).or_insert_with(|| file.line(&span));
        }
    }
    let (version, line) = versions.pop_first().filter(|_| versions.is_empty())?;
    Some((version, Origin::File { file: path.to_owned(), line: Some(line) }))
}

/// `Pipfile.lock`, in JSON.
fn pipfile_lock(texts: &dyn Texts, path: &Path) -> Option<Found> {
    let lock: serde_json::Value = serde_json::from_str(&files::hint(texts, path)?).ok()?;
    let pin = lock.get("default")?.get(PACKAGE)?.get("version")?.as_str()?;
    Some((pinned(&pin.parse().ok()?)?, Origin::File { file: path.to_owned(), line: None }))
}

/// A pin in a `requirements*.txt` of a folder, or in the dependencies of its `pyproject.toml`.
pub(super) fn pin_in_folder(texts: &dyn Texts, folder: &Path) -> Option<Found> {
    let mut names: Vec<String> =
        folder.read_dir().ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let requirements = names.iter().filter(|name| name.starts_with("requirements") && name.ends_with(".txt"));
    let found = requirements.map(|name| folder.join(name)).find_map(|file| {
        let text = files::hint(texts, &file)?;
        let (line, version) = (1..).zip(text.lines()).find_map(|(number, line)| Some((number, pin(line)?)))?;
        Some((version, Origin::File { file, line: Some(line) }))
    });
    found.or_else(|| manifest_pin(texts, &folder.join("pyproject.toml")))
}

fn manifest_pin(texts: &dyn Texts, path: &Path) -> Option<Found> {
    let file = TomlFile::read(texts, path).ok()??;
    let document = file.parse().ok()?;
    let dependencies = get(document.get_ref(), &["project", "dependencies"])?.get_ref().as_array()?;
    dependencies.iter().find_map(|dependency| {
        let version = pin(dependency.get_ref().as_str()?)?;
        Some((version, Origin::File { file: path.to_owned(), line: Some(file.line(&dependency.span())) }))
    })
}

/// The release that a requirement pins: `flyte==2.12.1`.
pub(super) fn pin(requirement: &str) -> Option<String> {
    pinned(&specifiers_of(requirement, PACKAGE)?)
}

fn pinned(specifiers: &VersionSpecifiers) -> Option<String> {
    specifiers
        .iter()
        .find(|specifier| matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual))
        .map(|specifier| specifier.version().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::super::super::Disk;
    use super::*;

    fn locked(name: &str, text: &str) -> Option<String> {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join(name), text).unwrap();
        let found = in_folder(&Disk, temp.path()).or_else(|| pin_in_folder(&Disk, temp.path()));
        found.map(|(version, origin)| format!("{version} {}", origin.words(temp.path())))
    }

    #[test]
    fn each_lock_file() {
        let packages = "version = 1\n[[package]]\nname = 'click'\nversion = '8'\n\n[[package]]\nname = 'flyte'\nversion = '2.12.1'\n";
        for name in ["uv.lock", "poetry.lock", "pdm.lock"] {
            assert_eq!(locked(name, packages), Some(format!("2.12.1 {name}:8")));
        }
        let pylock = packages.replace("[[package]]", "[[packages]]");
        assert_eq!(locked("pylock.toml", &pylock).as_deref(), Some("2.12.1 pylock.toml:8"));
        let json = r#"{"default": {"flyte": {"version": "==2.12.1"}}}"#;
        assert_eq!(locked("Pipfile.lock", json).as_deref(), Some("2.12.1 Pipfile.lock"));
        assert_eq!(locked("Pipfile.lock", "{"), None);
    }

    #[test]
    fn a_lock_of_two_releases_does_not_tell_which() {
        let two = "[[package]]\nname = 'flyte'\nversion = '2.12.1'\n[[package]]\nname = 'flyte'\nversion = '2.11.0'\n";
        assert_eq!(locked("uv.lock", two), None);
    }

    #[test]
    fn pins() {
        let requirements = "# ours\n-r base.txt\nflyte-plugins==1\nflyte==2.12.1 \\\n    --hash=sha256:00\n";
        assert_eq!(locked("requirements-dev.txt", requirements).as_deref(), Some("2.12.1 requirements-dev.txt:4"));
        let manifest = "[project]\ndependencies = [\n 'pandas',\n 'flyte[x]==2.11.4',\n]\n";
        assert_eq!(locked("pyproject.toml", manifest).as_deref(), Some("2.11.4 pyproject.toml:4"));
        for requirement in ["flyte>=2.9", "flyte", "flyte==2.*", "flyte~=2.9"] {
            assert_eq!(pin(requirement), None, "{requirement}");
        }
    }
}
