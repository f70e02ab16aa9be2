//! `tasklens diff`: what a change invalidates.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::LazyLock;

use cache_core::policy::SuppliedPolicy;
use cache_core::python::PythonVersion;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::baseline::{BaselineError, Lock};
use crate::environment::Outside;
use crate::render::difference::{github, json, markdown, text};
use crate::status::Question;
use crate::status::diff::{Changed, Class, Diff, DiffError, StateKind, Wanted, diff};

use super::inputs::{outcome, working_directory};
use super::output::{Color, Failure, Outcome, Output, say};
use super::progress::Progress;

/// Say which cached tasks a change invalidates, and why; nothing where it invalidates none
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens diff                         the working tree, compared with the upstream's main
  tasklens diff v1.2                    compared with a tag
  tasklens diff origin/main...HEAD      what a branch changes since it left main, as a pull request shows it
  tasklens diff --staged                what the next commit changes
  tasklens diff main -- pipelines       tasks below a folder only
  tasklens diff --python 3.12..3.13     what an upgrade of Python invalidates, with the code as it is
  tasklens diff --fail-on stale,unknown
  tasklens diff --format markdown       a comment for a pull request")]
pub struct DiffArgs {
    /// A revision, two, or a range as A..B or A...B [default: the merge-base with the upstream's default branch]
    #[arg(value_name = "BASE")]
    revisions: Vec<String>,
    /// Files and folders of which tasks are told [default: all of the repository]
    #[arg(last = true, value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Compare what is staged for the next commit, with HEAD or BASE
    #[arg(long, visible_alias = "cached")]
    staged: bool,
    /// Exit with 1 if a task is of one of these classes
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    /// How to print
    #[arg(long, default_value = "text")]
    format: Format,
    /// The Python that submits runs, as 3.12 or 3.12.7; as 3.12..3.13, what going from one to the other invalidates
    #[arg(long, value_name = "VERSION")]
    python: Option<Pythons>,
    /// What the `get_version` of a policy that is written in Python returns; may be given several times
    #[arg(long = "policy-version", value_name = "POLICY=VERSION")]
    policy_versions: Vec<SuppliedPolicy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One document, for programs
    Json,
    /// A comment for a pull request
    Markdown,
    /// Annotations of a GitHub workflow
    Github,
}

/// What a gate refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailOn {
    One(Class),
    Recompute,
    Any,
}

impl FailOn {
    fn refuses(self, changed: &Changed) -> bool {
        match self {
            Self::Any => true,
            Self::Recompute => changed.recomputes(),
            Self::One(one) => one == changed.class,
        }
    }
}

/// Classes by their words, and two words for several of them.
impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: LazyLock<Vec<FailOn>> =
            LazyLock::new(|| Class::ALL.map(FailOn::One).into_iter().chain([FailOn::Recompute, FailOn::Any]).collect());
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, help) = match self {
            Self::One(class) => (class.word(), class.about()),
            Self::Recompute => ("recompute", "Whatever loses entries: invalidated, other-key, renamed"),
            Self::Any => ("any", "Any change"),
        };
        Some(PossibleValue::new(word).help(help))
    }
}

/// One Python, or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pythons {
    One(PythonVersion),
    Upgrade(PythonVersion, PythonVersion),
}

impl FromStr for Pythons {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let version = |text: &str| text.parse::<PythonVersion>().map_err(|error| error.to_string());
        match text.split_once("..") {
            Some((one, other)) => Ok(Self::Upgrade(version(one)?, version(other)?)),
            None => version(text).map(Self::One),
        }
    }
}

/// Runs the command.
pub fn run(arguments: &DiffArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let usage = |message: String| Failure::Usage(message);
    let mut wanted = Wanted::of(&arguments.revisions, arguments.staged).map_err(|error| usage(error.to_string()))?;
    let mut python = None;
    match arguments.python {
        Some(Pythons::Upgrade(one, other)) if wanted == Wanted::Usual => wanted = Wanted::Pythons(one, other),
        Some(Pythons::Upgrade(..)) => {
            return Err(usage(
                "--python A..B is about the code as it is: leave the revision and --staged out".to_owned(),
            ));
        }
        Some(Pythons::One(one)) => python = Some(one),
        None => {}
    }
    let progress = Progress::start();
    let question = Question {
        python,
        supplied: &arguments.policy_versions,
        entries: true,
        progress: &|text| progress.say(|| text.to_owned()),
        ..Question::at(&cwd)
    };
    let found = diff(&question, &wanted, &arguments.paths, &Outside::of_process());
    let found = found.map_err(|error| usage(format!("{error}{}", advice(&error, &cwd))))?;
    drop(progress);
    let mut output = Output::new(color);
    match arguments.format {
        Format::Text => {
            // The findings are silent where nothing changed; this is none of them.
            found.notes.iter().for_each(|note| say(note));
            output.text(&text(&found, &cwd, output.look))?;
        }
        Format::Json => output.json(&json(&found, &cwd))?,
        Format::Markdown => output.text(&markdown(&found, &cwd))?,
        Format::Github => output.text(&github(&found, &cwd))?,
    }
    output.finish()?;
    Ok(outcome_of(&found, &arguments.fail_on))
}

/// What git's users leave out who name a path as git takes it.
fn advice(error: &DiffError, cwd: &Path) -> String {
    match error {
        DiffError::Baseline(BaselineError::UnknownRevision { revision, .. }) if Lock::is_named_by(revision) => {
            format!("; a lock file is compared with the working tree only: `tasklens diff {revision}`")
        }
        DiffError::Baseline(BaselineError::UnknownRevision { revision, .. })
            if !revision.is_empty() && cwd.join(revision).exists() =>
        {
            format!("; it is a path here, and paths stand behind `--`: `tasklens diff -- {revision}`")
        }
        _ => String::new(),
    }
}

fn outcome_of(found: &Diff, fail_on: &[FailOn]) -> Outcome {
    let is_refused = found.tasks.iter().any(|one| fail_on.iter().any(|refused| refused.refuses(one)));
    let read = found.files_analysed.saturating_sub(found.unread);
    match outcome(read, found.problems.len()) {
        Outcome::Clean if is_refused => Outcome::Findings,
        // A lock file is compared with whatever there is.
        Outcome::Nothing if found.base.kind == StateKind::Lock => Outcome::Findings,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_can_be_refused() {
        for class in Class::ALL {
            let refusing = FailOn::value_variants().iter().filter(|one| **one == FailOn::One(class));
            assert_eq!(refusing.count(), 1, "{class:?}");
        }
    }
}
