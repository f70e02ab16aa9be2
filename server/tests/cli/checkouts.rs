//! Working trees that are not plain checkouts of a commit: none yet, a part of one, one within another, links, pointers.

use crate::diff::{PIPE, listed, one};
use crate::project::{Folder, script};

#[test]
fn what_is_staged_for_the_first_commit_is_new() {
    let folder = Folder::new(&[("pipe.py", &script("t"))]);
    folder.git(&["init", "-q", "-b", "main"]);
    assert_eq!(folder.run(&["diff", "--staged"]).code, 0, "nothing is staged");
    folder.git(&["add", "-A"]);
    assert_eq!(listed(&folder.json(&["diff", "--staged"])), one("e.t", "new"));
    let run = folder.run(&["diff"]);
    assert!(run.code == 2 && run.err.contains("no commit yet"), "{}", run.err);
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_gone() {
    for index in ["--no-sparse-index", "--sparse-index"] {
        let folder = Folder::new(&[("here/a.py", PIPE), ("left/out/b.py", &script("t").replace("\"e\"", "\"out\""))]);
        folder.commit();
        folder.edit("left/out/b.py", "x + 1", "x + 2");
        folder.commit();
        assert_eq!(folder.run(&["lock"]).code, 0);
        let lock = std::fs::read_to_string(folder.path("tasklens.lock")).unwrap();
        folder.git(&["sparse-checkout", "set", index, "here"]);
        assert!(!folder.path("left").exists(), "{index}");
        let run = folder.run(&["diff", "HEAD"]);
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""), "{index}");
        let run = folder.run(&["diff", "HEAD~1"]);
        assert_eq!(run.out, "", "{index}");
        assert!(
            run.err.contains("1 changed files of Python are left out of this sparse checkout"),
            "{index}: {}",
            run.err
        );
        assert_eq!(listed(&folder.json(&["diff", "HEAD~1..HEAD"])), one("out.t", "invalidated"), "{index}");
        assert!(!folder.run(&["status"]).out.contains("gone"), "{index}");
        let run = folder.run(&["lock"]);
        assert!(run.code == 2 && run.err.contains("sparse checkout"), "{index}: {}", run.err);
        assert_eq!(std::fs::read_to_string(folder.path("tasklens.lock")).unwrap(), lock, "{index}");
    }
}

#[test]
fn a_worktree_within_the_working_tree_is_other_code() {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder.git(&["worktree", "add", "-q", "trees/side"]);
    let side = folder.below("trees/side");
    side.edit("pipe.py", "x + 1", "x + 2");
    assert_eq!(listed(&folder.json(&["diff"])), []);
    assert_eq!(folder.json(&["status"])["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(listed(&side.json(&["diff", "HEAD"])), one("e.load", "invalidated"));
}

#[test]
#[cfg(unix)]
fn a_link_to_a_file_is_no_second_file() {
    let folder = Folder::new(&[("real/pipe.py", PIPE)]);
    std::os::unix::fs::symlink("real/pipe.py", folder.path("alias.py")).unwrap();
    folder.commit();
    folder.edit("real/pipe.py", "x + 1", "x + 2");
    assert_eq!(listed(&folder.json(&["diff"])), one("e.load", "invalidated"));
    folder.commit();
    assert_eq!(listed(&folder.json(&["diff", "HEAD~1"])), one("e.load", "invalidated"));
    assert_eq!(listed(&folder.json(&["diff", "HEAD~1..HEAD"])), one("e.load", "invalidated"));
    std::fs::remove_file(folder.path("alias.py")).unwrap();
    folder.write("alias.py", script("t").replace("\"e\"", "\"own\""));
    assert_eq!(listed(&folder.json(&["diff"])), one("own.t", "new"));
}

#[test]
fn a_pointer_of_lfs_is_not_the_code() {
    let pointer = |id: char| {
        let id = id.to_string().repeat(64);
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize 1234\n")
    };
    let folder = Folder::new(&[("pipe.py", &pointer('a'))]);
    folder.commit();
    let status = folder.run(&["status"]);
    assert!(status.out.contains("git lfs pull"), "{}", status.out);
    folder.write("pipe.py", script("t"));
    assert_eq!(listed(&folder.json(&["diff"])), one("e.t", "unknown"), "nobody knows what it was");
    folder.write("pipe.py", pointer('b'));
    folder.commit();
    let run = folder.run(&["diff", "HEAD~1..HEAD"]);
    assert!(run.code != 0 && run.out.contains("git lfs pull"), "{}{}", run.out, run.err);
}
