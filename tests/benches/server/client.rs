//! A server over its pipes, of whatever kind.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A server of either kind.
pub struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What is asked after a keystroke.
    method: &'static str,
    next: i64,
}

impl Server {
    pub fn start(program: &Path, root: &Path, method: &'static str) -> Self {
        let mut process = Command::new(program)
            .arg("server")
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut server = Self { process, input, output, method, next: 0 };
        let uri = format!("file://{}", root.display());
        let capabilities = json!({"textDocument": {"diagnostic": {}, "codeLens": {}}});
        let params = json!({"processId": null, "rootUri": uri, "capabilities": capabilities,
                            "workspaceFolders": [{"uri": uri, "name": "bench"}]});
        server.request("initialize", &params);
        server.notify("initialized", &json!({}));
        server
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}));
    }

    pub fn keystroke(&mut self, uri: &str, version: usize, change: &Value) -> Duration {
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        let started = Instant::now();
        self.notify("textDocument/didChange", &params);
        self.ask(uri);
        started.elapsed()
    }

    pub fn ask(&mut self, uri: &str) -> Value {
        self.request(self.method, &json!({"textDocument": {"uri": uri}}))
    }

    pub fn notify(&mut self, method: &str, params: &Value) {
        self.say(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The result; what the server says meanwhile is let go, what it asks is answered with nothing.
    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.read();
            match (message.get("method"), message.get("id")) {
                (None, Some(answered)) if *answered == id => return message["result"].clone(),
                (Some(_), Some(asked)) => self.say(&json!({"jsonrpc": "2.0", "id": asked, "result": null})),
                _ => {}
            }
        }
    }

    fn say(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server is gone");
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// The memory that the process holds, in kilobytes; 0 where the system doesn't tell.
    pub fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
