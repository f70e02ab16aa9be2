//! What an editor shows and writes at a place: hovers, hints, completions, symbols, names. `¦` in a text is the place.

use serde_json::{Value, json};

use super::client::Client;
use super::project::{PIPE, Project};

const MARKDOWN: &str = "markdown";

/// What an editor of today says of itself.
fn able() -> Value {
    json!({
        "textDocument": {
            "hover": {"contentFormat": [MARKDOWN, "plaintext"]},
            "completion": {"completionItem": {"documentationFormat": [MARKDOWN]}},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "rename": {"prepareSupport": true},
        },
        "workspace": {"workspaceEdit": {"documentChanges": true}},
    })
}

/// The text without its mark, and the mark's position, in units of `utf_8` or UTF-16.
fn marked(text: &str, utf_8: bool) -> (String, Value) {
    let at = text.find('¦').unwrap();
    let before = &text[..at];
    let line = before.replace("\r\n", "\n").matches(['\n', '\r']).count();
    let column = &before[before.rfind(['\n', '\r']).map_or(0, |end| end + 1)..];
    let character = if utf_8 { column.len() } else { column.encode_utf16().count() };
    (text.replace('¦', ""), json!({"line": line, "character": character}))
}

/// Opens a marked text, and asks about the mark.
fn asked(client: &mut Client, uri: &str, method: &str, text: &str) -> Result<Value, Value> {
    let (text, position) = marked(text, false);
    client.open(uri, &text);
    let params = json!({"textDocument": {"uri": uri}, "position": position, "newName": "new",
                        "context": {"includeDeclaration": true, "triggerKind": 1}});
    client.request(method, params)
}

/// A hover's text, without what differs from run to run.
fn hover(client: &mut Client, project: &Project, text: &str) -> String {
    let found = asked(client, &project.uri("pipe.py"), "textDocument/hover", text).unwrap();
    let text = found["contents"]["value"].as_str().unwrap_or("nothing").to_owned();
    let root = project.root().display().to_string();
    text.replace(&root, "/p")
        .lines()
        .filter(|line| !line.contains("Not asked: any cluster"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_hover_explains_in_short() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), able());
    let task = hover(&mut client, &project, &PIPE.replace("def train", "def tr¦ain").replace("x + 1", "x + 2"));
    for part in [
        "**`ml.train`** · will recompute · body changed since HEAD (was ",
        "\n- Version: `",
        "` (Python 3.12); at HEAD it was `",
        "\n- Cache: `\"auto\"`, inherited from the environment `ml`, [pipe.py:3](file:///p/pipe.py#L3)",
    ] {
        assert!(task.contains(part), "{part}: {task}");
    }
    let behavior = hover(&mut client, &project, &PIPE.replace("cache=\"auto\"", "cache=\"au¦to\""));
    assert!(behavior.starts_with("**`\"auto\"`**\n\nThe version is made of the task's source"), "{behavior}");
    assert!(behavior.contains("\n- **`ml.train`** · cache kept · auto "), "{behavior}");
    let nothing = hover(&mut client, &project, &PIPE.replace("return x + 1", "re¦turn x + 1"));
    assert_eq!(nothing, "nothing");
    let trace = format!("{PIPE}\n@flyte.tra¦ce\ndef step(): ...\n");
    assert!(hover(&mut client, &project, &trace).starts_with("**`flyte.trace`** · a checkpoint, not a cache\n\n"));
}

#[test]
fn an_old_editor_gets_plain_text() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    let uri = project.uri("pipe.py");
    let found = asked(&mut client, &uri, "textDocument/hover", &PIPE.replace("def train", "def tr¦ain")).unwrap();
    assert_eq!(found["contents"]["kind"], "plaintext");
    let text = found["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("ml.train · cache kept · auto ") && !text.contains(['*', '`', '[']), "{text}");
    assert_eq!(found["range"], json!({"start": {"line": 6, "character": 4}, "end": {"line": 6, "character": 9}}));
}

/// A task of a file that is not open is explained too, and its place linked.
#[test]
fn a_call_of_an_imported_task_is_explained() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), able());
    let run = "from pipe import train\n\nif __name__ == \"__main__\":\n    tra¦in(1)\n";
    let found = asked(&mut client, &project.uri("run.py"), "textDocument/hover", run).unwrap();
    let text = found["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("**`ml.train`** · ") && text.contains("pipe.py#L3"), "{text}");
}

