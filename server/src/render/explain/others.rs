//! `explain --compare` and `explain --config`.

use std::path::Path;

use serde_json::{Value, json};

use crate::status::explain::{Action, Comparison, Config, Pair};
use crate::status::sentence::{clip, duration, python_name, short};

use super::super::json::{SCHEMA, problems as problem_lines};
use super::super::paint::Ink;
use super::super::table::{Look, problems};
use super::super::text::relative;
use super::page::{Page, fact};

/// Two runs, call by call.
pub fn runs(comparison: &Comparison, place: &Path, look: Look) -> String {
    let mut page = Page::default();
    let (first, second) = &comparison.runs;
    page.heading(&format!("{first} and {second}"), &place.display().to_string());
    for pair in &comparison.pairs {
        page.gap();
        page.heading(&pair.task, "");
        let ink = if pair.differing.is_empty() { Ink::Plain } else { Ink::Warning };
        page.text(&pair.verdict(), ink, 2);
        let mut facts = Vec::new();
        for (word, action) in [("first", &pair.first), ("second", &pair.second)] {
            facts.extend(action.as_ref().map(|action| fact(word, action.cache.word(), &told(action))));
        }
        for input in &pair.differing {
            let value =
                |value: &Option<String>| value.as_deref().map_or("its default".to_owned(), |text| clip(text, 200));
            facts.push(fact(&input.name, &format!("{} → {}", value(&input.first), value(&input.second)), ""));
        }
        if !pair.same.is_empty() {
            facts.push(fact("the same", &pair.same.join(", "), ""));
        }
        page.facts(&facts);
    }
    page.gap();
    page.text("Of runs that are over the version is not known: the SDK records neither it nor the key.", Ink::Faint, 0);
    page.text_for(look)
}

fn told(action: &Action) -> String {
    let took = action.seconds.map_or(String::new(), |seconds| format!(" in {}", duration(seconds)));
    format!("{}{took}, {}", action.status, action.name)
}

/// Two runs for programs.
pub fn runs_json(comparison: &Comparison, place: &Path) -> Value {
    let action = |action: &Option<Action>| {
        action.as_ref().map(|action| {
            json!({"action": action.name, "status": action.status, "seconds": action.seconds,
                   "cache": action.cache.word()})
        })
    };
    let pair = |pair: &Pair| {
        let differing = pair
            .differing
            .iter()
            .map(|input| json!({"name": input.name, "first": input.first, "second": input.second}));
        json!({"task": pair.task, "first": action(&pair.first), "second": action(&pair.second),
               "differing": differing.collect::<Vec<_>>(), "same": pair.same, "reason": pair.verdict()})
    };
    json!({"schema": SCHEMA, "store": {"path": place.display().to_string()},
           "runs": [comparison.runs.0, comparison.runs.1],
           "pairs": comparison.pairs.iter().map(pair).collect::<Vec<_>>()})
}

/// What surrounds a folder, and which file says it.
pub fn config(config: &Config, cwd: &Path, look: Look) -> String {
    let mut page = Page::default();
    let near = |path: &Path| {
        let near = relative(path, cwd);
        if near.starts_with("../..") { path.display().to_string() } else { near }
    };
    let file = config.file.as_deref().map_or("no configuration file: all defaults".to_owned(), near);
    page.heading("Settings", &file);
    let settings = config.settings.iter().map(|setting| {
        let value = setting.value.as_deref().unwrap_or("not set");
        fact(&setting.name, value, setting.origin.as_deref().unwrap_or_default())
    });
    page.facts(&settings.collect::<Vec<_>>());
    page.gap();
    page.heading("Surroundings", "");
    let words = config.python.words.split_once(' ').map_or("", |(_, words)| words);
    let (baseline, revision) = match &config.baseline {
        Ok((name, revision)) => (name.clone(), revision.as_deref().map(short).unwrap_or_default()),
        Err(reason) => ("none".to_owned(), reason.clone()),
    };
    let mut facts = vec![
        fact("root", &config.root.display().to_string(), ""),
        fact("Python", &python_name(config.python.version), words.trim_start_matches('(').trim_end_matches(')')),
        fact("flyte", &config.sdk.value, config.sdk.source.as_deref().unwrap_or("assumed: nothing says it")),
        fact("baseline", &baseline, &revision),
    ];
    match &config.registry {
        None => {}
        Some(Ok(name)) => facts.push(fact("registry", name, "")),
        Some(Err(reason)) => facts.push(fact("registry", "unknown", reason)),
    }
    facts.extend(config.local_cache.as_ref().map(|(path, led_by)| fact("local cache", &near(path), led_by)));
    facts.extend(config.import_roots.iter().map(|folder| fact("imports from", &near(folder), "")));
    page.facts(&facts);
    for note in config.advice.iter().chain(&config.baseline_note) {
        page.text(&format!("note: {note}"), Ink::Faint, 2);
    }
    page.text_for(look) + &problems(&config.problems, cwd, look)
}

/// The same for programs.
pub fn config_json(config: &Config, cwd: &Path) -> Value {
    let settings = config
        .settings
        .iter()
        .map(|setting| json!({"name": setting.name, "value": setting.value, "source": setting.origin}));
    let registry = config.registry.as_ref();
    json!({
        "schema": SCHEMA,
        "root": config.root.display().to_string(),
        "config": config.file.as_ref().map(|file| relative(file, cwd)),
        "settings": settings.collect::<Vec<_>>(),
        "python": {"version": config.python.version.map(|version| version.to_string()),
                   "source": config.python.source, "assumed": config.python.assumed, "words": config.python.words},
        "sdk": {"version": config.sdk.value, "source": config.sdk.source, "assumed": config.sdk.source.is_none(),
                "supported": config.sdk.supported},
        "registry": registry.and_then(|registry| registry.as_ref().ok()),
        "baseline": config.baseline.as_ref().ok().map(|(name, revision)| json!({"revision": revision, "name": name})),
        "no_baseline": config.baseline.as_ref().err(),
        "local_cache": config.local_cache.as_ref().map(|(path, led_by)| {
            json!({"path": path.display().to_string(), "source": led_by})
        }),
        "import_roots": config.import_roots.iter().map(|folder| relative(folder, cwd)).collect::<Vec<_>>(),
        "notes": config.advice.iter().chain(&config.baseline_note).collect::<Vec<_>>(),
        "problems": problem_lines(&config.problems, cwd),
    })
}
