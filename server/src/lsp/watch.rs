//! Which files on disk the editor is asked to watch: those that versions are read from, and the local caches that entries are looked up in.

use std::path::{Path, PathBuf};

use crate::baseline::git_folders;
use crate::environment::{Outside, local_cache_from};

use super::client::Client;
use super::protocol::request::RegisterCapability;
use super::protocol::{
    DidChangeWatchedFilesRegistrationOptions, FileEvent, FileSystemWatcher, GlobPattern, OneOf, Registration,
    RegistrationParams, RelativePattern, Url,
};
use super::uri;

/// Code, and what says which Python, which SDK and which settings count. Of git, what moves when a branch or a commit does.
const WATCHED: [&str; 17] = [
    "**/*.py",
    "**/pyproject.toml",
    "**/tasklens.toml",
    "**/tasklens.lock",
    "**/.python-version",
    "**/pyvenv.cfg",
    "**/uv.lock",
    "**/*.py.lock",
    "**/pylock.toml",
    "**/Pipfile.lock",
    "**/poetry.lock",
    "**/pdm.lock",
    "**/requirements*.txt",
    "**/.gitignore",
    "**/.git/{HEAD,ORIG_HEAD,FETCH_HEAD,packed-refs}",
    "**/.git/{refs,reftable}/**",
    "**/.flyte/config.yaml",
];

/// What moves in a folder of git's, where that is beside the workspace.
const OF_GIT: &str = "{HEAD,ORIG_HEAD,FETCH_HEAD,packed-refs,refs/**,reftable/**}";

/// Asks for it. An editor that refuses is not asked again: what is opened and saved is looked at anyway.
pub fn ask(client: &Client) {
    let watcher =
        |pattern: &&str| FileSystemWatcher { glob_pattern: GlobPattern::String((*pattern).to_owned()), kind: None };
    register(client, "tasklens.files".to_owned(), WATCHED.iter().map(watcher).collect());
}

/// What answers rest on and no pattern within the workspace's folders finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The SDK's local caches.
    stores: Vec<PathBuf>,
    /// Folders of git's: of a checkout above a folder, of a worktree.
    repositories: Vec<PathBuf>,
}

impl Beside {
    /// Of the folders of a workspace.
    pub fn of(folders: &[PathBuf], outside: &Outside) -> Self {
        let is_within = |git: &PathBuf| folders.iter().any(|folder| *git == folder.join(".git"));
        let stores = folders.iter().filter_map(|folder| Some(local_cache_from(folder, outside)?.path));
        let repositories =
            folders.iter().filter_map(|folder| git_folders(folder)).flat_map(|(own, common)| [own, common]);
        let sorted = |mut paths: Vec<PathBuf>| {
            paths.sort();
            paths.dedup();
            paths
        };
        Self {
            stores: sorted(stores.collect()),
            repositories: sorted(repositories.filter(|git| !is_within(git)).collect()),
        }
    }

    /// Asks an editor that knows of places beside its folders; `round` counts how often.
    pub fn ask(&self, client: &Client, round: usize) {
        let stores = self.stores.iter().filter_map(|store| watcher(store.parent()?, "cache.db*"));
        let repositories = self.repositories.iter().filter_map(|git| watcher(git, OF_GIT));
        register(client, format!("tasklens.beside.{round}"), stores.chain(repositories).collect());
    }

    /// Whether nothing else changed than local caches, of which an answer finds out by itself.
    pub fn are_stores(&self, changes: &[FileEvent]) -> bool {
        let is_one = |path: &Path| self.stores.iter().any(|store| path.parent() == store.parent());
        changes.iter().all(|change| uri::path(&change.uri).is_some_and(|path| is_one(&path)))
    }
}

fn watcher(folder: &Path, pattern: &str) -> Option<FileSystemWatcher> {
    let base_uri = OneOf::Right(Url::from_directory_path(folder).ok()?);
    let glob_pattern = GlobPattern::Relative(RelativePattern { base_uri, pattern: pattern.to_owned() });
    Some(FileSystemWatcher { glob_pattern, kind: None })
}

fn register(client: &Client, id: String, watchers: Vec<FileSystemWatcher>) {
    if watchers.is_empty() {
        return;
    }
    let options = DidChangeWatchedFilesRegistrationOptions { watchers };
    let registration = Registration {
        id,
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    client.request::<RegisterCapability>(RegistrationParams { registrations: vec![registration] }, |_| {});
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::protocol::FileChangeType;
    use super::*;

    #[test]
    fn what_lies_beside_the_workspace_is_found() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for folder in ["home", "repo/.git/refs", "repo/sub", "repo/.git/worktrees/w", "w"] {
            std::fs::create_dir_all(path(folder)).unwrap();
        }
        std::fs::write(path("w/.git"), format!("gitdir: {}", path("repo/.git/worktrees/w").display())).unwrap();
        std::fs::write(path("repo/.git/worktrees/w/commondir"), "../..\n").unwrap();
        let outside = Outside::new([], Some(path("home")));
        let repositories = |folder: &str| Beside::of(&[path(folder)], &outside).repositories;
        assert_eq!(repositories("repo"), [] as [PathBuf; 0], "a pattern within the folder finds it");
        assert_eq!(repositories("repo/sub"), [path("repo/.git")]);
        let of_worktree = repositories("w");
        assert_eq!(of_worktree.len(), 2, "its own and the repository's: {of_worktree:?}");

        let beside = Beside::of(&[path("repo"), path("w")], &outside);
        assert_eq!(beside.stores, [path("home/.flyte/local-cache/cache.db")]);
        let event = |name: &str| FileEvent::new(Url::from_file_path(path(name)).unwrap(), FileChangeType::CHANGED);
        assert!(beside.are_stores(&[event("home/.flyte/local-cache/cache.db-wal")]));
        assert!(!beside.are_stores(&[event("home/.flyte/local-cache/cache.db"), event("repo/a.py")]));
    }
}
