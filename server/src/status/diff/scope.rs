//! Which files a change can reach, so that no others are analysed.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::dockerfiles::{self, is_dockerfile};
use super::states::States;
use crate::analysis::{Disk, Files, ImportNames, Roots, Sightings, Stamp, parallel, with_imported};
use crate::baseline::{BaselineError, Tree};
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
    /// Dockerfiles that the states hold differently.
    pub dockerfiles: Vec<PathBuf>,
    /// What the user should know of it.
    pub notes: Vec<String>,
    /// What the files of the later state import.
    imports: ImportNames,
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
pub fn scope(
    states: &States,
    (then, now): (&Surroundings<'_>, &Surroundings<'_>),
    seen: Option<&Sightings>,
) -> Result<Scope, BaselineError> {
    let head = states.head_files();
    let on_disk = |path: &Path, buffer: &mut Vec<u8>| Disk.read_into(path, buffer);
    let state: &(dyn Fn(&Path) -> Option<Stamp> + Sync) = &Stamp::of;
    let known = seen.map(|seen| (seen, state));
    // One look at each file tells what it imports and whether it was touched.
    let looked_at = states.is_far().then(|| ImportNames::of(head.clone(), &on_disk, known));
    let differing = match &looked_at {
        Some(looked_at) => states.differing(&looked_at.stamps().collect::<Vec<_>>()),
        None => states.differing(&head.iter().map(|path| (path, None)).collect::<Vec<_>>()),
    };
    let changed: BTreeSet<PathBuf> = differing.files.iter().filter(|path| is_python(path)).cloned().collect();
    let notes = differing.unread.iter().map(|folder| {
        let folder = folder.strip_prefix(&states.root).unwrap_or(folder).display();
        format!("{folder} is another commit of a submodule that isn't checked out: its tasks are not compared")
    });
    let mut notes: Vec<String> = notes.collect();
    let left_out = differing.left_out.iter().filter(|path| is_python(path)).count();
    if left_out > 0 {
        notes.push(format!(
            "{left_out} changed files of Python are left out of this sparse checkout: their tasks are not compared, unless two \
             revisions are named, as in {}..HEAD",
            states.base.name.name
        ));
    }
    let dockerfiles: Vec<PathBuf> = differing.files.iter().filter(|path| is_dockerfile(path)).cloned().collect();
    // Of two Pythons every file is another one.
    let are_alike = states.base.tree().is_some() || states.head.tree().is_some();
    let is_whole = !are_alike
        || differing.links.iter().any(|link| !is_python(link))
        || differing.files.iter().any(|path| decides_for_all(path))
        || has_new_settings(states, &head);
    if is_whole {
        let files: BTreeSet<PathBuf> = head.into_iter().chain(states.base_files()).collect();
        fetch(states, &files)?;
        return Ok(Scope { changed, reached: files.clone(), files, dockerfiles, notes, ..Scope::default() });
    }
    let mut builders = BTreeSet::new();
    if !dockerfiles.is_empty() {
        if let Some(tree) = states.head.tree() {
            tree.fetch(&head)?;
        }
        builders.extend(dockerfiles::builders(states.head.files(), &head));
    }
    if changed.is_empty() && builders.is_empty() {
        return Ok(Scope { notes, ..Scope::default() });
    }
    // git unpacks what changed while all files are looked at.
    let (fetched, imports) = parallel::both(
        || fetch(states, &changed),
        || match (looked_at, states.head.tree()) {
            (Some(looked_at), _) => Ok(looked_at),
            (None, None) => Ok(ImportNames::of(head, &on_disk, known)),
            (None, Some(tree)) => of_tree(tree, head, seen),
        },
    );
    fetched?;
    let imports = imports?;
    let mut scope = Scope { changed, dockerfiles, notes, imports, ..Scope::default() };
    scope.widen(states, (then, now), &scope.changed.clone());
    if !builders.is_empty() {
        // Parents of tasks may run in their images.
        scope.analyse(states, (then, now), &scope.dependants(states, now, &builders));
    }
    Ok(scope)
}

