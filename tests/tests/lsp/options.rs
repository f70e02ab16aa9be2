//! What the command takes: `--probe`, `--log`, and what editors add.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{self, Client};
use super::project::{PIPE, Project};

#[test]
fn a_probe_is_answered_without_a_client() {
    let project = Project::new();
    // Its input stays open: it is not read.
    let mut probe = client::server(&project.root()).arg("--probe").spawn().unwrap();
    let status = client::ended(&mut probe, client::PATIENCE).unwrap();
    let output = probe.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((status.code(), &answer["name"]), (Some(0), &json!("tasklens")));
    assert!(answer["version"].is_string() && answer["schema"].is_u64(), "{answer}");
}

#[test]
fn a_log_goes_to_the_end_of_a_file() {
    let project = Project::new();
    let log = project.root().join("a log.txt");
    for round in 1..3 {
        let mut command = client::server(&project.root());
        let mut client = Client::talking_to(command.arg("--log").arg(&log).spawn().unwrap());
        let params = json!({"capabilities": {}, "clientInfo": {"name": "an editor", "version": "1.2"}});
        client.request("initialize", params).unwrap();
        client.notify("initialized", json!({}));
        let document = json!({"uri": project.uri("not-open.py"), "version": 1});
        client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": []}));
        // Everything before this is done.
        client.request("tasklens/debugInformation", Value::Null).unwrap();
        client.request("shutdown", Value::Null).unwrap();
        client.say(&json!({"jsonrpc": "2.0", "method": "exit"}));
        assert_eq!(client.ended(Duration::from_secs(2)).code(), Some(0));
        let text = std::fs::read_to_string(&log).unwrap();
        assert_eq!(text.matches("serving an editor 1.2").count(), round, "{text}");
        assert_eq!(text.matches("not-open.py, which is not open").count(), round, "{text}");
    }
}

#[test]
fn a_log_that_can_not_be_written_is_told_and_nothing_is_served() {
    let project = Project::new();
    let mut command = client::server(&project.root());
    let output = command.arg("--log").arg("/no/such/folder/log").stderr(Stdio::piped()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("/no/such/folder/log") && told.contains("name a file that can be written"), "{told}");
}

/// Node's and other clients add it.
#[test]
fn stdio_is_what_it_does_anyway() {
    let project = Project::new();
    let mut client = Client::talking_to(client::server(&project.root()).arg("--stdio").spawn().unwrap());
    client.initialize(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    assert_eq!(super::lenses::lenses(&mut client, &project.uri("pipe.py")).len(), 2);
}
