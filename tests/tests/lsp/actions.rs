//! Code actions: ways out of what the rules find, keep cache and its opposite.

use serde_json::{Value, json};

use super::client::Client;
use super::project::{PIPE, Project};

fn capabilities() -> Value {
    json!({"workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true}},
           "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}})
}

/// The actions at a line (from 0) of a document, of a kind.
fn actions(client: &mut Client, uri: &str, line: u32, only: &str) -> Vec<Value> {
    let at = json!({"line": line, "character": 1});
    let end = json!({"line": line, "character": 99});
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": end},
                        "context": {"diagnostics": [], "only": [only]}});
    client.request("textDocument/codeAction", params).unwrap().as_array().cloned().unwrap_or_default()
}

/// The text after the only document's edits of a workspace edit; positions in UTF-16, lines that end as the text's do.
fn edited(text: &str, edit: &Value) -> String {
    let mut edits: Vec<Value> = edit["documentChanges"][0]["edits"].as_array().unwrap().clone();
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut left = position["character"].as_u64().unwrap() as usize;
        let column = text[start..].char_indices().find(|(_, c)| {
            let is_there = left == 0;
            left = left.saturating_sub(c.len_utf16());
            is_there
        });
        start + column.map_or(text.len() - start, |(at, _)| at)
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    edits.iter().fold(text.to_owned(), |text, edit| {
        let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
        format!("{}{}{}", &text[..start], edit["newText"].as_str().unwrap(), &text[end..])
    })
}

#[test]
fn a_finding_has_its_fixes_and_can_be_silenced() {
    let project = Project::new();
    let text = PIPE.replace("cache=\"auto\"", "cache=\"Auto\"");
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities()), project.uri("pipe.py"));
    client.open(&uri, &text);
    let found = actions(&mut client, &uri, 2, "quickfix");
    let [fix, silence] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&fix["title"], &fix["isPreferred"]), (&json!("Tasklens: write \"auto\""), &json!(true)));
    assert_eq!(fix["diagnostics"][0]["code"], "unknown-behavior");
    assert_eq!(fix["edit"]["documentChanges"][0]["textDocument"], json!({"uri": uri, "version": 1}));
    assert_eq!(edited(&text, &fix["edit"]), PIPE);
    let silenced = edited(&text, &silence["edit"]);
    assert!(silenced.contains("cache=\"Auto\")  # tasklens: ignore[unknown-behavior]\n"), "{silenced}");
    assert_eq!(actions(&mut client, &uri, 12, "quickfix"), [] as [Value; 0]);
    let all = actions(&mut client, &uri, 12, "source.fixAll");
    assert_eq!((&all[0]["kind"], edited(&text, &all[0]["edit"])), (&json!("source.fixAll.tasklens"), PIPE.to_owned()));
}

#[test]
fn fixes_keep_line_ends_tabs_and_what_is_not_ascii() {
    let project = Project::new();
    let text = "import flyte\r\n\r\nNAME = '\u{1f600}\u{e9}'; env = flyte.TaskEnvironment('ml', cache='Auto')  # \u{1f600}\r\n\r\n\r\n\
                @env.task(\r\n\tcache=flyte.Cache(\r\n\t\t'override',\r\n\t\t'\u{1f600}1',\r\n\t\tsalt='x',\r\n\t),\r\n)\r\n\
                def train(x: int) -> int:\r\n\treturn x\r\n\r\n\r\n@env.task\r\ndef late(x: int) -> int:\r\n\treturn x\r\n";
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities()), project.uri("pipe.py"));
    client.open(&uri, text);
    let fixed = text.replace("'Auto'", "'auto'");
    let found = actions(&mut client, &uri, 2, "quickfix");
    assert_eq!(edited(text, &found[0]["edit"]), fixed);
    let silenced = edited(text, &found[1]["edit"]);
    assert!(silenced.contains("# \u{1f600}  # tasklens: ignore[unknown-behavior]\r\n"), "{silenced}");
    let all = actions(&mut client, &uri, 2, "source.fixAll");
    assert_eq!(edited(text, &all[0]["edit"]), fixed.replace("\t\tsalt='x',\r\n", ""));
}

