//! The sections of an explanation, one function each.

use std::path::Path;

use cache_core::policy::Behavior;

use crate::analysis::{From, Kind, Known, Place};
use crate::status::explain::{DiffLine, Explained, Hunk, Op, SpecPart, spec_parts};
use crate::status::sentence::{call, python_name, unknown_image};
use crate::status::{Change, Computed, Report};

use super::super::paint::Ink;
use super::super::text::relative;
use super::page::{Fact, Page, fact};

/// What differs from the baseline: parts of the spec, and the lines of the function.
pub(super) fn changed(page: &mut Page, one: &Explained, report: &Report, cwd: &Path) {
    let status = &one.status;
    let Ok(baseline) = &report.baseline else { return };
    let Some(earlier) = &one.facts.earlier else { return };
    if status.changed.is_empty() && one.facts.spec_changes.is_empty() && one.facts.hunks.is_empty() {
        return;
    }
    page.gap();
    let place = placed(&earlier.task.place, cwd);
    let moved = earlier.task.place.file != status.task.place.file;
    page.heading(
        &format!("Changed since {}", baseline.name),
        &if moved { format!("was {place}") } else { String::new() },
    );
    let mut facts = Vec::new();
    for change in &one.facts.spec_changes {
        let why = match change.change {
            Some(Change::Salt | Change::Policies) if status.pinned => "does not count under a given version",
            Some(_) => "",
            None => "not of the version",
        };
        let (was, now) = (value(&change.was), value(&change.now));
        facts.push(fact(change.now.name, &format!("{was} → {now}"), why));
    }
    for change in &status.changed {
        facts.extend(surrounding(*change, one));
    }
    page.facts(&facts);
    if status.pinned && !one.facts.hunks.is_empty() {
        page.text("Edits of the function, which the pinned version does not count:", Ink::Faint, 2);
    }
    let mut last = None;
    for hunk in &one.facts.hunks {
        if last != Some(hunk.change) {
            page.line(hunk.change.word(), Ink::Plain, 2);
        } else {
            page.line("⋮", Ink::Faint, 6);
        }
        last = Some(hunk.change);
        diff(page, hunk);
    }
}

/// A change that stands in no line of the function or of the spec.
fn surrounding(change: Change, one: &Explained) -> Option<Fact> {
    let status = &one.status;
    match change {
        Change::Python => {
            let then = status.before.as_ref().and_then(|before| before.computed.python);
            Some(fact("Python", &format!("{} → {}", python_name(then), python_name(status.here.python)), ""))
        }
        Change::ImagePython => Some(fact("Python", "another one in the image of a parent", "")),
        Change::Container => Some(fact("container", "its image, command or the like", "")),
        _ => None,
    }
}

fn diff(page: &mut Page, hunk: &Hunk) {
    let numbers = hunk.lines.iter().map(|line| line.line.to_string().len()).max().unwrap_or(1).max(3);
    for DiffLine { op, line, text } in &hunk.lines {
        let (mark, ink) = match op {
            Op::Removed => ('-', Ink::Removed),
            Op::Added => ('+', Ink::Added),
            Op::Kept => (' ', Ink::Faint),
        };
        let shown = format!("{line:>numbers$} {mark} {}", text.replace('\t', "    "));
        page.line(shown.trim_end(), ink, 4);
    }
}

/// The spec, and where each part of it was written.
pub(super) fn spec(page: &mut Page, one: &Explained, cwd: &Path) {
    let task = &one.status.task;
    let spec = &task.spec;
    let place = spec.place.as_ref().map_or(String::new(), |place| format!(", {}", placed(place, cwd)));
    let environment = match &task.environment {
        Known::Value(name) if !name.is_empty() => format!("the environment {name}"),
        _ => "the environment".to_owned(),
    };
    let from = match spec.from {
        From::Task => format!("given to the task{place}"),
        From::Environment => format!("given to {environment}{place}"),
        From::Default => "the SDK's default, nothing is given".to_owned(),
        From::Override => format!("given by override(cache=…){place}"),
    };
    page.gap();
    page.heading("Cache spec", &from);
    if let Some(refused) = task.refused.as_ref().or(spec.refused.as_ref()) {
        page.text(&format!("Flyte itself fails here: {refused}"), Ink::Danger, 2);
    }
    let disabled = matches!(spec.behavior.value, Known::Value(Behavior::Disable));
    let facts =
        spec_parts(spec).into_iter().filter(|part| !disabled || part.name == "behavior" || part.place.is_some());
    page.facts(&facts.map(|part| fact(part.name, &value(&part), &origin(&part, cwd))).collect::<Vec<_>>());
    for one in &one.status.overridden {
        page.text(&format!("{} {}", placed(&one.place, cwd), call(one)), Ink::Warning, 2);
    }
}

fn value(part: &SpecPart) -> String {
    match &part.value {
        Known::Value(value) => value.clone(),
        Known::Unknown(reason) => format!("unknown: {reason}"),
    }
}

fn origin(part: &SpecPart, cwd: &Path) -> String {
    part.place.as_ref().map_or("default".to_owned(), |place| placed(place, cwd))
}

