//! `tasklens local-cache verify`: whether the cache can be read, all of it, and the files that it names are there.

use clap::Args;

use crate::render::local_cache::{json, text};
use crate::status::local_cache;

use super::super::output::{Color, Failure, Outcome, Output};
use super::{FileArgs, Format, find};

/// Check the file, every entry, and the files that entries name
///
/// Reads only, one entry at a time, so that a running SDK can go on. Ends with 1 if something is wrong.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    file: FileArgs,
}

/// Runs the command.
pub fn run(arguments: &VerifyArgs, color: Color) -> Result<Outcome, Failure> {
    let (found, cwd) = find(&arguments.file)?;
    let verified = local_cache::verify(&found.path).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut output = Output::new(color);
    match arguments.file.format {
        Format::Json => output.json(&json::verify(&found, verified.as_ref()))?,
        Format::Table => output.text(&text::verify(&found, verified.as_ref(), &cwd, output.look))?,
    }
    output.finish()?;
    let is_clean = verified.is_none_or(|verified| verified.wrong.is_empty());
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}
