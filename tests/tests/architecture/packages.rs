//! What packages declare: lints, dependencies that must not be there, a main that is an allocator and three lines.

use crate::workspace::{closure, members, root, shipped_dependencies};

/// Crates that print, ask the environment, speak an editor's protocol or wait for a network.
const NOT_IN_CACHE_CORE: &[&str] = &[
    "anstream",
    "anstyle",
    "clap",
    "colored",
    "console",
    "crossterm",
    "directories",
    "dirs",
    "dirs-sys",
    "env_logger",
    "etcetera",
    "home",
    "hyper",
    "indicatif",
    "is-terminal",
    "lsp-types",
    "owo-colors",
    "reqwest",
    "termcolor",
    "terminal_size",
    "tokio",
    "tower-lsp",
    "ureq",
    "yansi",
];

#[test]
fn cache_core_is_built_without_terminal_editor_home_or_network() {
    let built = closure(shipped_dependencies("cache-core"));
    let wrong: Vec<_> = NOT_IN_CACHE_CORE.iter().filter(|name| built.contains(**name)).collect();
    assert!(wrong.is_empty(), "cache-core is built with {wrong:?}");
    assert!(built.contains("sha2"), "the closure of cache-core's dependencies was not read");
}

#[test]
fn the_exact_parser_is_no_dependency_of_the_server() {
    let direct = shipped_dependencies("tasklens");
    assert!(!direct.iter().any(|name| name.starts_with("ruff_")), "the server reaches around cache_core::python");
}

#[test]
fn every_member_forbids_unsafe_code() {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""), "the workspace no longer forbids unsafe code");
    let members = members();
    assert!(members.len() >= 3, "the members were not read");
    for (name, folder) in members {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{name} does not take the workspace's lints");
    }
}

#[test]
fn the_binary_is_only_the_librarys_main() {
    let main = std::fs::read_to_string(root().join("server/src/main.rs")).unwrap();
    let code: Vec<&str> = main.lines().filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    let [attribute, allocator, main @ ..] = &code[..] else { panic!("server/src/main.rs is empty") };
    assert!(
        *attribute == "#[global_allocator]" && allocator.starts_with("static "),
        "an allocator is the binary's own"
    );
    assert_eq!(main.len(), 3, "server/src/main.rs is to call the library and nothing else");
}
