//! A git working tree: where its root is, and how paths of the project lie in it.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::tree::{Contents, Tree};
use super::{BaselineError, Git};

/// A repository with a working tree.
#[derive(Clone, Debug)]
pub struct Repository {
    pub(super) git: Git,
    /// The working tree's root, with links resolved.
    resolved: PathBuf,
    /// The root as the user's paths spell it, which may lead through links.
    root: PathBuf,
    /// Whether history was cut off when cloning.
    pub(super) shallow: bool,
    /// What was read of it, whatever the revision.
    pub(super) contents: Arc<Mutex<Contents>>,
}

impl Repository {
    /// The repository whose working tree holds a folder (absolute).
    ///
    /// The path alone decides: `GIT_DIR` and its like, which git sets for its hooks, don't count.
    pub fn open(git: Git, folder: &Path) -> Result<Self, BaselineError> {
        let question = ["rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-toplevel"];
        let answer = git.get(folder, &question)?;
        // The path comes last, for it may hold a line break itself.
        let mut parts = answer.splitn(3, |&byte| byte == b'\n');
        let (inside, shallow) = (parts.next(), parts.next() == Some(b"true"));
        let top = parts.next().and_then(|rest| rest.strip_suffix(b"\n")).filter(|_| inside == Some(b"true"));
        let top = path_of(top.ok_or_else(|| BaselineError::NoWorkingTree(folder.to_owned()))?);
        let resolved = top.canonicalize().unwrap_or(top);
        let root = folder.ancestors().find(|above| above.canonicalize().is_ok_and(|above| above == resolved));
        let root = root.unwrap_or(&resolved).to_owned();
        Ok(Self { git, resolved, root, shallow, contents: Arc::default() })
    }

    /// The working tree's root, as the path given to [`Repository::open`] spells it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files of a revision, by a commit's id ([`super::Baseline::revision`]).
    pub fn tree(&self, revision: &str) -> Result<Tree, BaselineError> {
        Tree::read_at(self.clone(), revision)
    }

    /// Runs a git command at the root that answers with a line, or with failure where there is nothing.
    pub(super) fn line(&self, arguments: &[&str]) -> Result<Option<String>, BaselineError> {
        self.git.line(&self.resolved, arguments)
    }

    pub(super) fn resolved(&self) -> &Path {
        &self.resolved
    }

    /// A path as git writes it: from the root, with `/`. `None` if it lies outside.
    pub(super) fn inside(&self, path: &Path) -> Option<Vec<u8>> {
        let path = without_dots(path);
        let below = path.strip_prefix(&self.root).or_else(|_| path.strip_prefix(&self.resolved)).ok()?;
        let mut name = Vec::new();
        for component in below.components() {
            if !name.is_empty() {
                name.push(b'/');
            }
            name.extend_from_slice(&bytes_of(component.as_os_str())?);
        }
        Some(name)
    }

    /// The path of a name in git.
    pub(super) fn outside(&self, name: &[u8]) -> PathBuf {
        self.root.join(path_of(name))
    }
}

/// Takes `.` and `..` out, by the text alone.
fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(os_text(bytes))
}

/// What git wrote, for the system.
#[cfg(unix)]
pub(super) fn os_text(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).to_owned()
}

/// What git wrote, for the system.
#[cfg(not(unix))]
pub(super) fn os_text(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(unix)]
fn bytes_of(text: &std::ffi::OsStr) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    Some(text.as_bytes().to_vec())
}

#[cfg(not(unix))]
fn bytes_of(text: &std::ffi::OsStr) -> Option<Vec<u8>> {
    text.to_str().map(|text| text.as_bytes().to_vec())
}
