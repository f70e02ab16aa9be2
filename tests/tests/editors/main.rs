//! Sessions in real editors, headless: their own clients, set up as docs/editors.md says, over a real project. The scripts in
//! `tests/editors/` play the users; when an editor ends or dies, no server is left.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tasklens_tests::setup::{self, Setup, root};

#[path = "../lsp/project.rs"]
#[allow(dead_code, reason = "it is the other tests' as well")]
mod project;
mod snippets;

use project::Project;

/// How long a session may take: each waits for thirty seconds at most for what it waits for.
const PATIENCE: Duration = Duration::from_secs(150);

/// How long a server may live on without its editor.
const SOON: Duration = Duration::from_secs(2);

/// A project, a home, and `tasklens` on the PATH.
struct Desk {
    project: Project,
    home: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_tasklens-under-test"));
        std::os::unix::fs::symlink(program, home.path().join("tasklens")).unwrap();
        Self { project: Project::new(), home }
    }

    /// An editor, at home here; `config` is a block of the page that has this in it.
    fn editor(&self, program: &Path, config: Option<&str>) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command.current_dir(self.project.root()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("HOME", self.home.path()).env("PATH", format!("{}:{path}", self.home.path().display()));
        command.env("XDG_CONFIG_HOME", self.home.path()).env("LANG", "C.UTF-8").env_remove("FLYTE_LOCAL_CACHE_PATH");
        if let Some(config) = config {
            let file = self.home.path().join("config");
            std::fs::write(&file, block_of_the_page(config)).unwrap();
            command.env("TASKLENS_CONFIG", file);
        }
        command
    }

    /// The servers that run in the project.
    fn servers(&self) -> Vec<PathBuf> {
        let program = Path::new(env!("CARGO_BIN_EXE_tasklens-under-test")).canonicalize().unwrap();
        let here = |process: &PathBuf| {
            let link = |name: &str| std::fs::read_link(process.join(name)).ok();
            link("exe").as_ref() == Some(&program) && link("cwd").is_some_and(|cwd| cwd == self.project.root())
        };
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
        all.filter(here).collect()
    }

    /// Fails if a server is left.
    fn is_left_alone(&self) {
        let deadline = Instant::now() + SOON;
        while !self.servers().is_empty() {
            assert!(Instant::now() < deadline, "the server still runs: {:?}", self.servers());
            thread::park_timeout(Duration::from_millis(10));
        }
    }

    /// Plays a session to its end.
    fn session(&self, mut command: Command) {
        let output = finished(command.spawn().unwrap());
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&said));
        self.is_left_alone();
    }

    /// Kills an editor in the middle of a session.
    fn kill(&self, mut command: Command) {
        let served = self.home.path().join("served");
        let mut editor = command.env("TASKLENS_STAY", &served).spawn().unwrap();
        let deadline = Instant::now() + PATIENCE;
        while !served.exists() && editor.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "the editor shows no lens");
            thread::park_timeout(Duration::from_millis(10));
        }
        if cfg!(target_os = "linux") {
            assert_eq!(self.servers().len(), 1, "one server runs while the editor does");
        }
        editor.kill().unwrap();
        editor.wait().unwrap();
        self.is_left_alone();
    }
}

fn finished(editor: std::process::Child) -> Output {
    let id = editor.id();
    let (sender, done) = std::sync::mpsc::channel();
    thread::spawn(move || sender.send(editor.wait_with_output()));
    match done.recv_timeout(PATIENCE) {
        Ok(output) => output.unwrap(),
        Err(_) => {
            let _ = Command::new("kill").arg(id.to_string()).status();
            panic!("the session did not come to its end: {:?}", done.recv());
        }
    }
}

/// The block of code in docs/editors.md that has `part` in it: what users copy is what is tried.
fn block_of_the_page(part: &str) -> String {
    let page = std::fs::read_to_string(root().join("docs/editors.md")).unwrap();
    let block = page.split("```").skip(1).step_by(2).find(|block| block.contains(part));
    let block = block.unwrap_or_else(|| panic!("docs/editors.md has no block with `{part}`"));
    block.split_once('\n').unwrap().1.to_owned()
}

fn script(name: &str) -> String {
    root().join("tests/editors").join(name).display().to_string()
}

const NEWEST: &str = "vim.lsp.config(";
const OLDER: &str = "vim.lsp.start(";

fn neovim(desk: &Desk, program: &Path, config: Option<&str>) -> Command {
    let mut command = desk.editor(program, config);
    command.args(["--headless", "--clean", "-c"]).arg(format!("luafile {}", script("neovim.lua")));
    command
}

/// The Neovim that is set up.
fn set_up_neovim() -> Option<PathBuf> {
    let neovim = Setup::load().neovim;
    if neovim.is_none() {
        setup::skip("Neovim is not installed");
    }
    neovim
}

#[test]
fn neovim_as_the_page_configures_it() {
    let Some(program) = set_up_neovim() else { return };
    let desk = Desk::new();
    desk.session(neovim(&desk, &program, Some(NEWEST)));
}

#[test]
fn neovim_as_the_page_configures_older_ones() {
    let Some(program) = set_up_neovim() else { return };
    let desk = Desk::new();
    desk.session(neovim(&desk, &program, Some(OLDER)));
}

#[test]
fn neovim_that_is_killed_leaves_no_server() {
    let Some(program) = set_up_neovim() else { return };
    let desk = Desk::new();
    desk.kill(neovim(&desk, &program, Some(NEWEST)));
}

/// What people have installed, an old one maybe.
#[test]
fn the_neovim_of_the_system() {
    let found = Command::new("nvim").arg("--version").stdin(Stdio::null()).output();
    let Some(version) = found.ok().and_then(|output| String::from_utf8(output.stdout).ok()) else {
        return setup::skip_optional("there is no `nvim` on the PATH");
    };
    let minor = version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok()).unwrap();
    let config = match minor {
        0..=7 => None,
        8..=10 => Some(OLDER),
        _ => Some(NEWEST),
    };
    let desk = Desk::new();
    desk.session(neovim(&desk, Path::new("nvim"), config));
}

/// Emacs with a client, if the system has both.
fn emacs(desk: &Desk, client: &str, config: &str) -> Option<Command> {
    let find = format!("(progn (package-initialize) (kill-emacs (if (locate-library \"{client}\") 0 1)))");
    let found = Command::new("emacs").args(["-q", "--batch", "--eval", &find]).stdin(Stdio::null()).output();
    if !found.is_ok_and(|output| output.status.success()) {
        setup::skip_optional(&format!(
            "there is no Emacs with {client} (Debian: emacs-nox, elpa-lsp-mode, elpa-eglot)"
        ));
        return None;
    }
    let mut command = desk.editor(Path::new("emacs"), Some(config));
    command.args(["-q", "--batch", "-l", &script("emacs.el")]);
    Some(command)
}

#[test]
fn emacs_with_lsp_mode() {
    let desk = Desk::new();
    if let Some(command) = emacs(&desk, "lsp-mode", "lsp-register-client") {
        desk.session(command);
    }
}

#[test]
fn emacs_with_eglot() {
    let desk = Desk::new();
    if let Some(command) = emacs(&desk, "eglot", "eglot-server-programs") {
        desk.session(command);
    }
}

#[test]
fn emacs_that_is_killed_leaves_no_server() {
    let desk = Desk::new();
    if let Some(command) = emacs(&desk, "lsp-mode", "lsp-register-client") {
        desk.kill(command);
    }
}
