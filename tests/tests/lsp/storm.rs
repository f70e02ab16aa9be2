//! Editing storms with every kind of request in between: the server's text stays the editor's, and what it says of it is what a server
//! says that was just started.

use serde_json::{Value, json};
use tasklens_tests::rng::Rng;

use super::client::Client;
use super::lenses::lenses;
use super::project::Project;
use super::requests;
use super::sync::{Text, hex};

const MAIN: &str = "import flyte
from shared import helper, shared_env

env = flyte.TaskEnvironment(\"ml\", cache=\"auto\")
pinned = flyte.TaskEnvironment(\"pinned\", cache=flyte.Cache(\"override\", version_override=\"1.0\"))


@env.task
def train(x: int, name: str = \"é😀\") -> int:
    \"\"\"Trains.\"\"\"
    return helper(x) + 1


@pinned.task
async def évaluer(x: int) -> int:
    return train(x=x)


@shared_env.task(cache=flyte.Cache(\"auto\", ignored_inputs=(\"x\",)))
def report(x: int, y: int = 2) -> str:
    return f\"{x} {y!r:>{10}}\"


@env.task(cache=\"disable\")
def main(x: int = 1) -> int:
    report(x=3)
    return train(x=1)


if __name__ == \"__main__\":
    flyte.run(main, x=1)
";

const SHARED: &str = "import flyte

shared_env = flyte.TaskEnvironment(\"shared\", cache=\"auto\")


def helper(x: int) -> int:
    return x * 2
";

/// Whole code, different at every quiet point.
fn whole(random: &mut Rng) -> String {
    let number = random.below(5).to_string();
    match random.below(6) {
        0 => MAIN.to_owned(),
        1 => MAIN.replace("+ 1", &format!("+ {number}")),
        2 => MAIN.replace("Trains.", &format!("Trains {number}. 😀")),
        3 => format!("# {number}\n{MAIN}").replace('\n', "\r\n"),
        4 => MAIN.replace("(\"x\",)", "(\"y\",)").replace("    return", "    # \u{2028} why\n    return"),
        _ => MAIN.replace("cache=\"auto\")\npinned", "cache=\"disable\")\npinned"),
    }
}

fn change(client: &mut Client, uri: &str, version: i32, changes: &[Value]) {
    let document = json!({"uri": uri, "version": version});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
}

/// What else happens in an editor.
fn something_else(client: &mut Client, project: &Project, random: &mut Rng) {
    let other = project.uri("shared.py");
    match random.below(7) {
        0 => client.open(&other, SHARED),
        1 => client.open(&other, &SHARED.replace("auto", "disable")),
        2 => client.notify("textDocument/didClose", json!({"textDocument": {"uri": other}})),
        3 => client.notify("textDocument/didSave", json!({"textDocument": {"uri": project.uri("main.py")}})),
        4 => client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": other, "type": 2}]})),
        5 => client.notify("workspace/didChangeConfiguration", json!({"settings": null})),
        _ => {
            let folder = json!([{"uri": project.uri("sub"), "name": "sub"}]);
            let (added, removed) = if random.below(2) == 0 { (folder, json!([])) } else { (json!([]), folder) };
            let event = json!({"added": added, "removed": removed});
            client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
        }
    }
}

fn storm(utf8: bool, seed: u64, edits: usize) {
    let project = Project::new();
    project.write("main.py", MAIN);
    project.write("shared.py", SHARED);
    project.commit();
    let encodings = if utf8 { json!(["utf-8", "utf-16"]) } else { json!(["utf-16"]) };
    let capabilities = json!({"general": {"positionEncodings": encodings}});
    let random = &mut Rng::new(seed);
    let uri = project.uri("main.py");
    let mut client = Client::initialized(&project.root(), capabilities.clone());
    let mut text = Text::new(MAIN, utf8);
    client.open(&uri, MAIN);
    let (mut version, mut asked, mut done) = (1, Vec::new(), 0);
    while done < edits {
        for _ in 0..40 {
            let count = 1 + random.below(3);
            let changes: Vec<Value> = (0..count).map(|_| text.edit(random)).collect();
            (done, version) = (done + count, version + 1);
            change(&mut client, &uri, version, &changes);
            if random.below(4) == 0 {
                let (method, params) = requests::any(random, &uri);
                let id = client.ask(method, params);
                if random.below(4) == 0 {
                    client.notify("$/cancelRequest", json!({"id": id}));
                }
                asked.push(id);
            }
            if random.below(20) == 0 {
                something_else(&mut client, &project, random);
            }
        }
        // Each has an answer, if only that it was taken back.
        asked.drain(..).for_each(|id| drop(client.answer(id)));

        // A quiet point: the code is made whole by an edit of what differs.
        let whole = whole(random);
        version += 1;
        change(&mut client, &uri, version, &[text.become_text(&whole)]);
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": project.uri("shared.py")}}));
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({"event": {"added": [], "removed": [
            {"uri": project.uri("sub"), "name": "sub"}]}}),
        );
        let known = client.request("tasklens/debugInformation", Value::Null).unwrap();
        assert_eq!(known["documents"][0]["sha256"], json!(hex(&whole)), "seed {seed}, edit {done}");
        let mut fresh = Client::initialized(&project.root(), capabilities.clone());
        fresh.open(&uri, &whole);
        let expected = lenses(&mut fresh, &uri);
        assert!(expected.len() > 2, "{expected:?}");
        assert_eq!(lenses(&mut client, &uri), expected, "seed {seed}, edit {done}: {whole}");
    }
}

/// How many edits: the whole tier has the number that is promised.
fn edits() -> usize {
    if tasklens_tests::setup::long() { 20_000 } else { 1_500 }
}

#[test]
fn lenses_after_an_editing_storm_are_those_of_a_fresh_server_in_utf_16() {
    storm(false, 1, edits());
}

#[test]
fn lenses_after_an_editing_storm_are_those_of_a_fresh_server_in_utf_8() {
    storm(true, 2, edits());
}
