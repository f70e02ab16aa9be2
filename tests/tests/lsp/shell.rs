//! What the shell around tower-lsp mends, one test each; `server/src/lsp/shell/mod.rs` has the list.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, framed};

/// How long a server may live on without its editor.
const SOON: Duration = Duration::from_secs(2);

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// An editor that can do what makes the server ask it things.
fn able() -> Value {
    json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}, "configuration": true,
                         "codeLens": {"refreshSupport": true}},
           "window": {"workDoneProgress": true}})
}

/// Says `shutdown` and `exit`.
fn take_leave(client: &mut Client) {
    client.request("shutdown", Value::Null).unwrap();
    client.say(&json!({"jsonrpc": "2.0", "method": "exit"}));
}

#[test]
fn exit_ends_the_server_while_stdin_stays_open() {
    let folder = folder();
    let mut client = Client::initialized(folder.path(), json!({}));
    take_leave(&mut client);
    assert_eq!(client.ended(SOON).code(), Some(0));
    assert!(client.input.is_some(), "the test holds it");
}

/// Most editors connect pipes, those on Node sockets; and what was written down is read as well.
#[cfg(unix)]
#[test]
fn sockets_and_files_do_for_pipes() {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    use super::client::{PATIENCE, ended, server};

    let folder = folder();
    let request = |id: i64, method: &str, params: Value| {
        framed(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
    };
    let exit = framed(&json!({"jsonrpc": "2.0", "method": "exit"}));
    let script =
        [request(1, "initialize", json!({"capabilities": {}})), request(2, "shutdown", Value::Null), exit].concat();
    let answers = |said: &str| [said.matches("\"id\":1").count(), said.matches("\"id\":2").count()];
    // More than a socket holds at once.
    let long = request(3, &"x".repeat(1 << 20), Value::Null);

    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let end = |socket: &UnixStream| OwnedFd::from(socket.try_clone().unwrap());
    let mut process = server(folder.path()).stdin(end(&theirs)).stdout(end(&theirs)).spawn().unwrap();
    drop(theirs);
    ours.set_read_timeout(Some(PATIENCE)).unwrap();
    ours.write_all(&long).unwrap();
    ours.write_all(&script).unwrap();
    let mut said = String::new();
    ours.read_to_string(&mut said).unwrap();
    assert_eq!(answers(&said), [1, 1], "{said}");
    assert_eq!(ended(&mut process, SOON).unwrap().code(), Some(0));

    let (input, output) = (folder.path().join("input"), folder.path().join("output"));
    std::fs::write(&input, &script).unwrap();
    let files = (File::open(&input).unwrap(), File::create(&output).unwrap());
    let mut process = server(folder.path()).stdin(files.0).stdout(files.1).spawn().unwrap();
    assert_eq!(ended(&mut process, PATIENCE).unwrap().code(), Some(0));
    assert_eq!(answers(&std::fs::read_to_string(&output).unwrap()), [1, 1]);
}

/// As editors write that there are none.
#[test]
fn no_parameters_are_written_in_several_ways() {
    for none in [Value::Null, json!({}), json!([])] {
        let folder = folder();
        let mut client = Client::initialized(folder.path(), json!({}));
        assert!(client.request("tasklens/debugInformation", none.clone()).is_ok(), "{none}");
        assert_eq!(client.request("shutdown", none), Ok(Value::Null));
        client.say(&json!({"jsonrpc": "2.0", "method": "exit", "params": {}}));
        assert_eq!(client.ended(SOON).code(), Some(0));
    }
}

#[test]
fn exit_without_shutdown_is_told_by_the_exit_code() {
    let folder = folder();
    let mut client = Client::initialized(folder.path(), json!({}));
    client.say(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(client.ended(SOON).code(), Some(1));
}

#[test]
fn exit_before_anything_else_ends_the_server() {
    let folder = folder();
    let mut client = Client::start(folder.path());
    client.say(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(client.ended(SOON).code(), Some(1));
}

#[test]
fn a_closed_input_ends_the_server() {
    let folder = folder();
    let mut client = Client::initialized(folder.path(), json!({}));
    client.input = None;
    client.ended(SOON);
}

#[cfg(unix)]
#[test]
fn an_editor_that_was_killed_ends_the_server_even_if_its_pipe_stays_open() {
    let folder = folder();
    let mut editor = Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().unwrap();
    let mut client = Client::start(folder.path());
    client.request("initialize", json!({"processId": editor.id(), "capabilities": {}})).unwrap();
    editor.kill().unwrap();
    editor.wait().unwrap();
    client.ended(SOON);
}

#[test]
fn answers_on_their_way_arrive_before_the_end() {
    for _ in 0..20 {
        let folder = folder();
        let mut client = Client::initialized(folder.path(), json!({}));
        let message =
            |id: i64, method: &str| framed(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": null}));
        let exit = framed(&json!({"jsonrpc": "2.0", "method": "exit"}));
        let all = [message(101, "tasklens/debugInformation"), message(102, "shutdown"), exit].concat();
        client.raw(&all);
        assert!(client.answer(101).unwrap()["version"].is_string());
        assert_eq!(client.answer(102), Ok(Value::Null));
        assert_eq!(client.ended(SOON).code(), Some(0));
    }
}

#[test]
fn a_late_answer_to_what_was_taken_back_does_no_harm() {
    let folder = folder();
    let mut client = Client::initialized(folder.path(), able());
    let asked = client.wait(|message| message.get("method").is_some() && message.get("id").is_some());
    client.notify("$/cancelRequest", json!({"id": asked["id"]}));
    for _ in 0..3 {
        client.say(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    }
    client.say(&json!({"jsonrpc": "2.0", "id": 4711, "result": null}));
    client.say(&json!({"jsonrpc": "2.0", "id": "no such", "error": {"code": -32601, "message": "no"}}));
    assert!(client.request("tasklens/debugInformation", Value::Null).is_ok());
}

#[test]
fn an_editor_that_never_answers_is_served() {
    let folder = folder();
    let mut client = Client::initialized(folder.path(), able());
    // None of the server's requests is ever answered.
    client.open("file:///p/a.py", "");
    let ids: Vec<i64> = (0..2_000)
        .map(|number| {
            let change = json!({"range": null, "text": format!("x = {number}\n")});
            let document = json!({"uri": "file:///p/a.py", "version": number + 2});
            client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
            client.ask("tasklens/debugInformation", json!(null))
        })
        .collect();
    for id in ids {
        assert!(client.answer(id).is_ok());
    }
    take_leave(&mut client);
    assert_eq!(client.ended(SOON).code(), Some(0));
}

#[test]
fn everything_may_be_said_at_once() {
    let folder = folder();
    let mut client = Client::start(folder.path());
    let document = json!({"uri": "file:///p/a.py", "languageId": "python", "version": 1, "text": "x = 1\n"});
    let messages = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {}}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tasklens/debugInformation"}),
    ];
    let all: Vec<u8> = messages.iter().flat_map(framed).collect();
    client.raw(&all);
    client.answer(1).unwrap();
    assert_eq!(client.answer(2).unwrap()["documents"][0]["bytes"], 6);
}

#[test]
fn what_makes_no_sense_is_an_error_and_no_end() {
    let folder = folder();
    let mut client = Client::initialized(folder.path(), json!({}));
    for (body, answered) in [
        ("{", true),
        ("[]", true),
        ("{\"jsonrpc\": \"2.0\", \"id\": 9, \"method\": \"no/such\"}", true),
        ("{\"jsonrpc\": \"2.0\", \"method\": \"no/such\"}", false),
        ("{\"jsonrpc\": \"2.0\", \"method\": \"$/such\", \"params\": {}}", false),
        ("{\"jsonrpc\": \"2.0\", \"method\": \"textDocument/didChange\", \"params\": {\"a\": 1}}", false),
        ("{\"jsonrpc\": \"2.0\", \"id\": 9, \"method\": \"initialize\", \"params\": {\"capabilities\": {}}}", true),
    ] {
        client.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        if answered {
            let answer = client.wait(|message| message.get("error").is_some());
            assert!(answer["error"]["code"].is_i64(), "{body}: {answer}");
        }
    }
    assert!(client.request("tasklens/debugInformation", Value::Null).is_ok());
}

#[test]
fn a_broken_header_is_survived() {
    let folder = folder();
    let mut client = Client::initialized(folder.path(), json!({}));
    client.raw(b"Content-Length: many\r\n\r\n");
    client.raw(b"\xff\xfe\x00\r\n\r\n");
    client.raw(b"Content-Type: x\r\n\r\n");
    assert!(client.request("tasklens/debugInformation", Value::Null).is_ok());
}
