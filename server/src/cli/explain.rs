//! `tasklens explain`: one task's whole key, piece by piece, and what changed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::analysis::Known;
use crate::environment::Outside;
use crate::render::explain as render;
use crate::status::explain::{Answer, Selector, explain};
use crate::status::given::GivenText;
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
  tasklens explain ml.train --input lr=0.1     with the key of these inputs, and whether there is an entry
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
    /// An input of the task, as JSON or a Python literal (a str needs no quotes), to see its key and entry
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<String>,
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
    let outside = Outside::of_process();
    let ask = |given: &[GivenText]| -> Result<Answer, Failure> {
        let question = Question {
            cwd: &cwd,
            python: arguments.versions.python,
            supplied: &arguments.versions.policy_versions,
            against: arguments.baseline.as_deref().map_or(Against::Usual, Against::Revision),
            given,
            entries: true,
            local_cache: None,
            progress: &|text| progress.say(|| text.to_owned()),
        };
        let walked = files(&paths, &cwd, &progress)?;
        let answer = explain(&question, walked, &outside, &wanted, arguments.history);
        answer.map_err(|error| Failure::Usage(error.to_string()))
    };
    let mut answer = ask(&[])?;
    if !arguments.inputs.is_empty() {
        // Only now it is known which task is meant.
        let given = given(&answer, &arguments.inputs)?;
        answer = ask(&given)?;
    }
    drop(progress);
    let mut output = Output::new(color);
    match arguments.format {
        Format::Text => output.text(&render::text(&answer, &cwd, output.look))?,
        Format::Json => output.json(&render::json(&answer, &cwd))?,
    }
    output.finish()?;
    let clean = render::problems_of(&answer).is_empty();
    Ok(if clean { Outcome::Clean } else { Outcome::Findings })
}

/// The inputs of `--input`, for the task that was found.
fn given(answer: &Answer, inputs: &[String]) -> Result<Vec<GivenText>, Failure> {
    let named = |input: &String| match input.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.to_owned())),
        None => Err(Failure::Usage(format!("--input {input}: write it as --input NAME=VALUE"))),
    };
    let inputs: Vec<(String, String)> = inputs.iter().map(named).collect::<Result<_, _>>()?;
    match answer.tasks.first().map(|one| &one.status.task.name) {
        Some(Known::Value(task)) => Ok(vec![GivenText { task: task.clone(), inputs }]),
        Some(Known::Unknown(reason)) => {
            Err(Failure::Usage(format!("--input: the name of the task, which is in the key, is not known: {reason}")))
        }
        None => Ok(Vec::new()),
    }
}
