//! The world around the process: environment variables, the home directory, the search path.

use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A snapshot of what the process was started with. Tests make one up; everything else takes [`Outside::of_process`].
#[derive(Clone, Debug, Default)]
pub struct Outside {
    variables: HashMap<OsString, OsString>,
    home: Option<PathBuf>,
}

impl Outside {
    /// Looks at the process's own environment.
    pub fn of_process() -> Self {
        Self::new(env::vars_os(), env::home_dir())
    }

    /// A world with these variables and this home directory.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>, home: Option<PathBuf>) -> Self {
        // Windows knows one variable by any spelling: `Path`, `PATH`.
        let spelled = |name: OsString| if cfg!(windows) { name.to_ascii_uppercase() } else { name };
        let variables = variables.into_iter().map(|(name, value)| (spelled(name), value)).collect();
        Self { variables, home: home.filter(|home| home.is_absolute()) }
    }

    /// A variable that is set to something; an empty one counts as not set, as it does for git, pyenv and uv.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// A variable that holds an absolute path.
    pub fn folder(&self, name: &str) -> Option<PathBuf> {
        self.variable(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// The user's home directory, absolute.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The files that `name` could start, in the order of the search path.
    ///
    /// Only absolute entries count: a program is never taken from the folder that Tasklens happens to stand in, which on
    /// Windows would be searched first.
    pub fn programs(&self, name: &str) -> impl Iterator<Item = PathBuf> {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        let path = self.variable("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = env::split_paths(path).filter(|folder| folder.is_absolute()).collect();
        folders.into_iter().map(move |folder| folder.join(&file)).filter(|program| is_program(program))
    }

    /// The first file that `name` would start.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        self.programs(name).next()
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_empty_variable_is_not_set() {
        let outside = Outside::new([("A".into(), "".into()), ("B".into(), "relative/path".into())], None);
        assert_eq!(outside.variable("A"), None);
        assert_eq!(outside.variable("B"), Some(OsStr::new("relative/path")));
        assert_eq!(outside.folder("B"), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_program_needs_an_absolute_entry_and_to_be_executable() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().unwrap();
        let (first, second) = (temp.path().join("first"), temp.path().join("second"));
        for folder in [&first, &second] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join("git"), "").unwrap();
        }
        std::fs::set_permissions(second.join("git"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = env::join_paths([Path::new("."), Path::new(""), &first, &second]).unwrap();
        let outside = Outside::new([("PATH".into(), path)], None);
        assert_eq!(outside.program("git"), Some(second.join("git")));
        assert_eq!(Outside::default().program("git"), None);
    }
}
