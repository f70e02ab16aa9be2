//! The interface and the known inputs: what the key holds beside the version.

use std::path::Path;

use crate::analysis::Known;
use crate::status::explain::{Answer, Explained};
use crate::status::sentence::{self, duration};
use crate::status::{Entry, InputsFrom, KnownInputs};

use super::super::paint::Ink;
use super::super::text::{relative, tame};
use super::page::{Fact, Page, fact};
use super::sections::{known_fact, placed};

/// So many known inputs are shown; a task that was mapped over thousands would drown the rest.
const MOST: usize = 8;

/// Inputs and outputs with their types, and the hash of both.
pub(super) fn interface(page: &mut Page, one: &Explained) {
    let task = &one.status.task;
    let ignored = match &task.spec.ignored_inputs.value {
        Known::Value(names) => names.as_slice(),
        Known::Unknown(_) => &[],
    };
    let mut facts = Vec::new();
    for input in &task.inputs {
        let annotation = input.annotation.as_deref().unwrap_or("no annotation: pickled");
        let default = input.default.as_ref().map_or(String::new(), |default| format!(" = {default}"));
        let note = if ignored.contains(&input.name) { "ignored: its value is not in the key" } else { "" };
        facts.push(fact(&input.name, &format!("{annotation}{default}"), note));
    }
    if let Known::Value(outputs) = &one.facts.outputs {
        facts.extend(outputs.iter().map(|(name, r#type)| fact(&format!("→ {name}"), r#type, "")));
    }
    facts.push(known_fact("hash", &one.status.interface_hash, "of the names and types of inputs and outputs"));
    page.gap();
    page.heading("Interface", if task.inputs.is_empty() { "no inputs" } else { "" });
    page.facts(&facts);
    let strangers = ignored.iter().filter(|name| !task.inputs.iter().any(|input| input.name == **name));
    let strangers: Vec<&str> = strangers.map(String::as_str).collect();
    if !strangers.is_empty() {
        let text = format!("ignored_inputs names {}, which is no input: the SDK says nothing", strangers.join(", "));
        page.text(&text, Ink::Warning, 2);
    }
}

/// Inputs that are known, their keys, and what the store said.
pub(super) fn inputs(page: &mut Page, one: &Explained, answer: &Answer, cwd: &Path) {
    let status = &one.status;
    page.gap();
    page.heading("Key", "SHA-256 of inputs hash, name, interface hash and version, in base64");
    page.text(&store(answer, cwd), Ink::Faint, 2);
    if status.known_inputs.is_empty() {
        page.text("No inputs are known: give some (--input NAME=VALUE; in editors Check Inputs).", Ink::Plain, 2);
    }
    let mut shown: Vec<&KnownInputs> = status.known_inputs.iter().collect();
    // Who gives inputs, asks for them; calls in the code say more than records of runs.
    shown.sort_by_key(|known| known.from);
    for known in shown.iter().take(MOST) {
        known_inputs(page, known, one, cwd);
    }
    if shown.len() > MOST {
        let text = format!("… and {} more, which `tasklens explain --format json` lists", shown.len() - MOST);
        page.text(&text, Ink::Faint, 2);
    }
    if let Some(run) = &status.cluster {
        page.text(&sentence::cluster(run), Ink::Plain, 2);
    }
    if let Some(seconds) = status.seconds {
        page.facts(&[fact("last run", &duration(seconds), "that computed, whatever it was given")]);
    }
}

/// Where was looked.
fn store(answer: &Answer, cwd: &Path) -> String {
    let path = |path: &Path| {
        // A home far away is clearer in full.
        let near = relative(path, cwd);
        if near.starts_with("../..") { path.display().to_string() } else { near }
    };
    match (&answer.report.store, &answer.local_cache) {
        (Some(store), _) if store.entries == 1 => format!("local cache: {}, 1 entry", path(&store.path)),
        (Some(store), _) => format!("local cache: {}, {} entries", path(&store.path), store.entries),
        (None, Some(place)) => format!("local cache: {}, which can't be asked or is not there yet", path(place)),
        (None, None) => "local cache: none, without a home directory".to_owned(),
    }
}

/// `x=1, y="a"`
pub(super) fn values(known: &KnownInputs) -> String {
    if known.inputs.is_empty() { "no inputs".to_owned() } else { sentence::inputs(known) }
}

fn known_inputs(page: &mut Page, known: &KnownInputs, one: &Explained, cwd: &Path) {
    let (ink, head) = match known.entry {
        Entry::Hit => (Ink::Good, "hit"),
        Entry::Lost => (Ink::Warning, "lost: there is an entry under the version of the baseline, none under this"),
        Entry::Miss => (Ink::News, "not in the local cache"),
        Entry::NotAsked => (Ink::Faint, "not asked"),
    };
    page.text(&values(known), Ink::Plain, 2);
    let mut facts: Vec<Fact> = vec![fact("entry", head, known.why.as_deref().unwrap_or_default())];
    if let Known::Value(hash) = &known.inputs_hash
        && !hash.is_empty()
    {
        facts.push(fact("inputs hash", hash, ""));
    }
    facts.push(known_fact("key", &known.key, ""));
    let before = known.baseline_key.as_ref();
    facts.extend(before.map(|key| fact("baseline's", key, "")));
    for (python, key) in &known.image_keys {
        facts.push(known_fact(&format!("in {python}"), key, "in the image of a parent"));
    }
    facts.push(fact("from", &origin(known, cwd), ""));
    facts.extend(known.seconds.map(|seconds| fact("took", &duration(seconds), "the last run with them that computed")));
    page.nested(&facts, ink);
    if !known.skipped_by.is_empty() {
        page.text(
            &format!("the next run does not come to it: {}", sentence::skipped(&known.skipped_by)),
            Ink::Faint,
            4,
        );
    }
    if known.forced {
        page.text("started with overwrite_cache=True, which local runs ignore", Ink::Faint, 4);
    }
    for other in &known.collisions {
        let name = tame(one.status.task.shown_name());
        let text = format!("{other} has the same key: Flyte takes one call of {name} for the other");
        page.text(&text, Ink::Danger, 4);
    }
}

fn origin(known: &KnownInputs, cwd: &Path) -> String {
    let places = known.places.iter().map(|place| placed(place, cwd)).collect::<Vec<_>>().join(", ");
    match known.from {
        InputsFrom::Call => format!("called at {places}"),
        InputsFrom::Trigger => format!("a trigger at {places}"),
        InputsFrom::Given => "given by you".to_owned(),
        InputsFrom::Run => "a run that the SDK recorded".to_owned(),
        InputsFrom::Defaults => "the defaults".to_owned(),
        InputsFrom::None => "there are none to give".to_owned(),
    }
}
