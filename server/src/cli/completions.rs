//! `tasklens completions`: what a shell needs to complete our commands and options.

use clap::{Args, Command};
use clap_complete::Shell;

use super::output::{Color, Failure, Outcome, Output};

/// Print a script with which a shell completes commands and options
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens completions bash > ~/.local/share/bash-completion/completions/tasklens
  tasklens completions zsh > ~/.zfunc/_tasklens      with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc
  tasklens completions fish > ~/.config/fish/completions/tasklens.fish
  tasklens completions powershell >> $PROFILE")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Runs the command, for the whole command line.
pub fn run(arguments: &CompletionsArgs, mut whole: Command, color: Color) -> Result<Outcome, Failure> {
    // Into memory first: the generator panics where it can't write, as into `| head`.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut whole, "tasklens", &mut script);
    let mut output = Output::new(color);
    output.text(&String::from_utf8_lossy(&script))?;
    output.finish()?;
    Ok(Outcome::Clean)
}
