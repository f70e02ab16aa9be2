//! The requests that the protocol doesn't have: what our editors' clients show.

use serde_json::{Value, json};

use super::client::Client;
use super::project::{PIPE, Project};

const CLIENT: fn() -> Value =
    || json!({"workspace": {"applyEdit": true}, "experimental": {"tasklens": {"changes": true, "panel": true}}});

/// A session over `text` as `pipe.py`, which is not saved.
fn session(project: &Project, text: &str) -> Client {
    let mut client = Client::initialized(&project.root(), CLIENT());
    client.open(&project.uri("pipe.py"), text);
    client
}

fn at(project: &Project, line: u32) -> Value {
    json!({"uri": project.uri("pipe.py"), "line": line})
}

fn with(mut value: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    value.as_object_mut().unwrap().extend(more);
    value
}

#[test]
fn a_task_is_explained_as_a_page_with_what_can_be_done() {
    let project = Project::new();
    let mut client = session(&project, &PIPE.replace("x + 1", "x + 2"));
    let page = client.request("tasklens/explain", at(&project, 7)).unwrap();
    assert_eq!(page["task"], "ml.train");
    assert!(page["sentence"].as_str().unwrap().starts_with("will recompute · body changed since HEAD"), "{page}");
    assert_eq!(page["version"].as_str().unwrap().len(), 64);
    assert_eq!(page["at"], at(&project, 5), "where its decorator is");
    let lines = page["blocks"].as_array().unwrap().iter().filter(|block| block["kind"] == "line");
    let lines: Vec<_> = lines.map(|block| block["ink"].as_str().unwrap().to_owned()).collect();
    assert_eq!(lines, ["plain", "removed", "added"]);
    let commands: Vec<_> =
        page["actions"].as_array().unwrap().iter().map(|action| action["command"].as_str().unwrap()).collect();
    assert_eq!(commands[..2], ["tasklens.keepCache", "tasklens.compareVersions"]);
    let mut own = at(&project, 5);
    own["text"] = json!("pipe.py:6");
    assert!(page["places"].as_array().unwrap().contains(&own), "{}", page["places"]);
}

#[test]
fn a_task_is_explained_as_often_as_somebody_asks() {
    let project = Project::new();
    let mut client = session(&project, PIPE);
    let first = client.request("tasklens/explain", at(&project, 5)).unwrap();
    for _ in 0..3 {
        assert_eq!(client.request("tasklens/explain", at(&project, 5)).unwrap(), first);
        client.request("tasklens/graph", at(&project, 5)).unwrap();
        client.request("tasklens/tasks", json!({})).unwrap();
    }
}

#[test]
fn a_line_without_a_task_is_an_answer_in_words() {
    let project = Project::new();
    let mut client = session(&project, PIPE);
    for method in ["tasklens/explain", "tasklens/graph", "tasklens/inputs", "tasklens/baselineText"] {
        let error = client.request(method, at(&project, 0)).unwrap_err();
        assert!(error["message"].as_str().unwrap().contains("pipe.py:1"), "{method}: {error}");
    }
}

#[test]
fn tasks_are_listed_by_environment_with_what_they_will_do() {
    let project = Project::new();
    project.write("other.py", &PIPE.replace("\"ml\"", "\"aa\""));
    let mut client = session(&project, &PIPE.replace("x + 1", "x + 2"));
    let names = |answer: &Value| -> Vec<String> {
        let line = |task: &Value| format!("{} {} {}", task["name"], task["news"], task["recomputes"]).replace('"', "");
        answer["tasks"].as_array().unwrap().iter().map(line).collect()
    };
    let all = client.request("tasklens/tasks", json!({})).unwrap();
    let expected = ["aa.train new false", "aa.report off false", "ml.train recompute true", "ml.report off false"];
    assert_eq!(names(&all), expected);
    assert_eq!(all["pythons"], json!(["Python 3.12 (.python-version:1)"]));
    assert_eq!(all["baselines"], json!(["compared with HEAD"]));
    assert_eq!(all["tasks"][2]["at"], at(&project, 5));
    let open = client.request("tasklens/tasks", json!({"open": true})).unwrap();
    assert_eq!(names(&open), expected[2..]);
    assert_eq!(open["files"], json!([project.uri("pipe.py")]));
}

