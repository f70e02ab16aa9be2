//! Settings from the editor: asked for, brought, wrong.

use serde_json::{Value, json};

use super::client::Client;
use super::project::{PIPE, Project};

fn titles(client: &mut Client, uri: &str) -> Vec<String> {
    let found = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
    let title = |lens: &Value| lens["command"]["title"].as_str().unwrap().to_owned();
    found.as_array().map_or(Vec::new(), |all| all.iter().map(title).collect())
}

/// Answers the server's next question for settings: for the workspace and for its folder.
fn answer(client: &mut Client, settings: &Value) {
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    let items = asked["params"]["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["section"] == "tasklens"), "{items:?}");
    let answers: Vec<&Value> = items.iter().map(|_| settings).collect();
    client.say(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": answers}));
}

/// Lenses once they are as expected: the server learns of settings while it answers.
fn until(client: &mut Client, uri: &str, is_it: impl Fn(&[String]) -> bool) -> Vec<String> {
    for _ in 0..1000 {
        let found = titles(client, uri);
        if is_it(&found) {
            return found;
        }
    }
    panic!("{:?}", titles(client, uri));
}

#[test]
fn what_the_editor_says_counts_at_once_and_before_the_file() {
    let project = Project::new();
    project.write("tasklens.toml", "[lenses]\ntasks = false\n");
    let capabilities = json!({"workspace": {"configuration": true}});
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities), project.uri("pipe.py"));
    answer(&mut client, &json!({}));
    client.open(&uri, PIPE);
    assert_eq!(until(&mut client, &uri, |found| found.len() == 1), ["1 task is not cached"]);

    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    answer(&mut client, &json!({"lenses": {"tasks": true, "uncached": false}, "python": "3.13"}));
    let found = until(&mut client, &uri, |found| found.len() == 1 && !found[0].contains("not cached"));
    assert!(found[0].contains("auto "), "{found:?}");

    // null is no setting: the file counts again.
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    answer(&mut client, &json!({"lenses": {"tasks": null}}));
    assert_eq!(until(&mut client, &uri, |found| found == ["1 task is not cached"]).len(), 1);
}

#[test]
fn an_editor_that_can_not_be_asked_brings_its_settings() {
    let project = Project::new();
    let mut client = Client::start(&project.root());
    let root = format!("file://{}", project.root().display());
    let options = json!({"settings": {"lenses": {"uncached": false}}});
    let params = json!({"processId": null, "rootUri": root, "capabilities": {}, "initializationOptions": options});
    client.request("initialize", params).unwrap();
    client.notify("initialized", json!({}));
    let uri = project.uri("pipe.py");
    client.open(&uri, PIPE);
    assert_eq!(titles(&mut client, &uri).len(), 1);
    let settings = json!({"settings": {"tasklens": {"lenses": {"tasks": false}}}});
    client.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(titles(&mut client, &uri), ["1 task is not cached"]);
}

#[test]
fn a_wrong_setting_is_told_once_and_the_others_count() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    let uri = project.uri("pipe.py");
    client.open(&uri, PIPE);
    for _ in 0..2 {
        let settings = json!({"settings": {"tasklens": {"python": 3.12, "lenses": {"uncached": false}}}});
        client.notify("workspace/didChangeConfiguration", settings);
    }
    assert_eq!(titles(&mut client, &uri).len(), 1);
    let told = client.wait(|message| message["method"] == "window/showMessage");
    let message = told["params"]["message"].as_str().unwrap();
    assert!(message.contains("tasklens.python") && message.contains(r#""tasklens.python": "3.12""#), "{message}");
    project.write("tasklens.toml", "colour = 1\n");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    // The next message is about the file: the first was not told again.
    let told = client.wait(|message| message["method"] == "window/showMessage");
    assert!(told["params"]["message"].as_str().unwrap().contains("tasklens.toml:1: there is no setting `colour`"));
}
