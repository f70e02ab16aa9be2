//! Which files on disk the editor is asked to watch: those that versions are read from.

use super::client::Client;
use super::protocol::request::RegisterCapability;
use super::protocol::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, Registration, RegistrationParams,
};

/// Code, and what says which Python, which SDK and which settings count. Of git, what moves when a branch or a commit does.
const WATCHED: [&str; 12] = [
    "**/*.py",
    "**/pyproject.toml",
    "**/tasklens.toml",
    "**/.python-version",
    "**/pyvenv.cfg",
    "**/uv.lock",
    "**/poetry.lock",
    "**/pdm.lock",
    "**/requirements*.txt",
    "**/.gitignore",
    "**/.git/{HEAD,ORIG_HEAD,FETCH_HEAD,packed-refs}",
    "**/.git/refs/**",
];

/// Asks for it. An editor that refuses is not asked again: what is opened and saved is looked at anyway.
pub fn ask(client: &Client) {
    let watcher =
        |pattern: &str| FileSystemWatcher { glob_pattern: GlobPattern::String(pattern.to_owned()), kind: None };
    let options =
        DidChangeWatchedFilesRegistrationOptions { watchers: WATCHED.iter().map(|one| watcher(one)).collect() };
    let registration = Registration {
        id: "tasklens.files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    client.request::<RegisterCapability>(RegistrationParams { registrations: vec![registration] }, |_| {});
}
