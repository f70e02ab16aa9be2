//! `tasklens keep`: pins a task to the baseline's version, so that its entries are served on; and takes the pin back.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use crate::edit;
use crate::environment::Outside;
use crate::render::diff;
use crate::render::text::relative;
use crate::status::explain::Selector;
use crate::status::keep::{Meant, Plan, Refusal, plan};
use crate::status::{Question, Session};

use super::VersionArgs;
use super::inputs::{files, working_directory};
use super::output::{Color, Failure, Outcome, Output};
use super::progress::Progress;

/// Keep a task's cache through an edit: pin it to the version that it had
#[derive(Debug, Args)]
#[command(
    after_help = "The edit is shown first and made after a yes. It is tried out before that: an edit that would not give
the task exactly the baseline's version, or would change another task's, is refused.

Examples:
  tasklens keep ml.train               show the edit, ask, and make it
  tasklens keep ml.train --yes         make it without asking
  tasklens keep ml.train --dry-run     only show it
  tasklens keep ml.train --undo        take the pin back"
)]
pub struct KeepArgs {
    /// The task, as ml.train, train or pipe.py:12
    #[arg(value_name = "TASK")]
    task: String,
    /// Files and folders to find it in; `-` reads a list from standard input, one a line [default: .]
    paths: Vec<PathBuf>,
    /// Take the pin back
    #[arg(long)]
    undo: bool,
    /// Make the edit without asking
    #[arg(long, short = 'y', conflicts_with = "dry_run")]
    yes: bool,
    /// Only show the edit
    #[arg(long)]
    dry_run: bool,
    /// The git revision whose version is kept [default: the merge-base with the upstream's default branch]
    #[arg(long, value_name = "REV")]
    baseline: Option<String>,
    #[command(flatten)]
    versions: VersionArgs,
}

/// Runs the command.
pub fn run(arguments: &KeepArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let progress = Progress::start();
    let walked = files(&arguments.paths, &cwd, &progress)?;
    let question = Question {
        progress: &|text| progress.say(|| text.to_owned()),
        ..arguments.versions.question(&cwd, arguments.baseline.as_deref())
    };
    let meant = if arguments.undo { Meant::Unpin } else { Meant::Pin };
    let wanted = Selector::of(&arguments.task);
    let plan = match plan(&mut Session::default(), &question, walked, &Outside::of_process(), &wanted, meant) {
        Ok(plan) => plan,
        Err(refusal @ (Refusal::Ask(_) | Refusal::Select(_) | Refusal::Several { .. })) => {
            return Err(Failure::Usage(refusal.to_string()));
        }
        Err(refusal) => {
            drop(progress);
            say(&refusal.to_string());
            return Ok(Outcome::Findings);
        }
    };
    drop(progress);

    let name = relative(&plan.file, &cwd);
    let (before, after) = plan.texts().map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    let mut output = Output::new(color);
    output.text(&diff::unified(&name, &before, &after, output.look))?;
    output.finish()?;
    plan.notes.iter().for_each(|note| say(&format!("note: {note}")));
    if arguments.dry_run {
        say(&format!("{}: would be {}", plan.task, plan.effect));
        return Ok(Outcome::Clean);
    }
    if !arguments.yes && !confirmed(&name)? {
        return Ok(Outcome::Findings);
    }
    write(&plan, &name)?;
    say(&format!("{}: {}", plan.task, plan.effect));
    Ok(Outcome::Clean)
}

/// Asks on the terminal whether to write; where nobody can answer, says how to have it done.
fn confirmed(name: &str) -> Result<bool, Failure> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        say("not written, since there is no terminal to ask on: add --yes to make the edit, --dry-run to only show it");
        return Ok(false);
    }
    let _ = write!(io::stderr(), "write {name}? [y/N] ");
    let _ = io::stderr().flush();
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::Usage(format!("the answer can't be read: {error}")))?;
    let yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    if !yes {
        say("not written");
    }
    Ok(yes)
}

fn write(plan: &Plan, name: &str) -> Result<(), Failure> {
    edit::replace(&plan.file, &plan.root, &plan.before, &plan.after)
        .map_err(|error| Failure::Usage(format!("{name}: {error}")))
}

/// What is no finding goes to standard error.
fn say(text: &str) {
    // There is nowhere left to tell that standard error is closed.
    let _ = writeln!(io::stderr(), "{text}");
}
