//! Which files a command is about: the paths that a user names, walked as git sees them.
//!
//! A walk honours `.gitignore` (and git's other ignore files), skips hidden folders and installed packages, and does not
//! follow links to folders, so that it can't loop. What is named outright is always taken. A path that can't be read is a
//! problem of that path; the walk goes on.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::analysis::{Problem, explain};

/// What a walk found.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// Python files, absolute, sorted, each once.
    pub files: Vec<PathBuf>,
    /// Paths that could not be read, sorted.
    pub problems: Vec<Problem>,
    /// The paths that were named, absolute; nothing need be there.
    pub named: Vec<PathBuf>,
}

/// Folders of installed packages: code that the project uses, not code of the project.
const VENDORED: [&str; 5] = ["site-packages", "dist-packages", "node_modules", "__pypackages__", "__pycache__"];

/// Files whose presence says that a folder is a Python environment, whatever its name.
const ENVIRONMENT_MARKS: [&str; 2] = ["pyvenv.cfg", "conda-meta"];

/// Lists the Python files of `paths`, which are relative to `cwd`; `cwd` is absolute.
///
/// `found` is told from time to time how many files were found so far.
pub fn walk(paths: &[PathBuf], cwd: &Path, found: &(dyn Fn(usize) + Sync)) -> Walked {
    let mut walk = Walk::default();
    for path in paths {
        // Without `.` and doubled separators, which a join leaves in.
        walk.root(&cwd.join(path).components().collect::<PathBuf>(), found);
    }
    Walked { named: paths.iter().map(|path| plain(&cwd.join(path))).collect(), ..walk.finish() }
}

/// An absolute path without `.` and `..`, told from its text: what is gone can't be asked.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// Whether a walk from a folder comes to a path below it, told from its names alone: what is ignored is not asked.
pub fn is_of_project(below: &Path) -> bool {
    let is_own = |name: &[u8]| {
        let is_hidden = name.starts_with(b".");
        !is_hidden && !VENDORED.iter().any(|vendored| name == vendored.as_bytes())
    };
    let names = below.as_os_str().as_encoded_bytes().split(|&byte| std::path::is_separator(char::from(byte)));
    !below.has_root() && names.into_iter().all(is_own)
}

/// Splits a list of paths, one a line, as `find` or `git diff --name-only` write it.
pub fn paths_of_list(list: &[u8]) -> Vec<PathBuf> {
    list.split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .map(path_of_bytes)
        .collect()
}

#[cfg(unix)]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A file by the name that the user gave it, and by the name that tells it from others.
struct Found {
    named: PathBuf,
    /// The same file within a folder without links in its path.
    identity: PathBuf,
    link: bool,
}

#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    problems: Vec<Problem>,
    /// How many paths were looked at outright.
    roots: usize,
}

/// What one thread of a walk finds, handed over when it is done.
struct Share<'w> {
    own: Walk,
    whole: &'w Mutex<Walk>,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        whole.found.append(&mut self.own.found);
        whole.problems.append(&mut self.own.problems);
    }
}

