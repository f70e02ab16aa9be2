//! `tasklens man`: manual pages, made of the same options as `--help`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command, ValueHint};
use clap_mangen::Man;

use super::EXIT_CODES;
use super::output::{Color, Failure, Outcome, Output};

/// Print the manual page of a command, or write all of them into a folder
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens man | man -l -                              the page of tasklens itself
  tasklens man local-cache list | man -l -             the page of a command
  tasklens man --dir ~/.local/share/man/man1           all pages, for `man tasklens-status`")]
pub struct ManArgs {
    /// The command, as `status` or `local-cache list`
    #[arg(conflicts_with = "dir")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder, which is made if it isn't there
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Runs the command, for the whole command line.
pub fn run(arguments: &ManArgs, whole: Command, color: Color) -> Result<Outcome, Failure> {
    let mut whole = whole.disable_help_subcommand(true);
    whole.build();
    match &arguments.dir {
        Some(folder) => write_all(&whole, folder)
            .map_err(|(path, error)| Failure::Usage(format!("{} can't be written: {error}", path.display())))?,
        None => {
            let mut output = Output::new(color);
            output.text(&page(named(&whole, &arguments.command)?)?)?;
            output.finish()?;
        }
    }
    Ok(Outcome::Clean)
}

/// The command that the words name.
fn named<'a>(whole: &'a Command, words: &[String]) -> Result<&'a Command, Failure> {
    words.iter().try_fold(whole, |command, word| {
        command.find_subcommand(word).ok_or_else(|| {
            let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            let of = command.get_bin_name().unwrap_or("tasklens");
            Failure::Usage(if known.is_empty() {
                format!("`{of}` has no command `{word}`: it has none at all")
            } else {
                format!("`{of}` has no command `{word}`; it has {}", known.join(", "))
            })
        })
    })
}

/// The page of one command, as roff.
fn page(command: &Command) -> io::Result<String> {
    // What follows the help is laid out in columns, and the generator would fill it as prose: it gets sections of ours.
    let behind = command.get_after_help().map(|text| text.to_string()).unwrap_or_default();
    let man = Man::new(command.clone())
        .title(command.get_display_name().unwrap_or(command.get_name()).to_uppercase())
        .source(concat!("tasklens ", env!("CARGO_PKG_VERSION")))
        .manual("Tasklens");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    match behind.strip_prefix("Examples:\n") {
        Some(examples) => page.push_str(&section("EXAMPLES", examples)),
        None if behind == EXIT_CODES || behind.is_empty() => {}
        None => page.push_str(&section("NOTES", &behind)),
    }
    page.push_str(&section("EXIT STATUS", EXIT_CODES.trim_start_matches("Exit codes: ")));
    Ok(page)
}

/// A section whose lines stay as they are.
fn section(heading: &str, text: &str) -> String {
    let line = |line: &str| {
        let escaped = line.replace('\\', "\\e").replace('-', "\\-");
        // A full stop or an apostrophe at the start would be a request to the formatter.
        if escaped.starts_with(['.', '\'']) { format!("\\&{escaped}\n") } else { format!("{escaped}\n") }
    };
    format!(".SH {heading}\n.nf\n{}.fi\n", text.lines().map(line).collect::<String>())
}

/// Writes the page of a command and those of its own commands; says which path failed.
fn write_all(command: &Command, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    fs::create_dir_all(folder).map_err(|error| (folder.to_owned(), error))?;
    let path = folder.join(format!("{}.1", command.get_display_name().unwrap_or(command.get_name())));
    page(command).and_then(|text| fs::write(&path, text)).map_err(|error| (path, error))?;
    command.get_subcommands().try_for_each(|inner| write_all(inner, folder))
}
