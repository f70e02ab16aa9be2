//! `tasklens runs`: run records of a cluster, taken in from what `flyte get` prints.

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::environment::{self, Outside};
use crate::records::{self, Index, Record};

use super::output::{Color, Failure, Outcome, Output};

/// Take in run records of a cluster, so that a status can tell of them
#[derive(Debug, Args)]
pub struct RunsArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take in what `flyte get run` and `flyte get action` print
    #[command(after_help = "Details of an action tell its cache version; lists tell durations only.

Examples:
  flyte -o json-raw get action RUN a0 | tasklens runs import -    one action, with its cache version
  flyte -o json-raw get action RUN > actions.json
  tasklens runs import actions.json                               all actions of a run")]
    Import {
        /// Files; `-` reads standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print where the records are kept; the file may be removed at any time
    Path,
}

/// Records larger than this are no listing of runs.
const LARGEST: u64 = 256 << 20;

/// Runs the command.
pub fn run(arguments: &RunsArgs, color: Color) -> Result<Outcome, Failure> {
    let index = environment::run_records(&Outside::of_process()).ok_or_else(|| {
        Failure::Usage("there is no home directory to keep run records in: set TASKLENS_DATA_DIR".to_owned())
    })?;
    match &arguments.command {
        Command::Import { files } => import(files, &index, color),
        Command::Path => {
            let mut output = Output::new(color);
            output.text(&format!("{}\n", index.display()))?;
            output.finish()?;
            Ok(Outcome::Clean)
        }
    }
}

fn import(files: &[PathBuf], index: &Path, color: Color) -> Result<Outcome, Failure> {
    let mut found: Vec<Record> = Vec::new();
    let (mut others, mut problems, mut read) = (0, 0, 0);
    for file in files {
        let name = if file.as_os_str() == "-" { "standard input".to_owned() } else { file.display().to_string() };
        let values = text(file).and_then(|text| records::values(&text).map_err(|error| error.to_string()));
        match values.map(|values| records::read(&values)) {
            Ok(taken) => {
                read += 1;
                others += taken.others;
                problems += taken.problems.len();
                taken.problems.iter().for_each(|problem| say(&format!("{name}: {problem}")));
                found.extend(taken.records);
            }
            Err(error) => {
                problems += 1;
                say(&format!("{name}: {error}"));
            }
        }
    }
    if read == 0 {
        return Ok(Outcome::Nothing);
    }
    let versions = found.iter().filter(|record| record.version.is_some() || record.key.is_some()).count();
    let all = found.len();
    let plural = if all == 1 { "" } else { "s" };
    let taken = Index::import(index, found).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut output = Output::new(color);
    output.text(&format!(
        "{all} record{plural}: {} new, {} changed, {} known · {versions} with a cache version or key · in {}\n",
        taken.new,
        taken.changed,
        taken.known,
        index.display()
    ))?;
    output.finish()?;
    if others > 0 {
        say(&format!("{others} actions are no tasks (traces, conditions) and were left out"));
    }
    if taken.dropped > 0 {
        say(&format!("the oldest {} went: {} are kept", taken.dropped, records::LARGEST));
    }
    Ok(if problems == 0 { Outcome::Clean } else { Outcome::Findings })
}

/// A file's text, or that of standard input.
fn text(file: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = if file.as_os_str() == "-" {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| format!("can't be read: {error}"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
        return Err(format!("larger than {} MiB: give it in pieces", LARGEST >> 20));
    }
    String::from_utf8(bytes).map_err(|error| {
        format!("byte {} is not UTF-8: give what `flyte -o json-raw get run` prints", error.utf8_error().valid_up_to())
    })
}

/// What is no finding goes to standard error.
fn say(text: &str) {
    // There is nowhere left to tell that standard error is closed.
    let _ = writeln!(io::stderr(), "tasklens: {text}");
}
