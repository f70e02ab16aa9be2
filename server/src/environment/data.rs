//! The user's folders for what programs remember, and for what they can find out again.

use std::path::{Path, PathBuf};

use super::Outside;

/// Where run records of clusters are remembered: `runs.jsonl` in the folder that the system has for a user's data
/// (`$XDG_DATA_HOME`, `~/.local/share`; `~/Library/Application Support`; `%LOCALAPPDATA%`), below `tasklens`.
///
/// `TASKLENS_DATA_DIR` names another folder. `None` without a home.
pub fn run_records(outside: &Outside) -> Option<PathBuf> {
    folder(outside).map(|folder| folder.join("runs.jsonl"))
}

/// Where is kept what runs see of the files of a project (its absolute folder): a file in the folder that the system has for what programs
/// can find out again (`$XDG_CACHE_HOME`, `~/.cache`; `~/Library/Caches`; `%LOCALAPPDATA%`), below `tasklens`. `None` without a home.
pub fn sightings(outside: &Outside, project: &Path) -> Option<PathBuf> {
    let home = |path: &str| outside.home().map(|home| home.join(path));
    let folder = if cfg!(windows) {
        outside.folder("LOCALAPPDATA").or_else(|| home("AppData/Local"))?.join("tasklens").join("cache")
    } else if cfg!(target_os = "macos") {
        home("Library/Caches")?.join("tasklens")
    } else {
        outside.folder("XDG_CACHE_HOME").or_else(|| home(".cache"))?.join("tasklens")
    };
    let name = blake3::hash(project.as_os_str().as_encoded_bytes()).to_hex();
    Some(folder.join(format!("{}.seen", name.get(..32)?)))
}

fn folder(outside: &Outside) -> Option<PathBuf> {
    if let Some(named) = outside.folder("TASKLENS_DATA_DIR") {
        return Some(named);
    }
    let home = |path: &str| outside.home().map(|home| home.join(path));
    let data = if cfg!(windows) {
        outside.folder("LOCALAPPDATA").or_else(|| home("AppData/Local"))
    } else if cfg!(target_os = "macos") {
        home("Library/Application Support")
    } else {
        outside.folder("XDG_DATA_HOME").or_else(|| home(".local/share"))
    };
    data.map(|data| data.join("tasklens"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn a_variable_goes_before_the_home() {
        let at = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            run_records(&Outside::new(variables, Some("/home/ada".into())))
        };
        let is = |path: &str| Some(Path::new(path).to_owned());
        assert_eq!(at(&[]), is("/home/ada/.local/share/tasklens/runs.jsonl"));
        assert_eq!(at(&[("XDG_DATA_HOME", "/data")]), is("/data/tasklens/runs.jsonl"));
        assert_eq!(at(&[("XDG_DATA_HOME", "data")]), is("/home/ada/.local/share/tasklens/runs.jsonl"));
        assert_eq!(at(&[("XDG_DATA_HOME", "/data"), ("TASKLENS_DATA_DIR", "/here")]), is("/here/runs.jsonl"));
        assert_eq!(run_records(&Outside::default()), None);
    }
}
