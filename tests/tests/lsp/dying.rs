//! Editors that die, at any moment and in any way, or that read nothing: the server is gone soon after.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tasklens_tests::rng::Rng;

use super::client::{self, ended, framed};
use super::project::{PIPE, Project};
use super::requests;

/// How long a server may live on without its editor.
const SOON: Duration = Duration::from_secs(2);

/// The ways to leave.
#[derive(Clone, Copy, Debug)]
enum Leaving {
    /// The editor's process is gone, and the system closes its ends of the pipes.
    Death,
    /// It is gone, but another process that it started holds its ends.
    DeathWithHeirs,
    /// It closes the server's input, and nothing else.
    ClosedInput,
    /// It dies while it writes a message.
    InAMessage,
    /// It says `exit` without `shutdown`, and closes nothing.
    Exit,
    /// It says `shutdown` and `exit`, and closes nothing.
    Shutdown,
}

const WAYS: [Leaving; 6] = [
    Leaving::Death,
    Leaving::DeathWithHeirs,
    Leaving::ClosedInput,
    Leaving::InAMessage,
    Leaving::Exit,
    Leaving::Shutdown,
];

/// A project that takes a while to understand.
fn heavy() -> Project {
    let project = Project::new();
    for module in 0..40 {
        let mut text = format!("import flyte\nfrom m{} import env\n", (module + 1) % 40);
        if module == 39 {
            text = "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n".to_owned();
        }
        for task in 0..40 {
            let _ = write!(text, "\n\n@env.task\ndef t{module}_{task}(x: int) -> int:\n    return x + {task}\n");
        }
        project.write(&format!("m{module}.py"), &text);
    }
    project.commit();
    project
}

/// All that an editor says until it leaves.
fn script(project: &Project, random: &mut Rng, editor: u32) -> Vec<Value> {
    let root = format!("file://{}", project.root().display());
    let capabilities = json!({"workspace": {"configuration": true, "codeLens": {"refreshSupport": true},
                                            "didChangeWatchedFiles": {"dynamicRegistration": true}},
                              "window": {"workDoneProgress": true}});
    let params = json!({"processId": editor, "rootUri": root, "capabilities": capabilities,
                        "workspaceFolders": [{"uri": root, "name": "w"}]});
    let mut all = vec![
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
    ];
    for module in 0..6 {
        let uri = project.uri(&format!("m{module}.py"));
        let text = std::fs::read_to_string(project.root().join(format!("m{module}.py"))).unwrap();
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        all.push(json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}));
        for number in 0..20 {
            let typed = ["x = 1\n", "#", "(", "\"\"\""][random.below(4)];
            let edit = json!({"range": {"start": {"line": 4, "character": 0}, "end": {"line": 4, "character": 0}},
                              "text": typed});
            let params = json!({"textDocument": {"uri": uri, "version": number + 2}, "contentChanges": [edit]});
            all.push(json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}));
            let (method, params) = requests::any(random, &uri);
            all.push(json!({"jsonrpc": "2.0", "id": all.len(), "method": method, "params": params}));
        }
    }
    all
}

/// Says it all, or as much as the server takes.
fn say(mut input: ChildStdin, bytes: Vec<u8>) -> thread::JoinHandle<ChildStdin> {
    thread::spawn(move || {
        let _ = input.write_all(&bytes).and_then(|()| input.flush());
        input
    })
}