/// Whoever types sees the tasks go nowhere.
#[test]
fn tasks_stay_listed_while_their_file_is_broken() {
    let project = Project::new();
    let mut client = session(&project, PIPE);
    client.request("tasklens/tasks", json!({"open": true})).unwrap();
    let broken = format!("# above\n{}", PIPE.replace("x + 1", "x + ("));
    let document = json!({"uri": project.uri("pipe.py"), "version": 2});
    let change = json!({"textDocument": document, "contentChanges": [{"text": broken}]});
    client.notify("textDocument/didChange", change);
    for params in [json!({"open": true}), json!({})] {
        let listed = client.request("tasklens/tasks", params).unwrap();
        let tasks = listed["tasks"].as_array().unwrap();
        let lines: Vec<_> = tasks.iter().map(|task| (task["name"].as_str().unwrap(), task["at"].clone())).collect();
        assert_eq!(lines, [("ml.train", at(&project, 6)), ("ml.report", at(&project, 11))]);
    }
}

#[test]
fn who_wants_to_hear_of_changes_does() {
    let project = Project::new();
    let mut client = session(&project, PIPE);
    let is_told = |message: &Value| message["method"] == "tasklens/changed";
    client.wait(is_told);
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": project.uri("pipe.py")}}));
    client.wait(|message| is_told(message) && message["params"]["workspace"] == true);
    let mut silent = Client::initialized(&project.root(), json!({}));
    silent.open(&project.uri("pipe.py"), PIPE);
    silent.request("tasklens/tasks", json!({})).unwrap();
    assert!(!silent.has_heard(is_told));
}

#[test]
fn inputs_are_told_with_their_types_and_checked_one_by_one() {
    let project = Project::new();
    let text =
        PIPE.replace("x: int) -> int:\n    return x + 1", "x: int, name: str = \"a\") -> int:\n    return x + 1");
    let mut client = session(&project, &text);
    let told = client.request("tasklens/inputs", at(&project, 5)).unwrap();
    assert_eq!(told["task"], "ml.train");
    assert_eq!(told["inputs"][0]["annotation"], "int");
    assert_eq!(told["inputs"][0]["default"], Value::Null);
    assert_eq!(told["inputs"][1]["default"], "\"a\"");
    let mut check = |name: &str, value: &str| {
        client.request("tasklens/validateInput", with(at(&project, 5), json!({"name": name, "value": value})))
    };
    assert_eq!(check("x", "1").unwrap(), Value::Null);
    assert_eq!(check("name", "anything").unwrap(), Value::Null);
    assert!(check("x", "'a'").unwrap().as_str().unwrap().contains("is no int"));
    assert!(check("y", "1").unwrap_err()["message"].as_str().unwrap().contains("has no input y"));
    let page = client.request("tasklens/explain", with(at(&project, 5), json!({"inputs": {"x": "7"}}))).unwrap();
    assert_eq!(page["keys"][0]["inputs"], "x=7, name='a'");
    assert_eq!(page["keys"][0]["key"].as_str().unwrap().len(), 44);
    let given = usize::try_from(page["given"].as_u64().unwrap()).unwrap();
    assert_eq!(page["blocks"][given]["text"], "x=7, name='a'");
    let fate = page["blocks"][given + 1]["facts"].as_array().unwrap();
    assert_eq!((&fate[0]["label"], &fate[fate.len() - 1]["value"]), (&json!("entry"), &json!("given by you")));
    assert_eq!(client.request("tasklens/explain", at(&project, 5)).unwrap()["given"], Value::Null);
}

#[test]
fn a_pipeline_is_drawn() {
    let project = Project::new();
    let text = format!("{PIPE}\n\n@env.task\ndef all(x: int) -> int:\n    return report(train(x))\n");
    let mut client = session(&project, &text);
    let graph = client.request("tasklens/graph", at(&project, 16)).unwrap();
    assert_eq!(graph["task"], "ml.all");
    assert_eq!(graph["at"], at(&project, 15), "where its decorator is");
    assert!(graph["mermaid"].as_str().unwrap().starts_with("flowchart LR\n"));
    assert!(graph["svg"].as_str().unwrap().starts_with("<svg "));
    assert_eq!(graph["text"].as_str().unwrap().lines().filter(|line| line.contains("ml.")).count(), 4);
}

