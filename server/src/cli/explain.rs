//! `tasklens explain`: one task's whole key, piece by piece, and what changed.

use std::path::{Path, PathBuf};

use cache_core::store::flyte::FlyteCache;
use clap::{Args, ValueEnum};

use crate::analysis::Known;
use crate::environment::{Outside, local_cache_from};
use crate::render::explain as render;
use crate::status::explain::{Answer, Selector, compare_runs, config, explain};
use crate::status::given::GivenText;
use crate::status::{Question, Session};

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
  tasklens explain --compare RUN_A RUN_B       which inputs of two recorded runs differ
  tasklens explain --config                    which file gave which setting, Python and SDK
  tasklens explain ml.train --format json      for programs")]
pub struct ExplainArgs {
    /// The task: `ml.train`, `train`, or a line of a file as `pipe.py:42`
    #[arg(required_unless_present_any = ["compare", "config"])]
    task: Option<String>,
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
    /// Two runs that the SDK recorded, as RUN or RUN/ACTION: which inputs differ
    #[arg(long, num_args = 2, value_names = ["RUN_A", "RUN_B"], conflicts_with_all = ["history", "inputs", "baseline"])]
    compare: Option<Vec<String>>,
    /// Which file says what: settings, Python, SDK, baseline
    #[arg(long, conflicts_with_all = ["history", "inputs", "compare"])]
    config: bool,
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
    if arguments.config {
        return surroundings(arguments, &cwd, color);
    }
    if let Some([first, second]) = arguments.compare.as_deref() {
        return runs(arguments, (first, second), &cwd, color);
    }
    let progress = Progress::start();
    let wanted = Selector::of(arguments.task.as_deref().unwrap_or_default());
    let paths = match (&wanted, arguments.paths.as_slice()) {
        (Selector::Line { file, .. }, []) => vec![file.clone()],
        (_, paths) => paths.to_vec(),
    };
    let outside = Outside::of_process();
    let walked = files(&paths, &cwd, &progress)?;
    let ask = |given: &[GivenText]| -> Result<Answer, Failure> {
        let question = Question {
            given,
            entries: true,
            progress: &|text| progress.say(|| text.to_owned()),
            ..arguments.versions.question(&cwd, arguments.baseline.as_deref())
        };
        let answer = explain(&mut Session::default(), &question, walked.clone(), &outside, &wanted, arguments.history);
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
    let clean = render::problems_of(&answer).is_empty() && !answer.report.store_failed;
    Ok(if clean { Outcome::Clean } else { Outcome::Findings })
}

/// `--config`: of the folder that stands where the task would.
fn surroundings(arguments: &ExplainArgs, cwd: &Path, color: Color) -> Result<Outcome, Failure> {
    let folder = arguments.task.as_ref().map_or(cwd.to_owned(), |folder| cwd.join(folder));
    if !folder.exists() {
        return Err(Failure::Usage(format!("there is no folder {}: name one, or none", folder.display())));
    }
    let folder = if folder.is_dir() { folder.as_path() } else { folder.parent().unwrap_or(cwd) };
    let (python, baseline) = (arguments.versions.python, arguments.baseline.as_deref());
    let found = config(folder, cwd, &Outside::of_process(), python, baseline);
    let mut output = Output::new(color);
    match arguments.format {
        Format::Text => output.text(&render::config(&found, cwd, output.look))?,
        Format::Json => output.json(&render::config_json(&found, cwd))?,
    }
    output.finish()?;
    Ok(if found.problems.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// `--compare`: two runs of the SDK's record.
fn runs(arguments: &ExplainArgs, names: (&str, &str), cwd: &Path, color: Color) -> Result<Outcome, Failure> {
    let usage = |message: String| Failure::Usage(message);
    let found = local_cache_from(cwd, &Outside::of_process());
    let path = found.ok_or_else(|| usage("there is no home directory, in which Flyte keeps its runs".to_owned()))?.path;
    let cache = FlyteCache::open(&path).map_err(|error| usage(error.to_string()))?;
    let runs = cache.map_or(Ok(Vec::new()), |cache| cache.runs()).map_err(|error| usage(error.to_string()))?;
    let compared = compare_runs(&runs, names, arguments.task.as_deref(), &path.display().to_string());
    let compared = compared.map_err(|error| usage(error.to_string()))?;
    let mut output = Output::new(color);
    match arguments.format {
        Format::Text => output.text(&render::runs(&compared, &path, output.look))?,
        Format::Json => output.json(&render::runs_json(&compared, &path))?,
    }
    output.finish()?;
    Ok(Outcome::Clean)
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
