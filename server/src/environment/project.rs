//! Which project a file belongs to. The command line and the language server ask the same function, so they agree.

use std::path::{Path, PathBuf};

use super::toml_file::{TomlFile, get};
use super::{Disk, Problem, Settings, Texts};

/// A project, as seen from one of its folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The root of the git working tree, else the folder of the configuration file, else the folder asked for.
    pub root: PathBuf,
    /// The settings in force.
    pub settings: Settings,
    /// The folders that absolute imports start from, beside the folder of the script itself; nearest first.
    pub import_roots: Vec<PathBuf>,
    /// Whether the root is one: a git working tree, or a folder with settings. Else it is only the folder asked for, which may be
    /// the user's home.
    pub has_root: bool,
    /// What is wrong with the configuration.
    pub problems: Vec<Problem>,
}

/// The root of the git working tree that a folder is in.
pub fn git_root(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// Finds the project around a file or folder (absolute).
///
/// The nearest configuration wins: a `tasklens.toml`, or a `pyproject.toml` with a `[tool.tasklens]`; one without is
/// passed over. Files above the root of the git working tree belong to something else and don't count.
pub fn discover(path: &Path) -> Project {
    discover_in(&Disk, path)
}

/// Like [`discover`], with the configuration read from elsewhere than the disk.
pub fn discover_in(texts: &dyn Texts, path: &Path) -> Project {
    let start = if texts.is_folder(path) { path } else { path.parent().unwrap_or(path) };
    let git_root = git_root(start);
    let mut problems = Vec::new();
    let mut found = None;
    let mut import_roots = Vec::new();
    for folder in start.ancestors() {
        let manifest = texts.is_file(&folder.join("pyproject.toml"));
        if found.is_none() {
            found = settings_in(texts, folder, &mut problems);
        }
        if manifest || Some(folder) == git_root {
            import_roots.extend([folder.to_owned(), folder.join("src")]);
        }
        if Some(folder) == git_root {
            break;
        }
    }
    let settings = found.unwrap_or_default();
    let config_folder = settings.file.as_deref().and_then(Path::parent);
    let root = git_root.or(config_folder);
    let has_root = root.is_some();
    let root = root.unwrap_or(start).to_owned();
    let import_roots = match &settings.src {
        Some(src) => src.value.clone(),
        None => {
            import_roots.extend([root.clone(), root.join("src")]);
            nearest_once(texts, import_roots)
        }
    };
    Project { root, settings, import_roots, has_root, problems }
}

/// The settings that a folder gives.
fn settings_in(texts: &dyn Texts, folder: &Path, problems: &mut Vec<Problem>) -> Option<Settings> {
    let own = settings_of(texts, &folder.join("tasklens.toml"), &[], problems);
    let shared = settings_of(texts, &folder.join("pyproject.toml"), &["tool", "tasklens"], problems);
    match (own, shared) {
        (Some(own), Some(shared)) => {
            problems.extend(shared.file.map(|file| Problem {
                file,
                line: None,
                message: "its [tool.tasklens] is not used, since a tasklens.toml stands beside it: keep one".to_owned(),
            }));
            Some(own)
        }
        (own, shared) => own.or(shared),
    }
}

/// The settings in a file, in the table at `keys`.
fn settings_of(texts: &dyn Texts, path: &Path, keys: &[&str], problems: &mut Vec<Problem>) -> Option<Settings> {
    let file = TomlFile::read(texts, path).map_err(|problem| problems.push(problem)).ok()??;
    let document = file.parse().map_err(|problem| problems.push(problem)).ok()?;
    let table = if keys.is_empty() {
        document.get_ref()
    } else {
        let value = get(document.get_ref(), keys)?;
        match value.get_ref().as_table() {
            Some(table) => table,
            None => {
                let message = format!("`{}` must be a table: write it as [{0}]", keys.join("."));
                problems.push(Problem { file: file.path.clone(), line: Some(file.line(&value.span())), message });
                return None;
            }
        }
    };
    let (settings, mut found) = Settings::read(&file, table);
    problems.append(&mut found);
    Some(settings)
}

/// The folders that exist, each once.
fn nearest_once(texts: &dyn Texts, folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut once = Vec::new();
    for folder in folders {
        if !once.contains(&folder) && texts.is_folder(&folder) {
            once.push(folder);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;

    fn write(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn baseline(project: &Project) -> Option<&str> {
        project.settings.baseline.as_ref().map(|setting| setting.value.as_str())
    }

    #[test]
    fn the_nearest_configuration_wins_and_a_pyproject_without_the_table_is_passed_over() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(
            root,
            &[
                (".git/HEAD", ""),
                ("tasklens.toml", "baseline = 'outer'"),
                ("ml/pyproject.toml", "[tool.tasklens]\nbaseline = 'inner'"),
                ("ml/pkg/pyproject.toml", "[project]\nname = 'x'"),
                ("ml/pkg/pipe.py", ""),
                ("ml/pkg/src/x.py", ""),
            ],
        );
        let project = discover(&root.join("ml/pkg/pipe.py"));
        assert_eq!(baseline(&project), Some("inner"));
        assert_eq!(project.root, root);
        assert_eq!(
            project.import_roots,
            [root.join("ml/pkg"), root.join("ml/pkg/src"), root.join("ml"), root.to_owned()]
        );
        assert_eq!(project.problems, []);
        assert_eq!(baseline(&discover(root)), Some("outer"));
    }

    #[test]
    fn configuration_above_the_git_root_belongs_to_something_else() {
        let temp = tempfile::tempdir().unwrap();
        write(temp.path(), &[("tasklens.toml", "baseline = 'outer'"), ("repo/.git", "gitdir: elsewhere")]);
        let project = discover(&temp.path().join("repo"));
        assert_eq!((project.root.as_path(), baseline(&project)), (temp.path().join("repo").as_path(), None));
    }

    #[test]
    fn without_git_the_configuration_s_folder_is_the_root() {
        let temp = tempfile::tempdir().unwrap();
        write(temp.path(), &[("p/tasklens.toml", "src = ['lib']"), ("p/lib/a.py", ""), ("p/deep/er/b.py", "")]);
        let project = discover(&temp.path().join("p/deep/er/b.py"));
        assert_eq!(project.root, temp.path().join("p"));
        assert_eq!(project.import_roots, [temp.path().join("p/lib")]);
    }

    #[test]
    fn two_configurations_in_one_folder_and_a_broken_one_are_told() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(
            root,
            &[
                ("tasklens.toml", "baseline = 'own'"),
                ("pyproject.toml", "[tool.tasklens]\nbaseline = 'shared'"),
                ("sub/pyproject.toml", "[tool\n"),
            ],
        );
        let project = discover(&root.join("sub"));
        assert_eq!(baseline(&project), Some("own"));
        let told: Vec<_> = project.problems.iter().map(|problem| (problem.file.as_path(), problem.line)).collect();
        assert_eq!(told, [(root.join("sub/pyproject.toml").as_path(), Some(1)), (&root.join("pyproject.toml"), None)]);
    }

    #[test]
    fn a_value_in_place_of_the_table_is_told() {
        let temp = tempfile::tempdir().unwrap();
        write(temp.path(), &[("pyproject.toml", "[tool]\ntasklens = 3\n"), (".git/HEAD", "")]);
        let problems = discover(temp.path()).problems;
        assert_eq!(problems[0].message, "`tool.tasklens` must be a table: write it as [tool.tasklens]");
        assert_eq!(problems[0].line, Some(2));
    }
}
