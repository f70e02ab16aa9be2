//! The workspace as the tests read it: its tracked files and its packages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every file that git tracks or would, relative to the root, sorted.
pub fn tracked_files() -> Vec<String> {
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git is needed to list the project's files");
    assert!(output.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let mut files: Vec<String> =
        names.split_terminator('\0').filter(|name| root().join(name).is_file()).map(str::to_owned).collect();
    files.sort();
    files.dedup();
    assert!(files.iter().any(|file| file == "Cargo.toml"), "the list of files is not this workspace's");
    files
}

/// The tracked Rust files below `folder`, as (path relative to `folder`, text).
pub fn rust_files(folder: &str) -> Vec<(String, String)> {
    let prefix = format!("{folder}/");
    let files: Vec<_> = tracked_files()
        .into_iter()
        .filter_map(|file| file.strip_prefix(&prefix).filter(|rest| rest.ends_with(".rs")).map(str::to_owned))
        .map(|rest| {
            let text = std::fs::read_to_string(root().join(folder).join(&rest)).unwrap();
            (rest, text)
        })
        .collect();
    assert!(!files.is_empty(), "no Rust file below {folder}");
    files
}

/// Features of the library that bring what nobody gets who doesn't ask for them: a runtime, the network.
const APART: [&str; 2] = ["tokio", "shared"];

/// A member's direct dependencies that ship: neither development nor build dependencies, nor what only a feature of [`APART`] brings.
pub fn shipped_dependencies(package: &str) -> BTreeSet<String> {
    dependencies_where(package, |dependency| {
        let optional = dependency["optional"] == true;
        dependency["kind"].is_null() && !(optional && only_apart(package, dependency["name"].as_str().unwrap()))
    })
}

/// Whether no feature but those of [`APART`] names a dependency.
fn only_apart(package: &str, dependency: &str) -> bool {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|entry| entry["name"] == package).unwrap();
    let mut features = package["features"].as_object().unwrap().iter();
    features.all(|(name, parts)| {
        let is_named = parts.as_array().unwrap().iter().any(|part| part == &format!("dep:{dependency}"));
        APART.contains(&name.as_str()) || !is_named
    })
}

fn dependencies_where(package: &str, wanted: impl Fn(&serde_json::Value) -> bool) -> BTreeSet<String> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|entry| entry["name"] == package).expect("a member of the workspace");
    let dependencies = package["dependencies"].as_array().unwrap();
    dependencies
        .iter()
        .filter(|dependency| wanted(dependency))
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The members' names, each with its folder.
pub fn members() -> BTreeMap<String, PathBuf> {
    let metadata = metadata();
    let members = metadata["packages"].as_array().unwrap().iter();
    members
        .map(|package| {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap());
            (package["name"].as_str().unwrap().to_owned(), manifest.parent().unwrap().to_path_buf())
        })
        .collect()
}

fn metadata() -> serde_json::Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Everything that the lock file builds for these packages, themselves included, on any system.
pub fn closure(packages: BTreeSet<String>) -> BTreeSet<String> {
    let locked = locked();
    let mut known = packages;
    let mut open: Vec<String> = known.iter().cloned().collect();
    while let Some(package) = open.pop() {
        for dependency in locked.get(&package).into_iter().flatten() {
            if known.insert(dependency.clone()) {
                open.push(dependency.clone());
            }
        }
    }
    known
}

/// The lock file's packages with what each depends on; versions of one name are taken together.
fn locked() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("name = ") {
            current = name.trim_matches('"').to_owned();
            packages.entry(current.clone()).or_default();
        } else if let Some(dependency) = line.strip_prefix(" \"") {
            let name = dependency.trim_end_matches("\",").split(' ').next().unwrap();
            packages.get_mut(&current).unwrap().insert(name.to_owned());
        }
    }
    packages
}
