//! A comparison for people: the face of the table of `status`, of changed tasks only; nothing where nothing changed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::analysis::{Known, Place};
use crate::render::columns::{self, Column, Line, Row};
use crate::render::paint::Ink;
use crate::render::table::{Look, problems};
use crate::render::text::{relative, tame, wrap};
use crate::status::diff::{Changed, Class, Diff, sentence};
use crate::status::sentence::duration;

use super::{beside, branch, counts, said, states, versions};

/// The table of what changed, with the images and what could not be read below; empty where there is nothing of it.
pub fn text(diff: &Diff, cwd: &Path, look: Look) -> String {
    table(diff, cwd, look) + &problems(&diff.problems, cwd, look)
}

/// The table of what changed, with the images below; empty where nothing did.
pub fn table(diff: &Diff, cwd: &Path, look: Look) -> String {
    let mut out = String::new();
    if !diff.tasks.is_empty() {
        let has_cost = diff.tasks.iter().any(|one| one.cost().is_some());
        let all = [("TASK", 0, true), ("CHANGE", 0, true), ("VERSION", 2, true), ("COST", 1, has_cost)];
        let is_shown = all.map(|(_, _, shown)| shown);
        let columns = all.into_iter().filter(|(_, _, shown)| *shown);
        let columns: Vec<Column> = columns
            .map(|(heading, dispensable, _)| Column {
                heading: heading.to_owned(),
                dispensable,
                coloured: heading == "CHANGE",
            })
            .collect();
        let lines = grouped(diff, cwd, |one| {
            let row = row(one, diff, cwd);
            let cells = row.cells.into_iter().zip(is_shown).filter_map(|(cell, shown)| shown.then_some(cell)).collect();
            Row { cells, ..row }
        });
        out.push_str(&columns::write(&columns, "WHY", &lines, look.width, look.paint));
    }
    let mut facts = Vec::new();
    for image in &diff.images {
        let tasks = if image.tasks.is_empty() { "no cached task".to_owned() } else { image.tasks.join(", ") };
        facts.push(format!("image of {}: Python {} → {}, hits {tasks}", image.environment, image.was, image.now));
    }
    if !diff.tasks.is_empty() {
        let cost = diff.cost().map_or(String::new(), |cost| format!(" · costs about {}", duration(cost)));
        let counts = counts(diff);
        facts.push(format!("{}: {counts}{cost}{}", states(diff), beside(diff)));
    }
    if !facts.is_empty() && !out.is_empty() {
        out.push('\n');
    }
    for fact in facts {
        for line in wrap(&tame(&fact), look.width.unwrap_or(usize::MAX)) {
            out.push_str(&format!("{}\n", look.paint.ink(Ink::Faint, &line)));
        }
    }
    out
}

/// Rows under their environment and file, the worst first.
fn grouped(diff: &Diff, cwd: &Path, row: impl Fn(&Changed) -> Row) -> Vec<Line> {
    let mut groups: BTreeMap<(Class, String, String), Vec<&Changed>> = BTreeMap::new();
    let heading = |one: &Changed| (environment(one), file(one, cwd));
    for one in &diff.tasks {
        let (environment, file) = heading(one);
        let worst = diff.tasks.iter().filter(|other| heading(other) == (environment.clone(), file.clone()));
        let worst = worst.map(|other| other.class).min().unwrap_or(one.class);
        groups.entry((worst, environment, file)).or_default().push(one);
    }
    let mut lines = Vec::new();
    for ((_, environment, file), tasks) in groups {
        lines.push(Line::Group(environment, file));
        lines.extend(tasks.into_iter().map(|one| Line::Row(row(one))));
    }
    lines
}

fn environment(one: &Changed) -> String {
    match one.environment() {
        Known::Value(name) if name.is_empty() => "no environment".to_owned(),
        Known::Value(name) => tame(&name),
        Known::Unknown(reason) => format!("environment unknown ({})", tame(&reason)),
    }
}

fn file(one: &Changed, cwd: &Path) -> String {
    one.place().map_or(String::new(), |place| tame(&relative(&place.file, cwd)))
}

fn row(one: &Changed, diff: &Diff, cwd: &Path) -> Row {
    let (mark, ink) = mark(one.class);
    let sentence = sentence(one, &diff.base);
    let cost = one.cost().map(duration).unwrap_or_default();
    let cells = vec![
        tame(&format!("{}{}", one.function(), branch(one))),
        said(one.class).to_owned(),
        tame(&versions(one)),
        cost,
    ];
    let moved = |now: &Place| {
        let was = one.was.as_ref()?.place.as_ref().filter(|was| was.file != now.file)?;
        Some(format!("moved from {}:{}", relative(&was.file, cwd), was.line))
    };
    let below = one.now.as_ref().and_then(|now| moved(&now.task.place)).map(|text| tame(&text));
    Row { mark, ink, cells, note: vec![tame(&sentence.why)], below: below.into_iter().collect() }
}

/// The sign of a class, and its colour: those of `status`.
fn mark(class: Class) -> (&'static str, Ink) {
    match class {
        Class::Stale => ("!", Ink::Danger),
        Class::Invalidated | Class::OtherKey | Class::Renamed => ("↻", Ink::Warning),
        Class::Unknown => ("?", Ink::Warning),
        Class::Disabled | Class::Gone => ("–", Ink::News),
        Class::Enabled | Class::New => ("+", Ink::News),
    }
}
