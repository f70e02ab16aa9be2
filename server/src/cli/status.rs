//! `tasklens status`: what the next run of each task will do to its cache, and why.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::environment::Outside;
use crate::render::table::Look;
use crate::render::{json, table};
use crate::status::{Question, ask};

use super::VersionArgs;
use super::given::GivenArgs;
use super::inputs::{files, outcome_of, working_directory};
use super::output::{Color, Failure, Outcome, Output};
use super::progress::Progress;

/// Say what the next run of each task will do to its cache, and why
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens status                              tasks below the working directory, compared with the upstream's main
  tasklens status pipelines --baseline v1.2    compared with a tag
  tasklens status --python 3.13                as if another Python submitted
  tasklens status --task ml.train --input lr=0.1 --input 'd={\"a\": 1}'    is there an entry for these inputs?
  tasklens status --format json                for programs")]
pub struct StatusArgs {
    /// Files and folders; `-` reads a list from standard input, one a line [default: .]
    paths: Vec<PathBuf>,
    /// Tasks that are not cached as well
    #[arg(long)]
    all: bool,
    /// The git revision to compare with [default: the merge-base with the upstream's default branch]
    #[arg(long, value_name = "REV")]
    baseline: Option<String>,
    /// How to print
    #[arg(long, default_value = "table")]
    format: Format,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    versions: VersionArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One document, for programs
    Json,
}

/// Runs the command.
pub fn run(arguments: &StatusArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let progress = Progress::start();
    let walked = files(&arguments.paths, &cwd, &progress)?;
    let question = Question {
        given: &arguments.given.0,
        entries: true,
        whole_code: false,
        progress: &|text| progress.say(|| text.to_owned()),
        ..arguments.versions.question(&cwd, arguments.baseline.as_deref())
    };
    let report = ask(&question, walked, &Outside::of_process()).map_err(|error| Failure::Usage(error.to_string()))?;
    drop(progress);
    let mut output = Output::new(color);
    match arguments.format {
        Format::Table => {
            let look = Look { all: arguments.all, ..output.look };
            output.text(&table::status(&report, &cwd, look))?;
        }
        Format::Json => output.json(&json::status(&report, &cwd))?,
    }
    output.finish()?;
    Ok(outcome_of(&report))
}
