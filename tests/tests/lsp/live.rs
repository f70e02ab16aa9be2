//! What a server keeps while code is typed: the last good lenses, what other files say, and what moved in the repository.

use std::process::Command;

use serde_json::{Value, json};

use super::client::Client;
use super::lenses::lenses;
use super::project::{PIPE, Project};

fn type_in(client: &mut Client, uri: &str, version: i32, (line, character): (u32, u32), text: &str) {
    let at = json!({"line": line, "character": character});
    let changes = json!([{"range": {"start": at, "end": at}, "text": text}]);
    let document = json!({"uri": uri, "version": version});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
}

#[test]
fn the_last_good_lens_stays_while_code_is_broken() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    let uri = project.uri("pipe.py");
    client.open(&uri, PIPE);
    let good = lenses(&mut client, &uri);
    type_in(&mut client, &uri, 2, (7, 16), "(");
    let broken = lenses(&mut client, &uri);
    assert!(
        broken[0].starts_with("6 last good: auto ") && broken[0].contains(" · syntax error on line "),
        "{broken:?}"
    );
    type_in(&mut client, &uri, 3, (0, 0), "# above\n\n");
    let moved = lenses(&mut client, &uri);
    assert!(moved[0].starts_with("8 last good: auto "), "{moved:?}");
    let at = |line, character| json!({"line": line, "character": character});
    let changes = json!([{"range": {"start": at(9, 16), "end": at(9, 17)}, "text": ""}]);
    let document = json!({"uri": uri, "version": 4});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    let mended = lenses(&mut client, &uri);
    assert_eq!(mended[0], good[0].replacen('6', "8", 1));
}

/// Editors put what they show at the top of a document together from it, and close what is folded where it is empty.
#[test]
fn the_outline_stays_while_code_is_broken() {
    let project = Project::new();
    let able = json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let mut client = Client::initialized(&project.root(), able);
    let uri = project.uri("pipe.py");
    client.open(&uri, PIPE);
    let mut outline = |version: i32, text: &str| -> Vec<Value> {
        let document = json!({"uri": uri, "version": version});
        client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
        let found = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}})).unwrap();
        found.as_array().unwrap().clone()
    };
    let lines = |symbol: &Value| {
        let line = |place: &str| symbol.pointer(place).unwrap().as_u64().unwrap();
        let name = symbol["name"].as_str().unwrap().to_owned();
        (name, line("/range/start/line"), line("/range/end/line"), line("/selectionRange/start/line"))
    };
    let good = outline(2, PIPE);
    let whole: Vec<_> = good.iter().map(lines).collect();
    assert_eq!(whole, [("train".to_owned(), 5, 7, 6), ("report".to_owned(), 10, 12, 11)]);
    // In one of them, above both, and one without its last line.
    let broken = format!("# é😀\n{}", PIPE.replace("x + 1", "x + (")).replace("    return x\n", "");
    let moved = outline(3, &broken);
    let places: Vec<_> = moved.iter().map(lines).collect();
    assert_eq!(places, [("train".to_owned(), 6, 8, 7), ("report".to_owned(), 11, 12, 12)]);
    let said = moved[0]["detail"].as_str().unwrap();
    assert!(said.starts_with("last good: cache kept · auto ") && said.contains(" · syntax error on line "), "{said}");
    assert_eq!(moved[0]["selectionRange"]["start"]["character"], 4);
    assert_eq!(outline(4, PIPE), good);
}

/// What stands in files that nobody opened counts: a call in one of them, as the command line counts it.
#[test]
fn callers_in_files_that_are_not_open_count_as_for_the_command_line() {
    let project = Project::new();
    project.write(
        "parent.py",
        "import flyte\nfrom pipe import train\n\nold = flyte.TaskEnvironment(\"old\", image=flyte.Image.from_debian_base(python_version=(3, 11)))\n\n\n\
         @old.task\ndef parent(x: int) -> int:\n    return train(x)\n",
    );
    project.commit();
    let (mut client, uri) = (Client::initialized(&project.root(), json!({})), project.uri("pipe.py"));
    client.open(&uri, PIPE);
    let program = env!("CARGO_BIN_EXE_tasklens-under-test");
    let output =
        Command::new(program).args(["status", "--format", "json"]).current_dir(project.root()).output().unwrap();
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    let tasks = status["tasks"].as_array().unwrap();
    let reason = tasks.iter().find(|task| task["function"] == "train").unwrap()["reason"].as_str().unwrap();
    let lens = &lenses(&mut client, &uri)[0];
    assert!(reason.contains("3.11") && lens.contains(reason), "{lens} | {reason}");
}

#[test]
fn the_baseline_follows_a_commit_that_nobody_tells_of() {
    let project = Project::new();
    let (mut client, uri) = (Client::initialized(&project.root(), json!({})), project.uri("pipe.py"));
    let edited = PIPE.replace("x + 1", "x + 2");
    client.open(&uri, &edited);
    assert!(lenses(&mut client, &uri)[0].contains("will recompute · body changed since HEAD"));
    project.write("pipe.py", &edited);
    project.commit();
    type_in(&mut client, &uri, 2, (0, 0), "\n");
    assert!(lenses(&mut client, &uri)[0].contains("cache kept"));
}

#[test]
fn reading_the_workspace_is_shown_and_told() {
    let project = Project::new();
    let capabilities = json!({"window": {"workDoneProgress": true}});
    let mut client = Client::initialized(&project.root(), capabilities);
    let asked = client.wait(|message| message["method"] == "window/workDoneProgress/create");
    client.say(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    client.open(&project.uri("pipe.py"), PIPE);
    lenses(&mut client, &project.uri("pipe.py"));
    let told = client.request("tasklens/debugInformation", Value::Null).unwrap();
    assert_eq!(told["files_indexed"], 1, "{told}");
    assert!(
        told["index_seconds"].is_f64() && told["configuration"][0]["pythons"][0].as_str().unwrap().contains("3.12")
    );
}