impl Walk {
    fn root(&mut self, path: &Path, found: &(dyn Fn(usize) + Sync)) {
        self.roots += 1;
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.problem(path, explain(&error)),
        };
        if metadata.is_dir() {
            match fs::canonicalize(path) {
                Ok(identity) => self.folder(path, &identity, found),
                Err(error) => self.problem(path, explain(&error)),
            }
        } else if !metadata.is_file() {
            self.problem(path, "neither a file nor a folder: name a Python file".to_owned());
        } else if path.extension() == Some(OsStr::new("ipynb")) {
            let message = "notebooks are not read: Flyte pickles their tasks, so the version comes from no source file; \
                           name the Python files instead";
            self.problem(path, message.to_owned());
        } else {
            let parent = path.parent().unwrap_or(path);
            let identity = fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned());
            let identity = path.file_name().map(|name| identity.join(name)).unwrap_or(identity);
            self.found.push(Found { named: path.to_owned(), identity, link: false });
        }
    }

    fn folder(&mut self, named: &Path, identity: &Path, found: &(dyn Fn(usize) + Sync)) {
        let count = AtomicUsize::new(self.found.len());
        let whole = Mutex::new(std::mem::take(self));
        let walker = WalkBuilder::new(identity).require_git(false).filter_entry(is_own).build_parallel();
        walker.run(|| {
            let mut share = Share { own: Walk::default(), whole: &whole };
            let count = &count;
            Box::new(move |entry| {
                let walk = &mut share.own;
                let before = walk.found.len();
                match entry {
                    Ok(entry) => walk.entry(entry, named, identity),
                    Err(error) => {
                        let (path, message) = explain_walk(&error);
                        walk.problem(path.unwrap_or(named), message);
                    }
                }
                let new = walk.found.len() - before;
                let so_far = count.fetch_add(new, Ordering::Relaxed) + new;
                if new > 0 && so_far.is_multiple_of(256) {
                    found(so_far);
                }
                WalkState::Continue
            })
        });
        *self = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    fn entry(&mut self, entry: DirEntry, named: &Path, identity: &Path) {
        let (Some(kind), true) = (entry.file_type(), entry.path().extension() == Some(OsStr::new("py"))) else {
            return;
        };
        let path = entry.into_path();
        let named = match path.strip_prefix(identity) {
            Ok(rest) if named != identity => named.join(rest),
            _ => path.clone(),
        };
        if kind.is_file() {
            self.found.push(Found { named, identity: path, link: false });
        } else if kind.is_symlink() {
            match fs::metadata(&path).and_then(|metadata| Ok((metadata, fs::canonicalize(&path)?))) {
                Ok((metadata, identity)) if metadata.is_file() => {
                    self.found.push(Found { named, identity, link: true });
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.problem(&named, "a link to nothing: remove it or point it at a file".to_owned());
                }
                Err(error) => self.problem(&named, explain(&error)),
            }
        }
    }

    fn problem(&mut self, path: &Path, message: String) {
        self.problems.push(Problem { file: path.into(), line: None, message });
    }

    fn finish(mut self) -> Walked {
        self.found.sort_by_cached_key(|found| sort_key(&found.named));
        // Below one folder no file is met twice, unless by a link.
        if self.roots > 1 || self.found.iter().any(|found| found.link) {
            // A link gives way to the file that it leads to, and a second mention of a file to the first in order.
            let mut seen = HashSet::new();
            let (links, files): (Vec<_>, Vec<_>) = (0..self.found.len()).partition(|&at| self.found[at].link);
            let kept: HashSet<usize> =
                files.into_iter().chain(links).filter(|&at| seen.insert(self.found[at].identity.clone())).collect();
            let mut at = 0..;
            self.found.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
        }
        let files = self.found.into_iter().map(|found| found.named).collect();
        self.problems.sort_by(|a, b| (&a.file, &a.message).cmp(&(&b.file, &b.message)));
        self.problems.dedup();
        Walked { files, problems: self.problems, named: Vec::new() }
    }
}

/// The order of paths without `.` and doubled separators, in a form that is compared faster: a folder comes right before
/// what is in it.
fn sort_key(path: &Path) -> Vec<u8> {
    let is_separator = |byte: u8| std::path::is_separator(char::from(byte));
    path.as_os_str().as_encoded_bytes().iter().map(|&byte| if is_separator(byte) { 0 } else { byte }).collect()
}

/// Whether a folder that a walk meets belongs to the project.
fn is_own(entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return true;
    }
    let vendored = VENDORED.iter().any(|name| entry.file_name() == OsStr::new(name));
    !vendored
        && !ENVIRONMENT_MARKS.iter().any(|mark| entry.path().join(mark).exists())
        && !is_second_checkout(entry.path())
}

/// Whether a folder is a worktree of the repository that it lies in: the same code once more, at another commit.
fn is_second_checkout(folder: &Path) -> bool {
    // Only those have a file there, and submodules, whose repository is in `.git/modules`.
    let Ok(text) = fs::read_to_string(folder.join(".git")) else { return false };
    let Some(own) = text.strip_prefix("gitdir: ").map(str::trim_end) else { return false };
    let own = folder.join(own);
    let above = |path: &'_ Path, name: &str| path.parent().filter(|above| above.ends_with(name)).map(Path::to_owned);
    let git = above(&own, "worktrees").and_then(|worktrees| above(&worktrees, ".git"));
    git.as_deref().and_then(Path::parent).is_some_and(|around| folder.starts_with(around))
}

