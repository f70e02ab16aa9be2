//! An editor for tests: it says what it is told to, and keeps what it hears.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a test waits before it fails. Machines are slow at times, and nothing is measured with it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A server and the editor's end of its pipes.
pub struct Client {
    pub process: Child,
    pub input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What was heard while something else was waited for.
    heard: Vec<Value>,
    next: i64,
}

/// The program that serves.
pub fn server(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
    command.arg("server").current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

impl Client {
    /// Starts a server in a folder.
    pub fn start(folder: &Path) -> Self {
        Self::talking_to(server(folder).spawn().unwrap())
    }

    /// An editor that has started a server.
    pub fn talking_to(mut process: Child) -> Self {
        let input = process.stdin.take();
        let output = process.stdout.take().unwrap();
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { process, input, messages, heard: Vec::new(), next: 0 }
    }

    /// A server that was initialized by an editor that can do `capabilities`.
    pub fn initialized(folder: &Path, capabilities: Value) -> Self {
        let mut client = Self::start(folder);
        client.initialize(folder, capabilities);
        client
    }

    /// Introduces itself.
    pub fn initialize(&mut self, folder: &Path, capabilities: Value) {
        let root = format!("file://{}", folder.display());
        let params = json!({"processId": null, "rootUri": root, "capabilities": capabilities,
                            "workspaceFolders": [{"uri": root, "name": "w"}]});
        self.request("initialize", params).unwrap();
        self.notify("initialized", json!({}));
    }

    /// Writes bytes as they are. A server that is gone is found out by what it doesn't say.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        let _ = input.write_all(bytes).and_then(|()| input.flush());
    }

    /// Writes a message.
    pub fn say(&mut self, message: &Value) {
        self.raw(&framed(message));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.say(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request without waiting for its answer: its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.say(&json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}));
        self.next
    }

    /// The answer to a request: its result, or its error.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let answer = self.wait(|message| message["id"] == id && message.get("method").is_none());
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// The first message, heard or to come, that is `wanted`.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.heard.iter().position(&wanted) {
            return self.heard.remove(at);
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) if wanted(&message) => return message,
                Ok(message) => self.heard.push(message),
                Err(error) => panic!("{error}; heard so far: {:?}", self.heard),
            }
        }
    }

    /// Whether a message was heard while others were waited for.
    pub fn has_heard(&self, wanted: impl Fn(&Value) -> bool) -> bool {
        self.heard.iter().any(wanted)
    }

    /// Opens a document of Python.
    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// What the process ended with; fails if it doesn't end in time.
    pub fn ended(&mut self, within: Duration) -> ExitStatus {
        ended(&mut self.process, within).unwrap_or_else(|| panic!("the server still runs after {within:?}"))
    }
}

/// What a process ended with; `None` if it still runs after `within`.
pub fn ended(process: &mut Child, within: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(status) = process.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() > deadline {
            return None;
        }
        thread::park_timeout(Duration::from_millis(5));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A message with its header.
pub fn framed(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|count| *count > 0)?;
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