#[test]
fn the_baselines_text_is_that_of_the_revision() {
    let project = Project::new();
    let mut client = session(&project, &PIPE.replace("x + 1", "x + 2"));
    let then = client.request("tasklens/baselineText", at(&project, 5)).unwrap();
    assert_eq!(then, json!({"name": "HEAD", "text": PIPE, "line": 5}));
    project.git(&["tag", "v1"]);
    let offered = client.request("tasklens/baselines", json!({"uri": project.uri("pipe.py")})).unwrap();
    let names: Vec<_> =
        offered.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names[..2], ["Default", "HEAD"]);
    assert!(names.contains(&"main".to_owned()) && names.contains(&"v1".to_owned()), "{names:?}");
    assert_eq!(offered[0]["current"], true);
}

#[test]
fn bump_counts_a_version_up_and_refuses_what_has_none() {
    let project = Project::new();
    let text = PIPE.replacen("@env.task\n", "@env.task(cache=flyte.Cache(\"auto\", version_override=\"1.9\"))\n", 1);
    let mut client = session(&project, &text);
    let command = |line: u32| json!({"command": "tasklens.bump", "arguments": [project.uri("pipe.py"), line]});
    let asked = client.ask("workspace/executeCommand", command(5));
    let edit = client.wait(|message| message["method"] == "workspace/applyEdit");
    assert!(edit.to_string().contains("\"newText\":\"1.10\""), "{edit}");
    client.say(&json!({"jsonrpc": "2.0", "id": edit["id"], "result": {"applied": true}}));
    assert!(client.answer(asked).unwrap().as_str().unwrap().contains("1.10"));
    let error = client.request("workspace/executeCommand", command(10)).unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("no version of its own"), "{error}");
    assert!(!client.has_heard(|message| message["method"] == "window/showMessage"), "the client shows it by itself");
}

#[test]
fn without_a_cache_there_is_nothing_to_clear_and_that_is_said() {
    let project = Project::new();
    let mut client = session(&project, PIPE);
    let answer = client.request("tasklens/clear", with(at(&project, 5), json!({"really": true}))).unwrap();
    assert_eq!(answer["entries"], 0);
    assert!(answer["sentence"].as_str().unwrap().contains("no local cache yet"), "{answer}");
}

#[test]
fn the_interpreter_that_is_selected_submits() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({"workspace": {"configuration": true}}));
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    let section = json!({"interpreter": {"version": "3.13.1", "path": "/opt/py/bin/python"}});
    client.say(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": [section, section]}));
    client.open(&project.uri("pipe.py"), PIPE);
    let tasks = client.request("tasklens/tasks", json!({})).unwrap();
    let python = tasks["pythons"][0].as_str().unwrap();
    assert!(python.starts_with("Python 3.13.1 (selected in the editor, /opt/py/bin/python"), "{python}");
}

#[test]
fn what_is_no_question_is_answered_with_an_error() {
    let project = Project::new();
    let mut client = session(&project, PIPE);
    for (method, params) in [
        ("tasklens/explain", json!({})),
        ("tasklens/explain", json!({"uri": "untitled:a", "line": 4_294_967_295_u32})),
        ("tasklens/explain", json!({"uri": "no address", "line": 1})),
        ("tasklens/explain", json!({"uri": project.uri("pipe.py"), "line": -1})),
        ("tasklens/tasks", json!([1])),
        ("tasklens/output", with(at(&project, 5), json!({"key": "x"}))),
        ("tasklens/validateInput", at(&project, 5)),
        ("tasklens/baselines", json!({"uri": "git:/x"})),
    ] {
        client.request(method, params.clone()).map(|answer| panic!("{method} {params}: {answer}")).unwrap_err();
    }
    client.request("tasklens/explain", at(&project, 5)).unwrap();
}
