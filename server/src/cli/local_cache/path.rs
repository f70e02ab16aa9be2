//! `tasklens local-cache path`: where the SDK's local cache is, and what led there.

use clap::Args;

use crate::render::local_cache::{json, text};

use super::super::output::{Color, Failure, Outcome, Output, say};
use super::{FileArgs, Format, find, open};

/// Say where the local cache is, and what led there
///
/// The path alone goes to standard output, so that other programs can take it.
#[derive(Debug, Args)]
pub struct PathArgs {
    #[command(flatten)]
    file: FileArgs,
}

/// Runs the command.
pub fn run(arguments: &PathArgs, color: Color) -> Result<Outcome, Failure> {
    let (found, _) = find(&arguments.file)?;
    let mut output = Output::new(color);
    match arguments.file.format {
        Format::Json => output.json(&json::path(&found, found.path.exists()))?,
        Format::Table => {
            output.text(&format!("{}\n", found.path.display()))?;
            output.finish()?;
            // Wherever the file is, the answer is given; what is wrong with it is beside the question.
            let held = match open(&found) {
                Ok(Some(cache)) => cache.entries().map_or_else(|error| error.to_string(), text::entries),
                Ok(None) => text::NO_FILE.to_owned(),
                Err(failure) => failure.to_string(),
            };
            say(&format!("{} · {held}", found.led_by));
            return Ok(Outcome::Clean);
        }
    }
    output.finish()?;
    Ok(Outcome::Clean)
}
