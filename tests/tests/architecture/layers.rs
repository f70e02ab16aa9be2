//! Dependencies point downwards only, between the modules of one crate and between the crates.

use std::collections::{BTreeMap, BTreeSet};

use crate::paths::{Named, named};
use crate::workspace::{rust_files, shipped_dependencies};

/// The server's modules, the uppermost layer first. A module may use those of its own layer and of the layers below.
const SERVER: &[&[&str]] = &[
    &["cli", "lsp"],
    &["render", "rules"],
    &["status"],
    &["analysis", "baseline", "environment", "records"],
    &["edit"],
];

/// The library's modules, the same way.
const CACHE_CORE: &[&[&str]] = &[&["engine"], &["store"], &["key"], &["policy"], &["python"]];

#[test]
fn no_module_of_the_server_depends_on_a_layer_above_it() {
    check_layers("server/src", SERVER);
}

#[test]
fn no_module_of_cache_core_depends_on_a_layer_above_it() {
    check_layers("cache-core/src", CACHE_CORE);
}

#[test]
fn packages_depend_downwards_only() {
    let members = BTreeSet::from(["cache-core", "tasklens", "tasklens-tests"]);
    let ours = |package| -> Vec<String> {
        let names = shipped_dependencies(package).into_iter();
        names.filter(|name| members.contains(name.as_str())).collect()
    };
    assert_eq!(ours("cache-core"), Vec::<String>::new());
    assert_eq!(ours("tasklens"), ["cache-core"]);
}

/// Fails on a module that no layer names, on a reference upwards, and on modules that need each other.
fn check_layers(folder: &str, layers: &[&[&str]]) {
    let level = |module: &str| layers.iter().position(|layer| layer.contains(&module));
    let mut problems = Vec::new();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in rust_files(folder) {
        let modules = modules_of(&file);
        let Some(from) = modules.first() else {
            continue; // lib.rs and main.rs are the crate's root, above every layer
        };
        let Some(from_level) = level(from) else {
            problems.push(format!("{folder}/{file}: no layer names the module `{from}`: add it to the right one"));
            continue;
        };
        for path in named(&text) {
            let Some(to) = reached(&modules, &path) else {
                continue;
            };
            match level(&to) {
                None => problems.push(format!(
                    "{folder}/{file}:{}: `{}` names no module of the layers: say which module it is in",
                    path.line,
                    path.text()
                )),
                Some(to_level) if to_level < from_level => problems.push(format!(
                    "{folder}/{file}:{}: `{from}` must not use `{to}`, which is above it: `{}`",
                    path.line,
                    path.text()
                )),
                Some(_) if to != *from => {
                    uses.entry(from.clone()).or_default().insert(to);
                }
                Some(_) => {}
            }
        }
    }
    problems.extend(cycles(&uses));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The modules that a file is: `["analysis", "task"]` for `analysis/task.rs`, none for the crate's root.
fn modules_of(file: &str) -> Vec<String> {
    let mut modules: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(modules.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        modules.pop();
    }
    modules
}

/// The crate's top-level module that a path of this file reaches, if it reaches one through `crate` or `super`.
fn reached(file: &[String], path: &Named) -> Option<String> {
    let here = [file, path.within.as_slice()].concat();
    let mut absolute = match path.segments.first()?.as_str() {
        "crate" => Vec::new(),
        "super" | "self" => here,
        _ => return None,
    };
    for segment in &path.segments {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => {
                absolute.pop();
            }
            name => absolute.push(name.to_owned()),
        }
    }
    absolute.into_iter().next() // none for the `crate` of `pub(crate)`; `crate::*` reaches `*`, which no layer names
}

/// A message for each two modules that reach each other.
fn cycles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reach = |start: &str| {
        let mut known = BTreeSet::new();
        let mut open = vec![start.to_owned()];
        while let Some(module) = open.pop() {
            for next in uses.get(&module).into_iter().flatten() {
                if known.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        known
    };
    let modules: Vec<&String> = uses.keys().collect();
    let mut problems = Vec::new();
    for (index, one) in modules.iter().enumerate() {
        for other in &modules[index + 1..] {
            if reach(one).contains(*other) && reach(other).contains(*one) {
                problems.push(format!("`{one}` and `{other}` need each other: move what both need below them"));
            }
        }
    }
    problems
}

#[test]
fn what_a_path_reaches_is_found() {
    let reaches = |file: &str, text: &str| reached(&modules_of(file), &named(text)[0]);
    assert_eq!(reaches("analysis/task.rs", "crate::status::Status").as_deref(), Some("status"));
    assert_eq!(reaches("analysis/task.rs", "super::imports").as_deref(), Some("analysis"));
    assert_eq!(reaches("analysis/mod.rs", "super::cli").as_deref(), Some("cli"));
    assert_eq!(reaches("analysis/task.rs", "super::super::cli").as_deref(), Some("cli"));
    assert_eq!(reaches("analysis/mod.rs", "mod tests { super::task }").as_deref(), Some("analysis"));
    assert_eq!(reaches("analysis/mod.rs", "crate::*").as_deref(), Some("*"));
    assert_eq!(reaches("analysis/mod.rs", "crate"), None);
    assert_eq!(reaches("analysis/mod.rs", "serde::Serialize"), None);
}

#[test]
fn modules_that_need_each_other_are_found() {
    let uses = |pairs: &[(&str, &str)]| {
        let mut map: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in pairs {
            map.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        map
    };
    assert_eq!(cycles(&uses(&[("a", "b"), ("b", "c")])), Vec::<String>::new());
    assert_eq!(cycles(&uses(&[("a", "b"), ("b", "c"), ("c", "a")])).len(), 3);
}
