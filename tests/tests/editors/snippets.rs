//! Configurations of editors that no test plays: what the page says can be read by the editor's own kind of parser, starts the
//! server, and names settings that there are.

use std::process::{Command, Stdio};

use serde_json::Value;
use tasklens::environment::{Kind, SCHEMA};
use tasklens_tests::setup::root;
use toml::de::{DeTable, DeValue};

/// The blocks of a section of docs/editors.md.
fn blocks(section: &str) -> Vec<Value> {
    let page = std::fs::read_to_string(root().join("docs/editors.md")).unwrap();
    let text = page.split("\n## ").find(|text| text.starts_with(&format!("{section}\n"))).unwrap();
    let blocks = text.split("```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap());
    blocks
        .map(|(language, block)| match language {
            "json" => serde_json::from_str(block).unwrap(),
            "toml" => from_table(&DeTable::parse(block).unwrap().into_inner()),
            other => panic!("{section}: a block of {other}"),
        })
        .collect()
}

fn from_table(table: &DeTable<'_>) -> Value {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), from_toml(value.get_ref()))).collect()
}

fn from_toml(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(is) => Value::from(*is),
        DeValue::Array(all) => all.iter().map(|one| from_toml(one.get_ref())).collect(),
        DeValue::Table(table) => from_table(table),
        other => panic!("{other:?}"),
    }
}

/// A server that answers when it is started as configured.
fn starts(program: &Value, arguments: &[Value]) {
    assert_eq!(program, "tasklens");
    let arguments = arguments.iter().map(|argument| argument.as_str().unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
    let output = command.args(arguments).arg("--probe").stdin(Stdio::null()).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["name"], "tasklens", "{answer}");
}

/// Settings as the server is told of them: each is one that an editor can give, with a value of its kind.
fn are_settings(settings: &Value) {
    let mut seen = 0;
    for entry in &SCHEMA {
        let Some(name) = entry.editor else { continue };
        let Some(value) = settings.pointer(&format!("/{}", name.replace('.', "/"))) else { continue };
        let fits = match entry.kind {
            Kind::Switch => value.is_boolean(),
            Kind::Text => value.is_string(),
            Kind::Texts => value.is_array(),
            Kind::TextByName | Kind::TextsByName | Kind::WordByName(_) => value.is_object(),
        };
        assert!(fits, "{name}: {value}");
        seen += 1;
    }
    assert_eq!(seen, leaves(settings), "{settings} names what is no setting");
}

fn leaves(value: &Value) -> usize {
    value.as_object().map_or(1, |table| table.values().map(leaves).sum())
}

/// `a.b.c` as Sublime writes it, as tables.
fn nested(dotted: &Value) -> Value {
    let mut all = serde_json::json!({});
    for (name, value) in dotted.as_object().unwrap() {
        let mut at = &mut all;
        for part in name.split('.') {
            at = &mut at[part];
        }
        *at = value.clone();
    }
    all
}

#[test]
fn helix() {
    let [config] = blocks("Helix").try_into().unwrap();
    let server = &config["language-server"]["tasklens"];
    starts(&server["command"], server["args"].as_array().unwrap());
    are_settings(&server["config"]["tasklens"]);
    assert_eq!(config["language"][0]["name"], "python");
    let servers = config["language"][0]["language-servers"].as_array().unwrap();
    assert!(servers.contains(&Value::from("tasklens")), "{servers:?}");
}

#[test]
fn sublime() {
    let [config] = blocks("Sublime Text").try_into().unwrap();
    let server = &config["clients"]["tasklens"];
    let command = server["command"].as_array().unwrap();
    starts(&command[0], &command[1..]);
    assert_eq!((&server["enabled"], &server["selector"]), (&Value::from(true), &Value::from("source.python")));
    are_settings(&nested(&server["settings"])["tasklens"]);
}

#[test]
fn kate() {
    let [config] = blocks("Kate").try_into().unwrap();
    let server = &config["servers"]["python"];
    let command = server["command"].as_array().unwrap();
    starts(&command[0], &command[1..]);
    are_settings(&server["settings"]["tasklens"]);
}

#[test]
fn zed() {
    let [config] = blocks("Zed").try_into().unwrap();
    let (name, server) = config["lsp"].as_object().unwrap().iter().next().unwrap();
    starts(&server["binary"]["path"], server["binary"]["arguments"].as_array().unwrap());
    let servers = config["languages"]["Python"]["language_servers"].as_array().unwrap();
    assert!(servers.contains(&Value::from(name.as_str())), "{servers:?}");
}
