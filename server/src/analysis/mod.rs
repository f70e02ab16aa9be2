//! Files to tasks: imports, environments, cache specs, calls. Knows neither the editor protocol nor the command line.

mod files;
mod ir;
mod literal;
mod lower;
mod script;
mod task;

pub use files::{Disk, Files, Roots};
pub use task::*;

use std::path::PathBuf;

/// Finds every task of the files `paths` (absolute), and the calls of those tasks in these files.
///
/// Imports are followed out of `paths`, by way of `files`, to know environments and constants; tasks that are defined
/// there are not listed. Files that can't matter are read but not parsed. Works on all cores.
pub fn analyze(files: &dyn Files, roots: &Roots, paths: &[PathBuf]) -> Project {
    let _ = (files, roots, paths);
    todo!()
}
