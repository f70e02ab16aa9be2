//! Where runs go that name no mode, after what the code says of a cluster: held against the mode that the real SDK takes.

#![allow(clippy::expect_used)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tasklens_tests::setup::{self, Setup, root};

const LINES: [&str; 13] = [
    "flyte.init()",
    "flyte.init(project='p', domain='d')",
    "flyte.init(endpoint='localhost:1', insecure=True)",
    "flyte.init(None, None, None, None, None, None, False, None, 'localhost:1', False, True)",
    "flyte.init(endpoint=None)",
    "flyte.init(endpoint='')",
    "flyte.init(**{'endpoint': 'localhost:1', 'insecure': True})",
    "flyte.init_from_config()",
    "flyte.init_from_config('local.yaml')",
    "flyte.init_from_config('far.yaml')",
    "flyte.init_from_config(path_or_config='flow.yaml')",
    "flyte.init_from_config('gone.yaml')",
    "flyte.init_from_config(os.path.join('.', 'far.yaml'))",
];

/// A program in a folder, with nothing of this machine that names a cluster.
fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("HOME", folder.join("home")).env("PYTHONDONTWRITEBYTECODE", "1");
    for name in ["UCTL_CONFIG", "FLYTECTL_CONFIG", "FLYTE_ADMIN_ENDPOINT", "FLYTE_API_KEY"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    command
}

/// What the SDK does after each line.
fn modes(python: &Path, folder: &Path, variables: &[(&str, &str)]) -> Vec<String> {
    let mut command = command(python, folder, variables);
    command.arg(root().join("tests/flyte/connects.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("Python starts");
    let lines = serde_json::to_string(&LINES).expect("JSON");
    child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.lines().last().unwrap_or_default()).expect("a list")
}

/// What is said of a run after a line: whether it is asked for, and why not.
fn said(line: &str, folder: &Path, variables: &[(&str, &str)]) -> (bool, String) {
    let pipe = format!(
        "import os\nimport flyte\n\nenv = flyte.TaskEnvironment('ml', cache='auto')\n\n\n@env.task\ndef load() -> int:\n    return 1\n\n\n{line}\nflyte.run(load)\n"
    );
    std::fs::write(folder.join("pipe.py"), pipe).expect("written");
    let mut command = command(env!("CARGO_BIN_EXE_tasklens-under-test"), folder, variables);
    let output = command.args(["status", "--format", "json", "--python", "3.12"]).output().expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let why = report["tasks"][0]["known_inputs"][0]["why"].as_str().unwrap_or_default().to_owned();
    (!why.contains(" cluster, where "), why)
}

#[test]
fn runs_go_where_the_sdk_sends_them() {
    let setup = Setup::load();
    if setup.flyte.is_empty() {
        return setup::skip("the SDK");
    }
    for (minor, python) in &setup.flyte {
        let variables = [&[][..], &[("FLYTE_ADMIN_ENDPOINT", "localhost:1"), ("FLYTE_ADMIN_INSECURE", "true")]];
        let configurations = [None, Some("local.yaml"), Some("far.yaml")];
        for (variables, configuration) in
            variables.into_iter().flat_map(|one| configurations.map(|configuration| (one, configuration)))
        {
            let temp = tempfile::tempdir().expect("a folder");
            let folder = temp.path();
            for (name, text) in [
                ("local.yaml", "image:\n  builder: local\n"),
                ("far.yaml", "admin:\n  endpoint: localhost:1\n  insecure: true\n"),
                ("flow.yaml", "{admin: {insecure: true, endpoint: 'localhost:1'}}\n"),
            ] {
                std::fs::write(folder.join(name), text).expect("written");
            }
            if let Some(configuration) = configuration {
                std::fs::copy(folder.join(configuration), folder.join("config.yaml")).expect("copied");
            }
            for (line, mode) in LINES.into_iter().zip(modes(python, folder, variables)) {
                let (is_asked, why) = said(line, folder, variables);
                // What is raised ends the program; of what is not known nothing is claimed.
                let is_sure = !why.contains("may connect");
                let fits = match mode.as_str() {
                    "local" => is_asked,
                    "remote" => !is_asked,
                    _ => !is_sure,
                };
                assert!(
                    fits,
                    "{minor}: `{line}` with {variables:?} and {configuration:?}: the SDK says {mode}, Tasklens `{why}`"
                );
            }
        }
    }
}
