//! The files of the suites: standard libraries and packages, whole or as a fixed sample. Listed first, read when chosen.

use crate::oracle::File;
use crate::setup::{self, Setup};
use std::path::{Path, PathBuf};

/// A file that is not read yet.
#[derive(Clone, Debug)]
pub struct Listed {
    /// How reports name it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// Every `.py` file below a folder, sorted; without what others have installed there. `prefix` leads their names.
pub fn list(folder: &Path, prefix: &str) -> Vec<Listed> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        for entry in std::fs::read_dir(&current).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() {
                let skipped = name == "site-packages" || name == "__pycache__";
                if !skipped && !path.is_symlink() {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "py") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let below = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    paths.into_iter().map(|path| Listed { name: format!("{prefix}{}", below(&path)), path }).collect()
}

/// The standard library of the interpreter of that exact version, if its sources are here.
pub fn standard_library(setup: &Setup, version: &str) -> Vec<Listed> {
    let found = setup.interpreters.iter().find(|one| one.version == version && one.stdlib.is_some());
    let folder = found.and_then(|one| one.stdlib.as_deref());
    folder.map(|folder| list(folder, &format!("{version}/"))).unwrap_or_default()
}

/// Every file of the unpacked packages.
pub fn packages(setup: &Setup) -> Vec<Listed> {
    setup.corpus.iter().flat_map(|(pin, folder)| list(folder, &format!("{pin}/"))).collect()
}

/// All files in the long tier; in the sampled one, every `step`-th, always the same.
pub fn sample(files: Vec<Listed>, step: usize) -> Vec<File> {
    let step = if setup::long() { 1 } else { step.max(1) };
    read(files.into_iter().step_by(step))
}

/// Reads files; one that can't be read is left out.
pub fn read(files: impl IntoIterator<Item = Listed>) -> Vec<File> {
    let read = |file: Listed| Some(File { bytes: std::fs::read(&file.path).ok()?, name: file.name });
    files.into_iter().filter_map(read).collect()
}
