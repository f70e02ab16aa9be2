//! `tasklens hash --functions`: every function of every file, a file at a time, so that the memory does not grow with them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::environment::{Disk, Outside};
use crate::render::{json, table};
use crate::status::functions::{FileFunctions, functions};
use crate::status::scenes::interpreter;
use crate::status::surroundings::Surroundings;
use crate::status::walk::Walked;
use crate::status::{Interpreter, parallel};

use super::hash::{Format, HashArgs};
use super::inputs::outcome;
use super::output::{Failure, Outcome, Output};
use super::progress::Progress;

/// Runs the command for the files that were walked.
pub(super) fn run(
    arguments: &HashArgs,
    cwd: &Path,
    walked: &Walked,
    progress: &Progress,
    output: &mut Output,
) -> Result<Outcome, Failure> {
    let outside = Outside::of_process();
    let surroundings = Surroundings::new(&Disk, &outside, cwd, arguments.versions.python);
    // Each file's text is made by the thread that read it; here it is only written.
    let work = |file: &PathBuf| {
        let python = |text: &str| match arguments.versions.python {
            Some(python) => Interpreter::known(python),
            None => interpreter(&surroundings.scene(file, text).submitting),
        };
        let found = functions(file, &arguments.salt, python);
        (written(&found, arguments.format, cwd), found.problem, found.read)
    };
    let mut problems = walked.problems.clone();
    let (mut read, mut done, mut result) = (0_usize, 0_usize, Ok(()));
    if arguments.format == Format::Json {
        output.text(&format!("{{\"schema\": {}, \"files\": [\n", json::SCHEMA))?;
    }
    for problem in &walked.problems {
        let text = written(&FileFunctions::unreadable(problem.clone()), arguments.format, cwd)?;
        output.text(&separated(text, arguments.format, &mut done))?;
    }
    parallel::ordered(&walked.files, work, |(text, problem, was_read)| {
        problems.extend(problem);
        read += usize::from(was_read);
        result = text.and_then(|text| output.text(&separated(text, arguments.format, &mut done)));
        progress.say(|| format!("{done} of {} files read …", walked.files.len()));
        if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    result?;
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    match arguments.format {
        Format::Json => output.text("\n]}\n")?,
        Format::Ndjson => {}
        Format::Table => output.text(&table::problems(&problems, cwd, output.look))?,
    }
    Ok(outcome(read, problems.len()))
}

/// A file's functions in a format.
fn written(found: &FileFunctions, format: Format, cwd: &Path) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table::functions(found, cwd)),
        Format::Json | Format::Ndjson => Ok(serde_json::to_string(&json::functions(found, cwd))?),
    }
}

/// The text with what parts it from the one before it, or ends it.
fn separated(text: String, format: Format, done: &mut usize) -> String {
    *done += 1;
    match format {
        Format::Table => text,
        Format::Ndjson => text + "\n",
        Format::Json if *done == 1 => text,
        Format::Json => format!(",\n{text}"),
    }
}