/// The path that the walker's error is about, if it names one, and the cause.
fn explain_walk(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), explain_walk(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => explain_walk(err),
        ignore::Error::Io(error) => (None, explain(error)),
        other => (None, format!("could not be read: {other}")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Makes files (and folders, by a trailing `/`) in a new folder.
    fn tree(names: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in names {
            let path = root.path().join(name);
            if name.ends_with('/') {
                fs::create_dir_all(&path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, "").unwrap();
            }
        }
        root
    }

    fn names(root: &Path, walked: &Walked) -> Vec<String> {
        walked.files.iter().map(|file| file.strip_prefix(root).unwrap().to_string_lossy().into_owned()).collect()
    }

    fn walk_in(root: &Path, paths: &[&str]) -> Walked {
        walk(&paths.iter().map(PathBuf::from).collect::<Vec<_>>(), root, &|_| {})
    }

    #[test]
    fn takes_what_git_would_and_skips_what_is_installed() {
        let root = tree(&[
            "b.py",
            "a/x.py",
            "a/notes.txt",
            "ignored/x.py",
            ".hidden/x.py",
            "env/pyvenv.cfg",
            "env/x.py",
            "lib/site-packages/x.py",
            "node_modules/x.py",
            "odd.py/inner.py",
        ]);
        fs::write(root.path().join(".gitignore"), "/ignored\n").unwrap();
        let walked = walk_in(root.path(), &["."]);
        assert_eq!(names(root.path(), &walked), ["a/x.py", "b.py", "odd.py/inner.py"]);
        assert_eq!(walked.problems, []);
    }

    #[test]
    fn takes_what_is_named_outright() {
        let root = tree(&["ignored/x.py", ".hidden/y.py", "script", "lib/site-packages/p/z.py"]);
        fs::write(root.path().join(".gitignore"), "/ignored\n").unwrap();
        let walked = walk_in(root.path(), &["ignored/x.py", ".hidden", "script", "lib/site-packages"]);
        assert_eq!(names(root.path(), &walked), [".hidden/y.py", "ignored/x.py", "lib/site-packages/p/z.py", "script"]);
    }

    #[test]
    fn names_each_file_once() {
        let root = tree(&["a/x.py", "b.py"]);
        let walked = walk_in(root.path(), &["b.py", ".", "a", "./a/x.py", "a/../b.py"]);
        assert_eq!(walked.files.len(), 2, "{:?}", walked.files);
    }

    #[test]
    fn reports_what_is_missing_and_goes_on() {
        let root = tree(&["a.py", "n.ipynb"]);
        let walked = walk_in(root.path(), &["missing.py", "a.py", "n.ipynb"]);
        assert_eq!(names(root.path(), &walked), ["a.py"]);
        let messages: Vec<_> = walked.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages[0], "no such file or folder");
        assert!(messages[1].starts_with("notebooks are not read"));
    }

    #[test]
    fn splits_a_list_of_paths() {
        assert_eq!(paths_of_list(b"a.py\r\n\nb c.py\n"), [PathBuf::from("a.py"), PathBuf::from("b c.py")]);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;

        use super::*;

        #[test]
        fn links_neither_loop_nor_double() {
            let root = tree(&["a.py", "sub/b.py"]);
            symlink(root.path(), root.path().join("sub/up")).unwrap();
            symlink("a.py", root.path().join("alias.py")).unwrap();
            symlink("loop.py", root.path().join("loop.py")).unwrap();
            symlink("nowhere.py", root.path().join("dangling.py")).unwrap();
            let walked = walk_in(root.path(), &["."]);
            assert_eq!(names(root.path(), &walked), ["a.py", "sub/b.py"]);
            let messages: Vec<_> = walked.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(
                messages,
                [
                    "a link to nothing: remove it or point it at a file",
                    "a link that leads back to itself: remove it or point it at a file"
                ]
            );
        }

        #[test]
        fn a_linked_folder_keeps_the_name_that_it_was_given() {
            let root = tree(&["real/a.py"]);
            symlink("real", root.path().join("link")).unwrap();
            assert_eq!(names(root.path(), &walk_in(root.path(), &["link"])), ["link/a.py"]);
        }

        #[test]
        fn names_need_not_be_unicode() {
            let root = tree(&[]);
            let name = OsStr::from_bytes(b"caf\xe9.py");
            fs::write(root.path().join(name), "").unwrap();
            let walked = walk_in(root.path(), &["."]);
            assert_eq!(walked.files[0].file_name(), Some(name));
            assert_eq!(paths_of_list(b"caf\xe9.py\n"), [PathBuf::from(name)]);
        }

        #[test]
        fn a_pipe_is_never_opened() {
            let root = tree(&[]);
            let status = std::process::Command::new("mkfifo").arg(root.path().join("p.py")).status().unwrap();
            assert!(status.success());
            assert_eq!(walk_in(root.path(), &["."]).files.len(), 0);
            assert_eq!(walk_in(root.path(), &["p.py"]).problems.len(), 1);
        }
    }
}
