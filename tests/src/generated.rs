//! Random programs, written once by `oracle/generate.py` under each Python and kept under `target/`.

use crate::corpus;
use crate::oracle::{File, scripts};
use crate::setup::{self, Interpreter, Kind, Setup};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many functions `generate.py` puts into a file.
pub const FUNCTIONS_A_FILE: usize = 20;

/// Of large numbers a minor writes only this part itself where another's programs are valid for it too.
const OWN_PART: usize = 10;

/// So many programs are written by each minor in any case.
const OWN_AT_LEAST: usize = 50;

/// The first `count` programs for the interpreter's minor; what is missing is written first.
///
/// Writing takes a hundred times longer than asking about what was written. So the two minors whose grammars differ most
/// lend to the others, for which nearly all of it is valid; what is not has to be refused.
pub fn programs(setup: &Setup, interpreter: &Interpreter, count: usize) -> Result<Vec<File>, String> {
    let lender = match interpreter.minor() {
        "3.11" => Some("3.10"),
        "3.13" | "3.14" => Some("3.12"),
        _ => None,
    };
    let lender = setup.one_for_each_minor().into_iter().find(|other| Some(other.minor()) == lender);
    let own = lender.map_or(count, |_| count.min(OWN_AT_LEAST.max(count / OWN_PART)));
    let mut files = written(setup, interpreter, own)?;
    if let Some(lender) = lender {
        files.extend(written(setup, lender, count - own)?);
    }
    Ok(files)
}

fn written(setup: &Setup, interpreter: &Interpreter, count: usize) -> Result<Vec<File>, String> {
    let folder = setup::home().join("generated").join(interpreter.minor());
    let there = (0..count).take_while(|number| path(&folder, *number).exists()).count();
    if there < count {
        let mut command = command(setup, interpreter, &folder)?;
        command.arg(there.to_string()).arg((count - there).to_string());
        let done = command.output().map_err(|error| format!("{command:?}: {error}"))?;
        if !done.status.success() {
            return Err(format!("{command:?}: {}", String::from_utf8_lossy(&done.stderr)));
        }
    }
    Ok(corpus::read(corpus::list(&folder, "").into_iter().take(count)))
}

fn path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number:05}.py"))
}

/// The generator under the interpreter of a virtual environment, else under pyodide with another's packages.
fn command(setup: &Setup, interpreter: &Interpreter, folder: &Path) -> Result<Command, String> {
    if let Some(python) = setup.generators.get(interpreter.minor()) {
        let mut command = Command::new(python);
        command.arg("-I").arg(scripts().join("generate.py")).arg(folder);
        return Ok(command);
    }
    let packages = setup.generators.values().next_back().and_then(|python| site_packages(python));
    match (interpreter.kind, &setup.node, packages) {
        (Kind::Pyodide, Some(node), Some(packages)) => {
            let mut command = Command::new(node);
            command.arg(scripts().join("pyodide-generate.mjs")).arg(&interpreter.program).arg(packages).arg(folder);
            Ok(command)
        }
        _ => Err(format!("no program generator for {}", interpreter.name())),
    }
}

/// Where a virtual environment's packages are: `lib/python3.X/site-packages`, or `Lib/site-packages` on Windows.
fn site_packages(python: &Path) -> Option<PathBuf> {
    let environment = python.parent()?.parent()?;
    let windows = environment.join("Lib/site-packages");
    let versions = std::fs::read_dir(environment.join("lib")).into_iter().flatten().flatten();
    let mut candidates = versions.map(|version| version.path().join("site-packages")).chain([windows]);
    candidates.find(|folder| folder.is_dir())
}
