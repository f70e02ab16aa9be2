//! What happens to files under an editor: they are renamed, deleted, of another branch, and so are their settings. After each, a server that
//! went along says what one says that has just been started.

use serde_json::{Value, json};

use super::client::Client;
use super::lenses::lenses;
use super::project::{PIPE, Project};

const CREATED: u8 = 1;
const CHANGED: u8 = 2;
const DELETED: u8 = 3;

/// Tells of files as an editor does that watches them.
fn tell(client: &mut Client, project: &Project, changes: &[(&str, u8)]) {
    let changes = changes.iter().map(|(file, kind)| json!({"uri": project.uri(file), "type": kind}));
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes.collect::<Vec<_>>()}));
}

fn close(client: &mut Client, uri: &str) {
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
}

fn replace(client: &mut Client, uri: &str, version: i32, text: &str) {
    let document = json!({"uri": uri, "version": version});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
}

/// What a server says of a document that knows nothing of earlier.
fn afresh(project: &Project, open: &[(&str, &str)]) -> Vec<String> {
    let mut client = Client::initialized(&project.root(), json!({}));
    for (file, text) in open {
        client.open(&project.uri(file), text);
    }
    lenses(&mut client, &project.uri(open[0].0))
}

#[test]
fn a_file_that_is_renamed_takes_its_lenses_along() {
    let project = Project::new();
    let uses = "from pipe import env\n\n\n@env.task\ndef other(x: int) -> int:\n    return x\n";
    project.write("uses.py", uses);
    project.commit();
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    client.open(&project.uri("uses.py"), uses);
    assert!(lenses(&mut client, &project.uri("uses.py"))[0].contains("cache kept"));
    std::fs::rename(project.root().join("pipe.py"), project.root().join("flow.py")).unwrap();
    close(&mut client, &project.uri("pipe.py"));
    client.open(&project.uri("flow.py"), PIPE);
    tell(&mut client, &project, &[("pipe.py", DELETED), ("flow.py", CREATED)]);
    let moved = lenses(&mut client, &project.uri("flow.py"));
    assert!(moved[0].contains("cache kept"), "{moved:?}");
    assert_eq!(moved, afresh(&project, &[("flow.py", PIPE), ("uses.py", uses)]));
    // Nothing is behind the import any more, until it is mended, which is not saved yet.
    let lost = lenses(&mut client, &project.uri("uses.py"));
    assert_eq!(lost, afresh(&project, &[("uses.py", uses), ("flow.py", PIPE)]));
    assert!(!lost.iter().any(|lens| lens.contains("cache kept")), "{lost:?}");
    let mended = uses.replace("pipe", "flow");
    replace(&mut client, &project.uri("uses.py"), 2, &mended);
    assert!(lenses(&mut client, &project.uri("uses.py"))[0].contains("cache kept"));
}

#[test]
fn a_file_that_is_deleted_while_it_is_open_is_what_the_editor_has_of_it() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    let before = lenses(&mut client, &project.uri("pipe.py"));
    std::fs::remove_file(project.root().join("pipe.py")).unwrap();
    tell(&mut client, &project, &[("pipe.py", DELETED)]);
    assert_eq!(lenses(&mut client, &project.uri("pipe.py")), before);
    replace(&mut client, &project.uri("pipe.py"), 2, &PIPE.replace("x + 1", "x + 2"));
    let edited = lenses(&mut client, &project.uri("pipe.py"));
    assert!(edited[0].contains("will recompute · body changed"), "{edited:?}");
    close(&mut client, &project.uri("pipe.py"));
    assert_eq!(lenses(&mut client, &project.uri("pipe.py")), [] as [String; 0]);
    assert_eq!(client.request("tasklens/tasks", json!({})).unwrap()["tasks"], json!([]));
}

#[test]
fn another_branch_comes_under_a_buffer_that_is_not_saved() {
    let project = Project::new();
    project.git(&["checkout", "-q", "-b", "other"]);
    project.write(".python-version", "3.13\n");
    project.write("envs.py", "import flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"disable\")\n");
    project.commit();
    project.git(&["checkout", "-q", "main"]);
    let unsaved = "from envs import env\n\n\n@env.task\ndef train(x: int) -> int:\n    return x + 1\n";
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), unsaved);
    let git = [(".git/HEAD", CHANGED), (".python-version", CHANGED)];
    for (branch, envs) in [("other", CREATED), ("main", DELETED), ("other", CREATED)] {
        assert_eq!(lenses(&mut client, &project.uri("pipe.py")), afresh(&project, &[("pipe.py", unsaved)]));
        project.git(&["checkout", "-q", branch]);
        tell(&mut client, &project, &[&git[..], &[("envs.py", envs)]].concat());
    }
    let disabled = lenses(&mut client, &project.uri("pipe.py"));
    assert_eq!(disabled, afresh(&project, &[("pipe.py", unsaved)]));
    assert!(disabled[0].contains("turned off since HEAD"), "{disabled:?}");
}

