//! How soon the server answers, beside `ruff server`: from a keystroke to fresh lenses, and from the same keystroke to fresh
//! diagnostics; and how soon it is ready in a large workspace, beside `ruff check --no-cache` of it.
//!
//! ```text
//! python3 tests/setup.py
//! cargo bench -p tasklens-tests --bench server
//! ```
//!
//! Both servers are real processes over their pipes, and each keystroke goes to one and then to the other, so that what else the
//! machine does meets both. Edits leave the code whole: characters at the ends of lines within functions, comments, new lines.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a benchmark prints")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tasklens_tests::large::{self, project};
use tasklens_tests::rng::Rng;
use tasklens_tests::setup;

const KEYSTROKES: usize = 1000;
const FILES: usize = 10_000;
const WITH_TASKS: usize = 100;
/// For the memory: as many edits of one document.
const MANY: usize = 100_000;

fn main() {
    let ruff = setup::ruff();
    if ruff.is_none() {
        setup::skip("no ruff to compare with");
    }
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs = |name: &str| chosen.is_empty() || chosen.iter().any(|one| one == name);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for lines in [1000, 10_000] {
        if runs("keystroke") {
            keystrokes(&root.join(lines.to_string()), lines, ruff.as_deref());
        }
    }
    if runs("ready") {
        ready(&root.join("large"), ruff.as_deref());
    }
    if runs("memory") {
        memory(&root.join("memory"));
    }
}

/// Times of many keystrokes, of both servers in turn.
fn keystrokes(root: &Path, lines: usize, ruff: Option<&Path>) {
    let text = document(lines);
    project(root, &[("pipe.py", &text)]);
    let mut ours = Server::start(&under_test(), root, "textDocument/codeLens");
    let mut theirs = ruff.map(|ruff| Server::start(ruff, root, "textDocument/diagnostic"));
    let uri = format!("file://{}/pipe.py", root.display());
    for server in std::iter::once(&mut ours).chain(&mut theirs) {
        server.open(&uri, &text);
        assert!(!server.ask(&uri).is_null());
    }
    let mut rng = Rng::new(7);
    let mut text: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let (mut mine, mut other) = (Vec::new(), Vec::new());
    for version in 2..KEYSTROKES + 2 {
        let change = keystroke(&mut text, &mut rng);
        mine.push(ours.keystroke(&uri, version, &change));
        if let Some(theirs) = &mut theirs {
            other.push(theirs.keystroke(&uri, version, &change));
        }
    }
    let mut told = vec![("tasklens", mine)];
    if !other.is_empty() {
        told.push(("ruff", other));
    }
    for (name, times) in told {
        let (half, most) = percentiles(times);
        println!("{lines:6} lines, {name:8}  p50 {half:7.2} ms  p99 {most:7.2} ms");
    }
}

/// From the start of the process to the lenses of a document, which say what calls them in all files.
fn ready(root: &Path, ruff: Option<&Path>) {
    let files = large::files(FILES, WITH_TASKS);
    let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    project(root, &named);
    let (name, text) = &files[0];
    let uri = format!("file://{}/{name}", root.display());
    let mut best = Duration::MAX;
    let mut resident = 0;
    for _ in 0..5 {
        let started = Instant::now();
        let mut server = Server::start(&under_test(), root, "textDocument/codeLens");
        server.open(&uri, text);
        assert!(!server.ask(&uri).is_null());
        best = best.min(started.elapsed());
        resident = server.resident();
    }
    println!("{FILES} files: tasklens ready after {:.0} ms, {} MB resident", best.as_secs_f64() * 1e3, resident >> 10);
    let Some(ruff) = ruff else { return };
    let check = || {
        let started = Instant::now();
        let check = Command::new(ruff).args(["check", "--no-cache", "--quiet"]).current_dir(root).output().unwrap();
        assert!(check.status.code().is_some_and(|code| code < 2));
        started.elapsed()
    };
    let best = (0..5).map(|_| check()).min().unwrap();
    println!("{FILES} files: ruff check --no-cache takes {:.0} ms", best.as_secs_f64() * 1e3);
}