#[test]
fn keeping_a_cache_is_an_edit_that_the_editor_makes() {
    let project = Project::new();
    let text = PIPE.replace("x + 1", "1 + x");
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities()), project.uri("pipe.py"));
    client.open(&uri, &text);
    let found = actions(&mut client, &uri, 6, "refactor");
    let keep = found.iter().find(|action| action["title"].as_str().unwrap().contains("keep the cache")).unwrap();
    let command = json!({"command": keep["command"]["command"], "arguments": keep["command"]["arguments"]});
    let asked = client.ask("workspace/executeCommand", command);
    let edit = client.wait(|message| message["method"] == "workspace/applyEdit");
    client.say(&json!({"jsonrpc": "2.0", "id": edit["id"], "result": {"applied": true}}));
    let effect = client.answer(asked).unwrap();
    assert!(effect.as_str().unwrap().contains("entries of before are served"), "{effect}");
    let kept = edited(&text, &edit["params"]["edit"]);
    assert!(kept.contains("@env.task(cache=flyte.Cache(\"auto\", version_override=\""), "{kept}");

    let document = json!({"uri": uri, "version": 2});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": kept}]}));
    let titles: Vec<Value> = actions(&mut client, &uri, 6, "refactor").iter().map(|one| one["title"].clone()).collect();
    assert_eq!(titles, ["Tasklens: unpin ml.train, let edits count again"]);
}

/// A command of the palette is about where the cursor is, which is anywhere in the task.
#[test]
fn a_cache_is_kept_from_any_line_of_the_task() {
    let project = Project::new();
    let text = PIPE.replace("x + 1", "1 + x");
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities()), project.uri("pipe.py"));
    client.open(&uri, &text);
    let mut keep = |line: u32| {
        client.request("workspace/executeCommand", json!({"command": "tasklens.keep", "arguments": [uri, line]}))
    };
    let refusal = keep(0).unwrap_err()["message"].as_str().unwrap().to_owned();
    assert!(refusal.starts_with("no task stands at pipe.py:1: did you mean ml.train (pipe.py:6)"), "{refusal}");
    for line in 5..=7 {
        let command = json!({"command": "tasklens.keep", "arguments": [uri, line]});
        let asked = client.ask("workspace/executeCommand", command);
        let edit = client.wait(|message| message["method"] == "workspace/applyEdit");
        client.say(&json!({"jsonrpc": "2.0", "id": edit["id"], "result": {"applied": true}}));
        assert!(client.answer(asked).unwrap().as_str().unwrap().starts_with("ml.train: "), "line {line}");
        let kept = edited(&text, &edit["params"]["edit"]);
        assert!(kept.contains("@env.task(cache=flyte.Cache(\"auto\", version_override=\""), "line {line}: {kept}");
    }
}

#[test]
fn what_an_edit_threw_away_for_nothing_can_be_kept_where_it_is_told() {
    let project = Project::new();
    let text = PIPE.replace("@env.task\n", "@env.task(retries=2)\n");
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities()), project.uri("pipe.py"));
    client.open(&uri, &text);
    let found = actions(&mut client, &uri, 6, "quickfix");
    let keep = found.iter().find(|action| action["command"]["command"] == "tasklens.keep").expect("it is offered");
    assert_eq!(keep["diagnostics"][0]["code"], "needless-recompute");
    assert_eq!(keep["title"], "Tasklens: keep the cache of ml.train, pin it to the version of HEAD");
}

#[test]
fn a_version_of_ones_own_is_bumped() {
    let project = Project::new();
    let text = PIPE.replace("@env.task\n", "@env.task(cache=flyte.Cache(\"override\", \"v1.2\"))\n");
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities()), project.uri("pipe.py"));
    client.open(&uri, &text);
    let found = actions(&mut client, &uri, 5, "refactor.rewrite");
    assert_eq!(found[0]["title"], "Tasklens: bump the version of ml.train to \"v1.3\"");
    assert_eq!(edited(&text, &found[0]["edit"]), text.replace("v1.2", "v1.3"));
}

/// An old editor knows commands only, and gets no edits that it would not understand.
#[test]
fn an_editor_without_code_actions_gets_commands() {
    let project = Project::new();
    let capabilities = json!({"workspace": {"applyEdit": true}});
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities), project.uri("pipe.py"));
    client.open(&uri, &PIPE.replace("x + 1", "1 + x").replace("\"disable\"", "\"Auto\""));
    let found = actions(&mut client, &uri, 6, "refactor");
    assert_eq!((found.len(), &found[0]["command"]), (1, &json!("tasklens.keep")), "{found:?}");
    assert_eq!(actions(&mut client, &uri, 10, "quickfix"), [] as [Value; 0]);
}
