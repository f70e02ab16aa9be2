//! Whether the SDK's configuration names a cluster: where there is a client, runs that say nothing of a mode are remote ones
//! (`flyte/_run.py`: `force_mode = "remote"`).

use std::path::Path;

use super::local_cache::config_file;
use super::project::git_root;
use super::{Origin, Outside};

/// Where the SDK has a configuration file, it looks for each entry among such variables first (`flyte/config/_reader.py`).
const ENDPOINT: &str = "FLYTE_ADMIN_ENDPOINT";

/// What names a cluster to `flyte.init_from_config()` in runs that are started in `folder`: the configuration file that the SDK finds there,
/// or the environment in its place. Where there is no such file the SDK asks for neither.
pub fn names_a_cluster(folder: &Path, outside: &Outside) -> Option<Origin> {
    let (file, origin) = config_file(folder, git_root(folder), outside)?;
    let by_variable = outside.variable(ENDPOINT).is_some();
    let origin = if by_variable { Origin::Variable(ENDPOINT) } else { origin };
    file_names_a_cluster(&file, outside).unwrap_or_default().then_some(origin)
}

/// Whether a configuration file names a cluster by `admin.endpoint`, or the environment does in its place; `None` if there is no such file,
/// or none that could be one.
pub fn file_names_a_cluster(file: &Path, outside: &Outside) -> Option<bool> {
    const LARGEST: u64 = 1 << 20;
    let size = file.metadata().ok().filter(|data| data.is_file())?.len();
    let text = if size <= LARGEST { std::fs::read_to_string(file).ok()? } else { return None };
    Some(outside.variable(ENDPOINT).is_some() || has_endpoint(&text))
}

/// Whether YAML has an `endpoint` in `admin`. Read line by line as people write it; of any other style it is enough that both are mentioned.
fn has_endpoint(text: &str) -> bool {
    let mut is_admin = false;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    if lines.clone().next().is_some_and(|line| line.starts_with('{')) {
        return text.contains("admin") && text.contains("endpoint");
    }
    lines.any(|line| {
        let Some((key, value)) = line.split_once(':') else { return false };
        let (key, value) = (key.trim().trim_matches(['"', '\'']), value.trim());
        if !line.starts_with([' ', '\t']) {
            is_admin = key == "admin";
            return is_admin && value.contains("endpoint");
        }
        let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        is_admin && key == "endpoint" && !matches!(value, "" | "null" | "~") && !value.starts_with('#')
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_the_sdk_finds_in_a_folder_may_name_a_cluster() {
        let temp = tempfile::tempdir().unwrap();
        let names = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
            names_a_cluster(temp.path(), &Outside::new(variables, None)).map(|origin| origin.words(temp.path()))
        };
        assert_eq!(names(&[]), None);
        assert_eq!(names(&[(ENDPOINT, "x")]), None);
        std::fs::write(temp.path().join("config.yaml"), "image:\n  builder: local\n").unwrap();
        assert_eq!(names(&[]), None);
        assert_eq!(names(&[(ENDPOINT, "x")]), Some(format!("the variable {ENDPOINT}")));
        std::fs::write(temp.path().join("config.yaml"), "admin:\n  endpoint: x\n").unwrap();
        assert_eq!(names(&[]), Some("config.yaml".to_owned()));
    }

    #[test]
    fn endpoints_are_found_in_each_style() {
        for text in [
            "admin:\n  endpoint: dns:///flyte.example.com\n",
            "image:\n  builder: local\nadmin: # the cluster\n  # ours\n  insecure: true\n  endpoint: \"localhost:8090\" # local\n",
            "'admin':\n    \"endpoint\": x\n",
            "admin: {insecure: true, endpoint: x}\n",
            "{\"admin\": {\"endpoint\": \"x\"}}\n",
        ] {
            assert!(has_endpoint(text), "{text}");
        }
        for text in [
            "",
            "image:\n  builder: local\n",
            "console:\n  endpoint: x\nadmin:\n  insecure: true\n",
            "admin:\n  insecure: true\nconsole:\n  endpoint: x\n",
            "admin:\n  endpoint:\n  insecure: true\n",
            "admin:\n  endpoint: null\n",
            "admin:\n  # endpoint: x\n  endpoint: '' # none\n",
            "#admin:\n#  endpoint: x\n",
        ] {
            assert!(!has_endpoint(text), "{text}");
        }
    }
}
