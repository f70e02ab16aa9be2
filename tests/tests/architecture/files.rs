//! What no tracked file may hold, and how long it may be.

use crate::workspace::{root, tracked_files};

/// A file of more than some 600 lines has more than one subject; the rest is room for a subject that is just that large.
const MOST_LINES: usize = 650;

/// Written by a program from tables: as long as it has to be.
const GENERATED: &[&str] = &["cache-core/src/python/unicode/tables.rs"];

const CODE: &[&str] = &[".rs", ".py", ".mjs", ".js", ".ts"];

#[test]
fn files_of_code_have_one_subject() {
    let files = tracked_files();
    let code = files.iter().filter(|file| CODE.iter().any(|extension| file.ends_with(extension)));
    let long: Vec<String> = code
        .filter(|file| !GENERATED.contains(&file.as_str()))
        .filter_map(|file| {
            let lines = std::fs::read(root().join(file)).unwrap().iter().filter(|byte| **byte == b'\n').count();
            (lines > MOST_LINES).then(|| format!("{file}: {lines} lines"))
        })
        .collect();
    assert!(long.is_empty(), "split these (at most {MOST_LINES} lines):\n{}", long.join("\n"));
}

#[test]
fn generated_files_exist() {
    for file in GENERATED {
        assert!(root().join(file).is_file(), "{file} is gone: remove it from the list");
    }
}

#[test]
fn no_file_names_a_machine() {
    // Put together here, so that this file doesn't hold them.
    let machines = [["/ro", "ot/"], ["/wo", "rk/"]].map(|parts| parts.concat());
    let mut problems = Vec::new();
    for file in tracked_files() {
        let Ok(text) = std::fs::read_to_string(root().join(&file)) else {
            continue; // not text
        };
        for (number, line) in text.lines().enumerate() {
            for machine in machines.iter().filter(|machine| line.contains(machine.as_str())) {
                problems.push(format!("{file}:{}: {machine}", number + 1));
            }
        }
    }
    assert!(problems.is_empty(), "absolute paths of one machine:\n{}", problems.join("\n"));
}

#[test]
fn lock_files_name_public_registries_only() {
    let mut problems = Vec::new();
    for file in tracked_files() {
        let (key, allowed) = match file.rsplit('/').next().unwrap_or_default() {
            "Cargo.lock" => ("source = ", "\"registry+https://github.com/rust-lang/crates.io-index\""),
            "package-lock.json" => ("\"resolved\": ", "\"https://registry.npmjs.org/"),
            _ => continue,
        };
        let text = std::fs::read_to_string(root().join(&file)).unwrap();
        for (number, line) in text.lines().enumerate() {
            let elsewhere = line.trim().strip_prefix(key).is_some_and(|source| !source.starts_with(allowed));
            if elsewhere {
                problems.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(problems.is_empty(), "lock files are to name the public registries:\n{}", problems.join("\n"));
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut problems = Vec::new();
    let mut links = 0;
    for file in tracked_files().iter().filter(|file| file.ends_with(".md")) {
        let page = root().join(file);
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            links += 1;
            if !page.with_file_name(target).exists() {
                problems.push(format!("{file}: {link}"));
            }
        }
    }
    assert!(links > 10, "the links were not read");
    assert!(problems.is_empty(), "these lead nowhere:\n{}", problems.join("\n"));
}
