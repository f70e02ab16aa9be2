//! `explain` for people: one task at length, what changed first.

mod history;
mod json;
mod page;
mod sections;

use std::path::Path;

use crate::analysis::{Known, Problem, Task};
use crate::status::explain::Explained;
use crate::status::sentence::{sentence, unknown};
use crate::status::{Report, Status};

use super::table::{Look, mark, problems};
use super::text::relative;
use page::Page;

pub use json::explanation as json;

/// The explanations of the tasks that were asked for, each on its own.
pub fn text(report: &Report, explained: &[Explained], cwd: &Path, look: Look) -> String {
    let mut page = Page::new(look);
    let since = report.baseline.as_ref().ok().map(|baseline| baseline.name.as_str());
    for (at, one) in explained.iter().enumerate() {
        if at > 0 {
            page.gap();
            page.line(&"─".repeat(look.width.unwrap_or(40).min(40)), super::paint::Ink::Faint, 0);
        }
        headline(&mut page, one, since, cwd);
        sections::changed(&mut page, one, report, cwd);
        history::section(&mut page, one, cwd);
        sections::spec(&mut page, one, cwd);
        sections::version(&mut page, one, since);
        sections::surroundings(&mut page, one, report, cwd);
        sections::interface(&mut page, one);
        sections::inputs(&mut page, one, report, cwd);
        sections::callers(&mut page, one, cwd);
    }
    let told: Vec<Problem> = problems_of(report, explained);
    page.finish() + &problems(&told, cwd, look)
}

/// What could not be read, of that which the tasks are made of.
pub fn problems_of(report: &Report, explained: &[Explained]) -> Vec<Problem> {
    let is_of = |problem: &&Problem| {
        let python = problem.file.extension().is_some_and(|extension| extension == "py");
        !python || explained.iter().any(|one| one.status.task.place.file == problem.file)
    };
    report.problems.iter().filter(is_of).cloned().collect()
}

fn headline(page: &mut Page, one: &Explained, since: Option<&str>, cwd: &Path) {
    let (status, task) = (&one.status, &one.status.task);
    let place = format!("{}:{}", relative(&task.place.file, cwd), task.place.line);
    let branch = task.branch.as_ref().map_or(String::new(), |branch| format!(" ({branch})"));
    page.heading(&format!("{}{branch}", name(task)), &place);
    let (sign, ink) = mark(status);
    page.text(&format!("{sign} {}", sentence(status, since)), ink, 0);
    let whole = unknown(status);
    if status.status == Status::Unknown && !sentence(status, since).why.contains(&whole) {
        page.text(&whole, super::paint::Ink::Plain, 2);
    }
}

/// A task's name; its function's where that isn't known.
fn name(task: &Task) -> String {
    match &task.name {
        Known::Value(name) => name.clone(),
        Known::Unknown(reason) => format!("{} (its name is not known: {reason})", task.function),
    }
}
