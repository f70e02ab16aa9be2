//! `tasklens local-cache show`: the outputs of an entry, decoded.

use std::collections::BTreeMap;

use cache_core::store::Listed;
use clap::Args;

use crate::render::local_cache::{json, programs as render, text};
use crate::status::given::{GivenText, nearest};
use crate::status::local_cache::programs::Programs;
use crate::status::local_cache::{Inventory, Name, Whereabouts, inventory, names, show, tasks};
use crate::status::{InputsFrom, Report};

use super::super::output::{Color, Failure, Outcome, Output, say};
use super::{FileArgs, Format, ProjectArgs, find, open, programs, report};

/// Show the outputs that are stored under a key, or of a task
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens local-cache show V4WJxq0               by the beginning of its key
  tasklens local-cache show ml.train              of a task, for all inputs that are known
  tasklens local-cache show ml.train --input lr=0.1 --input d='{\"a\": 1}'")]
pub struct ShowArgs {
    /// A key or its beginning (four characters or more), or a task's name
    #[arg(value_name = "KEY|TASK")]
    what: String,
    /// An input of the task, in JSON or as a Python literal; may be given several times
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<String>,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    file: FileArgs,
}

/// A beginning of a key that is shorter may be anything.
const SHORTEST: usize = 4;

/// Runs the command.
pub fn run(arguments: &ShowArgs, color: Color) -> Result<Outcome, Failure> {
    let (found, cwd) = find(&arguments.file)?;
    let programs = if arguments.inputs.is_empty() { programs(&found)? } else { None };
    let meant = programs.as_ref().map(|programs| meant(programs, &arguments.what)).unwrap_or_default();
    if !meant.is_empty() {
        return show_of_programs(&meant, &found, arguments.file.format, color);
    }
    let given = given(arguments)?;
    let Some(cache) = open(&found)? else {
        return Err(Failure::Usage(format!("{}: {}", found.path.display(), text::NO_FILE)));
    };
    let report = report(&arguments.project, &given, &found, &cwd)?;
    let known = names(&report);
    let listed = inventory(&cache, &known).map_err(|error| Failure::Usage(error.to_string()))?;
    let keys = if given.is_empty() { keys(&arguments.what, &listed, &report)? } else { given_keys(arguments, &known) };
    let shown = keys.iter().filter_map(|key| show(&cache, key, &known).transpose()).collect::<Result<Vec<_>, _>>();
    let shown = shown.map_err(|error| Failure::Usage(error.to_string()))?;
    let mut output = Output::new(color);
    match arguments.file.format {
        Format::Json => output.json(&json::show(&found, &shown))?,
        Format::Table => output.text(&text::show(&shown, output.look))?,
    }
    output.finish()?;
    if shown.is_empty() {
        say(&text::nothing_stored(&arguments.what, !given.is_empty()));
        return Ok(Outcome::Findings);
    }
    Ok(Outcome::Clean)
}

/// Entries of programs that use the engine, by the beginning of a key or by a task's name.
fn meant<'a>(programs: &'a Programs, what: &str) -> Vec<&'a Listed> {
    let of_task = programs.of_tasks(&[what.to_owned()]);
    if of_task.is_empty() && what.len() >= SHORTEST { programs.with_prefix(what) } else { of_task }
}

/// They explain themselves: nothing of the project is asked for them.
fn show_of_programs(meant: &[&Listed], found: &Whereabouts, format: Format, color: Color) -> Result<Outcome, Failure> {
    let mut output = Output::new(color);
    match format {
        Format::Json => {
            let mut document = json::show(found, &[]);
            document["programs"] = meant.iter().map(|listed| render::entry(listed)).collect();
            output.json(&document)?;
        }
        Format::Table => output.text(&render::show(meant, output.look))?,
    }
    output.finish()?;
    Ok(Outcome::Clean)
}

/// The inputs that were given, for the task.
fn given(arguments: &ShowArgs) -> Result<Vec<GivenText>, Failure> {
    if arguments.inputs.is_empty() {
        return Ok(Vec::new());
    }
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Failure::Usage(format!("--input {text}: write NAME=VALUE"))),
    };
    let inputs = arguments.inputs.iter().map(pair).collect::<Result<_, _>>()?;
    Ok(vec![GivenText { task: arguments.what.clone(), inputs }])
}

/// The keys of the task for the inputs that were given.
fn given_keys(arguments: &ShowArgs, known: &BTreeMap<String, Name>) -> Vec<String> {
    let is_meant = |name: &Name| name.task == arguments.what && name.from == InputsFrom::Given;
    known.iter().filter(|(_, name)| is_meant(name)).map(|(key, _)| key.clone()).collect()
}

/// The keys of entries that the user means.
fn keys(what: &str, listed: &Inventory, report: &Report) -> Result<Vec<String>, Failure> {
    if tasks(report).any(|task| task == what) {
        return Ok(listed
            .named
            .iter()
            .filter(|entry| entry.name.task == what)
            .map(|entry| entry.key.clone())
            .collect());
    }
    let is_of_a_key = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    if what.len() >= SHORTEST && what.chars().all(is_of_a_key) {
        let found: Vec<&str> = listed.keys_with_prefix(what).collect();
        match found.as_slice() {
            [] => {}
            [key] => return Ok(vec![(*key).to_owned()]),
            several => {
                let several = several.len();
                return Err(Failure::Usage(format!(
                    "the keys of {several} entries begin with {what}: write more of it"
                )));
            }
        }
    }
    let meant = nearest(what, tasks(report)).map_or(String::new(), |task| format!(": did you mean {task}?"));
    Err(Failure::Usage(format!("no entry's key begins with {what}, and no task has that name{meant}")))
}
