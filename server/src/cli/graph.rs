//! `tasklens graph`: what the next run of a pipeline will do.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::environment::Outside;
use crate::render::graph as render;
use crate::status::explain::Selector;
use crate::status::graph::graph;
use crate::status::{Question, Session};

use super::VersionArgs;
use super::inputs::{files, outcome_of, working_directory};
use super::output::{Color, Failure, Outcome, Output};
use super::progress::Progress;

/// Draw a pipeline: the tasks that a task calls, and what its next run does with each
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens graph ml.pipeline                      as Mermaid, for a pull request
  tasklens graph pipe.py:42 --format svg > p.svg  the task on a line of a file, as a picture
  tasklens graph pipeline --format text           in words")]
pub struct GraphArgs {
    /// The task: `ml.train`, `train`, or a line of a file as `pipe.py:42`
    task: String,
    /// Files and folders to look for it in; `-` reads a list from standard input, one a line [default: .]
    paths: Vec<PathBuf>,
    /// The git revision to compare with [default: the merge-base with the upstream's default branch]
    #[arg(long, value_name = "REV")]
    baseline: Option<String>,
    /// How to draw it
    #[arg(long, default_value = "mermaid")]
    format: Format,
    #[command(flatten)]
    versions: VersionArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A flowchart, as Markdown takes it in a block of `mermaid`
    Mermaid,
    /// A picture
    Svg,
    /// In words
    Text,
    /// One document, for programs
    Json,
}

/// Runs the command.
pub fn run(arguments: &GraphArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let progress = Progress::start();
    let wanted = Selector::of(&arguments.task);
    let paths = match (&wanted, arguments.paths.as_slice()) {
        (Selector::Line { file, .. }, []) => vec![file.clone()],
        (_, paths) => paths.to_vec(),
    };
    let walked = files(&paths, &cwd, &progress)?;
    let question = Question {
        entries: true,
        progress: &|text| progress.say(|| text.to_owned()),
        ..arguments.versions.question(&cwd, arguments.baseline.as_deref())
    };
    let graph = graph(&mut Session::default(), &question, walked, &Outside::of_process(), &wanted);
    let graph = graph.map_err(|error| Failure::Usage(error.to_string()))?;
    drop(progress);
    let mut output = Output::new(color);
    match arguments.format {
        Format::Mermaid => output.text(&render::mermaid(&graph))?,
        Format::Svg => output.text(&render::svg(&graph))?,
        Format::Text => output.text(&render::text(&graph))?,
        Format::Json => output.json(&render::json(&graph, &cwd))?,
    }
    output.finish()?;
    Ok(outcome_of(&graph.report))
}
