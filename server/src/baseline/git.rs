//! Running git so that it only reads.
//!
//! The plumbing used here (`rev-parse`, `merge-base`, `for-each-ref`, `symbolic-ref`, `config --get`, `remote`, `ls-tree`,
//! `rev-list`, `cat-file` without `--filters` or `--textconv`) looks neither at the index nor at the working tree, so git has no
//! occasion to start a filter, hook or fsmonitor. The settings and variables below take the occasion away a second time,
//! for every git that is out there. Aliases can't stand in for a built-in command.
//!
//! The user's own configuration is still read, since it says which repositories of other owners are trusted
//! (`safe.directory`): that protection is git's, and it is never overridden.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::BaselineError;

/// The git program.
#[derive(Clone, Debug)]
pub struct Git {
    program: PathBuf,
}

/// Settings that win over the repository's and the user's.
const SETTINGS: [&str; 10] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.askPass=",
    "core.sshCommand=false",
    "credential.helper=",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    // A folder of the project that looks like a bare repository (`HEAD`, `config`, `objects`) is not taken for one.
    "safe.bareRepository=explicit",
];

/// Variables that take the network, prompts and locks away. An empty value would count as unset on Windows.
const VARIABLES: [(&str, &str); 7] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    // Older gits fetch the missing objects of a partial clone all the same; so no protocol is allowed.
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_PAGER", "cat"),
    // Messages are told apart by their text.
    ("LC_ALL", "C"),
    ("LANGUAGE", "C"),
];

/// Variables of the caller that would lead git to another repository than the one that the path is in (in a hook git sets
/// them), start something, or write to standard error.
const REMOVED: [&str; 31] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_REPLACE_REF_BASE",
    "GIT_CONFIG",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_PROXY_COMMAND",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "GIT_EXTERNAL_DIFF",
    "GIT_EDITOR",
    "GIT_TRACE",
    "GIT_TRACE_SETUP",
    "GIT_TRACE_PERFORMANCE",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
];

/// How a git command ended.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) success: bool,
    pub(super) stdout: Vec<u8>,
    stderr: String,
}

impl Git {
    /// The program, by its absolute path: a bare `git` would be looked for in the current folder on Windows.
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// A git command about the repository that `folder` is in, with everything off that could start something.
    pub(super) fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        for name in REMOVED {
            command.env_remove(name);
        }
        command.envs(VARIABLES).arg("--no-pager").arg("-C").arg(folder);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stderr(Stdio::piped()).stdout(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(super) fn ask(&self, folder: &Path, arguments: &[&str]) -> Result<Answer, BaselineError> {
        let output = self.command(folder).args(arguments.iter().map(OsStr::new)).output();
        let answer = answer(output.map_err(|error| self.not_started(&error))?);
        if answer.success { Ok(answer) } else { answer.refused(folder) }
    }

    /// Runs a command whose output must be there.
    pub(super) fn get(&self, folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, BaselineError> {
        let answer = self.ask(folder, arguments)?;
        if answer.success { Ok(answer.stdout) } else { Err(answer.failed(arguments)) }
    }

    /// Like [`Self::get`], of another index than the repository's own.
    pub(super) fn get_of_index(
        &self,
        folder: &Path,
        index: &Path,
        arguments: &[&str],
    ) -> Result<Vec<u8>, BaselineError> {
        let output = self.command(folder).env("GIT_INDEX_FILE", index).args(arguments).output();
        let answer = answer(output.map_err(|error| self.not_started(&error))?);
        if answer.success { Ok(answer.stdout) } else { Err(answer.failed(arguments)) }
    }

    /// Like [`Self::get`], with paths among the arguments, which are taken as they are written and not as patterns.
    pub(super) fn get_literal(&self, folder: &Path, arguments: &[OsString]) -> Result<Vec<u8>, BaselineError> {
        let output = self.command(folder).env("GIT_LITERAL_PATHSPECS", "1").args(arguments).output();
        let answer = answer(output.map_err(|error| self.not_started(&error))?);
        let answer = if answer.success { answer } else { answer.refused(folder)? };
        let command = arguments.first().map_or(String::new(), |command| command.to_string_lossy().into_owned());
        if answer.success { Ok(answer.stdout) } else { Err(answer.failed(&[&command])) }
    }

    /// Runs a command that answers with one line, or with failure where there is nothing.
    pub(super) fn line(&self, folder: &Path, arguments: &[&str]) -> Result<Option<String>, BaselineError> {
        let answer = self.ask(folder, arguments)?;
        let line = String::from_utf8_lossy(&answer.stdout).trim_end_matches(['\r', '\n']).to_owned();
        Ok(Some(line).filter(|line| answer.success && !line.is_empty()))
    }

    pub(super) fn not_started(&self, error: &std::io::Error) -> BaselineError {
        match error.kind() {
            std::io::ErrorKind::NotFound => BaselineError::NoGit,
            _ => BaselineError::Failed { command: String::new(), message: format!("can't be started: {error}") },
        }
    }
}

fn answer(output: Output) -> Answer {
    let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Answer { success: output.status.success(), stdout: output.stdout, stderr }
}

impl Answer {
    /// Turns the failures that any command can end with into errors; others are the caller's to judge.
    fn refused(self, folder: &Path) -> Result<Self, BaselineError> {
        let said = |text: &str| self.stderr.contains(text);
        if said("dubious ownership") || said("unsafe repository") {
            return Err(dubious(&self.stderr));
        }
        if said("safe.bareRepository") || said("must be run in a work tree") {
            return Err(BaselineError::NoWorkingTree(folder.to_owned()));
        }
        if said("not a git repository") || said("cannot change to") {
            return Err(BaselineError::NotARepository(folder.to_owned()));
        }
        Ok(self)
    }

    pub(super) fn failed(&self, arguments: &[&str]) -> BaselineError {
        let command = arguments.first().map_or_else(String::new, |command| (*command).to_owned());
        let message = if self.stderr.is_empty() { "it gave no reason".to_owned() } else { self.stderr.clone() };
        BaselineError::Failed { command, message }
    }
}

/// git's words: "detected dubious ownership in repository at '/x'", and the command that would trust it.
fn dubious(stderr: &str) -> BaselineError {
    let folder = stderr.split('\'').nth(1).unwrap_or("this repository").to_owned();
    let advice = stderr.lines().map(str::trim).find(|line| line.starts_with("git config"));
    let advice = advice.map_or_else(|| format!("git config --global --add safe.directory '{folder}'"), str::to_owned);
    BaselineError::DubiousOwnership { folder, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_s_own_protection_is_told_with_its_advice() {
        let stderr = "fatal: detected dubious ownership in repository at '/srv/p'\nTo add an exception for this \
                      directory, call:\n\n\tgit config --global --add safe.directory /srv/p\n";
        let expected = BaselineError::DubiousOwnership {
            folder: "/srv/p".to_owned(),
            advice: "git config --global --add safe.directory /srv/p".to_owned(),
        };
        let answer = Answer { success: false, stdout: Vec::new(), stderr: stderr.to_owned() };
        assert_eq!(answer.refused(Path::new("/srv/p/sub")).err(), Some(expected));
    }

    #[test]
    fn a_missing_program_is_no_git() {
        let git = Git::new("/nowhere/git".into());
        assert_eq!(git.get(Path::new("/"), &["version"]), Err(BaselineError::NoGit));
    }
}
