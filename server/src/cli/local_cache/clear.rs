//! `tasklens local-cache clear`: removes entries, after a question.

use std::io::{self, BufRead, IsTerminal, Write};

use cache_core::store::flyte::{CacheError, Clear, FlyteCache, clear};
use cache_core::store::{Listed, Store};
use clap::Args;

use crate::render::local_cache::{programs as render, text};
use crate::status::given::nearest;
use crate::status::local_cache::programs::{Programs, folder};
use crate::status::local_cache::{Inventory, Whereabouts, inventory, names, tasks};

use super::super::output::{Color, Failure, Outcome, Output, say};
use super::{FileArgs, ProjectArgs, find, programs, report};

/// Remove entries: all of them, or those that are known to be of a task
///
/// Removes rows of the table of entries and nothing else: recorded runs, built images, uploaded bundles and the files that
/// outputs lie in stay. A running SDK may go on. Entries of programs that use the engine go as well, by the same choice.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens local-cache clear --dry-run          what would go
  tasklens local-cache clear --task ml.train    the entries that are known to be of a task
  tasklens local-cache clear --key V4WJxq0      one entry
  tasklens local-cache clear --yes              all, of all projects, without a question")]
pub struct ClearArgs {
    /// Only entries of this task, as far as its keys are known; may be given several times
    #[arg(long = "task", value_name = "NAME")]
    tasks: Vec<String>,
    /// Only the entry whose key begins so; may be given several times
    #[arg(long = "key", value_name = "KEY", conflicts_with = "tasks")]
    keys: Vec<String>,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    file: FileArgs,
}

/// What is to go.
struct Plan {
    /// `None` for everything.
    keys: Option<Vec<String>>,
    /// What the cache holds, where that can be read.
    listed: Option<Inventory>,
}

/// Runs the command.
pub fn run(arguments: &ClearArgs, color: Color) -> Result<Outcome, Failure> {
    let (found, cwd) = find(&arguments.file)?;
    let programs = programs(&found)?;
    let ours = programs.as_ref().map(|programs| of_programs(arguments, programs)).transpose()?.unwrap_or_default();
    let names_some = !arguments.tasks.is_empty() || !arguments.keys.is_empty();
    let plan = match plan(arguments, &found, &cwd) {
        // What was named is no task of the project's, or no key of the SDK's, but one of a program's.
        Err(_) if names_some && !ours.is_empty() => None,
        other => other?,
    };
    let mut output = Output::new(color);
    let doomed = plan.as_ref().map(|plan| text::Doomed {
        path: &found.path,
        tasks: &arguments.tasks,
        keys: plan.keys.as_deref(),
        listed: plan.listed.as_ref(),
    });
    // What of the SDK's there is to remove, as far as that can be read.
    let theirs = doomed.as_ref().filter(|doomed| match doomed.keys {
        Some(keys) => !keys.is_empty(),
        None => doomed.listed.is_none_or(|listed| listed.entries() > 0),
    });
    if arguments.dry_run || (theirs.is_none() && ours.is_empty()) {
        match &doomed {
            Some(doomed) => output.text(&text::would_remove(doomed, output.look))?,
            None if ours.is_empty() => {
                output.text(&format!("{}: {}; nothing to remove\n", found.path.display(), text::NO_FILE))?;
            }
            None => {}
        }
        if !ours.is_empty() {
            output.text(&render::would_remove(&folder(&found), &ours, output.look))?;
        }
        output.finish()?;
        return Ok(Outcome::Clean);
    }
    if !arguments.yes {
        let questions: Vec<String> = theirs
            .map(text::question)
            .into_iter()
            .chain((!ours.is_empty()).then(|| render::question(&folder(&found), &ours)))
            .collect();
        if !agreed(&questions.join(" "))? {
            say("nothing was removed");
            return Ok(Outcome::Clean);
        }
    }
    if let (Some(doomed), Some(plan)) = (theirs, &plan) {
        let what = plan.keys.as_deref().map_or(Clear::All, Clear::Keys);
        let removed = clear(&found.path, what).map_err(|error| Failure::Usage(error.to_string()))?;
        output.text(&text::removed(doomed, removed.unwrap_or_default()))?;
    }
    if let Some(programs) = programs.as_ref().filter(|_| !ours.is_empty()) {
        for listed in &ours {
            programs.store.delete(&listed.manifest.key).map_err(|error| Failure::Usage(error.to_string()))?;
        }
        output.text(&render::removed(&folder(&found), &ours))?;
    }
    output.finish()?;
    Ok(Outcome::Clean)
}

