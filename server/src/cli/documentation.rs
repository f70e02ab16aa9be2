//! Tests that the pages in `docs/` and this command line speak of the same commands and options.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Command, CommandFactory, Parser};

use super::Cli;
use crate::status::{Change, Status, diff::Class};

/// The page of a command that has one of its own, beside `docs/cli.md`.
const PAGES: &[(&str, &str)] = &[
    ("diff", "diff.md"),
    ("lock", "lock.md"),
    ("explain", "explain.md"),
    ("status", "entries.md"),
    ("server", "editors.md"),
    ("local-cache", "local-cache.md"),
    ("completions", "install.md"),
    ("man", "install.md"),
    ("store", "team-store.md"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap_or_default()
}

/// Every page that users read, by its path.
fn pages() -> Vec<(PathBuf, String)> {
    let in_folder = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let docs = root().join("docs");
    let mut paths: Vec<PathBuf> = in_folder(docs.clone()).chain(in_folder(docs.join("rules"))).collect();
    paths.extend(["README.md", "server/README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// A command, its own commands, and so on, with their names in full: `local-cache list`.
fn all(command: &Command, above: &str) -> Vec<(String, Command)> {
    let inner = command.get_subcommands().filter(|one| !one.is_hide_set() && one.get_name() != "help");
    inner
        .flat_map(|one| {
            let name = format!("{above} {}", one.get_name()).trim().to_owned();
            [(name.clone(), one.clone())].into_iter().chain(all(one, &name)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_command_and_option_has_its_place_in_the_pages() {
    let cli = page("cli.md");
    let mut missing = Vec::new();
    for (name, command) in all(&Cli::command(), "") {
        let first = name.split(' ').next().unwrap();
        let own = PAGES.iter().filter(|(command, _)| *command == first).map(|(_, name)| page(name));
        let text: String = [cli.clone()].into_iter().chain(own).collect();
        let word = name.rsplit(' ').next().unwrap();
        let is_named = [format!("tasklens {name}"), format!("`{word}")].iter().any(|spelling| text.contains(spelling));
        if !is_named {
            missing.push(format!("tasklens {name}"));
        }
        for option in command.get_arguments().filter(|option| !option.is_hide_set() && !option.is_global_set()) {
            let Some(long) = option.get_long().filter(|long| !["help", "version"].contains(long)) else { continue };
            if !text.contains(&format!("--{long}")) {
                missing.push(format!("tasklens {name} --{long}"));
            }
        }
    }
    assert!(missing.is_empty(), "docs/ does not speak of {missing:#?}");
}

/// The command lines of a page's blocks, each as words.
fn shown(text: &str) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("```") {
            in_block = !in_block;
        } else if let Some(rest) =
            line.strip_prefix("$ ").unwrap_or(line).strip_prefix("tasklens ").filter(|_| in_block)
        {
            lines.push(words(&format!("tasklens {rest}")));
        }
    }
    lines
}

/// A line's words as a shell takes them apart, up to a pipe, a redirection or a comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in line.chars() {
        match (character, quote) {
            (_, Some(open)) if character == open => quote = None,
            (_, Some(_)) => word.get_or_insert_default().push(character),
            ('\'' | '"', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            ('|' | '>' | '#' | '&' | ';', None) if word.is_none() => break,
            (_, None) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_command_line_of_the_pages_is_one() {
    let mut tried = 0;
    for (path, text) in pages() {
        for words in shown(&text) {
            // `[PATHS]` and `path|list|show` stand for what a user puts there.
            if words.iter().any(|word| word.starts_with('[') || word.contains('|')) {
                continue;
            }
            tried += 1;
            match Cli::try_parse_from(&words) {
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {}
                Err(error) => panic!("{}: {}: {error}", path.display(), words.join(" ")),
            }
        }
    }
    assert!(tried > 20, "the pages' commands were not read: {tried}");
}

#[test]
fn no_page_of_the_command_line_names_an_option_that_there_is_not() {
    let command = Cli::command();
    let inner = all(&command, "").into_iter().map(|(_, command)| command);
    let known: BTreeSet<String> = [command.clone()]
        .into_iter()
        .chain(inner)
        .flat_map(|command| {
            let names = |option: &clap::Arg| {
                let aliases = option.get_visible_aliases().unwrap_or_default();
                option.get_long().into_iter().chain(aliases).map(str::to_owned).collect::<Vec<_>>()
            };
            command.get_arguments().flat_map(names).collect::<Vec<_>>()
        })
        .chain(["help", "version"].map(str::to_owned))
        .collect();
    for name in ["cli.md", "diff.md", "lock.md", "explain.md", "entries.md"] {
        let text = page(name);
        for (_, rest) in text.match_indices("`--").map(|(at, found)| (at, &text[at + found.len()..])) {
            let option: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            assert!(known.contains(&option), "docs/{name} speaks of --{option}, which there is not");
        }
    }
}

#[test]
fn every_word_of_a_status_is_told() {
    let cli = page("cli.md");
    let statuses = [Status::Unchanged, Status::Invalidated, Status::New, Status::Disabled, Status::Unknown];
    for word in statuses.map(Status::word) {
        assert!(cli.contains(&format!("`{word}`")), "docs/cli.md does not tell the status {word}");
    }
    let changes = [
        Change::Decorator,
        Change::Name,
        Change::Signature,
        Change::Default,
        Change::Docstring,
        Change::Body,
        Change::Container,
        Change::Python,
        Change::ImagePython,
        Change::PinnedVersion,
        Change::Salt,
        Change::IgnoredInputs,
        Change::Policies,
        Change::Cache,
    ];
    for word in changes.map(Change::word) {
        assert!(cli.contains(&format!("`{word}`")), "docs/cli.md does not tell the change {word}");
    }
    let diff = page("diff.md");
    for word in Class::ALL.map(Class::word).into_iter().filter(|_| !diff.is_empty()) {
        assert!(diff.contains(&format!("`{word}`")), "docs/diff.md does not tell the class {word}");
    }
}

/// Links between pages lead to files that there are.
#[test]
fn links_between_pages_lead_somewhere() {
    for (path, text) in pages() {
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains(':') {
                continue;
            }
            let file = path.parent().unwrap().join(target);
            assert!(file.exists(), "{} links to {target}, which there is not", path.display());
        }
    }
}
