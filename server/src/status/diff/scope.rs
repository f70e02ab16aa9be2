//! Which files a change can reach, so that no others are analysed.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::states::States;
use crate::analysis::{ImportNames, Roots, parallel, with_imported};
use crate::baseline::BaselineError;
use crate::environment;
use crate::status::earlier::is_python;
use crate::status::surroundings::Surroundings;

/// What is looked at of two states.
#[derive(Debug, Default)]
pub struct Scope {
    /// Files of Python that the states hold differently.
    pub changed: BTreeSet<PathBuf>,
    /// These, and files that import them: only tasks in these can be defined otherwise.
    pub reached: BTreeSet<PathBuf>,
    /// These, and files that they import: all that is analysed.
    pub files: BTreeSet<PathBuf>,
    /// What the user should know of it.
    pub notes: Vec<String>,
}

/// Names of the files in any folder that say which Python and which SDK run a project, and its settings.
const SETTINGS: [&str; 7] =
    [".python-version", "pyproject.toml", "tasklens.toml", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"];

/// Whether a file decides for every task below it.
fn decides_for_all(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    SETTINGS.contains(&name)
        || name == "config.yaml"
        || (name.starts_with("requirements") && name.ends_with(".txt"))
        || (name.starts_with("pylock") && name.ends_with(".toml"))
        || name.ends_with(".py.lock")
}

/// The roots that imports of a file start from.
pub fn roots_of(project: &environment::Project) -> Roots {
    Roots { project: project.root.clone(), imports: project.import_roots.clone() }
}

/// What has to be looked at to tell everything that the states differ in.
///
/// # Errors
///
/// What git says.
pub fn scope(states: &States, (then, now): (&Surroundings<'_>, &Surroundings<'_>)) -> Result<Scope, BaselineError> {
    let head = states.head_files();
    let differing = states.differing(&head);
    let changed: BTreeSet<PathBuf> = differing.files.iter().filter(|path| is_python(path)).cloned().collect();
    let notes = differing.unread.iter().map(|folder| {
        let folder = folder.strip_prefix(&states.root).unwrap_or(folder).display();
        format!("{folder} is another commit of a submodule that isn't checked out: its tasks are not compared")
    });
    let notes = notes.collect();
    // Of two Pythons every file is another one.
    let are_alike = states.base.tree().is_some() || states.head.tree().is_some();
    let is_whole = !are_alike
        || differing.links.iter().any(|link| !is_python(link))
        || differing.files.iter().any(|path| decides_for_all(path))
        || has_new_settings(states, &head);
    if is_whole {
        let files: BTreeSet<PathBuf> = head.into_iter().chain(states.base_files()).collect();
        fetch(states, &files)?;
        return Ok(Scope { changed, reached: files.clone(), files, notes });
    }
    fetch(states, &changed)?;
    let mut scope = Scope { changed, notes, ..Scope::default() };
    scope.widen(states, (then, now), &scope.changed.clone(), head)?;
    Ok(scope)
}

impl Scope {
    /// Takes in more files, with those that import them. `head` are the later state's.
    pub fn widen(
        &mut self,
        states: &States,
        (then, now): (&Surroundings<'_>, &Surroundings<'_>),
        more: &BTreeSet<PathBuf>,
        head: Vec<PathBuf>,
    ) -> Result<(), BaselineError> {
        let roots_then = |path: &Path| roots_of(&then.folder_of(path).project);
        let roots_now = |path: &Path| roots_of(&now.folder_of(path).project);
        let start: BTreeSet<PathBuf> = self.reached.union(more).cloned().collect();
        if start.is_empty() {
            return Ok(());
        }
        // What did not change is the same in both, and of what did all importers count anyway.
        let changed: HashSet<&PathBuf> = self.changed.iter().collect();
        let same: Vec<PathBuf> = head.into_iter().filter(|file| !changed.contains(file)).collect();
        if let Some(tree) = states.head.tree() {
            let is_touched = parallel::map(&same, |file| !tree.is_untouched(file));
            tree.fetch(same.iter().zip(is_touched).filter(|(_, touched)| *touched).map(|(file, _)| file))?;
        }
        let imports = ImportNames::of(states.head.files(), &same);
        self.reached = imports.dependants(&roots_now, &start);
        let before = with_imported(states.base.files(), &roots_then, &self.reached);
        let after = with_imported(states.head.files(), &roots_now, &self.reached);
        self.files = before.union(&after).cloned().collect();
        Ok(())
    }
}

fn fetch(states: &States, files: &BTreeSet<PathBuf>) -> Result<(), BaselineError> {
    for state in [&states.base, &states.head] {
        if let Some(tree) = state.tree() {
            tree.fetch(files)?;
        }
    }
    Ok(())
}

/// Whether the working tree has a file that decides for all and that nobody tracks yet.
fn has_new_settings(states: &States, head: &[PathBuf]) -> bool {
    let (Some(then), None) = (states.base.tree(), states.head.tree()) else { return false };
    let mut folders: BTreeSet<&Path> = BTreeSet::new();
    for file in head {
        let above = file.ancestors().skip(1).take_while(|folder| folder.starts_with(&states.root));
        for folder in above {
            if !folders.insert(folder) {
                break;
            }
        }
    }
    let folders: Vec<&Path> = folders.into_iter().collect();
    let is_new = |path: PathBuf| path.is_file() && !then.is_file(&path);
    let has_new = parallel::map(&folders, |folder| SETTINGS.iter().any(|name| is_new(folder.join(name))));
    has_new.contains(&true)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io;
    use std::sync::Mutex;

    use super::*;
    use crate::environment::{Disk, Outside, Texts};

    struct Asked(Mutex<BTreeSet<PathBuf>>);

    impl Texts for Asked {
        fn bytes(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
            self.0.lock().unwrap().insert(path.to_owned());
            Disk.bytes(path)
        }

        fn is_file(&self, path: &Path) -> bool {
            self.0.lock().unwrap().insert(path.to_owned());
            path.is_file()
        }
    }

    /// Whoever teaches the environment to read another file has to name it here.
    #[test]
    fn every_file_that_the_environment_asks_for_decides_for_all() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("pkg");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir_all(temp.path().join(".git")).unwrap();
        let (texts, outside) = (Asked(Mutex::default()), Outside::default());
        let surroundings = Surroundings::new(&texts, &outside, temp.path(), None);
        surroundings.scene(&folder.join("a.py"), "# /// script\n# dependencies = []\n# ///\n");
        let asked = texts.0.into_inner().unwrap();
        assert!(asked.len() > 5, "{asked:?}");
        let unknown: Vec<_> = asked.iter().filter(|path| !decides_for_all(path)).collect();
        assert_eq!(unknown, [""; 0].map(PathBuf::from).iter().collect::<Vec<_>>());
    }
}
