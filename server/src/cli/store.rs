//! `tasklens store`: whether a team's store can be trusted with reservations.

use cache_core::key::native::Scope;
use cache_core::store::shared::{Depth, Probe, SharedOptions, SharedStore};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::output::{Color, Failure, Outcome, Output};

/// Try a bucket that is to be a team's store
#[derive(Debug, Args)]
pub struct StoreArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say whether a bucket keeps to conditional writes, which reservations rest on
    #[command(
        after_help = "Some 350 small objects are written below URL, and removed again. Credentials come from the environment, in the names that the clouds'
own tools use: AWS_ACCESS_KEY_ID, AWS_ENDPOINT, AZURE_STORAGE_ACCOUNT_NAME, GOOGLE_SERVICE_ACCOUNT, …; without any, those of the machine are
asked for. Only a URL that is given here is ever asked.

Examples:
  tasklens store probe s3://ml-cache/tasks
  AWS_ENDPOINT=http://localhost:9000 AWS_ALLOW_HTTP=true tasklens store probe s3://ml-cache
  tasklens store probe az://container/tasks"
    )]
    Probe {
        /// s3://bucket/prefix, az://container/prefix or gs://bucket/prefix
        url: String,
        /// How to print
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each question
    Text,
    /// For programs
    Json,
}

/// Runs the command.
pub fn run(arguments: &StoreArgs, color: Color) -> Result<Outcome, Failure> {
    let Command::Probe { url, format } = &arguments.command;
    let settings =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    // A scope that nobody's entries have.
    let options = SharedOptions::new(Scope::new("", "", ""), std::env::temp_dir());
    let store = SharedStore::open(url, settings, options).map_err(|error| Failure::Usage(error.to_string()))?;
    let probe = store.probe(Depth::Thorough).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut output = Output::new(color);
    match format {
        Format::Text => output.text(&text(url, &probe))?,
        Format::Json => output.json(&json(url, &probe))?,
    }
    output.finish()?;
    Ok(if probe.is_sound() { Outcome::Clean } else { Outcome::Findings })
}

fn text(url: &str, probe: &Probe) -> String {
    let lines: String = probe.checks.iter().map(|check| format!("  {check}\n")).collect();
    let verdict = if probe.is_sound() {
        "can be trusted with reservations"
    } else {
        "can keep entries, but no reservations: `serialize` is refused there"
    };
    format!("{url}\n{lines}{url} {verdict}\n")
}

fn json(url: &str, probe: &Probe) -> serde_json::Value {
    let checks: Vec<_> =
        probe.checks.iter().map(|check| json!({"what": check.what, "problem": check.problem})).collect();
    json!({"schema": 1, "url": url, "sound": probe.is_sound(), "checks": checks})
}