/// What the server holds after many edits.
fn memory(root: &Path) {
    let text = document(300);
    project(root, &[("pipe.py", &text)]);
    let mut server = Server::start(&under_test(), root, "textDocument/codeLens");
    let uri = format!("file://{}/pipe.py", root.display());
    server.open(&uri, &text);
    server.ask(&uri);
    let mut rng = Rng::new(7);
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for version in 2..MANY + 2 {
        if version % (MANY / 10) == 2 {
            println!("{:6} edits: {} MB resident", version - 2, server.resident() >> 10);
            // The text itself must not grow.
            lines = text.split('\n').map(str::to_owned).collect();
            let document = json!({"uri": uri, "version": version});
            server.notify(
                "textDocument/didChange",
                &json!({"textDocument": document, "contentChanges": [{"text": text}]}),
            );
            continue;
        }
        let change = keystroke(&mut lines, &mut rng);
        let document = json!({"uri": uri, "version": version});
        server.notify("textDocument/didChange", &json!({"textDocument": document, "contentChanges": [change]}));
        if version % 20 == 0 {
            server.ask(&uri);
        }
    }
    server.ask(&uri);
    println!("{MANY:6} edits: {} MB resident", server.resident() >> 10);
}

/// A change that leaves the code whole.
fn keystroke(lines: &mut Vec<String>, rng: &mut Rng) -> Value {
    let within: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.contains("total += ")).map(|(at, _)| at).collect();
    let at = within[rng.below(within.len())];
    let end = lines[at].len();
    let (from, to, new) = match rng.below(20) {
        // A line of its own, one in twenty.
        0 => (end, end, "\n        # why".to_owned()),
        1..4 if lines[at].contains('#') => (end, end, "y".to_owned()),
        1..4 => (end, end, "  # wh".to_owned()),
        // Another number, as often longer as shorter.
        _ => {
            let start = lines[at].find("* ").unwrap() + 2;
            let length = lines[at][start..].bytes().take_while(u8::is_ascii_digit).count();
            (start, start + length, format!("{}", 1 + rng.below(5000)))
        }
    };
    let range = json!({"start": {"line": at, "character": from}, "end": {"line": at, "character": to}});
    let line = format!("{}{new}{}", &lines[at][..from], &lines[at][to..]);
    lines.splice(at..=at, line.split('\n').map(str::to_owned));
    json!({"range": range, "text": new})
}

/// A module of tasks and of functions that they use.
fn document(lines: usize) -> String {
    let mut text = "import json\nimport logging\n\nimport flyte\n\nlog = logging.getLogger(__name__)\n\nenv = flyte.TaskEnvironment(name=\"bench\", cache=\"auto\")\n"
        .to_owned();
    let mut number = 0;
    while text.matches('\n').count() + 40 < lines {
        write!(
            text,
            "\n\n@env.task{}\nasync def step_{number}(values: list[int], scale: float = {number}.5) -> float:\n    \"\"\"Step {number}.\"\"\"\n    \
             total = 0.0\n    for index, value in enumerate(values):\n        if value < 0:\n            log.warning(\"negative: %s\", \
             value)\n            continue\n        total += scale * {number} * value * index\n    return total + {number}\n",
            if number % 3 == 0 { "(retries=2)" } else { "" }
        )
        .unwrap();
        for helper in 0..2 {
            write!(
                text,
                "\n\ndef helper_{number}_{helper}(rows: list[dict[str, int]]) -> dict[str, int]:\n    result: dict[str, int] = {{}}\n    \
                 for row in rows:\n        for key, value in row.items():\n            result[key] = result.get(key, 0) + value\n    \
                 log.info(\"merged %d rows\", len(rows))\n    return json.loads(json.dumps(result))\n"
            )
            .unwrap();
        }
        number += 1;
    }
    text + "\n\n@env.task\nasync def main(x: int) -> float:\n    return await step_0([x, 2, 3])\n"
}

/// The half and the 99th part of a hundred, in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    (at(50), at(99))
}

fn under_test() -> PathBuf {
    env!("CARGO_BIN_EXE_tasklens-under-test").into()
}

/// A server of either kind.
struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What is asked after a keystroke.
    method: &'static str,
    next: i64,
}

impl Server {
    fn start(program: &Path, root: &Path, method: &'static str) -> Self {
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

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}));
    }

    fn keystroke(&mut self, uri: &str, version: usize, change: &Value) -> Duration {
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        let started = Instant::now();
        self.notify("textDocument/didChange", &params);
        self.ask(uri);
        started.elapsed()
    }

    fn ask(&mut self, uri: &str) -> Value {
        self.request(self.method, &json!({"textDocument": {"uri": uri}}))
    }

    fn notify(&mut self, method: &str, params: &Value) {
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
    fn resident(&self) -> u64 {
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
