//! The VS Code extension's manifest, held against what it speaks of: settings, commands, the server's requests.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tasklens::environment::{Kind, SCHEMA, SEVERITIES};
use tasklens_tests::setup::root;

fn manifest() -> Value {
    let text = std::fs::read_to_string(root().join("vscode-extension/package.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What only the extension's side reads.
const OWN: [&str; 3] = ["enable", "path", "trace.server"];

fn properties() -> BTreeMap<String, Value> {
    let manifest = manifest();
    let all = manifest["contributes"]["configuration"]["properties"].as_object().unwrap().clone();
    all.into_iter().map(|(name, value)| (name.strip_prefix("tasklens.").unwrap().to_owned(), value)).collect()
}

#[test]
fn the_settings_are_those_of_the_server() {
    let declared: BTreeSet<String> = properties().into_keys().filter(|name| !OWN.contains(&name.as_str())).collect();
    let known: BTreeSet<String> = SCHEMA.iter().filter_map(|entry| entry.editor).map(str::to_owned).collect();
    assert_eq!(declared, known);
}

#[test]
fn each_setting_has_its_type_and_says_what_it_means() {
    let properties = properties();
    for entry in SCHEMA.iter().filter(|entry| entry.editor.is_some()) {
        let declared = &properties[entry.editor.unwrap()];
        let expected = match entry.kind {
            Kind::Switch => "boolean",
            Kind::Text => "string",
            Kind::Texts => "array",
            Kind::TextByName | Kind::TextsByName | Kind::WordByName(_) => "object",
        };
        assert_eq!(declared["type"], expected, "{}", entry.name);
        let about = declared["markdownDescription"].as_str().unwrap();
        let same = about.replace('`', "");
        assert!(same.starts_with(&entry.about.replace('`', "")), "{}: {about}", entry.name);
        // What counts for a resource can be set for one.
        assert_eq!(declared["scope"], "resource", "{}", entry.name);
    }
    let words: Vec<&str> = properties["rules.severity"]["additionalProperties"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(words, SEVERITIES);
}

#[test]
fn each_command_that_is_offered_is_registered() {
    let source = std::fs::read_to_string(root().join("vscode-extension/src/commands.ts")).unwrap();
    let manifest = manifest();
    for command in manifest["contributes"]["commands"].as_array().unwrap() {
        let name = command["command"].as_str().unwrap().strip_prefix("tasklens.").unwrap();
        assert!(source.contains(&format!("        {name}: (")), "{name}");
    }
}

#[test]
fn each_request_that_the_extension_makes_is_the_servers() {
    let own = std::fs::read_to_string(root().join("server/src/lsp/own.rs")).unwrap();
    let mut asked = BTreeSet::new();
    for file in ["commands.ts", "panel.ts", "tasks.ts"] {
        let text = std::fs::read_to_string(root().join("vscode-extension/src").join(file)).unwrap();
        for (at, _) in text.match_indices("server.ask<").chain(text.match_indices("server.ask(")) {
            let call = &text[at..];
            let name = call.split('"').nth(1).unwrap();
            asked.insert(name.to_owned());
        }
    }
    asked.remove("debugInformation");
    assert!(asked.len() >= 8, "{asked:?}");
    for name in asked {
        assert!(own.contains(&format!("\"tasklens/{name}\"")), "{name}");
    }
}

#[test]
fn it_is_as_new_as_the_server() {
    assert_eq!(manifest()["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn restricted_workspaces_say_nothing_of_programs() {
    let manifest = manifest();
    let trust = &manifest["capabilities"]["untrustedWorkspaces"];
    assert_eq!(trust["supported"], "limited");
    assert_eq!(trust["restrictedConfigurations"], serde_json::json!(["tasklens.path"]));
    // Not at start-up: a window without Python has nothing to do with it.
    assert_eq!(manifest["activationEvents"], serde_json::json!(["onLanguage:python"]));
}