/// How the version is made, and what it was.
pub(super) fn version(page: &mut Page, one: &Explained, since: Option<&str>) {
    let status = &one.status;
    let disabled = matches!(status.task.spec.behavior.value, Known::Value(Behavior::Disable));
    let mut facts = Vec::new();
    let salted = matches!(&status.task.spec.salt.value, Known::Value(salt) if !salt.is_empty() && !disabled);
    if let Ok(policies) = &one.facts.made {
        for (name, version) in policies {
            facts.push(known_fact(name, version, &hashed(name, salted, one)));
        }
    }
    let note = match (status.pinned, disabled) {
        (true, _) => "given by version_override: neither code, salt nor policies count",
        (false, true) => "not cached: Flyte knows the task by it, the cache version is the empty text",
        (false, false) => match &one.facts.made {
            Ok(policies) if policies.len() > 1 => "SHA-256 of these, one after the other",
            _ => "SHA-256 of that",
        },
    };
    let shown = if status.pinned { quoted(&status.here.version) } else { status.here.version.clone() };
    facts.push(known_fact("version", &shown, note));
    facts.extend(since.and_then(|since| at_baseline(one, &shown, &format!("at {since}"))));
    page.gap();
    page.heading("Version", "");
    page.facts(&facts);
}

/// The version as it was, beside the one that is `shown`.
fn at_baseline(one: &Explained, shown: &Known<String>, label: &str) -> Option<Fact> {
    let before = one.status.before.as_ref()?;
    let then = if before.pinned { quoted(&before.computed.version) } else { before.computed.version.clone() };
    let cached_now = !matches!(one.status.task.spec.behavior.value, Known::Value(Behavior::Disable));
    if then == *shown && before.cached == cached_now && matches!(then, Known::Value(_)) {
        return Some(fact(label, "the same", ""));
    }
    Some(known_fact(label, &then, if before.cached { "" } else { "not cached then" }))
}

/// What a policy hashes, in words.
fn hashed(policy: &str, salted: bool, one: &Explained) -> String {
    let salt = if salted { ", then the salt" } else { "" };
    match (policy, &one.status.task.kind) {
        ("FunctionBodyPolicy", Kind::Function(_)) => {
            format!("SHA-256 of what ast.dump prints of the function{salt}")
        }
        ("ContainerBodyPolicy", _) => format!("SHA-256 of what the container runs, as JSON{salt}"),
        _ => String::new(),
    }
}

fn quoted(version: &Known<String>) -> Known<String> {
    match version {
        Known::Value(version) => Known::Value(format!("\"{version}\"")),
        unknown => unknown.clone(),
    }
}

/// A fact that may not be known.
pub(super) fn known_fact(label: &str, value: &Known<String>, note: &str) -> Fact {
    match value {
        Known::Value(value) => fact(label, value, note),
        Known::Unknown(reason) => fact(label, "unknown", reason),
    }
}

/// The Pythons and the SDK, with where they come from.
pub(super) fn surroundings(page: &mut Page, one: &Explained, report: &Report, cwd: &Path) {
    let status = &one.status;
    let (python, sdk) = (&one.facts.python, &one.facts.sdk);
    let words = python.words.split_once(' ').map_or("", |(_, words)| words);
    let mut facts = vec![
        fact("Python", &python_name(python.version), words.trim_start_matches('(').trim_end_matches(')')),
        fact("flyte", &sdk.value, sdk.source.as_deref().unwrap_or("assumed: nothing of the project says it")),
    ];
    for Computed { python, version } in &status.in_images {
        let label = format!("in {}", python_name(*python));
        let note = match (&status.here.version, version) {
            (Known::Value(here), Known::Value(there)) if here == there => "an image's Python: the same version",
            _ => "an image's Python: runs in it share no entries with runs from here",
        };
        facts.push(known_fact(&label, version, note));
    }
    page.gap();
    page.heading("Python and SDK", "");
    page.facts(&facts);
    for parent in &status.unknown_images {
        page.text(&unknown_image(parent), Ink::Warning, 2);
    }
    let settings = report.configs.iter().map(|file| format!("settings of {}", relative(file, cwd)));
    for note in settings.chain(report.notes.iter().cloned()) {
        page.text(&note, Ink::Faint, 2);
    }
}

/// Who calls it, and which callers keep it from running.
pub(super) fn callers(page: &mut Page, one: &Explained, cwd: &Path) {
    let callers = &one.facts.callers;
    if callers.is_empty() {
        return;
    }
    page.gap();
    page.heading("Called by", "");
    let mut facts = Vec::new();
    for caller in callers {
        let note = match (&caller.task, caller.is_cached(), caller.behavior) {
            (None, ..) => "submits a run",
            (Some(name), true, _) if one.status.skipped_by.contains(name) => {
                "a hit in the local cache: this task does not run"
            }
            (_, true, _) => "cached: where it is served, this task does not run",
            (_, false, Some(_)) => "not cached",
            (_, false, None) => "whether it is cached is not known",
        };
        let name = caller.task.as_deref().unwrap_or("a script");
        facts.push(fact(name, &placed(&caller.place, cwd), note));
    }
    page.facts(&facts);
}

/// `pipe.py:14`
pub(super) fn placed(place: &Place, cwd: &Path) -> String {
    format!("{}:{}", relative(&place.file, cwd), place.line)
}
