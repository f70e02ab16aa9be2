//! Lenses over real projects: what the command line says, while it is typed.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::client::Client;
use super::project::{PIPE, Project};

/// The lenses of a document, as `LINE text`, lines from 1.
pub fn lenses(client: &mut Client, uri: &str) -> Vec<String> {
    let found = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
    let line = |lens: &Value| lens["range"]["start"]["line"].as_u64().unwrap() + 1;
    let text = |lens: &Value| lens["command"]["title"].as_str().unwrap().to_owned();
    found.as_array().map_or(Vec::new(), |all| all.iter().map(|lens| format!("{} {}", line(lens), text(lens))).collect())
}

fn replace(client: &mut Client, uri: &str, version: i32, text: &str) {
    let document = json!({"uri": uri, "version": version});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
}

fn served(project: &Project, capabilities: Value) -> Client {
    Client::initialized(&project.root(), capabilities)
}

#[test]
fn lenses_follow_what_is_typed() {
    let project = Project::new();
    let (mut client, uri) = (served(&project, json!({})), project.uri("pipe.py"));
    client.open(&uri, PIPE);
    let kept = lenses(&mut client, &uri);
    let [task, footer] = kept.as_slice() else { panic!("{kept:?}") };
    assert!(task.starts_with("6 cache kept · auto ") && task.ends_with(", same as HEAD"), "{task}");
    assert_eq!(footer, "14 1 task is not cached");

    replace(&mut client, &uri, 2, &PIPE.replace("x + 1", "x + 2"));
    let changed = lenses(&mut client, &uri);
    assert!(changed[0].starts_with("6 will recompute · body changed since HEAD (was "), "{changed:?}");

    replace(&mut client, &uri, 3, &PIPE.replace("x + 1", "x + 1  # why"));
    assert_eq!(lenses(&mut client, &uri), kept);

    replace(&mut client, &uri, 4, &format!("# a line\n{PIPE}"));
    let moved = lenses(&mut client, &uri);
    assert_eq!(moved[0], task.replace("6 ", "7 "));
}

#[test]
fn lenses_say_what_the_command_line_says() {
    let project = Project::new();
    let edited = PIPE.replace("x + 1", "x * 3");
    project.write("pipe.py", &edited);
    let (mut client, uri) = (served(&project, json!({})), project.uri("pipe.py"));
    client.open(&uri, &edited);
    let program = env!("CARGO_BIN_EXE_tasklens-under-test");
    let output =
        Command::new(program).args(["status", "--format", "json"]).current_dir(project.root()).output().unwrap();
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    let reason = status["tasks"][0]["reason"].as_str().unwrap();
    let lens = &lenses(&mut client, &uri)[0];
    assert!(lens.contains(reason), "{lens} | {reason}");
}

#[test]
fn an_environment_in_another_buffer_counts_before_it_is_saved() {
    let project = Project::new();
    project.write("envs.py", "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n");
    let uses = "from envs import env\n\n@env.task\ndef f(x: int) -> int:\n    return x\n";
    project.write("uses.py", uses);
    let (mut client, uri) = (served(&project, json!({})), project.uri("uses.py"));
    client.open(&uri, uses);
    assert!(lenses(&mut client, &uri)[0].contains("new task · auto "));
    client.open(&project.uri("envs.py"), "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"disable\")\n");
    assert_eq!(lenses(&mut client, &uri), ["6 1 task is not cached"]);
}

#[test]
fn a_change_on_disk_refreshes_lenses_where_the_editor_can() {
    let project = Project::new();
    let capabilities = json!({"workspace": {"codeLens": {"refreshSupport": true}}});
    let (mut client, uri) = (served(&project, capabilities), project.uri("pipe.py"));
    client.open(&uri, PIPE);
    let before = lenses(&mut client, &uri);
    project.write(".python-version", "3.13\n");
    let watched = json!({"changes": [{"uri": project.uri(".python-version"), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", watched);
    let asked = client.wait(|message| message["method"] == "workspace/codeLens/refresh");
    client.say(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    assert_ne!(lenses(&mut client, &uri), before);
}

#[test]
fn the_old_side_of_a_diff_and_other_languages_have_none() {
    let project = Project::new();
    let mut client = served(&project, json!({}));
    client.open("git:/p/pipe.py?HEAD", PIPE);
    assert_eq!(lenses(&mut client, "git:/p/pipe.py?HEAD"), [] as [&str; 0]);
    let uri = project.uri("notes.md");
    let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": PIPE});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
    assert_eq!(lenses(&mut client, &uri), [] as [&str; 0]);
    assert_eq!(lenses(&mut client, "file:///no/such.py"), [] as [&str; 0]);
}

#[test]
fn what_has_no_file_yet_has_lenses() {
    let project = Project::new();
    let mut client = served(&project, json!({}));
    for uri in ["untitled:Untitled-1", &project.uri("new.py")] {
        client.open(uri, &PIPE.replace("ml", "other"));
        let found = lenses(&mut client, uri);
        assert!(found[0].starts_with("6 new task · auto "), "{uri}: {found:?}");
    }
}

#[test]
fn a_click_explains() {
    let project = Project::new();
    let (mut client, uri) = (served(&project, json!({})), project.uri("pipe.py"));
    client.open(&uri, &PIPE.replace("x + 1", "x + 2"));
    let found = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
    let command = &found[0]["command"];
    let parameters = json!({"command": command["command"], "arguments": command["arguments"]});
    let text = client.request("workspace/executeCommand", parameters).unwrap();
    let text = text.as_str().unwrap();
    for part in ["ml.train", "pipe.py:6", "-     return x + 1", "+     return x + 2"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let shown = client.wait(|message| message["method"] == "window/showMessage");
    assert_eq!(shown["params"]["message"], text);
    let wrong = client.request("workspace/executeCommand", json!({"command": "tasklens.no", "arguments": []}));
    assert_eq!(wrong.unwrap_err()["code"], -32602);
    let nothing = json!({"command": "tasklens.explain", "arguments": [uri, 999]});
    assert!(client.request("workspace/executeCommand", nothing).is_err());
}

/// What stands in a folder that is no repository, and in a file outside of the workspace.
#[test]
fn without_git_the_version_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::write(root.join(".python-version"), "3.12\n").unwrap();
    let mut client = Client::initialized(Path::new("/"), json!({}));
    let uri = format!("file://{}/a%20b.py", root.display());
    client.open(&uri, PIPE);
    assert!(lenses(&mut client, &uri)[0].starts_with("6 version known · auto "));
}