/// Who has a cache is known of the whole project, not of what is open.
#[test]
fn the_tasks_of_a_cache_are_told_wherever_they_are() {
    let project = Project::new();
    let task = |name: &str| format!("from envs import env\n\n\n@env.task\ndef {name}(x: int) -> int:\n    return x\n");
    let envs = "import flyte\n\nenv = flyte.TaskEnvironment(\"shared\", ca¦che=\"auto\")\n";
    for (file, text) in [("envs.py", envs.replace('¦', "")), ("a.py", task("first")), ("b.py", task("second"))] {
        project.write(file, &text);
    }
    let mut client = Client::initialized(&project.root(), able());
    let told = |client: &mut Client| {
        let found = asked(client, &project.uri("envs.py"), "textDocument/hover", envs).unwrap();
        found["contents"]["value"].as_str().unwrap().to_owned()
    };
    let before = told(&mut client);
    assert!(before.contains("- **`shared.first`** · new task") && before.contains("- **`shared.second`**"), "{before}");
    // As it stands in the editor, where it is open there.
    client.open(&project.uri("b.py"), &task("third"));
    let after = told(&mut client);
    assert!(after.contains("`shared.third`") && !after.contains("`shared.second`"), "{after}");
}

#[test]
fn hints_are_off_until_they_are_wanted() {
    let project = Project::new();
    let hints = |settings: Value| {
        let mut client = Client::start(&project.root());
        let root = format!("file://{}", project.root().display());
        let params = json!({"processId": null, "rootUri": root, "capabilities": {}, "initializationOptions": settings});
        client.request("initialize", params).unwrap();
        client.notify("initialized", json!({}));
        client.open(&project.uri("pipe.py"), PIPE);
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
        let document = json!({"uri": project.uri("pipe.py")});
        client.request("textDocument/inlayHint", json!({"textDocument": document, "range": range})).unwrap()
    };
    assert_eq!(hints(json!({})), json!(null));
    let shown = hints(json!({"inlayHints": true}));
    let [hint] = shown.as_array().unwrap().as_slice() else { panic!("{shown}") };
    assert_eq!(hint["label"], "cache=\"auto\"");
    assert_eq!(hint["position"], json!({"line": 5, "character": 9}));
    assert!(
        hint["tooltip"]["value"].as_str().unwrap().starts_with("Inherited from the environment `ml`, [pipe.py:3](")
    );
}

/// The texts that completions write, with the range that they take the place of.
fn completions(client: &mut Client, uri: &str, text: &str) -> (Vec<String>, Value) {
    let found = asked(client, uri, "textDocument/completion", text).unwrap();
    let items = found.as_array().cloned().unwrap_or_default();
    let text = |item: &Value| item["textEdit"]["newText"].as_str().unwrap().to_owned();
    let range = items.first().map_or(Value::Null, |item| item["textEdit"]["range"].clone());
    (items.iter().map(text).collect(), range)
}

#[test]
fn completions_are_there_while_code_is_broken() {
    let project = Project::new();
    let (mut client, uri) = (Client::initialized(&project.root(), able()), project.uri("new.py"));
    let text = "import flyte\r\nenv = flyte.TaskEnvironment(\"é😀\")\r\n@env.task(cache=flyte.Cache(\"auto\", salt=\"😀\", ignored_inputs=(\"le¦\r\ndef f(lr: float, seed: int): ...\r\n";
    let column = "@env.task(cache=flyte.Cache(\"auto\", salt=\"😀\", ignored_inputs=(\"".encode_utf16().count();
    let range = json!({"start": {"line": 2, "character": column}, "end": {"line": 2, "character": column + 2}});
    assert_eq!(completions(&mut client, &uri, text), (vec!["lr".to_owned(), "seed".to_owned()], range));
    let (behaviors, _) = completions(&mut client, &uri, &PIPE.replace("@env.task\n", "@env.task(cache=\"¦\n"));
    assert_eq!(behaviors, ["auto", "override", "disable"]);
    let (keywords, _) =
        completions(&mut client, &uri, &PIPE.replace("cache=\"auto\"", "cache=flyte.Cache(\"auto\", ¦)"));
    assert_eq!(keywords[..2], ["version_override=", "serialize="]);
    let (nothing, _) = completions(&mut client, &uri, &PIPE.replace("x + 1", "x¦ + 1"));
    assert!(nothing.is_empty(), "{nothing:?}");
    let found = asked(&mut client, &uri, "textDocument/completion", &PIPE.replace("\"auto\"", "\"¦\"")).unwrap();
    let words = found[0]["documentation"]["value"].as_str().unwrap();
    assert!(words.starts_with("The version is made of the task's source"), "{words}");
}

