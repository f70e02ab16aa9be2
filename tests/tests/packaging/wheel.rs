//! The wheel: built as a release builds it (in the sampled tier without its optimisations), installed by pip and by uv into environments
//! that had nothing of ours, run there, and taken out again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use tasklens_tests::setup::{self, Setup};

use crate::ran::{TASKLENS, ran, tool};

/// A folder that holds the wheel of this build and what is needed to install it without a network; built once for all tests.
pub fn wheels() -> Option<PathBuf> {
    let maturin = tool("maturin")?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging");
    fs::create_dir_all(&folder).unwrap();
    // Every test is a process of its own, perhaps.
    let lock = fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let (wheels, stamp) = (folder.join("wheels"), folder.join("stamp"));
    let binary = fs::metadata(TASKLENS).unwrap();
    let made = binary.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let state = format!("{} {made:?} {}", binary.len(), setup::long());
    if fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == state) {
        return Some(wheels);
    }
    let _ = fs::remove_dir_all(&wheels);
    let data = setup::root().join("server/tasklens.data/data/share");
    let _ = fs::remove_dir_all(&data);
    ran(python().arg(setup::root().join("packaging/share.py")).arg(TASKLENS).arg(&data));
    let mut build = Command::new(maturin);
    build.args(["build", "--locked", "--manifest-path", "server/Cargo.toml"]).current_dir(setup::root());
    ran(build.args(["--profile", if setup::long() { "release" } else { "dev" }, "--out"]).arg(&wheels));
    for wheel in fs::read_dir(setup::home().join("packaging/wheels")).unwrap() {
        let wheel = wheel.unwrap();
        fs::copy(wheel.path(), wheels.join(wheel.file_name())).unwrap();
    }
    fs::write(stamp, state).unwrap();
    Some(wheels)
}

/// The Python of the set-up's programs.
pub fn python() -> Command {
    let mut command = Command::new(setup::packaging("python").expect("maturin is there, and so is its Python"));
    command.env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    command
}

/// A project with one cached task, in a git repository.
fn project(folder: &Path) {
    let task = "import flyte\n\nenv = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n\n\n@env.task\ndef f(x: int) -> int:\n    return x\n";
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("pipe.py"), task).unwrap();
    fs::write(folder.join(".python-version"), "3.12\n").unwrap();
}

/// What this build says of the project.
fn expected(project: &Path) -> String {
    let status = ran(Command::new(TASKLENS).args(["status", "--color=never"]).current_dir(project));
    assert!(status.contains("1 task in 1 file"), "{status}");
    status
}

/// What there is below a folder, as paths.
fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let entries = entries.map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() && !path.is_symlink() { below(&path) } else { vec![path] }).collect()
}

#[test]
fn pip_installs_it_into_a_fresh_environment_and_takes_it_out_again() {
    let Some(wheels) = wheels() else { return };
    let setup = Setup::load();
    let natives: Vec<_> = setup.interpreters.iter().filter(|one| one.kind == setup::Kind::Native).collect();
    let (Some(oldest), Some(newest)) = (natives.first(), natives.last()) else {
        return setup::skip("no native CPython is installed");
    };
    for interpreter in [oldest, newest] {
        let folder = tempfile::tempdir().unwrap();
        let (venv, home) = (folder.path().join("venv"), folder.path().join("project"));
        project(&home);
        ran(Command::new(&interpreter.program).args(["-m", "venv"]).arg(&venv));
        let before = below(&venv);
        let bin = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
        let pip = || {
            let mut pip = Command::new(bin.join("python"));
            pip.args(["-m", "pip", "--isolated", "--disable-pip-version-check", "--no-input"]);
            pip
        };
        ran(pip()
            .args(["install", "--quiet", "--no-compile", "--no-index", "--find-links"])
            .arg(&wheels)
            .arg("tasklens"));

        let version = ran(Command::new(bin.join("tasklens")).arg("--version"));
        assert_eq!(version.trim(), concat!("tasklens ", env!("CARGO_PKG_VERSION")));
        let status = ran(Command::new(bin.join("tasklens")).args(["status", "--color=never"]).current_dir(&home));
        assert_eq!(status, expected(&home));

        let shown = ran(pip().args(["show", "--files", "tasklens"]));
        for wanted in
            ["License", "Apache-2.0", "share/man/man1/tasklens-status.1", "zsh/site-functions/_tasklens", "LICENSE"]
        {
            assert!(shown.contains(wanted), "the wheel has no {wanted}: {shown}");
        }
        assert!(venv.join("share/man/man1/tasklens.1").is_file());

        ran(pip().args(["uninstall", "--quiet", "--yes", "tasklens"]));
        let after: Vec<_> = below(&venv).into_iter().filter(|path| !before.contains(path)).collect();
        let left: Vec<_> =
            after.iter().filter(|path| !path.components().any(|part| part.as_os_str() == "__pycache__")).collect();
        assert!(left.is_empty(), "what is left behind: {left:?}");
    }
}

