//! The command line: one command a file.
//!
//! Findings go to standard output, everything else to standard error. Exit codes: 0 clean, 1 findings or files that could
//! not be read, 2 usage, internal error or nothing readable.

mod check;
mod completions;
mod diff;
mod explain;
mod functions;
mod given;
mod graph;
mod hash;
mod inputs;
mod keep;
mod local_cache;
mod lock;
mod man;
mod output;
mod progress;
mod rule;
mod runs;
mod server;
mod status;
#[cfg(feature = "team-store")]
mod store;

use std::path::Path;
use std::process::ExitCode;

use cache_core::policy::SuppliedPolicy;
use cache_core::python::PythonVersion;
use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::status::{Against, Question};

use output::{Color, exit_code};

/// Know what Flyte's task cache will do before you run.
///
/// Tasklens reads Flyte 2 task code as it stands, computes for every task the exact cache version that Flyte will compute,
/// and says what the next run will do. It runs no Python.
#[derive(Debug, Parser)]
#[command(name = "tasklens", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    /// When to write colours; NO_COLOR is honoured
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Status(status::StatusArgs),
    Check(check::CheckArgs),
    Diff(diff::DiffArgs),
    Explain(explain::ExplainArgs),
    Graph(graph::GraphArgs),
    Hash(hash::HashArgs),
    Keep(keep::KeepArgs),
    LocalCache(local_cache::LocalCacheArgs),
    Lock(lock::LockArgs),
    Runs(runs::RunsArgs),
    Rule(rule::RuleArgs),
    Server(server::ServerArgs),
    #[cfg(feature = "team-store")]
    Store(store::StoreArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

const EXIT_CODES: &str = "Exit codes: 0 clean, 1 findings or files that could not be read, \
                          2 usage, internal error or nothing readable.";

/// What decides versions, beside the code.
#[derive(Debug, Args)]
struct VersionArgs {
    /// The Python that submits runs, as 3.12 or 3.12.7; without it, what the project says
    #[arg(long, value_name = "VERSION")]
    python: Option<PythonVersion>,
    /// What the `get_version` of a policy that is written in Python returns; may be given several times
    #[arg(long = "policy-version", value_name = "POLICY=VERSION")]
    policy_versions: Vec<SuppliedPolicy>,
}

impl VersionArgs {
    /// The question that these options ask, compared with the revision that the user named, if any.
    fn question<'a>(&'a self, cwd: &'a Path, baseline: Option<&'a str>) -> Question<'a> {
        Question {
            python: self.python,
            supplied: &self.policy_versions,
            against: baseline.map_or(Against::Usual, Against::Revision),
            ..Question::at(cwd)
        }
    }
}

/// Parses the process's arguments and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    exit_code(match cli.command {
        Command::Status(arguments) => status::run(&arguments, cli.color),
        Command::Check(arguments) => check::run(&arguments, cli.color),
        Command::Diff(arguments) => diff::run(&arguments, cli.color),
        Command::Explain(arguments) => explain::run(&arguments, cli.color),
        Command::Graph(arguments) => graph::run(&arguments, cli.color),
        Command::Hash(arguments) => hash::run(&arguments, cli.color),
        Command::Keep(arguments) => keep::run(&arguments, cli.color),
        Command::LocalCache(arguments) => local_cache::run(&arguments, cli.color),
        Command::Lock(arguments) => lock::run(&arguments, cli.color),
        Command::Runs(arguments) => runs::run(&arguments, cli.color),
        Command::Rule(arguments) => rule::run(&arguments, cli.color),
        Command::Server(arguments) => server::run(&arguments, cli.color),
        #[cfg(feature = "team-store")]
        Command::Store(arguments) => store::run(&arguments, cli.color),
        Command::Completions(arguments) => completions::run(&arguments, Cli::command(), cli.color),
        Command::Man(arguments) => man::run(&arguments, Cli::command(), cli.color),
    })
}

#[cfg(test)]
mod documentation;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
