//! Entries of programs that use the engine, for people and for programs.

use std::path::Path;

use cache_core::store::{Collected, Finding, Found, Listed, Time, Verified};
use serde_json::{Value, json};

use crate::render::columns::{self, Column, Line, Row};
use crate::render::paint::Ink;
use crate::render::table::Look;
use crate::render::text::{relative, tame};
use crate::status::local_cache::programs::Programs;
use crate::status::sentence::duration;

use super::text::{entries, size};

/// What is said where there is no store.
pub const NO_STORE: &str = "no program that uses the engine has kept anything here";

/// How many digits of a key tell it from others.
const KEY: usize = 8;

/// What `list` adds.
pub fn list(folder: &Path, programs: &Programs, cwd: &Path, look: Look) -> String {
    let stats = &programs.stats;
    let mut out = format!(
        "\n{} · of programs that use the engine · {}, {}\n",
        place(folder, cwd),
        entries(stats.entries),
        size(stats.bytes)
    );
    if !programs.entries.is_empty() {
        let listed: Vec<&Listed> = programs.entries.iter().collect();
        out.push_str(&format!("\n{}", table(&listed, look)));
    }
    out
}

/// A row an entry.
pub fn table(listed: &[&Listed], look: Look) -> String {
    let columns = [("TASK", 0), ("INPUTS", 0), ("VERSION", 4), ("SIZE", 3), ("TOOK", 2), ("CREATED", 1), ("KEY", 5)];
    let columns =
        columns.map(|(heading, dispensable)| Column { heading: heading.to_owned(), dispensable, coloured: false });
    let row = |listed: &&Listed| {
        let manifest = &listed.manifest;
        let version: String = manifest.parts.version.chars().take(12).collect();
        let cells = vec![
            tame(&manifest.parts.task),
            tame(&inputs(listed)),
            tame(&version),
            size(manifest.size),
            duration(manifest.took.as_secs_f64()),
            manifest.created.to_string(),
            manifest.key.to_string().chars().take(KEY).collect(),
        ];
        Line::Row(Row { mark: " ", ink: Ink::Faint, cells, note: Vec::new(), below: Vec::new() })
    };
    let lines: Vec<Line> = listed.iter().map(row).collect();
    columns::write(&columns, "", &lines, look.width, look.paint)
}

