//! The scenario files under `tests/flyte/runs/`: projects, edits and runs, step by step.
//!
//! ```text
//! What the scenario is about, up to the first step.
//! --- file pipe.py
//! import flyte
//! --- commit
//! --- run pipe.py
//! ml.train: unchanged -> executed
//! --- edit pipe.py
//! return x
//! =>
//! return x + 1
//! --- run pipe.py
//! ml.train: invalidated (body) -> executed
//! ```
//!
//! | step | does |
//! |---|---|
//! | `file PATH` | writes a file of the project: the lines below |
//! | `copy FOLDER` | copies a folder of this repository to the project's root |
//! | `home PATH` | the same in the user's home |
//! | `edit PATH` | replaces the lines before `=>` by those after it; they must stand in the file once |
//! | `append PATH` | adds the lines below |
//! | `remove PATH`, `move PATH PATH` | |
//! | `commit` | makes what there is the baseline |
//! | `set NAME=VALUE` | an environment variable, for Tasklens and the SDK alike |
//! | `ask OPTION…` | options of every later `tasklens status` |
//! | `run [in FOLDER] SCRIPT ARGUMENT…` | asks Tasklens, runs the script with the SDK, and compares; `flyte` is the SDK's own command |
//! | `status [in FOLDER]` | asks Tasklens only |
//!
//! Below `run` and `status` stand expectations, `TASK: STATUS (CHANGED, …) -> OUTCOME, …`. `STATUS` may be `any`. An outcome is
//! `served`, `executed` (one for each action of the run, in their order, ` x3` for three), or `not called`, or
//! `skipped` for a task that isn't called because its callers are served, which the status must have said. They keep a scenario
//! from passing because nothing happened; whether Tasklens and the SDK agree is compared without them. `dynamic` tells that
//! the task gets inputs that nobody could know before the run; `*: any -> dynamic` tells it of every task.

use std::collections::BTreeSet;

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's name.
    pub name: String,
    /// In their order.
    pub steps: Vec<(usize, Step)>,
}

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    File { path: String, text: String },
    Copy(String),
    Home { path: String, text: String },
    Edit { path: String, from: String, to: String },
    Append { path: String, text: String },
    Remove(String),
    Move { from: String, to: String },
    Commit,
    Set { name: String, value: String },
    Ask(Vec<String>),
    Status(Check),
    Run { arguments: Vec<String>, check: Check },
}

/// Where and what to compare.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// The working directory, relative to the project.
    pub folder: String,
    pub expected: Vec<Expectation>,
}

/// What becomes of a task.
#[derive(Clone, Debug)]
pub struct Expectation {
    pub task: String,
    /// `None` for `any`.
    pub status: Option<String>,
    pub changed: BTreeSet<String>,
    /// What the SDK does with each action; `None` if the line doesn't say.
    pub outcomes: Option<Vec<Outcome>>,
    /// It isn't called because its callers are served.
    pub skipped: bool,
    /// Its inputs can't be known before the run.
    pub dynamic: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Served,
    Executed,
}

/// Reads a scenario file; an error names the line.
pub fn parse(name: &str, text: &str) -> Result<Scenario, String> {
    let mut steps = Vec::new();
    let mut section: Option<(usize, &str, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(heading) = line.strip_prefix("--- ") {
            steps.extend(section.take().map(|section| step(&section)).transpose()?);
            section = Some((number, heading, String::new()));
        } else if let Some((_, _, body)) = &mut section {
            body.push_str(line);
            body.push('\n');
        }
    }
    steps.extend(section.take().map(|section| step(&section)).transpose()?);
    Ok(Scenario { name: name.to_owned(), steps })
}

fn step((line, heading, body): &(usize, &str, String)) -> Result<(usize, Step), String> {
    let wrong = |what: &str| format!("line {line}: {what}: {heading}");
    let (verb, rest) = heading.split_once(' ').unwrap_or((heading, ""));
    let (rest, body) = (rest.trim(), body.clone());
    let words = || rest.split_whitespace().map(str::to_owned);
    let step = match verb {
        "file" => Step::File { path: rest.to_owned(), text: body },
        "copy" => Step::Copy(rest.to_owned()),
        "home" => Step::Home { path: rest.to_owned(), text: body },
        "append" => Step::Append { path: rest.to_owned(), text: body },
        "edit" => {
            let body = format!("\n{body}");
            let (from, to) = body.split_once("\n=>\n").ok_or_else(|| wrong("an edit needs a line `=>`"))?;
            let from = from.strip_prefix('\n').unwrap_or(from);
            Step::Edit { path: rest.to_owned(), from: format!("{from}\n"), to: to.to_owned() }
        }
        "remove" => Step::Remove(rest.to_owned()),
        "move" => {
            let (from, to) = rest.split_once(' ').ok_or_else(|| wrong("move FROM TO"))?;
            Step::Move { from: from.to_owned(), to: to.to_owned() }
        }
        "commit" => Step::Commit,
        "set" => {
            let (name, value) = rest.split_once('=').ok_or_else(|| wrong("set NAME=VALUE"))?;
            Step::Set { name: name.to_owned(), value: value.to_owned() }
        }
        "ask" => Step::Ask(words().collect()),
        "status" | "run" => {
            let mut arguments: Vec<String> = words().collect();
            let mut folder = String::new();
            if arguments.first().is_some_and(|word| word == "in") && arguments.len() > 1 {
                folder = arguments.remove(1);
                arguments.remove(0);
            }
            let lines = body.lines().filter(|line| !line.trim().is_empty());
            let expected = lines.map(|line| expectation(line).ok_or_else(|| wrong(line))).collect::<Result<_, _>>()?;
            let check = Check { folder, expected };
            if verb == "run" { Step::Run { arguments, check } } else { Step::Status(check) }
        }
        _ => return Err(wrong("no such step")),
    };
    Ok((*line, step))
}

fn expectation(line: &str) -> Option<Expectation> {
    let (task, rest) = line.split_once(": ")?;
    let (words, outcomes) = rest.split_once(" -> ").map_or((rest, None), |(words, outcomes)| (words, Some(outcomes)));
    let (status, changed) = words.split_once(" (").unwrap_or((words, ")"));
    let changed = changed.strip_suffix(')')?.split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let (mut dynamic, mut skipped) = (false, false);
    let outcomes = match outcomes {
        Some(outcomes) => {
            let mut found = Vec::new();
            for word in outcomes.split(", ") {
                let (word, count) = word.split_once(" x").unwrap_or((word, "1"));
                let count: usize = count.parse().ok()?;
                match word {
                    "served" => found.extend(vec![Outcome::Served; count]),
                    "executed" => found.extend(vec![Outcome::Executed; count]),
                    "skipped" => skipped = true,
                    "not called" => {}
                    "dynamic" => dynamic = true,
                    _ => return None,
                }
            }
            Some(found)
        }
        None => None,
    };
    let status = (status != "any").then(|| status.to_owned());
    Some(Expectation { task: task.trim().to_owned(), status, changed, outcomes, skipped, dynamic })
}