#[test]
fn symbols_say_what_becomes_of_tasks() {
    let project = Project::new();
    project.write(
        "other/deep.py",
        "import flyte\nenv = flyte.TaskEnvironment('deep', cache='auto')\n@env.task\ndef dig(): ...\n",
    );
    let (mut client, uri) = (Client::initialized(&project.root(), able()), project.uri("pipe.py"));
    client.open(&uri, PIPE);
    let found = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}})).unwrap();
    let told: Vec<_> = found.as_array().unwrap().iter().map(|one| (one["name"].as_str(), &one["range"])).collect();
    let range = |from: u32, to: u32, end: u32| json!({"start": {"line": from, "character": 0}, "end": {"line": to, "character": end}});
    assert_eq!(told, [(Some("train"), &range(5, 7, 16)), (Some("report"), &range(10, 12, 12))]);
    assert!(found[0]["detail"].as_str().unwrap().starts_with("cache kept · auto "), "{found}");
    assert_eq!(found[1]["detail"], "not cached · caching is disabled");
    let everywhere = client.request("workspace/symbol", json!({"query": "dpd"})).unwrap();
    let [dig] = everywhere.as_array().unwrap().as_slice() else { panic!("{everywhere}") };
    assert_eq!(dig["name"], "deep.dig");
    assert_eq!(dig["location"]["uri"], project.uri("other/deep.py"));
    assert!(dig["containerName"].as_str().unwrap().starts_with("new task · auto "), "{dig}");
}

const IGNORING: &str = "import flyte\r\nenv = flyte.TaskEnvironment(\"ml\")\r\n\r\n\r\n@env.task(cache=flyte.Cache(\"auto\", salt=\"😀\", ignored_inputs=(\"seed\",)))\r\ndef train(x: int, seed: int) -> int:\r\n    return x + seed\r\n";

#[test]
fn a_name_leads_to_its_parameter() {
    let project = Project::new();
    let (mut client, uri) = (Client::initialized(&project.root(), able()), project.uri("new.py"));
    let text = IGNORING.replace("(\"seed", "(\"se¦ed");
    let found = asked(&mut client, &uri, "textDocument/definition", &text).unwrap();
    let at = |line: u32, start: usize| json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": start + 4}});
    assert_eq!(found, json!([{"uri": uri, "range": at(5, 18)}]));
    let found = asked(&mut client, &uri, "textDocument/references", &text).unwrap();
    let ranges: Vec<Value> = found.as_array().unwrap().iter().map(|one| one["range"].clone()).collect();
    let column = "@env.task(cache=flyte.Cache(\"auto\", salt=\"😀\", ignored_inputs=(\"".encode_utf16().count();
    assert_eq!(ranges, [at(5, 18), at(6, 15), at(4, column)]);
    let call = asked(&mut client, &uri, "textDocument/definition", &IGNORING.replace("env =", "e¦nv =")).unwrap();
    assert_eq!(call, Value::Null);
}

/// The text of a document after edits, of whatever document's text an editor holds.
fn applied(text: &str, edits: &[Value]) -> String {
    let mut lines: Vec<Vec<u16>> = text.split("\r\n").map(|line| line.encode_utf16().collect()).collect();
    let mut edits: Vec<&Value> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit["range"]["start"]["line"].as_u64(), edit["range"]["start"]["character"].as_u64()));
    for edit in edits.iter().rev() {
        let at = |end: &str| edit["range"][end]["character"].as_u64().unwrap() as usize;
        let line = &mut lines[edit["range"]["start"]["line"].as_u64().unwrap() as usize];
        line.splice(at("start")..at("end"), edit["newText"].as_str().unwrap().encode_utf16());
    }
    lines.iter().map(|line| String::from_utf16(line).unwrap()).collect::<Vec<_>>().join("\r\n")
}

