//! Completions are sourced and asked by the shells themselves, manual pages are set by `man`.

use std::process::Command;

use crate::ran::{TASKLENS, on_path, ran, tool};

/// The script for a shell, in a file.
fn script(folder: &tempfile::TempDir, shell: &str) -> String {
    let path = folder.path().join(format!("completions.{shell}"));
    std::fs::write(&path, ran(Command::new(TASKLENS).args(["completions", shell]))).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn bash_completes_commands_options_and_values() {
    let Some(bash) = on_path("bash") else { return };
    let folder = tempfile::tempdir().unwrap();
    let script = script(&folder, "bash");
    let completes = |words: &str| {
        let ask = format!(
            "source '{script}'; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_LINE='{words}'; \
             COMP_POINT=${{#COMP_LINE}}; complete -p tasklens >/dev/null; \
             _tasklens tasklens \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        ran(Command::new(&bash).args(["--norc", "--noprofile", "-c", &ask]))
    };
    assert_eq!(completes("tasklens stat"), "status\n");
    assert_eq!(completes("tasklens status --base"), "--baseline\n");
    assert_eq!(completes("tasklens status --format j"), "json\n");
    assert_eq!(completes("tasklens local-cache ver"), "verify\n");
}

#[test]
fn fish_completes_commands_options_and_values() {
    let Some(fish) = on_path("fish") else { return };
    let folder = tempfile::tempdir().unwrap();
    let script = script(&folder, "fish");
    let completes = |words: &str| {
        let ask = format!("source '{script}'; complete -C '{words}'");
        let mut command = Command::new(&fish);
        ran(command.args(["--no-config", "-c", &ask]).env("HOME", folder.path()))
    };
    assert!(completes("tasklens stat").starts_with("status\tSay what the next run"), "{}", completes("tasklens stat"));
    assert!(completes("tasklens status --base").starts_with("--baseline\t"));
    assert!(completes("tasklens status --format j").starts_with("json\t"));
    assert!(completes("tasklens local-cache ver").starts_with("verify\t"));
}

/// zsh completes in its line editor only: it is given a terminal of its own, the words and a tab, and shows what it made of them.
#[test]
fn zsh_completes_commands_options_and_values() {
    let Some(zsh) = on_path("zsh") else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::rename(script(&folder, "zsh"), folder.path().join("_tasklens")).unwrap();
    let completes = |words: &str| {
        let ask = format!(
            "zmodload zsh/zpty; zpty z '{zsh} -f -i'; \
             zpty -w z \"PS1=; PROMPT_EOL_MARK=; unsetopt zle_bracketed_paste; fpath=('{folder}' \\$fpath); autoload -Uz compinit; compinit -u -D\"; \
             zpty -w z \"show() {{ print -r -- \\\"<\\$BUFFER>\\\" }}; zle -N show; bindkey '^X' show; print ready\"; \
             zpty -r -m z out '*ready*ready*'; \
             zpty -n -w z $'{words}\\t\\x18'; zpty -r -m z out '*<*>*'; print -r -- \"$out\"; zpty -d z",
            zsh = zsh.display(),
            folder = folder.path().display(),
        );
        let mut command = Command::new(&zsh);
        let said = ran(command.args(["-f", "-c", &ask]).env("HOME", folder.path()).env("TERM", "dumb"));
        said.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(line, _)| line.trim_end().to_owned())
    };
    assert_eq!(completes("tasklens stat").as_deref(), Some("tasklens status"));
    assert_eq!(completes("tasklens status --base").as_deref(), Some("tasklens status --baseline="));
    assert_eq!(completes("tasklens status --format j").as_deref(), Some("tasklens status --format json"));
    assert_eq!(completes("tasklens local-cache ver").as_deref(), Some("tasklens local-cache verify"));
}

#[test]
fn powershell_and_elvish_have_a_script() {
    for shell in ["powershell", "elvish"] {
        let script = ran(Command::new(TASKLENS).args(["completions", shell]));
        assert!(script.contains("local-cache") && script.contains("--baseline"), "{shell}");
    }
}

/// Every command has a page, and the formatter has nothing to say against any.
#[test]
fn manual_pages_are_set_without_a_warning() {
    let Some(man) = on_path("man") else { return };
    let folder = tempfile::tempdir().unwrap();
    ran(Command::new(TASKLENS).arg("man").arg("--dir").arg(folder.path().join("man1")));
    let pages: Vec<_> =
        std::fs::read_dir(folder.path().join("man1")).unwrap().map(|page| page.unwrap().path()).collect();
    assert!(pages.len() >= 15, "{pages:?}");
    for page in pages {
        let mut command = Command::new(&man);
        let output = command
            .args(["--warnings", "-l"])
            .arg(&page)
            .env("MANWIDTH", "200")
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        let (text, warnings) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && warnings.is_empty(), "{}: {warnings}", page.display());
        assert!(text.contains("SYNOPSIS") && text.contains("EXIT STATUS"), "{}: {text}", page.display());
    }
    let status = ran(Command::new(TASKLENS).args(["man", "status"]));
    assert_eq!(status, std::fs::read_to_string(folder.path().join("man1/tasklens-status.1")).unwrap());
}

#[test]
fn a_page_that_there_is_not_is_told_with_those_that_there_are() {
    let output = Command::new(TASKLENS).args(["man", "local-cache", "lst"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`tasklens local-cache` has no command `lst`; it has path, list,"), "{said}");
}

/// The script that bash users source is one that the shell's linter accepts: no error that it could run into.
#[test]
fn the_script_for_bash_has_no_error() {
    let Some(shellcheck) = tool("shellcheck") else { return };
    let folder = tempfile::tempdir().unwrap();
    ran(Command::new(shellcheck).args(["--shell=bash", "--severity=error"]).arg(script(&folder, "bash")));
}
