//! What the rules find, pushed to editors that don't ask and pulled by those that do.

use serde_json::{Value, json};

use super::client::Client;
use super::project::{PIPE, Project};

/// A mistake: `auto` with a version.
fn pinned() -> String {
    PIPE.replace("@env.task\n", "@env.task(cache=flyte.Cache(\"auto\", \"1.0\"))\n")
}

fn change(client: &mut Client, uri: &str, version: i32, text: &str) {
    let document = json!({"uri": uri, "version": version});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
}

fn published(client: &mut Client) -> Value {
    client.wait(|message| message["method"] == "textDocument/publishDiagnostics")["params"].clone()
}

fn pull() -> Value {
    json!({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostic": {"refreshSupport": true}}})
}

#[test]
fn findings_are_pushed_when_they_change_and_cleared_on_close() {
    let project = Project::new();
    let capabilities = json!({"textDocument": {"publishDiagnostics": {
        "relatedInformation": true, "codeDescriptionSupport": true, "tagSupport": {"valueSet": [1, 2]}, "versionSupport": true}}});
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities), project.uri("pipe.py"));
    client.open(&uri, &pinned());
    let told = published(&mut client);
    assert_eq!((&told["uri"], &told["version"]), (&json!(uri), &json!(1)));
    let [found] = told["diagnostics"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!(
        (&found["code"], &found["source"], &found["severity"]),
        (&json!("pinned-auto"), &json!("tasklens"), &json!(2))
    );
    assert_eq!(found["range"], json!({"start": {"line": 5, "character": 36}, "end": {"line": 5, "character": 41}}));
    assert!(found["codeDescription"]["href"].as_str().unwrap().ends_with("docs/rules/pinned-auto.md"));

    // An editor moves what it shows with the edits, and may lose it on the way: so the same is told again, of the newer text.
    change(&mut client, &uri, 2, &format!("{}# why\n", pinned()));
    let same = published(&mut client);
    assert_eq!((&same["version"], &same["diagnostics"]), (&json!(2), &told["diagnostics"]));
    change(&mut client, &uri, 3, &format!("\n{}", pinned()));
    let told = published(&mut client);
    assert_eq!(told["diagnostics"][0]["range"]["start"]["line"], 6);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    let told = published(&mut client);
    assert_eq!((&told["uri"], &told["diagnostics"]), (&json!(uri), &json!([])));
}

/// As editors name a file that was opened twice, by a link in another encoding of its name.
#[test]
fn two_addresses_of_one_file_are_both_told() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), pull());
    for name in ["pipe.py", "%70ipe.py"] {
        client.open(&project.uri(name), &pinned());
    }
    for name in ["pipe.py", "%70ipe.py"] {
        let params = json!({"textDocument": {"uri": project.uri(name)}});
        let told = client.request("textDocument/diagnostic", params).unwrap();
        assert_eq!(told["items"][0]["code"], "pinned-auto", "{name}");
    }
}

#[test]
fn columns_are_those_of_the_editor() {
    let project = Project::new();
    let text = pinned()
        .replace("flyte.Cache(\"auto\"", "flyte.Cache(salt=\"😀é\", behavior=\"auto\"")
        .replace("\"1.0\"", "version_override=\"1.0\"");
    let text = text.replace('\n', "\r\n");
    for (capabilities, column) in [(json!({"general": {"positionEncodings": ["utf-8"]}}), 45), (json!({}), 42)] {
        let (mut client, uri) = (Client::initialized(&project.root(), capabilities), project.uri("pipe.py"));
        client.open(&uri, &text);
        let told = published(&mut client);
        let all = told["diagnostics"].as_array().unwrap();
        let found = all.iter().find(|found| found["code"] == "unused-salt").unwrap_or_else(|| panic!("{told}"));
        assert_eq!(
            found["range"],
            json!({"start": {"line": 5, "character": 28}, "end": {"line": 5, "character": column - 4}}),
            "{told}"
        );
    }
}

#[test]
fn an_editor_that_asks_is_not_told() {
    let project = Project::new();
    let (mut client, uri) = (Client::initialized(&project.root(), pull()), project.uri("pipe.py"));
    client.open(&uri, &pinned());
    let document = json!({"textDocument": {"uri": uri}});
    let first = client.request("textDocument/diagnostic", document.clone()).unwrap();
    assert_eq!((&first["kind"], &first["items"][0]["code"]), (&json!("full"), &json!("pinned-auto")));
    let again = json!({"textDocument": {"uri": uri}, "previousResultId": first["resultId"]});
    let same = client.request("textDocument/diagnostic", again.clone()).unwrap();
    assert_eq!((&same["kind"], &same["resultId"]), (&json!("unchanged"), &first["resultId"]));
    change(&mut client, &uri, 2, PIPE);
    let none = client.request("textDocument/diagnostic", again).unwrap();
    assert_eq!((&none["kind"], &none["items"]), (&json!("full"), &json!([])));
    // Whatever was pushed would have been heard before an answer that comes after it.
    client.request("textDocument/codeLens", document).unwrap();
    assert!(!client.has_heard(|message| message["method"] == "textDocument/publishDiagnostics"));
}

#[test]
fn the_whole_workspace_is_told_and_waits_for_news() {
    let project = Project::new();
    project.write("other.py", &pinned());
    let mut client = Client::initialized(&project.root(), pull());
    let first = client.request("workspace/diagnostic", json!({"previousResultIds": []})).unwrap();
    let [item] = first["items"].as_array().unwrap().as_slice() else { panic!("{first}") };
    assert_eq!((&item["uri"], &item["items"][0]["code"]), (&json!(project.uri("other.py")), &json!("pinned-auto")));
    let previous = json!({"previousResultIds": [{"uri": item["uri"], "value": item["resultId"]}]});
    let waiting = client.ask("workspace/diagnostic", previous);
    project.write("other.py", PIPE);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": project.uri("other.py"), "type": 2}]}));
    let news = client.answer(waiting).unwrap();
    assert_eq!((&news["items"][0]["kind"], &news["items"][0]["items"]), (&json!("full"), &json!([])));
}

#[test]
fn they_can_be_switched_off_and_graded() {
    let project = Project::new();
    project.write("tasklens.toml", "[rules]\nseverity = { pinned-auto = \"error\" }\n");
    let (mut client, uri) = (Client::initialized(&project.root(), json!({})), project.uri("pipe.py"));
    client.open(&uri, &pinned());
    assert_eq!(published(&mut client)["diagnostics"][0]["severity"], 1);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"tasklens": {"diagnostics": false}}}));
    assert_eq!(published(&mut client)["diagnostics"], json!([]));
}
