//! `tasklens hash`: versions only, of tasks or of every function.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::environment::Outside;
use crate::render::{json, table};
use crate::status::walk::Walked;
use crate::status::{Against, Question, ask};

use super::VersionArgs;
use super::functions;
use super::inputs::{files, outcome_of, working_directory};
use super::output::{Color, Failure, Outcome, Output};
use super::progress::Progress;

/// Print the cache versions that Flyte computes, and nothing of what became of them
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens hash                                       tasks below the working directory
  tasklens hash pipeline.py --format json             for programs
  tasklens hash --functions --format ndjson src       every function, a line a file
  git ls-files '*.py' | tasklens hash --functions -   of a list of files")]
pub struct HashArgs {
    /// Files and folders; `-` reads a list from standard input, one a line [default: .]
    paths: Vec<PathBuf>,
    /// Every function, task or not
    #[arg(long)]
    functions: bool,
    /// Salt the versions of functions, as Cache(salt=…) does
    #[arg(long, default_value = "", hide_default_value = true, requires = "functions")]
    pub(super) salt: String,
    /// How to print
    #[arg(long, default_value = "table")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) versions: VersionArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// One document
    Json,
    /// A line a task, or with --functions a line a file
    Ndjson,
}

/// Runs the command.
pub fn run(arguments: &HashArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let progress = Progress::start();
    let walked = files(&arguments.paths, &cwd, &progress)?;
    let mut output = Output::new(color);
    let outcome = if arguments.functions {
        functions::run(arguments, &cwd, &walked, &progress, &mut output)?
    } else {
        tasks(arguments, &cwd, walked, &progress, &mut output)?
    };
    drop(progress);
    output.finish()?;
    Ok(outcome)
}

fn tasks(
    arguments: &HashArgs,
    cwd: &Path,
    walked: Walked,
    progress: &Progress,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let question = Question {
        against: Against::Nothing,
        progress: &|text| progress.say(|| text.to_owned()),
        ..arguments.versions.question(cwd, None)
    };
    let report = ask(&question, walked, &Outside::of_process()).map_err(|error| Failure::Usage(error.to_string()))?;
    match arguments.format {
        Format::Table => output.text(&table::hash(&report, cwd, output.look))?,
        Format::Json => output.json(&json::hash(&report, cwd))?,
        Format::Ndjson => {
            for task in &report.tasks {
                output.line(&json::hash_task(task, cwd))?;
            }
            for note in json::note_lines(&report) {
                output.line(&note)?;
            }
            for problem in json::problem_lines(&report.problems, cwd) {
                output.line(&problem)?;
            }
        }
    }
    Ok(outcome_of(&report))
}
