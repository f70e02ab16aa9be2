//! Imports to files: which of the project's modules an `import` means.
//!
//! Python searches the folder of the script that was started, then the rest of `sys.path`. Which file is started is not
//! known, so a module is looked for beside the importing file, in the folders above it up to the project's, and in the
//! project's import roots. Two places with such a module, of which neither is surely first, are an ambiguity, not a guess.

use std::path::{Path, PathBuf};

use super::files::{Files, Roots};
use super::ir::ImportedModule;

/// A module of the project: a file, or a folder without `__init__.py` (a namespace package).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModulePath {
    /// The file that holds the module's names; none for a namespace package.
    pub file: Option<PathBuf>,
    /// The folder that holds its submodules, if it is a package.
    pub folder: Option<PathBuf>,
}

/// Where an import leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// Into the project.
    Module(ModulePath),
    /// Out of the project: the standard library, an installed package.
    External,
    /// It depends on which file is run.
    Ambiguous(PathBuf, PathBuf),
}

/// Modules of the standard library that projects have folders of the same name beside.
const LIBRARY: &str = "abc argparse ast asyncio calendar code collections concurrent copy csv ctypes dataclasses datetime \
                       decimal email enum fractions functools glob hashlib html http importlib inspect io itertools json \
                       logging math numbers operator os pathlib pickle platform profile queue random re resource secrets \
                       select shutil signal site statistics string struct subprocess sys tempfile test textwrap threading \
                       time token trace types unittest uuid venv warnings xml zipfile";

/// Finds the module that `from`, a file, imports.
pub fn resolve(files: &dyn Files, roots: &Roots, from: &Path, module: &ImportedModule) -> Resolved {
    let Some(folder) = from.parent() else { return Resolved::External };
    if module.level > 0 {
        let levels = usize::try_from(module.level).unwrap_or(usize::MAX) - 1;
        return match folder.ancestors().nth(levels).and_then(|base| find(files, base, &module.name)) {
            Some(found) => Resolved::Module(found),
            None => Resolved::External,
        };
    }
    // The SDK itself is never taken for a folder of the project that happens to be called so.
    let head = module.name.split('.').next().unwrap_or_default();
    if matches!(head, "flyte" | "flyteplugins" | "flyteidl2" | "__future__" | "typing" | "functools") {
        return Resolved::External;
    }
    // Nor is a folder without `__init__.py` ever the library's module of that name.
    let is_of_the_library = LIBRARY.split_whitespace().any(|name| name == head);
    // A folder without `__init__.py` counts only where no place has a module or package of that name (PEP 420).
    let is_regular = |base: &Path| find(files, base, head).is_some_and(|found| found.file.is_some());
    let somewhere_regular = search_path(roots, folder).any(|base| is_regular(&base));
    if is_of_the_library && !somewhere_regular {
        return Resolved::External;
    }
    let mut found = search_path(roots, folder)
        .filter(|base| !somewhere_regular || is_regular(base))
        .filter_map(|base| Some((base.clone(), find(files, &base, &module.name)?)));
    let Some((base, first)) = found.next() else { return Resolved::External };
    // Beside a script that is in no package, its own folder comes first, whoever imports it.
    if base == folder && !files.is_file(&folder.join("__init__.py")) {
        return Resolved::Module(first);
    }
    match found.find(|(_, other)| *other != first) {
        Some((_, other)) => Resolved::Ambiguous(shown(first), shown(other)),
        None => Resolved::Module(first),
    }
}

/// `resolved`, unless the file puts folders on `sys.path` itself that hold another module of that name.
///
/// Which folders it puts there is read off the strings in those lines, taken relative to the file: `sys.path.insert(0,
/// str(Path(__file__).parent / "lib"))`. It is never relied on, only found to be ambiguous.
pub fn on_own_path(
    files: &dyn Files,
    from: &Path,
    text: &str,
    module: &ImportedModule,
    resolved: Resolved,
) -> Resolved {
    let Resolved::Module(found) = &resolved else { return resolved };
    let Some(folder) = from.parent().filter(|_| module.level == 0) else { return resolved };
    let strings =
        text.lines().filter(|line| line.contains("sys.path")).flat_map(|line| line.split(['"', '\'']).skip(1));
    for string in strings {
        let base = string.split('/').fold(folder.to_path_buf(), |mut base, part| {
            match part {
                ".." => drop(base.pop()),
                "" | "." => {}
                part => base.push(part),
            }
            base
        });
        match find(files, &base, &module.name) {
            Some(other) if other != *found => return Resolved::Ambiguous(shown(found.clone()), shown(other)),
            _ => {}
        }
    }
    resolved
}

/// A submodule of a package: `from package import submodule`.
pub fn submodule(files: &dyn Files, package: &ModulePath, name: &str) -> Option<ModulePath> {
    find(files, package.folder.as_deref()?, name)
}

/// The folders that a file's absolute imports are searched in, the likeliest first, none twice.
pub fn search_path<'a>(roots: &'a Roots, folder: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
    let above = folder.ancestors().take_while(|above| above.starts_with(&roots.project));
    let mut all: Vec<&Path> = Vec::new();
    for base in std::iter::once(folder).chain(above).chain(roots.imports.iter().map(PathBuf::as_path)) {
        if !all.contains(&base) {
            all.push(base);
        }
    }
    all.into_iter().map(Path::to_path_buf)
}

/// The module `name` (dotted; empty for the folder itself) below a folder.
fn find(files: &dyn Files, base: &Path, name: &str) -> Option<ModulePath> {
    let mut folder = base.to_path_buf();
    folder.extend(name.split('.').filter(|part| !part.is_empty()));
    let package = folder.join("__init__.py");
    if files.is_file(&package) {
        return Some(ModulePath { file: Some(package), folder: Some(folder) });
    }
    if !name.is_empty() {
        let module = folder.with_file_name(format!("{}.py", folder.file_name()?.to_str()?));
        if files.is_file(&module) {
            return Some(ModulePath { file: Some(module), folder: None });
        }
    }
    files.is_folder(&folder).then_some(ModulePath { file: None, folder: Some(folder) })
}

fn shown(module: ModulePath) -> PathBuf {
    module.file.or(module.folder).unwrap_or_default()
}
