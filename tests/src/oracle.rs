//! Asks a real CPython: a process that runs `oracle/oracle.py`, restarted when a file brings it down.

use crate::setup::{self, Interpreter, Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What an interpreter says about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It compiles; every function that has a code object, by line.
    Functions(Vec<Answered>),
    /// `compile()` raises.
    Refused(Refused),
    /// The interpreter itself went down.
    Crashed(String),
}

/// A function and what FunctionBodyPolicy makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// `co_firstlineno`.
    pub line: u32,
    /// `co_name`.
    pub name: String,
    /// `__qualname__`.
    pub qualname: String,
    /// The version in hex, or nothing where the policy raises.
    pub version: Option<String>,
    /// What it raises, `IndentationError: unexpected indent`.
    pub raises: Option<String>,
}

/// Why `compile()` refuses a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The exception's class.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its message.
    pub message: String,
    /// Its line, where it has one.
    pub line: Option<u32>,
}

/// A file to ask about.
#[derive(Clone, Debug)]
pub struct File {
    /// How reports name it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Asks about every file, in order.
pub fn ask(setup: &setup::Setup, interpreter: &Interpreter, files: &[&File]) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(files.len());
    while answers.len() < files.len() {
        let rest = &files[answers.len()..];
        let requests = rest.iter().map(|file| request(&file.bytes));
        let lines = converse(setup, interpreter, requests);
        let before = answers.len();
        answers.extend(lines.iter().map(|line| {
            serde_json::from_str::<Answer>(line)
                .unwrap_or_else(|error| panic!("{}: {error}: {line}", interpreter.name()))
        }));
        if answers.len() < files.len() {
            let file = &files[answers.len()].name;
            assert!(
                answers.len() > before || before > 0 || !lines.is_empty() || is_alive(setup, interpreter),
                "{} does not start: see its words above",
                interpreter.name()
            );
            answers.push(Answer::Crashed(format!("{} went down on {file}", interpreter.name())));
        }
    }
    answers
}

/// The text of `ast.dump` for the function that starts at a line, or in what way there is none.
pub fn dump(setup: &setup::Setup, interpreter: &Interpreter, file: &File, line: u32) -> Result<String, String> {
    let mut request = request(&file.bytes);
    request["dump"] = json!(line);
    let lines = converse(setup, interpreter, std::iter::once(request));
    let answer: serde_json::Value = lines.first().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    answer["dump"].as_str().map(str::to_owned).ok_or_else(|| answer.to_string())
}

fn request(bytes: &[u8]) -> serde_json::Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "hex": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() }),
    }
}

fn is_alive(setup: &setup::Setup, interpreter: &Interpreter) -> bool {
    !converse(setup, interpreter, std::iter::once(json!({ "text": "" }))).is_empty()
}

/// Starts the interpreter, sends every request and returns the lines it answers until it ends.
fn converse(
    setup: &setup::Setup,
    interpreter: &Interpreter,
    requests: impl Iterator<Item = serde_json::Value> + Send,
) -> Vec<String> {
    let mut child = start(setup, interpreter);
    let mut input = BufWriter::new(child.stdin.take().expect("stdin is a pipe"));
    let output = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
    let answers = std::thread::scope(|scope| {
        scope.spawn(move || {
            for request in requests {
                // A process that went down is noticed by the reader.
                if writeln!(input, "{request}").is_err() {
                    return;
                }
            }
            let _ = input.flush();
        });
        // The first line only names the build.
        output.lines().map_while(Result::ok).skip(1).collect()
    });
    let _ = child.wait();
    answers
}

fn start(setup: &setup::Setup, interpreter: &Interpreter) -> Child {
    let scripts = scripts();
    let mut command = match interpreter.kind {
        Kind::Native => {
            let mut command = Command::new(&interpreter.program);
            command.arg("-I").arg(scripts.join("oracle.py"));
            command
        }
        Kind::Pyodide => {
            let node = setup.node.clone().unwrap_or_else(|| PathBuf::from("node"));
            let mut command = on_a_large_stack(node);
            command.arg(scripts.join("pyodide.mjs")).arg(&interpreter.program).stderr(Stdio::null());
            command
        }
    };
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; run python3 tests/setup.py", interpreter.program.display()))
}

/// Node with a stack that is large enough for Python's own recursion limit to come first, where the system allows.
fn on_a_large_stack(node: PathBuf) -> Command {
    if cfg!(windows) {
        return Command::new(node);
    }
    const SCRIPT: &str = r#"ulimit -s 1000000 2>/dev/null && exec "$0" --stack-size=900000 "$@"; exec "$0" "$@""#;
    let mut command = Command::new("sh");
    command.arg("-c").arg(SCRIPT).arg(node);
    command
}

/// The folder of the scripts that run inside of interpreters.
pub fn scripts() -> PathBuf {
    setup::root().join("tests/oracle")
}
