//! The files of the suites: standard libraries and packages, whole or as a fixed sample.

use crate::oracle::File;
use crate::setup::{self, Setup};
use std::path::Path;

/// Every `.py` file below a folder, sorted; without what others have installed there.
pub fn python_files(folder: &Path) -> Vec<File> {
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
    let named = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    paths.iter().filter_map(|path| Some(File { name: named(path), bytes: std::fs::read(path).ok()? })).collect()
}

/// The standard library of the interpreter of that exact version, if its sources are here.
pub fn standard_library(setup: &Setup, version: &str) -> Vec<File> {
    let found = setup.interpreters.iter().find(|one| one.version == version && one.stdlib.is_some());
    found.and_then(|one| one.stdlib.as_deref()).map(python_files).unwrap_or_default()
}

/// Every file of the unpacked packages.
pub fn packages(setup: &Setup) -> Vec<File> {
    let mut files = Vec::new();
    for (pin, folder) in &setup.corpus {
        files
            .extend(python_files(folder).into_iter().map(|file| File { name: format!("{pin}/{}", file.name), ..file }));
    }
    files
}

/// All files in the long tier; in the sampled one, every `step`-th, always the same.
pub fn sample(files: Vec<File>, step: usize) -> Vec<File> {
    if setup::long() {
        return files;
    }
    files.into_iter().step_by(step.max(1)).collect()
}
