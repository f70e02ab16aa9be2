//! `tasklens local-cache verify`: whether the cache can be read, all of it, and the files that it names are there.

use cache_core::store::Store;
use clap::Args;

use crate::render::local_cache::{json, programs as render, text};
use crate::status::local_cache::{self, programs::folder};

use super::super::output::{Color, Failure, Outcome, Output};
use super::{FileArgs, Format, find, programs};

/// Check the file, every entry, and the files that entries name
///
/// Reads only, one entry at a time, so that a running SDK can go on. Ends with 1 if something is wrong.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Put aside what is damaged of programs that use the engine; nothing of the SDK's is ever repaired
    #[arg(long)]
    repair: bool,
    #[command(flatten)]
    file: FileArgs,
}

/// Runs the command.
pub fn run(arguments: &VerifyArgs, color: Color) -> Result<Outcome, Failure> {
    let (found, cwd) = find(&arguments.file)?;
    let verified = local_cache::verify(&found.path).map_err(|error| Failure::Usage(error.to_string()))?;
    let folder = folder(&found);
    let programs = programs(&found)?;
    let kept = programs.map(|programs| programs.store.verify(arguments.repair)).transpose();
    let kept = kept.map_err(|error| Failure::Usage(error.to_string()))?;
    let mut output = Output::new(color);
    match arguments.file.format {
        Format::Json => {
            let mut document = json::verify(&found, verified.as_ref());
            document["programs"] = render::verified_json(&folder, kept.as_ref());
            output.json(&document)?;
        }
        Format::Table => {
            output.text(&text::verify(&found, verified.as_ref(), &cwd, output.look))?;
            if let Some(kept) = &kept {
                output.text(&render::verify(&folder, kept, &cwd, output.look))?;
            }
        }
    }
    output.finish()?;
    let is_clean = verified.is_none_or(|verified| verified.wrong.is_empty())
        && kept.is_none_or(|kept| kept.findings.iter().all(|finding| finding.repaired));
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}
