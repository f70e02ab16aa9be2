//! What moves in a repository when a commit, a fetch or a checkout does, told without starting git: times and sizes of its own
//! small files. Where these are as they were, so is what git would answer.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A state of a repository's names for commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(Vec<(PathBuf, Option<Mark>)>);

/// When a file was written, and how long it is.
type Mark = (Option<SystemTime>, u64);

/// Files that name commits or say which of them count.
const FILES: [&str; 7] = ["HEAD", "ORIG_HEAD", "FETCH_HEAD", "packed-refs", "config", "shallow", "index"];

/// More folders of branches than this are not looked into: then a change deep in one of the others is seen at the next fetch or
/// checkout, which moves the files above.
const MOST_FOLDERS: usize = 1000;

impl Marks {
    /// The marks of the repository that a folder is in; none where it is in no repository.
    pub fn around(folder: &Path) -> Self {
        let Some((own, common)) = git_folders(folder) else { return Self::default() };
        let mut marks: Vec<(PathBuf, Option<Mark>)> = Vec::new();
        let mut take = |path: PathBuf| {
            let mark = fs::metadata(&path).ok().map(|data| (data.modified().ok(), data.len()));
            marks.push((path, mark));
        };
        for name in FILES {
            take(own.join(name));
            if common != own {
                take(common.join(name));
            }
        }
        // A reference is replaced by renaming, which its folder's time tells.
        let mut open = vec![common.join("refs"), common.join("reftable")];
        let mut left = MOST_FOLDERS;
        while let Some(folder) = open.pop() {
            let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
            open.extend(
                entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()),
            );
            take(folder);
            left -= 1;
            if left == 0 {
                break;
            }
        }
        Self(marks)
    }
}

/// Where git keeps what it knows of the working tree that a folder is in, and of its repository; one folder but for worktrees.
pub fn git_folders(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let own = git_folder(&folder.ancestors().map(|above| above.join(".git")).find(|git| git.exists())?);
    let common = fs::read_to_string(own.join("commondir")).ok();
    let common = common.map_or_else(|| own.clone(), |path| own.join(path.trim()));
    Some((own, common))
}

/// The folder that `.git` is, or that it names: `gitdir: …` of worktrees and submodules.
fn git_folder(git: &Path) -> PathBuf {
    let named = fs::read_to_string(git).ok();
    let named = named.as_deref().and_then(|text| text.strip_prefix("gitdir:")).map(str::trim);
    match (named, git.parent()) {
        (Some(path), Some(parent)) => parent.join(path),
        _ => git.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_repository::sandbox;
    use super::*;

    #[test]
    fn commits_branches_and_fetches_move_them_and_nothing_else() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "up"]);
        sandbox.commit("up", "a.py", "a = 1\n", "first");
        sandbox.git("", &["clone", "-q", "up", "p"]);
        let folder = sandbox.path("p");
        let mut before = Marks::around(&folder);
        let mut moved = |what: &str, expected: bool| {
            let now = Marks::around(&folder);
            assert_eq!(now != before, expected, "{what}");
            before = now;
        };
        moved("nothing", false);
        sandbox.write("p/a.py", "a = 2\n");
        moved("an edit", false);
        sandbox.commit("p", "a.py", "a = 3\n", "second");
        moved("a commit", true);
        sandbox.git("p", &["checkout", "-q", "-b", "side/deep"]);
        moved("a checkout", true);
        sandbox.commit("up", "a.py", "a = 4\n", "theirs");
        moved("a commit elsewhere", false);
        sandbox.git("p", &["fetch", "-q"]);
        moved("a fetch", true);
        sandbox.git("p", &["worktree", "add", "-q", "../tree", "HEAD"]);
        let tree = sandbox.path("tree");
        let first = Marks::around(&tree);
        assert_ne!(first, Marks::default());
        sandbox.commit("tree", "a.py", "a = 5\n", "in the worktree");
        assert_ne!(Marks::around(&tree), first);
    }

    #[test]
    fn no_repository_has_none() {
        assert_eq!(Marks::around(Path::new("/nowhere/at/all")), Marks::default());
    }
}
