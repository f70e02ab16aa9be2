//! PATHS of a command: walked, with `-` as a list on standard input.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::status::Report;
use crate::status::walk::{Walked, paths_of_list, walk};

use super::output::{Failure, Outcome};
use super::progress::Progress;

/// The folder that paths are relative to.
pub fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| Failure::Usage(format!("the working directory can't be read: {error}")))
}

/// The files of PATHS; no PATHS are the working directory.
pub fn files(paths: &[PathBuf], cwd: &Path, progress: &Progress) -> Result<Walked, Failure> {
    let mut named = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut list = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut list);
            read.map_err(|error| {
                Failure::Usage(format!("the list of files on standard input can't be read: {error}"))
            })?;
            named.extend(paths_of_list(&list));
        } else {
            named.push(path.clone());
        }
    }
    if paths.is_empty() {
        named.push(PathBuf::from("."));
    }
    Ok(walk(&named, cwd, &|found| progress.say(|| format!("{found} files found …"))))
}

/// How a command ends that could read `read` files and met `problems`.
pub fn outcome(read: usize, problems: usize) -> Outcome {
    match (read, problems) {
        (_, 0) => Outcome::Clean,
        (0, _) => Outcome::Nothing,
        _ => Outcome::Findings,
    }
}

/// How a command ends that told `report`.
pub fn outcome_of(report: &Report) -> Outcome {
    let problems = report.problems.len() + usize::from(report.store_failed);
    outcome(report.files.saturating_sub(report.unread), problems)
}
