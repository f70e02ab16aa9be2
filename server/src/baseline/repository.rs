//! A git working tree: where its root is, and how paths of the project lie in it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::index::Index;
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
    head: Option<Head>,
    /// Where git's index is; `None` if its path can't be told.
    index: Option<PathBuf>,
    /// What was read of it, whatever the revision.
    pub(super) contents: Arc<Mutex<Contents>>,
}

/// The commit that is checked out.
#[derive(Clone, Debug)]
struct Head {
    commit: String,
    tree: String,
}

impl Repository {
    /// The repository whose working tree holds a folder (absolute).
    ///
    /// The path alone decides: `GIT_DIR` and its like, which git sets for its hooks, don't count.
    pub fn open(git: Git, folder: &Path) -> Result<Self, BaselineError> {
        // One start of git answers all of it, unless there is no commit yet.
        let about = ["--is-inside-work-tree", "--is-shallow-repository"];
        let head = ["HEAD^{commit}", "HEAD^{tree}"];
        let paths = ["--git-path", "index", "--show-toplevel"];
        let question = [&["rev-parse"][..], &about, &head, &paths].concat();
        let answer = git.ask(folder, &question)?;
        let (answer, has_head) = match answer.success {
            true => (answer.stdout, true),
            false => (git.get(folder, &[&["rev-parse"][..], &about, &paths].concat())?, false),
        };
        let mut lines = answer.splitn(if has_head { 5 } else { 3 }, |&byte| byte == b'\n');
        let mut line = || lines.next().and_then(|line| std::str::from_utf8(line).ok());
        let (inside, shallow) = (line() == Some("true"), line() == Some("true"));
        let head = if has_head { line().zip(line()) } else { None };
        let head = head.map(|(commit, tree)| Head { commit: commit.to_owned(), tree: tree.to_owned() });
        // Paths come last, for they may hold line breaks themselves; then only the root is asked for again.
        let paths: Vec<&[u8]> = lines.next().unwrap_or_default().split(|&byte| byte == b'\n').collect();
        let (index, top) = match paths.as_slice() {
            _ if !inside => return Err(BaselineError::NoWorkingTree(folder.to_owned())),
            [index, top, []] => (Some(folder.join(path_of(index))), path_of(top)),
            _ => {
                let top = git.get(folder, &["rev-parse", "--show-toplevel"])?;
                (None, path_of(top.strip_suffix(b"\n").unwrap_or(&top)))
            }
        };
        let resolved = top.canonicalize().unwrap_or(top);
        let root = folder.ancestors().find(|above| above.canonicalize().is_ok_and(|above| above == resolved));
        let root = root.unwrap_or(&resolved).to_owned();
        Ok(Self { git, resolved, root, shallow, head, index, contents: Arc::default() })
    }

    /// The working tree's root, as the path given to [`Repository::open`] spells it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files of a revision, by a commit's id ([`super::Baseline::revision`]).
    pub fn tree(&self, revision: &str) -> Result<Tree, BaselineError> {
        Tree::read_at(self.clone(), revision)
    }

    /// A tree without files: what there was before the first commit.
    pub fn empty_tree(&self) -> Tree {
        Tree::of_listing(self.clone(), Vec::new())
    }

    /// The commit that is checked out; `None` before the first.
    pub fn head_commit(&self) -> Option<&str> {
        self.head.as_ref().map(|head| head.commit.as_str())
    }

    /// The id of a commit's tree, where it is known already.
    pub(super) fn tree_of(&self, commit: &str) -> Option<&str> {
        self.head.as_ref().filter(|head| head.commit == commit).map(|head| head.tree.as_str())
    }

    /// What git noted of the working files, in a repository whose ids have so many hexadecimal digits.
    pub(super) fn read_index(&self, id_digits: usize) -> Option<Index> {
        let path = self.index.as_ref()?;
        // Before it is read: what is written meanwhile is younger.
        let written = path.metadata().ok()?.modified().ok();
        Some(Index::parse(std::fs::read(path).ok()?, id_digits / 2, written))
    }

    /// The path, where it is that of an index which git keeps beside the repository's own for the commit that is being made
    /// (`commit -a`, `commit FILE`). A hook of another repository names another place, which is not ours.
    pub(super) fn index_of_commit(&self, path: &Path) -> Option<PathBuf> {
        let path = self.resolved.join(path);
        let folder = |path: &Path| path.parent().and_then(|folder| folder.canonicalize().ok());
        let own = folder(self.index.as_ref()?)?;
        (folder(&path)? == own && path.is_file()).then_some(path)
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
        if let Some(name) = plainly_inside(&self.root, path) {
            return Some(name.to_vec());
        }
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

    /// Like [`Self::inside`], without a copy of what is written plainly.
    pub(super) fn name_of<'p>(&self, path: &'p Path) -> Option<Cow<'p, [u8]>> {
        let plainly = plainly_inside(&self.root, path).map(Cow::Borrowed);
        plainly.or_else(|| self.inside(path).map(Cow::Owned))
    }

    /// The path of a name in git.
    pub(super) fn outside(&self, name: &[u8]) -> PathBuf {
        self.root.join(path_of(name))
    }
}

/// The name of a path that is written as the root's and a name: nearly all are.
#[cfg(unix)]
fn plainly_inside<'p>(root: &Path, path: &'p Path) -> Option<&'p [u8]> {
    use std::os::unix::ffi::OsStrExt;
    let below = path.as_os_str().as_bytes().strip_prefix(root.as_os_str().as_bytes())?;
    let is_odd = |pair: &[u8]| matches!(pair, b"/." | b"//");
    let name = below.strip_prefix(b"/").filter(|_| !below.windows(2).any(is_odd) && !below.ends_with(b"/"))?;
    Some(name)
}

#[cfg(not(unix))]
fn plainly_inside<'p>(_: &Path, _: &'p Path) -> Option<&'p [u8]> {
    None
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
