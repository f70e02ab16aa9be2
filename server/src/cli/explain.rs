//! `tasklens explain`: one task's whole key, piece by piece, and what changed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::analysis::Disk;
use crate::environment::Outside;
use crate::render::explain as render;
use crate::status::explain::{Selector, explain};
use crate::status::{Against, Question};

use super::VersionArgs;
use super::inputs::{files, working_directory};
use super::output::{Color, Failure, Outcome, Output};
use super::progress::Progress;

/// Explain a task's cache key, piece by piece, and what of it changed
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens explain ml.train                    by its full name, below the working directory
  tasklens explain train pipelines             by its function's name, where that is of one task only
  tasklens explain pipe.py:42                  the task on a line of a file
  tasklens explain ml.train --baseline v1.2    what changed since a tag
  tasklens explain ml.train --history          the commits that changed its version
  tasklens explain ml.train --format json      for programs")]
pub struct ExplainArgs {
    /// The task: `ml.train`, `train`, or a line of a file as `pipe.py:42`
    task: String,
    /// Files and folders to look for it in; `-` reads a list from standard input, one a line [default: .]
    paths: Vec<PathBuf>,
    /// The git revision to compare with [default: the merge-base with the upstream's default branch]
    #[arg(long, value_name = "REV")]
    baseline: Option<String>,
    /// The commits that changed the version, newest first, at most N of them
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10")]
    history: Option<usize>,
    /// How to print
    #[arg(long, default_value = "text")]
    format: Format,
    #[command(flatten)]
    versions: VersionArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One document, for programs
    Json,
}

/// Runs the command.
pub fn run(arguments: &ExplainArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let progress = Progress::start();
    let wanted = Selector::of(&arguments.task);
    let paths = match (&wanted, arguments.paths.as_slice()) {
        (Selector::Line { file, .. }, []) => vec![file.clone()],
        (_, paths) => paths.to_vec(),
    };
    let walked = files(&paths, &cwd, &progress)?;
    let question = Question {
        files: &Disk,
        cwd: &cwd,
        python: arguments.versions.python,
        supplied: &arguments.versions.policy_versions,
        against: arguments.baseline.as_deref().map_or(Against::Usual, Against::Revision),
        given: &[],
        entries: true,
        local_cache: None,
        progress: &|text| progress.say(|| text.to_owned()),
    };
    let explained = explain(&question, walked, &Outside::of_process(), &wanted, arguments.history);
    let (report, explained) = explained.map_err(|error| Failure::Usage(error.to_string()))?;
    drop(progress);
    let mut output = Output::new(color);
    match arguments.format {
        Format::Text => output.text(&render::text(&report, &explained, &cwd, output.look))?,
        Format::Json => output.json(&render::json(&report, &explained, &cwd))?,
    }
    output.finish()?;
    let clean = render::problems_of(&report, &explained).is_empty();
    Ok(if clean { Outcome::Clean } else { Outcome::Findings })
}