/// What the files of a revision import. Most are read from the working tree, all others at once.
fn of_tree(tree: &Tree, files: Vec<PathBuf>, seen: Option<&Sightings>) -> Result<ImportNames, BaselineError> {
    let untouched = |path: &Path, buffer: &mut Vec<u8>| match tree.read_untouched(path, buffer) {
        Some(state) => Ok(Some(Stamp::from(&state))),
        None => Err(io::ErrorKind::NotFound.into()),
    };
    let state: &(dyn Fn(&Path) -> Option<Stamp> + Sync) = &|path| Some(Stamp::from(&tree.untouched_as(path)?));
    let mut imports = ImportNames::of(files, &untouched, seen.map(|seen| (seen, state)));
    tree.fetch(imports.unread())?;
    imports.read_rest(&|path, buffer| Files::read_into(tree, path, buffer));
    Ok(imports)
}

impl Scope {
    /// Takes in more files in which tasks may be defined otherwise, with those that import them.
    pub fn widen(&mut self, states: &States, around: (&Surroundings<'_>, &Surroundings<'_>), more: &BTreeSet<PathBuf>) {
        let start: BTreeSet<PathBuf> = self.reached.union(more).cloned().collect();
        self.reached = self.dependants(states, around.1, &start);
        self.analyse(states, around, &self.reached.clone());
    }

    /// Takes in files that did not change and may define tasks of these functions too: there a task that is new or gone elsewhere may have
    /// been all the time, or stay. Returns whether there are some.
    ///
    /// # Errors
    ///
    /// What git says.
    pub fn take_in_namesakes(
        &mut self,
        states: &States,
        around: (&Surroundings<'_>, &Surroundings<'_>),
        functions: &BTreeSet<&str>,
    ) -> Result<bool, BaselineError> {
        let others: Vec<&PathBuf> = self.imports.with_tasks().filter(|path| !self.files.contains(*path)).collect();
        let words: Vec<memmem::Finder<'_>> =
            functions.iter().map(|name| memmem::Finder::new(name.as_bytes())).collect();
        let says_one = |bytes: &[u8]| words.iter().any(|word| word.find(bytes).is_some());
        if let Some(tree) = states.head.tree() {
            tree.fetch(others.iter().copied())?;
        }
        let files = states.head.files();
        let found = parallel::map(&others, |path| files.read(path).is_ok_and(|bytes| says_one(&bytes)));
        let found = others.into_iter().zip(found).filter(|(_, is_one)| *is_one);
        let found: BTreeSet<PathBuf> = found.map(|(path, _)| path.clone()).collect();
        if !found.is_empty() {
            self.analyse(states, around, &found);
        }
        Ok(!found.is_empty())
    }

    /// Some files, and those that import them. What did not change is the same in both states, and of what did all importers count anyway.
    fn dependants(&self, states: &States, now: &Surroundings<'_>, some: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        self.imports.dependants(states.head.files(), &|path| roots_of(&now.folder_of(path).project), some)
    }

    /// Takes in files to be analysed, with those that they import.
    fn analyse(
        &mut self,
        states: &States,
        (then, now): (&Surroundings<'_>, &Surroundings<'_>),
        some: &BTreeSet<PathBuf>,
    ) {
        for (state, around) in [(&states.base, then), (&states.head, now)] {
            let roots = |path: &Path| roots_of(&around.folder_of(path).project);
            self.files.extend(with_imported(state.files(), &roots, some));
        }
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
    // Files of a folder stand beside each other, mostly.
    let mut holding: Vec<&Path> = head.iter().filter_map(|file| file.parent()).collect();
    holding.dedup_by_key(|folder| folder.as_os_str());
    for folder in holding {
        let above = folder.ancestors().take_while(|folder| folder.starts_with(&states.root));
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