/// Leaves, after some part of a script and some time; the server must follow.
fn leave(project: &Project, seed: u64) {
    let random = &mut Rng::new(seed);
    let way = *random.pick(&WAYS);
    let mut editor = Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().unwrap();
    let mut process = client::server(&project.root()).spawn().unwrap();
    let output = process.stdout.take().unwrap();
    // An editor that reads nothing fills the pipe.
    let (reads, kept) = if random.below(2) == 0 { (Some(output), None) } else { (None, Some(output)) };
    let reader = reads.map(|mut output| thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink())));

    let script = script(project, random, editor.id());
    let mut bytes: Vec<u8> = script.iter().take(random.below(script.len())).flat_map(framed).collect();
    match way {
        Leaving::Shutdown => {
            bytes.extend(framed(&json!({"jsonrpc": "2.0", "id": "last", "method": "shutdown"})));
            bytes.extend(framed(&json!({"jsonrpc": "2.0", "method": "exit"})));
        }
        Leaving::Exit => bytes.extend(framed(&json!({"jsonrpc": "2.0", "method": "exit"}))),
        Leaving::InAMessage => bytes.truncate(random.below(bytes.len() + 1)),
        Leaving::Death | Leaving::DeathWithHeirs | Leaving::ClosedInput => {}
    }
    let input = say(process.stdin.take().unwrap(), bytes).join().unwrap();
    thread::park_timeout(Duration::from_millis([0, 1, 10, 100, 300][random.below(5)]));

    let (input, kept) = match way {
        Leaving::Death => {
            editor.kill().unwrap();
            drop((input, kept));
            (None, None)
        }
        Leaving::ClosedInput | Leaving::InAMessage => {
            drop(input);
            (None, kept)
        }
        Leaving::DeathWithHeirs => {
            editor.kill().unwrap();
            editor.wait().unwrap();
            (Some(input), kept)
        }
        Leaving::Exit | Leaving::Shutdown => (Some(input), kept),
    };
    let left = Instant::now();
    let status = ended(&mut process, SOON);
    put_away(&mut editor);
    let silent = kept.is_some();
    if status.is_none() {
        put_away(&mut process);
        panic!("seed {seed}: {way:?}{}: the server still ran", if silent { ", nothing was read" } else { "" });
    }
    // Whoever is polite and is heard gets 0.
    if matches!(way, Leaving::Shutdown) && !silent {
        assert_eq!(status.and_then(|status| status.code()), Some(0), "seed {seed}, after {:?}", left.elapsed());
    }
    drop((input, kept));
    reader.map(thread::JoinHandle::join);
}

fn put_away(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}

#[cfg(unix)]
#[test]
fn whenever_and_however_an_editor_leaves_the_server_ends() {
    let project = heavy();
    let moments = if tasklens_tests::setup::long() { 600 } else { 40 };
    (0..moments).for_each(|seed| leave(&project, seed));
}

/// More answers than a pipe holds, and nobody reads them; then what matters stands behind them.
fn unread(last: &[u8], closes: bool) {
    let project = Project::new();
    let mut process = client::server(&project.root()).spawn().unwrap();
    let output = process.stdout.take().unwrap();
    let initialize = json!({"processId": null, "capabilities": {}});
    let mut bytes = framed(&json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": initialize}));
    for id in 1..20_000 {
        bytes.extend(framed(&json!({"jsonrpc": "2.0", "id": id, "method": "tasklens/debugInformation"})));
    }
    bytes.extend(last);
    let input = say(process.stdin.take().unwrap(), bytes);
    let said = Instant::now() + client::PATIENCE;
    while !input.is_finished() {
        assert!(Instant::now() < said, "the server stopped reading");
        thread::park_timeout(Duration::from_millis(5));
    }
    let mut input = Some(input.join().unwrap());
    if closes {
        input.take();
    }
    let status = ended(&mut process, SOON);
    put_away(&mut process);
    assert!(status.is_some(), "the server still ran");
    drop((input, output));
}

#[test]
fn an_editor_that_reads_nothing_can_close_the_input() {
    unread(b"", true);
}

#[test]
fn an_editor_that_reads_nothing_can_say_exit() {
    unread(&framed(&json!({"jsonrpc": "2.0", "method": "exit"})), false);
}

#[test]
fn an_editor_that_does_not_listen_any_more_ends_the_server() {
    let project = Project::new();
    let mut process = client::server(&project.root()).spawn().unwrap();
    drop(process.stdout.take());
    let initialize = json!({"processId": null, "capabilities": {}});
    let bytes = framed(&json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": initialize}));
    let input = say(process.stdin.take().unwrap(), bytes).join().unwrap();
    let status = ended(&mut process, SOON);
    put_away(&mut process);
    assert!(status.is_some(), "the server still ran");
    drop(input);
}

/// What the server logs must not stop it.
#[test]
fn an_editor_that_reads_no_log_is_served() {
    let project = Project::new();
    let mut command = client::server(&project.root());
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let errors = process.stderr.take();
    let mut client = client::Client::talking_to(process);
    client.initialize(&project.root(), json!({}));
    // Each is a line of the log.
    for version in 0..3_000 {
        let document = json!({"uri": project.uri("not-open.py"), "version": version});
        client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": ""}]}));
    }
    client.open(&project.uri("pipe.py"), PIPE);
    assert_eq!(super::lenses::lenses(&mut client, &project.uri("pipe.py")).len(), 2);
    drop(errors);
}