#[test]
fn an_input_is_renamed_everywhere_or_nowhere() {
    let project = Project::new();
    let (mut client, uri) = (Client::initialized(&project.root(), able()), project.uri("new.py"));
    let run = "import flyte\r\nfrom new import train as t\r\n\r\nflyte.run(t, 1, seed=2)\r\n";
    project.write("run.py", run);
    let marked = IGNORING.replace("(\"seed", "(\"se¦ed");
    let prepared = asked(&mut client, &uri, "textDocument/prepareRename", &marked).unwrap();
    assert_eq!(prepared["placeholder"], "seed");
    let edit = asked(&mut client, &uri, "textDocument/rename", &marked).unwrap();
    let changes = edit["documentChanges"].as_array().unwrap();
    let of = |uri: &str| changes.iter().find(|change| change["textDocument"]["uri"] == uri).unwrap();
    let text = |uri: &str, text: &str| applied(text, of(uri)["edits"].as_array().unwrap());
    assert_eq!(text(&uri, IGNORING), IGNORING.replace("seed", "new"));
    assert_eq!(of(&uri)["textDocument"]["version"], 1);
    assert_eq!(text(&project.uri("run.py"), run), run.replace("seed", "new"));
    assert_eq!(of(&project.uri("run.py"))["textDocument"]["version"], Value::Null);
    assert_eq!(changes.len(), 2);

    project.write("run.py", "from new import train\nlater = [train]\n");
    let refused = asked(&mut client, &uri, "textDocument/rename", &marked).unwrap_err();
    assert_eq!(refused["code"], -32803);
    assert_eq!(refused["message"], "run.py:2: what this use of the task does can't be followed");
    let refused = asked(&mut client, &uri, "textDocument/prepareRename", &marked).unwrap_err();
    assert_eq!(refused["code"], -32803);
    let other = asked(&mut client, &uri, "textDocument/prepareRename", &IGNORING.replace("(x:", "(¦x:")).unwrap();
    assert_eq!(other, Value::Null, "what Python's own server can do is left to it");
}

#[test]
fn an_editor_that_counts_bytes_and_takes_no_versions_gets_what_it_can_use() {
    let project = Project::new();
    let capabilities = json!({"general": {"positionEncodings": ["utf-8", "utf-16"]}});
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities), project.uri("new.py"));
    let (text, position) = marked(&IGNORING.replace("(\"seed", "(\"se¦ed"), true);
    client.open(&uri, &text);
    let params = json!({"textDocument": {"uri": uri}, "position": position, "newName": "new"});
    let edit = client.request("textDocument/rename", params).unwrap();
    let edits = edit["changes"][&uri].as_array().unwrap();
    let column = "@env.task(cache=flyte.Cache(\"auto\", salt=\"😀\", ignored_inputs=(\"".len();
    assert!(edits.iter().any(|edit| edit["range"]["start"] == json!({"line": 4, "character": column})), "{edits:?}");
    assert_eq!(edits.len(), 3);
}

#[test]
fn documents_that_are_not_open_have_nothing() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), able());
    let at = json!({"textDocument": {"uri": project.uri("none.py")}, "position": {"line": 0, "character": 0},
                    "newName": "new", "context": {"includeDeclaration": true, "triggerKind": 1},
                    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}});
    for method in
        ["hover", "completion", "definition", "references", "prepareRename", "rename", "inlayHint", "documentSymbol"]
    {
        let answer = client.request(&format!("textDocument/{method}"), at.clone()).unwrap();
        assert_eq!(answer, Value::Null, "{method}");
    }
}

#[test]
fn a_wish_for_hints_is_met_at_once() {
    let project = Project::new();
    let capabilities = json!({"workspace": {"inlayHint": {"refreshSupport": true}}});
    let (mut client, uri) = (Client::initialized(&project.root(), capabilities), project.uri("pipe.py"));
    client.open(&uri, PIPE);
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let hints = json!({"textDocument": {"uri": uri}, "range": range});
    assert_eq!(client.request("textDocument/inlayHint", hints.clone()).unwrap(), Value::Null);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"tasklens": {"inlayHints": true}}}));
    let asked = client.wait(|message| message["method"] == "workspace/inlayHint/refresh");
    client.say(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    assert_eq!(client.request("textDocument/inlayHint", hints).unwrap().as_array().map(Vec::len), Some(1));
}
