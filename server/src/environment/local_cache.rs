//! Where the SDK keeps its local cache: beside the configuration file that a run would read, else in the home directory.
//!
//! `flyte/_persistence/_db.py` (`LocalDB._get_cache_dir`) over `flyte/config/_reader.py` (`resolve_config_path`).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::project::git_root;
use super::{Origin, Outside};

/// The SDK's local cache, as runs of one folder use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalCache {
    /// The SQLite file, which need not exist yet.
    pub path: PathBuf,
    /// What led there: the SDK's configuration file or the variable that names it; `None` for the home directory.
    pub origin: Option<Origin>,
}

/// The local cache of runs that are started in `folder`, which belongs to the git checkout `git_root`.
///
/// `None` if the SDK would look into the home directory and there is none.
pub fn local_cache(folder: &Path, git_root: Option<&Path>, outside: &Outside) -> Option<LocalCache> {
    let beside = |config: &Path| config.parent().unwrap_or(folder).join("local-cache").join("cache.db");
    if let Some((config, origin)) = config_file(folder, git_root, outside) {
        return Some(LocalCache { path: beside(&config), origin: Some(origin) });
    }
    let home = outside.home()?;
    Some(LocalCache { path: home.join(".flyte").join("local-cache").join("cache.db"), origin: None })
}

/// The local cache of runs that are started in `folder`, with the checkout that it is in looked up.
pub fn local_cache_from(folder: &Path, outside: &Outside) -> Option<LocalCache> {
    local_cache(folder, git_root(folder), outside)
}

/// Whether `FLYTE_LOCAL_CACHE_ENABLED` asks for no local cache.
///
/// The user guide names the variable. No file of SDK 2.12.1 does: its local runs read and write the cache all the same.
pub fn local_cache_switched_off(outside: &Outside) -> bool {
    let value = outside.variable("FLYTE_LOCAL_CACHE_ENABLED").and_then(OsStr::to_str).unwrap_or_default();
    ["false", "0", "no", "off", "f", "n"].contains(&value.trim().to_ascii_lowercase().as_str())
}

impl LocalCache {
    /// What led to the file, in words: `beside config.yaml`.
    pub fn led_by(&self, base: &Path) -> String {
        match &self.origin {
            None => "in the home directory".to_owned(),
            Some(origin @ Origin::File { .. }) => format!("beside {}", origin.words(base)),
            Some(origin) => format!("beside the file that {} names", origin.words(base)),
        }
    }
}

/// The configuration file that the SDK reads, in its own order.
pub(super) fn config_file(folder: &Path, git_root: Option<&Path>, outside: &Outside) -> Option<(PathBuf, Origin)> {
    let flyte = Path::new(".flyte").join("config.yaml");
    let found = |path: PathBuf| {
        let origin = Origin::File { file: path.clone(), line: None };
        path.exists().then_some((path, origin))
    };
    // A variable is believed without a look at the file.
    let named = |name: &'static str| {
        let path = folder.join(outside.variable(name)?);
        Some((path, Origin::Variable(name)))
    };
    let home = |place: &str| outside.home().map(|home| home.join(place).join("config.yaml"));
    found(folder.join("config.yaml"))
        .or_else(|| found(folder.join(&flyte)))
        .or_else(|| found(git_root?.join(&flyte)))
        .or_else(|| named("UCTL_CONFIG"))
        .or_else(|| named("FLYTECTL_CONFIG"))
        .or_else(|| found(home(".union")?))
        .or_else(|| found(home(".flyte")?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;

    /// Each place is made in turn, the last in the SDK's order first: every one hides those made before.
    #[test]
    fn the_places_come_in_the_order_of_the_sdk() {
        let temp = tempfile::tempdir().unwrap();
        let (home, root) = (temp.path().join("home"), temp.path().join("checkout"));
        let folder = root.join("project");
        fs::create_dir_all(&folder).unwrap();
        let cache = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            local_cache(&folder, Some(&root), &Outside::new(variables, Some(home.clone()))).unwrap().path
        };
        let make = |path: PathBuf| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        let db = |folder: &Path| folder.join("local-cache").join("cache.db");

        assert_eq!(cache(&[]), db(&home.join(".flyte")));
        make(home.join(".flyte/config.yaml"));
        assert_eq!(cache(&[]), db(&home.join(".flyte")));
        make(home.join(".union/config.yaml"));
        assert_eq!(cache(&[]), db(&home.join(".union")));
        assert_eq!(cache(&[("FLYTECTL_CONFIG", "conf/a.yaml")]), db(&folder.join("conf")));
        assert_eq!(cache(&[("FLYTECTL_CONFIG", "conf/a.yaml"), ("UCTL_CONFIG", "b.yaml")]), db(&folder));
        assert_eq!(cache(&[("UCTL_CONFIG", "")]), db(&home.join(".union")), "an empty variable is none");
        make(root.join(".flyte/config.yaml"));
        assert_eq!(cache(&[("UCTL_CONFIG", "b.yaml")]), db(&root.join(".flyte")));
        make(folder.join(".flyte/config.yaml"));
        assert_eq!(cache(&[]), db(&folder.join(".flyte")));
        make(folder.join("config.yaml"));
        assert_eq!(cache(&[]), db(&folder));
    }

    #[test]
    fn what_led_to_the_file_is_told() {
        let temp = tempfile::tempdir().unwrap();
        let words = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let outside = Outside::new(variables, Some(temp.path().join("home")));
            local_cache_from(temp.path(), &outside).unwrap().led_by(temp.path())
        };
        assert_eq!(words(&[]), "in the home directory");
        assert_eq!(words(&[("UCTL_CONFIG", "a.yaml")]), "beside the file that the variable UCTL_CONFIG names");
        fs::create_dir(temp.path().join(".flyte")).unwrap();
        fs::write(temp.path().join(".flyte/config.yaml"), "").unwrap();
        assert_eq!(words(&[]), "beside .flyte/config.yaml");
    }

    #[test]
    fn the_switch_of_the_guide_is_read() {
        let off = |value: &str| {
            local_cache_switched_off(&Outside::new([("FLYTE_LOCAL_CACHE_ENABLED".into(), value.into())], None))
        };
        assert!(off("false") && off("False") && off("0"));
        assert!(!off("true") && !off("") && !off("maybe"));
        assert!(!local_cache_switched_off(&Outside::default()));
    }

    #[test]
    fn without_a_home_there_may_be_no_cache() {
        let temp = tempfile::tempdir().unwrap();
        assert_eq!(local_cache(temp.path(), None, &Outside::new([], None)), None);
    }
}