/// The entries of programs that the user asked for.
fn of_programs<'a>(arguments: &ClearArgs, programs: &'a Programs) -> Result<Vec<&'a Listed>, Failure> {
    if arguments.keys.is_empty() {
        let all = arguments.tasks.is_empty();
        return Ok(if all { programs.entries.iter().collect() } else { programs.of_tasks(&arguments.tasks) });
    }
    let mut found = Vec::new();
    for prefix in &arguments.keys {
        match programs.with_prefix(prefix).as_slice() {
            [] => {}
            [listed] => found.push(*listed),
            several => return Err(ambiguous(prefix, several.len())),
        }
    }
    Ok(found)
}

fn ambiguous(prefix: &str, several: usize) -> Failure {
    Failure::Usage(format!("the keys of {several} entries begin with {prefix}: write more of it"))
}

/// What the user asked for; `None` if there is no file.
fn plan(arguments: &ClearArgs, found: &Whereabouts, cwd: &std::path::Path) -> Result<Option<Plan>, Failure> {
    let cache = match FlyteCache::open(&found.path) {
        Ok(None) => return Ok(None),
        Ok(Some(cache)) => Some(cache),
        // Only a writer can roll back what a dead one left; then it is read again.
        Err(CacheError::HotJournal { .. }) => None,
        Err(error) => return Err(Failure::Usage(error.to_string())),
    };
    let report = match arguments.tasks.as_slice() {
        [] => None,
        _ => Some(report(&arguments.project, &[], found, cwd)?),
    };
    let known = report.as_ref().map(names).unwrap_or_default();
    let listed = cache.map(|cache| inventory(&cache, &known)).transpose();
    let listed = listed.map_err(|error| Failure::Usage(error.to_string()))?;
    if let Some(report) = report {
        if let Some(name) = arguments.tasks.iter().find(|name| tasks(&report).all(|task| task != *name)) {
            let meant = nearest(name, tasks(&report)).map_or(String::new(), |task| format!(": did you mean {task}?"));
            return Err(Failure::Usage(format!("there is no task {name}{meant}")));
        }
        let is_of = |task: &str| arguments.tasks.iter().any(|name| name == task);
        let keys = match &listed {
            Some(listed) => {
                listed.named.iter().filter(|entry| is_of(&entry.name.task)).map(|entry| entry.key.clone()).collect()
            }
            None => known.into_iter().filter(|(_, name)| is_of(&name.task)).map(|(key, _)| key).collect(),
        };
        return Ok(Some(Plan { keys: Some(keys), listed }));
    }
    let keys = match (arguments.keys.as_slice(), &listed) {
        ([], _) => None,
        (prefixes, Some(listed)) => {
            Some(prefixes.iter().map(|prefix| whole(prefix, listed)).collect::<Result<_, _>>()?)
        }
        (prefixes, None) => Some(prefixes.to_vec()),
    };
    Ok(Some(Plan { keys, listed }))
}

/// The one key that begins so.
fn whole(prefix: &str, listed: &Inventory) -> Result<String, Failure> {
    let found: Vec<&str> = listed.keys_with_prefix(prefix).collect();
    match found.as_slice() {
        [key] => Ok((*key).to_owned()),
        [] => {
            Err(Failure::Usage(format!("no entry's key begins with {prefix}: `tasklens local-cache list` shows keys")))
        }
        several => Err(ambiguous(prefix, several.len())),
    }
}

/// Asks the user, who must sit at a terminal.
fn agreed(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let hint = "say --yes, or --dry-run to see what would go";
        return Err(Failure::Usage(format!("nothing was removed, since there is no terminal to ask at: {hint}")));
    }
    let mut answer = String::new();
    let asked = write!(io::stderr(), "{question} [y/N] ").and_then(|()| io::stdin().lock().read_line(&mut answer));
    asked.map_err(|error| Failure::Usage(format!("the answer can't be read: {error}")))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
