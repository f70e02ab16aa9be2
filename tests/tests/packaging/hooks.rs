//! The hooks of `.pre-commit-hooks.yaml`, installed by pre-commit into repositories that commit: through git, as users do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tasklens_tests::setup;

use crate::ran::{TASKLENS, ran, tool};
use crate::wheel;

const PIPE: &str = "import flyte\n\nenv = flyte.TaskEnvironment(name=\"ml\", cache=\"auto\")\n\n\n@env.task\ndef train(x: int) -> int:\n    return x + 1\n";

/// The repository that the hooks come from, and users' repositories that have them installed.
struct World {
    folder: tempfile::TempDir,
    wheels: PathBuf,
    pre_commit: PathBuf,
}

impl World {
    /// None, visibly, where the tools are not installed.
    fn new() -> Option<Self> {
        let (pre_commit, wheels) = (tool("pre-commit")?, wheel::wheels()?);
        let world = Self { folder: tempfile::tempdir().unwrap(), wheels, pre_commit };
        let source = world.path("hooks");
        fs::create_dir_all(&source).unwrap();
        for name in [".pre-commit-hooks.yaml", "pyproject.toml"] {
            fs::copy(setup::root().join(name), source.join(name)).unwrap();
        }
        world.git("hooks", &["init", "-q", "-b", "main"]);
        world.git("hooks", &["add", "-A"]);
        world.git("hooks", &["commit", "-q", "-m", "hooks"]);
        world.git("hooks", &["tag", "v1"]);

        Some(world)
    }

    /// A new repository of a user, who has these hooks.
    fn start(&self, hooks: &str) {
        let _ = fs::remove_dir_all(self.path("work"));
        fs::create_dir_all(self.path("work")).unwrap();
        self.git("work", &["init", "-q", "-b", "main"]);
        self.write(".python-version", "3.12\n");
        self.write("pipe.py", PIPE);
        let source = self.path("hooks");
        let source = source.display();
        self.write(".pre-commit-config.yaml", &format!("repos:\n- repo: {source}\n  rev: v1\n  hooks:\n{hooks}"));
        self.git("work", &["add", "-A"]);
        self.git("work", &["commit", "-q", "-m", "base"]);
        ran(self.command(&self.pre_commit, "work").args(["install", "--install-hooks"]));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path("work").join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path("work").join(name)).unwrap()
    }

    fn command(&self, program: &Path, folder: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path(folder));
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("GIT_")))
        {
            command.env_remove(name);
        }
        command.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_AUTHOR_NAME", "A"), ("GIT_COMMITTER_NAME", "A")]);
        command.envs([("GIT_AUTHOR_EMAIL", "a@example.org"), ("GIT_COMMITTER_EMAIL", "a@example.org")]);
        command.envs([("PIP_NO_INDEX", "1"), ("PIP_DISABLE_PIP_VERSION_CHECK", "1"), ("NO_COLOR", "1")]);
        command.env("PIP_FIND_LINKS", &self.wheels).env("HOME", self.folder.path());
        command.env("PRE_COMMIT_HOME", self.path("cache")).env("GIT_CONFIG_GLOBAL", self.path("no-config"));
        command
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        ran(self.command(Path::new("git"), folder).args(arguments))
    }

    /// Commits, hooks included: whether git took it, and all that was said.
    fn commit(&self, arguments: &[&str]) -> (bool, String) {
        let output =
            self.command(Path::new("git"), "work").args(["commit", "-m", "change"]).args(arguments).output().unwrap();
        let Output { status, stdout, stderr } = output;
        (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
    }
}

/// One after the other: pre-commit installs the program once for all of them.
#[test]
fn hooks_meet_commits() {
    let Some(world) = World::new() else { return };
    a_commit_is_checked(&world);
    what_can_be_fixed_is(&world);
    a_version_that_the_lock_file_does_not_say_is_not_committed(&world);
    what_a_commit_recomputes_is_shown(&world);
}

fn a_commit_is_checked(world: &World) {
    world.start("  - id: tasklens-check\n");
    let mistaken = PIPE.replace("cache=\"auto\"", "cache=\"Auto\"");
    world.write("pipe.py", &mistaken);
    // What isn't staged is set aside, and put back.
    let (taken, said) = world.commit(&["-a"]);
    assert!(!taken && said.contains("unknown-behavior") && said.contains("pipe.py:3"), "{said}");
    world.write("pipe.py", PIPE);
    world.write("lib.py", "def helper():\n    return 1\n");
    world.git("work", &["add", "-A"]);
    world.write("pipe.py", &mistaken);
    let (taken, said) = world.commit(&[]);
    assert!(taken && said.contains("Passed"), "{said}");
    assert_eq!(world.read("pipe.py"), mistaken);
}

fn what_can_be_fixed_is(world: &World) {
    world.start("  - id: tasklens-check\n    args: [--fix]\n");
    world.write("pipe.py", &PIPE.replace("cache=\"auto\"", "cache=\"Auto\""));
    let (taken, said) = world.commit(&["-a"]);
    assert!(!taken && said.contains("files were modified by this hook"), "{said}");
    assert_eq!(world.read("pipe.py"), PIPE);
}

fn a_version_that_the_lock_file_does_not_say_is_not_committed(world: &World) {
    world.start("  - id: tasklens-lock\n");
    let lock = || ran(world.command(Path::new(TASKLENS), "work").arg("lock"));
    lock();
    world.git("work", &["add", "-A"]);
    let (taken, said) = world.commit(&[]);
    assert!(taken, "{said}");
    world.write("pipe.py", &PIPE.replace("x + 1", "x + 2"));
    let (taken, said) = world.commit(&["-a"]);
    assert!(!taken && said.contains("train") && said.contains("tasklens lock"), "{said}");
    lock();
    let (taken, said) = world.commit(&["-a"]);
    assert!(taken, "{said}");
}

/// Also of a commit for which git keeps an index of its own, as `commit -a` and `commit FILE` do.
fn what_a_commit_recomputes_is_shown(world: &World) {
    world.start("  - id: tasklens-diff\n    args: [--fail-on, unknown]\n");
    world.write("pipe.py", &PIPE.replace("x + 1", "x + 2"));
    world.git("work", &["add", "-A"]);
    let (taken, said) = world.commit(&[]);
    assert!(taken && said.contains("1 invalidated"), "{said}");
    world.write("pipe.py", &PIPE.replace("x + 1", "x + 3"));
    world.write("lib.py", "def helper():\n    return 1\n");
    let (taken, said) = world.commit(&["-a"]);
    assert!(taken && said.contains("1 invalidated"), "{said}");
    world.write("pipe.py", &PIPE.replace("x + 1", "x + 4"));
    let (taken, said) = world.commit(&["pipe.py"]);
    assert!(taken && said.contains("1 invalidated"), "{said}");
}
