//! What belongs to one place stays there, and what belongs nowhere is nowhere.

use crate::paths::{Named, named};
use crate::workspace::rust_files;

/// Fails with each path of the files that `wrong` objects to, in words.
fn check(folder: &str, wrong: impl Fn(&str, &Named) -> Option<&'static str>) {
    let mut problems = Vec::new();
    for (file, text) in rust_files(folder) {
        for path in named(&text) {
            if let Some(reason) = wrong(&file, &path) {
                problems.push(format!("{folder}/{file}:{}: `{}`: {reason}", path.line, path.text()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn cache_core_knows_no_environment_terminal_or_home() {
    check("cache-core/src", |_, path| {
        let last = path.segments.last()?.as_str();
        match last {
            _ if path.starts_with(&["std", "env"]) || path.starts_with(&["env"]) && path.segments.len() > 1 => {
                Some("the caller says what the environment says")
            }
            "stdin" | "stdout" | "stderr" if path.segments.iter().any(|segment| segment == "io") => {
                Some("the library returns values and prints nothing")
            }
            "println" | "eprintln" | "dbg" => Some("the library returns values and prints nothing"),
            "home_dir" | "current_dir" | "temp_dir" | "current_exe" => Some("the caller gives paths"),
            _ if path.starts_with(&["std", "process"]) => Some("the library starts no process"),
            _ => None,
        }
    });
}

#[test]
fn no_crate_holds_unsafe_code() {
    for folder in ["cache-core/src", "server/src", "tests/src"] {
        check(folder, |_, path| (path.text() == "unsafe").then_some("no unsafe code"));
    }
}

#[test]
fn the_exact_parser_stays_in_cache_core_python() {
    let is_ruff = |path: &Named| path.segments[0].starts_with("ruff_");
    check("cache-core/src", |file, path| {
        (is_ruff(path) && !file.starts_with("python/")).then_some("only `cache_core::python` knows this parser")
    });
    check("server/src", |_, path| is_ruff(path).then_some("only `cache_core::python` knows this parser"));
}

#[test]
fn the_exact_parsers_types_are_not_re_exported() {
    for (file, text) in rust_files("cache-core/src") {
        let squeezed: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!squeezed.contains("pub use ruff_"), "cache-core/src/{file} re-exports the parser's own types");
    }
}

#[test]
fn the_live_tree_stays_in_analysis() {
    let is_tree = |path: &Named| path.segments[0].starts_with("tree_sitter");
    check("cache-core/src", |_, path| is_tree(path).then_some("no version is taken from the live tree"));
    check("server/src", |file, path| {
        (is_tree(path) && !file.starts_with("analysis/")).then_some("only `analysis` reads the live tree")
    });
}

#[test]
fn the_editor_protocol_stays_in_lsp() {
    let is_protocol = |path: &Named| matches!(path.segments[0].as_str(), "tower_lsp" | "lsp_types");
    check("cache-core/src", |_, path| is_protocol(path).then_some("the library knows no editor"));
    check("server/src", |file, path| {
        (is_protocol(path) && !file.starts_with("lsp/")).then_some("only `lsp` knows the editor's protocol")
    });
}

#[test]
fn the_command_lines_parser_stays_in_cli() {
    check("server/src", |file, path| {
        (path.segments[0] == "clap" && !file.starts_with("cli/")).then_some("only `cli` knows the command line")
    });
}

/// Whether a path stands in code that is built for tests only, by this project's own way of naming it.
fn is_of_a_test(file: &str, path: &Named) -> bool {
    let is_its_file = ["/tests/", "/test_", "/tests.rs"].iter().any(|part| file.contains(part));
    is_its_file || path.within.iter().any(|module| module == "tests")
}

#[test]
fn git_is_the_only_program_that_is_started_and_baseline_starts_it() {
    check("server/src", |file, path| {
        let starts = path.segments.iter().any(|segment| segment == "process")
            && path.segments.last().is_some_and(|last| last == "Command");
        (starts && file != "baseline/git.rs" && !is_of_a_test(file, path)).then_some("nothing else is started")
    });
}

#[test]
fn the_environment_is_asked_in_environment_and_cli_only() {
    const QUESTIONS: [&str; 7] = ["var", "var_os", "vars", "vars_os", "home_dir", "current_dir", "temp_dir"];
    check("server/src", |file, path| {
        let asks = path.segments.iter().any(|segment| segment == "env")
            && path.segments.last().is_some_and(|last| QUESTIONS.contains(&last.as_str()));
        let may = file.starts_with("environment/") || file.starts_with("cli/") || is_of_a_test(file, path);
        (asks && !may).then_some("`environment` tells the others")
    });
}

#[test]
fn stores_of_ours_know_nothing_of_the_sdks_cache() {
    check("cache-core/src", |file, path| {
        let ours = file.starts_with("engine/") || file.starts_with("store/") && !file.starts_with("store/flyte/");
        let names = path.segments.iter().any(|segment| segment == "flyte" || segment == "FlyteCache");
        (ours && file != "store/mod.rs" && names).then_some("entries of ours and the SDK's say nothing of each other")
    });
}

#[test]
fn the_sdks_cache_is_written_by_clear_only() {
    const WRITES: [&str; 9] = [
        "SQLITE_OPEN_READ_WRITE",
        "SQLITE_OPEN_CREATE",
        "transaction_with_behavior",
        "TransactionBehavior",
        "OpenOptions",
        "create",
        "write",
        "remove_file",
        "rename",
    ];
    check("cache-core/src", |file, path| {
        let last = path.segments.last()?.as_str();
        if !file.starts_with("store/flyte/") {
            return None; // `Store`s of ours are written, and know nothing of the SDK's
        }
        let opens = last == "open" && path.segments.iter().any(|segment| segment == "Connection");
        let may = file == "store/flyte/clear.rs" || is_of_a_test(file, path);
        ((opens || WRITES.contains(&last)) && !may).then_some("only `store::flyte::clear` writes to the SDK's cache")
    });
}
