//! `explain` for people: one task at length, what changed first.

mod history;
mod json;
mod key;
mod others;
mod page;
mod panel;
#[cfg(test)]
mod samples;
mod sections;

use std::path::Path;

use crate::analysis::{Known, Problem, Task};
use crate::status::explain::{Answer, Explained};
use crate::status::sentence::{sentence, unknown};
use crate::status::{BaselineName, Status};

use super::paint::Ink;
use super::table::{Look, mark, problems};
use super::text::relative;
use page::Page;

pub use json::explanation as json;
pub use others::{config, config_json, runs, runs_json};
pub use panel::panel;

/// The explanations of the tasks that were asked for, each on its own.
pub fn text(answer: &Answer, cwd: &Path, look: Look) -> String {
    let mut page = Page::default();
    for (at, one) in answer.tasks.iter().enumerate() {
        if at > 0 {
            page.gap();
            page.line(&"─".repeat(look.width.unwrap_or(40).min(40)), Ink::Faint, 0);
        }
        write(&mut page, one, answer, cwd);
    }
    page.text_for(look) + &problems(&problems_of(answer), cwd, look)
}

/// The explanation of one task, what changed first.
fn write(page: &mut Page, one: &Explained, answer: &Answer, cwd: &Path) {
    let report = &answer.report;
    let since = report.since();
    headline(page, one, &report.baseline, cwd);
    sections::changed(page, one, report, cwd);
    history::section(page, one, cwd);
    sections::spec(page, one, cwd);
    sections::version(page, one, since);
    sections::surroundings(page, one, report, cwd);
    key::interface(page, one);
    key::inputs(page, one, answer, cwd);
    sections::callers(page, one, cwd);
}

/// What could not be read, of that which the tasks are made of.
pub fn problems_of(answer: &Answer) -> Vec<Problem> {
    let is_of = |problem: &&Problem| {
        let python = problem.file.extension().is_some_and(|extension| extension == "py");
        !python || answer.tasks.iter().any(|one| one.status.task.place.file == problem.file)
    };
    answer.report.problems.iter().filter(is_of).cloned().collect()
}

fn headline(page: &mut Page, one: &Explained, baseline: &Result<BaselineName, String>, cwd: &Path) {
    let since = baseline.as_ref().ok().map(|baseline| baseline.name.as_str());
    let (status, task) = (&one.status, &one.status.task);
    let place = format!("{}:{}", relative(&task.place.file, cwd), task.place.line);
    let branch = task.branch.as_ref().map_or(String::new(), |branch| format!(" ({branch})"));
    page.heading(&format!("{}{branch}", name(task)), &place);
    let (sign, ink) = mark(status);
    let said = sentence(status, since);
    page.text(&format!("{sign} {said}"), ink, 0);
    if let (Err(reason), Status::Unknown) = (baseline, status.status) {
        page.text(&format!("nothing to compare it with: {reason}"), Ink::Faint, 2);
    }
    let whole = unknown(status);
    if status.status == Status::Unknown && !said.why.contains(&whole) && status.before.is_some() {
        page.text(&whole, Ink::Plain, 2);
    }
}

/// A task's name; its function's where that isn't known.
fn name(task: &Task) -> String {
    match &task.name {
        Known::Value(name) => name.clone(),
        Known::Unknown(reason) => format!("{} (its name is not known: {reason})", task.function),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::Value;

    use super::super::paint::Paint;
    use super::super::text::width;
    use super::*;
    use crate::status::samples::cwd;

    fn page(room: Option<usize>, enabled: bool) -> String {
        text(&samples::answer(), cwd(), Look { width: room, paint: Paint { enabled }, all: false })
    }

    #[test]
    fn an_explanation_has_its_sections_at_every_width() {
        insta::assert_snapshot!("explain_80", page(Some(80), false));
        insta::assert_snapshot!("explain_120", page(Some(120), false));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for room in 76..200 {
            for line in page(Some(room), false).lines() {
                assert!(width(line) <= room, "{} of {room}: {line}", width(line));
            }
        }
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let coloured = page(Some(90), true);
        let mut bare = String::new();
        for (at, piece) in coloured.split("\u{1b}[").enumerate() {
            bare.push_str(if at == 0 { piece } else { piece.split_once('m').map_or("", |(_, text)| text) });
        }
        let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        assert_ne!(bare, coloured);
        assert_eq!(lines(&bare), lines(&page(Some(90), false)));
    }

    #[test]
    fn the_keys_for_programs_are_promised() {
        let document = json(&samples::answer(), cwd());
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let task = keys(&document["tasks"][0]);
        let own = [
            "spec",
            "policy_versions",
            "baseline_policy_versions",
            "baseline_place",
            "python_source",
            "signature",
            "outputs",
            "spec_changes",
            "diff",
            "callers",
            "history",
        ];
        assert_eq!(task[task.len() - own.len()..], own);
        assert!(!keys(&document).contains(&"gone".to_owned()));
        insta::assert_snapshot!("explain_json", serde_json::to_string_pretty(&document["tasks"][0]).unwrap());
    }
}