#[test]
fn settings_count_as_they_are_written() {
    let project = Project::new();
    std::fs::remove_file(project.root().join(".python-version")).unwrap();
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    let mut seen = vec![lenses(&mut client, &project.uri("pipe.py"))];
    let states = [
        ("tasklens.toml", Some("python = \"3.13\"\n"), CREATED),
        ("tasklens.toml", Some("python = \"3.10\"\n"), CHANGED),
        ("tasklens.toml", Some("python = \n"), CHANGED),
        ("tasklens.toml", Some("python = \"3.10\"\nexclude = [\"pipe.py\"]\n"), CHANGED),
        ("tasklens.toml", None, DELETED),
        ("pyproject.toml", Some("[tool.tasklens]\npython = \"3.11\"\n"), CREATED),
    ];
    for (file, text, kind) in states {
        match text {
            Some(text) => project.write(file, text),
            None => std::fs::remove_file(project.root().join(file)).unwrap(),
        }
        tell(&mut client, &project, &[(file, kind)]);
        let now = lenses(&mut client, &project.uri("pipe.py"));
        assert_eq!(now, afresh(&project, &[("pipe.py", PIPE)]), "{file} {text:?}");
        seen.push(now);
    }
    let told = client.wait(|message| message["method"] == "window/showMessage");
    assert!(told["params"]["message"].as_str().unwrap().contains("tasklens.toml:1"), "{told}");
    assert!(seen[1] != seen[2] && seen[4].is_empty() && seen[5] == seen[0], "{seen:?}");
}

/// Editors that speak of cells by the protocol's plain messages get no lens and no error, and other documents theirs.
#[test]
fn cells_of_a_notebook_are_let_be() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    let cell = format!("vscode-notebook-cell:{}/a.ipynb#W0sZmlsZQ%3D%3D", project.root().display());
    client.open(&cell, PIPE);
    client.open(&project.uri("pipe.py"), PIPE);
    let document = json!({"uri": cell});
    for method in ["codeLens", "documentSymbol", "diagnostic"] {
        let answer = client.request(&format!("textDocument/{method}"), json!({"textDocument": document})).unwrap();
        assert!(answer.is_null() || answer["items"] == json!([]), "{method}: {answer}");
    }
    let hover = json!({"textDocument": document, "position": {"line": 6, "character": 5}});
    assert_eq!(client.request("textDocument/hover", hover).unwrap(), Value::Null);
    replace(&mut client, &cell, 2, "%matplotlib inline\n!ls\n");
    close(&mut client, &cell);
    assert!(lenses(&mut client, &project.uri("pipe.py"))[0].contains("cache kept"));
}

/// `code new.py` names the file that the document will be.
#[test]
fn a_document_that_will_be_a_file_is_one_of_its_folder() {
    let project = Project::new();
    project.write("sub/.python-version", "3.13\n");
    let mut client = Client::initialized(&project.root(), json!({}));
    let untitled = format!("untitled:{}/sub/new%20one.py", project.root().display());
    client.open(&untitled, PIPE);
    let found = lenses(&mut client, &untitled);
    assert_eq!(found, afresh(&project, &[("sub/new%20one.py", PIPE)]));
    assert_ne!(found[0], afresh(&project, &[("new%20one.py", PIPE)])[0]);
}

/// A folder of the workspace within another one: a document belongs to the inner one, and once.
#[test]
fn a_folder_within_another_one_has_its_documents() {
    let project = Project::new();
    project.write("sub/pipe.py", &PIPE.replace("\"ml\"", "\"inner\""));
    project.commit();
    let mut client = Client::start(&project.root());
    let folder = |file: &str| json!({"uri": project.uri(file), "name": "a"});
    let folders = json!([folder(""), folder("sub")]);
    client.request("initialize", json!({"capabilities": {}, "workspaceFolders": folders})).unwrap();
    client.notify("initialized", json!({}));
    for (file, text) in [("sub/pipe.py", PIPE.replace("\"ml\"", "\"inner\"")), ("pipe.py", PIPE.to_owned())] {
        client.open(&project.uri(file), &text);
        assert!(lenses(&mut client, &project.uri(file))[0].contains("cache kept"), "{file}");
    }
    let listed = client.request("tasklens/tasks", json!({})).unwrap();
    let names: Vec<_> = listed["tasks"].as_array().unwrap().iter().map(|task| task["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["inner.train", "inner.report", "ml.train", "ml.report"]);
}

/// Line ends are another text to the editor and the same code to Python.
#[test]
fn other_line_ends_are_the_same_code() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    let plain = lenses(&mut client, &project.uri("pipe.py"));
    for (version, ends) in [(2, "\r\n"), (3, "\r"), (4, "\n")] {
        replace(&mut client, &project.uri("pipe.py"), version, &PIPE.replace('\n', ends));
        assert_eq!(lenses(&mut client, &project.uri("pipe.py")), plain, "{ends:?}");
    }
}