#[test]
fn uvx_runs_it_without_installing_it() {
    let (Some(wheels), Some(uvx)) = (wheels(), tool("uvx")) else { return };
    let setup = Setup::load();
    let Some(python) = setup.interpreters.iter().rfind(|one| one.kind == setup::Kind::Native) else {
        return setup::skip("no native CPython is installed");
    };
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("project");
    project(&home);
    let status = ran(Command::new(uvx)
        .args(["--no-config", "--offline", "--no-index", "--no-python-downloads", "--python"])
        .arg(&python.program)
        .arg("--find-links")
        .arg(&wheels)
        .args(["tasklens", "status", "--color=never"])
        .env("UV_CACHE_DIR", folder.path().join("cache"))
        .env("UV_TOOL_DIR", folder.path().join("tools"))
        .current_dir(&home));
    assert_eq!(status, expected(&home));
}

/// `cargo install --path server` builds what the lock file says, and installs one program.
#[test]
fn cargo_installs_it() {
    // After the wheel, of which the build is the same.
    let Some(_) = wheels() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut install = Command::new(env!("CARGO"));
    install.args(["install", "--quiet", "--locked", "--offline", "--path", "server", "--root"]).arg(folder.path());
    if !setup::long() {
        install.arg("--debug");
    }
    ran(install.current_dir(setup::root()));
    let installed: Vec<_> =
        fs::read_dir(folder.path().join("bin")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [program] = &installed[..] else { panic!("installed are {installed:?}") };
    assert!(ran(Command::new(program).arg("--version")).starts_with("tasklens "));
}

/// The crates hold what they need to build and to be read, and none of the tests' data.
#[test]
fn crates_are_packed_with_what_belongs_to_them() {
    for (package, wanted) in [
        ("tasklens", &["Cargo.lock", "LICENSE", "README.md", "src/main.rs"][..]),
        ("cache-core", &["LICENSE", "README.md", "src/lib.rs"][..]),
    ] {
        if setup::long() {
            // Built from what was packed, by itself.
            let mut pack = Command::new(env!("CARGO"));
            pack.args(["package", "--allow-dirty", "--offline", "--package", "cache-core", "--package", package]);
            ran(pack.current_dir(setup::root()));
        }
        let mut list = Command::new(env!("CARGO"));
        list.args(["package", "--list", "--allow-dirty", "--offline", "--package", package]).current_dir(setup::root());
        let listed = ran(&mut list);
        let listed: Vec<&str> = listed.lines().collect();
        for name in wanted {
            assert!(listed.contains(name), "{package} is packed without {name}");
        }
        let wrong: Vec<_> = listed
            .iter()
            .filter(|name| ["tests/", "benches/", "tasklens.data/"].iter().any(|folder| name.starts_with(folder)))
            .collect();
        assert!(wrong.is_empty(), "{package} is packed with {wrong:?}");
    }
}

/// An archive has the same bytes whenever it is packed, and what is in it runs.
#[test]
fn release_archives_hold_binary_pages_and_completions() {
    let Some(_) = tool("python") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (share, script) = (folder.path().join("share"), setup::root().join("packaging/archive.py"));
    ran(python().arg(setup::root().join("packaging/share.py")).arg(TASKLENS).arg(&share));
    // A small file in the binary's place: packing a real one twice costs seconds and shows nothing more.
    let binary = folder.path().join("tasklens");
    fs::write(&binary, "#!/bin/sh\necho packed\n").unwrap();
    let pack = |target: &str, out: &str| {
        ran(python().arg(&script).arg(&binary).arg(&share).arg(target).arg(folder.path().join(out)));
    };
    pack("x86_64-unknown-linux-gnu", "one");
    pack("x86_64-unknown-linux-gnu", "two");
    pack("x86_64-pc-windows-msvc", "one");
    let name = "tasklens-x86_64-unknown-linux-gnu.tar.gz";
    let read = |folder_name: &str| fs::read(folder.path().join(folder_name).join(name)).unwrap();
    assert_eq!(read("one"), read("two"), "packing is not reproducible");
    assert!(folder.path().join("one/tasklens-x86_64-pc-windows-msvc.zip").is_file());

    let sum = fs::read_to_string(folder.path().join("one").join(format!("{name}.sha256"))).unwrap();
    let verified = "import hashlib, pathlib, sys, tarfile\nsum, name = pathlib.Path(sys.argv[1] + '.sha256').read_text().split()\n\
                    assert hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest() == sum\n\
                    archive = tarfile.open(sys.argv[1])\n\
                    print(*(f'{one.mode:o} {one.name}' for one in archive), sep='\\n')";
    let listed = ran(python().args(["-c", verified]).arg(folder.path().join("one").join(name)));
    assert!(sum.ends_with(&format!("  {name}\n")), "{sum}");
    for wanted in [
        "755 tasklens-x86_64-unknown-linux-gnu/tasklens",
        "644 tasklens-x86_64-unknown-linux-gnu/LICENSE",
        "644 tasklens-x86_64-unknown-linux-gnu/share/man/man1/tasklens.1",
        "644 tasklens-x86_64-unknown-linux-gnu/share/fish/vendor_completions.d/tasklens.fish",
    ] {
        assert!(listed.lines().any(|line| line == wanted), "{wanted} is not in\n{listed}");
    }
}
