//! `tasklens local-cache list`: which tasks and inputs the entries are of.

use clap::Args;

use crate::render::local_cache::{json, programs as render, text};
use crate::status::local_cache::programs::folder;
use crate::status::local_cache::{Inventory, inventory};

use super::super::output::{Color, Failure, Outcome, Output};
use super::{FileArgs, Format, ProjectArgs, find, known, open, programs};

/// List the entries whose task is known, and count the others
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    file: FileArgs,
}

/// Runs the command.
pub fn run(arguments: &ListArgs, color: Color) -> Result<Outcome, Failure> {
    let (found, cwd) = find(&arguments.file)?;
    let listed = match open(&found)? {
        Some(cache) => {
            let names = known(&arguments.project, &found, &cwd)?;
            Some(inventory(&cache, &names).map_err(|error| Failure::Usage(error.to_string()))?)
        }
        None => None,
    };
    let (programs, folder) = (programs(&found)?, folder(&found));
    let mut output = Output::new(color);
    match arguments.file.format {
        Format::Json => {
            let listed = listed.as_ref();
            let mut document = json::list(&found, listed.is_some(), listed.unwrap_or(&Inventory::default()));
            document["programs"] = render::json(&folder, programs.as_ref());
            output.json(&document)?;
        }
        Format::Table => {
            output.text(&text::list(&found, listed.as_ref(), &cwd, output.look))?;
            if let Some(programs) = &programs {
                output.text(&render::list(&folder, programs, &cwd, output.look))?;
            }
        }
    }
    output.finish()?;
    Ok(Outcome::Clean)
}
