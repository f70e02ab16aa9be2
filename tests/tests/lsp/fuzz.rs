//! Input at random, from fixed seeds: what is between valid messages and noise. A server answers what can be answered, and lives.

use serde_json::{Map, Value, json};
use tasklens_tests::rng::Rng;

use super::client::{Client, framed};
use super::lenses::lenses;
use super::project::{PIPE, Project};
use super::requests;

/// What takes the place of a part of a message.
fn odd(random: &mut Rng) -> Value {
    match random.below(16) {
        0 => Value::Null,
        1 => json!(-1),
        2 => json!(1.5e300),
        3 => json!(u64::MAX),
        4 => json!(""),
        5 => json!("\u{0}\u{fffd}😀"),
        6 => json!([]),
        7 => json!({}),
        8 => json!([[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]),
        9 => json!(true),
        10 => json!("file:///"),
        11 => json!("file:///%00%ff%zz"),
        12 => json!("untitled:"),
        13 => json!("x".repeat(100_000)),
        14 => json!(random.next_u64()),
        _ => json!({"uri": "file:///p.py", "line": -0.0, "range": null, "text": [1]}),
    }
}

/// Changes some part of a message.
fn mutate(value: &mut Value, random: &mut Rng) {
    let deeper = random.below(5) > 0;
    match value {
        Value::Object(parts) if deeper && !parts.is_empty() => {
            let key = parts.keys().nth(random.below(parts.len())).unwrap().clone();
            match random.below(12) {
                0 => drop(parts.remove(&key)),
                1 => drop(parts.insert(format!("{key} "), odd(random))),
                _ => mutate(&mut parts[&key], random),
            }
        }
        Value::Array(parts) if deeper && !parts.is_empty() => {
            let index = random.below(parts.len());
            match random.below(12) {
                0 => drop(parts.remove(index)),
                1 => parts.extend((0..random.below(300)).map(|_| json!(1))),
                _ => mutate(&mut parts[index], random),
            }
        }
        part => *part = odd(random),
    }
}

fn message(random: &mut Rng, uri: &str) -> Value {
    let position = json!({"line": random.below(20), "character": random.below(30)});
    let range = json!({"start": position, "end": {"line": random.below(20), "character": random.below(30)}});
    let document = json!({"uri": uri, "version": random.below(100)});
    let typed = ["x", "\n", "(", "😀", ""][random.below(5)];
    let notification = |method: &str, params: Value| json!({"jsonrpc": "2.0", "method": method, "params": params});
    match random.below(12) {
        0 => notification(
            "textDocument/didOpen",
            json!({"textDocument":
            {"uri": uri, "languageId": "python", "version": 1, "text": PIPE}}),
        ),
        1..4 => notification(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges":
            [{"range": range, "rangeLength": 3, "text": typed}, {"text": PIPE}]}),
        ),
        4 => notification("textDocument/didClose", json!({"textDocument": document})),
        5 => notification("textDocument/didSave", json!({"textDocument": document, "text": PIPE})),
        6 => notification(
            "workspace/didChangeWatchedFiles",
            json!({"changes": [{"uri": uri, "type": 1 + random.below(3)}]}),
        ),
        7 => notification(
            "workspace/didChangeConfiguration",
            json!({"settings": {"tasklens": {"baseline": "main",
            "lenses": {"hit": false}, "rules": {}}}}),
        ),
        8 => notification(
            "workspace/didChangeWorkspaceFolders",
            json!({"event": {"added": [{"uri": uri, "name": "a"}], "removed": []}}),
        ),
        9 => notification("$/cancelRequest", json!({"id": 1_000_000 + random.below(2_000)})),
        10 => json!({"jsonrpc": "2.0", "id": random.below(5), "result": [null, {"tasklens": 1}]}),
        _ => {
            let (method, params) = requests::any(random, uri);
            json!({"jsonrpc": "2.0", "id": 1_000_000 + random.below(2_000), "method": method, "params": params})
        }
    }
}

/// Damages bytes; the header too.
fn damage(bytes: &mut Vec<u8>, random: &mut Rng) {
    for _ in 0..1 + random.below(3) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes[at] = random.next_u64() as u8,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, random.next_u64() as u8),
            // Not the digits of a length: a server waits for what is announced.
            _ => drop(bytes.drain(at..(at + random.below(8)).min(bytes.len()))),
        }
        if bytes.is_empty() {
            return;
        }
    }
}

/// A session of messages, some changed; then the server must still know what it is told.
fn session(seed: u64, messages: usize) {
    let random = &mut Rng::new(seed);
    let project = Project::new();
    let uri = project.uri("pipe.py");
    let mut client = Client::initialized(&project.root(), json!({"workspace": {"configuration": true}}));
    client.open(&uri, PIPE);
    for _ in 0..messages {
        let mut message = message(random, &uri);
        for _ in 0..random.below(3) {
            mutate(&mut message, random);
        }
        let method = message.get("method").cloned().unwrap_or_default();
        if method == "exit" || method == "shutdown" {
            continue;
        }
        client.raw(&framed(&message));
    }
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [], "removed": []}}));
    client.open(&uri, PIPE);
    let known = client.request("tasklens/debugInformation", Value::Null);
    assert!(known.is_ok(), "seed {seed}: {known:?}");
    let all = lenses(&mut client, &uri);
    assert!(!all.is_empty(), "seed {seed}: {all:?}");
    client.request("shutdown", Value::Null).unwrap();
    client.say(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(client.ended(std::time::Duration::from_secs(2)).code(), Some(0), "seed {seed}");
}

/// Bytes that are damaged messages: the server ends by itself, or with its input, and never by a signal.
fn noise(seed: u64, messages: usize) {
    let random = &mut Rng::new(seed);
    let project = Project::new();
    let uri = project.uri("pipe.py");
    let mut client = Client::start(&project.root());
    let introduction =
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": Map::new()}});
    client.raw(&framed(&introduction));
    for _ in 0..messages {
        let mut bytes = framed(&message(random, &uri));
        if random.below(3) == 0 {
            damage(&mut bytes, random);
        }
        client.raw(&bytes);
    }
    client.input = None;
    assert!(client.ended(std::time::Duration::from_secs(2)).code().is_some(), "seed {seed}");
}

fn seeds() -> u64 {
    if tasklens_tests::setup::long() { 300 } else { 8 }
}

#[test]
fn messages_that_were_changed_at_random_leave_the_server_alive() {
    (0..seeds()).for_each(|seed| session(seed, 300));
}

#[test]
fn bytes_that_were_damaged_at_random_end_the_server_in_order() {
    (0..seeds()).for_each(|seed| noise(seed, 300));
}
