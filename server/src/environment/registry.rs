//! The registry that the SDK is configured to use for images of its own base: a part of the name of each that is built
//! on it (`flyte/_image.py`, `_get_configured_registry`).

use std::path::{Path, PathBuf};

use super::files;
use super::{Outside, Project, Texts};

/// What is known of the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Registry {
    /// No configuration names one.
    #[default]
    None,
    /// This one.
    Named(String),
    /// It depends on a configuration file: which, in words for the user.
    Unknown(String),
}

/// The registry for scripts in a folder.
///
/// The SDK reads the first configuration file of several, two of them relative to the folder that it is started in
/// (`flyte/config/_reader.py`, `resolve_config_path`). Which folder that is isn't known, nor which file a script may name
/// itself, so any of them that says `registry` makes the answer unknown.
pub fn configured(texts: &dyn Texts, folder: &Path, project: &Project, outside: &Outside) -> Registry {
    if let Some(name) = outside.variable("FLYTE_IMAGE_REGISTRY") {
        return Registry::Named(name.to_string_lossy().into_owned());
    }
    let above = folder.ancestors().take_while(|above| above.starts_with(&project.root));
    let local = above.flat_map(|above| [above.join("config.yaml"), above.join(".flyte").join("config.yaml")]);
    let named =
        ["UCTL_CONFIG", "FLYTECTL_CONFIG"].into_iter().filter_map(|name| outside.variable(name)).map(PathBuf::from);
    let home =
        outside.home().into_iter().flat_map(|home| [".union", ".flyte"].map(|at| home.join(at).join("config.yaml")));
    let names_one = |path: &PathBuf| {
        // A file that can't be read as text may say anything.
        files::read(texts, path).map_or(true, |text| text.is_some_and(|text| text.contains("registry")))
    };
    match local.chain(named).chain(home).find(names_one) {
        Some(path) => Registry::Unknown(format!("the image is named by the registry that {} may set", path.display())),
        None => Registry::None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::environment::{Disk, discover};

    #[test]
    fn a_configuration_that_names_a_registry_is_told() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().canonicalize().unwrap();
        let home = root.join("home");
        let folder = root.join("project").join("pkg");
        std::fs::create_dir_all(folder.join(".flyte")).unwrap();
        std::fs::create_dir_all(home.join(".flyte")).unwrap();
        std::fs::write(root.join("project").join("tasklens.toml"), "").unwrap();
        let project = discover(&folder);
        let configured = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
            configured(&Disk, &folder, &project, &Outside::new(variables, Some(home.clone())))
        };
        assert_eq!(configured(&[]), Registry::None);
        assert_eq!(configured(&[("FLYTE_IMAGE_REGISTRY", "ghcr.io/us")]), Registry::Named("ghcr.io/us".to_owned()));
        std::fs::write(home.join(".flyte").join("config.yaml"), "image:\n  builder: local\n").unwrap();
        assert_eq!(configured(&[]), Registry::None);
        std::fs::write(folder.join(".flyte").join("config.yaml"), "image:\n  registry: ghcr.io/us\n").unwrap();
        assert!(matches!(configured(&[]), Registry::Unknown(reason) if reason.contains("config.yaml")));
    }
}
