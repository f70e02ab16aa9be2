//! `tasklens server`: the language server.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::lsp;
use crate::render::json::SCHEMA;

use super::output::{Color, Failure, Outcome, Output};

/// Serve an editor: the language server protocol on standard input and output
#[derive(Debug, Args)]
#[command(after_help = "Started by editors. Examples:
  tasklens server                  serve until the editor is done
  tasklens server --probe          say who this is, and exit")]
pub struct ServerArgs {
    /// Say who this is as one JSON object, and exit
    #[arg(long)]
    probe: bool,
    /// Write the log to the end of this file instead of standard error
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// What the server does anyway; editors like to say it
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Runs the command.
pub fn run(arguments: &ServerArgs, color: Color) -> Result<Outcome, Failure> {
    if arguments.probe {
        let mut output = Output::new(color);
        output.json(&json!({"name": "tasklens", "version": env!("CARGO_PKG_VERSION"), "schema": SCHEMA}))?;
        output.finish()?;
        return Ok(Outcome::Clean);
    }
    let served = lsp::serve(arguments.log.as_deref());
    let proper = served.map_err(|error| match &arguments.log {
        Some(log) => Failure::Usage(format!("{}: {error}: name a file that can be written", log.display())),
        None => Failure::Usage(format!("the server can't start: {error}")),
    })?;
    Ok(if proper { Outcome::Clean } else { Outcome::Findings })
}