/// What `show` prints of entries: all that explains them.
pub fn show(listed: &[&Listed], look: Look) -> String {
    let one = |listed: &&Listed| {
        let manifest = &listed.manifest;
        let parts = &manifest.parts;
        let scope = &parts.scope;
        let mut lines = vec![
            ("scope", [&scope.org, &scope.project, &scope.domain].map(String::as_str).join("/")),
            ("version", parts.version.clone()),
            ("salt", parts.salt.clone()),
            ("inputs", inputs(listed)),
            ("ignored", pairs(&parts.ignored)),
            ("content", format!("{}, BLAKE3 {}", size(manifest.size), manifest.digest)),
            ("made", format!("{} by {}", manifest.created, manifest.producer)),
            ("used", listed.used.to_string()),
            ("key", manifest.key.to_string()),
        ];
        lines.retain(|(_, text)| !text.is_empty() && text != "//");
        let title = look.paint.ink(Ink::Strong, &tame(&parts.task)).to_string();
        let facts = format!("took {} to compute", duration(manifest.took.as_secs_f64()));
        let facts = look.paint.ink(Ink::Faint, &facts).to_string();
        let lines: String = lines.iter().map(|(name, text)| format!("  {name:<8} {}\n", tame(text))).collect();
        format!("{title} · {facts}\n{lines}")
    };
    listed.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// What `verify` adds.
pub fn verify(folder: &Path, verified: &Verified, cwd: &Path, look: Look) -> String {
    let mut out =
        format!("\n{} · of programs that use the engine\n{} read\n", place(folder, cwd), entries(verified.entries));
    if verified.findings.is_empty() {
        out.push_str(&format!("{} nothing is wrong\n", look.paint.ink(Ink::Good, "✓")));
    }
    for finding in &verified.findings {
        out.push_str(&format!("{} {}\n", look.paint.ink(Ink::Danger, "!"), tame(&in_words(finding))));
    }
    if verified.findings.iter().any(|finding| !finding.repaired) {
        out.push_str("no program is served what is damaged; `tasklens local-cache verify --repair` puts it aside\n");
    }
    out
}

/// The question before entries are removed.
pub fn question(folder: &Path, doomed: &[&Listed]) -> String {
    format!("Remove {} from {}?", what(doomed), folder.display())
}

/// What `clear --dry-run` prints.
pub fn would_remove(folder: &Path, doomed: &[&Listed], look: Look) -> String {
    format!("would remove {} from {}\n\n{}", what(doomed), folder.display(), table(doomed, look))
}

/// What was removed.
pub fn removed(folder: &Path, doomed: &[&Listed]) -> String {
    format!("removed {} from {}\n", what(doomed), folder.display())
}

/// `2 entries of programs that use the engine (3.1 KiB)`
fn what(doomed: &[&Listed]) -> String {
    let bytes = doomed.iter().map(|listed| listed.manifest.size).sum();
    format!("{} of programs that use the engine ({})", entries(doomed.len() as u64), size(bytes))
}

/// What `gc` prints.
pub fn collected(folder: &Path, collected: &Collected) -> String {
    let left = match collected.leftovers {
        0 => String::new(),
        1 => ", and 1 file that a killed program left".to_owned(),
        several => format!(", and {several} files that killed programs left"),
    };
    let (count, bytes) = (entries(collected.entries), size(collected.bytes));
    format!("removed {count} ({bytes}) from {}{left}\n", folder.display())
}

fn in_words(finding: &Finding) -> String {
    let what = match &finding.what {
        Found::Entry(key) => key.to_string().chars().take(KEY).collect(),
        Found::Index => "the index".to_owned(),
        Found::File(name) => name.clone(),
    };
    let repaired = if finding.repaired { " · repaired" } else { "" };
    format!("{what}: {}{repaired}", finding.damage)
}

/// The store for programs, as `list` has it; null where there is none.
pub fn json(folder: &Path, programs: Option<&Programs>) -> Value {
    let entries = programs.map(|programs| programs.entries.iter().map(entry).collect::<Vec<_>>());
    let bytes = programs.map(|programs| programs.stats.bytes);
    json!({"path": folder.display().to_string(), "exists": programs.is_some(), "bytes": bytes, "entries": entries.unwrap_or_default()})
}

/// The same, as `verify` has it.
pub fn verified_json(folder: &Path, verified: Option<&Verified>) -> Value {
    let findings = verified.map(|verified| {
        let finding = |finding: &Finding| {
            let key = match &finding.what {
                Found::Entry(key) => Some(key.to_string()),
                _ => None,
            };
            json!({"key": key, "message": in_words(finding), "repaired": finding.repaired})
        };
        verified.findings.iter().map(finding).collect::<Vec<_>>()
    });
    let entries = verified.map(|verified| verified.entries);
    json!({"path": folder.display().to_string(), "exists": verified.is_some(), "entries": entries, "findings": findings.unwrap_or_default()})
}

/// An entry, with everything that explains it.
pub fn entry(listed: &Listed) -> Value {
    let manifest = &listed.manifest;
    let parts = &manifest.parts;
    let shown = |of: &std::collections::BTreeMap<String, cache_core::key::native::Input>| {
        let pairs = of.iter().map(|(name, input)| (name.clone(), Value::from(input.shown.clone())));
        Value::Object(pairs.collect())
    };
    let millis = |time: Time| time.0;
    json!({
        "key": manifest.key.to_string(), "task": parts.task,
        "scope": {"org": parts.scope.org, "project": parts.scope.project, "domain": parts.scope.domain},
        "version": parts.version, "salt": parts.salt,
        "inputs": shown(&parts.inputs), "ignored_inputs": shown(&parts.ignored),
        "bytes": manifest.size, "digest": manifest.digest.to_string(), "producer": manifest.producer,
        "created_ms": millis(manifest.created), "used_ms": millis(listed.used), "seconds": manifest.took.as_secs_f64(),
    })
}

fn inputs(listed: &Listed) -> String {
    pairs(&listed.manifest.parts.inputs)
}

fn pairs(of: &std::collections::BTreeMap<String, cache_core::key::native::Input>) -> String {
    let pair = |(name, input): (&String, &cache_core::key::native::Input)| {
        format!("{name}={}", if input.shown.is_empty() { "…" } else { &input.shown })
    };
    of.iter().map(pair).collect::<Vec<_>>().join(", ")
}

fn place(folder: &Path, cwd: &Path) -> String {
    let below = folder.starts_with(cwd);
    tame(&if below { relative(folder, cwd) } else { folder.display().to_string() })
}
