//! `tasklens local-cache`: what the local cache of the SDK holds, and whether it is whole.
//!
//! One subcommand a file. All but `clear` only read.

mod clear;
mod gc;
mod list;
mod path;
mod show;
mod verify;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cache_core::store::flyte::FlyteCache;
use clap::{Args, Subcommand, ValueEnum};

use crate::environment::Outside;
use crate::render::text::{relative, tame};
use crate::status::given::GivenText;
use crate::status::local_cache::programs::{self, Programs};
use crate::status::local_cache::{Name, Whereabouts, names, whereabouts};
use crate::status::sentence::SWITCH_IS_IGNORED;
use crate::status::{Question, Report, ask};

use super::VersionArgs;
use super::inputs::{files, working_directory};
use super::output::{Color, Failure, Outcome, say};
use super::progress::Progress;

/// Look into the local cache of Flyte's SDK, and clear it
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens local-cache path                     where it is, and why there
  tasklens local-cache list                     its entries, by the tasks below the working directory
  tasklens local-cache show ml.train            the outputs that are stored of a task
  tasklens local-cache clear --task ml.train    removes them
  tasklens local-cache gc --unused-for 30d      removes old entries of programs that use the engine
  tasklens local-cache verify                   whether all of it can be read, and the files that it names are there

Entries of programs that use the engine lie beside the SDK's file, and are listed, shown, cleared and verified with it.
Of the SDK's file all but `clear` only read. An entry tells nothing of its task: it is named where the project's tasks and known inputs make its key.")]
pub struct LocalCacheArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Path(path::PathArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Clear(clear::ClearArgs),
    Gc(gc::GcArgs),
    Verify(verify::VerifyArgs),
}

/// Which file, and how to print.
#[derive(Debug, Args)]
struct FileArgs {
    /// The file, if not the one that runs use which are started here
    #[arg(long, value_name = "FILE")]
    path: Option<PathBuf>,
    /// How to print
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One document, for programs
    Json,
}

/// What makes keys.
#[derive(Debug, Args)]
struct ProjectArgs {
    /// Where the tasks are: files and folders; `-` reads a list from standard input, one a line [default: .]
    paths: Vec<PathBuf>,
    /// The git revision of which entries are known too [default: the merge-base with the upstream's default branch]
    #[arg(long, value_name = "REV")]
    baseline: Option<String>,
    #[command(flatten)]
    versions: VersionArgs,
}

/// Runs the command.
pub fn run(arguments: &LocalCacheArgs, color: Color) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::Path(arguments) => path::run(arguments, color),
        Command::List(arguments) => list::run(arguments, color),
        Command::Show(arguments) => show::run(arguments, color),
        Command::Clear(arguments) => clear::run(arguments, color),
        Command::Gc(arguments) => gc::run(arguments, color),
        Command::Verify(arguments) => verify::run(arguments, color),
    }
}

/// The file that a command is about, and the working directory; tells what the SDK ignores.
fn find(arguments: &FileArgs) -> Result<(Whereabouts, PathBuf), Failure> {
    let cwd = working_directory()?;
    let found = whereabouts(arguments.path.as_deref(), &cwd, &Outside::of_process());
    let found = found.map_err(|error| Failure::Usage(error.to_string()))?;
    if found.switched_off {
        say(SWITCH_IS_IGNORED);
    }
    Ok((found, cwd))
}

/// The cache, opened for reading; `None` if there is none.
fn open(found: &Whereabouts) -> Result<Option<FlyteCache>, Failure> {
    FlyteCache::open(&found.path).map_err(|error| Failure::Usage(error.to_string()))
}

/// What programs that use the engine keep beside the cache; `None` if that is nothing.
fn programs(found: &Whereabouts) -> Result<Option<Programs>, Failure> {
    programs::programs(found).map_err(|error| Failure::Usage(error.to_string()))
}

/// What is known of the tasks of PATHS.
fn report(arguments: &ProjectArgs, given: &[GivenText], found: &Whereabouts, cwd: &Path) -> Result<Report, Failure> {
    let progress = Progress::start();
    let walked = files(&arguments.paths, cwd, &progress)?;
    let question = Question {
        given,
        entries: true,
        local_cache: Some(&found.path),
        progress: &|text| progress.say(|| text.to_owned()),
        ..arguments.versions.question(cwd, arguments.baseline.as_deref())
    };
    let report = ask(&question, walked, &Outside::of_process()).map_err(|error| Failure::Usage(error.to_string()))?;
    drop(progress);
    // Tasks of files that can't be read are not known, and neither are their entries.
    for problem in &report.problems {
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        say(&tame(&format!("{}{line}: {}", relative(&problem.file, cwd), problem.message)));
    }
    Ok(report)
}

/// The keys that the tasks of PATHS make.
fn known(arguments: &ProjectArgs, found: &Whereabouts, cwd: &Path) -> Result<BTreeMap<String, Name>, Failure> {
    Ok(names(&report(arguments, &[], found, cwd)?))
}
