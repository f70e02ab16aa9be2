//! Repositories that would start something if they could, and repositories that are none.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::test_repository::{Sandbox, sandbox};
use super::{BaselineError, Git, Repository};

/// A command line that leaves a mark of its name when it runs.
fn trap(sandbox: &Sandbox, name: &str) -> String {
    let script = sandbox.path("traps").join(name);
    fs::create_dir_all(sandbox.path("marks")).unwrap();
    fs::create_dir_all(sandbox.path("traps")).unwrap();
    let mark = sandbox.path("marks").join(name);
    fs::write(&script, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", mark.display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script.to_str().unwrap().to_owned()
}

/// The traps that went off, sorted; and takes their marks away.
fn sprung(sandbox: &Sandbox) -> Vec<String> {
    let mut marks: Vec<PathBuf> =
        sandbox.path("marks").read_dir().unwrap().flatten().map(|entry| entry.path()).collect();
    marks.sort();
    marks.iter().for_each(|mark| fs::remove_file(mark).unwrap());
    marks.iter().map(|mark| mark.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// A clone in which every setting that names a command names a trap, and one object of the upstream is missing.
fn hostile(sandbox: &Sandbox) -> String {
    sandbox.git("", &["init", "-q", "-b", "main", "up"]);
    sandbox.write("up/.gitattributes", "* filter=evil diff=evil merge=evil\n");
    sandbox.commit("up", "a.py", "a = 1\n", "base");
    sandbox.git("", &["clone", "-q", "up", "work"]);
    sandbox.commit("work", "b.py", "b = 1\n", "mine");
    let missing = sandbox.git("work", &["rev-parse", "HEAD:b.py"]).trim().to_owned();
    let (folder, file) = missing.split_at(2);
    fs::remove_file(sandbox.path("work/.git/objects").join(folder).join(file)).unwrap();

    let set = |key: &str, value: &str| sandbox.git("work", &["config", key, value]);
    for command in ["rev-parse", "merge-base", "symbolic-ref", "config", "remote", "ls-tree", "cat-file"] {
        set(&format!("alias.{command}"), &format!("!{}", trap(sandbox, "alias")));
        set(&format!("pager.{command}"), &trap(sandbox, "pager"));
    }
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.askPass",
        "core.sshCommand",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "credential.helper",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "merge.evil.driver",
        "gpg.program",
        "remote.origin.uploadpack",
        "uploadpack.packObjectsHook",
    ] {
        set(key, &trap(sandbox, key));
    }
    // A partial clone, which git completes by starting a transport.
    set("extensions.partialClone", "origin");
    set("core.repositoryFormatVersion", "1");
    set("remote.origin.promisor", "true");
    set("remote.origin.url", &format!("ext::{}", trap(sandbox, "ext")));
    set("protocol.allow", "always");
    set("protocol.ext.allow", "always");
    let included = sandbox.path("included");
    fs::write(&included, format!("[core]\n\tfsmonitor = {}\n", trap(sandbox, "included"))).unwrap();
    set("includeIf.gitdir:**.path", included.to_str().unwrap());
    let hooks = sandbox.path("work/.git/hooks");
    for hook in ["post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout", "fsmonitor-watchman"] {
        fs::create_dir_all(&hooks).unwrap();
        fs::copy(trap(sandbox, hook), hooks.join(hook)).unwrap();
    }
    missing
}

#[test]
fn nothing_of_a_repository_is_started() {
    let Some(sandbox) = sandbox() else { return };
    let missing = hostile(&sandbox);
    // The traps do work: git as its users run it springs some.
    let usual = std::process::Command::new("git").arg("-C").arg(sandbox.path("work")).arg("status").output();
    assert!(usual.is_ok() && !sprung(&sandbox).is_empty(), "the traps must be ones that go off");

    let repository = sandbox.open("work").unwrap();
    let baseline = repository.choose(None).unwrap().baseline;
    assert_eq!(baseline.name, "main");
    let before = repository.tree(&baseline.revision).unwrap();
    assert_eq!(before.read(&sandbox.path("work/a.py")).unwrap().as_deref(), Some(b"a = 1\n".as_slice()));
    assert!(before.holds(&sandbox.path("work/a.py"), b"a = 1\n"));
    let now = repository.tree(&repository.choose(Some("HEAD")).unwrap().baseline.revision).unwrap();
    // An untouched file is read where it is; of a changed one git has to say what it was.
    sandbox.write("work/b.py", "b = 2  # changed\n");
    let error = BaselineError::MissingObject { object: missing };
    assert_eq!(now.read(&sandbox.path("work/b.py")), Err(error), "and it isn't fetched");
    for wanted in ["nothing", "@{upstream}", "origin/main", "HEAD^{/mine}", ":/mine"] {
        let _ = repository.choose(Some(wanted));
    }
    assert_eq!(sprung(&sandbox), [""; 0]);
}

#[test]
fn a_git_that_fetches_lazily_all_the_same_finds_no_transport() {
    let Some(sandbox) = sandbox() else { return };
    let missing = hostile(&sandbox);
    let cat = |git: &mut std::process::Command| {
        assert!(!git.args(["cat-file", "-p", &missing]).output().unwrap().status.success());
        sprung(&sandbox)
    };
    let work = sandbox.path("work");
    assert_eq!(cat(sandbox.tested().command(&work).env_remove("GIT_NO_LAZY_FETCH")), [""; 0]);
    let open = cat(std::process::Command::new("git").arg("-C").arg(&work));
    assert!(open.contains(&"ext".to_owned()), "the trap must be one that goes off: {open:?}");
}

#[test]
fn the_caller_s_variables_lead_to_no_other_repository() {
    let command = Git::new("git".into());
    let command = command.command(Path::new("/p"));
    let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_SSH_COMMAND"] {
        assert!(removed.iter().any(|removed| *removed == name), "{name}");
    }
}

#[test]
fn what_is_no_working_tree_says_so() {
    let Some(sandbox) = sandbox() else { return };
    let error = |folder: &str| sandbox.open(folder).unwrap_err();
    fs::create_dir(sandbox.path("plain")).unwrap();
    assert_eq!(error("plain"), BaselineError::NotARepository(sandbox.path("plain")));
    assert_eq!(error("missing"), BaselineError::NotARepository(sandbox.path("missing")));
    sandbox.git("", &["init", "-q", "--bare", "bare.git"]);
    assert_eq!(error("bare.git"), BaselineError::NoWorkingTree(sandbox.path("bare.git")));
    sandbox.git("", &["init", "-q", "p"]);
    assert_eq!(error("p/.git"), BaselineError::NoWorkingTree(sandbox.path("p/.git")));
    // A folder in the project that looks like a bare repository.
    sandbox.git("p", &["init", "-q", "--bare", "trap"]);
    assert_eq!(error("p/trap"), BaselineError::NoWorkingTree(sandbox.path("p/trap")));
    fs::write(sandbox.path("p/.git/HEAD"), "nonsense").unwrap();
    assert_eq!(error("p"), BaselineError::NotARepository(sandbox.path("p")), "a damaged one is none for git");
}

#[test]
fn another_user_s_repository_is_left_to_git_s_protection() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.git("", &["init", "-q", "p"]);
    let wrapper = sandbox.path("git");
    // git's own switch for its tests.
    fs::write(&wrapper, "#!/bin/sh\nHOME=/nowhere GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec git \"$@\"\n").unwrap();
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
    let error = Repository::open(Git::new(wrapper), &sandbox.path("p")).unwrap_err();
    let BaselineError::DubiousOwnership { folder, advice } = error else { panic!("{error:?}") };
    assert!(folder.ends_with("/p"), "{folder}");
    assert!(advice.starts_with("git config --global --add safe.directory "), "{advice}");
}
